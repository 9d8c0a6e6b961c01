/* private.h - what the files of the store share: where things lie, and the lock. */
#ifndef INTRAY_STORE_PRIVATE_H
#define INTRAY_STORE_PRIVATE_H

#include <stdint.h>

#include "sha256.h"
#include "store.h"

enum { BLOB_HEADER = 16, STORE_CHUNK = 128 * 1024 };

struct store {
	int dir_fd;
	int lock_fd;  /* STORE/.lock: shared while renaming in, exclusive while deleting
		       */
	char **ready; /* clients whose folders are there and on disk */
	size_t n_ready;
};

#define NEW_DIR "new" /* STORE/<client>/new: copies that are not yet blobs */

enum rc client_check(const char *client, struct err *err);
/* STORE/<client>, made when missing (with all its folders, and fsynced). */
enum rc client_open(struct store *store, const char *client, int *dir_fd,
		    struct err *err);
bool hash_valid(const char *hex);		  /* exactly 64 lower-case hex digits */
void hash_hex(struct sha256 *hash, char hex[65]); /* ends it */
char *shard_name(const char *hash, char out[3]);  /* "aa"; returns out */
/* The blob, open for reading behind its header. RC_FAIL "missing" or "corrupt". */
enum rc blob_open(struct store *store, const char *client, const char *hash, int *fd,
		  struct err *err);
enum rc store_lock(struct store *store, int how,
		   struct err *err); /* how: as flock(2) */
void store_unlock(struct store *store);

#endif
