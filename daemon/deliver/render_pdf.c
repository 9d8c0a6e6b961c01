/* render_pdf.c - a document as a searchable PDF.
 *
 * A born-digital PDF is handed on byte for byte: it may be signed, and its text is its
 * own. Of everything else a new PDF is written from what the reader made: each page's
 * picture as it lies in the store (JPEG data goes in as it is), turned as a person has
 * turned it, and over it the words that were read, invisible, each stretched over the
 * place where it stands.
 * Nothing of a hostile file gets into it but pixels and clean text. Written by hand: a
 * PDF of pictures is a dozen objects, and a library would be one more thing to trust.
 */
#include "render_pdf.h"

#include <string.h>

#include "text.h"

#define POINTS_PER_UNIT (72.0 / 300.0)

int pdf_reserve(struct pdf *pdf)
{
	*arena_push(pdf->arena, pdf->offsets, pdf->n_offsets, pdf->cap_offsets) = 0;
	return (int)pdf->n_offsets;
}

void pdf_begin(struct pdf *pdf, int id)
{
	pdf->offsets[id - 1] = pdf->out.len;
	strbuf_addf(&pdf->out, "%d 0 obj\n", id);
}

void pdf_end(struct pdf *pdf)
{
	strbuf_add(&pdf->out, "\nendobj\n");
}

void pdf_stream(struct pdf *pdf, int id, const char *dict, const void *bytes,
		size_t len)
{
	pdf_begin(pdf, id);
	strbuf_addf(&pdf->out, "<< %s/Length %zu >>\nstream\n", dict, len);
	strbuf_add_n(&pdf->out, bytes, len);
	strbuf_add(&pdf->out, "\nendstream");
	pdf_end(pdf);
}

/* --- pictures --------------------------------------------------------- */

struct jpeg {
	int width, height, components, bits;
};

/* The frame header says what the picture is: ITU T.81, B.2.2. */
static bool jpeg_look(const unsigned char *bytes, size_t len, struct jpeg *out)
{
	size_t at = 2;

	if (len < 4 || bytes[0] != 0xff || bytes[1] != 0xd8)
		return false;
	while (at + 9 < len && bytes[at] == 0xff) {
		unsigned char marker = bytes[at + 1];
		size_t size = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
		bool is_frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
				marker != 0xc8 && marker != 0xcc;

		if (is_frame) {
			*out = (struct jpeg){
				.bits = bytes[at + 4],
				.height = bytes[at + 5] << 8 | bytes[at + 6],
				.width = bytes[at + 7] << 8 | bytes[at + 8],
				.components = bytes[at + 9],
			};
			return out->width > 0 && out->height > 0;
		}
		at += size < 2 ? len : size + 2;
	}
	return false;
}

static const char *colour_space(int components)
{
	return components == 1	 ? "/DeviceGray"
	       : components == 3 ? "/DeviceRGB"
				 : "/DeviceCMYK";
}

/* 0: the page's picture is none we know. */
static int write_picture(struct pdf *pdf, const struct image_blob *picture)
{
	struct jpeg jpeg;
	int id;

	if (picture->bytes == NULL || !jpeg_look(picture->bytes, picture->len, &jpeg))
		return 0;
	id = pdf_reserve(pdf);
	pdf_stream(pdf, id,
		   arena_printf(pdf->arena,
				"/Type /XObject /Subtype /Image /Width %d /Height %d "
				"/ColorSpace %s /BitsPerComponent %d "
				"/Filter /DCTDecode ",
				jpeg.width, jpeg.height, colour_space(jpeg.components),
				jpeg.bits),
		   picture->bytes, picture->len);
	return id;
}

/* --- pages ------------------------------------------------------------ */

struct writing {
	struct pdf pdf;
	struct pdf_text text;
	int catalog, pages, fonts;
	struct strbuf kids;
};

/* Of numbers in content no more than hundredths matter. */
static const char *page_content(struct writing *w, const struct page *page,
				double width, double height)
{
	const char *words = pdf_text_of_page(&w->text, page, height);

	return arena_printf(w->pdf.arena, "q %.2f 0 0 %.2f 0 0 cm /Im Do Q\n%s", width,
			    height, words);
}

static bool write_page(struct writing *w, const struct page *page)
{
	struct pdf *pdf = &w->pdf;
	double width = page->width * POINTS_PER_UNIT;
	double height = page->height * POINTS_PER_UNIT;
	int picture = write_picture(pdf, &page->display);
	int content, id;
	const char *text;

	if (picture == 0)
		return false;
	content = pdf_reserve(pdf);
	text = page_content(w, page, width, height);
	pdf_stream(pdf, content, "", text, strlen(text));
	id = pdf_reserve(pdf);
	pdf_begin(pdf, id);
	strbuf_addf(
		&pdf->out,
		"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] "
		"/Rotate %d /Contents %d 0 R /Resources << /XObject << /Im %d 0 R >> "
		"/Font %d 0 R >> >>",
		w->pages, width, height, page->turned, content, picture, w->fonts);
	pdf_end(pdf);
	strbuf_addf(&w->kids, "%d 0 R ", id);
	return true;
}

static void write_tree(struct writing *w, size_t n_pages)
{
	struct pdf *pdf = &w->pdf;
	const char *fonts = pdf_text_fonts(&w->text);

	pdf_begin(pdf, w->fonts);
	strbuf_addf(&pdf->out, "<< %s>>", fonts);
	pdf_end(pdf);
	pdf_begin(pdf, w->pages);
	strbuf_addf(&pdf->out, "<< /Type /Pages /Count %zu /Kids [%s] >>", n_pages,
		    w->kids.text);
	pdf_end(pdf);
	pdf_begin(pdf, w->catalog);
	strbuf_addf(&pdf->out, "<< /Type /Catalog /Pages %d 0 R >>", w->pages);
	pdf_end(pdf);
}

static void write_trailer(struct writing *w)
{
	struct pdf *pdf = &w->pdf;
	size_t start = pdf->out.len;

	strbuf_addf(&pdf->out, "xref\n0 %zu\n0000000000 65535 f \n",
		    pdf->n_offsets + 1);
	for (size_t i = 0; i < pdf->n_offsets; i++)
		strbuf_addf(&pdf->out, "%010zu 00000 n \n", pdf->offsets[i]);
	strbuf_addf(&pdf->out,
		    "trailer\n<< /Size %zu /Root %d 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
		    pdf->n_offsets + 1, w->catalog, start);
}

/* Room for all of it at once: of a thousand pages no half-grown copy is left behind. */
static void init_output(struct strbuf *out, const struct doc *doc, struct arena *arena)
{
	size_t room = 1 << 16;

	for (size_t i = 0; i < doc->n_pages; i++)
		room += doc->pages[i]->display.len + 100 * doc->pages[i]->n_words +
			1000;
	*out = (struct strbuf){
		.arena = arena, .text = arena_alloc(arena, room), .cap = room};
}

static void write_pdf(struct rendering *r, struct render_item *item, const void **bytes,
		      size_t *len)
{
	struct writing w = {.pdf = {.arena = r->arena}};
	const struct doc *doc = item->doc;

	init_output(&w.pdf.out, doc, r->arena);
	strbuf_init(&w.kids, r->arena);
	pdf_text_init(&w.text, &w.pdf);
	/* Four bytes above 127 say that this is no text file: ISO 32000-1, 7.5.2. */
	strbuf_add(&w.pdf.out, "%PDF-1.5\n%\xe2\xe3\xcf\xd3\n");
	w.catalog = pdf_reserve(&w.pdf);
	w.pages = pdf_reserve(&w.pdf);
	w.fonts = pdf_reserve(&w.pdf);
	for (size_t i = 0; i < doc->n_pages; i++)
		if (!write_page(&w, doc->pages[i])) {
			doc_find(item->doc, "render-missing", FINDING_DOCUMENT,
				 SEVERITY_STOP, "",
				 "There is no picture of page %zu to make a PDF of.",
				 i + 1);
			return;
		}
	write_tree(&w, doc->n_pages);
	write_trailer(&w);
	*bytes = w.pdf.out.text;
	*len = w.pdf.out.len;
}

enum rc render_pdf(struct rendering *r, struct render_item *item, const void **bytes,
		   size_t *len, struct err *err)
{
	(void)err;
	if (item->original) {
		*bytes = item->original;
		*len = item->original_len;
	} else if (item->doc->n_pages == 0) {
		doc_find(item->doc, "render-missing", FINDING_DOCUMENT, SEVERITY_STOP,
			 "", "The document has no pages to make a PDF of.");
	} else {
		write_pdf(r, item, bytes, len);
	}
	return RC_OK;
}
