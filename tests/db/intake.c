/* Files that arrive: recorded once, whatever happens to the answer. */
#include "harness.h"

static void a_new_file_becomes_a_document_and_a_job(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "a.pdf", NULL);
	const char *doc = document_of(drop.id);

	assert_int_equal(drop.outcome, DROP_NEW);
	assert_string_equal(
		sql("select state from intray.document where id = '%s'", doc),
		"received");
	assert_string_equal(
		sql("select kind from intray.job where document = '%s'", doc), "read");
	assert_string_equal(sql("select actor || ' ' || to_state || ' ' || cause from "
				"intray.event where document = '%s'",
				doc),
			    "intake received arrived");
}

static void recording_the_same_drop_again_does_nothing(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "a.pdf", NULL);
	struct db_drop again = {
		.id = drop.id, .tray_id = fx.acme_tray, .name = "a.pdf", .name_len = 5};
	enum db_drop_outcome outcome;

	OK(db_drop_record(fx.intake, &again, &outcome, &fx_err));
	assert_int_equal(outcome, DROP_KNOWN);
	assert_string_equal(
		sql("select count(*) from intray.document where drop = '%s'", drop.id),
		"1");
}

/* A batch: outcomes come in the order of the drops, and what is known is told apart. */
static void several_drops_are_recorded_at_once(void **state)
{
	(void)state;
	char hash[65], first[37], empty[37], twin[37];
	struct new_drop known = drop_file(fx.acme_tray, "known.pdf", "known to us");
	memset(hash, 'b', 64);
	hash[64] = '\0';
	const struct db_drop drops[] = {
		{.id = uuid_new(first),
		 .name = "\xff\n.pdf",
		 .name_len = 6,
		 .sha256 = hash},
		{.id = known.id, .name = "known.pdf", .name_len = 9, .sha256 = hash},
		{.id = uuid_new(empty),
		 .name = "e",
		 .name_len = 1,
		 .problem = "empty",
		 .problem_text = "Nothing in it: \xff."},
		{.id = uuid_new(twin), .name = "twin", .name_len = 4, .sha256 = hash},
	};
	static const enum db_drop_outcome expected[] = {DROP_NEW, DROP_KNOWN,
							DROP_PROBLEM, DROP_DUPLICATE};
	struct db_recorded got[4];

	OK(db_drops_record(fx.intake, fx.acme_tray, drops, 4, fx.arena, got, &fx_err));
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(got[i].outcome, expected[i]);
	assert_string_equal(
		got[1].sha256,
		sql("select sha256 from intray.drop where id = '%s'", known.id));
	assert_string_equal(
		sql("select encode(name, 'hex') from intray.drop where id = '%s'",
		    first),
		"ff0a2e706466");
}

static void of_several_drops_all_are_recorded_or_none(void **state)
{
	(void)state;
	char good[37], bad[37];
	const struct db_drop drops[] = {
		{.id = uuid_new(good), .name = "good", .name_len = 4},
		{.id = uuid_new(bad),
		 .name = "bad",
		 .name_len = 3,
		 .received_on = "no day"},
	};
	struct db_recorded got[2];

	assert_int_equal(db_drops_record(fx.intake, fx.acme_tray, drops, 2, fx.arena,
					 got, &fx_err),
			 RC_FAIL);
	assert_string_equal(
		sql("select count(*) from intray.drop where id = '%s'", good), "0");
}

static void the_same_bytes_of_one_client_are_a_duplicate(void **state)
{
	(void)state;
	struct new_drop first = drop_file(fx.acme_tray, "a.pdf", "the same bytes");
	struct new_drop second = drop_file(fx.acme_tray, "b.pdf", "the same bytes");
	const char *doc = document_of(second.id);

	assert_int_equal(second.outcome, DROP_DUPLICATE);
	assert_string_equal(
		sql("select duplicate_of from intray.document where id = '%s'", doc),
		document_of(first.id));
	assert_string_equal(
		sql("select count(*) from intray.job where document = '%s'", doc), "0");
}

static void the_same_bytes_of_another_client_are_new(void **state)
{
	(void)state;
	drop_file(fx.acme_tray, "a.pdf", "shared bytes");
	assert_int_equal(drop_file(fx.beta_tray, "a.pdf", "shared bytes").outcome,
			 DROP_NEW);
}

static void a_file_that_cannot_be_taken_in_is_quarantined_with_the_reason(void **state)
{
	(void)state;
	char id[37];
	enum db_drop_outcome outcome;
	struct db_drop drop = {.id = uuid_new(id),
			       .tray_id = fx.acme_tray,
			       .name = "-empty.pdf",
			       .name_len = 10,
			       .problem = "empty",
			       .problem_text = "The file is empty."};

	OK(db_drop_record(fx.intake, &drop, &outcome, &fx_err));
	assert_int_equal(outcome, DROP_PROBLEM);
	assert_string_equal(
		sql("select d.state || ' ' || d.cause || ' ' || f.text from "
		    "intray.document d join intray.finding f on f.document = d.id "
		    "where d.drop = '%s'",
		    id),
		"quarantined empty The file is empty.");
}

static void a_name_may_hold_any_byte(void **state)
{
	(void)state;
	char id[37];
	enum db_drop_outcome outcome;
	static const unsigned char name[] = {'a', 0xff, '\'', '\\', '\n', 0x01, '"'};
	struct db_drop drop = {.id = uuid_new(id),
			       .tray_id = fx.acme_tray,
			       .name = name,
			       .name_len = sizeof(name)};

	OK(db_drop_record(fx.intake, &drop, &outcome, &fx_err));
	assert_string_equal(
		sql("select encode(name, 'hex') from intray.drop where id = '%s'", id),
		"61ff275c0a0122");
}

static void a_drop_of_unknown_outcome_can_be_asked_for(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "a.pdf", NULL);
	char hash[65], never[37];
	bool known;

	OK(db_drop_known(fx.intake, drop.id, &known, hash, &fx_err));
	assert_true(known);
	assert_int_equal(strlen(hash), 64);
	OK(db_drop_known(fx.intake, uuid_new(never), &known, hash, &fx_err));
	assert_false(known);
}

static void received_on_defaults_to_the_clients_day(void **state)
{
	(void)state;
	char id[37];
	enum db_drop_outcome outcome;
	struct db_drop drop = {.id = uuid_new(id),
			       .tray_id = fx.acme_tray,
			       .name = "x",
			       .name_len = 1};

	OK(db_drop_record(fx.intake, &drop, &outcome, &fx_err));
	assert_string_equal(
		sql("select received_on = (now() at time zone 'UTC')::date from "
		    "intray.document where drop = '%s'",
		    id),
		"t");
}

static void control_numbers_count_per_client_and_day(void **state)
{
	(void)state;
	struct new_drop a = drop_file(fx.acme_tray, "a", NULL);
	struct new_drop b = drop_file(fx.acme_tray, "b", NULL);

	assert_string_equal(
		sql("select right(b.control_number, 4)::int - "
		    "right(a.control_number, 4)::int from intray.document a, "
		    "intray.document b where a.drop = '%s' and b.drop = '%s'",
		    a.id, b.id),
		"1");
	assert_string_equal(
		sql("select left(control_number, 5) from intray.document where "
		    "drop = '%s'",
		    a.id),
		"ACME-");
}

static void a_member_of_an_archive_names_its_parent(void **state)
{
	(void)state;
	struct new_drop archive = drop_file(fx.acme_tray, "all.zip", NULL);
	char id[37];
	enum db_drop_outcome outcome;
	struct db_drop drop = {.id = uuid_new(id),
			       .tray_id = fx.acme_tray,
			       .name = "one.pdf",
			       .name_len = 7,
			       .parent = archive.id};

	OK(db_drop_record(fx.intake, &drop, &outcome, &fx_err));
	assert_string_equal(
		sql("select parent from intray.document where drop = '%s'", id),
		document_of(archive.id));
}

static void trays_are_listed_and_reported_on(void **state)
{
	(void)state;
	struct db_tray *trays;
	size_t n;
	struct db_tray_status status = {.tray_id = fx.acme_tray,
					.waiting = 3,
					.growing = 1,
					.problem = "The folder is gone."};

	OK(db_trays(fx.intake, fx.arena, &trays, &n, &fx_err));
	assert_int_equal(n, 2);
	assert_string_equal(trays[0].client, "acme");
	OK(db_tray_report(fx.intake, &status, &fx_err));
	status.problem = NULL;
	status.waiting = 0;
	OK(db_tray_report(fx.intake, &status, &fx_err));
	assert_string_equal(
		sql("select waiting || ' ' || growing || coalesce(problem, '') "
		    "from intray.tray_report where tray = %lld",
		    (long long)fx.acme_tray),
		"0 1");
}

int run_intake_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_file_becomes_a_document_and_a_job),
		cmocka_unit_test(recording_the_same_drop_again_does_nothing),
		cmocka_unit_test(several_drops_are_recorded_at_once),
		cmocka_unit_test(of_several_drops_all_are_recorded_or_none),
		cmocka_unit_test(the_same_bytes_of_one_client_are_a_duplicate),
		cmocka_unit_test(the_same_bytes_of_another_client_are_new),
		cmocka_unit_test(
			a_file_that_cannot_be_taken_in_is_quarantined_with_the_reason),
		cmocka_unit_test(a_name_may_hold_any_byte),
		cmocka_unit_test(a_drop_of_unknown_outcome_can_be_asked_for),
		cmocka_unit_test(received_on_defaults_to_the_clients_day),
		cmocka_unit_test(control_numbers_count_per_client_and_day),
		cmocka_unit_test(a_member_of_an_archive_names_its_parent),
		cmocka_unit_test(trays_are_listed_and_reported_on),
	};

	return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
