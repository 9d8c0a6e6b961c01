/* table.c - finding a table by its heading.
 *
 * A heading is a row in which labels of several columns stand side by side; headings
 * set in two or three lines are read as one. Columns without a label are kept, because
 * they own the numbers under them. Several rows may read like a heading; which is the
 * table's is decided by what stands under it (lines.c).
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* --- heading --- */

static bool in_table(const struct fieldtype *field, const char *prefix)
{
	return field->line && text_starts(field->path, prefix);
}

static struct column *column_at(struct table *table, struct box box)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (box_share_x(table->columns[i].box, box) > 0.3)
			return &table->columns[i];
	return NULL;
}

/* Of two headings for one field the surer stays; amounts stand furthest to the right.
 */
static bool keeps(const struct column *column, const struct mark *mark, float weight)
{
	if (mark->field->role && strcmp(mark->field->role, "amount") == 0 &&
	    mark->label->weight >= 0.8F && column->weight < weight + 0.5F)
		return column->box.x > mark->box.x;
	return column->weight >= weight;
}

/* Words of one heading: "Descrizione articolo", "Nazwa towaru lub usługi". Only the
 * text of a line has such; numbers have headings that stand as close but are two. */
static bool one_heading(const struct column *column, struct box box, int32_t em)
{
	int32_t gap = box.x > column->box.x ? box.x - box_right(column->box)
					    : column->box.x - box_right(box);
	int32_t lower = box.y * 2 + box.h - column->box.y * 2 - column->box.h;
	return column->field && column->field->kind == KIND_TEXT && gap < em * 3 / 5 &&
	       abs(lower) < em;
}

/* A label takes the place of a shorter or fainter one at the same place. */
static void add_mark(struct table *table, const struct mark *mark)
{
	float weight = mark->label->weight + 0.02F * mark->length;
	struct column *column = column_at(table, mark->box);
	for (size_t i = 0; i < table->n_columns; i++) {
		struct column *other = &table->columns[i];
		if (other->field != mark->field || other == column)
			continue;
		if (!column && one_heading(other, mark->box, mark->box.h)) {
			other->box = box_union(other->box, mark->box);
			return;
		}
		if (keeps(other, mark, weight))
			return;
		other->field = NULL;
		other->weight = 0;
	}
	if (!column && table->n_columns < COLUMNS_MAX) {
		column = &table->columns[table->n_columns++];
		*column = (struct column){.box = mark->box, .head_row = mark->span.row};
	}
	if (!column || column->weight >= weight)
		return;
	column->field = mark->field;
	column->weight = weight;
	column->box = box_union(column->box, mark->box);
	column->head_row = mark->span.row;
}

static void marks_of_row(const struct work *work, const char *prefix, uint32_t sheet,
			 uint32_t row, struct table *table)
{
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		if (mark->span.sheet == sheet && mark->span.row == row &&
		    !mark->negative && in_table(mark->field, prefix))
			add_mark(table, mark);
	}
}

static size_t named_columns(const struct table *table)
{
	size_t n = 0;
	for (size_t i = 0; i < table->n_columns; i++)
		n += table->columns[i].field != NULL;
	return n;
}

static bool has_amount(const struct table *table)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].field &&
		    table->columns[i].field->kind == KIND_AMOUNT)
			return true;
	return false;
}

/* Numbers of money do not stand in a heading. */
static bool has_money(const struct work *work, uint32_t sheet, uint32_t row)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->span.sheet == sheet && c->span.row == row &&
		    c->kind == KIND_AMOUNT && c->money)
			return true;
	}
	return false;
}

static int compare_columns(const void *a, const void *b)
{
	const struct column *x = a, *y = b;
	return (x->box.x > y->box.x) - (x->box.x < y->box.x);
}

/* The text of all cells of the heading that stand over or under a box, from a row on.
 */
static const char *stacked_key(const struct work *work, const struct table *table,
			       uint32_t from, struct box box)
{
	const struct sheet *sheet = &work->layout.sheets[table->sheet];
	struct strbuf text;
	strbuf_init(&text, work->arena);
	for (uint32_t r = from; r <= table->last_row; r++)
		for (size_t i = 0; i < sheet->rows[r].n_cells; i++) {
			const struct cell *cell = &sheet->rows[r].cells[i];
			if (box_share_x(cell->box, box) > 0.3)
				strbuf_add_n(&text, sheet->rows[r].text + cell->from,
					     cell->to - cell->from);
		}
	return label_key(work->arena, text.text);
}

static const struct label *label_spelt(const struct fieldtype *field, const char *key)
{
	for (size_t i = 0; i < field->n_labels; i++)
		if (field->labels[i].weight > 0 &&
		    strcmp(field->labels[i].key, key) == 0)
			return &field->labels[i];
	return NULL;
}

static void add_stacked(const struct work *work, const char *prefix,
			struct table *table, uint32_t row, struct box box)
{
	const char *key = stacked_key(work, table, row, box);
	for (size_t i = 0; i < work->type->n_fields; i++) {
		const struct fieldtype *field = &work->type->fields[i];
		const struct label *label =
			in_table(field, prefix) ? label_spelt(field, key) : NULL;
		if (!label)
			continue;
		struct mark mark = {.span = {table->sheet, row, 0, 0},
				    .box = box,
				    .field = field,
				    .label = label,
				    .length = (uint16_t)strlen(key)};
		add_mark(table, &mark);
	}
}

/* "Positions-" over "betrag": cells stacked in the heading, spelt as one. */
static void stacked_labels(const struct work *work, const char *prefix,
			   struct table *table)
{
	const struct sheet *sheet = &work->layout.sheets[table->sheet];
	for (uint32_t r = table->first_row; r <= table->last_row; r++)
		for (size_t i = 0; i < sheet->rows[r].n_cells; i++)
			add_stacked(work, prefix, table, r,
				    sheet->rows[r].cells[i].box);
}

/* "€" of "Price  €", "%" of "VAT %"; but "#" heads the numbers of the lines. */
static bool mere_sign(const char *word)
{
	return *word != '#' && (strlen(word) < 4 || *word == '(') &&
	       !strpbrk(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "0123456789");
}

/* Such a sign belongs to the heading it stands behind. */
static void widen_left_of(struct table *table, struct box sign, int32_t em)
{
	for (size_t c = 0; c < table->n_columns; c++) {
		struct box *box = &table->columns[c].box;
		int32_t gap = sign.x - box_right(*box);
		if (gap >= 0 && gap < em)
			*box = box_union(*box, sign);
	}
}

/* Headings nobody asked for ("Pos", "Rabatt") still own the numbers under them. */
static void unnamed_columns(const struct work *work, struct table *table)
{
	const struct sheet *sheet = &work->layout.sheets[table->sheet];
	for (uint32_t r = table->first_row; r <= table->last_row; r++) {
		const struct row *row = &sheet->rows[r];
		for (size_t i = 0; i < row->n_tokens; i++) {
			struct box box = row->tokens[i].word->box;
			if (column_at(table, box) || table->n_columns == COLUMNS_MAX)
				continue;
			if (mere_sign(row->tokens[i].word->text)) {
				widen_left_of(table, box, row->em);
				continue;
			}
			struct column *before = NULL;
			for (size_t c = 0; c < table->n_columns; c++) {
				struct column *column = &table->columns[c];
				if ((!column->field &&
				     box.x - box_right(column->box) < row->em * 3 / 5 &&
				     box.x > column->box.x) ||
				    one_heading(column, box, row->em))
					before = column;
			}
			if (before)
				before->box = box_union(before->box, box);
			else
				table->columns[table->n_columns++] =
					(struct column){.box = box, .head_row = r};
		}
	}
}

/* The best few, best first. */
static void keep_best(struct table *out, float *scores, size_t *n,
		      const struct table *table, float score)
{
	size_t at = *n;
	if (at == TABLES_MAX && scores[at - 1] >= score)
		return;
	if (at == TABLES_MAX)
		at--;
	else
		(*n)++;
	for (; at > 0 && scores[at - 1] < score; at--) {
		out[at] = out[at - 1];
		scores[at] = scores[at - 1];
	}
	out[at] = *table;
	scores[at] = score;
}

/* "We invoice as follows:" over the heading: print that covers several of its columns
 * at a stretch belongs to none of them. */
static bool spans_columns(const struct row *row, const struct table *table)
{
	for (size_t i = 0; i < row->n_cells; i++) {
		size_t n = 0;
		for (size_t c = 0; c < table->n_columns; c++)
			n += box_share_x(row->cells[i].box, table->columns[c].box) >
			     0.3;
		if (n >= 2)
			return true;
	}
	return false;
}

/* Headings are one or two words; more in one cell are part of a sentence. */
static bool has_phrase(const struct row *row)
{
	for (size_t i = 0; i < row->n_cells; i++)
		if (row->cells[i].last - row->cells[i].first > 2)
			return true;
	return false;
}

/* Lines of a heading stand close; one row of two named columns is its anchor. */
static void try_heading(const struct work *work, const char *prefix, uint32_t sheet_no,
			uint32_t row, struct table *out, float *scores, size_t *n)
{
	const struct sheet *sheet = &work->layout.sheets[sheet_no];
	struct table table = {.sheet = sheet_no, .first_row = row, .last_row = row};
	marks_of_row(work, prefix, sheet_no, row, &table);
	if (named_columns(&table) < 2 || has_money(work, sheet_no, row))
		return;
	int32_t near = sheet->em * 9 / 10;
	while (table.first_row > 0 && row - table.first_row < 3) {
		uint32_t up = table.first_row - 1;
		int32_t gap = sheet->rows[table.first_row].box.y -
			      box_bottom(sheet->rows[up].box);
		if (gap > near || has_money(work, sheet_no, up) ||
		    sheet->rows[up].n_tokens > 10 ||
		    spans_columns(&sheet->rows[up], &table))
			break;
		struct table higher = table;
		higher.first_row = up;
		marks_of_row(work, prefix, sheet_no, up, &higher);
		if (named_columns(&higher) <= named_columns(&table) &&
		    has_phrase(&sheet->rows[up]))
			break;
		table = higher;
	}
	while (table.last_row + 1 < sheet->n_rows && table.last_row - row < 3) {
		uint32_t down = table.last_row + 1;
		int32_t gap = sheet->rows[down].box.y -
			      box_bottom(sheet->rows[table.last_row].box);
		bool numbers = false;
		for (size_t i = 0; i < work->n_candidates; i++)
			numbers = numbers ||
				  (work->candidates[i].span.sheet == sheet_no &&
				   work->candidates[i].span.row == down);
		if (gap > near || numbers || sheet->rows[down].n_cells > 6)
			break;
		struct table longer = table;
		longer.last_row = down;
		marks_of_row(work, prefix, sheet_no, down, &longer);
		stacked_labels(work, prefix, &longer);
		if (named_columns(&longer) <= named_columns(&table) && gap > near / 2)
			break;
		table = longer;
	}
	stacked_labels(work, prefix, &table);
	float score = 0;
	for (size_t i = 0; i < table.n_columns; i++)
		score += table.columns[i].field ? table.columns[i].weight : 0;
	if (!has_amount(&table) || named_columns(&table) < 2)
		return;
	keep_best(out, scores, n, &table, score);
}

static void finish_heading(const struct work *work, struct table *table)
{
	unnamed_columns(work, table);
	qsort(table->columns, table->n_columns, sizeof *table->columns,
	      compare_columns);
	for (size_t i = 0; i < table->n_columns; i++)
		table->box = box_union(table->box, table->columns[i].box);
}

size_t table_find(const struct work *work, const char *prefix, struct table *out)
{
	float scores[TABLES_MAX];
	size_t n = 0;
	for (uint32_t s = 0; s < work->layout.n_sheets && s < 4; s++)
		for (uint32_t r = 0; r < work->layout.sheets[s].n_rows; r++)
			try_heading(work, prefix, s, r, out, scores, &n);
	for (size_t i = 0; i < n; i++)
		finish_heading(work, &out[i]);
	return n;
}

const struct column *table_column(const struct table *table, enum kind kind,
				  const char *role)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct fieldtype *field = table->columns[i].field;
		if (field && field->kind == kind &&
		    (!role || (field->role && strcmp(field->role, role) == 0)))
			return &table->columns[i];
	}
	return NULL;
}

bool table_heading_again(const struct work *work, const struct table *table,
			 uint32_t sheet, uint32_t row)
{
	size_t n = 0;
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		for (size_t c = 0; c < table->n_columns; c++)
			n += mark->span.sheet == sheet && mark->span.row == row &&
			     mark->field == table->columns[c].field &&
			     box_share_x(mark->box, table->columns[c].box) > 0.3;
	}
	return n >= 2;
}
