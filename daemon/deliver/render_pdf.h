/* render_pdf.h - writing a PDF object by object. Private to
 * daemon/deliver/render_pdf*.c. */
#ifndef INTRAY_RENDER_PDF_H
#define INTRAY_RENDER_PDF_H

#include <stdint.h>

#include "render_private.h"

struct pdf {
	struct arena *arena;
	struct strbuf out;
	size_t *offsets; /* of object i + 1; 0: not written yet */
	size_t n_offsets, cap_offsets;
};

/* A number for an object that is written later. */
int pdf_reserve(struct pdf *pdf);
/* Opens object `id`; its text follows in pdf->out; pdf_end closes it. */
void pdf_begin(struct pdf *pdf, int id);
void pdf_end(struct pdf *pdf);
/* An object that is a stream; dict: its entries besides Length. */
void pdf_stream(struct pdf *pdf, int id, const char *dict, const void *bytes,
		size_t len);

/* --- invisible text (render_pdf_text.c) --- */

/* Characters get codes of fonts whose glyphs are all empty; a font holds 255. */
struct pdf_text {
	struct pdf *pdf;
	uint32_t *characters; /* number i: font i / 255, code i % 255 + 1 */
	size_t n_characters, cap_characters;
	uint32_t *slots; /* hash of characters: number + 1, 0 free */
	size_t n_slots;
};
void pdf_text_init(struct pdf_text *text, struct pdf *pdf);
/* Content that lays the page's words where they stand; height_pt: of the page. */
const char *pdf_text_of_page(struct pdf_text *text, const struct page *page,
			     double height_pt);
/* Writes the fonts; gives the entries of a Font resource: "/F0 7 0 R /F1 9 0 R". */
const char *pdf_text_fonts(struct pdf_text *text);

#endif
