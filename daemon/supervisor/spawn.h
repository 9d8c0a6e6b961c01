/* spawn.h - starting another intrayd as one of its processes. */
#ifndef INTRAY_SPAWN_H
#define INTRAY_SPAWN_H

#include <sys/types.h>

#include "err.h"

struct spawn {
	const char *process;
	const char *config; /* path */
	int index;
	int fd3; /* becomes descriptor 3; -1: none. Stays the caller's */
	const char *notify_socket; /* NULL: it may not talk to anyone's notify socket */
};

/* Runs /proc/self/exe --process NAME in a process group of its own, with nothing open
 * but 0 to 4. *lifeline is the writing end of its descriptor 4: closing it means drain.
 */
enum rc spawn(const struct spawn *what, pid_t *pid, int *lifeline, struct err *err);

/* A pipe, to be read until its end, that holds text (up to 60 KB). */
enum rc spawn_secret(const char *text, int *read_fd, struct err *err);

#endif
