/* glyph_search.h - what the files that read a line of print share. Private to
 * stages/glyph_*.c. */
#ifndef INTRAY_GLYPH_SEARCH_H
#define INTRAY_GLYPH_SEARCH_H

#include "glyph.h"

enum { GLYPH_NEVER = -1000000 }; /* a score that no letter has */

struct match {
	float score;
	int8_t dy;
	bool known;
};
/* Where a pen stands: its place counted in steps from the strip's left edge, the column
 * that lies in and the step within it, the level of the line of print there. */
struct pen {
	int place, column, step, level;
};
struct pen pen_at(const struct strip *strip, const struct glyph_case *c, int place);
/* How well a letter explains what is there, a little higher or lower too where the
 * print is not quite level. */
struct match stamp_match(const struct strip *strip, const struct glyph_case *c,
			 int letter, const struct pen *pen);
float baseline_at(const struct strip *strip, float x);

struct step { /* how a place was reached by a letter */
	int from, letter;
	bool after_gap;
};
struct search {
	const struct strip *strip;
	const struct glyph_case *c;
	const struct glyph_rules *rules;
	bool allowed[GLYPH_N];
	float toll[GLYPH_N]; /* of a new letter, and how rare it is on forms */
	int wide[GLYPH_N];   /* places from its pen to the next letter's */
	float space;	     /* places from which a gap is a space */
	int n, before;	     /* pen places, and how many of them before the strip */
	float *ink;	     /* of columns, summed from the left; with padding */
	struct match *match; /* by place and letter */
	float *best, *gap;   /* with a letter ending here; in a gap */
	int *gap_from;
	struct step *step;
};
/* Places of the pen from which a gap is a space. */
float glyph_space(const struct glyph_case *c);
/* What standing after another letter speaks for a letter, in pixels. */
float pair_score(const struct glyph_rules *rules, char before, char c);
/* How sure each letter of a line is, and what else could stand there. */
void weigh_letters(const struct search *s, struct glyph_line *line);

#endif
