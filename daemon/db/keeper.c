/* keeper.c - housekeeping that is done in SQL, and which blobs nobody needs.
 *
 * A round is a handful of statements in one transaction of the server; missing one does
 * no harm, the next catches up. */
#include "conn.h"

#include <string.h>

enum rc keeper_round(struct db *db, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	enum rc rc = db_run(db, "keeper_round", NULL, 0, &result, err);

	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "keeper's round");
}

/* Hashes are hex: an array's text needs no quoting. */
static const char *hash_array(struct arena *arena, const char *const *hashes, size_t n)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	strbuf_add(&text, "{");
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&text, "%s%s", i ? "," : "", hashes[i]);
	strbuf_add(&text, "}");
	return text.text;
}

enum rc keeper_unreferenced(struct db *db, const char *client,
			    const char *const *hashes, size_t n, bool *unreferenced,
			    struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_PGRESULT result = NULL;
	const char *params[] = {client, hash_array(arena, hashes, n)};
	enum rc rc = db_run(db, "blobs_unreferenced", params, N_PARAMS(params), &result,
			    err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "blobs of %s", client);
	if ((size_t)PQntuples(result) != n)
		return err_set(err, RC_BUG, "asked for %zu blobs, heard of %d", n,
			       PQntuples(result));
	for (size_t i = 0; i < n; i++)
		unreferenced[i] = row_true(result, (int)i, 0);
	return RC_OK;
}
