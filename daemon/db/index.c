/* index.c - index files on their way into the database, and what they say on its way
 * out.
 *
 * An index is handed in row by row as one JSON value, one call, one transaction:
 * sql/api/49_sidecar.sql keeps the rows until the files they name are there. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "result.h"
#include "sidecar.h"

static const struct {
	const char *path, *key;
} own[] = {
	{INDEX_FILE, "file"}, {INDEX_RECEIVED, "received"}, {INDEX_COUNT, "expected"}};

static void add_value(json_t *row, const struct field *field)
{
	for (size_t i = 0; i < N_PARAMS(own); i++)
		if (strcmp(field->path, own[i].path) == 0) {
			json_object_set_new(row, own[i].key, json_string(field->value));
			return;
		}
	json_object_set_new(json_object_get(row, "values"), field->path,
			    json_string(field->value));
}

/* The fields of a row follow each other, the row being their line. */
static const char *rows_text(struct arena *arena, const struct doc *doc)
{
	json_t *rows = json_array(), *row = NULL;
	int line = 0;

	for (size_t i = 0; i < doc->n_fields; i++) {
		const struct field *field = &doc->fields[i];
		if (!field->value)
			continue;
		if (!row || field->line != line) {
			line = field->line;
			row = json_pack("{s:i, s:{}}", "row",
					(int)json_array_size(rows) + 1, "values");
			json_array_append_new(rows, row);
		}
		add_value(row, field);
	}
	char *text = json_dumps(rows, JSON_COMPACT);
	json_decref(rows);
	if (!text)
		die("rows of an index: out of memory");
	const char *copy = arena_strdup(arena, text);
	free(text);
	return copy;
}

enum rc job_save_index(struct db *db, const struct job *job, const struct doc *doc,
		       bool *mine, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, job->id), param_int(arena, job->fence),
				result_text(arena, doc, NULL, false),
				rows_text(arena, doc)};
	enum rc rc =
		db_run(db, "job_save_index", params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "save index of job %lld", (long long)job->id);
	*mine = row_true(result, 0, 0);
	return RC_OK;
}

enum rc job_prekeyed(struct db *db, const struct job *job, struct doc *doc,
		     struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {job->document};
	enum rc rc = db_run(db, "prekeyed", params, N_PARAMS(params), &r, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "index of %s", job->document);
	doc->n_prekeyed = 0;
	doc->index_missing = false;
	for (int i = 0; i < PQntuples(r); i++) {
		if (!row_text(r, i, 0)) {
			doc->index_missing = true;
			continue;
		}
		*arena_push(doc->arena, doc->prekeyed, doc->n_prekeyed,
			    doc->cap_prekeyed) = (struct prekeyed){
			.path = arena_strdup(doc->arena, row_text(r, i, 0)),
			.value = arena_strdup(doc->arena, row_text(r, i, 1))};
	}
	return RC_OK;
}
