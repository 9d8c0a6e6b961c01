/* The operations that stages are made of, on pictures of 1, 8 or 32 bits a pixel.
 *
 * Every operation gives a new image, keeps the resolution where that still means
 * something, and never fails: its arguments are ours, so the only way to fail is to run
 * out of memory, which dies (the jailed reader's limit turns a greedy page into a fault
 * of that page). */
#include "image.h"

#include <endian.h>
#include <math.h>
#include <string.h>

#include "image_pix.h"

/* --- life --- */

struct image *image_take_pix(PIX *take_pix, int dpi)
{
	struct image *image = calloc(1, sizeof(*image));
	if (!image || !take_pix)
		die("out of memory for a picture");
	image->pix = take_pix;
	image->dpi = dpi;
	return image;
}

void image_free(struct image **image)
{
	if (*image) {
		pixDestroy(&(*image)->pix);
		free(*image);
	}
	*image = NULL;
}

struct image *image_clone(const struct image *image)
{
	struct image *clone = image_take_pix(pixClone(image->pix), image->dpi);
	clone->damaged = image->damaged;
	return clone;
}

struct image *image_copy(const struct image *image)
{
	return image_take_pix(pixCopy(NULL, image->pix), image->dpi);
}

int image_width(const struct image *image)
{
	return pixGetWidth(image->pix);
}

int image_height(const struct image *image)
{
	return pixGetHeight(image->pix);
}

int image_depth(const struct image *image)
{
	return pixGetDepth(image->pix);
}

int image_dpi(const struct image *image)
{
	return image->dpi;
}

void image_set_dpi(struct image *image, int dpi)
{
	image->dpi = dpi;
}

bool image_damaged(const struct image *image)
{
	return image->damaged;
}

void *image_pix(const struct image *image)
{
	return image->pix;
}

/* --- depth and colour --- */

l_uint8 image_luminance(int red, int green, int blue)
{
	return (l_uint8)(L_RED_WEIGHT * (float)red + L_GREEN_WEIGHT * (float)green +
			 L_BLUE_WEIGHT * (float)blue + 0.5);
}

static l_uint8 luminance_of(l_uint32 rgb)
{
	return image_luminance(rgb >> 24, rgb >> 16 & 255, rgb >> 8 & 255);
}

/* A page is paper for the most part, and what a pixel like the last one gives is known.
 */
static PIX *luminance(PIX *colour)
{
	int width = pixGetWidth(colour), height = pixGetHeight(colour);
	PIX *grey = pixCreate(width, height, 8);
	if (!grey)
		return NULL;
	pixCopyResolution(grey, colour);
	l_uint32 *from = pixGetData(colour), *to = pixGetData(grey), last = 0;
	l_uint8 value = luminance_of(last);
	for (int y = 0; y < height; y++) {
		for (int x = 0; x < width; x++) {
			if (from[x] != last) {
				last = from[x];
				value = luminance_of(last);
			}
			SET_DATA_BYTE(to, x, value);
		}
		from += pixGetWpl(colour);
		to += pixGetWpl(grey);
	}
	return grey;
}

static PIX *to_grey(PIX *pix)
{
	return pixGetDepth(pix) == 32 ? luminance(pix) : pixConvertTo8(pix, 0);
}

struct image *image_grey(const struct image *image)
{
	return image_take_pix(to_grey(image->pix), image->dpi);
}

struct image *image_channel(const struct image *image, char rgb)
{
	int which = rgb == 'r' ? COLOR_RED : rgb == 'g' ? COLOR_GREEN : COLOR_BLUE;
	if (image_depth(image) != 32)
		return image_grey(image);
	return image_take_pix(pixGetRGBComponent(image->pix, which), image->dpi);
}

struct image *image_invert(const struct image *image)
{
	return image_take_pix(pixInvert(NULL, image->pix), image->dpi);
}

struct image *image_smooth(const struct image *grey)
{
	return image_take_pix(pixBlockconv(grey->pix, 1, 1), grey->dpi);
}

/* In tiles of two or three lines of print; where a tile shows less than the least
 * difference there is no print, only grain that must not become any. */
enum { TILE_PX = 40, LEAST_DIFFERENCE = 60 };

struct image *image_contrast(const struct image *grey)
{
	if (image_width(grey) < 2 * TILE_PX || image_height(grey) < 2 * TILE_PX)
		return image_clone(grey);
	return image_take_pix(pixContrastNorm(NULL, grey->pix, TILE_PX, TILE_PX,
					      LEAST_DIFFERENCE, 2, 2),
			      grey->dpi);
}

/* --- geometry --- */

static struct box clip(const struct image *image, struct box box)
{
	int64_t w = image_width(image), h = image_height(image);
	int64_t x0 = box.x < 0 ? 0 : box.x, y0 = box.y < 0 ? 0 : box.y;
	int64_t x1 = (int64_t)box.x + box.w, y1 = (int64_t)box.y + box.h;
	x1 = x1 > w ? w : x1;
	y1 = y1 > h ? h : y1;
	if (x1 <= x0 || y1 <= y0)
		return (struct box){0};
	return (struct box){(int)x0, (int)y0, (int)(x1 - x0), (int)(y1 - y0)};
}

struct image *image_crop(const struct image *image, struct box box)
{
	struct box in = clip(image, box);
	if (in.w == 0) { /* nothing of it is on the page: one white pixel */
		PIX *white = pixCreate(1, 1, image_depth(image));
		if (white)
			pixSetBlackOrWhite(white, L_SET_WHITE);
		return image_take_pix(white, image->dpi);
	}
	BOX *area = boxCreate(in.x, in.y, in.w, in.h);
	PIX *cut = pixClipRectangle(image->pix, area, NULL);
	boxDestroy(&area);
	return image_take_pix(cut, image->dpi);
}

static PIX *scale_down_bilevel(PIX *pix, double factor)
{
	if (factor == 0.5)
		return pixScaleToGray2(pix);
	if (factor == 0.25)
		return pixScaleToGray4(pix);
	if (factor == 0.125)
		return pixScaleToGray8(pix);
	return pixScaleToGray(pix, (float)factor);
}

/* Bilevel pictures become grey when they shrink. Exact halves and quarters are several
 * times cheaper than anything between. */
struct image *image_scale(const struct image *image, double factor_x, double factor_y)
{
	PIX *pix = image->pix, *scaled;
	bool even = factor_x == factor_y;
	int d = pixGetDepth(pix);
	bool small = pixGetWidth(pix) < 16 || pixGetHeight(pix) < 16;

	if (d == 1 && even && factor_x < 1 && !small)
		scaled = scale_down_bilevel(pix, factor_x);
	else if (d > 1 && even && factor_x == 0.5 && !small)
		scaled = pixScaleAreaMap2(pix);
	else if (d > 1 && factor_x < 0.7 && factor_y < 0.7)
		scaled = pixScaleAreaMap(pix, (float)factor_x, (float)factor_y);
	else if (d > 1 && factor_x > 1 && factor_y > 1)
		scaled = pixScaleLI(pix, (float)factor_x, (float)factor_y);
	else
		scaled = pixScale(pix, (float)factor_x, (float)factor_y);
	return image_take_pix(scaled, (int)lround(image->dpi * factor_x));
}

struct image *image_turn(const struct image *image, int degrees)
{
	int quarters = (degrees / 90 % 4 + 4) % 4;
	if (quarters == 0)
		return image_clone(image);
	return image_take_pix(pixRotateOrth(image->pix, quarters), image->dpi);
}

/* --- bilevel pictures --- */

struct image *image_open(const struct image *image, int w, int h)
{
	return image_take_pix(pixOpenBrick(NULL, image->pix, w, h), image->dpi);
}

struct image *image_close(const struct image *image, int w, int h)
{
	return image_take_pix(pixCloseSafeBrick(NULL, image->pix, w, h), image->dpi);
}

struct image *image_subtract(const struct image *a, const struct image *b)
{
	return image_take_pix(pixSubtract(NULL, a->pix, b->pix), a->dpi);
}

void image_clear(struct image *image, struct box box)
{
	struct box in = clip(image, box);
	if (in.w > 0)
		pixRasterop(image->pix, in.x, in.y, in.w, in.h,
			    image_depth(image) == 1 ? PIX_CLR : PIX_SET, NULL, 0, 0);
}

double image_ink(const struct image *image, struct box box)
{
	struct box in = clip(image, box);
	int count = 0;
	if (in.w == 0)
		return 0;
	BOX *area = boxCreate(in.x, in.y, in.w, in.h);
	pixCountPixelsInRect(image->pix, area, &count, NULL);
	boxDestroy(&area);
	return (double)count / ((double)in.w * in.h);
}

size_t image_components(const struct image *image, struct arena *arena,
			struct box **out)
{
	BOXA *boxes = pixConnCompBB(image->pix, 8);
	if (!boxes)
		die("out of memory for components");
	int n = boxaGetCount(boxes);
	*out = arena_alloc_n(arena, (size_t)n, sizeof(**out));
	for (int i = 0; i < n; i++) {
		struct box *b = &(*out)[i];
		boxaGetBoxGeometry(boxes, i, &b->x, &b->y, &b->w, &b->h);
	}
	boxaDestroy(&boxes);
	return (size_t)n;
}

/* --- plain bytes --- */

void image_bytes(const struct image *image, char channel, uint8_t *out)
{
	AUTO_IMAGE grey = image_depth(image) == 8 ? image_clone(image)
			  : channel == 'y'	  ? image_grey(image)
						  : image_channel(image, channel);
	int w = image_width(grey), h = image_height(grey), wpl = pixGetWpl(grey->pix);
	const l_uint32 *row = pixGetData(grey->pix);

	for (int y = 0; y < h; y++, row += wpl, out += w) {
		int x = 0;
		for (; x + 4 <= w; x += 4) {
			uint32_t four = htobe32(row[x / 4]);
			memcpy(out + x, &four, sizeof(four));
		}
		for (; x < w; x++)
			out[x] = (uint8_t)GET_DATA_BYTE(row, x);
	}
}

void image_bits(const struct image *ink, uint64_t *out, int words)
{
	int w = image_width(ink), h = image_height(ink), wpl = pixGetWpl(ink->pix);
	const l_uint32 *row = pixGetData(ink->pix);

	for (int y = 0; y < h; y++, row += wpl, out += words) {
		for (int i = 0; i < words; i++)
			out[i] = (uint64_t)(2 * i < wpl ? row[2 * i] : 0) << 32 |
				 (2 * i + 1 < wpl ? row[2 * i + 1] : 0);
		for (int i = w / 64; i < words; i++) /* pad bits may be anything */
			out[i] &= i > w / 64 ? 0 : ~(~(uint64_t)0 >> (w % 64));
	}
}

struct image *image_from_bytes(const uint8_t *grey, int width, int height, int dpi)
{
	struct image *image = image_take_pix(pixCreate(width, height, 8), dpi);
	int wpl = pixGetWpl(image->pix);
	l_uint32 *row = pixGetData(image->pix);

	for (int y = 0; y < height; y++, row += wpl) {
		for (int x = 0; x < width; x++)
			SET_DATA_BYTE(row, x, *grey++);
	}
	return image;
}
