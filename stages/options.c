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

void option_add(struct work *work, struct option option)
{
	struct options *options = &work->options[field_index(work, option.field)];
	*arena_push(work->arena, options->list, options->n, options->cap) = option;
}

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
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
static bool firm(const struct mark *mark)
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
		    s.to <= to && firm(&work->marks[i]))
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

static bool below_in_column(const struct mark *mark, struct box box, int32_t em)
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
		    other->span.row > c->span.row ||
		    !below_in_column(mark, other->box, em))
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
	    c->box.y < box_bottom(mark->box) - em / 2 ||
	    !below_in_column(mark, c->box, em))
		return 0;
	int n = chain_between(work, mark, c, &gap);
	if (gap > em * 14 || (n > 0 && gap > em * 5))
		return 0;
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *other = &work->marks[i];
		if (other->span.sheet == mark->span.sheet &&
		    other->span.row > mark->span.row &&
		    other->span.row <= c->span.row && firm(other) &&
		    below_in_column(other, c->box, em))
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
		return c->decimals == 2	 ? 1
		       : c->money	 ? 0.85F
		       : c->decimals > 2 ? 0.3F
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
		option_add(work, (struct option){.field = mark->field,
						 .span = c->span,
						 .box = c->box,
						 .raw = c->raw,
						 .value = c->value,
						 .confidence = c->confidence,
						 .score = score,
						 .relation = relation,
						 .candidate = c,
						 .mark = mark,
						 .number = c->number});
	}
}

/* --- text that a label points at --- */

/* Where the text that starts at `from` ends: at the cell's end or the next label. */
static uint32_t text_end(const struct work *work, struct span from)
{
	const struct row *row = span_row(&work->layout, from);
	const struct cell *cell = row_cell(row, from.from);
	uint32_t end = cell ? cell->to : from.from;
	for (size_t i = 0; i < work->n_marks; i++) {
		struct span s = work->marks[i].span;
		if (s.sheet == from.sheet && s.row == from.row && s.from > from.from &&
		    s.from < end && !work->marks[i].label->value)
			end = s.from;
	}
	return end;
}

/* "n°123", "nr.123": the sign before a number in the same word. */
static uint32_t numero(const char *text, uint32_t len)
{
	static const char *const signs[] = {"n\u00b0", "n\u00ba", "no.", "nr.", "n."};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		uint32_t n = (uint32_t)strlen(signs[i]);
		if (n < len && text_starts(text, signs[i]))
			return n + (text[n] == ' ');
	}
	return 0;
}

/* "no.", "number", ":" between a label and its value. */
static uint32_t skip_filler(const char *text, uint32_t at, uint32_t end)
{
	static const char *const fillers[] = {"no",	"nr",	  "n",	    "num",
					      "number", "nummer", "numero", "numer",
					      "id",	"is",	  "reg"};
	for (;;) {
		while (at < end && !alnum(text[at])) {
			const char *shut =
				text[at] == '(' ? strchr(text + at, ')') : NULL;
			at = shut && shut < text + end ? (uint32_t)(shut - text)
						       : at + 1;
		}
		at += numero(text + at, end - at);
		uint32_t stop = at;
		while (stop < end && alnum(text[stop]))
			stop++;
		bool filler = false;
		for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
			filler = filler ||
				 (strlen(fillers[i]) == stop - at &&
				  strncmp(fillers[i], text + at, stop - at) == 0);
		/* n° keeps its sign as a letter in some fonts */
		if (!filler || stop >= end)
			return at;
		at = stop;
	}
}

static bool has_digit(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] >= '0' && s[i] <= '9')
			return true;
	return false;
}

/* The part of a stretch that can be an identifier: one word with a digit in it; numbers
 * of authorities may be written in groups. */
static struct span identifier_in(const struct work *work, struct span span, bool groups)
{
	const char *text = span_row(&work->layout, span)->text;
	uint32_t end = span.to;
	span.from = skip_filler(text, span.from, end);
	span.to = span.from;
	while (span.to < end) {
		uint32_t word = span.to;
		while (word < end && (text[word] == ' '))
			word++;
		uint32_t stop = word;
		while (stop < end && text[stop] != ' ' && text[stop] != '\t')
			stop++;
		bool joins = span.to == span.from ||
			     (groups && has_digit(text + word, stop - word)) ||
			     (strchr("/-", text[word]) && stop - word > 1) ||
			     (span.to > 0 && strchr("/-", text[span.to - 1])) ||
			     (groups && stop - word == 2 && stop < end &&
			      has_digit(text + stop, end - stop));
		if (!joins)
			break;
		span.to = stop;
	}
	while (span.to > span.from && !alnum(text[span.to - 1]))
		span.to--;
	if (!has_digit(text + span.from, span.to - span.from))
		span.to = span.from;
	return span;
}

/* An amount, a date or a share is not an identifier. */
static bool is_other_value(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (!span_overlaps(c->span, span))
			continue;
		bool whole = c->span.from <= span.from && c->span.to >= span.to;
		if (whole && (c->kind == KIND_DATE || c->kind == KIND_TIME ||
			      c->kind == KIND_PERCENT || c->kind == KIND_IBAN ||
			      (c->kind == KIND_AMOUNT && c->money)))
			return true;
	}
	return false;
}

static struct span value_in(const struct work *work, const struct fieldtype *field,
			    struct span span)
{
	const char *text = span_row(&work->layout, span)->text;
	if (field->kind == KIND_IDENTIFIER || field->kind == KIND_TAX_NUMBER ||
	    field->kind == KIND_BIC || field->kind == KIND_IBAN ||
	    field->kind == KIND_VAT_ID) {
		span = identifier_in(work, span, field->kind != KIND_IDENTIFIER);
		if (span.to > span.from && is_other_value(work, span))
			span.to = span.from;
		return span;
	}
	while (span.from < span.to && strchr(" :.#\t", text[span.from]))
		span.from++;
	while (span.to > span.from && strchr(" :,\t", text[span.to - 1]))
		span.to--;
	return span;
}

static void propose_text(struct work *work, const struct mark *mark, struct span where,
			 enum relation relation, float score)
{
	struct span span = value_in(work, mark->field, where);
	if (span.to <= span.from)
		return;
	char *raw = span_raw(&work->layout, work->arena, span);
	const char *value = value_canonical(work->arena, mark->field->kind, raw,
					    work->locale.day_first, work->locale.mark);
	float weight = mark->label->weight > 1 ? 1 : mark->label->weight;
	if (!value)
		return;
	for (int m = 0; m < mark->misread; m++)
		score *= 0.9F;
	if (mark->field->kind == KIND_IDENTIFIER && span.to - span.from < 3)
		score *= 0.9F;
	option_add(work,
		   (struct option){.field = mark->field,
				   .span = span,
				   .box = span_box(&work->layout, span),
				   .raw = raw,
				   .value = value,
				   .confidence = span_confidence(&work->layout, span),
				   .score = score * weight,
				   .relation = relation,
				   .mark = mark});
}

/* Whether a label of some field begins in this cell. */
static bool cell_has_mark(const struct work *work, struct span at,
			  const struct cell *cell)
{
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		if (mark->span.sheet == at.sheet && mark->span.row == at.row &&
		    mark->span.from >= cell->from && mark->span.to <= cell->to &&
		    firm(mark))
			return true;
	}
	return false;
}

static void propose_below(struct work *work, const struct mark *mark)
{
	const struct sheet *sheet = &work->layout.sheets[mark->span.sheet];
	for (uint32_t r = mark->span.row + 1;
	     r < sheet->n_rows && r < mark->span.row + 4; r++) {
		const struct row *row = &sheet->rows[r];
		int32_t gap = row->box.y - box_bottom(mark->box);
		if (gap > sheet->em * 3)
			return;
		for (size_t i = 0; i < row->n_cells; i++) {
			const struct cell *cell = &row->cells[i];
			struct span at = {mark->span.sheet, r, cell->from, cell->to};
			if (!below_in_column(mark, cell->box, sheet->em))
				continue;
			if (cell_has_mark(work, at, cell))
				return;
			propose_text(work, mark, at, REL_BELOW,
				     gap < sheet->em * 3 / 2 ? 0.85F : 0.7F);
			return;
		}
	}
}

static void propose_texts(struct work *work, const struct mark *mark)
{
	const struct row *row = span_row(&work->layout, mark->span);
	const struct cell *own = row_cell(row, mark->span.from);
	struct span at = mark->span;
	at.from = mark->span.to;
	at.to = text_end(work, (struct span){at.sheet, at.row, mark->span.to, 0});
	struct span rest = value_in(work, mark->field, at);
	if (own && mark->span.to < own->to && at.to > at.from && rest.to > rest.from) {
		propose_text(work, mark, at, REL_BESIDE, 1);
		return;
	}
	const struct cell *next =
		own && own + 1 < row->cells + row->n_cells ? own + 1 : NULL;
	if (next) {
		at = (struct span){at.sheet, at.row, next->from, next->to};
		if (!cell_has_mark(work, at, next))
			propose_text(work, mark, at, REL_RIGHT, 0.95F);
	}
	propose_below(work, mark);
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

static int compare_options(const void *a, const void *b)
{
	const struct option *x = a, *y = b;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->span.sheet != y->span.sheet)
		return x->span.sheet < y->span.sheet ? -1 : 1;
	return (x->span.row > y->span.row) - (x->span.row < y->span.row);
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
	for (size_t i = 0; i < work->type->n_fields; i++) {
		struct options *options = &work->options[i];
		if (options->n)
			qsort(options->list, options->n, sizeof *options->list,
			      compare_options);
	}
}
