/* Who may do what: processes only their own, people nothing but views and functions. */
#include "harness.h"

struct denied {
	const char *name;
	enum db_role role;
	const char *statement;
};

static void processes_have_only_what_they_need(void **state)
{
	(void)state;
	static const struct denied cases[] = {
		{"intake reads no fields", DB_INTAKE, "select * from intray.field"},
		{"intake claims no jobs", DB_INTAKE, "select intray.job_claim('x')"},
		{"intake writes no table", DB_INTAKE, "delete from intray.drop"},
		{"a worker records no drop", DB_WORKER,
		 "select "
		 "intray.drop_record(null,null,null,null,null,null,null,null,null,"
		 "null)"},
		{"a worker changes no document", DB_WORKER,
		 "update intray.document set state = ''"},
		{"a worker reads no deliveries", DB_WORKER,
		 "select * from intray.delivery"},
		{"a worker makes no accounts", DB_WORKER,
		 "select intray.grant_erp('acme', 'evil')"},
		{"the keeper reads no fields", DB_KEEPER, "select * from intray.field"},
		{"deliver reads no task", DB_DELIVER, "select * from intray.task"},
		{"deliver writes no delivery", DB_DELIVER,
		 "update intray.delivery set state = 'posted'"},
		{"the command line writes no table", DB_ADMIN,
		 "delete from intray.event"},
		{"the command line is not the owner", DB_ADMIN,
		 "set role intray_owner"},
		{"nobody makes tables", DB_ADMIN, "create table public.x (a int)"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		PGconn *conn = login_process(cases[i].role);
		const char *code = sql_fails(conn, "%s", cases[i].statement);
		if (strcmp(code, "42501") != 0) {
			print_error("%s: %s\n", cases[i].name, code);
			fail();
		}
		PQfinish(conn);
	}
}

static void people_reach_no_table_and_no_inner_function(void **state)
{
	(void)state;
	static const char *const statements[] = {
		"select * from intray.document",
		"select * from intray.account",
		"select intray.document_retry('x')",
		"select intray.keyed_apply(null, null)",
		"select * from intray.delivery",
		"set session authorization intray_owner",
		"set role intray_owner",
		"create table x (a int)",
	};
	static const char *const people[] = {"jane", "acme_erp"};

	for (size_t p = 0; p < 2; p++) {
		PGconn *conn = login(people[p], p ? "a" : "j");
		for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]);
		     i++) {
			const char *code = sql_fails(conn, "%s", statements[i]);
			if (strcmp(code, "42501") != 0 && strcmp(code, "3F000") != 0) {
				print_error("%s: %s: %s\n", people[p], statements[i],
					    code);
				fail();
			}
		}
		PQfinish(conn);
	}
}

static void a_clerk_has_no_erp_and_an_erp_no_desk(void **state)
{
	(void)state;
	PGconn *clerk = login("jane", "j"), *erp = login("acme_erp", "a");

	assert_string_equal(sql_fails(clerk, "select * from erp.offer"), "42501");
	assert_string_equal(sql_fails(erp, "select * from desk.next_task()"), "42501");
	assert_string_equal(sql_fails(erp, "select * from desk.queue"), "42501");
	PQfinish(clerk);
	PQfinish(erp);
}

static void every_table_with_a_client_has_forced_row_security(void **state)
{
	(void)state;
	assert_string_equal(
		sql("select coalesce(string_agg(c.relname, ' '), '') from pg_class c "
		    "where "
		    "c.relnamespace = 'intray'::regnamespace and c.relkind in ('r', "
		    "'p') and "
		    "not c.relispartition and exists (select from pg_attribute a where "
		    "a.attrelid "
		    "= c.oid and a.attname = 'client') and not (c.relrowsecurity and "
		    "c.relforcerowsecurity) and c.relname <> 'access'"),
		"");
	assert_string_equal(
		sql("select coalesce(string_agg(c.relname, ' '), '') from pg_class c "
		    "where "
		    "c.relnamespace in ('desk'::regnamespace, 'erp'::regnamespace, "
		    "'report'::regnamespace) and c.relkind = 'v' and not "
		    "coalesce(c.reloptions::text "
		    "like '%%security_invoker%%', false)"),
		"");
}

static void every_definer_function_fixes_its_search_path(void **state)
{
	(void)state;
	assert_string_equal(
		sql("select coalesce(string_agg(p.proname, ' '), '') from pg_proc p "
		    "where "
		    "p.pronamespace in ('intray'::regnamespace, 'desk'::regnamespace, "
		    "'erp'::regnamespace) and p.prosecdef and not "
		    "coalesce(p.proconfig::text like "
		    "'%%search_path%%', false)"),
		"");
	assert_string_equal(
		sql("select coalesce(string_agg(p.proname, ' '), '') from pg_proc p "
		    "where "
		    "p.pronamespace in ('intray'::regnamespace, 'desk'::regnamespace, "
		    "'erp'::regnamespace) and has_function_privilege('public', p.oid, "
		    "'execute')"),
		"");
}

static void a_setting_changes_nothing_about_who_one_is(void **state)
{
	(void)state;
	PGconn *beta = login("beta_erp", "b");

	sql_fails(beta, "set role acme_erp");
	sql_fails(beta, "set intray.client = 'acme'");
	assert_string_equal(
		sql_on(beta, "select count(*) from erp.offer where client = 'acme'"),
		"0");
	PQfinish(beta);
}

static void a_foreign_role_is_never_taken_over(void **state)
{
	(void)state;
	PGconn *admin = login_process(DB_ADMIN);
	static const char *const names[] = {"intray_owner",	    "intray_worker",
					    "pg_monitor",	    "postgres",
					    "Robert'); drop table", "jane"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *quoted = PQescapeLiteral(admin, names[i], strlen(names[i]));
		assert_string_equal(
			sql_fails(admin, "select intray.grant_erp('acme', %s)", quoted),
			"P0001");
		PQfreemem(quoted);
	}
	PQfinish(admin);
}

static void a_generated_password_opens_the_door_and_revoking_closes_it(void **state)
{
	(void)state;
	PGconn *admin = login_process(DB_ADMIN);
	const char *said =
		sql_on(admin, "select intray.grant_report('acme', 'auditor')");
	const char *word = strrchr(said, ' ') + 1;
	PGconn *auditor = login("auditor", word);

	assert_string_not_equal(sql_on(auditor, "select count(*) from report.document"),
				"0");
	assert_string_equal(
		sql_on(auditor,
		       "select count(*) from report.event where client <> 'acme'"),
		"0");
	sql_on(admin, "select intray.revoke_access('acme', 'auditor')");
	assert_string_equal(sql_on(auditor, "select count(*) from report.document"),
			    "0");
	PQfinish(auditor);
	auditor = PQconnectdb(arena_printf(
		fx.arena, "host=%s/pg dbname=intray user=auditor password=%s",
		fx.settings.run_dir, word));
	assert_int_equal(PQstatus(auditor), CONNECTION_BAD);
	PQfinish(auditor);
	sql_on(admin, "select intray.grant_report('acme', 'auditor')");
	auditor = login("auditor", word);
	assert_string_not_equal(sql_on(auditor, "select count(*) from report.document"),
				"0");
	PQfinish(auditor);
	PQfinish(admin);
}

int run_rights_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(processes_have_only_what_they_need),
		cmocka_unit_test(people_reach_no_table_and_no_inner_function),
		cmocka_unit_test(a_clerk_has_no_erp_and_an_erp_no_desk),
		cmocka_unit_test(every_table_with_a_client_has_forced_row_security),
		cmocka_unit_test(every_definer_function_fixes_its_search_path),
		cmocka_unit_test(a_setting_changes_nothing_about_who_one_is),
		cmocka_unit_test(a_foreign_role_is_never_taken_over),
		cmocka_unit_test(
			a_generated_password_opens_the_door_and_revoking_closes_it),
	};

	return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
