/* The cache of `intray evaluate`: what was put is what is got, and nothing else. */
#include "testing.h"

#include <stdlib.h>
#include <unistd.h>

#include "daemon/cli/evaluate.h"

static const char hash[] =
	"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static char *temp_dir(struct arena *arena)
{
	char *dir = arena_strdup(arena, "/tmp/intray-cache-XXXXXX");

	assert_non_null(mkdtemp(dir));
	return dir;
}

static void clean_up(struct arena *arena, const char *dir)
{
	unlink(arena_printf(arena, "%s/%s-%d.pages", dir, hash, DOC_PACK_VERSION));
	assert_int_equal(rmdir(dir), 0); /* so nothing else was left behind */
}

static void what_was_put_is_got(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = doc_new(arena), *back = doc_new(arena);
	const char *dir = temp_dir(arena);
	struct err err;
	bool hit = true;

	(void)state;
	doc->format = "tiff";
	doc_add_field(doc, "number", 0)->value = "7";
	for (int i = 0; i < 3; i++)
		doc_add_page(doc)->width = 100 * (i + 1);
	assert_int_equal(page_cache_get(dir, hash, back, &hit, &err), RC_OK);
	assert_false(hit);
	assert_int_equal(page_cache_put(dir, hash, doc, &err), RC_OK);
	assert_int_equal(page_cache_get(dir, hash, back, &hit, &err), RC_OK);
	assert_true(hit);
	assert_string_equal(back->format, "tiff");
	assert_string_equal(doc_value(back, "number", 0), "7");
	assert_int_equal(back->n_pages, 3);
	assert_int_equal(back->pages[2]->width, 300);
	clean_up(arena, dir);
}

static void a_spoilt_file_is_told_and_not_taken_for_a_miss(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = doc_new(arena);
	const char *dir = temp_dir(arena);
	struct err err;
	FILE *file;
	bool hit;

	(void)state;
	file = fopen(arena_printf(arena, "%s/%s-%d.pages", dir, hash, DOC_PACK_VERSION),
		     "w");
	fputs("something else", file);
	fclose(file);
	assert_int_equal(page_cache_get(dir, hash, doc, &hit, &err), RC_FAIL);
	assert_false(hit);
	assert_non_null(strstr(err.text, hash));
	clean_up(arena, dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_got),
		cmocka_unit_test(a_spoilt_file_is_told_and_not_taken_for_a_miss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
