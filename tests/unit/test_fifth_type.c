/* A fifth document type, by one XSD and no line of C: a timesheet is classified,
 * extracted, validated and made ready or an exception by what its XSD says. The XSD
 * lies beside this program in tests/samples/timesheet.xsd, as an administrator would
 * write it. */
#include "types.h"

#include "stage.h"
#include "text.h"

#define XSD "tests/samples/timesheet.xsd"

/* A page of a text layer: one string per line of print, cells apart by a tab. */
static void add_word(struct page *page, struct arena *arena, size_t *cap,
		     const char *text, size_t len, struct box box, uint16_t line)
{
	*arena_push(arena, page->words, page->n_words, *cap) = (struct word){
		.text = arena_strndup(arena, text, len),
		.box = box,
		.confidence = 1,
		.line = line,
		.height = 30,
	};
}

static void add_line(struct page *page, struct arena *arena, size_t *cap,
		     const char *text, uint16_t number)
{
	int32_t x = 200;

	while (*text) {
		size_t len = strcspn(text, " \t");
		struct box box = {x, 200 + 90 * number, (int32_t)len * 22, 40};

		if (len > 0)
			add_word(page, arena, cap, text, len, box, number);
		x += (int32_t)len * 22 + (text[len] == '\t' ? 400 : 20);
		text += len + (text[len] != '\0');
	}
}

static struct doc *print(struct arena *arena, const char *const *lines, size_t n)
{
	struct doc *doc = doc_new(arena);
	struct page *page = doc_add_page(doc);
	size_t cap = 0;

	page->number = 1;
	page->width = 2480;
	page->height = 3508;
	page->source = SOURCE_TEXT;
	for (size_t i = 0; i < n; i++)
		add_line(page, arena, &cap, lines[i], (uint16_t)i);
	doc->format = "pdf";
	doc->received_on = "2026-03-10";
	return doc;
}

/* The shipped set and the new one, as the daemon would find them in its folder. */
static struct schema_set *types_with_timesheet(void)
{
	static char bytes[1 << 16];
	struct schema_set *set;
	struct err err = {0};
	FILE *file;
	size_t len;

	if (schema_load_dir("schemas", &set, &err) != RC_OK)
		fail_msg("%s", err.text);
	file = fopen(XSD, "r");
	assert_non_null(file);
	len = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	if (schema_add(set, "timesheet", bytes, len, &err) != RC_OK)
		fail_msg("%s", err.text);
	return set;
}

static void process(const struct schema_set *set, struct doc *doc)
{
	struct stage_env env = {.schemas = set};
	struct err err = {0};

	if (understand(&env, doc, &err) != RC_OK)
		fail_msg("%s", err.text);
}

static const char *const good[] = {
	"TIMESHEET",
	"",
	"Employee no:\tE-4711",
	"Week ending:\t8 March 2026",
	"",
	"Regular hours:\t36.5",
	"Overtime hours:\t4.0",
	"Total hours:\t40.5",
	"",
	"I certify that the hours above were worked as shown and were not reported "
	"before",
};

static void a_timesheet_is_recognised_read_and_ready(void **state)
{
	struct schema_set *set = types_with_timesheet();
	struct arena *arena = arena_new();
	struct doc *doc = print(arena, good, COUNT(good));

	(void)state;
	process(set, doc);
	assert_string_equal(doc->type, "timesheet");
	assert_string_equal(doc_value(doc, "employee", 0), "E-4711");
	assert_string_equal(doc_value(doc, "week_ending", 0), "2026-03-08");
	assert_true(
		value_equal(KIND_QUANTITY, doc_value(doc, "total_hours", 0), "40.5"));
	for (size_t i = 0; i < doc->n_findings; i++)
		print_error("%s: %s\n", doc->findings[i].code, doc->findings[i].text);
	assert_false(doc_has_stop(doc));
	assert_non_null(
		strstr(doc->instance, "<timesheet><employee>E-4711</employee>"));
	arena_free(&arena);
	schema_set_free(&set);
}

static void a_timesheet_whose_hours_do_not_add_up_is_an_exception(void **state)
{
	const char *wrong[COUNT(good)];
	struct schema_set *set = types_with_timesheet();
	struct arena *arena = arena_new();
	struct doc *doc;

	(void)state;
	memcpy(wrong, good, sizeof good);
	wrong[7] = "Total hours:\t48.5";
	doc = print(arena, wrong, COUNT(wrong));
	process(set, doc);
	assert_string_equal(doc->type, "timesheet");
	assert_true(has_finding(doc, "hours-add-up"));
	assert_true(doc_has_stop(doc));
	arena_free(&arena);
	schema_set_free(&set);
}

static void a_timesheet_without_employee_is_an_exception(void **state)
{
	const char *wrong[COUNT(good)];
	struct schema_set *set = types_with_timesheet();
	struct arena *arena = arena_new();
	struct doc *doc;

	(void)state;
	memcpy(wrong, good, sizeof good);
	wrong[2] = "";
	doc = print(arena, wrong, COUNT(wrong));
	process(set, doc);
	assert_string_equal(doc->type, "timesheet");
	assert_true(has_finding(doc, "missing"));
	assert_null(doc->instance);
	arena_free(&arena);
	schema_set_free(&set);
}

static void without_its_xsd_nobody_knows_a_timesheet(void **state)
{
	struct schema_set *set;
	struct arena *arena = arena_new();
	struct doc *doc = print(arena, good, COUNT(good));
	struct err err = {0};

	(void)state;
	assert_int_equal(schema_load_dir("schemas", &set, &err), RC_OK);
	process(set, doc);
	assert_string_equal(doc->type, "other");
	assert_true(has_finding(doc, "type-unknown"));
	arena_free(&arena);
	schema_set_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_timesheet_is_recognised_read_and_ready),
		cmocka_unit_test(a_timesheet_whose_hours_do_not_add_up_is_an_exception),
		cmocka_unit_test(a_timesheet_without_employee_is_an_exception),
		cmocka_unit_test(without_its_xsd_nobody_knows_a_timesheet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
