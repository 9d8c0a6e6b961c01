/* intake.c - what intake tells the database: files that came, and what the trays look
 * like.
 *
 * Recording a drop is one call and one transaction in the server, and repeating it
 * after an unknown outcome does nothing: the drop's id was chosen before the file was
 * claimed. */
#include "conn.h"

#include <string.h>

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
