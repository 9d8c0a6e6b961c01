/* standby.c - has PDF tools begin their work in a child of one that is loaded already.
 *
 * One process for each tool that a common document needs is started when it is first
 * wanted and then asked over a socket (preload/standby.h). It never sees a document,
 * and its children are ours, so all that is done with tools (their time, their end,
 * what they printed last) is the same as for one that was started by exec.
 *
 * Nothing depends on it: one that is gone, does not answer or cannot be loaded is
 * forgotten, and the tool is started the plain way. After some hundred documents it is
 * replaced, because all its children have their libraries at the same addresses. */
#include "standby.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "preload/standby.h"
#include "proc.h"

enum { USES_MAX = 300, ANSWER_MS = 20000 };

/* Sanitized programs keep their jails wide, so that a tool could not tell whether its
 * own was closed. */
#ifdef INTRAY_SANITIZED
static const bool possible = false;
#else
static const bool possible = true;
#endif

void standby_end(struct standby *s)
{
	struct report ignored;
	if (!s->self.pid)
		return;
	fd_close(&s->control);
	jailed_kill(&s->self);
	jailed_reap(&s->self, &ignored);
}

struct summons {
	const struct tool_start *start;
	int talk, filter;
};

static void become_standby(void *ctx)
{
	const struct summons *summons = ctx;
	tool_stand_by(summons->start, summons->talk, summons->filter);
}

static bool summon(struct standby *s, const struct tool_start *start)
{
	struct err err;
	int pair[2];
	const struct sock_fprog *filter = &start->jails->filters[JAIL_TOOL];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	AUTO_FD ours = pair[0], theirs = pair[1];
	AUTO_FD steps = memfd_from("filter", filter->filter,
				   filter->len * sizeof(*filter->filter));
	struct summons summons = {start, theirs, steps};
	if (jailed_start(&s->self, "intray-standby", become_standby, &summons, &err) !=
	    RC_OK)
		return false;
	s->control = ours;
	ours = -1;
	s->uses = 0;
	return true;
}

/* The child's pid; 0: no answer that can be used. */
static pid_t ask(struct standby *s, const struct tool_start *start, int errors)
{
	struct standby_order order = {.cpu_s = start->limits.cpu_s};
	struct err err;
	int fds[STANDBY_FDS] = {start->file, start->output, errors};
	long pid = 0;
	size_t len = sizeof(pid);
	tool_order(start->request, &order);
	if (sock_send(s->control, &order, sizeof(order), fds, STANDBY_FDS, &err) !=
		    RC_OK ||
	    sock_recv(s->control, &pid, &len, NULL, NULL, ANSWER_MS, &err) != RC_OK)
		return 0;
	return len == sizeof(pid) && pid > 0 ? (pid_t)pid : 0;
}

bool standby_start(struct standby *s, const struct tool_start *start,
		   struct jailed *out)
{
	int pipes[2];
	if (!possible || !tool_may_stand_by(start->request->tool))
		return false;
	if (s->uses++ >= USES_MAX)
		standby_end(s);
	if (!s->self.pid && !summon(s, start))
		return false;
	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	AUTO_FD errors = pipes[0], their_errors = pipes[1];
	pid_t pid = ask(s, start, their_errors);
	if (pid > 0 && jailed_adopt(out, pid, &errors))
		return true;
	standby_end(s);
	return false;
}
