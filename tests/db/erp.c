/* The ERP's door: typed views of open offers, and one answer per document. */
#include "harness.h"

static PGconn *acme, *beta;

static int open_doors(void **state)
{
	(void)state;
	sql("select intray.grant_erp('acme', 'acme_erp', password => 'a')");
	sql("select intray.grant_erp('beta', 'beta_erp', password => 'b')");
	acme = login("acme_erp", "a");
	beta = login("beta_erp", "b");
	return 0;
}

static int close_doors(void **state)
{
	(void)state;
	PQfinish(acme);
	PQfinish(beta);
	return 0;
}

static void offers_are_typed_rows(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "ERP-1", NULL);

	assert_string_equal(
		sql_on(acme,
		       "select concat_ws('|', number, date + 1, total * 2, "
		       "seller_name, client, revision) from erp.bill where document = "
		       "'%s'",
		       doc),
		"ERP-1|2026-03-01|3.00|Bolt & Sons|acme|1");
	assert_string_equal(
		sql_on(acme,
		       "select concat_ws('|', line, description, amount + 1) from "
		       "erp.bill_line where document = '%s'",
		       doc),
		"1|Nuts & bolts|2.50");
	assert_string_equal(
		sql_on(acme,
		       "select sha256 = encode(sha256(bytes), 'hex') from erp.offer "
		       "where document = '%s'",
		       doc),
		"t");
}

static void a_client_sees_nothing_of_another(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "ERP-2", NULL);

	finished_doc(fx.beta_tray, "ERP-2b", NULL);
	assert_string_equal(
		sql_on(beta, "select count(*) from erp.offer where client <> 'beta'"),
		"0");
	assert_string_not_equal(sql_on(beta, "select count(*) from erp.bill"), "0");
	assert_string_equal(
		sql_on(beta, "select count(*) from erp.document('%s')", doc), "0");
	assert_string_equal(sql_fails(beta, "select erp.acknowledge('%s', 1)", doc),
			    "P0001");
	assert_string_equal(sql_fails(beta, "select erp.post('%s', 1, 'x')", doc),
			    "P0001");
	assert_string_equal(
		sql_fails(beta, "select erp.refuse('%s', 1, 'data', 'x', 'x')", doc),
		"P0001");
	assert_string_equal(state_of(doc), "ready");
}

static void an_erp_for_other_types_sees_no_offer(void **state)
{
	(void)state;
	finished_doc(fx.acme_tray, "ERP-20", NULL);
	sql("select intray.grant_erp('acme', 'acme_claims', types => array['claim'], "
	    "password => 'c')");
	PGconn *claims = login("acme_claims", "c");
	assert_string_equal(sql_on(claims, "select count(*) from erp.offer"), "0");
	assert_string_equal(sql_on(claims, "select count(*) from erp.bill"), "0");
	sql("select intray.grant_erp('acme', 'acme_claims', types => array['bill'])");
	assert_string_not_equal(sql_on(claims, "select count(*) from erp.bill"), "0");
	PQfinish(claims);
}

static void an_answer_without_number_or_class_is_none(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "ERP-21", NULL);

	assert_string_equal(sql_fails(acme, "select erp.post('%s', 1, null)", doc),
			    "P0001");
	assert_string_equal(
		sql_fails(acme, "select erp.refuse('%s', 1, null, 'x', 'x')", doc),
		"P0001");
	assert_string_equal(state_of(doc), "ready");
}

static void a_number_of_any_length_is_offered(void **state)
{
	(void)state;
	/* Hashes do not compress, so an index would feel them. */
	const char *number = sql("select string_agg(encode(sha256(n::text::bytea), "
				 "'hex'), '') from generate_series(1, 50) n");

	assert_string_equal(state_of(finished_doc(fx.acme_tray, number, NULL)),
			    "ready");
}

static void acknowledge_then_post_and_repeats_do_nothing(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "ERP-3", NULL);

	sql_on(acme, "select erp.acknowledge('%s', 1)", doc);
	sql_on(acme, "select erp.acknowledge('%s', 1)", doc);
	assert_string_equal(state_of(doc), "acknowledged");
	assert_string_equal(
		sql_on(acme, "select count(*) from erp.bill where document = '%s'",
		       doc),
		"0");
	sql_on(acme, "select erp.post('%s', 1, 'BK-77')", doc);
	sql_on(acme, "select erp.post('%s', 1, 'BK-77')", doc);
	assert_string_equal(state_of(doc), "posted");
	assert_string_equal(sql_fails(acme, "select erp.post('%s', 1, 'BK-78')", doc),
			    "P0001");
	assert_string_equal(
		sql_on(acme, "select answer || number from erp.document('%s')", doc),
		"postedBK-77");
	assert_string_equal(
		sql("select string_agg(to_state, ' ' order by id) from intray.event "
		    "where document = '%s' and id > (select max(id) from intray.event "
		    "where document = '%s' and to_state = 'ready')",
		    doc, doc),
		"offered acknowledged posted");
}

static void a_post_without_acknowledgement_is_both(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "ERP-4", NULL);

	sql_on(acme, "select erp.post('%s', 1, 'BK-1')", doc);
	assert_string_equal(state_of(doc), "posted");
}

static void refused_data_goes_back_to_a_person_with_the_erps_words(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "ERP-5", NULL);

	sql_on(acme, "select erp.refuse('%s', 1, 'data', 'E12', 'Cost centre missing')",
	       doc);
	assert_string_equal(
		sql("select d.state || '|' || t.reason || '|' || d.reason from "
		    "intray.document d join intray.task t on t.document = d.id and "
		    "t.state = 'open' where d.id = '%s'",
		    doc),
		"exception|erp-refused|The ERP refused it: Cost centre missing");
	sql_on(acme, "select erp.refuse('%s', 1, 'data', 'E12', 'Cost centre missing')",
	       doc);
	assert_string_equal(
		sql("select count(*) from intray.task where document = '%s'", doc),
		"1");
}

static void a_technical_refusal_is_offered_again_later_and_bothers_nobody(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "ERP-6", NULL);

	sql_on(acme, "select erp.refuse('%s', 1, 'technical', '503', 'Down')", doc);
	assert_string_equal(state_of(doc), "ready");
	assert_string_equal(
		sql("select count(*) from intray.task where document = '%s'", doc),
		"0");
	assert_string_equal(
		sql_on(acme, "select count(*) from erp.bill where document = '%s'",
		       doc),
		"0");
	sql("update intray.delivery set not_before = now() where document = '%s'", doc);
	assert_string_equal(
		sql_on(acme, "select attempts from erp.offer where document = '%s'",
		       doc),
		"1");
	sql_on(acme, "select erp.acknowledge('%s', 1)", doc);
	assert_string_equal(state_of(doc), "acknowledged");
}

static void other_refusals_go_their_own_way(void **state)
{
	(void)state;
	const char *query = finished_doc(fx.acme_tray, "ERP-7", NULL);
	const char *twice = finished_doc(fx.acme_tray, "ERP-8", NULL);

	sql_on(acme,
	       "select erp.refuse('%s', 1, 'master-data', 'V1', 'No such vendor')",
	       query);
	assert_string_equal(state_of(query), "queried");
	sql_on(acme, "select erp.refuse('%s', 1, 'duplicate', 'D1', 'Booked')", twice);
	assert_string_equal(state_of(twice), "duplicate");
	assert_string_equal(
		sql_fails(acme, "select erp.refuse('%s', 1, 'whatever', 'D1', 'x')",
			  query),
		"P0001");
}

static void a_revision_that_was_never_offered_cannot_be_answered(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "ERP-9", NULL);

	assert_string_equal(sql_fails(acme, "select erp.acknowledge('%s', 2)", doc),
			    "P0001");
	assert_string_equal(
		sql_fails(acme,
			  "select "
			  "erp.acknowledge('00000000-0000-0000-0000-000000000000', "
			  "1)"),
		"P0001");
}

static void a_withdrawn_offer_is_gone(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "ERP-10", NULL);

	sql("select intray.document_reject('%s', 'test')", doc);
	assert_string_equal(
		sql_on(acme, "select count(*) from erp.offer where document = '%s'",
		       doc),
		"0");
	assert_string_equal(sql_fails(acme, "select erp.acknowledge('%s', 1)", doc),
			    "P0001");
}

static void the_delivered_bytes_outlive_later_changes(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "ERP-11", NULL);

	sql("update intray.document set instance = '<bill/>' where id = '%s'", doc);
	sql("update intray.field set value = 'changed' where document = '%s'", doc);
	assert_string_equal(
		sql_on(acme, "select number from erp.bill where document = '%s'", doc),
		"ERP-11");
}

static void a_new_version_of_a_type_gets_new_columns(void **state)
{
	(void)state;
	sql("select intray.schema_install('bill', encode(sha256('v2'), 'hex'), 'Bill', "
	    "'v2', "
	    "'[{\"path\": \"number\", \"title\": \"N\", \"kind\": \"identifier\", "
	    "\"required\": "
	    "true, \"keyed\": true, \"restricted\": false}]')");
	assert_string_equal(sql_fails(acme, "select total from erp.bill"), "42703");
	assert_string_equal(sql_fails(acme, "select * from erp.bill_line"), "42P01");
	sql("update intray.doctype set current = false where name = 'bill'");
	sql("update intray.doctype set current = true where name = 'bill' and version "
	    "= '%s'",
	    fx.bill->version);
	sql("select intray.erp_view('bill')");
	assert_string_equal(sql_fails(acme, "select total from erp.bill"), "");
}

int run_erp_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(offers_are_typed_rows),
		cmocka_unit_test(a_client_sees_nothing_of_another),
		cmocka_unit_test(an_erp_for_other_types_sees_no_offer),
		cmocka_unit_test(an_answer_without_number_or_class_is_none),
		cmocka_unit_test(a_number_of_any_length_is_offered),
		cmocka_unit_test(acknowledge_then_post_and_repeats_do_nothing),
		cmocka_unit_test(a_post_without_acknowledgement_is_both),
		cmocka_unit_test(
			refused_data_goes_back_to_a_person_with_the_erps_words),
		cmocka_unit_test(
			a_technical_refusal_is_offered_again_later_and_bothers_nobody),
		cmocka_unit_test(other_refusals_go_their_own_way),
		cmocka_unit_test(a_revision_that_was_never_offered_cannot_be_answered),
		cmocka_unit_test(a_withdrawn_offer_is_gone),
		cmocka_unit_test(the_delivered_bytes_outlive_later_changes),
		cmocka_unit_test(a_new_version_of_a_type_gets_new_columns),
	};

	return cmocka_run_group_tests_name("erp", tests, open_doors, close_doors);
}
