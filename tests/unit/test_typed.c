/* What a clerk types, and what it means. */
#include "daemon/desk/typed.h"
#include "testing.h"

static const char *codes[] = {"Medicare", "Medicaid", "Other"};

struct typed_case {
	enum kind kind;
	const char *text;
	struct habits habits;
	const char *value; /* NULL: cannot be one */
};

static const struct habits european = {1, ',', 2026}, american = {0, '.', 2026},
			   silent = {-1, 0, 0};

static void shorthand_means_what_the_document_would_mean(void **state)
{
	(void)state;
	const struct typed_case cases[] = {
		{KIND_DATE, "31.12.2026", european, "2026-12-31"},
		{KIND_DATE, "311226", european, "2026-12-31"},
		{KIND_DATE, "31122026", european, "2026-12-31"},
		{KIND_DATE, "20261231", european, "2026-12-31"},
		{KIND_DATE, "3112", european, "2026-12-31"},
		{KIND_DATE, "31.12", european, "2026-12-31"},
		{KIND_DATE, "31.12.", european, "2026-12-31"},
		{KIND_DATE, "1/2", european, "2026-02-01"},
		{KIND_DATE, "1/2", american, "2026-01-02"},
		{KIND_DATE, "010226", american, "2026-01-02"},
		{KIND_DATE, "12/31/26", european, "2026-12-31"},
		{KIND_DATE, "2026-12-31", american, "2026-12-31"},
		{KIND_DATE, "31 Dez 2026", european, "2026-12-31"},
		{KIND_DATE, "3112", silent, NULL},
		{KIND_DATE, "99", european, NULL},
		{KIND_DATE, "soon", european, NULL},
		{KIND_TIME, "930", european, "09:30"},
		{KIND_TIME, "9", european, "09:00"},
		{KIND_TIME, "2575", european, NULL},
		{KIND_TIME, "9:30 pm", american, "21:30"},
		{KIND_AMOUNT, "1.234,56", european, "1234.56"},
		{KIND_AMOUNT, "1,234.56", european, "1234.56"},
		{KIND_AMOUNT, "12,5", european, "12.50"},
		{KIND_AMOUNT, "12.5", european, "12.50"},
		{KIND_AMOUNT, "1.234", european, "1234.00"},
		{KIND_AMOUNT, "-12,50", european, "-12.50"},
		{KIND_AMOUNT, "x", european, NULL},
		{KIND_CURRENCY, "eur", european, "EUR"},
		{KIND_STATE, "or", american, "OR"},
		{KIND_CHECKBOX, "medicar", american, "Medicare"},
		{KIND_CHECKBOX, "OTHER", american, "Other"},
		{KIND_CHECKBOX, "medica", american, "medica"},
		{KIND_TEXT, "  two   words ", european, "two words"},
		{KIND_TEXT, "   ", european, NULL},
	};
	AUTO_ARENA arena = arena_new();

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct typed_case *c = &cases[i];
		struct fieldtype field = {.path = "x", .kind = c->kind};
		if (c->kind == KIND_CHECKBOX) {
			field.codes = codes;
			field.n_codes = 3;
		}
		const char *value = typed_canonical(arena, &field, c->text, &c->habits);
		if ((value == NULL) != (c->value == NULL) ||
		    (value && strcmp(value, c->value) != 0))
			fail_msg("\"%s\": %s instead of %s", c->text,
				 value ? value : "nothing",
				 c->value ? c->value : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shorthand_means_what_the_document_would_mean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
