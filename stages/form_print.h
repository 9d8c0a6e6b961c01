/* form_print.h - what the files that read a form's print share. Private to stages/.
 *
 * form_run.c    lines as runs of print
 * form_strip.c  a run laid flat for the typefaces
 * form_size.c   sizes and faces of the page
 * form_fax.c    the pixels of a fax machine
 * form_fax_read.c  runs on them
 * form_lost.c   letters that a fax lost altogether
 * form_print.c  the reading of all runs */
#ifndef INTRAY_FORM_PRINT_H
#define INTRAY_FORM_PRINT_H

#include "form_parts.h"
#include "glyph.h"

enum {
	PRINT_SIZES = 4,
	PRINT_TEACHERS = 10, /* runs of each size that are read first, to learn from */
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
	bool words; /* running text, no number or code */
	int size;
	struct strip strip;
	struct glyph_line line;
};
struct size {
	double em; /* form units */
	struct glyph_case *glyphs;
	struct glyph_case *fax; /* the same as a fax leaves it, on a fax */
};
struct print_work {
	const struct form_work *work;
	struct arena *arena;
	struct run *runs;
	size_t n_runs, cap_runs;
	struct size sizes[PRINT_SIZES];
	int n_sizes;
	size_t face;
	bool fax; /* read at the pixels that a fax machine sent */
};

/* form_run.c: cuts a line into runs. */
void add_runs(struct print_work *pw, struct line_job *job);
/* Whether month, day and year stand in columns of the form's own: two digits each, or
 * four for the year, and no marks between them. */
bool zone_columns(const struct form_work *work, const struct line_job *job);
double run_base(const struct run *run, double x); /* the baseline there, form units */

/* form_size.c: finds the sizes of all runs; then learns one of them, reading some. */
void find_sizes(struct print_work *pw);
void learn_size(struct print_work *pw, int index);
/* Indices of the longest runs of a size, PRINT_TEACHERS at most. */
size_t teachers_of(const struct print_work *pw, int size, size_t *out);

/* form_print.c: a run in its own size; a strip in any case of letters. */
void read_run(struct print_work *pw, struct run *run);
void read_strip(struct print_work *pw, const struct line_job *job,
		const struct strip *strip, const struct glyph_case *c,
		struct glyph_line *line);
bool is_words(enum kind kind); /* running text, no number or code */

/* form_fax_read.c: all runs of the page. */
void read_fax(struct print_work *pw);

/* form_lost.c: gives a run on a fax the thin letters that it must have had. */
void find_lost(struct print_work *pw, struct run *run);

/* form_strip.c: a run at 200 dots an inch, its baseline level. */
#define STRIP_UNITS 1.5	   /* form units a pixel of it */
enum { STRIP_BESIDE = 8 }; /* units of paper to the left and right of a strip */
void lay_strip(struct print_work *pw, struct run *run);
/* What a streak covers is not known: this darkness neither makes nor breaks a letter.
 */
#define STREAK_UNKNOWN 0.35f

/* form_fax.c: a run on the pixels of the fax; em: of its print, in fine pixels. */
void lay_fax_strip(const struct form_work *work, const struct run *run, float em,
		   struct arena *arena, struct strip *out);

#endif
