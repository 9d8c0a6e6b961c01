/* Reads a form's entries by the shapes of the typefaces that forms are filled with.
 *
 * Entries are cut into runs, pieces of print without a wide gap: each is set by itself
 * and may stand a little higher than its neighbour. A page has few sizes of print, so
 * runs of like height are read with one case of stamps (glyph.h), whose exact size and
 * look are learnt from the page's longest runs first. A page whose print fits none of
 * our faces gives readings of no fit, and the caller asks the OCR engine instead. */
#include "form_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "glyph.h"

/* Strips are laid at 200 dots an inch, where most of these papers were scanned. */
#define UNITS_A_PX 1.5

enum {
	ABOVE = 32, /* rows of a strip above the baseline, and below */
	BELOW = 12,
	MAX_SIZES = 4,
	BESIDE = 8,	 /* units of paper to the left and right of a strip */
	ROW_LETTERS = 4, /* of a run, to tell which rows of pixels were lost */
	FEW = 12,	 /* a size has more than this part of the page's letters */
	SIZE_TEACHERS = 4,
	TEACHERS = 10, /* runs of each size that are read first, to learn from */
};

struct foot {
	double x, off; /* form units; off: below the straight baseline */
};
struct run {
	struct line_job *job;
	double left, right; /* form units, of its ink */
	double base, slope; /* baseline at the left end */
	struct foot *feet;  /* of letters, from the left */
	size_t n_feet;
	double height; /* of its letters */
	int letters;
	int size;
	struct strip strip;
	struct glyph_line line;
};
struct size {
	double em; /* form units */
	struct glyph_case *glyphs;
};
struct print_work {
	const struct form_work *work;
	struct arena *arena;
	struct run *runs;
	size_t n_runs, cap_runs;
	struct size sizes[MAX_SIZES];
	int n_sizes;
	size_t face;
};

/* --- runs --- */

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

static double base_at(const struct run *run, double x)
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

static void add_runs(struct print_work *pw, struct line_job *job)
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
		if (run.letters > 0)
			*arena_push(pw->arena, pw->runs, pw->n_runs, pw->cap_runs) =
				run;
	}
}

/* --- strips --- */

static float dark_at(const struct plane *p, double x, double y)
{
	int ix = (int)floor(x), iy = (int)floor(y);
	if (ix < 0 || iy < 0 || ix + 1 >= p->w || iy + 1 >= p->h)
		return 0;
	float ax = (float)(x - ix), ay = (float)(y - iy);
	const uint8_t *at = p->px + (size_t)iy * p->w + ix;
	return ((float)at[0] * (1 - ax) + (float)at[1] * ax) * (1 - ay) +
	       ((float)at[p->w] * (1 - ax) + (float)at[p->w + 1] * ax) * ay;
}

/* Mean of the pixels that lie under one of the strip: one, or four on finer scans. */
static float mean_at(const struct plane *p, double x, double y, double dx, double dy)
{
	if (fabs(dx) < 1.3)
		return dark_at(p, x, y);
	return (dark_at(p, x - dx / 4, y - dy / 4) +
		dark_at(p, x + dx / 4, y - dy / 4) +
		dark_at(p, x - dx / 4, y + dy / 4) +
		dark_at(p, x + dx / 4, y + dy / 4)) /
	       4;
}

/* What a streak covers is not known: this darkness neither makes nor breaks a letter.
 */
#define UNKNOWN 0.35f

static bool on_streak(const struct ink *ink, double x)
{
	int column = (int)lround(x);
	return ink->streak && column >= 0 && column < ink->plane.w &&
	       ink->streak[column];
}

/* The column of the strip at x pixels, from the picture by a straight line. */
static void lay_column(const struct form_work *work, const struct run *run, int x)
{
	const struct ink *ink = work->ink;
	double ux = run->left - BESIDE + (x + 0.5) * UNITS_A_PX;
	double base = base_at(run, ux);
	double x0, y0, x1, y1;
	form_to_picture(work->fit, ux, base - ABOVE * UNITS_A_PX, &x0, &y0);
	form_to_picture(work->fit, ux, base + BELOW * UNITS_A_PX, &x1, &y1);
	double dx = (x1 - x0) / (ABOVE + BELOW), dy = (y1 - y0) / (ABOVE + BELOW);
	float floor_dark = 0.06f * ink->full, full = ink->full - floor_dark;
	for (int y = 0; y < ABOVE + BELOW; y++) {
		double px = x0 + dx * (y + 0.5), py = y0 + dy * (y + 0.5);
		float v = mean_at(&ink->plane, px, py, dy, dy);
		v = fminf(fmaxf((v - floor_dark) / full, 0), 1);
		if (on_streak(ink, px))
			v = UNKNOWN;
		*strip_at(&run->strip, x, y) = (int16_t)lroundf(v * GLYPH_FULL);
	}
}

static void lay_strip(struct print_work *pw, struct run *run)
{
	struct strip *s = &run->strip;
	s->w = (int)((run->right - run->left + 2 * BESIDE) / UNITS_A_PX) + 1;
	s->h = ABOVE + BELOW;
	s->stride = s->w + 2 * STRIP_PAD;
	s->baseline = ABOVE;
	s->dark = arena_alloc_n(pw->arena, (size_t)(s->h + 2 * STRIP_PAD) * s->stride,
				sizeof(*s->dark));
	for (int x = 0; x < s->w; x++)
		lay_column(pw->work, run, x);
}

/* --- sizes --- */

/* Letters of runs whose height is within 5% of the given. */
static int letters_near(const struct print_work *pw, double height)
{
	int n = 0;
	for (size_t i = 0; i < pw->n_runs; i++)
		if (pw->runs[i].size < 0 &&
		    fabs(pw->runs[i].height - height) < 0.05 * height)
			n += pw->runs[i].letters;
	return n;
}

/* Capitals and digits are 0.72 of the type's size high. */
#define CAPITAL 0.722

static void find_sizes(struct print_work *pw)
{
	int all = 0;
	for (size_t i = 0; i < pw->n_runs; i++) {
		pw->runs[i].size = -1;
		all += pw->runs[i].letters;
	}
	while (pw->n_sizes < MAX_SIZES) {
		int most = 0;
		double height = 0;
		for (size_t i = 0; i < pw->n_runs; i++) {
			int n = pw->runs[i].size < 0
					? letters_near(pw, pw->runs[i].height)
					: 0;
			if (n > most) {
				most = n;
				height = pw->runs[i].height;
			}
		}
		if (most == 0 || (pw->n_sizes > 0 && most * FEW < all))
			break;
		double sum = 0, n = 0;
		for (size_t i = 0; i < pw->n_runs; i++) {
			struct run *r = &pw->runs[i];
			if (r->size >= 0 || fabs(r->height - height) > 0.1 * height)
				continue;
			r->size = pw->n_sizes;
			sum += r->height * r->letters;
			n += r->letters;
		}
		pw->sizes[pw->n_sizes++].em = sum / n / CAPITAL;
	}
}

/* What is left over is of the size nearest to it. */
static void assign_rest(struct print_work *pw)
{
	for (size_t i = 0; i < pw->n_runs; i++) {
		struct run *r = &pw->runs[i];
		for (int s = 0; r->size < 0 && s < pw->n_sizes; s++) {
			int best = 0;
			for (int k = 1; k < pw->n_sizes; k++)
				if (fabs(pw->sizes[k].em * CAPITAL - r->height) <
				    fabs(pw->sizes[best].em * CAPITAL - r->height))
					best = k;
			r->size = best;
		}
	}
}

/* --- reading --- */

static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.-'&/#()";

/* Share of ink from which a reading needs no other attempt. */
#define GOOD 0.87f

/* A fax loses strokes or parts of them, and seldom has ink where none was: what is
 * missing counts less than what is there. */
#define BILEVEL_STRENGTH 0.9f

static void make_case(struct print_work *pw, struct size *size, size_t face)
{
	size->glyphs = arena_alloc(pw->arena, sizeof(*size->glyphs));
	case_make(size->glyphs, pw->work->faces, face, (float)(size->em / UNITS_A_PX),
		  pw->work->ink->bilevel ? BILEVEL_STRENGTH : 1, pw->arena);
}

static bool is_words(enum kind kind)
{
	return kind == KIND_TEXT || kind == KIND_PARTY || kind == KIND_ADDRESS ||
	       kind == KIND_SIGNATURE;
}

/* A fax needs to be told what words look like, a clear print hardly. Codes and numbers
 * have no gaps; what looks like one is a stroke that was lost. */
static struct glyph_rules rules_for(const struct print_work *pw,
				    const struct fieldtype *field)
{
	bool fax = pw->work->ink->bilevel, words = is_words(field->kind);
	bool spaced = words || field->kind == KIND_DATE || field->kind == KIND_PHONE ||
		      field->kind == KIND_AMOUNT;
	return (struct glyph_rules){
		.gap = spaced ? 1.5f
		       : fax  ? 6
			      : 3,
		.narrow = 2.5f,
		.letter_digit = words ? 2 : 0,
		.digit_letter = words || field->kind == KIND_PROCEDURE ? 2 : 0,
		.words = !words ? 0
			 : fax	? 1.0f
				: 0.3f};
}

/* Entries are in capitals with few exceptions; small letters come into play where
 * capitals leave ink unexplained. */
static void read_with(struct print_work *pw, struct run *run, int size,
		      struct glyph_line *line)
{
	const struct glyph_case *c = pw->sizes[size].glyphs;
	const char *letters = zone_letters(run->job->field);
	struct glyph_rules rules = rules_for(pw, run->job->field);
	rules.allowed = strchr(letters, 'a') ? capitals : letters;
	glyph_read(&run->strip, c, &rules, pw->arena, line);
	bool clear = line->explained > GOOD || pw->work->ink->bilevel;
	if (!strchr(letters, 'a') || (clear && run->job->field->kind != KIND_SIGNATURE))
		return;
	struct glyph_line mixed;
	rules.allowed = letters;
	glyph_read(&run->strip, c, &rules, pw->arena, &mixed);
	if (mixed.total > line->total + 2)
		*line = mixed;
}

static void read_run(struct print_work *pw, struct run *run)
{
	if (!run->strip.dark)
		lay_strip(pw, run);
	read_with(pw, run, run->size, &run->line);
}

/* Larger letters have more pixels in which to differ by chance. */
float print_odds(const struct letter *letter, float loss)
{
	return loss / (0.5f + 0.015f * letter->power);
}

static float sure_of(const struct letter *l)
{
	return 1 / (1 + expf(-print_odds(l, l->margin)));
}

static float line_sure(const struct glyph_line *line)
{
	float sure = 1;
	for (size_t i = 0; i < line->n; i++)
		sure *= sure_of(&line->letters[i]);
	return sure;
}

/* In every size of the page, if its own leaves much of it unexplained. */
static void read_in_any_size(struct print_work *pw, struct run *run)
{
	int own = run->size;
	read_run(pw, run);
	for (int i = 0; i < pw->n_sizes; i++) {
		struct glyph_line line;
		if (i == own ||
		    (run->line.explained > GOOD && line_sure(&run->line) > 0.3f))
			continue;
		read_with(pw, run, i, &line);
		if (line.total <= run->line.total)
			continue;
		run->line = line;
		run->size = i;
	}
}

/* The longest runs of a size, as indices. */
static size_t teachers_of(const struct print_work *pw, int size, size_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < pw->n_runs; i++) {
		if (pw->runs[i].size != size || pw->runs[i].letters < 4)
			continue;
		size_t k = n < TEACHERS ? n++ : TEACHERS;
		for (; k > 0 && pw->runs[out[k - 1]].letters < pw->runs[i].letters; k--)
			if (k < TEACHERS)
				out[k] = out[k - 1];
		if (k < TEACHERS)
			out[k] = i;
	}
	return n;
}

/* Mean fit of some runs, by their letters. */
static double read_teachers(struct print_work *pw, const size_t *teacher, size_t n)
{
	double fit = 0, letters = 0;
	for (size_t i = 0; i < n; i++) {
		struct run *r = &pw->runs[teacher[i]];
		read_run(pw, r);
		double weight = (double)r->line.n;
		fit += weight * fmin((double)r->line.fit, (double)r->line.explained);
		letters += weight;
	}
	return letters > 0 ? fit / letters : 0;
}

/* Print is set in whole and half points. Blur and fading make letters look larger or
 * smaller than they are, but not the distance from one to the next: of the sizes that
 * explain the teachers well the one with the right pitch is taken. */
#define HALF_POINT (150.0 / 72)

/* How far the pitch is off, and how much is explained. */
static double judge_size(struct print_work *pw, struct size *size,
			 const size_t *teacher, size_t n, double *total)
{
	double off = 0, weight = 0;
	make_case(pw, size, pw->face);
	read_teachers(pw, teacher, n);
	*total = 0;
	for (size_t i = 0; i < n; i++) {
		const struct run *r = &pw->runs[teacher[i]];
		float w, stretch = glyph_stretch(&r->line, size->glyphs, &w);
		off += (double)w * ((double)stretch - 1);
		weight += (double)w;
		*total += (double)r->line.total;
	}
	return weight > 0 ? fabs(off / weight) : 1;
}

static void correct_size(struct print_work *pw, struct size *size,
			 const size_t *teacher, size_t n)
{
	enum { STEPS = 5 };
	double first = size->em, middle = round(first / HALF_POINT), most = 0,
	       best = -1;
	double off[STEPS] = {0}, total[STEPS] = {0};
	if (n > SIZE_TEACHERS && !pw->work->ink->bilevel)
		n = SIZE_TEACHERS;
	for (int i = 0; i < STEPS; i++) {
		size->em = (middle + i - STEPS / 2) * HALF_POINT;
		if (fabs(size->em - first) > 0.09 * first)
			continue;
		off[i] = judge_size(pw, size, teacher, n, &total[i]);
		most = fmax(most, total[i]);
	}
	size->em = first;
	for (int i = 0; i < STEPS; i++) {
		double good = total[i] / fmax(most, 1) - 3 * off[i];
		if (total[i] <= 0 || good <= best)
			continue;
		best = good;
		size->em = (middle + i - STEPS / 2) * HALF_POINT;
	}
}

static void learn_from(struct print_work *pw, const struct run *run)
{
	struct glyph_case *c = pw->sizes[run->size].glyphs;
	for (size_t i = 0; i < run->line.n; i++) {
		const struct letter *l = &run->line.letters[i];
		if (l->margin > 0.12f * l->power + 2 && l->score > 0.3f * l->power)
			case_remember(c, &run->strip, l, pw->arena);
	}
}

/* The face, exact size and look of one size of print. */
static void learn_size(struct print_work *pw, int index)
{
	struct size *size = &pw->sizes[index];
	size_t teacher[TEACHERS], n = teachers_of(pw, index, teacher);
	double best = -1, em = size->em;
	size_t faces = index == 0 ? faces_count(pw->work->faces) : 1;
	for (size_t f = 0; f < faces; f++) {
		size_t face = index == 0 ? f : pw->face;
		size->em = em;
		make_case(pw, size, face);
		double fit = read_teachers(pw, teacher, n);
		if (fit > best) {
			best = fit;
			pw->face = face;
		}
		if (fit > 0.5)
			break;
	}
	correct_size(pw, size, teacher, n);
	make_case(pw, size, pw->face);
	read_teachers(pw, teacher, n);
	for (size_t i = 0; i < n; i++)
		learn_from(pw, &pw->runs[teacher[i]]);
	case_learn(size->glyphs, pw->arena);
}

/* --- what becomes of it --- */

/* Appends the run's letters to its line, and where they are in the text. */
static void append_letters(struct print_work *pw, struct line_job *job,
			   const struct run *run, const char *text)
{
	size_t before = job->text ? strlen(job->text) + 1 : 0, n = run->line.n, i = 0;
	struct letter *set = arena_alloc_n(pw->arena, job->letters + n, sizeof(*set));
	size_t *at = arena_alloc_n(pw->arena, job->letters + n, sizeof(*at));
	for (; i < job->letters; i++) {
		set[i] = job->set[i];
		at[i] = job->at[i];
	}
	for (size_t k = 0; text[k]; k++) {
		if (text[k] == ' ')
			continue;
		set[i] = run->line.letters[i - job->letters];
		at[i++] = before + k;
	}
	job->set = set;
	job->at = at;
	job->letters += n;
	job->text =
		job->text ? arena_printf(pw->arena, "%s %s", job->text, text) : text;
}

static void take_run(struct print_work *pw, struct run *run)
{
	struct line_job *job = run->job;
	const struct glyph_case *c = pw->sizes[run->size].glyphs;
	const char *text = glyph_text(&run->line, c, pw->arena);
	float n = (float)run->line.n;
	float sure = (job->letters ? job->sure : 1) * line_sure(&run->line);
	if (run->line.n == 0)
		return;
	float before = (float)job->letters;
	append_letters(pw, job, run, text);
	job->sure = sure;
	job->fit = (job->fit * before + run->line.explained * n) / (before + n);
}

void print_read(const struct form_work *work, struct line_job *jobs, size_t n,
		struct arena *arena)
{
	struct print_work pw = {.work = work, .arena = arena};
	for (size_t i = 0; i < n; i++)
		add_runs(&pw, &jobs[i]);
	find_sizes(&pw);
	assign_rest(&pw);
	for (int i = 0; i < pw.n_sizes; i++)
		learn_size(&pw, i);
	int passes = work->ink->bilevel ? 2 : 1;
	for (int pass = 0; pass < passes; pass++) {
		for (size_t i = 0; i < pw.n_runs; i++) {
			struct run *r = &pw.runs[i];
			if (pass > 0 && r->line.n >= ROW_LETTERS)
				glyph_weigh_rows(&r->strip, pw.sizes[r->size].glyphs,
						 &r->line, arena);
			read_in_any_size(&pw, r);
		}
		for (size_t i = 0; pass + 1 < passes && i < pw.n_runs; i++)
			learn_from(&pw, &pw.runs[i]);
		for (int i = 0; pass + 1 < passes && i < pw.n_sizes; i++)
			case_learn(pw.sizes[i].glyphs, arena);
	}
	for (size_t i = 0; i < pw.n_runs; i++)
		take_run(&pw, &pw.runs[i]);
	for (size_t i = 0; i < n; i++)
		print_choose(&jobs[i], arena);
}
