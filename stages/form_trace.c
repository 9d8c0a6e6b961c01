/* Finds the rules of a picture: lines of a form, a table, an underlined heading.
 *
 * The plane is cut into strips across the direction of the rules. In the profile of a
 * strip a rule is a narrow peak, darker than what lies a few pixels on both sides;
 * letters are not, their strokes are higher than that. Peaks that follow each other
 * from strip to strip are one rule. So a rule may be skewed, bent like paper that did
 * not lie flat, faint, or interrupted by writing; and the work is one look at every
 * pixel. */
#include "form_parts.h"

#include <math.h>
#include <string.h>

enum {
	STRIP = 16,  /* pixels along the rule */
	BESIDE = 4,  /* pixels to the paper beside a rule; heavy rules are 4 thick */
	MAX_GAP = 3, /* strips a rule may be hidden */
	PEAK = 24,   /* least darkness against the paper beside it */
};
static const float max_step =
	2.0f; /* pixels from strip to strip: 6 degrees and noise */

struct peak {
	float at, dark;
	bool taken;
};

/* Mean darkness over the strip for each position across it. */
static void profile_of(const struct plane *p, bool down, int strip, float *profile)
{
	int across = down ? p->w : p->h;
	for (int i = 0; i < across; i++)
		profile[i] = 0;
	for (int k = strip * STRIP; k < (strip + 1) * STRIP; k++)
		for (int i = 0; i < across; i++)
			profile[i] += down ? p->px[(size_t)k * p->w + i]
					   : p->px[(size_t)i * p->w + k];
	for (int i = 0; i < across; i++)
		profile[i] /= STRIP;
}

/* The same for strips that stand side by side, in the order the bytes lie. */
static void profiles_across(const struct plane *p, int strips, float *profiles)
{
	memset(profiles, 0, (size_t)strips * p->h * sizeof(float));
	for (int y = 0; y < p->h; y++) {
		const uint8_t *row = p->px + (size_t)y * p->w;
		for (int s = 0; s < strips; s++) {
			int sum = 0;
			for (int k = 0; k < STRIP; k++)
				sum += row[s * STRIP + k];
			profiles[(size_t)s * p->h + y] = (float)sum / STRIP;
		}
	}
}

static size_t peaks_of(const float *profile, int n, struct peak *peaks, size_t max)
{
	size_t found = 0;
	for (int i = BESIDE; i < n - BESIDE && found < max; i++) {
		float paper = fmaxf(profile[i - BESIDE], profile[i + BESIDE]);
		float dark = profile[i] - paper;
		if (dark < PEAK || profile[i] < profile[i - 1] ||
		    profile[i] <= profile[i + 1])
			continue;
		float sum = 0, moment = 0;
		for (int k = -2; k <= 2; k++) {
			float v = fmaxf(profile[i + k] - paper, 0);
			sum += v;
			moment += v * (float)k;
		}
		peaks[found++] = (struct peak){(float)i + moment / sum, dark, false};
	}
	return found;
}

static struct peak *nearest(struct peak *peaks, size_t n, float at, float reach)
{
	struct peak *best = NULL;
	for (size_t i = 0; i < n; i++) {
		float d = fabsf(peaks[i].at - at);
		if (!peaks[i].taken && d <= reach) {
			best = &peaks[i];
			reach = d;
		}
	}
	return best;
}

static void extend(struct trace *t, struct arena *arena, const struct peak *peak,
		   int strip, bool down)
{
	float along = ((float)strip + 0.5f) * STRIP - 0.5f;
	if (t->n > 0) {
		float step = (peak->at - t->last) / (float)(strip - t->last_strip);
		t->slope = t->n == 1 ? step : t->slope * 0.75f + step * 0.25f;
	}
	t->last = peak->at;
	t->last_strip = strip;
	t->darkness += peak->dark;
	*arena_push(arena, t->points, t->n, t->cap) =
		down ? (struct point){peak->at, along}
		     : (struct point){along, peak->at};
}

static void follow(struct traces *open, struct peak *peaks, size_t n, int strip,
		   bool down, float bend, struct arena *arena)
{
	for (size_t i = 0; i < open->n; i++) {
		struct trace *t = &open->lines[i];
		int gap = strip - t->last_strip;
		if (gap > MAX_GAP)
			continue;
		float reach = t->n == 1 ? max_step : bend + 0.2f * (float)gap;
		struct peak *next =
			nearest(peaks, n, t->last + t->slope * (float)gap, reach);
		if (!next || fabsf(next->at - t->last) > max_step * (float)gap)
			continue;
		next->taken = true;
		extend(t, arena, next, strip, down);
	}
	for (size_t i = 0; i < n; i++) {
		if (peaks[i].taken)
			continue;
		struct trace *t = arena_push(arena, open->lines, open->n, open->cap);
		*t = (struct trace){0};
		extend(t, arena, &peaks[i], strip, down);
	}
}

static int dark_at(const struct plane *p, bool down, float along, float at)
{
	int i = (int)lroundf(along), best = 0;
	for (int k = -1; k <= 1; k++) {
		int j = (int)lroundf(at) + k;
		int x = down ? j : i, y = down ? i : j;
		if (x >= 0 && y >= 0 && x < p->w && y < p->h &&
		    p->px[(size_t)y * p->w + x] > best)
			best = p->px[(size_t)y * p->w + x];
	}
	return best;
}

/* The outermost strips may be filled only in part, so the walk starts two strips
 * further in and goes on pixel by pixel while the rule is dark; behind a gap of more
 * than three pixels it is no rule any more. */
static struct point end_of(const struct plane *p, bool down, const struct trace *t,
			   int sign)
{
	size_t back = t->n > 2 ? 2 : t->n - 1, far = t->n > 10 ? 10 : t->n - 1;
	struct point edge = t->points[sign < 0 ? back : t->n - 1 - back];
	struct point inner = t->points[sign < 0 ? far : t->n - 1 - far];
	float along = down ? edge.y : edge.x, at = down ? edge.x : edge.y;
	float run = along - (down ? inner.y : inner.x);
	float slope = run != 0 ? (at - (down ? inner.x : inner.y)) / run : t->slope;
	float least = t->darkness * 0.5f, end = along;
	int missed = 0;

	for (int k = 1; k <= 6 * STRIP && missed < 3; k++) {
		float a = along + (float)(sign * k);
		if ((float)dark_at(p, down, a, at + slope * (float)(sign * k)) >=
		    least) {
			end = a;
			missed = 0;
		} else {
			missed++;
		}
	}
	at += slope * (end - along);
	return down ? (struct point){at, end} : (struct point){end, at};
}

void trace_rules(const struct plane *plane, bool down, int min_len, float bend,
		 struct arena *arena, struct traces *out)
{
	enum { MAX_PEAKS = 400 };
	AUTO_ARENA scratch = arena_new();
	int across = down ? plane->w : plane->h;
	int strips = (down ? plane->h : plane->w) / STRIP;
	float *profiles =
		arena_alloc_n(scratch, (size_t)strips * across, sizeof(float));
	struct peak *peaks = arena_alloc_n(scratch, MAX_PEAKS, sizeof(*peaks));
	struct traces open = {0};

	if (!down)
		profiles_across(plane, strips, profiles);
	for (int s = 0; s < strips; s++) {
		float *profile = profiles + (size_t)s * across;
		if (down)
			profile_of(plane, true, s, profile);
		size_t n = peaks_of(profile, across, peaks, MAX_PEAKS);
		follow(&open, peaks, n, s, down, bend, scratch);
	}
	for (size_t i = 0; i < open.n; i++) {
		struct trace *t = &open.lines[i];
		int span = t->last_strip * STRIP + STRIP -
			   (int)(down ? t->points[0].y : t->points[0].x);
		if (span < min_len || t->n * STRIP * 5 < (size_t)span * 3)
			continue;
		struct trace *kept = arena_push(arena, out->lines, out->n, out->cap);
		*kept = *t;
		kept->points =
			arena_memdup(arena, t->points, t->n * sizeof(*t->points));
		kept->cap = t->n;
		kept->darkness /= (float)t->n;
		kept->from = end_of(plane, down, kept, -1);
		kept->to = end_of(plane, down, kept, 1);
	}
}
