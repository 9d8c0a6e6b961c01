/* store.h - the blobs: STORE/<client>/<aa>/<hash>, content-addressed within one client.
 *
 * A blob file starts with a 16-byte header (magic "INTRAYB", version 1, key id as little
 * endian u32 where 0 = plain, 4 bytes zero) so that encryption needs no rewrite; the hash is
 * of the content behind it. Written to a temporary name, fsynced, close checked, renamed,
 * folder fsynced. An fsync error abandons the copy (RC_RETRY); it is never repeated. Many
 * processes and hosts may use one store at the same time; a struct store belongs to the
 * process that opened it (its lock would be shared across a fork). */
#ifndef INTRAY_STORE_H
#define INTRAY_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct store;

/* The folder must exist. */
enum rc store_open(const char *store_dir, struct store **out, struct err *err);
void store_close(struct store **store);
/* A blob that is there already is replaced by the same bytes: that is the only proof that
 * they are on disk, it heals rot, and it renews the mtime (the keeper's grace period).
 * RC_RETRY: no room, no rights, failing disk; nothing has become visible. */
enum rc store_put(struct store *store, const char *client, const void *bytes, size_t len,
		  char hash[65], struct err *err);
/* Copies everything src_fd gives (from its current offset), hashing on the way; *size is
 * the number of content bytes. RC_FAIL: the source's fault, more than max bytes came or it
 * cannot be read. */
enum rc store_put_fd(struct store *store, const char *client, int src_fd, long long max,
		     char hash[65], long long *size, struct err *err);
/* The same for several, which share the waits for the disk; each fares on its own. */
struct store_copy {
	int src_fd;
	long long max;
	enum rc rc; /* from here on: what came of it */
	char hash[65];
	long long size;
	struct err err;
};
void store_put_all(struct store *store, const char *client, struct store_copy *copies,
		   size_t n);
/* A sealed memfd with the content, verified against the hash. RC_FAIL "corrupt"/"missing";
 * RC_RETRY: not even the client's folder is there, the store's disk is not mounted. */
enum rc store_get(struct store *store, const char *client, const char *hash, int *fd,
		  struct err *err);
bool store_has(struct store *store, const char *client, const char *hash);
/* Reads it through; RC_FAIL as store_get. For verify and the keeper's samples. */
enum rc store_verify(struct store *store, const char *client, const char *hash,
		     struct err *err);
/* Calls fn for every blob; used by verify and the keeper. fn may delete the blob. */
typedef enum rc store_visit_fn(void *ctx, const char *client, const char *hash,
			       long long size, long age_s, struct err *err);
enum rc store_walk(struct store *store, store_visit_fn *fn, void *ctx, struct err *err);
/* Deletes the blob unless it was put again within the last min_age_s seconds: the answer
 * "nothing refers to it" may be older than a put that is going on. */
enum rc store_delete(struct store *store, const char *client, const char *hash,
		     long min_age_s, bool *deleted, struct err *err);
/* Removes what crashes left behind: temporary files older than min_age_s. */
enum rc store_sweep(struct store *store, long min_age_s, long *removed, struct err *err);
/* Free bytes on the store's file system for an ordinary user. */
enum rc store_free_bytes(struct store *store, long long *bytes, struct err *err);

#endif
