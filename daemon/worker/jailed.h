/* jailed.h - one jailed child of the launcher. Private to daemon/worker. */
#ifndef INTRAY_JAILED_H
#define INTRAY_JAILED_H

#include <sys/types.h>

#include "launch.h"

struct jailed {
	pid_t pid;  /* 0: none */
	int pidfd;  /* readable once it has ended */
	int errors; /* what it writes to standard error; -1 once closed */
	int64_t deadline_ms;
	bool late;
	char tail[1024]; /* the last it wrote there */
	size_t tail_len;
};

/* Forks. In the child *out is not touched, standard input is /dev/null, standard error
 * is a pipe to us, and it dies with its parent. Returns the pid as fork does; -1 sets
 * err. */
pid_t jailed_fork(struct jailed *out, const char *name, struct err *err);
/* The same for a child that becomes another program: `become` calls exec or _exit and
 * never returns. Until then it runs in our memory while we wait, so it may change
 * nothing of ours but its own descriptors, folder, limits and jail. */
enum rc jailed_start(struct jailed *out, const char *name, void (*become)(void *ctx),
		     void *ctx, struct err *err);
/* Takes a child of ours that another process started for us, and the descriptor of its
 * standard error. False: there is no such child. */
bool jailed_adopt(struct jailed *out, pid_t pid, int *take_errors);
void jailed_listen(struct jailed *child); /* takes what is on its standard error */
/* Ends the child's life here: waits for it (it must have ended or be ending) and fills
 * the report's status, usage and text. */
void jailed_reap(struct jailed *child, struct report *report);
void jailed_kill(struct jailed *child);
/* Gives a running child `cpu_s` more seconds of CPU and until `deadline_ms`. */
void jailed_stretch(struct jailed *child, long cpu_s, int64_t deadline_ms);

#endif
