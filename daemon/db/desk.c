/* desk.c - what the page's process asks: whose session it is, one question with one
 * JSON answer for nearly everything, and the document of a task for the checks that run
 * here.
 *
 * Rights are the server's affair: each function there looks who the session's person
 * is. Nothing in this file decides what somebody may see. */
#include <jansson.h>
#include <string.h>

#include "conn.h"
#include "pack.h"

enum rc db_session_show(struct db *db, const char *token, struct arena *arena,
			struct db_session *out, bool *got, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {token};
	enum rc rc = db_run(db, "session_show", params, N_PARAMS(params), &r, err);

	*got = rc == RC_OK && PQntuples(r) > 0;
	if (*got)
		*out = (struct db_session){
			.account = row_int(r, 0, 0),
			.csrf = arena_strdup(arena, row_text(r, 0, 1)),
			.name = arena_strdup(arena, row_text(r, 0, 2)),
			.login = arena_strdup(arena, row_text(r, 0, 3)),
		};
	return rc;
}

enum rc db_desk_ask(struct db *db, const char *name, const char *const *params,
		    size_t n_params, struct arena *arena, const char **answer,
		    struct err *err)
{
	AUTO_PGRESULT r = NULL;
	enum rc rc = db_run(db, name, params, n_params, &r, err);

	*answer = NULL;
	if (rc == RC_OK && PQntuples(r) > 0 && PQnfields(r) > 0)
		*answer = arena_strdup(arena, row_text(r, 0, 0));
	return rc;
}

enum rc db_page_picture(struct db *db, const char *document, const char *position,
			bool thumbnail, struct arena *arena, const char **client,
			const char **blob, const char **mime, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {document, position, thumbnail ? "t" : "f"};
	enum rc rc = db_run(db, "page_picture", params, N_PARAMS(params), &r, err);

	*blob = NULL;
	if (rc != RC_OK || PQntuples(r) == 0)
		return rc;
	*client = arena_strdup(arena, row_text(r, 0, 0));
	*blob = arena_strdup(arena, row_text(r, 0, 1));
	*mime = arena_strdup(arena, row_text(r, 0, 2));
	return RC_OK;
}

enum rc db_page_words(struct db *db, const char *document, const char *position,
		      struct arena *arena, struct page **page, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {document, position};
	struct unpack unpack;
	size_t len;
	enum rc rc = db_run(db, "page_words", params, N_PARAMS(params), &r, err);

	*page = NULL;
	if (rc != RC_OK || PQntuples(r) == 0 || !row_text(r, 0, 0))
		return rc;
	const void *bytes = row_bytes(r, 0, 0, arena, &len);
	*page = arena_alloc(arena, sizeof(**page));
	unpack_init(&unpack, bytes, len);
	return doc_unpack_page(&unpack, arena, *page, err);
}

/* --- a task's document
 * ----------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *key, struct arena *arena)
{
	return arena_strdup(arena, json_string_value(json_object_get(object, key)));
}

static int number_of(const json_t *object, const char *key)
{
	return (int)json_integer_value(json_object_get(object, key));
}

static enum source source_named(const char *name)
{
	for (enum source s = SOURCE_NONE; name && s <= SOURCE_DERIVED; s++)
		if (strcmp(source_name(s), name) == 0)
			return s;
	return SOURCE_NONE;
}

static void take_field(const json_t *j, struct doc *doc)
{
	struct field *f = doc_add_field(doc, text_of(j, "path", doc->arena),
					number_of(j, "line"));

	f->raw = text_of(j, "raw", doc->arena);
	f->value = text_of(j, "value", doc->arena);
	f->page = number_of(j, "page");
	f->box = (struct box){number_of(j, "x"), number_of(j, "y"), number_of(j, "w"),
			      number_of(j, "h")};
	f->source = source_named(json_string_value(json_object_get(j, "source")));
	f->confidence = (float)json_number_value(json_object_get(j, "confidence"));
	f->accepted = json_is_true(json_object_get(j, "accepted"));
	f->why = text_of(j, "why", doc->arena);
}

static void take_finding(const json_t *j, struct doc *doc)
{
	const json_t *fields = json_object_get(j, "fields");
	struct strbuf names;

	strbuf_init(&names, doc->arena);
	for (size_t i = 0; i < json_array_size(fields); i++)
		strbuf_addf(&names, "%s%s", i ? " " : "",
			    json_string_value(json_array_get(fields, i)));
	const char *kind = text_of(j, "kind", doc->arena),
		   *severity = text_of(j, "severity", doc->arena);
	doc_find(doc, text_of(j, "code", doc->arena),
		 kind && strcmp(kind, "reading") == 0 ? FINDING_READING
						      : FINDING_DOCUMENT,
		 severity && strcmp(severity, "stop") == 0 ? SEVERITY_STOP
							   : SEVERITY_WARN,
		 names.text, "%s", json_string_value(json_object_get(j, "text")));
}

static void take_list(const char *text, struct doc *doc,
		      void (*take)(const json_t *j, struct doc *doc))
{
	json_t *list = text ? json_loads(text, 0, NULL) : NULL;

	for (size_t i = 0; i < json_array_size(list); i++)
		take(json_array_get(list, i), doc);
	json_decref(list);
}

static void take_head(const PGresult *r, struct doc *doc)
{
	doc->id = arena_strdup(doc->arena, row_text(r, 0, 0));
	doc->client = arena_strdup(doc->arena, row_text(r, 0, 1));
	doc->type = arena_strdup(doc->arena, row_text(r, 0, 2));
	doc->received_on = arena_strdup(doc->arena, row_text(r, 0, 3));
	doc->structured = row_true(r, 0, 4);
	doc->type_confidence = (float)row_real(r, 0, 5);
}

static void take_read(const struct db_source *source, struct doc *doc)
{
	take_list(source->fields, doc, take_field);
	take_list(source->findings, doc, take_finding);
}

/* Nothing is sent of what has the stamp that is known. */
static void take_news(const PGresult *r, struct arena *arena, struct db_source *source)
{
	if (row_text(r, 0, 6))
		*source = (struct db_source){
			.stamp = arena_strdup(arena, row_text(r, 0, 11)),
			.fields = arena_strdup(arena, row_text(r, 0, 6)),
			.findings = arena_strdup(arena, row_text(r, 0, 7)),
		};
}

enum rc db_task_source(struct db *db, int64_t task, struct doc *doc,
		       struct db_source *source, struct db_task *out, bool *got,
		       struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {param_int(doc->arena, task), source->stamp};
	enum rc rc = db_run(db, "task_source", params, N_PARAMS(params), &r, err);

	*got = rc == RC_OK && PQntuples(r) > 0;
	if (!*got)
		return rc;
	take_head(r, doc);
	take_news(r, doc->arena, source);
	take_read(source, doc);
	*out = (struct db_task){
		.confirmed = arena_strdup(doc->arena, row_text(r, 0, 8)),
		.queue = arena_strdup(doc->arena, row_text(r, 0, 9)),
		.profile = arena_strdup(doc->arena, row_text(r, 0, 10)),
	};
	return RC_OK;
}

enum rc db_field_source(struct db *db, int64_t task, const char *path, struct doc *doc,
			bool *got, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {param_int(doc->arena, task), path};
	enum rc rc = db_run(db, "field_source", params, N_PARAMS(params), &r, err);

	*got = rc == RC_OK && PQntuples(r) > 0;
	if (*got) {
		struct db_source source = {0};
		take_head(r, doc);
		source.fields = row_text(r, 0, 6);
		source.findings = row_text(r, 0, 7);
		take_read(&source, doc);
	}
	return rc;
}

enum rc db_snippet_source(struct db *db, const char *task, const char *path,
			  struct arena *arena, struct db_snippet *out, bool *got,
			  struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {task, path};
	enum rc rc = db_run(db, "snippet_source", params, N_PARAMS(params), &r, err);

	*got = rc == RC_OK && PQntuples(r) > 0;
	if (*got)
		*out = (struct db_snippet){
			.client = arena_strdup(arena, row_text(r, 0, 0)),
			.blob = arena_strdup(arena, row_text(r, 0, 1)),
			.page_width = (int)row_int(r, 0, 3),
			.box = {(int32_t)row_int(r, 0, 4), (int32_t)row_int(r, 0, 5),
				(int32_t)row_int(r, 0, 6), (int32_t)row_int(r, 0, 7)},
		};
	return rc;
}
