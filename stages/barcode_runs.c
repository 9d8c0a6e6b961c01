/* barcode_runs.c - lines and columns of a bilevel picture as lengths of like pixels.
 *
 * Paper has specks and scanners have dirt on their glass, which draws a line of a pixel
 * or two down every page. A code whose elements are much larger than that must not be
 * lost to it, so whoever asks says how small a thing is to be overlooked. */
#include "barcode_find.h"

size_t bitmap_runs(const struct bitmap *map, int y, int speck, int *runs)
{
	int length = 0;
	size_t n = 0;
	bool ink = false;

	for (int x = 0; x < map->width && n + 1 < LINE_RUNS; x++) {
		if (bitmap_dark(map, x, y) == ink) {
			length++;
			continue;
		}
		if (length <= speck && n > 0) {
			length += runs[--n] + 1;
		} else {
			runs[n++] = length;
			length = 1;
		}
		ink = !ink;
	}
	runs[n] = length;
	return n + 1;
}

static void clean_line(const struct bitmap *map, uint8_t *line, bool ink, int speck)
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
static void clean_lines(const struct bitmap *map, uint8_t *bytes, int speck)
{
	for (int y = 0; y < map->height; y++) {
		clean_line(map, bytes + y * map->along, true, speck);
		clean_line(map, bytes + y * map->along, false, speck);
	}
}

void bitmap_clean(uint8_t *bytes, int width, int height, int speck)
{
	struct bitmap map = {bytes, width, height, 1, width, 0};
	struct bitmap aside = bitmap_turned(&map);

	clean_lines(&map, bytes, speck);
	clean_lines(&aside, bytes, speck);
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
