/* Letters that a fax lost altogether.
 *
 * A 1 or an I is one thin stroke; where it falls between two pixels nothing is left of
 * it. Words do without (glyph_read weighs such a letter against a space), but codes
 * have a length: a day has two digits, a ZIP code five. Where a run is one letter
 * short, the place is looked for where that stroke would have vanished, or left what is
 * there. A letter found so is as unsure as a letter can be. */
#include <string.h>

#include "form_print.h"

/* How many letters a run of this kind has; 0: any number. */
static size_t full_length(const struct form_work *work, const struct run *run)
{
	const struct line_job *job = run->job;
	size_t n = run->line.n;
	switch ((int)job->field->kind) {
	case KIND_DATE:
		return !zone_columns(work, job) ? 0 : n < 3 ? 2 : 4;
	case KIND_STATE:
		return 2;
	case KIND_ZIP:
		return n < 6 ? 5 : 10;
	case KIND_PROCEDURE:
		return 5;
	case KIND_NPI:
		return job->runs == 1 ? 10 : 0;
	case KIND_PHONE:
		return n < 4 ? 3 : 0;
	default:
		return 0;
	}
}

static int steps_wide(const struct glyph_case *c, char letter)
{
	float advance = case_stamp(c, letter - GLYPH_FIRST, 0, 0)->advance;
	return (int)(advance * (float)c->steps + 0.5f);
}

/* What a lost letter may cost against empty paper: more would have left something. In
 * columns of two digits it has to be there. */
#define LOST 1.5f
#define LOST_DIGIT 1e5f

/* Where the letter stood best: its index in the line; -1: nowhere. */
static int best_place(const struct run *run, const struct glyph_case *c, char thin,
		      float most, int *pen)
{
	const struct glyph_line *line = &run->line;
	int wide = steps_wide(c, thin), best = -1;
	for (size_t i = 0; i <= line->n; i++) {
		const struct letter *before = i > 0 ? &line->letters[i - 1] : NULL;
		const struct letter *after = i < line->n ? &line->letters[i] : NULL;
		int end = before ? before->x + steps_wide(c, before->c) : 0;
		int at = before ? end : after ? after->x - wide : 0;
		if (before && after && after->x - end < wide * 3 / 4)
			continue;
		float score = glyph_score(&run->strip, c, thin, at);
		if (score <= most)
			continue;
		most = score;
		best = (int)i;
		*pen = at;
	}
	return best;
}

static void insert(struct glyph_line *line, int at, struct letter letter,
		   struct arena *arena)
{
	struct letter *set = arena_alloc_n(arena, line->n + 1, sizeof(*set));
	memcpy(set, line->letters, (size_t)at * sizeof(*set));
	set[at] = letter;
	memcpy(set + at + 1, line->letters + at, (line->n - (size_t)at) * sizeof(*set));
	line->letters = set;
	line->n++;
}

void find_lost(struct print_work *pw, struct run *run)
{
	const struct glyph_case *c = pw->sizes[run->size].fax;
	char thin = run->job->field->kind == KIND_STATE ? 'I' : '1';
	int pen;
	if (run->line.n == 0 || run->line.n + 1 != full_length(pw->work, run))
		return;
	float least = run->job->field->kind == KIND_DATE ? -LOST_DIGIT : -LOST;
	int at = best_place(run, c, thin, least, &pen);
	if (at >= 0)
		insert(&run->line, at,
		       (struct letter){.c = thin, .x = pen, .margin = 1}, pw->arena);
}
