/* barcode.h - two-dimensional codes on a page. Private to stages/ and the reader. */
#ifndef INTRAY_STAGES_BARCODE_H
#define INTRAY_STAGES_BARCODE_H

#include "doc.h"
#include "image.h"

/* The square in which a QR code seems to stand, judged by its three finder patterns on a
 * bilevel picture of about 100 to 200 dots an inch; false: there is none. A few
 * milliseconds a page. */
bool barcode_seen(const struct image *ink, struct box *where);
/* Decodes the QR codes of a picture; places are in its pixels. Returns how many. */
struct barcode {
	const char *text; /* as encoded, lines and all */
	struct box box;
};
size_t barcode_read(const struct image *picture, struct arena *arena,
		    struct barcode **out);

/* page->barcodes is one string, so that it is packed and checked like all others:
 * "QR@x,y,w,h=TEXT" joined by spaces, boxes in page units, TEXT with everything but
 * letters, digits, and ".,:/+-" as %XX. */
void barcode_note(struct page *page, struct arena *arena, const struct barcode *code);
/* The next code from *at on; NULL at the end. *at starts as page->barcodes. */
const struct barcode *barcode_next(const char **at, struct arena *arena);

/* Looks for a code on an upright page and notes what it says; `ink` is a reduction of
 * picture by `reduction`. */
void barcode_take(const struct image *picture, const struct image *ink,
		  double reduction, double units_per_px, struct arena *arena,
		  struct page *page);

#endif
