/* deliver.c - the process that hands finished documents over to the ERPs.
 *
 * Each [door] of the configuration that is not waiting to be asked (kind = sql) has a
 * process of its own below this one, so that an ERP that hangs or a share that vanished
 * holds up nobody else. This one connects to nothing: it starts them, starts again what
 * died, and passes the drain on. A process of a door dies with it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deliver.h"
#include "log.h"
#include "proc.h"
#include "process.h"

enum { LOOK_MS = 500, START_AGAIN_MS = 1000 };

struct keeper_of_doors {
	const struct process_env *env;
	int life[2]; /* our children read it; closed: drain */
	struct child_door {
		const struct door_settings *settings;
		pid_t pid; /* 0: not running */
		int64_t start_ms;
	} * doors;
	size_t n_doors;
};

static _Noreturn void be_door(const struct keeper_of_doors *k,
			      const struct door_settings *settings, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	signal(SIGTERM, SIG_IGN); /* the drain comes by the life line */
	signal(SIGINT, SIG_IGN);
	close(k->life[1]);
	_exit(door_run(k->env->settings, settings, k->env->conninfo, k->life[0]));
}

static void start(struct keeper_of_doors *k, struct child_door *door)
{
	pid_t me = getpid();

	door->pid = fork();
	if (door->pid == 0)
		be_door(k, door->settings, me);
	if (door->pid < 0) {
		log_warn("cannot start a door", "error=%s", strerror(errno));
		door->pid = 0;
	}
	door->start_ms = now_ms_monotonic() + START_AGAIN_MS;
}

static void reap(struct keeper_of_doors *k)
{
	for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;)
		for (size_t i = 0; i < k->n_doors; i++)
			if (k->doors[i].pid == pid) {
				k->doors[i].pid = 0;
				log_warn("a door's process ended, starting another",
					 "door=%s/%s", k->doors[i].settings->client,
					 k->doors[i].settings->name);
			}
}

static void start_missing(struct keeper_of_doors *k)
{
	for (size_t i = 0; i < k->n_doors; i++)
		if (k->doors[i].pid == 0 && now_ms_monotonic() >= k->doors[i].start_ms)
			start(k, &k->doors[i]);
}

static void take_doors(struct keeper_of_doors *k, struct arena *arena)
{
	const struct settings *s = k->env->settings;

	k->doors = arena_alloc_n(arena, s->n_doors, sizeof(*k->doors));
	for (size_t i = 0; i < s->n_doors; i++)
		if (strcmp(s->doors[i].kind, "sql") != 0)
			k->doors[k->n_doors++].settings = &s->doors[i];
}

/* What is not done in time is done again by whoever starts next. */
static void drain(struct keeper_of_doors *k)
{
	int64_t end = now_ms_monotonic() + k->env->settings->drain_ms;
	bool any = true;

	close(k->life[1]);
	while (any && now_ms_monotonic() < end) {
		process_beat();
		any = false;
		for (size_t i = 0; i < k->n_doors; i++)
			if (k->doors[i].pid &&
			    waitpid(k->doors[i].pid, NULL, WNOHANG) != 0)
				k->doors[i].pid = 0;
			else
				any = any || k->doors[i].pid;
		if (any)
			poll(NULL, 0, 50);
	}
	for (size_t i = 0; i < k->n_doors; i++)
		if (k->doors[i].pid)
			kill(k->doors[i].pid, SIGKILL);
}

int deliver_main(const struct process_env *env)
{
	AUTO_ARENA arena = arena_new();
	struct keeper_of_doors k = {.env = env};
	struct pollfd lifeline = {.fd = env->lifeline_fd, .events = POLLIN};

	if (pipe2(k.life, O_CLOEXEC) < 0)
		die("cannot make a pipe");
	take_doors(&k, arena);
	process_ready();
	do {
		process_beat();
		reap(&k);
		start_missing(&k);
	} while (poll(&lifeline, 1, LOOK_MS) == 0 || lifeline.revents == 0);
	drain(&k);
	return EXIT_SUCCESS;
}
