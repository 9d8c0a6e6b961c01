/* The first guess of where a form's print is: which traced rules could be the form's.
 *
 * Down the page, the long horizontal rules of a form stand at known distances. Every
 * pair of long rules is tried against every pair of the form's, and every three dark
 * ones against the form's heavy rules (which also tells how perspective squeezes the
 * page); the scale and shift at which most rules meet wins. Across, the long vertical
 * rules decide the same way, together with the ends of the horizontal ones, which is
 * all that a fax leaves. A page that is no form fails at the first step, after some 2
 * ms. */
#include "form_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	REACH = 14, /* units: how near a rule of the page is met by one of the form */
	MIN_UPRIGHT = 300, /* units: vertical rules that take part */
	MAX_LEVELS = 24,   /* longest rules considered; a form has 20, a table more */
	MAX_UPRIGHTS = 14,
};

/* Down the page at its middle: pixel = (a Y + b) / (1 + c Y), Y in form units. */
struct ladder {
	double a, b, c, score;
};

struct level { /* a long horizontal rule, seen at the middle of the page */
	double at, slope;
	const struct trace *trace;
};

static double ladder_px(const struct ladder *l, double units)
{
	return (l->a * units + l->b) / (1 + l->c * units);
}

static double ladder_units(const struct ladder *l, double px)
{
	return (px - l->b) / (l->a - l->c * px);
}

/* Pixels a unit, at the middle of the sheet. */
static double ladder_scale(const struct ladder *l, const struct form_print *print)
{
	double h = print->height;
	return (ladder_px(l, 0.8 * h) - ladder_px(l, 0.2 * h)) / (0.6 * h);
}

static bool is_long(const struct form_rule *rule, const struct form_print *print)
{
	return rule->w > 0.85f * print->width;
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The line through most of the points, whatever a third of them do: the median of the
 * slopes between all pairs, then of what is left (Theil and Sen). */
static void steady_line(const double *x, const double *y, size_t n, double *at,
			double *per)
{
	double v[MAX_LEVELS * MAX_LEVELS];
	size_t pairs = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (fabs(x[i] - x[k]) > 1)
				v[pairs++] = (y[i] - y[k]) / (x[i] - x[k]);
	qsort(v, pairs, sizeof(*v), by_number);
	*per = pairs > 0 ? v[pairs / 2] : 0;
	for (size_t i = 0; i < n; i++)
		v[i] = y[i] - *per * x[i];
	qsort(v, n, sizeof(*v), by_number);
	*at = n > 0 ? v[n / 2] : 0;
}

/* How horizontal rules lean: slope = at + per * y. */
static void take_slope(const struct level *levels, size_t n, double *at, double *per)
{
	double y[MAX_LEVELS], slope[MAX_LEVELS];
	for (size_t i = 0; i < n; i++) {
		y[i] = levels[i].at;
		slope[i] = levels[i].slope;
	}
	steady_line(y, slope, n, at, per);
}

static size_t take_levels(const struct traces *across, int width, struct level *out)
{
	size_t n = 0;
	for (size_t i = 0; i < across->n && n < MAX_LEVELS; i++) {
		const struct trace *t = &across->lines[i];
		double run = t->to.x - t->from.x;
		if (run < 0.55 * width)
			continue;
		double slope = (t->to.y - t->from.y) / run;
		double at = t->from.y + slope * (width / 2.0 - t->from.x);
		out[n++] = (struct level){at, slope, t};
	}
	return n;
}

/* The long horizontal rules of a form, the rungs of its ladder. */
struct rungs {
	double y[MAX_LEVELS];
	bool heavy[MAX_LEVELS];
	size_t n;
};

static struct rungs take_rungs(const struct form_print *print)
{
	struct rungs r = {0};
	for (size_t m = 0; m < print->n_rules && r.n < MAX_LEVELS; m++) {
		if (!is_long(&print->rules[m], print))
			continue;
		r.y[r.n] = print->rules[m].y;
		r.heavy[r.n++] = print->rules[m].heavy;
	}
	return r;
}

/* Heavy rules count double; what is printed but not seen costs nothing, because a fax
 * loses thin rules. Zero when too few meet to say anything. */
static double ladder_score(const struct rungs *rungs, const struct level *levels,
			   size_t n, const struct ladder *l, double reach)
{
	double score = 0;
	int met = 0, heavy = 0;
	for (size_t m = 0; m < rungs->n; m++) {
		double best = reach, y = ladder_px(l, rungs->y[m]);
		for (size_t i = 0; i < n; i++)
			best = fmin(best, fabs(levels[i].at - y));
		if (best >= reach)
			continue;
		score += (rungs->heavy[m] ? 2 : 1) * (1 - 0.5 * best / reach);
		met++;
		heavy += rungs->heavy[m];
	}
	return met >= 5 || heavy >= 3 ? score : 0;
}

static bool ladder_plausible(const struct ladder *l, const struct form_print *print,
			     int height)
{
	double scale = ladder_scale(l, print) * print->height;
	return scale > 0.6 * height && scale < 1.6 * height &&
	       fabs(l->c * print->height) < 0.25;
}

static void try_ladder(const struct form_print *print, const struct rungs *rungs,
		       const struct level *levels, size_t n, int height,
		       struct ladder l, struct ladder *best)
{
	if (!ladder_plausible(&l, print, height))
		return;
	l.score = ladder_score(rungs, levels, n, &l, REACH * ladder_scale(&l, print));
	if (l.score > best->score)
		*best = l;
}

static void try_pairs(const struct form_print *print, const struct rungs *rungs,
		      const struct level *levels, size_t n, int height,
		      struct ladder *best)
{
	for (size_t a = 0; a < rungs->n; a++) {
		for (size_t b = a + 1; b < rungs->n; b++) {
			double apart = rungs->y[b] - rungs->y[a];
			for (size_t i = 0; apart > 0.3 * print->height && i < n * n;
			     i++) {
				double from = levels[i / n].at, to = levels[i % n].at;
				double scale = (to - from) / apart;
				struct ladder l = {scale, from - scale * rungs->y[a], 0,
						   0};
				if (scale > 0)
					try_ladder(print, rungs, levels, n, height, l,
						   best);
			}
		}
	}
}

/* The ladder through three rules: Y a + b - y Y c = y. */
static bool ladder_through(const double units[3], const double px[3], struct ladder *l)
{
	double u10 = units[1] - units[0], u20 = units[2] - units[0];
	double v10 = px[1] * units[1] - px[0] * units[0];
	double v20 = px[2] * units[2] - px[0] * units[0];
	double det = -u10 * v20 + u20 * v10;
	if (fabs(det) < 1)
		return false;
	l->a = (-(px[1] - px[0]) * v20 + (px[2] - px[0]) * v10) / det;
	l->c = (u10 * (px[2] - px[0]) - u20 * (px[1] - px[0])) / det;
	l->b = px[0] - l->a * units[0] + l->c * px[0] * units[0];
	return true;
}

static int by_darkness(const void *a, const void *b)
{
	const struct level *x = a, *y = b;
	return (x->trace->darkness < y->trace->darkness) -
	       (x->trace->darkness > y->trace->darkness);
}

/* levels: darkest first. */
static void try_heavy(const struct form_print *print, const struct rungs *rungs,
		      const struct level *levels, size_t n, int height,
		      struct ladder *best)
{
	double units[3];
	size_t heavy = 0, dark = n < 8 ? n : 8;
	for (size_t m = 0; m < rungs->n && heavy < 3; m++)
		if (rungs->heavy[m])
			units[heavy++] = rungs->y[m];
	if (heavy < 3)
		return;
	for (size_t i = 0; i < dark * dark * dark; i++) {
		double px[3] = {levels[i / (dark * dark)].at,
				levels[i / dark % dark].at, levels[i % dark].at};
		struct ladder l = {0};
		if (px[0] < px[1] && px[1] < px[2] && ladder_through(units, px, &l))
			try_ladder(print, rungs, levels, n, height, l, best);
	}
}

/* --- across
 * --------------------------------------------------------------------------- */

/* Across the page, at the form's middle height: pixel = scale X + shift, and from there
 * up and down along the lean of the verticals, which perspective lets differ. */
struct guess_x {
	double scale, shift, lean, lean_per, mid_y, score;
};

/* What the guess across is made from. */
struct search {
	const struct form_print *print;
	const struct ladder *ladder;
	const struct level *levels; /* those that the ladder met */
	size_t n;
	const struct traces *down;
	int width; /* of the picture */
};

static double x_px(const struct guess_x *g, double units, double y)
{
	double x = g->scale * units + g->shift;
	return x + (g->lean + g->lean_per * x) * (y - g->mid_y);
}

/* A place on the page, brought along the lean to the middle height. */
static double upright_x(const struct guess_x *g, struct point p)
{
	double away = p.y - g->mid_y;
	return (p.x - g->lean * away) / (1 + g->lean_per * away);
}

/* Pixels of the form's vertical rules that traces explain, none more than whole. */
static double score_uprights(const struct search *s, const struct guess_x *g)
{
	double met = 0, reach = 18 * g->scale;
	for (size_t m = 0; m < s->print->n_rules; m++) {
		const struct form_rule *r = &s->print->rules[m];
		double covered = 0;
		for (size_t i = 0; r->h >= MIN_UPRIGHT && i < s->down->n; i++) {
			const struct trace *t = &s->down->lines[i];
			struct point mid = t->points[t->n / 2];
			double y = ladder_units(s->ladder, mid.y);
			double off = fabs(mid.x - x_px(g, r->x, mid.y));
			if (off < reach && y > r->y - 30 && y < r->y + r->h + 30)
				covered += (t->to.y - t->from.y) * (1 - off / reach);
		}
		met += fmin(covered, r->h * g->scale);
	}
	return met;
}

/* The ends of long rules, each worth 100 units. */
static double score_ends(const struct search *s, const struct guess_x *g)
{
	double met = 0, reach = 18 * g->scale;
	for (size_t i = 0; i < s->n; i++) {
		const struct trace *t = s->levels[i].trace;
		for (size_t m = 0; m < s->print->n_rules; m++) {
			const struct form_rule *r = &s->print->rules[m];
			if (!is_long(r, s->print) ||
			    fabs(ladder_px(s->ladder, r->y) - s->levels[i].at) >
				    REACH * g->scale)
				continue;
			double from = fabs(t->from.x - x_px(g, r->x, t->from.y));
			double to = fabs(t->to.x - x_px(g, r->x + r->w, t->to.y));
			met += 100 * g->scale *
			       (fmax(0, 1 - from / reach) + fmax(0, 1 - to / reach));
			break;
		}
	}
	return met;
}

static void try_x(const struct search *s, struct guess_x g, struct guess_x *best)
{
	double aspect = g.scale / ladder_scale(s->ladder, s->print);
	double left = x_px(&g, 0, g.mid_y), right = x_px(&g, s->print->width, g.mid_y);
	double sheet = right - left;
	if (aspect < 0.85 || aspect > 1.18 || left > s->width * 0.3 ||
	    right < s->width * 0.7 || left < -0.2 * sheet ||
	    right > s->width + 0.2 * sheet)
		return;
	g.score = score_uprights(s, &g) + score_ends(s, &g);
	if (g.score > best->score)
		*best = g;
}

/* Each matched long rule with its two ends. */
static void try_ends(const struct search *s, struct guess_x *best)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct trace *t = s->levels[i].trace;
		for (size_t m = 0; m < s->print->n_rules; m++) {
			const struct form_rule *r = &s->print->rules[m];
			struct guess_x g = *best;
			if (!is_long(r, s->print))
				continue;
			double from = upright_x(&g, t->from), to = upright_x(&g, t->to);
			g.scale = (to - from) / r->w;
			g.shift = from - g.scale * r->x;
			try_x(s, g, best);
		}
	}
}

/* Whether a vertical trace may be this rule by its height and length. */
static bool could_be(const struct trace *t, const struct form_rule *r,
		     const struct ladder *l)
{
	double from = ladder_units(l, t->from.y), to = ladder_units(l, t->to.y);
	return r->h >= MIN_UPRIGHT && from > r->y - 60 && to < r->y + r->h + 60 &&
	       to - from > 0.4 * r->h;
}

static int by_height(const void *a, const void *b)
{
	const struct trace *x = *(const struct trace *const *)a,
			   *y = *(const struct trace *const *)b;
	float hx = x->to.y - x->from.y, hy = y->to.y - y->from.y;
	return (hx < hy) - (hx > hy);
}

/* The tallest traces that stand where the form is, tallest first. */
static size_t tallest(const struct search *s, struct arena *scratch,
		      const struct trace **out)
{
	const struct trace **t = arena_alloc_n(scratch, s->down->n + 1, sizeof(*t));
	size_t n = s->down->n < MAX_UPRIGHTS ? s->down->n : MAX_UPRIGHTS;
	for (size_t i = 0; i < s->down->n; i++)
		t[i] = &s->down->lines[i];
	qsort(t, s->down->n, sizeof(*t), by_height);
	memcpy(out, t, n * sizeof(*t));
	return n;
}

/* Verticals tell their own lean where there are enough of them. */
static void take_lean(const struct trace *const *t, size_t n, struct guess_x *g)
{
	double x[MAX_UPRIGHTS], lean[MAX_UPRIGHTS], at, per;
	if (n < 8)
		return;
	for (size_t i = 0; i < n; i++) {
		double run = t[i]->to.y - t[i]->from.y;
		lean[i] = (t[i]->to.x - t[i]->from.x) / run;
		x[i] = t[i]->from.x + lean[i] * (g->mid_y - t[i]->from.y);
	}
	steady_line(x, lean, n, &at, &per);
	g->lean = at;
	g->lean_per = per;
}

static void try_uprights(const struct search *s, const struct trace *const *t, size_t n,
			 struct guess_x *best)
{
	const struct form_rule *r = s->print->rules;
	for (size_t i = 0; i < n * n; i++) {
		const struct trace *left = t[i / n], *right = t[i % n];
		double px = upright_x(best, left->points[left->n / 2]);
		double qx = upright_x(best, right->points[right->n / 2]);
		for (size_t a = 0; qx > px && a < s->print->n_rules; a++) {
			if (!could_be(left, &r[a], s->ladder))
				continue;
			for (size_t b = 0; b < s->print->n_rules; b++) {
				if (r[b].x - r[a].x < 250 ||
				    !could_be(right, &r[b], s->ladder))
					continue;
				struct guess_x g = *best;
				g.scale = (qx - px) / (r[b].x - r[a].x);
				g.shift = px - g.scale * r[a].x;
				try_x(s, g, best);
			}
		}
	}
}

/* Streaks of a scanner or fax run down the whole page, the form's rules do not. */
static void drop_streaks(const struct form_print *print, const struct ladder *l,
			 struct traces *down)
{
	double top = print->height, bottom = 0;
	size_t kept = 0;
	for (size_t i = 0; i < print->n_rules; i++) {
		const struct form_rule *r = &print->rules[i];
		top = r->h > 0 && r->y < top ? r->y : top;
		bottom = r->y + r->h > bottom ? r->y + r->h : bottom;
	}
	for (size_t i = 0; i < down->n; i++) {
		double from = ladder_units(l, down->lines[i].from.y);
		double to = ladder_units(l, down->lines[i].to.y);
		if (from > top - 110 && to < bottom + 110)
			down->lines[kept++] = down->lines[i];
	}
	down->n = kept;
}

/* --- both
 * ------------------------------------------------------------------------------- */

static size_t keep_met(const struct form_print *print, const struct ladder *l,
		       struct level *levels, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		bool met = false;
		for (size_t m = 0; m < print->n_rules && !met; m++)
			met = is_long(&print->rules[m], print) &&
			      fabs(ladder_px(l, print->rules[m].y) - levels[i].at) <
				      REACH * ladder_scale(l, print);
		if (met)
			levels[kept++] = levels[i];
	}
	return kept;
}

bool guess_map(const struct form_print *print, const struct traces *across,
	       struct traces *down, int width, int height, bool other,
	       double to_form[9])
{
	AUTO_ARENA scratch = arena_new();
	struct level levels[MAX_LEVELS];
	struct ladder l = {0};
	struct normal equations = {0};
	double slope, slope_per, solved[8];

	size_t n = take_levels(across, width, levels);
	qsort(levels, n, sizeof(*levels), by_darkness);
	struct rungs rungs = take_rungs(print);
	try_heavy(print, &rungs, levels, n, height, &l);
	try_pairs(print, &rungs, levels, n, height, &l);
	if (l.score <= 0)
		return false;
	n = keep_met(print, &l, levels, n);
	take_slope(levels, n, &slope, &slope_per);
	drop_streaks(print, &l, down);

	double mid_y = ladder_px(&l, print->height / 2);
	struct guess_x x = {.lean = -(slope + slope_per * mid_y), .mid_y = mid_y};
	struct search search = {print, &l, levels, n, down, width};
	const struct trace *uprights[MAX_UPRIGHTS] = {NULL};
	size_t n_uprights = tallest(&search, scratch, uprights);
	try_ends(&search, &x);
	try_uprights(&search, uprights, n_uprights, &x);
	struct guess_x leaning = {.lean = x.lean, .mid_y = mid_y};
	take_lean(uprights, n_uprights, &leaning);
	try_ends(&search, &leaning);
	try_uprights(&search, uprights, n_uprights, &leaning);
	if ((leaning.score > x.score) != other)
		x = leaning;
	if (x.score <= 0)
		return false;
	for (int corner = 0; corner < 4; corner++) {
		double form_x = corner & 2 ? print->width : 0;
		double form_y = (corner & 1 ? 0.95 : 0.12) * print->height;
		double y = ladder_px(&l, form_y), px = x_px(&x, form_x, y);
		y += (slope + slope_per * y) * (px - width / 2.0);
		struct point p = {(float)px, (float)y};
		map_equation(&equations, true, p, form_x, 1);
		map_equation(&equations, false, p, form_y, 1);
	}
	if (!map_solve(&equations, solved))
		return false;
	map_take(solved, to_form);
	return true;
}
