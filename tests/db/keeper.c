/* The keeper's round, blobs nobody needs, and what the command line does. */
#include "harness.h"

static void late_documents_are_marked_once(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "H-1", "odd");

	sql("update intray.document set due = now() - interval '1 h' where id = '%s'",
	    doc);
	OK(keeper_round(fx.keeper, &fx_err));
	const char *when =
		sql("select breached from intray.document where id = '%s'", doc);
	assert_string_not_equal(when, "");
	OK(keeper_round(fx.keeper, &fx_err));
	assert_string_equal(
		sql("select breached from intray.document where id = '%s'", doc), when);
}

static void offers_without_answer_alarm(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "H-2", NULL);

	OK(keeper_round(fx.keeper, &fx_err));
	assert_string_equal(
		sql("select alarmed is null from intray.delivery where document = '%s'",
		    doc),
		"t");
	sql("update intray.delivery set created = now() - interval '25 h' where "
	    "document = '%s'",
	    doc);
	OK(keeper_round(fx.keeper, &fx_err));
	assert_string_equal(
		sql("select alarmed is null from intray.delivery where document = '%s'",
		    doc),
		"f");
}

static void a_task_whose_clerk_left_is_free_again(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "H-3", "odd");

	sql("update intray.task set account = (select min(id) from intray.account), "
	    "lease_until = "
	    "now() - interval '1 s' where document = '%s'",
	    doc);
	OK(keeper_round(fx.keeper, &fx_err));
	assert_string_equal(
		sql("select account is null from intray.task where document = '%s'",
		    doc),
		"t");
}

static void what_somebody_holds_is_left_to_the_next_round(void **state)
{
	(void)state;
	const char *held = finished_doc(fx.acme_tray, "H-10", "odd");
	const char *other = finished_doc(fx.acme_tray, "H-11", "odd");

	sql("update intray.document set due = now() - interval '1 h' where id in "
	    "('%s', "
	    "'%s')",
	    held, other);
	sql("begin");
	sql("select from intray.document d join intray.task t on t.document = d.id "
	    "where d.id = '%s' for update",
	    held);
	OK(keeper_round(fx.keeper, &fx_err));
	sql("rollback");
	static const char late[] =
		"select breached is not null from intray.document where id = '%s'";
	assert_string_equal(sql(late, held), "f");
	assert_string_equal(sql(late, other), "t");
	OK(keeper_round(fx.keeper, &fx_err));
	assert_string_equal(sql(late, held), "t");
}

static void events_have_a_partition_for_this_month_and_two_more(void **state)
{
	(void)state;
	OK(keeper_round(fx.keeper, &fx_err));
	assert_string_equal(sql("select count(*) from pg_inherits where inhparent = "
				"'intray.event'::regclass"),
			    "4"); /* and the default one */
}

static void blobs_are_needed_per_client(void **state)
{
	(void)state;
	char own[65], display[65], none[65];
	bool unreferenced[3];

	finished_doc(fx.acme_tray, "H-4", NULL);
	strcpy(own,
	       sql("select sha256 from intray.drop o join intray.client c on c.id = "
		   "o.client "
		   "where c.code = 'acme' and sha256 is not null order by arrived desc "
		   "limit 1"));
	memset(display, 'd', 64);
	memset(none, '0', 64);
	display[64] = none[64] = '\0';
	const char *hashes[] = {own, none, display};
	OK(keeper_unreferenced(fx.keeper, "acme", hashes, 3, unreferenced, &fx_err));
	assert_false(unreferenced[0]);
	assert_true(unreferenced[1]);
	assert_false(unreferenced[2]);
	OK(keeper_unreferenced(fx.keeper, "beta", hashes, 1, unreferenced, &fx_err));
	assert_true(unreferenced[0]);
	OK(keeper_unreferenced(fx.keeper, "nobody", hashes, 1, unreferenced, &fx_err));
	assert_true(unreferenced[0]);
}

/* --- the command line
 * ----------------------------------------------------------------- */

static const char *control_number(const char *doc)
{
	return sql("select control_number from intray.document where id = '%s'", doc);
}

static enum rc ask(const char *name, const char *a, const char *b, struct db_rows *rows)
{
	const char *params[] = {a, b};

	return db_query(fx.admin, name, params, b ? 2 : 1, fx.arena, rows, &fx_err);
}

static void a_rejected_document_can_be_read_again(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "H-5", "odd");
	struct db_rows rows;

	OK(ask("document_reject", control_number(doc), "test", &rows));
	assert_string_equal(
		sql("select string_agg(state, ' ') from intray.task where document = "
		    "'%s'",
		    doc),
		"cancelled");
	assert_int_equal(ask("document_reject", control_number(doc), "test", &rows),
			 RC_FAIL);
	OK(ask("document_retry", control_number(doc), NULL, &rows));
	assert_string_equal(
		sql("select d.state || ' ' || j.kind from intray.document d join "
		    "intray.job j on j.document = d.id where d.id = '%s'",
		    doc),
		"received read");
}

/* A piece of a scan is only understood again, and keeps the findings it has. */
static void what_quarantined_a_document_is_forgotten_by_reading_again(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "H-5Q", "odd");
	struct db_rows rows;

	OK(ask("document_retry", control_number(doc), NULL, &rows));
	const char *drop = arena_strdup(
		fx.arena, sql("select drop from intray.document where id = '%s'", doc));
	for (int i = 0; i < 3; i++) {
		sql("update intray.job set not_before = now() where document = '%s'",
		    doc);
		struct job job = claim_for(fx.worker, drop);
		OK(job_fault(fx.worker, &job, "limit", &fx_err));
	}
	assert_string_equal(
		sql("select state from intray.document where id = '%s'", doc),
		"quarantined");
	OK(ask("document_retry", control_number(doc), NULL, &rows));
	assert_string_equal(
		sql("select count(*) || d.state from intray.document d "
		    "left join intray.finding f on f.document = d.id and "
		    "f.code = 'reader-failed' where d.id = '%s' and f.id is "
		    "null group by d.state",
		    doc),
		"1received");
}

static void reading_again_replaces_what_was_read_before(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "H-6", "odd");
	const char *drop = arena_strdup(
		fx.arena, sql("select drop from intray.document where id = '%s'", doc));
	struct db_rows rows;
	bool mine;

	OK(ask("document_retry", doc, NULL, &rows));
	struct job job = claim_for(fx.worker, drop);
	OK(job_save_document(fx.worker, &job, make_doc("H-6b", "S", "2.00"), fx.bill,
			     true, &mine, &fx_err));
	assert_string_equal(
		sql("select d.state || f.value || count(p.*) from intray.document d "
		    "join intray.field f on f.document = d.id and f.path = 'number' "
		    "join intray.document_page p on p.document = d.id where d.id = "
		    "'%s' group by d.state, f.value",
		    doc),
		"readyH-6b1");
}

static void an_unknown_reason_lists_the_known_ones(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "H-7", "odd");
	struct db_rows rows;

	assert_int_equal(ask("document_reject", doc, "because", &rows), RC_FAIL);
	assert_non_null(strstr(fx_err.text, "not-for-us"));
}

static void what_the_erp_has_cannot_be_rejected_or_read_again(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "H-8", NULL);
	struct db_rows rows;
	PGconn *erp = login("acme_erp", "a");

	sql_on(erp, "select erp.acknowledge('%s', 1)", doc);
	PQfinish(erp);
	assert_int_equal(ask("document_reject", doc, "test", &rows), RC_FAIL);
	assert_int_equal(ask("document_retry", doc, NULL, &rows), RC_FAIL);
}

static void a_file_that_never_came_in_cannot_be_read_again(void **state)
{
	(void)state;
	char id[37];
	enum db_drop_outcome outcome;
	struct db_rows rows;
	struct db_drop drop = {.id = uuid_new(id),
			       .tray_id = fx.acme_tray,
			       .name = "f",
			       .name_len = 1,
			       .problem = "not-a-file"};

	OK(db_drop_record(fx.intake, &drop, &outcome, &fx_err));
	assert_int_equal(ask("document_retry", id, NULL, &rows), RC_FAIL);
	assert_non_null(strstr(fx_err.text, "drop it again"));
}

static void a_job_held_back_is_tried_at_once(void **state)
{
	(void)state;
	struct db_rows rows;

	no_jobs();
	struct new_drop drop = drop_file(fx.acme_tray, "x", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	OK(job_postpone(fx.worker, &job, 3600, "store away", &fx_err));
	OK(ask("document_retry", drop.id, NULL, &rows));
	claim_for(fx.worker, drop.id);
}

/* Every statement of the command line runs on a database with all kinds of rows in it.
 */
static void every_admin_statement_runs(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		size_t n_params;
	} statements[] = {
		{"status_processes", 0},  {"status_trays", 0},
		{"status_jobs", 0},	  {"status_documents", 0},
		{"status_exceptions", 0}, {"status_problems", 0},
		{"list_values", 0},	  {"verify_counts", 0},
		{"verify_states", 0},	  {"verify_documents", 0},
		{"verify_blobs", 0},	  {"schema_list", 0},
		{"show_document", 1},	  {"show_events", 1},
		{"show_fields", 1},	  {"show_findings", 1},
		{"show_deliveries", 1},	  {"show_work", 1},
	};
	const char *doc = finished_doc(fx.acme_tray, "H-9", "odd");
	struct db_rows rows;

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		OK(db_query(fx.admin, statements[i].name, &doc, statements[i].n_params,
			    fx.arena, &rows, &fx_err));
		if (statements[i].n_params &&
		    strcmp(statements[i].name, "show_deliveries") != 0 &&
		    rows.n_rows == 0) {
			print_error("%s gives nothing\n", statements[i].name);
			fail();
		}
	}
}

static bool problem_of(const char *number, const char *text)
{
	struct db_rows rows;

	OK(db_query(fx.admin, "verify_documents", NULL, 0, fx.arena, &rows, &fx_err));
	for (size_t i = 0; i < rows.n_rows; i++)
		if (strcmp(rows.values[i][0], number) == 0 &&
		    strstr(rows.values[i][1], text))
			return true;
	return false;
}

static void verify_names_what_is_left_lying(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "x", NULL);
	const char *number =
		arena_strdup(fx.arena, control_number(document_of(drop.id)));
	const char *doc = finished_doc(fx.acme_tray, "H-10", "odd");
	const char *other = arena_strdup(fx.arena, control_number(doc));

	assert_false(problem_of(number, "nothing works on it"));
	sql("delete from intray.job where document = '%s'", document_of(drop.id));
	assert_true(problem_of(number, "nothing works on it"));
	assert_false(problem_of(other, "nobody is asked"));
	sql("update intray.task set state = 'done' where document = '%s'", doc);
	assert_true(problem_of(other, "nobody is asked"));
}

int run_keeper_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_documents_are_marked_once),
		cmocka_unit_test(offers_without_answer_alarm),
		cmocka_unit_test(a_task_whose_clerk_left_is_free_again),
		cmocka_unit_test(what_somebody_holds_is_left_to_the_next_round),
		cmocka_unit_test(events_have_a_partition_for_this_month_and_two_more),
		cmocka_unit_test(blobs_are_needed_per_client),
		cmocka_unit_test(a_rejected_document_can_be_read_again),
		cmocka_unit_test(
			what_quarantined_a_document_is_forgotten_by_reading_again),
		cmocka_unit_test(reading_again_replaces_what_was_read_before),
		cmocka_unit_test(an_unknown_reason_lists_the_known_ones),
		cmocka_unit_test(what_the_erp_has_cannot_be_rejected_or_read_again),
		cmocka_unit_test(a_file_that_never_came_in_cannot_be_read_again),
		cmocka_unit_test(a_job_held_back_is_tried_at_once),
		cmocka_unit_test(every_admin_statement_runs),
		cmocka_unit_test(verify_names_what_is_left_lying),
	};

	return cmocka_run_group_tests_name("keeper and command line", tests, NULL,
					   NULL);
}
