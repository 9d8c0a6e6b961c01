/* get.c - a blob becomes bytes again, or the truth about what happened to it.
 *
 * What comes out has been compared with its hash; a reader never sees bytes that rotted
 * on the disk. The copy lies in a sealed memfd, so it can be handed into a jail that
 * may not open files, and nobody can change it under the reader's eyes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "private.h"
#include "proc.h"

/* Made with the client's first blob and never removed: without it nothing is "missing",
 * the store itself is away. */
static bool client_has_folder(const struct store *store, const char *client)
{
	return faccessat(store->dir_fd, client, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
	       errno != ENOENT;
}

static enum rc blob_path_open(struct store *store, const char *client, const char *hash,
			      int *fd, struct err *err)
{
	char shard[3];
	char path[32 + 1 + 2 + 1 + 64 + 1];
	enum rc rc = client_check(client, err);

	if (rc != RC_OK)
		return rc;
	if (!hash_valid(hash))
		return err_set(err, RC_FAIL, "store: \"%s\" is not a hash", hash);
	snprintf(path, sizeof(path), "%s/%s/%s", client, shard_name(hash, shard), hash);
	*fd = openat(store->dir_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd >= 0)
		return RC_OK;
	if (errno == ENOENT && !client_has_folder(store, client))
		return err_set(err, RC_RETRY,
			       "the store has no folder of %s: is its disk mounted?",
			       client);
	if (errno == ENOENT)
		return err_set(err, RC_FAIL, "missing: blob %s of %s", hash, client);
	return err_errno(err, RC_RETRY, "open blob %s of %s", hash, client);
}

enum rc blob_open(struct store *store, const char *client, const char *hash, int *fd,
		  struct err *err)
{
	unsigned char header[BLOB_HEADER];
	AUTO_FD blob = -1;
	enum rc rc = blob_path_open(store, client, hash, &blob, err);

	if (rc != RC_OK)
		return rc;
	if (!fd_read_exact(blob, header, sizeof(header)) ||
	    memcmp(header, "INTRAYB\1", 8) != 0)
		return err_set(err, RC_FAIL, "corrupt: blob %s of %s has no header",
			       hash, client);
	if (memcmp(header + 8, "\0\0\0\0", 4) != 0)
		return err_set(
			err, RC_FAIL,
			"blob %s of %s is encrypted with a key that this version "
			"does not know",
			hash, client);
	*fd = blob;
	blob = -1;
	return RC_OK;
}

/* Copies to out_fd (-1: nowhere) and compares with the hash. */
static enum rc blob_check(int blob, int out_fd, const char *client, const char *hash,
			  struct err *err)
{
	static _Thread_local char chunk[STORE_CHUNK];
	struct sha256 actual;
	char hex[65];

	sha256_init(&actual);
	for (;;) {
		ssize_t n = read(blob, chunk, sizeof(chunk));

		if (n == 0)
			break;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, RC_RETRY, "read blob %s of %s", hash,
					 client);
		sha256_add(&actual, chunk, (size_t)n);
		if (out_fd >= 0 && !fd_write_all(out_fd, chunk, (size_t)n))
			return err_errno(err, RC_RETRY, "copy blob %s of %s", hash,
					 client);
	}
	hash_hex(&actual, hex);
	if (strcmp(hex, hash) != 0)
		return err_set(err, RC_FAIL, "corrupt: blob %s of %s holds other bytes",
			       hash, client);
	return RC_OK;
}

enum rc store_get(struct store *store, const char *client, const char *hash, int *fd,
		  struct err *err)
{
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	AUTO_FD blob = -1;
	AUTO_FD copy = -1;
	enum rc rc = blob_open(store, client, hash, &blob, err);

	if (rc != RC_OK)
		return rc;
	copy = memfd_new("blob");
	rc = blob_check(blob, copy, client, hash, err);
	if (rc != RC_OK)
		return rc;
	if (fcntl(copy, F_ADD_SEALS, seals) < 0 || lseek(copy, 0, SEEK_SET) < 0)
		return err_errno(err, RC_BUG, "seal blob %s", hash);
	*fd = copy;
	copy = -1;
	return RC_OK;
}

enum rc store_verify(struct store *store, const char *client, const char *hash,
		     struct err *err)
{
	AUTO_FD blob = -1;
	enum rc rc = blob_open(store, client, hash, &blob, err);

	return rc == RC_OK ? blob_check(blob, -1, client, hash, err) : rc;
}

bool store_has(struct store *store, const char *client, const char *hash)
{
	AUTO_FD blob = -1;

	return blob_open(store, client, hash, &blob, NULL) == RC_OK;
}
