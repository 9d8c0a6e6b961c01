/* jailed.c - starting, listening to, timing and burying one jailed child.
 *
 * A child is known by its pid until it is waited for, and only the launcher waits, so
 * no signal of ours can ever hit a stranger that got the same pid. It dies with the
 * launcher (PR_SET_PDEATHSIG), whatever kills that. What it prints on standard error
 * goes into a pipe that never blocks it; the last lines are kept, since they say why it
 * gave up. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "jailed.h"
#include "proc.h"

/* When memory runs out the kernel shall take this process, not the one that holds the
 * lease of its job. */
static void be_taken_first(void)
{
	AUTO_FD fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd >= 0)
		(void)fd_write_all(fd, "800", 3);
}

static void become_child(pid_t parent, int errors, const char *name)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent) /* it was dead before we asked */
		_exit(JAIL_BROKEN);
	prctl(PR_SET_NAME, name, 0, 0, 0);
	be_taken_first();
	dup2(errors, STDERR_FILENO);
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
}

static void know_child(struct jailed *out, pid_t pid, int *take_errors)
{
	*out = (struct jailed){.pid = pid, .errors = *take_errors};
	*take_errors = -1;
	out->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (out->pidfd < 0)
		die("pidfd_open: %s", strerror(errno));
}

pid_t jailed_fork(struct jailed *out, const char *name, struct err *err)
{
	int pipes[2];
	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) != 0) {
		err_errno(err, RC_RETRY, "pipe for %s", name);
		return -1;
	}
	AUTO_FD errors = pipes[0];
	AUTO_FD their_errors = pipes[1];
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid < 0)
		err_errno(err, RC_RETRY, "fork %s", name);
	if (pid == 0) {
		become_child(parent, their_errors, name);
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	}
	if (pid > 0)
		know_child(out, pid, &errors);
	return pid;
}

/* --- a child that becomes another program --- */

struct start {
	pid_t parent;
	int errors;
	const char *name;
	void (*become)(void *ctx);
	void *ctx;
};

static int run_start(void *ctx)
{
	const struct start *start = ctx;
	become_child(start->parent, start->errors, start->name);
	start->become(start->ctx);
	_exit(JAIL_BROKEN);
}

/* The child borrows our memory until it is another program: to copy the page tables of
 * a process that holds OCR models, and to fault on them afterwards, costs more than the
 * tool's own start. Sanitizers do not know of such stacks; there it is a fork. */
#ifdef INTRAY_SANITIZED
#define BORROWING 0
#else
#define BORROWING (CLONE_VM | CLONE_VFORK)
#endif
enum { START_STACK = 128 * 1024 };

static pid_t clone_start(struct start *start)
{
	char *stack = mmap(NULL, START_STACK, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return -1;
	pid_t pid = clone(run_start, stack + START_STACK, BORROWING | SIGCHLD, start);
	int why = errno;
	munmap(stack, START_STACK);
	errno = why;
	return pid;
}

enum rc jailed_start(struct jailed *out, const char *name, void (*become)(void *ctx),
		     void *ctx, struct err *err)
{
	int pipes[2];
	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) != 0)
		return err_errno(err, RC_RETRY, "pipe for %s", name);
	AUTO_FD errors = pipes[0];
	AUTO_FD their_errors = pipes[1];
	struct start start = {getpid(), their_errors, name, become, ctx};
	pid_t pid = clone_start(&start);
	if (pid < 0)
		return err_errno(err, RC_RETRY, "start %s", name);
	know_child(out, pid, &errors);
	return RC_OK;
}

bool jailed_adopt(struct jailed *out, pid_t pid, int *take_errors)
{
	siginfo_t state;
	if (waitid(P_PID, (id_t)pid, &state, WEXITED | WNOHANG | WNOWAIT) != 0)
		return false;
	know_child(out, pid, take_errors);
	return true;
}

void jailed_listen(struct jailed *child)
{
	char text[512];
	for (;;) {
		ssize_t n = read(child->errors, text, sizeof(text));
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			fd_close(&child->errors);
			return;
		}
		size_t len = (size_t)n, room = sizeof(child->tail) - child->tail_len;
		if (len > room) {
			size_t drop = len - room;
			child->tail_len -= drop;
			memmove(child->tail, child->tail + drop, child->tail_len);
		}
		memcpy(child->tail + child->tail_len, text, len);
		child->tail_len += len;
	}
}

/* The last line, printable, since what stands there may come from the document. */
static void last_line(const struct jailed *child, char *out, size_t size)
{
	size_t end = child->tail_len;
	while (end > 0 && (unsigned char)child->tail[end - 1] <= ' ')
		end--;
	size_t start = end;
	while (start > 0 && child->tail[start - 1] != '\n')
		start--;
	size_t len = end - start < size ? end - start : size - 1;
	for (size_t i = 0; i < len; i++) {
		char c = child->tail[start + i];
		out[i] = c >= ' ' && c <= '~' ? c : '?';
	}
	out[len] = '\0';
}

void jailed_reap(struct jailed *child, struct report *report)
{
	struct rusage usage = {0};
	while (wait4(child->pid, &report->status, 0, &usage) < 0)
		bug_on(errno != EINTR);
	if (child->errors >= 0)
		jailed_listen(child);
	report->late = child->late;
	report->cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
			(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	report->peak_rss_kb = usage.ru_maxrss;
	last_line(child, report->text, sizeof(report->text));
	fd_close(&child->errors);
	fd_close(&child->pidfd);
	child->pid = 0;
}

void jailed_kill(struct jailed *child)
{
	if (child->pid)
		kill(child->pid, SIGKILL);
}

void jailed_stretch(struct jailed *child, long cpu_s, int64_t deadline_ms)
{
	clockid_t clock;
	struct timespec used;
	child->deadline_ms = deadline_ms;
	if (clock_getcpuclockid(child->pid, &clock) != 0 ||
	    clock_gettime(clock, &used) != 0)
		return; /* ended just now */
	struct rlimit limit = {(rlim_t)(used.tv_sec + cpu_s), RLIM_INFINITY};
	prlimit(child->pid, RLIMIT_CPU, &limit, NULL);
}
