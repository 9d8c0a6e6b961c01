/* snippets.c - single fields for carousel: their cut-outs, and what is said of them.
 *
 * A cut-out is made beside the desk (cutter.c), so the request stays parked until it
 * comes. It goes to whoever holds the task for just that field; the page it was cut
 * from and the other values of the document go nowhere. What is typed is read as in a
 * whole document, by the document's own habits, and then handed in alone. */
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "keyed.h"
#include "log.h"
#include "proc.h"

void snippet_cut(void *desk, void *what, const void *bytes, size_t len)
{
	struct request *request = what;
	struct call call = {.desk = desk, .request = request, .arena = request->arena};

	if (bytes) {
		request_answer(request, 200, "image/jpeg", bytes, len);
		request_add_header(request, "Cache-Control", "no-store");
	} else {
		call_refuse(&call, 404, "this could not be cut out");
	}
	request_unpark(request);
}

struct cut {
	int picture;
	int page_width;
	struct box box;
};

/* In the desk's own thread, which alone knows the cutter. */
static void ask_cutter(struct desk *desk, struct errand *errand)
{
	struct cut *cut = errand->what;
	struct call call = {.request = errand->request,
			    .arena = errand->request->arena};

	if (!cutter_ask(desk->cutter, cut->picture, cut->page_width, cut->box,
			errand->request)) {
		call_refuse(&call, 503, "too many cut-outs at once; try again");
		request_unpark(errand->request);
	}
	fd_close(&cut->picture);
}

static void order_cut(struct call *call, const struct db_snippet *s)
{
	struct cut *cut = arena_alloc(call->arena, sizeof(*cut));
	struct err err;

	*cut = (struct cut){-1, s->page_width, s->box};
	if (store_get(call->desk->store, s->client, s->blob, &cut->picture, &err) !=
	    RC_OK) {
		log_error("a page's picture is not in the store", "blob=%s error=%s",
			  s->blob, err.text);
		call_refuse(call, 404, "this picture is lost");
		return;
	}
	call->errand->what = cut;
	call->errand->then = ask_cutter;
}

void snippet_send(struct call *call)
{
	const char *path = request_query(call->request, "path");
	struct db_snippet snippet;
	struct err err;
	bool got = false;
	enum rc rc = RC_OK;

	if (path)
		rc = db_snippet_source(call->db, call->values[0], path, call->arena,
				       &snippet, &got, &err);
	if (rc != RC_OK && rc != RC_FAIL)
		call_failed(call, rc, &err);
	else if (!got)
		call_refuse(call, 404, "there is no such cut-out");
	else
		order_cut(call, &snippet);
}

/* --- what is said of it
 * ------------------------------------------------------------------ */

/* The typed text in its canonical form. *fits false: it can't be a value of the field.
 */
static enum rc read_typed(struct call *call, struct doc *doc, const char *path,
			  const char *typed, const char **value, bool *fits,
			  struct err *err)
{
	const char *order = json_string_value(json_object_get(call->body, "order"));
	json_t *values = json_pack("{s:s}", path, typed), *canonical = NULL,
	       *wrong = NULL;
	const struct doctype *type;
	enum rc rc = desk_type(call, doc->client, doc->type, &type, err);

	if (rc == RC_OK) {
		struct habits habits = habits_of(doc, type, order);
		rc = keyed_apply(doc, type, values, &habits, &canonical, &wrong, err);
	}
	*value = arena_strdup(call->arena,
			      json_string_value(json_object_get(canonical, path)));
	*fits = json_array_size(wrong) == 0;
	json_decref(values);
	json_decref(canonical);
	json_decref(wrong);
	return rc;
}

static void hand_in(struct call *call, const char *path, const char *value)
{
	const char *params[] = {call_value(call, "task"), call_value(call, "fence"),
				path, value, call_value(call, "mark")};
	const char *outcome;
	struct err err;
	enum rc rc = db_desk_ask(call->db, "submit_field", params, 5, call->arena,
				 &outcome, &err);

	if (rc != RC_OK)
		call_failed(call, rc, &err);
	else
		call_answer_json(call, 200,
				 json_pack("{s:s, s:s}", "outcome",
					   outcome ? outcome : "late", "value",
					   value ? value : ""));
}

void snippet_submit(struct call *call)
{
	const char *path = call_value(call, "path"), *value = call_value(call, "value");
	struct doc *doc = doc_new(call->arena);
	bool got, fits = true;
	struct err err;
	int64_t task;

	if (!call_number(call, "task", &task))
		return;
	if (!path) {
		call_refuse(call, 404, "there is no such field");
		return;
	}
	enum rc rc = db_field_source(call->db, task, path, doc, &got, &err);
	if (rc == RC_OK && !got) {
		call_answer(call, 200, "{\"outcome\":\"late\"}");
		return;
	}
	if (rc == RC_OK && value && *value)
		rc = read_typed(call, doc, path, value, &value, &fits, &err);
	if (rc != RC_OK)
		call_failed(call, rc, &err);
	else if (!fits)
		call_answer(call, 200, "{\"outcome\":\"wrong\"}");
	else
		hand_in(call, path, value);
}
