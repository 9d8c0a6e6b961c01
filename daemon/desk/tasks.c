/* tasks.c - what a clerk keys, looked at by the daemon's own check before and at the
 * submit.
 *
 * Validation loads the document as the check job will see it, lays the typed values
 * over it and runs the one implementation of XSD and rules. Submitting does the same
 * and goes on to the database only when nothing is left that a person has not settled;
 * otherwise the findings come back and the task stays with its clerk, draft and all. So
 * a page may go on to the next document without waiting for the answer. */
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "keyed.h"

struct review {
	struct call *call;
	struct doc *doc;
	const struct doctype *type;
	struct db_task task;
	json_t *canonical, *wrong;
	json_t *findings;
	bool settled; /* nothing stops it any more, or all that does is "as printed" */
};

static enum rc load_read(struct review *c, int64_t task, bool *got, struct err *err)
{
	struct sources *sources = c->call->desk->sources;
	struct db_source read = {0};

	c->doc = doc_new(c->call->arena);
	sources_find(sources, task, c->call->arena, &read);
	const char *known = read.stamp;
	enum rc rc =
		db_task_source(c->call->db, task, c->doc, &read, &c->task, got, err);
	if (rc == RC_OK && *got && read.stamp != known)
		sources_keep(sources, task, &read);
	return rc;
}

static enum rc load(struct review *c, int64_t task, bool *got, struct err *err)
{
	const char *as_type =
		json_string_value(json_object_get(c->call->body, "as_type"));

	enum rc rc = load_read(c, task, got, err);
	if (rc != RC_OK || !*got)
		return rc;
	if (!as_type)
		return desk_type_with(c->call, c->doc->client, c->doc->type,
				      c->task.profile, &c->type, err);
	c->doc->type = arena_strdup(c->call->arena, as_type);
	c->doc->type_confidence = 1;
	return desk_type(c->call, c->doc->client, as_type, &c->type, err);
}

/* Values that are compared with somebody else's: rules are the first key's business,
 * and what they say would tell the second what the first has keyed. */
static bool alone(const struct review *c)
{
	return c->task.queue && strcmp(c->task.queue, "exception") != 0;
}

static enum rc validate(struct review *c, struct err *err)
{
	const json_t *values = json_object_get(c->call->body, "values");
	const char *order = json_string_value(json_object_get(c->call->body, "order"));
	struct habits habits = habits_of(c->doc, c->type, order);
	struct job job = {.document = c->doc->id};
	enum rc rc = keyed_apply(c->doc, c->type, values, &habits, &c->canonical,
				 &c->wrong, err);

	if (rc != RC_OK || alone(c))
		return rc;
	struct lookup *business = answers_over(
		c->call->desk->answers, db_lookup(c->call->db, &job, c->call->arena),
		c->call->arena);
	return doc_validate(c->doc, c->type, business, err);
}

/* "sum-of-lines lines/net total": how a confirmation names its finding. */
static const char *name_of(const struct finding *f, struct arena *arena)
{
	struct strbuf name;

	strbuf_init(&name, arena);
	strbuf_add(&name, f->code);
	for (size_t i = 0; i < f->n_fields; i++)
		strbuf_addf(&name, " %s", f->fields[i]);
	return name.text;
}

static bool says(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *said = json_string_value(json_array_get(list, i));
		if (said && strcmp(said, name) == 0)
			return true;
	}
	return false;
}

static json_t *finding_json(const struct finding *f, const char *name, bool confirmed)
{
	json_t *fields = json_array();

	for (size_t i = 0; i < f->n_fields; i++)
		json_array_append_new(fields, json_string(f->fields[i]));
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:o, s:b}", "name", name, "code", f->code,
		"kind", f->kind == FINDING_READING ? "reading" : "document", "severity",
		f->severity == SEVERITY_STOP ? "stop" : "warn", "text", f->text,
		"fields", fields, "confirmed", (int)confirmed);
}

static bool confirmed_before(const struct review *c, const struct finding *f)
{
	json_t *list =
		json_loads(c->task.confirmed ? c->task.confirmed : "[]", 0, NULL);
	bool found = false;

	for (size_t i = 0; i < json_array_size(list) && !found; i++) {
		const json_t *one = json_array_get(list, i),
			     *fields = json_object_get(one, "fields");
		const char *code = json_string_value(json_object_get(one, "code"));
		found = code && strcmp(code, f->code) == 0 &&
			json_array_size(fields) == f->n_fields;
		for (size_t k = 0; found && k < f->n_fields; k++)
			found = strcmp(json_string_value(json_array_get(fields, k)),
				       f->fields[k]) == 0;
	}
	json_decref(list);
	return found;
}

/* Which the client's profile lets nobody confirm. */
static bool is_final(const struct doctype *type, const char *code)
{
	for (size_t i = 0; i < type->n_rules; i++)
		if (strcmp(type->rules[i].id, code) == 0)
			return type->rules[i].final;
	for (size_t i = 0; i < type->n_checks; i++)
		if (strcmp(type->checks[i].name, code) == 0)
			return type->checks[i].final;
	return type->digit_final && strcmp(code, "check-digit") == 0;
}

/* Only what the paper may be wrong in can be confirmed: a doubtful reading is confirmed
 * by keying it. */
static void judge(struct review *c)
{
	const json_t *printed = json_object_get(c->call->body, "printed");

	c->findings = json_array();
	if (alone(c)) {
		c->settled = json_array_size(c->wrong) == 0;
		return;
	}
	c->settled = c->doc->instance != NULL;
	for (size_t i = 0; i < c->doc->n_findings; i++) {
		const struct finding *f = &c->doc->findings[i];
		const char *name = name_of(f, c->call->arena);
		bool confirmed = !is_final(c->type, f->code) &&
				 (says(printed, name) || says(printed, f->code) ||
				  confirmed_before(c, f));
		json_array_append_new(c->findings, finding_json(f, name, confirmed));
		if (f->severity == SEVERITY_STOP && !confirmed)
			c->settled = false;
	}
}

/* False after having answered. */
static bool review(struct call *call, int64_t task, struct review *c)
{
	struct err err;
	bool got;

	*c = (struct review){.call = call};
	enum rc rc = load(c, task, &got, &err);
	if (rc == RC_OK && !got) {
		call_answer(call, 200, "{\"outcome\":\"late\"}");
		return false;
	}
	if (rc == RC_OK)
		rc = validate(c, &err);
	if (rc == RC_OK) {
		judge(c);
		return true;
	}
	call_failed(call, rc, &err);
	return false;
}

static void drop(struct review *c)
{
	json_decref(c->canonical);
	json_decref(c->wrong);
	json_decref(c->findings);
}

static json_t *verdict(struct review *c, const char *outcome)
{
	return json_pack("{s:s, s:O, s:O, s:O, s:b}", "outcome", outcome, "values",
			 c->canonical, "wrong", c->wrong, "findings", c->findings,
			 "settled", (int)c->settled);
}

void tasks_validate(struct call *call)
{
	struct review c;
	int64_t task;

	if (!call_number(call, "task", &task))
		return;
	if (review(call, task, &c))
		call_answer_json(call, 200, verdict(&c, "checked"));
	drop(&c);
}

/* --- submitting
 * ------------------------------------------------------------------------ */

static const char *json_text(struct call *call, const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	const char *copy = arena_strdup(call->arena, text);

	free(text);
	return copy;
}

static void add_effort(struct call *call)
{
	const char *params[] = {call_value(call, "task"), call_value(call, "effort")};
	const char *nothing;

	/* Counting is not worth losing a keyed document for. */
	db_desk_ask(call->db, "add_effort", params, 2, call->arena, &nothing, NULL);
}

static void hand_in(struct call *call, struct review *c)
{
	const char *params[] = {
		call_value(call, "task"),      call_value(call, "fence"),
		json_text(call, c->canonical), call_value(call, "printed"),
		call_value(call, "as_type"),   call_value(call, "marks"),
		call_value(call, "overrides"), call_value(call, "effort")};
	const char *outcome;
	struct err err;
	enum rc rc =
		db_desk_ask(call->db, "submit", params, 8, call->arena, &outcome, &err);

	if (rc != RC_OK)
		call_failed(call, rc, &err);
	else
		call_answer_json(call, 200, verdict(c, outcome ? outcome : "late"));
}

/* A task that is not the clerk's any more still goes to the database, which keeps what
 * was keyed aside. */
static void hand_in_late(struct call *call)
{
	struct review late = {.call = call,
			      .canonical = json_object(),
			      .wrong = json_array(),
			      .findings = json_array()};

	json_object_update(late.canonical, json_object_get(call->body, "values"));
	hand_in(call, &late);
	drop(&late);
}

void tasks_submit(struct call *call)
{
	struct review c;
	struct err err;
	int64_t task;
	bool got;

	if (!call_number(call, "task", &task))
		return;
	c = (struct review){.call = call};
	enum rc rc = load(&c, task, &got, &err);
	if (rc == RC_OK && !got) {
		hand_in_late(call);
		return;
	}
	if (rc == RC_OK)
		rc = validate(&c, &err);
	if (rc != RC_OK) {
		call_failed(call, rc, &err);
	} else {
		judge(&c);
		if (c.settled) {
			hand_in(call, &c);
		} else {
			add_effort(call);
			call_answer_json(call, 200, verdict(&c, "findings"));
		}
	}
	drop(&c);
}
