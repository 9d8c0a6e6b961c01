/* How well a letter's stamp explains the ink at one place of a line of print.
 *
 * What the stamp covers and is there counts for the letter, what is missing against it,
 * in pixels of full ink. On a page of black and white (glyph_fax.c) the stamp has the
 * odds of each pixel instead of its darkness, and the sum is a likelihood in the same
 * unit. A place that lies outside the strip has the score GLYPH_NEVER. */
#include <math.h>

#include "glyph_search.h"

__attribute__((optimize("O3"))) static int32_t
overlap(const int16_t *a, int a_stride, const int16_t *b, int b_stride, int w, int h)
{
	int32_t sum = 0;
	for (int y = 0; y < h; y++, a += a_stride, b += b_stride)
		for (int x = 0; x < w; x++)
			sum += a[x] * b[x];
	return sum;
}

static int floor_div(int a, int b)
{
	return a >= 0 ? a / b : -((b - 1 - a) / b);
}

int pen_column(const struct glyph_case *c, int pen)
{
	return floor_div(pen, c->steps);
}

float baseline_at(const struct strip *strip, float x)
{
	return strip->baseline + strip->slope * x;
}

/* Where a letter's stamp lies, and which stamp that is. */
struct lying {
	const struct stamp *stamp;
	int x, y;
};

static bool lay_stamp(const struct strip *strip, const struct glyph_case *c, int letter,
		      int pen, int off, struct lying *out)
{
	float line = baseline_at(strip, (float)pen / (float)c->steps);
	int level = (int)lroundf(line * (float)c->levels) + off;
	int row = floor_div(level, c->levels);
	const struct stamp *s = case_stamp(c, letter, pen, level - row * c->levels);
	*out = (struct lying){s, pen_column(c, pen) + s->left, row + s->top};
	return s->dark && out->x >= -STRIP_PAD && out->y >= -STRIP_PAD &&
	       out->x + s->stride <= strip->w + STRIP_PAD &&
	       out->y + s->h <= strip->h + STRIP_PAD;
}

float stamp_score(const struct strip *strip, const struct glyph_case *c, int letter,
		  int pen, int off)
{
	struct lying at;
	if (!lay_stamp(strip, c, letter, pen, off, &at))
		return GLYPH_NEVER;
	const struct stamp *s = at.stamp;
	int32_t both = overlap(s->dark, s->stride, strip_at(strip, at.x, at.y),
			       strip->stride, s->stride, s->h);
	return 2.0f * (float)both / (GLYPH_FULL * GLYPH_FULL) - s->power;
}

struct match stamp_match(const struct strip *strip, const struct glyph_case *c,
			 int letter, int pen)
{
	struct match m = {stamp_score(strip, c, letter, pen, 0), 0, true};
	if (m.score < -0.4f * case_stamp(c, letter, pen, 0)->power)
		return m;
	for (int dy = -1; dy <= 1; dy += 2) {
		float score = stamp_score(strip, c, letter, pen, dy) - 0.3f;
		if (score > m.score)
			m = (struct match){score, (int8_t)dy, true};
	}
	return m;
}

float glyph_score(const struct strip *strip, const struct glyph_case *c, char letter,
		  int pen)
{
	float best = GLYPH_NEVER;
	for (int k = -1; k <= 1; k++)
		best = fmaxf(
			best,
			stamp_match(strip, c, letter - GLYPH_FIRST, pen + k).score);
	return best;
}
