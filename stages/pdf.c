/* A PDF's pages, each by the cheapest way that can be trusted: its text layer after a
 * sanity check and without the words nobody can see, the raw data of the scan that
 * covers it, or a rendering; the last two are read by OCR like any picture. XML that
 * travels inside (Factur-X, ZUGFeRD) makes the document structured: its pages are then
 * only for people and never read by OCR.
 *
 * The PDF is opened by poppler's tools in a jail of their own; what they print is
 * hostile too. A tool that dies costs what it should have told: without text layer the
 * page is rendered, without picture list nothing is taken out raw, without a rendering
 * only the raw scan is left, or nothing that can be read. RC_FAIL only when no tool can
 * open the file at all. */
#include "pdf.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "barcode.h"
#include "page_look.h"
#include "text.h"

enum { READ_DPI = 300 }; /* what OCR sees of a page that must be rendered */

/* --- one page --- */

static enum rc render(const struct pdf *pdf, struct pdf_page *page, int dpi, bool grey,
		      struct image **out, struct err *err)
{
	return pdf_draw(pdf, page, dpi, grey, (struct box){0}, out, err);
}

static enum rc raw_scan(const struct pdf *pdf, struct pdf_page *page,
			struct image **out, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	pdf_ask_rotation(pdf, page);
	const struct pdf_picture *scan = pdf_scan_of(page);
	const void *bytes;
	size_t len;
	struct tool_request request = {
		.tool = TOOL_IMAGE, .first = page->number, .last = page->number};
	*out = NULL;
	if (!scan)
		return err_set(err, RC_FAIL, "no scan covers the page");
	enum rc rc = pdf_tool(pdf, request, &bytes, &len, err);
	if (rc == RC_OK)
		rc = pdf_decode_picture(bytes, len, scan, &pdf->env->limits, scratch,
					out, err);
	if (rc == RC_OK && page->rotation) {
		struct image *turned = image_turn(*out, page->rotation);
		image_free(out);
		*out = turned;
	}
	return rc;
}

static bool wants_colour(const struct pdf_page *page)
{
	for (size_t i = 0; i < page->n_pictures; i++) {
		if (page->pictures[i].colour && page->pictures[i].width > 600)
			return true;
	}
	return false;
}

static struct page *page_of_text(const struct pdf_page *from, struct arena *arena)
{
	struct page *page = arena_alloc(arena, sizeof(*page));
	page->number = from->number;
	page->width = (int32_t)lround(from->width_pt * 300 / 72);
	page->height = (int32_t)lround(from->height_pt * 300 / 72);
	page->source = SOURCE_TEXT;
	page->words = from->words;
	page->n_words = from->n_words;
	page->display = from->look.display;
	page->thumbnail = from->look.thumbnail;
	return page;
}

/* A raw scan that reads badly may be drawn mirrored or in pieces: the renderer knows.
 */
static bool reads_badly(const struct page *page)
{
	double sum = 0;
	for (size_t i = 0; i < page->n_words; i++)
		sum += page->words[i].confidence;
	return !page->blank && !page->form && sum < 0.45 * (double)page->n_words;
}

static enum rc read_picture(const struct pdf *pdf, struct pdf_page *from,
			    struct arena *arena, struct page **out, struct err *err)
{
	struct image *picture;
	pdf_ask_pictures(pdf, from, arena);
	if (raw_scan(pdf, from, &picture, err) == RC_OK) {
		enum rc rc =
			page_read(pdf->env, picture, from->number, arena, out, err);
		if (rc == RC_OK && !reads_badly(*out))
			return rc;
	}
	int dpi = pdf_dpi(pdf, from, READ_DPI);
	if (dpi == 0)
		return err_set(err, RC_FAIL, "the page is too large to be drawn");
	enum rc rc = render(pdf, from, dpi, !wants_colour(from), &picture, err);
	if (rc != RC_OK)
		return rc;
	return page_read(pdf->env, picture, from->number, arena, out, err);
}

/* --- which way for which page --- */

void pdf_find_once(const struct pdf *pdf, const char *code, const char *sentence)
{
	for (size_t i = 0; i < pdf->doc->n_findings; i++)
		if (strcmp(pdf->doc->findings[i].code, code) == 0)
			return;
	doc_find(pdf->doc, code, FINDING_READING, SEVERITY_STOP, "", "%s", sentence);
}

#define ON_INK_MIN 0.6

/* The table of pdffonts: its head says in which column `emb` stands. */
static bool any_font_embedded(const char *fonts)
{
	const char *head = strstr(fonts, "emb");
	size_t column = head ? (size_t)(head - fonts) : 0;
	for (const char *line = strchr(fonts, '\n'); line && head;
	     line = strchr(line + 1, '\n')) {
		size_t n = strcspn(line + 1, "\n");
		if (n > column && line[1 + column] == 'y')
			return true;
	}
	return false;
}

/* Whether the scan itself shows print where the words are. */
static bool scan_shows_words(const struct pdf *pdf, struct pdf_page *page)
{
	struct err err;
	AUTO_IMAGE scan = NULL;
	double reduction;
	if (raw_scan(pdf, page, &scan, &err) != RC_OK)
		return false;
	AUTO_IMAGE ink = page_ink(scan, &reduction);
	return pdf_text_on_ink(page, ink) >= ON_INK_MIN;
}

/* Entries of a form that was filled on a screen. Their fonts need not be embedded. What
 * says so may be packed away. */
static bool may_have_entries(const struct pdf *pdf)
{
	return pdf_says(pdf, "/AcroForm") || pdf_says(pdf, "/ObjStm");
}

/* A scan with somebody's OCR laid over it is read again: its words are of unknown
 * quality and at times belong to another language. OCR layers name fonts they never
 * draw and so need not embed; a page with real print over a picture (letter paper)
 * embeds them, and what is entered into a form does not stand in the picture. */
static bool is_ocr_layer(const struct pdf *pdf, struct pdf_page *page)
{
	AUTO_ARENA scratch = arena_new();
	const void *bytes;
	size_t len;
	struct err err;
	struct tool_request request = {
		.tool = TOOL_FONTS, .first = page->number, .last = page->number};
	if (pdf_picture_share(page) < PDF_SCAN_SHARE)
		return false;
	if (pdf_tool(pdf, request, &bytes, &len, &err) != RC_OK)
		return true;
	const char *fonts = arena_strndup(scratch, bytes, len);
	return strcasestr(fonts, "glyphless") || strcasestr(fonts, "hidden") ||
	       (!any_font_embedded(fonts) && !may_have_entries(pdf)) ||
	       scan_shows_words(pdf, page);
}

/* `ink`: the page as it looks, NULL when it could not be drawn. Words that nobody can
 * see are not believed. */
static bool text_is_usable(const struct pdf *pdf, struct pdf_page *page,
			   const struct image *ink)
{
	if (!ink || page->n_words < TEXT_WORDS_MIN || !pdf_text_sane(page))
		return false;
	if (pdf_text_on_ink(page, ink) < ON_INK_MIN)
		return false;
	return !is_ocr_layer(pdf, page);
}

/* Letterheads are often pictures, and then the only place that names the sender. Fewer
 * characters than this are a logo or a barcode's bars. */
enum { PRINT_IN_PICTURES = 25, GROUPS_MAX = 12 };
#define PICTURE_WORD_CONFIDENCE 0.6f

static void append_words(struct page *page, const struct word *words, size_t n,
			 struct box place, struct arena *arena)
{
	struct word *all = arena_alloc_n(arena, page->n_words + n, sizeof(*all));
	const struct word *last =
		page->n_words ? &page->words[page->n_words - 1] : NULL;
	uint16_t block = last ? (uint16_t)(last->block + 1) : 0;
	uint16_t line = last ? (uint16_t)(last->line + 1) : 0;

	if (page->n_words)
		memcpy(all, page->words, page->n_words * sizeof(*all));
	page->words = all;
	for (size_t i = 0; i < n; i++) {
		if (words[i].confidence < PICTURE_WORD_CONFIDENCE)
			continue;
		struct word *word = &all[page->n_words++];
		*word = words[i];
		word->block = (uint16_t)(word->block + block);
		word->line = (uint16_t)(word->line + line);
		word->box.x += place.x;
		word->box.y += place.y;
	}
}

/* A group of print with some paper around it. */
static struct box with_margin(struct box b)
{
	return (struct box){b.x > 20 ? b.x - 20 : 0, b.y > 20 ? b.y - 20 : 0, b.w + 40,
			    b.h + 40};
}

/* What holds all groups, within the page as it is drawn. */
static struct box around(const struct pdf_page *page, const struct box *groups,
			 size_t n_groups)
{
	int width = (int)ceil(page->width_pt * READ_DPI / 72),
	    height = (int)ceil(page->height_pt * READ_DPI / 72);
	struct box all = with_margin(groups[0]);
	for (size_t i = 1; i < n_groups; i++)
		all = box_union(all, with_margin(groups[i]));
	all.w = box_right(all) < width ? all.w : width - all.x;
	all.h = box_bottom(all) < height ? all.h : height - all.y;
	return all;
}

/* Draws what holds all groups, without the words that are known. Where the page is not
 * as large as it was told to be, all of it is drawn. */
static struct image *draw_groups(const struct pdf *pdf, struct pdf_page *page,
				 const struct box *groups, size_t n_groups,
				 struct box *drawn)
{
	struct err err;
	struct image *picture = NULL;
	*drawn = around(page, groups, n_groups);
	if (pdf_dpi(pdf, page, READ_DPI) != READ_DPI)
		return NULL;
	if (drawn->w > 0 && drawn->h > 0 &&
	    pdf_draw(pdf, page, READ_DPI, true, *drawn, &picture, &err) == RC_OK &&
	    image_width(picture) == drawn->w && image_height(picture) == drawn->h) {
		pdf_text_wipe_part(page, picture, *drawn);
		return picture;
	}
	if (picture)
		image_free(&picture);
	*drawn = (struct box){0};
	if (render(pdf, page, READ_DPI, true, &picture, &err) == RC_OK)
		pdf_text_wipe(page, picture);
	return picture;
}

/* Reads what the text layer leaves out, from a rendering in page units without the
 * words that are known: each group of print by itself, because the engine looks at
 * everything between two as well. What goes wrong here costs only these words. */
static void read_words_in_pictures(const struct pdf *pdf, struct pdf_page *from,
				   const struct box *groups, size_t n_groups,
				   struct arena *arena, struct page *page)
{
	struct err err;
	struct box drawn;
	AUTO_IMAGE picture = draw_groups(pdf, from, groups, n_groups, &drawn);
	for (size_t i = 0; picture && i < n_groups; i++) {
		struct word *words;
		size_t n;
		struct box place = with_margin(groups[i]), cut = place;
		cut.x -= drawn.x;
		cut.y -= drawn.y;
		AUTO_IMAGE part = image_crop(picture, cut);
		if (ocr_read(pdf->env->ocr, part, NULL, OCR_SPARSE, NULL, arena, &words,
			     &n, &err) == RC_OK)
			append_words(page, words, n, place, arena);
	}
}

static void add_words_in_pictures(const struct pdf *pdf, struct pdf_page *from,
				  const struct image *ink, struct arena *arena,
				  struct page *page)
{
	struct box groups[GROUPS_MAX];
	size_t characters;
	if (from->pictures_told && from->n_pictures == 0)
		return;
	size_t n = pdf_text_missing(from, ink, groups, GROUPS_MAX, &characters);
	if (characters < PRINT_IN_PICTURES)
		return;
	pdf_ask_pictures(pdf, from, arena);
	if (from->n_pictures > 0)
		read_words_in_pictures(pdf, from, groups, n, arena, page);
}

static enum rc read_form_of_text(const struct pdf *pdf, const struct pdf_look *look,
				 struct arena *arena, struct page *page,
				 struct err *err)
{
	bool recognised;
	return form_read(pdf->env, look->colour, 300.0 / look->dpi, arena, page,
			 &recognised, err);
}

/* A code seen on what people see is decoded from a sharper rendering. */
static void take_codes(const struct pdf *pdf, struct pdf_page *from,
		       struct arena *arena, struct page *page)
{
	const struct image *ink = from->look.ink;
	AUTO_IMAGE drawn = NULL;
	struct err err;

	if (barcode_seen(ink, from->look.dpi) &&
	    pdf_dpi(pdf, from, READ_DPI) == READ_DPI &&
	    render(pdf, from, READ_DPI, true, &drawn, &err) == RC_OK)
		barcode_take(drawn, ink,
			     (double)image_width(ink) / (double)image_width(drawn), 1,
			     arena, page);
}

/* Words nobody can see are no source. Beside XML the page's words only witness, and
 * what is hidden then simply does not. */
static void drop_unseen(const struct pdf *pdf, struct pdf_page *page,
			const struct image *screen)
{
	if (pdf_drop_contested(page) && !pdf->xml_inside)
		pdf_find_once(pdf, "two-texts",
			      "The PDF holds two different texts in one place, of which "
			      "only one can be seen; neither was taken.");
	if (pdf_drop_unseen(page, screen) && !pdf->xml_inside)
		pdf_find_once(pdf, "hidden-text",
			      "The PDF holds text that is not visible on the page; it "
			      "was ignored.");
}

/* What the text layer alone does not tell. */
static enum rc look_further(const struct pdf *pdf, struct pdf_page *from,
			    struct arena *arena, struct page *page, struct err *err)
{
	const struct pdf_look *look = &from->look;
	if (look->colour) {
		enum rc rc = read_form_of_text(pdf, look, arena, page, err);
		if (rc != RC_OK)
			return rc;
	}
	if (!page->form && !pdf->env->codes_only)
		add_words_in_pictures(pdf, from, look->ink, arena, page);
	take_codes(pdf, from, arena, page);
	return RC_OK;
}

static enum rc read_page(const struct pdf *pdf, struct pdf_page *from,
			 struct arena *arena, struct page **out, struct err *err)
{
	const struct pdf_look *look = &from->look;

	if (!pdf->xml_inside && !text_is_usable(pdf, from, look->ink))
		return read_picture(pdf, from, arena, out, err);
	if (look->grey)
		drop_unseen(pdf, from, look->grey);
	if (!pdf->xml_inside && from->n_words < TEXT_WORDS_MIN)
		return read_picture(pdf, from, arena, out, err);
	*out = page_of_text(from, arena);
	(*out)->blank = from->n_words == 0 && look->ink && page_print(look->ink).blank;
	if (pdf->xml_inside || !look->ink)
		return RC_OK;
	return look_further(pdf, from, arena, *out, err);
}

/* --- a run of pages --- */

static enum rc read_run(const struct pdf *pdf, struct run *run, struct err *err)
{
	run_describe(pdf, run);
	run_look(pdf, run);
	for (size_t i = 0; i < run->n; i++) {
		AUTO_ARENA arena = arena_new();
		struct page *page = NULL;
		enum rc rc = read_page(pdf, &run->pages[i], arena, &page, err);
		if (rc == RC_FAIL) {
			doc_find(pdf->doc, "unreadable", FINDING_READING, SEVERITY_STOP,
				 "", "Page %d cannot be read: %s.",
				 run->pages[i].number, err->text);
			continue;
		}
		if (rc == RC_OK)
			rc = pdf->env->page_done(pdf->env->ctx, page, err);
		if (rc != RC_OK)
			return rc;
		if (pdf->env->alive)
			pdf->env->alive(pdf->env->ctx);
	}
	return RC_OK;
}

static enum rc read_runs(const struct pdf *pdf, struct run *run, int first, int last,
			 struct err *err)
{
	enum rc rc = RC_OK;
	for (int at = first; rc == RC_OK && at <= last; at += RUN) {
		if (at > first) {
			run_end(run);
			run_begin(run, at);
		}
		run->n = (size_t)(last - at + 1 < RUN ? last - at + 1 : RUN);
		rc = read_run(pdf, run, err);
	}
	return rc;
}

enum rc read_pdf(const struct read_env *env, const void *bytes, size_t len, int first,
		 int last, int max_first_run, struct doc *doc, struct err *err)
{
	struct pdf pdf = {.env = env, .doc = doc, .bytes = bytes, .len = len};
	struct run run;
	long pages = 0;

	run_begin(&run, first);
	enum rc rc = run_count_pages(&pdf, first, &run, &pages, err);
	if (rc == RC_OK) {
		doc->pages_in_file = pages > 1000000 ? 1000000 : (int)pages;
		last = read_last_page(doc, &env->limits, first, last, max_first_run);
		if (last >= first)
			pdf_read_attachments(&pdf, first == 1);
		rc = read_runs(&pdf, &run, first, last, err);
	}
	run_end(&run);
	return rc;
}
