/* render.c - finished documents as the bytes a business system takes in.
 *
 * Here is what all formats have in common: which there are, which documents each can
 * hold, and that a document with a finding that stops is left out while the others go
 * on. The formats themselves are render_*.c. Nothing here knows a database, a clock or
 * a file: the same documents and settings make the same bytes, so that a hand-over that
 * was cut off can be done again. */
#include "render_private.h"

#include <stdint.h>
#include <string.h>

#include "text.h"
#include "xml.h"

static const struct {
	const char *name, *suffix, *mime;
	const char *doctype; /* the only one it can hold; NULL: any */
	render_one_fn *one;
	render_all_fn *all;
} formats[RENDER_FORMAT_N] = {
	[RENDER_UBL] = {"ubl", "xml", "application/xml", "invoice", render_ubl, NULL},
	[RENDER_CSV] = {"csv", "csv", "text/csv", NULL, NULL, render_csv},
	[RENDER_JSON] = {"json", "json", "application/json", NULL, render_json, NULL},
	[RENDER_837P] = {"837p", "edi", "application/edi-x12", "cms1500", NULL,
			 render_837p},
	[RENDER_PDF] = {"pdf", "pdf", "application/pdf", NULL, render_pdf, NULL},
};

const char *render_format_name(enum render_format format)
{
	return (unsigned)format < RENDER_FORMAT_N ? formats[format].name : "?";
}

bool render_format_find(const char *name, enum render_format *out)
{
	for (size_t i = 0; i < RENDER_FORMAT_N; i++)
		if (strcmp(formats[i].name, name) == 0) {
			*out = (enum render_format)i;
			return true;
		}
	return false;
}

bool render_takes(enum render_format format, const char *doctype)
{
	const char *only = formats[format].doctype;

	return only == NULL || (doctype && strcmp(only, doctype) == 0);
}

/* --- what the formats share ------------------------------------------- */

void render_add_file(struct rendering *r, const char *name, const char *mime,
		     const void *bytes, size_t len, size_t item)
{
	*arena_push(r->arena, r->files, r->n_files, r->cap_files) = (struct rendered){
		.name = name,
		.mime = mime ? mime : formats[r->format].mime,
		.bytes = bytes,
		.len = len,
		.item = item,
	};
}

static bool is_ours(const struct finding *finding)
{
	return text_starts(finding->code, "render-");
}

bool render_stopped(const struct render_item *item)
{
	const struct doc *doc = item->doc;

	for (size_t i = 0; i < doc->n_findings; i++)
		if (is_ours(&doc->findings[i]) &&
		    doc->findings[i].severity == SEVERITY_STOP)
			return true;
	return false;
}

const char *render_fact(const struct render_item *item, const char *name, int line)
{
	for (size_t i = 0; i < item->n_facts; i++)
		if (item->facts[i].line == line &&
		    strcmp(item->facts[i].name, name) == 0)
			return item->facts[i].value;
	return NULL;
}

int render_rows(const struct doc *doc, const char *table)
{
	size_t len = strlen(table);
	int rows = 0;

	for (size_t i = 0; i < doc->n_fields; i++) {
		const struct field *field = &doc->fields[i];

		if (field->line > rows && strncmp(field->path, table, len) == 0 &&
		    field->path[len] == '/')
			rows = field->line;
	}
	return rows;
}

/* UNTDID 1001, those that take money off: what Peppol and EN 16931 write as a
 * CreditNote. */
bool render_is_credit_note(const char *type_code)
{
	static const char *const codes[] = {"81",  "83",  "261", "262", "296", "308",
					    "381", "396", "420", "458", "532"};

	for (size_t i = 0; type_code && i < sizeof codes / sizeof *codes; i++)
		if (strcmp(codes[i], type_code) == 0)
			return true;
	return false;
}

/* --- all documents of a batch ----------------------------------------- */

static void forget_earlier_findings(struct doc *doc)
{
	size_t kept = 0;

	for (size_t i = 0; i < doc->n_findings; i++)
		if (!is_ours(&doc->findings[i]))
			doc->findings[kept++] = doc->findings[i];
	doc->n_findings = kept;
}

static void look_at(struct rendering *r, struct render_item *item)
{
	const char *type = item->doc->type ? item->doc->type : "unknown";

	item->rendered = false;
	forget_earlier_findings(item->doc);
	if (!render_takes(r->format, type))
		doc_find(item->doc, "render-value", FINDING_DOCUMENT, SEVERITY_STOP, "",
			 "A document of type %s can't be handed over as %s.", type,
			 formats[r->format].name);
}

static enum rc render_one(struct rendering *r, size_t i, struct err *err)
{
	struct render_item *item = &r->items[i];
	const void *bytes = NULL;
	size_t len = 0;
	enum rc rc = formats[r->format].one(r, item, &bytes, &len, err);

	if (rc != RC_OK || render_stopped(item))
		return rc;
	render_add_file(r,
			arena_printf(r->arena, "%s.r%d.%s", item->control_number,
				     item->revision, formats[r->format].suffix),
			NULL, bytes, len, i);
	return RC_OK;
}

enum rc render(enum render_format format, struct render_item *items, size_t n,
	       const struct render_settings *settings, struct arena *arena,
	       struct rendered **files, size_t *n_files, struct err *err)
{
	struct rendering r = {format, items, n, settings, arena, NULL, 0, 0};
	enum rc rc = RC_OK;

	bug_on((unsigned)format >= RENDER_FORMAT_N);
	for (size_t i = 0; i < n; i++)
		look_at(&r, &items[i]);
	if (formats[format].all)
		rc = formats[format].all(&r, err);
	else
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			if (!render_stopped(&items[i]))
				rc = render_one(&r, i, err);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		items[i].rendered = !render_stopped(&items[i]);
	*files = rc == RC_OK ? r.files : NULL;
	*n_files = rc == RC_OK ? r.n_files : 0;
	return rc;
}

/* --- an instance as a document ---------------------------------------- */

struct opening {
	struct doc *doc;
	struct arena *arena;
	const struct doctype *type;
	struct err *err;
};

static enum rc add_value(struct opening *o, const struct xml_node *node,
			 const char *path, int line)
{
	struct field *field;

	if (doctype_field(o->type, path) == NULL)
		return err_set(o->err, RC_FAIL, "line %d: a %s has no %s",
			       xml_line(node), o->type->name, path);
	field = doc_append_field(o->doc, path, line);
	field->raw = field->value = xml_text(o->arena, node);
	field->source = SOURCE_XML;
	field->confidence = 1;
	field->accepted = true;
	return RC_OK;
}

static bool is_table(const struct doctype *type, const char *name)
{
	for (size_t i = 0; i < type->n_fields; i++)
		if (type->fields[i].table && strcmp(type->fields[i].table, name) == 0)
			return true;
	return false;
}

/* Elements without elements of their own are values; groups add to the path, rows of a
 * table count. */
static enum rc open_group(struct opening *o, const struct xml_node *group,
			  const char *prefix, int line)
{
	enum rc rc = RC_OK;
	int rows = 0;

	for (struct xml_node *at = xml_first(group); rc == RC_OK && at;
	     at = xml_next(at)) {
		const char *path = arena_printf(o->arena, "%s%s", prefix, xml_name(at));

		if (*prefix == '\0' && is_table(o->type, path))
			rc = open_group(o, at, path, -1);
		else if (line < 0)
			rc = open_group(o, at, arena_printf(o->arena, "%s/", prefix),
					++rows);
		else if (xml_first(at))
			rc = open_group(o, at, arena_printf(o->arena, "%s/", path),
					line);
		else
			rc = add_value(o, at, path, line);
	}
	return rc;
}

enum rc render_open(const struct schema_set *schemas, const void *xml, size_t len,
		    struct arena *arena, struct doc **out, struct err *err)
{
	AUTO_XML tree = NULL;
	struct opening o = {.doc = doc_new(arena), .arena = arena, .err = err};
	enum rc rc = xml_parse(xml, len, &tree, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "the document's data");
	o.type = schema_type(schemas, xml_name(xml_root(tree)));
	if (o.type == NULL)
		return err_set(err, RC_FAIL, "there is no document type \"%s\"",
			       xml_name(xml_root(tree)));
	o.doc->type = arena_strdup(arena, o.type->name);
	o.doc->instance = arena_strndup(arena, xml, len);
	*out = o.doc;
	return open_group(&o, xml_root(tree), "", 0);
}
