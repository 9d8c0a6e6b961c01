/* hint.h - inotify: look again soon, and this file came by a rename. */
#ifndef INTRAY_HINT_H
#define INTRAY_HINT_H

#include "seen.h"

struct hint {
	int fd; /* -1: no hints to be had */
	struct hint_dir {
		int wd;
		char *path;
	} * dirs;
	size_t n_dirs;
};

void hint_init(struct hint *hint);
void hint_deinit(struct hint *hint);
/* Watches a folder of the tray (again: that is harmless). */
void hint_watch(struct hint *hint, int dir_fd, const char *path);
/* Takes in what has happened; marks in the table what appeared by a rename. */
void hint_read(struct hint *hint, struct seen_table *table);

#endif
