/* schema_notes.c - what Intray's own annotations in an XSD say (namespace
 * urn:intray:type:1).
 *
 * Signs, rules, checks and the print of a form on the root element; kind, labels and
 * zones on a field's. An administrator writes them by hand, so an attribute with a
 * typing mistake or a number that is none is an error with file and line
 * (schema_complain). */
#include "schema_load.h"

#include <stdlib.h>
#include <string.h>

#include "extract.h"
#include "text.h"
#include "xml.h"

#define TYPE_NS "urn:intray:type:1"

/* --- attributes ------------------------------------------------------- */

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
		{"type", "title priority fallback accept budget paper sum currency"},
		{"sign", "lang weight where"},
		{"rule", "id fields test severity kind when-missing each proves"},
		{"check", "name fields severity"},
		{"form", "width height"},
		{"rule-at", "x y w h heavy dashed rows pitch"},
		{"anchor", "x y w h"},
		{"field",
		 "title kind term order double see keep hint role accept budget derive "
		 "doubt letters"},
		{"label", "lang weight value"},
		{"zone", "page x y w h value rows pitch print"},
	};
	const char *attributes = NULL, *name;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].element, xml_name(node)) == 0)
			attributes = table[i].attributes;
	if (attributes == NULL) {
		schema_complain(l, node, "<t:%s> is not known", xml_name(node));
		return;
	}
	for (size_t i = 0; (name = xml_attr_name(node, i)) != NULL; i++)
		if (!word_in(attributes, name))
			schema_complain(l, node,
					"<t:%s> has no attribute %s; it has: %s",
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
		schema_complain(l, node, "%s=\"%s\" is not a number", name, text);
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
	schema_complain(l, node, "%s=\"%s\" is neither \"%s\" nor \"%s\"", name, text,
			words[0], words[n_words - 1]);
	return 0;
}

static bool flag_attr(struct loader *l, const struct xml_node *node, const char *name)
{
	static const char *const words[] = {"no", "yes"};

	return choice_attr(l, node, name, words, 2) == 1;
}

const char *schema_needed_attr(struct loader *l, const struct xml_node *node,
			       const char *name)
{
	const char *text = xml_attr(l->arena, node, name);

	if (text == NULL || *text == '\0') {
		schema_complain(l, node, "<%s> lacks the attribute %s", xml_name(node),
				name);
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

/* --- annotations ------------------------------------------------------ */

struct xml_node *schema_first_note(const struct xml_node *element)
{
	return xml_first(xml_at(element, "annotation/appinfo"));
}

bool schema_is_note(const struct xml_node *node, const char *name)
{
	return strcmp(xml_ns(node), TYPE_NS) == 0 && strcmp(xml_name(node), name) == 0;
}

static const char *folded_text(struct loader *l, const struct xml_node *node)
{
	const char *text = text_fold(l->arena, xml_text(l->arena, node));

	if (*text == '\0')
		schema_complain(l, node, "<t:%s> is empty", xml_name(node));
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

/* A budget of its own undoes an `accept` that stands for the whole type. */
static void load_thresholds(struct loader *l, const struct xml_node *note,
			    float *accept, float *budget)
{
	bool own_budget = xml_attr(l->arena, note, "budget") != NULL;

	*accept = number_attr(l, note, "accept", own_budget ? 0 : *accept);
	*budget = number_attr(l, note, "budget", *budget);
	if (*accept < 0 || *accept > 1)
		schema_complain(l, note, "accept must be above 0 and at most 1");
	if (*budget <= 0 || *budget >= 1)
		schema_complain(l, note, "budget must be above 0 and below 1");
}

static void load_type_note(struct loader *l, const struct xml_node *note)
{
	static const char *const papers[] = {"sheet", "slip"};
	const char *title = xml_attr(l->arena, note, "title");

	if (title)
		l->type->title = title;
	l->type->slip = choice_attr(l, note, "paper", papers, 2) == 1;
	l->type->priority = (int)number_attr(l, note, "priority", 0);
	l->type->fallback = flag_attr(l, note, "fallback");
	l->type->sum = xml_attr(l->arena, note, "sum");
	l->type->currency = xml_attr(l->arena, note, "currency");
	load_thresholds(l, note, &l->accept, &l->budget);
}

static void load_sign(struct loader *l, const struct xml_node *note)
{
	static const char *const places[] = {"anywhere", "title", "narrow", "table"};
	struct sign *sign =
		arena_push(l->arena, l->type->signs, l->type->n_signs, l->cap_signs);

	size_t place = choice_attr(l, note, "where", places, 4);
	*sign = (struct sign){
		.lang = xml_attr(l->arena, note, "lang"),
		.text = place >= 2 ? "" : folded_text(l, note),
		.weight = number_attr(l, note, "weight", 1),
		.title = place == 1,
		.narrow = place == 2,
		.table = place == 3,
	};
	sign->key = label_key(l->arena, sign->text);
}

static void load_rule(struct loader *l, const struct xml_node *note)
{
	static const char *const kinds[] = {"document", "reading"};
	static const char *const missing[] = {"skip", "run"};
	struct rule *rule =
		arena_push(l->arena, l->type->rules, l->type->n_rules, l->cap_rules);
	struct err reason = {0};

	*rule = (struct rule){
		.id = schema_needed_attr(l, note, "id"),
		.test = schema_needed_attr(l, note, "test"),
		.text = xml_text(l->arena, note),
		.table = xml_attr(l->arena, note, "each"),
		.severity = severity_attr(l, note),
		.proof_only = is_proof_only(l, note),
		.kind = choice_attr(l, note, "kind", kinds, 2) == 1 ? FINDING_READING
								    : FINDING_DOCUMENT,
		.run_when_missing =
			choice_attr(l, note, "when-missing", missing, 2) == 1,
	};
	rule->fields =
		split_words(l, schema_needed_attr(l, note, "fields"), &rule->n_fields);
	rule->proves =
		split_words(l, xml_attr(l->arena, note, "proves"), &rule->n_proves);
	if (*rule->text == '\0')
		schema_complain(l, note, "rule %s has no sentence for the clerk",
				rule->id);
	if (xml_xpath_check(rule->test, &reason) != RC_OK)
		schema_complain(l, note, "rule %s: %s", rule->id, reason.text);
}

static void load_check(struct loader *l, const struct xml_node *note)
{
	struct check *check =
		arena_push(l->arena, l->type->checks, l->type->n_checks, l->cap_checks);

	*check = (struct check){
		.name = schema_needed_attr(l, note, "name"),
		.text = xml_text(l->arena, note),
		.severity = severity_attr(l, note),
	};
	check->fields =
		split_words(l, schema_needed_attr(l, note, "fields"), &check->n_fields);
	if (*check->text == '\0')
		schema_complain(l, note, "check %s has no sentence for the clerk",
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
	if (schema_is_note(note, "rule-at"))
		load_form_rule(l, print, note);
	else if (schema_is_note(note, "anchor"))
		load_form_anchor(l, print, note);
	else
		schema_complain(l, note, "<t:%s> does not belong into <t:form>",
				xml_name(note));
}

static void load_form(struct loader *l, const struct xml_node *note)
{
	struct form_print *print = arena_alloc(l->arena, sizeof *print);

	print->width = number_attr(l, note, "width", 0);
	print->height = number_attr(l, note, "height", 0);
	if (print->width <= 0 || print->height <= 0)
		schema_complain(l, note, "<t:form> lacks its width and height");
	for (struct xml_node *at = xml_first(note); at; at = xml_next(at))
		load_form_print(l, print, at);
	l->type->is_form = true;
	l->type->print = print;
}

void schema_type_notes(struct loader *l, const struct xml_node *element)
{
	static const struct {
		const char *name;
		void (*load)(struct loader *l, const struct xml_node *note);
	} table[] = {
		{"type", load_type_note}, {"sign", load_sign}, {"rule", load_rule},
		{"check", load_check},	  {"form", load_form},
	};

	for (struct xml_node *at = schema_first_note(element); at; at = xml_next(at)) {
		bool known = false;

		check_attributes(l, at);
		for (size_t i = 0; i < sizeof table / sizeof *table; i++)
			if (schema_is_note(at, table[i].name)) {
				table[i].load(l, at);
				known = true;
			}
		if (!known)
			schema_complain(l, at,
					"<t:%s> does not belong to a document type",
					xml_name(at));
	}
}

/* --- fields ----------------------------------------------------------- */

static void load_field_note(struct loader *l, struct fieldtype *field,
			    const struct xml_node *note)
{
	static const char *const seen_by[] = {"all", "restricted"};
	static const char *const doubts[] = {"stop", "drop"};
	const char *kind = xml_attr(l->arena, note, "kind");
	const char *title = xml_attr(l->arena, note, "title");
	const char *order = xml_attr(l->arena, note, "order");

	if (kind && !kind_from_name(kind, &field->kind))
		schema_complain(l, note, "kind=\"%s\" is not known", kind);
	if (title)
		field->title = title;
	if (order && strcmp(order, "none") == 0)
		field->keyed = false;
	else
		field->order = (int)number_attr(l, note, "order", (float)field->order);
	field->term = xml_attr(l->arena, note, "term");
	field->role = xml_attr(l->arena, note, "role");
	field->hint = xml_attr(l->arena, note, "hint");
	field->letters = xml_attr(l->arena, note, "letters");
	field->keep = xml_attr(l->arena, note, "keep");
	field->derive = xml_attr(l->arena, note, "derive");
	field->mark_double = flag_attr(l, note, "double");
	field->restricted = choice_attr(l, note, "see", seen_by, 2) == 1;
	field->drop_doubtful = choice_attr(l, note, "doubt", doubts, 2) == 1;
	load_thresholds(l, note, &field->accept, &field->budget);
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
		schema_complain(l, note, "print=\"%s\" is not like \"1\" or \"2-\"",
				text);
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
		schema_complain(l, note, "<t:zone> lacks its width or height");
	return zone;
}

static struct label load_label(struct loader *l, const struct xml_node *note)
{
	struct label label = {xml_attr(l->arena, note, "lang"), folded_text(l, note),
			      number_attr(l, note, "weight", 1),
			      xml_attr(l->arena, note, "value"), NULL};
	label.key = label_key(l->arena, label.text);
	return label;
}

void schema_field_notes(struct loader *l, struct fieldtype *field,
			const struct xml_node *element)
{
	size_t cap_labels = 0, cap_zones = 0;

	for (struct xml_node *at = schema_first_note(element); at; at = xml_next(at)) {
		check_attributes(l, at);
		if (schema_is_note(at, "field"))
			load_field_note(l, field, at);
		else if (schema_is_note(at, "label"))
			*arena_push(l->arena, field->labels, field->n_labels,
				    cap_labels) = load_label(l, at);
		else if (schema_is_note(at, "zone"))
			*arena_push(l->arena, field->zones, field->n_zones, cap_zones) =
				load_zone(l, at);
		else
			schema_complain(l, at, "<t:%s> does not belong to a field",
					xml_name(at));
	}
}
