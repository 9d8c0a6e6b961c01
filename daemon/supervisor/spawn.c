/* spawn.c - starting another intrayd as one of its processes.
 *
 * The child is a fresh image of the same file (an upgrade on disk does not mix
 * versions), so nothing of the parent's memory comes along. What it may hold stands in
 * three lines: standard descriptors, 3 (a secret or a socket) and 4 (the life line).
 * When the parent dies, however it dies, the life line ends and the child drains. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc.h"

enum { SECRET_FD = 3, LIFELINE_FD = 4, FIRST_FREE_FD = 10 };

/* Handlers and masks of the parent mean nothing to the child. */
static void reset_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool place(int fd, int where)
{
	return fd < 0 || dup2(fd, where) >= 0;
}

static _Noreturn void run_child(const struct spawn *what, int fd3, int lifeline)
{
	char index[16];

	snprintf(index, sizeof(index), "%d", what->index);
	setsid(); /* can be killed with all it starts, and shares with nobody
		     (worker_nice) */
	reset_signals();
	if (what->notify_socket)
		setenv("NOTIFY_SOCKET", what->notify_socket, 1);
	else
		unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	if (fd3 < 0)
		close(SECRET_FD);
	if (place(fd3, SECRET_FD) && place(lifeline, LIFELINE_FD) &&
	    close_range(LIFELINE_FD + 1, ~0U, 0) == 0)
		execl("/proc/self/exe", "intrayd", "--supervised", "--process",
		      what->process, "--index", index, "--config", what->config, NULL);
	_exit(127);
}

/* Both descriptors are first moved out of the way of 3 and 4. */
static int move_up(int fd)
{
	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
}

enum rc spawn(const struct spawn *what, pid_t *pid, int *lifeline, struct err *err)
{
	int ends[2];
	AUTO_FD fd3 = move_up(what->fd3);
	AUTO_FD reading = -1;
	AUTO_FD writing = -1;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(err, RC_RETRY, "start %s: pipe", what->process);
	writing = ends[1];
	reading = move_up(ends[0]);
	close(ends[0]);
	if (reading < 0 || (what->fd3 >= 0 && fd3 < 0))
		return err_errno(err, RC_RETRY, "start %s: descriptors", what->process);
	*pid = fork();
	if (*pid < 0)
		return err_errno(err, RC_RETRY, "start %s: fork", what->process);
	if (*pid == 0)
		run_child(what, fd3, reading);
	*lifeline = writing;
	writing = -1;
	return RC_OK;
}

enum rc spawn_secret(const char *text, int *read_fd, struct err *err)
{
	int ends[2];
	bool written;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_errno(err, RC_RETRY, "pipe");
	written = fd_write_all(ends[1], text, strlen(text));
	close(ends[1]);
	*read_fd = ends[0];
	if (written)
		return RC_OK;
	fd_close(read_fd);
	return err_set(err, RC_BUG, "connection string does not fit into a pipe");
}
