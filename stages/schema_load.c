/* schema_load.c - what an XSD and its annotations say, as a struct doctype.
 *
 * Walks the XSD as the XML it is: elements give the fields with their paths, xs:appinfo
 * gives kinds, labels, zones, rules and signs. An administrator writes these files by
 * hand, so everything that is not understood is an error with file and line: an
 * attribute with a typing mistake, a rule about a field that does not exist, a test
 * that is no XPath. The first error is kept and the walk goes on harmlessly, so that no
 * function below needs to return one. */
#include "schema_load.h"

#include <stdlib.h>
#include <string.h>

#include "sha256.h"
#include "text.h"
#include "xml.h"

#define TYPE_NS "urn:intray:type:1"
#define DEEPEST 8 /* groups in groups; stops a type that contains itself */
#define ACCEPT_DEFAULT 0.97f

struct loader {
	struct arena *arena;
	struct doctype *type;
	const struct xml_node *root; /* xs:schema */
	float accept;
	size_t cap_fields, cap_rules, cap_checks, cap_signs;
	bool failed;
	struct err *err;
};

static void complain(struct loader *l, const struct xml_node *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void complain(struct loader *l, const struct xml_node *at, const char *fmt, ...)
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

/* --- attributes
 * ----------------------------------------------------------------------- */

static bool word_in(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(list, word); at; at = strstr(at + 1, word))
		if ((at == list || at[-1] == ' ') &&
		    (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static void check_attributes(struct loader *l, const struct xml_node *node)
{
	static const struct {
		const char *element, *attributes;
	} table[] = {
		{"type", "title priority fallback accept"},
		{"sign", "lang weight where"},
		{"rule", "id fields test severity kind when-missing each proves"},
		{"check", "name fields severity"},
		{"form", "width height"},
		{"rule-at", "x y w h heavy dashed rows pitch"},
		{"anchor", "x y w h"},
		{"field",
		 "title kind term order double see keep hint role accept derive "
		 "doubt"},
		{"label", "lang weight value"},
		{"zone", "page x y w h value rows pitch print"},
	};
	const char *attributes = NULL, *name;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].element, xml_name(node)) == 0)
			attributes = table[i].attributes;
	if (attributes == NULL) {
		complain(l, node, "<t:%s> is not known", xml_name(node));
		return;
	}
	for (size_t i = 0; (name = xml_attr_name(node, i)) != NULL; i++)
		if (!word_in(attributes, name))
			complain(l, node, "<t:%s> has no attribute %s; it has: %s",
				 xml_name(node), name, attributes);
}

static float number_attr(struct loader *l, const struct xml_node *node,
			 const char *name, float otherwise)
{
	const char *text = xml_attr(l->arena, node, name);
	char *end;
	float value;

	if (text == NULL)
		return otherwise;
	value = strtof(text, &end);
	if (*text == '\0' || *end != '\0')
		complain(l, node, "%s=\"%s\" is not a number", name, text);
	return value;
}

/* Which of the words the attribute is; the first when it is absent. */
static size_t choice_attr(struct loader *l, const struct xml_node *node,
			  const char *name, const char *const *words, size_t n_words)
{
	const char *text = xml_attr(l->arena, node, name);

	if (text == NULL)
		return 0;
	for (size_t i = 0; i < n_words; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	complain(l, node, "%s=\"%s\" is neither \"%s\" nor \"%s\"", name, text,
		 words[0], words[n_words - 1]);
	return 0;
}

static bool flag_attr(struct loader *l, const struct xml_node *node, const char *name)
{
	static const char *const words[] = {"no", "yes"};

	return choice_attr(l, node, name, words, 2) == 1;
}

static const char *needed_attr(struct loader *l, const struct xml_node *node,
			       const char *name)
{
	const char *text = xml_attr(l->arena, node, name);

	if (text == NULL || *text == '\0') {
		complain(l, node, "<%s> lacks the attribute %s", xml_name(node), name);
		return "";
	}
	return text;
}

static const char **split_words(struct loader *l, const char *text, size_t *n)
{
	const char **words = NULL;
	size_t cap = 0;

	*n = 0;
	for (; text && *text; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");

		if (len > 0)
			*arena_push(l->arena, words, *n, cap) =
				arena_strndup(l->arena, text, len);
		text += len;
	}
	return words;
}

/* --- annotations
 * ---------------------------------------------------------------------- */

static struct xml_node *first_note(const struct xml_node *element)
{
	return xml_first(xml_at(element, "annotation/appinfo"));
}

static bool is_note(const struct xml_node *node, const char *name)
{
	return strcmp(xml_ns(node), TYPE_NS) == 0 && strcmp(xml_name(node), name) == 0;
}

static const char *folded_text(struct loader *l, const struct xml_node *node)
{
	const char *text = text_fold(l->arena, xml_text(l->arena, node));

	if (*text == '\0')
		complain(l, node, "<t:%s> is empty", xml_name(node));
	return text;
}

static const char *const severities[] = {"warn", "stop", "proof"};

static bool is_proof_only(struct loader *l, const struct xml_node *node)
{
	return choice_attr(l, node, "severity", severities, 3) == 2;
}

static enum severity severity_attr(struct loader *l, const struct xml_node *node)
{
	return choice_attr(l, node, "severity", severities, 3) == 1 ? SEVERITY_STOP
								    : SEVERITY_WARN;
}

static void load_type_note(struct loader *l, const struct xml_node *note)
{
	const char *title = xml_attr(l->arena, note, "title");

	if (title)
		l->type->title = title;
	l->type->priority = (int)number_attr(l, note, "priority", 0);
	l->type->fallback = flag_attr(l, note, "fallback");
	l->accept = number_attr(l, note, "accept", ACCEPT_DEFAULT);
}

static void load_sign(struct loader *l, const struct xml_node *note)
{
	static const char *const places[] = {"anywhere", "title", "narrow"};
	struct sign *sign =
		arena_push(l->arena, l->type->signs, l->type->n_signs, l->cap_signs);

	size_t place = choice_attr(l, note, "where", places, 3);
	*sign = (struct sign){
		.lang = xml_attr(l->arena, note, "lang"),
		.text = place == 2 ? "" : folded_text(l, note),
		.weight = number_attr(l, note, "weight", 1),
		.title = place == 1,
		.narrow = place == 2,
	};
}

static void load_rule(struct loader *l, const struct xml_node *note)
{
	static const char *const kinds[] = {"document", "reading"};
	static const char *const missing[] = {"skip", "run"};
	struct rule *rule =
		arena_push(l->arena, l->type->rules, l->type->n_rules, l->cap_rules);
	struct err reason = {0};

	*rule = (struct rule){
		.id = needed_attr(l, note, "id"),
		.test = needed_attr(l, note, "test"),
		.text = xml_text(l->arena, note),
		.table = xml_attr(l->arena, note, "each"),
		.severity = severity_attr(l, note),
		.proof_only = is_proof_only(l, note),
		.kind = choice_attr(l, note, "kind", kinds, 2) == 1 ? FINDING_READING
								    : FINDING_DOCUMENT,
		.run_when_missing =
			choice_attr(l, note, "when-missing", missing, 2) == 1,
	};
	rule->fields = split_words(l, needed_attr(l, note, "fields"), &rule->n_fields);
	rule->proves =
		split_words(l, xml_attr(l->arena, note, "proves"), &rule->n_proves);
	if (*rule->text == '\0')
		complain(l, note, "rule %s has no sentence for the clerk", rule->id);
	if (xml_xpath_check(rule->test, &reason) != RC_OK)
		complain(l, note, "rule %s: %s", rule->id, reason.text);
}

static void load_check(struct loader *l, const struct xml_node *note)
{
	struct check *check =
		arena_push(l->arena, l->type->checks, l->type->n_checks, l->cap_checks);

	*check = (struct check){
		.name = needed_attr(l, note, "name"),
		.text = xml_text(l->arena, note),
		.severity = severity_attr(l, note),
	};
	check->fields =
		split_words(l, needed_attr(l, note, "fields"), &check->n_fields);
	if (*check->text == '\0')
		complain(l, note, "check %s has no sentence for the clerk",
			 check->name);
}

static void load_form_rule(struct loader *l, struct form_print *print,
			   const struct xml_node *note)
{
	int rows = (int)number_attr(l, note, "rows", 1);
	float pitch = number_attr(l, note, "pitch", 0);
	struct form_rule rule = {
		.x = number_attr(l, note, "x", 0),
		.y = number_attr(l, note, "y", 0),
		.w = number_attr(l, note, "w", 0),
		.h = number_attr(l, note, "h", 0),
		.heavy = flag_attr(l, note, "heavy"),
		.dashed = flag_attr(l, note, "dashed"),
	};

	for (int i = 0; i < rows; i++, rule.y += pitch)
		*arena_push(l->arena, print->rules, print->n_rules, print->cap_rules) =
			rule;
}

static void load_form_anchor(struct loader *l, struct form_print *print,
			     const struct xml_node *note)
{
	*arena_push(l->arena, print->anchors, print->n_anchors, print->cap_anchors) =
		(struct form_anchor){
			.x = number_attr(l, note, "x", 0),
			.y = number_attr(l, note, "y", 0),
			.w = number_attr(l, note, "w", 0),
			.h = number_attr(l, note, "h", 0),
			.text = folded_text(l, note),
		};
}

static void load_form_print(struct loader *l, struct form_print *print,
			    const struct xml_node *note)
{
	check_attributes(l, note);
	if (is_note(note, "rule-at"))
		load_form_rule(l, print, note);
	else if (is_note(note, "anchor"))
		load_form_anchor(l, print, note);
	else
		complain(l, note, "<t:%s> does not belong into <t:form>",
			 xml_name(note));
}

static void load_form(struct loader *l, const struct xml_node *note)
{
	struct form_print *print = arena_alloc(l->arena, sizeof *print);

	print->width = number_attr(l, note, "width", 0);
	print->height = number_attr(l, note, "height", 0);
	if (print->width <= 0 || print->height <= 0)
		complain(l, note, "<t:form> lacks its width and height");
	for (struct xml_node *at = xml_first(note); at; at = xml_next(at))
		load_form_print(l, print, at);
	l->type->is_form = true;
	l->type->print = print;
}

static void load_type_notes(struct loader *l, const struct xml_node *element)
{
	static const struct {
		const char *name;
		void (*load)(struct loader *l, const struct xml_node *note);
	} table[] = {
		{"type", load_type_note}, {"sign", load_sign}, {"rule", load_rule},
		{"check", load_check},	  {"form", load_form},
	};

	for (struct xml_node *at = first_note(element); at; at = xml_next(at)) {
		bool known = false;

		check_attributes(l, at);
		for (size_t i = 0; i < sizeof table / sizeof *table; i++)
			if (is_note(at, table[i].name)) {
				table[i].load(l, at);
				known = true;
			}
		if (!known)
			complain(l, at, "<t:%s> does not belong to a document type",
				 xml_name(at));
	}
}

/* --- fields
 * --------------------------------------------------------------------------- */

static void load_field_note(struct loader *l, struct fieldtype *field,
			    const struct xml_node *note)
{
	static const char *const seen_by[] = {"all", "restricted"};
	static const char *const doubts[] = {"stop", "drop"};
	const char *kind = xml_attr(l->arena, note, "kind");
	const char *title = xml_attr(l->arena, note, "title");
	const char *order = xml_attr(l->arena, note, "order");

	if (kind && !kind_from_name(kind, &field->kind))
		complain(l, note, "kind=\"%s\" is not known", kind);
	if (title)
		field->title = title;
	if (order && strcmp(order, "none") == 0)
		field->keyed = false;
	else
		field->order = (int)number_attr(l, note, "order", (float)field->order);
	field->term = xml_attr(l->arena, note, "term");
	field->role = xml_attr(l->arena, note, "role");
	field->hint = xml_attr(l->arena, note, "hint");
	field->keep = xml_attr(l->arena, note, "keep");
	field->derive = xml_attr(l->arena, note, "derive");
	field->key_double = flag_attr(l, note, "double");
	field->restricted = choice_attr(l, note, "see", seen_by, 2) == 1;
	field->drop_doubtful = choice_attr(l, note, "doubt", doubts, 2) == 1;
	field->accept = number_attr(l, note, "accept", l->accept);
	if (field->accept <= 0 || field->accept > 1)
		complain(l, note, "accept must be above 0 and at most 1");
}

/* print="1", "2-" or "2-3": lines of print from the first to the last. */
static void load_print_lines(struct loader *l, struct zone *zone,
			     const struct xml_node *note)
{
	const char *text = xml_attr(l->arena, note, "print");
	char *end;

	if (text == NULL)
		return;
	zone->first_print = zone->last_print = (int)strtol(text, &end, 10);
	if (*end == '-')
		zone->last_print = (int)strtol(end + 1, &end, 10);
	if (*end != '\0' || zone->first_print < 1)
		complain(l, note, "print=\"%s\" is not like \"1\" or \"2-\"", text);
}

static struct zone load_zone(struct loader *l, const struct xml_node *note)
{
	const char *page = xml_attr(l->arena, note, "page");
	bool any = page == NULL || strcmp(page, "any") == 0;
	struct zone zone = {
		.page = any ? 0 : (int)number_attr(l, note, "page", 0),
		.x = number_attr(l, note, "x", 0),
		.y = number_attr(l, note, "y", 0),
		.w = number_attr(l, note, "w", 0),
		.h = number_attr(l, note, "h", 0),
		.value = xml_attr(l->arena, note, "value"),
		.row_pitch = number_attr(l, note, "pitch", 0),
		.rows = (int)number_attr(l, note, "rows", 0),
	};

	load_print_lines(l, &zone, note);
	if (zone.w <= 0 || zone.h <= 0)
		complain(l, note, "<t:zone> lacks its width or height");
	return zone;
}

static void load_field_notes(struct loader *l, struct fieldtype *field,
			     const struct xml_node *element)
{
	size_t cap_labels = 0, cap_zones = 0;

	for (struct xml_node *at = first_note(element); at; at = xml_next(at)) {
		check_attributes(l, at);
		if (is_note(at, "field"))
			load_field_note(l, field, at);
		else if (is_note(at, "label"))
			*arena_push(l->arena, field->labels, field->n_labels,
				    cap_labels) = (struct label){
				xml_attr(l->arena, at, "lang"), folded_text(l, at),
				number_attr(l, at, "weight", 1),
				xml_attr(l->arena, at, "value")};
		else if (is_note(at, "zone"))
			*arena_push(l->arena, field->zones, field->n_zones, cap_zones) =
				load_zone(l, at);
		else
			complain(l, at, "<t:%s> does not belong to a field",
				 xml_name(at));
	}
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
		complain(l, simple, "a simple type here must be a restriction");
		return;
	}
	if (at)
		field->n_codes = 0;
	for (; at; at = xml_next_same(at))
		*arena_push(l->arena, field->codes, field->n_codes, cap) =
			needed_attr(l, at, "value");
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
		complain(l, holder,
			 "its type is neither here nor one of XML Schema's own");
	if (n_codes > 0) {
		field->codes = codes;
		field->n_codes = n_codes;
	}
}

/* --- elements
 * ------------------------------------------------------------------------- */

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
		complain(l, element, "there are two fields %s", path);
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
	};
	load_simple_type(l, field, element, xml_attr(l->arena, element, "type"), 0);
	if (field->n_codes > 0)
		field->kind = KIND_CODE;
	load_field_notes(l, field, element);
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
		complain(l, element,
			 "a table stands directly below the root and has columns");
		return;
	}
	if (strcmp(inside.path, "lines") == 0)
		l->type->lines_required =
			!may_be_absent(l, element) && !may_be_absent(l, item);
	inside.table = inside.path;
	inside.item = needed_attr(l, item, "name");
	inside.optional = NULL;
	load_group(l, complex, inside);
}

static void load_element(struct loader *l, const struct xml_node *element,
			 const struct place *place)
{
	const char *name = needed_attr(l, element, "name");
	const char *path = *place->path
				   ? arena_printf(l->arena, "%s/%s", place->path, name)
				   : name;
	const struct xml_node *complex = complex_type(l, element);
	struct place inside = *place;

	if (repeats(l, element)) {
		complain(l, element,
			 "%s repeats; put it alone into an element of its own", name);
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
		complain(l, complex, "fields are expected in xs:all or xs:sequence");
		return;
	}
	for (const struct xml_node *at = xml_first(model); at; at = xml_next(at)) {
		if (strcmp(xml_name(at), "element") == 0)
			load_element(l, at, &inside);
		else if (strcmp(xml_name(at), "annotation") != 0)
			complain(l, at, "<xs:%s> is not supported here", xml_name(at));
	}
}

/* --- the whole
 * ------------------------------------------------------------------------ */

static void check_paths(struct loader *l, const struct xml_node *at, const char *what,
			const char **paths, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (doctype_field(l->type, paths[i]) == NULL)
			complain(l, at, "%s: there is no field %s", what, paths[i]);
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
		complain(l, at, "%s: there is no table of <%s>", rule->id, rule->table);
}

/* Only now are all fields known. */
static void check_references(struct loader *l, const struct xml_node *element)
{
	const struct doctype *type = l->type;
	size_t rule = 0, check = 0;

	for (struct xml_node *at = first_note(element); at; at = xml_next(at)) {
		if (is_note(at, "rule") && rule < type->n_rules) {
			struct rule *r = &type->rules[rule++];

			check_paths(l, at, r->id, r->fields, r->n_fields);
			check_paths(l, at, r->id, r->proves, r->n_proves);
			find_table(l, at, r);
		}
		if (is_note(at, "check") && check < type->n_checks) {
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
	complain(l, l->root, "it has no element %s", l->type->name);
	return NULL;
}

static void load_root(struct loader *l)
{
	const struct xml_node *element = root_element(l);
	const struct xml_node *complex = element ? complex_type(l, element) : NULL;
	struct place top = {.path = ""};

	if (element && complex == NULL)
		complain(l, element, "%s has no fields", l->type->name);
	if (complex == NULL)
		return;
	load_type_notes(l, element);
	load_group(l, complex, top);
	check_references(l, element);
	if (l->type->n_fields > 1)
		qsort(l->type->fields, l->type->n_fields, sizeof *l->type->fields,
		      by_order);
}

enum rc doctype_load(struct arena *arena, struct doctype *out, struct err *err)
{
	struct loader l = {
		.arena = arena, .type = out, .accept = ACCEPT_DEFAULT, .err = err};
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
