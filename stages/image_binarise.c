/* What is ink and what is paper, in uneven light.
 *
 * The paper is measured in tiles and made as light everywhere; then one threshold
 * serves the whole page. Leptonica has a function for each of these steps and ours give
 * what they give, to the pixel. But a page is white paper for the most part, which is
 * seen four pixels at once here, and the evened picture is never made: the lighter a
 * tile has to become, the lower is its threshold. Nothing fails. */
#include <string.h>

#include "image_pix.h"

enum {
	TILE = 16,	  /* pixels; half a word of a bilevel picture */
	WORDS = TILE / 4, /* of a line of a tile: four pixels, the first the highest */
	PAPER = 200,	  /* as light as paper becomes */
	ENOUGH = 40,	  /* pixels without ink tell how light a tile's paper is */
	SMALLEST = 64,	  /* side of a picture that has tiles */
	SAMPLE = 4,	  /* each so many pixels, across and down, are counted */
	LEVELS = 256,
};

/* --- ink --- */

static int tiles_across(PIX *pix)
{
	return (pixGetWidth(pix) + TILE - 1) / TILE;
}

static int tiles_down(PIX *pix)
{
	return (pixGetHeight(pix) + TILE - 1) / TILE;
}

/* A bit for each of four pixels that is darker than the limit. */
static l_uint32 darker(l_uint32 four, l_uint32 limit)
{
	/* Each pixel in 16 bits, so that what is as light as the limit carries. */
	uint64_t wide = (four & 0x00ff00ff) | (uint64_t)(four >> 8 & 0x00ff00ff) << 32;
	uint64_t light = (wide + (LEVELS - limit) * 0x0001000100010001) >> 8;
	uint64_t dark = ~light & 0x0001000100010001;
	return (dark | dark >> 14 | dark >> 31 | dark >> 45) & 15;
}

/* Sixteen bits for a line of a tile, which may be cut off at the edge. */
static l_uint32 line_ink(const l_uint32 *line, int words, l_uint32 limit)
{
	l_uint32 ink = 0, all = 0xffffffff;
	for (int i = 0; i < words; i++)
		all &= line[i];
	if (all == 0xffffffff && limit < LEVELS)
		return 0;
	for (int i = 0; i < words; i++)
		ink |= darker(line[i], limit) << (12 - 4 * i);
	return ink;
}

/* What is darker than its tile's limit. */
static PIX *ink_below(PIX *grey, const l_uint32 *limits)
{
	int h = pixGetHeight(grey), words = pixGetWpl(grey), n = tiles_across(grey);
	PIX *ink = pixCreate(pixGetWidth(grey), h, 1);
	if (!ink)
		die("out of memory for a picture");
	for (int y = 0; y < h; y++) {
		const l_uint32 *line = pixGetData(grey) + (size_t)y * words;
		const l_uint32 *limit = limits + (size_t)(y / TILE) * n;
		l_uint32 *out = pixGetData(ink) + (size_t)y * pixGetWpl(ink);
		for (int i = 0; i < n; i++, line += WORDS) {
			int left = words - i * WORDS;
			out[i / 2] |=
				line_ink(line, left < WORDS ? left : WORDS, limit[i])
				<< (i % 2 ? 0 : 16);
		}
	}
	pixSetPadBits(ink, 0);
	pixCopyResolution(ink, grey);
	return ink;
}

/* --- paper, tile by tile --- */

static bool all_alike(const l_uint32 *tile, int words_per_line)
{
	l_uint32 first = (tile[0] & 255) * 0x01010101;
	for (int y = 0; y < TILE; y++, tile += words_per_line)
		for (int i = 0; i < WORDS; i++)
			if (tile[i] != first)
				return false;
	return true;
}

/* Adds up a line of a tile without its ink, sixteen bits. */
static void add_paper(const l_uint32 *line, l_uint32 ink, int *sum, int *count)
{
	for (int i = 0; i < TILE; i++)
		if (!(ink >> (15 - i) & 1)) {
			*sum += GET_DATA_BYTE(line, i);
			++*count;
		}
}

static void add_line(const l_uint32 *line, int *sum, int *count)
{
	l_uint32 pairs = 0;
	for (int i = 0; i < WORDS; i++)
		pairs += (line[i] & 0x00ff00ff) + (line[i] >> 8 & 0x00ff00ff);
	*sum += (int)((pairs & 0xffff) + (pairs >> 16));
	*count += TILE;
}

/* The average of what is not ink; 0: too little of it. */
static int paper_of_tile(const l_uint32 *tile, int words_per_line, const l_uint32 *ink,
			 int ink_words, int x)
{
	int sum = 0, count = 0;
	for (int y = 0; y < TILE; y++, tile += words_per_line, ink += ink_words) {
		l_uint32 dark = GET_DATA_TWO_BYTES(ink, x / TILE);
		if (dark == 0)
			add_line(tile, &sum, &count);
		else if (dark != 0xffff)
			add_paper(tile, dark, &sum, &count);
	}
	return count >= ENOUGH ? sum / count : 0;
}

/* Ink with three pixels around it. */
static PIX *ink_of(PIX *grey, int darker_than)
{
	AUTO_ARENA scratch = arena_new();
	size_t n = (size_t)tiles_across(grey) * (size_t)tiles_down(grey);
	l_uint32 *limits = arena_alloc_n(scratch, n, sizeof(*limits));
	for (size_t i = 0; i < n; i++)
		limits[i] = (l_uint32)darker_than;
	AUTO_PIX ink = ink_below(grey, limits);
	AUTO_PIX wide = pixDilateBrick(NULL, ink, 7, 1);
	return pixDilateBrick(NULL, wide, 1, 7);
}

/* A tile that is all of one colour, and no ink, is paper whatever stands beside it. */
static void measure_tiles(PIX *grey, PIX *ink, int darker_than, PIX *paper)
{
	int words = pixGetWpl(grey), ink_words = pixGetWpl(ink);
	for (int i = 0; i < pixGetHeight(grey) / TILE; i++) {
		const l_uint32 *line = pixGetData(grey) + (size_t)i * TILE * words;
		const l_uint32 *dark = pixGetData(ink) + (size_t)i * TILE * ink_words;
		for (int j = 0; j < pixGetWidth(grey) / TILE; j++) {
			const l_uint32 *tile = line + j * WORDS;
			int value = (int)(tile[0] & 255);
			if (value < darker_than || !all_alike(tile, words))
				value = paper_of_tile(tile, words, dark, ink_words,
						      j * TILE);
			pixSetPixel(paper, j, i, (l_uint32)value);
		}
	}
}

/* A picture that is dark all over stays as it is. */
static PIX *no_gain(PIX *paper)
{
	PIX *gain = pixCreate(pixGetWidth(paper), pixGetHeight(paper), 16);
	if (gain)
		pixSetAllArbitrary(gain, LEVELS);
	return gain;
}

/* How many 256ths of its light each tile is to have. NULL: the picture is too small. */
static PIX *gain_of(PIX *grey, int darker_than)
{
	int w = pixGetWidth(grey), h = pixGetHeight(grey);
	if (w < SMALLEST || h < SMALLEST)
		return NULL;
	AUTO_PIX ink = ink_of(grey, darker_than);
	AUTO_PIX paper = pixCreate(tiles_across(grey), tiles_down(grey), 8);
	if (!ink || !paper)
		die("out of memory for a picture");
	measure_tiles(grey, ink, darker_than, paper);
	if (pixFillMapHoles(paper, w / TILE, h / TILE, L_FILL_BLACK) != 0)
		return no_gain(paper);
	return pixGetInvBackgroundMap(paper, PAPER, 2, 1);
}

/* --- the threshold --- */

/* 256 leaves a tile as it is. */
static l_uint32 *tile_gains(PIX *grey, PIX *gain, struct arena *scratch)
{
	int across = tiles_across(grey), down = tiles_down(grey);
	l_uint32 *gains =
		arena_alloc_n(scratch, (size_t)across * (size_t)down, sizeof(*gains));
	for (int i = 0; i < across * down; i++) {
		gains[i] = LEVELS;
		if (gain)
			pixGetPixel(gain, i % across, i / across, &gains[i]);
	}
	return gains;
}

/* Otsu's, of the evened picture. */
static int otsu_threshold(PIX *grey, const l_uint32 *gains)
{
	l_float32 counts[LEVELS] = {0};
	int threshold = 0, across = tiles_across(grey);
	for (int y = 0; y < pixGetHeight(grey); y += SAMPLE) {
		const l_uint32 *line = pixGetData(grey) + (size_t)y * pixGetWpl(grey);
		const l_uint32 *gain = gains + (size_t)(y / TILE) * across;
		for (int x = 0; x < pixGetWidth(grey); x += SAMPLE) {
			l_uint32 even =
				GET_DATA_BYTE(line, x) * gain[x / TILE] / LEVELS;
			counts[even < LEVELS ? even : LEVELS - 1]++;
		}
	}
	NUMA *histogram = numaCreateFromFArray(counts, LEVELS, L_COPY);
	if (histogram)
		numaSplitDistribution(histogram, 0.1f, &threshold, NULL, NULL, NULL,
				      NULL, NULL);
	numaDestroy(&histogram);
	return threshold;
}

/* What is to be darker than the threshold is now darker than its tile's limit. */
static PIX *ink_when_even(PIX *grey, const l_uint32 *gains, int threshold)
{
	AUTO_ARENA scratch = arena_new();
	size_t n = (size_t)tiles_across(grey) * (size_t)tiles_down(grey);
	l_uint32 *limits = arena_alloc_n(scratch, n, sizeof(*limits));
	for (size_t i = 0; i < n; i++) {
		l_uint32 by = gains[i];
		l_uint32 limit =
			by ? ((l_uint32)threshold * LEVELS + by - 1) / by : LEVELS;
		limits[i] = limit < LEVELS ? limit : LEVELS;
	}
	return ink_below(grey, limits);
}

/* --- for the page --- */

/* The threshold is kept within what ink can be: on a page without ink Otsu would cut
 * the paper's own noise in two. */
struct image *image_binarise(const struct image *image)
{
	if (image_depth(image) == 1)
		return image_clone(image);
	AUTO_IMAGE grey = image_grey(image);
	AUTO_ARENA scratch = arena_new();
	AUTO_PIX gain = gain_of(grey->pix, 80);
	const l_uint32 *gains = tile_gains(grey->pix, gain, scratch);
	int threshold = otsu_threshold(grey->pix, gains);
	threshold = threshold < 100 ? 100 : threshold > 165 ? 165 : threshold;
	return image_take_pix(ink_when_even(grey->pix, gains, threshold), image->dpi);
}

/* Most of a page is paper. */
static int paper_value(PIX *grey)
{
	l_float32 value = 255;
	NUMA *histogram = pixGetGrayHistogram(grey, SAMPLE);
	if (histogram)
		numaHistogramGetValFromRank(histogram, 0.5f, &value);
	numaDestroy(&histogram);
	return (int)value;
}

/* Ink has at most four fifths of the light of paper; how dark the darkest print is,
 * which Otsu would go by, says nothing of faint bars. */
struct image *image_binarise_solid(const struct image *image)
{
	if (image_depth(image) == 1)
		return image_clone(image);
	AUTO_IMAGE grey = image_grey(image);
	AUTO_ARENA scratch = arena_new();
	AUTO_PIX gain = gain_of(grey->pix, paper_value(grey->pix) * 4 / 5);
	const l_uint32 *gains = tile_gains(grey->pix, gain, scratch);
	return image_take_pix(ink_when_even(grey->pix, gains, gain ? 158 : 128),
			      image->dpi);
}
