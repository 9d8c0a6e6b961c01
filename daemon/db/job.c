/* job.c - jobs of a worker: claimed with a lease, kept by heartbeat, handed back or
 * failed.
 *
 * The fence that came with the claim is the only proof of still having a job. What
 * happens when it has moved on (the lease ran out and another worker took it) is
 * decided in the server, in the same transaction as everything else. */
#include "conn.h"

#include <string.h>

#include "text.h"

static const char *const kind_names[] = {[JOB_READ] = "read",
					 [JOB_RUN] = "run",
					 [JOB_CUT] = "cut",
					 [JOB_UNDERSTAND] = "understand",
					 [JOB_CHECK] = "check"};

static enum job_kind kind_named(const char *name)
{
	for (size_t i = 0; i < N_PARAMS(kind_names); i++)
		if (strcmp(kind_names[i], name) == 0)
			return (enum job_kind)i;
	die("job of kind %s", name);
}

/* The columns of query/worker/job_claim.sql, in order. */
static void take_job(const PGresult *r, struct arena *arena, struct job *out)
{
	size_t name_len;
	const void *name = row_bytes(r, 0, 9, arena, &name_len);

	*out = (struct job){
		.id = row_int(r, 0, 0),
		.fence = row_int(r, 0, 1),
		.kind = kind_named(row_text(r, 0, 2)),
		.first_page = (int)row_int(r, 0, 3),
		.last_page = (int)row_int(r, 0, 4),
		.document = arena_strdup(arena, row_text(r, 0, 5)),
		.drop = arena_strdup(arena, row_text(r, 0, 6)),
		.client = arena_strdup(arena, row_text(r, 0, 7)),
		.sha256 = arena_strdup(arena, row_text(r, 0, 8)),
		.name = text_show_name(arena, name, name_len),
		.received_on = arena_strdup(arena, row_text(r, 0, 10)),
		.languages = arena_strdup(arena, row_text(r, 0, 11)),
		.faults = (int)row_int(r, 0, 12),
		.losses = (int)row_int(r, 0, 13),
		.inside = row_true(r, 0, 14),
		.separators = {.sheet = arena_strdup(arena, row_text(r, 0, 15)),
			       .number = arena_strdup(arena, row_text(r, 0, 16)),
			       .tag = arena_strdup(arena, row_text(r, 0, 17)),
			       .blank = row_true(r, 0, 18),
			       .content = row_true(r, 0, 19)},
		.collates = row_true(r, 0, 20),
		.index_map = arena_strdup(arena, row_text(r, 0, 21)),
		.control_number = arena_strdup(arena, row_text(r, 0, 22)),
		.revision = (int)row_int(r, 0, 23),
	};
}

enum rc jobs_left_behind(struct db *db, const char *worker, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {worker};
	enum rc rc =
		db_run(db, "jobs_left_behind", params, N_PARAMS(params), &result, err);

	return rc == RC_OK ? rc : err_wrap(err, rc, "free what was left behind");
}

enum rc job_claim(struct db *db, const char *worker, struct arena *arena,
		  struct job *out, bool *got, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {worker};
	enum rc rc = db_run(db, "job_claim", params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "claim job");
	*got = PQntuples(result) > 0;
	if (*got)
		take_job(result, arena, out);
	return RC_OK;
}

enum rc job_heartbeat(struct db *db, const struct job *job, bool *mine, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, job->id),
				param_int(arena, job->fence)};
	enum rc rc =
		db_run(db, "job_heartbeat", params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "prolong job %lld", (long long)job->id);
	*mine = row_true(result, 0, 0);
	return RC_OK;
}

static enum rc put_back(struct db *db, const struct job *job, int delay_s,
			const char *text, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, job->id), param_int(arena, job->fence),
				param_int(arena, delay_s), text};
	enum rc rc = db_run(db, "job_put_back", params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "put job %lld back", (long long)job->id);
	return RC_OK;
}

enum rc job_return(struct db *db, const struct job *job, struct err *err)
{
	return put_back(db, job, 0, NULL, err);
}

enum rc job_postpone(struct db *db, const struct job *job, int delay_s,
		     const char *text, struct err *err)
{
	return put_back(db, job, delay_s, text, err);
}

static enum rc went_wrong(struct db *db, const char *query, const struct job *job,
			  const char *text, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, job->id), param_int(arena, job->fence),
				text_clean(arena, text, strlen(text))};
	enum rc rc = db_run(db, query, params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "%s %lld", query, (long long)job->id);
	return RC_OK;
}

enum rc job_fault(struct db *db, const struct job *job, const char *text,
		  struct err *err)
{
	return went_wrong(db, "job_fault", job, text, err);
}

enum rc job_loss(struct db *db, const struct job *job, const char *text,
		 struct err *err)
{
	return went_wrong(db, "job_loss", job, text, err);
}
