/* intake.c - starts a process for every tray, and records what they take.
 *
 * This process holds the one database connection and never touches a tray, so that
 * neither a hanging share nor a strange file can stop it. Questions of the trays are
 * answered one at a time, each tray having at most one open: a tray with thousands of
 * files gets its turn like the others. While the database is away no question is
 * answered, which is how the trays learn to wait. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>
#include <time.h>
#include <unistd.h>

#include "../supervisor/child.h"
#include "../supervisor/spawn.h"
#include "log.h"
#include "proc.h"
#include "process.h"
#include "wire.h"

enum {
	CHECK_MS = 10000,  /* beat, and look for silent trays */
	SILENT_MS = 60000, /* a tray that says nothing for so long hangs */
	REPORT_MS = 15000, /* status is written at least so often */
	CONNECT_PAUSE_MS = 500,
};

struct watched {
	struct intake *intake;
	const struct tray_settings *conf;
	int64_t tray_id;
	struct child child;
	int sock;
	sd_event_source *source;
	int64_t heard_ms, reported_ms;
	struct db_tray_status
		status; /* as last reported; problem is in its own memory */
	char problem[512];
};

struct intake {
	const struct process_env *env;
	struct db *db;
	sd_event *event;
	sd_event_source *lifeline, *check;
	struct watched *trays;
	size_t n_trays;
	bool draining, db_away;
};

/* --- weather: the database is away
 * ---------------------------------------------------------- */

static bool lifeline_ended(const struct intake *intake, int timeout_ms)
{
	struct pollfd fd = {.fd = intake->env->lifeline_fd};

	return poll(&fd, 1, timeout_ms) > 0;
}

/* Still wanted? Called before every attempt to connect. */
static bool tick(void *ctx)
{
	process_beat();
	return !lifeline_ended(ctx, 0);
}

/* After RC_RETRY: true when the same call may be made again. */
static bool reconnect(struct intake *intake, const struct err *why)
{
	struct err err;

	if (!intake->db_away)
		log_warn("database is away, files stay in their trays", "error=%s",
			 why->text);
	intake->db_away = true;
	/* A server that is up but refuses (read-only, no room) is not asked in a hurry.
	 */
	if (lifeline_ended(intake, CONNECT_PAUSE_MS) ||
	    db_reconnect(intake->db, tick, intake, &err) != RC_OK)
		return false;
	return true;
}

static void database_is_back(struct intake *intake)
{
	if (intake->db_away)
		log_info("database is back", NULL);
	intake->db_away = false;
}

/* --- questions
 * -------------------------------------------------------------------------------- */

static bool status_changed(const struct watched *w, const struct db_tray_status *now)
{
	return w->status.waiting != now->waiting || w->status.ignored != now->ignored ||
	       w->status.growing != now->growing ||
	       strcmp(w->problem, now->problem ? now->problem : "") != 0;
}

static enum rc report(struct watched *w, const struct db_tray_status *status,
		      struct err *err)
{
	struct db_tray_status full = *status;
	int64_t now = now_ms_monotonic();
	enum rc rc;

	full.tray_id = w->tray_id;
	if (w->reported_ms && now - w->reported_ms < REPORT_MS &&
	    !status_changed(w, &full) && full.waiting == 0)
		return RC_OK;
	rc = db_tray_report(w->intake->db, &full, err);
	if (rc != RC_OK)
		return rc;
	w->reported_ms = now;
	w->status = full;
	w->status.problem = NULL;
	snprintf(w->problem, sizeof(w->problem), "%s",
		 full.problem ? full.problem : "");
	return RC_OK;
}

static enum rc ask_database(struct watched *w, const struct wire *msg,
			    struct arena *arena, struct wire_answer *answer,
			    struct err *err)
{
	if (msg->kind == WIRE_REPORT)
		return report(w, &msg->report, err);
	answer->n = 0;
	answer->each = arena_alloc_n(arena, msg->n_drops, sizeof(*answer->each));
	enum rc rc = db_drops_record(w->intake->db, w->tray_id, msg->drops,
				     msg->n_drops, arena, answer->each, err);
	if (rc == RC_OK)
		answer->n = msg->n_drops;
	return rc;
}

static void answer_question(struct watched *w, const struct wire *msg,
			    struct arena *arena)
{
	struct wire reply = {.kind = WIRE_ANSWER};
	struct err err = {0};

	for (;;) {
		reply.answer.rc = ask_database(w, msg, arena, &reply.answer, &err);
		if (reply.answer.rc != RC_RETRY)
			break;
		if (!reconnect(w->intake, &err))
			return; /* we end, and so does the tray */
	}
	database_is_back(w->intake);
	if (reply.answer.rc == RC_BUG)
		die("%s", err.text);
	if (reply.answer.rc == RC_FAIL) {
		log_error("cannot record", "tray=%s/%s error=%s", w->conf->client,
			  w->conf->name, err.text);
		reply.answer.error = err.text;
	}
	wire_send(w->sock, &reply, &err);
}

static void hang_up(struct watched *w)
{
	w->source = sd_event_source_disable_unref(w->source);
	fd_close(&w->sock);
}

static int on_question(sd_event_source *source, int fd, uint32_t events, void *ctx)
{
	struct watched *w = ctx;
	AUTO_ARENA arena = arena_new();
	struct wire msg;
	struct err err;

	(void)source;
	(void)events;
	if (wire_receive(fd, 0, arena, &msg, &err) != RC_OK ||
	    (msg.kind != WIRE_REPORT && msg.kind != WIRE_RECORD)) {
		hang_up(w); /* its end is noticed by child.c */
		child_kill(&w->child);
		return 0;
	}
	answer_question(w, &msg, arena);
	w->heard_ms = now_ms_monotonic();
	child_is_ready(&w->child);
	return 0;
}

/* --- the trays' processes
 * ------------------------------------------------------------------- */

static const struct process *tray_process(void)
{
	const struct process *p = processes;

	while (p->kind != PROCESS_OF_INTAKE)
		p++;
	return p;
}

static enum rc start_tray(void *ctx, struct child *child, struct err *err)
{
	struct watched *w = ctx;
	struct wire hello = {.kind = WIRE_HELLO};
	struct spawn what = {.process = child->process->name,
			     .config = w->intake->env->settings->path,
			     .index = child->index};
	AUTO_FD theirs = -1;
	int ends[2];
	enum rc rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return err_errno(err, RC_RETRY, "socketpair");
	w->sock = ends[0];
	theirs = ends[1];
	hello.hello = (struct wire_hello){w->conf->client, w->conf->name, w->tray_id};
	what.fd3 = theirs;
	rc = wire_send(w->sock, &hello, err);
	if (rc == RC_OK)
		rc = child_spawn(child, &what, err);
	if (rc == RC_OK && sd_event_add_io(w->intake->event, &w->source, w->sock,
					   EPOLLIN, on_question, w) < 0)
		die("cannot watch a socket");
	w->heard_ms = now_ms_monotonic();
	if (rc != RC_OK)
		hang_up(w);
	return rc;
}

static void end_when_all_are_gone(struct intake *intake)
{
	for (size_t i = 0; i < intake->n_trays; i++)
		if (intake->trays[i].child.pid > 0)
			return;
	sd_event_exit(intake->event, EXIT_SUCCESS);
}

static void tray_is_gone(void *ctx, struct child *child, bool failed)
{
	struct watched *w = ctx;

	hang_up(w);
	if (w->intake->draining)
		end_when_all_are_gone(w->intake);
	else if (failed)
		child_restart_later(child);
}

static int on_drain(sd_event_source *source, int fd, uint32_t events, void *ctx)
{
	struct intake *intake = ctx;

	(void)source;
	(void)fd;
	(void)events;
	intake->lifeline = sd_event_source_disable_unref(intake->lifeline);
	intake->draining = true;
	for (size_t i = 0; i < intake->n_trays; i++)
		child_drain(&intake->trays[i].child, intake->env->settings->drain_ms);
	end_when_all_are_gone(intake);
	return 0;
}

/* A process that hangs in a share's system call cannot even be killed; all we can do is
 * say so. */
static void report_silence(struct watched *w, int64_t now)
{
	struct db_tray_status status = w->status;
	struct err err;

	if (now - w->heard_ms < SILENT_MS)
		return;
	status.problem =
		"The folder does not answer: is the share it lies on up? Its files "
		"wait there; other trays go on.";
	if (report(w, &status, &err) != RC_OK)
		log_warn("cannot report on a tray", "error=%s", err.text);
}

static int on_check(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct intake *intake = ctx;
	int64_t now = now_ms_monotonic();

	(void)usec;
	process_beat();
	for (size_t i = 0; i < intake->n_trays; i++)
		report_silence(&intake->trays[i], now);
	sd_event_source_set_time_relative(source, CHECK_MS * 1000ULL);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* --- start and end
 * ---------------------------------------------------------------------------- */

static enum rc find_trays(struct intake *intake, struct err *err)
{
	const struct settings *settings = intake->env->settings;
	AUTO_ARENA arena = arena_new();
	struct db_tray *known;
	size_t n;
	enum rc rc = db_trays(intake->db, arena, &known, &n, err);

	if (rc != RC_OK)
		return rc;
	intake->trays = calloc(settings->n_trays + 1, sizeof(*intake->trays));
	if (!intake->trays)
		die("out of memory");
	for (size_t i = 0; i < settings->n_trays; i++) {
		struct watched *w = &intake->trays[intake->n_trays++];

		*w = (struct watched){
			.intake = intake, .conf = &settings->trays[i], .sock = -1};
		child_init(&w->child, tray_process(), (int)i, NULL);
		for (size_t k = 0; k < n; k++)
			if (strcmp(known[k].client, w->conf->client) == 0 &&
			    strcmp(known[k].name, w->conf->name) == 0)
				w->tray_id = known[k].id;
		if (w->tray_id == 0)
			return err_set(
				err, RC_RETRY,
				"tray %s/%s is not in the database yet: run `intray "
				"migrate`",
				w->conf->client, w->conf->name);
	}
	return RC_OK;
}

static void start_trays(struct intake *intake)
{
	for (size_t i = 0; i < intake->n_trays; i++) {
		struct watched *w = &intake->trays[i];

		w->child.event = intake->event;
		w->child.start = start_tray;
		w->child.gone = tray_is_gone;
		w->child.ctx = w;
		child_start(&w->child);
	}
}

static void make_loop(struct intake *intake)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	if (sd_event_default(&intake->event) < 0 ||
	    sd_event_add_io(intake->event, &intake->lifeline, intake->env->lifeline_fd,
			    EPOLLHUP, on_drain, intake) < 0 ||
	    sd_event_add_time_relative(intake->event, &intake->check, CLOCK_MONOTONIC,
				       0, 0, on_check, intake) < 0)
		die("cannot make the event loop");
}

static void intake_deinit(struct intake *intake)
{
	for (size_t i = 0; i < intake->n_trays; i++) {
		child_deinit(&intake->trays[i].child);
		hang_up(&intake->trays[i]);
	}
	free(intake->trays);
	sd_event_source_disable_unref(intake->lifeline);
	sd_event_source_disable_unref(intake->check);
	sd_event_unref(intake->event);
	db_close(&intake->db);
}

int intake_main(const struct process_env *env)
{
	struct intake intake = {.env = env};
	struct err err;
	int status;
	enum rc rc = db_open_patiently(env->conninfo, DB_INTAKE, tick, &intake,
				       &intake.db, &err);

	if (rc == RC_OK)
		rc = find_trays(&intake, &err);
	if (rc == RC_OK) {
		make_loop(&intake);
		start_trays(&intake);
		process_ready();
		log_info("watching trays", "trays=%zu", intake.n_trays);
		status = sd_event_loop(intake.event);
	} else {
		status = process_cannot_start(rc, &err);
	}
	intake_deinit(&intake);
	return status < 0 ? EXIT_FAILURE : status;
}
