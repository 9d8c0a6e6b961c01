/* till_items.c - what the items of a slip cost together.
 *
 * Items stand above the first row that speaks of a subtotal or total; what one costs is
 * the last amount of its row, set flush with all others. Slips that print unit prices
 * in the same column do not add up, and then their items say nothing: no harm is done.
 */
#include "till.h"

#include <stdlib.h>
#include <string.h>

#define ITEMS_LEAST 2
#define ITEMS_MOST 60

/* The first row under an amount that a label of net, gross or subtotal stands on. */
static uint32_t end_of_items(const struct work *work, uint32_t first)
{
	uint32_t end = UINT32_MAX;
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		const char *role = mark->field->role;
		bool sums = mark->field->kind == KIND_AMOUNT && role &&
			    (strcmp(role, "gross") == 0 || strcmp(role, "net") == 0) &&
			    (mark->negative || mark->label->weight >= 0.6F);
		if (sums && mark->span.sheet == 0 && mark->span.row > first &&
		    mark->span.row < end)
			end = mark->span.row;
	}
	return end;
}

/* The last amount of its row, or NULL when another one follows. */
static const struct candidate *last_of_row(const struct work *work, size_t i)
{
	const struct candidate *c = &work->candidates[i];
	if (c->kind != KIND_AMOUNT || !c->money || c->worn || c->span.sheet != 0)
		return NULL;
	for (size_t k = 0; k < work->n_candidates; k++) {
		const struct candidate *o = &work->candidates[k];
		if (o->kind == KIND_DATE && o->span.sheet == 0 &&
		    o->span.row == c->span.row)
			return NULL;
		if (o->kind == KIND_AMOUNT && o->money && o->span.sheet == 0 &&
		    o->span.row == c->span.row && o->span.from > c->span.from)
			return NULL;
	}
	return c;
}

static size_t collect(const struct work *work, const struct candidate *out[ITEMS_MOST])
{
	size_t n = 0;
	uint32_t end = 0;
	for (size_t i = 0; i < work->n_candidates && n < ITEMS_MOST; i++) {
		const struct candidate *c = last_of_row(work, i);
		if (!c)
			continue;
		if (n == 0)
			end = end_of_items(work, c->span.row);
		if (c->span.row >= end)
			break;
		out[n++] = c;
	}
	return end == UINT32_MAX ? 0 : n;
}

bool till_items(const struct work *work, struct decimal *sum, float *reading)
{
	const struct candidate *items[ITEMS_MOST];
	size_t n = work->layout.n_sheets ? collect(work, items) : 0, used = 0;
	int32_t right = 0;
	*sum = (struct decimal){0, 2};
	*reading = 1;
	for (size_t i = 0; i < n; i++)
		right = box_right(items[i]->box) > right ? box_right(items[i]->box)
							 : right;
	for (size_t i = 0; i < n; i++) {
		int32_t away = right - box_right(items[i]->box);
		if (away > work->layout.sheets[0].em * 3)
			continue;
		if (!decimal_add(*sum, items[i]->number, sum))
			return false;
		used++;
		*reading = items[i]->confidence < *reading ? items[i]->confidence
							   : *reading;
	}
	return used >= ITEMS_LEAST;
}
