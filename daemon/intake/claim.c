/* claim.c - a file leaves the tray.
 *
 * Everything here is a rename, an mkdir or an unlink below .taken and can be cut off at
 * any point: what is found there afterwards says by itself how far it got. A folder
 * with a file is a claim to be carried on; an empty one is removed. Others may do the
 * same at the same time (two daemons on one tray), so "it is gone" is never an error.
 */
#include "claim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"

static int open_dir(int parent_fd, const char *path)
{
	return openat(parent_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int make_and_open(int parent_fd, const char *name)
{
	if (mkdirat(parent_fd, name, 0700) < 0 && errno != EEXIST)
		return -1;
	return open_dir(parent_fd, name);
}

enum rc claims_open(struct claims *claims, const struct tray_settings *tray,
		    struct err *err)
{
	*claims = (struct claims){-1, -1, -1, tray->depth};
	claims->root_fd = open_dir(AT_FDCWD, tray->path);
	if (claims->root_fd < 0)
		return err_errno(
			err, RC_RETRY,
			"The folder %s is not there: mount or make it, or correct "
			"path in [tray %s/%s]",
			tray->path, tray->client, tray->name);
	claims->taken_fd = make_and_open(claims->root_fd, TAKEN_DIR);
	claims->quarantine_fd = make_and_open(claims->root_fd, QUARANTINE_DIR);
	if (claims->taken_fd >= 0 && claims->quarantine_fd >= 0)
		return RC_OK;
	err_errno(err, RC_RETRY,
		  "Files in %s cannot be taken: allow Intray's user to write there",
		  tray->path);
	claims_close(claims);
	return RC_RETRY;
}

void claims_close(struct claims *claims)
{
	fd_close(&claims->root_fd);
	fd_close(&claims->taken_fd);
	fd_close(&claims->quarantine_fd);
}

void claim_close(struct claim *claim)
{
	fd_close(&claim->dir_fd);
}

/* False: somebody else works on it. Where locks do not work (some shares) two may work
 * on one claim: slower, but every step stands it. */
static bool lock(int dir_fd)
{
	return flock(dir_fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/* The folder that holds the last part of a path below dir_fd; `open_next` opens each on
 * the way, or makes it first. */
static int open_parent(int dir_fd, const char *path,
		       int (*open_next)(int, const char *), const char **name)
{
	int fd = fcntl(dir_fd, F_DUPFD_CLOEXEC, 3);
	const char *slash;
	char part[NAME_MAX + 1];

	while (fd >= 0 && (slash = strchr(path, '/'))) {
		int below;

		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		below = open_next(fd, part);
		fd_close(&fd);
		fd = below;
		path = slash + 1;
	}
	*name = path;
	return fd;
}

/* Some file systems know no flags; there the target is new by its name anyway. */
static int rename_new(int from_fd, const char *from, int to_fd, const char *to)
{
	int result = renameat2(from_fd, from, to_fd, to, RENAME_NOREPLACE);

	if (result < 0 && (errno == EINVAL || errno == ENOSYS))
		result = renameat(from_fd, from, to_fd, to);
	return result;
}

static enum rc move_in(const struct claims *claims, const struct found *found,
		       const struct claim *claim, struct err *err)
{
	const char *from, *to;
	AUTO_FD from_fd = open_parent(claims->root_fd, found->path, open_dir, &from);
	AUTO_FD to_fd = open_parent(claim->dir_fd, found->path, make_and_open, &to);

	if (to_fd < 0)
		return err_errno(err, RC_RETRY, "make a folder in " TAKEN_DIR);
	if (from_fd >= 0 && rename_new(from_fd, from, to_fd, to) == 0)
		return RC_OK;
	if (errno == ENOENT || errno == ENOTDIR)
		return err_set(err, RC_FAIL, "gone");
	if (errno == EXDEV || errno == EBUSY)
		return err_errno(
			err, RC_RETRY,
			"it lies on another file system: make that folder a tray of "
			"its own");
	return err_errno(err, RC_RETRY, "allow Intray's user to write in its folder");
}

enum rc claim_make(const struct claims *claims, const struct found *found,
		   struct arena *arena, struct claim *out, struct err *err)
{
	enum rc rc;

	*out = (struct claim){.dir_fd = -1};
	out->dir_fd = make_and_open(claims->taken_fd, uuid_new(out->id));
	if (out->dir_fd < 0)
		return err_errno(err, RC_RETRY, "make a folder in " TAKEN_DIR);
	lock(out->dir_fd);
	rc = move_in(claims, found, out, err);
	if (rc != RC_OK) {
		out->path = found->path;
		claim_tidy(claims, out);
		claim_close(out);
		return rc;
	}
	out->path = arena_strdup(arena, found->path);
	out->deep = found->kind == FOUND_DEEP;
	return RC_OK;
}

/* Whether both lie in the same folder of the tray. */
static bool same_parent(const char *a, const char *b)
{
	const char *end_a = strrchr(a, '/'), *end_b = strrchr(b, '/');
	size_t len = end_a ? (size_t)(end_a - a) : 0;

	return len == (end_b ? (size_t)(end_b - b) : 0) && memcmp(a, b, len) == 0;
}

void claim_sync(const struct claims *claims, const struct claim *claim,
		const struct claim *next, struct arena *arena)
{
	char *path = arena_strdup(arena, claim->path);
	const char *name;
	AUTO_FD source = -1;

	/* From the file upwards; what a share can't fsync it does not lose more of. */
	for (char *slash = strrchr(path, '/'); slash; slash = strrchr(path, '/')) {
		AUTO_FD fd = -1;

		*slash = '\0';
		fd = open_dir(claim->dir_fd, path);
		if (fd >= 0)
			fsync(fd);
	}
	fsync(claim->dir_fd);
	if (!next)
		fsync(claims->taken_fd);
	if (next && same_parent(claim->path, next->path))
		return;
	source = open_parent(claims->root_fd, claim->path, open_dir, &name);
	if (source >= 0)
		fsync(source);
}

/* The first entry of a folder that is not "." or ".."; false: it has none. */
static bool first_entry(int dir_fd, char name[NAME_MAX + 1], struct stat *st)
{
	int fd = open_dir(dir_fd, ".");
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	bool got = false;

	if (!dir) {
		fd_close(&fd);
		return false;
	}
	while (!got && (e = readdir(dir))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(name, NAME_MAX + 1, "%s", e->d_name);
		got = fstatat(dir_fd, name, st, AT_SYMLINK_NOFOLLOW) == 0;
	}
	closedir(dir);
	return got;
}

/* Follows the folders down to the file, or to the folder that was too deep. */
static void find_path(const struct claims *claims, struct arena *arena,
		      struct claim *claim)
{
	AUTO_FD fd = fcntl(claim->dir_fd, F_DUPFD_CLOEXEC, 3);
	const char *path = NULL;
	char name[NAME_MAX + 1];
	struct stat st;

	for (int level = 1; fd >= 0 && first_entry(fd, name, &st); level++) {
		int below;

		path = path ? arena_printf(arena, "%s/%s", path, name)
			    : arena_strdup(arena, name);
		claim->deep = S_ISDIR(st.st_mode);
		if (!S_ISDIR(st.st_mode) || level > claims->depth) {
			claim->path = path;
			return;
		}
		below = open_dir(fd, name);
		fd_close(&fd);
		fd = below;
	}
	claim->deep = false;
	/* Only folders: a claim that was cut off before its rename or after its unlink.
	 */
	if (path)
		claim->path = arena_printf(arena, "%s/-", path);
	claim_tidy(claims, claim);
	claim->path = NULL;
}

enum rc claim_find(const struct claims *claims, const char *id, struct arena *arena,
		   struct claim *out, struct err *err)
{
	*out = (struct claim){.dir_fd = open_dir(claims->taken_fd, id)};
	snprintf(out->id, sizeof(out->id), "%s", id);
	if (out->dir_fd < 0)
		return err_errno(err, RC_FAIL, "open %s", id);
	if (!lock(out->dir_fd)) {
		claim_close(out);
		return err_set(err, RC_FAIL, "somebody works on %s", id);
	}
	find_path(claims, arena, out);
	return RC_OK;
}

enum rc claim_list(const struct claims *claims, struct arena *arena, const char ***ids,
		   size_t *n, struct err *err)
{
	int fd = open_dir(claims->taken_fd, ".");
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	size_t cap = 0;

	*ids = NULL;
	*n = 0;
	if (!dir) {
		fd_close(&fd);
		return err_errno(err, RC_RETRY, "list " TAKEN_DIR);
	}
	while ((e = readdir(dir)))
		if (uuid_valid(e->d_name))
			*arena_push(arena, *ids, *n, cap) =
				arena_strdup(arena, e->d_name);
	closedir(dir);
	return RC_OK;
}

/* rmdir from the file's folder up to .taken/<id>; stops at what is not empty. */
void claim_tidy(const struct claims *claims, struct claim *claim)
{
	AUTO_ARENA arena = arena_new();
	char *path = arena_strdup(arena, claim->path ? claim->path : "");

	for (char *slash = strrchr(path, '/'); slash; slash = strrchr(path, '/')) {
		*slash = '\0';
		if (unlinkat(claim->dir_fd, path, AT_REMOVEDIR) < 0 && errno != ENOENT)
			return;
	}
	unlinkat(claims->taken_fd, claim->id, AT_REMOVEDIR);
}

enum rc claim_remove(const struct claims *claims, struct claim *claim, struct err *err)
{
	const char *name;
	AUTO_FD parent = open_parent(claim->dir_fd, claim->path, open_dir, &name);

	if (parent >= 0 && unlinkat(parent, name, 0) < 0 && errno != ENOENT)
		return err_errno(err, RC_RETRY, "remove the original");
	claim_tidy(claims, claim);
	return RC_OK;
}

enum rc claim_quarantine(const struct claims *claims, struct claim *claim,
			 struct err *err)
{
	if (renameat(claims->taken_fd, claim->id, claims->quarantine_fd, claim->id) <
		    0 &&
	    errno != ENOENT)
		return err_errno(err, RC_RETRY, "move to " QUARANTINE_DIR);
	fsync(claims->quarantine_fd);
	return RC_OK;
}

enum rc claim_rename(const struct claims *claims, struct claim *claim, struct err *err)
{
	char id[37];

	uuid_new(id);
	if (rename_new(claims->taken_fd, claim->id, claims->taken_fd, id) < 0 &&
	    errno != ENOENT)
		return err_errno(err, RC_RETRY, "give a new id");
	fsync(claims->taken_fd);
	log_info("file changed while it was taken, taking it again", "drop=%s as=%s",
		 claim->id, id);
	memcpy(claim->id, id, sizeof(claim->id));
	return RC_OK;
}
