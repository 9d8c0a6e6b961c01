/* Pages of a fax machine: the pixels it really sent, and runs of print laid on them.
 *
 * Standard faxes have half the rows of fine ones, and what passes them on (modem,
 * server, printer driver) doubles pixels to make them square again. Reading at the
 * doubled size tells nothing more and hides where a stroke fell between two pixels;
 * so pixels that come in equal blocks are one pixel here. A picture without such
 * blocks is its own. Never fails. */
#include "form_print.h"

#include <math.h>
#include <string.h>

/* Whether rows (columns) come in twos that begin at `first`: nearly all pairs alike,
 * though neighbouring pairs differ often. */
static bool in_twos(const struct plane *p, bool down, int first)
{
	int n = down ? p->h : p->w, len = down ? p->w : p->h;
	long inside = 0, between = 0;
	for (int i = first; i + 2 < n; i += 2)
		for (int k = 0; k < len; k++) {
			size_t at = down ? (size_t)i * p->w + k : (size_t)k * p->w + i;
			size_t next = down ? (size_t)p->w : 1;
			inside += p->px[at] != p->px[at + next];
			between += p->px[at + next] != p->px[at + 2 * next];
		}
	return between > 100 && inside * 20 < between;
}

static void find_twos(const struct plane *p, bool down, int *block, int *first)
{
	*block = 1;
	*first = 0;
	for (int i = 0; i < 2; i++)
		if (in_twos(p, down, i)) {
			*block = 2;
			*first = i;
		}
}

void fax_find(const struct plane *p, struct fax_page *out)
{
	find_twos(p, false, &out->across, &out->left);
	find_twos(p, true, &out->down, &out->top);
}

/* One pixel for each block; half black is black. What was erased as a rule of the form
 * or as a streak hides what lies under it. */
void fax_take(const struct plane *sent, const struct plane *erased, struct arena *arena,
	      struct fax_page *fax)
{
	int w = (sent->w - fax->left) / fax->across;
	int h = (sent->h - fax->top) / fax->down, half = fax->across * fax->down;
	fax->plane = (struct plane){w, h, arena_alloc_n(arena, (size_t)w * h, 1)};
	for (int i = 0; i < w * h; i++) {
		int x = fax->left + i % w * fax->across, black = 0, gone = 0;
		int y = fax->top + i / w * fax->down;
		for (int k = 0; k < half; k++) {
			size_t at = (size_t)(y + k / fax->across) * sent->w + x +
				    k % fax->across;
			black += erased->px[at] > 127;
			gone += sent->px[at] > 127 && erased->px[at] <= 127;
		}
		fax->plane.px[i] = gone > 0 ? FAX_HIDDEN : 2 * black >= half ? 255 : 0;
	}
}

/* From form units to the fax's pixels, their edges being whole numbers. */
static struct point fax_point(const struct form_work *work, double x, double y)
{
	const struct fax_page *fax = &work->ink->fax;
	double px, py;
	form_to_picture(work->fit, x, y, &px, &py);
	return (struct point){(float)((px + 0.5 - fax->left) / fax->across),
			      (float)((py + 0.5 - fax->top) / fax->down)};
}

static bool on_streak(const struct ink *ink, int x)
{
	const struct fax_page *fax = &ink->fax;
	for (int i = 0; ink->streak && i < fax->across; i++) {
		int column = fax->left + x * fax->across + i;
		if (column < ink->plane.w && ink->streak[column])
			return true;
	}
	return false;
}

static double zone_end(const struct run *run)
{
	return run->job->zone->x + run->job->zone->w;
}

void lay_fax_strip(const struct form_work *work, const struct run *run, float em,
		   struct arena *arena, struct strip *out)
{
	const struct fax_page *fax = &work->ink->fax;
	double more = em * work->fit->units_per_px; /* a letter may be gone there */
	double left = run->left - STRIP_BESIDE - more;
	double right = run->right + STRIP_BESIDE + more;
	struct point from = fax_point(work, left, run->base);
	struct point to = fax_point(work, right, run->base);
	float rows = em / (float)fax->down;
	int x0 = (int)floorf(from.x);
	int top = (int)(fminf(from.y, to.y) - 1.3f * rows);
	int low = (int)(fmaxf(from.y, to.y) + 0.6f * rows);
	*out = (struct strip){.w = (int)to.x - x0 + 1, .h = low - top + 1};
	out->stride = out->w + 2 * STRIP_PAD;
	out->slope = (to.y - from.y) / (to.x - from.x);
	out->from = (int)(more / (right - left) * (to.x - from.x));
	out->to = out->w -
		  (run->words && run->right + more < zone_end(run) ? 0 : out->from);
	out->baseline = from.y - (float)top - out->slope * (from.x - (float)x0);
	out->dark = arena_alloc_n(arena, (size_t)(out->h + 2 * STRIP_PAD) * out->stride,
				  sizeof(*out->dark));
	for (int x = 0; x < out->w; x++) {
		bool unknown = on_streak(work->ink, x0 + x);
		for (int y = 0; y < out->h; y++) {
			int px = x0 + x, py = top + y;
			bool inside = px >= 0 && py >= 0 && px < fax->plane.w &&
				      py < fax->plane.h;
			int v = inside ? fax->plane.px[(size_t)py * fax->plane.w + px]
				       : 0;
			float dark = unknown || v == FAX_HIDDEN ? STREAK_UNKNOWN
								: (float)v / 255;
			*strip_at(out, x, y) = (int16_t)lroundf(dark * GLYPH_FULL);
		}
	}
}
