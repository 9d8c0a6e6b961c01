/* places.c - where values stand, for learning how a supplier's papers are laid out.
 *
 * Every date, amount and number of the paper is noted with the words before it on its
 * row and the words over it. When a clerk keys a value, the words at the one place that
 * shows it are the supplier's own label of that field (sql/api/47_learning.sql); on the
 * next paper they are looked for like any label of the type (labels.c). */
#include <ctype.h>
#include <string.h>

#include "date.h"
#include "extract.h"
#include "learn.h"
#include "text.h"

enum {
	PLACES_MAX = 160,
	LABEL_WORDS = 3,
	LABEL_MAX = 40,
	NUMBER_MIN = 3, /* letters and digits of what may be an identifier */
};

static bool has_digit(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isdigit((unsigned char)s[i]))
			return true;
	return false;
}

/* The last words of [from, to) without a digit, as a label's key. */
static const char *words_key(struct arena *arena, const struct row *row, uint32_t from,
			     uint32_t to)
{
	char key[LABEL_MAX + 1] = "";
	size_t first = row->n_runs, words = 0, len = 0;

	while (first > 0 && row->runs[first - 1].to > to)
		first--;
	size_t end = first;
	while (first > 0 && words < LABEL_WORDS && row->runs[first - 1].from >= from &&
	       !has_digit(row->text + row->runs[first - 1].from,
			  row->runs[first - 1].to - row->runs[first - 1].from)) {
		first--;
		words++;
	}
	for (size_t i = first; i < end; i++) {
		size_t n = row->runs[i].to - row->runs[i].from;

		if (len + n > LABEL_MAX)
			return "";
		memcpy(key + len, row->text + row->runs[i].from, n);
		len += n;
	}
	key[len] = '\0';
	return arena_strdup(arena, key);
}

/* From the end of the cell before the one to the left: a label stands at most there. */
static uint32_t label_from(const struct row *row, uint32_t at)
{
	uint32_t from = 0;

	for (size_t i = 0; i < row->n_cells; i++)
		if (row->cells[i].to <= at)
			from = row->cells[i].from;
	return from;
}

static const char *words_above(struct work *work, struct span span, struct box box)
{
	const struct sheet *sheet = &work->layout.sheets[span.sheet];

	for (uint32_t r = span.row; r > 0 && r + 3 > span.row; r--) {
		const struct row *row = &sheet->rows[r - 1];

		if (box.y - box_bottom(row->box) > sheet->em * 3)
			break;
		for (size_t i = 0; i < row->n_cells; i++)
			if (box_share_x(row->cells[i].box, box) > 0.5)
				return words_key(work->arena, row, row->cells[i].from,
						 row->cells[i].to);
	}
	return "";
}

static struct evidence_place *note(struct work *work, struct span span, struct box box,
				   const char *value)
{
	static struct evidence_place nowhere;
	struct arena *arena = work->doc->arena;
	struct evidence *e = work->doc->evidence;
	const struct row *row = span_row(&work->layout, span);

	if (e->n_places == PLACES_MAX)
		return &nowhere;
	struct evidence_place *place =
		arena_push(arena, e->places, e->n_places, e->cap_places);
	*place = (struct evidence_place){
		.value = arena_strdup(arena, value),
		.label = arena_strdup(arena,
				      words_key(work->arena, row,
						label_from(row, span.from), span.from)),
		.above = arena_strdup(arena, words_above(work, span, box)),
	};
	return place;
}

/* --- dates and numbers -------------------------------------------------------- */

/* A date that could be two notes both, each with the order it is read in. */
static void note_date(struct work *work, const struct candidate *c)
{
	static const char *const orders[] = {"month-first", "day-first"};
	const struct row *row = span_row(&work->layout, c->span);
	struct evidence_place *place = note(work, c->span, c->box, c->value);
	struct printed_date printed;

	if (!date_scan(row->text + c->span.from, &printed) || printed.month_name)
		return;
	if (!printed.ambiguous) {
		place->order =
			printed.day_first >= 0 ? orders[printed.day_first] : NULL;
		return;
	}
	place->order = orders[work->locale.day_first == 1];
	if (strncmp(c->value + 5, c->value + 8, 2) == 0) {
		place->order = NULL; /* 5 May either way */
		return;
	}
	place = note(work, c->span, c->box,
		     arena_printf(work->arena, "%.5s%.2s-%.2s", c->value, c->value + 8,
				  c->value + 5));
	place->order = orders[work->locale.day_first != 1];
}

static void note_amount(struct work *work, const struct candidate *c)
{
	const struct row *row = span_row(&work->layout, c->span);
	struct printed_number number;

	if (!c->money)
		return;
	struct evidence_place *place = note(work, c->span, c->box, c->value);
	if (number_scan(row->text + c->span.from, 0, &number) && !number.ambiguous &&
	    number.decimals == 2)
		place->mark = number.mark == ',' ? "," : ".";
}

static bool is_candidate(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_candidates; i++)
		if (span_overlaps(work->candidates[i].span, span))
			return true;
	return false;
}

/* Words with a digit in them: numbers of invoices, customers, orders. */
static void note_numbers(struct work *work, uint32_t sheet, uint32_t index)
{
	const struct row *row = &work->layout.sheets[sheet].rows[index];

	for (size_t i = 0; i < row->n_tokens; i++) {
		const struct token *t = &row->tokens[i];
		struct span span = {sheet, index, t->from, t->to};

		if (t->to - t->from < NUMBER_MIN ||
		    !has_digit(row->text + t->from, t->to - t->from) ||
		    is_candidate(work, span))
			continue;
		note(work, span, t->word->box, t->word->text);
	}
}

/* --- what of it was used ------------------------------------------------------ */

/* A learnt label was used where the value stands beside or under it. */
static void note_use(struct work *work, const struct learnt *label)
{
	const struct evidence *e = work->doc->evidence;
	const char *value = doc_value(work->doc, label->path, 0);

	for (size_t i = 0; value && i < e->n_places; i++)
		if (strcmp(e->places[i].value, value) == 0 &&
		    (strcmp(e->places[i].label, label->value) == 0 ||
		     strcmp(e->places[i].above, label->value) == 0)) {
			known_use(work->doc, label);
			return;
		}
}

void note_places(struct work *work)
{
	if (!work->doc->evidence)
		return;
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];

		if (c->kind == KIND_DATE)
			note_date(work, c);
		else if (c->kind == KIND_AMOUNT)
			note_amount(work, c);
		else if (c->kind == KIND_TIME)
			note(work, c->span, c->box, c->value);
	}
	if (work->layout.n_sheets)
		for (size_t r = 0; r < work->layout.sheets[0].n_rows; r++)
			note_numbers(work, 0, (uint32_t)r);
	for (size_t i = 0; work->doc->known && i < work->doc->known->site->n_learnt;
	     i++)
		if (work->doc->known->site->learnt[i].what == LEARNT_LABEL)
			note_use(work, &work->doc->known->site->learnt[i]);
}
