/* patch.c - patch codes: four bars, two of them wide, that production scanners print
 * and look for between documents.
 *
 * Narrow bars and all spaces are 0.08 inch, wide bars 0.2 inch, whatever the paper; an
 * inch or more of them lies along an edge of the sheet, most often along all four. The
 * lines of the bitmap run across the bars, so each line through them shows the whole
 * code, and neighbouring lines must show the same, a little further on when the sheet
 * is askew. The codes 3 and T, and 1 and 6, are each other's mirror: they are read from
 * their edge of the paper inwards, which is right for sheets that lie upside down too.
 * Nothing fails: what is not found is not there. */
#include "barcode_draw.h"
#include "barcode_find.h"

#include <stdlib.h>
#include <string.h>

enum { RUNS = 7, TRACKS = 32 };
#define NARROW_IN 0.08
#define NARROW_MIN_IN 0.045 /* printed at little more than half the size */
#define NARROW_MAX_IN 0.125
#define WIDE 2.5 /* narrow ones */
#define LENGTH_MIN_IN 0.45
#define NARROWS 10.0 /* a whole code: 2 wide bars, 2 narrow ones, 3 spaces */

static const struct {
	char bars[5], name;
} codes[] = {{"WWNN", '1'}, {"WNNW", '2'}, {"WNWN", '3'},
	     {"NWWN", '4'}, {"NNWW", '6'}, {"NWNW", 'T'}};

static char name_of(const char bars[5])
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (strcmp(codes[i].bars, bars) == 0)
			return codes[i].name;
	return 0;
}

const char *patch_bars(char name)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].name == name)
			return codes[i].bars;
	return NULL;
}

static char mirrored(char name)
{
	static const char pairs[] = "16613TT32244";
	const char *at = pairs;

	while (*at != name)
		at += 2;
	return at[1];
}

/* --- a line --- */

static bool about(double length, double want)
{
	return length > want * 0.6 && length < want * 1.5;
}

/* The patch code that begins with a dark run; 0: none does. */
static char code_at(const int *runs, size_t left, double dpi, int *length)
{
	char bars[5] = "";

	*length = 0;
	if (left < RUNS)
		return 0;
	for (int i = 0; i < RUNS; i++)
		*length += runs[i];
	double narrow = *length / NARROWS;
	if (narrow < NARROW_MIN_IN * dpi || narrow > NARROW_MAX_IN * dpi)
		return 0;
	for (int i = 0; i < RUNS; i++) {
		bool is_narrow = about(runs[i], narrow);
		if (i % 2 ? !is_narrow : !is_narrow && !about(runs[i], WIDE * narrow))
			return 0;
		if (i % 2 == 0)
			bars[i / 2] = is_narrow ? 'N' : 'W';
	}
	/* White before and after. */
	if (runs[-1] < narrow * 1.6 || (left > RUNS && runs[RUNS] < narrow * 1.6))
		return 0;
	return name_of(bars);
}

/* --- from line to line --- */

struct track {
	char name;
	int first, last; /* lines */
	int at;		 /* where it began in the last one */
	int from, to;
};
struct tracks {
	struct track list[TRACKS];
	size_t n;
};

static void note_code(struct tracks *all, char name, int x, int length, int y, int step)
{
	for (size_t i = 0; i < all->n; i++) {
		struct track *t = &all->list[i];
		if (t->name != name || y - t->last > 3 * step ||
		    abs(x - t->at) > (y - t->last) / 3 + 3)
			continue;
		t->last = y;
		t->at = x;
		t->from = x < t->from ? x : t->from;
		t->to = x + length > t->to ? x + length : t->to;
		return;
	}
	if (all->n < TRACKS)
		all->list[all->n++] = (struct track){name, y, y, x, x, x + length};
}

static void search_line(const struct bitmap *map, int y, int step, int *runs,
			struct tracks *all)
{
	size_t n = bitmap_runs(map, y, (int)(NARROW_MIN_IN * map->dpi / 3), runs);
	int x = runs[0], length;

	for (size_t i = 1; i < n;
	     x += runs[i] + (i + 1 < n ? runs[i + 1] : 0), i += 2) {
		char name = code_at(runs + i, n - i, map->dpi, &length);
		if (name)
			note_code(all, name, x, length, y, step);
	}
}

static struct patch patch_of(const struct bitmap *map, const struct track *t)
{
	bool far = t->from + t->to > map->width;

	return (struct patch){
		{t->from, t->first, t->to - t->from, t->last - t->first + 1},
		far ? mirrored(t->name) : t->name};
}

size_t patch_find(const struct bitmap *map, struct patch *out, size_t max)
{
	AUTO_ARENA scratch = arena_new();
	int *runs = arena_alloc_n(scratch, LINE_RUNS + 1, sizeof(*runs));
	struct tracks all = {.n = 0};
	int step = (int)(NARROW_IN * map->dpi);
	size_t n = 0;

	if (step < 3)
		return 0;
	for (int y = step / 2; y < map->height; y += step)
		search_line(map, y, step, runs, &all);
	for (size_t i = 0; i < all.n && n < max; i++)
		if (all.list[i].last - all.list[i].first >= LENGTH_MIN_IN * map->dpi)
			out[n++] = patch_of(map, &all.list[i]);
	return n;
}
