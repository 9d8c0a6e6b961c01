/* What the desk keeps of documents that are being keyed. */
#include "daemon/desk/sources.h"
#include "testing.h"

static int open_sources(void **state)
{
	*state = sources_new();
	return 0;
}

static int close_sources(void **state)
{
	struct sources *sources = *state;

	sources_free(&sources);
	assert_null(sources);
	return 0;
}

static void keep(struct sources *sources, int64_t task, const char *stamp)
{
	sources_keep(sources, task, &(struct db_source){stamp, "[]", NULL});
}

static const char *stamp_of(struct sources *sources, int64_t task, struct arena *arena)
{
	struct db_source found = {0};

	return sources_find(sources, task, arena, &found) ? found.stamp : "nothing";
}

static void what_was_kept_is_found_by_its_task(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct db_source found = {0};

	assert_string_equal(stamp_of(*state, 7, arena), "nothing");
	sources_keep(*state, 7, &(struct db_source){"1 2", "[{}]", "[]"});
	assert_true(sources_find(*state, 7, arena, &found));
	assert_string_equal(found.stamp, "1 2");
	assert_string_equal(found.fields, "[{}]");
	assert_string_equal(found.findings, "[]");
	assert_false(sources_find(*state, 8, arena, &found));
}

static void what_is_newer_takes_its_place(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct db_source before = {0};

	keep(*state, 7, "1");
	assert_true(sources_find(*state, 7, arena, &before));
	keep(*state, 7, "2");
	assert_string_equal(stamp_of(*state, 7, arena), "2");
	assert_string_equal(before.stamp, "1"); /* a copy of the caller's own */
}

static void what_was_not_asked_for_longest_makes_room(void **state)
{
	AUTO_ARENA arena = arena_new();

	for (int64_t task = 1; task <= 256; task++)
		keep(*state, task, "kept");
	assert_string_equal(stamp_of(*state, 1, arena), "kept");
	keep(*state, 257, "kept");
	assert_string_equal(stamp_of(*state, 1, arena), "kept");
	assert_string_equal(stamp_of(*state, 2, arena), "nothing");
	assert_string_equal(stamp_of(*state, 257, arena), "kept");
}

#define SOURCES_TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, open_sources, close_sources)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SOURCES_TEST(what_was_kept_is_found_by_its_task),
		SOURCES_TEST(what_is_newer_takes_its_place),
		SOURCES_TEST(what_was_not_asked_for_longest_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
