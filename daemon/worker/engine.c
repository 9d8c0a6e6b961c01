/* engine.c - one read from order to document, whatever the reader does meanwhile.
 *
 * engine_read orders a reader from the launcher and then waits on two sockets: the
 * reader's (frames: exchange.c) and the launcher's (what has ended, and how). It
 * returns only when reader and tool are both gone, so a read that went wrong leaves
 * nothing behind for the next. A document is complete when the reader said so and then
 * ended well; anything else is a fault with a sentence that says what happened.
 *
 * If the launcher dies the engine cannot make another, because by now this process
 * knows a password: RC_BUG, and the worker ends. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exchange.h"
#include "proc.h"

#define READY_MS 120000
#define TICK_MS 1000

struct engine {
	int control;
	pid_t launcher;
	char level[300];
};

/* --- the launcher --- */

enum rc engine_launch_with(const struct settings *settings,
			   const struct reading *reading, struct engine **out,
			   struct err *err)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return err_errno(err, RC_RETRY, "socket to the launcher");
	pid_t pid = fork();
	if (pid < 0)
		return err_errno(err, RC_RETRY, "fork the launcher");
	if (pid == 0)
		launcher_main(pair[1], settings, reading);
	close(pair[1]);

	struct engine *engine = calloc(1, sizeof(*engine));
	if (!engine)
		die("out of memory");
	engine->control = pair[0];
	engine->launcher = pid;
	*out = engine;
	return RC_OK;
}

/* A launcher that closed its socket has ended or is about to. */
static bool launcher_was_killed(struct engine *engine)
{
	int status = 0;
	while (waitpid(engine->launcher, &status, 0) < 0 && errno == EINTR)
		;
	engine->launcher = 0;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* By somebody's hand it is no fault of ours: again, soon. */
static enum rc died_at_start(struct engine *engine, struct err *err)
{
	bool killed = launcher_was_killed(engine);
	return err_set(err, killed ? RC_RETRY : RC_FAIL,
		       "the launcher %s while it was starting",
		       killed ? "was killed" : "died");
}

enum rc engine_prove(struct engine *engine, struct err *err)
{
	struct report ready = {0};
	size_t len = sizeof(ready);
	enum rc rc =
		sock_recv(engine->control, &ready, &len, NULL, NULL, READY_MS, err);
	if (rc == RC_OK && len == 0)
		rc = died_at_start(engine, err);
	else if (rc == RC_OK && ready.rc != RC_OK)
		rc = err_set(err, ready.rc, "%s", ready.text);
	if (rc != RC_OK)
		return err_wrap(err, rc, "start reading engine");
	snprintf(engine->level, sizeof(engine->level), "%s", ready.text);
	return RC_OK;
}

enum rc engine_start_with(const struct settings *settings,
			  const struct reading *reading, struct engine **out,
			  struct err *err)
{
	enum rc rc = engine_launch_with(settings, reading, out, err);
	if (rc == RC_OK)
		rc = engine_prove(*out, err);
	if (rc != RC_OK)
		engine_stop(out);
	return rc;
}

const char *engine_jail_level(const struct engine *engine)
{
	return engine->level;
}

void engine_stop(struct engine **engine)
{
	struct engine *e = *engine;
	*engine = NULL;
	if (!e)
		return;
	fd_close(&e->control); /* that is the sign to end, with all children */
	for (int64_t end = now_ms_monotonic() + 5000; e->launcher;) {
		pid_t pid = waitpid(e->launcher, NULL, WNOHANG);
		if (pid != 0 && !(pid < 0 && errno == EINTR))
			break;
		if (now_ms_monotonic() > end)
			kill(e->launcher, SIGKILL);
		poll(NULL, 0, 5);
	}
	free(e);
}

/* --- before a read --- */

/* Readers and tools get a file that cannot change under them and lies on no disk. */
static enum rc sealed_copy(int file, int *out, struct err *err)
{
	const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
	int have = fcntl(file, F_GET_SEALS);
	if (have >= 0 && (have & seals) == seals) {
		*out = fcntl(file, F_DUPFD_CLOEXEC, 3);
		return *out < 0 ? err_errno(err, RC_RETRY, "dup") : RC_OK;
	}
	AUTO_FD fd = memfd_new("document");
	off_t at = 0;
	ssize_t n;
	while ((n = sendfile(fd, file, &at, 1 << 30)) > 0)
		;
	if (n < 0)
		return err_errno(err, RC_RETRY, "read the file");
	if (fcntl(fd, F_ADD_SEALS, seals) != 0)
		return err_errno(err, RC_RETRY, "seal the file");
	*out = fd;
	fd = -1;
	return RC_OK;
}

static void fill_limits(struct engine_limits *limits)
{
	if (limits->page_cpu_s <= 0)
		limits->page_cpu_s = 60;
	if (limits->wall_s <= 0)
		limits->wall_s =
			600; /* for what hangs; the CPU limit is for what works */
	if (limits->memory <= 0)
		limits->memory = 1500000000;
}

static enum rc order_reader(struct exchange *x)
{
	int pair[2];
	const struct engine_read *r = x->request;
	struct order order = {.kind = ORDER_READ,
			      .limits = r->limits,
			      .first = r->first,
			      .last = r->last,
			      .max_first_run = r->max_first_run,
			      .careful = r->careful,
			      .codes_only = r->codes_only};
	const char *languages = r->languages ? r->languages : "";
	if (strlen(languages) >= sizeof(order.languages))
		return err_set(x->err, RC_RETRY, "too many languages: %s", languages);
	memcpy(order.languages, languages, strlen(languages));
	order.is_index = r->index_map != NULL;
	snprintf(order.index_map, sizeof(order.index_map), "%s",
		 r->index_map ? r->index_map : "");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return err_errno(x->err, RC_RETRY, "socket to a reader");
	AUTO_FD theirs = pair[1];
	x->talk = pair[0];
	return exchange_order(x, &order, (int[]){x->file, theirs}, 2);
}

/* --- during --- */

/* Nobody here sent that signal: not the document's fault. */
static enum rc killed_from_outside(struct exchange *x, const char *who)
{
	x->request->killed = true;
	return err_set(x->err, RC_RETRY,
		       "the %s was killed from outside, or for want of memory", who);
}

/* From now on we only wait for the end. The first reason stands. */
static void give_up(struct exchange *x, enum rc why)
{
	struct err ignored;
	if (x->verdict != RC_OK)
		return;
	x->verdict = why;
	struct err *err = x->err;
	x->err = &ignored;
	exchange_order(x, &(struct order){.kind = ORDER_KILL}, NULL, 0);
	x->err = err;
}

static void count_usage(struct exchange *x, const struct report *report)
{
	struct engine_usage *usage = &x->request->usage;
	usage->cpu_s += report->cpu_s;
	if (report->peak_rss_kb > usage->peak_rss_kb)
		usage->peak_rss_kb = report->peak_rss_kb;
}

static enum rc not_started(struct exchange *x, const struct report *report)
{
	if (x->output >= 0)
		return exchange_answer(x, report);
	x->reader_ended = true;
	if (x->verdict == RC_OK)
		x->verdict = err_set(x->err, report->rc, "%s", report->text);
	return RC_OK;
}

static enum rc tool_ended(struct exchange *x, const struct report *report)
{
	count_usage(x, report);
	bool killed = WIFSIGNALED(report->status) &&
		      WTERMSIG(report->status) == SIGKILL && !report->late;
	if (x->verdict == RC_OK && !killed)
		return exchange_answer(x, report);
	fd_close(&x->output);
	return x->verdict == RC_OK ? killed_from_outside(x, "PDF tool") : RC_OK;
}

static enum rc hear_launcher(struct exchange *x)
{
	struct report report;
	struct err err = {0};
	size_t len = sizeof(report);
	enum rc rc = sock_recv(x->control, &report, &len, NULL, NULL, 0, &err);
	if (rc == RC_RETRY)
		return RC_OK;
	x->launcher_gone = rc != RC_OK || len == 0;
	if (x->launcher_gone || len != sizeof(report))
		return err_set(x->err, RC_BUG, "the launcher is gone");
	switch (report.kind) {
	case REPORT_NOT_STARTED:
		return not_started(x, &report);
	case REPORT_TOOL_ENDED:
		return tool_ended(x, &report);
	case REPORT_READER_ENDED:
		count_usage(x, &report);
		x->last = report;
		x->reader_ended = true;
		if (x->output >= 0) /* nobody waits for that tool any more */
			(void)exchange_order(x, &(struct order){.kind = ORDER_KILL},
					     NULL, 0);
		return x->verdict == RC_OK && x->talk >= 0 ? exchange_receive(x)
							   : RC_OK;
	case REPORT_READY:
		break;
	}
	return err_set(x->err, RC_BUG, "the launcher makes no sense");
}

static void tick(struct exchange *x, int64_t *next)
{
	int64_t now = now_ms_monotonic();
	const struct engine_read *r = x->request;
	if (now < *next || !r->tick || x->verdict != RC_OK)
		return;
	*next = now + TICK_MS;
	if (!r->tick(r->ctx))
		give_up(x, err_set(x->err, RC_RETRY, "reading was called off"));
}

static enum rc converse(struct exchange *x)
{
	int64_t next = now_ms_monotonic() + TICK_MS;
	while (!x->reader_ended || x->output >= 0) {
		struct pollfd fds[2] = {
			{.fd = x->control, .events = POLLIN},
			{.fd = x->verdict == RC_OK ? x->talk : -1, .events = POLLIN},
		};
		if (poll(fds, 2, TICK_MS) < 0 && errno != EINTR)
			return err_errno(x->err, RC_BUG, "poll");
		enum rc rc = RC_OK;
		if (fds[1].revents)
			rc = exchange_receive(x);
		if (rc != RC_OK)
			give_up(x, rc);
		rc = fds[0].revents ? hear_launcher(x) : RC_OK;
		if (rc == RC_BUG)
			return rc;
		if (rc != RC_OK)
			give_up(x, rc);
		tick(x, &next);
	}
	return x->verdict;
}

/* --- afterwards --- */

/* Why it died, in its own words: only ours, since what libraries print may quote the
 * document. Empty when it said nothing. */
static const char *last_words(struct report *report)
{
	char *why = strstr(report->text, "why=");
	if (!why)
		return "";
	why += strlen("why=");
	if (*why == '"')
		why++;
	size_t len = strlen(why);
	if (len > 0 && why[len - 1] == '"')
		why[len - 1] = '\0';
	return why;
}

static enum rc judge(struct exchange *x)
{
	struct report *end = &x->last;
	const struct engine_limits *limits = &x->request->limits;
	int signal = WIFSIGNALED(end->status) ? WTERMSIG(end->status) : 0;
	if (end->late)
		return err_set(x->err, RC_FAIL,
			       "reading took longer than %ld s for a page",
			       limits->wall_s);
	if (signal == SIGXCPU)
		return err_set(x->err, RC_FAIL,
			       "reading took more than %ld s of CPU for a page",
			       limits->page_cpu_s);
	if (signal == SIGSYS)
		return err_set(x->err, RC_FAIL,
			       "the reader tried something forbidden and was stopped");
	const char *words = last_words(end);
	if (*words) /* then how it died adds nothing: abort is no signal in the jail */
		return err_set(x->err, RC_FAIL, "reading gave up: %s", words);
	if (signal == SIGKILL)
		return killed_from_outside(x, "reader");
	if (signal)
		return err_set(x->err, RC_FAIL, "the reader died of signal %d (%s)",
			       signal, strsignal(signal));
	if (WEXITSTATUS(end->status) == JAIL_BROKEN)
		return err_set(x->err, RC_RETRY, "the jail could not be entered: %s",
			       end->text);
	if (end->status != 0 || !x->complete)
		return err_set(x->err, RC_FAIL, "the reader ended in the middle");
	return RC_OK;
}

enum rc engine_read(struct engine *engine, struct engine_read *request, struct doc *doc,
		    struct err *err)
{
	struct exchange x = {.control = engine->control,
			     .talk = -1,
			     .file = -1,
			     .output = -1,
			     .part = -1,
			     .request = request,
			     .doc = doc,
			     .err = err};
	fill_limits(&request->limits);
	request->usage = (struct engine_usage){0};
	request->killed = request->launcher_killed = false;
	enum rc rc = sealed_copy(request->file_fd, &x.file, err);
	if (rc == RC_OK)
		rc = order_reader(&x);
	if (rc == RC_OK)
		rc = converse(&x);
	if (rc == RC_OK)
		rc = judge(&x);
	if (rc == RC_BUG && x.launcher_gone)
		request->launcher_killed = launcher_was_killed(engine);
	free(x.bytes);
	fd_close(&x.talk);
	fd_close(&x.file);
	fd_close(&x.output);
	fd_close(&x.part);
	return rc;
}
