/* Calendar days. */
#include "testing.h"

#include "date.h"

static void only_real_days_in_the_one_form_are_read(void **state)
{
	static const struct {
		const char *text;
		bool real;
	} cases[] = {
		{"2026-03-01", true},  {"2024-02-29", true},  {"2023-02-29", false},
		{"1900-02-29", false}, {"2000-02-29", true},  {"2026-04-31", false},
		{"2026-13-01", false}, {"2026-00-10", false}, {"0000-01-01", false},
		{"9999-12-31", true},  {"2026-3-1", false},   {"2026-03-01 ", false},
		{"2026/03/01", false}, {"", false},	      {"20260301", false},
	};
	struct date d;
	char text[16];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (date_parse(cases[i].text, &d) != cases[i].real)
			fail_msg("%s", cases[i].text);
		if (cases[i].real)
			assert_string_equal(date_print(d, text), cases[i].text);
	}
}

static void day_numbers_go_both_ways_over_all_years(void **state)
{
	struct date d = {1, 1, 1}, epoch = {1970, 1, 1}, last = {9999, 12, 31};
	long number = date_number(d);

	(void)state;
	assert_int_equal(date_number(epoch), 0);
	assert_int_equal(number, -719162);
	for (; number <= date_number(last); number++) {
		d = date_from_number(number);
		if (!date_valid(d.year, d.month, d.day) || date_number(d) != number)
			fail_msg("day %ld", number);
	}
	assert_int_equal(date_cmp(d, last), 0);
}

static void days_are_ordered(void **state)
{
	struct date a = {2025, 12, 31}, b = {2026, 1, 1};

	(void)state;
	assert_int_equal(date_cmp(a, b), -1);
	assert_int_equal(date_cmp(b, a), 1);
	assert_int_equal(date_cmp(a, a), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_real_days_in_the_one_form_are_read),
		cmocka_unit_test(day_numbers_go_both_ways_over_all_years),
		cmocka_unit_test(days_are_ordered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
