/* Log lines: one format, nothing in a value can look like another key or line. */
#include "testing.h"

#include <stdlib.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"

/* Runs `say` with standard error caught; gives what came after the pid. */
static char *caught(void (*say)(void), char *buf, size_t size)
{
	AUTO_FD file = memfd_new("stderr");
	int saved = dup(STDERR_FILENO);
	ssize_t n;
	char *tail;

	dup2(file, STDERR_FILENO);
	say();
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = pread(file, buf, size - 1, 0);
	assert_true(n >= 0);
	buf[n] = '\0';
	tail = strstr(buf, " pid=");
	return tail ? tail + 1 + strcspn(tail + 1, " ") + 1 : buf;
}

static void say_plain(void)
{
	log_info("job saved", "pages=%d state=%s", 3, "ready");
}

static void say_nasty(void)
{
	log_info("odd", "name=%s empty=%s cut=%.*s", "a\" b=c\n\x1b[2J", "", 3,
		 "abcdef");
}

static void say_names(void)
{
	log_info("file", "a=%s b=%s", "Größe.pdf",
		 "Gr\xf6\xdf"
		 "e.pdf");
}

static void say_numbers(void)
{
	log_info("n", "a=%ld b=%zu c=%u d=%lld e=%.2f f=%x g=%d%%", -5L, (size_t)7, 8u,
		 -9LL, 1.5, 255u, 50);
}

static void say_debug(void)
{
	log_debug("unheard", NULL);
}

static void say_long(void)
{
	char text[10000];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	log_info("long", "text=%s", text);
}

static void a_line_is_keys_and_values(void **state)
{
	char buf[8192];

	(void)state;
	log_init("worker", LOG_LEVEL_INFO);
	assert_string_equal(caught(say_plain, buf, sizeof(buf)),
			    "msg=\"job saved\" pages=3 state=ready\n");
	assert_memory_equal(buf, "ts=20", 5);
	assert_non_null(strstr(buf, "Z level=info proc=worker pid="));
	assert_string_equal(caught(say_numbers, buf, sizeof(buf)),
			    "msg=\"n\" a=-5 b=7 c=8 d=-9 e=1.50 f=ff g=50%\n");
}

static void values_cannot_pretend_to_be_keys_or_lines(void **state)
{
	char buf[8192];

	(void)state;
	log_init("worker", LOG_LEVEL_INFO);
	assert_string_equal(
		caught(say_nasty, buf, sizeof(buf)),
		"msg=\"odd\" name=\"a\\\" b=c\\n\\x1b[2J\" empty=\"\" cut=abc\n");
}

static void names_that_are_no_utf8_are_escaped(void **state)
{
	char buf[8192];

	(void)state;
	log_init("worker", LOG_LEVEL_INFO);
	assert_string_equal(caught(say_names, buf, sizeof(buf)),
			    "msg=\"file\" a=\"Größe.pdf\" b=\"Gr\\xf6\\xdfe.pdf\"\n");
}

static void context_is_put_on_every_line_until_removed(void **state)
{
	char buf[8192];

	(void)state;
	log_init("worker", LOG_LEVEL_INFO);
	log_context("job", "17");
	log_context("client", "acme");
	assert_string_equal(
		caught(say_plain, buf, sizeof(buf)),
		"client=acme job=17 msg=\"job saved\" pages=3 state=ready\n");
	log_context("job", NULL);
	log_context("client", NULL);
	assert_string_equal(caught(say_plain, buf, sizeof(buf)),
			    "msg=\"job saved\" pages=3 state=ready\n");
}

static void levels_above_the_set_one_are_silent(void **state)
{
	char buf[8192];

	(void)state;
	log_init("worker", LOG_LEVEL_INFO);
	assert_string_equal(caught(say_debug, buf, sizeof(buf)), "");
	log_init("worker", LOG_LEVEL_DEBUG);
	assert_string_equal(caught(say_debug, buf, sizeof(buf)), "msg=\"unheard\"\n");
}

static void a_long_line_is_cut_and_still_ends(void **state)
{
	char buf[16384];

	(void)state;
	log_init("worker", LOG_LEVEL_INFO);
	caught(say_long, buf, sizeof(buf));
	assert_true(strlen(buf) < 4096);
	assert_int_equal(buf[strlen(buf) - 1], '\n');
}

static void under_the_journal_the_priority_comes_first(void **state)
{
	char buf[8192];

	(void)state;
	setenv("JOURNAL_STREAM", "8:1", 1);
	log_init("worker", LOG_LEVEL_INFO);
	caught(say_plain, buf, sizeof(buf));
	assert_memory_equal(buf, "<6>level=info proc=worker pid=", 30);
	unsetenv("JOURNAL_STREAM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_keys_and_values),
		cmocka_unit_test(values_cannot_pretend_to_be_keys_or_lines),
		cmocka_unit_test(names_that_are_no_utf8_are_escaped),
		cmocka_unit_test(context_is_put_on_every_line_until_removed),
		cmocka_unit_test(levels_above_the_set_one_are_silent),
		cmocka_unit_test(a_long_line_is_cut_and_still_ends),
		cmocka_unit_test(under_the_journal_the_priority_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
