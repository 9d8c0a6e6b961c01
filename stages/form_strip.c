/* A run of print laid flat: at 200 dots an inch, where most of these papers were
 * scanned, with its baseline level whatever the paper does, darkness in the terms of
 * the typefaces. */
#include "form_print.h"

#include <math.h>

enum { ABOVE = 32, BELOW = 12 }; /* rows of a strip above the baseline, and below */

static float dark_at(const struct plane *p, double x, double y)
{
	int ix = (int)floor(x), iy = (int)floor(y);
	if (ix < 0 || iy < 0 || ix + 1 >= p->w || iy + 1 >= p->h)
		return 0;
	float ax = (float)(x - ix), ay = (float)(y - iy);
	const uint8_t *at = p->px + (size_t)iy * p->w + ix;
	return ((float)at[0] * (1 - ax) + (float)at[1] * ax) * (1 - ay) +
	       ((float)at[p->w] * (1 - ax) + (float)at[p->w + 1] * ax) * ay;
}

/* Mean of the pixels that lie under one of the strip: one, or four on finer scans. */
static float mean_at(const struct plane *p, double x, double y, double dx, double dy)
{
	if (fabs(dx) < 1.3)
		return dark_at(p, x, y);
	return (dark_at(p, x - dx / 4, y - dy / 4) +
		dark_at(p, x + dx / 4, y - dy / 4) +
		dark_at(p, x - dx / 4, y + dy / 4) +
		dark_at(p, x + dx / 4, y + dy / 4)) /
	       4;
}

static bool on_streak(const struct ink *ink, double x)
{
	int column = (int)lround(x);
	return ink->streak && column >= 0 && column < ink->plane.w &&
	       ink->streak[column];
}

/* The column of the strip at x pixels, from the picture by a straight line. */
static void lay_column(const struct form_work *work, const struct run *run, int x)
{
	const struct ink *ink = work->ink;
	double ux = run->left - STRIP_BESIDE + (x + 0.5) * STRIP_UNITS;
	double base = run_base(run, ux);
	double x0, y0, x1, y1;
	form_to_picture(work->fit, ux, base - ABOVE * STRIP_UNITS, &x0, &y0);
	form_to_picture(work->fit, ux, base + BELOW * STRIP_UNITS, &x1, &y1);
	double dx = (x1 - x0) / (ABOVE + BELOW), dy = (y1 - y0) / (ABOVE + BELOW);
	float floor_dark = 0.06f * ink->full, full = ink->full - floor_dark;
	for (int y = 0; y < ABOVE + BELOW; y++) {
		double px = x0 + dx * (y + 0.5), py = y0 + dy * (y + 0.5);
		float v = mean_at(&ink->plane, px, py, dy, dy);
		v = fminf(fmaxf((v - floor_dark) / full, 0), 1);
		if (on_streak(ink, px))
			v = STREAK_UNKNOWN;
		*strip_at(&run->strip, x, y) = (int16_t)lroundf(v * GLYPH_FULL);
	}
}

void lay_strip(struct print_work *pw, struct run *run)
{
	struct strip *s = &run->strip;
	s->w = (int)((run->right - run->left + 2 * STRIP_BESIDE) / STRIP_UNITS) + 1;
	s->h = ABOVE + BELOW;
	s->stride = s->w + 2 * STRIP_PAD;
	s->baseline = ABOVE;
	s->dark = arena_alloc_n(pw->arena, (size_t)(s->h + 2 * STRIP_PAD) * s->stride,
				sizeof(*s->dark));
	for (int x = 0; x < s->w; x++)
		lay_column(pw->work, run, x);
}
