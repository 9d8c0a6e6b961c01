/* pdf_draw.c - pages as the tool draws them: for people, for whoever judges whether the
 * text layer can be believed, and sharper for OCR.
 *
 * What people see of a run's pages is drawn by one start of the tool where it can be,
 * because each start opens the file and unpacks its fonts anew. What comes back is
 * looked at once, as it lies: grey, ink, the picture for the desk and the thumbnail are
 * made of it, and only a page that may be a known form becomes an image. A page that
 * was not drawn along is drawn alone; one that cannot be drawn is not tried again. */
#include <math.h>

#include "page_look.h"
#include "pdf.h"

enum {
	SCREEN_DPI = 110,	    /* what people see of a page with a text layer */
	LOW_DPI = 72,		    /* the tool renders nothing below */
	TOGETHER_PIXELS = 12000000, /* of pages drawn by one start: eight of A4 */
};

int pdf_dpi(const struct pdf *pdf, const struct pdf_page *page, int wanted)
{
	double square_inches = page->width_pt / 72 * (page->height_pt / 72);
	double most = (double)pdf->env->limits.max_pixels;
	double comfortable = most < 40e6 ? most : 40e6;
	if (square_inches <= 0)
		return LOW_DPI;
	double dpi = floor(sqrt(comfortable / square_inches));
	if (dpi >= wanted)
		return wanted;
	if (dpi >= LOW_DPI)
		return (int)dpi;
	return square_inches * LOW_DPI * LOW_DPI <= most ? LOW_DPI : 0;
}

/* A page that cannot be drawn may take the tool minutes to give up on. */
static enum rc draw(const struct pdf *pdf, struct pdf_page *page,
		    struct tool_request request, const void **bytes, size_t *len,
		    struct err *err)
{
	if (page->undrawable)
		return err_set(err, RC_FAIL, "the page cannot be drawn");
	request.tool = TOOL_RENDER;
	request.first = request.last = page->number;
	enum rc rc = pdf_tool(pdf, request, bytes, len, err);
	page->undrawable = rc == RC_FAIL;
	return rc;
}

enum rc pdf_draw(const struct pdf *pdf, struct pdf_page *page, int dpi, bool grey,
		 struct box part, struct image **out, struct err *err)
{
	const void *bytes;
	size_t len;
	struct tool_request request = {.dpi = dpi, .grey = grey, .part = part};
	*out = NULL;
	enum rc rc = draw(pdf, page, request, &bytes, &len, err);
	if (rc == RC_OK)
		rc = image_decode(bytes, len, FORMAT_PNM, 1, &pdf->env->limits, out,
				  err);
	page->undrawable = rc == RC_FAIL;
	if (rc == RC_OK)
		image_set_dpi(*out, dpi);
	return rc;
}

/* --- what people see --- */

/* A page whose rotation nobody told is drawn as it is to be shown. */
static void lie_as_drawn(struct pdf_page *page, const struct image_drawing *drawing)
{
	bool lies = drawing->width > drawing->height;
	if (page->rotation == UNTOLD && lies != (page->width_pt > page->height_pt))
		pdf_turn_page(page, !page->turned);
}

/* Fixed forms that are filled on a computer. Those we know are on US letter. */
static bool may_be_form(const struct pdf *pdf, const struct pdf_page *page)
{
	double shape = page->height_pt / page->width_pt;
	return !pdf->xml_inside && !pdf->env->codes_only &&
	       fabs(shape - 11 / 8.5) < 0.02;
}

/* The drawing that the bytes begin with; gives its length, 0: there is none. */
static size_t take_look(const struct pdf *pdf, struct pdf_page *page, const void *bytes,
			size_t len, struct arena *arena)
{
	struct image_drawing drawing;
	struct pdf_look *look = &page->look;
	struct err err;
	size_t used = image_drawing_open(bytes, len, &pdf->env->limits, &drawing);
	if (used == 0)
		return 0;
	lie_as_drawn(page, &drawing);
	look->grey = image_drawing_grey(&drawing, look->dpi);
	look->ink = image_binarise(look->grey);
	if (page_show_drawing(&drawing, look->grey, arena, &look->display,
			      &look->thumbnail, &err) != RC_OK)
		look->display = look->thumbnail = (struct image_blob){0};
	if (may_be_form(pdf, page) &&
	    image_decode(bytes, used, FORMAT_PNM, 1, &pdf->env->limits, &look->colour,
			 &err) == RC_OK)
		image_set_dpi(look->colour, look->dpi);
	return used;
}

/* Only pages whose text may be believed, or is not needed, are looked at. */
static bool is_wanted(const struct pdf *pdf, struct pdf_page *page)
{
	bool text = page->n_words >= TEXT_WORDS_MIN || pdf->xml_inside;
	page->look.dpi = text ? pdf_dpi(pdf, page, SCREEN_DPI) : 0;
	return page->look.dpi > 0;
}

static double pixels_of(const struct pdf_page *page)
{
	return page->width_pt / 72 * page->look.dpi * page->height_pt / 72 *
	       page->look.dpi;
}

/* How many pages from the first on can be drawn by one start. */
static size_t together(const struct pdf *pdf, struct pdf_page *pages, size_t n)
{
	double pixels = 0;
	size_t i = 0;
	for (; i < n && is_wanted(pdf, &pages[i]); i++) {
		pixels += pixels_of(&pages[i]);
		if (i > 0 && (pages[i].look.dpi != pages[0].look.dpi ||
			      pixels > TOGETHER_PIXELS))
			break;
	}
	return i;
}

static void look_together(const struct pdf *pdf, struct pdf_page *pages, size_t n,
			  struct arena *arena)
{
	struct tool_request request = {.tool = TOOL_RENDER,
				       .first = pages[0].number,
				       .last = pages[n - 1].number,
				       .dpi = pages[0].look.dpi};
	const uint8_t *bytes;
	size_t len, used = 1;
	struct err err;
	if (pdf_tool(pdf, request, (const void **)&bytes, &len, &err) != RC_OK)
		return;
	for (size_t i = 0; i < n && used > 0; i++, bytes += used, len -= used)
		used = take_look(pdf, &pages[i], bytes, len, arena);
}

static void look_alone(const struct pdf *pdf, struct pdf_page *page,
		       struct arena *arena)
{
	const void *bytes;
	size_t len;
	struct err err;
	struct tool_request request = {.dpi = page->look.dpi};
	if (draw(pdf, page, request, &bytes, &len, &err) == RC_OK)
		page->undrawable = take_look(pdf, page, bytes, len, arena) == 0;
}

void run_look(const struct pdf *pdf, struct run *run)
{
	for (size_t i = 0; i < run->n;) {
		size_t n = together(pdf, run->pages + i, run->n - i);
		if (n > 1)
			look_together(pdf, run->pages + i, n, run->arena);
		for (size_t end = i + n; i < end; i++)
			if (!run->pages[i].look.grey)
				look_alone(pdf, &run->pages[i], run->arena);
		i += n == 0;
	}
}

void run_forget_looks(struct run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		struct pdf_look *look = &run->pages[i].look;
		image_free(&look->grey);
		image_free(&look->ink);
		image_free(&look->colour);
	}
}
