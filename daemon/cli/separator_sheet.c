/* separator_sheet.c - writes separator sheets as PDF.
 *
 * A page of black rectangles and three lines of Helvetica needs no library: the PDF is
 * written as it is, in plain text. The code stands at the top of the sheet, where
 * scanners look first; a patch code, which some look for at the edge that goes in
 * first, stands along all four edges, each read from its edge inwards. Bars are large,
 * so that they survive a fax. */
#include "separator_sheet.h"

#include <string.h>

#include "stages/barcode_draw.h"

#define PT_MM (72 / 25.4)

struct canvas {
	double width, height; /* points */
	struct strbuf *out;
};

static void rectangle(struct canvas *c, double x, double y, double w, double h)
{
	strbuf_addf(c->out, "%.2f %.2f %.2f %.2f re f\n", x, c->height - y - h, w, h);
}

/* --- codes --- */

/* Bars from (x, y) on; `down`: one below the other instead of side by side; `back`: in
 * the opposite order. */
static void draw_bars(struct canvas *c, const struct drawing *d, double unit, double x,
		      double y, double length, bool down, bool back)
{
	double at = 0;

	for (size_t i = 0; i < d->n; i++) {
		double wide = d->elements[back ? d->n - 1 - i : i] * unit;
		if (i % 2 == 0 && down)
			rectangle(c, x, y + at, length, wide);
		else if (i % 2 == 0)
			rectangle(c, x + at, y, wide, length);
		at += wide;
	}
}

static void draw_patches(struct canvas *c, const struct drawing *d)
{
	const double unit = 0.72, edge = 14 * PT_MM, length = 80 * PT_MM;
	double deep = drawing_width(d) * unit;
	double middle_x = (c->width - length) / 2, middle_y = (c->height - length) / 2;

	draw_bars(c, d, unit, middle_x, edge, length, true, false);
	draw_bars(c, d, unit, middle_x, c->height - edge - deep, length, true, true);
	draw_bars(c, d, unit, edge, middle_y, length, false, false);
	draw_bars(c, d, unit, c->width - edge - deep, middle_y, length, false, true);
}

static void draw_square(struct canvas *c, const struct drawing *d, double side,
			double y)
{
	int n = drawing_width(d);
	double unit = side / n, x = (c->width - side) / 2;

	for (int i = 0; i < n * n; i++)
		if (d->elements[i])
			rectangle(c, x + i % n * unit, y + i / n * unit, unit, unit);
}

static void draw_line(struct canvas *c, const struct drawing *d, double y)
{
	const double widest = c->width - 50 * PT_MM;
	int units = drawing_width(d);
	double unit = widest / units > 0.6 * PT_MM ? 0.6 * PT_MM : widest / units;

	draw_bars(c, d, unit, (c->width - units * unit) / 2, y, 30 * PT_MM, false,
		  false);
}

static void draw_code(struct canvas *c, const struct drawing *d)
{
	const double top = 30 * PT_MM;

	if (d->kind == BARCODE_PATCH)
		draw_patches(c, d);
	else if (d->kind == BARCODE_QR)
		draw_square(c, d, 60 * PT_MM, top);
	else
		draw_line(c, d, top);
}

/* --- words --- */

/* Letters outside Latin-1 are none that the built-in fonts have. */
static void add_text(struct strbuf *out, const char *text)
{
	for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
		if (*s == 0xc2 || *s == 0xc3) {
			unsigned char latin = (unsigned char)((*s & 3) << 6);
			if (s[1])
				strbuf_addf(out, "\\%03o", latin | (*++s & 0x3f));
		} else if (*s >= 0x80) {
			strbuf_add(out, (*s & 0xc0) == 0xc0 ? "?" : "");
		} else if (*s >= ' ') {
			strbuf_addf(out, strchr("()\\", *s) ? "\\%c" : "%c", *s);
		}
	}
}

static void words(struct canvas *c, double size, double y, const char *text)
{
	strbuf_addf(c->out, "BT /F %.0f Tf %.1f %.1f Td (", size, 30 * PT_MM,
		    c->height - y);
	add_text(c->out, text);
	strbuf_add(c->out, ") Tj ET\n");
}

static const char *what_it_says(const struct separator_sheet *sheet,
				struct arena *arena)
{
	return arena_printf(arena, "%s: %s", barcode_kind_name(sheet->kind),
			    sheet->text);
}

static void draw_page(struct canvas *c, const struct separator_sheet *sheet,
		      const struct drawing *d, struct arena *arena)
{
	draw_code(c, d);
	words(c, 28, 120 * PT_MM, sheet->title);
	words(c, 14, 132 * PT_MM, what_it_says(sheet, arena));
	words(c, 11, 142 * PT_MM,
	      "Lay this sheet between two documents. It is not part of either.");
}

/* --- the file --- */

static void finish(struct strbuf *out, const size_t *offsets, int n)
{
	size_t at = out->len;

	strbuf_addf(out, "xref\n0 %d\n0000000000 65535 f \n", n + 1);
	for (int i = 0; i < n; i++)
		strbuf_addf(out, "%010zu 00000 n \n", offsets[i]);
	strbuf_addf(out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n",
		    n + 1, at);
}

enum rc separator_sheet_pdf(const struct separator_sheet *sheet, struct strbuf *out,
			    struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct drawing drawing;
	struct strbuf content;
	struct canvas canvas = {.width = sheet->letter ? 612 : 595.28,
				.height = sheet->letter ? 792 : 841.89,
				.out = &content};
	enum rc rc = barcode_draw(sheet->kind, sheet->text, arena, &drawing, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "%s \"%s\"", barcode_kind_name(sheet->kind),
				sheet->text);
	strbuf_init(&content, arena);
	draw_page(&canvas, sheet, &drawing, arena);
	const char *objects[] = {
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		arena_printf(
			arena,
			"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents "
			"4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
			canvas.width, canvas.height),
		arena_printf(arena, "<</Length %zu>>\nstream\n%s\nendstream",
			     content.len + 1, content.text),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/"
		"WinAnsiEncoding>>"};
	enum { OBJECTS = sizeof(objects) / sizeof(*objects) };
	size_t offsets[OBJECTS];
	strbuf_add(out, "%PDF-1.4\n");
	for (int i = 0; i < OBJECTS; i++) {
		offsets[i] = out->len;
		strbuf_addf(out, "%d 0 obj\n%s\nendobj\n", i + 1, objects[i]);
	}
	finish(out, offsets, OBJECTS);
	return RC_OK;
}
