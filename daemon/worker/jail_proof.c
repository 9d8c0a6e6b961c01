/* jail_proof.c - the jails proven by trying to get out, before any document is read.
 *
 * A jail that was compiled wrongly, or a kernel without Landlock, looks like a working
 * one until somebody breaks in. So the launcher sends a child into each jail for every
 * row of the table below, lets it try, and compares what happened with what must
 * happen. One difference and the worker refuses to start, saying which and what to do.
 * All children are on their way before the first is waited for: on a busy machine each
 * would else cost a turn of the scheduler. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jail.h"

#ifdef INTRAY_SANITIZED
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

#define DIES (-1)

static long read_passwd(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
}
static long read_program(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/usr/bin/pdfinfo", O_RDONLY);
}
static long write_file(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/tmp/intray-jail", O_WRONLY | O_CREAT,
		       0600);
}
static long write_font_cache(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/var/cache/fontconfig/intray-jail",
		       O_WRONLY | O_CREAT, 0600);
}
static long make_socket(void)
{
	return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}
static long connect_out(void)
{
	return syscall(SYS_connect, 0, NULL, 0);
}
static long run_program(void)
{
	static char *const nothing[] = {NULL};
	return syscall(SYS_execve, "/usr/bin/true", nothing, nothing);
}
static long fork_child(void)
{
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}
static long signal_parent(void)
{
	return syscall(SYS_kill, getppid(), 0);
}
static long trace_parent(void)
{
	return syscall(SYS_ptrace, 16, getppid(), 0, 0);
}
static long map_code(void)
{
	return syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static long raise_limit(void)
{
	struct rlimit more = {0, RLIM_INFINITY};
	return syscall(SYS_prlimit64, 0, RLIMIT_CORE, &more, NULL);
}
static long take_memory(void)
{
	return syscall(SYS_mmap, NULL, 512L << 20, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static const struct attempt {
	enum jail_kind kind;
	const char *what;
	long (*attempt)(void);
	int must_give; /* an errno, 0 for success, DIES for death by SIGSYS */
	bool not_sanitized;
} attempts[] = {
	{JAIL_READER, "a reader opens /etc/passwd", read_passwd, EACCES, false},
	{JAIL_READER, "a reader writes a file", write_file, EACCES, false},
	{JAIL_READER, "a reader makes a socket", make_socket, DIES, false},
	{JAIL_READER, "a reader connects", connect_out, DIES, false},
	{JAIL_READER, "a reader runs a program", run_program, DIES, false},
	{JAIL_READER, "a reader starts a process", fork_child, EACCES, false},
	{JAIL_READER, "a reader signals its parent", signal_parent, EACCES, false},
	{JAIL_READER, "a reader traces its parent", trace_parent, DIES, false},
	{JAIL_READER, "a reader makes new code", map_code, EPERM, true},
	{JAIL_READER, "a reader raises its limits", raise_limit, EPERM, true},
	{JAIL_READER, "a reader takes more memory than allowed", take_memory, ENOMEM,
	 true},
	{JAIL_TOOL, "a tool reads a program", read_program, 0, false},
	{JAIL_TOOL, "a tool opens /etc/passwd", read_passwd, EACCES, false},
	{JAIL_TOOL, "a tool writes a file", write_file, EACCES, false},
	{JAIL_TOOL, "a tool writes the font cache", write_font_cache, EACCES, false},
	{JAIL_TOOL, "a tool makes a socket", make_socket, EACCES, false},
	{JAIL_TOOL, "a tool connects", connect_out, DIES, false},
	{JAIL_TOOL, "a tool starts a process", fork_child, EACCES, false},
	{JAIL_TOOL, "a tool signals its parent", signal_parent, EACCES, false},
	{JAIL_TOOL, "a tool traces its parent", trace_parent, DIES, false},
	{JAIL_TOOL, "a tool raises its limits", raise_limit, EPERM, true},
	{JAIL_STANDBY, "a tool that stands by opens /etc/passwd", read_passwd, EACCES,
	 false},
	{JAIL_STANDBY, "a tool that stands by connects", connect_out, DIES, false},
	{JAIL_STANDBY, "a tool that stands by starts a process of its own", fork_child,
	 EPERM, true},
	{JAIL_STANDBY, "a tool that stands by signals its parent", signal_parent,
	 EACCES, false},
};

static _Noreturn void child(const struct jails *jails, const struct attempt *a)
{
	/* What the process has already counts too; half a gigabyte more is over it. */
	struct jail_limits limits = {.cpu_s = 5, .memory = 400LL << 20};
	jail_enter(jails, a->kind, &limits);
	long got = a->attempt();
	_exit(got < 0 ? errno : 0);
}

static const char *shown(int outcome)
{
	if (outcome == DIES)
		return "killed";
	return outcome == 0 ? "allowed" : strerror(outcome);
}

static enum rc outcome_of(pid_t pid, int *outcome, struct err *err)
{
	int status;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_errno(err, RC_FAIL, "wait for the jails' self-test");
	if (WIFEXITED(status) && WEXITSTATUS(status) != JAIL_BROKEN)
		*outcome = WEXITSTATUS(status);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		*outcome = DIES;
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return err_set(err, RC_RETRY,
			       "the jails' self-test was killed from outside");
	else
		return err_set(err, RC_FAIL,
			       "the jail could not be entered (wait status %d)",
			       status);
	return RC_OK;
}

static enum rc refuse(const struct jails *jails, const struct attempt *a, int outcome,
		      struct err *err)
{
	if (a->kind != JAIL_READER && jails->landlock_abi == 0)
		return err_set(
			err, RC_FAIL,
			"this kernel has no Landlock, so PDF tools could read every "
			"file: start it with lsm=landlock,... or use a kernel from "
			"5.13 on that has it");
	return err_set(err, RC_FAIL, "jail self-test: %s: %s, must be: %s", a->what,
		       shown(outcome), shown(a->must_give));
}

#define N_ATTEMPTS (sizeof(attempts) / sizeof(*attempts))

/* pids: 0 for what is not tried in this build. */
static enum rc start_all(const struct jails *jails, pid_t pids[N_ATTEMPTS],
			 struct err *err)
{
	for (size_t i = 0; i < N_ATTEMPTS; i++) {
		if (attempts[i].not_sanitized && sanitized)
			continue;
		pid_t pid = fork();
		if (pid < 0)
			return err_errno(err, RC_RETRY,
					 "fork for the jails' self-test");
		if (pid == 0)
			child(jails, &attempts[i]);
		pids[i] = pid;
	}
	return RC_OK;
}

static enum rc check_one(const struct jails *jails, const struct attempt *a, pid_t pid,
			 struct err *err)
{
	int outcome = 0;
	enum rc rc = outcome_of(pid, &outcome, err);
	return rc != RC_OK || outcome == a->must_give ? rc
						      : refuse(jails, a, outcome, err);
}

/* All are waited for, whatever the first of them says: none may stay behind. */
enum rc jails_test(const struct jails *jails, struct err *err)
{
	pid_t pids[N_ATTEMPTS] = {0};
	struct err later;
	enum rc rc = start_all(jails, pids, err);
	for (size_t i = 0; i < N_ATTEMPTS; i++) {
		if (pids[i] == 0)
			continue;
		enum rc one = check_one(jails, &attempts[i], pids[i],
					rc == RC_OK ? err : &later);
		if (rc == RC_OK)
			rc = one;
	}
	return rc;
}
