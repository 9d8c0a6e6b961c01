/* The letters of one line of print, as the best explanation of all its ink.
 *
 * Every letter put down at a pen position explains the ink that its stamp covers and
 * pays for ink that is missing there; the next letter stands where the face's widths
 * say, give or take half a pixel, or after a gap. The sequence with the highest sum is
 * found by dynamic programming from left to right, so that a letter whose strokes a fax
 * has lost is still held in place by its neighbours, and what no letter explains (dirt,
 * pieces of rules) costs nothing. How much better the chosen letter is than the best
 * other one at its place says how sure it is.
 *
 * All scores are in pixels of full ink. */
#include <math.h>
#include <string.h>

#include "glyph_search.h"

static const float new_letter = 1.2f; /* what a letter must explain to be one */
/* A letter whose strokes all fell between the pixels of a fax leaves nothing; but
 * mostly where nothing is, there is no letter. */
#define SEEN 0.5f
static const float unseen = 2.0f;
static const float off_pen = 0.5f; /* for every half pixel beside the face's width */

#define SPACE 0.11f /* of the type's size: a gap that is a space */
#define BEFORE 0.3f /* of the type's size: how far a pen may stand before the strip */

enum { OFF_PEN = 2 }; /* steps */

float glyph_space(const struct glyph_case *c)
{
	return SPACE * c->em * (float)c->steps;
}

/* Characters that names, addresses and codes are not made of have to explain more. */
static float rarity(char c)
{
	if (c >= 'a' && c <= 'z')
		return 0.6f;
	if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return 0;
	return strchr(".,-/", c) ? 0.3f : 1.2f;
}

/* --- the search --- */

static float ink_between(const struct search *s, int from, int to)
{
	int limit = s->strip->w + 2 * STRIP_PAD;
	from = from + STRIP_PAD < 0 ? 0 : from + STRIP_PAD;
	to = to + STRIP_PAD > limit ? limit : to + STRIP_PAD;
	return to > from ? s->ink[to] - s->ink[from] : 0;
}

static void sum_columns(struct search *s, struct arena *scratch)
{
	const struct strip *strip = s->strip;
	s->ink = arena_alloc_n(scratch, (size_t)strip->stride + 1, sizeof(float));
	for (int x = 0; x < strip->stride; x++) {
		float line = baseline_at(strip, (float)(x - STRIP_PAD)), sum = 0;
		int top = (int)(line - s->c->tall);
		int low = (int)(line + 0.4f * s->c->tall);
		for (int y = top < -STRIP_PAD ? -STRIP_PAD : top;
		     y < low && y < strip->h + STRIP_PAD; y++)
			sum += strip_at(strip, x - STRIP_PAD, y)[0];
		s->ink[x + 1] = s->ink[x] + sum / GLYPH_FULL;
	}
}

static const struct match *match_of(struct search *s, const struct pen *pen, int letter)
{
	int place = pen->place + s->before;
	struct match *m = &s->match[(size_t)place * GLYPH_N + letter];
	if (m->known)
		return m;
	const struct stamp *stamp = case_stamp_at(s->c, letter, pen->step, 0);
	m->known = true;
	m->score = GLYPH_NEVER;
	if (!stamp->dark)
		return m;
	int x = pen->column + stamp->left;
	if (2 * ink_between(s, x, x + stamp->w) > stamp->power)
		*m = stamp_match(s->strip, s->c, letter, pen);
	return m;
}

static void reach(struct search *s, int place, float score, struct step step)
{
	if (place < s->n && score > s->best[place]) {
		s->best[place] = score;
		s->step[place] = step;
	}
}

/* After a gap a letter begins where ink begins: left of it there is less. */
static bool ink_begins(const struct search *s, const struct pen *pen, int letter)
{
	const struct stamp *stamp = case_stamp_at(s->c, letter, pen->step, 0);
	int x = pen->column + stamp->left + 2; /* its first column of ink */
	if (s->c->levels > 1)		       /* a fax: its first stroke may be gone */
		return true;
	for (int k = -1; k <= 1; k++) {
		float here = ink_between(s, x + k, x + k + 1);
		float before = ink_between(s, x + k - 1, x + k);
		if (here > 0.3f && before < 0.6f * here)
			return true;
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

float pair_score(const struct glyph_rules *rules, char before, char c)
{
	float score = 0;
	if (before != ' ' && is_digit(c) && !is_digit(before) && before >= 'A')
		score -= rules->letter_digit;
	if (is_digit(before) && c >= 'A')
		score -= rules->digit_letter;
	if (rules->words > 0)
		score += rules->words * glyph_follows(before, c);
	return score;
}

/* The letter before, as the best way to this place has it; after a gap narrower than a
 * space too. */
static float score_here(const struct search *s, int place, int letter, bool after_gap)
{
	int end = after_gap ? s->gap_from[place] : place;
	bool apart = end < 0 || (float)(place - end) > s->space;
	char last = end < 0 ? ' ' : (char)(GLYPH_FIRST + s->step[end].letter);
	float score =
		pair_score(s->rules, apart ? ' ' : last, (char)(GLYPH_FIRST + letter));
	if (apart && end >= 0) /* the word before ended */
		score += pair_score(s->rules, last, ' ');
	return score;
}

/* Beyond the columns that are to be read stands other print. */
static bool is_outside(const struct search *s, int place)
{
	int pen = place - s->before, to = s->strip->to ? s->strip->to : s->strip->w;
	return pen < s->strip->from * s->c->steps - s->before || pen > to * s->c->steps;
}

static void put_letters(struct search *s, int place)
{
	if (is_outside(s, place))
		return;
	bool after_gap = s->gap[place] >= s->best[place];
	float so_far = after_gap ? s->gap[place] : s->best[place];
	if (!after_gap && s->best[place] <= GLYPH_NEVER)
		return;
	bool narrow = after_gap && s->gap_from[place] >= 0 &&
		      (float)(place - s->gap_from[place]) < s->space;
	struct pen pen = pen_at(s->strip, s->c, place - s->before);
	for (int letter = 0; letter < GLYPH_N; letter++) {
		if (!s->allowed[letter] || (after_gap && !ink_begins(s, &pen, letter)))
			continue;
		const struct match *m = match_of(s, &pen, letter);
		float gain = m->score - s->toll[letter];
		if (gain <= (after_gap ? 0 : -s->rules->gap))
			continue;
		if (narrow)
			gain -= s->rules->narrow;
		if (m->score < SEEN)
			gain -= unseen;
		gain += score_here(s, place, letter, after_gap);
		for (int k = -OFF_PEN; k <= OFF_PEN; k++)
			reach(s, place + s->wide[letter] + k,
			      so_far + gain - off_pen * (float)(k < 0 ? -k : k),
			      (struct step){place, letter, after_gap});
	}
}

static void run(struct search *s)
{
	for (int i = 0; i < s->n; i++)
		s->best[i] = GLYPH_NEVER;
	s->gap[0] = 0;
	s->gap_from[0] = -1;
	for (int i = 0; i < s->n; i++) {
		if (i > 0) {
			s->gap[i] = s->gap[i - 1];
			s->gap_from[i] = s->gap_from[i - 1];
			if (s->best[i - 1] - s->rules->gap > s->gap[i]) {
				s->gap[i] = s->best[i - 1] - s->rules->gap;
				s->gap_from[i] = i - 1;
			}
		}
		put_letters(s, i);
	}
}

/* --- what was found --- */

static size_t count_back(const struct search *s, int end)
{
	size_t n = 0;
	for (int at = end; at >= 0; n++) {
		const struct step *step = &s->step[at];
		at = step->after_gap ? s->gap_from[step->from] : step->from;
	}
	return n;
}

static float all_ink(const struct search *s)
{
	const struct strip *strip = s->strip;
	double sum = 0;
	int to = strip->to ? strip->to : strip->w;
	for (int x = strip->from; x < to; x++) {
		float line = baseline_at(strip, (float)x);
		int top = (int)(line - 0.8f * s->c->tall);
		int low = (int)(line + 0.25f * s->c->tall);
		for (int y = top < 0 ? 0 : top; y < low && y < strip->h; y++) {
			double v = strip_at(strip, x, y)[0];
			sum += v * v;
		}
	}
	return (float)(sum / (GLYPH_FULL * GLYPH_FULL));
}

static void take_letters(const struct search *s, int end, struct arena *arena,
			 struct glyph_line *out)
{
	double score = 0, power = 0;
	out->n = count_back(s, end);
	out->letters = arena_alloc_n(arena, out->n + 1, sizeof(*out->letters));
	size_t i = out->n;
	for (int at = end; at >= 0 && i > 0;) {
		const struct step *step = &s->step[at];
		const struct match *m =
			&s->match[(size_t)step->from * GLYPH_N + step->letter];
		struct letter *l = &out->letters[--i];
		*l = (struct letter){.c = (char)(GLYPH_FIRST + step->letter),
				     .x = step->from - s->before,
				     .dy = m->dy,
				     .score = m->score};
		l->power = case_stamp(s->c, step->letter, l->x, 0)->power;
		score += m->score;
		power += l->power;
		at = step->after_gap ? s->gap_from[step->from] : step->from;
	}
	weigh_letters(s, out);
	float ink = all_ink(s);
	out->explained = ink > 0 ? (float)(score / ink) : 0;
	out->fit = power > 0 ? (float)(score / power) : 0;
}

void glyph_read(const struct strip *strip, const struct glyph_case *c,
		const struct glyph_rules *rules, struct arena *arena,
		struct glyph_line *out)
{
	AUTO_ARENA scratch = arena_new();
	struct search s = {.strip = strip, .c = c, .rules = rules};
	const char *allowed = rules->allowed;
	s.space = glyph_space(c);
	s.before = (int)(BEFORE * c->em * (float)c->steps);
	s.n = c->steps * (strip->w + GLYPH_MAX_W) + 2 * s.before;
	for (int i = 0; i < GLYPH_N; i++) {
		char letter = (char)(GLYPH_FIRST + i);
		s.allowed[i] = !allowed || strchr(allowed, letter);
		s.toll[i] = new_letter + rarity(letter);
		s.wide[i] =
			(int)lroundf((float)c->steps * case_stamp(c, i, 0, 0)->advance);
	}
	s.match = arena_alloc_n(scratch, (size_t)s.n * GLYPH_N, sizeof(*s.match));
	s.best = arena_alloc_n(scratch, (size_t)s.n, sizeof(*s.best));
	s.gap = arena_alloc_n(scratch, (size_t)s.n, sizeof(*s.gap));
	s.gap_from = arena_alloc_n(scratch, (size_t)s.n, sizeof(*s.gap_from));
	s.step = arena_alloc_n(scratch, (size_t)s.n, sizeof(*s.step));
	sum_columns(&s, scratch);
	run(&s);
	int end = 0;
	for (int i = 1; i < s.n; i++)
		if (s.best[i] > s.best[end])
			end = i;
	*out = (struct glyph_line){.total = s.best[end] > 0 ? s.best[end] : 0};
	if (s.best[end] > 0)
		take_letters(&s, end, arena, out);
}
