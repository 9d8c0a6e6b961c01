/* Runs of print as a fax machine left them, read at the pixels it sent.
 *
 * How much ink the machine needs to see black, and how the page lay in it, is the same
 * for all of a page; the height of a run's baseline within a row decides which strokes
 * are gone, and is found by trying. Everything else is as on other pages (glyph.h). */
#include "form_print.h"

#include <math.h>

/* Shares of a pixel's ink from which fax machines make it black. */
static const float fax_inks[] = {0.5f, 0.44f, 0.38f, 0.32f, 0.26f};
enum { FAX_INKS = sizeof(fax_inks) / sizeof(*fax_inks), FAX_TEACHERS = 3 };
/* Share of ink from which a reading needs no other attempt. */
#define FAX_GOOD 0.75f

static float fax_em(const struct print_work *pw, int size)
{
	return (float)(pw->sizes[size].em / pw->work->fit->units_per_px);
}

static void make_fax_case(struct print_work *pw, int size, float ink, float turn)
{
	const struct fax_page *page = &pw->work->ink->fax;
	struct fax fax = {page->across, page->down, ink, turn};
	struct glyph_case *c = arena_alloc(pw->arena, sizeof(*c));
	case_make_fax(c, pw->work->faces, pw->face, fax_em(pw, size), &fax, pw->arena);
	pw->sizes[size].fax = c;
}

/* How the lines of the page are turned against the picture. */
static float page_turn(const struct form_work *work)
{
	const struct form_print *print = work->fit->print;
	double x0, y0, x1, y1, middle = print->height / 2;
	form_to_picture(work->fit, print->width * 0.1, middle, &x0, &y0);
	form_to_picture(work->fit, print->width * 0.9, middle, &x1, &y1);
	return (float)atan2(y1 - y0, x1 - x0);
}

struct fax_try {
	struct strip strip;
	struct glyph_line line;
};

static void try_level(struct print_work *pw, const struct run *run, int size,
		      float baseline, struct fax_try *best)
{
	struct fax_try t = *best;
	t.strip.baseline = baseline;
	read_strip(pw, run->job, &t.strip, pw->sizes[size].fax, &t.line);
	if (t.line.total > best->line.total)
		*best = t;
}

/* The feet of letters that lost strokes only say roughly where the baseline is; where
 * most of the ink is explained, there it is. */
static void read_fax_size(struct print_work *pw, struct run *run, int size)
{
	struct fax_try best = {0};
	lay_fax_strip(pw->work, run, fax_em(pw, size), pw->arena, &best.strip);
	float first = best.strip.baseline;
	for (int i = -3; i <= 3; i++)
		try_level(pw, run, size, first + 0.5f * (float)i, &best);
	float middle = best.strip.baseline;
	try_level(pw, run, size, middle - 0.25f, &best);
	try_level(pw, run, size, middle + 0.25f, &best);
	if (best.line.total <= run->line.total)
		return;
	run->line = best.line;
	run->strip = best.strip;
	run->size = size;
}

/* Small letters look like capitals of a smaller size. */
static void read_fax_run(struct print_work *pw, struct run *run)
{
	int own = run->size;
	run->line = (struct glyph_line){0};
	run->words = is_words(run->job->field->kind);
	read_fax_size(pw, run, own);
	for (int i = 0; i < pw->n_sizes; i++)
		if (i != own && run->line.explained < FAX_GOOD)
			read_fax_size(pw, run, i);
	find_lost(pw, run);
}

/* How much ink this machine needs: what explains the longest runs best. */
static float fax_ink(struct print_work *pw, float turn)
{
	size_t teacher[PRINT_TEACHERS], n = teachers_of(pw, 0, teacher);
	float most = 0, best = fax_inks[FAX_INKS / 2];
	n = n < FAX_TEACHERS ? n : FAX_TEACHERS;
	for (int i = 0; i < FAX_INKS; i++) {
		float total = 0;
		make_fax_case(pw, 0, fax_inks[i], turn);
		for (size_t k = 0; k < n; k++) {
			struct run *run = &pw->runs[teacher[k]];
			run->line = (struct glyph_line){0};
			read_fax_size(pw, run, 0);
			total += run->line.total;
		}
		if (total <= most)
			continue;
		most = total;
		best = fax_inks[i];
	}
	return best;
}

void read_fax(struct print_work *pw)
{
	float turn = page_turn(pw->work), ink = fax_ink(pw, turn);
	for (int i = 0; i < pw->n_sizes; i++)
		make_fax_case(pw, i, ink, turn);
	for (size_t i = 0; i < pw->n_runs; i++)
		read_fax_run(pw, &pw->runs[i]);
}
