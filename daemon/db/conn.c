/* conn.c - the connection: opening it, losing it, getting it back, and running
 * statements.
 *
 * A process has one connection, the desk one for each of its threads. Its role's
 * statements (sql/query/<role>/) are prepared by name when it opens, so a program and a
 * database that do not fit find out at start and not in the middle of a document. A
 * lost connection, a server that starts, stops, is read-only or out of room is weather:
 * RC_RETRY, and db_reconnect brings the same prepared connection back. What the server
 * says about a statement of ours (SQLSTATE 42, 23) is RC_BUG. Only the primary message
 * of an error is ever repeated: details and contexts quote rows, and rows are people's
 * claims. */
#include "conn.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "proc.h"
#include "sql.h"
#include "text.h"

#define SAY_AGAIN_MS 60000

static const struct role {
	const char *name, *folder;
	const char *channel; /* what wakes it, or NULL */
} roles[DB_ROLE_N] = {
	[DB_OWNER] = {"intray_owner", NULL, NULL},
	[DB_INTAKE] = {"intray_intake", "query/intake/", NULL},
	[DB_WORKER] = {"intray_worker", "query/worker/", "intray_job"},
	[DB_KEEPER] = {"intray_keeper", "query/keeper/", NULL},
	[DB_DELIVER] = {"intray_deliver", "query/deliver/", "intray_delivery"},
	[DB_ADMIN] = {"intray_admin", "query/admin/", NULL},
	[DB_DESK] = {"intray_desk", "query/desk/", "intray_task"},
};

static const char *const network_keys[] = {"dbname",
					   "connect_timeout",
					   "keepalives_idle",
					   "keepalives_interval",
					   "keepalives_count",
					   "tcp_user_timeout",
					   "client_encoding",
					   "fallback_application_name",
					   NULL};

/* --- what an error means -------------------------------------------------------------
 */

static const struct verdict {
	const char *sqlstate; /* a prefix */
	enum rc rc;
} verdicts[] = {
	{"08", RC_RETRY},    /* connection */
	{"57", RC_RETRY},    /* shutdown, starting up, cancelled by a timeout */
	{"53", RC_RETRY},    /* disk full, too many connections */
	{"58", RC_RETRY},    /* input/output error */
	{"40", RC_RETRY},    /* serialisation, deadlock */
	{"25006", RC_RETRY}, /* read-only: a standby not yet promoted */
	{"55P03", RC_RETRY}, /* lock not available */
	{"22", RC_FAIL},     /* a value that does not fit its type */
	{"54", RC_FAIL},     /* too large */
	{"P0001", RC_FAIL},  /* our functions say no */
	{"", RC_BUG},
};

static enum rc judge(struct db *db, const PGresult *result)
{
	const char *state =
		result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;

	if (PQstatus(db->conn) != CONNECTION_OK || !state)
		return RC_RETRY;
	for (const struct verdict *v = verdicts;; v++)
		if (text_starts(state, v->sqlstate))
			return v->rc;
}

/* libpq's messages end in a line feed and may have several lines. */
static const char *first_line(const char *message, char line[300])
{
	if (!message || !*message)
		return "no message";
	size_t len = strcspn(message, "\n");
	if (len >= 300)
		len = 299;
	memcpy(line, message, len);
	line[len] = '\0';
	return line;
}

enum rc db_complain(struct db *db, const PGresult *result, const char *what,
		    struct err *err)
{
	char line[300];
	const char *message =
		result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (!message)
		message = PQerrorMessage(db->conn);
	return err_set(err, judge(db, result), "%s: %s", what,
		       first_line(message, line));
}

bool db_said(const struct err *err)
{
	return strcmp(err->file, __FILE__) == 0;
}

static bool worked(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* --- opening -------------------------------------------------------------------------
 */

const char *db_role_name(enum db_role role)
{
	return roles[role].name;
}

/* What no amount of waiting mends. libpq gives no SQLSTATE for a failed connect. */
static enum rc judge_refusal(const char *message)
{
	static const char *const hopeless[] = {
		"authentication failed", "no pg_hba.conf entry",
		"does not exist",	 "invalid connection option",
		"missing \"=\"",	 "is not permitted to log in"};

	/* A socket that does not exist yet is a server that is not up yet. */
	if (strstr(message, "connection to server") && strstr(message, "No such file"))
		return RC_RETRY;
	for (size_t i = 0; i < N_PARAMS(hopeless); i++)
		if (strstr(message, hopeless[i]))
			return RC_FAIL;
	return RC_RETRY;
}

static void hush(void *ctx, const PGresult *notice)
{
	(void)ctx;
	(void)notice;
}

static enum rc connect_once(struct db *db, struct err *err)
{
	const char *values[] = {db->conninfo, "5",     "10",   "5",
				"3",	      "15000", "UTF8", roles[db->role].name,
				NULL};
	char line[300];

	db->conn = PQconnectdbParams(network_keys, values, 1);
	if (!db->conn)
		die("out of memory");
	PQsetNoticeReceiver(db->conn, hush, NULL);
	if (PQstatus(db->conn) == CONNECTION_OK)
		return RC_OK;
	enum rc rc = judge_refusal(PQerrorMessage(db->conn));
	err_set(err, rc, "connect to database: %s",
		first_line(PQerrorMessage(db->conn), line));
	PQfinish(db->conn);
	db->conn = NULL;
	return rc;
}

const char *sql_text(const char *path)
{
	for (const struct sql_file *f = sql_files; f->name; f++)
		if (strcmp(f->name, path) == 0)
			return f->text;
	die("no SQL file %s", path);
}

/* A pooler hands every transaction to another server process: prepared statements and
 * LISTEN would vanish. It shows in the process number that the protocol announced. */
static enum rc refuse_pooler(struct db *db, struct err *err)
{
	AUTO_PGRESULT result = PQexec(db->conn, sql_text("connect/server_process"));

	if (!worked(result))
		return db_complain(db, result, "connect to database", err);
	if (row_int(result, 0, 0) != PQbackendPID(db->conn))
		return err_set(
			err, RC_FAIL,
			"connect to database: there is a connection pooler in between; "
			"give the address of PostgreSQL itself");
	return RC_OK;
}

static bool of_role(const struct sql_file *file, enum db_role role)
{
	return roles[role].folder && text_starts(file->name, roles[role].folder);
}

static enum rc collect_prepared(struct db *db, struct err *err)
{
	enum rc rc = RC_OK;

	for (const struct sql_file *f = sql_files; f->name; f++) {
		if (!of_role(f, db->role))
			continue;
		AUTO_PGRESULT result = PQgetResult(db->conn);
		ExecStatusType status = PQresultStatus(result);
		if (rc == RC_OK && !worked(result) &&
		    status != PGRES_PIPELINE_ABORTED) {
			rc = db_complain(db, result, f->name, err);
			if (rc == RC_BUG)
				rc = err_wrap(err, RC_FAIL,
					      "this program and the database are of "
					      "two versions (restart intrayd with "
					      "the newer one, which brings the "
					      "database along)");
		}
		PGresult *end = PQgetResult(db->conn); /* NULL between statements */
		PQclear(end);
	}
	return rc;
}

/* All of them in one go: a round trip each would be felt at every reconnect. */
static enum rc prepare_all(struct db *db, struct err *err)
{
	if (!roles[db->role].folder)
		return RC_OK;
	if (!PQenterPipelineMode(db->conn))
		return db_complain(db, NULL, "prepare statements", err);
	for (const struct sql_file *f = sql_files; f->name; f++)
		if (of_role(f, db->role) &&
		    !PQsendPrepare(db->conn, f->name + strlen(roles[db->role].folder),
				   f->text, 0, NULL))
			return db_complain(db, NULL, f->name, err);
	if (!PQpipelineSync(db->conn))
		return db_complain(db, NULL, "prepare statements", err);
	enum rc rc = collect_prepared(db, err);
	AUTO_PGRESULT sync = PQgetResult(db->conn);
	if (rc == RC_OK && PQresultStatus(sync) != PGRES_PIPELINE_SYNC)
		rc = db_complain(db, sync, "prepare statements", err);
	if (rc == RC_OK && !PQexitPipelineMode(db->conn))
		rc = db_complain(db, NULL, "prepare statements", err);
	return rc;
}

static enum rc listen_for_work(struct db *db, struct err *err)
{
	char text[64];

	if (!roles[db->role].channel || db->deaf)
		return RC_OK;
	snprintf(text, sizeof(text), "listen %s", roles[db->role].channel);
	return db_run_text(db, text, err);
}

static void disconnect(struct db *db)
{
	if (db->conn)
		PQfinish(db->conn);
	db->conn = NULL;
}

static enum rc establish(struct db *db, struct err *err)
{
	enum rc rc = connect_once(db, err);

	if (rc == RC_OK)
		rc = db_run_text(db, sql_text("connect/session"), err);
	if (rc == RC_OK)
		rc = refuse_pooler(db, err);
	if (rc == RC_OK)
		rc = prepare_all(db, err);
	if (rc == RC_OK)
		rc = listen_for_work(db, err);
	if (rc != RC_OK)
		disconnect(db);
	return rc;
}

static struct db *unconnected(const char *conninfo, enum db_role role)
{
	struct db *db = calloc(1, sizeof(*db));

	if (!db || !(db->conninfo = strdup(conninfo)))
		die("out of memory");
	db->role = role;
	return db;
}

enum rc db_open(const char *conninfo, enum db_role role, struct db **out,
		struct err *err)
{
	struct db *db = unconnected(conninfo, role);
	enum rc rc = establish(db, err);

	if (rc != RC_OK)
		db_close(&db);
	*out = db;
	return rc;
}

enum rc db_deafen(struct db *db, struct err *err)
{
	db->deaf = true;
	return db_run_text(db, "unlisten *", err);
}

void db_close(struct db **db)
{
	if (!*db)
		return;
	disconnect(*db);
	PQfreemem((*db)->row);
	/* It holds a password. */
	explicit_bzero((*db)->conninfo, strlen((*db)->conninfo));
	free((*db)->conninfo);
	free(*db);
	*db = NULL;
}

static void sleep_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};
	nanosleep(&t, NULL);
}

/* In slices, so that a drain or a watchdog need not wait for us. False: tick said so.
 */
static bool pause_between(long pause_ms, bool (*tick)(void *ctx), void *ctx)
{
	for (long slept = 0; slept < pause_ms; slept += 100) {
		if (slept > 0 && tick && !tick(ctx))
			return false;
		sleep_ms(100);
	}
	return true;
}

enum rc db_open_patiently(const char *conninfo, enum db_role role,
			  bool (*tick)(void *ctx), void *ctx, struct db **out,
			  struct err *err)
{
	struct db *db = unconnected(conninfo, role);
	enum rc rc = establish(db, err);
	int64_t say_again_ms = 0;

	for (long pause_ms = 100; rc == RC_RETRY;
	     pause_ms = pause_ms * 2 > 5000 ? 5000 : pause_ms * 2) {
		if (now_ms_monotonic() >= say_again_ms) {
			log_warn("database is away", "error=%s", err->text);
			say_again_ms = now_ms_monotonic() + SAY_AGAIN_MS;
		}
		if (!tick(ctx) || !pause_between(pause_ms, tick, ctx))
			break;
		rc = establish(db, err);
	}
	if (rc != RC_OK)
		db_close(&db);
	*out = db;
	return rc;
}

enum rc db_reconnect(struct db *db, bool (*tick)(void *ctx), void *ctx, struct err *err)
{
	disconnect(db);
	for (long pause_ms = 100;;
	     pause_ms = pause_ms * 2 > 5000 ? 5000 : pause_ms * 2) {
		if (tick && !tick(ctx))
			break;
		if (establish(db, err) == RC_OK)
			return RC_OK;
		if (!pause_between(pause_ms, tick, ctx))
			break;
	}
	return err_set(err, RC_RETRY, "connect to database: given up");
}

/* --- running -------------------------------------------------------------------------
 */

static enum rc not_connected(struct err *err)
{
	return err_set(err, RC_RETRY, "not connected to the database");
}

/* The owner's statements are not prepared: before a migration their tables are not
 * there. */
static PGresult *send(struct db *db, const char *name, const char *const *params,
		      size_t n)
{
	if (roles[db->role].folder)
		return PQexecPrepared(db->conn, name, (int)n, params, NULL, NULL, 0);
	char path[80];
	snprintf(path, sizeof(path), "query/owner/%s", name);
	return PQexecParams(db->conn, sql_text(path), (int)n, NULL, params, NULL, NULL,
			    0);
}

enum rc db_run(struct db *db, const char *name, const char *const *params,
	       size_t n_params, PGresult **out, struct err *err)
{
	if (!db->conn)
		return not_connected(err);
	*out = send(db, name, params, n_params);
	if (!worked(*out))
		return db_complain(db, *out, name, err);
	return RC_OK;
}

enum rc db_run_text(struct db *db, const char *text, struct err *err)
{
	if (!db->conn)
		return not_connected(err);
	AUTO_PGRESULT result = PQexec(db->conn, text);
	if (!worked(result))
		return db_complain(db, result, "database", err);
	return RC_OK;
}

/* The line of a file that an error points at, 0 when it points at none. */
static int error_line(const PGresult *result, const char *text)
{
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	int line = 1;

	if (!position)
		return 0;
	for (long i = strtol(position, NULL, 10); i > 1 && *text; i--, text++)
		line += *text == '\n';
	return line;
}

enum rc db_run_file(struct db *db, const char *path, struct err *err)
{
	char where[120];

	if (!db->conn)
		return not_connected(err);
	AUTO_PGRESULT result = PQexec(db->conn, sql_text(path));
	if (worked(result))
		return RC_OK;
	int line = error_line(result, sql_text(path));
	if (line > 0)
		snprintf(where, sizeof(where), "%s.sql:%d", path, line);
	else
		snprintf(where, sizeof(where), "%s.sql", path);
	return db_complain(db, result, where, err);
}

int db_socket(const struct db *db)
{
	return db->conn ? PQsocket(db->conn) : -1;
}

static bool take_notifications(struct db *db)
{
	bool any = false;
	PGnotify *n;

	while ((n = PQnotifies(db->conn))) {
		any = true;
		PQfreemem(n);
	}
	return any;
}

bool db_wait(struct db *db, int timeout_ms)
{
	struct pollfd p = {.fd = db_socket(db), .events = POLLIN};

	if (p.fd < 0) {
		sleep_ms(timeout_ms);
		return false;
	}
	/* Those that came along with an earlier answer raise no event. */
	if (take_notifications(db))
		return true;
	if (poll(&p, 1, timeout_ms) <= 0)
		return false;
	/* Gone: the next statement says so. */
	return PQconsumeInput(db->conn) && take_notifications(db);
}

/* --- values --------------------------------------------------------------------------
 */

const char *row_text(const PGresult *result, int row, int column)
{
	return PQgetisnull(result, row, column) ? NULL
						: PQgetvalue(result, row, column);
}

int64_t row_int(const PGresult *result, int row, int column)
{
	return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

double row_real(const PGresult *result, int row, int column)
{
	return strtod(PQgetvalue(result, row, column), NULL);
}

bool row_true(const PGresult *result, int row, int column)
{
	return PQgetvalue(result, row, column)[0] == 't';
}

const void *row_bytes(const PGresult *result, int row, int column, struct arena *arena,
		      size_t *len)
{
	size_t n;
	unsigned char *bytes = PQunescapeBytea(
		(const unsigned char *)PQgetvalue(result, row, column), &n);

	if (!bytes)
		die("out of memory");
	void *copy = arena_memdup(arena, bytes, n);
	PQfreemem(bytes);
	*len = n;
	return copy;
}

const char *param_int(struct arena *arena, int64_t value)
{
	return arena_printf(arena, "%lld", (long long)value);
}

const char *param_bytes(struct arena *arena, const void *bytes, size_t len)
{
	char *text = arena_alloc(arena, 2 * len + 3);

	memcpy(text, "\\x", 2);
	text_hex(bytes, len, text + 2);
	return text;
}
