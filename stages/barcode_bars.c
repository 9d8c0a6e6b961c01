/* barcode_bars.c - are there bars on the page, as of Code 128 or Code 39, and where?
 *
 * Bars are what goes on unchanged from line to line: where a line of the page changes
 * between dark and light many times, and lines a little further down change at the same
 * places, there are bars; print is never that stubborn. One line in a millimetre is
 * looked at, so this costs a millisecond or two. Bars may lean, since the sheet was fed
 * askew: then the places move aside evenly, and how much is told along with the place.
 * Nothing fails: what is not found is not there. */
#include "barcode_find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	EDGES_MIN = 14, /* of a stretch; the shortest code has 17 */
	MISSES_MAX = 2, /* one after the other, where noise bites */
	LINE_EDGES = 4096,
	CHECKS = 3, /* lines further down that must agree */
	STRETCHES = 64,
};
#define LINE_MM 1.0
#define CHECK_MM 0.8
#define WIDEST_MM 4.2 /* element of a code, so the widest gap inside one */
#define QUIET_MM 4.0
#define SLANT_MAX 0.16
#define SLANT_STEP 0.04

struct edges {
	int x[LINE_EDGES];
	size_t n;
};

static int px(const struct bitmap *map, double mm)
{
	int n = (int)lround(mm * map->dpi / 25.4);
	return n > 0 ? n : 1;
}

/* Where a line of the page changes colour, for every pixel, in the bitmap's own order;
 * each place is asked about many times. */
enum { TO_DARK = 1, TO_LIGHT = 2 };
struct changes {
	const struct bitmap *map;
	uint8_t *at;
	int shift[CHECKS]; /* how far aside bars are on the lines that must agree */
};

/* 1 in each byte of eight pixels that is dark. */
static uint64_t dark_ones(const uint8_t *pixels)
{
	uint64_t eight;
	memcpy(&eight, pixels, sizeof(eight));
	return ~eight >> 7 & 0x0101010101010101;
}

static uint8_t change_of(const uint8_t *pixel, const uint8_t *before)
{
	bool dark = *pixel < 128, was = *before < 128;
	return dark == was ? 0 : dark ? TO_DARK : TO_LIGHT;
}

/* A line's first pixel comes out wrong and is never looked at. */
static uint8_t *find_changes(const struct bitmap *map, struct arena *arena)
{
	size_t n = (size_t)map->width * (size_t)map->height;
	size_t i = (size_t)map->across;
	uint8_t *at = arena_alloc_n(arena, n, 1);
	memset(at, 0, i < n ? i : n);
	for (; i + 8 <= n; i += 8) {
		uint64_t dark = dark_ones(map->bytes + i);
		uint64_t was = dark_ones(map->bytes + i - map->across);
		uint64_t eight = (dark & ~was) * TO_DARK | (was & ~dark) * TO_LIGHT;
		memcpy(at + i, &eight, sizeof(eight));
	}
	for (; i < n; i++)
		at[i] = change_of(map->bytes + i, map->bytes + i - map->across);
	return at;
}

static void find_edges(const struct changes *changes, int y, struct edges *edges)
{
	const struct bitmap *map = changes->map;
	const uint8_t *at = changes->at + y * map->along;

	edges->n = 0;
	if (bitmap_dark(map, 0, y))
		edges->x[edges->n++] = 0;
	for (int x = 1; x < map->width && edges->n < LINE_EDGES; x++)
		if (at[x * map->across])
			edges->x[edges->n++] = x;
}

/* Whether the page changes to the same colour at x, a pixel more or less. */
static bool changes_at(const struct changes *changes, int x, int y, uint8_t to)
{
	const struct bitmap *map = changes->map;
	const uint8_t *at = changes->at + y * map->along;

	for (int i = x - 1; i <= x + 1; i++)
		if (i > 0 && i < map->width && at[i * map->across] == to)
			return true;
	return false;
}

static bool goes_on(const struct changes *changes, int x, int y, uint8_t to)
{
	int step = px(changes->map, CHECK_MM);

	for (int i = 1; i <= CHECKS; i++)
		if (!changes_at(changes, x + changes->shift[i - 1], y + step * i, to))
			return false;
	return true;
}

static void lean(struct changes *changes, double slant)
{
	int step = px(changes->map, CHECK_MM);

	for (int i = 1; i <= CHECKS; i++)
		changes->shift[i - 1] = (int)lround(slant * step * i);
}

/* --- a line --- */

/* The longest stretch of edges from `*from` on that go on; *from: behind it. */
static bool next_stretch(const struct changes *changes, const struct edges *edges,
			 int y, size_t *from, int *left, int *right)
{
	int widest = px(changes->map, WIDEST_MM);
	size_t good = 0, misses = 0, i = *from;

	for (; i < edges->n; i++) {
		bool far = good > 0 && edges->x[i] - *right > widest;
		bool same = goes_on(changes, edges->x[i], y,
				    i % 2 == 0 ? TO_DARK : TO_LIGHT);

		if (far || (good > 0 && !same && ++misses > MISSES_MAX))
			break;
		if (!same)
			continue;
		if (good++ == 0)
			*left = edges->x[i];
		*right = edges->x[i];
		misses = 0;
	}
	*from = i > *from ? i : i + 1;
	return good >= EDGES_MIN;
}

/* --- from line to line --- */

struct stretch {
	int left, right, top, bottom;
	double slant;
	int lines;
};
struct stretches {
	struct stretch list[STRETCHES];
	size_t n;
};

static bool continues(const struct stretch *s, int left, int right, int y, int step)
{
	int common = (right < s->right ? right : s->right) -
		     (left > s->left ? left : s->left);
	int shorter =
		right - left < s->right - s->left ? right - left : s->right - s->left;
	return y - s->bottom <= 3 * step && common * 2 > shorter;
}

static void note_stretch(struct stretches *all, int left, int right, int y,
			 double slant, int step)
{
	for (size_t i = 0; i < all->n; i++) {
		struct stretch *s = &all->list[i];
		if (!continues(s, left, right, y, step))
			continue;
		s->left = left < s->left ? left : s->left;
		s->right = right > s->right ? right : s->right;
		s->lines += s->bottom != y;
		s->bottom = y;
		return;
	}
	if (all->n < STRETCHES)
		all->list[all->n++] = (struct stretch){left, right, y, y, slant, 1};
}

/* Upright bars are the rule, so leaning ones are looked for only where none stand. */
static void search_line(struct changes *changes, int y, int step, struct edges *edges,
			struct stretches *all)
{
	size_t before = all->n;
	int left, right;

	find_edges(changes, y, edges);
	if (edges->n < EDGES_MIN)
		return;
	for (double slant = 0; slant <= SLANT_MAX; slant += SLANT_STEP)
		for (int sign = -1; sign <= 1; sign += 2) {
			lean(changes, sign * slant);
			for (size_t at = 0; at < edges->n;)
				if (next_stretch(changes, edges, y, &at, &left, &right))
					note_stretch(all, left, right, y, sign * slant,
						     step);
			if (all->n > before || slant == 0)
				break;
		}
}

static struct bars bars_of(const struct bitmap *map, const struct stretch *s)
{
	int quiet = px(map, QUIET_MM), more = px(map, CHECK_MM) * CHECKS;
	int left = s->left > quiet ? s->left - quiet : 0;
	int top = s->top > more ? s->top - more : 0;
	int right = s->right + quiet, bottom = s->bottom + 2 * more;

	if (right > map->width)
		right = map->width;
	if (bottom > map->height)
		bottom = map->height;
	return (struct bars){{left, top, right - left, bottom - top}, s->slant};
}

size_t barcode_bars(const struct bitmap *map, struct bars *out, size_t max)
{
	AUTO_ARENA scratch = arena_new();
	struct edges *edges = arena_alloc(scratch, sizeof(*edges));
	struct stretches *all = arena_alloc(scratch, sizeof(*all));
	struct changes changes = {.map = map, .at = find_changes(map, scratch)};
	int step = px(map, LINE_MM), below = px(map, CHECK_MM) * CHECKS;
	size_t n = 0;

	all->n = 0;
	for (int y = 0; y + below < map->height; y += step)
		search_line(&changes, y, step, edges, all);
	for (size_t i = 0; i < all->n && n < max; i++)
		if (all->list[i].lines > 1)
			out[n++] = bars_of(map, &all->list[i]);
	return n;
}
