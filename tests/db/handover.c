/* The hand-over in the database: batches, answers of every kind, taking back,
 * correcting, doors and the statement. What the ERP's door has of old is in erp.c. */
#include "harness.h"

static PGconn *one, *other; /* two ERPs of acme */

/* From here on the world is empty, so that batches and statements are the test's own.
 */
static int fresh(void **state)
{
	(void)state;
	no_work(NULL);
	sql("update intray.delivery set state = 'withdrawn' where state in ('open', "
	    "'acknowledged')");
	return 0;
}

static int open_doors(void **state)
{
	(void)state;
	sql("select intray.grant_erp('acme', 'sap', password => 's')");
	sql("select intray.grant_erp('acme', 'odoo', password => 'o')");
	one = login("sap", "s");
	other = login("odoo", "o");
	return fresh(NULL);
}

static int close_doors(void **state)
{
	(void)state;
	PQfinish(one);
	PQfinish(other);
	sql("select intray.doors_route('{}')");
	return 0;
}

static const char *taken(PGconn *erp, int size)
{
	return arena_strdup(
		fx.arena,
		sql_on(erp,
		       "select string_agg(document::text, ' ' order by document) from "
		       "erp.next_batch('acme', 'bill', %d)",
		       size));
}

static void two_erps_never_get_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		finished_doc(fx.acme_tray, arena_printf(fx.arena, "OUT1-%d", i), NULL);
	/* Both at once: the first has not committed when the second asks. */
	sql_on(one, "begin");
	const char *a = taken(one, 4);
	const char *b = taken(other, 4);
	sql_on(one, "commit");
	assert_int_equal(strlen(a), 4 * 37 - 1);
	assert_int_equal(strlen(b), 2 * 37 - 1);
	assert_string_equal(
		sql("select count(*) from regexp_split_to_table('%s', ' ') a "
		    "join regexp_split_to_table('%s', ' ') b on a = b",
		    a, b),
		"0");
	assert_string_equal(taken(one, 4), "");
	assert_string_equal(
		sql_on(other, "select count(*) from erp.offer where batch is null"),
		"0");
	assert_string_equal(
		sql_on(other,
		       "select count(*) from erp.offer o where o.document = "
		       "any (string_to_array('%s', ' ')::uuid[])",
		       a),
		"0");
}

static void who_crashed_gets_its_own_batch_again(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "OUT2", NULL);
	const char *mine = taken(one, 10);
	assert_int_equal(strlen(mine), 36);
	assert_string_equal(taken(one, 10), ""); /* it may be working on it */
	sql("update intray.delivery_batch set taken_until = now()");
	assert_string_equal(taken(other, 10), "");
	assert_string_equal(taken(one, 10), mine);
	assert_string_equal(sql_on(one,
				   "select attempts from erp.offer where document "
				   "= '%s'",
				   mine),
			    "1");
	const char *batch = arena_strdup(
		fx.arena, sql_on(one, "select batch from erp.batches() order by batch "
				      "desc limit 1"));
	assert_string_equal(sql_on(one, "select count(*) from erp.batch(%s)", batch),
			    "1");
	assert_string_equal(sql_on(other, "select count(*) from erp.batch(%s)", batch),
			    "0");
	assert_string_equal(sql_fails(other, "select erp.release(%s)", batch), "P0001");
	sql_on(one, "select erp.release(%s)", batch);
	assert_string_equal(taken(other, 10), mine);
}

static void answers_come_in_batches_each_by_itself(void **state)
{
	(void)state;
	const char *a = finished_doc(fx.acme_tray, "OUT3a", NULL);
	const char *b = finished_doc(fx.acme_tray, "OUT3b", NULL);
	const char *c = finished_doc(fx.beta_tray, "OUT3c", NULL);

	taken(one, 10);
	const char *said = arena_printf(
		fx.arena,
		"select string_agg(outcome, ' ' order by line) from erp.answer('["
		"{\"document\": \"%s\", \"revision\": 1, \"answer\": \"posted\", "
		"\"number\": \"1\"}, {\"document\": \"%s\", \"revision\": 1, "
		"\"answer\": \"acknowledged\", \"sha256\": \"00\"}, {\"document\": "
		"\"%s\", \"revision\": 1, \"answer\": \"acknowledged\"}, "
		"{\"document\": \"%s\", \"revision\": 1, \"answer\": \"posted\", "
		"\"number\": \"9\"}, 7, {\"document\": \"%s\", \"revision\": \"x\"}, "
		"{\"document\": \"%s\", \"answer\": \"posted\"}]')",
		a, b, b, c, a, a);
	assert_string_equal(sql_on(one, "%s", said),
			    "taken wrong taken wrong wrong wrong wrong");
	assert_string_equal(state_of(a), "posted");
	assert_string_equal(state_of(b), "acknowledged");
	assert_string_equal(state_of(c), "ready");
	assert_string_equal(sql_on(one, "%s", said),
			    "again wrong again wrong wrong wrong wrong");
	assert_string_equal(sql_fails(one, "select * from erp.answer('{}')"), "P0001");
}

/* What the statement adds up. */
static void an_amount_is_a_number(void **state)
{
	static const char *const amounts[] = {"NaN", "Infinity", "-Infinity"};
	const char *doc = finished_doc(fx.acme_tray, "OUTNaN", NULL);
	(void)state;

	for (size_t i = 0; i < sizeof(amounts) / sizeof(*amounts); i++)
		assert_string_equal(sql_fails(one,
					      "select erp.post('%s', 1, 'BK-1', '%s')",
					      doc, amounts[i]),
				    "P0001");
	assert_string_equal(state_of(doc), "ready");
}

static void a_withdrawn_offer_goes_to_a_person(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "OUT4", NULL);

	taken(one, 10);
	assert_string_equal(sql_fails(other, "select erp.withdraw('%s', 'x')",
				      finished_doc(fx.beta_tray, "OUT4b", NULL)),
			    "P0001");
	sql_on(one, "select erp.withdraw('%s', 'ordered twice')", doc);
	assert_string_equal(
		sql("select d.state || '|' || t.reason || '|' || d.reason from "
		    "intray.document d join intray.task t on t.document = d.id and "
		    "t.state = 'open' where d.id = '%s'",
		    doc),
		"exception|withdrawn|Its offer to the ERP was taken back: ordered "
		"twice");
	assert_string_equal(sql_fails(one, "select erp.acknowledge('%s', 1)", doc),
			    "P0001");
	assert_string_equal(sql_fails(one, "select erp.withdraw('%s', 'x')", doc),
			    "P0001");
}

/* A person has looked, and it goes out again. */
static void finish_again(const char *doc)
{
	sql("update intray.document set state = 'keyed', cause = 'keyed' where id = "
	    "'%s'",
	    doc);
	sql("update intray.document set state = 'checked', cause = 'checked' where id "
	    "= '%s'",
	    doc);
	sql("select intray.document_ready('%s', 'no-findings')", doc);
}

/* The owner is an administrator: for a scene, everybody may do everything. */
static void all_moves(bool allowed)
{
	if (allowed)
		sql("insert into intray.transition select a.name, b.name, 'admin', "
		    "'test' from intray.state a, intray.state b where a.name in "
		    "('exception', 'keyed', 'checked') and b.name in ('keyed', "
		    "'checked', 'ready') on conflict do nothing");
	else
		sql("delete from intray.transition where why = 'test'");
}

static void booked_though_withdrawn_is_replaced_by_what_comes_next(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "OUT5", NULL);

	taken(one, 10);
	sql("select intray.deliver_withdraw('%s', 'x')", doc);
	sql_on(one, "select erp.post('%s', 1, 'OLD')", doc);
	assert_string_equal(sql("select state || late from intray.delivery where "
				"document = '%s'",
				doc),
			    "postedtrue");
	all_moves(true);
	finish_again(doc);
	all_moves(false);
	assert_string_equal(sql_on(one,
				   "select action || replaces || replaces_number from "
				   "erp.next_batch() where document = '%s'",
				   doc),
			    "correct1OLD");
}

static void a_correction_may_have_to_be_reversed_first(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "OUT6", NULL);

	assert_string_equal(sql_fails(one, "select erp.correct('%s', 'x')", doc),
			    "P0001");
	sql_on(one, "select erp.post('%s', 1, 'B-1')", doc);
	assert_string_equal(
		sql_fails(one, "select erp.refuse('%s', 1, 'must-reverse', 'x', 'x')",
			  doc),
		"P0001");
	sql_on(one, "select erp.correct('%s', 'wrong account')", doc);
	assert_string_equal(state_of(doc), "exception");
	all_moves(true);
	finish_again(doc);
	all_moves(false);
	taken(one, 10);
	sql_on(one, "select erp.refuse('%s', 2, 'must-reverse', 'R', 'closed')", doc);
	assert_string_equal(state_of(doc), "ready");
	assert_string_equal(sql_on(one,
				   "select action || replaces_number from "
				   "erp.next_batch() where document = '%s'",
				   doc),
			    "reverseB-1");
	sql_on(one, "select erp.refuse('%s', 2, 'must-reverse', 'R', 'cannot')", doc);
	assert_string_equal(state_of(doc), "queried");
	/* A late answer to the first revision has nothing to say of the second. */
	sql_on(one, "select erp.post('%s', 1, 'B-1')", doc);
	assert_string_equal(state_of(doc), "queried");
}

static void what_has_a_door_is_not_asked_for(void **state)
{
	(void)state;
	sql("insert into intray.door (client, name, kind, format, types) select id, "
	    "'out', 'files', 'xml', '{bill}' from intray.client where code = 'acme' "
	    "on conflict (client, name) do update set active = true");
	const char *doc = finished_doc(fx.acme_tray, "OUT7", NULL);

	assert_string_equal(taken(one, 10), "");
	assert_string_equal(
		sql_on(one, "select count(*) from erp.bill where document = '%s'", doc),
		"0");
	sql("select intray.doors_route('{}')");
	assert_string_equal(taken(one, 10), doc);
}

static void an_outage_moves_no_document(void **state)
{
	(void)state;
	sql("update intray.door set active = true");
	const char *doc = finished_doc(fx.acme_tray, "OUT8", NULL);
	PGconn *deliver = login_process(DB_DELIVER);
	const char *door = arena_strdup(fx.arena, sql("select id from intray.door"));

	for (int i = 0; i < 20; i++) {
		assert_string_equal(sql_on(deliver,
					   "select document from intray.push_next(%s)",
					   door),
				    doc);
		sql_on(deliver, "select intray.push_later('%s', 1, 'down')", doc);
		sql_on(deliver, "select intray.door_says(%s, 'down', 2)", door);
		assert_string_equal(sql_on(deliver,
					   "select count(*) from intray.push_next(%s)",
					   door),
				    "0");
		sql("update intray.delivery set not_before = now() where document = "
		    "'%s'",
		    doc);
	}
	assert_string_equal(state_of(doc), "offered");
	assert_string_equal(sql("select count(*) from intray.event where document = "
				"'%s' and to_state in ('offered', 'refused')",
				doc),
			    "1");
	sql_on(deliver,
	       "select intray.answer_take('%s', 1, '{\"answer\": \"posted\", "
	       "\"number\": \"1\"}')",
	       doc);
	assert_string_equal(state_of(doc), "posted");
	PQfinish(deliver);
}

static void one_process_works_at_a_door(void **state)
{
	(void)state;
	PGconn *first = login_process(DB_DELIVER), *second = login_process(DB_DELIVER);
	const char *hold = "select held from intray.door_hold('acme', 'out')";

	assert_string_equal(sql_on(first, "%s", hold), "t");
	assert_string_equal(sql_on(first, "%s", hold), "t");
	assert_string_equal(sql_on(second, "%s", hold), "f");
	PQfinish(first);
	for (int i = 0; i < 100 && strcmp(sql_on(second, "%s", hold), "t") != 0; i++)
		sql("select pg_sleep(0.02)");
	assert_string_equal(sql_on(second, "%s", hold), "t");
	PQfinish(second);
	sql("select intray.doors_route('{}')");
}

/* What a door's process notes of an answer is ours; an ERP has no such word. */
static void only_a_door_puts_a_note_on_record(void **state)
{
	const char *doc = finished_doc(fx.acme_tray, "LONG-ANSWER", NULL);
	const char *said =
		arena_printf(fx.arena,
			     "{\"document\": \"%s\", \"revision\": 1, \"answer\": "
			     "\"acknowledged\", \"note\": \"too long\"}",
			     doc);
	const char *notes = "select count(*) from intray.answer_problem where problem "
			    "= 'too long'";
	PGconn *deliver = login_process(DB_DELIVER);
	(void)state;

	sql_on(one, "select * from erp.answer('[%s]')", said);
	assert_string_equal(sql("%s", notes), "0");
	sql_on(deliver, "select intray.answer_take('%s', 1, '%s')", doc, said);
	assert_string_equal(sql("%s", notes), "1");
	PQfinish(deliver);
}

static const char *whole(const char *doc)
{
	return sql("select is_whole from intray.render_origin('%s')", doc);
}

/* A file stands for its document only as long as nobody has touched the pages. */
static void a_document_is_its_file_or_not(void **state)
{
	static const struct {
		const char *touch, *back;
	} cases[] = {
		{"rotation = 90", "rotation = 0"},
		{"dropped = true", "dropped = false"},
		{"position = position + 1", "position = position - 1"},
	};
	const char *doc = finished_doc(fx.acme_tray, "TURNED-PAGE", NULL);
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_string_equal(whole(doc), "t");
		sql("update intray.document_page set %s where document = '%s'",
		    cases[i].touch, doc);
		assert_string_equal(whole(doc), "f");
		sql("update intray.document_page set %s where document = '%s'",
		    cases[i].back, doc);
	}
	sql("delete from intray.document_page where document = '%s'", doc);
	assert_string_equal(whole(doc), "f");
}

static const char *statement(const char *columns)
{
	return sql("select %s from intray.delivery_statement((select id from "
		   "intray.client where code = 'acme'), (select max(at) from "
		   "intray.handover where what = 'mark'), now() + interval '1 day')",
		   columns);
}

static void the_statement_balances_and_finds_a_cent(void **state)
{
	(void)state;
	const char *docs[6];

	sql("insert into intray.handover (client, document, revision, what, actor) "
	    "select id, gen_random_uuid(), 1, 'mark', 'test' from intray.client where "
	    "code = 'acme'");
	sql("select pg_sleep(0.01)");
	for (int i = 0; i < 6; i++)
		docs[i] = finished_doc(fx.acme_tray,
				       arena_printf(fx.arena, "OUT9-%d", i), NULL);
	sql_on(one, "select erp.post('%s', 1, 'S1', 1.50)", docs[0]);
	sql_on(one, "select erp.acknowledge('%s', 1)", docs[1]);
	sql_on(one, "select erp.refuse('%s', 1, 'data', 'x', 'x')", docs[2]);
	sql("select intray.deliver_withdraw('%s', 'x')", docs[3]);
	sql_on(one, "select erp.refuse('%s', 1, 'technical', 'x', 'x')", docs[4]);
	const char *figures =
		"format('%s %s = %s %s + %s %s + %s %s + %s %s + %s %s, "
		"%s %s', offered, offered_sum, posted, posted_sum, acknowledged, "
		"acknowledged_sum, refused, refused_sum, withdrawn, withdrawn_sum, "
		"open, open_sum, difference, difference_sum)";
	assert_string_equal(statement(figures),
			    "6 9.00 = 1 1.50 + 1 1.50 + 1 1.50 + 1 1.50 + 2 3.00, 0 "
			    "0.00");
	sql_on(one, "select erp.post('%s', 1, 'S2', 1.49)", docs[1]);
	assert_string_equal(statement("difference || ' ' || difference_sum"), "0 0.01");
	assert_string_equal(sql("select problem from intray.answer_problem order by id "
				"desc limit 1"),
			    "booked as S2 with 1.49, but 1.50 was offered");
	assert_string_equal(
		sql_fails(fx.owner, "update intray.handover set at = now()"), "IN001");
}

int run_handover_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(two_erps_never_get_the_same, fresh),
		cmocka_unit_test_setup(who_crashed_gets_its_own_batch_again, fresh),
		cmocka_unit_test_setup(answers_come_in_batches_each_by_itself, fresh),
		cmocka_unit_test_setup(an_amount_is_a_number, fresh),
		cmocka_unit_test_setup(a_withdrawn_offer_goes_to_a_person, fresh),
		cmocka_unit_test_setup(
			booked_though_withdrawn_is_replaced_by_what_comes_next, fresh),
		cmocka_unit_test_setup(a_correction_may_have_to_be_reversed_first,
				       fresh),
		cmocka_unit_test_setup(what_has_a_door_is_not_asked_for, fresh),
		cmocka_unit_test_setup(an_outage_moves_no_document, fresh),
		cmocka_unit_test_setup(one_process_works_at_a_door, fresh),
		cmocka_unit_test_setup(only_a_door_puts_a_note_on_record, fresh),
		cmocka_unit_test_setup(a_document_is_its_file_or_not, fresh),
		cmocka_unit_test_setup(the_statement_balances_and_finds_a_cent, fresh),
	};

	return cmocka_run_group_tests_name("hand-over", tests, open_doors, close_doors);
}
