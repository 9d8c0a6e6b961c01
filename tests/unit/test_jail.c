/* test_jail.c - readers that turn on us, and engines that are not impressed.
 *
 * In place of the real reading code the launcher gets `naughty_read`, which does what
 * the document tells it to: the first word of the bytes is looked up in `deeds`. So
 * every case below goes the whole way: engine, launcher, a fresh jailed reader, its
 * end, and the verdict with the sentence a person will see. */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../daemon/worker/launch.h"
#include "pack.h"
#include "proc.h"

struct deed {
	const char *word;
	enum rc (*act)(const struct read_env *env, struct doc *doc, struct err *err);
};

/* --- deeds, done in the jail --- */

static enum rc one_page(const struct read_env *env, struct doc *doc, int number,
			struct err *err)
{
	struct word word = {
		.text = "Rechnung", .box = {10, 10, 100, 30}, .confidence = 1};
	struct page page = {.number = number,
			    .width = 2480,
			    .height = 3508,
			    .dpi = 300,
			    .source = SOURCE_OCR,
			    .words = &word,
			    .n_words = 1,
			    .display = {.bytes = "jpeg",
					.len = 4,
					.mime = "image/jpeg",
					.width = 100,
					.height = 140}};
	doc->format = "tiff";
	doc->pages_in_file = number;
	return env->page_done(env->ctx, &page, err);
}

static enum rc behave(const struct read_env *env, struct doc *doc, struct err *err)
{
	return one_page(env, doc, 1, err);
}

static enum rc open_file(const struct read_env *env, struct doc *doc, struct err *err)
{
	(void)env, (void)err;
	if (open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES &&
	    open("/tmp/naughty", O_WRONLY | O_CREAT, 0600) < 0 && errno == EACCES)
		doc_find(doc, "open-refused", FINDING_READING, SEVERITY_WARN, "",
			 "yes");
	return RC_OK;
}

static enum rc fork_once(const struct read_env *env, struct doc *doc, struct err *err)
{
	(void)env, (void)err;
	if (fork() < 0 && errno == EACCES)
		doc_find(doc, "fork-refused", FINDING_READING, SEVERITY_WARN, "",
			 "yes");
	return RC_OK;
}

static enum rc connect_out(const struct read_env *env, struct doc *doc, struct err *err)
{
	(void)env, (void)doc, (void)err;
	syscall(SYS_connect, READER_TALK_FD, "", 0);
	return RC_OK;
}

static enum rc exec_shell(const struct read_env *env, struct doc *doc, struct err *err)
{
	(void)env, (void)doc, (void)err;
	execl("/bin/sh", "sh", "-c", "true", (char *)NULL);
	return RC_OK;
}

static enum rc eat_memory(const struct read_env *env, struct doc *doc, struct err *err)
{
	(void)env, (void)doc, (void)err;
	for (size_t size = 1 << 20;; size += 1 << 20) {
		char *p = malloc(size);
		if (!p)
			die("out of memory");
		memset(p, 1, size);
	}
	return RC_OK;
}

static enum rc loop_for_ever(const struct read_env *env, struct doc *doc,
			     struct err *err)
{
	(void)env, (void)doc, (void)err;
	for (volatile unsigned long i = 1; i; i++)
		;
	return RC_OK;
}

static enum rc page_then_sleep(const struct read_env *env, struct doc *doc,
			       struct err *err)
{
	enum rc rc = one_page(env, doc, 1, err);
	for (; rc == RC_OK; poll(NULL, 0, -1))
		;
	return rc;
}

static enum rc sleep_for_ever(const struct read_env *env, struct doc *doc,
			      struct err *err)
{
	(void)env, (void)doc, (void)err;
	while (poll(NULL, 0, -1) <= 0)
		;
	return RC_OK;
}

static enum rc crash(const struct read_env *env, struct doc *doc, struct err *err)
{
	(void)env, (void)doc, (void)err;
	syscall(SYS_exit_group, 0);
	return RC_OK;
}

static enum rc not_a_document(const struct read_env *env, struct doc *doc,
			      struct err *err)
{
	(void)env, (void)doc;
	return err_set(err, RC_FAIL, "it is no document");
}

static enum rc say_raw(const void *bytes, size_t len)
{
	if (write(READER_TALK_FD, bytes, len) < 0)
		_exit(9);
	return RC_OK;
}

static enum rc babble(const struct read_env *env, struct doc *doc, struct err *err)
{
	(void)env, (void)doc, (void)err;
	uint8_t noise[5000];
	unsigned seed = 1;
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)((seed = seed * 1103515245 + 12345) >> 16);
	return say_raw(noise, sizeof(noise));
}

static enum rc announce_much(const struct read_env *env, struct doc *doc,
			     struct err *err)
{
	(void)env, (void)doc, (void)err;
	return say_raw((uint8_t[]){FRAME_PAGE, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}, 8);
}

static enum rc say_half(const struct read_env *env, struct doc *doc, struct err *err)
{
	(void)env, (void)doc, (void)err;
	say_raw((uint8_t[]){FRAME_PAGE, 0, 0, 0, 100, 0, 0, 0, 1}, 9);
	_exit(0);
}

static enum rc empty_page(const struct read_env *env, struct doc *doc, struct err *err)
{
	(void)env, (void)doc, (void)err;
	return say_raw((uint8_t[]){FRAME_PAGE, 0, 0, 0, 0, 0, 0, 0}, 8);
}

static enum rc empty_end(const struct read_env *env, struct doc *doc, struct err *err)
{
	(void)env, (void)doc, (void)err;
	return say_raw((uint8_t[]){FRAME_END, 0, 0, 0, 0, 0, 0, 0}, 8);
}

static enum rc same_page_twice(const struct read_env *env, struct doc *doc,
			       struct err *err)
{
	one_page(env, doc, 1, err);
	return one_page(env, doc, 1, err);
}

static enum rc page_not_asked_for(const struct read_env *env, struct doc *doc,
				  struct err *err)
{
	return one_page(env, doc, 7, err);
}

static enum rc false_picture(const struct read_env *env, struct doc *doc,
			     struct err *err)
{
	(void)doc;
	struct page page = {.number = 1,
			    .width = 10,
			    .height = 10,
			    .display = {.bytes = "x",
					.len = 1,
					.mime = "text/html",
					.width = 1,
					.height = 1}};
	return env->page_done(env->ctx, &page, err);
}

static enum rc ask(const struct read_env *env, int tool, int page, struct err *err)
{
	const void *bytes;
	size_t len;
	struct tool_request request = {
		.tool = (enum tool)tool, .first = page, .last = page, .dpi = 72};
	return env->tool(env->ctx, &request, &bytes, &len, err);
}

static enum rc unknown_tool(const struct read_env *env, struct doc *doc,
			    struct err *err)
{
	(void)doc;
	return ask(env, 77, 1, err);
}

static enum rc page_minus_one(const struct read_env *env, struct doc *doc,
			      struct err *err)
{
	(void)doc;
	return ask(env, TOOL_TEXT, -1, err);
}

static enum rc many_requests(const struct read_env *env, struct doc *doc,
			     struct err *err)
{
	(void)env, (void)doc, (void)err;
	uint8_t request[48] = {FRAME_TOOL, 0, 0, 0, 40};
	for (int i = 0; i < 100; i++)
		say_raw(request, sizeof(request));
	return RC_OK;
}

/* The document is a PDF: all tools in turn, and what they gave goes into findings. */
static enum rc use_tools(const struct read_env *env, struct doc *doc, struct err *err)
{
	static const char *const begins[TOOL_N] = {
		[TOOL_PDFINFO] = "Pages:",
		[TOOL_TEXT] = "<page",
		[TOOL_RENDER] = "P6",
		[TOOL_IMAGE_LIST] = "page",
		[TOOL_ATTACH_LIST] = "0 embedded",
		[TOOL_FONTS] = "name",
	};
	const void *bytes;
	size_t len;
	for (int i = 0; i < TOOL_N; i++) {
		struct tool_request r = {.tool = (enum tool)i,
					 .first = 1,
					 .last = 1,
					 .dpi = 72,
					 .index = 1};
		enum rc rc = env->tool(env->ctx, &r, &bytes, &len, err);
		bool right = begins[i] ? rc == RC_OK && memmem(bytes, len, begins[i],
							       strlen(begins[i]))
				       : rc == RC_FAIL;
		if (!right)
			doc_find(doc, "wrong", FINDING_READING, SEVERITY_WARN, "",
				 "tool %d", i);
	}
	return RC_OK;
}

static const struct deed deeds[] = {
	{"behave", behave},	     {"open", open_file},
	{"fork", fork_once},	     {"connect", connect_out},
	{"exec", exec_shell},	     {"bomb", eat_memory},
	{"loop", loop_for_ever},     {"late", page_then_sleep},
	{"sleep", sleep_for_ever},   {"exit", crash},
	{"nothing", not_a_document}, {"babble", babble},
	{"announce", announce_much}, {"half", say_half},
	{"no-page", empty_page},     {"no-end", empty_end},
	{"twice", same_page_twice},  {"wrong-page", page_not_asked_for},
	{"html", false_picture},     {"tool-77", unknown_tool},
	{"page-1", page_minus_one},  {"greedy", many_requests},
	{"%PDF-1.4", use_tools},
};

static enum rc naughty_load(const struct settings *settings, const char *languages,
			    void **model, struct err *err)
{
	(void)settings;
	if (strcmp(languages, "klingon") == 0)
		return err_set(err, RC_FAIL, "no such language");
	*model = strdup(languages);
	return RC_OK;
}

static enum rc naughty_read(void *model, struct read_env *env, const void *bytes,
			    size_t len, int first, int last, int max_first_run,
			    struct doc *doc, struct err *err)
{
	(void)model, (void)first, (void)last, (void)max_first_run;
	for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds); i++)
		if (len >= strlen(deeds[i].word) &&
		    memcmp(bytes, deeds[i].word, strlen(deeds[i].word)) == 0)
			return deeds[i].act(env, doc, err);
	return err_set(err, RC_BUG, "no such deed");
}

static const struct reading naughty = {naughty_load, free, naughty_read};

/* --- the engine's side --- */

static const struct settings settings = {
	.languages = "eng", .max_pages = 2000, .max_pixels = 100000000};

static enum rc keep_image(void *ctx, int page, struct image_blob *blob, struct err *err)
{
	(void)page, (void)err;
	memset(blob->hash, 'a', 64);
	*(size_t *)ctx += blob->len;
	return RC_OK;
}

static int start(void **state)
{
	struct err err = {0};
	struct engine *engine;
	if (engine_start_with(&settings, &naughty, &engine, &err) != RC_OK) {
		print_error("%s\n", err.text);
		return -1;
	}
	*state = engine;
	return 0;
}

static int stop(void **state)
{
	struct engine *engine = *state;
	engine_stop(&engine);
	return 0;
}

static enum rc read_one(struct engine *engine, const char *bytes, const char *languages,
			struct doc *doc, struct err *err)
{
	size_t kept = 0;
	AUTO_FD fd = memfd_from("test", bytes, strlen(bytes));
	struct engine_read request = {
		.file_fd = fd,
		.max_first_run = 3,
		.languages = languages,
		.limits = {.page_cpu_s = 1, .wall_s = 1, .memory = 500LL << 20},
		.keep_image = keep_image,
		.ctx = &kept,
	};
	return engine_read(engine, &request, doc, err);
}

struct verdict {
	const char *bytes;
	enum rc rc;
	const char *says;
	bool plain_only; /* limits that a sanitizer build has to do without */
};

static void check_verdicts(struct engine *engine, const struct verdict *v, size_t n)
{
	for (; n > 0; v++, n--) {
		AUTO_ARENA arena = arena_new();
		struct err err = {.text = ""};
#ifdef INTRAY_SANITIZED
		if (v->plain_only)
			continue;
#endif
		enum rc rc = read_one(engine, v->bytes, NULL, doc_new(arena), &err);
		if (rc != v->rc || !strstr(err.text, v->says))
			fail_msg("%s: %s, \"%s\"; expected \"%s\"", v->bytes,
				 rc_name(rc), err.text, v->says);
	}
}
#define CHECK_VERDICTS(state, list)                                                    \
	check_verdicts(*(state), list, sizeof(list) / sizeof(*(list)))

static void test_forbidden_calls_kill_the_reader(void **state)
{
	static const struct verdict list[] = {
		{"connect", RC_FAIL, "forbidden", false},
		{"exec", RC_FAIL, "forbidden", false},
	};
	CHECK_VERDICTS(state, list);
}

static void has_finding(struct engine *engine, const char *bytes, const char *code)
{
	AUTO_ARENA arena = arena_new();
	struct err err = {.text = ""};
	struct doc *doc = doc_new(arena);
	if (read_one(engine, bytes, NULL, doc, &err) != RC_OK)
		fail_msg("%s", err.text);
	assert_int_equal(doc->n_findings, 1);
	assert_string_equal(doc->findings[0].code, code);
}

static void test_opening_files_is_refused(void **state)
{
	has_finding(*state, "open", "open-refused");
}

static void test_starting_processes_is_refused(void **state)
{
	has_finding(*state, "fork", "fork-refused");
}

static void test_a_memory_bomb_is_a_fault(void **state)
{
	static const struct verdict list[] = {{"bomb", RC_FAIL, "out of memory", true}};
	CHECK_VERDICTS(state, list);
}

static void test_endless_work_is_ended_from_outside(void **state)
{
	static const struct verdict list[] = {
		{"loop", RC_FAIL, "more than 1 s of CPU", false},
		{"late", RC_FAIL, "longer than 1 s", false},
	};
	CHECK_VERDICTS(state, list);
}

static void test_a_reader_that_stops_early_is_a_fault(void **state)
{
	static const struct verdict list[] = {
		{"exit", RC_FAIL, "ended in the middle", false},
		{"half", RC_FAIL, "ended in the middle", false},
		{"unheard of", RC_FAIL, "no such deed", false},
	};
	CHECK_VERDICTS(state, list);
}

static void test_nonsense_from_a_reader_is_a_fault(void **state)
{
	static const struct verdict list[] = {
		{"babble", RC_FAIL, "nonsense", false},
		{"announce", RC_FAIL, "larger than agreed", false},
		{"no-page", RC_FAIL, "nonsense", false},
		{"no-end", RC_FAIL, "nonsense", false},
		{"twice", RC_FAIL, "not asked for", false},
		{"wrong-page", RC_FAIL, "not asked for", false},
		{"html", RC_FAIL, "a picture that is none", false},
		{"tool-77", RC_FAIL, "no such tool", false},
		{"page-1", RC_FAIL, "pages out of range", false},
		{"greedy", RC_FAIL, "nonsense", false},
	};
	CHECK_VERDICTS(state, list);
}

static void test_what_is_no_document_gets_a_finding(void **state)
{
	has_finding(*state, "nothing", "unreadable");
}

static void test_a_good_reader_after_all_these_is_heard(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct err err = {.text = ""};
	struct doc *doc = doc_new(arena);
	assert_int_equal(read_one(*state, "behave", NULL, doc, &err), RC_OK);
	assert_int_equal(doc->n_pages, 1);
	assert_string_equal(doc->pages[0]->words[0].text, "Rechnung");
	assert_string_equal(doc->format, "tiff");
	assert_int_equal(doc->pages[0]->display.hash[0], 'a');
	assert_int_equal(doc->pages[0]->thumbnail.len, 0);
}

static void test_an_unknown_language_is_not_the_document_s_fault(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct err err = {.text = ""};
	assert_int_equal(read_one(*state, "behave", "klingon", doc_new(arena), &err),
			 RC_RETRY);
	assert_non_null(strstr(err.text, "no such language"));
}

static void let_all_tools_work(struct engine *engine)
{
	static const char pdf[] =
		"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
		"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n"
		"trailer<</Root 1 0 R>>\n%%EOF\n";
	AUTO_ARENA arena = arena_new();
	struct err err = {.text = ""};
	struct doc *doc = doc_new(arena);
	if (read_one(engine, pdf, NULL, doc, &err) != RC_OK)
		fail_msg("%s", err.text);
	if (doc->n_findings > 0)
		fail_msg("%s", doc->findings[0].text);
}

static void test_all_tools_work_in_their_jail(void **state)
{
	let_all_tools_work(*state);
}

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

static void test_a_read_can_be_called_off(void **state)
{
	AUTO_ARENA arena = arena_new();
	AUTO_FD fd = memfd_from("test", "sleep", 5);
	struct err err = {.text = ""};
	struct engine_read request = {.file_fd = fd, .tick = never};
	assert_int_equal(engine_read(*state, &request, doc_new(arena), &err), RC_RETRY);
}

static int count_dir(const char *path)
{
	int n = 0;
	DIR *dir = opendir(path);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* All processes below `root`, as /proc tells. */
static size_t descendants(pid_t root, pid_t *out, size_t room)
{
	size_t n = 0;
	DIR *dir = opendir("/proc");
	for (struct dirent *e; (e = readdir(dir));) {
		char path[300], text[512];
		int ppid = 0;
		snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		AUTO_FD fd = atoi(e->d_name) > 0 ? open(path, O_RDONLY) : -1;
		ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
		if (got <= 0)
			continue;
		text[got] = '\0';
		const char *after = strrchr(text, ')');
		if (after && sscanf(after, ") %*c %d", &ppid) == 1 && ppid == root &&
		    n < room)
			out[n++] = atoi(e->d_name);
	}
	closedir(dir);
	for (size_t i = 0, end = n; i < end; i++)
		n += descendants(out[i], out + n, room - n);
	return n;
}

static bool is_called(pid_t pid, const char *begin)
{
	char path[64], name[32] = "";
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	AUTO_FD fd = open(path, O_RDONLY);
	return fd >= 0 && read(fd, name, sizeof(name) - 1) > 0 &&
	       strncmp(name, begin, strlen(begin)) == 0;
}

/* The tools that wait for a document, when none is being read. */
static size_t standing_by(pid_t out[10])
{
	pid_t below[50];
	size_t n = descendants(getpid(), below, 50), found = 0;
	for (size_t i = 0; i < n; i++)
		if (is_called(below[i], "pdf") && found < 10)
			out[found++] = below[i];
	return found;
}

/* pdftotext, pdftoppm and pdfimages; a sanitized launcher has none (standby.c). */
#ifdef INTRAY_SANITIZED
enum { STANDING = 0 };
#else
enum { STANDING = 3 };
#endif

static void test_a_tool_that_stands_by_is_used_and_may_die(void **state)
{
	pid_t first[10], second[10];
	let_all_tools_work(*state);
	assert_int_equal(standing_by(first), STANDING);
	let_all_tools_work(*state);
	assert_int_equal(standing_by(second), STANDING);
	assert_memory_equal(first, second, STANDING * sizeof(*first));
	for (int i = 0; i < (int)STANDING; i++)
		kill(first[i], SIGKILL);
	let_all_tools_work(*state); /* each is started the plain way */
	let_all_tools_work(*state);
	assert_int_equal(standing_by(second), STANDING);
	for (int i = 0; i < (int)STANDING; i++)
		assert_int_not_equal(first[i], second[i]);
}

static void test_many_reads_leave_nothing_behind(void **state)
{
	static const char *const words[] = {"behave", "babble", "exit", "connect",
					    "html"};
	pid_t processes[50], tools[10];
	int standing = (int)standing_by(tools), fds = 0;
	for (int i = 0; i < 40; i++) {
		AUTO_ARENA arena = arena_new();
		struct err err;
		read_one(*state, words[i % 5], NULL, doc_new(arena), &err);
		if (i == 4)
			fds = count_dir("/proc/self/fd");
	}
	assert_int_equal(count_dir("/proc/self/fd"), fds);
	assert_int_equal(descendants(getpid(), processes, 50), 1 + standing);
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)processes[0]);
	/* . .. 0 1 2, control, rule sets; socket, end and errors of what stands by */
	assert_in_range(count_dir(path), 1, 14 + 3 * standing);
}

static _Noreturn void worker_that_will_be_killed(void)
{
	struct engine *engine;
	struct err err;
	AUTO_ARENA arena = arena_new();
	if (engine_start_with(&settings, &naughty, &engine, &err) == RC_OK)
		read_one(engine, "sleep", NULL, doc_new(arena), &err);
	_exit(1);
}

/* Killed like by the kernel for want of memory: nobody can tidy up. */
static void test_readers_die_with_their_worker(void **state)
{
	(void)state;
	pid_t below[10];
	size_t n = 0;
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	pid_t worker = fork();
	if (worker == 0)
		worker_that_will_be_killed();
	while (n < 2 || !is_called(below[n - 1],
				   "intray-reader")) { /* launcher, then its reader */
		poll(NULL, 0, 20);
		n = descendants(worker, below, 10);
		assert_int_equal(waitpid(worker, NULL, WNOHANG), 0);
	}
	kill(worker, SIGKILL);
	waitpid(worker, NULL, 0);
	for (size_t i = 0; i < n; i++)
		while (waitpid(below[i], NULL, 0) < 0 && errno == EINTR)
			;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_a_dead_launcher_is_noticed(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct engine *engine;
	struct err err = {.text = ""};
	pid_t launcher[2];
	assert_int_equal(engine_start_with(&settings, &naughty, &engine, &err), RC_OK);
	assert_int_equal(descendants(getpid(), launcher, 2), 1);
	kill(launcher[0], SIGKILL);
	assert_int_equal(read_one(engine, "behave", NULL, doc_new(arena), &err),
			 RC_BUG);
	engine_stop(&engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forbidden_calls_kill_the_reader),
		cmocka_unit_test(test_opening_files_is_refused),
		cmocka_unit_test(test_starting_processes_is_refused),
		cmocka_unit_test(test_a_memory_bomb_is_a_fault),
		cmocka_unit_test(test_endless_work_is_ended_from_outside),
		cmocka_unit_test(test_a_reader_that_stops_early_is_a_fault),
		cmocka_unit_test(test_nonsense_from_a_reader_is_a_fault),
		cmocka_unit_test(test_what_is_no_document_gets_a_finding),
		cmocka_unit_test(test_a_good_reader_after_all_these_is_heard),
		cmocka_unit_test(test_an_unknown_language_is_not_the_document_s_fault),
		cmocka_unit_test(test_all_tools_work_in_their_jail),
		cmocka_unit_test(test_a_tool_that_stands_by_is_used_and_may_die),
		cmocka_unit_test(test_a_read_can_be_called_off),
		cmocka_unit_test(test_many_reads_leave_nothing_behind),
	};
	const struct CMUnitTest alone[] = {
		cmocka_unit_test(test_readers_die_with_their_worker),
		cmocka_unit_test(test_a_dead_launcher_is_noticed),
	};
	int failed = cmocka_run_group_tests(tests, start, stop);
	return failed + cmocka_run_group_tests(alone, NULL, NULL);
}
