/* Check digits: one good number per kind and country, and the same with a digit
 * misread. */
#include "testing.h"

#include "schema.h"

struct digit_case {
	enum kind kind;
	const char *value;
	int expected; /* 1 holds, 0 fails, -1 none defined */
};

static void run(const struct digit_case *cases, size_t n)
{
	int wrong = 0;

	for (size_t i = 0; i < n; i++) {
		int got = value_check_digit(cases[i].kind, cases[i].value);

		if (got != cases[i].expected) {
			print_error("%s %s: expected %d, got %d\n",
				    kind_name(cases[i].kind), cases[i].value,
				    cases[i].expected, got);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void ibans(void **state)
{
	static const struct digit_case cases[] = {
		{KIND_IBAN, "DE89370400440532013000", 1},
		{KIND_IBAN, "DE89 3704 0044 0532 0130 00", 1},
		{KIND_IBAN, "de89370400440532013000", 1},
		{KIND_IBAN, "GB82WEST12345698765432", 1},
		{KIND_IBAN, "FR7630006000011234567890189", 1},
		{KIND_IBAN, "NO9386011117947", 1},
		{KIND_IBAN, "DE89370400440532013001", 0},
		{KIND_IBAN, "DE8937040044053201300", 0},  /* a digit too few */
		{KIND_IBAN, "XX89370400440532013000", 0}, /* no such country */
		{KIND_IBAN, "", 0},
		{KIND_IBAN, "DE", 0},
		{KIND_IBAN, "DE8937040044053201300089370400440532013000123456789", 0},
	};

	(void)state;
	run(cases, COUNT(cases));
}

static void npis_are_luhn_behind_80840(void **state)
{
	static const struct digit_case cases[] = {
		{KIND_NPI, "1234567893", 1},  {KIND_NPI, "1245319599", 1},
		{KIND_NPI, "1234567890", 0},  {KIND_NPI, "123456789", 0},
		{KIND_NPI, "12345678931", 0}, {KIND_NPI, "12345678A3", 0},
	};

	(void)state;
	run(cases, COUNT(cases));
}

static void vat_numbers_by_country(void **state)
{
	static const struct digit_case cases[] = {
		{KIND_VAT_ID, "ATU13585627", 1},
		{KIND_VAT_ID, "ATU13585626", 0},
		{KIND_VAT_ID, "BE0428759497", 1},
		{KIND_VAT_ID, "BE428759497", 1},
		{KIND_VAT_ID, "BE0428759498", 0},
		{KIND_VAT_ID, "CHE-100.155.212 MWST", 1},
		{KIND_VAT_ID, "CHE-100.155.213 MWST", 0},
		{KIND_VAT_ID, "DE136695976", 1},
		{KIND_VAT_ID, "DE 297 308 020", 1},
		{KIND_VAT_ID, "DE136695975", 0},
		{KIND_VAT_ID, "DE13669597", 0},
		{KIND_VAT_ID, "DK13585628", 1},
		{KIND_VAT_ID, "DK13585627", 0},
		{KIND_VAT_ID, "EE100931558", 1},
		{KIND_VAT_ID, "EE100931559", 0},
		{KIND_VAT_ID, "EL094259216", 1},
		{KIND_VAT_ID, "EL094259217", 0},
		{KIND_VAT_ID, "ESB58378431", 1},
		{KIND_VAT_ID, "ES54362315K", 1},
		{KIND_VAT_ID, "ESX5253868R", 1},
		{KIND_VAT_ID, "ES54362315X", 0},
		{KIND_VAT_ID, "ESB58378432", 0},
		{KIND_VAT_ID, "FI20774740", 1},
		{KIND_VAT_ID, "FI20774741", 0},
		{KIND_VAT_ID, "FR40303265045", 1},
		{KIND_VAT_ID, "FR41303265045", 0},
		{KIND_VAT_ID, "FRK7399859412", -1}, /* keys with letters */
		{KIND_VAT_ID, "GB980780684", 1},
		{KIND_VAT_ID, "GB802311781", 0},
		{KIND_VAT_ID, "HU12892312", 1},
		{KIND_VAT_ID, "HU12892313", 0},
		{KIND_VAT_ID, "IE6433435F", 1},
		{KIND_VAT_ID, "IE6433435OA", 1},
		{KIND_VAT_ID, "IE6433435E", 0},
		{KIND_VAT_ID, "IT00743110157", 1},
		{KIND_VAT_ID, "IT00743110158", 0},
		{KIND_VAT_ID, "LU15027442", 1},
		{KIND_VAT_ID, "LU15027443", 0},
		{KIND_VAT_ID, "NL004495445B01", 1},
		{KIND_VAT_ID, "NL123456782B90", 1},
		{KIND_VAT_ID, "NL004495446B01", 0},
		{KIND_VAT_ID, "NO988077917MVA", 1},
		{KIND_VAT_ID, "NO988077918MVA", 0},
		{KIND_VAT_ID, "PL8567346215", 1},
		{KIND_VAT_ID, "PL8567346216", 0},
		{KIND_VAT_ID, "PT501964843", 1},
		{KIND_VAT_ID, "PT501964842", 0},
		{KIND_VAT_ID, "SE123456789701", 1},
		{KIND_VAT_ID, "SE123456789101", 0},
		{KIND_VAT_ID, "SK2022749619", -1}, /* we don't know its rule for sure */
		{KIND_VAT_ID, "AT", 0},
		{KIND_VAT_ID, "CH", 0},
		{KIND_VAT_ID, "D", -1},
	};

	(void)state;
	run(cases, COUNT(cases));
}

static void other_kinds_have_none(void **state)
{
	static const struct digit_case cases[] = {
		{KIND_TEXT, "DE89370400440532013000", -1},
		{KIND_TAX_NUMBER, "201/113/40209", -1},
		{KIND_IDENTIFIER, "", -1},
	};

	(void)state;
	run(cases, COUNT(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ibans),
		cmocka_unit_test(npis_are_luhn_behind_80840),
		cmocka_unit_test(vat_numbers_by_country),
		cmocka_unit_test(other_kinds_have_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
