/* validate.c - is this document right, and may it go on without a person?
 *
 * The one implementation, used by the worker, the desk's check and `intray evaluate`.
 * It builds the XML instance, asks the XSD, runs rules, check digits and the business's
 * own lookups, and writes a finding for everything a person must look at, in the order
 * of the type's fields. Then it decides field by field: data and what people keyed are
 * accepted, so is what a rule proves or what was read surely enough; everything else
 * that is present and matters stops the document. It may be run again and again:
 * findings of its own are removed first. A document that satisfies the XSD gets its
 * instance; without one it is never ready. Only a broken type (a rule that can't be
 * run) is an error. */
#include "instance.h"

#include <string.h>

#include "stage.h"
#include "text.h"

/* --- starting afresh -------------------------------------------------- */

static bool is_own_code(const struct doctype *type, const char *code)
{
	static const char *const own[] = {
		"missing",  "not-understood", "wrong-format",  "check-digit",
		"doubtful", "not-valid",      "index-differs", "index-missing"};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strcmp(own[i], code) == 0)
			return true;
	for (size_t i = 0; i < type->n_rules; i++)
		if (strcmp(type->rules[i].id, code) == 0)
			return true;
	for (size_t i = 0; i < type->n_checks; i++)
		if (strcmp(type->checks[i].name, code) == 0)
			return true;
	return false;
}

/* What the business proposed, which it is asked about again. */
static bool is_proposed(const struct doctype *type, const struct field *field)
{
	const struct fieldtype *own = doctype_field(type, field->path);

	return field->source == SOURCE_LOOKUP && own && own->role &&
	       strcmp(own->role, "coding") == 0;
}

static void forget_earlier_verdict(struct doc *doc, const struct doctype *type)
{
	size_t kept = 0;

	for (size_t i = 0; i < doc->n_findings; i++)
		if (!is_own_code(type, doc->findings[i].code))
			doc->findings[kept++] = doc->findings[i];
	doc->n_findings = kept;
	doc->instance = NULL;
	for (size_t i = 0; i < doc->n_fields; i++) {
		doc->fields[i].accepted = false;
		if (is_proposed(type, &doc->fields[i]))
			doc->fields[i].raw = doc->fields[i].value = NULL;
		/* That it is a supplier's constant is no verdict of ours. */
		if (doc->fields[i].source != SOURCE_LOOKUP)
			doc->fields[i].why = NULL;
	}
}

/* --- sentences -------------------------------------------------------- */

static const char *subject(struct instance *instance, const struct fieldtype *type,
			   int line)
{
	if (type->table == NULL)
		return type->title;
	if (strcmp(type->table, "lines") == 0)
		return arena_printf(instance->arena, "Line %d: %s", line, type->title);
	return arena_printf(instance->arena, "%s (%d)", type->title, line);
}

static void find_missing(struct instance *instance, const struct fieldtype *type,
			 int line)
{
	doc_find(instance->doc, "missing", FINDING_READING, SEVERITY_STOP,
		 cell_name(instance->arena, type, line), "%s is missing.",
		 subject(instance, type, line));
}

static const char *what_it_is_not(const struct cell *cell)
{
	static const struct {
		enum kind kind;
		const char *words;
	} by_kind[] = {
		{KIND_DATE, "is not a date"},
		{KIND_TIME, "is not a time"},
		{KIND_AMOUNT, "is not an amount"},
		{KIND_QUANTITY, "is not a number"},
		{KIND_PERCENT, "is not a percentage"},
		{KIND_CURRENCY, "is not a currency"},
		{KIND_COUNTRY, "is not a country"},
		{KIND_IBAN, "is not an IBAN"},
		{KIND_NPI, "is not an NPI of ten digits"},
		{KIND_ICD, "is not an ICD-10 code"},
		{KIND_PROCEDURE, "is not a procedure code of five characters"},
		{KIND_STATE, "is not a state"},
		{KIND_ZIP, "is not a ZIP code"},
	};

	if (cell->wrong && cell->what == XML_OUT_OF_RANGE)
		return "is larger or smaller than it can be";
	if (cell->wrong && cell->what == XML_WRONG_LENGTH)
		return "is too long";
	if (cell->wrong && cell->what == XML_NOT_IN_LIST)
		return "is none of the values that are possible here";
	for (size_t i = 0; i < sizeof by_kind / sizeof *by_kind; i++)
		if (by_kind[i].kind == cell->type->kind)
			return by_kind[i].words;
	return "does not look as it should";
}

static void find_bad_value(struct instance *instance, struct cell *cell,
			   const char *code)
{
	int line = cell->field->line;

	cell->in_stop_finding = true;
	doc_find(instance->doc, code, FINDING_READING, SEVERITY_STOP,
		 cell_name(instance->arena, cell->type, line), "%s: what was read %s.",
		 subject(instance, cell->type, line), what_it_is_not(cell));
}

static void find_digit_fails(struct instance *instance, const struct cell *cell)
{
	int line = cell->field->line;

	if (instance->type->digit_off)
		return;
	doc_find(instance->doc, "check-digit", FINDING_READING,
		 instance->type->digit_severity,
		 cell_name(instance->arena, cell->type, line),
		 "%s: the check digit does not fit; a character may be wrong.",
		 subject(instance, cell->type, line));
}

/* --- field by field --------------------------------------------------- */

static bool group_has_values(const struct instance *instance, const char *group)
{
	size_t len = strlen(group);

	for (size_t i = 0; i < instance->n_cells; i++) {
		const struct cell *cell = &instance->cells[i];

		if (cell->in_instance && strncmp(cell->type->path, group, len) == 0 &&
		    cell->type->path[len] == '/')
			return true;
	}
	return false;
}

static bool is_needed(const struct instance *instance, const struct fieldtype *type)
{
	if (type->required)
		return true;
	return type->needed_in && group_has_values(instance, type->needed_in);
}

static void look_at_cell(struct instance *instance, const struct fieldtype *type,
			 int line)
{
	struct cell *cell = instance_cell(instance, type, line);

	if (cell && cell->wrong)
		find_bad_value(instance, cell, "wrong-format");
	else if (cell && cell->field->value == NULL && cell->field->raw &&
		 (!type->drop_doubtful || cell->field->source == SOURCE_XML))
		find_bad_value(instance, cell, "not-understood");
	else if ((cell == NULL || !cell->in_instance) && is_needed(instance, type))
		find_missing(instance, type, line);
	if (cell && cell->in_instance &&
	    value_check_digit(type->kind, cell->field->value) == 0) {
		cell->digit_fails = true;
		find_digit_fails(instance, cell);
	}
}

static void look_at_fields(struct instance *instance)
{
	const struct doctype *type = instance->type;

	if (type->lines_required && instance_table(instance, "lines") == NULL)
		doc_find(instance->doc, "missing", FINDING_READING, SEVERITY_STOP,
			 "lines", "There is no line.");
	for (size_t i = 0; i < type->n_fields; i++) {
		const struct fieldtype *field = &type->fields[i];
		const struct table *table =
			field->table ? instance_table(instance, field->table) : NULL;

		if (field->table == NULL)
			look_at_cell(instance, field, 0);
		for (size_t k = 0; table && k < table->n; k++)
			look_at_cell(instance, field, table->lines[k]);
	}
}

/* --- the business's own knowledge ------------------------------------- */

static bool any_present(const struct doc *doc, const struct doctype *type,
			const struct check *check)
{
	for (size_t i = 0; i < check->n_fields; i++)
		if (doctype_field(type, check->fields[i])->table ||
		    doc_value(doc, check->fields[i], 0))
			return true;
	return false;
}

static const char *join(struct arena *arena, const char **words, size_t n)
{
	struct strbuf buf;

	strbuf_init(&buf, arena);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&buf, "%s%s", i ? " " : "", words[i]);
	return buf.text;
}

/* What was read or keyed stands; what the business proposed before gives way. */
static void take_proposal(struct doc *doc, const struct doctype *type,
			  const struct proposal *proposal)
{
	struct field *field;

	if (doctype_field(type, proposal->path) == NULL ||
	    doc_value(doc, proposal->path, proposal->line))
		return;
	field = doc_add_field(doc, proposal->path, proposal->line);
	field->raw = field->value = proposal->value;
	field->source = SOURCE_LOOKUP;
	field->confidence = 1;
	field->why = proposal->why;
}

static enum rc ask_business(struct doc *doc, const struct doctype *type,
			    const struct lookup *lookup, struct business *said,
			    struct err *err)
{
	const char **names =
		arena_alloc_n(doc->arena, type->n_checks + 1, sizeof(const char *));
	size_t n = 0;
	enum rc rc;

	for (size_t i = 0; i < type->n_checks; i++)
		if (!type->checks[i].off && any_present(doc, type, &type->checks[i]))
			names[n++] = type->checks[i].name;
	if (lookup == NULL || n == 0)
		return RC_OK;
	rc = lookup->ask(lookup->ctx, doc, names, n, said, err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "ask the business");
	for (size_t i = 0; i < said->n_proposals; i++)
		take_proposal(doc, type, &said->proposals[i]);
	return RC_OK;
}

static void find_objections(struct instance *instance, const struct business *said)
{
	const struct doctype *type = instance->type;

	for (size_t i = 0; i < type->n_checks; i++) {
		const struct check *check = &type->checks[i];

		for (size_t k = 0; k < said->n_objections; k++) {
			const struct objection *o = &said->objections[k];

			if (strcmp(o->check, check->name) == 0)
				doc_find(instance->doc, check->name, FINDING_DOCUMENT,
					 check->severity,
					 o->fields
						 ? o->fields
						 : join(instance->arena, check->fields,
							check->n_fields),
					 "%s%s%s", check->text, o->text ? " " : "",
					 o->text ? o->text : "");
		}
	}
}

/* --- the decision ----------------------------------------------------- */

/* What was read presumes that the paper is of this type: when nobody is sure of that,
 * an order number may be found on an invoice, and the invoice filed as an order. */
#define TYPE_IS_A_GUESS 0.5f

/* A failed check digit is evidence against the reading, no more. What the model has
 * weighed (trust.c) has all of this in it, and a sum that closes as well. */
static float sureness(const struct instance *instance, const struct cell *cell)
{
	const struct doc *doc = instance->doc;
	float sure = cell->field->confidence;

	if (instance->type->trust)
		return sure; /* has been weighed */
	if (doc->type_confidence > 0 && doc->type_confidence <= TYPE_IS_A_GUESS)
		sure *= doc->type_confidence;
	return cell->digit_fails ? sure * 0.6f : sure;
}

static const char *reason_to_accept(const struct instance *instance,
				    const struct cell *cell)
{
	const struct field *field = cell->field;

	if (!cell->in_instance || cell->wrong)
		return NULL;
	if (field->source == SOURCE_PERSON)
		return "keyed";
	if (field->source == SOURCE_XML)
		return "structured data";
	if (field->source == SOURCE_LOOKUP)
		return sureness(instance, cell) >= doctype_accept(instance->type,
								  cell->type,
								  field->source)
			       ? field->why
			       : NULL;
	if (cell->proved && (cell->proved_by_data || !instance->type->trust))
		return arena_printf(instance->doc->arena, "proved by %s", cell->proved);
	if (!cell->contradicted && field->source != SOURCE_DERIVED &&
	    sureness(instance, cell) >=
		    doctype_accept(instance->type, cell->type, field->source))
		return cell->proved ? arena_printf(instance->doc->arena, "proved by %s",
						   cell->proved)
				    : "read surely";
	return NULL;
}

/* What was made of other fields is as good as the worst of them. */
static bool sources_accepted(const struct instance *instance, const struct cell *cell)
{
	const char *rest = cell->type->derive;
	bool any = false;

	while (rest && *rest) {
		size_t len = strcspn(rest, " ");
		const char *path = arena_strndup(instance->arena, rest, len);
		const struct fieldtype *type = doctype_field(instance->type, path);
		const struct cell *source =
			type ? instance_cell(instance, type, cell->field->line) : NULL;

		if (source && !source->field->accepted)
			return false;
		any |= source != NULL;
		rest += len + strspn(rest + len, " ");
	}
	return any;
}

static void accept_fields(struct instance *instance)
{
	for (size_t i = 0; i < instance->n_cells; i++) {
		struct field *field = instance->cells[i].field;

		const char *reason = reason_to_accept(instance, &instance->cells[i]);

		field->accepted = reason != NULL;
		if (reason || field->source != SOURCE_LOOKUP)
			field->why = reason;
	}
	for (size_t i = 0; i < instance->n_cells; i++) {
		struct cell *cell = &instance->cells[i];

		if (cell->in_instance && !cell->wrong &&
		    cell->field->source == SOURCE_DERIVED &&
		    sources_accepted(instance, cell)) {
			cell->field->accepted = true;
			cell->field->why = "made of accepted fields";
		}
	}
}

static bool is_doubtful(const struct cell *cell)
{
	return cell && cell->in_instance && !cell->field->accepted &&
	       cell->type->keyed && !cell->in_stop_finding;
}

static void find_doubtful_line(struct instance *instance, const struct table *table,
			       int line)
{
	struct strbuf names, titles;

	strbuf_init(&names, instance->arena);
	strbuf_init(&titles, instance->arena);
	for (size_t i = 0; i < instance->type->n_fields; i++) {
		const struct fieldtype *type = &instance->type->fields[i];

		if (type->table == NULL || strcmp(type->table, table->name) != 0 ||
		    !is_doubtful(instance_cell(instance, type, line)))
			continue;
		strbuf_addf(&names, "%s%s", names.len ? " " : "",
			    cell_name(instance->arena, type, line));
		strbuf_addf(&titles, "%s%s", titles.len ? ", " : "", type->title);
	}
	if (names.len > 0)
		doc_find(instance->doc, "doubtful", FINDING_READING, SEVERITY_STOP,
			 names.text,
			 "Line %d was not read surely enough; please check: %s.", line,
			 titles.text);
}

static void find_doubtful(struct instance *instance)
{
	for (size_t i = 0; i < instance->type->n_fields; i++) {
		const struct fieldtype *type = &instance->type->fields[i];

		if (type->table == NULL &&
		    is_doubtful(instance_cell(instance, type, 0)))
			doc_find(instance->doc, "doubtful", FINDING_READING,
				 SEVERITY_STOP, type->path,
				 "%s was not read surely enough; please check.",
				 type->title);
	}
	for (size_t i = 0; i < instance->n_tables; i++)
		for (size_t k = 0; k < instance->tables[i].n; k++)
			find_doubtful_line(instance, &instance->tables[i],
					   instance->tables[i].lines[k]);
}

/* Whatever the reason: what is no instance of its XSD must not look ready. */
static void find_not_valid(struct instance *instance)
{
	if (instance->doc->instance == NULL && !doc_has_stop(instance->doc))
		doc_find(instance->doc, "not-valid", FINDING_READING, SEVERITY_STOP, "",
			 "The document does not have the structure of its type.");
}

static enum rc judge(struct instance *instance, const struct business *said,
		     struct err *err)
{
	enum rc rc = instance_ask_xsd(instance, err);

	if (rc != RC_OK)
		return rc;
	look_at_fields(instance);
	rc = rules_run(instance, err);
	if (rc != RC_OK)
		return rc;
	find_objections(instance, said);
	accept_fields(instance);
	find_doubtful(instance);
	find_not_valid(instance);
	return RC_OK;
}

enum rc doc_validate(struct doc *doc, const struct doctype *type,
		     const struct lookup *lookup, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	struct instance instance;
	struct business said = {0};
	enum rc rc;

	forget_earlier_verdict(doc, type);
	rc = ask_business(doc, type, lookup, &said, err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "validate");
	instance_build(&instance, doc, type, scratch);
	rc = judge(&instance, &said, err);
	xml_free(&instance.tree);
	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "validate");
}

/* --- the stage -------------------------------------------------------- */

enum rc validate_run(const struct stage_env *env, struct doc *doc,
		     enum stage_verdict *verdict, struct err *err)
{
	const struct doctype *type =
		doc->type ? schema_type(env->schemas, doc->type) : NULL;
	const char *profile;
	enum rc rc;

	*verdict = STAGE_GO_ON;
	if (type == NULL)
		return err_set(err, RC_BUG, "validate: no document type %s",
			       doc->type ? doc->type : "was chosen");
	profile = env->profile ? env->profile(env->profile_ctx, type->name) : NULL;
	rc = doctype_with_profile(type, profile, doc->arena, &type, err);
	if (rc != RC_OK)
		return rc;
	return doc_validate(doc, type, env->lookup, err);
}
