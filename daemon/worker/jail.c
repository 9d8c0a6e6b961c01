/* jail.c - what a reader and a PDF tool may still do once the jail is closed.
 *
 * Both handle bytes that strangers sent us, with libraries that were broken into
 * before. So each enters a jail first: no new privileges, Landlock (jail.h), limits,
 * and a list of system calls. A reader gets its bytes mapped, its answers go through
 * one socket, and everything else it could ask the kernel for is refused or, where no
 * honest code would ever ask, kills it: a kill shows up as a fault with the file's name
 * on it. A tool also opens programs and fonts, but knows no sockets and starts no other
 * process. A tool that stands by (preload/standby.c) starts children that get a tool's
 * list on top of its own, before they get a PDF.
 *
 * The lists are tables. They are compiled to kernel filters once, in the launcher, and
 * a child only installs them. Entering either succeeds or ends the child. A sanitizer
 * build needs calls of its own, so there only what is listed as refused is refused. */
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <errno.h>

#include "jail.h"
#include "proc.h"

#ifdef INTRAY_SANITIZED
#define OTHERWISE SCMP_ACT_ALLOW
static const bool sanitized = true;
#else
#define OTHERWISE SCMP_ACT_ERRNO(EPERM)
static const bool sanitized = false;
#endif

#define ALL(name) SCMP_SYS(name)
#define END __NR_SCMP_ERROR

/* Without these nothing computes. */
static const int all_may[] = {
	ALL(read),
	ALL(write),
	ALL(readv),
	ALL(writev),
	ALL(close),
	ALL(lseek),
	ALL(fstat),
	ALL(newfstatat),
	ALL(munmap),
	ALL(mremap),
	ALL(madvise),
	ALL(brk),
	ALL(futex),
	ALL(clock_gettime),
	ALL(gettimeofday),
	ALL(time),
	ALL(getrandom),
	ALL(getpid),
	ALL(gettid),
	ALL(rt_sigreturn),
	ALL(sched_yield),
	ALL(sched_getaffinity),
	ALL(restart_syscall),
	ALL(exit),
	ALL(exit_group),
	END,
};
/* Its one socket. */
static const int reader_may[] = {
	ALL(sendmsg), ALL(recvmsg), ALL(poll), ALL(ppoll), END,
};
/* What a program does when it starts, and looking for fonts. */
static const int tool_may[] = {
	ALL(execve),
	ALL(mmap),
	ALL(mprotect),
	ALL(open),
	ALL(openat),
	ALL(access),
	ALL(faccessat),
	ALL(faccessat2),
	ALL(readlink),
	ALL(readlinkat),
	ALL(stat),
	ALL(lstat),
	ALL(statx),
	ALL(statfs),
	ALL(fstatfs),
	ALL(getdents64),
	ALL(pread64),
	ALL(pwrite64),
	ALL(ftruncate),
	ALL(fcntl),
	ALL(dup),
	ALL(dup2),
	ALL(dup3),
	ALL(ioctl),
	ALL(uname),
	ALL(getuid),
	ALL(geteuid),
	ALL(getgid),
	ALL(getegid),
	ALL(getcwd),
	ALL(arch_prctl),
	ALL(set_tid_address),
	ALL(set_robust_list),
	ALL(rseq),
	ALL(rt_sigaction),
	ALL(rt_sigprocmask),
	ALL(sigaltstack),
	ALL(sysinfo),
	ALL(fadvise64),
	END,
};
/* It takes orders, starts children (add_by_argument) and closes their jail. */
static const int standby_may[] = {
	ALL(recvmsg), ALL(prctl), ALL(prlimit64), ALL(close_range), ALL(getppid), END,
};
/* Libraries try these and live with a no. */
static const int reader_refused[] = {
	ALL(open),	   ALL(openat),
	ALL(openat2),	   ALL(creat),
	ALL(access),	   ALL(faccessat),
	ALL(faccessat2),   ALL(stat),
	ALL(lstat),	   ALL(statx),
	ALL(readlink),	   ALL(readlinkat),
	ALL(unlink),	   ALL(unlinkat),
	ALL(mkdir),	   ALL(mkdirat),
	ALL(rename),	   ALL(renameat),
	ALL(renameat2),	   ALL(truncate),
	ALL(memfd_create), END,
};
static const int all_refused[] = {
	ALL(fork), ALL(vfork), ALL(clone3), ALL(kill), ALL(tkill), ALL(tgkill), END,
};
static const int children_refused[] = {
	ALL(clone),
	END,
};
static const int tool_refused[] = {
	ALL(socket),
	ALL(socketpair),
	ALL(memfd_create),
	END,
};
/* No honest picture makes a library do this. */
static const int reader_dies[] = {
	ALL(socket),
	ALL(socketpair),
	ALL(execve),
	END,
};
static const int all_die[] = {
	ALL(connect),
	ALL(bind),
	ALL(listen),
	ALL(accept),
	ALL(accept4),
	ALL(execveat),
	ALL(ptrace),
	ALL(process_vm_readv),
	ALL(process_vm_writev),
	ALL(pidfd_getfd),
	ALL(bpf),
	ALL(io_uring_setup),
	ALL(userfaultfd),
	ALL(perf_event_open),
	ALL(keyctl),
	ALL(add_key),
	ALL(mount),
	ALL(umount2),
	ALL(pivot_root),
	ALL(chroot),
	ALL(unshare),
	ALL(setns),
	ALL(setuid),
	ALL(setresuid),
	ALL(init_module),
	ALL(finit_module),
	ALL(kexec_load),
	END,
};

static const struct list {
	uint32_t action;
	const int *calls[JAIL_N];
} lists[] = {
	{SCMP_ACT_ALLOW, {all_may, all_may, all_may}},
	{SCMP_ACT_ALLOW, {reader_may, tool_may, tool_may}},
	{SCMP_ACT_ALLOW, {NULL, NULL, standby_may}},
	{SCMP_ACT_ERRNO(EACCES), {reader_refused, tool_refused, tool_refused}},
	{SCMP_ACT_ERRNO(EACCES), {all_refused, all_refused, all_refused}},
	{SCMP_ACT_ERRNO(EACCES), {children_refused, children_refused, NULL}},
	{SCMP_ACT_KILL_PROCESS, {reader_dies, NULL, NULL}},
	{SCMP_ACT_KILL_PROCESS, {all_die, all_die, all_die}},
};

/* /bin and /sbin need no rule: on Debian they are links into /usr. */
static const char *const tool_reads[] = {
	"/usr",
	"/lib",
	"/lib64",
	"/etc/fonts",
	"/etc/ld.so.cache",
	"/var/cache/fontconfig",
	NULL,
};
static const char *const reader_reads[] = {NULL};

static int add_list(scmp_filter_ctx filter, uint32_t action, const int *calls)
{
	for (; calls && *calls != END; calls++) {
		if (action ==
		    OTHERWISE) /* the library refuses a rule that says nothing */
			continue;
		int rc = seccomp_rule_add(filter, action, *calls, 0);
		if (rc < 0 && rc != -EDOM) /* a call this machine does not have */
			return rc;
	}
	return 0;
}

/* Calls that are right or wrong by an argument. */
static int add_by_argument(scmp_filter_ctx filter, enum jail_kind kind)
{
	if (sanitized)
		return 0;
	if (kind == JAIL_STANDBY)
		return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
					SCMP_A0(SCMP_CMP_EQ, CLONE_PARENT | SIGCHLD));
	/* A process may look at limits, not change them. */
	int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
				  SCMP_A2(SCMP_CMP_EQ, 0));
	if (rc < 0 || kind == JAIL_TOOL)
		return rc;
	/* A reader has all the code it will ever run. */
	rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
			      SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (rc < 0)
		return rc;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static int build(scmp_filter_ctx filter, enum jail_kind kind)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		int rc = add_list(filter, lists[i].action, lists[i].calls[kind]);
		if (rc < 0)
			return rc;
	}
	return add_by_argument(filter, kind);
}

static bool load_program(int fd, struct sock_fprog *out)
{
	AUTO_MAPPING map = {0};
	if (mapping_open(fd, &map, NULL) != RC_OK)
		return false;
	out->len = (unsigned short)(map.len / sizeof(struct sock_filter));
	out->filter = malloc(map.len);
	if (!out->filter)
		die("out of memory");
	memcpy(out->filter, map.bytes, map.len);
	return out->len > 0;
}

static enum rc compile(enum jail_kind kind, struct sock_fprog *out, struct err *err)
{
	scmp_filter_ctx filter = seccomp_init(OTHERWISE);
	if (!filter)
		return err_set(err, RC_FAIL, "seccomp: cannot begin a filter");
	AUTO_FD fd = memfd_new("filter");
	int rc = build(filter, kind);
	if (rc == 0)
		rc = seccomp_export_bpf(filter, fd);
	seccomp_release(filter);
	if (rc < 0)
		return err_set(err, RC_FAIL, "seccomp: %s", strerror(-rc));
	if (!load_program(fd, out))
		return err_set(err, RC_FAIL, "seccomp: the filter came out empty");
	return RC_OK;
}

enum rc jails_open(struct jails *out, struct err *err)
{
	*out = (struct jails){.landlock_abi = landlock_abi(), .rules = {-1, -1, -1}};
	enum rc rc = landlock_rules(out->landlock_abi, reader_reads,
				    &out->rules[JAIL_READER], err);
	if (rc == RC_OK)
		rc = landlock_rules(out->landlock_abi, tool_reads,
				    &out->rules[JAIL_TOOL], err);
	if (rc == RC_OK)
		rc = landlock_rules(out->landlock_abi, tool_reads,
				    &out->rules[JAIL_STANDBY], err);
	for (int kind = 0; rc == RC_OK && kind < JAIL_N; kind++)
		rc = compile((enum jail_kind)kind, &out->filters[kind], err);
	if (rc != RC_OK)
		jails_close(out);
	return rc;
}

void jails_close(struct jails *jails)
{
	for (int kind = 0; kind < JAIL_N; kind++) {
		fd_close(&jails->rules[kind]);
		free(jails->filters[kind].filter);
		jails->filters[kind].filter = NULL;
	}
}

static void limit(__rlimit_resource_t what, rlim_t soft, rlim_t hard)
{
	if (setrlimit(what, &(struct rlimit){soft, hard}) != 0) {
		perror("setrlimit");
		_exit(JAIL_BROKEN);
	}
}

static void limits_enter(const struct jail_limits *limits)
{
	limit(RLIMIT_CORE, 0, 0);
	limit(RLIMIT_NOFILE, 64, 64);
	limit(RLIMIT_FSIZE, (rlim_t)limits->file_size, (rlim_t)limits->file_size);
	if (limits->memory > 0 && !sanitized)
		limit(RLIMIT_AS, (rlim_t)limits->memory, (rlim_t)limits->memory);
	/* Only the soft limit: the launcher moves it on from page to page. */
	if (limits->cpu_s > 0)
		limit(RLIMIT_CPU, (rlim_t)limits->cpu_s, RLIM_INFINITY);
}

void jail_enter(const struct jails *jails, enum jail_kind kind,
		const struct jail_limits *limits)
{
	limits_enter(limits);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    !landlock_enter(jails->rules[kind]) ||
	    (limits->close_from && close_range(limits->close_from, ~0U, 0) != 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &jails->filters[kind]) != 0) {
		perror("jail");
		_exit(JAIL_BROKEN);
	}
}
