/* barcode_runs.c - lines and columns of a bilevel picture as lengths of like pixels,
 * 64 of which are seen at once.
 *
 * Paper has specks and scanners have dirt on their glass, which draws a line of a pixel
 * or two down every page. A code whose elements are much larger than that must not be
 * lost to it, so whoever asks says how small a thing is to be overlooked. */
#include "barcode_find.h"

/* --- turned --- */

/* 64 lines of 64 pixels change places with their columns: halves first, then quarters
 * of each... */
static void turn_block(uint64_t block[64])
{
	uint64_t mask = 0xffffffff;
	for (int half = 32; half > 0; half /= 2, mask ^= mask << half)
		for (int i = 0; i < 64; i = ((i | half) + 1) & ~half) {
			uint64_t swap = (block[i] ^ (block[i | half] >> half)) & mask;
			block[i] ^= swap;
			block[i | half] ^= swap << half;
		}
}

/* The block at column `word` and line `y`; beyond the last line there is paper. */
static void take_block(const struct bitmap *map, int word, int y, uint64_t block[64])
{
	for (int i = 0; i < 64; i++)
		block[i] = y + i < map->height ? bitmap_line(map, y + i)[word] : 0;
}

struct bitmap bitmap_turned(const struct bitmap *map, struct arena *arena)
{
	struct bitmap out = {.width = map->height,
			     .height = map->width,
			     .words = bitmap_words(map->height),
			     .dpi = map->dpi};
	size_t words = (size_t)out.words;
	uint64_t *bits =
		arena_alloc_n(arena, (size_t)out.height * words, sizeof(*bits));
	uint64_t block[64];

	for (int word = 0; word * 64 < map->width; word++)
		for (int y = 0; y / 64 < out.words; y += 64) {
			take_block(map, word, y, block);
			turn_block(block);
			for (int i = 0; i < 64 && word * 64 + i < out.height; i++)
				bits[(size_t)(word * 64 + i) * words + (size_t)y / 64] =
					block[i];
		}
	out.bits = bits;
	return out;
}

/* --- runs --- */

/* Where the pixels that are like `ink` end, from x on. */
static int run_end(const uint64_t *line, int width, int x, bool ink)
{
	uint64_t same = ink ? ~(uint64_t)0 : 0;
	uint64_t other = (line[x / 64] ^ same) << (x % 64);
	int end = x;

	while (!other) {
		end = (end / 64 + 1) * 64;
		if (end >= width)
			return width;
		other = line[end / 64] ^ same;
	}
	end += __builtin_clzll(other);
	return end < width ? end : width;
}

size_t bitmap_runs(const struct bitmap *map, int y, int speck, int *runs)
{
	const uint64_t *line = bitmap_line(map, y);
	int length = 0;
	size_t n = 0;
	bool ink = false;

	for (int x = 0; x < map->width && n + 1 < LINE_RUNS; x++, ink = !ink) {
		int end = run_end(line, map->width, x, ink);
		length += end - x;
		if (end == map->width)
			break;
		if (length <= speck && n > 0) {
			length += runs[--n] + 1;
		} else {
			runs[n++] = length;
			length = 1;
		}
		x = end;
	}
	runs[n] = length;
	return n + 1;
}

/* --- without specks --- */

/* A picture of a byte a pixel, seen by its lines or by its columns. */
struct bytes {
	uint8_t *first;
	int width, height;
	ptrdiff_t across, along; /* to the next pixel of a line, to the next line */
};

static void clean_line(const struct bytes *map, uint8_t *line, bool ink, int speck)
{
	for (int x = 0, end; x < map->width; x = end) {
		bool dark = line[x * map->across] < 128;

		for (end = x;
		     end < map->width && (line[end * map->across] < 128) == dark;)
			end++;
		bool speckle = dark == ink && end - x <= speck;
		for (int i = x; i < end; i++)
			line[i * map->across] = dark != speckle ? 0 : 255;
	}
}

/* Dark specks first: the gap that dirt leaves beside a bar is not part of the bar. */
static void clean_lines(const struct bytes *map, int speck)
{
	for (int y = 0; y < map->height; y++) {
		clean_line(map, map->first + y * map->along, true, speck);
		clean_line(map, map->first + y * map->along, false, speck);
	}
}

void bitmap_clean(uint8_t *bytes, int width, int height, int speck)
{
	struct bytes lines = {bytes, width, height, 1, width};
	struct bytes columns = {bytes, height, width, width, 1};

	clean_lines(&lines, speck);
	clean_lines(&columns, speck);
}

int bitmap_run_along(const struct bitmap *map, int x, int *y, int dy, bool ink,
		     int speck, int most)
{
	int n = 0, other = 0;

	for (int at = *y; at >= 0 && at < map->height && n < most; at += dy) {
		if (bitmap_dark(map, x, at) != ink && ++other > speck)
			break;
		if (bitmap_dark(map, x, at) != ink)
			continue;
		n += other + 1;
		other = 0;
	}
	*y += dy * n;
	return n;
}
