/* again_find.c - which places of a document deserve another reading.
 *
 * From a trial extraction: the print of every wanted value that a single reading is not
 * sure of, or that several readings disagree on; for a required value that is missing,
 * where it must stand. Places are strips over the whole width of the page, because a
 * line is what Tesseract reads best. */
#include <string.h>

#include "again.h"

/* Slips are short and badly printed: what is wanted of them is read again unless the
 * first reading is quite sure, and what is missing is searched for. A sheet's strip
 * runs across columns, and reading it as one block has lost amounts that were right:
 * sheets are read once. */
static const struct concern {
	float sure; /* a word that was read with this needs no other reading */
	bool search;
} concerns[] = {
	[false] = {0, false},	/* sheet */
	[true] = {0.95f, true}, /* slip */
};

bool again_concerns(const struct held *held)
{
	return concerns[held->slip].sure > 0 || concerns[held->slip].search;
}

/* Above and below a strip, in heights of its type; beyond that strips are joined. */
#define MARGIN 0.6
#define JOIN 2.0

static const struct word *words_in(const struct page *page, struct box box, size_t *at)
{
	for (; *at < page->n_words; (*at)++) {
		struct box b = page->words[*at].box;
		struct box middle = {b.x + b.w / 2, b.y + b.h / 2, 1, 1};
		if (box_overlaps(middle, box))
			return &page->words[(*at)++];
	}
	return NULL;
}

/* Whether a field's print needs no other reading. */
static bool settled(const struct page *page, struct box box, float sure)
{
	const struct word *word;
	for (size_t at = 0; (word = words_in(page, box, &at));) {
		if (word->readings > 1 ? word->agreed < 2 : word->confidence < sure)
			return false;
	}
	return true;
}

static void add_strip(struct look *look, int32_t top, int32_t bottom)
{
	if (look->n_strips < STRIPS_MAX && bottom > top)
		look->strips[look->n_strips++] = (struct strip){top, bottom};
}

/* Of the words in or around a box; a page's usual height when there are none. */
static int32_t type_height(const struct page *page, struct box box)
{
	size_t at = 0;
	const struct word *word = words_in(page, box, &at);
	return word && word->box.h > 8 ? word->box.h : 30;
}

static void look_at_field(struct look *look, const struct field *field)
{
	const struct page *page = look->held->page;
	int32_t margin = (int32_t)(MARGIN * type_height(page, field->box));
	if (!settled(page, field->box, concerns[look->held->slip].sure))
		add_strip(look, field->box.y - margin, box_bottom(field->box) + margin);
}

static bool wanted_kind(enum kind kind)
{
	switch ((int)kind) {
	case KIND_DATE:
	case KIND_TIME:
	case KIND_AMOUNT:
	case KIND_IDENTIFIER:
	case KIND_PARTY:
	case KIND_ADDRESS:
	case KIND_IBAN:
	case KIND_VAT_ID:
	case KIND_TAX_NUMBER:
		return true;
	default:
		return false;
	}
}

/* Print where a missing value must stand: names and addresses high up, everything else
 * anywhere. */
static void look_for_missing(struct look *look, const struct fieldtype *type)
{
	if (!concerns[look->held->slip].search || look->n_readings > 1)
		return; /* searched once, it is not worth a third reading */

	const struct page *page = look->held->page;
	int32_t top = page->height, bottom = 0;
	for (size_t i = 0; i < page->n_words; i++) {
		struct box b = page->words[i].box;
		top = b.y < top ? b.y : top;
		bottom = box_bottom(b) > bottom ? box_bottom(b) : bottom;
	}
	if (type->kind == KIND_PARTY || type->kind == KIND_ADDRESS)
		bottom = top + (bottom - top) / 3;
	add_strip(look, top - 60, bottom + 60);
}

static void join_strips(struct look *look)
{
	int32_t gap = (int32_t)(JOIN * 30);
	for (size_t i = 0; i < look->n_strips; i++) {
		for (size_t k = i + 1; k < look->n_strips;) {
			struct strip *a = &look->strips[i], *b = &look->strips[k];
			if (b->top > a->bottom + gap || a->top > b->bottom + gap) {
				k++;
				continue;
			}
			a->top = b->top < a->top ? b->top : a->top;
			a->bottom = b->bottom > a->bottom ? b->bottom : a->bottom;
			*b = look->strips[--look->n_strips];
			k = i + 1;
		}
	}
}

static struct look *look_of(struct look *looks, size_t n, int number)
{
	for (size_t i = 0; i < n; i++)
		if (looks[i].held->page->number == number)
			return &looks[i];
	return NULL;
}

size_t again_find_strips(struct look *looks, size_t n, const struct doc *trial,
			 const struct doctype *type)
{
	size_t strips = 0;
	for (size_t i = 0; i < n; i++)
		looks[i].n_strips = 0;
	for (size_t f = 0; f < type->n_fields; f++) {
		const struct fieldtype *wanted = &type->fields[f];
		if (wanted->line || !wanted_kind(wanted->kind))
			continue;
		const struct field *field = doc_field(trial, wanted->path, 0);
		struct look *look = look_of(looks, n, field ? field->page : 1);
		if (!look)
			continue;
		if (field && field->value)
			look_at_field(look, field);
		else if (wanted->required)
			look_for_missing(look, wanted);
	}
	for (size_t i = 0; i < n; i++) {
		join_strips(&looks[i]);
		strips += looks[i].n_strips;
	}
	return strips;
}
