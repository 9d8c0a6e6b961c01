/* The learnt model: what is refused, what it answers, and what training makes of scores
 * and outcomes. */
#include "trust.h"

#include "daemon/cli/train.h"
#include "sha256.h"
#include "testing.h"

/* The text with its last line. */
static const char *with_sum(struct arena *arena, const char *text)
{
	char sum[65];

	return arena_printf(arena, "%send\t%s\n", text,
			    sha256_text(text, strlen(text), sum));
}

#define HEAD "intray-trust\t1\nlearnt\tfrom a test\n"
#define POINTS                                                                         \
	"point\ttext\t0\t0.5\npoint\tocr\t-1\t0.1\npoint\tocr\t1\t0.9\n"               \
	"point\tslip\t0\t0.5\npoint\tzone\t0\t0.5\n"

static void a_model_that_is_not_whole_is_refused(void **state)
{
	static const struct {
		const char *text, *problem;
	} cases[] = {
		{"intray-trust\t2\nend\tx\n",
		 "line 1: this is no model of this version"},
		{HEAD POINTS, "line 7: the file is cut off"},
		{HEAD POINTS "end\tabc\n", "line 8: the checksum does not fit"},
		{HEAD "weigh", "line 3: the file is cut off"},
		{HEAD "weigh\ta\t1\n", "line 3: the line is of no known kind"},
		{HEAD "weight\ta\n", "line 3: the line has too few"},
		{HEAD "weight\ta\tnan\n", "line 3: the weight is no number"},
		{HEAD "weight\tb\t1\nweight\ta\t1\n",
		 "line 4: weights are not in order"},
		{HEAD "point\tpaper\t0\t0.5\n", "line 3: there is no such scale"},
		{HEAD "point\tocr\t0\t1.5\n", "line 3: points do not rise"},
		{HEAD "point\tocr\t0\t0.5\npoint\tocr\t1\t0.4\n",
		 "line 4: points do not rise"},
		{HEAD "threshold\tocr\t0.01\t0\n",
		 "line 3: thresholds are not in order"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct trust *trust;
		struct err err;

		assert_int_equal(
			trust_parse(cases[i].text, strlen(cases[i].text), &trust, &err),
			RC_FAIL);
		assert_null(trust);
		if (strncmp(err.text, cases[i].problem, strlen(cases[i].problem)) != 0)
			fail_msg("case %zu: %s", i, err.text);
	}
}

static struct trust *parsed(struct arena *arena, const char *text)
{
	const char *whole = with_sum(arena, text);
	struct trust *trust;
	struct err err;

	if (trust_parse(whole, strlen(whole), &trust, &err) != RC_OK)
		fail_msg("%s", err.text);
	return trust;
}

static void a_scale_is_missing(void **state)
{
	AUTO_ARENA arena = arena_new();
	const char *text = with_sum(arena, HEAD "point\ttext\t0\t0.5\n");
	struct trust *trust;
	struct err err;

	(void)state;
	assert_int_equal(trust_parse(text, strlen(text), &trust, &err), RC_FAIL);
	assert_string_equal(err.text, "line 4: a scale has no points");
}

static bool near(float a, float b)
{
	return a - b < 1e-5F && b - a < 1e-5F;
}

static void weights_of_kind_and_source_are_added(void **state)
{
	static const struct feature features[] = {{"clear", 1}, {"far", 0.5F}};
	static const struct fieldtype amount = {.kind = KIND_AMOUNT, .line = true};
	AUTO_ARENA arena = arena_new();
	struct trust *trust = parsed(arena, HEAD "weight\tclear\t1\n"
						 "weight\tclear@line amount\t0.25\n"
						 "weight\tclear@ocr\t-0.5\n"
						 "weight\tclear@zone\t100\n"
						 "weight\tfar\t-1\n" POINTS);
	struct trust_keys keys = trust_keys_of(&amount, SOURCE_OCR);

	(void)state;
	assert_true(near(trust_score(trust, &keys, features, COUNT(features)), 0.25F));
	trust_free(&trust);
}

static void between_points_confidence_runs_straight(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct trust *trust = parsed(arena, HEAD POINTS);

	(void)state;
	assert_true(near(trust_confidence(trust, TRUST_OCR, -7), 0.1F));
	assert_true(near(trust_confidence(trust, TRUST_OCR, 0.5F), 0.7F));
	assert_true(near(trust_confidence(trust, TRUST_OCR, 7), 0.9F));
	trust_free(&trust);
}

static void a_budget_takes_the_next_smaller_one_that_was_shown(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct trust *trust =
		parsed(arena, HEAD POINTS "threshold\tocr\t0.002\t0.99\n"
					  "threshold\tocr\t0.005\t0.98\n");

	(void)state;
	assert_true(trust_threshold(trust, TRUST_OCR, 0.001F) > 1);
	assert_true(near(trust_threshold(trust, TRUST_OCR, 0.002F), 0.99F));
	assert_true(near(trust_threshold(trust, TRUST_OCR, 0.004F), 0.99F));
	assert_true(near(trust_threshold(trust, TRUST_OCR, 0.3F), 0.98F));
	assert_true(trust_threshold(trust, TRUST_TEXT, 0.3F) > 1);
	trust_free(&trust);
}

static void what_is_printed_is_read_back(void **state)
{
	AUTO_ARENA arena = arena_new();
	const char *text = with_sum(arena, HEAD "weight\ta\t-0.125\n" POINTS
						"threshold\tocr\t0.005\t0.98\n");
	struct trust *trust;
	struct err err;

	(void)state;
	assert_int_equal(trust_parse(text, strlen(text), &trust, &err), RC_OK);
	/* points of all scales come before thresholds of the first */
	assert_non_null(strstr(trust_print(trust, arena), "weight\ta\t-0.125\n"));
	trust_free(&trust);
}

/* 2,000 values: the higher the score, the more are right. */
static size_t rising(struct scored *list, enum trust_scale scale, unsigned *seed)
{
	for (size_t i = 0; i < 2000; i++) {
		*seed = *seed * 1103515245 + 12345;
		list[i] = (struct scored){.score = (float)i / 1000,
					  .right = i > 1000 || (*seed >> 16) % 1000 < i,
					  .scale = scale};
	}
	return 2000;
}

static void confidence_is_the_share_that_was_right(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct trust trust = {.arena = arena};
	struct scored *list = arena_alloc_n(arena, 2000, sizeof(*list));
	unsigned seed = 1;
	size_t n = rising(list, TRUST_OCR, &seed);

	(void)state;
	scales_make(&trust, list, n);
	float half = trust_confidence(&trust, TRUST_OCR, 0.5F);
	assert_true(half > 0.4F && half < 0.6F);
	assert_true(trust_confidence(&trust, TRUST_OCR, 2) > 0.999F);
	assert_true(trust_confidence(&trust, TRUST_OCR, 0) < 0.1F);
	assert_true(near(trust_confidence(&trust, TRUST_TEXT, 9), 0.5F));
}

static void a_threshold_keeps_its_budget_with_certainty(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct trust trust = {.arena = arena};
	struct scored *list = arena_alloc_n(arena, 2000, sizeof(*list));
	unsigned seed = 7;
	size_t n = rising(list, TRUST_OCR, &seed);
	long accepted = 0, wrong = 0;

	(void)state;
	scales_make(&trust, list, n);
	for (size_t i = 0; i < n; i++) {
		bool yes = list[i].confidence >=
			   trust_threshold(&trust, TRUST_OCR, 0.005F);

		accepted += yes;
		wrong += yes && !list[i].right;
	}
	assert_true(accepted > 900);
	assert_true((double)wrong <= 0.005 * (double)accepted);
	/* a thousand right ones are not enough to show one in a thousand */
	assert_true(trust_threshold(&trust, TRUST_OCR, 0.001F) > 1);
}

/* Few values of a scale lean on the others, unless they are worse than those. */
static void a_small_scale_leans_on_all_values(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct trust trust = {.arena = arena};
	struct scored *list = arena_alloc_n(arena, 2200, sizeof(*list));
	unsigned seed = 3;
	size_t n = rising(list, TRUST_ZONE, &seed);

	(void)state;
	for (size_t i = 0; i < 200; i++)
		list[n++] =
			(struct scored){.score = 5, .right = true, .scale = TRUST_TEXT};
	scales_make(&trust, list, n);
	float confidence = trust_confidence(&trust, TRUST_TEXT, 5);
	assert_true(confidence >= trust_threshold(&trust, TRUST_TEXT, 0.005F));
	for (size_t i = 0; i < n; i++)
		if (list[i].scale == TRUST_TEXT)
			list[i].right = list[i].right && i % 20;
	scales_make(&trust, list, n);
	confidence = trust_confidence(&trust, TRUST_TEXT, 5);
	assert_true(confidence < trust_threshold(&trust, TRUST_TEXT, 0.005F));
}

/* The surest ten are wrong, but a rule is broken, so a person sees them anyway. */
static void what_is_never_accepted_moves_no_threshold(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct trust trust = {.arena = arena}, as_well = {.arena = arena};
	struct scored *list = arena_alloc_n(arena, 2010, sizeof(*list));
	unsigned seed = 7;
	size_t n = rising(list, TRUST_OCR, &seed);

	(void)state;
	for (int i = 0; i < 10; i++)
		list[n++] =
			(struct scored){.score = 3, .scale = TRUST_OCR, .barred = true};
	scales_make(&trust, list, n);
	for (size_t i = 0; i < n; i++)
		list[i].barred = false;
	scales_make(&as_well, list, n);
	assert_true(trust_threshold(&trust, TRUST_OCR, 0.005F) <= 1);
	assert_true(trust_threshold(&as_well, TRUST_OCR, 0.005F) > 1);
}

static void what_is_read_of_slips_has_a_scale_of_its_own(void **state)
{
	static const struct doctype slip = {.slip = true}, sheet = {.slip = false};

	(void)state;
	assert_int_equal(trust_scale_of(&slip, SOURCE_OCR), TRUST_SLIP);
	assert_int_equal(trust_scale_of(&sheet, SOURCE_OCR), TRUST_OCR);
	assert_int_equal(trust_scale_of(NULL, SOURCE_OCR), TRUST_OCR);
	assert_int_equal(trust_scale_of(&slip, SOURCE_TEXT), TRUST_TEXT);
	assert_int_equal(trust_scale_of(&slip, SOURCE_ZONE), TRUST_ZONE);
}

/* A bad scale takes nothing from a good one, but what both let through is counted. */
static void thresholds_of_all_scales_keep_the_budget_together(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct trust trust = {.arena = arena};
	struct scored *list = arena_alloc_n(arena, 4000, sizeof(*list));
	unsigned seed = 5;
	size_t n = rising(list, TRUST_ZONE, &seed);
	long accepted = 0, wrong = 0;

	(void)state;
	for (size_t i = 0; i < 2000; i++, n++)
		list[n] = (struct scored){.score = (float)i / 1000,
					  .right = i % 10 != 0,
					  .scale = TRUST_SLIP};
	scales_make(&trust, list, n);
	assert_true(trust_threshold(&trust, TRUST_SLIP, 0.005F) > 1);
	for (size_t i = 0; i < n; i++) {
		bool yes = list[i].confidence >=
			   trust_threshold(&trust, list[i].scale, 0.005F);

		accepted += yes;
		wrong += yes && !list[i].right;
	}
	assert_true(accepted > 900);
	assert_true((double)wrong <= 0.005 * (double)accepted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_model_that_is_not_whole_is_refused),
		cmocka_unit_test(a_scale_is_missing),
		cmocka_unit_test(weights_of_kind_and_source_are_added),
		cmocka_unit_test(between_points_confidence_runs_straight),
		cmocka_unit_test(a_budget_takes_the_next_smaller_one_that_was_shown),
		cmocka_unit_test(what_is_printed_is_read_back),
		cmocka_unit_test(confidence_is_the_share_that_was_right),
		cmocka_unit_test(a_threshold_keeps_its_budget_with_certainty),
		cmocka_unit_test(a_small_scale_leans_on_all_values),
		cmocka_unit_test(what_is_never_accepted_moves_no_threshold),
		cmocka_unit_test(what_is_read_of_slips_has_a_scale_of_its_own),
		cmocka_unit_test(thresholds_of_all_scales_keep_the_budget_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
