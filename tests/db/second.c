/* The second key: who gets it, what he does not see, what counts as the same, who
 * decides, and whose mistake it was. */
#include "harness.h"

static PGconn *jane, *john, *sara, *bert;

static void name_fields(const char *fields)
{
	sql("select intray.profile_set('acme', 'bill', '', '{\"second\": %s, "
	    "\"critical\": [\"total\"]}')",
	    fields);
}

static int hire(void **state)
{
	(void)state;
	PGconn *admin = login_process(DB_ADMIN);

	sql_on(admin, "select intray.grant_clerk('acme', 'jane', password => 'j')");
	sql_on(admin, "select intray.grant_clerk('acme', 'john', password => 'j')");
	sql_on(admin, "select intray.grant_clerk('acme', 'sara', password => 's')");
	sql_on(admin, "select intray.grant_clerk('beta', 'bert', password => 'b')");
	PQfinish(admin);
	sql("insert into intray.access (account, client, what) select a.id, c.id, "
	    "'senior' from intray.account a, intray.client c where a.role = 'sara' and "
	    "c.code = 'acme'");
	jane = login("jane", "j");
	john = login("john", "j");
	sara = login("sara", "s");
	bert = login("bert", "b");
	return 0;
}

static int dismiss(void **state)
{
	(void)state;
	PQfinish(jane);
	PQfinish(john);
	PQfinish(sara);
	PQfinish(bert);
	sql("update intray.profile set current = false");
	sql("delete from intray.access where what = 'senior'");
	return 0;
}

static int fresh(void **state)
{
	sql("delete from intray.mistake");
	sql("delete from intray.looked_over");
	no_work(state);
	name_fields("[\"total\", \"lines/amount\"]");
	return 0;
}

static void check_job(const char *doc)
{
	const char *drop = arena_strdup(
		fx.arena, sql("select drop from intray.document where id = '%s'", doc));
	struct job job = claim_for(fx.worker, drop);
	struct doc *back = doc_new(fx.arena);
	bool mine;

	assert_int_equal(job.kind, JOB_CHECK);
	OK(job_load_document(fx.worker, &job, back, &fx_err));
	back->n_findings = 0;
	set_instance(back);
	OK(job_save_document(fx.worker, &job, back, fx.bill, false, &mine, &fx_err));
	assert_true(mine);
}

/* Keyed by jane with these values, and checked; never the same paper twice. */
static const char *keyed_once(const char *number, const char *values)
{
	static int papers;
	const char *doc = finished_doc(
		fx.acme_tray, arena_printf(fx.arena, "%s/%d", number, papers++), "odd");
	struct taken t = take_from(jane, NULL);

	assert_string_equal(sql_on(jane, "select desk.submit(%s, %s, '%s')", t.task,
				   t.fence, values),
			    "submitted");
	check_job(doc);
	return doc;
}

static void keyed_again(PGconn *clerk, const char *values)
{
	struct taken t = take_from(clerk, NULL);

	assert_string_equal(t.queue, "second-key");
	assert_string_equal(sql_on(clerk, "select desk.submit(%s, %s, '%s')", t.task,
				   t.fence, values),
			    "submitted");
}

#define ONE_LINE "{\"total\": \"1.50\", \"lines\": [{\"amount\": \"1.50\"}]}"

static void what_both_keyed_alike_goes_on_to_ready(void **state)
{
	(void)state;
	const char *doc = keyed_once("S-1", "{\"date\": \"2026-02-01\"}");

	assert_string_equal(state_of(doc), "second-key");
	/* the same amounts, written otherwise */
	keyed_again(john, "{\"total\": \"1.5\", \"lines\": [{\"amount\": \"1.500\"}]}");
	assert_string_equal(state_of(doc), "match");
	check_job(doc);
	assert_string_equal(state_of(doc), "ready");
	assert_string_equal(
		sql("select string_agg(to_state, ' ' order by id) from intray.event "
		    "where document = '%s' and kind = 'state'",
		    doc),
		"received read understood exception keyed checked second-key match "
		"checked ready");
	assert_string_equal(sql("select count(*) from intray.mistake"), "0");
	assert_string_equal(
		sql("select string_agg(a.role || ' ' || l.fields, ',' order by a.role) "
		    "from intray.looked_over l join intray.account a on a.id = "
		    "l.account"),
		"john 2");
}

static void without_such_fields_nobody_keys_twice(void **state)
{
	(void)state;
	name_fields("[]");
	assert_string_equal(state_of(keyed_once("S-2", "{}")), "ready");
}

static void what_nobody_keyed_is_not_keyed_twice(void **state)
{
	(void)state;
	assert_string_equal(state_of(finished_doc(fx.acme_tray, "S-3", NULL)), "ready");
}

static void he_who_keyed_first_does_not_get_it_again(void **state)
{
	(void)state;
	keyed_once("S-4", "{}");
	const char *task = arena_strdup(
		fx.arena, sql("select id from intray.task where state = 'open'"));

	assert_string_equal(take_from(jane, NULL).task, "");
	assert_string_equal(sql_on(jane, "select desk.pick_task(%s)", task), "");
	assert_string_equal(take_from(bert, NULL).task, "");
	assert_string_equal(take_from(john, NULL).task, task);
	assert_string_equal(take_from(sara, NULL).task, "");
}

static void he_who_has_set_it_aside_has_seen_it(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "S-5", "odd");
	struct taken t = take_from(john, NULL);

	sql_on(john, "select desk.skip(%s, 'not-sure')", t.task);
	t = take_from(jane, NULL);
	sql_on(jane, "select desk.submit(%s, %s, '{}')", t.task, t.fence);
	check_job(doc);
	assert_string_equal(take_from(john, NULL).task, "");
	assert_string_equal(take_from(sara, NULL).queue, "second-key");
}

static void the_second_sees_no_value_by_any_door(void **state)
{
	static const struct {
		const char *name, *ask;
	} doors[] = {
		{"next_task", "select to_jsonb(n) - 'control_number' from "
			      "desk.next_task() n"},
		{"pick_task", "select desk.pick_task(%s) - 'file'"},
		{"see_task", "select desk.see_task(%s) - 'file'"},
		{"take_task", "select desk.take_task('{}') - 'file'"},
		{"a note", "select desk.add_note(%s, 'mine')"},
		{"field", "select jsonb_agg(to_jsonb(f)) from desk.field f"},
		{"finding", "select jsonb_agg(to_jsonb(f)) from desk.finding f"},
		{"queue", "select jsonb_agg(q.text) from desk.queue q"},
		{"document", "select jsonb_agg(o.reason) from desk.document o"},
	};

	(void)state;
	sql("delete from intray.field");
	sql("delete from intray.finding");
	const char *doc = finished_doc(fx.acme_tray, "SECRET-6", "SECRET-code");
	struct taken t = take_from(jane, NULL);
	sql_on(jane, "select desk.add_note(%s, 'SECRET note')", t.task);
	sql_on(jane,
	       "select desk.submit(%s, %s, '{\"seller/name\": \"SECRET name\", "
	       "\"total\": \"777.77\"}')",
	       t.task, t.fence);
	/* before the second key waits, too: he must not have looked it up already */
	for (size_t i = 5; i < sizeof(doors) / sizeof(*doors); i++)
		assert_null(strstr(sql_on(john, "%s", doors[i].ask), "SECRET"));
	check_job(doc);
	t = take_from(john, NULL);
	for (size_t i = 0; i < sizeof(doors) / sizeof(*doors); i++) {
		char ask[200];
		snprintf(ask, sizeof(ask), "%s", doors[i].ask);
		char *at = strstr(ask, "%s");
		if (at)
			snprintf(ask, sizeof(ask), "%.*s%s%s", (int)(at - ask),
				 doors[i].ask, t.task, doors[i].ask + (at - ask) + 2);
		const char *seen = sql_on(john, "%s", ask);
		if (strstr(seen, "SECRET") || strstr(seen, "777") ||
		    strstr(seen, "1.50") || strstr(seen, "Nuts"))
			fail_msg("%s: %s", doors[i].name, seen);
	}
	/* and the first may see what he keyed */
	assert_string_equal(
		sql_on(jane, "select value from desk.field where path = 'total'"),
		"777.77");
}

static void the_pages_words_are_kept_from_him_but_not_the_picture(void **state)
{
	static const char signed_in[] =
		"select intray.sign_in((select id from intray.account where role = "
		"'%s'), '%s', 'c', 1000, 1000, null)";
	(void)state;
	const char *doc = keyed_once("S-7", "{}");
	PGconn *desk = login_process(DB_DESK);
	static const char *const people[] = {"jane", "john"};

	for (size_t i = 0; i < 2; i++) {
		char token[40];
		snprintf(token, sizeof(token), "token of %s", people[i]);
		sql(signed_in, people[i], token);
		sql_on(desk, "select intray.session_show('%s')", token);
		assert_string_equal(
			sql_on(desk, "select intray.page_words('%s', 1) is null", doc),
			i == 0 ? "f" : "t");
		assert_string_equal(
			sql_on(desk,
			       "select count(*) from intray.page_picture('%s', 1, "
			       "false)",
			       doc),
			"1");
	}
	PQfinish(desk);
}

static void only_the_named_fields_are_taken(void **state)
{
	(void)state;
	keyed_once("S-8", "{}");
	struct taken t = take_from(john, NULL);

	assert_string_equal(
		sql_fails(john, "select desk.submit(%s, %s, '{\"number\": \"1\"}')",
			  t.task, t.fence),
		"P0001");
	assert_string_equal(sql_fails(john,
				      "select desk.submit(%s, %s, '{\"lines\": "
				      "[{\"description\": \"1\"}]}')",
				      t.task, t.fence),
			    "P0001");
}

static void a_difference_goes_to_a_third_who_is_a_senior(void **state)
{
	(void)state;
	const char *doc = keyed_once("S-9", "{\"total\": \"2.00\"}");

	keyed_again(john, ONE_LINE);
	assert_string_equal(state_of(doc), "arbitrate");
	assert_string_equal(take_from(jane, NULL).task, "");
	assert_string_equal(take_from(john, NULL).task, "");
	struct taken t = take_from(sara, NULL);
	assert_string_equal(t.queue, "arbitration");
	assert_string_equal(
		sql_on(sara,
		       "select d ->> 'id' || ' ' || (d ->> 'path') || ' ' || (d ->> "
		       "'first') || ' ' || (d ->> 'second') from "
		       "jsonb_array_elements(desk.see_task(%s) -> 'differences') d",
		       t.task),
		"1 total 2.00 1.50");
	assert_string_equal(
		sql_fails(sara, "select desk.submit(%s, %s, '{}')", t.task, t.fence),
		"P0001");
	assert_string_equal(
		sql_fails(sara, "select desk.arbitrate(%s, %s, '{}')", t.task, t.fence),
		"P0001");
	assert_string_equal(sql_on(sara,
				   "select desk.arbitrate(%s, %s, '{\"1\": {\"take\": "
				   "\"second\"}}')",
				   t.task, t.fence),
			    "decided");
	check_job(doc);
	assert_string_equal(state_of(doc), "ready");
	assert_string_equal(sql("select value from intray.field where document = '%s' "
				"and path = 'total'",
				doc),
			    "1.50");
	assert_string_equal(
		sql("select a.role || ' ' || m.was || ' ' || m.should || ' ' || "
		    "m.critical from intray.mistake m join intray.account a on a.id = "
		    "m.account"),
		"jane 2.00 1.50 true");
}

static void a_mistake_belongs_to_whoever_made_it(void **state)
{
	static const struct {
		const char *decision, *value, *whose;
	} cases[] = {
		{"{\"take\": \"first\"}", "2.00", "john"},
		{"{\"take\": \"second\"}", "1.50", "jane"},
		{"{\"take\": \"other\", \"value\": \"9\"}", "9", "jane john"},
		{"{\"take\": \"other\", \"value\": \"\"}", "", "jane john"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fresh(NULL);
		const char *doc = keyed_once("S-10", "{\"total\": \"2.00\"}");
		keyed_again(john, ONE_LINE);
		struct taken t = take_from(sara, NULL);
		sql_on(sara, "select desk.arbitrate(%s, %s, '{\"1\": %s}')", t.task,
		       t.fence, cases[i].decision);
		assert_string_equal(sql("select coalesce(max(value), '') from "
					"intray.field where document = '%s' and "
					"path = 'total'",
					doc),
				    cases[i].value);
		assert_string_equal(
			sql("select string_agg(a.role, ' ' order by a.role) from "
			    "intray.mistake m join intray.account a on a.id = "
			    "m.account"),
			cases[i].whose);
	}
}

static void what_nobody_touched_was_the_readers_mistake(void **state)
{
	(void)state;
	keyed_once("S-11", "{\"date\": \"2026-02-01\"}");
	keyed_again(john, "{\"total\": \"8\", \"lines\": [{\"amount\": \"1.50\"}]}");
	struct taken t = take_from(sara, NULL);

	sql_on(sara, "select desk.arbitrate(%s, %s, '{\"1\": {\"take\": \"second\"}}')",
	       t.task, t.fence);
	assert_string_equal(
		sql("select count(*) from intray.mistake where account is null"), "1");
}

static void rows_are_brought_side_by_side(void **state)
{
	static const struct {
		const char *name, *a, *b, *pairs;
	} cases[] = {
		{"nothing", "[]", "[]", ""},
		{"the same", "[[\"1\"],[\"2\"]]", "[[\"1\"],[\"2\"]]", "1-1 2-2"},
		{"one missing at the start", "[[\"1\"],[\"2\"],[\"3\"]]",
		 "[[\"2\"],[\"3\"]]", "1- 2-1 3-2"},
		{"one missing in the middle", "[[\"1\"],[\"2\"],[\"3\"],[\"4\"]]",
		 "[[\"1\"],[\"3\"],[\"4\"]]", "1-1 2- 3-2 4-3"},
		{"one missing at the end", "[[\"1\"],[\"2\"]]", "[[\"1\"]]", "1-1 2-"},
		{"one too many", "[[\"1\"],[\"2\"]]", "[[\"1\"],[\"9\"],[\"2\"]]",
		 "1-1 -2 2-3"},
		{"all missing", "[[\"1\"],[\"2\"]]", "[]", "1- 2-"},
		{"a cell differs", "[[\"1\",\"x\"],[\"2\",\"y\"]]",
		 "[[\"1\",\"x\"],[\"3\",\"y\"]]", "1-1 2-2"},
		{"a cell differs beside a missing row",
		 "[[\"1\",\"x\"],[\"2\",\"y\"],[\"3\",\"z\"]]",
		 "[[\"2\",\"w\"],[\"3\",\"z\"]]", "1- 2-1 3-2"},
		{"alike rows", "[[\"5\"],[\"5\"],[\"5\"]]", "[[\"5\"],[\"5\"]]",
		 "1-1 2-2 3-"},
		{"two swapped", "[[\"1\"],[\"2\"]]", "[[\"2\"],[\"1\"]]", "1- 2-1 -2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *pairs =
			sql("select string_agg(concat(first, '-', second), ' ') from "
			    "intray.rows_align('%s', '%s')",
			    cases[i].a, cases[i].b);
		if (strcmp(pairs, cases[i].pairs) != 0)
			fail_msg("%s: %s", cases[i].name, pairs);
	}
	assert_string_equal(
		sql("select count(*) || ' ' || count(*) filter (where first is null or "
		    "second is null) from intray.rows_align((select "
		    "jsonb_agg(jsonb_build_array(n::text)) from generate_series(1, "
		    "400) n), (select jsonb_agg(jsonb_build_array(n::text)) from "
		    "generate_series(1, 400) n where n not in (100, 300)))"),
		"400 2");
}

static void values_count_not_how_they_are_written(void **state)
{
	static const struct {
		const char *kind, *a, *b, *same;
	} cases[] = {
		{"amount", "1.50", "1.5", "t"},
		{"amount", "-0.00", "0", "t"},
		{"amount", "1.50", "1.05", "f"},
		{"amount", "", "0", "f"},
		{"text", "Nuts & Bolts", "nuts bolts", "t"},
		{"party", "M. Mair", "M. Maier", "f"},
		{"text", "-", "", "f"},
		{"identifier", "a 1", "A1", "t"},
		{"identifier", "A-1", "A1", "f"},
		{"date", "2026-01-02", "2026-02-01", "f"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(sql("select intray.comparable('%s', '%s') = "
					"intray.comparable('%s', '%s')",
					cases[i].kind, cases[i].a, cases[i].kind,
					cases[i].b),
				    cases[i].same);
}

#define FOUR_LINES                                                                     \
	"{\"total\": \"10\", \"lines\": [{\"description\": \"A\", \"amount\": \"1\"}," \
	"{\"description\": \"B\", \"amount\": \"2\"},"                                 \
	"{\"description\": \"C\", \"amount\": \"3\"},"                                 \
	"{\"description\": \"D\", \"amount\": \"4\"}]}"

static const char *lines_of(const char *doc)
{
	return sql("select string_agg(v, ' ' order by line) from (select line, "
		   "string_agg(value, ':' order by path desc) as v from intray.field "
		   "where document = '%s' and line > 0 group by line) x",
		   doc);
}

static void a_missing_row_is_one_difference_and_the_rest_stays(void **state)
{
	/* the second has keyed 33 for B, left out C, and has a row after D */
	static const char again[] =
		"{\"total\": \"10\", \"lines\": [{\"amount\": \"1\"}, {\"amount\": "
		"\"33\"}, {\"amount\": \"4\"}, {\"amount\": \"5\"}]}";
	static const struct {
		const char *cell, *row, *extra, *lines;
	} cases[] = {
		{"first", "first", "first", "A:1 B:2 C:3 D:4"},
		{"first", "second", "first", "A:1 B:2 D:4"},
		{"second", "first", "first", "A:1 B:33 C:3 D:4"},
		{"first", "first", "second", "A:1 B:2 C:3 D:4 5"},
		{"second", "second", "second", "A:1 B:33 D:4 5"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fresh(NULL);
		const char *doc = keyed_once("S-12", FOUR_LINES);
		keyed_again(john, again);
		struct taken t = take_from(sara, NULL);
		assert_string_equal(
			sql("select string_agg(concat_ws(' ', x ->> 'path', x ->> "
			    "'line', x ->> 'second_line'), ', ' order by x ->> 'id') "
			    "from intray.second_key s, "
			    "jsonb_array_elements(s.differences) x where s.document = "
			    "'%s'",
			    doc),
			"lines/amount 2 2, lines 3 0, lines 0 4");
		assert_string_equal(
			sql_on(sara,
			       "select desk.arbitrate(%s, %s, '{\"1\": {\"take\": "
			       "\"%s\"}, \"2\": {\"take\": \"%s\"}, \"3\": {\"take\": "
			       "\"%s\"}}')",
			       t.task, t.fence, cases[i].cell, cases[i].row,
			       cases[i].extra),
			"decided");
		assert_string_equal(lines_of(doc), cases[i].lines);
		assert_string_equal(sql("select count(*) from intray.mistake"), "3");
		check_job(doc);
		assert_string_equal(state_of(doc), "ready");
	}
}

static void a_row_is_taken_from_one_of_the_two(void **state)
{
	(void)state;
	keyed_once("S-13", FOUR_LINES);
	keyed_again(john, "{\"total\": \"10\", \"lines\": []}");
	struct taken t = take_from(sara, NULL);

	assert_string_equal(
		sql_fails(sara,
			  "select desk.arbitrate(%s, %s, (select "
			  "jsonb_object_agg(n::text, '{\"take\": \"other\", "
			  "\"value\": \"1\"}'::jsonb) from generate_series(1, 4) n))",
			  t.task, t.fence),
		"P0001");
}

static void what_is_agreed_is_keyed_twice_again_only_when_it_changes(void **state)
{
	static const struct {
		const char *later, *state;
	} cases[] = {
		{"{\"date\": \"2026-02-02\"}", "ready"},
		{"{\"total\": \"1.5\"}", "ready"},
		{"{\"total\": \"3\"}", "second-key"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fresh(NULL);
		const char *doc = keyed_once("S-14", "{}");
		keyed_again(john, ONE_LINE);
		check_job(doc);
		sql("update intray.document set state = 'received' where false");
		sql("alter table intray.document disable trigger document_moves");
		sql("select intray.document_excepted('%s', 'erp-refused')", doc);
		sql("alter table intray.document enable trigger document_moves");
		struct taken t = take_from(jane, NULL);
		sql_on(jane, "select desk.submit(%s, %s, '%s')", t.task, t.fence,
		       cases[i].later);
		check_job(doc);
		assert_string_equal(state_of(doc), cases[i].state);
	}
}

static void a_late_second_key_is_kept_aside(void **state)
{
	(void)state;
	const char *doc = keyed_once("S-15", "{}");
	struct taken t = take_from(john, NULL);

	sql("update intray.task set lease_until = now() - interval '1 s' where id = %s",
	    t.task);
	struct taken now = take_from(sara, NULL);
	assert_string_equal(now.task, t.task);
	assert_string_equal(sql_on(john, "select desk.submit(%s, %s, '" ONE_LINE "')",
				   t.task, t.fence),
			    "late");
	assert_string_equal(state_of(doc), "second-key");
	assert_string_equal(sql("select count(*) from intray.draft where side and task "
				"= %s",
				t.task),
			    "1");
	keyed_again(sara, ONE_LINE);
	assert_string_equal(state_of(doc), "match");
}

/* Between any two statements, and between the steps themselves. */
static void a_crash_leaves_the_step_before(void **state)
{
	(void)state;
	const char *doc = keyed_once("S-16", "{\"total\": \"2\"}");
	struct taken t = take_from(john, NULL);

	sql_on(john, "begin");
	sql_on(john, "select desk.submit(%s, %s, '" ONE_LINE "')", t.task, t.fence);
	PQfinish(john);
	john = login("john", "j");
	assert_string_equal(state_of(doc), "second-key");
	assert_string_equal(take_from(john, NULL).task, t.task);
	keyed_again(john, ONE_LINE);
	t = take_from(sara, NULL);
	sql_on(sara, "begin");
	sql_on(sara, "select desk.arbitrate(%s, %s, '{\"1\": {\"take\": \"first\"}}')",
	       t.task, t.fence);
	PQfinish(sara);
	sara = login("sara", "s");
	assert_string_equal(state_of(doc), "arbitrate");
	assert_string_equal(sql("select count(*) from intray.mistake"), "0");
	sql_on(sara, "select desk.arbitrate(%s, %s, '{\"1\": {\"take\": \"first\"}}')",
	       t.task, t.fence);
	/* a worker dies with the check in its hands: the next one has it */
	struct job job;
	assert_true(claim_any(fx.worker, &job));
	sql("update intray.job set lease_until = now() - interval '1 s'");
	check_job(doc);
	assert_string_equal(state_of(doc), "ready");
	assert_string_equal(
		sql("select count(*) from intray.delivery where document = '%s'", doc),
		"1");
}

static void a_supervisor_cannot_give_it_to_the_first(void **state)
{
	(void)state;
	keyed_once("S-17", "{}");
	assert_string_equal(
		sql("select string_agg(a.role, ' ' order by a.role) from intray.task "
		    "t, intray.account a where t.state = 'open' and intray.fit_for(t, "
		    "a.id) and a.role in ('jane', 'john', 'sara')"),
		"john sara");
}

int run_second_tests(void)
{
#define SECOND_TEST(f) cmocka_unit_test_setup(f, fresh)
	static const struct CMUnitTest tests[] = {
		SECOND_TEST(what_both_keyed_alike_goes_on_to_ready),
		SECOND_TEST(without_such_fields_nobody_keys_twice),
		SECOND_TEST(what_nobody_keyed_is_not_keyed_twice),
		SECOND_TEST(he_who_keyed_first_does_not_get_it_again),
		SECOND_TEST(he_who_has_set_it_aside_has_seen_it),
		SECOND_TEST(the_second_sees_no_value_by_any_door),
		SECOND_TEST(the_pages_words_are_kept_from_him_but_not_the_picture),
		SECOND_TEST(only_the_named_fields_are_taken),
		SECOND_TEST(a_difference_goes_to_a_third_who_is_a_senior),
		SECOND_TEST(a_mistake_belongs_to_whoever_made_it),
		SECOND_TEST(what_nobody_touched_was_the_readers_mistake),
		SECOND_TEST(rows_are_brought_side_by_side),
		SECOND_TEST(values_count_not_how_they_are_written),
		SECOND_TEST(a_missing_row_is_one_difference_and_the_rest_stays),
		SECOND_TEST(a_row_is_taken_from_one_of_the_two),
		SECOND_TEST(what_is_agreed_is_keyed_twice_again_only_when_it_changes),
		SECOND_TEST(a_late_second_key_is_kept_aside),
		SECOND_TEST(a_crash_leaves_the_step_before),
		SECOND_TEST(a_supervisor_cannot_give_it_to_the_first),
	};

	return cmocka_run_group_tests_name("second", tests, hire, dismiss);
}
