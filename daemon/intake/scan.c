/* scan.c - one look through a tray: what lies there, and what it looks like.
 *
 * Only names and stat: nothing is opened but folders, and those never through a
 * symlink. The full scan is the truth about a tray, because network shares never tell
 * us of a new file and because a hint may be lost; it is repeated every few seconds for
 * ever. */
#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

struct walk {
	const struct tray_settings *tray;
	struct arena *arena;
	const char **ignore; /* NULL-terminated */
	scan_dir_fn *on_dir;
	void *ctx;
	struct scan *out;
};

static const char **split_globs(struct arena *arena, const char *globs)
{
	char *copy = arena_strdup(arena, globs), *rest;
	const char **list = NULL;
	size_t n = 0, cap = 0;

	for (char *glob = strtok_r(copy, " \t", &rest); glob;
	     glob = strtok_r(NULL, " \t", &rest))
		*arena_push(arena, list, n, cap) = glob;
	*arena_push(arena, list, n, cap) = NULL;
	return list;
}

static bool is_ours(const char *name)
{
	return strcmp(name, TAKEN_DIR) == 0 || strcmp(name, QUARANTINE_DIR) == 0;
}

static bool is_ignored(const struct walk *walk, const char *name)
{
	for (const char **glob = walk->ignore; *glob; glob++)
		if (fnmatch(*glob, name, 0) == 0)
			return true;
	return walk->tray->done_marker && text_ends(name, walk->tray->done_marker) &&
	       strlen(name) > strlen(walk->tray->done_marker);
}

static bool is_maildir(const struct tray_settings *tray)
{
	return strcmp(tray->kind, "maildir") == 0;
}

/* In a Maildir only whole mails are moved to new and cur. Else: a marker that is older
 * than its file was left by an earlier one of the same name. */
static bool is_marked(const struct walk *walk, int dir_fd, const char *name,
		      const struct ident *ident)
{
	struct stat st;
	struct ident marker;
	char *path;

	if (is_maildir(walk->tray))
		return true;
	if (!walk->tray->done_marker)
		return false;
	path = arena_printf(walk->arena, "%s%s", name, walk->tray->done_marker);
	if (fstatat(dir_fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return false;
	marker = ident_of(&st);
	return marker.mtime_ns >= ident->mtime_ns;
}

static void add(struct walk *walk, int dir_fd, const char *name, const char *path,
		const struct stat *st)
{
	struct scan *out = walk->out;
	struct found *found = arena_push(walk->arena, out->found, out->n, out->cap);

	*found = (struct found){
		.path = path, .path_len = strlen(path), .ident = ident_of(st)};
	found->kind = S_ISREG(st->st_mode)   ? FOUND_FILE
		      : S_ISDIR(st->st_mode) ? FOUND_DEEP
					     : FOUND_STRANGE;
	found->marked = found->kind == FOUND_FILE &&
			is_marked(walk, dir_fd, name, &found->ident);
}

static void complain(struct walk *walk, const char *path)
{
	int why = errno;

	if (walk->out->problem)
		return;
	walk->out->problem = arena_printf(
		walk->arena,
		"Folder %s cannot be read (%s): allow Intray's user to read, write and "
		"search it.",
		text_show_name(walk->arena, path, strlen(path)), strerror(why));
}

static DIR *open_folder(int parent_fd, const char *name)
{
	int fd = openat(parent_fd, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		close(fd);
	return dir;
}

static void walk_folder(struct walk *walk, int parent_fd, const char *name,
			const char *path, int level)
{
	DIR *dir = open_folder(parent_fd, name);
	struct dirent *e;
	struct stat st;

	if (!dir) {
		if (errno != ENOENT)
			complain(walk, *path ? path : walk->tray->path);
		return;
	}
	if (walk->on_dir)
		walk->on_dir(walk->ctx, dirfd(dir), path);
	while ((e = readdir(dir))) {
		const char *below;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
		    (level == 0 && is_ours(e->d_name)))
			continue;
		if (is_ignored(walk, e->d_name)) {
			walk->out->ignored++;
			continue;
		}
		if (fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		below = arena_printf(walk->arena, "%s%s%s", path, *path ? "/" : "",
				     e->d_name);
		if (S_ISDIR(st.st_mode) && level < walk->tray->depth)
			walk_folder(walk, dirfd(dir), e->d_name, below, level + 1);
		else
			add(walk, dirfd(dir), e->d_name, below, &st);
	}
	closedir(dir);
}

/* What lies in tmp is being written. */
static void walk_maildir(struct walk *walk, int root_fd)
{
	if (faccessat(root_fd, "new", F_OK, AT_SYMLINK_NOFOLLOW) < 0) {
		walk->out->problem = arena_printf(walk->arena,
						  "%s is no Maildir: it has no folder "
						  "\"new\". Correct path or kind in "
						  "[tray %s/%s].",
						  walk->tray->path, walk->tray->client,
						  walk->tray->name);
		return;
	}
	walk_folder(walk, root_fd, "new", "new", 1);
	walk_folder(walk, root_fd, "cur", "cur", 1);
}

static int by_age(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->ident.mtime_ns != y->ident.mtime_ns)
		return x->ident.mtime_ns < y->ident.mtime_ns ? -1 : 1;
	return strcmp(x->path, y->path);
}

void scan_tray(int root_fd, const struct tray_settings *tray, struct arena *arena,
	       scan_dir_fn *on_dir, void *ctx, struct scan *out)
{
	struct walk walk = {tray,   arena, split_globs(arena, tray->ignore),
			    on_dir, ctx,   out};

	*out = (struct scan){0};
	if (is_maildir(tray))
		walk_maildir(&walk, root_fd);
	else
		walk_folder(&walk, root_fd, ".", "", 0);
	if (out->n)
		qsort(out->found, out->n, sizeof(*out->found), by_age);
}
