/* second.c - arbitration: what the third person has decided, in canonical form.
 *
 * Which differences there are is asked of the database, not of the page; a value that
 * is typed as a third is understood as its field's kind, by the code that reads paper.
 * What cannot be a value comes back by the number of its difference, and nothing is
 * stored. The second key itself needs nothing of its own: it goes through tasks.c like
 * a first, but without anything to be validated against. */
#include <string.h>

#include "desk.h"
#include "typed.h"

struct arbitration {
	struct call *call;
	struct doc *doc;
	const struct doctype *type;
	json_t *differences, *decisions, *wrong;
};

static enum rc load(struct arbitration *a, int64_t task, bool *got, struct err *err)
{
	struct call *call = a->call;
	const char *text = NULL;
	struct db_source read = {0};
	struct db_task source;
	const char *params[] = {call_value(call, "task")};

	a->doc = doc_new(call->arena);
	enum rc rc = db_task_source(call->db, task, a->doc, &read, &source, got, err);
	if (rc == RC_OK && *got)
		rc = desk_type_with(call, a->doc->client, a->doc->type, source.profile,
				    &a->type, err);
	if (rc == RC_OK && *got)
		rc = db_desk_ask(call->db, "task_differences", params, 1, call->arena,
				 &text, err);
	a->differences = json_loads(text ? text : "[]", 0, NULL);
	return rc;
}

static const struct fieldtype *field_of(const struct arbitration *a, const char *id)
{
	for (size_t i = 0; i < json_array_size(a->differences); i++) {
		const json_t *d = json_array_get(a->differences, i);
		json_int_t n = json_integer_value(json_object_get(d, "id"));
		const char *path = json_string_value(json_object_get(d, "path"));
		if (path &&
		    strcmp(arena_printf(a->call->arena, "%lld", (long long)n), id) == 0)
			return doctype_field(a->type, path);
	}
	return NULL;
}

static void understand_one(struct arbitration *a, const char *id, json_t *decision,
			   const struct habits *habits)
{
	const char *typed = json_string_value(json_object_get(decision, "value"));
	const struct fieldtype *field = field_of(a, id);

	if (!typed || !*typed || !field)
		return;
	const char *value = typed_canonical(a->call->arena, field, typed, habits);
	if (value)
		json_object_set_new(decision, "value", json_string(value));
	else
		json_array_append_new(a->wrong, json_string(id));
}

/* The page's decisions are changed in place. */
static void understand_typed(struct arbitration *a)
{
	const char *order = json_string_value(json_object_get(a->call->body, "order"));
	struct habits habits = habits_of(a->doc, a->type, order);
	const char *id;
	json_t *decision;

	json_object_foreach(a->decisions, id, decision) if (json_is_object(decision))
		understand_one(a, id, decision, &habits);
}

static void hand_in(struct arbitration *a)
{
	struct call *call = a->call;
	const char *params[] = {call_value(call, "task"), call_value(call, "fence"),
				call_value(call, "decisions")};
	const char *outcome;
	struct err err;
	enum rc rc = db_desk_ask(call->db, "arbitrate", params, 3, call->arena,
				 &outcome, &err);

	if (rc != RC_OK)
		call_failed(call, rc, &err);
	else
		call_answer_json(call, 200,
				 json_pack("{s:s, s:O}", "outcome",
					   outcome ? outcome : "late", "wrong",
					   a->wrong));
}

void second_arbitrate(struct call *call)
{
	struct arbitration a = {.call = call, .wrong = json_array()};
	struct err err;
	int64_t task;
	bool got;

	a.decisions = json_object_get(call->body, "decisions");
	if (call_number(call, "task", &task)) {
		enum rc rc = load(&a, task, &got, &err);
		if (rc == RC_OK && got)
			understand_typed(&a);
		if (rc != RC_OK)
			call_failed(call, rc, &err);
		else if (json_array_size(a.wrong) > 0)
			call_answer_json(call, 200,
					 json_pack("{s:s, s:O}", "outcome", "wrong",
						   "wrong", a.wrong));
		else
			hand_in(&a);
	}
	json_decref(a.wrong);
	json_decref(a.differences);
}
