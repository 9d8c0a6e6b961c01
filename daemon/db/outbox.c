/* outbox.c - what process `deliver` asks of the database.
 *
 * Which offers go, and what an answer does to them, is decided in sql/api/60_erp.sql
 * and 64_deliver.sql, the same for every door; here are only the calls. */
#include "outbox.h"

#include <string.h>

#include "conn.h"
#include "text.h"

/* What an ERP or a program said, fit for the database. */
static const char *clean(struct arena *arena, const char *words)
{
	return words ? text_clean(arena, words, strlen(words)) : NULL;
}

static enum rc run_only(struct db *db, const char *query, const char *const *params,
			size_t n, struct err *err)
{
	AUTO_PGRESULT result = NULL;

	return db_run(db, query, params, n, &result, err);
}

/* --- doors -------------------------------------------------------------------- */

enum rc outbox_hold(struct db *db, const char *client, const char *name,
		    struct outbox_door *out, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {client, name};
	enum rc rc = db_run(db, "door_hold", params, N_PARAMS(params), &result, err);

	*out = (struct outbox_door){0};
	if (rc != RC_OK)
		return err_wrap(err, rc, "hold the door");
	if (PQntuples(result) > 0)
		*out = (struct outbox_door){
			.id = row_int(result, 0, 0),
			.held = row_true(result, 0, 1),
			.closed_s = row_int(result, 0, 2),
			.failures = (int)row_int(result, 0, 3),
		};
	return RC_OK;
}

enum rc outbox_door_says(struct db *db, int64_t door, const char *words, long closed_s,
			 struct err *err)
{
	AUTO_ARENA arena = arena_new();
	const char *params[] = {param_int(arena, door), clean(arena, words),
				param_int(arena, closed_s)};

	return run_only(db, "door_says", params, N_PARAMS(params), err);
}

/* --- offers ------------------------------------------------------------------- */

/* The columns of batch_items.sql and push_next.sql, in order. */
static struct offer take_offer(const PGresult *r, int row, struct arena *arena)
{
	struct offer o = {
		.document = arena_strdup(arena, row_text(r, row, 0)),
		.revision = (int)row_int(r, row, 1),
		.control_number = arena_strdup(arena, row_text(r, row, 2)),
		.type = arena_strdup(arena, row_text(r, row, 3)),
		.action = arena_strdup(arena, row_text(r, row, 4)),
		.replaces = arena_strdup(arena, row_text(r, row, 5)),
		.replaces_number = arena_strdup(arena, row_text(r, row, 6)),
		.received_on = arena_strdup(arena, row_text(r, row, 7)),
		.flags = arena_strdup(arena, row_text(r, row, 8)),
		.sum = arena_strdup(arena, row_text(r, row, 9)),
		.currency = arena_strdup(arena, row_text(r, row, 10)),
		.sha256 = arena_strdup(arena, row_text(r, row, 11)),
	};

	o.xml = row_bytes(r, row, 12, arena, &o.xml_len);
	return o;
}

static enum rc load_items(struct db *db, struct outbox_batch *batch,
			  struct arena *arena, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, batch->id)};
	enum rc rc = db_run(db, "batch_items", params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return rc;
	batch->n_offers = (size_t)PQntuples(result);
	batch->offers = arena_alloc_n(arena, batch->n_offers, sizeof(*batch->offers));
	for (size_t i = 0; i < batch->n_offers; i++)
		batch->offers[i] = take_offer(result, (int)i, arena);
	return RC_OK;
}

enum rc outbox_batch(struct db *db, int64_t door, long most, long wait_ms,
		     struct arena *arena, struct outbox_batch *out, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, door), param_int(arena, most),
				param_int(arena, wait_ms)};
	enum rc rc = db_run(db, "batch_pack", params, N_PARAMS(params), &result, err);

	*out = (struct outbox_batch){0};
	if (rc != RC_OK)
		return err_wrap(err, rc, "pack a batch");
	if (PQntuples(result) == 0)
		return RC_OK;
	out->id = row_int(result, 0, 0);
	out->name = arena_strdup(arena, row_text(result, 0, 1));
	out->created = arena_strdup(arena, row_text(result, 0, 2));
	out->rendered = row_true(result, 0, 3);
	return load_items(db, out, arena, err);
}

static void take_files(const PGresult *r, struct arena *arena,
		       struct offer_file **files, size_t *n)
{
	*n = (size_t)PQntuples(r);
	*files = arena_alloc_n(arena, *n, sizeof(**files));
	for (int i = 0; i < PQntuples(r); i++) {
		struct offer_file *f = &(*files)[i];

		f->name = arena_strdup(arena, row_text(r, i, 0));
		f->mime = arena_strdup(arena, row_text(r, i, 1));
		f->sha256 = arena_strdup(arena, row_text(r, i, 2));
		f->bytes = row_bytes(r, i, 3, arena, &f->len);
	}
}

enum rc outbox_offer_files(struct db *db, const struct offer *offer, const char *format,
			   struct arena *arena, struct offer_file **files, size_t *n,
			   struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {offer->document, param_int(arena, offer->revision),
				format};
	enum rc rc = db_run(db, "item_files", params, N_PARAMS(params), &result, err);

	if (rc == RC_OK)
		take_files(result, arena, files, n);
	return rc;
}

enum rc outbox_batch_files(struct db *db, int64_t batch, struct arena *arena,
			   struct offer_file **files, size_t *n, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, batch)};
	enum rc rc = db_run(db, "batch_files", params, N_PARAMS(params), &result, err);

	if (rc == RC_OK)
		take_files(result, arena, files, n);
	return rc;
}

enum rc outbox_freeze(struct db *db, int64_t batch, const struct offer *offer,
		      const char *format, const struct offer_file *file,
		      struct err *err)
{
	AUTO_ARENA arena = arena_new();
	const char *params[] = {batch ? param_int(arena, batch) : NULL,
				offer ? offer->document : NULL,
				offer ? param_int(arena, offer->revision) : NULL,
				format,
				file->name,
				file->mime,
				param_bytes(arena, file->bytes, file->len)};

	return run_only(db, "file_freeze", params, N_PARAMS(params), err);
}

enum rc outbox_leave_out(struct db *db, int64_t batch, const struct offer *offer,
			 const char *why, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	const char *params[] = {param_int(arena, batch), offer->document,
				param_int(arena, offer->revision), clean(arena, why)};

	return run_only(db, "item_leave_out", params, N_PARAMS(params), err);
}

static enum rc batch_is(struct db *db, const char *query, int64_t batch,
			struct err *err)
{
	AUTO_ARENA arena = arena_new();
	const char *params[] = {param_int(arena, batch)};

	return run_only(db, query, params, N_PARAMS(params), err);
}

enum rc outbox_rendered(struct db *db, int64_t batch, struct err *err)
{
	return batch_is(db, "batch_rendered", batch, err);
}

enum rc outbox_written(struct db *db, int64_t batch, struct err *err)
{
	return batch_is(db, "batch_written", batch, err);
}

/* --- pushing ------------------------------------------------------------------ */

enum rc outbox_next(struct db *db, int64_t door, struct arena *arena, struct offer *out,
		    bool *got, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, door)};
	enum rc rc = db_run(db, "push_next", params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "next offer");
	*got = PQntuples(result) > 0;
	if (*got)
		*out = take_offer(result, 0, arena);
	return RC_OK;
}

enum rc outbox_later(struct db *db, const struct offer *offer, const char *why,
		     struct err *err)
{
	AUTO_ARENA arena = arena_new();
	const char *params[] = {offer->document, param_int(arena, offer->revision),
				clean(arena, why)};

	return run_only(db, "push_later", params, N_PARAMS(params), err);
}

enum rc outbox_told(struct db *db, const struct offer *offer, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	const char *params[] = {offer->document, param_int(arena, offer->revision)};

	return run_only(db, "push_told", params, N_PARAMS(params), err);
}

enum rc outbox_answer(struct db *db, const struct offer *offer, const char *answer,
		      struct err *err)
{
	AUTO_ARENA arena = arena_new();
	const char *params[] = {offer->document, param_int(arena, offer->revision),
				answer};

	return run_only(db, "answer_take", params, N_PARAMS(params), err);
}

enum rc outbox_answers(struct db *db, int64_t door, const char *file,
		       const char *sha256, const char *answers, struct arena *arena,
		       struct answer_line **lines, size_t *n, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, door), file, sha256, answers};
	enum rc rc = db_run(db, "answers_file", params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "take answers");
	*n = (size_t)PQntuples(result);
	*lines = arena_alloc_n(arena, *n, sizeof(**lines));
	for (int i = 0; i < PQntuples(result); i++)
		(*lines)[i] = (struct answer_line){
			.line = (int)row_int(result, i, 0),
			.what = arena_strdup(arena, row_text(result, i, 1)),
			.outcome = arena_strdup(arena, row_text(result, i, 2)),
			.problem = arena_strdup(arena, row_text(result, i, 3)),
		};
	return RC_OK;
}
