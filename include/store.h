/* store.h - the blobs: STORE/<client>/<aa>/<hash>, content-addressed within one client.
 *
 * A blob file starts with a 16-byte header (magic "INTRAYB", version 1, key id as little
 * endian u32 where 0 = plain, 4 bytes zero) so that encryption needs no rewrite; the hash is
 * of the content behind it. Written to a temporary name, fsynced, close checked, renamed,
 * folder fsynced. An fsync error abandons the copy (RC_RETRY); it is never repeated. */
#ifndef INTRAY_STORE_H
#define INTRAY_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct store;

enum rc store_open(const char *store_dir, struct store **out, struct err *err);
void store_close(struct store **store);
/* Reuse of a blob that is there already touches its mtime (the keeper's grace period). */
enum rc store_put(struct store *store, const char *client, const void *bytes, size_t len,
		  char hash[65], struct err *err);
/* Copies everything src_fd gives (from its current offset), hashing on the way; *size is
 * the number of content bytes. RC_FAIL when more than max bytes came. */
enum rc store_put_fd(struct store *store, const char *client, int src_fd, long long max,
		     char hash[65], long long *size, struct err *err);
/* A sealed memfd with the content, verified against the hash. RC_FAIL "corrupt"/"missing". */
enum rc store_get(struct store *store, const char *client, const char *hash, int *fd,
		  struct err *err);
bool store_has(struct store *store, const char *client, const char *hash);
/* Calls fn for every blob; used by verify and the keeper. */
typedef enum rc store_visit_fn(void *ctx, const char *client, const char *hash,
			       long long size, long age_s, struct err *err);
enum rc store_walk(struct store *store, store_visit_fn *fn, void *ctx, struct err *err);
enum rc store_delete(struct store *store, const char *client, const char *hash,
		     struct err *err);

#endif
