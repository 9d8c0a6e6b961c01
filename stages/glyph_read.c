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

#include "glyph.h"

static const float new_letter = 1.2f; /* what a letter must explain to be one */
static const float off_pen = 0.5f;    /* for every half pixel beside the face's width */

#define SPACE 0.22f /* of the type's size, in half pixels: a gap that is a space */

enum {
	BEFORE = 16, /* half pixels a pen may stand before the strip */
	OFF_PEN = 2, /* half pixels */
	NOT_YET = -1000000,
};

struct match {
	float score;
	int8_t dy;
	bool known;
};
struct step { /* how a place was reached by a letter */
	int from, letter;
	bool after_gap;
};
struct search {
	const struct strip *strip;
	const struct glyph_case *c;
	const struct glyph_rules *rules;
	bool allowed[GLYPH_N];
	float toll[GLYPH_N]; /* new_letter and how rare the letter is on forms */
	int n;		     /* pen places */
	float *ink;	     /* of columns, summed from the left; with padding */
	struct match *match; /* by place and letter */
	float *best, *gap;   /* with a letter ending here; in a gap */
	int *gap_from;
	struct step *step;
};

/* Characters that names, addresses and codes are not made of have to explain more. */
static float rarity(char c)
{
	if (c >= 'a' && c <= 'z')
		return 0.6f;
	if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return 0;
	return strchr(".,-/", c) ? 0.3f : 1.2f;
}

__attribute__((optimize("O3"))) static int32_t
overlap(const int16_t *a, int a_stride, const int16_t *b, int b_stride, int w, int h)
{
	int32_t sum = 0;
	for (int y = 0; y < h; y++, a += a_stride, b += b_stride)
		for (int x = 0; x < w; x++)
			sum += a[x] * b[x];
	return sum;
}

static int floor_half(int x)
{
	return x >= 0 ? x / 2 : (x - 1) / 2;
}

static const struct stamp *stamp_of(const struct glyph_case *c, int letter, int pen)
{
	return &c->stamps[letter][pen & 1];
}

static float score_by_rows(const struct strip *strip, const struct stamp *s, int x,
			   int y)
{
	float score = 0;
	for (int k = 0; k < s->h; k++) {
		float share = strip->rows[y + k + STRIP_PAD];
		int32_t both = overlap(s->dark + k * s->stride, 0,
				       strip_at(strip, x, y + k), 0, s->stride, 1);
		score += share * (2.0f * (float)both / (GLYPH_FULL * GLYPH_FULL) -
				  share * s->row_power[k]);
	}
	return score;
}

/* The stamp's score with its pen at a place (half pixels), dy pixels below the line. */
static float score_at(const struct strip *strip, const struct stamp *s, int pen, int dy)
{
	int x = floor_half(pen) + s->left;
	int y = (int)lroundf(strip->baseline) + s->top + dy;
	if (x < -STRIP_PAD || y < -STRIP_PAD || x + s->stride > strip->w + STRIP_PAD ||
	    y + s->h > strip->h + STRIP_PAD)
		return NOT_YET;
	if (strip->rows)
		return score_by_rows(strip, s, x, y);
	int32_t both = overlap(s->dark, s->stride, strip_at(strip, x, y), strip->stride,
			       s->stride, s->h);
	return 2.0f * (float)both / (GLYPH_FULL * GLYPH_FULL) - s->power;
}

/* A pixel higher or lower where the print is not quite level. */
static struct match best_match(const struct strip *strip, const struct stamp *s,
			       int pen)
{
	struct match m = {score_at(strip, s, pen, 0), 0, true};
	if (m.score < -0.4f * s->power)
		return m;
	for (int dy = -1; dy <= 1; dy += 2) {
		float score = score_at(strip, s, pen, dy) - 0.3f;
		if (score > m.score)
			m = (struct match){score, (int8_t)dy, true};
	}
	return m;
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
	int top = (int)(strip->baseline - s->c->em),
	    low = (int)(strip->baseline + 0.4f * s->c->em);
	s->ink = arena_alloc_n(scratch, (size_t)strip->stride + 1, sizeof(float));
	for (int y = top < -STRIP_PAD ? -STRIP_PAD : top;
	     y < low && y < strip->h + STRIP_PAD; y++)
		for (int x = 0; x < strip->stride; x++)
			s->ink[x + 1] += strip_at(strip, x - STRIP_PAD, y)[0];
	for (int x = 0; x < strip->stride; x++)
		s->ink[x + 1] = s->ink[x] + s->ink[x + 1] / GLYPH_FULL;
}

static const struct match *match_of(struct search *s, int place, int letter)
{
	struct match *m = &s->match[(size_t)place * GLYPH_N + letter];
	if (m->known)
		return m;
	int pen = place - BEFORE;
	const struct stamp *stamp = stamp_of(s->c, letter, pen);
	m->known = true;
	m->score = NOT_YET;
	if (!stamp->dark)
		return m;
	int x = floor_half(pen) + stamp->left;
	if (2 * ink_between(s, x, x + stamp->w) > stamp->power)
		*m = best_match(s->strip, stamp, pen);
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
static bool ink_begins(const struct search *s, int place, int letter)
{
	int pen = place - BEFORE;
	const struct stamp *stamp = stamp_of(s->c, letter, pen);
	int x = floor_half(pen) + stamp->left + 2; /* its first column of ink */
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

/* What standing after another letter speaks for a letter, in pixels. */
static float pair_score(const struct glyph_rules *rules, char before, char c)
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
	bool apart = end < 0 || (float)(place - end) > SPACE * s->c->em;
	char last = end < 0 ? ' ' : (char)(GLYPH_FIRST + s->step[end].letter);
	float score =
		pair_score(s->rules, apart ? ' ' : last, (char)(GLYPH_FIRST + letter));
	if (apart && end >= 0) /* the word before ended */
		score += pair_score(s->rules, last, ' ');
	return score;
}

static void put_letters(struct search *s, int place)
{
	bool after_gap = s->gap[place] >= s->best[place];
	float so_far = after_gap ? s->gap[place] : s->best[place];
	if (!after_gap && s->best[place] <= NOT_YET)
		return;
	bool narrow = after_gap && s->gap_from[place] >= 0 &&
		      (float)(place - s->gap_from[place]) < SPACE * s->c->em;
	for (int letter = 0; letter < GLYPH_N; letter++) {
		if (!s->allowed[letter] || (after_gap && !ink_begins(s, place, letter)))
			continue;
		const struct match *m = match_of(s, place, letter);
		float gain = m->score - s->toll[letter];
		if (gain <= (after_gap ? 0 : -s->rules->gap))
			continue;
		if (narrow)
			gain -= s->rules->narrow;
		gain += score_here(s, place, letter, after_gap);
		int wide = (int)lroundf(2 * stamp_of(s->c, letter, 0)->advance);
		for (int k = -OFF_PEN; k <= OFF_PEN; k++)
			reach(s, place + wide + k,
			      so_far + gain - off_pen * (float)(k < 0 ? -k : k),
			      (struct step){place, letter, after_gap});
	}
}

static void run(struct search *s)
{
	for (int i = 0; i < s->n; i++)
		s->best[i] = NOT_YET;
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

static void keep_other(struct letter *l, char c, float loss)
{
	int k = GLYPH_OTHERS - 1;
	if (l->others[k].c && l->others[k].loss <= loss)
		return;
	for (; k > 0 && (!l->others[k - 1].c || l->others[k - 1].loss > loss); k--)
		l->others[k] = l->others[k - 1];
	l->others[k] = (struct other_letter){c, loss};
}

/* How well another letter would stand in a letter's place; NOT_YET where it is wider
 * than the room (half pixels) that the neighbours leave. */
static float score_instead(const struct search *s, const struct letter *l, int other,
			   float room)
{
	float own = stamp_of(s->c, l->c - GLYPH_FIRST, 0)->advance;
	float wider = 2 * (stamp_of(s->c, other, 0)->advance - own);
	float best = NOT_YET, toll = s->toll[other];
	if (wider > room + 3)
		return NOT_YET;
	if (wider < -3)
		toll += s->rules->gap;
	for (int k = -2; k <= 2; k++) {
		int pen = l->x - (int)lroundf(wider / 2) + k;
		best = fmaxf(
			best,
			best_match(s->strip, stamp_of(s->c, other, pen), pen).score);
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
		if (c == l->c || !s->allowed[i] || !s->c->stamps[i][0].dark)
			continue;
		float score = score_instead(s, l, i, room);
		if (score > NOT_YET)
			keep_other(l, c, own - score - beside(s, before, c, after));
	}
	if (l->others[0].c)
		l->margin = fminf(l->margin, l->others[0].loss);
}

static int end_of(const struct search *s, const struct letter *l)
{
	return l->x + (int)lroundf(2 * stamp_of(s->c, l->c - GLYPH_FIRST, 0)->advance);
}

static void weigh_letters(const struct search *s, struct glyph_line *line)
{
	for (size_t i = 0; i < line->n; i++) {
		struct letter *l = &line->letters[i];
		float left = i > 0 ? (float)(l->x - end_of(s, l - 1)) : GLYPH_MAX_W;
		float right =
			i + 1 < line->n ? (float)(l[1].x - end_of(s, l)) : GLYPH_MAX_W;
		weigh_letter(s, l, left + right,
			     left > SPACE * s->c->em ? ' ' : l[-1].c,
			     right > SPACE * s->c->em ? ' ' : l[1].c);
	}
}

static float all_ink(const struct search *s)
{
	const struct strip *strip = s->strip;
	double sum = 0;
	int top = (int)(strip->baseline - 0.8f * s->c->em),
	    low = (int)(strip->baseline + 0.25f * s->c->em);
	for (int y = top < 0 ? 0 : top; y < low && y < strip->h; y++)
		for (int x = 0; x < strip->w; x++) {
			double v = strip_at(strip, x, y)[0];
			sum += v * v;
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
				     .x = step->from - BEFORE,
				     .dy = m->dy,
				     .score = m->score};
		l->power = stamp_of(s->c, step->letter, l->x)->power;
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
	s.n = 2 * strip->w + 2 * BEFORE + 2 * GLYPH_MAX_W;
	for (int i = 0; i < GLYPH_N; i++) {
		char letter = (char)(GLYPH_FIRST + i);
		s.allowed[i] = !allowed || strchr(allowed, letter);
		s.toll[i] = new_letter + rarity(letter);
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

static bool runs_on(const struct letter *a, const struct letter *b,
		    const struct glyph_case *c, float *advance)
{
	*advance = 2 * c->stamps[a->c - GLYPH_FIRST][0].advance;
	return (float)(b->x - a->x) - *advance < SPACE * c->em;
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

/* A letter's ink and what was expected, row by row. */
static void add_rows(const struct strip *strip, const struct stamp *s,
		     const struct letter *l, float *seen, float *expected)
{
	int x = floor_half(l->x) + s->left;
	int y = (int)lroundf(strip->baseline) + s->top + l->dy;
	if (score_at(strip, s, l->x, l->dy) <= NOT_YET)
		return;
	for (int k = 0; k < s->h; k++) {
		int32_t both = overlap(s->dark + k * s->stride, 0,
				       strip_at(strip, x, y + k), 0, s->stride, 1);
		seen[y + k + STRIP_PAD] += (float)both / (GLYPH_FULL * GLYPH_FULL);
		expected[y + k + STRIP_PAD] += s->row_power[k];
	}
}

void glyph_weigh_rows(struct strip *strip, const struct glyph_case *c,
		      const struct glyph_line *line, struct arena *arena)
{
	AUTO_ARENA scratch = arena_new();
	size_t n = (size_t)strip->h + 2 * STRIP_PAD;
	float *seen = arena_alloc_n(scratch, n, sizeof(float));
	float *expected = arena_alloc_n(scratch, n, sizeof(float));
	float *rows = arena_alloc_n(arena, n, sizeof(float));
	const float prior = 3; /* pixels of ink as expected */
	for (size_t i = 0; i < line->n; i++)
		add_rows(strip,
			 stamp_of(c, line->letters[i].c - GLYPH_FIRST,
				  line->letters[i].x),
			 &line->letters[i], seen, expected);
	for (size_t i = 0; i < n; i++)
		rows[i] = fminf((seen[i] + prior) / (expected[i] + prior), 1.2f);
	strip->rows = rows;
}
