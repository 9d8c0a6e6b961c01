/* einvoice.c - structured invoices: UBL 2.1, UN/CEFACT CII and ZUGFeRD 1.0, as fields.
 *
 * Data is not read but taken over: what an element says is the field's value, with
 * source xml and confidence 1. Which element feeds which field stands in the tables of
 * einvoice_map.c; here is only how a row of them is applied. A value that is no date or
 * no number keeps its raw text and has no value: validation then says so, as it does
 * for whatever does not add up. Runs in the jailed reader; XML that can't be parsed is
 * refused (RC_FAIL) with the line and the reason, another kind of XML is not
 * recognised. */
#include "einvoice_map.h"

#include <string.h>

#include "date.h"
#include "decimal.h"
#include "einvoice_xsd.h"
#include "read.h"
#include "text.h"

#define MOST_ROWS 10000 /* of one table; larger invoices are for people to split */

#define LARGEST (50 << 20) /* bytes; as a tree it takes ten times as much */
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

struct reading {
	struct doc *doc;
	struct arena *scratch;
	const char *currency, *tax_currency; /* $currency and $tax_currency of a path */
};

/* --- paths
 * ---------------------------------------------------------------------------- *
 * "A/B|C/@d" with conditions behind a name: "[TaxScheme/ID=VAT]", "[@schemeID!=VA]",
 * "[@currencyID=$currency]", "[D|E]": it has a D or an E with anything in it. Names are
 * local: prefixes and versions differ, names do not. */

static const char *first_text(struct reading *r, const struct xml_node *node,
			      const char *path);

static bool name_matches(const char *names, size_t len, const char *name)
{
	while (len > 0) {
		const char *bar = memchr(names, '|', len);
		size_t n = bar ? (size_t)(bar - names) : len;

		if (strlen(name) == n && strncmp(names, name, n) == 0)
			return true;
		names += bar ? n + 1 : n;
		len -= bar ? n + 1 : n;
	}
	return false;
}

static const char *meaning_of(const struct reading *r, const char *wanted)
{
	if (strcmp(wanted, "$currency") == 0)
		return r->currency;
	if (strcmp(wanted, "$tax_currency") == 0)
		return r->tax_currency;
	return wanted;
}

static bool condition_holds(struct reading *r, const struct xml_node *node,
			    const char *condition, size_t len)
{
	const char *text = arena_strndup(r->scratch, condition, len);
	const char *equals = strchr(text, '=');
	const char *path, *wanted, *found;
	bool negated;

	if (equals == NULL)
		return first_text(r, node, text) != NULL;
	negated = equals[-1] == '!';
	path = arena_strndup(r->scratch, text, (size_t)(equals - text) - negated);
	wanted = meaning_of(r, equals + 1);
	found = first_text(r, node, path);
	if (wanted == NULL || found == NULL)
		return negated;
	return text_equal_nocase(found, wanted) != negated;
}

struct step {				      /* one part of a path, taken apart */
	const char *names, *condition, *rest; /* rest: behind the '/', "" at the end */
	size_t names_len, condition_len;
};

static struct step take_step(const char *path)
{
	struct step step = {.names = path, .names_len = strcspn(path, "/[")};

	path += step.names_len;
	if (*path == '[') {
		step.condition = path + 1;
		step.condition_len = strcspn(path + 1, "]");
		path += step.condition_len + 2;
	}
	step.rest = *path == '/' ? path + 1 : path;
	return step;
}

static bool step_takes(struct reading *r, const struct step *step,
		       const struct xml_node *node)
{
	return name_matches(step->names, step->names_len, xml_name(node)) &&
	       (step->condition == NULL ||
		condition_holds(r, node, step->condition, step->condition_len));
}

/* Calls `visit` for every element the path leads to, in document order, until it says
 * stop (true). */
typedef bool visit_fn(struct reading *r, const struct xml_node *node,
		      const char *attribute, void *ctx);

static bool walk(struct reading *r, const struct xml_node *node, const char *path,
		 visit_fn *visit, void *ctx)
{
	struct step step;

	if (*path == '\0' || *path == '@')
		return visit(r, node, *path ? path + 1 : NULL, ctx);
	step = take_step(path);
	for (struct xml_node *at = xml_first(node); at; at = xml_next(at))
		if (step_takes(r, &step, at) && walk(r, at, step.rest, visit, ctx))
			return true;
	return false;
}

struct found {
	const char *text;
	const struct xml_node *node;
};

static bool take_text(struct reading *r, const struct xml_node *node,
		      const char *attribute, void *ctx)
{
	struct found *found = ctx;
	const char *text = attribute ? xml_attr(r->scratch, node, attribute)
				     : xml_text(r->scratch, node);

	if (text == NULL || *text == '\0')
		return false;
	found->text = text;
	found->node = node;
	return true;
}

static const char *first_text(struct reading *r, const struct xml_node *node,
			      const char *path)
{
	struct found found = {0};

	walk(r, node, path, take_text, &found);
	return found.text;
}

/* --- values ----------------------------------------------------------- */

/* xs:decimal allows "+1", "1." and ".5"; our canonical form does not. */
static const char *canonical_number(struct reading *r, const char *text,
				    int min_decimals)
{
	char buf[DECIMAL_TEXT_MAX];
	const char *digits = text + (*text == '-' || *text == '+');
	const char *trimmed =
		arena_printf(r->scratch, "%s%s%s", *text == '-' ? "-" : "",
			     *digits == '.' ? "0" : "", digits);
	size_t len = strlen(trimmed);
	struct decimal d;

	if (len > 1 && trimmed[len - 1] == '.')
		trimmed = arena_strndup(r->scratch, trimmed, len - 1);
	if (!decimal_parse(trimmed, &d))
		return NULL;
	return arena_strdup(r->doc->arena, decimal_print(d, min_decimals, buf));
}

/* xs:date or xs:dateTime, or CII's "102": year, month and day in eight digits. */
static const char *canonical_day(struct reading *r, const char *text)
{
	struct date date;
	const char *iso;

	if (strlen(text) == 8 && strspn(text, "0123456789") == 8)
		iso = arena_printf(r->doc->arena, "%.4s-%.2s-%.2s", text, text + 4,
				   text + 6);
	else if (strlen(text) == 10 || (strlen(text) > 10 && strchr("TZ+-", text[10])))
		iso = arena_strndup(r->doc->arena, text, 10);
	else
		return NULL;
	return date_parse(iso, &date) ? iso : NULL;
}

/* Other kinds of account numbers stand in the same element; whether its check digits
 * hold is for validation to say. */
static const char *canonical_account(struct reading *r, const char *text)
{
	struct strbuf iban;

	strbuf_init(&iban, r->doc->arena);
	for (; *text; text++)
		if (*text != ' ')
			strbuf_add_n(&iban, text, 1);
	if (iban.len < 14 || iban.len > 34 || strspn(iban.text, CAPITALS) < 2 ||
	    strspn(iban.text + 2, DIGITS) < 2 ||
	    strspn(iban.text, CAPITALS DIGITS) != iban.len)
		return NULL;
	return iban.text;
}

static const char *canonical(struct reading *r, enum take take, const char *text)
{
	switch (take) {
	case TAKE_DATE:
		return canonical_day(r, text);
	case TAKE_AMOUNT:
		return canonical_number(r, text, 2);
	case TAKE_NUMBER:
		return canonical_number(r, text, 0);
	case TAKE_IBAN:
		return canonical_account(r, text);
	case TAKE_TEXT:
	case TAKE_SUM:
	case TAKE_ALL:
		break;
	}
	return arena_strdup(r->doc->arena, text);
}

static void add_field(struct reading *r, const char *path, int line, const char *raw,
		      const char *value, enum source source)
{
	struct field *field = doc_append_field(r->doc, path, line);

	field->raw = arena_strdup(r->doc->arena, raw);
	field->value = value;
	field->source = source;
	field->confidence = 1;
}

/* --- several elements for one field ----------------------------------- */

struct gathered {
	struct decimal sum;
	struct strbuf all;
	const char *bad; /* what is no number */
	int n;
};

static bool gather(struct reading *r, const struct xml_node *node,
		   const char *attribute, void *ctx)
{
	struct gathered *g = ctx;
	struct found found = {0};
	const char *number;
	struct decimal d;

	if (!take_text(r, node, attribute, &found))
		return false;
	strbuf_addf(&g->all, "%s%s", g->n++ ? "; " : "", found.text);
	number = canonical_number(r, found.text, 0);
	if (number == NULL || !decimal_parse(number, &d) ||
	    !decimal_add(g->sum, d, &g->sum))
		g->bad = found.text;
	return false;
}

static bool take_several(struct reading *r, const struct xml_node *node,
			 const struct map *map, int line)
{
	struct gathered g = {0};
	char buf[DECIMAL_TEXT_MAX];
	const char *value;

	strbuf_init(&g.all, r->scratch);
	walk(r, node, map->from, gather, &g);
	if (g.n == 0)
		return false;
	if (map->take == TAKE_ALL)
		value = arena_strdup(r->doc->arena, g.all.text);
	else
		value = g.bad ? NULL
			      : arena_strdup(r->doc->arena,
					     decimal_print(g.sum, 2, buf));
	add_field(r, map->to, line, g.all.text, value, SOURCE_XML);
	return true;
}

/* --- applying the tables ---------------------------------------------- */

struct first_iban {
	const char *raw, *value;
};

static bool take_iban(struct reading *r, const struct xml_node *node,
		      const char *attribute, void *ctx)
{
	struct first_iban *iban = ctx;
	struct found found = {0};

	if (!take_text(r, node, attribute, &found))
		return false;
	iban->raw = found.text;
	iban->value = canonical_account(r, found.text);
	return iban->value != NULL;
}

struct amounts {
	const struct map *map;
	const char *first; /* canonical */
};

/* An amount that stands there twice, or in another currency than the invoice's, is one
 * that two programs will read differently. */
static bool check_amount(struct reading *r, const struct xml_node *node,
			 const char *attribute, void *ctx)
{
	struct amounts *amounts = ctx;
	struct found found = {0};
	const char *value, *currency = xml_attr(r->scratch, node, "currencyID");

	if (!take_text(r, node, attribute, &found))
		return false;
	value = canonical(r, TAKE_AMOUNT, found.text);
	if (amounts->first && value && strcmp(value, amounts->first) != 0)
		doc_find(r->doc, "not-standard", FINDING_DOCUMENT, SEVERITY_STOP,
			 amounts->map->to,
			 "The data gives this amount twice: %s, and %s in line %d.",
			 amounts->first, value, xml_line(node));
	else if (currency && r->currency && strcmp(currency, r->currency) != 0 &&
		 !strstr(amounts->map->from, "$tax_currency"))
		doc_find(r->doc, "not-standard", FINDING_DOCUMENT, SEVERITY_STOP,
			 amounts->map->to,
			 "The data gives this amount in %s (line %d), but the invoice "
			 "is in %s.",
			 currency, xml_line(node), r->currency);
	else {
		if (!amounts->first)
			amounts->first = value;
		return false;
	}
	return true;
}

static bool take_one(struct reading *r, const struct xml_node *node,
		     const struct map *map, int line)
{
	struct first_iban iban = {0};
	const char *text;

	if (map->take == TAKE_SUM || map->take == TAKE_ALL)
		return take_several(r, node, map, line);
	if (map->take == TAKE_IBAN) {
		if (walk(r, node, map->from, take_iban, &iban))
			add_field(r, map->to, line, iban.raw, iban.value, SOURCE_XML);
		return iban.value != NULL;
	}
	text = first_text(r, node, map->from);
	if (text)
		add_field(r, map->to, line, text, canonical(r, map->take, text),
			  SOURCE_XML);
	if (text && map->take == TAKE_AMOUNT)
		walk(r, node, map->from, check_amount, &(struct amounts){.map = map});
	return text != NULL;
}

/* Rows for one field follow each other; the first that finds something counts. */
static void take_fields(struct reading *r, const struct xml_node *node,
			const struct map *maps, int line)
{
	const char *done = NULL;

	for (; maps->to; maps++) {
		if (done && strcmp(done, maps->to) == 0)
			continue;
		if (take_one(r, node, maps, line))
			done = maps->to;
	}
}

struct rows {
	const struct map *columns;
	int n;
};

/* Some programs write a heading between lines as nothing at no price. */
static bool is_heading(const struct doc *doc, size_t first)
{
	static const char *const numbers[] = {"lines/quantity", "lines/unit_price",
					      "lines/net_amount"};
	size_t zeros = 0;
	struct decimal d;

	for (size_t i = first; i < doc->n_fields; i++)
		for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
			zeros += strcmp(doc->fields[i].path, numbers[k]) == 0 &&
				 doc->fields[i].value &&
				 decimal_parse(doc->fields[i].value, &d) &&
				 decimal_is_zero(d);
	return zeros == sizeof numbers / sizeof *numbers;
}

static bool take_row(struct reading *r, const struct xml_node *node,
		     const char *attribute, void *ctx)
{
	struct rows *rows = ctx;
	size_t first;

	(void)attribute;
	if (rows->n == MOST_ROWS)
		return true;
	first = r->doc->n_fields;
	take_fields(r, node, rows->columns, rows->n + 1);
	if (is_heading(r->doc, first))
		r->doc->n_fields = first;
	else
		rows->n++;
	return false;
}

static void take_tables(struct reading *r, const struct xml_node *root,
			const struct map_table *tables)
{
	for (; tables->rows; tables++) {
		struct rows rows = {tables->columns, 0};

		if (walk(r, root, tables->rows, take_row, &rows))
			doc_find(r->doc, "too-many-lines", FINDING_DOCUMENT,
				 SEVERITY_STOP, "",
				 "The invoice has more than %d lines.", MOST_ROWS);
	}
}

/* --- what the standard's XSD would refuse, where it is not installed --- */

/* Where the name stands in the list, from 1; 0 when it does not. */
static int place_in(const char *names, const char *name)
{
	size_t len = strlen(name);
	int place = 1;

	for (const char *at = names; *at; place++) {
		size_t n = strcspn(at, " ");

		if (n == len && strncmp(at, name, n) == 0)
			return place;
		at += n + (at[n] == ' ');
	}
	return 0;
}

/* Programs that write elements in the wrong place get other things wrong too. */
static void check_order(struct reading *r, const struct xml_node *parent,
			const char *names)
{
	int last = 0;

	for (struct xml_node *at = xml_first(parent); at; at = xml_next(at)) {
		int place = place_in(names, xml_name(at));

		if (place < last || place == 0) {
			doc_find(r->doc, "not-standard", FINDING_DOCUMENT,
				 SEVERITY_STOP, "",
				 "The data does not follow its standard: %s in line %d "
				 "may not stand there.",
				 xml_name(at), xml_line(at));
			return;
		}
		last = place;
	}
}

static void check_orders(struct reading *r, const struct xml_node *root,
			 const struct order *orders)
{
	for (; orders->parent; orders++)
		check_order(r, *orders->parent ? xml_at(root, orders->parent) : root,
			    orders->names);
}

/* --- what is made of other fields ------------------------------------- */

static void add_part(struct strbuf *line, const char *separator, const char *part)
{
	if (part && *part)
		strbuf_addf(line, "%s%s", line->len ? separator : "", part);
}

static const char *part_of(struct reading *r, const char *party, const char *part)
{
	return doc_value(r->doc, arena_printf(r->scratch, "%s/%s", party, part), 0);
}

/* Postcode and city, as they are printed where the party lives. */
static const char *town_of(struct reading *r, const char *party)
{
	static const char *const here[] = {"postcode", "city", NULL};
	static const char *const overseas[] = {"city", "region", "postcode", NULL};
	const char *country = part_of(r, party, "country");
	bool postcode_last = country && strcmp(country, "US") == 0;
	struct strbuf town;

	strbuf_init(&town, r->scratch);
	for (const char *const *part = postcode_last ? overseas : here; *part; part++)
		add_part(&town, " ", part_of(r, party, *part));
	return town.text;
}

/* Street lines, then the town. */
static void make_address(struct reading *r, const char *party)
{
	static const char *const streets[] = {"street", "street2", "street3"};
	struct strbuf address;

	strbuf_init(&address, r->doc->arena);
	for (size_t i = 0; i < sizeof streets / sizeof *streets; i++)
		add_part(&address, ", ", part_of(r, party, streets[i]));
	add_part(&address, ", ", town_of(r, party));
	if (address.len > 0)
		add_field(r, arena_printf(r->doc->arena, "%s/address", party), 0,
			  address.text, address.text, SOURCE_DERIVED);
}

static void read_invoice(struct reading *r, const struct xml_node *root,
			 const struct format *format)
{
	r->currency = first_text(r, root, format->currency);
	r->tax_currency = first_text(r, root, format->tax_currency);
	take_fields(r, root, format->header, 0);
	make_address(r, "seller");
	make_address(r, "buyer");
	take_tables(r, root, format->tables);
	r->doc->structured = true;
	r->doc->type = "invoice";
	r->doc->type_confidence = 1;
}

static const struct format *format_of(const struct xml_node *root)
{
	for (const struct format *f = einvoice_formats; f->root; f++)
		if (strcmp(f->root, xml_name(root)) == 0 &&
		    strcmp(f->ns, xml_ns(root)) == 0)
			return f;
	return NULL;
}

enum rc einvoice_read(const struct einvoice_xsds *xsds, const void *xml, size_t len,
		      struct doc *doc, bool *recognised, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	AUTO_XML tree = NULL;
	struct reading reading = {.doc = doc, .scratch = scratch};
	const struct format *format;
	bool checked;
	enum rc rc;

	*recognised = false;
	if (len > LARGEST)
		return err_set(err, RC_FAIL, "the XML is larger than %d MB",
			       LARGEST >> 20);
	if (xml_parse(xml, len, &tree, err) != RC_OK)
		return err_wrap(err, RC_FAIL, "the XML can't be read");
	format = format_of(xml_root(tree));
	if (format == NULL)
		return RC_OK;
	read_invoice(&reading, xml_root(tree), format);
	*recognised = true;
	rc = einvoice_check(xsds, tree, format, doc, &checked, err);
	if (rc == RC_OK && !checked)
		check_orders(&reading, xml_root(tree), format->orders);
	return rc;
}
