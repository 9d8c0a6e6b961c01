/* barcode.h - codes on a page: what kinds there are, and how the page keeps what they
 * say. Private to stages/ and the reader; separator.c asks on behalf of the worker. */
#ifndef INTRAY_STAGES_BARCODE_H
#define INTRAY_STAGES_BARCODE_H

#include "doc.h"
#include "image.h"

enum barcode_kind {
	BARCODE_QR,
	BARCODE_128,
	BARCODE_39,
	BARCODE_I25,
	BARCODE_PATCH, /* says "PATCH1", "PATCH2", "PATCH3", "PATCH4", "PATCH6" or
			  "PATCHT" */
	BARCODE_KINDS
};
const char *barcode_kind_name(enum barcode_kind kind); /* for people: "Code 128" */

struct barcode {
	enum barcode_kind kind;
	const char *text; /* as encoded, lines and all */
	struct box box;
};

/* Whether a bilevel picture of about 100 to 200 dots an inch shows anything that may be
 * a code. A few milliseconds a page. */
bool barcode_seen(const struct image *ink, double dpi);
/* Looks for codes on an upright page and notes what they say, each once; `ink` is a
 * reduction of picture by `reduction`. */
void barcode_take(const struct image *picture, const struct image *ink,
		  double reduction, double units_per_px, struct arena *arena,
		  struct page *page);

/* page->barcodes is one string, so that it is packed and checked like all others:
 * "QR@x,y,w,h=TEXT" joined by spaces, boxes in page units, TEXT with everything but
 * letters, digits, and ".,:/+-" as %XX; "C128", "C39", "I25", "PATCH" for the others.
 */
void barcode_note(struct page *page, struct arena *arena, const struct barcode *code);
/* The next code from *at on; NULL at the end. *at starts as page->barcodes. */
const struct barcode *barcode_next(const char **at, struct arena *arena);

#endif
