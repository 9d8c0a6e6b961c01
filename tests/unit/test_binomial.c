/* The bound of Clopper and Pearson against published values: their own and later
 * tables, and closed forms where there are some. */
#include "binomial.h"

#include <math.h>

#include "testing.h"

static void published_values_are_met(void **state)
{
	/* The two-sided 95 % interval's upper end is the one-sided bound at 97.5 %. */
	static const struct {
		long wrong, n;
		double sureness, upper;
	} cases[] = {
		{81, 263, 0.975, 0.3676}, /* Newcombe 1998, table I, method 5 */
		{15, 148, 0.975, 0.1617}, {0, 20, 0.975, 0.1684},
		{1, 29, 0.975, 0.1776},	  {10, 100, 0.975, 0.1762},
		{0, 598, 0.95, 0.0050}, /* "598 without a fault show 0.5 %" */
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		double upper =
			binomial_upper(cases[i].wrong, cases[i].n, cases[i].sureness);

		if (fabs(upper - cases[i].upper) > 5.1e-5)
			fail_msg("%ld of %ld at %g: %.6f, not %.4f", cases[i].wrong,
				 cases[i].n, cases[i].sureness, upper, cases[i].upper);
	}
}

static void without_a_fault_it_is_the_nth_root(void **state)
{
	static const long n[] = {1, 5, 59, 299, 2995, 100000};
	(void)state;
	for (size_t i = 0; i < COUNT(n); i++)
		assert_true(fabs(binomial_upper(0, n[i], 0.95) -
				 (1 - pow(0.05, 1 / (double)n[i]))) < 1e-9);
}

static void nothing_tried_says_nothing(void **state)
{
	(void)state;
	assert_true(binomial_upper(0, 0, 0.95) >= 1);
	assert_true(binomial_upper(3, 3, 0.95) >= 1);
}

static void more_faults_and_fewer_tries_raise_it(void **state)
{
	(void)state;
	assert_true(binomial_upper(3, 1000, 0.95) > binomial_upper(2, 1000, 0.95));
	assert_true(binomial_upper(3, 900, 0.95) > binomial_upper(3, 1000, 0.95));
	assert_true(binomial_upper(3, 1000, 0.99) > binomial_upper(3, 1000, 0.95));
	assert_true(binomial_upper(3, 1000, 0.95) > 0.003);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_values_are_met),
		cmocka_unit_test(without_a_fault_it_is_the_nth_root),
		cmocka_unit_test(nothing_tried_says_nothing),
		cmocka_unit_test(more_faults_and_fewer_tries_raise_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
