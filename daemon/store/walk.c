/* walk.c - going through all blobs, and deleting what nothing refers to.
 *
 * Deleting is the only dangerous thing the store does. Whoever asks for it learnt some
 * time ago that nothing refers to the blob; since then somebody may have put the same
 * bytes again and recorded a drop. So the age is looked at once more under the lock
 * that every put takes around its rename: either the put comes first and the blob is
 * young again, or it comes after and finds the name free. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "private.h"
#include "proc.h"

static void dir_close(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}
#define AUTO_DIR __attribute__((cleanup(dir_close))) DIR *

static DIR *dir_open(int parent_fd, const char *name)
{
	int fd = openat(parent_fd, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		fd_close(&fd);
	return dir;
}

static long age_of(const struct stat *st)
{
	return (long)(time(NULL) - st->st_mtime);
}

struct walk {
	store_visit_fn *fn;
	void *ctx;
	const char *client;
};

/* Errors of single files are not the walk's: a blob may go away under it. */
static enum rc walk_shard(const struct walk *walk, int client_fd, const char *shard,
			  struct err *err)
{
	AUTO_DIR dir = dir_open(client_fd, shard);
	enum rc rc = RC_OK;
	struct dirent *e;
	struct stat st;

	if (!dir)
		return errno == ENOENT ? RC_OK
				       : err_errno(err, RC_RETRY, "store: open %s/%s",
						   walk->client, shard);
	while (rc == RC_OK && (e = readdir(dir))) {
		if (!hash_valid(e->d_name) ||
		    fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		rc = walk->fn(walk->ctx, walk->client, e->d_name,
			      (long long)st.st_size - BLOB_HEADER, age_of(&st), err);
	}
	return rc;
}

static enum rc walk_client(const struct walk *walk, int client_fd, struct err *err)
{
	enum rc rc = RC_OK;
	char shard[3];

	for (int i = 0; rc == RC_OK && i < 256; i++) {
		snprintf(shard, sizeof(shard), "%02x", (unsigned)i);
		rc = walk_shard(walk, client_fd, shard, err);
	}
	return rc;
}

/* Calls visit for each client's folder. */
typedef enum rc client_fn(void *ctx, const char *client, int client_fd,
			  struct err *err);

static enum rc each_client(struct store *store, client_fn *visit, void *ctx,
			   struct err *err)
{
	AUTO_DIR dir = dir_open(store->dir_fd, ".");
	enum rc rc = RC_OK;
	struct dirent *e;

	if (!dir)
		return err_errno(err, RC_RETRY, "store: list clients");
	while (rc == RC_OK && (e = readdir(dir))) {
		AUTO_FD fd = -1;

		if (client_check(e->d_name, NULL) != RC_OK)
			continue;
		fd = openat(dirfd(dir), e->d_name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			rc = visit(ctx, e->d_name, fd, err);
	}
	return rc;
}

static enum rc visit_blobs(void *ctx, const char *client, int client_fd,
			   struct err *err)
{
	struct walk *walk = ctx;

	walk->client = client;
	return walk_client(walk, client_fd, err);
}

enum rc store_walk(struct store *store, store_visit_fn *fn, void *ctx, struct err *err)
{
	struct walk walk = {.fn = fn, .ctx = ctx};

	return each_client(store, visit_blobs, &walk, err);
}

static enum rc delete_old(int client_fd, const char *path, long min_age_s,
			  bool *deleted, struct err *err)
{
	struct stat st;

	if (fstatat(client_fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? RC_OK
				       : err_errno(err, RC_RETRY, "store: stat");
	if (age_of(&st) < min_age_s)
		return RC_OK;
	if (unlinkat(client_fd, path, 0) < 0)
		return err_errno(err, RC_RETRY, "store: delete %s", path);
	*deleted = true;
	return RC_OK;
}

enum rc store_delete(struct store *store, const char *client, const char *hash,
		     long min_age_s, bool *deleted, struct err *err)
{
	AUTO_FD client_fd = -1;
	char shard[3];
	char path[2 + 1 + 64 + 1];
	enum rc rc = client_open(store, client, &client_fd, err);

	*deleted = false;
	if (rc != RC_OK)
		return rc;
	if (!hash_valid(hash))
		return err_set(err, RC_FAIL, "store: \"%s\" is not a hash", hash);
	snprintf(path, sizeof(path), "%s/%s", shard_name(hash, shard), hash);
	rc = store_lock(store, LOCK_EX, err);
	if (rc != RC_OK)
		return rc;
	rc = delete_old(client_fd, path, min_age_s, deleted, err);
	store_unlock(store);
	return rc;
}

struct sweep {
	long min_age_s;
	long *removed;
};

static enum rc sweep_client(void *ctx, const char *client, int client_fd,
			    struct err *err)
{
	const struct sweep *sweep = ctx;
	AUTO_DIR dir = dir_open(client_fd, NEW_DIR);
	struct dirent *e;

	(void)client;
	while (dir && (e = readdir(dir))) {
		bool removed = false;
		enum rc rc = RC_OK;

		if (e->d_name[0] != '.')
			rc = delete_old(dirfd(dir), e->d_name, sweep->min_age_s,
					&removed, err);
		if (rc != RC_OK)
			return rc;
		*sweep->removed += removed;
	}
	return RC_OK;
}

enum rc store_sweep(struct store *store, long min_age_s, long *removed, struct err *err)
{
	struct sweep sweep = {min_age_s, removed};

	*removed = 0;
	return each_client(store, sweep_client, &sweep, err);
}
