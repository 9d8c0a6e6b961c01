/* process.c - the child's side: from a fresh image to a process's main.
 *
 * The order matters: settings first (the only thing parsed, and it is root's), then
 * root's rights go, then whatever must be forked before a password is known, then the
 * connection string, then main. Standing alone under systemd a process has no
 * supervisor; its life line is then a pipe of its own, which SIGTERM closes. */
#include "process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"
#include "rights.h"
#include "supervisor.h"

enum { SECRET_FD = 3, LIFELINE_FD = 4, CONNINFO_MAX = 60 * 1024 };

void process_ready(void)
{
	sd_notify(0, "READY=1");
}

void process_beat(void)
{
	sd_notify(0, "WATCHDOG=1");
}

int process_cannot_start(enum rc rc, const struct err *err)
{
	if (rc == RC_RETRY) {
		log_warn("cannot start yet", "error=%s", err->text);
		return EXIT_WEATHER;
	}
	log_error("cannot start", "error=%s", err->text);
	return EXIT_FAILURE;
}

static int own_lifeline = -1;

static void on_term(int sig)
{
	(void)sig;
	close(own_lifeline);
}

static int open_own_lifeline(void)
{
	struct sigaction action = {.sa_handler = on_term, .sa_flags = SA_RESETHAND};
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		die("cannot make a pipe");
	own_lifeline = ends[1];
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	return ends[0];
}

static const struct process *find_process(const char *name)
{
	for (const struct process *p = processes; p->name; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

static enum rc read_conninfo(int fd, struct arena *arena, const char **out,
			     struct err *err)
{
	char *text = arena_alloc(arena, CONNINFO_MAX + 1);
	size_t len = 0;
	ssize_t n;

	while (len < CONNINFO_MAX && (n = read(fd, text + len, CONNINFO_MAX - len)) > 0)
		len += (size_t)n;
	close(fd);
	if (len == 0)
		return err_set(err, RC_FAIL,
			       "no connection string from the supervisor");
	*out = text;
	return RC_OK;
}

/* Who needs no database has no descriptor 3, or uses it for something else. */
static enum rc get_conninfo(const struct process *process, struct settings *settings,
			    bool supervised, struct arena *arena, const char **out,
			    struct err *err)
{
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");

	if (process->role == DB_ROLE_N)
		return RC_OK;
	if (supervised)
		return read_conninfo(SECRET_FD, arena, out, err);
	if (credentials)
		settings->secrets_dir = credentials;
	return db_conninfo(settings, process->role, arena, out, err);
}

static enum rc prepare(const struct process *process, struct settings *settings,
		       bool supervised, struct arena *arena, struct process_env *env,
		       struct err *err)
{
	enum rc rc = RC_OK;

	/* The cluster's keeper changes to its own user, when it has started the
	 * cluster. */
	if (process->kind != PROCESS_CLUSTER)
		rc = rights_become(settings->user, err);
	if (rc == RC_OK && process->before_secrets)
		rc = process->before_secrets(settings, &env->early, err);
	if (rc == RC_OK)
		rc = get_conninfo(process, settings, supervised, arena, &env->conninfo,
				  err);
	return rc;
}

/* What ps and the kernel's messages call us; else it would be "exe", as we were
 * started. */
static void set_name(const char *process)
{
	char name[16];

	snprintf(name, sizeof(name), "intray-%s", process);
	prctl(PR_SET_NAME, name, 0, 0, 0);
}

int process_run(const char *name, int index, const char *config_path, bool supervised)
{
	AUTO_ARENA arena = arena_new();
	const struct process *process = find_process(name);
	struct settings settings;
	struct process_env env = {.settings = &settings, .index = index};
	struct err err;
	enum rc rc;

	if (!process) {
		log_error("no such process", "process=%s", name);
		return 2;
	}
	set_name(process->name);
	signal(SIGPIPE, SIG_IGN);
	log_init(process->name, LOG_LEVEL_INFO);
	rc = settings_load(config_path, arena, &settings, &err);
	if (rc != RC_OK) {
		log_error("configuration is wrong", "error=%s", err.text);
		return EXIT_SETTINGS;
	}
	log_init(process->name, log_level_from(settings.log_level));
	env.lifeline_fd = supervised ? LIFELINE_FD : open_own_lifeline();
	rc = prepare(process, &settings, supervised, arena, &env, &err);
	if (rc != RC_OK)
		return process_cannot_start(rc, &err);
	return process->main(&env);
}
