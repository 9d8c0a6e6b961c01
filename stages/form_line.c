/* The lines of print that stand in a zone.
 *
 * A zone collects the blobs whose middle stands in it: entries that stand a little
 * beside the place the form wants them stay whole, and neither neighbours nor the
 * form's print come along. They fall into lines of print; small blobs (dots, hyphens,
 * dirt) belong to a line only where they stand beside its letters. What is much fainter
 * than the rest, or only pieces of the form's rules, is none. */
#include "form_zone.h"

#include <math.h>
#include <stdlib.h>

static const float FAINT =
	0.62f; /* of full strokes: less is what the print left behind */

/* The zone that is being read. Print that runs along a skewed or wavy paper is
 * levelled: each blob moves by what the form's own lines move between the zone's middle
 * and it. */
struct level {
	double x, y,
		y_px; /* the middle, in form units, and its height on the picture */
};

static double units_high(const struct form_work *work, const struct blob *b)
{
	return b->box.h * work->fit->units_per_px;
}

static bool in_zone(const struct form_work *work, size_t blob, const struct zone *zone,
		    int row)
{
	struct point p = work->place[blob];
	double y = zone->y + (float)row * zone->row_pitch;
	return p.x >= zone->x && p.x < zone->x + zone->w && p.y >= y &&
	       p.y < y + zone->h;
}

static struct level level_of(const struct form_work *work, const struct zone *zone,
			     int row)
{
	struct level l = {zone->x + zone->w / 2,
			  zone->y + zone->h / 2 + (float)row * zone->row_pitch, 0};
	double x;
	form_to_picture(work->fit, l.x, l.y, &x, &l.y_px);
	return l;
}

static struct drawn_blob levelled(const struct form_work *work,
				  const struct level *level, size_t blob)
{
	double x, y;
	form_to_picture(work->fit, work->place[blob].x, level->y, &x, &y);
	return (struct drawn_blob){(int)blob, 0, (int)lround(level->y_px - y)};
}

static struct box levelled_box(const struct form_work *work, const struct drawn_blob *d)
{
	struct box b = work->ink->blobs[d->blob].box;
	b.x += d->dx;
	b.y += d->dy;
	return b;
}

static void add_letter(const struct form_work *work, struct print_line *line,
		       struct drawn_blob d)
{
	if (line->n == ZONE_BLOBS)
		return;
	line->blobs[line->n++] = d;
	line->box = box_union(line->box, levelled_box(work, &d));
	line->place = box_union(line->place, work->ink->blobs[d.blob].box);
}

bool is_letter(const struct form_work *work, const struct blob *b)
{
	double high = units_high(work, b);
	return high >= ZONE_LETTER && high <= ZONE_TALLEST &&
	       b->box.w * work->fit->units_per_px < 500;
}

/* The line of print whose letters a blob stands beside, level with at least half of it.
 */
static struct print_line *line_of(struct print_line *lines, size_t n, struct box b)
{
	struct print_line *best = NULL;
	int most = 0;
	for (size_t i = 0; i < n; i++) {
		int top = lines[i].box.y > b.y ? lines[i].box.y : b.y;
		int low = box_bottom(lines[i].box) < box_bottom(b)
				  ? box_bottom(lines[i].box)
				  : box_bottom(b);
		int less = lines[i].box.h < b.h ? lines[i].box.h : b.h;
		if (low - top > most && (low - top) * 2 > less) {
			most = low - top;
			best = &lines[i];
		}
	}
	return best;
}

/* The darkest pixel of most letters of a line: the mean of its letters' peaks, by area.
 */
static float line_darkness(const struct form_work *work, const struct print_line *line)
{
	double sum = 0, area = 0;
	for (size_t i = 0; i < line->n; i++) {
		const struct blob *b = &work->ink->blobs[line->blobs[i].blob];
		sum += (double)b->peak * b->area;
		area += b->area;
	}
	return area > 0 ? (float)(sum / area) : 0;
}

/* Takes out of a line what is much fainter than the rest: remains of the form's print.
 */
static void drop_faint(const struct form_work *work, struct print_line *line)
{
	float least = work->ink->bilevel ? 0 : FAINT * line_darkness(work, line);
	size_t n = line->n;
	line->n = 0;
	line->box = line->place = (struct box){0};
	for (size_t i = 0; i < n; i++)
		if ((float)work->ink->blobs[line->blobs[i].blob].peak >= least)
			add_letter(work, line, line->blobs[i]);
}

/* A thin upright stroke where the form has a vertical rule: its dashes, on a page where
 * the print did not drop out. */
static bool on_rule(const struct form_work *work, size_t blob)
{
	const struct blob *b = &work->ink->blobs[blob];
	struct point p = work->place[blob];
	if (b->box.w * work->fit->units_per_px > 7)
		return false;
	for (size_t i = 0; i < work->fit->print->n_rules; i++) {
		const struct form_rule *r = &work->fit->print->rules[i];
		if (r->h > 0 && fabs(p.x - r->x) < 6 && p.y > r->y - 8 &&
		    p.y < r->y + r->h + 8)
			return true;
	}
	return false;
}

/* A line of nothing but pieces of rules, or of stains and shades. */
static bool is_remains(const struct form_work *work, const struct print_line *line)
{
	size_t pieces = 0;
	for (size_t i = 0; i < line->n; i++)
		pieces += on_rule(work, (size_t)line->blobs[i].blob);
	return pieces == line->n ||
	       (!work->ink->bilevel &&
		line_darkness(work, line) < 0.5f * work->ink->full);
}

static int by_top(const void *a, const void *b)
{
	const struct print_line *x = a, *y = b;
	return x->box.y - y->box.y;
}

static size_t gather_letters(const struct form_work *work,
			     const struct fieldtype *field, const struct zone *zone,
			     int row, const struct level *level,
			     struct print_line *lines)
{
	/* A service line's zone is one line high, however unevenly its columns stand.
	 */
	bool one_line = field->line || field->kind == KIND_DATE;
	size_t n = 0;
	for (size_t i = 0; i < work->ink->n_blobs; i++) {
		const struct blob *b = &work->ink->blobs[i];
		if (!in_zone(work, i, zone, row) || !is_letter(work, b) ||
		    (!work->ink->dropped_out && on_rule(work, i)))
			continue;
		struct drawn_blob d = levelled(work, level, i);
		struct print_line *line =
			one_line && n > 0 ? lines
					  : line_of(lines, n, levelled_box(work, &d));
		if (!line) {
			if (n == ZONE_LINES)
				continue;
			line = &lines[n++];
			line->n = 0;
			line->box = line->place = (struct box){0};
		}
		add_letter(work, line, d);
	}
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		drop_faint(work, &lines[i]);
		if (!is_remains(work, &lines[i]))
			lines[kept++] = lines[i];
	}
	n = kept;
	qsort(lines, n, sizeof(*lines), by_top);
	return n;
}

/* Dots, commas, hyphens and broken strokes beside the letters of a line. Numbers and
 * codes have nothing as small as a dot. */
static void gather_small(const struct form_work *work, const struct fieldtype *field,
			 const struct level *level, struct print_line *line)
{
	struct box b = line->box;
	int reach = b.h / 2, below = b.h / 4;
	bool dots = field->kind != KIND_NPI && field->kind != KIND_QUANTITY &&
		    field->kind != KIND_CODE && field->kind != KIND_PROCEDURE &&
		    field->kind != KIND_STATE;
	int least = dots ? 0 : b.h / 4;
	float dark = work->ink->bilevel ? 0 : line_darkness(work, line);
	for (size_t i = 0; i < work->ink->n_blobs && line->n < ZONE_BLOBS; i++) {
		const struct blob *s = &work->ink->blobs[i];
		struct box place = line->place;
		if (s->area < 3 || s->box.x < place.x - reach ||
		    box_right(s->box) > box_right(place) + reach ||
		    s->box.y < place.y - b.h ||
		    box_bottom(s->box) > box_bottom(place) + b.h ||
		    is_letter(work, s) || (float)s->peak < 0.8f * FAINT * dark ||
		    (s->box.w <= least && s->box.h <= least))
			continue;
		struct drawn_blob d = levelled(work, level, i);
		struct box at = levelled_box(work, &d);
		if (at.h <= b.h && at.y >= b.y - 1 &&
		    box_bottom(at) <= box_bottom(b) + below)
			line->blobs[line->n++] = d;
	}
}

size_t zone_lines(const struct form_work *work, const struct fieldtype *field,
		  const struct zone *zone, int row, struct print_line *lines)
{
	struct level level = level_of(work, zone, row);
	size_t n = gather_letters(work, field, zone, row, &level, lines);
	for (size_t i = 0; i < n; i++)
		gather_small(work, field, &level, &lines[i]);
	return n;
}
