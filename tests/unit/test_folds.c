/* How suppliers are dealt out into folds: together what belongs together, evenly, and
 * the same whatever the order. */
#include "daemon/cli/folds.h"

#include "testing.h"

enum { MOST = 64 };

static size_t add(struct sample *samples, size_t n, struct arena *arena,
		  const char *supplier, size_t documents)
{
	for (size_t i = 0; i < documents; i++, n++) {
		const char *json = arena_printf(arena,
						"{\"type\": \"invoice\", \"fields\": "
						"{\"seller/name\": \"%s\"}}",
						supplier);
		struct err err;

		samples[n] =
			(struct sample){.shown = arena_printf(arena, "a/%zu.pdf", n),
					.has_truth = true};
		if (truth_parse(json, strlen(json), arena, &samples[n].truth, &err) !=
		    RC_OK)
			fail_msg("%s", err.text);
	}
	return n;
}

static void suppliers_are_dealt_out_evenly(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct sample samples[MOST];
	struct sample_list list = {.arena = arena, .samples = samples};
	struct fold_map map;
	int load[TRUST_FOLDS] = {0};

	(void)state;
	list.n = add(samples, 0, arena, "Large Holding", 9);
	for (int i = 0; i < 27; i++)
		list.n = add(samples, list.n, arena,
			     arena_printf(arena, "Shop %c%d", 'A' + i % 26, i), 1);
	folds_deal(&list, arena, &map);
	for (size_t i = 0; i < list.n; i++)
		load[fold_of(&map, &samples[i])]++;
	assert_int_equal(load[fold_of(&map, &samples[0])], 9);
	for (int i = 0; i < TRUST_FOLDS; i++)
		assert_true(load[i] == 9 || load[i] == 3);
}

static void one_supplier_under_two_names_is_one(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct sample samples[MOST];
	struct sample_list list = {.arena = arena, .samples = samples};
	struct fold_map map;

	(void)state;
	list.n = add(samples, 0, arena, "No. 7 Nordlicht Handel GmbH", 1);
	list.n = add(samples, list.n, arena, "Nordlicht Handel", 1);
	list.n = add(samples, list.n, arena, "Someone Else", 1);
	folds_deal(&list, arena, &map);
	assert_int_equal(fold_of(&map, &samples[0]), fold_of(&map, &samples[1]));
	assert_int_not_equal(fold_of(&map, &samples[0]), fold_of(&map, &samples[2]));
}

static void order_does_not_matter_and_no_name_is_kept(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct sample samples[MOST], turned[MOST];
	struct sample_list list = {.arena = arena, .samples = samples};
	struct sample_list other = {.arena = arena, .samples = turned};
	struct fold_map a, b;

	(void)state;
	for (int i = 0; i < 20; i++)
		list.n = add(samples, list.n, arena,
			     arena_printf(arena, "Shop %c%d", 'A' + i % 26, i), 2);
	other.n = list.n;
	for (size_t i = 0; i < list.n; i++)
		turned[i] = samples[list.n - 1 - i];
	folds_deal(&list, arena, &a);
	folds_deal(&other, arena, &b);
	assert_string_equal(folds_print(&a, arena), folds_print(&b, arena));
	assert_null(strstr(folds_print(&a, arena), "shop"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suppliers_are_dealt_out_evenly),
		cmocka_unit_test(one_supplier_under_two_names_is_one),
		cmocka_unit_test(order_does_not_matter_and_no_name_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
