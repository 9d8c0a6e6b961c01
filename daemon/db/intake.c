/* intake.c - what intake tells the database: files that came, and what the trays look
 * like.
 *
 * Recording drops is one call and one transaction in the server, and repeating it
 * after an unknown outcome does nothing: the drop's id was chosen before the file was
 * claimed. */
#include "conn.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum rc db_trays(struct db *db, struct arena *arena, struct db_tray **trays, size_t *n,
		 struct err *err)
{
	AUTO_PGRESULT result = NULL;
	enum rc rc = db_run(db, "trays", NULL, 0, &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "trays");
	*n = (size_t)PQntuples(result);
	*trays = arena_alloc_n(arena, *n, sizeof(**trays));
	for (int i = 0; i < PQntuples(result); i++)
		(*trays)[i] = (struct db_tray){
			.id = row_int(result, i, 0),
			.client = arena_strdup(arena, row_text(result, i, 1)),
			.name = arena_strdup(arena, row_text(result, i, 2)),
		};
	return RC_OK;
}

static enum db_drop_outcome outcome_named(const char *name)
{
	static const char *const names[] = {[DROP_NEW] = "new",
					    [DROP_DUPLICATE] = "duplicate",
					    [DROP_PROBLEM] = "problem",
					    [DROP_KNOWN] = "known"};

	for (size_t i = 0; i < N_PARAMS(names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum db_drop_outcome)i;
	die("drop_record says %s", name);
}

enum rc db_drop_record(struct db *db, const struct db_drop *drop,
		       enum db_drop_outcome *outcome, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_PGRESULT result = NULL;
	const char *params[] = {drop->id,
				param_int(arena, drop->tray_id),
				drop->parent,
				param_bytes(arena, drop->name, drop->name_len),
				drop->sha256,
				param_int(arena, drop->size),
				param_int(arena, drop->mtime_ms),
				drop->received_on,
				drop->problem,
				drop->problem_text};
	enum rc rc = db_run(db, "drop_record", params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "record drop %s", drop->id);
	*outcome = outcome_named(row_text(result, 0, 0));
	return RC_OK;
}

static json_t *text_or_null(struct arena *arena, const char *s)
{
	json_t *value = s ? json_string(s) : json_null();

	return value ? value : json_string(text_clean(arena, s, strlen(s)));
}

/* The name as hexadecimal digits: it may be any bytes. */
static json_t *drop_value(struct arena *arena, const struct db_drop *drop)
{
	char *name = arena_alloc(arena, drop->name_len * 2 + 1);

	text_hex(drop->name, drop->name_len, name);
	return json_pack("{s:s, s:o, s:s, s:o, s:I, s:I, s:o, s:o, s:o}", "id",
			 drop->id, "parent", text_or_null(arena, drop->parent), "name",
			 name, "sha256", text_or_null(arena, drop->sha256), "size",
			 (json_int_t)drop->size, "mtime_ms", (json_int_t)drop->mtime_ms,
			 "received", text_or_null(arena, drop->received_on), "problem",
			 text_or_null(arena, drop->problem), "problem_text",
			 text_or_null(arena, drop->problem_text));
}

enum rc db_drops_record(struct db *db, int64_t tray_id, const struct db_drop *drops,
			size_t n, struct arena *arena, struct db_recorded *out,
			struct err *err)
{
	AUTO_PGRESULT result = NULL;
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, drop_value(arena, &drops[i]));
	char *text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	if (!text)
		die("out of memory");
	const char *params[] = {param_int(arena, tray_id), text};
	enum rc rc = db_run(db, "drops_record", params, N_PARAMS(params), &result, err);
	free(text);
	if (rc != RC_OK)
		return err_wrap(err, rc, "record %zu drops", n);
	bug_on((size_t)PQntuples(result) != n);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct db_recorded){
			outcome_named(row_text(result, (int)i, 0)),
			arena_strdup(arena, row_text(result, (int)i, 1))};
	return RC_OK;
}

enum rc db_drop_known(struct db *db, const char *id, bool *known, char sha256[65],
		      struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {id};
	enum rc rc = db_run(db, "drop_known", params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "look for drop %s", id);
	*known = PQntuples(result) > 0;
	sha256[0] = '\0';
	if (*known)
		strncat(sha256, row_text(result, 0, 0), 64);
	return RC_OK;
}

enum rc db_tray_report(struct db *db, const struct db_tray_status *status,
		       struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, status->tray_id),
				param_int(arena, status->waiting),
				param_int(arena, status->ignored),
				param_int(arena, status->growing), status->problem};
	enum rc rc = db_run(db, "tray_report", params, N_PARAMS(params), &result, err);

	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "report on tray");
}
