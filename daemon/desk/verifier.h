/* verifier.h - the one thing of the desk that takes long, in a thread of its own:
 * whether a password fits its hash. */
#ifndef INTRAY_DESK_VERIFIER_H
#define INTRAY_DESK_VERIFIER_H

#include <stdbool.h>

struct verifier;
/* Called from verifier_collect, in the caller's thread. */
typedef void verifier_done(void *ctx, void *what, bool fits);

struct verifier *verifier_start(verifier_done *done, void *ctx);
/* Waits for the one that is being looked at; forgets the others. */
void verifier_stop(struct verifier **verifier);
/* False when too many wait already. The strings are copied. */
bool verifier_ask(struct verifier *verifier, const char *password, const char *hash,
		  void *what);
int verifier_fd(const struct verifier *verifier); /* readable: collect */
void verifier_collect(struct verifier *verifier);

#endif
