/* A bank account that the master lacks: nobody lets it pass alone. */
#include "harness.h"

static PGconn *ann, *ben, *stranger;

static int hire(void **state)
{
	(void)state;
	PGconn *admin = login_process(DB_ADMIN);

	sql_on(admin, "select intray.grant_clerk('acme', 'ann', password => 'a')");
	sql_on(admin, "select intray.grant_clerk('acme', 'ben', password => 'b')");
	sql_on(admin, "select intray.grant_clerk('beta', 'stranger', password => 's')");
	PQfinish(admin);
	ann = login("ann", "a");
	ben = login("ben", "b");
	stranger = login("stranger", "s");
	return no_work(state);
}

static int dismiss(void **state)
{
	(void)state;
	PQfinish(ann);
	PQfinish(ben);
	PQfinish(stranger);
	return 0;
}

static const char *keep(const char *value)
{
	return arena_strdup(fx.arena, value);
}

static const char *releases(PGconn *who, const char *doc)
{
	return sql_on(who, "select desk.release('%s')", doc);
}

static void it_waits_for_two_people(void **state)
{
	(void)state;
	const char *doc = keep(finished_doc(fx.acme_tray, "A-1", "supplier-account"));

	assert_string_equal(state_of(doc), "queried");
	assert_string_equal(
		sql("select count(*) from intray.task where document = '%s'", doc),
		"0");
	assert_string_equal(sql_on(ann,
				   "select released || ' ' || released_by_me from "
				   "desk.release where document = '%s'",
				   doc),
			    "0 false");
	assert_string_equal(sql_on(stranger, "select count(*) from desk.release"), "0");
	assert_string_not_equal(sql_fails(stranger, "select desk.release('%s')", doc),
				"");
	assert_string_equal(releases(ann, doc), "released");
	assert_string_equal(releases(ann, doc), "again");
	assert_string_equal(state_of(doc), "queried");
	assert_string_equal(releases(ben, doc), "done");
	assert_string_equal(state_of(doc), "keyed");
	do_check(doc, "supplier-account");
	assert_string_equal(state_of(doc), "ready");
	assert_string_equal(
		sql("select flags[1] from intray.delivery where document = '%s'", doc),
		"supplier-account");
	assert_string_not_equal(sql_fails(ann, "select desk.release('%s')", doc), "");
}

static void the_queue_is_no_way_around_it(void **state)
{
	(void)state;
	const char *doc = keep(finished_doc(fx.acme_tray, "A-2", "supplier-account"));

	sql_on(ann, "select desk.resume('%s')", doc);
	assert_string_equal(state_of(doc), "exception");
	struct taken t = take_from(ann, NULL);
	sql_on(ann, "select desk.submit(%s, %s, '{}', array['supplier-account'])",
	       t.task, t.fence);
	do_check(doc, "supplier-account");
	assert_string_equal(state_of(doc), "queried");
	assert_string_equal(
		sql("select count(*) from intray.confirmation where document = "
		    "'%s'",
		    doc),
		"0");
	/* The same person once more, through the queue again: still one. */
	sql_on(ann, "select desk.resume('%s')", doc);
	t = take_from(ann, NULL);
	sql_on(ann, "select desk.submit(%s, %s, '{}', array['supplier-account'])",
	       t.task, t.fence);
	do_check(doc, "supplier-account");
	assert_string_equal(state_of(doc), "queried");
	sql_on(ben, "select desk.resume('%s')", doc);
	t = take_from(ben, NULL);
	sql_on(ben, "select desk.submit(%s, %s, '{}', array['supplier-account'])",
	       t.task, t.fence);
	do_check(doc, "supplier-account");
	assert_string_equal(state_of(doc), "ready");
}

static void another_value_needs_two_anew(void **state)
{
	(void)state;
	const char *doc = keep(finished_doc(fx.acme_tray, "A-3", "supplier-account"));

	assert_string_equal(releases(ann, doc), "released");
	sql("update intray.field set value = '77.00' where document = '%s' and path = "
	    "'total'",
	    doc);
	assert_string_equal(releases(ben, doc), "released");
	assert_string_equal(releases(ann, doc), "done");
}

static void what_else_is_wrong_goes_to_the_queue(void **state)
{
	(void)state;
	const char *doc = keep(finished_doc(fx.acme_tray, "A-4", "supplier-account"));

	sql_on(ben, "select desk.resume('%s')", doc);
	sql("insert into intray.finding (document, client, position, code, kind, "
	    "severity, "
	    "text) select id, client, 9, 'odd', 'document', 'stop', 'Odd.' from "
	    "intray.document where id = '%s'",
	    doc);
	assert_string_equal(
		sql("select intray.waits_for_release(d) from intray.document d "
		    "where id = '%s'",
		    doc),
		"f");
}

/* Not even the owner's programs write what was not said by two. */
static void no_clerk_writes_a_release_by_hand(void **state)
{
	(void)state;
	assert_string_equal(sql_fails(ann, "insert into intray.release select * from "
					   "intray.release"),
			    "42501");
	assert_string_equal(sql_fails(ann,
				      "insert into intray.confirmation select * from "
				      "intray.confirmation"),
			    "42501");
}

int run_release_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_waits_for_two_people, no_work),
		cmocka_unit_test_setup(the_queue_is_no_way_around_it, no_work),
		cmocka_unit_test_setup(another_value_needs_two_anew, no_work),
		cmocka_unit_test_setup(what_else_is_wrong_goes_to_the_queue, no_work),
		cmocka_unit_test_setup(no_clerk_writes_a_release_by_hand, no_work),
	};
	return cmocka_run_group_tests(tests, hire, dismiss);
}
