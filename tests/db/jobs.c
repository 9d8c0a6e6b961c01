/* Jobs: one holder at a time, leases, fences, faults and losses. */
#include "harness.h"

static void two_workers_never_get_the_same_job(void **state)
{
	(void)state;
	struct job a, b;

	no_jobs();
	drop_file(fx.acme_tray, "1", NULL);
	drop_file(fx.acme_tray, "2", NULL);
	assert_true(claim_any(fx.worker, &a));
	assert_true(claim_any(fx.worker2, &b));
	assert_int_not_equal(a.id, b.id);
	assert_false(claim_any(fx.worker, &a));
}

static void a_claim_waiting_in_another_transaction_is_skipped(void **state)
{
	(void)state;
	struct job job;

	no_jobs();
	drop_file(fx.acme_tray, "1", NULL);
	sql("begin");
	sql("select id from intray.job for update");
	assert_false(claim_any(fx.worker, &job));
	sql("rollback");
	assert_true(claim_any(fx.worker, &job));
}

static void a_job_tells_what_the_worker_needs(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "in\xff voice.pdf", NULL);
	struct job job = claim_for(fx.worker, drop.id);

	assert_int_equal(job.kind, JOB_READ);
	assert_string_equal(job.client, "acme");
	assert_string_equal(job.languages, "eng+deu");
	assert_string_equal(job.received_on, "2026-03-01");
	assert_string_equal(job.name, "in\\xff voice.pdf");
	assert_int_equal(strlen(job.sha256), 64);
	assert_string_equal(job.document, document_of(drop.id));
}

static void an_expired_lease_is_taken_by_another_and_the_first_finds_out(void **state)
{
	(void)state;
	struct new_drop drop;
	struct doc *doc = make_doc("1", "S", "1.00");
	bool mine = true;

	no_jobs();
	drop = drop_file(fx.acme_tray, "1", NULL);
	struct job first = claim_for(fx.worker, drop.id);
	sql("update intray.job set lease_until = now() - interval '1 s' where id = "
	    "%lld",
	    (long long)first.id);
	struct job second = claim_for(fx.worker2, drop.id);
	assert_true(second.fence > first.fence);
	OK(job_heartbeat(fx.worker, &first, &mine, &fx_err));
	assert_false(mine);
	OK(job_save_document(fx.worker, &first, doc, fx.bill, true, &mine, &fx_err));
	assert_false(mine);
	assert_string_equal(sql("select state from intray.document where id = '%s'",
				second.document),
			    "received");
	OK(job_heartbeat(fx.worker2, &second, &mine, &fx_err));
	assert_true(mine);
	assert_string_equal(sql("select losses from intray.job where id = %lld",
				(long long)second.id),
			    "1");
}

static void twenty_losses_end_in_quarantine(void **state)
{
	(void)state;
	struct new_drop drop;
	struct job job;

	no_jobs();
	drop = drop_file(fx.acme_tray, "1", NULL);
	claim_for(fx.worker, drop.id);
	sql("update intray.job set losses = 18, lease_until = now() - interval '1 s'");
	assert_true(claim_any(fx.worker, &job)); /* the nineteenth */
	sql("update intray.job set lease_until = now() - interval '1 s'");
	assert_false(claim_any(fx.worker, &job));
	assert_string_equal(sql("select state || ' ' || cause from intray.document "
				"where drop = '%s'",
				drop.id),
			    "quarantined lost");
}

static void three_faults_end_in_quarantine_with_the_reason(void **state)
{
	(void)state;
	struct new_drop drop;

	no_jobs();
	drop = drop_file(fx.acme_tray, "1", NULL);
	for (int i = 0; i < 3; i++) {
		struct job job = claim_for(fx.worker, drop.id);
		assert_int_equal(job.faults, i);
		OK(job_fault(fx.worker, &job, "the reader exceeded its memory",
			     &fx_err));
		sql("update intray.job set not_before = now()");
	}
	assert_string_equal(
		sql("select d.state || ': ' || f.text from intray.document d join "
		    "intray.finding f on f.document = d.id where d.drop = '%s'",
		    drop.id),
		"quarantined: Reading this document failed three times: the reader "
		"exceeded its memory.");
	assert_string_equal(sql("select count(*) from intray.job"), "0");
}

static void a_fault_waits_before_the_next_try(void **state)
{
	(void)state;
	struct new_drop drop;
	struct job job;

	no_jobs();
	drop = drop_file(fx.acme_tray, "1", NULL);
	job = claim_for(fx.worker, drop.id);
	OK(job_fault(fx.worker, &job, "x", &fx_err));
	assert_false(claim_any(fx.worker, &job));
}

static void a_drain_hands_back_uncounted(void **state)
{
	(void)state;
	struct new_drop drop;

	no_jobs();
	drop = drop_file(fx.acme_tray, "1", NULL);
	for (int i = 0; i < 25; i++) {
		struct job job = claim_for(fx.worker, drop.id);
		OK(job_return(fx.worker, &job, &fx_err));
	}
	assert_string_equal(sql("select faults + losses from intray.job"), "0");
}

static void a_postponed_job_waits_uncounted_and_says_why(void **state)
{
	(void)state;
	struct new_drop drop;
	struct job job;

	no_jobs();
	drop = drop_file(fx.acme_tray, "1", NULL);
	job = claim_for(fx.worker, drop.id);
	OK(job_postpone(fx.worker, &job, 3600, "store not reachable", &fx_err));
	assert_false(claim_any(fx.worker, &job));
	assert_string_equal(sql("select error || faults + losses from intray.job"),
			    "store not reachable0");
}

static void an_old_fence_cannot_fail_or_return_a_job(void **state)
{
	(void)state;
	struct new_drop drop;

	no_jobs();
	drop = drop_file(fx.acme_tray, "1", NULL);
	struct job old = claim_for(fx.worker, drop.id);
	OK(job_return(fx.worker, &old, &fx_err));
	struct job now = claim_for(fx.worker2, drop.id);
	OK(job_fault(fx.worker, &old, "x", &fx_err));
	OK(job_return(fx.worker, &old, &fx_err));
	assert_string_equal(
		sql("select faults::text || (lease_until > now()) from intray.job "
		    "where id = %lld",
		    (long long)now.id),
		"0true");
}

static void what_a_person_waits_for_comes_first(void **state)
{
	(void)state;
	struct job job;

	no_jobs();
	drop_file(fx.acme_tray, "1", NULL);
	struct new_drop later = drop_file(fx.acme_tray, "2", NULL);
	sql("select intray.job_insert('%s', 'check', 0, 0)", document_of(later.id));
	assert_true(claim_any(fx.worker, &job));
	assert_int_equal(job.kind, JOB_CHECK);
}

/* How many jobs are handed out until the drop's own. */
static int claims_until(const char *drop)
{
	struct job job;
	int n = 1;

	while (claim_any(fx.worker, &job) && strcmp(job.drop, drop) != 0)
		n++;
	return n;
}

static void a_client_s_only_file_does_not_wait_for_another_s_many(void **state)
{
	(void)state;
	no_jobs();
	for (int i = 0; i < 20; i++)
		drop_file(fx.acme_tray, "many", NULL);
	struct new_drop only = drop_file(fx.beta_tray, "only", NULL);
	assert_in_range(claims_until(only.id), 1, 3);
}

static void
a_file_does_not_wait_for_the_pages_of_another_client_s_long_one(void **state)
{
	(void)state;
	no_jobs();
	struct new_drop longest = drop_file(fx.acme_tray, "long", NULL);
	struct new_drop next = drop_file(fx.acme_tray, "next", NULL);
	claim_for(fx.worker, longest.id);
	for (int page = 1; page < 400; page += 8)
		sql("select intray.job_insert('%s', 'run', %d, %d)",
		    document_of(longest.id), page, page + 7);
	struct new_drop other = drop_file(fx.beta_tray, "other", NULL);
	assert_int_equal(claims_until(next.id), 1); /* came before those pages */
	assert_in_range(claims_until(other.id), 1, 2);
}

static void a_new_job_wakes_a_waiting_worker(void **state)
{
	(void)state;
	struct job job;
	int64_t begin = now_ms_monotonic();

	no_jobs();
	db_wait(fx.worker, 0); /* what earlier tests sent */
	while (db_wait(fx.worker, 10), claim_any(fx.worker, &job))
		;
	drop_file(fx.acme_tray, "1", NULL);
	db_wait(fx.worker, 20000);
	assert_true(now_ms_monotonic() - begin < 20000);
	assert_true(claim_any(fx.worker, &job));
}

int run_job_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_workers_never_get_the_same_job),
		cmocka_unit_test(a_claim_waiting_in_another_transaction_is_skipped),
		cmocka_unit_test(a_job_tells_what_the_worker_needs),
		cmocka_unit_test(
			an_expired_lease_is_taken_by_another_and_the_first_finds_out),
		cmocka_unit_test(twenty_losses_end_in_quarantine),
		cmocka_unit_test(three_faults_end_in_quarantine_with_the_reason),
		cmocka_unit_test(a_fault_waits_before_the_next_try),
		cmocka_unit_test(a_drain_hands_back_uncounted),
		cmocka_unit_test(a_postponed_job_waits_uncounted_and_says_why),
		cmocka_unit_test(an_old_fence_cannot_fail_or_return_a_job),
		cmocka_unit_test(what_a_person_waits_for_comes_first),
		cmocka_unit_test(a_client_s_only_file_does_not_wait_for_another_s_many),
		cmocka_unit_test(
			a_file_does_not_wait_for_the_pages_of_another_client_s_long_one),
		cmocka_unit_test(a_new_job_wakes_a_waiting_worker),
	};

	return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
