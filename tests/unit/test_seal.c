/* What the database may keep but not read: sealed for one owner, opened by one key. */
#include <string.h>

#include "password.h"
#include "testing.h"

static const char plain[] = "a secret of 20 bytes";
enum { LEN = 20 };

struct sealed {
	unsigned char key[SEAL_KEY_BYTES], bytes[LEN + SEAL_MORE_BYTES];
};

static struct sealed sealed_for(const char *owner)
{
	struct sealed s;

	seal_key("the text of a key file", s.key);
	seal(s.key, owner, plain, LEN, s.bytes);
	return s;
}

static void it_opens_for_its_owner(void **state)
{
	struct sealed s = sealed_for("jane");
	char got[LEN];

	(void)state;
	assert_true(seal_open(s.key, "jane", s.bytes, sizeof(s.bytes), got));
	assert_memory_equal(got, plain, LEN);
}

static void nothing_of_it_can_be_seen(void **state)
{
	struct sealed a = sealed_for("jane"), b = sealed_for("jane");

	(void)state;
	assert_memory_not_equal(a.bytes, b.bytes, sizeof(a.bytes));
	for (size_t i = 0; i + 4 <= sizeof(a.bytes); i++)
		assert_memory_not_equal(a.bytes + i, plain, 4);
}

static void nobody_elses_and_nothing_changed_opens(void **state)
{
	struct sealed s = sealed_for("jane"), changed = s, other = s;
	char got[LEN];

	(void)state;
	changed.bytes[sizeof(s.bytes) - 1] ^= 1;
	seal_key("another text", other.key);
	assert_false(seal_open(s.key, "joan", s.bytes, sizeof(s.bytes), got));
	assert_false(seal_open(other.key, "jane", s.bytes, sizeof(s.bytes), got));
	assert_false(seal_open(s.key, "jane", changed.bytes, sizeof(s.bytes), got));
	for (size_t len = 0; len < sizeof(s.bytes); len++)
		assert_false(seal_open(s.key, "jane", s.bytes, len, got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_opens_for_its_owner),
		cmocka_unit_test(nothing_of_it_can_be_seen),
		cmocka_unit_test(nobody_elses_and_nothing_changed_opens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
