/* routes.c - the API as a table, and who gets to which row.
 *
 * Everything but signing in needs a session; everything that changes something needs
 * the session's CSRF token in a header, which no form of another site can set. Who may
 * see or do what beyond that is decided in the database, by the session's person: there
 * is no route that trusts an id. openapi.json describes this table; a test holds the
 * two together. */
#include <string.h>

#include "desk.h"
#include "password.h"
#include "text.h"

const struct route routes[] = {
	{"POST", "/api/session", ANYBODY, signin_in, NULL, NULL},
	{"DELETE", "/api/session", SIGNED_IN, signin_out, "sign_out", ""},
	{"GET", "/api/session", SIGNED_IN, signin_me, "me", ""},
	{"PUT", "/api/settings", SIGNED_IN, call_do, "keep_settings", "settings"},
	{"GET", "/api/types/{client}", SIGNED_IN, types_list, NULL, NULL},
	{"GET", "/api/reasons", SIGNED_IN, call_ask, "reasons", ""},
	{"GET", "/api/counts", BESIDE, call_ask, "counts", ""},
	{"GET", "/api/events", SIGNED_IN, events_listen, NULL, NULL},
	{"POST", "/api/tasks/take", SIGNED_IN, call_ask, "take_task", "but queues"},
	{"POST", "/api/tasks/keep", SIGNED_IN, call_ask, "keep_tasks", "tasks"},
	{"POST", "/api/tasks/release", SIGNED_IN, call_do, "release_tasks", "tasks"},
	{"GET", "/api/tasks/{task}", SIGNED_IN, call_ask, "see_task", "task"},
	{"POST", "/api/tasks/{task}/pick", SIGNED_IN, call_ask, "pick_task", "task"},
	{"PUT", "/api/tasks/{task}/draft", SIGNED_IN, call_ask, "save_draft",
	 "task typed effort"},
	{"POST", "/api/tasks/{task}/validate", LOOKING, tasks_validate, NULL, NULL},
	{"POST", "/api/tasks/{task}/submit", LENGTHY, tasks_submit, "submit", NULL},
	{"POST", "/api/tasks/{task}/arbitrate", LENGTHY, second_arbitrate, "arbitrate",
	 NULL},
	{"POST", "/api/tasks/{task}/skip", SIGNED_IN, call_do, "skip", "task reason"},
	{"POST", "/api/tasks/{task}/reject", SIGNED_IN, call_do, "reject",
	 "task reason"},
	{"POST", "/api/tasks/{task}/rescan", SIGNED_IN, call_do, "rescan",
	 "task reason"},
	{"POST", "/api/tasks/{task}/escalate", SIGNED_IN, call_do, "escalate",
	 "task reason"},
	{"POST", "/api/tasks/{task}/query", SIGNED_IN, call_do, "query",
	 "task reason days"},
	{"POST", "/api/tasks/{task}/postpone", SIGNED_IN, call_do, "postpone",
	 "task reason until"},
	{"POST", "/api/tasks/{task}/notes", SIGNED_IN, call_ask, "add_note",
	 "task text"},
	{"POST", "/api/tasks/{task}/arrange", LENGTHY, call_ask, "arrange",
	 "task fence parts"},
	{"GET", "/api/tasks/{task}/neighbours", LENGTHY, call_ask, "neighbours",
	 "task"},
	{"POST", "/api/tasks/{task}/join", LENGTHY, call_ask, "join_documents",
	 "task fence others"},
	{"GET", "/api/tasks/{task}/twin", LENGTHY, call_ask, "twin", "task"},
	{"GET", "/api/carousel", LENGTHY, call_ask, "carousel_fields", ""},
	{"POST", "/api/carousel/take", LENGTHY, call_ask, "carousel_take",
	 "client type path most but"},
	{"GET", "/api/tasks/{task}/snippet", SIGNED_IN, snippet_send, "snippet_source",
	 NULL},
	{"POST", "/api/tasks/{task}/field", LENGTHY, snippet_submit, "submit_field",
	 NULL},
	{"GET", "/api/documents/{document}/pages/{position}/picture", SIGNED_IN,
	 pages_picture, "page_picture", NULL},
	{"GET", "/api/documents/{document}/pages/{position}/thumbnail", SIGNED_IN,
	 pages_thumbnail, "page_picture", NULL},
	{"GET", "/api/documents/{document}/pages/{position}/words", BESIDE, pages_words,
	 "page_words", NULL},
	{"GET", "/api/quality", LOOKING, call_ask, "quality", ""},
	{"POST", "/api/mistakes/{mistake}/dispute", SIGNED_IN, call_do, "dispute",
	 "mistake text"},
	{"POST", "/api/mistakes/{mistake}/judge", SIGNED_IN, call_do, "judge",
	 "mistake withdraw"},
	{"POST", "/api/corrections/{quality}", SIGNED_IN, call_do, "correction",
	 "quality how"},
	{"GET", "/api/floor", LOOKING, call_ask, "floor", ""},
	{"GET", "/api/figures/{days}", LOOKING, call_ask, "figures", "days"},
	{"POST", "/api/tasks/{task}/free", SIGNED_IN, call_do, "floor_free", "task"},
	{"POST", "/api/tasks/{task}/give", SIGNED_IN, call_do, "floor_give",
	 "task login"},
	{"POST", "/api/tasks/{task}/priority", SIGNED_IN, call_do, "floor_priority",
	 "task priority"},
	{"GET", "/api/documents/{document}/story", LENGTHY, call_ask, "story",
	 "document"},
	{0},
};

/* Whether a path is the route's; fills the values of its {names}. */
static bool path_fits(const char *pattern, const char *path, struct call *call)
{
	size_t n = 0;

	while (*pattern) {
		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		size_t len = strcspn(path, "/");
		if (len == 0 || n == CALL_MAX_VALUES)
			return false;
		call->values[n++] = arena_strndup(call->arena, path, len);
		path += len;
		pattern += strcspn(pattern, "}") + 1;
	}
	return !*path;
}

static bool find_route(struct call *call, bool *path_known)
{
	*path_known = false;
	for (const struct route *r = routes; r->method; r++) {
		if (!path_fits(r->path, call->request->path, call))
			continue;
		*path_known = true;
		if (strcmp(r->method, call->request->method) == 0) {
			call->route = r;
			return true;
		}
	}
	return false;
}

static bool changes_something(const struct request *r)
{
	return strcmp(r->method, "GET") != 0 && strcmp(r->method, "HEAD") != 0;
}

/* A browser says where a request comes from; what is no browser has no cookie to steal.
 */
static bool from_elsewhere(const struct request *r)
{
	const char *site = request_header(r, "Sec-Fetch-Site");
	return site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

static bool take_body(struct call *call)
{
	const char *type = request_header(call->request, "Content-Type");

	if (!changes_something(call->request))
		return true;
	if (from_elsewhere(call->request)) {
		call_refuse(call, 403, "another site may not do that");
		return false;
	}
	if (call->request->body_len == 0) {
		call->body = json_object();
		return true;
	}
	if (!type || !text_starts(type, "application/json")) {
		call_refuse(call, 415, "the body must be application/json");
		return false;
	}
	call->body = json_loadb(call->request->body, call->request->body_len, 0, NULL);
	if (json_is_object(call->body))
		return true;
	call_refuse(call, 400, "the body must be a JSON object");
	return false;
}

static bool may_change(struct call *call)
{
	const char *token = request_header(call->request, "X-CSRF-Token");

	if (!changes_something(call->request) || call->route->who == ANYBODY)
		return true;
	if (token && secret_equal(token, call->me.csrf))
		return true;
	call_refuse(call, 403, "the page is out of date; load it again");
	return false;
}

static void run_call(struct call *call)
{
	bool path_known;

	if (!find_route(call, &path_known)) {
		call_refuse(call, path_known ? 405 : 404, "there is no such call");
		return;
	}
	if (call->route->who != ANYBODY && !signin_show(call))
		return;
	if (take_body(call) && may_change(call))
		call->route->run(call);
}

static void free_body(struct call *call)
{
	json_decref(call->body);
	call->body = NULL;
}

struct call call_of(struct hand *hand, struct errand *errand)
{
	return (struct call){.desk = hand->desk,
			     .hand = hand,
			     .db = hand->db,
			     .errand = errand,
			     .request = errand->request,
			     .arena = errand->request->arena};
}

static void answer(struct hand *hand, struct errand *errand)
{
	struct call call = call_of(hand, errand);

	run_call(&call);
	free_body(&call);
}

static enum who who_calls(struct request *request)
{
	struct call call = {.request = request, .arena = request->arena};
	bool path_known;

	return find_route(&call, &path_known) ? call.route->who : ANYBODY;
}

void route_request(struct desk *desk, struct request *request)
{
	struct errand *errand;

	if (text_starts(request->path, "/api/")) {
		enum who who = who_calls(request);
		errand = arena_alloc(request->arena, sizeof(*errand));
		*errand = (struct errand){.request = request,
					  .session = session_token(request),
					  .beside = who >= BESIDE,
					  .lengthy = who == LENGTHY || who == LOOKING,
					  .run = answer};
		hands_give(desk->hands, errand);
	} else if (!assets_serve(request)) {
		struct call call = {.request = request, .arena = request->arena};
		call_refuse(&call, 404, "there is no such page");
	}
}
