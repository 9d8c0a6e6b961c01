/* keeper.c - the process that does the housekeeping.
 *
 * Once a minute the database's share of it (partitions, due times, expired leases);
 * once an hour a walk through the store; in between, one blob a minute is read through,
 * so that rot is found before its document is asked for. Nothing here is urgent: what
 * fails is logged and done again at the next round. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "keeper.h"
#include "log.h"
#include "proc.h"
#include "process.h"

enum { ROUND_MS = 60 * 1000, BEAT_MS = 10 * 1000, ROUNDS_PER_CLEANING = 60 };

struct keeper {
	const struct process_env *env;
	struct db *db;
	struct store *store;
	struct cleaning cleaning; /* the last one, for its samples */
};

/* False: drain. */
static bool wait_ms(const struct keeper *keeper, int ms)
{
	struct pollfd fd = {.fd = keeper->env->lifeline_fd};

	process_beat();
	return poll(&fd, 1, ms) == 0;
}

static bool beat(void *ctx)
{
	return wait_ms(ctx, 0);
}

static void complain(struct keeper *keeper, const char *what, enum rc rc,
		     const struct err *why)
{
	struct err err;

	if (rc == RC_BUG)
		die("%s: %s", what, why->text);
	log_warn("round failed, trying again at the next", "what=%s error=%s", what,
		 why->text);
	if (rc == RC_RETRY)
		db_reconnect(keeper->db, beat, keeper, &err);
}

static void clean(struct keeper *keeper)
{
	struct err err;
	enum rc rc;

	keeper->cleaning = (struct cleaning){
		.db = keeper->db, .store = keeper->store, .beat = beat, .ctx = keeper};
	rc = keeper_clean(&keeper->cleaning, &err);
	if (rc != RC_OK && beat(keeper))
		complain(keeper, "cleaning the store", rc, &err);
}

static void check_sample(struct keeper *keeper, int round)
{
	const struct cleaning *c = &keeper->cleaning;
	const struct sample *sample;
	struct err err;

	if (c->n_samples == 0)
		return;
	sample = &c->samples[(size_t)round % c->n_samples];
	if (store_verify(keeper->store, sample->client, sample->hash, &err) !=
		    RC_FAIL ||
	    strncmp(err.text, "missing", 7) == 0)
		return; /* right, or deleted meanwhile */
	log_error("the store is damaged, restore this blob from a backup",
		  "client=%s blob=%s error=%s", sample->client, sample->hash, err.text);
}

static void run_round(struct keeper *keeper, int round)
{
	struct err err;
	enum rc rc = keeper_round(keeper->db, &err);

	if (rc != RC_OK)
		complain(keeper, "housekeeping in the database", rc, &err);
	if (round % ROUNDS_PER_CLEANING == 0)
		clean(keeper);
	check_sample(keeper, round);
}

static bool wait_for_next_round(const struct keeper *keeper)
{
	for (int waited = 0; waited < ROUND_MS; waited += BEAT_MS)
		if (!wait_ms(keeper, BEAT_MS))
			return false;
	return true;
}

int keeper_main(const struct process_env *env)
{
	struct keeper keeper = {.env = env};
	int status = EXIT_SUCCESS;
	struct err err;
	enum rc rc = store_open(env->settings->store_dir, &keeper.store, &err);

	srandom((unsigned)time(NULL) ^ (unsigned)getpid());
	if (rc == RC_OK)
		rc = db_open_patiently(env->conninfo, DB_KEEPER, beat, &keeper,
				       &keeper.db, &err);
	if (rc == RC_OK) {
		process_ready();
		for (int round = 0; beat(&keeper); round++) {
			run_round(&keeper, round);
			if (!wait_for_next_round(&keeper))
				break;
		}
	} else {
		status = process_cannot_start(rc, &err);
	}
	db_close(&keeper.db);
	store_close(&keeper.store);
	return status;
}
