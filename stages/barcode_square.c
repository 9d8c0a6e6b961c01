/* barcode_square.c - are there QR codes on the page, and where?
 *
 * Decoding a whole page costs a fifth of a second, and few pages have a code. But each
 * QR code has three squares in its corners that any straight line through their middle
 * cuts as dark, light, dark, light, dark in the proportions 1:1:3:1:1. Rows of the page
 * are searched for that, hits are confirmed along the column, and three of like size at
 * the corners of a square are a code. Nothing fails: what is not found is not there. */
#include "barcode_find.h"

#include <math.h>
#include <stdlib.h>

enum { FINDERS_MAX = 64, SPECK_PX = 2 };

struct finder {
	double x, y, module;
	int hits;
	bool taken; /* by a code that was found */
};
struct search {
	const struct bitmap *map;
	int speck; /* what is overlooked; modules are larger by far */
	struct finder finders[FINDERS_MAX];
	size_t n;
};

/* Whether five runs stand as 1:1:3:1:1; *module: what 1 is. */
static bool proportioned(const int run[5], double *module)
{
	static const int want[5] = {1, 1, 3, 1, 1};
	int sum = 0;

	for (int i = 0; i < 5; i++)
		sum += run[i];
	*module = sum / 7.0;
	for (int i = 0; i < 5; i++)
		if (fabs(run[i] - want[i] * *module) > *module * 0.5 * want[i] + 0.5)
			return false;
	return *module >= 1.2 && *module <= 40;
}

/* The same proportions up and down from the middle of what may be a finder. */
static bool stands_too(const struct search *s, int x, int y, double module,
		       double *middle)
{
	int run[5], most = (int)(module * 5) + 2, up = y, down = y + 1;
	double standing;

	run[2] = bitmap_run_along(s->map, x, &up, -1, true, s->speck, most);
	run[2] += bitmap_run_along(s->map, x, &down, 1, true, s->speck, most);
	*middle = down - run[2] / 2.0;
	run[1] = bitmap_run_along(s->map, x, &up, -1, false, s->speck, most);
	run[0] = bitmap_run_along(s->map, x, &up, -1, true, s->speck, most);
	run[3] = bitmap_run_along(s->map, x, &down, 1, false, s->speck, most);
	run[4] = bitmap_run_along(s->map, x, &down, 1, true, s->speck, most);
	return proportioned(run, &standing) && standing < module * 1.5 &&
	       standing > module / 1.5;
}

static void add_finder(struct search *s, double x, double y, double module)
{
	for (size_t i = 0; i < s->n; i++)
		if (fabs(s->finders[i].x - x) < module * 4 &&
		    fabs(s->finders[i].y - y) < module * 4) {
			s->finders[i].hits++;
			return;
		}
	if (s->n < FINDERS_MAX)
		s->finders[s->n++] = (struct finder){x, y, module, 1, false};
}

static void search_row(struct search *s, int y, int *runs)
{
	size_t n = bitmap_runs(s->map, y, s->speck, runs);
	int x = runs[0];

	for (size_t i = 1; i + 4 < n; x += runs[i] + runs[i + 1], i += 2) {
		int centre = x + runs[i] + runs[i + 1] + runs[i + 2] / 2;
		double module, middle;

		if (proportioned(runs + i, &module) && module > 3 * s->speck &&
		    stands_too(s, centre, y, module, &middle))
			add_finder(s, centre, middle, module);
	}
}

static double distance(const struct finder *a, const struct finder *b)
{
	return hypot(a->x - b->x, a->y - b->y);
}

/* a is the corner between b and c of a code. */
static bool corner(const struct finder *a, const struct finder *b,
		   const struct finder *c)
{
	double ab = distance(a, b), ac = distance(a, c), bc = distance(b, c);
	double module = (a->module + b->module + c->module) / 3;

	return a->hits > 1 && b->hits > 1 && c->hits > 1 &&
	       fabs(a->module - b->module) < module * 0.5 &&
	       fabs(a->module - c->module) < module * 0.5 && ab > module * 11 &&
	       ab < module * 180 && fabs(ab - ac) < ab * 0.15 &&
	       fabs(bc - ab * sqrt(2)) < ab * 0.15;
}

/* The square and a margin, which decoders want to see white. */
static struct box square_around(const struct finder *a, const struct finder *b,
				const struct finder *c)
{
	double x[4] = {a->x, b->x, c->x, b->x + c->x - a->x};
	double y[4] = {a->y, b->y, c->y, b->y + c->y - a->y};
	double left = x[0], right = x[0], top = y[0], bottom = y[0];
	double margin = a->module * 9;

	for (int i = 1; i < 4; i++) {
		left = fmin(left, x[i]);
		right = fmax(right, x[i]);
		top = fmin(top, y[i]);
		bottom = fmax(bottom, y[i]);
	}
	return (struct box){(int32_t)fmax(0, left - margin),
			    (int32_t)fmax(0, top - margin),
			    (int32_t)(right - left + 2 * margin),
			    (int32_t)(bottom - top + 2 * margin)};
}

/* The other two corners of a code whose corner i is; they belong to it from then on. */
static bool take_square(struct finder *finders, size_t n, size_t i, struct box *where)
{
	for (size_t j = 0; j < n; j++)
		for (size_t k = j + 1; k < n; k++)
			if (i != j && i != k && !finders[j].taken &&
			    !finders[k].taken &&
			    corner(&finders[i], &finders[j], &finders[k])) {
				*where = square_around(&finders[i], &finders[j],
						       &finders[k]);
				finders[i].taken = finders[j].taken = finders[k].taken =
					true;
				return true;
			}
	return false;
}

static size_t search_page(struct search *s, int *runs, struct box *out, size_t max)
{
	size_t found = 0;

	for (int y = 0; y < s->map->height; y += 2)
		search_row(s, y, runs);
	for (size_t i = 0; i < s->n && found < max; i++)
		found += !s->finders[i].taken &&
			 take_square(s->finders, s->n, i, &out[found]);
	return found;
}

/* First as it is, then without what dirt draws across large codes. */
size_t barcode_squares(const struct bitmap *map, struct box *out, size_t max)
{
	AUTO_ARENA scratch = arena_new();
	int *runs = arena_alloc_n(scratch, LINE_RUNS, sizeof(*runs));
	size_t found = 0;

	for (int speck = 0; found == 0 && speck <= SPECK_PX; speck += SPECK_PX) {
		struct search *s = arena_alloc(scratch, sizeof(*s));

		*s = (struct search){.map = map, .speck = speck};
		found = search_page(s, runs, out, max);
	}
	return found;
}
