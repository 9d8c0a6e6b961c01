/* Tables for people and the same as JSON. */
#include "testing.h"

#include <stdlib.h>

#include "daemon/cli/cli.h"

static const struct column columns[] = {
	{"Name", "name", COLUMN_LONG},
	{"Pages", "pages", COLUMN_NUMBER},
	{"OK", "ok", COLUMN_YES},
	{"State", "state", COLUMN_TEXT},
};

static void add(struct table *table, const char *name, const char *pages,
		const char *ok, const char *state)
{
	const char **row = table_row(table);

	row[0] = name;
	row[1] = pages;
	row[2] = ok;
	row[3] = state;
}

static void fill(struct table *table, struct arena *arena)
{
	table_init(table, arena, columns, COUNT(columns));
	add(table, "Größe.pdf", "7", "t", "ready");
	add(table, "a very long name.pdf", "1200", "f", "exception");
	add(table, "x\x1b[2J\ny", NULL, NULL, NULL);
}

static char *printed(const struct table *table, int width)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	table_print(table, out, width);
	fclose(out);
	return text;
}

static void columns_are_as_wide_as_their_content(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct table table;
	char *text;

	(void)state;
	fill(&table, arena);
	text = printed(&table, 1000);
	assert_string_equal(text, "Name                  Pages  OK   State\n"
				  "Größe.pdf                 7  yes  ready\n"
				  "a very long name.pdf   1200       exception\n"
				  "x[2J y                            \n");
	free(text);
}

static void a_narrow_terminal_cuts_the_long_column(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct table table;
	char *text;

	(void)state;
	fill(&table, arena);
	text = printed(&table, 35);
	assert_non_null(strstr(text, "\na very long…   1200       exception\n"));
	free(text);
}

static void json_has_types_and_nulls(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct table table;
	json_t *json;
	char *text;

	(void)state;
	fill(&table, arena);
	json = table_json(&table);
	text = json_dumps(json, JSON_COMPACT);
	assert_string_equal(
		text,
		"[{\"name\":\"Größe.pdf\",\"pages\":7,\"ok\":true,\"state\":\"ready\"},"
		"{\"name\":\"a very long name.pdf\",\"pages\":1200,\"ok\":false,"
		"\"state\":\"exception\"},"
		"{\"name\":\"x[2J y\",\"pages\":null,\"ok\":null,\"state\":null}]");
	free(text);
	json_decref(json);
}

static void width_counts_cells_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("Größe"), 5);
	assert_int_equal(text_width("日本"), 4);
	assert_int_equal(text_width("u\xcc\x88"), 1);
	assert_int_equal(text_width(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_their_content),
		cmocka_unit_test(a_narrow_terminal_cuts_the_long_column),
		cmocka_unit_test(json_has_types_and_nulls),
		cmocka_unit_test(width_counts_cells_not_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
