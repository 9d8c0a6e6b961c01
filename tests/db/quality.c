/* The quality check: who is chosen, by whom it is looked over, what becomes of
 * mistakes, disputes, and how the share follows from what is found. */
#include "harness.h"

static PGconn *jane, *carl, *sue, *tess, *erp;

/* A PostgreSQL login with rights that only people of the page have else. */
static void give(const char *role, const char *client, const char *what)
{
	sql("insert into intray.access (account, client, what) select a.id, c.id, '%s' "
	    "from intray.account a, intray.client c where a.role = '%s' and c.code = "
	    "'%s' on conflict do nothing",
	    what, role, client);
}

static int hire(void **state)
{
	(void)state;
	PGconn *admin = login_process(DB_ADMIN);

	sql_on(admin, "select intray.grant_clerk('acme', 'jane', password => 'j')");
	sql_on(admin, "select intray.grant_clerk('acme', 'carl', password => 'c')");
	sql_on(admin, "select intray.grant_clerk('acme', 'sue', password => 's')");
	sql_on(admin, "select intray.grant_clerk('beta', 'tess', password => 't')");
	sql_on(admin, "select intray.grant_erp('acme', 'q_erp', password => 'e')");
	PQfinish(admin);
	give("carl", "acme", "quality");
	give("sue", "acme", "supervise");
	give("sue", "acme", "quality");
	give("tess", "beta", "supervise");
	jane = login("jane", "j");
	carl = login("carl", "c");
	sue = login("sue", "s");
	tess = login("tess", "t");
	erp = login("q_erp", "e");
	return 0;
}

static int dismiss(void **state)
{
	(void)state;
	PQfinish(jane);
	PQfinish(carl);
	PQfinish(sue);
	PQfinish(tess);
	PQfinish(erp);
	sql("update intray.profile set current = false");
	sql("delete from intray.access where what in ('quality', 'supervise')");
	return 0;
}

static void sample(const char *release, const char *share)
{
	sql("select intray.profile_set('acme', 'bill', '', '{\"critical\": "
	    "[\"total\"], \"rates\": {\"touchless\": %s, \"keyed\": %s}, \"before\": "
	    "%s}')",
	    share, share, strcmp(release, "before") == 0 ? "true" : "false");
}

static int fresh(void **state)
{
	sql("delete from intray.mistake");
	sql("delete from intray.looked_over");
	sql("delete from intray.quality");
	sql("delete from intray.sampling");
	no_work(state);
	sample("before", "1");
	return 0;
}

static void check_job(const char *doc)
{
	const char *drop = arena_strdup(
		fx.arena, sql("select drop from intray.document where id = '%s'", doc));
	struct job job = claim_for(fx.worker, drop);
	struct doc *back = doc_new(fx.arena);
	bool mine;

	OK(job_load_document(fx.worker, &job, back, &fx_err));
	back->n_findings = 0;
	set_instance(back);
	OK(job_save_document(fx.worker, &job, back, fx.bill, false, &mine, &fx_err));
	assert_true(mine);
}

static const char *keyed_by_jane(const char *number, const char *values)
{
	const char *doc = finished_doc(fx.acme_tray, number, "odd");
	struct taken t = take_from(jane, "exception");

	sql_on(jane, "select desk.submit(%s, %s, '%s')", t.task, t.fence, values);
	check_job(doc);
	return doc;
}

static void looked_over(PGconn *who, const char *values)
{
	struct taken t = take_from(who, "quality");

	assert_string_not_equal(t.task, "");
	assert_string_equal(sql_on(who, "select desk.submit(%s, %s, '%s')", t.task,
				   t.fence, values),
			    "submitted");
}

static void sampling_switches_by_the_rules_of_the_standard(void **state)
{
	static const struct {
		const char *from, *lots, *to;
	} cases[] = {
		{"normal", "a", "normal"},
		{"normal", "r", "normal"},
		{"normal", "rr", "tightened"},
		{"normal", "raaar", "tightened"},
		{"normal", "raaaar", "normal"},
		{"normal", "aaaaaaaaaaaaaa", "normal"},
		{"normal", "aaaaaaaaaaaaaaa", "reduced"},
		{"normal", "raaaaaaaaaaaaaaa", "reduced"},
		{"normal", "aaaaaaaaaaaaaar", "normal"},
		{"normal", "aaaaaaaaaaaaaara", "normal"},
		{"reduced", "aaaaaaaaaaaaaaaaaaaa", "reduced"},
		{"reduced", "r", "normal"},
		{"tightened", "aaaa", "tightened"},
		{"tightened", "aaaaa", "normal"},
		{"tightened", "raaaaa", "normal"},
		{"tightened", "rrrr", "tightened"},
		{"tightened", "rrrrr", "all"},
		{"tightened", "rararararr", "all"},
		{"all", "aaaa", "all"},
		{"all", "aaaaa", "tightened"},
		{"all", "aaaar", "all"},
	};

	(void)state;
	sql("create or replace function pg_temp.after(severity text, lots text) "
	    "returns text language plpgsql as $$ declare s intray.sampling; begin "
	    "s.severity := severity; s.verdicts := ''; s.score := 0; s.refused := 0; "
	    "s.lots := 0; for i in 1 .. length(lots) loop s := intray.switched(s, "
	    "substr(lots, i, 1) = 'a'); end loop; return s.severity; end $$");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *to = sql("select pg_temp.after('%s', '%s')", cases[i].from,
				     cases[i].lots);
		if (strcmp(to, cases[i].to) != 0)
			fail_msg("%s, %s: %s", cases[i].from, cases[i].lots, to);
	}
}

static void a_lot_bears_no_critical_mistake(void **state)
{
	static const struct {
		const char *severity;
		int critical, other;
		const char *accepted;
	} cases[] = {
		{"normal", 0, 0, "t"},	  {"normal", 0, 1, "t"},
		{"normal", 0, 2, "f"},	  {"normal", 1, 0, "f"},
		{"reduced", 0, 1, "t"},	  {"reduced", 0, 2, "f"},
		{"tightened", 0, 0, "t"}, {"tightened", 0, 1, "f"},
		{"all", 0, 1, "f"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(sql("select intray.lot_accepted('%s', %d, %d)",
					cases[i].severity, cases[i].critical,
					cases[i].other),
				    cases[i].accepted);
}

static void the_draw_is_random_but_always_the_same(void **state)
{
	static const char draw[] =
		"select count(*) filter (where intray.lot_drawn(d) < 0.05) || ' ' || "
		"count(distinct intray.lot_drawn(d)) from (select "
		"jsonb_populate_record(null::intray.document, jsonb_build_object('id', "
		"md5(n::text)::uuid, 'client', (select id from intray.client where "
		"code = 'acme'))) as d from generate_series(1, 2000) n) x";
	(void)state;
	sql("insert into intray.sampling_key (client, key) select id, 'k' from "
	    "intray.client where code = 'acme' on conflict (client) do update set key "
	    "= 'k'");
	char *first = arena_strdup(fx.arena, sql(draw));
	assert_string_equal(sql(draw), first);
	int chosen = atoi(first);
	assert_in_range(chosen, 80, 120);
	sql("update intray.sampling_key set key = 'other'");
	assert_string_not_equal(sql(draw), first);
	assert_string_equal(sql_fails(jane, "select key from intray.sampling_key"),
			    "42501");
}

static void without_a_share_nothing_is_sampled(void **state)
{
	(void)state;
	sample("before", "0");
	assert_string_equal(state_of(finished_doc(fx.acme_tray, "Q-1", NULL)), "ready");
	assert_string_equal(sql("select count(*) from intray.quality"), "0");
}

static void what_nobody_touched_is_sampled_too(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "Q-2", NULL);

	assert_string_equal(state_of(doc), "sampled");
	assert_string_equal(take_from(jane, "quality").task, "");
	looked_over(carl, "{\"total\": \"1.50\"}");
	assert_string_equal(state_of(doc), "ready");
	assert_string_equal(
		sql("select path || ' ' || (account is null) || ' ' || checked from "
		    "intray.sampling"),
		"touchless true 1");
	assert_string_equal(
		sql("select q.outcome from intray.quality q where document = '%s'",
		    doc),
		"right");
}

static void nobody_checks_what_he_keyed(void **state)
{
	(void)state;
	give("jane", "acme", "quality");
	keyed_by_jane("Q-3", "{}");
	assert_string_equal(take_from(jane, "quality").task, "");
	sql("delete from intray.access where what = 'quality' and account = (select id "
	    "from intray.account where role = 'jane')");
	assert_string_not_equal(take_from(carl, "quality").task, "");
	assert_string_equal(take_from(sue, "quality").task, "");
}

static void a_mistake_found_in_time_is_corrected(void **state)
{
	(void)state;
	const char *doc =
		keyed_by_jane("Q-4", "{\"total\": \"9.99\", \"lines\": "
				     "[{\"description\": \"A\", \"amount\": \"1\"}, "
				     "{\"description\": \"B\", \"amount\": \"2\"}]}");

	assert_string_equal(state_of(doc), "sampled");
	looked_over(carl, "{\"total\": \"1.50\", \"number\": \"Q-5\", \"lines\": "
			  "[{\"description\": \"A\", \"amount\": \"1\"}, "
			  "{\"description\": \"B\", \"amount\": \"3\"}]}");
	assert_string_equal(state_of(doc), "keyed");
	check_job(doc);
	assert_string_equal(state_of(doc), "ready");
	assert_string_equal(
		sql("select string_agg(coalesce(a.role, 'reader') || ' ' || m.path || "
		    "m.line || ' ' || m.was || '>' || m.should || ' ' || m.critical, "
		    "', ' order by m.path) from intray.mistake m left join "
		    "intray.account a on a.id = m.account"),
		"jane lines/amount2 2>3 false, reader number0 Q-4>Q-5 false, jane "
		"total0 9.99>1.50 true");
	assert_string_equal(sql("select critical || ' ' || other from intray.sampling"),
			    "1 2");
	assert_string_equal(
		sql("select count(*) from intray.event where document = '%s' and kind "
		    "= 'quality' and cause = 'mistakes'",
		    doc),
		"1");
}

static void after_release_the_erp_does_not_wait(void **state)
{
	(void)state;
	sample("after", "1");
	const char *doc = finished_doc(fx.acme_tray, "Q-6", NULL);

	assert_string_equal(state_of(doc), "ready");
	looked_over(carl, "{\"total\": \"2\"}");
	assert_string_equal(state_of(doc), "keyed");
	check_job(doc);
	assert_string_equal(
		sql("select string_agg(revision || state, ' ' order by revision) from "
		    "intray.delivery where document = '%s'",
		    doc),
		"1withdrawn 2open");
	/* once is enough */
	assert_string_equal(take_from(carl, "quality").task, "");
}

static void what_is_booked_is_corrected_when_a_supervisor_says_so(void **state)
{
	(void)state;
	sample("after", "1");
	const char *doc = finished_doc(fx.acme_tray, "Q-7", NULL);

	sql_on(erp, "select erp.post('%s', 1, 'B-1')", doc);
	looked_over(carl, "{\"total\": \"2\"}");
	assert_string_equal(state_of(doc), "posted");
	const char *id = arena_strdup(
		fx.arena, sql("select id from intray.quality where outcome = "
			      "'correction-due' and document = '%s'",
			      doc));
	assert_string_equal(sql_fails(tess, "select desk.correction(%s, 'offer')", id),
			    "P0001");
	assert_string_equal(sql_fails(jane, "select desk.correction(%s, 'offer')", id),
			    "P0001");
	sql_on(sue, "select desk.correction(%s, 'offer')", id);
	check_job(doc);
	assert_string_equal(
		sql_on(erp,
		       "select revision || ' replaces ' || replaces from erp.bill "
		       "where document = '%s'",
		       doc),
		"2 replaces 1");
	assert_string_equal(sql_fails(sue, "select desk.correction(%s, 'settle')", id),
			    "P0001");
}

static void an_open_check_does_not_hinder_the_erps_refusal(void **state)
{
	(void)state;
	sample("after", "1");
	const char *doc = finished_doc(fx.acme_tray, "Q-8", NULL);

	sql_on(erp, "select erp.refuse('%s', 1, 'data', 'E', 'bad')", doc);
	assert_string_equal(state_of(doc), "exception");
	assert_string_equal(sql("select string_agg(queue, ' ' order by queue) from "
				"intray.task where document = '%s' and state = 'open'",
				doc),
			    "exception quality");
}

static const char *charged(void)
{
	static int papers;

	keyed_by_jane(arena_printf(fx.arena, "Q-9/%d", papers++),
		      "{\"total\": \"9.99\"}");
	looked_over(carl, "{\"total\": \"1.50\"}");
	return arena_strdup(fx.arena, sql("select max(id) from intray.mistake"));
}

static void only_whose_it_is_disputes_a_mistake_and_only_once(void **state)
{
	(void)state;
	const char *m = charged();

	assert_string_equal(sql_fails(carl, "select desk.dispute(%s, 'x')", m),
			    "P0001");
	assert_string_equal(sql_fails(tess, "select desk.dispute(%s, 'x')", m),
			    "P0001");
	assert_string_equal(sql_fails(jane, "select desk.dispute(%s, ' ')", m),
			    "P0001");
	sql_on(jane, "select desk.dispute(%s, 'look at it')", m);
	assert_string_equal(sql_fails(jane, "select desk.dispute(%s, 'again')", m),
			    "P0001");
}

static void a_supervisor_who_did_not_find_it_decides(void **state)
{
	(void)state;
	const char *m = charged();

	assert_string_equal(sql_fails(sue, "select desk.judge(%s, true)", m), "P0001");
	sql_on(jane, "select desk.dispute(%s, 'look at it')", m);
	give("carl", "acme", "supervise");
	assert_string_equal(sql_fails(carl, "select desk.judge(%s, true)", m), "P0001");
	assert_string_equal(sql_fails(tess, "select desk.judge(%s, true)", m), "P0001");
	assert_string_equal(sql_fails(jane, "select desk.judge(%s, true)", m), "P0001");
	sql_on(sue, "select desk.judge(%s, false)", m);
	assert_string_equal(sql("select state from intray.mistake where id = %s", m),
			    "confirmed");
	assert_string_equal(sql("select critical from intray.sampling"), "1");
	sql("delete from intray.access where what = 'supervise' and account = (select "
	    "id from intray.account where role = 'carl')");
}

static void withdrawn_it_counts_for_nobody_and_the_value_goes_back(void **state)
{
	(void)state;
	const char *m = charged();
	const char *doc = arena_strdup(
		fx.arena, sql("select document from intray.mistake where id = %s", m));

	check_job(doc);
	assert_string_equal(state_of(doc), "ready");
	sql_on(jane, "select desk.dispute(%s, 'look at it')", m);
	sql_on(sue, "select desk.judge(%s, true)", m);
	assert_string_equal(
		sql("select critical || ' ' || checked from intray.sampling"), "0 1");
	check_job(doc);
	assert_string_equal(sql("select value from intray.field where document = '%s' "
				"and path = 'total'",
				doc),
			    "9.99");
	assert_string_equal(sql("select intray.field_accuracy(m.account, "
				"array[m.client]) ->> 'mistakes' from intray.mistake m "
				"where m.id = %s",
				m),
			    "0");
}

static void what_is_judged_later_counts_in_the_lots_again(void **state)
{
	(void)state;
	/* sixteen checks, in each lot of eight one critical mistake: tightened */
	sql("insert into intray.sampling (client, type, path) select id, 'bill', "
	    "'touchless' from intray.client where code = 'acme'");
	sql("insert into intray.quality (client, document, stratum, before, rate, "
	    "checked, critical, other) select d.client, d.id, s.id, false, 1, now() + "
	    "n * interval '1 s', (n %% 8 = 1)::integer, 0 from intray.sampling s, "
	    "(select row_number() over () as n, id, client from (select id, client "
	    "from intray.document limit 16) o) d");
	sql("select intray.sampling_replay(id) from intray.sampling");
	assert_string_equal(sql("select severity || ' ' || lots from intray.sampling"),
			    "tightened 2");
	sql("update intray.quality set critical = 0 where id = (select max(id) from "
	    "intray.quality where critical = 1)");
	sql("select intray.sampling_replay(id) from intray.sampling");
	assert_string_equal(sql("select severity || ' ' || lots from intray.sampling"),
			    "normal 2");
}

static void a_crash_in_the_middle_of_a_check_leaves_it_to_be_done(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "Q-10", NULL);
	struct taken t = take_from(carl, "quality");

	sql_on(carl, "begin");
	sql_on(carl, "select desk.submit(%s, %s, '{\"total\": \"2\"}')", t.task,
	       t.fence);
	PQfinish(carl);
	carl = login("carl", "c");
	assert_string_equal(state_of(doc), "sampled");
	assert_string_equal(sql("select count(*) from intray.mistake"), "0");
	assert_string_equal(sql("select checked from intray.sampling"), "0");
	looked_over(carl, "{\"total\": \"2\"}");
	assert_string_equal(state_of(doc), "keyed");
}

static void everybody_sees_what_is_his(void **state)
{
	static const struct {
		PGconn **who;
		const char *mistakes, *disputes, *strata;
	} cases[] = {
		{&jane, "1", "0", "0"},
		{&carl, "0", "0", "0"},
		{&sue, "0", "1", "1"},
		{&tess, "0", "0", "0"},
	};

	(void)state;
	const char *m = charged();
	sql_on(jane, "select desk.dispute(%s, 'look at it')", m);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *seen = sql_on(
			*cases[i].who,
			"select jsonb_array_length(q -> 'mistakes') || ' ' || "
			"jsonb_array_length(q -> 'disputes') || ' ' || "
			"jsonb_array_length(q -> 'strata') from desk.quality() q");
		assert_string_equal(
			seen, arena_printf(fx.arena, "%s %s %s", cases[i].mistakes,
					   cases[i].disputes, cases[i].strata));
	}
}

int run_quality_tests(void)
{
#define QUALITY_TEST(f) cmocka_unit_test_setup(f, fresh)
	static const struct CMUnitTest tests[] = {
		QUALITY_TEST(sampling_switches_by_the_rules_of_the_standard),
		QUALITY_TEST(a_lot_bears_no_critical_mistake),
		QUALITY_TEST(the_draw_is_random_but_always_the_same),
		QUALITY_TEST(without_a_share_nothing_is_sampled),
		QUALITY_TEST(what_nobody_touched_is_sampled_too),
		QUALITY_TEST(nobody_checks_what_he_keyed),
		QUALITY_TEST(a_mistake_found_in_time_is_corrected),
		QUALITY_TEST(after_release_the_erp_does_not_wait),
		QUALITY_TEST(what_is_booked_is_corrected_when_a_supervisor_says_so),
		QUALITY_TEST(an_open_check_does_not_hinder_the_erps_refusal),
		QUALITY_TEST(only_whose_it_is_disputes_a_mistake_and_only_once),
		QUALITY_TEST(a_supervisor_who_did_not_find_it_decides),
		QUALITY_TEST(withdrawn_it_counts_for_nobody_and_the_value_goes_back),
		QUALITY_TEST(what_is_judged_later_counts_in_the_lots_again),
		QUALITY_TEST(a_crash_in_the_middle_of_a_check_leaves_it_to_be_done),
		QUALITY_TEST(everybody_sees_what_is_his),
	};

	return cmocka_run_group_tests_name("quality", tests, hire, dismiss);
}
