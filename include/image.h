/* image.h - pictures in our words; the image*.c files are the only ones that see Leptonica.
 *
 * Headers before pixels: nothing is decoded before its size was read and found within the
 * limits. Every function that gives an image gives it to the caller (image_free). */
#ifndef INTRAY_IMAGE_H
#define INTRAY_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "doc.h"
#include "err.h"

struct image; /* 1, 8 or 32 bits a pixel, a resolution, upright or not */

struct image_limits {
	long long max_pixels; /* per page */
	int max_pages;
};

enum file_format {
	FORMAT_UNKNOWN,
	FORMAT_EMPTY,
	FORMAT_PDF,
	FORMAT_TIFF,
	FORMAT_PNG,
	FORMAT_JPEG,
	FORMAT_WEBP,
	FORMAT_JP2,
	FORMAT_BMP,
	FORMAT_GIF,
	FORMAT_PNM, /* from the PDF tool only */
	FORMAT_XML,
	FORMAT_MAIL,
	FORMAT_ZIP,
	FORMAT_TNEF,	/* winmail.dat */
	FORMAT_OFFICE,	/* Word, Excel and their like */
	FORMAT_ARCHIVE, /* of a kind we do not open: RAR, 7z, gzip */
};
const char *format_name(enum file_format format); /* "pdf"...; "unknown" */
enum file_format format_sniff(const void *bytes, size_t len); /* by content, never by name */

void image_free(struct image **image);
#define AUTO_IMAGE __attribute__((cleanup(image_free))) struct image *

/* Number of pages of a picture file (1 but for TIFF). A TIFF's chain of directories is
 * followed until it ends, loops or has shown max_pages + 1, which means "too many".
 * *broken: it does not end but loops or leads out of the file, so pages may be missing. */
enum rc image_count_pages(const void *bytes, size_t len, enum file_format format,
			  const struct image_limits *limits, int *pages, bool *broken,
			  struct err *err);
/* Whether a GIF or WebP holds more pictures than the one that image_decode gives. */
bool image_has_more_frames(const void *bytes, size_t len, enum file_format format);
/* Pixels of a page as its header has them, whether within the limits or not. RC_FAIL when
 * the header makes no sense. */
enum rc image_read_size(const void *bytes, size_t len, enum file_format format, int page,
			uint64_t *width, uint64_t *height, struct err *err);
/* page from 1. EXIF and TIFF orientation are applied. Lying or missing resolutions are judged later
 * (page_normalise). */
enum rc image_decode(const void *bytes, size_t len, enum file_format format, int page,
		     const struct image_limits *limits, struct image **out,
		     struct err *err);

int image_width(const struct image *image);
int image_height(const struct image *image);
int image_depth(const struct image *image); /* bits a pixel: 1, 8 or 32 */
int image_dpi(const struct image *image);   /* 0 = unknown */
bool image_damaged(const struct image *image); /* part of it could not be decoded */
void image_set_dpi(struct image *image, int dpi);
/* For ocr.c alone: the PIX behind it, borrowed. */
void *image_pix(const struct image *image);

/* The operations stages are made of; each gives a new image. Add what you need. */
struct image *image_clone(const struct image *image); /* shares the pixels */
struct image *image_copy(const struct image *image);
struct image *image_grey(const struct image *image);	   /* 8 bit */
struct image *image_channel(const struct image *image, char rgb); /* 'r' 'g' 'b' */
struct image *image_crop(const struct image *image, struct box box); /* pixels, clipped */
struct image *image_scale(const struct image *image, double factor_x, double factor_y);
struct image *image_turn(const struct image *image, int degrees); /* 90, 180, 270 clockwise */
struct image *image_rotate(const struct image *image, double degrees); /* small angles */
struct image *image_binarise(const struct image *image); /* adaptive, 1 bit, ink = 1 */
/* The same, where large areas of faint ink are not taken for darker paper; uneven light
 * is evened out less well. */
struct image *image_binarise_solid(const struct image *image);
struct image *image_open(const struct image *image, int w, int h);  /* morphology, 1 bit */
struct image *image_close(const struct image *image, int w, int h);
struct image *image_subtract(const struct image *a, const struct image *b); /* 1 bit */
struct image *image_invert(const struct image *image);
void image_clear(struct image *image, struct box box); /* makes a part white, in place */
/* For grey pictures of print: dots and grain run together; and every part of the page gets
 * the same contrast, whatever light and ribbon gave it. */
struct image *image_smooth(const struct image *grey);
struct image *image_contrast(const struct image *grey);
double image_ink(const struct image *image, struct box box); /* share of ink, 1 bit */
/* Bounding boxes of 8-connected components of a 1 bit image, in the arena. */
size_t image_components(const struct image *image, struct arena *arena, struct box **out);

/* Plain bytes for stages that look at pixels themselves: one channel ('r' 'g' 'b', or 'y'
 * for grey) of a picture of any depth, row by row, 0 black to 255 white; `out` holds width
 * * height bytes. And back: an 8 bit grey image of such bytes. */
void image_bytes(const struct image *image, char channel, uint8_t *out);
/* A 1 bit image as bits, ink is 1: each row begins at the highest bit of a word and has
 * `words` of them, enough for its width; what is left over is 0. */
void image_bits(const struct image *ink, uint64_t *out, int words);
struct image *image_from_bytes(const uint8_t *grey, int width, int height, int dpi);

/* How a page lies, judged on a bilevel reduction of it (100 to 200 dots an inch). */
/* The clockwise turn in degrees (-9 to 9) that makes its lines level; 0 when unsure. */
double image_skew(const struct image *ink);
/* The clockwise turn, 0 90 180 270, that makes its print stand upright, from ascenders and
 * descenders and from which way lines run. *sure: no second opinion is needed. */
int image_upright(const struct image *ink, bool *sure);
/* Black edges that a scanner leaves around the paper: a bilevel mask, NULL when none. */
struct image *image_border(const struct image *ink);
/* Makes everything under a (possibly reduced) mask white, in place, in all clones too. */
void image_whiten(struct image *image, const struct image *mask);
/* Share of clearly coloured pixels, 0 for grey and bilevel pictures. */
double image_colour(const struct image *image);

/* A page as a PDF tool drew it, borrowed bytes of red, green, blue: looked at as it lies,
 * because making an image of it costs as much as all that is done with one. */
struct image_drawing {
	const uint8_t *rgb;
	int width, height;
	bool coloured; /* set by image_drawing_grey: it is not all grey */
};
/* The raw colour PNM that the bytes begin with; gives its length, 0 for anything else and
 * for what is beyond the limits or no paper. */
size_t image_drawing_open(const void *bytes, size_t len, const struct image_limits *limits,
			  struct image_drawing *out);
struct image *image_drawing_grey(struct image_drawing *drawing, int dpi);
/* So many pixels wide, or as it is when that is less; each is the average of its place. */
struct image *image_drawing_small(const struct image_drawing *drawing, int width);
/* JPEG in colour, as large as it is. */
enum rc image_drawing_to_jpeg(const struct image_drawing *drawing, int dpi, int quality,
			      struct arena *arena, struct image_blob *out, struct err *err);

/* JPEG of at most max_width pixels, grey stays grey. Bytes in the arena. */
enum rc image_to_jpeg(const struct image *image, int max_width, int quality,
		      struct arena *arena, struct image_blob *out, struct err *err);

#endif
