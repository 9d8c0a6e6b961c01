/* schema_load.c - what an XSD says, as a struct doctype.
 *
 * Walks the XSD as the XML it is: elements give the fields with their paths, xs:appinfo
 * the rest (schema_notes.c). An administrator writes these files by hand, so everything
 * that is not understood is an error with file and line: an element that repeats among
 * others, a rule about a field that does not exist. The first error is kept and the
 * walk goes on harmlessly, so that no function below needs to return one. */
#include "schema_load.h"

#include <stdlib.h>
#include <string.h>

#include "sha256.h"
#include "text.h"
#include "xml.h"

#define DEEPEST 8 /* groups in groups; stops a type that contains itself */
#define BUDGET_DEFAULT 0.01f /* of values that no person sees */

void schema_complain(struct loader *l, const struct xml_node *at, const char *fmt, ...)
{
	va_list ap;

	if (l->failed)
		return;
	va_start(ap, fmt);
	err_set(l->err, RC_FAIL, "%s.xsd:%d: %s", l->type->name, at ? xml_line(at) : 0,
		arena_vprintf(l->arena, fmt, ap));
	va_end(ap);
	l->failed = true;
}

/* A named xs:simpleType or xs:complexType of this XSD. */
static struct xml_node *named_type(struct loader *l, const char *element,
				   const char *name)
{
	struct xml_node *at = xml_child(l->root, element);

	for (; at; at = xml_next_same(at)) {
		const char *its = xml_attr(l->arena, at, "name");

		if (its && strcmp(its, name) == 0)
			return at;
	}
	return NULL;
}

static void kind_of_builtin(const char *type, enum kind *kind)
{
	static const struct {
		const char *type;
		enum kind kind;
	} table[] = {
		{"date", KIND_DATE}, {"time", KIND_TIME}, {"decimal", KIND_AMOUNT}};
	const char *name = strchr(type, ':') + 1;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].type, name) == 0)
			*kind = table[i].kind;
}

static void load_simple_type(struct loader *l, struct fieldtype *field,
			     const struct xml_node *holder, const char *type,
			     int depth);

static void load_restriction(struct loader *l, struct fieldtype *field,
			     const struct xml_node *simple, int depth)
{
	const struct xml_node *restriction = xml_child(simple, "restriction");
	const struct xml_node *at = xml_child(restriction, "enumeration");
	size_t cap = 0;

	if (restriction == NULL) {
		schema_complain(l, simple, "a simple type here must be a restriction");
		return;
	}
	if (at)
		field->n_codes = 0;
	for (; at; at = xml_next_same(at))
		*arena_push(l->arena, field->codes, field->n_codes, cap) =
			schema_needed_attr(l, at, "value");
	load_simple_type(l, field, restriction, xml_attr(l->arena, restriction, "base"),
			 depth + 1);
}

/* Follows type="amount" to what it is made of: the kind, and the codes of a list. The
 * outermost list is the one that counts. */
static void load_simple_type(struct loader *l, struct fieldtype *field,
			     const struct xml_node *holder, const char *type, int depth)
{
	const struct xml_node *simple = xml_child(holder, "simpleType");
	size_t n_codes = field->n_codes;
	const char **codes = field->codes;

	if (type && strchr(type, ':')) {
		kind_of_builtin(type, &field->kind);
		return;
	}
	if (type)
		simple = named_type(l, "simpleType", type);
	if (simple && depth < DEEPEST)
		load_restriction(l, field, simple, depth);
	else
		schema_complain(l, holder,
				"its type is neither here nor one of XML Schema's own");
	if (n_codes > 0) {
		field->codes = codes;
		field->n_codes = n_codes;
	}
}

/* --- elements --------------------------------------------------------- */

struct place {		  /* where in the document an element stands */
	const char *path; /* of its parent; "" below the root */
	const char *table, *item;
	const char *optional; /* nearest group around it that may be absent */
	int depth;
};

static void load_group(struct loader *l, const struct xml_node *complex,
		       struct place inside);

static bool may_be_absent(struct loader *l, const struct xml_node *element)
{
	const char *min = xml_attr(l->arena, element, "minOccurs");

	return min && strcmp(min, "0") == 0;
}

static bool repeats(struct loader *l, const struct xml_node *element)
{
	const char *max = xml_attr(l->arena, element, "maxOccurs");

	return max && strcmp(max, "1") != 0;
}

static const char *title_from_path(struct loader *l, const char *path)
{
	char *title = arena_strdup(l->arena, path);

	for (char *c = title; *c; c++)
		if (*c == '_' || *c == '/')
			*c = ' ';
	return title;
}

static void load_leaf(struct loader *l, const struct xml_node *element,
		      const char *path, const struct place *place)
{
	struct doctype *type = l->type;
	struct fieldtype *field;
	bool needed = !may_be_absent(l, element);

	if (doctype_field(type, path))
		schema_complain(l, element, "there are two fields %s", path);
	field = arena_push(l->arena, type->fields, type->n_fields, l->cap_fields);
	*field = (struct fieldtype){
		.path = path,
		.title = title_from_path(
			l, place->table ? path + strlen(place->path) + 1 : path),
		.line = place->table != NULL,
		.table = place->table,
		.item = place->item,
		.position = (int)type->n_fields - 1,
		.order = (int)type->n_fields * 10,
		.required = needed && place->optional == NULL,
		.needed_in = needed ? place->optional : NULL,
		.keyed = true,
		.accept = l->accept,
		.budget = l->budget,
	};
	load_simple_type(l, field, element, xml_attr(l->arena, element, "type"), 0);
	if (field->n_codes > 0)
		field->kind = KIND_CODE;
	schema_field_notes(l, field, element);
}

static const struct xml_node *complex_type(struct loader *l,
					   const struct xml_node *element)
{
	const char *type = xml_attr(l->arena, element, "type");

	if (type == NULL)
		return xml_child(element, "complexType");
	return strchr(type, ':') ? NULL : named_type(l, "complexType", type);
}

/* The one repeated element that makes its parent a table, or NULL. */
static const struct xml_node *repeated_item(struct loader *l,
					    const struct xml_node *complex)
{
	const struct xml_node *item = xml_at(complex, "sequence/element");

	return item && xml_next(item) == NULL && repeats(l, item) ? item : NULL;
}

static void load_table(struct loader *l, const struct xml_node *element,
		       const struct xml_node *item, struct place inside)
{
	const struct xml_node *complex = complex_type(l, item);

	if (inside.table || inside.depth != 1 || complex == NULL) {
		schema_complain(
			l, element,
			"a table stands directly below the root and has columns");
		return;
	}
	if (strcmp(inside.path, "lines") == 0)
		l->type->lines_required =
			!may_be_absent(l, element) && !may_be_absent(l, item);
	inside.table = inside.path;
	inside.item = schema_needed_attr(l, item, "name");
	inside.optional = NULL;
	load_group(l, complex, inside);
}

static void load_element(struct loader *l, const struct xml_node *element,
			 const struct place *place)
{
	const char *name = schema_needed_attr(l, element, "name");
	const char *path = *place->path
				   ? arena_printf(l->arena, "%s/%s", place->path, name)
				   : name;
	const struct xml_node *complex = complex_type(l, element);
	struct place inside = *place;

	if (repeats(l, element)) {
		schema_complain(l, element,
				"%s repeats; put it alone into an element of its own",
				name);
		return;
	}
	if (complex == NULL) {
		load_leaf(l, element, path, place);
		return;
	}
	inside.path = path;
	inside.depth++;
	if (may_be_absent(l, element))
		inside.optional = path;
	const struct xml_node *item = repeated_item(l, complex);

	if (item)
		load_table(l, element, item, inside);
	else
		load_group(l, complex, inside);
}

static void load_group(struct loader *l, const struct xml_node *complex,
		       struct place inside)
{
	const struct xml_node *model = xml_child(complex, "all");

	if (model == NULL)
		model = xml_child(complex, "sequence");
	if (model == NULL || inside.depth > DEEPEST) {
		schema_complain(l, complex,
				"fields are expected in xs:all or xs:sequence");
		return;
	}
	for (const struct xml_node *at = xml_first(model); at; at = xml_next(at)) {
		if (strcmp(xml_name(at), "element") == 0)
			load_element(l, at, &inside);
		else if (strcmp(xml_name(at), "annotation") != 0)
			schema_complain(l, at, "<xs:%s> is not supported here",
					xml_name(at));
	}
}

/* --- the whole -------------------------------------------------------- */

static void check_paths(struct loader *l, const struct xml_node *at, const char *what,
			const char **paths, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (doctype_field(l->type, paths[i]) == NULL)
			schema_complain(l, at, "%s: there is no field %s", what,
					paths[i]);
}

/* each="line": the table whose items are called so. */
static void find_table(struct loader *l, const struct xml_node *at, struct rule *rule)
{
	const struct doctype *type = l->type;

	for (size_t i = 0; rule->table && i < type->n_fields; i++)
		if (type->fields[i].item &&
		    strcmp(type->fields[i].item, rule->table) == 0) {
			rule->table = type->fields[i].table;
			return;
		}
	if (rule->table)
		schema_complain(l, at, "%s: there is no table of <%s>", rule->id,
				rule->table);
}

/* Only now are all fields known. */
static void check_references(struct loader *l, const struct xml_node *element)
{
	const struct doctype *type = l->type;
	size_t rule = 0, check = 0;

	for (struct xml_node *at = schema_first_note(element); at; at = xml_next(at)) {
		if (schema_is_note(at, "rule") && rule < type->n_rules) {
			struct rule *r = &type->rules[rule++];

			check_paths(l, at, r->id, r->fields, r->n_fields);
			check_paths(l, at, r->id, r->proves, r->n_proves);
			find_table(l, at, r);
		}
		if (schema_is_note(at, "check") && check < type->n_checks) {
			const struct check *c = &type->checks[check++];

			check_paths(l, at, c->name, c->fields, c->n_fields);
		}
	}
}

static int by_order(const void *a, const void *b)
{
	const struct fieldtype *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->position < y->position ? -1 : x->position > y->position;
}

static const struct xml_node *root_element(struct loader *l)
{
	const struct xml_node *at = xml_child(l->root, "element");

	for (; at; at = xml_next_same(at)) {
		const char *name = xml_attr(l->arena, at, "name");

		if (name && strcmp(name, l->type->name) == 0)
			return at;
	}
	schema_complain(l, l->root, "it has no element %s", l->type->name);
	return NULL;
}

static void load_root(struct loader *l)
{
	const struct xml_node *element = root_element(l);
	const struct xml_node *complex = element ? complex_type(l, element) : NULL;
	struct place top = {.path = ""};

	if (element && complex == NULL)
		schema_complain(l, element, "%s has no fields", l->type->name);
	if (complex == NULL)
		return;
	schema_type_notes(l, element);
	load_group(l, complex, top);
	check_references(l, element);
	if (l->type->n_fields > 1)
		qsort(l->type->fields, l->type->n_fields, sizeof *l->type->fields,
		      by_order);
}

enum rc doctype_load(struct arena *arena, struct doctype *out, struct err *err)
{
	struct loader l = {
		.arena = arena, .type = out, .budget = BUDGET_DEFAULT, .err = err};
	AUTO_XML tree = NULL;
	struct err reason = {0};

	if (xml_parse(out->xsd, out->xsd_len, &tree, &reason) != RC_OK)
		return err_set(err, RC_FAIL, "%s.xsd: %s", out->name, reason.text);
	if (xml_schema_compile(out->xsd, out->xsd_len, NULL, &out->compiled, &reason) !=
	    RC_OK)
		return err_set(err, RC_FAIL, "%s.xsd: %s", out->name, reason.text);
	sha256_text(out->xsd, out->xsd_len, out->version);
	out->title = out->name;
	l.root = xml_root(tree);
	load_root(&l);
	return l.failed ? RC_FAIL : RC_OK;
}
