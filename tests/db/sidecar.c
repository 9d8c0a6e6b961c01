/* An index file that comes while its scan is being read. */
#include "harness.h"

static PGconn *worker;

static int rules_on(void **state)
{
	sql("update intray.tray set sidecar = '*.csv' where id = %lld",
	    (long long)fx.acme_tray);
	return no_work(state);
}

static int rules_off(void **state)
{
	(void)state;
	sql("update intray.tray set sidecar = null where id = %lld",
	    (long long)fx.acme_tray);
	return 0;
}

/* An index of one row; what became of it. */
static const char *index_of(const char *file, const char *number)
{
	struct new_drop drop = drop_file(fx.acme_tray, "late.csv", NULL);
	struct job job = claim_for(fx.worker2, drop.id);
	const char *row = arena_printf(
		fx.arena,
		"[{\"row\": 1, \"file\": \"%s\", \"received\": \"2026-02-01\", "
		"\"values\": {\"number\": \"%s\"}}]",
		file, number);

	assert_non_null(job.index_map);
	sql_on(worker, "select intray.job_save_index(%lld, %lld, '{}', '%s')",
	       (long long)job.id, (long long)job.fence, row);
	return state_of(document_of(drop.id));
}

static bool save(struct job *job)
{
	struct doc *doc = make_doc("IX-1", "Index Press", "1.50");
	bool mine;

	OK(job_save_document(fx.worker, job, doc, fx.bill, true, &mine, &fx_err));
	return mine;
}

static void what_was_understood_without_it_is_understood_again(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "scan.tif", NULL);
	struct job job = claim_for(fx.worker, drop.id);

	assert_string_equal(index_of("scan.tif", "IX-1"), "merged");
	assert_false(save(&job));
	assert_string_equal(state_of(document_of(drop.id)), "received");
	job = claim_for(fx.worker, drop.id);
	assert_string_equal(job.received_on, "2026-02-01");
	assert_string_equal(
		sql("select path || ' ' || value from intray.prekeyed('%s')",
		    document_of(drop.id)),
		"number IX-1");
	assert_true(save(&job));
	assert_string_equal(
		sql("select losses + faults from intray.job where document = '%s'",
		    document_of(drop.id)),
		"");
}

static void a_run_of_pages_goes_on(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "long.tif", NULL);
	struct job job = claim_for(fx.worker, drop.id);

	sql("update intray.job set kind = 'run' where id = %lld", (long long)job.id);
	assert_string_equal(index_of("long.tif", "IX-2"), "merged");
	assert_string_equal(sql("select fence = %lld and lease_until is not null from "
				"intray.job where id = %lld",
				(long long)job.fence, (long long)job.id),
			    "t");
}

static void a_long_file_is_understood_again_and_not_read(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "pages.tif", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	bool mine;

	OK(job_save_first_run(fx.worker, &job, make_doc("IX-3", "Index Press", "1.50"),
			      8, &mine, &fx_err));
	assert_string_equal(state_of(document_of(drop.id)), "read");
	job = claim_for(fx.worker, drop.id);
	assert_int_equal(job.kind, JOB_UNDERSTAND);
	assert_string_equal(index_of("pages.tif", "IX-3"), "merged");
	assert_false(save(&job));
	job = claim_for(fx.worker, drop.id);
	assert_int_equal(job.kind, JOB_UNDERSTAND);
	assert_string_equal(job.received_on, "2026-02-01");
}

static int hire(void **state)
{
	worker = login_process(DB_WORKER);
	return no_work(state);
}

static int dismiss(void **state)
{
	(void)state;
	PQfinish(worker);
	return 0;
}

int run_sidecar_tests(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, rules_on, rules_off)
	const struct CMUnitTest tests[] = {
		TEST(what_was_understood_without_it_is_understood_again),
		TEST(a_run_of_pages_goes_on),
		TEST(a_long_file_is_understood_again_and_not_read),
	};
	return cmocka_run_group_tests(tests, hire, dismiss);
}
