/* child.c - one process below the supervisor.
 *
 * A process that ends without having been asked to is started again, at once the first
 * time and then ever more slowly: up to 30 s when it does not even get ready, up to
 * 0.8 s when it did, was killed by somebody or met weather, for then nothing is wrong
 * with it and somebody's work waits. A minute of health forgives everything. With a
 * process goes its whole group, so that no reader of a dead worker is left behind. */
#include "child.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "log.h"
#include "proc.h"
#include "spawn.h"

enum {
	BACKOFF_FIRST_MS = 100,
	BACKOFF_LAST_MS = 30000,
	HEALTHY_MS = 60000,
	FAILURES_FORGIVEN = 4 /* 0.8 s */
};

void child_init(struct child *child, const struct process *process, int index,
		sd_event *event)
{
	*child = (struct child){
		.process = process, .index = index, .lifeline = -1, .event = event};
}

void child_deinit(struct child *child)
{
	child->exit = sd_event_source_disable_unref(child->exit);
	child->timer = sd_event_source_disable_unref(child->timer);
	fd_close(&child->lifeline);
}

static void set_timer(struct child *child, long delay_ms,
		      sd_event_time_handler_t handler)
{
	child->timer = sd_event_source_disable_unref(child->timer);
	if (sd_event_add_time_relative(child->event, &child->timer, CLOCK_MONOTONIC,
				       (uint64_t)delay_ms * 1000, 1000, handler,
				       child) < 0)
		die("cannot set a timer");
}

static void log_end(const struct child *child)
{
	const char *name = child->process->name;
	int status = child->last_status;

	if (WIFSIGNALED(status))
		log_warn("process died", "process=%s index=%d child=%d signal=%s", name,
			 child->index, (int)child->pid, strsignal(WTERMSIG(status)));
	else
		log_warn("process ended", "process=%s index=%d child=%d status=%d",
			 name, child->index, (int)child->pid, WEXITSTATUS(status));
}

/* Keeps the next wait short. */
static void forgive(struct child *child)
{
	if (child->failures > FAILURES_FORGIVEN)
		child->failures = FAILURES_FORGIVEN;
}

static bool not_its_fault(const siginfo_t *info)
{
	return info->si_code == CLD_EXITED ? info->si_status == EXIT_WEATHER
					   : info->si_status == SIGKILL;
}

static int on_exit_of_child(sd_event_source *source, const siginfo_t *info, void *ctx)
{
	struct child *child = ctx;
	bool asked = child->state == CHILD_DRAINING;
	bool good = info->si_code == CLD_EXITED && info->si_status == 0;
	bool failed = !asked && !(good && child->process->kind == PROCESS_FIRST);

	(void)source;
	child->last_status = info->si_code == CLD_EXITED
				     ? W_EXITCODE(info->si_status, 0)
				     : W_EXITCODE(0, info->si_status);
	kill(-child->pid, SIGKILL);
	if (failed)
		log_end(child);
	if (now_ms_monotonic() - child->started_ms > HEALTHY_MS)
		child->failures = 0;
	child->failures = failed ? child->failures + 1 : 0;
	if (not_its_fault(info))
		forgive(child);
	child_deinit(child);
	child->pid = 0;
	child->ready = false;
	child->state = CHILD_STOPPED;
	child->gone(child->ctx, child, failed);
	return 0;
}

enum rc child_spawn(struct child *child, const struct spawn *what, struct err *err)
{
	enum rc rc = spawn(what, &child->pid, &child->lifeline, err);

	if (rc != RC_OK)
		return rc;
	if (sd_event_add_child(child->event, &child->exit, child->pid, WEXITED,
			       on_exit_of_child, child) < 0)
		die("cannot watch a child");
	child->started_ms = now_ms_monotonic();
	child->beat_ms = 0;
	child->ready = false;
	child->state = CHILD_RUNNING;
	log_debug("process started", "process=%s index=%d child=%d", what->process,
		  what->index, (int)child->pid);
	return RC_OK;
}

void child_start(struct child *child)
{
	struct err err;

	child->again = false;
	if (child->start(child->ctx, child, &err) == RC_OK)
		return;
	log_error("cannot start process", "process=%s index=%d error=%s",
		  child->process->name, child->index, err.text);
	child->failures++;
	child->state = CHILD_STOPPED;
	child->gone(child->ctx, child, true);
}

void child_is_ready(struct child *child)
{
	child->ready = true;
	forgive(child);
}

void child_kill(struct child *child)
{
	/* With all it started; alone when it has not come so far as to lead them. */
	if (child->pid > 0 && kill(-child->pid, SIGKILL) != 0)
		kill(child->pid, SIGKILL);
}

static int on_drained_too_long(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct child *child = ctx;

	(void)source;
	(void)usec;
	log_warn("drain took too long, killing", "process=%s index=%d child=%d",
		 child->process->name, child->index, (int)child->pid);
	child_kill(child);
	return 0;
}

void child_drain(struct child *child, long drain_ms)
{
	child->again = false;
	if (child->state == CHILD_WAITING) {
		child_deinit(child);
		child->state = CHILD_STOPPED;
	}
	if (child->state != CHILD_RUNNING)
		return;
	fd_close(&child->lifeline);
	child->state = CHILD_DRAINING;
	set_timer(child, drain_ms, on_drained_too_long);
}

long child_backoff_ms(const struct child *child)
{
	long delay = BACKOFF_FIRST_MS;

	for (int i = 1; i < child->failures && delay < BACKOFF_LAST_MS; i++)
		delay *= 2;
	return delay < BACKOFF_LAST_MS ? delay : BACKOFF_LAST_MS;
}

static int on_time_to_restart(sd_event_source *source, uint64_t usec, void *ctx)
{
	(void)source;
	(void)usec;
	child_start(ctx);
	return 0;
}

void child_restart_later(struct child *child)
{
	child->state = CHILD_WAITING;
	set_timer(child, child_backoff_ms(child), on_time_to_restart);
}
