/* option_text.c - what a label points at, for kinds that have no shape of their own:
 * identifiers, tax numbers, codes, plain text.
 *
 * The value is what follows the label in its cell, else what stands in the next cell,
 * else what stands below. Of a stretch of print an identifier is the one word with a
 * digit in it; an amount, a date or a percentage is none. */
#include "extract.h"

#include <string.h>

#include "text.h"

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

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
		while (at < end && (ordinal_sign(text + at) || !alnum(text[at]))) {
			at += ordinal_sign(text + at);
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

static bool has_letters(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (alnum(s[i]))
			return true;
	return false;
}

/* "Nuniber: 100": a word that only a misread label leaves before its number. */
static uint32_t skip_misread(const char *text, uint32_t at, uint32_t end)
{
	uint32_t stop = at;
	while (stop < end && text[stop] >= 'a' && text[stop] <= 'z')
		stop++;
	if (stop - at < 4 || stop + 1 >= end || text[stop] != ':' ||
	    text[stop + 1] != ' ' || !has_digit(text + stop, end - stop))
		return at;
	return stop + 2;
}

/* " / 1": the part of a bill behind its number. */
static bool part_of_number(const char *text, uint32_t word, uint32_t stop, uint32_t end)
{
	return text[word] == '/' && stop == word + 1 && stop + 1 < end &&
	       has_digit(text + stop + 1, 1) &&
	       (stop + 2 == end || !alnum(text[stop + 2]));
}

/* The part of a stretch that can be an identifier: one word with a digit in it; numbers
 * of authorities may be written in groups. */
static struct span identifier_in(const struct work *work, struct span span, bool groups)
{
	const char *text = span_row(&work->layout, span)->text;
	uint32_t end = span.to;
	span.from = skip_filler(text, span.from, end);
	if (groups)
		span.from = skip_misread(text, span.from, end);
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
			     part_of_number(text, word, stop, end) ||
			     (span.to > 0 && strchr("/-", text[span.to - 1])) ||
			     (groups && stop - word == 2 && stop < end &&
			      has_digit(text + stop, end - stop));
		if (!joins)
			break;
		span.to = stop;
	}
	while (span.to > span.from && !alnum(text[span.to - 1]))
		span.to--;
	bool phone = span.from > 0 && text[span.from - 1] == '+';
	if (phone || !has_digit(text + span.from, span.to - span.from))
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
		    mark_firm(mark))
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
			if (!below_mark(mark, cell->box, sheet->em))
				continue;
			if (cell_has_mark(work, at, cell))
				return;
			propose_text(work, mark, at, REL_BELOW,
				     gap < sheet->em * 3 / 2 ? 0.85F : 0.7F);
			return;
		}
	}
}

void propose_texts(struct work *work, const struct mark *mark)
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
	/* ":" alone between two gaps */
	if (next && next + 1 < row->cells + row->n_cells &&
	    !has_letters(row->text + next->from, next->to - next->from))
		next++;
	/* "Rechnung", "Nr.", "57067": a cell of its own that only says number */
	if (next && next + 1 < row->cells + row->n_cells && next->to - next->from < 6) {
		struct span filler = {at.sheet, at.row, next->from, next->to};
		uint32_t from = skip_filler(row->text, filler.from, filler.to);
		if (!has_digit(row->text + filler.from, filler.to - filler.from) &&
		    strchr("nN#", row->text[filler.from]) && from >= filler.from)
			next++;
	}
	if (next) {
		at = (struct span){at.sheet, at.row, next->from, next->to};
		if (!cell_has_mark(work, at, next))
			propose_text(work, mark, at, REL_RIGHT, 0.95F);
	}
	propose_below(work, mark);
}
