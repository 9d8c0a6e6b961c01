/* launcher.c - starts jailed children on the engine's word: readers and PDF tools.
 *
 * It is forked from the worker before that knows any password, loads schemas and the
 * OCR model once, and then only waits: for orders, for the ends of children, for
 * deadlines. Every read gets a fresh reader, which shares the loaded model with us
 * copy-on-write. One reader and one tool run at a time. The launcher never looks at a
 * document.
 *
 * It ends when the engine's end of the socket closes, in whatever way the worker died,
 * and takes its children along. Terminal and service signals are not for it: the worker
 * drains. If the launcher itself dies, the engine sees that and the worker ends too. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "jailed.h"
#include "proc.h"
#include "proof.h"
#include "standby.h"

#define TOOL_OUTPUT (400LL << 20) /* a 600 dpi colour page of A3 */
#define TOOL_MEMORY (1LL << 30)
#define TOOL_WALL_MS 300000 /* on a busy machine a second of work may take a minute */
#define EXTRA_FIRST_MS 60000

struct launcher {
	const struct settings *settings;
	const struct reading *reading;
	int control;
	struct jails jails;
	char links[256];
	struct models *models;
	struct order order; /* of the running reader */
	struct jailed reader, tool;
	struct standby standing_by[TOOL_N];
	int preload;	     /* memfd that every tool is started with */
	int params, several; /* memfds of a running TOOL_IMAGE, else -1 */
};

static void tell(struct launcher *l, const struct report *report)
{
	struct err err;
	/* A failure means that the engine is gone; the loop sees that next. */
	(void)sock_send(l->control, report, sizeof(*report), NULL, 0, &err);
}

static void tell_refusal(struct launcher *l, enum report_kind kind, enum rc rc,
			 const struct err *err)
{
	struct report report = {.kind = kind, .rc = rc};
	snprintf(report.text, sizeof(report.text), "%.*s", (int)sizeof(report.text) - 1,
		 err->text);
	tell(l, &report);
}

/* --- children --- */

static enum rc start_reader(struct launcher *l, const struct order *order, int file,
			    int talk, struct err *err)
{
	void *model = NULL;
	bug_on(l->reader.pid != 0);
	enum rc rc = models_get(l->models, order->languages, &model, err);
	if (rc != RC_OK)
		return rc == RC_FAIL ? RC_RETRY : rc; /* not the document's fault */
	l->order = *order;
	pid_t pid = jailed_fork(&l->reader, "intray-reader", err);
	if (pid < 0)
		return RC_RETRY;
	if (pid == 0)
		reader_main(&(struct reader){.talk = talk,
					     .file = file,
					     .order = &l->order,
					     .settings = l->settings,
					     .reading = l->reading,
					     .model = model,
					     .jails = &l->jails});
	l->reader.deadline_ms =
		now_ms_monotonic() + EXTRA_FIRST_MS + order->limits.wall_s * 1000;
	return RC_OK;
}

static void become_tool(void *ctx)
{
	tool_exec(ctx);
}

static enum rc start_tool(struct launcher *l, const struct order *order, int file,
			  int output, struct err *err)
{
	enum rc rc = RC_OK;
	bug_on(l->tool.pid != 0);
	if (order->tool.tool == TOOL_IMAGE) {
		l->params = memfd_new("params");
		l->several = memfd_new("several");
	}
	struct tool_start start = {.request = &order->tool,
				   .jails = &l->jails,
				   .limits = {.cpu_s = order->limits.page_cpu_s,
					      .memory = TOOL_MEMORY,
					      .file_size = TOOL_OUTPUT},
				   .links = l->links,
				   .file = file,
				   .output = output,
				   .preload = l->preload,
				   .params = l->params,
				   .several = l->several};
	if (!standby_start(&l->standing_by[order->tool.tool], &start, &l->tool))
		rc = jailed_start(&l->tool, "intray-tool", become_tool, &start, err);
	if (rc == RC_OK)
		l->tool.deadline_ms = now_ms_monotonic() + TOOL_WALL_MS;
	return rc;
}

static void bury_tool(struct launcher *l)
{
	struct report report = {.kind = REPORT_TOOL_ENDED};
	jailed_reap(&l->tool, &report);
	if (l->params >= 0) {
		ssize_t n =
			pread(l->params, report.params, sizeof(report.params) - 1, 0);
		report.params[n < 0 ? 0 : n] = '\0';
		report.several = lseek(l->several, 0, SEEK_END) > 0;
	}
	fd_close(&l->params);
	fd_close(&l->several);
	tell(l, &report);
}

static void bury_reader(struct launcher *l)
{
	struct report report = {.kind = REPORT_READER_ENDED};
	jailed_reap(&l->reader, &report);
	tell(l, &report);
}

/* --- orders --- */

static void obey(struct launcher *l, const struct order *order, const int *fds,
		 size_t n_fds)
{
	struct err err = {0};
	enum rc rc = RC_OK;
	switch (order->kind) {
	case ORDER_READ:
		bug_on(n_fds != 2);
		rc = start_reader(l, order, fds[0], fds[1], &err);
		break;
	case ORDER_TOOL:
		bug_on(n_fds != 2);
		rc = start_tool(l, order, fds[0], fds[1], &err);
		break;
	case ORDER_PAGE_DONE:
		if (l->reader.pid)
			jailed_stretch(&l->reader, l->order.limits.page_cpu_s,
				       now_ms_monotonic() +
					       l->order.limits.wall_s * 1000);
		break;
	case ORDER_KILL:
		jailed_kill(&l->reader);
		jailed_kill(&l->tool);
		break;
	}
	if (rc != RC_OK)
		tell_refusal(l, REPORT_NOT_STARTED, rc, &err);
}

/* False: the engine is gone. */
static bool take_order(struct launcher *l)
{
	struct order order;
	struct err err = {0};
	int fds[4];
	size_t len = sizeof(order), n_fds = 4;
	enum rc rc = sock_recv(l->control, &order, &len, fds, &n_fds, 0, &err);
	if (rc == RC_RETRY)
		return true;
	if (rc != RC_OK || len == 0)
		return false;
	bug_on(len != sizeof(order));
	obey(l, &order, fds, n_fds);
	for (size_t i = 0; i < n_fds; i++)
		fd_close(&fds[i]);
	return true;
}

static int time_left(const struct jailed *child, int64_t now, int so_far)
{
	if (!child->pid || child->late)
		return so_far;
	int64_t left = child->deadline_ms - now;
	int ms = left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
	return so_far < 0 || ms < so_far ? ms : so_far;
}

static void kill_if_late(struct jailed *child, int64_t now)
{
	if (child->pid && !child->late && now >= child->deadline_ms) {
		child->late = true;
		jailed_kill(child);
	}
}

static bool wait_once(struct launcher *l)
{
	struct pollfd fds[5] = {
		{.fd = l->control, .events = POLLIN},
		{.fd = l->reader.pid ? l->reader.pidfd : -1, .events = POLLIN},
		{.fd = l->reader.pid ? l->reader.errors : -1, .events = POLLIN},
		{.fd = l->tool.pid ? l->tool.pidfd : -1, .events = POLLIN},
		{.fd = l->tool.pid ? l->tool.errors : -1, .events = POLLIN},
	};
	int64_t now = now_ms_monotonic();
	int timeout = time_left(&l->tool, now, time_left(&l->reader, now, -1));
	if (poll(fds, 5, timeout) < 0)
		return errno == EINTR;
	now = now_ms_monotonic();
	kill_if_late(&l->reader, now);
	kill_if_late(&l->tool, now);
	if (fds[2].revents)
		jailed_listen(&l->reader);
	if (fds[4].revents)
		jailed_listen(&l->tool);
	if (fds[3].revents)
		bury_tool(l);
	if (fds[1].revents)
		bury_reader(l);
	return !fds[0].revents || take_order(l);
}

/* --- beginning and end --- */

/* From here on nothing of the worker's is open but the control socket and standard
 * error. */
static int close_all_but(int control)
{
	if (control != 3)
		dup2(control, 3);
	fcntl(3, F_SETFD, FD_CLOEXEC);
	close_range(4, ~0U, 0);
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	fd_close(&nothing);
	return 3;
}

static void settle_signals(void)
{
	static const int not_ours[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE};
	sigset_t none;
	for (int i = 1; i < NSIG; i++) /* handlers of whoever forked us */
		signal(i, SIG_DFL);
	for (size_t i = 0; i < sizeof(not_ours) / sizeof(*not_ours); i++)
		signal(not_ours[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The smallest PDF there is: what proves that the tools live in their jail. */
static const char tiny_pdf[] =
	"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
	"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n"
	"trailer<</Root 1 0 R>>\n%%EOF\n";

static enum rc try_tool(struct launcher *l, enum tool tool, const char *expected,
			struct err *err)
{
	struct order order = {
		.kind = ORDER_TOOL,
		.limits = {.page_cpu_s = 10},
		.tool = {.tool = tool, .first = 1, .last = 1, .dpi = 72, .grey = true},
	};
	AUTO_FD pdf = memfd_from("self-test", tiny_pdf, sizeof(tiny_pdf) - 1);
	AUTO_FD output = memfd_new("self-test");
	struct report report = {0};
	char got[4096] = "";
	enum rc rc = start_tool(l, &order, pdf, output, err);
	if (rc != RC_OK)
		return rc;
	jailed_reap(&l->tool, &report);
	ssize_t n = pread(output, got, sizeof(got) - 1, 0);
	got[n < 0 ? 0 : n] = '\0';
	if (!strstr(got, expected))
		return err_set(
			err, RC_FAIL,
			"a PDF tool does not work in its jail (%s); is poppler-utils "
			"installed?",
			report.text[0] ? report.text : "no output");
	return RC_OK;
}

static enum rc prove(void *ctx, struct err *err)
{
	struct launcher *l = ctx;
	enum rc rc = jails_test(&l->jails, err);
	if (rc == RC_OK)
		rc = try_tool(l, TOOL_PDFINFO, "Pages:", err);
	if (rc == RC_OK)
		rc = try_tool(l, TOOL_TEXT, "<page", err);
	if (rc == RC_OK)
		rc = try_tool(l, TOOL_RENDER, "P5", err);
	for (int i = 0; i < TOOL_N; i++)
		standby_end(&l->standing_by[i]);
	return rc;
}

/* The jails are proved by a child while we load the model: neither needs the other, and
 * a small process forks faster than one that holds a model. */
static enum rc prepare(struct launcher *l, struct err *err)
{
	struct proof proof;
	struct err why_not;
	void *model;
	enum rc rc = jails_open(&l->jails, err);
	if (rc == RC_OK)
		rc = tool_links_make(l->settings->run_dir, l->links, err);
	if (rc == RC_OK)
		rc = proof_begin(&proof, prove, l, err);
	if (rc != RC_OK)
		return rc;
	rc = models_get(l->models, "", &model, err);
	enum rc proved = proof_end(&proof, &why_not);
	if (proved == RC_OK)
		return rc;
	*err = why_not;
	return proved;
}

static void tell_ready(struct launcher *l)
{
	struct report ready = {.kind = REPORT_READY};
	snprintf(ready.text, sizeof(ready.text), "landlock abi %d, seccomp, rlimits",
		 l->jails.landlock_abi);
	tell(l, &ready);
}

_Noreturn void launcher_main(int control, const struct settings *settings,
			     const struct reading *reading)
{
	struct launcher l = {.settings = settings,
			     .models = models_new(settings, reading),
			     .reading = reading,
			     .preload = -1,
			     .params = -1,
			     .several = -1};
	struct err err = {0};
	prctl(PR_SET_NAME, "intray-launcher", 0, 0, 0);
	settle_signals();
	l.control = close_all_but(control);
	l.preload = tool_preload_new();
	enum rc rc = prepare(&l, &err);
	if (rc != RC_OK) {
		tell_refusal(&l, REPORT_READY, rc, &err);
	} else {
		tell_ready(&l);
		while (wait_once(&l))
			;
	}
	jailed_kill(&l.reader);
	jailed_kill(&l.tool);
	_exit(0);
}
