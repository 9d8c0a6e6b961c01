/* business.c - what the formats of the hand-over ask of the business: facts of a
 * document for columns of a mapping, and the masters of claim files.
 *
 * Only reads. What a master does not have stays NULL, and the format then says what it
 * lacks; nothing is filled in here but what X12 readers take for granted (a qualifier
 * "ZZ", the same id at each level). */
#include <string.h>

#include "conn.h"
#include "render.h"

enum rc db_render_facts(struct db *db, const char *document, struct arena *arena,
			const struct render_fact **facts, size_t *n, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {document};
	enum rc rc = db_run(db, "render_facts", params, N_PARAMS(params), &r, err);
	struct render_fact *out;

	if (rc != RC_OK)
		return err_wrap(err, rc, "facts of %s", document);
	*n = (size_t)PQntuples(r);
	out = arena_alloc_n(arena, *n + 1, sizeof *out);
	for (int i = 0; i < PQntuples(r); i++)
		out[i] = (struct render_fact){
			arena_strdup(arena, row_text(r, i, 0)),
			(int)row_int(r, i, 1),
			arena_strdup(arena, row_text(r, i, 2)),
		};
	*facts = out;
	return RC_OK;
}

static enum rc load_payers(struct db *db, const char *client, struct arena *arena,
			   struct render_edi *edi, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {client};
	enum rc rc = db_run(db, "render_payers", params, N_PARAMS(params), &r, err);
	struct render_payer *out;

	if (rc != RC_OK)
		return rc;
	edi->n_payers = (size_t)PQntuples(r);
	edi->payers = out = arena_alloc_n(arena, edi->n_payers + 1, sizeof *out);
#define TEXT(column) arena_strdup(arena, row_text(r, i, column))
	for (int i = 0; i < PQntuples(r); i++)
		out[i] = (struct render_payer){TEXT(0), TEXT(1), TEXT(2), TEXT(3),
					       TEXT(4), TEXT(5), TEXT(6), TEXT(7)};
	return RC_OK;
}

static enum rc load_providers(struct db *db, const char *client, struct arena *arena,
			      struct render_edi *edi, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {client};
	enum rc rc = db_run(db, "render_providers", params, N_PARAMS(params), &r, err);
	struct render_provider *out;

	if (rc != RC_OK)
		return rc;
	edi->n_providers = (size_t)PQntuples(r);
	edi->providers = out = arena_alloc_n(arena, edi->n_providers + 1, sizeof *out);
	for (int i = 0; i < PQntuples(r); i++)
		out[i] = (struct render_provider){
			TEXT(0), row_true(r, i, 1), TEXT(2), TEXT(3),
			TEXT(4), TEXT(5),	    TEXT(6), TEXT(7)};
#undef TEXT
	return RC_OK;
}

enum rc db_render_origin(struct db *db, const char *document, struct arena *arena,
			 struct render_origin *out, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {document};
	enum rc rc = db_run(db, "render_origin", params, N_PARAMS(params), &r, err);

	if (rc == RC_OK && PQntuples(r) == 0)
		rc = err_set(err, RC_FAIL, "no such document");
	if (rc != RC_OK)
		return err_wrap(err, rc, "file of %s", document);
	*out = (struct render_origin){
		.client = arena_strdup(arena, row_text(r, 0, 0)),
		.format = arena_strdup(arena, row_text(r, 0, 1)),
		.sha256 = arena_strdup(arena, row_text(r, 0, 2)),
		.whole = row_true(r, 0, 3),
	};
	return RC_OK;
}

/* --- who exchanges with whom ------------------------------------------ */

static const char *scheme(const PGresult *r, struct arena *arena, const char *name)
{
	for (int i = 0; i < PQntuples(r); i++)
		if (strcmp(row_text(r, i, 0), name) == 0)
			return arena_strdup(arena, row_text(r, i, 1));
	return NULL;
}

static const char *first_of(const char *a, const char *b)
{
	return a ? a : b;
}

/* company_id's schemes: "submitter", "submitter-name", "sender-qualifier"... */
static struct render_party take_party(const PGresult *r, struct arena *arena,
				      const char *role, const char *side)
{
#define SCHEME(of, what) scheme(r, arena, arena_printf(arena, "%s%s", of, what))
	const char *id = SCHEME(role, "");
	const char *interchange_id = first_of(SCHEME(side, "-id"), id);

	return (struct render_party){
		.qualifier = first_of(SCHEME(side, "-qualifier"), "ZZ"),
		.interchange_id = interchange_id,
		.application_id = first_of(SCHEME(side, "-code"), interchange_id),
		.name = SCHEME(role, "-name"),
		.id = id,
		.contact = SCHEME(role, "-contact"),
		.phone = SCHEME(role, "-phone"),
		.email = SCHEME(role, "-email"),
	};
#undef SCHEME
}

enum rc db_render_edi(struct db *db, const char *client, struct arena *arena,
		      struct render_edi *edi, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {client}, *usage;
	enum rc rc = db_run(db, "render_exchange", params, N_PARAMS(params), &r, err);

	if (rc == RC_OK) {
		edi->submitter = take_party(r, arena, "submitter", "sender");
		edi->receiver = take_party(r, arena, "receiver", "receiver");
		usage = scheme(r, arena, "usage");
		edi->production = usage && strcmp(usage, "P") == 0;
		rc = load_payers(db, client, arena, edi, err);
	}
	if (rc == RC_OK)
		rc = load_providers(db, client, arena, edi, err);
	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "claims' masters of %s", client);
}
