/* lines.c - the lines of a document: cells of its table to fields.
 *
 * Each type may have tables; the one named "lines" is looked for on the page. Cells
 * become values by the kind of their column. Quantity times price, and the sum of the
 * lines, prove values or cast doubt on them; a line that only a heading nearby made
 * one, and that no sum supports, is dropped rather than shown. */
#include "table.h"

#include <string.h>

#include "text.h"

#define PREFIX "lines/"

static void settle_cell(struct work *work, const struct fieldtype *field, int line,
			struct span span, struct box box, const char *raw,
			const char *value, float reading, float p, const char *why)
{
	struct arena *arena = work->doc->arena;
	const struct page *page = span_page(&work->layout, span);
	if (!value || !*value || doc_field(work->doc, field->path, line))
		return;
	struct field *out = doc_add_field(work->doc, field->path, line);
	out->raw = arena_strdup(arena, raw);
	out->value = arena_strdup(arena, value);
	out->page = page->number;
	out->box = box;
	out->source = page->source == SOURCE_TEXT ? SOURCE_TEXT : SOURCE_OCR;
	out->confidence = p * (reading < 0.9F ? 0.6F + 0.4F * reading / 0.9F : 1);
	out->why = arena_strdup(arena, why);
}

static const struct candidate *cell_number(const struct table *table,
					   const struct item *item, enum kind kind,
					   const char *role)
{
	const struct column *column = table_column(table, kind, role);
	return column ? item->number[column - table->columns] : NULL;
}

/* quantity * price = amount, to the cent */
static bool multiplies(const struct table *table, const struct item *item)
{
	const struct candidate *q = cell_number(table, item, KIND_QUANTITY, "quantity");
	const struct candidate *p = cell_number(table, item, KIND_AMOUNT, "price");
	const struct candidate *a = cell_number(table, item, KIND_AMOUNT, "amount");
	struct decimal product;
	return q && p && a && decimal_mul(q->number, p->number, &product) &&
	       decimal_near(product, a->number, (struct decimal){2, 2});
}

static bool total_of(const struct work *work, const char *role, struct decimal *out)
{
	const struct fieldtype *field = field_by_role(work, KIND_AMOUNT, role);
	const char *value = field ? doc_value(work->doc, field->path, 0) : NULL;
	return value && decimal_parse(value, out);
}

/* How many lines from the first on make the net total, or the gross one where prices
 * have tax in them; 0 when no number of lines does. */
static size_t closing_lines(const struct work *work, const struct table *table,
			    const struct items *items)
{
	struct decimal sum = {0}, net, gross;
	struct decimal lines;
	bool has_net = total_of(work, "net", &net),
	     has_gross = total_of(work, "gross", &gross);
	bool has_lines = total_of(work, "lines", &lines);
	size_t closing = 0;
	for (size_t i = 0; i < items->n; i++) {
		const struct candidate *a =
			cell_number(table, &items->list[i], KIND_AMOUNT, "amount");
		if (a && !decimal_add(sum, a->number, &sum))
			return 0;
		if ((has_net && decimal_cmp(sum, net) == 0) ||
		    (has_lines && decimal_cmp(sum, lines) == 0) ||
		    (has_gross && decimal_cmp(sum, gross) == 0))
			closing = i + 1;
	}
	return closing;
}

/* --- columns by arithmetic --- */

static size_t products(const struct items *items, size_t q, size_t p, size_t a)
{
	size_t n = 0;
	for (size_t i = 0; i < items->n; i++) {
		const struct candidate *const *number = items->list[i].number;
		struct decimal product;
		n += number[q] && number[p] && number[a] &&
		     number[q]->kind == KIND_AMOUNT && number[p]->kind == KIND_AMOUNT &&
		     number[a]->kind == KIND_AMOUNT &&
		     !decimal_is_zero(number[a]->number) &&
		     decimal_mul(number[q]->number, number[p]->number, &product) &&
		     decimal_near(product, number[a]->number, (struct decimal){1, 2});
	}
	return n;
}

static const struct fieldtype *line_field(const struct work *work, enum kind kind,
					  const char *role)
{
	for (size_t i = 0; i < work->type->n_fields; i++) {
		const struct fieldtype *field = &work->type->fields[i];
		if (field->line && field->kind == kind &&
		    text_starts(field->path, PREFIX) &&
		    (!role || (field->role && strcmp(field->role, role) == 0)))
			return field;
	}
	return NULL;
}

static void name_column(struct table *table, size_t at, const struct fieldtype *field)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].field == field)
			table->columns[i].field = NULL;
	table->columns[at].field = field;
}

/* Headings may name the wrong columns ("Amount" for a quantity) or none; where two
 * columns multiply to a third in most rows, that is what they are. */
static void columns_by_product(const struct work *work, struct table *table,
			       const struct items *items)
{
	const struct fieldtype *quantity = line_field(work, KIND_QUANTITY, "quantity");
	const struct fieldtype *price = line_field(work, KIND_AMOUNT, "price");
	const struct fieldtype *amount = line_field(work, KIND_AMOUNT, "amount");
	size_t best = 0, q = 0, p = 0, a = 0, n = table->n_columns;
	if (!quantity || !price || !amount)
		return;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			for (size_t k = 0; k < n; k++) {
				if (i == j || j == k || i == k)
					continue;
				size_t count = products(items, i, j, k) * 10;
				if (!count)
					continue;
				/* headings decide between ways that multiply alike */
				count += (table->columns[i].field == quantity) * 3u +
					 (table->columns[j].field == price) * 2u +
					 (table->columns[k].field == amount) * 2u +
					 (k > i && k > j);
				if (count > best) {
					best = count;
					q = i;
					p = j;
					a = k;
				}
			}
	if (best / 10 * 2 < items->n || best == 0)
		return;
	name_column(table, q, quantity);
	name_column(table, p, price);
	name_column(table, a, amount);
}

/* "A2680", "100-33": one word, more digits than letters or no small ones. */
static bool code_like(const char *text)
{
	size_t digits = 0, letters = 0;
	for (const char *p = text; *p; p++) {
		if (*p == ' ')
			return false;
		digits += *p >= '0' && *p <= '9';
		letters += (*p | 32) >= 'a' && (*p | 32) <= 'z';
	}
	return digits >= 2 && digits >= letters;
}

/* Under "Artikel" may stand the article's number, and its name in the next column. */
static bool name_is_next(const struct work *work, struct table *table,
			 const struct items *items)
{
	const struct column *text = table_column(table, KIND_TEXT, NULL);
	size_t at = text ? (size_t)(text - table->columns) : 0, n = 0;
	if (!text || at + 1 >= table->n_columns || table->columns[at + 1].field ||
	    !items->n)
		return false;
	for (size_t i = 0; i < items->n; i++) {
		struct span span = items->list[i].text[at];
		n += span.to > span.from &&
		     code_like(span_raw(&work->layout, work->arena, span));
	}
	if (n * 4 < items->n * 3)
		return false;
	table->columns[at + 1].field = text->field;
	table->columns[at].field = NULL;
	return true;
}

static void settle_number(struct work *work, const struct fieldtype *field, int line,
			  const struct candidate *c, float p, const char *why)
{
	const char *value = value_canonical(work->arena, field->kind, c->raw,
					    work->locale.day_first, work->locale.mark);
	char buf[DECIMAL_TEXT_MAX];
	if (!value)
		value = arena_strdup(work->arena,
				     decimal_print(c->number,
						   field->kind == KIND_AMOUNT ? 2 : 0,
						   buf));
	settle_cell(work, field, line, c->span, c->box, c->raw, value, c->confidence, p,
		    why);
}

static void settle_text(struct work *work, const struct fieldtype *field, int line,
			const struct item *item, struct span span, float p)
{
	struct strbuf text;
	struct box box = span_box(&work->layout, span);
	float reading = span_confidence(&work->layout, span);
	strbuf_init(&text, work->arena);
	strbuf_add(&text, span_raw(&work->layout, work->arena, span));
	for (size_t i = 0; field->kind == KIND_TEXT && i < item->n_more; i++) {
		strbuf_add(&text, " ");
		strbuf_add(&text, span_raw(&work->layout, work->arena, item->more[i]));
		box = box_union(box, span_box(&work->layout, item->more[i]));
	}
	const char *value = value_canonical(work->arena, field->kind, text.text,
					    work->locale.day_first, work->locale.mark);
	settle_cell(work, field, line, span, box, text.text, value, reading, p,
		    "under its heading");
}

/* "100,0000 Stk.": the unit behind the quantity. */
static void settle_unit(struct work *work, const struct table *table,
			const struct item *item, int line, float p)
{
	const struct candidate *q = cell_number(table, item, KIND_QUANTITY, "quantity");
	const struct fieldtype *field = line_field(work, KIND_UNIT, NULL);
	if (!q || !field)
		return;
	const struct row *row = span_row(&work->layout, q->span);
	for (size_t i = 0; i < row->n_tokens; i++) {
		const struct token *token = &row->tokens[i];
		if (token->from != q->span.to + 1 || row->text[q->span.to] != ' ')
			continue;
		const char *word = token->word->text;
		struct span span = {q->span.sheet, q->span.row, token->from, token->to};
		if (unit_code(text_fold(work->arena, word)))
			settle_cell(work, field, line, span, token->word->box, word,
				    word, token->word->confidence, p,
				    "behind the quantity");
	}
}

static void settle_item(struct work *work, const struct table *table,
			const struct item *item, int line, bool closes)
{
	bool product = multiplies(table, item);
	float p = closes && product ? 0.985F : closes ? 0.96F : product ? 0.95F : 0.8F;
	const char *why = closes && product ? "line and sum close"
			  : closes	    ? "lines make the total"
			  : product	    ? "quantity * price = amount"
					    : "under its heading";
	for (size_t c = 0; c < table->n_columns; c++) {
		const struct fieldtype *field = table->columns[c].field;
		if (!field)
			continue;
		if (item->number[c]) {
			bool in_product =
				field->kind == KIND_QUANTITY ||
				(field->role && strcmp(field->role, "price") == 0);
			settle_number(work, field, line, item->number[c],
				      in_product && !product			 ? 0.85F
				      : field->kind == KIND_PERCENT && p > 0.93F ? 0.93F
										 : p,
				      why);
		} else if (item->text[c].to > item->text[c].from) {
			settle_text(work, field, line, item, item->text[c],
				    closes ? 0.88F : 0.8F);
		}
	}
	settle_unit(work, table, item, line, 0.85F);
}

/* Words in the line's text columns. */
static bool described(const struct work *work, const struct table *table,
		      const struct item *item)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		if (!table->columns[i].field ||
		    table->columns[i].field->kind != KIND_TEXT)
			continue;
		size_t letters = 0;
		const char *text = span_raw(&work->layout, work->arena, item->text[i]);
		for (; item->text[i].to > item->text[i].from && *text; text++)
			letters += (*text | 32) >= 'a' && (*text | 32) <= 'z';
		if (letters >= 3)
			return true;
	}
	return false;
}

/* Once lines have quantities and prices, rows with neither are remarks, discounts or
 * rates: a described one (shipping) stays if only with it the lines make the total. */
static void drop_strangers(const struct work *work, const struct table *table,
			   struct items *items)
{
	size_t n = 0, whole = 0;
	size_t closing = closing_lines(work, table, items);
	bool closes = closing > 0;
	if (closes)
		items->n = closing;
	for (size_t i = 0; i < items->n; i++)
		whole += multiplies(table, &items->list[i]);
	if (!whole || whole * 3 < items->n)
		return;
	for (size_t i = 0; i < items->n; i++) {
		const struct item *item = &items->list[i];
		if (cell_number(table, item, KIND_QUANTITY, "quantity") ||
		    (closes && described(work, table, item)))
			items->list[n++] = *item;
	}
	items->n = n;
}

/* How much speaks for a reading of a table. Without sums or products it may be
 * something else (tax rates, payments): then it needs quantities, prices and text. */
static float support(const struct work *work, const struct table *table,
		     const struct items *items)
{
	size_t n = 0;
	float score = 0;
	for (size_t i = 0; i < items->n; i++)
		n += multiplies(table, &items->list[i]);
	const struct column *q = table_column(table, KIND_QUANTITY, "quantity");
	const struct column *p = table_column(table, KIND_AMOUNT, "price");
	const struct column *t = table_column(table, KIND_TEXT, NULL);
	if (!items->n)
		return 0;
	if (closing_lines(work, table, items))
		score += t || q ? 3 : 0.3F;
	score += 2 * (float)n / (float)items->n;
	if (t && (q || p))
		score += 0.5F + (q && p ? 0.5F : 0);
	if (q && p && n * 2 < items->n && score < 3)
		score -= 1;
	return score;
}

void find_lines(struct work *work)
{
	struct table tables[TABLES_MAX], table;
	struct items items = {0};
	float best = 0.4F;
	size_t n = table_find(work, PREFIX, tables);
	for (size_t i = 0; i < n; i++) {
		struct items read;
		table_read(work, &tables[i], &read);
		if (name_is_next(work, &tables[i], &read))
			table_read(work, &tables[i], &read);
		columns_by_product(work, &tables[i], &read);
		drop_strangers(work, &tables[i], &read);
		float score = support(work, &tables[i], &read);
		if (score <= best)
			continue;
		best = score;
		table = tables[i];
		items = read;
	}
	if (!items.n)
		return;
	size_t closing = closing_lines(work, &table, &items);
	if (closing)
		items.n = closing;
	for (size_t i = 0; i < items.n; i++)
		settle_item(work, &table, &items.list[i], (int)i + 1, closing > 0);
}
