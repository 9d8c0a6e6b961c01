/* hint.c - inotify: look again soon, and this file came by a rename.
 *
 * Only a hint. Shares never signal, queues overflow, watches run out: then a file waits
 * for the next scan and for its settle time, nothing worse. A rename into place is the
 * one thing worth more: it is the sender's way of saying that the file is complete. */
#include "hint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "err.h"
#include "proc.h"

void hint_init(struct hint *hint)
{
	*hint = (struct hint){.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
}

void hint_deinit(struct hint *hint)
{
	for (size_t i = 0; i < hint->n_dirs; i++)
		free(hint->dirs[i].path);
	free(hint->dirs);
	fd_close(&hint->fd);
	*hint = (struct hint){.fd = -1};
}

static struct hint_dir *find_dir(struct hint *hint, int wd)
{
	for (size_t i = 0; i < hint->n_dirs; i++)
		if (hint->dirs[i].wd == wd)
			return &hint->dirs[i];
	return NULL;
}

static void set_path(struct hint_dir *dir, const char *path)
{
	if (dir->path && strcmp(dir->path, path) == 0)
		return;
	free(dir->path);
	dir->path = strdup(path);
	if (!dir->path)
		die("out of memory");
}

void hint_watch(struct hint *hint, int dir_fd, const char *path)
{
	char self[64];
	struct hint_dir *dir;
	int wd;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", dir_fd);
	wd = hint->fd < 0
		     ? -1
		     : inotify_add_watch(hint->fd, self,
					 IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR);
	if (wd < 0)
		return;
	dir = find_dir(hint, wd);
	if (!dir) {
		hint->dirs = reallocarray(hint->dirs, hint->n_dirs + 1, sizeof(*dir));
		if (!hint->dirs)
			die("out of memory");
		dir = &hint->dirs[hint->n_dirs++];
		*dir = (struct hint_dir){.wd = wd};
	}
	set_path(dir, path);
}

static void forget(struct hint *hint, int wd)
{
	struct hint_dir *dir = find_dir(hint, wd);

	if (!dir)
		return;
	free(dir->path);
	*dir = hint->dirs[--hint->n_dirs];
}

static void moved_in(struct hint *hint, struct seen_table *table,
		     const struct inotify_event *event)
{
	const struct hint_dir *dir = find_dir(hint, event->wd);
	char path[8192];
	struct seen *seen;
	int n;

	if (!dir)
		return;
	n = snprintf(path, sizeof(path), "%s%s%s", dir->path, *dir->path ? "/" : "",
		     event->name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return;
	seen = seen_get(table, path, (size_t)n);
	seen->renamed = true;
	seen->known = false; /* true of the file that the next scan finds */
}

void hint_read(struct hint *hint, struct seen_table *table)
{
	_Alignas(struct inotify_event) char buf[16 * 1024];
	ssize_t n;

	while (hint->fd >= 0 && (n = read(hint->fd, buf, sizeof(buf))) > 0) {
		const char *at = buf;

		while (at < buf + n) {
			const struct inotify_event *event = (const void *)at;

			if (event->mask & IN_IGNORED)
				forget(hint, event->wd);
			else if ((event->mask & IN_MOVED_TO) &&
				 !(event->mask & IN_ISDIR))
				moved_in(hint, table, event);
			at += sizeof(*event) + event->len;
		}
	}
}
