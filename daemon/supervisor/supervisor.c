/* supervisor.c - intrayd: starts the processes, keeps them running, stops them.
 *
 * It has no database connection and looks at no document. Its whole state is a phase
 * and a list of children; everything that happens is a child ending, a message from
 * one, a signal or a timer. Start: cluster (when it is private), migration, all others.
 * Stop: the others drain, then the cluster. What dies unasked is started again
 * (child.c); only what cannot work without a person - a migration that fails, a cluster
 * that needs root to be started - ends intrayd with status 1, so that its own starter
 * knows. */
#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "child.h"
#include "log.h"
#include "notify.h"
#include "proc.h"
#include "reload.h"
#include "rights.h"
#include "spawn.h"

enum phase { STARTING, RUNNING, STOPPING };

struct supervisor {
	const char *config_path;
	struct arena *arena; /* of the settings */
	struct settings settings;
	enum phase phase;
	bool cluster_once; /* started as root, which we no longer are: no second time */
	bool restart_intake; /* by the reload that is going on */
	int exit_status;
	sd_event *event;
	sd_event_source *silence_timer;
	struct notify notify;
	struct child **children;
	size_t n_children;
};

enum { SILENCE_CHECK_S = 5 };

static void say_status(struct supervisor *s)
{
	static const char *const phases[] = {"Starting", "Running", "Stopping"};
	int running = 0, failing = 0;

	for (size_t i = 0; i < s->n_children; i++) {
		running += s->children[i]->pid > 0;
		failing += s->children[i]->state == CHILD_WAITING;
	}
	if (failing)
		sd_notifyf(0, "STATUS=%s: %d processes up, %d failing (see the log)",
			   phases[s->phase], running, failing);
	else
		sd_notifyf(0, "STATUS=%s: %d processes up", phases[s->phase], running);
}

/* --- children
 * -------------------------------------------------------------------------- */

static bool needs_cluster(const struct supervisor *s)
{
	return s->settings.database == NULL;
}

static enum rc start_child(void *ctx, struct child *child, struct err *err)
{
	struct supervisor *s = ctx;
	AUTO_ARENA scratch = arena_new();
	AUTO_FD secret = -1;
	struct spawn what = {.process = child->process->name,
			     .config = s->config_path,
			     .index = child->index,
			     .fd3 = -1,
			     .notify_socket = s->notify.address};
	enum rc rc = RC_OK;

	if (child->process->role != DB_ROLE_N) {
		const char *conninfo = NULL;

		rc = db_conninfo(&s->settings, child->process->role, scratch, &conninfo,
				 err);
		if (rc == RC_OK)
			rc = spawn_secret(conninfo, &secret, err);
		what.fd3 = secret;
	}
	return rc == RC_OK ? child_spawn(child, &what, err) : rc;
}

static void child_is_gone(void *ctx, struct child *child, bool failed);

static struct child *add_child(struct supervisor *s, const struct process *process,
			       int index)
{
	struct child *child = calloc(1, sizeof(*child));
	struct child **more =
		reallocarray(s->children, s->n_children + 1, sizeof(*more));

	if (!child || !more)
		die("out of memory");
	child_init(child, process, index, s->event);
	child->gone = child_is_gone;
	child->start = start_child;
	child->ctx = s;
	s->children = more;
	more[s->n_children++] = child;
	return child;
}

static struct child *find_child(struct supervisor *s, const struct process *process,
				int index)
{
	for (size_t i = 0; i < s->n_children; i++)
		if (s->children[i]->process == process &&
		    s->children[i]->index == index)
			return s->children[i];
	return add_child(s, process, index);
}

static int wanted_of(const struct supervisor *s, const struct process *process)
{
	switch (process->kind) {
	case PROCESS_ONE:
		return 1;
	case PROCESS_PER_WORKER:
		return (int)s->settings.workers;
	case PROCESS_CLUSTER:
	case PROCESS_FIRST:
	case PROCESS_OF_INTAKE:
		break;
	}
	return 0;
}

/* Starts every process of a kind, unless it runs. */
static void start_kind(struct supervisor *s, enum process_kind kind)
{
	for (const struct process *p = processes; p->name; p++) {
		struct child *child;

		if (p->kind != kind)
			continue;
		child = find_child(s, p, 0);
		if (child->state == CHILD_STOPPED)
			child_start(child);
	}
}

/* Brings the running processes in line with the settings: missing ones are started,
 * those too many drain. */
static void start_all(struct supervisor *s)
{
	for (const struct process *p = processes; p->name; p++) {
		for (int i = 0; i < wanted_of(s, p); i++) {
			struct child *child = find_child(s, p, i);

			if (child->state == CHILD_STOPPED)
				child_start(child);
		}
	}
	for (size_t i = 0; i < s->n_children; i++) {
		struct child *child = s->children[i];

		if (child->process->kind == PROCESS_PER_WORKER &&
		    child->index >= s->settings.workers)
			child_drain(child, s->settings.drain_ms);
	}
}

/* --- stopping
 * -------------------------------------------------------------------------- */

static int on_stopped_too_long(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct supervisor *s = ctx;

	(void)source;
	(void)usec;
	log_error("processes did not end, leaving them behind", NULL);
	return sd_event_exit(s->event, s->exit_status ? s->exit_status : EXIT_FAILURE);
}

/* The database goes last. */
static void stop_next(struct supervisor *s)
{
	struct child *cluster = NULL;

	for (size_t i = 0; i < s->n_children; i++) {
		if (s->children[i]->process->kind == PROCESS_CLUSTER)
			cluster = s->children[i];
		else if (s->children[i]->pid > 0)
			return;
	}
	if (cluster && cluster->state == CHILD_RUNNING)
		child_drain(cluster, s->settings.drain_ms + 5000);
	else if (!cluster || cluster->pid == 0)
		sd_event_exit(s->event, s->exit_status);
}

static void stop(struct supervisor *s, int exit_status)
{
	const uint64_t patience_us =
		(uint64_t)(2 * s->settings.drain_ms + 15000) * 1000;

	if (s->phase == STOPPING)
		return;
	s->phase = STOPPING;
	s->exit_status = exit_status;
	sd_notify(0, "STOPPING=1");
	log_info("stopping", "drain_ms=%ld", s->settings.drain_ms);
	for (size_t i = 0; i < s->n_children; i++)
		if (s->children[i]->process->kind != PROCESS_CLUSTER)
			child_drain(s->children[i], s->settings.drain_ms);
	sd_event_add_time_relative(s->event, NULL, CLOCK_MONOTONIC, patience_us, 0,
				   on_stopped_too_long, s);
	stop_next(s);
}

/* --- what happens
 * ---------------------------------------------------------------------- */

/* The migration has put clients, trays and schemas into the database: now everything
 * that reads settings starts anew. */
static void restart_after_reload(struct supervisor *s)
{
	for (size_t i = 0; i < s->n_children; i++) {
		struct child *child = s->children[i];

		if (child->process->kind == PROCESS_PER_WORKER ||
		    (child->process->kind == PROCESS_ONE &&
		     (s->restart_intake || child->process->role != DB_INTAKE))) {
			child_drain(child, s->settings.drain_ms);
			child->again = true;
		}
	}
}

static void on_migrated(struct supervisor *s)
{
	if (s->phase == RUNNING)
		restart_after_reload(s);
	start_all(s);
	if (s->phase == STARTING) {
		s->phase = RUNNING;
		sd_notify(0, "READY=1");
		log_info("running", "workers=%ld trays=%zu", s->settings.workers,
			 s->settings.n_trays);
	}
}

static void on_failed_migration(struct supervisor *s, struct child *child)
{
	int status = child->last_status;

	if (!WIFEXITED(status) || WEXITSTATUS(status) == EXIT_WEATHER) {
		child_restart_later(child);
		return;
	}
	if (s->phase == STARTING) {
		log_error("the database could not be migrated, giving up", NULL);
		stop(s, EXIT_FAILURE);
	} else {
		log_error("the new configuration could not be installed, going on "
			  "without",
			  NULL);
	}
}

static void on_failed_cluster(struct supervisor *s, struct child *child)
{
	if (!s->cluster_once && !(s->phase == STARTING && child->failures > 3)) {
		child_restart_later(child);
		return;
	}
	log_error("the private cluster's keeper ended, giving up", NULL);
	stop(s, EXIT_FAILURE);
}

static void child_is_gone(void *ctx, struct child *child, bool failed)
{
	struct supervisor *s = ctx;

	if (s->phase == STOPPING)
		stop_next(s);
	else if (child->process->kind == PROCESS_CLUSTER && failed)
		on_failed_cluster(s, child);
	else if (child->process->kind == PROCESS_FIRST && failed)
		on_failed_migration(s, child);
	else if (child->process->kind == PROCESS_FIRST)
		on_migrated(s);
	else if (failed)
		child_restart_later(child);
	else if (child->again)
		child_start(child);
	say_status(s);
}

/* --- signals, messages, silence
 * -------------------------------------------------------- */

static int on_message(sd_event_source *source, int fd, uint32_t events, void *ctx)
{
	struct supervisor *s = ctx;
	pid_t pid;
	bool ready, beat;

	(void)source;
	(void)fd;
	(void)events;
	while (notify_receive(&s->notify, &pid, &ready, &beat)) {
		for (size_t i = 0; i < s->n_children; i++) {
			struct child *child = s->children[i];

			if (child->pid != pid || pid == 0)
				continue;
			if (ready)
				child_is_ready(child);
			if (beat)
				child->beat_ms = now_ms_monotonic();
			if (ready && child->process->kind == PROCESS_CLUSTER &&
			    s->phase == STARTING)
				start_kind(s, PROCESS_FIRST);
		}
	}
	return 0;
}

static int on_silence_check(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct supervisor *s = ctx;
	int64_t now = now_ms_monotonic();

	(void)usec;
	for (size_t i = 0; i < s->n_children; i++) {
		struct child *child = s->children[i];

		if (child->state != CHILD_RUNNING || child->beat_ms == 0 ||
		    now - child->beat_ms < PROCESS_SILENCE_S * 1000)
			continue;
		log_error("process is silent, killing it",
			  "process=%s index=%d child=%d", child->process->name,
			  child->index, (int)child->pid);
		child_kill(child);
	}
	say_status(s);
	sd_event_source_set_time_relative(source, SILENCE_CHECK_S * 1000000ULL);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_stop_signal(sd_event_source *source, const struct signalfd_siginfo *info,
			  void *ctx)
{
	(void)source;
	(void)info;
	stop(ctx, EXIT_SUCCESS);
	return 0;
}

static int on_reload_signal(sd_event_source *source,
			    const struct signalfd_siginfo *info, void *ctx)
{
	struct supervisor *s = ctx;
	struct arena *arena = arena_new();
	struct settings fresh;
	const char *refused = NULL;
	struct err err;
	bool intake_too;

	(void)source;
	(void)info;
	if (s->phase != RUNNING)
		return 0;
	if (settings_load(s->config_path, arena, &fresh, &err) != RC_OK ||
	    (refused = reload_refused(&s->settings, &fresh))) {
		log_error("reload refused, going on with the old configuration",
			  "error=%s",
			  refused ? "this setting needs a restart" : err.text);
		if (refused)
			log_error("restart intrayd to change this", "setting=%s",
				  refused);
		arena_free(&arena);
		return 0;
	}
	intake_too = reload_changes_intake(&s->settings, &fresh);
	arena_free(&s->arena);
	s->arena = arena;
	s->settings = fresh;
	log_init("intrayd", log_level_from(fresh.log_level));
	log_info("reloading", "intake_restarts=%d", intake_too);
	s->restart_intake = intake_too;
	start_kind(s, PROCESS_FIRST);
	return 0;
}

/* --- start
 * ----------------------------------------------------------------------------- */

/* Folders, lock, and the one process that may need root; then root is given up. */
static enum rc use_root(struct supervisor *s, struct err *err)
{
	enum rc rc = rights_make_folders(&s->settings, err);

	if (rc == RC_OK)
		rc = rights_lock(&s->settings, err);
	if (rc == RC_OK && geteuid() == 0 && needs_cluster(s) &&
	    strcmp(s->settings.user, "postgres") != 0) {
		s->cluster_once = true;
		start_kind(s, PROCESS_CLUSTER);
	}
	return rc == RC_OK ? rights_become(s->settings.user, err) : rc;
}

static void watch(struct supervisor *s)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (sd_event_default(&s->event) < 0 ||
	    sd_event_add_signal(s->event, NULL, SIGTERM, on_stop_signal, s) < 0 ||
	    sd_event_add_signal(s->event, NULL, SIGINT, on_stop_signal, s) < 0 ||
	    sd_event_add_signal(s->event, NULL, SIGHUP, on_reload_signal, s) < 0 ||
	    sd_event_add_io(s->event, NULL, s->notify.fd, EPOLLIN, on_message, s) < 0 ||
	    sd_event_add_time_relative(s->event, &s->silence_timer, CLOCK_MONOTONIC,
				       SILENCE_CHECK_S * 1000000ULL, 0,
				       on_silence_check, s) < 0 ||
	    sd_event_set_watchdog(s->event, true) < 0)
		die("cannot make the event loop");
}

static int run(struct supervisor *s)
{
	struct err err;
	int status;

	if (use_root(s, &err) != RC_OK) {
		log_error("cannot start", "error=%s", err.text);
		return EXIT_FAILURE;
	}
	log_info("starting", "version=%s config=%s database=%s", INTRAY_VERSION,
		 s->config_path, needs_cluster(s) ? "private" : "configured");
	start_kind(s, needs_cluster(s) ? PROCESS_CLUSTER : PROCESS_FIRST);
	status = sd_event_loop(s->event);
	log_info("stopped", "status=%d", status);
	return status < 0 ? EXIT_FAILURE : status;
}

static void supervisor_deinit(struct supervisor *s)
{
	for (size_t i = 0; i < s->n_children; i++) {
		child_deinit(s->children[i]);
		free(s->children[i]);
	}
	free(s->children);
	sd_event_source_disable_unref(s->silence_timer);
	notify_close(&s->notify);
	sd_event_unref(s->event);
	arena_free(&s->arena);
}

int supervisor_run(const char *config_path)
{
	struct supervisor s = {.config_path = config_path, .arena = arena_new()};
	struct err err;
	int status;

	s.notify.fd = -1;
	log_init("intrayd", LOG_LEVEL_INFO);
	if (settings_load(config_path, s.arena, &s.settings, &err) != RC_OK) {
		log_error("configuration is wrong", "error=%s", err.text);
		arena_free(&s.arena);
		return EXIT_SETTINGS;
	}
	log_init("intrayd", log_level_from(s.settings.log_level));
	if (notify_open(&s.notify, &err) != RC_OK)
		die("%s", err.text);
	watch(&s);
	status = run(&s);
	supervisor_deinit(&s);
	return status;
}
