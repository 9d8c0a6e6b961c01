/* proof.h - something tried in a child while its parent goes on. Private to
 * daemon/worker. */
#ifndef INTRAY_PROOF_H
#define INTRAY_PROOF_H

#include <sys/types.h>

#include "err.h"

struct proof {
	pid_t pid;
	int verdict_fd;
};

/* Calls prove(ctx) in a child, which dies with us. */
enum rc proof_begin(struct proof *out, enum rc (*prove)(void *ctx, struct err *err),
		    void *ctx, struct err *err);
/* What prove returned there, and its err; RC_FAIL when the child did not get so far,
 * RC_RETRY when somebody killed it. */
enum rc proof_end(struct proof *proof, struct err *err);

#endif
