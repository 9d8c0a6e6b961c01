/* image_format.h - what the headers of picture files say, read by hand. Private to the
 * image_*.c files. Everything is bounds-checked; a lie ends as `false`. */
#ifndef INTRAY_IMAGE_FORMAT_H
#define INTRAY_IMAGE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tiff_file {
	const uint8_t *bytes;
	size_t len;
	bool big_endian, big_tiff;
};
struct tiff_page {
	uint64_t offset, next; /* of this directory and of the one behind it; 0 none */
	uint32_t width, height;
	uint32_t bits, samples;
	int orientation;     /* 1..8, 1 when not said */
	double dpi_x, dpi_y; /* 0 when not said */
};
bool tiff_open(const void *bytes, size_t len, struct tiff_file *out);
uint64_t tiff_first(const struct tiff_file *file);
bool tiff_read_page(const struct tiff_file *file, uint64_t offset,
		    struct tiff_page *out);

/* EXIF orientation 1..8; 1 when there is none. */
int jpeg_orientation(const void *bytes, size_t len);

/* How many pictures follow each other in it; 0 where only more than one are counted.
 * (image_frames.c) */
unsigned gif_frames(const void *bytes, size_t len);
unsigned webp_frames(const void *bytes, size_t len);
unsigned png_frames(const void *bytes, size_t len);
unsigned jp2_frames(const void *bytes, size_t len);

/* Pixels a decoder would have to make room for. GIF: of all frames together, since the
 * library unpacks all of them (image_frames.c). JPEG 2000: of the codestream, not of
 * the box that may lie. */
bool gif_size(const void *bytes, size_t len, uint64_t *width, uint64_t *height);
bool bmp_size(const void *bytes, size_t len, uint64_t *width, uint64_t *height);
bool jp2_size(const void *bytes, size_t len, uint64_t *width, uint64_t *height);

#endif
