/* How sure the letters of a line are, and the line as text.
 *
 * A letter is as sure as it is better than the best other one that would fit the room
 * between its neighbours; the others are kept, best first, for whoever knows which
 * values are possible (form_choose.c). */
#include <math.h>
#include <string.h>

#include "glyph_search.h"

static void keep_other(struct letter *l, char c, float loss)
{
	int k = GLYPH_OTHERS - 1;
	if (l->others[k].c && l->others[k].loss <= loss)
		return;
	for (; k > 0 && (!l->others[k - 1].c || l->others[k - 1].loss > loss); k--)
		l->others[k] = l->others[k - 1];
	l->others[k] = (struct other_letter){c, loss};
}

/* How well another letter would stand in a letter's place; GLYPH_NEVER where it is
 * wider than the room (half pixels) that the neighbours leave. */
static float score_instead(const struct search *s, const struct letter *l, int other,
			   float room)
{
	float own = case_stamp(s->c, l->c - GLYPH_FIRST, 0, 0)->advance;
	float wider =
		(float)s->c->steps * (case_stamp(s->c, other, 0, 0)->advance - own);
	float best = GLYPH_NEVER, toll = s->toll[other];
	if (wider > room + 3)
		return GLYPH_NEVER;
	if (wider < -3)
		toll += s->rules->gap;
	for (int k = -2; k <= 2; k++) {
		struct pen pen =
			pen_at(s->strip, s->c, l->x - (int)lroundf(wider / 2) + k);
		best = fmaxf(best, stamp_match(s->strip, s->c, other, &pen).score);
	}
	return best - toll;
}

/* What the letters beside say of a letter. */
static float beside(const struct search *s, char before, char c, char after)
{
	return pair_score(s->rules, before, c) + pair_score(s->rules, c, after);
}

static void weigh_letter(const struct search *s, struct letter *l, float room,
			 char before, char after)
{
	float own =
		l->score - s->toll[l->c - GLYPH_FIRST] + beside(s, before, l->c, after);
	l->margin = own;
	for (int i = 0; i < GLYPH_N; i++) {
		char c = (char)(GLYPH_FIRST + i);
		if (c == l->c || !s->allowed[i] || !case_stamp(s->c, i, 0, 0)->dark)
			continue;
		float score = score_instead(s, l, i, room);
		if (score > GLYPH_NEVER)
			keep_other(l, c, own - score - beside(s, before, c, after));
	}
	if (l->others[0].c)
		l->margin = fminf(l->margin, l->others[0].loss);
}

static int end_of(const struct search *s, const struct letter *l)
{
	return l->x + s->wide[l->c - GLYPH_FIRST];
}

void weigh_letters(const struct search *s, struct glyph_line *line)
{
	for (size_t i = 0; i < line->n; i++) {
		struct letter *l = &line->letters[i];
		float left = i > 0 ? (float)(l->x - end_of(s, l - 1)) : (float)s->n;
		float right =
			i + 1 < line->n ? (float)(l[1].x - end_of(s, l)) : (float)s->n;
		weigh_letter(s, l, left + right, left > s->space ? ' ' : l[-1].c,
			     right > s->space ? ' ' : l[1].c);
	}
}

static bool runs_on(const struct letter *a, const struct letter *b,
		    const struct glyph_case *c, float *advance)
{
	*advance = (float)c->steps * case_stamp(c, a->c - GLYPH_FIRST, 0, 0)->advance;
	return (float)(b->x - a->x) - *advance < glyph_space(c);
}

/* A capital i and a small L look alike; between small letters it is the L. */
static char by_neighbour(const char *text, const char *at, char c)
{
	return c == 'I' && at > text && at[-1] >= 'a' && at[-1] <= 'z' ? 'l' : c;
}

char *glyph_text(const struct glyph_line *line, const struct glyph_case *c,
		 struct arena *arena)
{
	char *text = arena_alloc(arena, 2 * line->n + 1), *p = text;
	float advance;
	for (size_t i = 0; i < line->n; i++) {
		if (i > 0 &&
		    !runs_on(&line->letters[i - 1], &line->letters[i], c, &advance))
			*p++ = ' ';
		*p = by_neighbour(text, p, line->letters[i].c);
		p++;
	}
	return text;
}

float glyph_stretch(const struct glyph_line *line, const struct glyph_case *c,
		    float *weight)
{
	float stood = 0, believed = 0;
	*weight = 0;
	for (size_t i = 1; i < line->n; i++) {
		float advance;
		if (!runs_on(&line->letters[i - 1], &line->letters[i], c, &advance))
			continue;
		stood += (float)(line->letters[i].x - line->letters[i - 1].x);
		believed += advance;
		*weight += 1;
	}
	return believed > 0 ? stood / believed : 1;
}
