/* cluster_main.c - keeps the private PostgreSQL cluster running.
 *
 * The only process that may be started as root: it starts the cluster, which runs as
 * `postgres`, and becomes `postgres` itself. A postmaster that dies is started again.
 * The end of the life line stops the cluster; if this process is killed instead, the
 * next one to start stops what it finds (cluster.h). */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cluster.h"
#include "log.h"
#include "proc.h"
#include "process.h"

enum { STOP_MS = 10000, AGAIN_AFTER_MS = 200 };

/* True: the life line has ended; false: the postmaster has. */
static bool wait_for_end(int lifeline, pid_t postmaster)
{
	AUTO_FD pidfd = (int)syscall(SYS_pidfd_open, postmaster, 0);
	struct pollfd fds[] = {{.fd = lifeline}, {.fd = pidfd, .events = POLLIN}};
	int status;

	if (pidfd < 0)
		return false;
	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			die("poll");
	if (fds[0].revents)
		return true;
	waitpid(postmaster, &status, 0);
	return false;
}

static bool lifeline_ends_within(int lifeline, int ms)
{
	struct pollfd fd = {.fd = lifeline};

	return poll(&fd, 1, ms) > 0;
}

int cluster_main(const struct process_env *env)
{
	pid_t postmaster;
	struct err err;
	bool started = false;

	do {
		if (cluster_start(env->settings, &postmaster, &err) != RC_OK) {
			log_error("the private cluster does not start", "error=%s",
				  err.text);
			if (!started)
				return EXIT_FAILURE;
			continue;
		}
		started = true;
		process_ready();
		if (wait_for_end(env->lifeline_fd, postmaster)) {
			if (cluster_stop(env->settings, postmaster, STOP_MS, &err) !=
			    RC_OK)
				log_error("the private cluster does not stop",
					  "error=%s", err.text);
			return EXIT_SUCCESS;
		}
		log_error("the private cluster ended, starting it again", NULL);
	} while (!lifeline_ends_within(env->lifeline_fd, AGAIN_AFTER_MS));
	return EXIT_SUCCESS;
}
