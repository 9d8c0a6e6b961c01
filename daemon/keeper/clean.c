/* clean.c - the store's housekeeping.
 *
 * A blob nothing refers to is what a crash between copy and commit leaves behind, or
 * what an erasure freed. It is deleted when it is a day old, an age no intake or worker
 * takes from its put to its commit. The database is asked for hundreds at a time;
 * whoever put a blob again after that answer made it young, and store_delete then
 * leaves it alone. */
#include <stdlib.h>
#include <string.h>

#include "keeper.h"
#include "log.h"

enum { GRACE_S = 24 * 3600, ASK_AT_ONCE = 500, BEAT_EVERY = 1000 };

struct batch {
	struct cleaning *cleaning;
	char client[33];
	char hashes[ASK_AT_ONCE][65];
	size_t n;
};

static enum rc delete_unreferenced(struct batch *batch, struct err *err)
{
	static bool unreferenced[ASK_AT_ONCE];
	const char *hashes[ASK_AT_ONCE];
	struct cleaning *c = batch->cleaning;
	enum rc rc = RC_OK;

	if (batch->n == 0)
		return RC_OK;
	for (size_t i = 0; i < batch->n; i++)
		hashes[i] = batch->hashes[i];
	rc = keeper_unreferenced(c->db, batch->client, hashes, batch->n, unreferenced,
				 err);
	for (size_t i = 0; rc == RC_OK && i < batch->n; i++) {
		bool deleted = false;

		if (unreferenced[i])
			rc = store_delete(c->store, batch->client, hashes[i], GRACE_S,
					  &deleted, err);
		c->deleted += deleted;
	}
	batch->n = 0;
	return rc;
}

/* Every blob has the same chance to be looked at. */
static void maybe_sample(struct cleaning *c, const char *client, const char *hash)
{
	long at = c->seen < SAMPLES ? c->seen : random() % (c->seen + 1);

	if (at >= SAMPLES)
		return;
	strncpy(c->samples[at].client, client, sizeof(c->samples[at].client) - 1);
	strncpy(c->samples[at].hash, hash, sizeof(c->samples[at].hash) - 1);
	if ((size_t)at >= c->n_samples)
		c->n_samples = (size_t)at + 1;
}

static enum rc visit(void *ctx, const char *client, const char *hash, long long size,
		     long age_s, struct err *err)
{
	struct batch *batch = ctx;
	struct cleaning *c = batch->cleaning;
	enum rc rc = RC_OK;

	(void)size;
	maybe_sample(c, client, hash);
	if (++c->seen % BEAT_EVERY == 0 && !c->beat(c->ctx))
		return err_set(err, RC_RETRY, "asked to end");
	if (age_s < GRACE_S)
		return RC_OK;
	if (strcmp(batch->client, client) != 0 || batch->n == ASK_AT_ONCE)
		rc = delete_unreferenced(batch, err);
	if (rc != RC_OK)
		return rc;
	strncpy(batch->client, client, sizeof(batch->client) - 1);
	strncpy(batch->hashes[batch->n++], hash, 64);
	return RC_OK;
}

enum rc keeper_clean(struct cleaning *cleaning, struct err *err)
{
	static struct batch batch;
	long leftovers = 0;
	enum rc rc;

	memset(&batch, 0, sizeof(batch));
	batch.cleaning = cleaning;
	rc = store_walk(cleaning->store, visit, &batch, err);
	if (rc == RC_OK)
		rc = delete_unreferenced(&batch, err);
	if (rc == RC_OK)
		rc = store_sweep(cleaning->store, GRACE_S, &leftovers, err);
	if (cleaning->deleted || leftovers)
		log_info("store cleaned", "blobs=%ld deleted=%ld leftovers=%ld",
			 cleaning->seen, cleaning->deleted, leftovers);
	return rc;
}
