/* The sizes of print on a page, and how each looks there.
 *
 * A page has few sizes; runs of like height are of one. What a size is exactly, which
 * face it is set in and what blur and fading made of its letters is learnt from its
 * longest runs. */
#include "form_print.h"

#include <math.h>
#include <string.h>

enum {
	FEW = 12, /* a size has more than this part of the page's letters */
	SIZE_TEACHERS = 4,
};

/* Capitals and digits are 0.72 of the type's size high. */
#define CAPITAL 0.722

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

void find_sizes(struct print_work *pw)
{
	int all = 0;
	for (size_t i = 0; i < pw->n_runs; i++) {
		pw->runs[i].size = -1;
		all += pw->runs[i].letters;
	}
	while (pw->n_sizes < PRINT_SIZES) {
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
	assign_rest(pw);
}

/* A fax loses strokes or parts of them, and seldom has ink where none was: what is
 * missing counts less than what is there. */
#define BILEVEL_STRENGTH 0.9f

static void make_case(struct print_work *pw, struct size *size, size_t face)
{
	size->glyphs = arena_alloc(pw->arena, sizeof(*size->glyphs));
	case_make(size->glyphs, pw->work->faces, face, (float)(size->em / STRIP_UNITS),
		  pw->work->ink->bilevel ? BILEVEL_STRENGTH : 1, pw->arena);
}

/* The longest runs of a size, as indices. */
size_t teachers_of(const struct print_work *pw, int size, size_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < pw->n_runs; i++) {
		if (pw->runs[i].size != size || pw->runs[i].letters < 4)
			continue;
		size_t k = n < PRINT_TEACHERS ? n++ : PRINT_TEACHERS;
		for (; k > 0 && pw->runs[out[k - 1]].letters < pw->runs[i].letters; k--)
			if (k < PRINT_TEACHERS)
				out[k] = out[k - 1];
		if (k < PRINT_TEACHERS)
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
void learn_size(struct print_work *pw, int index)
{
	struct size *size = &pw->sizes[index];
	size_t teacher[PRINT_TEACHERS], n = teachers_of(pw, index, teacher);
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
