/* Something tried in a child: only its own word makes it a success. */
#include "testing.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "../../daemon/worker/proof.h"

static enum rc holds(void *ctx, struct err *err)
{
	(void)ctx, (void)err;
	return RC_OK;
}

static enum rc fails(void *ctx, struct err *err)
{
	(void)ctx;
	return err_set(err, RC_FAIL, "it did not hold");
}

static enum rc ends(void *ctx, struct err *err)
{
	(void)ctx, (void)err;
	_exit(0);
}

static enum rc is_killed(void *ctx, struct err *err)
{
	(void)ctx, (void)err;
	raise(SIGKILL);
	return RC_OK;
}

static void only_a_verdict_counts(void **state)
{
	static const struct {
		enum rc (*prove)(void *ctx, struct err *err);
		enum rc rc;
		const char *says;
	} cases[] = {
		{holds, RC_OK, ""},
		{fails, RC_FAIL, "did not hold"},
		{ends, RC_FAIL, "in the middle"},
		/* Nobody proved anything, but nothing is broken either: try again. */
		{is_killed, RC_RETRY, "killed from outside"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct proof proof;
		struct err err = {0};
		assert_int_equal(proof_begin(&proof, cases[i].prove, NULL, &err),
				 RC_OK);
		assert_int_equal(proof_end(&proof, &err), cases[i].rc);
		if (!strstr(err.text, cases[i].says))
			fail_msg("case %zu: %s", i, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_verdict_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
