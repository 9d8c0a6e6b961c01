/* Registers a form's print to a picture: which rule of the form is which rule of the
 * page.
 *
 * After the first guess (form_guess.c) every point of every traced rule near a rule of
 * the form votes in a least squares fit of a projective map, several times with
 * shrinking reach. What is left between map and picture (paper that did not lie flat)
 * is kept as samples and interpolated.
 *
 * A page whose rules do not stand like the form's gives no fit. Where only the heavy
 * rules survived (fax), the fit says so by its small support, and the caller looks for
 * the form's words before it believes. */
#include "form_parts.h"

#include <math.h>
#include <string.h>

enum {
	WORK_WIDTH = 850, /* of the plane rules are traced on: 100 dpi of letter */
	GRID = 100,	  /* units between corrections */
};

/* Darkness at about 100 dpi, in the channel in which red and black are both dark. */
static struct plane work_plane(const struct image *picture, struct arena *arena,
			       int *shrink)
{
	int w = image_width(picture), h = image_height(picture);
	int r = (w + WORK_WIDTH / 2) / WORK_WIDTH;
	if (r < 1)
		r = 1;
	AUTO_ARENA scratch = arena_new();
	uint8_t *full = arena_alloc_n(scratch, (size_t)w * h, 1);
	image_bytes(picture, image_depth(picture) == 32 ? 'g' : 'y', full);
	struct plane p = {w / r, h / r, NULL};
	p.px = arena_alloc_n(arena, (size_t)p.w * p.h, 1);
	for (int y = 0; y < p.h; y++) {
		for (int x = 0; x < p.w; x++) {
			int sum = 0;
			for (int j = 0; j < r; j++)
				for (int i = 0; i < r; i++)
					sum += full[(size_t)(y * r + j) * w + x * r +
						    i];
			p.px[(size_t)y * p.w + x] = (uint8_t)(255 - sum / (r * r));
		}
	}
	*shrink = r;
	return p;
}

/* From pixels of the work plane to pixels of the picture. */
static void magnify_traces(struct traces *t, int r)
{
	float half = (float)(r - 1) / 2;
	for (size_t i = 0; i < t->n; i++) {
		struct trace *line = &t->lines[i];
		for (size_t k = 0; k < line->n; k++) {
			line->points[k].x = line->points[k].x * (float)r + half;
			line->points[k].y = line->points[k].y * (float)r + half;
		}
		line->from.x = line->from.x * (float)r + half;
		line->from.y = line->from.y * (float)r + half;
		line->to.x = line->to.x * (float)r + half;
		line->to.y = line->to.y * (float)r + half;
	}
}

/* The rule of the form nearest to a point (in form units), and how far off it is. */
static const struct form_rule *rule_near(const struct form_print *print, bool down,
					 double x, double y, double reach, double *off)
{
	const struct form_rule *best = NULL;
	for (size_t i = 0; i < print->n_rules; i++) {
		const struct form_rule *r = &print->rules[i];
		if (down != (r->h > 0) || r->dashed)
			continue;
		double along = down ? y - r->y : x - r->x, length = down ? r->h : r->w;
		double o = down ? x - r->x : y - r->y;
		if (along < -reach || along > length + reach || fabs(o) > reach)
			continue;
		reach = fabs(o) > 0 ? fabs(o) : 0;
		*off = o;
		best = r;
		if (reach == 0)
			break;
	}
	return best;
}

/* Weighted mean of the samples around a place; nothing near means no correction. */
static double rest_at(const struct form_sample *s, size_t n, double x, double y,
		      bool down)
{
	double near_x = down ? 150 : 300, near_y = down ? 300 : 150, sum = 0,
	       weight = 1.5;
	for (size_t i = 0; i < n; i++) {
		double dx = (s[i].x - x) / near_x, dy = (s[i].y - y) / near_y;
		double d = dx * dx + dy * dy;
		if (d > 6)
			continue;
		double w = exp(-2 * d);
		sum += w * s[i].off;
		weight += w;
	}
	return sum / weight;
}

/* What a trace says: where its points are in form units, and how far from which rule.
 */
struct seen {
	double x, y, off;
	const struct form_rule *rule; /* NULL: none within reach */
};

/* How the points of a trace lie to the form's rules; true when the trace as a whole may
 * be one of them: most points near a rule, and near it in the mean after `rest`, what
 * is known of the paper's waves already. Print that merely runs beside a rule is not.
 */
static bool trace_seen(const struct form_fit *fit, const struct trace *t, bool down,
		       double reach, double mean_reach, struct seen *out)
{
	size_t met = 0;
	double sum = 0;
	for (size_t k = 0; k < t->n; k++) {
		struct seen *s = &out[k];
		map_apply(fit->to_form, t->points[k].x, t->points[k].y, &s->x, &s->y);
		s->rule = rule_near(fit->print, down, s->x, s->y, reach, &s->off);
		if (!s->rule)
			continue;
		met++;
		sum += s->off;
	}
	if (met * 5 < t->n * 3)
		return false;
	const struct seen *mid = &out[t->n / 2];
	double rest = down ? rest_at(fit->down, fit->n_down, mid->x, mid->y, true)
			   : rest_at(fit->across, fit->n_across, mid->x, mid->y, false);
	return fabs(sum / (double)met - rest) <= mean_reach;
}

static void vote_points(struct normal *n, const struct form_fit *fit,
			const struct traces *traces, bool down, double reach,
			struct seen *seen)
{
	for (size_t i = 0; i < traces->n; i++) {
		const struct trace *t = &traces->lines[i];
		if (!trace_seen(fit, t, down, reach, reach, seen))
			continue;
		for (size_t k = 0; k < t->n; k++)
			if (seen[k].rule)
				map_equation(n, down, t->points[k],
					     down ? seen[k].rule->x : seen[k].rule->y,
					     seen[k].rule->heavy ? 2 : 1);
	}
}

/* The ends of heavy rules hold the fit across the page where vertical rules are faint.
 */
static void vote_ends(struct normal *n, const struct form_fit *fit,
		      const struct traces *across, double reach, int picture_w)
{
	for (size_t i = 0; i < across->n; i++) {
		const struct trace *t = &across->lines[i];
		for (int e = 0; e < 2; e++) {
			struct point p = e ? t->to : t->from;
			double x, y, off;
			map_apply(fit->to_form, p.x, p.y, &x, &y);
			const struct form_rule *r =
				rule_near(fit->print, false, x, y, reach, &off);
			if (!r || !r->heavy || p.x < 8 || p.x > picture_w - 8)
				continue;
			double end = e ? r->x + r->w : r->x;
			if (fabs(x - end) < reach)
				map_equation(n, true, p, end, 4);
		}
	}
}

/* A weak wish for what was believed before keeps the system solvable on a fax. */
static bool settle(struct form_fit *fit, struct normal *n)
{
	double m[8];
	n->a[6][6] += 0.002;
	n->a[7][7] += 0.002;
	for (int i = 0; i < 6; i++) {
		double before = fit->to_form[i] / (i % 3 == 2 ? map_kilo : 1);
		n->a[i][i] += 0.01;
		n->b[i] += 0.01 * before;
	}
	if (!map_solve(n, m))
		return false;
	map_take(m, fit->to_form);
	return true;
}

static bool refine(struct form_fit *fit, const struct traces *across,
		   const struct traces *down, double reach, int picture_w,
		   struct seen *seen)
{
	struct normal n = {0};
	vote_points(&n, fit, across, false, reach, seen);
	vote_points(&n, fit, down, true, reach, seen);
	vote_ends(&n, fit, across, reach * 1.5, picture_w);
	return settle(fit, &n) && map_invert(fit->to_form, fit->to_picture);
}

static void sample_rest(struct form_fit *fit, const struct traces *traces, bool down,
			double *covered, struct seen *seen, struct arena *arena)
{
	struct form_sample *samples = NULL;
	size_t n = 0, cap = 0;
	for (size_t i = 0; i < traces->n; i++) {
		const struct trace *t = &traces->lines[i];
		if (!trace_seen(fit, t, down, 24, 9, seen))
			continue;
		for (size_t k = 0; k < t->n; k++) {
			if (!seen[k].rule)
				continue;
			*arena_push(arena, samples, n, cap) = (struct form_sample){
				(float)seen[k].x, (float)seen[k].y, (float)seen[k].off};
			covered[seen[k].rule - fit->print->rules] += 1;
		}
	}
	if (down) {
		fit->down = samples;
		fit->n_down = n;
	} else {
		fit->across = samples;
		fit->n_across = n;
	}
}

/* Share of the form's long enough rules that was met; counts whole heavy rules. */
static void weigh_support(struct form_fit *fit, const double *covered, double step)
{
	double met = 0, all = 0;
	for (size_t i = 0; i < fit->print->n_rules; i++) {
		const struct form_rule *r = &fit->print->rules[i];
		double length = r->w + r->h, seen = covered[i] * step;
		if (length < 300 || r->dashed)
			continue;
		all += length;
		met += seen < length ? seen : length;
		fit->heavy += r->heavy && seen > 0.7 * length;
	}
	fit->support = all > 0 ? met / all : 0;
}

/* The corrections on a grid over the sheet, so that a place costs next to nothing. */
static void lay_grid(struct form_fit *fit, struct arena *arena)
{
	fit->grid_w = (int)(fit->print->width / GRID) + 2;
	fit->grid_h = (int)(fit->print->height / GRID) + 2;
	int n = fit->grid_w * fit->grid_h;
	fit->grid = arena_alloc_n(arena, (size_t)n, sizeof(*fit->grid));
	for (int i = 0; i < n; i++) {
		double x = i % fit->grid_w * GRID, y = (double)(i / fit->grid_w) * GRID;
		fit->grid[i].x = (float)rest_at(fit->down, fit->n_down, x, y, true);
		fit->grid[i].y =
			(float)rest_at(fit->across, fit->n_across, x, y, false);
	}
}

static struct point grid_at(const struct form_fit *fit, double x, double y)
{
	double gx = fmin(fmax(x / GRID, 0), fit->grid_w - 1.001);
	double gy = fmin(fmax(y / GRID, 0), fit->grid_h - 1.001);
	const struct point *p = &fit->grid[(int)gy * fit->grid_w + (int)gx];
	const struct point *q = p + fit->grid_w;
	float ax = (float)(gx - floor(gx)), ay = (float)(gy - floor(gy));
	return (struct point){(p[0].x * (1 - ax) + p[1].x * ax) * (1 - ay) +
				      (q[0].x * (1 - ax) + q[1].x * ax) * ay,
			      (p[0].y * (1 - ax) + p[1].y * ax) * (1 - ay) +
				      (q[0].y * (1 - ax) + q[1].y * ax) * ay};
}

void form_to_picture(const struct form_fit *fit, double x, double y, double *px,
		     double *py)
{
	struct point off = grid_at(fit, x, y);
	map_apply(fit->to_picture, x + off.x, y + off.y, px, py);
}

void form_from_picture(const struct form_fit *fit, double px, double py, double *x,
		       double *y)
{
	map_apply(fit->to_form, px, py, x, y);
	struct point off = grid_at(fit, *x, *y);
	*x -= off.x;
	*y -= off.y;
}

double form_support(const struct form_fit *fit)
{
	return fit->support;
}

static double units_a_pixel(const struct form_fit *fit, int width, int height)
{
	double x0, y0, x1, y1;
	map_apply(fit->to_form, width / 2.0, height * 0.25, &x0, &y0);
	map_apply(fit->to_form, width / 2.0, height * 0.75, &x1, &y1);
	return hypot(x1 - x0, y1 - y0) / (height * 0.5);
}

static void register_rules(const struct plane *plane, int shrink, int width, int height,
			   const struct form_print *print, float bend, bool other,
			   struct arena *arena, struct form_fit **out)
{
	static const double reach[] = {36, 30, 24, 18, 12, 10, 8};
	AUTO_ARENA scratch = arena_new();
	struct traces across = {0}, down = {0};
	double to_form[9], *covered = NULL;

	*out = NULL;
	trace_rules(plane, false, 100, bend, scratch, &across);
	magnify_traces(&across, shrink);
	trace_rules(plane, true, 64, bend, scratch, &down);
	magnify_traces(&down, shrink);
	if (!guess_map(print, &across, &down, width, height, other, to_form))
		return;

	struct form_fit *fit = arena_alloc(arena, sizeof(*fit));
	struct seen *seen =
		arena_alloc_n(scratch, (size_t)(plane->w + plane->h), sizeof(*seen));
	fit->print = print;
	memcpy(fit->to_form, to_form, sizeof(to_form));
	for (size_t i = 0; i < sizeof(reach) / sizeof(*reach); i++)
		if (!refine(fit, &across, &down, reach[i], width, seen))
			return;
	for (int pass = 0; pass < 3; pass++) { /* waves are followed from their nodes */
		covered = arena_alloc_n(scratch, print->n_rules, sizeof(double));
		sample_rest(fit, &across, false, covered, seen, arena);
		sample_rest(fit, &down, true, covered, seen, arena);
	}
	lay_grid(fit, arena);
	fit->units_per_px = units_a_pixel(fit, width, height);
	weigh_support(fit, covered, 16 * shrink * fit->units_per_px);
	*out = fit;
}

/* Ways of looking for the form, the usual one first: whether rules are followed round
 * the bends of crumpled paper, and which guess across the page is believed. */
static const struct {
	float bend; /* pixels a strip */
	bool other;
} ways[] = {{1.0f, false}, {1.8f, false}, {1.0f, true}, {1.8f, true}};

/* A form that was found shows more of its rules than this, and its verticals in more
 * places. */
#define SUPPORT_WEAK 0.5
enum { VERTICALS_FEW = 100 };

static double merit(const struct form_fit *fit)
{
	return fit ? fit->support + 0.002 * (double)fit->n_down : 0;
}

void form_register(const struct image *picture, const struct form_print *print,
		   struct arena *arena, struct form_fit **out)
{
	AUTO_ARENA scratch = arena_new();
	int shrink, width = image_width(picture), height = image_height(picture);

	*out = NULL;
	struct plane plane = work_plane(picture, scratch, &shrink);
	if (plane.w < 200 || plane.h < 200)
		return;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct form_fit *fit = NULL;
		register_rules(&plane, shrink, width, height, print, ways[i].bend,
			       ways[i].other, arena, &fit);
		if (merit(fit) > merit(*out))
			*out = fit;
		if (image_depth(picture) == 1 || (i > 0 && !*out) ||
		    (*out && (*out)->support > SUPPORT_WEAK &&
		     (*out)->n_down >= VERTICALS_FEW))
			return;
	}
}
