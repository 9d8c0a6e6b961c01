/* call.c - what all calls of the API share: parameters in, JSON out, and how a refusal
 * of the database becomes one that a person can read.
 *
 * Most of the API is a prepared statement with parameters from path and body, whose
 * JSON goes to the page as it is (call_ask). */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "log.h"
#include "text.h"

void call_answer(struct call *call, unsigned status, const char *json)
{
	request_answer(call->request, status, "application/json; charset=utf-8", json,
		       strlen(json));
	request_add_header(call->request, "Cache-Control", "no-store");
}

void call_answer_json(struct call *call, unsigned status, json_t *take)
{
	char *text = json_dumps(take, JSON_COMPACT);

	if (!text)
		die("JSON could not be printed");
	call_answer(call, status, text);
	free(text);
	json_decref(take);
}

void call_refuse(struct call *call, unsigned status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *text = arena_vprintf(call->arena, fmt, ap);
	va_end(ap);
	call_answer_json(call, status,
			 json_pack("{s:s}", "error",
				   text_clean(call->arena, text, strlen(text))));
}

/* "skip: no reason ..." without the statement's name. */
static const char *words_of(const struct call *call, const struct err *err)
{
	const char *name = call->route && call->route->query ? call->route->query : "";
	size_t len = strlen(name);

	return len && strncmp(err->text, name, len) == 0 && err->text[len] == ':'
		       ? err->text + len + 2
		       : err->text;
}

void call_failed(struct call *call, enum rc rc, const struct err *err)
{
	if (rc == RC_FAIL) {
		call_refuse(call, 409, "%s", words_of(call, err));
		return;
	}
	if (rc == RC_BUG)
		log_error("a call failed", "path=%s error=%s",
			  call->route ? call->route->path : "", err->text);
	else
		call->hand->db_lost = true;
	call_refuse(call, rc == RC_BUG ? 500 : 503,
		    rc == RC_BUG ? "this did not work; it is in the log"
				 : "the database cannot be reached; nothing is lost");
}

static const char *path_value(const struct call *call, const char *name)
{
	const char *at = call->route->path;

	for (size_t i = 0; i < CALL_MAX_VALUES && (at = strchr(at, '{')); i++) {
		size_t len = strcspn(++at, "}");
		if (strlen(name) == len && strncmp(at, name, len) == 0)
			return call->values[i];
	}
	return NULL;
}

const char *call_value(struct call *call, const char *name)
{
	const char *from_path = path_value(call, name);
	const json_t *value = json_object_get(call->body, name);

	if (from_path)
		return from_path;
	if (!value || json_is_null(value))
		return NULL;
	if (json_is_string(value))
		return json_string_value(value);
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	const char *copy = arena_strdup(call->arena, text);
	free(text);
	return copy;
}

bool call_number(struct call *call, const char *name, int64_t *out)
{
	const char *text = call_value(call, name);
	char *end = NULL;

	*out = text ? strtoll(text, &end, 10) : 0;
	if (text && *text && !*end)
		return true;
	call_refuse(call, 400, "%s must be a number", name);
	return false;
}

static enum rc ask(struct call *call, const char **answer, struct err *err)
{
	const char *params[8], *names = call->route->params ? call->route->params : "";
	size_t n = 0;

	while (*names) {
		size_t len = strcspn(names, " ");
		bug_on(n == sizeof(params) / sizeof(*params));
		params[n++] = call_value(call, arena_strndup(call->arena, names, len));
		names += len + strspn(names + len, " ");
	}
	return db_desk_ask(call->db, call->route->query, params, n, call->arena, answer,
			   err);
}

void call_ask(struct call *call)
{
	const char *answer;
	struct err err;
	enum rc rc = ask(call, &answer, &err);

	if (rc != RC_OK)
		call_failed(call, rc, &err);
	else if (!answer)
		call_refuse(call, 404, "there is nothing");
	else
		call_answer(call, 200, answer);
}

void call_do(struct call *call)
{
	const char *answer;
	struct err err;
	enum rc rc = ask(call, &answer, &err);

	if (rc != RC_OK)
		call_failed(call, rc, &err);
	else
		call_answer(call, 200, "{}");
}
