/* One-time codes: those of RFC 6238 (its table, six digits of the eight), once each. */
#include "arena.h"
#include "testing.h"
#include "totp.h"

static const unsigned char secret[] = "12345678901234567890";
enum { LEN = 20 };

static void the_codes_are_those_of_the_standard(void **state)
{
	static const struct {
		int64_t at;
		const char *code;
	} cases[] = {
		{59, "287082"},		{1111111109, "081804"}, {1111111111, "050471"},
		{1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t step = 0;
		if (!totp_fits(secret, LEN, cases[i].code, cases[i].at, 0, &step))
			fail_msg("%s at %lld", cases[i].code, (long long)cases[i].at);
		assert_int_equal(step, cases[i].at / 30);
	}
}

static void a_code_is_good_for_half_a_minute_around_its_own(void **state)
{
	static const struct {
		int64_t at;
		bool good;
	} cases[] = {{1111111109 - 61, false},
		     {1111111109 - 30, true},
		     {1111111109 + 30, true},
		     {1111111109 + 31, false}};
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(
			totp_fits(secret, LEN, "081804", cases[i].at, 0, &step),
			cases[i].good);
}

static void a_code_is_good_once(void **state)
{
	int64_t step;

	(void)state;
	assert_true(totp_fits(secret, LEN, "287082", 59, 0, &step));
	assert_false(totp_fits(secret, LEN, "287082", 59, step, &step));
	assert_false(totp_fits(secret, LEN, "287082", 62, step, &step));
}

static void what_is_no_code_fits_nothing(void **state)
{
	static const char *const cases[] = {"",	      "28708",	"2870820",
					    "287083", "28708x", "      "};
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_false(totp_fits(secret, LEN, cases[i], 59, 0, &step));
}

static void an_authenticator_understands_the_address(void **state)
{
	AUTO_ARENA arena = arena_new();

	(void)state;
	assert_string_equal(totp_uri(secret, LEN, "jane", arena),
			    "otpauth://totp/Intray:jane?secret="
			    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Intray");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_codes_are_those_of_the_standard),
		cmocka_unit_test(a_code_is_good_for_half_a_minute_around_its_own),
		cmocka_unit_test(a_code_is_good_once),
		cmocka_unit_test(what_is_no_code_fits_nothing),
		cmocka_unit_test(an_authenticator_understands_the_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
