/* test_worker.c - worker processes on a real database, with readers that do as told.
 *
 * The bytes of a drop tell the reader what to do ("pages 20", "crash", "slow");
 * everything else is the daemon's own: launcher, jails, jobs, leases, the store. Each
 * story starts a worker (or two) of its own and looks at the tables afterwards. */
#include "harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../daemon/worker/launch.h"
#include "process.h"
#include "store.h"

#define N(array) (sizeof(array) / sizeof(*(array)))

/* --- the reader --- */

static enum rc load_nothing(const struct settings *settings, const char *languages,
			    void **model, struct err *err)
{
	(void)settings, (void)languages, (void)err;
	*model = malloc(1);
	return RC_OK;
}

static enum rc give_page(const struct read_env *env, int number, struct err *err)
{
	char text[16];
	snprintf(text, sizeof(text), "page%d", number);
	struct word words[] = {
		{.text = "bill", .box = {100, 100, 80, 30}, .confidence = 1},
		{.text = text, .box = {200, 100, 80, 30}, .confidence = 1},
	};
	struct page page = {.number = number,
			    .width = 2480,
			    .height = 3508,
			    .dpi = 300,
			    .source = SOURCE_OCR,
			    .words = words,
			    .n_words = 2,
			    .display = {.bytes = text,
					.len = strlen(text),
					.mime = "image/jpeg",
					.width = 10,
					.height = 10}};
	return env->page_done(env->ctx, &page, err);
}

static enum rc act(void *model, struct read_env *env, const void *bytes, size_t len,
		   int first, int last, int max_first_run, struct doc *doc,
		   struct err *err)
{
	char word[16] = "", text[64];
	int pages = 0;
	(void)model;
	snprintf(text, sizeof(text), "%.*s", (int)len, (const char *)bytes);
	sscanf(text, "%15s %d", word, &pages);
	if (strcmp(word, "crash") == 0)
		return err_set(err, RC_BUG, "told to crash");
	if (last == 0)
		last = max_first_run > 0 && pages > max_first_run ? max_first_run
								  : pages;
	doc->format = "tiff";
	doc->pages_in_file = pages;
	for (int n = first; n <= last; n++) {
		if (strcmp(word, "slow") == 0)
			poll(NULL, 0, 1500);
		if (give_page(env, n, err) != RC_OK)
			return RC_BUG;
	}
	return RC_OK;
}

static const struct reading as_told = {load_nothing, free, act};

/* --- workers --- */

struct process_handle {
	pid_t pid;
	int lifeline; /* closing it means: drain */
};

static struct process_handle worker_start(int index)
{
	static int others[20], n_others; /* life lines that a child must not hold */
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct process_env env = {.settings = &fx.settings,
					  .index = index,
					  .lifeline_fd = ends[0]};
		struct engine *engine = NULL;
		close(ends[1]);
		for (int i = 0; i < n_others && i < 20; i++)
			close(others[i]);
		if (engine_launch_with(&fx.settings, &as_told, &engine, &fx_err) !=
			    RC_OK ||
		    db_conninfo(&fx.settings, DB_WORKER, fx.arena, &env.conninfo,
				&fx_err) != RC_OK)
			_exit(99);
		env.early = engine;
		_exit(worker_main(&env));
	}
	close(ends[0]);
	others[n_others++ % 20] = ends[1];
	return (struct process_handle){pid, ends[1]};
}

static int worker_end(struct process_handle *w)
{
	int status = 0;
	close(w->lifeline);
	waitpid(w->pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Of a drop's document d and its job j, which may be gone. */
static const char *about(const char *drop, const char *expression)
{
	return sql("select %s from intray.document d left join intray.job j on "
		   "j.document = "
		   "d.id where d.drop = '%s' limit 1",
		   expression, drop);
}

static void until(const char *condition, const char *drop)
{
	for (int i = 0; i < 600; i++) {
		if (strcmp(about(drop, condition), "t") == 0)
			return;
		poll(NULL, 0, 50);
	}
	print_error("never true: %s; document and job: %s\n", condition,
		    about(drop, "concat_ws(' ', d.state, j.kind, j.faults, j.error)"));
	fail();
}

static const char understood[] = "d.state in ('ready', 'exception')";
static const char being_read[] = "j.lease_until > now()";

static struct new_drop put(const char *bytes)
{
	struct store *store;
	char hash[65], unique[100];
	static int count;
	snprintf(unique, sizeof(unique), "%s drop %d", bytes, ++count);
	OK(store_open(fx.settings.store_dir, &store, &fx_err));
	OK(store_put(store, "acme", unique, strlen(unique), hash, &fx_err));
	store_close(&store);
	return drop_file(fx.acme_tray, "scan.tif", unique);
}

static const char *pages_of(const char *drop)
{
	return sql(
		"select string_agg(number::text, ' ' order by number) from intray.page "
		"where drop = '%s'",
		drop);
}

/* --- stories --- */

static void test_a_short_document_is_done_in_one_job(void **state)
{
	(void)state;
	struct new_drop drop = put("pages 3");
	struct process_handle w = worker_start(0);
	until(understood, drop.id);
	assert_string_equal(pages_of(drop.id), "1 2 3");
	assert_string_equal(sql("select count(*) from intray.job"), "0");
	struct store *store;
	OK(store_open(fx.settings.store_dir, &store, &fx_err));
	assert_true(
		store_has(store, "acme",
			  sql("select display from intray.page where number = 2 and "
			      "drop = '%s'",
			      drop.id)));
	store_close(&store);
	assert_int_equal(worker_end(&w), 0);
}

static void test_a_long_document_is_read_in_runs_by_two_workers(void **state)
{
	(void)state;
	struct new_drop drop = put("pages 20");
	struct process_handle w0 = worker_start(0), w1 = worker_start(1);
	until(understood, drop.id);
	assert_string_equal(pages_of(drop.id),
			    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20");
	assert_string_equal(
		sql("select count(distinct display) from intray.page where drop "
		    "= '%s'",
		    drop.id),
		"20");
	assert_int_equal(worker_end(&w0), 0);
	assert_int_equal(worker_end(&w1), 0);
}

static void test_three_faults_and_the_document_is_quarantined(void **state)
{
	(void)state;
	struct new_drop drop = put("crash");
	struct process_handle w = worker_start(0);
	for (int fault = 1; fault <= 2; fault++) {
		until(fault == 1 ? "j.faults = 1" : "j.faults = 2", drop.id);
		sql("update intray.job set not_before = now()");
		sql("notify intray_job");
	}
	until("d.state = 'quarantined'", drop.id);
	assert_non_null(strstr(
		sql("select reason from intray.document where drop = '%s'", drop.id),
		"told to crash"));
	assert_int_equal(worker_end(&w),
			 0); /* it was the reader that died, three times */
}

/* What the server says of its tables is for the log, not for clerks. */
static void test_what_the_database_refuses_is_told_in_plain_words(void **state)
{
	(void)state;
	sql("create function intray.test_refuse() returns trigger language plpgsql as "
	    "$$ begin raise 'index row size 4100 exceeds' using errcode = '54000'; end "
	    "$$");
	sql("create trigger test_refuse before insert on intray.page for each row "
	    "execute function intray.test_refuse()");
	struct new_drop drop = put("pages 1");
	struct process_handle w = worker_start(0);
	for (int fault = 1; fault <= 2; fault++) {
		until(fault == 1 ? "j.faults = 1" : "j.faults = 2", drop.id);
		sql("update intray.job set not_before = now()");
		sql("notify intray_job");
	}
	until("d.state = 'quarantined'", drop.id);
	assert_string_equal(
		sql("select reason from intray.document where drop = '%s'", drop.id),
		"Reading this document failed three times: the database did not take "
		"what came of it (the log says why).");
	assert_int_equal(worker_end(&w), 0);
	sql("drop function intray.test_refuse() cascade");
}

static void test_draining_hands_an_unfinished_job_back(void **state)
{
	(void)state;
	struct new_drop drop = put("slow 7");
	struct process_handle w = worker_start(0);
	until(being_read, drop.id);
	assert_int_equal(worker_end(&w), 0);
	assert_string_equal(about(drop.id, "j.lease_until"), "");
	assert_string_equal(about(drop.id, "j.faults"), "0");
	assert_string_equal(about(drop.id, "j.losses"), "0");
	no_jobs();
}

static void test_a_killed_worker_s_job_is_done_by_another(void **state)
{
	(void)state;
	struct new_drop drop = put("slow 2");
	struct process_handle w = worker_start(0);
	until(being_read, drop.id);
	kill(w.pid, SIGKILL);
	assert_int_equal(worker_end(&w), -SIGKILL);
	assert_string_equal(about(drop.id, "j.losses"), "0");
	sql("update intray.job set lease_until = now() - interval '1 s'");
	w = worker_start(1);
	until("j.losses = 1", drop.id);
	until(understood, drop.id);
	assert_string_equal(pages_of(drop.id), "1 2");
	assert_int_equal(worker_end(&w), 0);
}

static void
test_a_worker_started_again_takes_its_predecessor_s_job_at_once(void **state)
{
	(void)state;
	struct new_drop drop = put("slow 3");
	struct process_handle w = worker_start(0);
	until(being_read, drop.id);
	kill(w.pid, SIGKILL);
	assert_int_equal(worker_end(&w), -SIGKILL);
	sql("update intray.job set lease_until = now() + interval '1 h'");
	w = worker_start(0);
	until("j.losses = 1", drop.id);
	until("j.kind = 'run'", drop.id); /* what was lost once is done page by page */
	assert_string_equal(pages_of(drop.id), "1");
	until(understood, drop.id);
	assert_string_equal(pages_of(drop.id), "1 2 3");
	assert_int_equal(worker_end(&w), 0);
}

/* The first child of a process, or 0. */
static pid_t child_of(pid_t pid)
{
	char path[64], text[64] = "";
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	FILE *f = fopen(path, "r");
	if (!f)
		return 0;
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	return n > 0 ? (pid_t)atoi(text) : 0;
}

/* Kills the next reader, other than `before`, of a worker; its pid. */
static pid_t kill_reader(const struct process_handle *w, pid_t before)
{
	pid_t reader = 0;
	for (int i = 0; i < 2000 && (!reader || reader == before); i++) {
		reader = child_of(child_of(w->pid));
		poll(NULL, 0, 5);
	}
	assert_true(reader > 0 && reader != before);
	kill(reader, SIGKILL);
	return reader;
}

static void test_a_killed_reader_begins_again_uncounted(void **state)
{
	(void)state;
	struct new_drop drop = put("slow 2");
	struct process_handle w = worker_start(0);
	until(being_read, drop.id);
	kill_reader(&w, 0);
	until("j.kind = 'run'", drop.id); /* from then on page by page */
	assert_string_equal(about(drop.id, "j.losses + j.faults"), "0");
	until(understood, drop.id);
	assert_string_equal(pages_of(drop.id), "1 2");
	assert_int_equal(worker_end(&w), 0);
}

static void test_five_killed_readers_are_a_loss_and_their_worker_goes_on(void **state)
{
	(void)state;
	struct new_drop drop = put("slow 2");
	struct process_handle w = worker_start(0);
	pid_t reader = 0;
	until(being_read, drop.id);
	for (int i = 0; i < 5; i++)
		reader = kill_reader(&w, reader);
	until("j.losses = 1 and j.faults = 0", drop.id);
	until(understood, drop.id);
	assert_string_equal(pages_of(drop.id), "1 2");
	assert_int_equal(worker_end(&w), 0);
}

static void test_a_killed_launcher_costs_its_worker_but_is_not_counted(void **state)
{
	(void)state;
	struct new_drop drop = put("slow 2");
	struct process_handle w = worker_start(0);
	until(being_read, drop.id);
	kill(child_of(w.pid), SIGKILL);
	assert_int_not_equal(worker_end(&w), 0);
	assert_string_equal(about(drop.id, "j.losses + j.faults"), "0");
	assert_string_equal(about(drop.id, "j.lease_until"), "");
	w = worker_start(0);
	until(understood, drop.id);
	assert_int_equal(worker_end(&w), 0);
}

static void test_a_job_that_was_taken_away_saves_nothing(void **state)
{
	(void)state;
	struct new_drop drop = put("slow 1");
	struct process_handle w = worker_start(0);
	until(being_read, drop.id);
	sql("update intray.job set fence = nextval('intray.fence'), "
	    "lease_until = now() + interval '1 h'");
	poll(NULL, 0, 2500);
	assert_string_equal(pages_of(drop.id), "");
	assert_int_equal(worker_end(&w), 0);
	assert_int_not_equal(strlen(about(drop.id, "j.lease_until")), 0);
	no_jobs();
}

static void test_a_lost_connection_costs_no_work(void **state)
{
	(void)state;
	struct new_drop drop = put("slow 2");
	struct process_handle w = worker_start(0);
	until(being_read, drop.id);
	PGconn *same_role = login_process(DB_WORKER);
	sql_on(same_role,
	       "select pg_terminate_backend(pid) from pg_stat_activity where "
	       "usename = 'intray_worker' and pid <> pg_backend_pid()");
	PQfinish(same_role);
	until(understood, drop.id);
	assert_string_equal(pages_of(drop.id), "1 2");
	assert_string_equal(
		sql("select count(*) from intray.event e join intray.document d "
		    "on d.id = e.document where d.drop = '%s' and to_state = "
		    "'received'",
		    drop.id),
		"1");
	assert_int_equal(worker_end(&w), 0);
}

static void test_bytes_missing_from_the_store_are_a_fault_with_a_reason(void **state)
{
	(void)state;
	struct new_drop drop = drop_file(fx.acme_tray, "lost.tif", NULL);
	struct process_handle w = worker_start(0);
	until("j.faults = 1", drop.id);
	assert_non_null(strstr(about(drop.id, "j.error"), "missing"));
	assert_int_equal(worker_end(&w), 0);
	no_jobs();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_short_document_is_done_in_one_job),
		cmocka_unit_test(test_a_long_document_is_read_in_runs_by_two_workers),
		cmocka_unit_test(test_three_faults_and_the_document_is_quarantined),
		cmocka_unit_test(test_what_the_database_refuses_is_told_in_plain_words),
		cmocka_unit_test(test_draining_hands_an_unfinished_job_back),
		cmocka_unit_test(test_a_killed_worker_s_job_is_done_by_another),
		cmocka_unit_test(
			test_a_worker_started_again_takes_its_predecessor_s_job_at_once),
		cmocka_unit_test(test_a_killed_reader_begins_again_uncounted),
		cmocka_unit_test(
			test_five_killed_readers_are_a_loss_and_their_worker_goes_on),
		cmocka_unit_test(
			test_a_killed_launcher_costs_its_worker_but_is_not_counted),
		cmocka_unit_test(test_a_job_that_was_taken_away_saves_nothing),
		cmocka_unit_test(test_a_lost_connection_costs_no_work),
		cmocka_unit_test(
			test_bytes_missing_from_the_store_are_a_fault_with_a_reason),
	};
	signal(SIGPIPE, SIG_IGN);
	fixture_start();
	fx.settings.languages = "eng";
	fx.settings.drain_ms = 2000;
	fx.settings.max_pages = 2000;
	mkdir(fx.settings.store_dir, 0755);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_stop();
	return failed != 0;
}
