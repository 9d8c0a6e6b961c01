/* Checkboxes: which option of a field is marked.
 *
 * What counts is ink in and around an option's box compared with the other options of
 * the same field: a cross may miss its box by a little, and dirt may lie in an empty
 * one. An empty field gives no reading; two boxes marked alike give the darker one with
 * little confidence and the other as alternative. */
#include "form_parts.h"

#include <math.h>

enum {
	AROUND = 9, /* units: how far a mark may stand beside its box */
	LEAST = 9,  /* units: width or height of a mark's pieces */
};

/* Ink in square units that stands in the zone, and where. */
static double mark_ink(const struct form_work *work, const struct zone *zone,
		       struct box *where)
{
	double per_px = work->fit->units_per_px * work->fit->units_per_px, ink = 0;
	for (size_t i = 0; i < work->ink->n_blobs; i++) {
		const struct blob *b = &work->ink->blobs[i];
		struct point p = work->place[i];
		int longest = b->box.w > b->box.h ? b->box.w : b->box.h;
		if (p.x < zone->x - AROUND || p.x > zone->x + zone->w + AROUND ||
		    p.y < zone->y - AROUND || p.y > zone->y + zone->h + AROUND ||
		    longest * work->fit->units_per_px < LEAST ||
		    longest * work->fit->units_per_px > 2 * zone->w)
			continue;
		ink += b->area * per_px;
		*where = box_union(*where, b->box);
	}
	return ink;
}

void mark_read(struct form_work *work, const struct fieldtype *field)
{
	double best = 0, second = 0;
	const struct zone *marked = NULL, *other = NULL;
	struct box where = {0};

	for (size_t i = 0; i < field->n_zones; i++) {
		struct box here = {0};
		double ink = mark_ink(work, &field->zones[i], &here);
		if (ink > best) {
			second = best;
			other = marked;
			best = ink;
			marked = &field->zones[i];
			where = here;
		} else if (ink > second) {
			second = ink;
			other = &field->zones[i];
		}
	}
	if (!marked || best < 0.015 * marked->w * marked->h)
		return;
	struct zone_reading *r = work_reading(work, field->path, where);
	double least = 0.05 * marked->w * marked->h; /* of a whole cross */
	r->text = marked->value;
	r->confidence = (float)(0.99 * fmin(1, 0.6 + 0.4 * best / least) *
				(1 - 0.6 * second / best));
	if (other && second > 0.5 * best) {
		r->alternatives = arena_alloc(work->arena, sizeof(*r->alternatives));
		r->alternatives[0] = (struct alternative){other->value, 0.3f};
		r->n_alternatives = 1;
	}
}
