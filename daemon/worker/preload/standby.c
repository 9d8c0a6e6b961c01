/* standby.c - lets a PDF tool stand by, its libraries loaded, and begin its work in a
 * child for each document.
 *
 * Finding, mapping and relocating thirty libraries is what a tool does for most of a
 * page's text. Here the C library's start of the program is taken hold of, when all
 * that is done and `main` has not run: the process then waits for orders, and each
 * child goes on into `main` with arguments and descriptors of its own. The process that
 * waits never opens a document; it only hands descriptors on.
 *
 * It lives in a jail of its own that lets it start children and close their jail. A
 * child puts on the tools' system call filter before it is given the first byte; one
 * that cannot ends. Children are the launcher's (CLONE_PARENT), which waits for them,
 * times and kills them like any tool that it started itself. When the launcher hangs
 * up, the process ends. Started without STANDBY_VARIABLE the tool begins at once. */
#include <dlfcn.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "messages.h"
#include "standby.h"

enum { BROKEN = 125, FILTER_MAX = 4096 };

typedef int program(int argc, char **argv, char **environment);
typedef int start(program *run, int argc, char **argv, void (*init)(void),
		  void (*fini)(void), void (*rtld_fini)(void), void *stack_end);

static program *tool;
static struct sock_filter steps[FILTER_MAX];
static struct sock_fprog filter = {.filter = steps};
static pid_t launcher;

static bool load_filter(void)
{
	ssize_t n = pread(STANDBY_FILTER_FD, steps, sizeof(steps), 0);
	if (n <= 0 || n == (ssize_t)sizeof(steps))
		return false;
	filter.len = (unsigned short)((size_t)n / sizeof(*steps));
	return true;
}

static bool take_order(struct standby_order *order, int fds[STANDBY_FDS])
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(STANDBY_FDS * sizeof(int))];
	} control;
	struct iovec part = {order, sizeof(*order)};
	struct msghdr msg = {.msg_iov = &part,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	ssize_t n;
	do
		n = recvmsg(STANDBY_TALK_FD, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	struct cmsghdr *c = n == sizeof(*order) ? CMSG_FIRSTHDR(&msg) : NULL;
	if (!c || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len != CMSG_LEN(STANDBY_FDS * sizeof(int)))
		return false;
	memcpy(fds, CMSG_DATA(c), STANDBY_FDS * sizeof(int));
	return true;
}

/* What was allowed to the process that waits, and is not to a tool. */
static bool still_in_wide_jail(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0;
}

/* As a tool is that was started by exec: its three descriptors, its limits, its jail.
 */
static void enter_jail(const struct standby_order *order, const int fds[STANDBY_FDS])
{
	struct rlimit cpu = {(rlim_t)order->cpu_s, RLIM_INFINITY};
	for (int to = 0; to < STANDBY_FDS; to++)
		if (dup2(fds[to], to) < 0)
			_exit(BROKEN);
	if (close_range(STANDBY_FDS, ~0U, 0) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != launcher ||
	    setrlimit(RLIMIT_CPU, &cpu) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0 ||
	    still_in_wide_jail())
		_exit(BROKEN);
}

/* A page's pixels leave in a few dozen writes instead of a thousand. */
static void write_in_bulk(void)
{
	static char buffer[1 << 16];
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

static int work(struct standby_order *order, const int fds[STANDBY_FDS],
		char **environment)
{
	char *argv[STANDBY_ARGS + 1] = {0}, *at = order->args;
	int n = order->n_args < STANDBY_ARGS ? order->n_args : STANDBY_ARGS;
	enter_jail(order, fds);
	write_in_bulk();
	for (int i = 0; i < n; i++, at += strlen(at) + 1)
		argv[i] = at;
	return tool(n, argv, environment);
}

static int stand_by(int argc, char **argv, char **environment)
{
	struct standby_order order;
	int fds[STANDBY_FDS];
	(void)argc;
	(void)argv;
	launcher = getppid();
	if (!load_filter())
		return BROKEN;
	while (take_order(&order, fds)) {
		long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
		if (pid == 0)
			return work(&order, fds, environment);
		for (int i = 0; i < STANDBY_FDS; i++)
			close(fds[i]);
		if (write(STANDBY_TALK_FD, &pid, sizeof(pid)) < 0)
			break;
	}
	return 0;
}

/* The C library's own, under which every program begins. */
int __libc_start_main(program *run, int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*rtld_fini)(void), void *stack_end);

int __libc_start_main(program *run, int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
	start *next;
	/* A function's address comes back as an object's. */
	*(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
	tool = run;
	messages_begin();
	return next(getenv(STANDBY_VARIABLE) ? stand_by : run, argc, argv, init, fini,
		    rtld_fini, stack_end);
}
