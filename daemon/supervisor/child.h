/* child.h - one process below the supervisor: started, watched, drained, started again.
 */
#ifndef INTRAY_CHILD_H
#define INTRAY_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "process.h"

enum child_state {
	CHILD_STOPPED, /* nobody wants it now */
	CHILD_RUNNING,
	CHILD_DRAINING, /* its life line is closed; a timer will kill it */
	CHILD_WAITING,	/* it failed; a timer will start it again */
};

struct child {
	const struct process *process;
	int index;
	enum child_state state;
	bool again;	 /* start it again when the drain is over */
	bool ready;	 /* it said so */
	pid_t pid;	 /* also the process group; 0: none */
	int lifeline;	 /* -1: closed */
	int failures;	 /* in a row */
	int last_status; /* as waitpid gave it */
	int64_t started_ms;
	int64_t beat_ms; /* 0: it never beat */
	sd_event *event;
	sd_event_source *exit, *timer;
	/* Called after the process and its group are gone; `failed`: it was not asked
	 * to end. Starting it again is child_restart_later's business. */
	void (*gone)(void *ctx, struct child *child, bool failed);
	/* Gives config path, secret and notify socket; called at every start. */
	enum rc (*start)(void *ctx, struct child *child, struct err *err);
	void *ctx;
};

void child_init(struct child *child, const struct process *process, int index,
		sd_event *event);
void child_deinit(struct child *child);

struct spawn;
/* For start(): runs it and watches for its end. */
enum rc child_spawn(struct child *child, const struct spawn *what, struct err *err);
void child_start(struct child *child); /* a failure counts as a crash */
/* Closes the life line; kills the process group after drain_ms. */
void child_drain(struct child *child, long drain_ms);
void child_kill(struct child *child);
/* It said so, or proved it: what dies after that waits 0.8 s at most. */
void child_is_ready(struct child *child);
/* After 0.1 s, 0.2 s ... 30 s, by how often it failed in a row. */
void child_restart_later(struct child *child);
long child_backoff_ms(const struct child *child);

#endif
