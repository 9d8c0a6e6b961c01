/* Lines of print as runs: pieces without a wide gap, each with its own baseline.
 *
 * Each piece was set by itself (a date's month, day and year, an area code) and may
 * stand a little higher than its neighbour. Where its baseline runs is told by the feet
 * of its letters, whose median neither commas nor tails nor dirt can move. */
#include "form_print.h"

#include <math.h>
#include <stdlib.h>

struct place {
	double x0, x1, top, bottom;
	bool letter;
};

static int by_left(const void *a, const void *b)
{
	const struct place *p = a, *q = b;
	return (p->x0 > q->x0) - (p->x0 < q->x0);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return n > 0 ? (n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2) : 0;
}

static struct place place_of(const struct form_work *work, int blob, double least)
{
	struct box b = work->ink->blobs[blob].box;
	struct place p;
	double cx = b.x + (b.w - 1) / 2.0, cy = b.y + (b.h - 1) / 2.0, skip;
	form_from_picture(work->fit, b.x - 0.5, cy, &p.x0, &skip);
	form_from_picture(work->fit, b.x + b.w - 0.5, cy, &p.x1, &skip);
	form_from_picture(work->fit, cx, b.y - 0.5, &skip, &p.top);
	form_from_picture(work->fit, cx, b.y + b.h - 0.5, &skip, &p.bottom);
	p.letter = p.bottom - p.top >= least;
	return p;
}

/* Feet of the letters: the median, level. Commas and tails are fewer than feet. */
static void set_baseline(struct run *run, const struct place *p, size_t n, double least,
			 struct arena *scratch)
{
	double *feet = arena_alloc_n(scratch, n + 1, sizeof(*feet));
	double *high = arena_alloc_n(scratch, n + 1, sizeof(*high));
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (p[i].letter && p[i].bottom - p[i].top >= least)
			high[k++] = p[i].bottom - p[i].top;
	run->letters = (int)k;
	run->height = median(high, k);
	k = 0;
	for (size_t i = 0; i < n; i++)
		if (p[i].bottom - p[i].top > 0.75 * run->height)
			feet[k++] = p[i].bottom;
	size_t half = k / 2;
	run->slope = 0;
	if (half >= 4) {
		double *a = arena_memdup(scratch, feet, half * sizeof(*feet));
		double *b =
			arena_memdup(scratch, feet + k - half, half * sizeof(*feet));
		double rise = median(b, half) - median(a, half);
		run->slope = 2 * rise / (run->right - run->left);
	}
	double mid = median(feet, k);
	run->base = mid - run->slope * (run->right - run->left) / 2;
}

enum { FOOT_OFF = 5 }; /* units: more is a comma, a tail or dirt */

/* Where the paper is wavy the feet of neighbouring letters say where the baseline is:
 * the median of five. */
static void keep_feet(struct run *run, const struct place *p, size_t n,
		      struct arena *arena)
{
	struct foot *f = arena_alloc_n(arena, n + 1, sizeof(*f));
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		double x = (p[i].x0 + p[i].x1) / 2;
		double off = p[i].bottom - run->base - run->slope * (x - run->left);
		if (p[i].bottom - p[i].top > 0.75 * run->height && fabs(off) < FOOT_OFF)
			f[k++] = (struct foot){x, off};
	}
	run->feet = arena_alloc_n(arena, k + 1, sizeof(*run->feet));
	run->n_feet = k >= 5 ? k : 0;
	for (size_t i = 0; i < run->n_feet; i++) {
		size_t from = i < 2 ? 0 : i + 3 > k ? k - 5 : i - 2;
		double near[5];
		for (int j = 0; j < 5; j++)
			near[j] = f[from + j].off;
		run->feet[i] = (struct foot){f[i].x, median(near, 5)};
	}
}

double run_base(const struct run *run, double x)
{
	double base = run->base + run->slope * (x - run->left);
	const struct foot *f = run->feet;
	size_t i = 0;
	if (run->n_feet == 0)
		return base;
	while (i + 1 < run->n_feet && f[i + 1].x < x)
		i++;
	if (x <= f[i].x || i + 1 == run->n_feet)
		return base + f[i].off;
	double part = (x - f[i].x) / (f[i + 1].x - f[i].x);
	return base + f[i].off * (1 - part) + f[i + 1].off * part;
}

void add_runs(struct print_work *pw, struct line_job *job)
{
	AUTO_ARENA scratch = arena_new();
	const struct form_work *work = pw->work;
	size_t n = job->n_blobs;
	struct place *p = arena_alloc_n(scratch, n + 1, sizeof(*p));
	double *high = arena_alloc_n(scratch, n + 1, sizeof(*high)), least = 9;
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		p[i] = place_of(work, job->blobs[i].blob, least);
		if (p[i].letter)
			high[k++] = p[i].bottom - p[i].top;
	}
	double height = median(high, k);
	qsort(p, n, sizeof(*p), by_left);
	for (size_t from = 0, to; from < n; from = to) {
		double end = p[from].x1;
		for (to = from + 1; to < n && p[to].x0 < end + 0.95 * height; to++)
			end = fmax(end, p[to].x1);
		struct run run = {.job = job, .left = p[from].x0, .right = end};
		set_baseline(&run, p + from, to - from, 0.6 * height, scratch);
		keep_feet(&run, p + from, to - from, pw->arena);
		if (run.letters == 0)
			continue;
		job->runs++;
		*arena_push(pw->arena, pw->runs, pw->n_runs, pw->cap_runs) = run;
	}
}

bool zone_columns(const struct form_work *work, const struct line_job *job)
{
	const struct zone *zone = job->zone;
	if (job->field->kind != KIND_DATE)
		return false;
	for (size_t i = 0; i < work->fit->print->n_rules; i++) {
		const struct form_rule *r = &work->fit->print->rules[i];
		double y = zone->y + job->row * (double)zone->row_pitch + zone->h / 2;
		if (r->h > 0 && r->dashed && r->x > zone->x &&
		    r->x < zone->x + zone->w && r->y < y && r->y + r->h > y)
			return true;
	}
	return false;
}
