/* command.c - pushes a document through a program of the site: the file on its standard
 * input, what it is in its environment, the answer as its exit status.
 *
 *   0 taken over; its first line of output may say "posted NUMBER"
 *   10 technical (again later)   11 master data are lacking   12 a duplicate
 *   13 its data are wrong        14 it must be reversed first (of a correction)
 *
 * Its first line of output, or of complaint, goes along as the ERP's words; what it
 * says beyond that is read and forgotten, however much. Any other status, a signal or
 * the time limit is technical: a program that crashes has said nothing about the
 * document. It runs in a process group of its own, with no descriptor of ours, and is
 * killed with all it started when its time is over. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"
#include "push.h"
#include "text.h"

enum { ARGS_MAX = 32, LOOK_MS = 20, WORDS_MAX = 400 };

struct words { /* the beginning of what it said */
	char text[WORDS_MAX];
	size_t len;
	bool ended;
};

static const struct {
	int status;
	const char *class;
} classes[] = {
	{11, "master-data"},
	{12, "duplicate"},
	{13, "data"},
	{14, "must-reverse"},
};

/* --- running ------------------------------------------------------------------ */

static void split(struct arena *arena, const char *command, char *argv[ARGS_MAX + 1])
{
	size_t n = 0;

	for (const char *at = command; *(at += strspn(at, " ")) && n < ARGS_MAX;
	     at += strcspn(at, " "))
		argv[n++] = arena_strndup(arena, at, strcspn(at, " "));
	argv[n] = NULL;
}

static void add_variable(struct arena *arena, char **list, const char *name,
			 const char *value)
{
	size_t n = 0;

	while (list[n])
		n++;
	list[n] = arena_printf(arena, "INTRAY_%s=%s", name, value ? value : "");
}

static char **environment(const struct door *door, const struct push *push,
			  struct arena *arena)
{
	const struct offer *o = push->offer;
	const struct offer_file *file = push->file;
	char **list = arena_alloc_n(arena, 20, sizeof(*list));

	list[0] = arena_strdup(arena, "PATH=/usr/local/bin:/usr/bin:/bin");
	list[1] = arena_strdup(arena, "LC_ALL=C.UTF-8");
	add_variable(arena, list, "CLIENT", door->settings->client);
	add_variable(arena, list, "DOOR", door->settings->name);
	add_variable(arena, list, "DOCUMENT", o->document);
	add_variable(arena, list, "REVISION", arena_printf(arena, "%d", o->revision));
	add_variable(arena, list, "KEY",
		     arena_printf(arena, "%s:%d", o->document, o->revision));
	add_variable(arena, list, "CONTROL_NUMBER", o->control_number);
	add_variable(arena, list, "TYPE", o->type);
	add_variable(arena, list, "ACTION", o->action);
	add_variable(arena, list, "REPLACES", o->replaces);
	add_variable(arena, list, "REPLACES_NUMBER", o->replaces_number);
	add_variable(arena, list, "FLAGS", o->flags);
	add_variable(arena, list, "SHA256", file ? file->sha256 : NULL);
	add_variable(arena, list, "FILE", file ? file->name : NULL);
	add_variable(arena, list, "PDF", push->paper ? push->paper->path : NULL);
	return list;
}

static _Noreturn void be_program(char **argv, char **envp, int in, int out)
{
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 ||
	    close_range(3, ~0U, 0) < 0)
		_exit(126);
	execve(argv[0], argv, envp);
	_exit(127);
}

/* What it has said by now; waits a moment when that is nothing. */
static void hear(int from, struct words *words)
{
	struct pollfd fd = {.fd = words->ended ? -1 : from, .events = POLLIN};
	size_t room = sizeof(words->text) - 1 - words->len;
	char heard[65536]; /* as much as a pipe holds */
	ssize_t n;

	if (poll(&fd, 1, LOOK_MS) <= 0)
		return;
	n = read(from, heard, sizeof(heard));
	words->ended = n == 0;
	if (n > 0) {
		memcpy(words->text + words->len, heard,
		       (size_t)n < room ? (size_t)n : room);
		words->len += (size_t)n < room ? (size_t)n : room;
	}
}

/* Its wait status; false: its time was over, or we are to end. */
static bool wait_for(const struct door *door, pid_t pid, int from, struct words *words,
		     int *status)
{
	int64_t end = now_ms_monotonic() + door->settings->timeout_ms;
	pid_t got;

	while ((got = waitpid(pid, status, WNOHANG)) == 0 && now_ms_monotonic() < end)
		hear(from, words);
	kill(-pid, SIGKILL); /* what it left running, too */
	hear(from, words);
	if (got == pid)
		return true;
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return false;
}

/* --- what it said ------------------------------------------------------------- */

static const char *first_line(const struct words *words, struct arena *arena)
{
	const char *line = text_clean(arena, words->text, strcspn(words->text, "\r\n"));
	return *line ? line : NULL;
}

static void later(struct push_result *out, const char *words)
{
	*out = (struct push_result){.verdict = PUSH_LATER, .words = words};
}

static void taken_over(const char *said, bool taken_back, struct arena *arena,
		       struct push_result *out)
{
	struct push_words words = {.answer = "acknowledged"};

	if (said && text_starts(said, "posted ") && said[7]) {
		words.answer = "posted";
		words.number = said + 7;
	}
	*out = (struct push_result){.verdict = taken_back ? PUSH_TOLD : PUSH_ANSWERED,
				    .answer = push_answer(arena, &words)};
}

static void refused(int status, const char *said, struct arena *arena,
		    struct push_result *out)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (classes[i].status == status) {
			const struct push_words words = {
				.answer = "refused",
				.class = classes[i].class,
				.code = arena_printf(arena, "%d", status),
				.text = said};
			*out = (struct push_result){.verdict = PUSH_ANSWERED,
						    .answer =
							    push_answer(arena, &words)};
			return;
		}
	later(out, arena_printf(arena, "the command ended with %d%s%s", status,
				said ? ": " : "", said ? said : ""));
}

static void judge(int status, bool in_time, const char *said, bool taken_back,
		  struct arena *arena, struct push_result *out)
{
	if (!in_time)
		later(out, "the command did not end in time");
	else if (!WIFEXITED(status))
		later(out, arena_printf(arena, "the command was killed by signal %d",
					WTERMSIG(status)));
	else if (WEXITSTATUS(status) == 0)
		taken_over(said, taken_back, arena, out);
	else if (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126)
		later(out, "the command cannot be run");
	else if (taken_back)
		later(out, arena_printf(arena, "the command ended with %d",
					WEXITSTATUS(status)));
	else
		refused(WEXITSTATUS(status), said, arena, out);
}

void command_push(struct door *door, const struct push *push, struct arena *arena,
		  struct push_result *out)
{
	const struct offer_file *file = push->file;
	AUTO_FD in =
		memfd_from("document", file ? file->bytes : "", file ? file->len : 0);
	int ends[2];
	struct words words = {.len = 0};
	char *argv[ARGS_MAX + 1], **envp = environment(door, push, arena);
	int status = 0;

	split(arena, door->settings->command, argv);
	if (pipe2(ends, O_CLOEXEC) < 0) {
		later(out, "no pipe for the command");
		return;
	}
	AUTO_FD from = ends[0];
	AUTO_FD to = ends[1];
	fcntl(from, F_SETFL, O_NONBLOCK);
	pid_t pid = fork();
	if (pid < 0) {
		later(out, "no process for the command");
		return;
	}
	if (pid == 0)
		be_program(argv, envp, in, to);
	setpgid(pid, pid); /* whichever of us is first */
	fd_close(&to);
	bool in_time = wait_for(door, pid, from, &words, &status);
	judge(status, in_time, first_line(&words, arena),
	      strcmp(push->offer->action, "withdraw") == 0, arena, out);
}
