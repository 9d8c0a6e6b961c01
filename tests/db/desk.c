/* The desk from plain psql: a clerk takes, keys, skips, rejects. */
#include "harness.h"

static PGconn *jane, *john, *beta_clerk;

static int hire(void **state)
{
	(void)state;
	PGconn *admin = login_process(DB_ADMIN);

	sql_on(admin, "select intray.grant_clerk('acme', 'jane', password => 'j')");
	sql_on(admin, "select intray.grant_clerk('acme', 'john', password => 'j')");
	sql_on(admin, "select intray.grant_clerk('beta', 'bert', password => 'b')");
	PQfinish(admin);
	jane = login("jane", "j");
	john = login("john", "j");
	beta_clerk = login("bert", "b");
	return 0;
}

static int dismiss(void **state)
{
	(void)state;
	PQfinish(jane);
	PQfinish(john);
	PQfinish(beta_clerk);
	return 0;
}

static void a_keyed_task_is_checked_and_becomes_ready(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-1", "odd");
	struct taken t = take_from(jane, NULL);

	assert_string_equal(
		sql_on(jane,
		       "select desk.submit(%s, %s, '{\"total\": \"2.50\", \"date\": "
		       "\"2026-02-01\","
		       " \"lines\": [{\"description\": \"A\", \"amount\": \"1\"}, "
		       "{\"description\": \"B\", \"amount\": \"1.50\"}]}')",
		       t.task, t.fence),
		"submitted");
	assert_string_equal(
		sql("select state from intray.document where id = '%s'", doc), "keyed");
	assert_string_equal(sql("select string_agg(path || line || '=' || value || ' ' "
				"|| source, ',' order by "
				"line, path) from intray.field where document = '%s' "
				"and path <> 'number'",
				doc),
			    "date0=2026-02-01 person,seller/name0=Bolt & Sons "
			    "ocr,total0=2.50 person,"
			    "lines/amount1=1 person,lines/description1=A person,"
			    "lines/amount2=1.50 person,lines/description2=B person");
	assert_string_equal(
		sql("select before ->> 'total' from intray.keying where document = "
		    "'%s'",
		    doc),
		"1.50");
	do_check(doc, NULL);
	assert_string_equal(
		sql("select state from intray.document where id = '%s'", doc), "ready");
	assert_string_equal(
		sql("select string_agg(to_state, ' ' order by id) from intray.event "
		    "where document = '%s' and kind = 'state'",
		    doc),
		"received read understood exception keyed checked ready");
}

static void a_check_that_still_finds_something_opens_the_next_task(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-2", "odd");
	struct taken t = take_from(jane, NULL);

	sql_on(jane, "select desk.submit(%s, %s, '{\"total\": \"3\"}')", t.task,
	       t.fence);
	do_check(doc, "odd");
	assert_string_equal(
		sql("select d.state || count(t.*) from intray.document d join "
		    "intray.task t on t.document = d.id where d.id = '%s' and "
		    "t.state = 'open' group by d.state",
		    doc),
		"exception1");
}

static void as_printed_lets_a_document_finding_pass_flagged(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-3", "odd");
	struct taken t = take_from(jane, NULL);

	sql_on(jane, "select desk.submit(%s, %s, '{}', array['odd'])", t.task, t.fence);
	do_check(doc, "odd");
	assert_string_equal(
		sql("select d.state || v.flags::text from intray.document d join "
		    "intray.delivery v on v.document = d.id where d.id = '%s'",
		    doc),
		"ready{odd}");
}

static void as_printed_does_not_hold_for_other_values(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-4", "odd");
	struct taken t = take_from(jane, NULL);

	sql_on(jane, "select desk.submit(%s, %s, '{}', array['odd'])", t.task, t.fence);
	sql("update intray.field set value = '9' where path = 'total' and document = "
	    "'%s'",
	    doc);
	do_check(doc, "odd");
	assert_string_equal(
		sql("select state from intray.document where id = '%s'", doc),
		"exception");
}

static void what_the_profile_calls_final_nobody_waves_through(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "K-41", "odd");
	struct taken t = take_from(jane, NULL);

	sql("select intray.profile_set('acme', 'bill', 'rule odd final', '{}')");
	assert_string_equal(sql_fails(jane,
				      "select desk.submit(%s, %s, '{}', array['odd'])",
				      t.task, t.fence),
			    "P0001");
	sql("update intray.profile set current = false");
	assert_string_equal(sql_on(jane,
				   "select desk.submit(%s, %s, '{}', array['odd'])",
				   t.task, t.fence),
			    "submitted");
}

/* Who decides between two people's rows must see where they stand. */
static void a_table_that_is_keyed_keeps_its_places_on_the_paper(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-42", "odd");
	struct taken t = take_from(jane, NULL);

	sql("delete from intray.field where line > 0");
	sql("insert into intray.field (document, line, path, client, position, value, "
	    "page, x, y, w, h, source, confidence, accepted) select '%s', n, "
	    "'lines/' || c, d.client, 90 + n, c || n, 1, 10, n * 100, 50, 20, 'ocr', "
	    "1, "
	    "true from generate_series(1, 3) n, unnest(array['description', 'amount']) "
	    "c, intray.document d where d.id = '%s'",
	    doc, doc);
	sql_on(jane,
	       "select desk.submit(%s, %s, '{\"lines\": [{\"description\": "
	       "\"description1\", \"amount\": \"7\"}, {\"description\": "
	       "\"description3\", \"amount\": \"amount3\"}, {\"amount\": "
	       "\"new\"}]}', array['odd'])",
	       t.task, t.fence);
	assert_string_equal(sql("select string_agg(line || ' ' || y || ' ' || w, ', ' "
				"order by line) "
				"from intray.field where document = '%s' and path = "
				"'lines/amount'",
				doc),
			    "1 100 50, 2 300 50, 3 0 0");
}

static void findings_name_columns_and_fields_of_one_line(void **state)
{
	static const struct {
		const char *named, *path, *line, *expected;
	} cases[] = {
		{"total", "total", "0", "t"},
		{"total", "totals", "0", "f"},
		{"lines/amount", "lines/amount", "2", "t"},
		{"lines[2]/amount", "lines/amount", "2", "t"},
		{"lines[2]/amount", "lines/amount", "12", "f"},
		{"lines[2]/amount", "lines/charge", "2", "f"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(
			sql("select intray.names_field(array['%s'], '%s', %s)",
			    cases[i].named, cases[i].path, cases[i].line),
			cases[i].expected);
}

static void as_printed_of_a_reading_makes_it_the_clerks_own(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "x", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct doc *doc = make_doc("K-30", "S", "1.50");
	bool mine;

	add_value(doc, "lines/amount", 2, "7.00");
	doc_find(doc, "doubtful", FINDING_READING, SEVERITY_STOP,
		 "total lines[2]/amount", "Please check.");
	OK(job_save_document(fx.worker, &job, doc, fx.bill, true, &mine, &fx_err));
	struct taken t = take_from(jane, NULL);
	sql_on(jane, "select desk.submit(%s, %s, '{}', array['doubtful'])", t.task,
	       t.fence);
	assert_string_equal(
		sql("select string_agg(path || line, ' ' order by path) from "
		    "intray.field where document = '%s' and source = 'person'",
		    document_of(drop.id)),
		"lines/amount2 total0");
}

static void next_task_gives_what_a_clerk_needs(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "K-5", "odd");
	assert_string_equal(
		sql_on(jane,
		       "select concat_ws('|', client, type, queue, reason, "
		       "findings -> 0 ->> 'text', fields ->> 'seller/name', "
		       "fields #>> '{lines,0,description}') from desk.next_task()"),
		"acme|bill|exception|odd|The total is odd.|Bolt & Sons|Nuts & bolts");
}

static void
the_same_clerk_gets_the_same_task_again_and_another_clerk_does_not(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "K-6", "odd");
	struct taken a = take_from(jane, NULL), again = take_from(jane, NULL),
		     other = take_from(john, NULL);

	assert_string_equal(a.task, again.task);
	assert_string_equal(a.fence, again.fence);
	assert_string_equal(other.task, "");
}

static void a_clerk_of_another_client_gets_nothing(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "K-7", "odd");
	assert_string_equal(take_from(beta_clerk, NULL).task, "");
	assert_string_equal(sql_on(beta_clerk, "select count(*) from desk.queue"), "0");
}

static void a_clerk_for_other_types_gets_nothing(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "K-8", "odd");
	sql("select intray.grant_clerk('acme', 'john', types => array['claim'])");
	assert_string_equal(take_from(john, NULL).task, "");
	sql("select intray.grant_clerk('acme', 'john', types => array['claim', "
	    "'bill'])");
	assert_string_not_equal(take_from(john, NULL).task, "");
}

static void what_breaches_first_comes_first(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "K-9", "odd");
	const char *urgent = finished_doc(fx.acme_tray, "K-10", "odd");

	sql("update intray.task set due = now() - interval '1 h' where document = '%s'",
	    urgent);
	assert_string_equal(sql_on(jane, "select document from desk.next_task()"),
			    urgent);
}

static void a_lost_lease_goes_to_the_next_and_a_late_submit_is_kept_aside(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-11", "odd");
	struct taken late = take_from(jane, NULL);

	sql("update intray.task set lease_until = now() - interval '1 s' where id = %s",
	    late.task);
	struct taken now = take_from(john, NULL);
	assert_string_equal(now.task, late.task);
	assert_string_equal(sql_on(jane,
				   "select desk.submit(%s, %s, '{\"total\": \"5\"}')",
				   late.task, late.fence),
			    "late");
	assert_string_equal(sql_on(jane,
				   "select desk.save_draft(%s, '{\"total\": \"6\"}')",
				   late.task),
			    "late");
	assert_string_equal(
		sql("select values ->> 'total' from intray.draft where side"), "6");
	assert_string_equal(
		sql("select state from intray.document where id = '%s'", doc),
		"exception");
	assert_string_equal(sql_on(john,
				   "select desk.submit(%s, %s, '{\"total\": \"7\"}')",
				   now.task, now.fence),
			    "submitted");
}

static void a_draft_is_kept_and_prolongs_the_lease(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "K-12", "odd");
	struct taken t = take_from(jane, NULL);

	sql("update intray.task set lease_until = now() + interval '1 min' where id = "
	    "%s",
	    t.task);
	assert_string_equal(sql_on(jane,
				   "select desk.save_draft(%s, '{\"total\": \"4\"}')",
				   t.task),
			    "saved");
	assert_string_equal(
		sql("select lease_until > now() + interval '10 min' from intray.task "
		    "where id = %s",
		    t.task),
		"t");
	assert_string_equal(
		sql_on(jane, "select draft ->> 'total' from desk.next_task()"), "4");
}

static void more_lines_than_a_worker_can_save_in_time_are_refused(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "K-12000", "odd");
	struct taken t = take_from(jane, NULL);

	assert_string_equal(
		sql_fails(jane,
			  "select desk.submit(%s, %s, jsonb_build_object('lines', "
			  "(select "
			  "jsonb_agg('{}'::jsonb) from generate_series(1, 2001))))",
			  t.task, t.fence),
		"P0001");
	sql_on(jane, "select desk.reject(%s, 'not-for-us')", t.task);
}

static void a_skipped_task_goes_to_somebody_else(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "K-13", "odd");
	struct taken t = take_from(jane, NULL);

	assert_string_equal(
		sql_fails(jane, "select desk.skip(%s, 'no such reason')", t.task),
		"P0001");
	sql_on(jane, "select desk.skip(%s, 'language')", t.task);
	assert_string_equal(take_from(jane, NULL).task, "");
	assert_string_equal(take_from(john, NULL).task, t.task);
}

static void a_rejected_document_ends_with_its_reason(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-14", "odd");
	struct taken t = take_from(jane, NULL);

	assert_string_equal(
		sql_fails(john, "select desk.reject(%s, 'not-for-us')", t.task),
		"P0001");
	sql_on(jane, "select desk.reject(%s, 'not-for-us')", t.task);
	assert_string_equal(sql("select state || ' ' || cause || ' ' || reason from "
				"intray.document where id = '%s'",
				doc),
			    "rejected not-for-us not addressed to us");
	assert_string_equal(
		sql("select actor like 'account:%%' from intray.event where document "
		    "= '%s' and to_state = 'rejected'",
		    doc),
		"t");
}

static void a_query_leaves_the_queue_and_comes_back_on_answer(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-15", "odd");
	struct taken t = take_from(jane, NULL);

	sql_on(jane, "select desk.query(%s, 'amounts')", t.task);
	assert_string_equal(take_from(jane, NULL).task, "");
	assert_string_equal(sql_fails(beta_clerk, "select desk.resume('%s')", doc),
			    "P0001");
	sql_on(john, "select desk.resume('%s')", doc);
	assert_string_equal(sql_on(jane, "select document from desk.next_task()"), doc);
}

static void a_postponed_task_comes_back_when_its_date_has_come(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-16", "odd");
	struct taken t = take_from(jane, NULL);

	sql_on(jane, "select desk.postpone(%s, 'later', now() + interval '1 h')",
	       t.task);
	OK(keeper_round(fx.keeper, &fx_err));
	assert_string_equal(take_from(jane, NULL).task, "");
	sql("update intray.document set until = now() - interval '1 s' where id = '%s'",
	    doc);
	OK(keeper_round(fx.keeper, &fx_err));
	assert_string_equal(sql_on(jane, "select document from desk.next_task()"), doc);
}

static void nothing_is_put_aside_for_ever(void **state)
{
	(void)state;
	static const struct {
		const char *how, *until;
	} wrong[] = {
		{"postpone", "'later', null"},
		{"postpone", "'later', 'infinity'"},
		{"postpone", "'later', now() - interval '1 h'"},
		{"query", "'amounts', null"},
		{"query", "'amounts', 1000000"},
	};
	const char *doc = finished_doc(fx.acme_tray, "K-18", "odd");
	struct taken t = take_from(jane, NULL);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_string_equal(sql_fails(jane, "select desk.%s(%s, %s)",
					      wrong[i].how, t.task, wrong[i].until),
				    "P0001");
	assert_string_equal(
		sql("select state from intray.document where id = '%s'", doc),
		"exception");
}

static void a_submit_without_fence_is_late(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "K-19", "odd");
	struct taken t = take_from(jane, NULL);

	assert_string_equal(sql_on(jane, "select desk.submit(%s, null, '{}')", t.task),
			    "late");
	assert_string_equal(
		sql_on(jane, "select desk.submit(%s, %s, '{}', null)", t.task, t.fence),
		"submitted");
}

/* A condition of the caller's own that fails on what it sees would tell it. */
static void no_condition_is_tried_on_rows_of_other_types(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-20", "odd");

	sql("select intray.grant_clerk('acme', 'john', types => array['claim'])");
	assert_string_equal(sql_fails(john,
				      "select count(*) from desk.document where "
				      "type = 'bill' and control_number::integer = 1"),
			    "");
	assert_string_equal(sql_fails(john,
				      "select count(*) from desk.field where "
				      "document = '%s' and value::integer = 1",
				      doc),
			    "");
	sql("select intray.grant_clerk('acme', 'john')");
}

static void unknown_fields_are_refused_by_name(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"{\"totl\": \"1\"}",
		"{\"lines\": [{\"price\": \"1\"}]}",
		"{\"lines\": [\"x\"]}",
		"{\"total\": {\"a\": 1}}",
		"{\"rows\": [{\"amount\": \"1\"}]}",
		"{\"rows\": []}",
		"{\"%\": []}",
		"[1]",
	};
	finished_doc(fx.acme_tray, "K-17", "odd");
	struct taken t = take_from(jane, NULL);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_string_equal(sql_fails(jane, "select desk.submit(%s, %s, '%s')",
					      t.task, t.fence, wrong[i]),
				    "P0001");
	assert_string_equal(sql_fails(jane,
				      "select desk.submit(%s, %s, '{}', array['nope'])",
				      t.task, t.fence),
			    "P0001");
}

static void an_emptied_value_leaves_the_document(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-18", "odd");
	struct taken t = take_from(jane, NULL);

	sql_on(jane,
	       "select desk.submit(%s, %s, '{\"total\": \"\", \"seller/name\": null, "
	       "\"lines\": []}')",
	       t.task, t.fence);
	assert_string_equal(
		sql("select string_agg(path, ' ') from intray.field where document = "
		    "'%s'",
		    doc),
		"number");
}

static void restricted_fields_are_hidden_without_the_right(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-19", "odd");

	sql("update intray.doctype_field set restricted = true where type = 'bill' and "
	    "path = "
	    "'seller/name'");
	assert_string_equal(
		sql_on(jane,
		       "select coalesce(value, 'hidden') from desk.field where "
		       "document = '%s' and path = 'seller/name'",
		       doc),
		"hidden");
	assert_string_equal(
		sql_on(jane, "select fields ? 'seller/name' from desk.next_task()"),
		"f");
	/* A path that the document's type does not have hides as well. */
	assert_string_equal(sql("select intray.may_see(client, 'bill', type_version, "
				"'no/such path') from intray.document where id = '%s'",
				doc),
			    "f");
	sql("select intray.grant_clerk('acme', 'jane', restricted => true)");
	assert_string_equal(
		sql_on(jane,
		       "select value from desk.field where document = '%s' and path = "
		       "'seller/name'",
		       doc),
		"Bolt & Sons");
	sql("update intray.doctype_field set restricted = false");
}

static void taking_a_task_leaves_a_trace(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "K-20", "odd");

	take_from(jane, NULL);
	assert_string_equal(
		sql("select count(*) from intray.event where document = '%s' and "
		    "kind = 'look'",
		    doc),
		"1");
}

int run_desk_tests(void)
{
#define DESK_TEST(f) cmocka_unit_test_setup(f, no_work)
	static const struct CMUnitTest tests[] = {
		DESK_TEST(a_keyed_task_is_checked_and_becomes_ready),
		DESK_TEST(a_check_that_still_finds_something_opens_the_next_task),
		DESK_TEST(as_printed_lets_a_document_finding_pass_flagged),
		DESK_TEST(as_printed_does_not_hold_for_other_values),
		DESK_TEST(what_the_profile_calls_final_nobody_waves_through),
		DESK_TEST(a_table_that_is_keyed_keeps_its_places_on_the_paper),
		DESK_TEST(findings_name_columns_and_fields_of_one_line),
		DESK_TEST(as_printed_of_a_reading_makes_it_the_clerks_own),
		DESK_TEST(next_task_gives_what_a_clerk_needs),
		DESK_TEST(
			the_same_clerk_gets_the_same_task_again_and_another_clerk_does_not),
		DESK_TEST(a_clerk_of_another_client_gets_nothing),
		DESK_TEST(a_clerk_for_other_types_gets_nothing),
		DESK_TEST(what_breaches_first_comes_first),
		DESK_TEST(
			a_lost_lease_goes_to_the_next_and_a_late_submit_is_kept_aside),
		DESK_TEST(a_draft_is_kept_and_prolongs_the_lease),
		DESK_TEST(a_skipped_task_goes_to_somebody_else),
		DESK_TEST(a_rejected_document_ends_with_its_reason),
		DESK_TEST(a_query_leaves_the_queue_and_comes_back_on_answer),
		DESK_TEST(a_postponed_task_comes_back_when_its_date_has_come),
		DESK_TEST(nothing_is_put_aside_for_ever),
		DESK_TEST(a_submit_without_fence_is_late),
		DESK_TEST(no_condition_is_tried_on_rows_of_other_types),
		DESK_TEST(unknown_fields_are_refused_by_name),
		DESK_TEST(an_emptied_value_leaves_the_document),
		DESK_TEST(more_lines_than_a_worker_can_save_in_time_are_refused),
		DESK_TEST(restricted_fields_are_hidden_without_the_right),
		DESK_TEST(taking_a_task_leaves_a_trace),
	};

	return cmocka_run_group_tests_name("desk", tests, hire, dismiss);
}
