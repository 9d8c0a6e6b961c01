/* rules.c - what must hold between the fields of a document, and what that proves.
 *
 * A rule is skipped when one of its fields is absent (unless it asks for that) or could
 * not be understood: it speaks only about values that were read. One that does not hold
 * makes a finding and puts its fields in doubt. When everything it speaks of was keyed
 * by a person, the clerk has said "so it is printed": the finding stays as a warning.
 *
 * A rule that holds may prove values: net plus tax is gross hardly by accident. That is
 * honest only over values that were read independently, so each must come from ink of
 * its own, none may be derived from another, and a zero proves nothing. */
#include "instance.h"

#include <string.h>

#include "decimal.h"

#define FINDINGS_PER_RULE 20  /* a clerk reads no more of one kind */
#define LEAST_CONFIDENCE 0.5f /* below, even a sum that closes is luck */

struct rule_at { /* a rule, on one line or on the whole document */
	struct instance *instance;
	const struct rule *rule;
	int line;	     /* 0: the whole document */
	struct cell **cells; /* all that take part */
	size_t n, cap;
	bool absent, unreadable;
	bool has_column; /* every line of a table takes part */
};

struct proof { /* a rule that held over independent readings */
	const struct rule *rule;
	struct cell **cells;
	size_t n;
	bool leans; /* two of them share their ink: stands only if the other is proved
		     */
};

static void take_part(struct rule_at *at, const struct fieldtype *type, int line)
{
	struct cell *cell = instance_cell(at->instance, type, line);

	if (cell && cell->field->value == NULL)
		at->unreadable = true;
	if (cell == NULL || !cell->in_instance)
		at->absent = true;
	else
		*arena_push(at->instance->arena, at->cells, at->n, at->cap) = cell;
}

static void take_column(struct rule_at *at, const struct fieldtype *type)
{
	const struct table *table = instance_table(at->instance, type->table);

	at->has_column = true;
	if (table == NULL)
		at->absent = true;
	for (size_t i = 0; table && i < table->n; i++)
		take_part(at, type, table->lines[i]);
}

static void gather(struct rule_at *at)
{
	const struct rule *rule = at->rule;

	for (size_t i = 0; i < rule->n_fields; i++) {
		const struct fieldtype *type =
			doctype_field(at->instance->type, rule->fields[i]);

		if (type->table == NULL)
			take_part(at, type, 0);
		else if (rule->table && strcmp(rule->table, type->table) == 0)
			take_part(at, type, at->line);
		else
			take_column(at, type);
	}
}

/* --- a rule that does not hold ---------------------------------------- */

static const char *names_of_fields(const struct rule_at *at)
{
	const struct instance *instance = at->instance;
	struct strbuf names;

	strbuf_init(&names, instance->arena);
	for (size_t i = 0; i < at->rule->n_fields; i++) {
		const struct fieldtype *type =
			doctype_field(instance->type, at->rule->fields[i]);
		bool here = at->rule->table && type->table &&
			    strcmp(at->rule->table, type->table) == 0;

		strbuf_addf(&names, "%s%s", i ? " " : "",
			    cell_name(instance->arena, type, here ? at->line : 0));
	}
	return names.text;
}

/* A helper that is read along, such as a slip's net, is never looked at or mended, so
 * it may well be what is wrong: that it does not fit is for the model to weigh. */
static bool leans_on_helper(const struct rule_at *at)
{
	for (size_t i = 0; i < at->n; i++)
		if (!at->cells[i]->type->keyed)
			return true;
	return false;
}

static void complain(const struct rule_at *at)
{
	const struct rule *rule = at->rule;
	bool stops = rule->severity == SEVERITY_STOP;
	bool weak = !stops && leans_on_helper(at);
	struct doc *doc = at->instance->doc;
	const char *names = names_of_fields(at);

	for (size_t i = 0; i < at->n; i++) {
		struct cell *cell = at->cells[i];

		cell->in_stop_finding |= stops;
		if (cell->type->kind != KIND_CURRENCY) {
			cell->contradicted |= !weak;
			cell->disputed |= weak;
			cell->refuted |= stops && !at->has_column;
		}
	}
	if (at->line > 0)
		doc_find(doc, rule->id, rule->kind, rule->severity, names,
			 "Line %d: %s", at->line, rule->text);
	else
		doc_find(doc, rule->id, rule->kind, rule->severity, names, "%s",
			 rule->text);
}

/* --- a rule that proves ----------------------------------------------- */

static bool is_number(const struct cell *cell)
{
	return cell->type->kind == KIND_AMOUNT || cell->type->kind == KIND_QUANTITY ||
	       cell->type->kind == KIND_PERCENT;
}

static bool is_zero(const struct cell *cell)
{
	struct decimal d;

	return !decimal_parse(cell->field->value, &d) || decimal_is_zero(d);
}

/* Data and people need no ink of their own. */
static bool stands_by_itself(const struct cell *cell)
{
	enum source source = cell->field->source;

	return source == SOURCE_XML || source == SOURCE_PERSON ||
	       source == SOURCE_LOOKUP;
}

static bool was_read(const struct cell *cell)
{
	const struct field *field = cell->field;

	if (stands_by_itself(cell))
		return true;
	return field->source != SOURCE_DERIVED && field->page > 0 && field->box.w > 0 &&
	       field->confidence >= LEAST_CONFIDENCE;
}

static bool same_ink(const struct cell *a, const struct cell *b)
{
	return a->field->page == b->field->page &&
	       box_overlaps(a->field->box, b->field->box);
}

static int by_page_and_place(const struct cell *a, const struct cell *b)
{
	if (a->field->page != b->field->page)
		return a->field->page < b->field->page ? -1 : 1;
	return a->field->box.y < b->field->box.y ? -1
						 : a->field->box.y > b->field->box.y;
}

/* Long columns are compared with their neighbours only: sorted by place. */
static bool all_different_ink(struct arena *arena, struct cell **cells, size_t n)
{
	struct cell **sorted = arena_memdup(arena, cells, n * sizeof *cells);

	for (size_t i = 1; i < n; i++)
		for (size_t k = i;
		     k > 0 && by_page_and_place(sorted[k - 1], sorted[k]) > 0; k--) {
			struct cell *swap = sorted[k];

			sorted[k] = sorted[k - 1];
			sorted[k - 1] = swap;
		}
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && k < i + 16; k++)
			if (same_ink(sorted[i], sorted[k]))
				return false;
	return true;
}

static bool all_were_read(const struct rule_at *at)
{
	for (size_t i = 0; i < at->n; i++)
		if (is_number(at->cells[i]) && !is_zero(at->cells[i]) &&
		    !was_read(at->cells[i]))
			return false;
	return true;
}

static bool independently_read(const struct rule_at *at)
{
	struct cell **numbers = NULL; /* those that need ink of their own */
	size_t n = 0, cap = 0, n_sure = 0;

	for (size_t i = 0; i < at->n; i++) {
		if (!is_number(at->cells[i]) || is_zero(at->cells[i]))
			continue;
		if (stands_by_itself(at->cells[i]))
			n_sure++;
		else
			*arena_push(at->instance->arena, numbers, n, cap) =
				at->cells[i];
	}
	return n + n_sure >= 2 && all_different_ink(at->instance->arena, numbers, n);
}

static bool listed(const struct rule *rule, const char *path)
{
	for (size_t i = 0; i < rule->n_proves; i++)
		if (strcmp(rule->proves[i], path) == 0)
			return true;
	return false;
}

static void keep_proof(const struct rule_at *at)
{
	struct instance *instance = at->instance;

	if (at->rule->n_proves > 0 && all_were_read(at))
		*arena_push(instance->arena, instance->proofs, instance->n_proofs,
			    instance->cap_proofs) = (struct proof){
			.rule = at->rule,
			.cells = at->cells,
			.n = at->n,
			.leans = !independently_read(at),
		};
}

/* True when doubt went any further. */
static bool spread_doubt(const struct proof *proof)
{
	bool refuted = false, further = false;

	for (size_t i = 0; i < proof->n; i++)
		refuted |= proof->cells[i]->refuted && is_number(proof->cells[i]);
	for (size_t i = 0; refuted && i < proof->n; i++) {
		struct cell *cell = proof->cells[i];

		if (is_number(cell) && !cell->refuted) {
			cell->refuted = cell->contradicted = true;
			further = true;
		}
	}
	return further;
}

/* "Total due: 119.00" is the amount with VAT and the amount due in one: once the figure
 * is proved as the one, the rule makes it the other. */
static bool leans_on_proved(const struct proof *proof, const struct cell *cell)
{
	for (size_t i = 0; i < proof->n; i++) {
		const struct cell *other = proof->cells[i];

		if (other != cell && other->proved && same_ink(cell, other))
			return true;
	}
	return false;
}

static void prove(const struct proof *proof)
{
	bool data = false;

	for (size_t i = 0; i < proof->n; i++)
		data |= stands_by_itself(proof->cells[i]) && !is_zero(proof->cells[i]);
	for (size_t i = 0; i < proof->n; i++) {
		struct cell *cell = proof->cells[i];

		if (listed(proof->rule, cell->type->path) && !is_zero(cell) &&
		    !cell->refuted && (!proof->leans || leans_on_proved(proof, cell))) {
			cell->proved = proof->rule->id;
			cell->proved_by_data |= data;
		}
	}
}

/* Only when all rules have spoken is it known which proofs stand. */
static void apply_proofs(struct instance *instance)
{
	bool further = true;

	while (further) {
		further = false;
		for (size_t i = 0; i < instance->n_proofs; i++)
			further |= spread_doubt(&instance->proofs[i]);
	}
	for (size_t i = 0; i < instance->n_proofs; i++)
		if (!instance->proofs[i].leans)
			prove(&instance->proofs[i]);
	for (size_t i = 0; i < instance->n_proofs; i++)
		if (instance->proofs[i].leans)
			prove(&instance->proofs[i]);
}

/* --- running ---------------------------------------------------------- */

static enum rc run_at(struct instance *instance, const struct rule *rule, int line,
		      struct xml_node *context, size_t *complaints, struct err *err)
{
	struct rule_at at = {.instance = instance, .rule = rule, .line = line};
	const struct xml_variable variables[] = {
		{"received_on", instance->doc->received_on},
		{"structured", instance->doc->structured ? "yes" : NULL},
		{NULL, NULL}};
	enum xpath_result result;
	enum rc rc;

	gather(&at);
	if (at.unreadable || (at.absent && !rule->run_when_missing))
		return RC_OK;
	rc = xml_xpath_test(context, rule->test, variables, &result, err);
	if (rc != RC_OK)
		return err_wrap(err, RC_BUG, "type %s, rule %s", instance->type->name,
				rule->id);
	if (result == XPATH_TRUE)
		keep_proof(&at);
	if (result == XPATH_FALSE && !rule->proof_only &&
	    (*complaints)++ < FINDINGS_PER_RULE)
		complain(&at);
	return RC_OK;
}

static enum rc run_on_lines(struct instance *instance, const struct rule *rule,
			    struct err *err)
{
	const struct table *table = instance_table(instance, rule->table);
	size_t complaints = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; table && i < table->n && rc == RC_OK; i++)
		rc = run_at(instance, rule, table->lines[i], table->rows[i],
			    &complaints, err);
	return rc;
}

enum rc rules_run(struct instance *instance, struct err *err)
{
	const struct doctype *type = instance->type;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < type->n_rules && rc == RC_OK; i++) {
		size_t complaints = 0;

		if (type->rules[i].off)
			continue;
		if (type->rules[i].table)
			rc = run_on_lines(instance, &type->rules[i], err);
		else
			rc = run_at(instance, &type->rules[i], 0,
				    xml_root(instance->tree), &complaints, err);
	}
	if (rc == RC_OK)
		apply_proofs(instance);
	return rc;
}
