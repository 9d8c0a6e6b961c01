/* Decimal numbers: what is exact stays exact, what does not fit is refused. */
#include "testing.h"

#include "decimal.h"

static struct decimal number(const char *text)
{
	struct decimal d = {0, 0};

	assert_true(decimal_parse(text, &d));
	return d;
}

static void canonical_text_is_read_and_written_back(void **state)
{
	static const struct {
		const char *text;
		int min_decimals;
		const char *printed;
	} cases[] = {
		{"0", 0, "0"},
		{"0", 2, "0.00"},
		{"-0", 2, "0.00"},
		{"12.5", 2, "12.50"},
		{"12.500", 2, "12.500"},
		{"-1234.56", 2, "-1234.56"},
		{"007", 0, "7"},
		{"0.05", 1, "0.05"},
		{"-0.001", 2, "-0.001"},
		{"99999999999999999999999999999999999999", 2,
		 "99999999999999999999999999999999999999.00"},
		{"0.000000000001", 0, "0.000000000001"},
	};
	char buf[DECIMAL_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(decimal_print(number(cases[i].text),
						  cases[i].min_decimals, buf),
				    cases[i].printed);
}

static void anything_but_canonical_text_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"-",
		".",
		".5",
		"5.",
		"+1",
		" 1",
		"1 ",
		"1,000",
		"1.2.3",
		"1e3",
		"--1",
		"1-",
		"0x10",
		"NaN",
		"1..2",
		"0.0000000000001", /* 13 digits behind the point */
		"999999999999999999999999999999999999999", /* 39 digits */
	};
	struct decimal d;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (decimal_parse(wrong[i], &d))
			fail_msg("read \"%s\"", wrong[i]);
}

static void sums_differences_and_products_are_exact(void **state)
{
	static const struct {
		const char *a;
		char op;
		const char *b, *result; /* NULL: does not fit */
	} cases[] = {
		{"0.1", '+', "0.2", "0.3"},
		{"19.99", '+', "-20", "-0.01"},
		{"1.005", '-', "1", "0.005"},
		{"3", '*', "33.33", "99.99"},
		{"-2.50", '*', "0.10", "-0.2500"},
		{"0.0000001", '*', "0.0000001", NULL},
		{"100.0000000", '*', "0.0100000", "1.00"},
		{"99999999999999999999999999999999999999", '+', "1", NULL},
		{"99999999999999999999", '*', "99999999999999999999", NULL},
		{"99999999999999999999999999999999999999", '+', "0.1", NULL},
	};
	char buf[DECIMAL_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct decimal a = number(cases[i].a), b = number(cases[i].b), r;
		bool fits = cases[i].op == '+'	 ? decimal_add(a, b, &r)
			    : cases[i].op == '-' ? decimal_sub(a, b, &r)
						 : decimal_mul(a, b, &r);

		if (fits != (cases[i].result != NULL))
			fail_msg("%s %c %s", cases[i].a, cases[i].op, cases[i].b);
		if (fits && decimal_cmp(r, number(cases[i].result)) != 0)
			fail_msg("%s %c %s gave %s", cases[i].a, cases[i].op,
				 cases[i].b, decimal_print(r, 0, buf));
	}
}

static void quotients_round_half_away_from_zero(void **state)
{
	static const struct {
		const char *a, *b;
		int scale;
		const char *result;
	} cases[] = {
		{"1", "3", 2, "0.33"},	   {"2", "3", 2, "0.67"},
		{"1", "8", 2, "0.13"},	   {"-1", "8", 2, "-0.13"},
		{"1", "-8", 2, "-0.13"},   {"-1", "-8", 2, "0.13"},
		{"0.125", "1", 2, "0.13"}, {"10", "4", 0, "3"},
		{"7", "0.07", 0, "100"},   {"0.001", "1000", 2, "0.00"},
	};
	struct decimal r;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(decimal_div(number(cases[i].a), number(cases[i].b),
					cases[i].scale, &r));
		assert_int_equal(r.scale, cases[i].scale);
		assert_int_equal(decimal_cmp(r, number(cases[i].result)), 0);
	}
	assert_false(decimal_div(number("1"), number("0.00"), 2, &r));
}

static void rounding_keeps_what_is_coarse_enough(void **state)
{
	char buf[DECIMAL_TEXT_MAX];

	(void)state;
	assert_string_equal(decimal_print(decimal_round(number("1.005"), 2), 0, buf),
			    "1.01");
	assert_string_equal(decimal_print(decimal_round(number("-1.005"), 2), 0, buf),
			    "-1.01");
	assert_string_equal(decimal_print(decimal_round(number("1.004"), 2), 0, buf),
			    "1.00");
	assert_string_equal(decimal_print(decimal_round(number("1.5"), 2), 0, buf),
			    "1.5");
	assert_string_equal(decimal_print(decimal_round(number("0.5"), 0), 0, buf),
			    "1");
}

static void numbers_compare_by_value_whatever_their_scale(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
		{"1.0", "1.00", 0},
		{"-1", "1", -1},
		{"0.1", "0.09", 1},
		{"99999999999999999999999999999999999999", "0.000000000001", 1},
		{"0.000000000001", "-99999999999999999999999999999999999999", 1},
		{"-99999999999999999999999999999999999999", "0.000000000001", -1},
		{"0.000000000001", "99999999999999999999999999999999999999", -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(decimal_cmp(number(cases[i].a), number(cases[i].b)),
				 cases[i].order);
}

static void near_is_within_the_tolerance_and_includes_it(void **state)
{
	(void)state;
	assert_true(decimal_near(number("10.00"), number("10.05"), number("0.05")));
	assert_true(decimal_near(number("10.05"), number("10.00"), number("0.05")));
	assert_false(decimal_near(number("10.00"), number("10.06"), number("0.05")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_text_is_read_and_written_back),
		cmocka_unit_test(anything_but_canonical_text_is_refused),
		cmocka_unit_test(sums_differences_and_products_are_exact),
		cmocka_unit_test(quotients_round_half_away_from_zero),
		cmocka_unit_test(rounding_keeps_what_is_coarse_enough),
		cmocka_unit_test(numbers_compare_by_value_whatever_their_scale),
		cmocka_unit_test(near_is_within_the_tolerance_and_includes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
