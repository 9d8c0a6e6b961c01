/* put.c - bytes become a blob.
 *
 * The order is the promise: write under a name nobody looks at, fsync, check close,
 * rename to the hash, fsync the folder. Only then do we say RC_OK, and only then may
 * the caller let go of its original. After an fsync error the kernel may have dropped
 * the dirty pages and would report the next fsync as fine, so that copy is thrown away
 * and the caller copies again from its source.
 *
 * Of several blobs each step is done for all before the next is begun: the first fsync
 * takes the others' bytes along, and the rest find little left to wait for. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "private.h"
#include "proc.h"

struct copy { /* a blob in the making */
	int client_fd;
	int fd;				     /* of the bytes until they have settled */
	int shard_fd;			     /* of the folder it was renamed into */
	char name[sizeof(NEW_DIR "/") + 37]; /* "" when there is nothing to remove */
	struct sha256 hash;
	long long size;
};

static void copy_deinit(struct copy *copy)
{
	fd_close(&copy->fd);
	if (copy->name[0])
		unlinkat(copy->client_fd, copy->name, 0);
	fd_close(&copy->shard_fd);
	fd_close(&copy->client_fd);
}
#define COPY_NONE                                                                      \
	{                                                                              \
		.client_fd = -1, .fd = -1, .shard_fd = -1                              \
	}
#define AUTO_COPY __attribute__((cleanup(copy_deinit))) struct copy

static enum rc copy_start(struct copy *copy, struct store *store, const char *client,
			  struct err *err)
{
	static const unsigned char header[BLOB_HEADER] = "INTRAYB\1";
	char name[37];
	enum rc rc = client_open(store, client, &copy->client_fd, err);

	if (rc != RC_OK)
		return rc;
	snprintf(copy->name, sizeof(copy->name), NEW_DIR "/%s", uuid_new(name));
	copy->fd = openat(copy->client_fd, copy->name,
			  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (copy->fd < 0) {
		copy->name[0] = '\0';
		return err_errno(err, RC_RETRY, "store: make a file for %s", client);
	}
	sha256_init(&copy->hash);
	if (!fd_write_all(copy->fd, header, sizeof(header)))
		return err_errno(err, RC_RETRY, "store: write");
	return RC_OK;
}

static enum rc copy_add(struct copy *copy, const void *bytes, size_t len,
			struct err *err)
{
	sha256_add(&copy->hash, bytes, len);
	copy->size += (long long)len;
	if (!fd_write_all(copy->fd, bytes, len))
		return err_errno(err, RC_RETRY, "store: write");
	return RC_OK;
}

static enum rc copy_from(struct copy *copy, int src_fd, long long max, struct err *err)
{
	static char chunk[STORE_CHUNK];
	enum rc rc = RC_OK;

	while (rc == RC_OK) {
		ssize_t n = read(src_fd, chunk, sizeof(chunk));

		if (n == 0)
			break;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, RC_FAIL, "read the source");
		if (copy->size + n > max)
			return err_set(err, RC_FAIL, "larger than %lld bytes", max);
		rc = copy_add(copy, chunk, (size_t)n, err);
	}
	return rc;
}

/* close() may be where a network file system first says that a write went wrong. */
static enum rc copy_settle(struct copy *copy, struct err *err)
{
	int fd = copy->fd;

	if (fsync(fd) < 0)
		return err_errno(err, RC_RETRY, "store: fsync");
	copy->fd = -1;
	if (close(fd) < 0)
		return err_errno(err, RC_RETRY, "store: close");
	return RC_OK;
}

static enum rc copy_publish(struct copy *copy, struct store *store, const char *hash,
			    struct err *err)
{
	char shard[3];
	enum rc rc;
	int renamed, saved;

	copy->shard_fd = openat(copy->client_fd, shard_name(hash, shard),
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (copy->shard_fd < 0)
		return err_errno(err, RC_RETRY, "store: open shard %s", shard);
	rc = store_lock(store, LOCK_SH, err);
	if (rc != RC_OK)
		return rc;
	renamed = renameat(copy->client_fd, copy->name, copy->shard_fd, hash);
	saved = errno;
	store_unlock(store);
	errno = saved;
	if (renamed < 0)
		return err_errno(err, RC_RETRY, "store: rename to %s", hash);
	copy->name[0] = '\0';
	return RC_OK;
}

static enum rc copy_sync_name(struct copy *copy, struct err *err)
{
	if (fsync(copy->shard_fd) < 0)
		return err_errno(err, RC_RETRY, "store: fsync a shard");
	return RC_OK;
}

static enum rc copy_finish(struct copy *copy, struct store *store, char hash[65],
			   struct err *err)
{
	enum rc rc = copy_settle(copy, err);

	if (rc != RC_OK)
		return rc;
	hash_hex(&copy->hash, hash);
	rc = copy_publish(copy, store, hash, err);
	return rc == RC_OK ? copy_sync_name(copy, err) : rc;
}

enum rc store_put(struct store *store, const char *client, const void *bytes,
		  size_t len, char hash[65], struct err *err)
{
	AUTO_COPY copy = COPY_NONE;
	enum rc rc = copy_start(&copy, store, client, err);

	if (rc == RC_OK)
		rc = copy_add(&copy, bytes, len, err);
	if (rc == RC_OK)
		rc = copy_finish(&copy, store, hash, err);
	return rc;
}

static enum rc put_write(struct copy *copy, struct store *store, const char *client,
			 struct store_copy *what)
{
	enum rc rc = copy_start(copy, store, client, &what->err);

	if (rc == RC_OK)
		rc = copy_from(copy, what->src_fd, what->max, &what->err);
	what->size = copy->size;
	return rc;
}

void store_put_all(struct store *store, const char *client, struct store_copy *copies,
		   size_t n)
{
	struct copy *made = calloc(n + 1, sizeof(*made));

	if (!made)
		die("out of memory");
	for (size_t i = 0; i < n; i++) {
		made[i] = (struct copy)COPY_NONE;
		copies[i].rc = put_write(&made[i], store, client, &copies[i]);
	}
	for (size_t i = 0; i < n; i++)
		if (copies[i].rc == RC_OK)
			copies[i].rc = copy_settle(&made[i], &copies[i].err);
	for (size_t i = 0; i < n; i++) {
		if (copies[i].rc != RC_OK)
			continue;
		hash_hex(&made[i].hash, copies[i].hash);
		copies[i].rc =
			copy_publish(&made[i], store, copies[i].hash, &copies[i].err);
	}
	for (size_t i = 0; i < n; i++) {
		if (copies[i].rc == RC_OK)
			copies[i].rc = copy_sync_name(&made[i], &copies[i].err);
		copy_deinit(&made[i]);
	}
	free(made);
}

enum rc store_put_fd(struct store *store, const char *client, int src_fd, long long max,
		     char hash[65], long long *size, struct err *err)
{
	struct store_copy copy = {.src_fd = src_fd, .max = max};

	store_put_all(store, client, &copy, 1);
	*size = copy.size;
	memcpy(hash, copy.hash, sizeof(copy.hash));
	if (copy.rc != RC_OK && err)
		*err = copy.err;
	return copy.rc;
}
