/* render_csv_cell.c - one cell: its text, its quotes, and its bytes in an old encoding.
 *
 * A cell that a spreadsheet would run as a formula gets an apostrophe before it; a
 * number is no formula, however it begins. A value that does not fit what the mapping
 * makes of it (a date that is none, a code that its map does not know) is a finding
 * that names the column, never a guess. */
#include "render_csv.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "decimal.h"
#include "text.h"

/* --- where the text comes from ---------------------------------------- */

/* Prices per hundred, allowances and lines without a price do not multiply out, and an
 * ERP that multiplies would book another amount than the paper's. */
static bool price_makes_amount(const struct doc *doc, int line)
{
	const char *texts[] = {doc_value(doc, "lines/quantity", line),
			       doc_value(doc, "lines/unit_price", line),
			       doc_value(doc, "lines/net_amount", line)};
	struct decimal quantity, price, net, product;

	return texts[0] && texts[1] && texts[2] && decimal_parse(texts[0], &quantity) &&
	       decimal_parse(texts[1], &price) && decimal_parse(texts[2], &net) &&
	       decimal_mul(quantity, price, &product) &&
	       decimal_cmp(decimal_round(product, 2), decimal_round(net, 2)) == 0;
}

static const char *made_value(const struct csv_place *place, enum csv_source source)
{
	const struct doc *doc = place->item->doc;
	bool printed = price_makes_amount(doc, place->line);

	if (doc_value(doc, "lines/net_amount", place->line) == NULL)
		return NULL;
	if (source == CSV_QUANTITY)
		return printed ? doc_value(doc, "lines/quantity", place->line) : "1";
	return doc_value(doc, printed ? "lines/unit_price" : "lines/net_amount",
			 place->line);
}

static const char *term_value(struct rendering *r, const struct csv_place *place,
			      const struct csv_term *term)
{
	const struct render_item *item = place->item;
	const char *value;

	switch (term->source) {
	case CSV_FIELD:
		value = place->line ? doc_value(item->doc, term->text, place->line)
				    : NULL;
		return value ? value : doc_value(item->doc, term->text, 0);
	case CSV_FACT:
		value = place->line
				? render_fact(item,
					      arena_printf(r->arena, "%s/%s",
							   place->table, term->text),
					      place->line)
				: NULL;
		return value ? value : render_fact(item, term->text, 0);
	case CSV_TEXT:
		return term->text;
	case CSV_CONTROL:
		return item->control_number;
	case CSV_REVISION:
		return arena_printf(r->arena, "%d", item->revision);
	case CSV_TYPE:
		return item->doc->type;
	case CSV_DOCUMENT:
		return arena_printf(r->arena, "%zu", place->document);
	case CSV_ROW:
		return arena_printf(r->arena, "%d", place->row);
	case CSV_QUANTITY:
	case CSV_PRICE:
		return made_value(place, term->source);
	}
	return NULL;
}

static const char *first_value(struct rendering *r, const struct csv_place *place,
			       const struct csv_column *column)
{
	for (size_t i = 0; i < column->n_terms; i++) {
		const char *value = term_value(r, place, &column->terms[i]);

		if (value && *value)
			return value;
	}
	return NULL;
}

/* --- findings --------------------------------------------------------- */

/* The field or fact the column is about, as findings name it. */
static const char *subject(struct rendering *r, const struct csv_place *place,
			   const struct csv_column *column)
{
	const struct csv_term *term = column->n_terms ? &column->terms[0] : NULL;
	const char *slash;

	if (term == NULL || term->source != CSV_FIELD)
		return "";
	slash = strchr(term->text, '/');
	if (place->line == 0 || slash == NULL ||
	    !doc_field(place->item->doc, term->text, place->line))
		return term->text;
	return arena_printf(r->arena, "%.*s[%d]%s", (int)(slash - term->text),
			    term->text, place->line, slash);
}

static const char *where_of(struct rendering *r, const struct csv_place *place)
{
	return place->line ? arena_printf(r->arena, "Row %d: ", place->line) : "";
}

static void find_missing(struct rendering *r, const struct csv_place *place,
			 const struct csv_column *column)
{
	const struct csv_term *term = column->n_terms ? &column->terms[0] : NULL;
	bool fact = term && term->source == CSV_FACT;

	doc_find(
		place->item->doc, fact ? "render-master" : "render-missing",
		FINDING_DOCUMENT, SEVERITY_STOP, subject(r, place, column),
		fact ? "%sThe master has no %s, which column %s of the hand-over needs."
		     : "%sThere is no %s, which column %s of the hand-over needs.",
		where_of(r, place), term ? term->text : "value", column->title);
}

static const char *find_wrong(struct rendering *r, const struct csv_place *place,
			      const struct csv_column *column, const char *what)
{
	doc_find(place->item->doc, "render-value", FINDING_DOCUMENT, SEVERITY_STOP,
		 subject(r, place, column),
		 "%sColumn %s of the hand-over: the value %s.", where_of(r, place),
		 column->title, what);
	return "";
}

/* --- what is done to it ----------------------------------------------- */

/* "DD.MM.YYYY", "DD-MON-YY": what is no part of a date stays as it is. */
static const char *date_text(struct arena *arena, const char *pattern, struct date date)
{
	static const char *const months[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
					     "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
	struct strbuf out;

	strbuf_init(&out, arena);
	while (*pattern) {
		if (text_starts(pattern, "YYYY"))
			strbuf_addf(&out, "%04d", date.year), pattern += 4;
		else if (text_starts(pattern, "YY"))
			strbuf_addf(&out, "%02d", date.year % 100), pattern += 2;
		else if (text_starts(pattern, "MON"))
			strbuf_add(&out, months[date.month - 1]), pattern += 3;
		else if (text_starts(pattern, "MM"))
			strbuf_addf(&out, "%02d", date.month), pattern += 2;
		else if (text_starts(pattern, "DD"))
			strbuf_addf(&out, "%02d", date.day), pattern += 2;
		else
			strbuf_add_n(&out, pattern++, 1);
	}
	return out.text;
}

/* Kept in canonical form until all filters are done: `signed` may follow. */
static const char *number_text(struct arena *arena, const char *text, int min_decimals,
			       bool negate)
{
	char buf[DECIMAL_TEXT_MAX];
	struct decimal d;

	if (!decimal_parse(text, &d))
		return NULL;
	return arena_strdup(
		arena, decimal_print(negate ? decimal_neg(d) : d, min_decimals, buf));
}

static const char *mapped(const struct csv_filter *filter, const char *text)
{
	for (size_t i = 0; i < filter->n_pairs; i++)
		if (strcmp(filter->pairs[i].from, text) == 0 ||
		    strcmp(filter->pairs[i].from, "*") == 0)
			return filter->pairs[i].to;
	return NULL;
}

static const char *cut(struct arena *arena, const char *text, long most)
{
	const char *at = text, *end = text + strlen(text);

	while (most-- > 0 && at < end)
		text_next(&at, end);
	return arena_strndup(arena, text, (size_t)(at - text));
}

static const char *capitals(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);

	for (char *at = copy; *at; at++)
		if (*at >= 'a' && *at <= 'z')
			*at -= 'a' - 'A';
	return copy;
}

static const char *filtered(struct rendering *r, const struct csv_place *place,
			    const struct csv_column *column,
			    const struct csv_filter *filter, const char *text)
{
	const char *type_code = doc_value(place->item->doc, "type_code", 0);
	struct date date;
	const char *out = text;

	switch (filter->kind) {
	case CSV_DATE:
		out = date_parse(text, &date)
			      ? date_text(r->arena, r->settings->mapping->date, date)
			      : find_wrong(r, place, column, "is no date");
		break;
	case CSV_NUMBER:
	case CSV_AMOUNT:
	case CSV_LESS:
	case CSV_SIGNED:
		out = number_text(r->arena, text, filter->kind == CSV_AMOUNT ? 2 : 0,
				  filter->kind == CSV_LESS ||
					  (filter->kind == CSV_SIGNED &&
					   render_is_credit_note(type_code)));
		break;
	case CSV_MAP:
		out = mapped(filter, text);
		if (out == NULL)
			out = find_wrong(r, place, column, "is not in its map");
		break;
	case CSV_MAX:
		out = cut(r->arena, text, filter->number);
		break;
	case CSV_UPPER:
		out = capitals(r->arena, text);
		break;
	case CSV_REQUIRED:
	case CSV_ONCE:
	case CSV_FILTER_N:
		break;
	}
	return out ? out : find_wrong(r, place, column, "is no number");
}

static bool has_filter(const struct csv_column *column, enum csv_filter_kind kind)
{
	for (size_t i = 0; i < column->n_filters; i++)
		if (column->filters[i].kind == kind)
			return true;
	return false;
}

bool csv_is_once(const struct csv_column *column)
{
	return has_filter(column, CSV_ONCE);
}

static bool is_number(const struct csv_column *column)
{
	return has_filter(column, CSV_NUMBER) || has_filter(column, CSV_AMOUNT) ||
	       has_filter(column, CSV_LESS) || has_filter(column, CSV_SIGNED);
}

/* =, +, -, @ and their wide forms, tab and return begin a formula in one spreadsheet or
 * another. */
static bool begins_formula(const char *text)
{
	static const char *const signs[] = {"=",  "+",	"-",  "@",  "\t", "\r",
					    "\n", "＝", "＋", "－", "＠"};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (text_starts(text, signs[i]))
			return true;
	return false;
}

static const char *harmless(struct arena *arena, const char *text)
{
	struct decimal d;

	if (!begins_formula(text) || decimal_parse(text, &d))
		return text;
	return arena_printf(arena, "'%s", text);
}

static const char *with_decimal_mark(struct arena *arena, const char *number, char mark)
{
	char *copy = arena_strdup(arena, number);
	char *point = strchr(copy, '.');

	if (point)
		*point = mark;
	return copy;
}

const char *csv_cell(struct rendering *r, const struct csv_place *place,
		     const struct csv_column *column)
{
	const char *text;

	if (place->row > 1 && csv_is_once(column))
		return "";
	text = first_value(r, place, column);
	if (text == NULL && has_filter(column, CSV_REQUIRED))
		find_missing(r, place, column);
	for (size_t i = 0; text && *text && i < column->n_filters; i++)
		text = filtered(r, place, column, &column->filters[i], text);
	if (text == NULL || *text == '\0')
		return "";
	if (is_number(column))
		return with_decimal_mark(r->arena, text, r->settings->mapping->decimal);
	return harmless(r->arena, text);
}

/* --- quotes ----------------------------------------------------------- */

void csv_add_cell(struct strbuf *out, const struct render_mapping *mapping,
		  const char *text, bool first)
{
	if (!first)
		strbuf_add_n(out, &mapping->separator, 1);
	if (!mapping->quote_all && !strchr(text, mapping->separator) &&
	    strpbrk(text, "\"\r\n") == NULL && text[0] != ' ') {
		strbuf_add(out, text);
		return;
	}
	strbuf_add(out, "\"");
	for (; *text; text++)
		strbuf_add_n(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
	strbuf_add(out, "\"");
}

/* --- encodings -------------------------------------------------------- */

/* Windows-1252 where it differs from Latin-1: 0x80 to 0x9f; 0: nothing stands there. */
static const uint32_t windows[32] = {
	0x20ac, 0,	0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,	0x017d, 0,
	0,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,	0x017e, 0x0178,
};

/* The byte of a character, or -1. */
static int one_byte(enum csv_encoding encoding, uint32_t cp)
{
	if (cp < 0x80 || (cp >= 0xa0 && cp <= 0xff))
		return (int)cp;
	for (int i = 0; encoding == CSV_WINDOWS_1252 && i < 32; i++)
		if (windows[i] == cp)
			return 0x80 + i;
	return -1;
}

static size_t put_utf_16(uint32_t cp, char *out)
{
	uint32_t units[2] = {cp, 0};
	size_t n = 1;

	if (cp > 0xffff) {
		units[0] = 0xd800 + ((cp - 0x10000) >> 10);
		units[1] = 0xdc00 + ((cp - 0x10000) & 0x3ff);
		n = 2;
	}
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = (char)(units[i] & 0xff);
		out[2 * i + 1] = (char)(units[i] >> 8);
	}
	return 2 * n;
}

static const void *encode_bytes(struct arena *arena, enum csv_encoding encoding,
				const char *text, size_t len, size_t *out_len,
				uint32_t *bad)
{
	char *bytes = arena_alloc(arena, len + 1);
	const char *end = text + len;

	*out_len = 0;
	while (text < end) {
		uint32_t cp = text_next(&text, end);
		int byte = one_byte(encoding, cp);

		if (byte < 0 && *bad == 0)
			*bad = cp;
		bytes[(*out_len)++] = byte < 0 ? '?' : (char)byte;
	}
	return bytes;
}

const void *csv_encode(struct arena *arena, enum csv_encoding encoding,
		       const char *text, size_t len, size_t *out_len, uint32_t *bad)
{
	const char *end = text + len;
	char *bytes;

	*bad = 0;
	*out_len = len;
	if (encoding == CSV_UTF_8)
		return text;
	if (encoding == CSV_LATIN_1 || encoding == CSV_WINDOWS_1252)
		return encode_bytes(arena, encoding, text, len, out_len, bad);
	if (encoding == CSV_UTF_8_BOM) {
		*out_len = len + 3;
		return arena_printf(arena, "\xef\xbb\xbf%s", text);
	}
	bytes = arena_alloc_n(arena, len + 1, 2);
	*out_len = put_utf_16(0xfeff, bytes);
	while (text < end)
		*out_len += put_utf_16(text_next(&text, end), bytes + *out_len);
	return bytes;
}
