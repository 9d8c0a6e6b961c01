/* Printed values, kind by kind: what stands on the paper, what it means, and what is no
 * value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "schema.h"

struct value_case {
	const char *raw, *expected; /* NULL: no value of the kind */
	char mark;
	int day_first;
};

static void run_cases(enum kind kind, const struct value_case *cases, size_t n)
{
	struct arena *arena = arena_new();
	int wrong = 0;
	for (size_t i = 0; i < n; i++) {
		const struct value_case *c = &cases[i];
		const char *got =
			value_canonical(arena, kind, c->raw, c->day_first, c->mark);
		bool same = got && c->expected ? strcmp(got, c->expected) == 0
					       : !got && !c->expected;
		if (same)
			continue;
		print_error("%s: expected %s, got %s\n", c->raw,
			    c->expected ? c->expected : "nothing",
			    got ? got : "nothing");
		wrong++;
	}
	arena_free(&arena);
	assert_int_equal(wrong, 0);
}
#define RUN(kind, cases) run_cases((kind), (cases), sizeof(cases) / sizeof *(cases))

static void amounts_are_read_in_every_locale(void **state)
{
	(void)state;
	static const struct value_case cases[] = {
		{"12.50", "12.50", 0, 0},
		{"12,50", "12.50", 0, 0},
		{"12,50", "12.50", '.', 0},
		{"1.234,56", "1234.56", 0, 0},
		{"1,234.56", "1234.56", 0, 0},
		{"1 234,56", "1234.56", 0, 0},
		{"1\u00a0234,56 €", "1234.56", 0, 0},
		{"1'234.50", "1234.50", 0, 0},
		{"1’234’567.50", "1234567.50", 0, 0},
		{"12.345.678,90", "12345678.90", 0, 0},
		{"1,23,456.00", "123456.00", 0, 0},
		{"1.234", "1.234", '.', 0},
		{"1.234", "1234.00", ',', 0},
		{"1.234", "1234.00", 0, 0},
		{"1,234", "1234.00", '.', 0},
		{"0.025", "0.025", 0, 0},
		{"0,025", "0.025", '.', 0},
		{"1234,567", "1234.567", 0, 0},
		{"5,5000", "5.5000", 0, 0},
		{"7", "7.00", 0, 0},
		{"€ 12,50", "12.50", 0, 0},
		{"12,50 EUR", "12.50", 0, 0},
		{"EUR 12,50", "12.50", 0, 0},
		{"RM 60.30", "60.30", 0, 0},
		{"RM60.30", "60.30", 0, 0},
		{"$1,234.00", "1234.00", 0, 0},
		{"US$ 5.00", "5.00", 0, 0},
		{"Rs. 1,939", "1939.00", 0, 0},
		{"CHF 1'000.--", "1000.00", 0, 0},
		{"12,-", "12.00", 0, 0},
		{"12.-- CHF", "12.00", 0, 0},
		{"-12.50", "-12.50", 0, 0},
		{"- 12,50", "-12.50", 0, 0},
		{"\u221212,50", "-12.50", 0, 0},
		{"12,50-", "-12.50", 0, 0},
		{"(12.50)", "-12.50", 0, 0},
		{"-$5.00", "-5.00", 0, 0},
		{"$-5.00", "-5.00", 0, 0},
		{"-€ 4,76", "-4.76", 0, 0},
		{"\u2212£4,553.10", "-4553.10", 0, 0},
		{"($5.00)", "-5.00", 0, 0},
		{"*15,20", "15.20", 0, 0},
		{": 15,20", "15.20", 0, 0},
		{"13.06.2018", NULL, 0, 0},
		{"10.1.2.3", NULL, 0, 0},
		{"12,34,56", NULL, 0, 0},
		{"1.2345.678", NULL, 0, 0},
		{"abc", NULL, 0, 0},
		{"", NULL, 0, 0},
		{"12.50 apples", NULL, 0, 0},
		{"12.50 13.50", NULL, 0, 0},
		{"999999999999999999999999999999999999999999999", NULL, 0, 0},
	};
	RUN(KIND_AMOUNT, cases);
}

static void quantities_and_percents_keep_their_own_form(void **state)
{
	(void)state;
	static const struct value_case quantities[] = {
		{"4", "4", 0, 0},	    {"4 kg", "4", 0, 0},
		{"6,5", "6.5", 0, 0},	    {"1.234", "1.234", 0, 0},
		{"400 Stück", "400", 0, 0}, {"2 apples", NULL, 0, 0},
		{"-5", "-5", 0, 0},	    {"100,000", "100.000", ',', 0},
	};
	RUN(KIND_QUANTITY, quantities);
	static const struct value_case percents[] = {
		{"19%", "19", 0, 0},	   {"19 %", "19", 0, 0}, {"7,0 %", "7.0", 0, 0},
		{"14.50%", "14.50", 0, 0}, {"%", NULL, 0, 0},
	};
	RUN(KIND_PERCENT, percents);
}

static void dates_are_read_in_four_languages(void **state)
{
	(void)state;
	static const struct value_case cases[] = {
		{"2018-06-13", "2018-06-13", 0, -1},
		{"2018/6/13", "2018-06-13", 0, -1},
		{"13.06.2018", "2018-06-13", 0, -1},
		{"13.6.18", "2018-06-13", 0, -1},
		{"13. 06. 2018", "2018-06-13", 0, -1},
		{"03.04.2018", "2018-04-03", 0, -1},
		{"03/04/2018", NULL, 0, -1},
		{"03/04/2018", "2018-04-03", 0, 1},
		{"03/04/2018", "2018-03-04", 0, 0},
		{"13/04/2018", "2018-04-13", 0, 0},
		{"04/13/2018", "2018-04-13", 0, 1},
		{"04/04/2018", "2018-04-04", 0, -1},
		{"6-13-98", "1998-06-13", 0, -1},
		{"13. Juni 2018", "2018-06-13", 0, -1},
		{"1. März 2018", "2018-03-01", 0, -1},
		{"1er janvier 2018", "2018-01-01", 0, -1},
		{"16 décembre 2017", "2017-12-16", 0, -1},
		{"4 août 2017", "2017-08-04", 0, -1},
		{"3 de marzo de 2018", "2018-03-03", 0, -1},
		{"July 1 - July 31 , 2014", "2014-07-01", 0, -1},
		{"1 - July 31 , 2014", "2014-07-31", 0, -1},
		{"1. bis 31. Juli 2014", "2014-07-01", 0, -1},
		{"01.12.-31.01.2015", "2014-12-01", 0, -1},
		{"1er mars au 15 avril 2020", "2020-03-01", 0, -1},
		{"1 - 31 July 2014", "2014-07-31", 0, -1},
		{"13-Jun-2018", "2018-06-13", 0, -1},
		{"13JUN18", "2018-06-13", 0, -1},
		{"June 13, 2018", "2018-06-13", 0, -1},
		{"June 13th, 2018", "2018-06-13", 0, -1},
		{"Nov 16th 2017", "2017-11-16", 0, -1},
		{"Sept. 5, 2017", "2017-09-05", 0, -1},
		{"13th of June 2018", "2018-06-13", 0, -1},
		{"Mo., 13.06.2018", "2018-06-13", 0, -1},
		{"Berlin, 13.06.2018", "2018-06-13", 0, -1},
		{"19/10/2018 20:49:18", "2018-10-19", 0, -1},
		{"30.02.2018", NULL, 0, -1},
		{"13.13.2018", NULL, 0, -1},
		{"31/04/2018", NULL, 0, 1},
		{"12.50", NULL, 0, -1},
		{"1.2.3.4", NULL, 0, -1},
		{"123/456/78", NULL, 0, -1},
		{"June", NULL, 0, -1},
		{"", NULL, 0, -1},
	};
	RUN(KIND_DATE, cases);
}

static void times_are_read_on_both_clocks(void **state)
{
	(void)state;
	static const struct value_case cases[] = {
		{"20:49", "20:49", 0, 0},	{"20:49:18", "20:49", 0, 0},
		{"8:05 PM", "20:05", 0, 0},	{"12:10 am", "00:10", 0, 0},
		{"12:10pm", "12:10", 0, 0},	{"8h05", "08:05", 0, 0},
		{"20.49 Uhr", "20:49", 0, 0},	{"20.49", NULL, 0, 0},
		{"25:10", NULL, 0, 0},		{"20:61", NULL, 0, 0},
		{"Time: 07:30", "07:30", 0, 0},
	};
	RUN(KIND_TIME, cases);
}

static void identifiers_keep_their_print(void **state)
{
	(void)state;
	static const struct value_case cases[] = {
		{"RE-20190610/507", "RE-20190610/507", 0, 0},
		{"# 471113.", "471113", 0, 0},
		{": 471113", "471113", 0, 0},
		{"---", NULL, 0, 0},
	};
	RUN(KIND_IDENTIFIER, cases);
}

static void account_and_tax_numbers_need_their_shape(void **state)
{
	(void)state;
	static const struct value_case ibans[] = {
		{"DE88 2008 0000 0970 3757 00", "DE88200800000970375700", 0, 0},
		{"IBAN: FR76 10107 00245 00617052317 39", "FR7610107002450061705231739",
		 0, 0},
		{"DE88 2008 0000 0970 3757", NULL, 0, 0},
		{"ZZ88 2008 0000 0970 3757 00", NULL, 0, 0},
	};
	RUN(KIND_IBAN, ibans);
	static const struct value_case vat_ids[] = {
		{"DE 297 308 020", "DE297308020", 0, 0},
		{"NL8152.54.295.B01", "NL815254295B01", 0, 0},
		{"FR 604 219 388 61", "FR60421938861", 0, 0},
		{"CHE-123.456.789 MWST", "CHE123456789MWST", 0, 0},
		{"ATU12345678", "ATU12345678", 0, 0},
		{"NL00333599698", "NL00333599698", 0, 0},
		{"1234567890", NULL, 0, 0},
		{"Deutschland", NULL, 0, 0},
	};
	RUN(KIND_VAT_ID, vat_ids);
	static const struct value_case bics[] = {
		{"DRES DE FF", "DRESDEFF", 0, 0},
		{"COBADEFFXXX", "COBADEFFXXX", 0, 0},
		{"12345678", NULL, 0, 0},
	};
	RUN(KIND_BIC, bics);
}

static void contact_and_claim_codes_are_normalised(void **state)
{
	(void)state;
	static const struct value_case phones[] = {
		{"(810) 646-2122", "810 646-2122", 0, 0},
		{"810.646.2122", "810 646-2122", 0, 0},
		{"+49 30 123456", "+49 30 123456", 0, 0},
		{"12", NULL, 0, 0},
		{"call me", NULL, 0, 0},
	};
	RUN(KIND_PHONE, phones);
	static const struct value_case icds[] = {
		{"M5416", "M54.16", 0, 0},
		{"M54.16", "M54.16", 0, 0},
		{"I10", "I10", 0, 0},
		{"X", NULL, 0, 0},
	};
	RUN(KIND_ICD, icds);
	static const struct value_case procedures[] = {
		{"99213", "99213", 0, 0},
		{"J1100", "J1100", 0, 0},
		{"0001F", "0001F", 0, 0},
		{"9921", NULL, 0, 0},
	};
	RUN(KIND_PROCEDURE, procedures);
	static const struct value_case zips[] = {
		{"48001", "48001", 0, 0},
		{"480011234", "48001-1234", 0, 0},
		{"4800", NULL, 0, 0},
	};
	RUN(KIND_ZIP, zips);
	static const struct value_case currencies[] = {
		{"€", "EUR", 0, 0},    {"RM", "MYR", 0, 0}, {"CHF", "CHF", 0, 0},
		{"Euro", "EUR", 0, 0}, {"XYZ", NULL, 0, 0},
	};
	RUN(KIND_CURRENCY, currencies);
	static const struct value_case countries[] = {
		{"Deutschland", "DE", 0, 0},
		{"fr", "FR", 0, 0},
		{"España", "ES", 0, 0},
		{"Atlantis", NULL, 0, 0},
	};
	RUN(KIND_COUNTRY, countries);
}

static void values_are_compared_by_meaning(void **state)
{
	(void)state;
	assert_true(value_equal(KIND_AMOUNT, "12.5", "12.50"));
	assert_false(value_equal(KIND_AMOUNT, "12.5", "12.05"));
	assert_true(value_equal(KIND_QUANTITY, "4", "4.000"));
	assert_true(value_equal(KIND_VAT_ID, "DE 297 308 020", "DE297308020"));
	assert_true(value_equal(KIND_PARTY, "Lieferant GmbH", "LIEFERANT GMBH"));
	assert_true(value_equal(KIND_ADDRESS, "Ecke 12, 12345 Stadt",
				"Ecke 12 12345 Stadt"));
	assert_false(value_equal(KIND_ADDRESS, "Ecke 12, 12345 Stadt",
				 "Ecke 13, 12345 Stadt"));
	assert_true(value_equal(KIND_UNIT, "Stück", "H87"));
	assert_false(value_equal(KIND_UNIT, "kg", "H87"));
	assert_true(value_equal(KIND_TEXT, NULL, NULL));
	assert_false(value_equal(KIND_TEXT, NULL, "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts_are_read_in_every_locale),
		cmocka_unit_test(quantities_and_percents_keep_their_own_form),
		cmocka_unit_test(dates_are_read_in_four_languages),
		cmocka_unit_test(times_are_read_on_both_clocks),
		cmocka_unit_test(identifiers_keep_their_print),
		cmocka_unit_test(account_and_tax_numbers_need_their_shape),
		cmocka_unit_test(contact_and_claim_codes_are_normalised),
		cmocka_unit_test(values_are_compared_by_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
