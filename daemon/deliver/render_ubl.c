/* render_ubl.c - an invoice or credit note as UBL 2.1.
 *
 * The tables of render_ubl_map.c say which field goes where; here is only how a row of
 * them is applied. What the file needs and the document has not is one finding that
 * names it all, and there is no file. What only EN 16931 asks for beyond that is a
 * warning: the file is written, valid by the XSD, but then does not claim to keep to
 * EN 16931 (no CustomizationID). Amounts stand as they are on the document; credit
 * notes are CreditNote with positive amounts, as they are printed. */
#include "render_private.h"

#include <stdlib.h>
#include <string.h>

#include "render_ubl_map.h"
#include "text.h"
#include "xml.h"

#define UBL "urn:oasis:names:specification:ubl:schema:xsd:"
#define EN_16931 "urn:cen.eu:en16931:2017"

struct writing {
	struct doc *doc; /* a copy, with what was derived */
	struct arena *arena;
	enum ubl_in in;
	struct strbuf lacks_file,
		lacks_standard; /* what is missing, as a person reads it */
	struct strbuf file_fields, standard_fields;
};

/* --- where a row's element stands ------------------------------------- */

static struct xml_node *last_child(struct xml_node *parent, const char *name)
{
	struct xml_node *last = NULL;

	for (struct xml_node *at = xml_first(parent); at; at = xml_next(at))
		last = at;
	return last && strcmp(xml_name(last), strchr(name, ':') + 1) == 0 ? last : NULL;
}

/* Elements come in order, so the group a row belongs to is the last there is, or a new
 * one. */
static struct xml_node *element_at(struct writing *w, struct xml_node *from,
				   const char *path, const char *text)
{
	const char *slash;

	for (; (slash = strchr(path, '/')) != NULL; path = slash + 1) {
		bool anew = *path == '+';
		const char *name = arena_strndup(w->arena, path + anew,
						 (size_t)(slash - path) - anew);
		struct xml_node *group = anew ? NULL : last_child(from, name);

		from = group ? group : xml_add(from, name, NULL);
	}
	return xml_add(from, path + (*path == '+'), text);
}

/* --- values ----------------------------------------------------------- */

static const char *path_in(struct writing *w, const char *table, const char *column)
{
	return table ? arena_printf(w->arena, "%s/%s", table, column) : column;
}

static void set_attributes(struct writing *w, struct xml_node *node, enum ubl_kind kind,
			   const char *table, int line)
{
	const char *value = NULL, *name = "currencyID";

	if (kind == UBL_AMOUNT)
		value = doc_value(w->doc, "currency", 0);
	else if (kind == UBL_TAX_AMOUNT)
		value = doc_value(w->doc, "tax_currency", 0);
	else if (kind == UBL_QUANTITY) {
		value = doc_value(w->doc, path_in(w, table, "unit"), line);
		name = "unitCode";
	}
	if (value)
		xml_set_attr(node, name, value);
}

static void note_missing(struct writing *w, const struct ubl_row *row,
			 const char *table, int line)
{
	bool file = row->need == NEED_FILE;
	struct strbuf *words = file ? &w->lacks_file : &w->lacks_standard;
	struct strbuf *fields = file ? &w->file_fields : &w->standard_fields;
	const char *path = row->from;

	if (line > 0)
		path = arena_printf(w->arena, "%s[%d]/%s", table, line, row->from);
	strbuf_addf(fields, "%s%s", fields->len ? " " : "", path);
	/* The same of a hundred lines is said once. */
	if (strstr(words->text, row->what) == NULL)
		strbuf_addf(words, "%s%s", words->len ? ", " : "", row->what);
}

static void write_rows(struct writing *w, struct xml_node *from,
		       const struct ubl_row *rows, const char *table, int line);

static void write_table(struct writing *w, struct xml_node *from,
			const struct ubl_row *row)
{
	int n = render_rows(w->doc, row->from);

	if (n == 0 && row->need != NEED_NOT)
		note_missing(w, row, NULL, 0);
	for (int i = 1; i <= n; i++)
		write_rows(w, element_at(w, from, row->to, NULL), row->rows, row->from,
			   i);
}

static void write_value(struct writing *w, struct xml_node *from,
			const struct ubl_row *row, const char *table, int line)
{
	const char *value = row->literal;

	if (row->from)
		value = doc_value(w->doc, path_in(w, table, row->from), line);
	else if (row->literal && !doc_value(w->doc, path_in(w, table, row->with), line))
		return;
	if (value && *value)
		set_attributes(w, element_at(w, from, row->to, value), row->kind, table,
			       line);
	else if (row->from == NULL) /* an element that must be there, even empty */
		element_at(w, from, row->to, NULL);
	else if (row->need != NEED_NOT)
		note_missing(w, row, table, line);
}

static void write_rows(struct writing *w, struct xml_node *from,
		       const struct ubl_row *rows, const char *table, int line)
{
	for (; rows->to; rows++) {
		if (rows->in != IN_BOTH && rows->in != w->in)
			continue;
		if (rows->kind == UBL_TABLE)
			write_table(w, from, rows);
		else
			write_value(w, from, rows, table, line);
	}
}

/* --- the document ----------------------------------------------------- */

static struct xml_doc *write_document(struct writing *w)
{
	const char *name = w->in == IN_CREDIT_NOTE ? "CreditNote" : "Invoice";
	struct xml_doc *tree = xml_new(name);
	struct xml_node *root = xml_root(tree);

	xml_namespace(root, NULL, arena_printf(w->arena, UBL "%s-2", name));
	xml_namespace(root, "cac", UBL "CommonAggregateComponents-2");
	xml_namespace(root, "cbc", UBL "CommonBasicComponents-2");
	strbuf_init(&w->lacks_file, w->arena);
	strbuf_init(&w->lacks_standard, w->arena);
	strbuf_init(&w->file_fields, w->arena);
	strbuf_init(&w->standard_fields, w->arena);
	write_rows(w, root, ubl_rows, NULL, 0);
	return tree;
}

/* UN/ECE Recommendation 20 (and 21 with an X before it): two or three capitals and
 * digits. Whether the code is in the list is for the master's units to know. */
static bool looks_like_unit_code(const char *unit)
{
	size_t len = strlen(unit);

	return len >= 2 && len <= 3 &&
	       strspn(unit, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == len;
}

static void check_units(struct writing *w)
{
	int lines = render_rows(w->doc, "lines");
	static const struct ubl_row unit = {
		.from = "unit",
		.need = NEED_STANDARD,
		.what = "a unit's code by UN/ECE Rec 20 (BT-130)",
	};

	for (int i = 1; i <= lines; i++) {
		const char *printed = doc_value(w->doc, "lines/unit", i);

		if (printed == NULL || !looks_like_unit_code(printed))
			note_missing(w, &unit, "lines", i);
	}
}

/* An amount in the currency of the VAT says which that is. */
static void check_tax_currency(struct writing *w)
{
	static const struct ubl_row currency = {
		.from = "tax_currency",
		.need = NEED_FILE,
		.what = "the currency of the VAT (BT-6)",
	};
	static const struct ubl_row amount = {
		.from = "total_vat_tax_currency",
		.need = NEED_STANDARD,
		.what = "the VAT in its currency (BT-111)",
	};
	bool has_currency = doc_value(w->doc, currency.from, 0) != NULL;
	bool has_amount = doc_value(w->doc, amount.from, 0) != NULL;

	if (has_currency != has_amount)
		note_missing(w, has_amount ? &currency : &amount, NULL, 0);
}

static void tell(const struct writing *w, struct doc *doc)
{
	if (w->lacks_file.len > 0)
		doc_find(doc, "render-missing", FINDING_DOCUMENT, SEVERITY_STOP,
			 w->file_fields.text, "As UBL the invoice would need %s.",
			 w->lacks_file.text);
	else if (w->lacks_standard.len > 0)
		doc_find(doc, "render-missing", FINDING_DOCUMENT, SEVERITY_WARN,
			 w->standard_fields.text,
			 "To keep to EN 16931 the invoice would also need %s.",
			 w->lacks_standard.text);
}

enum rc render_ubl(struct rendering *r, struct render_item *item, const void **bytes,
		   size_t *len, struct err *err)
{
	struct writing w = {.doc = doc_copy(item->doc), .arena = r->arena};
	AUTO_XML tree = NULL;

	(void)err;
	w.in = render_is_credit_note(doc_value(w.doc, "type_code", 0)) ? IN_CREDIT_NOTE
								       : IN_INVOICE;
	ubl_derive(w.doc, w.in == IN_CREDIT_NOTE);
	tree = write_document(&w);
	check_units(&w);
	check_tax_currency(&w);
	tell(&w, item->doc);
	if (w.lacks_file.len > 0)
		return RC_OK;
	if (w.lacks_standard.len == 0) {
		xml_free(&tree);
		ubl_set(w.doc, UBL_CONFORMS, 0, EN_16931);
		tree = write_document(&w);
	}
	*bytes = xml_print_document(r->arena, tree, len);
	return RC_OK;
}
