/* store.c - the store's folders: opening it, a client's shards, the lock.
 *
 * A client's folders are all made at once, the first time a process meets the client,
 * and put on disk before any blob goes into them: a blob whose folder vanished in a
 * power cut would be as lost as one that was never written. The lock settles the one
 * quarrel there is, a keeper deleting a blob while someone puts the same bytes again.
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "private.h"
#include "proc.h"
#include "text.h"

enum rc store_open(const char *store_dir, struct store **out, struct err *err)
{
	AUTO_FD dir_fd = open(store_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD lock_fd = -1;
	struct store *store;

	if (dir_fd < 0)
		return err_errno(err, RC_FAIL, "open the store %s", store_dir);
	lock_fd = openat(dir_fd, ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			 0600);
	if (lock_fd < 0)
		return err_errno(err, RC_FAIL, "open %s/.lock", store_dir);
	store = calloc(1, sizeof(*store));
	if (!store)
		die("out of memory");
	store->dir_fd = dir_fd;
	store->lock_fd = lock_fd;
	dir_fd = lock_fd = -1;
	*out = store;
	return RC_OK;
}

void store_close(struct store **store)
{
	struct store *s = *store;

	if (!s)
		return;
	fd_close(&s->dir_fd);
	fd_close(&s->lock_fd);
	for (size_t i = 0; i < s->n_ready; i++)
		free(s->ready[i]);
	free(s->ready);
	free(s);
	*store = NULL;
}

enum rc client_check(const char *client, struct err *err)
{
	size_t len = strspn(client, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (len == 0 || len > 32 || client[len] != '\0')
		return err_set(err, RC_FAIL, "store: \"%s\" is not a client's code",
			       client);
	return RC_OK;
}

bool hash_valid(const char *hex)
{
	return strspn(hex, "0123456789abcdef") == 64 && hex[64] == '\0';
}

void hash_hex(struct sha256 *hash, char hex[65])
{
	uint8_t digest[32];

	sha256_end(hash, digest);
	text_hex(digest, sizeof(digest), hex);
}

char *shard_name(const char *hash, char out[3])
{
	memcpy(out, hash, 2);
	out[2] = '\0';
	return out;
}

static bool make_dir(int dir_fd, const char *name)
{
	return mkdirat(dir_fd, name, 0700) == 0 || errno == EEXIST;
}

static enum rc make_shards(struct store *store, const char *client, int client_fd,
			   struct err *err)
{
	char name[3];

	for (int i = 0; i < 256; i++) {
		snprintf(name, sizeof(name), "%02x", (unsigned)i);
		if (!make_dir(client_fd, name))
			return err_errno(err, RC_RETRY, "store: make %s/%s", client,
					 name);
	}
	if (!make_dir(client_fd, NEW_DIR))
		return err_errno(err, RC_RETRY, "store: make %s/" NEW_DIR, client);
	/* Even when they were all there: another process may have made them and died.
	 */
	if (fsync(client_fd) < 0 || fsync(store->dir_fd) < 0)
		return err_errno(err, RC_RETRY, "store: fsync the folders of %s",
				 client);
	return RC_OK;
}

static bool client_is_ready(const struct store *store, const char *client)
{
	for (size_t i = 0; i < store->n_ready; i++)
		if (strcmp(store->ready[i], client) == 0)
			return true;
	return false;
}

static void client_set_ready(struct store *store, const char *client)
{
	char **more = reallocarray(store->ready, store->n_ready + 1, sizeof(*more));

	if (!more)
		die("out of memory");
	store->ready = more;
	more[store->n_ready] = strdup(client);
	if (!more[store->n_ready])
		die("out of memory");
	store->n_ready++;
}

enum rc client_open(struct store *store, const char *client, int *dir_fd,
		    struct err *err)
{
	AUTO_FD fd = -1;
	bool ready = client_is_ready(store, client);
	enum rc rc = client_check(client, err);

	if (rc != RC_OK)
		return rc;
	if (!ready && !make_dir(store->dir_fd, client))
		return err_errno(err, RC_RETRY, "store: make the folder of %s", client);
	fd = openat(store->dir_fd, client,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, RC_RETRY, "store: open the folder of %s", client);
	if (!ready) {
		rc = make_shards(store, client, fd, err);
		if (rc != RC_OK)
			return rc;
		client_set_ready(store, client);
	}
	*dir_fd = fd;
	fd = -1;
	return RC_OK;
}

enum rc store_lock(struct store *store, int how, struct err *err)
{
	while (flock(store->lock_fd, how) < 0)
		if (errno != EINTR)
			return err_errno(err, RC_RETRY, "store: lock");
	return RC_OK;
}

void store_unlock(struct store *store)
{
	flock(store->lock_fd, LOCK_UN);
}

enum rc store_free_bytes(struct store *store, long long *bytes, struct err *err)
{
	struct statvfs vfs;

	if (fstatvfs(store->dir_fd, &vfs) < 0)
		return err_errno(err, RC_RETRY, "store: ask for free space");
	*bytes = (long long)vfs.f_bavail * (long long)vfs.f_frsize;
	return RC_OK;
}
