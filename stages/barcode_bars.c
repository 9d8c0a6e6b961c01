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

/* Where lines of the page change colour, a pixel more or less, a bit for each place. */
enum { TO_DARK, TO_LIGHT, WAYS };
struct changes {
	const struct bitmap *map;
	uint64_t *near[WAYS];
	int shift[CHECKS]; /* how far aside bars are on the lines that must agree */
};

/* Of 64 pixels, those that differ from the one before; the first of a line is compared
 * with paper. */
static uint64_t change_to(const uint64_t *line, int i, int way)
{
	uint64_t before = line[i] >> 1 | (i > 0 ? line[i - 1] << 63 : 0);
	return way == TO_DARK ? line[i] & ~before : ~line[i] & before;
}

/* A colour that a line begins with is no change; one that it ends with is none either,
 * though paper follows. */
static uint64_t change_within(const struct bitmap *map, const uint64_t *line, int i,
			      int way)
{
	uint64_t change = change_to(line, i, way);
	if (i == 0)
		change &= ~(uint64_t)0 >> 1;
	if (i == map->width / 64)
		change &= ~(~(uint64_t)0 >> (map->width % 64));
	return change;
}

static void fill_near(const struct bitmap *map, int y, int way, uint64_t *near)
{
	const uint64_t *line = bitmap_line(map, y);
	uint64_t before = 0, here = change_within(map, line, 0, way);

	for (int i = 0; i < map->words; i++) {
		uint64_t after =
			i + 1 < map->words ? change_within(map, line, i + 1, way) : 0;
		near[i] = here | here << 1 | here >> 1 | before << 63 | after >> 63;
		before = here;
		here = after;
	}
}

static void find_changes(struct changes *changes, struct arena *arena)
{
	const struct bitmap *map = changes->map;
	size_t words = (size_t)map->words;

	for (int way = 0; way < WAYS; way++) {
		changes->near[way] = arena_alloc_n(arena, (size_t)map->height * words,
						   sizeof(uint64_t));
		for (int y = 0; y < map->height; y++)
			fill_near(map, y, way, changes->near[way] + (size_t)y * words);
	}
}

static bool has_pixel(const uint64_t *line, int x)
{
	return line[x / 64] << (x % 64) >> 63;
}

/* Turn by turn to dark and to light; a line begins with paper. */
static void find_edges(const struct bitmap *map, int y, struct edges *edges)
{
	const uint64_t *line = bitmap_line(map, y);

	edges->n = 0;
	for (int i = 0; i < map->words; i++) {
		uint64_t found =
			change_to(line, i, TO_DARK) | change_to(line, i, TO_LIGHT);
		while (found && edges->n < LINE_EDGES) {
			int at = __builtin_clzll(found);
			if (i * 64 + at < map->width)
				edges->x[edges->n++] = i * 64 + at;
			found &= ~((uint64_t)1 << 63 >> at);
		}
	}
}

/* Word i of a line whose pixels have moved aside. */
static uint64_t moved(const uint64_t *line, int words, int i, int shift)
{
	int at = i * 64 + shift, word = at >> 6, bit = at & 63;
	uint64_t left = word >= 0 && word < words ? line[word] : 0;
	uint64_t right = word >= -1 && word + 1 < words ? line[word + 1] : 0;
	return bit ? left << bit | right >> (64 - bit) : left;
}

/* Marks the edges of a line that lines further down have as well, and gives how many.
 */
static int find_lasting(const struct changes *changes, int y, uint64_t *lasting)
{
	const struct bitmap *map = changes->map;
	const uint64_t *line = bitmap_line(map, y);
	int step = px(map, CHECK_MM), n = 0;

	for (int i = 0; i < map->words; i++) {
		lasting[i] = 0;
		for (int way = 0; way < WAYS; way++) {
			uint64_t edges = change_to(line, i, way);
			for (int k = 1; edges && k <= CHECKS; k++)
				edges &= moved(changes->near[way] +
						       (size_t)(y + step * k) *
							       (size_t)map->words,
					       map->words, i, changes->shift[k - 1]);
			lasting[i] |= edges;
		}
		n += __builtin_popcountll(lasting[i]);
	}
	return n;
}

static void lean(struct changes *changes, double slant)
{
	int step = px(changes->map, CHECK_MM);

	for (int i = 1; i <= CHECKS; i++)
		changes->shift[i - 1] = (int)lround(slant * step * i);
}

/* --- a line --- */

struct line {
	struct edges edges;
	uint64_t *lasting;
};

/* The longest stretch of edges from `*from` on that go on; *from: behind it. */
static bool next_stretch(const struct bitmap *map, const struct line *line,
			 size_t *from, int *left, int *right)
{
	const struct edges *edges = &line->edges;
	int widest = px(map, WIDEST_MM);
	size_t good = 0, misses = 0, i = *from;

	for (; i < edges->n; i++) {
		bool far = good > 0 && edges->x[i] - *right > widest;
		bool same = has_pixel(line->lasting, edges->x[i]);

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

static void note_stretches(const struct changes *changes, const struct line *line,
			   int y, double slant, struct stretches *all)
{
	int left, right, step = px(changes->map, LINE_MM);

	for (size_t at = 0; at < line->edges.n;)
		if (next_stretch(changes->map, line, &at, &left, &right))
			note_stretch(all, left, right, y, slant, step);
}

/* Upright bars are the rule, so leaning ones are looked for only where none stand. */
static void search_line(struct changes *changes, int y, struct line *line,
			struct stretches *all)
{
	size_t before = all->n;

	find_edges(changes->map, y, &line->edges);
	if (line->edges.n < EDGES_MIN)
		return;
	for (double slant = 0; slant <= SLANT_MAX; slant += SLANT_STEP)
		for (int sign = -1; sign <= 1; sign += 2) {
			lean(changes, sign * slant);
			if (find_lasting(changes, y, line->lasting) >= EDGES_MIN)
				note_stretches(changes, line, y, sign * slant, all);
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
	struct line *line = arena_alloc(scratch, sizeof(*line));
	struct stretches *all = arena_alloc(scratch, sizeof(*all));
	struct changes changes = {.map = map};
	int step = px(map, LINE_MM), below = px(map, CHECK_MM) * CHECKS;
	size_t n = 0;

	find_changes(&changes, scratch);
	line->lasting =
		arena_alloc_n(scratch, (size_t)map->words, sizeof(*line->lasting));
	all->n = 0;
	for (int y = 0; y + below < map->height; y += step)
		search_line(&changes, y, line, all);
	for (size_t i = 0; i < all->n && n < max; i++)
		if (all->list[i].lines > 1)
			out[n++] = bars_of(map, &all->list[i]);
	return n;
}
