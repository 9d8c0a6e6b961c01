/* barcode_find.h - where on a page codes seem to stand. Private to stages/barcode*.c
 * and patch.c. */
#ifndef INTRAY_STAGES_BARCODE_FIND_H
#define INTRAY_STAGES_BARCODE_FIND_H

#include <stddef.h>

#include "barcode.h"

/* A bilevel picture, a bit for a pixel, 1 is ink; a line begins at the highest bit of
 * its first word and ends with at least one bit of paper. */
struct bitmap {
	const uint64_t *bits;
	int width, height, words; /* words: of a line */
	double dpi;
};
static inline int bitmap_words(int width)
{
	return width / 64 + 1;
}
static inline const uint64_t *bitmap_line(const struct bitmap *map, int y)
{
	return map->bits + (size_t)y * (size_t)map->words;
}
static inline bool bitmap_dark(const struct bitmap *map, int x, int y)
{
	return bitmap_line(map, y)[x / 64] << (x % 64) >> 63;
}

/* barcode_runs.c: lines become columns. The bits are in the arena. */
struct bitmap bitmap_turned(const struct bitmap *map, struct arena *arena);
enum { PLACES_MAX = 16, LINE_RUNS = 4096 };

/* Lengths of like pixels in a line, light first; what is no longer than
 * `speck` is part of what it stands on. runs has room for LINE_RUNS. Returns how many.
 */
size_t bitmap_runs(const struct bitmap *map, int y, int speck, int *runs);
/* Makes specks of lines and of columns what they stand on, in a picture that is to be
 * black (0) and white (255) from then on. */
void bitmap_clean(uint8_t *bytes, int width, int height, int speck);
/* The like pixels of a column from *y on up (dy -1) or down (1), at most `most`, specks
 * counted in; *y: behind them. */
int bitmap_run_along(const struct bitmap *map, int x, int *y, int dy, bool ink,
		     int speck, int most);

/* barcode_square.c: the squares of QR codes, with a margin. */
size_t barcode_squares(const struct bitmap *map, struct box *out, size_t max);
/* barcode_bars.c: stretches of bars that stand upright in the bitmap as seen, with a
 * margin; slant: how many pixels they move aside on the way down one. */
struct bars {
	struct box box;
	double slant;
};
size_t barcode_bars(const struct bitmap *map, struct bars *out, size_t max);
/* patch.c: patch codes whose bars lie across the lines of the bitmap as seen; which
 * one, reading from its edge of the paper inwards: '1' '2' '3' '4' '6' 'T'. */
struct patch {
	struct box box;
	char name;
};
size_t patch_find(const struct bitmap *map, struct patch *out, size_t max);

#endif
