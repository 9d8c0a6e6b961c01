/* keeper.h - what the files of the keeper share. */
#ifndef INTRAY_KEEPER_H
#define INTRAY_KEEPER_H

#include "db.h"
#include "store.h"

enum { SAMPLES = 60 };

struct sample {
	char client[33], hash[65];
};

/* Goes through the whole store: deletes blobs that nothing refers to and that nobody
 * put within the last day, removes what crashes left, and picks some others at random.
 * beat is called now and then; false ends the round early. */
struct cleaning {
	struct db *db;
	struct store *store;
	bool (*beat)(void *ctx);
	void *ctx;
	struct sample samples[SAMPLES]; /* out */
	size_t n_samples;
	long seen, deleted; /* out */
};
enum rc keeper_clean(struct cleaning *cleaning, struct err *err);

#endif
