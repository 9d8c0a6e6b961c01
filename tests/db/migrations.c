/* Migrations: once, in order, refused when they drifted. */
#include "harness.h"

static enum rc migrate(void)
{
	struct db *owner = open_role(DB_OWNER);
	enum rc rc = db_migrate(owner, &fx.settings, NULL, &fx_err);

	db_close(&owner);
	return rc;
}

static void migrating_again_changes_nothing(void **state)
{
	(void)state;
	const char *before = sql("select max(applied) from intray.migration");

	OK(migrate());
	assert_string_equal(sql("select max(applied) from intray.migration"), before);
}

static void a_changed_migration_is_refused(void **state)
{
	(void)state;
	sql("update intray.migration set checksum = 'x' || substr(checksum, 2) "
	    "where name = '0001_clients'");
	assert_int_equal(migrate(), RC_FAIL);
	assert_non_null(
		strstr(fx_err.text, "0001_clients was applied in another wording"));
}

static void a_newer_database_is_refused(void **state)
{
	(void)state;
	sql("insert into intray.migration (name, checksum) values ('9999_future', "
	    "'y')");
	assert_int_equal(migrate(), RC_FAIL);
	sql("delete from intray.migration where name = '9999_future'");
}

static int put_checksum_back(void **state)
{
	(void)state;
	sql("update intray.migration set checksum = '%s' where name = '0001_clients'",
	    (const char *)*state);
	return 0;
}

static int keep_checksum(void **state)
{
	*state = arena_strdup(fx.arena,
			      sql("select checksum from intray.migration where "
				  "name = '0001_clients'"));
	return 0;
}

static void a_changed_api_is_made_anew(void **state)
{
	(void)state;
	sql("drop function intray.keeper_round()");
	sql("update intray.migration set checksum = 'old' where name = 'sql/api'");
	OK(migrate());
	OK(keeper_round(fx.keeper, &fx_err));
}

static void a_tray_that_left_the_configuration_is_retired(void **state)
{
	(void)state;
	fx.settings.n_trays = 1;
	OK(migrate());
	assert_string_equal(sql("select count(*) from intray.tray where active"), "1");
	fx.settings.n_trays = 2;
	OK(migrate());
	assert_string_equal(sql("select count(*) from intray.tray where active"), "2");
}

int run_migrate_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(migrating_again_changes_nothing),
		cmocka_unit_test_setup_teardown(a_changed_migration_is_refused,
						keep_checksum, put_checksum_back),
		cmocka_unit_test(a_newer_database_is_refused),
		cmocka_unit_test(a_changed_api_is_made_anew),
		cmocka_unit_test(a_tray_that_left_the_configuration_is_retired),
	};

	return cmocka_run_group_tests_name("migrations", tests, NULL, NULL);
}
