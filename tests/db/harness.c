/* harness.c - one throwaway cluster for all database tests.
 *
 * The same cluster_start as in the daemon, in a short folder below /tmp. */
#include "harness.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sha256.h"
#include "xml.h"

struct fixture fx;
struct err fx_err;

static struct client_settings clients[] = {{"acme", "Acme Ltd", 1, "names"},
					   {"beta", "Beta AG", 1, "names"}};
static struct tray_settings trays[] = {
	{.client = "acme",
	 .name = "scans",
	 .path = "/trays/acme",
	 .languages = "eng+deu"},
	{.client = "beta", .name = "scans", .path = "/trays/beta"},
};
static char folder[] = "/tmp/idbXXXXXX";

void ok_at(const char *file, int line, const char *what, enum rc rc,
	   const struct err *err)
{
	if (rc == RC_OK)
		return;
	print_error("%s:%d: %s gives %s: %s\n", file, line, what, rc_name(rc),
		    err->text);
	fail();
}

static void must(enum rc rc, const char *what)
{
	if (rc == RC_OK)
		return;
	printf("not ok - %s: %s\n", what, fx_err.text);
	fixture_stop();
	exit(1);
}

struct db *open_role(enum db_role role)
{
	struct db *db = NULL;
	const char *conninfo;

	must(db_conninfo(&fx.settings, role, fx.arena, &conninfo, &fx_err), "conninfo");
	must(db_open(conninfo, role, &db, &fx_err), db_role_name(role));
	return db;
}

void fixture_reconnect_owner(void)
{
	const char *conninfo;

	PQfinish(fx.owner);
	must(db_conninfo(&fx.settings, DB_OWNER, fx.arena, &conninfo, &fx_err),
	     "conninfo");
	fx.owner = PQconnectdb(conninfo);
	if (PQstatus(fx.owner) != CONNECTION_OK)
		must(RC_FAIL, "connect as owner");
}

static void make_settings(void)
{
	if (!mkdtemp(folder) || chmod(folder, 0755) != 0)
		must(RC_FAIL, "mkdtemp");
	fx.settings = (struct settings){
		.state_dir = arena_printf(fx.arena, "%s/state", folder),
		.run_dir = arena_printf(fx.arena, "%s/run", folder),
		.secrets_dir = arena_printf(fx.arena, "%s/secrets", folder),
		.store_dir = arena_printf(fx.arena, "%s/store", folder),
		.schema_dir = "tests/db/schemas",
		.clients = clients,
		.n_clients = 2,
		.trays = trays,
		.n_trays = 2,
	};
	mkdir(fx.settings.state_dir, 0700);
	mkdir(fx.settings.run_dir, 0755);
}

static void open_all(void)
{
	fx.intake = open_role(DB_INTAKE);
	fx.worker = open_role(DB_WORKER);
	fx.worker2 = open_role(DB_WORKER);
	fx.keeper = open_role(DB_KEEPER);
	fx.admin = open_role(DB_ADMIN);
	fx.acme_tray =
		atoll(sql("select t.id from intray.tray t join intray.client c on "
			  "c.id = t.client where c.code = 'acme'"));
	fx.beta_tray =
		atoll(sql("select t.id from intray.tray t join intray.client c on "
			  "c.id = t.client where c.code = 'beta'"));
}

/* Nobody needs this database after a power cut. */
static void no_fsync(void)
{
	FILE *f = fopen(
		arena_printf(fx.arena, "%s/pg/postgresql.conf", fx.settings.state_dir),
		"a");

	if (!f || fputs("fsync = off\n", f) < 0 || fclose(f) != 0)
		must(RC_FAIL, "postgresql.conf");
	kill(fx.postmaster, SIGHUP);
}

void fixture_start(void)
{
	struct db *owner;

	fx.arena = arena_new();
	make_settings();
	must(cluster_start(&fx.settings, &fx.postmaster, &fx_err), "start cluster");
	no_fsync();
	owner = open_role(DB_OWNER);
	must(db_migrate(owner, &fx.settings, NULL, &fx_err), "migrate");
	db_close(&owner);
	fixture_reconnect_owner();
	fx.schemas = schema_set_new();
	open_all();
	must(db_schemas(fx.worker, fx.schemas, &fx_err), "schemas");
	fx.bill = schema_type(fx.schemas, "bill");
}

void fixture_stop(void)
{
	char command[80];

	db_close(&fx.intake);
	db_close(&fx.worker);
	db_close(&fx.worker2);
	db_close(&fx.keeper);
	db_close(&fx.admin);
	PQfinish(fx.owner);
	schema_set_free(&fx.schemas);
	cluster_stop(&fx.settings, fx.postmaster, 5000, &fx_err);
	arena_free(&fx.arena);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command) != 0)
		print_error("%s stays behind\n", folder);
}

/* --- statements
 * ----------------------------------------------------------------------- */

static PGresult *run(PGconn *conn, const char *fmt, va_list ap)
{
	char text[4000];

	vsnprintf(text, sizeof(text), fmt, ap);
	return PQexec(conn, text);
}

static const char *first_value(PGconn *conn, PGresult *r)
{
	static char ring[16][4000];
	static unsigned next;
	char *out = ring[next++ % 16];
	ExecStatusType status = PQresultStatus(r);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		print_error("%s", PQerrorMessage(conn));
		PQclear(r);
		fail();
	}
	snprintf(out, sizeof(ring[0]), "%s",
		 PQntuples(r) > 0 ? PQgetvalue(r, 0, 0) : "");
	PQclear(r);
	return out;
}

const char *sql(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	PGresult *r = run(fx.owner, fmt, ap);
	va_end(ap);
	return first_value(fx.owner, r);
}

const char *sql_on(PGconn *conn, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	PGresult *r = run(conn, fmt, ap);
	va_end(ap);
	return first_value(conn, r);
}

const char *sql_fails(PGconn *conn, const char *fmt, ...)
{
	static char state[6];
	va_list ap;

	va_start(ap, fmt);
	PGresult *r = run(conn, fmt, ap);
	va_end(ap);
	const char *code = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	snprintf(state, sizeof(state), "%s", code ? code : "");
	PQclear(r);
	return state;
}

PGconn *login(const char *role, const char *password)
{
	PGconn *conn = PQconnectdb(
		arena_printf(fx.arena, "host=%s/pg dbname=intray user=%s password=%s",
			     fx.settings.run_dir, role, password));

	if (PQstatus(conn) != CONNECTION_OK) {
		print_error("%s", PQerrorMessage(conn));
		fail();
	}
	return conn;
}

PGconn *login_process(enum db_role role)
{
	const char *conninfo;

	must(db_conninfo(&fx.settings, role, fx.arena, &conninfo, &fx_err), "conninfo");
	PGconn *conn = PQconnectdb(conninfo);
	if (PQstatus(conn) != CONNECTION_OK)
		must(RC_FAIL, PQerrorMessage(conn));
	return conn;
}

/* --- documents
 * ------------------------------------------------------------------------ */

struct new_drop drop_file(int64_t tray, const char *name, const char *seed)
{
	struct new_drop out;
	char hash[65];

	uuid_new(out.id);
	if (!seed)
		seed = out.id;
	struct db_drop drop = {.id = out.id,
			       .tray_id = tray,
			       .name = name,
			       .name_len = strlen(name),
			       .sha256 = sha256_text(seed, strlen(seed), hash),
			       .size = (int64_t)strlen(seed),
			       .mtime_ms = 1700000000123,
			       .received_on = "2026-03-01"};
	OK(db_drop_record(fx.intake, &drop, &out.outcome, &fx_err));
	return out;
}

const char *document_of(const char *drop)
{
	return arena_strdup(
		fx.arena,
		sql("select id from intray.document where drop = '%s'", drop));
}

bool claim_any(struct db *db, struct job *job)
{
	bool got;

	OK(job_claim(db, "test", fx.arena, job, &got, &fx_err));
	return got;
}

struct job claim_for(struct db *db, const char *drop)
{
	struct job job;

	for (int i = 0; i < 100 && claim_any(db, &job); i++)
		if (strcmp(job.drop, drop) == 0)
			return job;
	print_error("no job for drop %s\n", drop);
	fail();
	abort();
}

void do_check(const char *doc, const char *stop)
{
	struct job job = claim_for(
		fx.worker,
		arena_strdup(
			fx.arena,
			sql("select drop from intray.document where id = '%s'", doc)));
	struct doc *back = doc_new(fx.arena);
	bool mine;

	assert_int_equal(job.kind, JOB_CHECK);
	OK(job_load_document(fx.worker, &job, back, &fx_err));
	back->n_findings = 0;
	if (stop)
		doc_find(back, stop, FINDING_DOCUMENT, SEVERITY_STOP, "total",
			 "The total is odd.");
	set_instance(back);
	OK(job_save_document(fx.worker, &job, back, fx.bill, false, &mine, &fx_err));
	assert_true(mine);
}

const char *state_of(const char *doc)
{
	return sql("select state from intray.document where id = '%s'", doc);
}

struct taken take_from(PGconn *clerk, const char *queue)
{
	const char *queues =
		queue ? arena_printf(fx.arena, "array['%s']", queue) : "null::text[]";
	char *all = arena_strdup(
		fx.arena, sql_on(clerk,
				 "select task || ' ' || fence || ' ' || queue from "
				 "desk.next_task(queues => %s)",
				 queues));
	struct taken t = {"", "", ""};
	char *rest = NULL;

	if (*all) {
		t.task = strtok_r(all, " ", &rest);
		t.fence = strtok_r(NULL, " ", &rest);
		t.queue = strtok_r(NULL, " ", &rest);
	}
	return t;
}

int no_work(void **state)
{
	(void)state;
	sql("update intray.task set state = 'cancelled' where state = 'open'");
	no_jobs();
	return 0;
}

void no_jobs(void)
{
	sql("delete from intray.job");
}

static struct page *add_page(struct doc *doc, int number)
{
	struct page *page = doc_add_page(doc);
	struct word *word = arena_alloc(doc->arena, sizeof(*word));

	*word = (struct word){
		.text = "bill", .box = {100, 100, 80, 30}, .confidence = 0.9f};
	page->number = number;
	page->width = 2480;
	page->height = 3508;
	page->source = SOURCE_OCR;
	page->words = word;
	page->n_words = 1;
	memset(page->display.hash, 'd', 64);
	page->display.mime = "image/jpeg";
	page->display.width = 1000;
	page->display.height = 1414;
	return page;
}

void add_value(struct doc *doc, const char *path, int line, const char *value)
{
	struct field *f = doc_add_field(doc, path, line);

	f->raw = f->value = value;
	f->page = 1;
	f->source = SOURCE_OCR;
	f->confidence = 0.875f;
	f->accepted = true;
}

static const char *escaped(struct arena *arena, const char *s)
{
	struct strbuf out;

	strbuf_init(&out, arena);
	for (; *s; s++)
		strbuf_add_n(&out, *s == '&' ? "&amp;" : s, *s == '&' ? 5 : 1);
	return out.text;
}

void set_instance(struct doc *doc)
{
	doc->instance = arena_printf(
		doc->arena,
		"<bill><number>%s</number><date>2026-02-28</date><total>%s</total>"
		"<seller><name>%s</name></seller><lines><line><description>Nuts &amp; "
		"bolts"
		"</description><amount>1.50</amount></line></lines></bill>",
		doc_value(doc, "number", 0), doc_value(doc, "total", 0),
		escaped(doc->arena, doc_value(doc, "seller/name", 0)));
}

struct doc *make_doc(const char *number, const char *seller, const char *total)
{
	struct doc *doc = doc_new(fx.arena);

	add_page(doc, 1);
	doc->format = "pdf";
	doc->pages_in_file = 1;
	doc->type = "bill";
	doc->type_confidence = 0.9f;
	add_value(doc, "number", 0, number);
	add_value(doc, "total", 0, total);
	add_value(doc, "seller/name", 0, seller);
	add_value(doc, "lines/description", 1, "Nuts & bolts");
	add_value(doc, "lines/amount", 1, "1.50");
	set_instance(doc);
	return doc;
}

const char *finished_doc(int64_t tray, const char *number, const char *stop)
{
	struct new_drop drop = drop_file(tray, "bill.pdf", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct doc *doc = make_doc(number, "Bolt & Sons", "1.50");
	bool mine = false;

	if (stop)
		doc_find(doc, stop, FINDING_DOCUMENT, SEVERITY_STOP, "total",
			 "The total is odd.");
	OK(job_save_document(fx.worker, &job, doc, fx.bill, true, &mine, &fx_err));
	assert_true(mine);
	return document_of(drop.id);
}
