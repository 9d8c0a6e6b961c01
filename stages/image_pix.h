/* image_pix.h - what the image*.c files share: the Leptonica picture inside an image.
 * No other file sees Leptonica. */
#ifndef INTRAY_IMAGE_PIX_H
#define INTRAY_IMAGE_PIX_H

#include <allheaders.h>

#include "image.h"

struct image {
	PIX *pix;
	int dpi; /* 0 unknown */
	bool damaged;
};

/* NULL means out of memory (the only way our arguments can fail) and dies. */
struct image *image_take_pix(PIX *take_pix, int dpi);
/* Leptonica and libtiff say nothing on standard error; cheap, may be repeated. */
void image_quiet(void);

/* Raw grey or colour PNM with all its rows; NULL for every other. */
PIX *pnm_decode(const void *bytes, size_t len);

static inline void pix_auto(PIX **pix)
{
	pixDestroy(pix);
}
#define AUTO_PIX __attribute__((cleanup(pix_auto))) PIX *

#endif
