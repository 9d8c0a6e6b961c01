/* Weather and wrong addresses: the server vanishes, comes back, is read-only; somebody
 * gives a pooler's address or a wrong password. */
#include "harness.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

static bool ten_times(void *ctx)
{
	return --*(int *)ctx > 0;
}

static void kill_backends_of(const char *role)
{
	PGresult *r =
		PQexec(fx.owner, arena_printf(fx.arena,
					      "select pid from pg_stat_activity where "
					      "usename = '%s'",
					      role));
	for (int i = 0; i < PQntuples(r); i++)
		kill(atoi(PQgetvalue(r, i, 0)), SIGTERM);
	PQclear(r);
	while (strcmp(sql("select count(*) from pg_stat_activity where usename = '%s'",
			  role),
		      "0") != 0)
		usleep(10000);
}

static void a_cut_connection_is_weather_and_comes_back_prepared(void **state)
{
	(void)state;
	struct new_drop drop;
	struct job job;
	bool mine = true;

	no_jobs();
	drop = drop_file(fx.acme_tray, "x", NULL);
	job = claim_for(fx.worker, drop.id);
	kill_backends_of("intray_worker");
	assert_int_equal(job_heartbeat(fx.worker, &job, &mine, &fx_err), RC_RETRY);
	OK(db_reconnect(fx.worker, NULL, NULL, &fx_err));
	OK(job_heartbeat(fx.worker, &job, &mine, &fx_err));
	assert_true(mine);
	OK(db_reconnect(fx.worker2, NULL, NULL, &fx_err));
}

static void stop_hard(int signal_number)
{
	kill(fx.postmaster, signal_number);
	/* Reaps it as well. */
	cluster_stop(&fx.settings, fx.postmaster, 20000, &fx_err);
}

/* A server process may outlive its postmaster for an instant. */
static void until_gone(void)
{
	struct db_tray *trays;
	struct db_rows rows;
	size_t n;

	while (db_trays(fx.intake, fx.arena, &trays, &n, &fx_err) == RC_OK)
		usleep(1000);
	while (db_query(fx.admin, "status_jobs", NULL, 0, fx.arena, &rows, &fx_err) ==
	       RC_OK)
		usleep(1000);
}

static void survive(int signal_number)
{
	struct new_drop drop, later;
	struct job job;
	bool mine = false, known = false;
	char hash[65], id[37];
	int patience = 10;
	enum db_drop_outcome outcome;
	struct db_drop lost = {.id = uuid_new(id),
			       .tray_id = fx.acme_tray,
			       .name = "lost",
			       .name_len = 4};

	no_jobs();
	drop = drop_file(fx.acme_tray, "x", NULL);
	job = claim_for(fx.worker, drop.id);
	stop_hard(signal_number);
	until_gone();
	assert_int_equal(db_drop_record(fx.intake, &lost, &outcome, &fx_err), RC_RETRY);
	enum rc rc;
	while ((rc = job_heartbeat(fx.worker, &job, &mine, &fx_err)) == RC_OK)
		usleep(1000);
	assert_int_equal(rc, RC_RETRY);
	assert_int_equal(db_reconnect(fx.worker, never, NULL, &fx_err), RC_RETRY);
	assert_int_equal(db_reconnect(fx.worker, ten_times, &patience, &fx_err),
			 RC_RETRY);
	assert_int_equal(db_socket(fx.worker), -1);

	OK(cluster_start(&fx.settings, &fx.postmaster, &fx_err));
	fixture_reconnect_owner();
	OK(db_reconnect(fx.worker, NULL, NULL, &fx_err));
	OK(db_reconnect(fx.worker2, NULL, NULL, &fx_err));
	OK(db_reconnect(fx.intake, NULL, NULL, &fx_err));
	OK(db_reconnect(fx.keeper, NULL, NULL, &fx_err));
	OK(db_reconnect(fx.admin, NULL, NULL, &fx_err));
	OK(db_drop_known(fx.intake, id, &known, hash, &fx_err));
	assert_false(known);
	OK(db_drop_record(fx.intake, &lost, &outcome, &fx_err));
	assert_int_equal(outcome, DROP_NEW);
	OK(db_drop_known(fx.intake, drop.id, &known, hash, &fx_err));
	assert_true(known);
	OK(job_save_document(fx.worker, &job, make_doc("W", "S", "1.00"), fx.bill, true,
			     &mine, &fx_err));
	assert_true(mine);
	later = drop_file(fx.acme_tray, "y", NULL);
	assert_int_equal(later.outcome, DROP_NEW);
}

static void a_server_stopped_hard_loses_nothing_that_was_committed(void **state)
{
	(void)state;
	survive(SIGQUIT);
}

static void a_killed_server_starts_again(void **state)
{
	(void)state;
	survive(SIGKILL);
}

static void reconnect_all(void)
{
	fixture_reconnect_owner();
	OK(db_reconnect(fx.worker, NULL, NULL, &fx_err));
	OK(db_reconnect(fx.worker2, NULL, NULL, &fx_err));
	OK(db_reconnect(fx.intake, NULL, NULL, &fx_err));
	OK(db_reconnect(fx.keeper, NULL, NULL, &fx_err));
	OK(db_reconnect(fx.admin, NULL, NULL, &fx_err));
}

static void a_cluster_left_over_is_stopped_first(void **state)
{
	(void)state;
	pid_t left = fx.postmaster;

	OK(cluster_start(&fx.settings, &fx.postmaster, &fx_err));
	assert_int_not_equal(left, fx.postmaster);
	reconnect_all();
}

/* Over the number at the beginning of a server's lock file. */
static void write_pid(const char *path, pid_t pid)
{
	char text[4096];
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	size_t n = fread(text, 1, sizeof(text), f);
	fclose(f);
	size_t first = strcspn(text, "\n");
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%d%.*s", (int)pid, (int)(n - first), text + first);
	fclose(f);
}

/* A process of the file's owner that does nothing. */
static pid_t somebody_like(const char *path)
{
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (geteuid() == 0 && setuid(st.st_uid) != 0)
			_exit(1);
		pause();
		_exit(0);
	}
	return pid;
}

static void lock_files_of_a_dead_server_are_removed(void **state)
{
	char path[4200];

	(void)state;
	snprintf(path, sizeof(path), "%s/pg/postmaster.pid", fx.settings.state_dir);
	stop_hard(SIGKILL);
	until_gone();
	assert_int_equal(truncate(path, 0), 0); /* as after a power cut */
	OK(cluster_start(&fx.settings, &fx.postmaster, &fx_err));
	stop_hard(SIGKILL);
	until_gone();
	pid_t other = somebody_like(path); /* has that number by now */
	write_pid(path, other);
	OK(cluster_start(&fx.settings, &fx.postmaster, &fx_err));
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	reconnect_all();
}

static void a_read_only_server_is_weather(void **state)
{
	(void)state;
	char id[37];
	enum db_drop_outcome outcome;
	struct db_drop drop = {.id = uuid_new(id),
			       .tray_id = fx.acme_tray,
			       .name = "x",
			       .name_len = 1};

	sql("alter role intray_intake set default_transaction_read_only = on");
	OK(db_reconnect(fx.intake, NULL, NULL, &fx_err));
	assert_int_equal(db_drop_record(fx.intake, &drop, &outcome, &fx_err), RC_RETRY);
	sql("alter role intray_intake reset default_transaction_read_only");
	OK(db_reconnect(fx.intake, NULL, NULL, &fx_err));
	OK(db_drop_record(fx.intake, &drop, &outcome, &fx_err));
}

/* --- addresses
 * ------------------------------------------------------------------------ */

static enum rc open_as(const char *conninfo, enum db_role role)
{
	struct db *db = NULL;
	enum rc rc = db_open(conninfo, role, &db, &fx_err);

	db_close(&db);
	return rc;
}

static void a_wrong_password_is_no_weather(void **state)
{
	(void)state;
	assert_int_equal(
		open_as(arena_printf(fx.arena,
				     "host=%s/pg dbname=intray user=intray_worker "
				     "password=wrong",
				     fx.settings.run_dir),
			DB_WORKER),
		RC_FAIL);
	assert_non_null(strstr(fx_err.text, "password authentication failed"));
	assert_null(strstr(fx_err.text, "wrong"));
}

static void no_server_is_weather(void **state)
{
	(void)state;
	assert_int_equal(open_as("host=/nonexistent dbname=intray user=x", DB_WORKER),
			 RC_RETRY);
}

static void a_program_that_does_not_fit_the_database_says_so(void **state)
{
	(void)state;
	const char *conninfo;

	OK(db_conninfo(&fx.settings, DB_KEEPER, fx.arena, &conninfo, &fx_err));
	sql("alter function intray.keeper_round() rename to old_round");
	assert_int_equal(open_as(conninfo, DB_KEEPER), RC_FAIL);
	assert_non_null(strstr(fx_err.text, "restart intrayd"));
	assert_non_null(strstr(fx_err.text, "keeper_round"));
	sql("alter function intray.old_round() rename to keeper_round");
	OK(open_as(conninfo, DB_KEEPER));
}

struct conninfo_case {
	const char *name, *database, *expected;
};
static void addresses_are_taken_as_words_or_uri_and_quoted(void **state)
{
	(void)state;
	static const struct conninfo_case cases[] = {
		{"words", "host=db.example port=5433 dbname=in",
		 "host='db.example' port='5433'"},
		{"uri", "postgresql://db.example:5433/in?sslmode=require",
		 "sslmode='require'"},
		{"a quote in a value", "host=h dbname='it''s'", NULL},
		{"an escaped quote", "host=h dbname=it\\'s", "dbname='it\\'s'"},
		{"user and password are ours", "host=h user=evil password=x",
		 "user='intray_worker'"},
		{"no address at all", "this is nothing", NULL},
	};
	struct settings s = fx.settings;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *conninfo = "";
		s.database = cases[i].database;
		enum rc rc = db_conninfo(&s, DB_WORKER, fx.arena, &conninfo, &fx_err);
		assert_int_equal(rc, cases[i].expected ? RC_OK : RC_FAIL);
		if (cases[i].expected)
			assert_non_null(strstr(conninfo, cases[i].expected));
		assert_null(strstr(conninfo, "evil"));
	}
}

static void a_missing_secret_says_what_to_do(void **state)
{
	(void)state;
	struct settings s = fx.settings;
	const char *conninfo;

	s.secrets_dir = "/nonexistent";
	assert_int_equal(db_conninfo(&s, DB_WORKER, fx.arena, &conninfo, &fx_err),
			 RC_FAIL);
	assert_non_null(strstr(fx_err.text, "/nonexistent/intray_worker"));
	assert_non_null(strstr(fx_err.text, "when it is started for the first time"));
	s.database = "dbname=intray";
	assert_int_equal(db_conninfo(&s, DB_WORKER, fx.arena, &conninfo, &fx_err),
			 RC_FAIL);
	assert_non_null(strstr(fx_err.text, "intray migrate"));
}

static void secrets_are_for_our_user_alone(void **state)
{
	(void)state;
	struct stat st;

	assert_int_equal(stat(fx.settings.secrets_dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(arena_printf(fx.arena, "%s/intray_worker",
					   fx.settings.secrets_dir),
			      &st),
			 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_run_folder_too_long_for_a_socket_is_refused(void **state)
{
	(void)state;
	struct settings s = fx.settings;
	const char *conninfo;

	s.run_dir = arena_printf(fx.arena, "/%0100d", 1);
	assert_int_equal(db_conninfo(&s, DB_WORKER, fx.arena, &conninfo, &fx_err),
			 RC_FAIL);
	assert_non_null(strstr(fx_err.text, "run_dir"));
}

/* --- a pooler: passes everything on, but announces a process number of its own
 * --------- */

struct pooler {
	int listener;
	char folder[64];
	pthread_t thread;
};

/* The server's bytes, with the number in BackendKeyData ('K', length 12) made another.
 */
static void falsify(unsigned char *bytes, ssize_t n)
{
	for (ssize_t i = 0; i + 13 <= n; i++)
		if (bytes[i] == 'K' && bytes[i + 1] == 0 && bytes[i + 2] == 0 &&
		    bytes[i + 3] == 0 && bytes[i + 4] == 12)
			bytes[i + 8] ^= 1;
}

static void *pass_on(void *arg)
{
	struct pooler *p = arg;
	struct sockaddr_un server = {.sun_family = AF_UNIX};
	unsigned char bytes[65536];
	ssize_t n = 1;

	snprintf(server.sun_path, sizeof(server.sun_path), "%s/pg/.s.PGSQL.5432",
		 fx.settings.run_dir);
	int client = accept(p->listener, NULL, NULL),
	    to = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(to, (struct sockaddr *)&server, sizeof(server)) != 0)
		n = 0;
	while (n > 0) {
		struct pollfd fds[] = {{.fd = client, .events = POLLIN},
				       {.fd = to, .events = POLLIN}};
		poll(fds, 2, -1);
		bool up = fds[0].revents != 0;
		n = read(up ? client : to, bytes, sizeof(bytes));
		if (!up)
			falsify(bytes, n);
		if (n > 0 && write(up ? to : client, bytes, (size_t)n) != n)
			n = 0;
	}
	close(client);
	close(to);
	return NULL;
}

static void a_pooler_in_between_is_refused(void **state)
{
	(void)state;
	struct pooler p = {.folder = "/tmp/idbpXXXXXX"};
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	assert_non_null(mkdtemp(p.folder));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/.s.PGSQL.5432",
		 p.folder);
	p.listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(p.listener, (struct sockaddr *)&address, sizeof(address)),
			 0);
	listen(p.listener, 1);
	pthread_create(&p.thread, NULL, pass_on, &p);
	assert_int_equal(open_as(arena_printf(fx.arena,
					      "host=%s dbname=intray user=intray_owner "
					      "password=%s",
					      p.folder, PQpass(fx.owner)),
				 DB_OWNER),
			 RC_FAIL);
	assert_non_null(strstr(fx_err.text, "pooler"));
	pthread_join(p.thread, NULL);
	close(p.listener);
	unlink(address.sun_path);
	rmdir(p.folder);
}

int run_weather_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_connection_is_weather_and_comes_back_prepared),
		cmocka_unit_test(
			a_server_stopped_hard_loses_nothing_that_was_committed),
		cmocka_unit_test(a_killed_server_starts_again),
		cmocka_unit_test(a_cluster_left_over_is_stopped_first),
		cmocka_unit_test(lock_files_of_a_dead_server_are_removed),
		cmocka_unit_test(a_read_only_server_is_weather),
		cmocka_unit_test(a_wrong_password_is_no_weather),
		cmocka_unit_test(no_server_is_weather),
		cmocka_unit_test(a_program_that_does_not_fit_the_database_says_so),
		cmocka_unit_test(addresses_are_taken_as_words_or_uri_and_quoted),
		cmocka_unit_test(a_missing_secret_says_what_to_do),
		cmocka_unit_test(secrets_are_for_our_user_alone),
		cmocka_unit_test(a_run_folder_too_long_for_a_socket_is_refused),
		cmocka_unit_test(a_pooler_in_between_is_refused),
	};

	return cmocka_run_group_tests_name("weather", tests, NULL, NULL);
}
