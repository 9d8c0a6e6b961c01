/* How well a letter's stamp explains the ink at one place of a line of print.
 *
 * What the stamp covers and is there counts for the letter, what is missing against it,
 * in pixels of full ink. On a page of black and white (glyph_fax.c) the stamp has the
 * odds of each pixel instead of its darkness, and the sum is a likelihood in the same
 * unit. A place that lies outside the strip has the score GLYPH_NEVER. */
#include <math.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "glyph_search.h"

/* Most of the time of reading a form goes here. A stamp's rows are whole groups of
 * eight. */
static int32_t overlap(const struct stamp *s, const int16_t *ink, int ink_stride)
{
	const int16_t *dark = s->dark;
#ifdef __SSE2__
	__m128i sums = _mm_setzero_si128();
	for (int y = 0; y < s->h; y++, dark += s->stride, ink += ink_stride) {
		for (int x = 0; x < s->stride; x += 8) {
			__m128i a = _mm_loadu_si128((const void *)(dark + x));
			__m128i b = _mm_loadu_si128((const void *)(ink + x));
			sums = _mm_add_epi32(sums, _mm_madd_epi16(a, b));
		}
	}
	sums = _mm_add_epi32(sums, _mm_srli_si128(sums, 8));
	sums = _mm_add_epi32(sums, _mm_srli_si128(sums, 4));
	return _mm_cvtsi128_si32(sums);
#else
	int32_t sum = 0;
	for (int y = 0; y < s->h; y++, dark += s->stride, ink += ink_stride)
		for (int x = 0; x < s->stride; x++)
			sum += dark[x] * ink[x];
	return sum;
#endif
}

static int floor_div(int a, int b)
{
	return a >= 0 ? a / b : -((b - 1 - a) / b);
}

float baseline_at(const struct strip *strip, float x)
{
	return strip->baseline + strip->slope * x;
}

struct pen pen_at(const struct strip *strip, const struct glyph_case *c, int place)
{
	float line = baseline_at(strip, (float)place / (float)c->steps);
	int column = floor_div(place, c->steps);
	return (struct pen){.place = place,
			    .column = column,
			    .step = place - column * c->steps,
			    .level = (int)lroundf(line * (float)c->levels)};
}

/* Off levels below the line. */
static float stamp_score(const struct strip *strip, const struct glyph_case *c,
			 int letter, const struct pen *pen, int off)
{
	int level = pen->level + off;
	int row = c->levels == 1 ? level : floor_div(level, c->levels);
	const struct stamp *s =
		case_stamp_at(c, letter, pen->step, level - row * c->levels);
	int x = pen->column + s->left, y = row + s->top;

	if (!s->dark || x < -STRIP_PAD || y < -STRIP_PAD ||
	    x + s->stride > strip->w + STRIP_PAD || y + s->h > strip->h + STRIP_PAD)
		return GLYPH_NEVER;
	int32_t both = overlap(s, strip_at(strip, x, y), strip->stride);
	return 2.0f * (float)both / (GLYPH_FULL * GLYPH_FULL) - s->power;
}

struct match stamp_match(const struct strip *strip, const struct glyph_case *c,
			 int letter, const struct pen *pen)
{
	struct match m = {stamp_score(strip, c, letter, pen, 0), 0, true};
	if (m.score < -0.4f * case_stamp_at(c, letter, pen->step, 0)->power)
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
	for (int k = -1; k <= 1; k++) {
		struct pen at = pen_at(strip, c, pen + k);
		best = fmaxf(best,
			     stamp_match(strip, c, letter - GLYPH_FIRST, &at).score);
	}
	return best;
}
