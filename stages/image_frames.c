/* image_frames.c - pictures that hold several: how many follow each other in a file.
 *
 * A page is read from the first alone, so whoever reads has to know that there are more
 * and say so: what nobody saw is lost. Headers are walked by hand, bounds-checked; a
 * file that lies about its lengths ends the walk. A JPEG's other pictures (previews,
 * depth, as telephones put them behind) are the same picture again and not counted. */
#include <string.h>

#include "image_format.h"

static uint32_t le16(const uint8_t *b)
{
	return (uint32_t)b[0] | (uint32_t)b[1] << 8;
}

static uint32_t be32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Skips a GIF's chain of length-prefixed sub-blocks. */
static size_t gif_skip_blocks(const uint8_t *b, size_t len, size_t at)
{
	while (at < len && b[at] != 0)
		at += 1 + (size_t)b[at];
	return at + 1;
}

static size_t gif_colors(uint8_t flags)
{
	return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* Walks the pictures of a GIF: the widest, all their rows, how many there are. */
static unsigned gif_walk(const uint8_t *b, size_t len, uint64_t *width, uint64_t *rows)
{
	unsigned frames = 0;
	*width = *rows = 0;
	if (len < 13)
		return 0;
	size_t at = 13 + gif_colors(b[10]);
	while (at + 10 <= len && (b[at] == 0x21 || b[at] == 0x2c)) {
		if (b[at] == 0x21) { /* extension */
			at = gif_skip_blocks(b, len, at + 2);
			continue;
		}
		uint32_t w = le16(b + at + 5), h = le16(b + at + 7);
		if (w > *width)
			*width = w;
		*rows += h;
		frames++;
		at = gif_skip_blocks(b, len, at + 11 + gif_colors(b[at + 9]));
	}
	return frames;
}

bool gif_size(const void *bytes, size_t len, uint64_t *width, uint64_t *height)
{
	return gif_walk(bytes, len, width, height) > 0 && *width > 0 && *height > 0;
}

unsigned gif_frames(const void *bytes, size_t len)
{
	uint64_t width, rows;
	return gif_walk(bytes, len, &width, &rows);
}

/* Chunks of a RIFF file: four letters, a length, content up to an even place. */
unsigned webp_frames(const void *bytes, size_t len)
{
	const uint8_t *b = bytes;
	unsigned frames = 0;
	for (size_t at = 12; at + 8 <= len;) {
		size_t size = le16(b + at + 4) | (size_t)le16(b + at + 6) << 16;
		frames += memcmp(b + at, "ANMF", 4) == 0;
		if (size > len - at - 8)
			break;
		at += 8 + size + (size & 1);
	}
	return frames;
}

/* Chunks of a PNG: a length, four letters, content, a checksum. Its pictures are
 * announced before the first; behind its end another file may begin. */
unsigned png_frames(const void *bytes, size_t len)
{
	const uint8_t *b = bytes;
	unsigned frames = 1;
	for (size_t at = 8; at + 12 <= len;) {
		size_t size = be32(b + at), next = at + 12 + size;
		if (size > len - at - 12)
			break;
		if (memcmp(b + at + 4, "acTL", 4) == 0 && size >= 4)
			frames = be32(b + at + 8);
		if (memcmp(b + at + 4, "IEND", 4) == 0) {
			bool another = len - next >= 8 && memcmp(b + next, b, 8) == 0;
			return frames + another;
		}
		at = next;
	}
	return frames;
}

/* Boxes of a JPEG 2000 file: a length, four letters; 1: the length stands behind them
 * in eight bytes, 0: up to the end. */
unsigned jp2_frames(const void *bytes, size_t len)
{
	const uint8_t *b = bytes;
	unsigned frames = 0;
	for (size_t at = 0; at + 8 <= len;) {
		uint64_t size = be32(b + at);
		frames += memcmp(b + at + 4, "jp2c", 4) == 0;
		if (size == 1 && len - at >= 16)
			size = (uint64_t)be32(b + at + 8) << 32 | be32(b + at + 12);
		if (size < 8 || size > len - at)
			break;
		at += (size_t)size;
	}
	return frames;
}
