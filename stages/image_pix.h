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

struct pnm {
	const uint8_t *at, *end; /* the first pixel; behind all bytes */
	bool colour;
	int width, height;
};
/* Raw 8 bit grey or colour PNM with all its rows; false for every other. */
bool pnm_open(const void *bytes, size_t len, struct pnm *out);
/* NULL for what pnm_open refuses. */
PIX *pnm_decode(const void *bytes, size_t len);

/* So long or narrow that it is no paper. */
bool image_is_strip(uint64_t width, uint64_t height);
/* Grey of a pixel, as pixConvertRGBToLuminance has it. */
l_uint8 image_luminance(int red, int green, int blue);

static inline void pix_auto(PIX **pix)
{
	pixDestroy(pix);
}
#define AUTO_PIX __attribute__((cleanup(pix_auto))) PIX *

#endif
