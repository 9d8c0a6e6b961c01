/* A page as a PDF tool drew it, looked at as its bytes lie: grey for those who judge
 * ink, small for thumbnails.
 *
 * Most of a drawn page is white, which is seen eight pixels at once. Grey is what
 * image_grey would give. The bytes come from a tool that read a hostile file, so the
 * header is believed as far as bytes follow it and no further. */
#include <string.h>

#include "image_pix.h"

/* Wider than any sheet at the dots people see it with, and so that sums of a column fit
 * 16 bits: a picture is made small to 200 pixels at least. */
enum { WIDEST = 25000, EIGHT = 24 };

size_t image_drawing_open(const void *bytes, size_t len,
			  const struct image_limits *limits, struct image_drawing *out)
{
	struct pnm pnm;
	if (!pnm_open(bytes, len, &pnm) || !pnm.colour)
		return 0;
	uint64_t pixels = (uint64_t)pnm.width * (uint64_t)pnm.height;
	if (pnm.width > WIDEST || pnm.height > WIDEST ||
	    pixels > (uint64_t)limits->max_pixels ||
	    image_is_strip((uint64_t)pnm.width, (uint64_t)pnm.height))
		return 0;
	*out = (struct image_drawing){pnm.at, pnm.width, pnm.height, true};
	return (size_t)(pnm.at - (const uint8_t *)bytes) + (size_t)pixels * 3;
}

static PIX *picture_of(int width, int height, int depth, int dpi)
{
	PIX *pix = pixCreate(width, height, depth);
	if (!pix)
		die("out of memory for a picture");
	pixSetResolution(pix, dpi, dpi);
	return pix;
}

static const uint8_t *row_of(const struct image_drawing *drawing, int y)
{
	return drawing->rgb + (size_t)y * (size_t)drawing->width * 3;
}

/* --- grey --- */

static bool eight_white(const uint8_t *rgb)
{
	uint64_t part[EIGHT / 8];
	memcpy(part, rgb, sizeof(part));
	return (part[0] & part[1] & part[2]) == ~(uint64_t)0;
}

/* A pixel and the grey it became; the next is often the same. */
struct shade {
	uint8_t rgb[3], grey;
	bool coloured; /* any so far */
};

static uint8_t grey_of(const uint8_t *rgb, struct shade *last)
{
	if (memcmp(rgb, last->rgb, 3) == 0)
		return last->grey;
	memcpy(last->rgb, rgb, 3);
	last->coloured = last->coloured || rgb[0] != rgb[1] || rgb[1] != rgb[2];
	last->grey = image_luminance(rgb[0], rgb[1], rgb[2]);
	return last->grey;
}

/* Four pixels are a word, the first in its highest byte. */
static void grey_row(const uint8_t *rgb, int width, struct shade *last, l_uint32 *line)
{
	int x = 0;
	for (; x + 8 <= width; x += 8, rgb += EIGHT) {
		if (eight_white(rgb)) {
			line[x / 4] = line[x / 4 + 1] = 0xffffffff;
			continue;
		}
		for (int i = 0; i < 8; i++)
			SET_DATA_BYTE(line, x + i, grey_of(rgb + 3 * i, last));
	}
	for (; x < width; x++, rgb += 3)
		SET_DATA_BYTE(line, x, grey_of(rgb, last));
}

struct image *image_drawing_grey(struct image_drawing *drawing, int dpi)
{
	PIX *grey = picture_of(drawing->width, drawing->height, 8, dpi);
	struct shade last = {.grey = 0};
	for (int y = 0; y < drawing->height; y++)
		grey_row(row_of(drawing, y), drawing->width, &last,
			 pixGetData(grey) + (size_t)y * pixGetWpl(grey));
	drawing->coloured = last.coloured;
	return image_take_pix(grey, dpi);
}

/* --- small --- */

static void add_row(const uint8_t *restrict row, size_t n, uint16_t *restrict sums)
{
	for (size_t i = 0; i < n; i++)
		sums[i] = (uint16_t)(sums[i] + row[i]);
}

/* The columns from..to of the sums of `rows` rows. */
static l_uint32 average(const uint16_t *sums, int from, int to, int rows)
{
	uint32_t red = 0, green = 0, blue = 0;
	float share = 1.0F / (float)((to - from) * rows);
	for (const uint16_t *at = sums + 3 * from; at < sums + 3 * to; at += 3) {
		red += at[0];
		green += at[1];
		blue += at[2];
	}
	return (l_uint32)((float)red * share + 0.5F) << 24 |
	       (l_uint32)((float)green * share + 0.5F) << 16 |
	       (l_uint32)((float)blue * share + 0.5F) << 8;
}

struct image *image_drawing_small(const struct image_drawing *drawing, int width)
{
	AUTO_ARENA scratch = arena_new();
	int w = drawing->width < width ? drawing->width : width;
	int h = (int)((int64_t)drawing->height * w / drawing->width);
	size_t n = (size_t)drawing->width * 3;
	uint16_t *sums = arena_alloc_n(scratch, n, sizeof(*sums));
	h = h > 0 ? h : 1;
	PIX *small = picture_of(w, h, 32, 0);
	for (int y = 0; y < h; y++) {
		int from = (int)((int64_t)y * drawing->height / h);
		int to = (int)((int64_t)(y + 1) * drawing->height / h);
		l_uint32 *line = pixGetData(small) + (size_t)y * pixGetWpl(small);
		memset(sums, 0, n * sizeof(*sums));
		for (int row = from; row < to; row++)
			add_row(row_of(drawing, row), n, sums);
		for (int x = 0; x < w; x++)
			line[x] = average(sums, (int)((int64_t)x * drawing->width / w),
					  (int)((int64_t)(x + 1) * drawing->width / w),
					  to - from);
	}
	struct image *image = image_take_pix(small, 0);
	struct image *grey = drawing->coloured ? NULL : image_grey(image);
	if (grey)
		image_free(&image);
	return grey ? grey : image;
}
