/* Memory that is given back all at once, and errors. */
#include "testing.h"

#include <errno.h>
#include <stdalign.h>

#include "arena.h"
#include "err.h"

static void memory_is_zeroed_aligned_and_stays(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 16, 4000, 16384, 16385, 200000, 3};
	AUTO_ARENA arena = arena_new();
	unsigned char *parts[COUNT(sizes)];

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		parts[i] = arena_alloc(arena, sizes[i]);
		assert_int_equal((uintptr_t)parts[i] % alignof(max_align_t), 0);
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(parts[i][j], 0);
		memset(parts[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(parts[i][j], i + 1);
}

static void reset_forgets_and_the_same_memory_is_zero_again(void **state)
{
	AUTO_ARENA arena = arena_new();
	unsigned char *first = arena_alloc(arena, 100), *again;

	(void)state;
	memset(first, 0xff, 100);
	arena_alloc(arena, 1000000);
	assert_true(arena_used(arena) >= 1000100);
	arena_reset(arena);
	assert_int_equal(arena_used(arena), 0);
	again = arena_alloc(arena, 100);
	assert_ptr_equal(again, first);
	for (int i = 0; i < 100; i++)
		assert_int_equal(again[i], 0);
}

static void arrays_grow_one_by_one(void **state)
{
	AUTO_ARENA arena = arena_new();
	size_t n = 0, cap = 0;
	int *numbers = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++)
		*arena_push(arena, numbers, n, cap) = i;
	assert_int_equal(n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(numbers[i], i);
}

static void strings_are_built_piece_by_piece(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct strbuf buf;

	(void)state;
	strbuf_init(&buf, arena);
	assert_string_equal(buf.text, "");
	for (int i = 0; i < 100; i++)
		strbuf_addf(&buf, "%d,", i % 10);
	assert_int_equal(buf.len, 200);
	assert_memory_equal(buf.text, "0,1,2,3,", 8);
	strbuf_add_n(&buf, "xyz", 2);
	strbuf_add(&buf, "!");
	assert_string_equal(buf.text + 200, "xy!");
	assert_string_equal(arena_strndup(arena, "abc", 2), "ab");
	assert_null(arena_strdup(arena, NULL));
	assert_string_equal(arena_printf(arena, "%s-%d", "a", 5), "a-5");
}

static enum rc open_store(struct err *err)
{
	errno = ENOENT;
	return err_errno(err, RC_RETRY, "open %s", "x");
}

static void an_error_gains_context_and_keeps_its_place(void **state)
{
	struct err err;
	enum rc rc = open_store(&err);
	int line = err.line;

	(void)state;
	rc = err_wrap(&err, rc, "store blob %d", 7);
	assert_int_equal(rc, RC_RETRY);
	assert_string_equal(err.text,
			    "store blob 7: open x: No such file or directory");
	assert_int_equal(err.line, line);
	assert_string_equal(rc_name(rc), "retry");
}

static void a_long_error_is_cut_and_nobody_needs_to_listen(void **state)
{
	char text[2000];
	struct err err;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(err_set(&err, RC_FAIL, "%s", text), RC_FAIL);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	err_wrap(&err, RC_FAIL, "context");
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_memory_equal(err.text, "context: xxx", 12);
	assert_int_equal(err_set(NULL, RC_BUG, "unheard"), RC_BUG);
	assert_int_equal(err_wrap(NULL, RC_FAIL, "unheard"), RC_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_aligned_and_stays),
		cmocka_unit_test(reset_forgets_and_the_same_memory_is_zero_again),
		cmocka_unit_test(arrays_grow_one_by_one),
		cmocka_unit_test(strings_are_built_piece_by_piece),
		cmocka_unit_test(an_error_gains_context_and_keeps_its_place),
		cmocka_unit_test(a_long_error_is_cut_and_nobody_needs_to_listen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
