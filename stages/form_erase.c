/* Erases what is not an entry: the form's rules and the streaks of a fax.
 *
 * Both are wiped where they are known to run, and no further across than they are
 * thick: a letter that crosses a rule stays, and where a stroke met a streak on both
 * sides it goes on through it. */
#include "form_parts.h"

#include <math.h>

/* Wipes a run of ink across a rule when it is not thicker than the rule: a letter that
 * crosses stays. */
static void wipe_across(struct plane *p, int x, int y, bool down, int thick)
{
	int from = 0, to = 0, max = thick + 2;
	for (int d = -2; d <= 2; d++) { /* the rule may be a pixel or two beside */
		int cx = down ? x + d : x, cy = down ? y : y + d;
		if (cx < 0 || cy < 0 || cx >= p->w || cy >= p->h ||
		    p->px[(size_t)cy * p->w + cx] < 90)
			continue;
		from = to = d;
		break;
	}
	for (int sign = -1; sign <= 1; sign += 2)
		for (int k = 1; k <= max; k++) {
			int d = (sign < 0 ? from : to) + sign;
			int cx = down ? x + d : x, cy = down ? y : y + d;
			if (cx < 0 || cy < 0 || cx >= p->w || cy >= p->h ||
			    p->px[(size_t)cy * p->w + cx] < 60)
				break;
			*(sign < 0 ? &from : &to) = d;
		}
	if (to - from + 1 > max)
		return;
	for (int d = from - 1; d <= to + 1; d++) {
		int cx = down ? x + d : x, cy = down ? y : y + d;
		if (cx >= 0 && cy >= 0 && cx < p->w && cy < p->h)
			p->px[(size_t)cy * p->w + cx] = 0;
	}
}

void wipe_rules(struct plane *p, const struct form_fit *fit)
{
	for (size_t i = 0; i < fit->print->n_rules; i++) {
		const struct form_rule *r = &fit->print->rules[i];
		bool down = r->h > 0;
		double x0, y0, x1, y1, length = r->w + r->h, step = 48;
		int thick = (int)ceil((r->heavy ? 12 : 4) / fit->units_per_px);
		form_to_picture(fit, r->x, r->y, &x0, &y0);
		for (double at = 0; at < length; at += step) {
			double next = fmin(at + step, length);
			form_to_picture(fit, r->x + (down ? 0 : next),
					r->y + (down ? next : 0), &x1, &y1);
			int n = (int)ceil(fmax(fabs(x1 - x0), fabs(y1 - y0)));
			for (int k = 0; k < n; k++)
				wipe_across(p, (int)lround(x0 + (x1 - x0) * k / n),
					    (int)lround(y0 + (y1 - y0) * k / n), down,
					    thick);
			x0 = x1;
			y0 = y1;
		}
	}
}

/* Columns that are dark on more than half of their length are the machine's, not the
 * paper's. Where a stroke met the streak on both sides it goes on through it. */
static void wipe_streak(struct plane *p, int from, int to)
{
	for (int y = 0; y < p->h; y++) {
		uint8_t *row = p->px + (size_t)y * p->w;
		int left = from > 0 ? row[from - 1] : 0;
		int right = to + 1 < p->w ? row[to + 1] : 0;
		bool stroke = left > 127 && right > 127;
		for (int x = from; x <= to; x++)
			row[x] = stroke ? 255 : 0;
	}
}

void wipe_streaks(struct ink *ink, struct arena *arena, struct arena *scratch)
{
	struct plane *p = &ink->plane;
	int *dark = arena_alloc_n(scratch, (size_t)p->w, sizeof(int));
	for (int y = 0; y < p->h; y++)
		for (int x = 0; x < p->w; x++)
			dark[x] += p->px[(size_t)y * p->w + x] > 127;
	for (int x = 0; x < p->w; x++) {
		int from = x;
		if (dark[x] * 2 < p->h)
			continue;
		while (x + 1 < p->w && dark[x + 1] * 5 > p->h * 2)
			x++;
		while (from > 0 && dark[from - 1] * 5 > p->h * 2)
			from--;
		if (x - from >= p->w / 100)
			continue;
		wipe_streak(p, from, x);
		if (!ink->streak)
			ink->streak = arena_alloc_n(arena, (size_t)p->w, sizeof(bool));
		for (int i = from; i <= x; i++)
			ink->streak[i] = true;
	}
}
