/* options.c - what might be the value of a field: print of the right shape beside,
 * right of or below the field's label.
 *
 * An option's score says how well label, place and shape fit, 0 to 1. Kinds that are
 * known by their shape (dates, amounts, IBANs...) take candidates; the others take the
 * text that the label points at. Names and addresses of parties with a role are read by
 * parties.c. */
#include "extract.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

size_t field_index(const struct work *work, const struct fieldtype *field)
{
	return (size_t)(field - work->type->fields);
}

const struct fieldtype *field_by_role(const struct work *work, enum kind kind,
				      const char *role)
{
	for (size_t i = 0; i < work->type->n_fields; i++) {
		const struct fieldtype *field = &work->type->fields[i];
		if (!field->line && field->kind == kind && field->role &&
		    strcmp(field->role, role) == 0)
			return field;
	}
	return NULL;
}

struct option option_of(const struct fieldtype *field, const struct candidate *c,
			float score, enum relation relation)
{
	return (struct option){.field = field,
			       .span = c->span,
			       .box = c->box,
			       .raw = c->raw,
			       .value = c->value,
			       .confidence = c->confidence,
			       .score = score,
			       .relation = relation,
			       .candidate = c,
			       .number = c->number};
}

void option_add(struct work *work, struct option option)
{
	struct options *options = &work->options[field_index(work, option.field)];
	*arena_push(work->arena, options->list, options->n, options->cap) = option;
}

void option_insert(struct work *work, struct option option)
{
	struct options *options = &work->options[field_index(work, option.field)];
	size_t at = options->n;
	option_add(work, option);
	for (; at > 0 && options->list[at - 1].score < option.score; at--)
		options->list[at] = options->list[at - 1];
	options->list[at] = option;
}

/* --- candidates --- */

static bool kind_takes(enum kind field, enum kind candidate)
{
	if (field == KIND_QUANTITY)
		return candidate == KIND_AMOUNT;
	if (field == KIND_TAX_NUMBER)
		return candidate == KIND_VAT_ID;
	return field == candidate;
}

static bool shaped_kind(enum kind kind)
{
	switch ((int)kind) {
	case KIND_DATE:
	case KIND_TIME:
	case KIND_AMOUNT:
	case KIND_QUANTITY:
	case KIND_PERCENT:
	case KIND_IBAN:
	case KIND_BIC:
	case KIND_VAT_ID:
	case KIND_EMAIL:
		return true;
	default:
		return false;
	}
}

/* Faint labels ("vom", "#") do not take print away from others. */
bool mark_firm(const struct mark *mark)
{
	return !mark->label->value && (mark->label->weight > 0.5F || mark->negative);
}

/* Labels between two places of a row, and candidates of the kind. */
static int marks_between(const struct work *work, struct span from, uint32_t to)
{
	int n = 0;
	for (size_t i = 0; i < work->n_marks; i++) {
		struct span s = work->marks[i].span;
		if (s.sheet == from.sheet && s.row == from.row && s.from >= from.to &&
		    s.to <= to && mark_firm(&work->marks[i]))
			n++;
	}
	return n;
}

static int values_between(const struct work *work, struct span from, uint32_t to,
			  enum kind kind)
{
	int n = 0;
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->span.sheet == from.sheet && c->span.row == from.row &&
		    c->span.from >= from.to && c->span.to <= to && c->kind == kind)
			n++;
	}
	return n;
}

/* Words of running text between label and value ("Rechnung gemaess Bestellung vom"). */
static int words_between(const struct row *row, uint32_t from, uint32_t to)
{
	int n = 0;
	for (size_t i = 0; i < row->n_runs; i++)
		if (row->runs[i].from >= from && row->runs[i].to <= to)
			n++;
	return n;
}

/* On the label's own row, to its right. 0: not at all. */
static float score_right(const struct work *work, const struct mark *mark,
			 const struct candidate *c, enum relation *relation)
{
	const struct row *row = span_row(&work->layout, mark->span);
	if (c->span.from < mark->span.to)
		return 0;
	const struct cell *own = row_cell(row, mark->span.from);
	const struct cell *its = row_cell(row, c->span.from);
	int words = words_between(row, mark->span.to, c->span.from);
	int values = values_between(work, mark->span, c->span.from, c->kind);
	int marks = marks_between(work, mark->span, c->span.from);
	float score = 1;
	*relation = own == its ? REL_BESIDE : its == own + 1 ? REL_RIGHT : REL_FAR;
	if (marks)
		score *= 0.5F;
	if (values)
		score *= c->kind == KIND_AMOUNT ? 0.9F : 0.6F;
	/* Percentages and bases may stand between a label and its amount. */
	for (int i = values; i < words && i < 8; i++)
		score *= *relation == REL_BESIDE ? 0.88F : 0.95F;
	return score;
}

bool below_mark(const struct mark *mark, struct box box, int32_t em)
{
	int32_t left = abs(box.x - mark->box.x);
	int32_t right = abs(box_right(box) - box_right(mark->box));
	if (box_share_x(mark->box, box) > 0.5)
		return true;
	return left < em || right < em;
}

/* How many values of the kind stand in the column between label and candidate, and the
 * widest gap on the way down: a column of numbers under its head may be long. */
static int chain_between(const struct work *work, const struct mark *mark,
			 const struct candidate *c, int32_t *widest)
{
	int32_t em = work->layout.sheets[mark->span.sheet].em;
	int32_t bottom = box_bottom(mark->box);
	int n = 0;
	*widest = 0;
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *other = &work->candidates[i];
		if (other->kind != c->kind || other->span.sheet != mark->span.sheet ||
		    other->span.row <= mark->span.row ||
		    other->span.row > c->span.row || !below_mark(mark, other->box, em))
			continue;
		int32_t gap = other->box.y - bottom;
		*widest = gap > *widest ? gap : *widest;
		bottom = box_bottom(other->box) > bottom ? box_bottom(other->box)
							 : bottom;
		n += other->span.row < c->span.row;
	}
	return n;
}

/* Under the label; another label in between takes what is below it. */
static float score_below(const struct work *work, const struct mark *mark,
			 const struct candidate *c)
{
	int32_t em = work->layout.sheets[mark->span.sheet].em, gap;
	if (c->span.row <= mark->span.row ||
	    c->box.y < box_bottom(mark->box) - em / 2 || !below_mark(mark, c->box, em))
		return 0;
	int n = chain_between(work, mark, c, &gap);
	if (gap > em * 14 || (n > 0 && gap > em * 5))
		return 0;
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *other = &work->marks[i];
		if (other->span.sheet == mark->span.sheet &&
		    other->span.row > mark->span.row &&
		    other->span.row <= c->span.row && mark_firm(other) &&
		    below_mark(other, c->box, em))
			return 0;
	}
	float score = gap < em * 2 ? 0.85F : gap < em * 4 ? 0.65F : 0.4F;
	for (int i = 0; i < n; i++)
		score *= c->kind == KIND_AMOUNT ? 0.96F : 0.6F;
	/* A number with a label of its own on its row is that label's. */
	struct span start = {c->span.sheet, c->span.row, 0, 0};
	if (marks_between(work, start, c->span.from))
		score *= 0.6F;
	return score;
}

/* Right of the label but half a line up or down, where print was set in two lines. */
static float score_shifted(const struct work *work, const struct mark *mark,
			   const struct candidate *c)
{
	int32_t em = work->layout.sheets[mark->span.sheet].em;
	int32_t away = (c->box.y * 2 + c->box.h - mark->box.y * 2 - mark->box.h) / 2;
	struct span start = {c->span.sheet, c->span.row, 0, 0};
	struct span own = {mark->span.sheet, mark->span.row, mark->span.to,
			   mark->span.to};
	if (c->box.x < box_right(mark->box) || abs(away) > em + em / 2 ||
	    values_between(work, own, UINT32_MAX, c->kind) ||
	    marks_between(work, start, c->span.from))
		return 0;
	return 0.6F;
}

static float shape_score(const struct fieldtype *field, const struct candidate *c)
{
	if (field->kind == KIND_AMOUNT)
		return c->worn		  ? 0.9F
		       : c->decimals == 2 ? 1
		       : c->money	  ? 0.85F
		       : c->decimals > 2  ? 0.3F
					  : 0.35F;
	if (field->kind == KIND_DATE && c->ambiguous)
		return 0.97F;
	return 1;
}

/* "vom" is a faint label, but not in "Rechnung Nr. 4711 vom 13.06.2018". */
static float label_weight(const struct work *work, const struct mark *mark)
{
	float weight = mark->label->weight > 1 ? 1 : mark->label->weight;
	if (weight > 0.5F || !mark->field->role ||
	    strcmp(mark->field->role, "issue") != 0)
		return weight;
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *other = &work->marks[i];
		if (other->span.sheet == mark->span.sheet &&
		    other->span.row == mark->span.row &&
		    other->span.from < mark->span.from && other->field->role &&
		    strcmp(other->field->role, "number") == 0 &&
		    other->label->weight >= 0.6F)
			return 0.9F;
	}
	return weight;
}

static void propose_candidates(struct work *work, const struct mark *mark)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->span.sheet != mark->span.sheet ||
		    !kind_takes(mark->field->kind, c->kind))
			continue;
		enum relation relation = REL_BELOW;
		float score = c->span.row == mark->span.row
				      ? score_right(work, mark, c, &relation)
				      : score_below(work, mark, c);
		if (score <= 0 && c->span.row != mark->span.row)
			score = score_shifted(work, mark, c);
		score *= label_weight(work, mark) * shape_score(mark->field, c);
		for (int m = 0; m < mark->misread; m++)
			score *= 0.9F;
		if (score < 0.15F)
			continue;
		struct option option = option_of(mark->field, c, score, relation);
		option.mark = mark;
		option_add(work, option);
	}
}

/* --- words that are the value --- */

/* "Gutschrift" in the title says 381 by itself. Large type and a high place help. */
static void propose_code(struct work *work, const struct mark *mark)
{
	const struct sheet *sheet = &work->layout.sheets[mark->span.sheet];
	const struct row *row = span_row(&work->layout, mark->span);
	float score = mark->label->weight > 1 ? 1 : mark->label->weight;
	bool high = mark->box.y * 3 < sheet->page->height;
	bool large = row->em * 5 > sheet->em * 6;
	const struct cell *cell = row_cell(row, mark->span.from);
	bool leads = cell && cell->from == mark->span.from;
	if (mark->span.sheet > 0)
		score *= 0.6F;
	score *= large ? 1 : high && leads ? 0.95F : high ? 0.7F : leads ? 0.5F : 0.3F;
	option_add(work,
		   (struct option){
			   .field = mark->field,
			   .span = mark->span,
			   .box = mark->box,
			   .raw = span_raw(&work->layout, work->arena, mark->span),
			   .value = mark->label->value,
			   .confidence = span_confidence(&work->layout, mark->span),
			   .score = score,
			   .relation = REL_PLACE,
			   .mark = mark});
}

static bool party_field(const struct fieldtype *field)
{
	return field->role &&
	       (field->kind == KIND_PARTY || field->kind == KIND_ADDRESS);
}

/* Where the supplier's own words for a field stand, other labels count less. */
static void prefer_learnt(struct options *options)
{
	bool any = false;
	for (size_t i = 0; i < options->n; i++)
		any = any || (options->list[i].mark && options->list[i].mark->learnt &&
			      options->list[i].score >= 0.5F);
	for (size_t i = 0; any && i < options->n; i++)
		if (!options->list[i].mark || !options->list[i].mark->learnt)
			options->list[i].score *= 0.85F;
}

static int compare_options(const void *a, const void *b)
{
	const struct option *x = a, *y = b;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->span.sheet != y->span.sheet)
		return x->span.sheet < y->span.sheet ? -1 : 1;
	if (x->span.row != y->span.row)
		return x->span.row < y->span.row ? -1 : 1;
	return (x->span.from > y->span.from) - (x->span.from < y->span.from);
}

void options_sort(struct options *options)
{
	if (options->n)
		qsort(options->list, options->n, sizeof *options->list,
		      compare_options);
}

void find_options(struct work *work)
{
	work->options = arena_alloc_n(work->arena, work->type->n_fields + 1,
				      sizeof *work->options);
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		if (mark->negative || mark->field->line || party_field(mark->field))
			continue;
		work->options[field_index(work, mark->field)].marked = true;
		if (mark->label->value)
			propose_code(work, mark);
		else if (shaped_kind(mark->field->kind))
			propose_candidates(work, mark);
		if (!mark->label->value &&
		    (!shaped_kind(mark->field->kind) || mark->field->kind == KIND_BIC ||
		     mark->field->kind == KIND_VAT_ID))
			propose_texts(work, mark);
	}
	prefer_till(work);
	offer_doubts(work);
	for (size_t i = 0; i < work->type->n_fields; i++) {
		struct options *options = &work->options[i];
		prefer_learnt(options);
		options_sort(options);
	}
}
