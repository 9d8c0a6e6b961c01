/* pdf.h - what pdf*.c share: a page of a PDF as the tools describe it. */
#ifndef INTRAY_PDF_H
#define INTRAY_PDF_H

#include "read.h"

struct pdf_picture { /* one line of pdfimages -list */
	int page;
	bool stencil; /* a mask, drawn in a colour of its own */
	bool colour, cmyk;
	int width, height; /* pixels */
	double dpi_x, dpi_y;
};

struct pdf_page {
	int number;
	int rotation;		    /* 0 90 180 270, as the PDF says */
	double width_pt, height_pt; /* as shown, after rotation */
	struct word *words;	    /* of the text layer, page units, reading order */
	size_t n_words;
	size_t n_standing; /* words of it that run up or down, left out of words */
	const struct pdf_picture *pictures;
	size_t n_pictures;
};

/* pdf_text.c */
/* Fills words, and size where pdfinfo had none, of the pages first.. of a run from the
 * output of pdftotext -bbox-layout. RC_FAIL: not what pdftotext writes. */
enum rc pdf_take_text(const void *bytes, size_t len, struct arena *arena,
		      struct pdf_page *pages, size_t n_pages, struct err *err);
/* Whether the letters of the text layer can be those that are printed. */
bool pdf_text_sane(const struct pdf_page *page);
/* Share of the words that stand on ink of a bilevel picture of the page; 1 without
 * words. */
double pdf_text_on_ink(const struct pdf_page *page, const struct image *ink);
/* Characters in the picture that no word of the text layer covers, and where they stand
 * in page units. */
size_t pdf_text_missing(const struct pdf_page *page, const struct image *ink,
			struct box *where);
/* Makes the words of the text layer white in a picture of the page, in place. */
void pdf_text_wipe(const struct pdf_page *page, struct image *picture);

/* pdf_picture.c */
void pdf_take_pictures(const void *bytes, size_t len, struct arena *arena,
		       struct pdf_page *pages, size_t n_pages);
/* The one picture that covers the whole page, NULL when there is none. */
const struct pdf_picture *pdf_scan_of(const struct pdf_page *page);
/* Share of the page that pictures cover, 0 to 1. */
double pdf_picture_share(const struct pdf_page *page);
/* What TOOL_IMAGE gave, decoded; raw fax data gets the TIFF header it lacks. */
enum rc pdf_decode_picture(const void *bytes, size_t len,
			   const struct pdf_picture *picture,
			   const struct image_limits *limits, struct arena *arena,
			   struct image **out, struct err *err);

#endif
