/* A typeface at one size as it looks on one page: stamps.
 *
 * Stamps begin as the face draws them. Every page blurs, fades or thins its print in
 * its own way, so what stood where letters were surely read is compared with what was
 * drawn: a mixture of the drawn letter, softened a little and softened more, is fitted
 * to it (three numbers for all letters), and letters seen several times become the mean
 * of what was seen. Nothing is kept beyond the page. */
#include <math.h>
#include <string.h>

#include "glyph.h"

enum {
	STEPS = 2, /* a letter begins on a pixel or half-way to the next */
	STAMPS = GLYPH_N * STEPS,
	MARGIN = 2, /* pixels around a drawn letter, for its blur */
	BASES = 3,  /* drawn, softened, softened again */
	/* Occurrences that the drawn letter is worth; on a fax less, because what
	 * happens to strokes there is no blur. */
	OWN_PRIOR = 25,
	OWN_PRIOR_LOSSY = 6,
};

static void weigh(struct stamp *s)
{
	s->power = 0;
	for (int y = 0; y < s->h; y++) {
		double sum = 0;
		for (int x = 0; x < s->w; x++)
			sum += pow(s->dark[y * s->stride + x], 2);
		s->power += (float)(sum / (GLYPH_FULL * GLYPH_FULL));
	}
}

/* 1 2 1 across and down. The edge of a stamp is white. */
static void soften(const struct stamp *s, const int16_t *from, int16_t *to)
{
	for (int y = 0; y < s->h; y++)
		for (int x = 0; x < s->w; x++) {
			int sum = 0;
			for (int k = 0; k < 9; k++) {
				int nx = x + k % 3 - 1, ny = y + k / 3 - 1;
				int weight =
					(2 - (k % 3 - 1 != 0)) * (2 - (k / 3 - 1 != 0));
				if (nx >= 0 && ny >= 0 && nx < s->w && ny < s->h)
					sum += weight * from[ny * s->stride + nx];
			}
			to[y * s->stride + x] = (int16_t)((sum + 8) / 16);
		}
}

static void make_stamp(struct stamp *s, const struct shape *shape, float strength,
		       struct arena *arena)
{
	s->w = shape->w + 2 * MARGIN;
	s->h = shape->h + 2 * MARGIN;
	s->stride = (s->w + 7) / 8 * 8;
	s->left = shape->left - MARGIN;
	s->top = shape->top - MARGIN;
	s->advance = shape->advance;
	size_t n = (size_t)s->h * s->stride;
	s->drawn = arena_alloc_n(arena, n, sizeof(*s->drawn));
	s->dark = arena_alloc_n(arena, n, sizeof(*s->dark));
	for (int y = 0; y < shape->h; y++)
		for (int x = 0; x < shape->w; x++)
			s->drawn[(y + MARGIN) * s->stride + x + MARGIN] =
				(int16_t)(shape->cover[y * shape->w + x] / 2);
	/* Before anything is known of the page: a little soft, a little pale. */
	soften(s, s->drawn, s->dark);
	for (size_t i = 0; i < n; i++)
		s->dark[i] =
			(int16_t)((float)(s->drawn[i] + s->dark[i]) * 0.45f * strength);
	weigh(s);
}

void case_make(struct glyph_case *c, const struct faces *faces, size_t face, float em,
	       float strength, struct arena *arena)
{
	*c = (struct glyph_case){.faces = faces,
				 .face = face,
				 .em = em,
				 .tall = em,
				 .strength = strength,
				 .steps = STEPS,
				 .levels = 1};
	c->stamps = arena_alloc_n(arena, STAMPS, sizeof(*c->stamps));
	for (int i = 0; i < STAMPS; i++) {
		struct shape shape;
		struct pose pose = {.right = (float)(i % STEPS) / STEPS};
		if (face_draw(faces, face, (char)(GLYPH_FIRST + i / STEPS), em, pose,
			      arena, &shape))
			make_stamp(&c->stamps[i], &shape, strength, arena);
	}
}

static const int16_t *place_of(const struct strip *strip, const struct stamp *s,
			       const struct letter *l)
{
	int x = (l->x >= 0 ? l->x / 2 : (l->x - 1) / 2) + s->left;
	int y = (int)lroundf(strip->baseline) + s->top + l->dy;
	if (x < -STRIP_PAD || y < -STRIP_PAD || x + s->stride > strip->w + STRIP_PAD ||
	    y + s->h > strip->h + STRIP_PAD)
		return NULL;
	return strip_at(strip, x, y);
}

void case_remember(struct glyph_case *c, const struct strip *strip,
		   const struct letter *letter, struct arena *arena)
{
	struct stamp *s = case_stamp(c, letter->c - GLYPH_FIRST, letter->x, 0);
	const int16_t *at = s->dark ? place_of(strip, s, letter) : NULL;
	if (!at)
		return;
	if (!s->sum)
		s->sum =
			arena_alloc_n(arena, (size_t)s->h * s->stride, sizeof(*s->sum));
	for (int y = 0; y < s->h; y++)
		for (int x = 0; x < s->w; x++)
			s->sum[y * s->stride + x] += at[(size_t)y * strip->stride + x];
	s->n += 1;
}

/* --- the page's channel --- */

struct channel {
	double a[BASES][BASES], b[BASES], mix[BASES];
};

static void bases_of(const struct stamp *s, struct arena *scratch, int16_t *base[BASES])
{
	size_t n = (size_t)s->h * s->stride;
	base[0] = s->drawn;
	for (int k = 1; k < BASES; k++) {
		base[k] = arena_alloc_n(scratch, n, sizeof(int16_t));
		soften(s, base[k - 1], base[k]);
	}
}

static void weigh_stamp(struct channel *ch, const struct stamp *s,
			struct arena *scratch)
{
	int16_t *base[BASES];
	bases_of(s, scratch, base);
	for (int i = 0; i < s->h * s->stride; i++)
		for (int k = 0; k < BASES; k++) {
			ch->b[k] += (double)base[k][i] * s->sum[i];
			for (int m = 0; m < BASES; m++)
				ch->a[k][m] += (double)s->n * base[k][i] * base[m][i];
		}
}

static bool solve(struct channel *ch)
{
	double(*a)[BASES] = ch->a, *b = ch->b;
	for (int k = 0; k < BASES; k++)
		a[k][k] *= 1.001; /* keeps equal bases apart */
	for (int k = 0; k < BASES; k++) {
		if (a[k][k] < 1e-6)
			return false;
		for (int r = k + 1; r < BASES; r++) {
			double f = a[r][k] / a[k][k];
			for (int m = k; m < BASES; m++)
				a[r][m] -= f * a[k][m];
			b[r] -= f * b[k];
		}
	}
	for (int k = BASES - 1; k >= 0; k--) {
		double v = b[k];
		for (int m = k + 1; m < BASES; m++)
			v -= a[k][m] * ch->mix[m];
		ch->mix[k] = v / a[k][k];
	}
	return true;
}

static void apply_channel(const struct channel *ch, struct stamp *s, float strength,
			  struct arena *scratch)
{
	int16_t *base[BASES];
	double prior = strength < 1 ? OWN_PRIOR_LOSSY : OWN_PRIOR;
	bases_of(s, scratch, base);
	for (int i = 0; i < s->h * s->stride; i++) {
		double v = 0;
		for (int k = 0; k < BASES; k++)
			v += ch->mix[k] * base[k][i];
		if (s->sum)
			v = (prior * v + (double)s->sum[i]) / (prior + (double)s->n);
		v *= (double)strength;
		s->dark[i] = (int16_t)lround(fmin(fmax(v, 0), GLYPH_FULL));
	}
	weigh(s);
}

/* Fewer letters than this say nothing about the page. */
enum { ENOUGH = 20 };

void case_learn(struct glyph_case *c, struct arena *arena)
{
	struct channel ch = {0};
	double seen = 0;
	(void)arena;
	for (int i = 0; i < STAMPS; i++) {
		AUTO_ARENA scratch = arena_new();
		const struct stamp *s = &c->stamps[i];
		if (s->sum)
			weigh_stamp(&ch, s, scratch);
		seen += (double)s->n;
	}
	if (seen < ENOUGH || !solve(&ch))
		return;
	for (int i = 0; i < STAMPS; i++) {
		AUTO_ARENA scratch = arena_new();
		struct stamp *s = &c->stamps[i];
		if (s->dark)
			apply_channel(&ch, s, c->strength, scratch);
	}
}
