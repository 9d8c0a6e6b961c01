/* worker.c - claims jobs and does them, one after the other, until told to end.
 *
 * The launcher was forked before (worker_before_secrets); while it proves its jails and
 * loads its model, we fetch the database, the store and the schemas. Only when all is
 * there the worker is ready. Then for ever: claim the best job, do it (work.c), and
 * when there is none wait for a notification or two seconds, whichever is first: the
 * table is the truth.
 *
 * A lost database is waited out here and never ends the process. Told to drain, the
 * worker finishes a job that is nearly done and hands back one that is not, within the
 * drain time. A broken assumption ends the process; whoever is started in its place
 * frees the job at once, else its lease runs out. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"
#include "worker.h"

enum {
	IDLE_MS = 2000,
	SCHEMAS_MS = 15000, /* a newly installed type is known after so long */
	PAUSE_MS = 1000,    /* after weather that reconnecting did not show */
	AUTOGROUP_MS = 110,
	AUTOGROUP_TRIES = 20,
};

static volatile sig_atomic_t told_to_end;

static void on_signal(int sig)
{
	(void)sig;
	told_to_end = 1;
}

bool worker_draining(struct worker *w)
{
	struct pollfd lifeline = {.fd = w->env->lifeline_fd};
	if (w->drain_until_ms)
		return true;
	if (!told_to_end && (lifeline.fd < 0 || poll(&lifeline, 1, 0) <= 0))
		return false;
	w->drain_until_ms = now_ms_monotonic() + w->env->settings->drain_ms / 2;
	log_info("draining", NULL);
	return true;
}

/* Where the kernel shares processors out among sessions first (autogroup, Debian's
 * default), nice counts only within one: a lone reader would get as much as a process
 * of the server that somebody waits for. Under the supervisor each of us is a session
 * of its own. Ordinary users may say so ten times a second, all of them together. */
static void session_gives_way(int nice)
{
	AUTO_FD fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
	bool said = fd < 0 || getsid(0) != getpid();
	char text[16];

	snprintf(text, sizeof(text), "%d", nice);
	for (int i = 0; i < AUTOGROUP_TRIES && !said; i++) {
		said = fd_write_all(fd, text, strlen(text)) || errno != EAGAIN;
		if (!said)
			poll(NULL, 0, AUTOGROUP_MS);
	}
}

/* Reading gives way to people, who wait for the desk: it may take a whole processor for
 * hours. Whoever started us with less already, keeps it. */
static void give_way(const struct settings *settings)
{
	errno = 0;
	int now = getpriority(PRIO_PROCESS, 0);

	if (errno == 0 && now < settings->worker_nice &&
	    setpriority(PRIO_PROCESS, 0, (int)settings->worker_nice) != 0)
		log_debug("priority kept", "nice=%d", now);
	session_gives_way((int)settings->worker_nice);
}

enum rc worker_before_secrets(const struct settings *settings, void **early,
			      struct err *err)
{
	struct engine *engine;

	give_way(settings);
	enum rc rc = engine_launch(settings, &engine, err);
	if (rc == RC_OK)
		*early = engine;
	return rc;
}

static bool go_on_waiting(void *ctx)
{
	process_beat();
	return !worker_draining(ctx);
}

/* False: draining. */
static bool connected_again(struct worker *w, const struct err *why)
{
	struct err err;
	log_warn("database is away", "error=%s", why->text);
	enum rc rc = db_reconnect(w->db, go_on_waiting, w, &err);
	if (rc == RC_OK)
		log_info("database is back", NULL);
	return rc == RC_OK;
}

/* Compiling them all costs as much as many a document, so only when one has changed. */
static enum rc fresh_schemas(struct worker *w, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	int64_t now = now_ms_monotonic();
	const char *versions;
	if (w->schemas && now < w->schemas_until_ms)
		return RC_OK;
	enum rc rc = db_schema_versions(w->db, arena, &versions, err);
	if (rc == RC_OK && (!w->schemas || strcmp(versions, w->schema_versions) != 0)) {
		struct schema_set *set = schema_set_new();
		rc = db_schemas(w->db, set, err);
		if (rc != RC_OK) {
			schema_set_free(&set);
			return rc;
		}
		schema_set_trust(set, w->trust);
		schema_set_free(&w->schemas);
		w->schemas = set;
		free(w->schema_versions);
		w->schema_versions = strdup(versions);
		if (!w->schema_versions)
			die("out of memory");
	}
	if (rc == RC_OK)
		w->schemas_until_ms = now + SCHEMAS_MS;
	return rc;
}

/* host/supervisor/workerN/pid: all but the last is a place that only one worker has at
 * a time, which tells the database when the one before is dead. */
static void take_name(struct worker *w)
{
	char host[64] = "";
	gethostname(host, sizeof(host) - 1);
	snprintf(w->name, sizeof(w->name), "%s/%d/worker%d/%d", host, (int)getppid(),
		 w->env->index, (int)getpid());
}

static void say_job(const struct job *job)
{
	char id[24];
	snprintf(id, sizeof(id), "%lld", (long long)job->id);
	log_context("client", job->client);
	log_context("doc", job->document);
	log_context("job", id);
}

static void forget_job(void)
{
	log_context("client", NULL);
	log_context("doc", NULL);
	log_context("job", NULL);
	malloc_trim(1 << 20); /* a document of 2000 pages must not stay with us */
}

/* Until there may be work, the supervisor wants something, or the time is over. */
static void idle(struct worker *w)
{
	struct pollfd fds[] = {
		{.fd = db_socket(w->db), .events = POLLIN},
		{.fd = w->env->lifeline_fd},
	};
	if (!db_wait(w->db, 0))
		poll(fds, 2, IDLE_MS);
}

static enum rc one_round(struct worker *w, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct job job;
	bool got = false;
	enum rc rc = fresh_schemas(w, err);
	if (rc == RC_OK)
		rc = job_claim(w->db, w->name, arena, &job, &got, err);
	if (rc != RC_OK)
		return rc;
	if (!got) {
		idle(w);
		return RC_OK;
	}
	say_job(&job);
	rc = job_do(w, &job, arena, err);
	forget_job();
	return rc;
}

static int work(struct worker *w)
{
	struct err err;
	process_ready();
	while (!worker_draining(w)) {
		process_beat();
		enum rc rc = one_round(w, &err);
		if (rc == RC_RETRY) {
			poll(NULL, 0, PAUSE_MS);
			connected_again(w, &err);
		} else if (rc != RC_OK) {
			log_error("worker cannot go on", "error=%s", err.text);
			return 1;
		}
	}
	return 0;
}

/* First of all, so that other workers can go on with it while we are starting. */
static enum rc free_left_behind(struct worker *w, struct err *err)
{
	enum rc rc;
	do
		rc = jobs_left_behind(w->db, w->name, err);
	while (rc == RC_RETRY && connected_again(w, err));
	return rc;
}

static enum rc prepare(struct worker *w, struct err *err)
{
	enum rc rc = db_open_patiently(w->env->conninfo, DB_WORKER, go_on_waiting, w,
				       &w->db, err);
	if (rc == RC_OK)
		rc = free_left_behind(w, err);
	if (rc == RC_OK)
		rc = store_open(w->env->settings->store_dir, &w->store, err);
	if (rc == RC_OK)
		rc = trust_load(w->env->settings->schema_dir, &w->trust, err);
	if (rc == RC_OK)
		rc = fresh_schemas(w, err);
	if (rc == RC_RETRY && w->db) /* it went away again: work() waits for it */
		rc = RC_OK;
	if (rc == RC_OK)
		rc = engine_prove(w->engine, err);
	if (rc == RC_OK)
		log_info("jails proven", "level=%s", engine_jail_level(w->engine));
	return rc;
}

int worker_main(const struct process_env *env)
{
	struct worker w = {.env = env, .engine = env->early};
	struct sigaction action = {.sa_handler = on_signal};
	struct err err;
	take_name(&w);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	enum rc rc = prepare(&w, &err);
	int status = 0;
	if (rc == RC_OK)
		status = work(&w);
	else if (!worker_draining(&w))
		status = process_cannot_start(rc, &err);
	engine_stop(&w.engine);
	schema_set_free(&w.schemas);
	free(w.schema_versions);
	trust_free(&w.trust);
	store_close(&w.store);
	db_close(&w.db);
	return status;
}
