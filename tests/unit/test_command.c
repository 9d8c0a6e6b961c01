/* test_command.c - a door's command that says more than anybody wants to hear, or
 * nothing, or does not end. */
#include "testing.h"

#include <string.h>
#include <sys/resource.h>

#include "arena.h"
#include "../../daemon/deliver/push.h"

static struct push_result push_to(struct arena *arena, const char *command,
				  long timeout_ms)
{
	struct door_settings settings = {.client = "acme",
					 .name = "erp",
					 .command = command,
					 .timeout_ms = timeout_ms};
	struct door door = {.settings = &settings};
	struct offer offer = {.document = "d",
			      .revision = 1,
			      .control_number = "ACME-1",
			      .type = "invoice",
			      .action = "book"};
	struct offer_file file = {.name = "d.xml", .bytes = "<d/>", .len = 4};
	const struct push push = {.offer = &offer, .file = &file};
	struct push_result result;

	command_push(&door, &push, arena, &result);
	return result;
}

/* None of it may be kept: what is kept would be memory of ours. */
static void test_what_it_prints_is_not_kept(void **state)
{
	const struct rlimit small = {.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
	struct rlimit was;
	(void)state;
	AUTO_ARENA arena = arena_new();

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	struct push_result result = push_to(arena, "/usr/bin/seq 3000000", 20000);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(result.verdict, PUSH_ANSWERED);
	assert_non_null(strstr(result.answer, "acknowledged"));
}

static void test_who_never_stops_printing_is_stopped(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct push_result result = push_to(arena, "/usr/bin/yes", 300);

	assert_int_equal(result.verdict, PUSH_LATER);
	assert_string_equal(result.words, "the command did not end in time");
}

static void test_its_first_line_goes_along(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct push_result result = push_to(arena, "/bin/echo posted BK-1", 20000);

	assert_int_equal(result.verdict, PUSH_ANSWERED);
	assert_non_null(strstr(result.answer, "BK-1"));
	result = push_to(arena, "/bin/true", 20000);
	assert_int_equal(result.verdict, PUSH_ANSWERED);
	result = push_to(arena, "/nowhere/to-erp", 20000);
	assert_string_equal(result.words, "the command cannot be run");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_it_prints_is_not_kept),
		cmocka_unit_test(test_who_never_stops_printing_is_stopped),
		cmocka_unit_test(test_its_first_line_goes_along),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
