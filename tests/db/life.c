/* The life of a document: what the transition table lists happens and writes an event;
 * everything else is refused. */
#include "harness.h"

/* Roles that stand for the actors of the table. */
static const struct actor {
	const char *who, *role;
} actors[] = {
	{"intake", "intray_intake"},
	{"worker", "intray_worker"},
	{"keeper", "intray_keeper"},
	{"admin", "intray_admin"},
	{"deliver", "intray_deliver"},
	{"person", "lifeclerk"},
	{"erp", "lifeerp"},
};

static PGconn *as_actor(const char *role)
{
	static const enum db_role processes[] = {DB_INTAKE, DB_WORKER, DB_KEEPER,
						 DB_ADMIN, DB_DELIVER};

	for (size_t i = 0; i < sizeof(processes) / sizeof(processes[0]); i++)
		if (strcmp(db_role_name(processes[i]), role) == 0)
			return login_process(processes[i]);
	return login(role, "secret");
}

static int make_actors(void **state)
{
	(void)state;
	sql("select intray.grant_clerk('acme', 'lifeclerk', password => 'secret')");
	sql("select intray.grant_erp('acme', 'lifeerp', password => 'secret')");
	/* For this test alone a function that tries any move, as whoever calls it. */
	sql("create function intray.try_move(doc uuid, target text) returns void "
	    "language sql "
	    "security definer as $$ update intray.document set state = target, cause = "
	    "'test' "
	    "where id = doc $$");
	sql("grant usage on schema intray to public");
	return 0;
}

static int remove_actors(void **state)
{
	(void)state;
	sql("drop function intray.try_move");
	sql("revoke usage on schema intray from public");
	return 0;
}

/* Puts a document into any state, past the table. */
static void force(const char *doc, const char *target)
{
	sql("alter table intray.document disable trigger document_moves");
	sql("update intray.document set state = '%s' where id = '%s'", target, doc);
	sql("alter table intray.document enable trigger document_moves");
}

/* All pairs of states for one actor: 23 x 23, against the table itself. */
static void try_all(const char *doc, const struct actor *actor)
{
	PGconn *conn = as_actor(actor->role);
	PGresult *pairs = PQexec(
		fx.owner,
		arena_printf(
			fx.arena,
			"select f.name, s.name, exists (select from "
			"intray.transition t where t.from_state = f.name and "
			"t.to_state = s.name and t.who = '%s') from intray.state f, "
			"intray.state s where f.name <> '' and s.name <> f.name "
			"order by 1, 2",
			actor->who));
	const char *at = "";

	assert_true(PQntuples(pairs) > 400);
	for (int i = 0; i < PQntuples(pairs); i++) {
		const char *from = PQgetvalue(pairs, i, 0),
			   *to = PQgetvalue(pairs, i, 1);
		bool allowed = PQgetvalue(pairs, i, 2)[0] == 't';
		if (strcmp(at, from) != 0)
			force(doc, from);
		const char *code =
			sql_fails(conn, "select intray.try_move('%s', '%s')", doc, to);
		if (strcmp(code, allowed ? "" : "IN001") != 0) {
			print_error("%s: %s to %s: %s\n", actor->who, from, to, code);
			fail();
		}
		at = allowed ? "" : from;
	}
	PQclear(pairs);
	PQfinish(conn);
}

static void every_transition_is_allowed_or_refused_as_the_table_says(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "x", NULL);
	const char *doc = document_of(drop.id);

	sql("delete from intray.job where document = '%s'", doc);
	for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++)
		try_all(doc, &actors[i]);
	force(doc, "rejected");
}

static void every_state_but_birth_can_be_reached(void **state)
{
	(void)state;
	assert_string_equal(
		sql("select coalesce(string_agg(name, ' '), '') from intray.state s "
		    "where name <> '' and not exists (select from "
		    "intray.transition t where t.to_state = s.name)"),
		"");
}

static void a_move_writes_one_event_and_a_stay_none(void **state)
{
	(void)state;
	const char *doc = finished_doc(fx.acme_tray, "E-1", "odd");
	const char *before =
		sql("select count(*) from intray.event where document = '%s'", doc);

	sql("update intray.document set state = 'exception', reason = 'x' where id = "
	    "'%s'",
	    doc);
	assert_string_equal(
		sql("select count(*) from intray.event where document = '%s'", doc),
		before);
	sql("select intray.document_reject('%s', 'test')", doc);
	assert_string_equal(
		sql("select count(*) - %s from intray.event where document = '%s'",
		    before, doc),
		"1");
}

static void events_cannot_be_changed_or_removed(void **state)
{
	(void)state;
	assert_string_equal(sql_fails(fx.owner, "update intray.event set cause = 'x'"),
			    "IN001");
	assert_string_equal(sql_fails(fx.owner, "delete from intray.event"), "IN001");
}

static void events_lie_in_the_partition_of_their_month(void **state)
{
	(void)state;
	assert_string_equal(sql("select count(*) from only intray.event_default"), "0");
	assert_string_equal(sql("select 'intray.' || to_char(at at time zone 'UTC', "
				"'\"event_\"YYYY_MM') = tableoid::regclass::text from "
				"intray.event order by at desc limit 1"),
			    "t");
}

struct due_case {
	const char *name, *setting, *arrived, *due;
};
static void due_times_follow_the_agreement(void **state)
{
	(void)state;
	static const struct due_case cases[] = {
		{"within the week", "(48, 'weekdays', null)", "2026-03-02 10:00",
		 "2026-03-04 10:00"},
		{"over a weekend", "(48, 'weekdays', null)", "2026-03-05 10:00",
		 "2026-03-09 10:00"},
		{"arrived on a Saturday", "(24, 'weekdays', null)", "2026-03-07 10:00",
		 "2026-03-10 00:00"},
		{"always", "(48, 'always', null)", "2026-03-06 10:00",
		 "2026-03-08 10:00"},
		{"after the cut-off", "(24, 'weekdays', '17:00')", "2026-03-02 18:00",
		 "2026-03-04 00:00"},
		{"cut-off on Friday", "(4, 'weekdays', '17:00')", "2026-03-06 18:00",
		 "2026-03-09 04:00"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sql("insert into intray.sla (client, type, hours, calendar, cut_off) "
		    "select c.id, "
		    "'due-test', s.h, s.k, s.at::time from intray.client c, (values "
		    "%s) s (h, k, at) where c.code "
		    "= 'acme'",
		    cases[i].setting);
		assert_string_equal(sql("select to_char(intray.due_at(id, 'due-test', "
					"'%s UTC') at time zone "
					"'UTC', 'YYYY-MM-DD HH24:MI') from "
					"intray.client where code = 'acme'",
					cases[i].arrived),
				    cases[i].due);
		sql("delete from intray.sla where type = 'due-test'");
	}
}

int run_life_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_transition_is_allowed_or_refused_as_the_table_says),
		cmocka_unit_test(every_state_but_birth_can_be_reached),
		cmocka_unit_test(a_move_writes_one_event_and_a_stay_none),
		cmocka_unit_test(events_cannot_be_changed_or_removed),
		cmocka_unit_test(events_lie_in_the_partition_of_their_month),
		cmocka_unit_test(due_times_follow_the_agreement),
	};

	return cmocka_run_group_tests_name("life of a document", tests, make_actors,
					   remove_actors);
}
