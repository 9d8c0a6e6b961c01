/* table_rows.c - the rows under a table's heading.
 *
 * Numbers go to the column whose heading they stand under, text to the column that
 * begins where it begins. A row belongs to the table when it has an amount in the
 * column of amounts; rows with text alone continue the line above when that had no room
 * for their first word; rows that a total's label names are no lines. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* How far a number stands from a heading: the best of left, right and middle. */
static int32_t distance(struct box heading, struct box box)
{
	int32_t left = abs(heading.x - box.x);
	int32_t right = abs(box_right(heading) - box_right(box));
	int32_t middle = abs(heading.x * 2 + heading.w - box.x * 2 - box.w) / 2;
	int32_t least = left < right ? left : right;
	least = middle < least ? middle : least;
	return box_share_x(heading, box) > 0.5 ? least / 2 : least;
}

static bool column_takes(const struct column *column, const struct candidate *c)
{
	if (!column->field)
		return true;
	switch ((int)column->field->kind) {
	case KIND_AMOUNT:
		return c->kind == KIND_AMOUNT && c->decimals != 1;
	case KIND_QUANTITY:
		return c->kind == KIND_AMOUNT;
	case KIND_PERCENT:
		return c->kind == KIND_PERCENT ||
		       (c->kind == KIND_AMOUNT &&
			decimal_cmp(c->number, (struct decimal){100, 0}) < 0);
	default:
		return false;
	}
}

/* A percentage belongs under a heading of rates wherever that stands next to. */
static const struct column *column_for(const struct table *table,
				       const struct candidate *c, int32_t em)
{
	const struct column *best = NULL;
	int32_t least = em * 7;
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct column *column = &table->columns[i];
		int32_t away = distance(column->box, c->box);
		if (!column_takes(column, c))
			continue;
		if (c->kind == KIND_PERCENT && column->field &&
		    column->field->kind == KIND_PERCENT)
			away /= 2;
		if (away < least) {
			least = away;
			best = column;
		}
	}
	return best;
}

static void read_numbers(const struct work *work, const struct table *table,
			 struct item *item)
{
	int32_t em = work->layout.sheets[item->sheet].em;
	int32_t away[COLUMNS_MAX];
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->span.sheet != item->sheet || c->span.row != item->row ||
		    (c->kind != KIND_AMOUNT && c->kind != KIND_PERCENT))
			continue;
		const struct column *column = column_for(table, c, em);
		if (!column)
			continue;
		size_t at = (size_t)(column - table->columns);
		int32_t d = distance(column->box, c->box);
		if (item->number[at] && away[at] <= d)
			continue;
		item->number[at] = c;
		away[at] = d;
	}
}

static bool is_text(enum kind kind)
{
	return kind == KIND_TEXT || kind == KIND_UNIT || kind == KIND_IDENTIFIER ||
	       kind == KIND_PROCEDURE || kind == KIND_CODE || kind == KIND_DATE;
}

/* A number of a column further left, set so far right that it stands over the text. */
static bool number_left_of(const struct item *item, uint32_t row_no, size_t at,
			   const struct token *token)
{
	for (size_t c = 0; c < at; c++)
		if (item->number[c] && item->number[c]->span.row == row_no &&
		    item->number[c]->span.from < token->to &&
		    item->number[c]->span.to > token->from)
			return true;
	return false;
}

/* The part of a row that stands in a text column: from its left edge to the next
 * column's print, whole words. */
static struct span text_in(const struct work *work, const struct table *table,
			   const struct item *item, uint32_t row_no, size_t at)
{
	const struct row *row = &work->layout.sheets[item->sheet].rows[row_no];
	const struct column *column = &table->columns[at];
	int32_t em = work->layout.sheets[item->sheet].em;
	int32_t left = column->box.x - em, right = INT32_MAX;
	struct span span = {item->sheet, row_no, 0, 0};
	/* text may begin left of a centred heading, where no other column is */
	if (at > 0)
		left = (box_right(table->columns[at - 1].box) + column->box.x) / 2 <
				       left
			       ? (box_right(table->columns[at - 1].box) +
				  column->box.x) /
					 2
			       : left;
	else
		left = 0;
	if (at + 1 < table->n_columns)
		right = table->columns[at + 1].box.x - em / 2;
	for (size_t c = 0; c < table->n_columns; c++)
		if (item->number[c] && c > at && item->number[c]->span.row == row_no &&
		    item->number[c]->box.x < right)
			right = item->number[c]->box.x;
	for (size_t i = 0; i < row->n_tokens; i++) {
		const struct token *token = &row->tokens[i];
		struct box box = token->word->box;
		if (box.x < left || box.x + box.w / 2 >= right ||
		    number_left_of(item, row_no, at, token))
			continue;
		if (span.to == 0 || span.to <= span.from)
			span.from = token->from;
		span.to = token->to;
	}
	return span;
}

static void read_texts(const struct work *work, const struct table *table,
		       struct item *item)
{
	for (size_t c = 0; c < table->n_columns; c++)
		if (table->columns[c].field && is_text(table->columns[c].field->kind))
			item->text[c] = text_in(work, table, item, item->row, c);
}

/* "zzgl. 19 % MwSt.": before the label of a tax stands its rate. */
static bool rate_before(const struct row *row, uint32_t from, uint32_t to)
{
	return to - from <= 12 && memchr(row->text + from, '%', to - from);
}

/* A total's label on the row: it sums the lines, it is none. */
static bool is_total(const struct work *work, uint32_t sheet, uint32_t row)
{
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		if (mark->span.sheet != sheet || mark->span.row != row ||
		    mark->field->line || mark->field->kind != KIND_AMOUNT ||
		    !mark->field->role || mark->label->weight < 0.4F)
			continue;
		const struct row *at = &work->layout.sheets[sheet].rows[row];
		const struct cell *cell = row_cell(at, mark->span.from);
		if (cell && (cell->from == mark->span.from ||
			     (cell == at->cells &&
			      rate_before(at, cell->from, mark->span.from))))
			return true;
	}
	return false;
}

static size_t amount_column(const struct table *table)
{
	const struct column *column = table_column(table, KIND_AMOUNT, "amount");
	if (!column)
		column = table_column(table, KIND_AMOUNT, NULL);
	return (size_t)(column - table->columns);
}

static size_t text_column(const struct table *table)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].field &&
		    table->columns[i].field->kind == KIND_TEXT)
			return i;
	return table->n_columns;
}

/* How far to the right the column's text goes in the rows of the table: where its edge
 * is in truth. */
static int32_t widest_text(const struct work *work, const struct table *table,
			   uint32_t sheet_no, size_t column, int32_t edge)
{
	const struct sheet *sheet = &work->layout.sheets[sheet_no];
	uint32_t r = sheet_no == table->sheet ? table->last_row + 1 : 0;
	int32_t widest = 0;
	for (; r < sheet->n_rows && !is_total(work, sheet_no, r); r++) {
		struct item probe = {.sheet = sheet_no, .row = r};
		struct span span = text_in(work, table, &probe, r, column);
		if (span.to <= span.from)
			continue;
		int32_t right = box_right(span_box(&work->layout, span));
		if (right < edge && right > widest)
			widest = right;
	}
	return widest;
}

/* "Oak table, solid," or "... und": more must follow; as must it before "geölt". */
static bool runs_on(const struct work *work, struct span above, struct span next)
{
	const char *before = span_raw(&work->layout, work->arena, above);
	const char *after = span_raw(&work->layout, work->arena, next);
	size_t len = strlen(before);
	return len > 0 &&
	       (strchr(",-/&+(", before[len - 1]) || strchr("&/+)", *after) ||
		(*after >= 'a' && *after <= 'z' && after[1] >= 'a'));
}

/* Remarks are set smaller. The text layer knows type sizes, OCR only guesses them. */
static bool smaller(const struct work *work, struct box above, struct box next,
		    uint32_t sheet)
{
	return work->layout.sheets[sheet].page->source == SOURCE_TEXT &&
	       next.h * 100 < above.h * 92;
}

/* The next line of a wrapped description: the line above had no room for its first
 * word, or its sentence goes on. */
static bool wraps(const struct work *work, const struct table *table,
		  const struct item *item, struct span above, struct span next,
		  size_t column)
{
	const struct sheet *sheet = &work->layout.sheets[item->sheet];
	struct box a = span_box(&work->layout, above),
		   b = span_box(&work->layout, next);
	if (next.to <= next.from || b.y - box_bottom(a) > sheet->em ||
	    abs(a.x - b.x) > sheet->em || smaller(work, a, b, item->sheet))
		return false;
	if (runs_on(work, above, next))
		return true;
	int32_t edge = column + 1 < table->n_columns ? table->columns[column + 1].box.x
						     : sheet->page->width;
	const struct row *row = &sheet->rows[next.row];
	int32_t word = b.w;
	for (size_t i = 0; i < row->n_tokens; i++)
		if (row->tokens[i].from == next.from)
			word = row->tokens[i].word->box.w;
	return box_right(a) + word + sheet->em / 3 >
	       widest_text(work, table, item->sheet, column, edge);
}

/* "Artikelbezeichnung" in the second line of a heading whose numbers stand in the
 * first. */
static bool heads_below(const struct table *table, size_t column)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].field && i != column &&
		    table->columns[i].head_row >= table->columns[column].head_row)
			return false;
	return true;
}

/* "Verpackung: Flasche": a remark, not the rest of a name. */
static bool remark(const struct work *work, struct span span)
{
	const char *text = span_row(&work->layout, span)->text;
	const char *colon = memchr(text + span.from, ':', span.to - span.from);
	return colon && colon + 1 < text + span.to && text[span.from] != '(';
}

static void read_more(const struct work *work, const struct table *table,
		      struct item *item)
{
	const struct sheet *sheet = &work->layout.sheets[item->sheet];
	size_t column = text_column(table);
	if (column == table->n_columns)
		return;
	struct span above = item->text[column];
	/* Two-line headings: the description may stand under the numbers. */
	if (heads_below(table, column) || above.to <= above.from) {
		struct span below = {0};
		if (item->row + 1 < sheet->n_rows)
			below = text_in(work, table, item, item->row + 1, column);
		if (below.to > below.from &&
		    sheet->rows[item->row + 1].box.y -
				    box_bottom(sheet->rows[item->row].box) <
			    sheet->em)
			item->text[column] = above = below;
	}
	if (above.to <= above.from)
		return;
	for (uint32_t r = above.row + 1; r < sheet->n_rows && item->n_more < 4; r++) {
		struct item probe = {.sheet = item->sheet, .row = r};
		struct span next = text_in(work, table, &probe, r, column);
		read_numbers(work, table, &probe);
		if (probe.number[amount_column(table)] ||
		    is_total(work, item->sheet, r) || remark(work, next) ||
		    !wraps(work, table, item, above, next, column))
			return;
		item->more[item->n_more++] = above = next;
	}
}

/* The amount may be set half a line up or down from the other numbers. */
static void borrow_amount(const struct work *work, const struct table *table,
			  struct item *item)
{
	const struct sheet *sheet = &work->layout.sheets[item->sheet];
	size_t amount = amount_column(table), others = 0;
	for (size_t i = 0; i < table->n_columns; i++)
		others += item->number[i] != NULL;
	if (item->number[amount] || others < 2)
		return;
	for (uint32_t r = item->row ? item->row - 1 : 0;
	     r <= item->row + 1 && r < sheet->n_rows; r++) {
		struct item near = {.sheet = item->sheet, .row = r};
		int32_t away = abs(sheet->rows[r].box.y - sheet->rows[item->row].box.y);
		if (r == item->row || away > sheet->em * 3 / 2)
			continue;
		read_numbers(work, table, &near);
		size_t n = 0;
		for (size_t i = 0; i < table->n_columns; i++)
			n += near.number[i] && near.number[i]->money;
		if (near.number[amount] && n == 1)
			item->number[amount] = near.number[amount];
	}
}

/* Numbers of the row beside its amount. */
static size_t other_numbers(const struct table *table, const struct item *item)
{
	size_t amount = amount_column(table), n = 0;
	for (size_t i = 0; i < table->n_columns; i++)
		n += i != amount && item->number[i] != NULL;
	return n;
}

/* "Carriage 12.50" below "Subtotal": of what makes the total of the sum, not of the
 * lines, which show how they are reckoned. */
static bool below_the_sum(const struct table *table, const struct items *items,
			  const struct item *item)
{
	return items->n > 0 && other_numbers(table, item) == 0 &&
	       other_numbers(table, &items->list[items->n - 1]) > 0;
}

static bool is_item(const struct table *table, const struct item *item)
{
	size_t amount = amount_column(table), text = text_column(table);
	size_t others = other_numbers(table, item);
	if (!item->number[amount])
		return false;
	bool described =
		text < table->n_columns && item->text[text].to > item->text[text].from;
	return item->number[amount]->money || others ? described || others > 0 : false;
}

void table_read(const struct work *work, const struct table *table, struct items *out)
{
	*out = (struct items){0};
	int idle = 0;
	bool summed = false;
	for (uint32_t s = table->sheet; s < work->layout.n_sheets; s++) {
		const struct sheet *sheet = &work->layout.sheets[s];
		uint32_t r = s == table->sheet ? table->last_row + 1 : 0;
		size_t before = out->n;
		for (; r < sheet->n_rows; r++) {
			struct item item = {.sheet = s, .row = r};
			if (is_total(work, s, r)) {
				idle += out->n > 0 ? 6 : 0;
				summed = out->n > 0;
				continue;
			}
			read_numbers(work, table, &item);
			borrow_amount(work, table, &item);
			read_texts(work, table, &item);
			if (idle > 30 || !is_item(table, &item) ||
			    (summed && below_the_sum(table, out, &item)) ||
			    (!item.number[amount_column(table)]->money &&
			     table_heading_again(work, table, s, r))) {
				idle++;
				continue;
			}
			read_more(work, table, &item);
			*arena_push(work->arena, out->list, out->n, out->cap) = item;
			idle = 0;
			summed = false;
		}
		if (out->n == before && s > table->sheet)
			return;
	}
}
