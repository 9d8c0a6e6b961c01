/* desk.c - the process behind the clerks' page.
 *
 * One thread waits for requests, for what hands, verifier and cutter have done, for the
 * database's word that the queue has changed, and for the life line; a few others
 * answer calls (hands.c). It parses no foreign format: pictures were made by the
 * reader, words come through the same checks as from a reader. It holds no state that a
 * restart would lose: sessions, leases and drafts are rows. When the database is away,
 * calls are refused with 503 and the page keeps and repeats them. */
#include "desk.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"
#include "xml.h"

enum { TICK_MS = 1000, BEAT_MS = 10 * 1000 };

static void on_request(void *ctx, struct request *request)
{
	route_request(ctx, request);
}

static bool one_try(void *ctx)
{
	bool *tried = ctx, first = !*tried;

	*tried = true;
	return first;
}

static void find_database(struct desk *desk)
{
	bool tried = false;
	struct err err;

	if (db_reconnect(desk->db, one_try, &tried, &err) == RC_OK) {
		desk->db_lost = false;
		log_info("the database is back", NULL);
	}
}

static void beat(struct desk *desk)
{
	char name[64];
	const char *params[] = {name, "serving the desk"}, *nothing;
	AUTO_ARENA scratch = arena_new();
	struct err err;

	snprintf(name, sizeof(name), "desk/%d", (int)getpid());
	process_beat();
	if (db_desk_ask(desk->db, "process_beat", params, 2, scratch, &nothing, &err) ==
	    RC_RETRY)
		desk->db_lost = true;
}

/* False: drain. */
static bool serve_once(struct desk *desk, int lifeline)
{
	struct pollfd fds[] = {
		{.fd = http_poll_fd(desk->http), .events = POLLIN},
		{.fd = lifeline, .events = POLLIN},
		{.fd = verifier_fd(desk->verifier), .events = POLLIN},
		{.fd = db_socket(desk->db), .events = POLLIN},
		{.fd = cutter_fd(desk->cutter), .events = POLLIN},
		{.fd = hands_fd(desk->hands), .events = POLLIN},
	};
	bool queue_changed;

	if (poll(fds, sizeof(fds) / sizeof(*fds),
		 http_timeout_ms(desk->http, TICK_MS)) < 0 &&
	    errno != EINTR)
		die("poll");
	if (fds[1].revents)
		return false;
	if (fds[2].revents)
		verifier_collect(desk->verifier);
	if (fds[5].revents)
		hands_collect(desk->hands);
	queue_changed = db_wait(desk->db, 0);
	if (fds[4].revents)
		cutter_collect(desk->cutter);
	if (desk->db_lost)
		find_database(desk);
	events_tick(desk, queue_changed);
	http_run(desk->http);
	return true;
}

static void serve(struct desk *desk, int lifeline)
{
	int64_t beaten = 0;

	do {
		if (now_ms_monotonic() - beaten > BEAT_MS) {
			beat(desk);
			beaten = now_ms_monotonic();
		}
	} while (serve_once(desk, lifeline));
}

/* --- starting
 * -------------------------------------------------------------------------- */

/* A connection each for hundreds of open pages. */
static void want_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max < 8192 ? limit.rlim_max : 8192;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static enum rc read_pem(const char *path, struct arena *arena, const char **out,
			struct err *err)
{
	char *bytes;
	size_t len;

	if (!path)
		return RC_OK;
	enum rc rc = file_read(AT_FDCWD, path, 1 << 20, arena, &bytes, &len, err);
	*out = rc == RC_OK ? bytes : NULL;
	return rc;
}

/* Where people and scripts find the address that was got. */
static void write_url(const struct desk *desk)
{
	AUTO_ARENA scratch = arena_new();
	const char *path =
		arena_printf(scratch, "%s/desk.url", desk->settings->run_dir);
	FILE *f = fopen(path, "w");

	if (!f || fprintf(f, "%s\n", http_url(desk->http)) < 0)
		log_warn("cannot write the desk's address", "path=%s", path);
	if (f)
		fclose(f);
}

static enum rc open_http(struct desk *desk, struct err *err)
{
	const struct settings *s = desk->settings;
	AUTO_ARENA scratch = arena_new();
	struct http_listen listen = {
		.address = s->desk_listen
				   ? s->desk_listen
				   : arena_printf(scratch, "%s/desk.sock", s->run_dir),
		.proxy = s->desk_proxy};
	enum rc rc = read_pem(s->desk_certificate, scratch, &listen.certificate, err);

	if (rc == RC_OK)
		rc = read_pem(s->desk_key, scratch, &listen.key, err);
	if (rc == RC_OK)
		rc = http_open(&listen, on_request, desk, &desk->http, err);
	return rc;
}

static bool go_on_waiting(void *ctx)
{
	const int *lifeline_fd = ctx;
	struct pollfd lifeline = {.fd = *lifeline_fd};

	process_beat();
	return poll(&lifeline, 1, 0) == 0;
}

static enum rc open_all(struct desk *desk, const struct process_env *env,
			struct err *err)
{
	int lifeline_fd = env->lifeline_fd;
	/* First of all: it is to inherit nothing. */
	enum rc rc = cutter_start(snippet_cut, desk, &desk->cutter, err);

	if (rc == RC_OK)
		rc = store_open(desk->settings->store_dir, &desk->store, err);
	if (rc == RC_OK)
		rc = db_open_patiently(env->conninfo, DB_DESK, go_on_waiting,
				       &lifeline_fd, &desk->db, err);
	if (rc == RC_OK) {
		xml_init();
		desk->schemas = schema_set_new();
		rc = db_schemas(desk->db, desk->schemas, err);
	}
	if (rc == RC_OK)
		rc = trust_load(desk->settings->schema_dir, &desk->trust, err);
	if (rc == RC_OK) {
		schema_set_trust(desk->schemas, desk->trust);
		rc = hands_start(desk, env->conninfo,
				 (size_t)desk->settings->desk_threads, go_on_waiting,
				 &lifeline_fd, &desk->hands, err);
	}
	if (rc == RC_OK)
		rc = open_http(desk, err);
	return rc;
}

static void close_all(struct desk *desk)
{
	hands_stop(&desk->hands);
	verifier_stop(&desk->verifier);
	http_close(&desk->http);
	cutter_stop(&desk->cutter);
	sources_free(&desk->sources);
	answers_free(&desk->answers);
	schema_set_free(&desk->schemas);
	trust_free(&desk->trust);
	db_close(&desk->db);
	store_close(&desk->store);
}

static void wait_for_drain(int lifeline)
{
	struct pollfd fd = {.fd = lifeline, .events = POLLIN};

	process_ready();
	do
		process_beat();
	while (poll(&fd, 1, BEAT_MS) == 0);
}

int desk_main(const struct process_env *env)
{
	static struct desk desk;
	struct err err;

	if (env->settings->desk_listen &&
	    strcmp(env->settings->desk_listen, "off") == 0) {
		wait_for_drain(env->lifeline_fd);
		return EXIT_SUCCESS;
	}
	desk.settings = env->settings;
	desk.sources = sources_new();
	desk.answers = answers_new();
	pthread_mutex_init(&desk.peers_lock, NULL);
	want_descriptors();
	enum rc rc = open_all(&desk, env, &err);
	int status = EXIT_SUCCESS;
	if (rc == RC_OK) {
		desk.verifier = verifier_start(signin_verified, &desk);
		write_url(&desk);
		log_info("the desk is open", "url=%s", http_url(desk.http));
		process_ready();
		serve(&desk, env->lifeline_fd);
	} else {
		status = process_cannot_start(rc, &err);
	}
	close_all(&desk);
	return status;
}
