/* What workers hand in: pages, fields, findings, and the state that follows. */
#include "harness.h"

static void a_document_without_findings_is_ready_and_offered(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "R-1", NULL);

	assert_string_equal(
		sql("select state from intray.document where id = '%s'", doc), "ready");
	assert_string_equal(sql("select string_agg(to_state, ' ' order by id) from "
				"intray.event where document = '%s'",
				doc),
			    "received read understood ready");
	assert_string_equal(
		sql("select convert_from(bytes, 'UTF8') = d.instance from "
		    "intray.delivery v "
		    "join intray.document d on d.id = v.document where d.id = '%s'",
		    doc),
		"t");
	assert_string_equal(
		sql("select count(*) from intray.job where document = '%s'", doc), "0");
}

static void a_document_with_a_stop_is_an_exception_with_a_task(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "R-2", "sum-of-lines");

	assert_string_equal(
		sql("select d.state || ' ' || t.queue || ' ' || t.reason || ' ' || "
		    "d.reason from intray.document d join intray.task t on "
		    "t.document = d.id where d.id = '%s'",
		    doc),
		"exception exception sum-of-lines The total is odd.");
	assert_string_equal(
		sql("select count(*) from intray.delivery where document = '%s'", doc),
		"0");
}

static void a_document_without_instance_is_never_ready(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "x", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct doc *doc = make_doc("R-3", "S", "1.00");
	bool mine;

	doc->instance = NULL;
	OK(job_save_document(fx.worker, &job, doc, fx.bill, true, &mine, &fx_err));
	assert_string_equal(
		sql("select state from intray.document where drop = '%s'", drop.id),
		"exception");
}

static void a_value_that_would_break_the_erps_view_is_never_offered(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "x", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct doc *doc = make_doc("R-3b", "S", "1,00");
	bool mine;

	OK(job_save_document(fx.worker, &job, doc, fx.bill, true, &mine, &fx_err));
	assert_true(mine);
	assert_string_equal(
		sql("select d.state || ' ' || t.reason from intray.document d join "
		    "intray.task t on t.document = d.id where d.drop = '%s'",
		    drop.id),
		"exception not-deliverable");
}

static void saving_again_after_a_lost_answer_does_nothing(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "x", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct doc *doc = make_doc("R-4", "S", "1.00");
	bool mine;

	OK(job_save_document(fx.worker, &job, doc, fx.bill, true, &mine, &fx_err));
	assert_true(mine);
	OK(job_save_document(fx.worker, &job, doc, fx.bill, true, &mine, &fx_err));
	assert_false(mine);
	assert_string_equal(
		sql("select count(*) from intray.delivery v join intray.document d "
		    "on d.id = v.document where d.drop = '%s'",
		    drop.id),
		"1");
}

static void five_hundred_fields_with_odd_text_come_back_as_they_were(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "x", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct doc *doc = make_doc("R \"5\" \\ \xc3\xbc {},'", "S", "1.00");
	struct doc *back = doc_new(fx.arena);
	bool mine;

	for (int i = 2; i < 502; i++)
		add_value(doc, "lines/amount", i, arena_printf(fx.arena, "%d.00", i));
	struct field *f = doc_field(doc, "total", 0);
	f->alternatives = arena_alloc(fx.arena, sizeof(*f->alternatives));
	f->alternatives[0] = (struct alternative){"7.00", 0.5f};
	f->n_alternatives = 1;
	f->box = (struct box){1, 2, 3, 4};
	doc_find(doc, "missing", FINDING_READING, SEVERITY_STOP, "date total",
		 "No date.");
	OK(job_save_document(fx.worker, &job, doc, fx.bill, true, &mine, &fx_err));
	assert_true(mine);

	OK(job_load_document(fx.worker, &job, back, &fx_err));
	assert_int_equal(back->n_fields, doc->n_fields);
	for (size_t i = 0; i < doc->n_fields; i++) {
		assert_string_equal(back->fields[i].path, doc->fields[i].path);
		assert_string_equal(back->fields[i].value, doc->fields[i].value);
	}
	f = doc_field(back, "total", 0);
	assert_string_equal(f->alternatives[0].text, "7.00");
	assert_int_equal(f->box.h, 4);
	assert_int_equal(f->source, SOURCE_OCR);
	assert_true(f->accepted);
	assert_true(f->confidence > 0.87f && f->confidence < 0.88f);
	assert_int_equal(back->n_findings, 1);
	assert_int_equal(back->findings[0].n_fields, 2);
	assert_string_equal(back->findings[0].text, "No date.");
	assert_string_equal(back->pages[0]->words[0].text, "bill");
	assert_int_equal(back->pages[0]->display.width, 1000);
	assert_int_equal(strlen(back->pages[0]->display.hash), 64);
	assert_string_equal(back->format, "pdf");
}

/* A document of 20 pages in runs of 8: the first run is saved, two are left. */
static struct new_drop long_document(struct job *second, struct job *third)
{
	struct new_drop drop = drop_file(fx.acme_tray, "long.pdf", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct doc *doc = make_doc("L-1", "S", "1.00");
	bool mine;

	doc->pages_in_file = 20;
	for (int i = 2; i <= 8; i++) {
		*doc_add_page(doc) = *doc->pages[0];
		doc->pages[i - 1]->number = i;
	}
	OK(job_save_first_run(fx.worker, &job, doc, 8, &mine, &fx_err));
	assert_true(mine);
	*second = claim_for(fx.worker, drop.id);
	*third = claim_for(fx.worker2, drop.id);
	return drop;
}

static struct doc *run_pages(const struct job *job)
{
	struct doc *doc = make_doc("unused", "S", "1.00");

	doc->n_fields = 0;
	doc->pages[0]->number = job->first_page;
	for (int i = job->first_page + 1; i <= job->last_page; i++) {
		struct page *page = doc_add_page(doc);
		*page = *doc->pages[0];
		page->number = i;
	}
	return doc;
}

static void a_long_document_is_cut_into_runs_and_the_last_one_goes_on(void **state)
{
	(void)state;
	struct job second, third;
	struct doc *back = doc_new(fx.arena);
	bool mine;

	no_jobs();
	struct new_drop drop = long_document(&second, &third);
	assert_int_equal(second.kind, JOB_RUN);
	assert_int_equal(second.first_page, 9);
	assert_int_equal(second.last_page, 16);
	assert_int_equal(third.first_page, 17);
	assert_int_equal(third.last_page, 20);
	OK(job_save_run(fx.worker2, &third, run_pages(&third), &mine, &fx_err));
	assert_string_equal(
		sql("select count(*) from intray.job where kind = 'understand'"), "0");
	OK(job_save_run(fx.worker, &second, run_pages(&second), &mine, &fx_err));
	struct job last = claim_for(fx.worker, drop.id);
	assert_int_equal(last.kind, JOB_UNDERSTAND);
	OK(job_load_document(fx.worker, &last, back, &fx_err));
	assert_int_equal(back->n_pages, 20);
	for (int i = 0; i < 20; i++)
		assert_int_equal(back->pages[i]->number, i + 1);
	assert_non_null(doc_field(back, "number", 0));
	OK(job_save_document(fx.worker, &last, back, fx.bill, false, &mine, &fx_err));
	assert_true(mine);
}

/* Both runs end at the same moment: neither transaction sees the other's end, yet
 * exactly one must insert the next job. The first holds its transaction open while the
 * second saves. */
static void a_first_run_without_a_readable_page_is_followed_by_the_others(void **state)
{
	struct new_drop drop = drop_file(fx.acme_tray, "torn.pdf", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct doc *doc = make_doc("L-2", "S", "1.00");
	bool mine;

	(void)state;
	doc->pages_in_file = 20;
	doc->n_pages = 0;
	OK(job_save_first_run(fx.worker, &job, doc, 8, &mine, &fx_err));
	assert_true(mine);
	job = claim_for(fx.worker, drop.id);
	assert_int_equal(job.first_page, 9);
	assert_int_equal(job.last_page, 16);
}

static void two_last_runs_that_end_together_lose_nothing(void **state)
{
	(void)state;
	struct job second, third;
	static const char empty[] = "{\"pages\":[],\"findings\":[]}";

	no_jobs();
	struct new_drop drop = long_document(&second, &third);
	PGconn *a = login_process(DB_WORKER), *b = login_process(DB_WORKER);
	sql_on(a, "begin");
	assert_string_equal(sql_on(a, "select intray.job_save_run(%lld, %lld, '%s')",
				   (long long)second.id, (long long)second.fence,
				   empty),
			    "t");
	PQsendQuery(b, arena_printf(
			       fx.arena, "select intray.job_save_run(%lld, %lld, '%s')",
			       (long long)third.id, (long long)third.fence, empty));
	while (strcmp(sql("select count(*) from pg_locks where not granted"), "0") == 0)
		;
	sql_on(a, "commit");
	PGresult *r = PQgetResult(b);
	assert_string_equal(PQgetvalue(r, 0, 0), "t");
	PQclear(r);
	PQfinish(a);
	PQfinish(b);
	assert_string_equal(
		sql("select count(*) from intray.job where kind = 'understand' and "
		    "document = '%s'",
		    document_of(drop.id)),
		"1");
}

/* Both were understood before either was saved, so neither check saw the other. */
static void of_two_saved_at_once_one_is_a_duplicate(void **state)
{
	(void)state;
	const char *first = finished_doc(fx.acme_tray, "FV-771/26", NULL);
	const char *second = finished_doc(fx.acme_tray, "FV 771 26", NULL);

	assert_string_equal(state_of(first), "ready");
	assert_string_equal(state_of(second), "exception");
	assert_string_equal(sql("select code || ' ' || severity from intray.finding "
				"where document = '%s'",
				second),
			    "duplicate stop");
}

static void schemas_come_back_byte_for_byte(void **state)
{
	(void)state;
	assert_non_null(fx.bill);
	assert_string_equal(fx.bill->version,
			    sql("select version from intray.doctype where "
				"name = 'bill' and current"));
}

static void a_client_without_profile_has_none(void **state)
{
	(void)state;
	const char *profile = "x";

	OK(db_profile(fx.worker, "acme", "bill", fx.arena, &profile, &fx_err));
	assert_null(profile);
	sql("insert into intray.profile (client, type, version, text) select id, "
	    "'bill', 1, "
	    "'field date required' from intray.client where code = 'beta'");
	OK(db_profile(fx.worker, "beta", "bill", fx.arena, &profile, &fx_err));
	assert_string_equal(profile, "field date required");
}

int run_result_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_without_findings_is_ready_and_offered),
		cmocka_unit_test(a_document_with_a_stop_is_an_exception_with_a_task),
		cmocka_unit_test(a_document_without_instance_is_never_ready),
		cmocka_unit_test(
			a_value_that_would_break_the_erps_view_is_never_offered),
		cmocka_unit_test(saving_again_after_a_lost_answer_does_nothing),
		cmocka_unit_test(
			five_hundred_fields_with_odd_text_come_back_as_they_were),
		cmocka_unit_test(
			a_long_document_is_cut_into_runs_and_the_last_one_goes_on),
		cmocka_unit_test(
			a_first_run_without_a_readable_page_is_followed_by_the_others),
		cmocka_unit_test(two_last_runs_that_end_together_lose_nothing),
		cmocka_unit_test(of_two_saved_at_once_one_is_a_duplicate),
		cmocka_unit_test(schemas_come_back_byte_for_byte),
		cmocka_unit_test(a_client_without_profile_has_none),
	};

	return cmocka_run_group_tests_name("results", tests, NULL, NULL);
}
