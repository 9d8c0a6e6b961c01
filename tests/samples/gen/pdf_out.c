/* Writes PDF 1.7 by hand: the samples need text that stands where we say, and nothing
 * else. Uncompressed on purpose, so that a sample can be read in an editor. Output
 * depends only on the calls made: the same samples come out everywhere. */
#include "tests/samples/gen/pdf_out.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "text.h"

enum { MAX_PAGES = 8, MAX_OBJECTS = 64 };

struct pdf {
	struct arena *arena;
	double width, height;
	struct strbuf pages[MAX_PAGES];
	int n_pages;
	const char *attachment, *attachment_name;
	size_t attachment_len;
};

/* Advance widths of Helvetica from space to tilde, in 1/1000 of the size (Adobe Core 14
 * font metrics). Bold is a little wider; good enough to align numbers, whose digits are
 * 556 in both. */
static const uint16_t widths[95] = {
	278,  278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556,  556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667,  778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333,  556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556,  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
};

struct pdf *pdf_new(struct arena *arena, double width, double height)
{
	struct pdf *pdf = arena_alloc(arena, sizeof(*pdf));
	pdf->arena = arena;
	pdf->width = width;
	pdf->height = height;
	return pdf;
}

void pdf_page(struct pdf *pdf)
{
	bug_on(pdf->n_pages == MAX_PAGES);
	strbuf_init(&pdf->pages[pdf->n_pages++], pdf->arena);
}

static struct strbuf *current(struct pdf *pdf)
{
	bug_on(pdf->n_pages == 0);
	return &pdf->pages[pdf->n_pages - 1];
}

void pdf_colour(struct pdf *pdf, double red, double green, double blue)
{
	strbuf_addf(current(pdf), "%.2f %.2f %.2f rg %.2f %.2f %.2f RG\n", red, green,
		    blue, red, green, blue);
}

double pdf_text_width(double size, const char *utf8)
{
	const char *end = utf8 + strlen(utf8);
	double width = 0;
	uint32_t cp;
	while ((cp = text_next(&utf8, end)))
		width += cp >= 32 && cp < 127 ? widths[cp - 32] : 556;
	return width * size / 1000;
}

/* WinAnsi: Latin-1 with the euro sign at 0x80. */
static unsigned winansi(uint32_t cp)
{
	if (cp == 0x20AC)
		return 0x80;
	return cp < 256 ? cp : '?';
}

void pdf_text(struct pdf *pdf, double x, double y, double size, int bold,
	      const char *utf8)
{
	struct strbuf *out = current(pdf);
	const char *end = utf8 + strlen(utf8);
	uint32_t cp;

	strbuf_addf(out, "BT /F%d %.2f Tf %.2f %.2f Td (", bold ? 2 : 1, size, x,
		    pdf->height - y);
	while ((cp = text_next(&utf8, end))) {
		unsigned c = winansi(cp);
		if (c == '(' || c == ')' || c == '\\')
			strbuf_addf(out, "\\%c", (int)c);
		else if (c < 127)
			strbuf_addf(out, "%c", (int)c);
		else
			strbuf_addf(out, "\\%03o", c);
	}
	strbuf_add(out, ") Tj ET\n");
}

void pdf_text_right(struct pdf *pdf, double x, double y, double size, int bold,
		    const char *utf8)
{
	pdf_text(pdf, x - pdf_text_width(size, utf8), y, size, bold, utf8);
}

void pdf_line(struct pdf *pdf, double x1, double y1, double x2, double y2, double width)
{
	strbuf_addf(current(pdf), "%.2f w %.2f %.2f m %.2f %.2f l S\n", width, x1,
		    pdf->height - y1, x2, pdf->height - y2);
}

void pdf_attach(struct pdf *pdf, const char *name, const char *bytes, size_t len)
{
	pdf->attachment_name = name;
	pdf->attachment = bytes;
	pdf->attachment_len = len;
}

/* --- the file around it --- */

struct objects {
	struct strbuf out;
	size_t offset[MAX_OBJECTS];
	int n;
};

static int object_begin(struct objects *o)
{
	bug_on(o->n + 1 >= MAX_OBJECTS);
	o->offset[++o->n] = o->out.len;
	strbuf_addf(&o->out, "%d 0 obj\n", o->n);
	return o->n;
}

static void object_stream(struct objects *o, const char *dict, const char *bytes,
			  size_t len)
{
	object_begin(o);
	strbuf_addf(&o->out, "<< %s /Length %zu >>\nstream\n", dict, len);
	strbuf_add_n(&o->out, bytes, len);
	strbuf_add(&o->out, "\nendstream\nendobj\n");
}

static void fonts(struct objects *o)
{
	static const char *const names[] = {"Helvetica", "Helvetica-Bold"};
	for (int i = 0; i < 2; i++) {
		object_begin(o);
		strbuf_addf(&o->out,
			    "<< /Type /Font /Subtype /Type1 /BaseFont /%s "
			    "/Encoding /WinAnsiEncoding >>\nendobj\n",
			    names[i]);
	}
}

static void trailer(struct objects *o)
{
	size_t at = o->out.len;
	strbuf_addf(&o->out, "xref\n0 %d\n0000000000 65535 f \n", o->n + 1);
	for (int i = 1; i <= o->n; i++)
		strbuf_addf(&o->out, "%010zu 00000 n \n", o->offset[i]);
	strbuf_addf(&o->out,
		    "trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
		    o->n + 1, o->n, at);
}

/* Objects 1 and 2 are the fonts, 3 the page tree; then page and contents in turn, the
 * attachment, and the catalogue last. */
const char *pdf_finish(struct pdf *pdf, size_t *len)
{
	struct objects o = {0};
	int file = 0;

	strbuf_init(&o.out, pdf->arena);
	strbuf_add(&o.out, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
	fonts(&o);
	object_begin(&o);
	strbuf_addf(&o.out, "<< /Type /Pages /Count %d /Kids [", pdf->n_pages);
	for (int i = 0; i < pdf->n_pages; i++)
		strbuf_addf(&o.out, "%d 0 R ", 4 + 2 * i);
	strbuf_add(&o.out, "] >>\nendobj\n");
	for (int i = 0; i < pdf->n_pages; i++) {
		object_begin(&o);
		strbuf_addf(&o.out,
			    "<< /Type /Page /Parent 3 0 R /MediaBox [0 0 %.2f %.2f] "
			    "/Resources << /Font << /F1 1 0 R /F2 2 0 R >> >> "
			    "/Contents %d 0 R >>\nendobj\n",
			    pdf->width, pdf->height, 5 + 2 * i);
		object_stream(&o, "", pdf->pages[i].text, pdf->pages[i].len);
	}
	if (pdf->attachment) {
		object_stream(&o, "/Type /EmbeddedFile /Subtype /text#2Fxml",
			      pdf->attachment, pdf->attachment_len);
		file = object_begin(&o);
		strbuf_addf(&o.out,
			    "<< /Type /Filespec /F (%s) /UF (%s) /AFRelationship "
			    "/Alternative /EF << /F %d 0 R >> >>\nendobj\n",
			    pdf->attachment_name, pdf->attachment_name, file - 1);
	}
	object_begin(&o);
	strbuf_add(&o.out, "<< /Type /Catalog /Pages 3 0 R");
	if (file)
		strbuf_addf(
			&o.out,
			" /AF [%d 0 R] /Names << /EmbeddedFiles << /Names [(%s) %d 0 "
			"R] >> >>",
			file, pdf->attachment_name, file);
	strbuf_add(&o.out, " >>\nendobj\n");
	trailer(&o);
	*len = o.out.len;
	return o.out.text;
}
