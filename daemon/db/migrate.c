/* migrate.c - brings the database to the shape this program expects.
 *
 * One after the other under an advisory lock, so that ten hosts starting at once are no
 * danger: numbered migrations that are missing, each in a transaction that also records
 * its checksum; then, if anything of it changed, the whole of sql/api in one
 * transaction (made anew: functions, policies, views, roles, grants); then passwords,
 * clients and trays of the configuration, and document types. A migration that was
 * applied in another wording, or that this program does not know, is refused: guessing
 * would cost data. */
#include <stdio.h>
#include <string.h>

#include "conn.h"
#include "install.h"
#include "secret.h"
#include "sha256.h"
#include "sql.h"
#include "text.h"

#define API "sql/api" /* how sql/api as a whole is recorded beside the migrations */

struct applied {
	const char *name, *checksum;
};
struct migration_run {
	struct db *db;
	struct arena *arena;
	void (*say)(const char *line);
	struct applied *applied;
	size_t n_applied;
};

static void say(const struct migration_run *run, const char *what, const char *name)
{
	if (run->say)
		run->say(arena_printf(run->arena, "%s %s", what, name));
}

static bool is_migration(const struct sql_file *file)
{
	return text_starts(file->name, "migrate/");
}

static const struct sql_file *known_migration(const char *name)
{
	for (const struct sql_file *f = sql_files; f->name; f++)
		if (is_migration(f) && strcmp(f->name + strlen("migrate/"), name) == 0)
			return f;
	return NULL;
}

static const char *applied_checksum(const struct migration_run *run, const char *name)
{
	for (size_t i = 0; i < run->n_applied; i++)
		if (strcmp(run->applied[i].name, name) == 0)
			return run->applied[i].checksum;
	return NULL;
}

static enum rc load_applied(struct migration_run *run, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	enum rc rc = db_run(run->db, "migration_list", NULL, 0, &result, err);

	if (rc != RC_OK)
		return rc;
	run->n_applied = (size_t)PQntuples(result);
	run->applied = arena_alloc_n(run->arena, run->n_applied, sizeof(*run->applied));
	for (size_t i = 0; i < run->n_applied; i++) {
		run->applied[i].name =
			arena_strdup(run->arena, row_text(result, (int)i, 0));
		run->applied[i].checksum =
			arena_strdup(run->arena, row_text(result, (int)i, 1));
	}
	return RC_OK;
}

static enum rc check_applied(const struct migration_run *run, struct err *err)
{
	char checksum[65];

	for (size_t i = 0; i < run->n_applied; i++) {
		const struct applied *a = &run->applied[i];
		const struct sql_file *file = known_migration(a->name);
		if (strcmp(a->name, API) == 0)
			continue;
		if (!file)
			return err_set(
				err, RC_FAIL,
				"the database has migration %s, which this program "
				"does not "
				"know: a newer Intray was here; install that version",
				a->name);
		if (strcmp(a->checksum,
			   sha256_text(file->text, strlen(file->text), checksum)) != 0)
			return err_set(
				err, RC_FAIL,
				"migration %s was applied in another wording; restore "
				"the "
				"original file and put the change into a new migration",
				a->name);
	}
	return RC_OK;
}

static enum rc record(struct migration_run *run, const char *name, const char *checksum,
		      struct err *err)
{
	const char *params[] = {name, checksum};
	AUTO_PGRESULT result = NULL;

	return db_run(run->db, "migration_record", params, N_PARAMS(params), &result,
		      err);
}

static enum rc apply_one(struct migration_run *run, const struct sql_file *file,
			 struct err *err)
{
	char checksum[65];
	enum rc rc = db_run_text(run->db, "begin", err);

	if (rc == RC_OK)
		rc = db_run_file(run->db, file->name, err);
	if (rc == RC_OK)
		rc = record(run, file->name + strlen("migrate/"),
			    sha256_text(file->text, strlen(file->text), checksum), err);
	if (rc == RC_OK)
		rc = db_run_text(run->db, "commit", err);
	else
		db_run_text(run->db, "rollback", NULL);
	return rc;
}

static enum rc apply_missing(struct migration_run *run, bool *any, struct err *err)
{
	for (const struct sql_file *f = sql_files; f->name; f++) {
		if (!is_migration(f) ||
		    applied_checksum(run, f->name + strlen("migrate/")))
			continue;
		say(run, "applying", f->name);
		enum rc rc = apply_one(run, f, err);
		if (rc != RC_OK)
			return err_wrap(err, rc, "migration %s", f->name);
		*any = true;
	}
	return RC_OK;
}

static void api_checksum(char checksum[65])
{
	struct sha256 h;
	uint8_t digest[32];

	sha256_init(&h);
	for (const struct sql_file *f = sql_files; f->name; f++)
		if (text_starts(f->name, "api/"))
			sha256_add(&h, f->text, strlen(f->text) + 1);
	sha256_end(&h, digest);
	text_hex(digest, sizeof(digest), checksum);
}

static enum rc make_api(struct migration_run *run, const char *checksum,
			struct err *err)
{
	enum rc rc = db_run_text(run->db, "begin", err);

	for (const struct sql_file *f = sql_files; f->name && rc == RC_OK; f++)
		if (text_starts(f->name, "api/"))
			rc = db_run_file(run->db, f->name, err);
	if (rc == RC_OK)
		rc = record(run, API, checksum, err);
	if (rc == RC_OK)
		rc = db_run_text(run->db, "commit", err);
	else
		db_run_text(run->db, "rollback", NULL);
	return rc;
}

/* Its locks would disturb running processes, so only when something changed. */
static enum rc make_api_if_changed(struct migration_run *run, bool migrated,
				   struct err *err)
{
	char checksum[65];
	const char *was = applied_checksum(run, API);

	api_checksum(checksum);
	if (!migrated && was && strcmp(was, checksum) == 0)
		return RC_OK;
	say(run, "making", "functions, views, roles and grants");
	return make_api(run, checksum, err);
}

static enum rc set_passwords(struct migration_run *run, const struct settings *settings,
			     struct err *err)
{
	for (enum db_role role = DB_INTAKE; role < DB_ROLE_N; role++) {
		const char *password;
		enum rc rc =
			secret_get(settings, role, true, run->arena, &password, err);
		if (rc != RC_OK)
			return rc;
		/* The server never sees it: a statement could end up in its log. */
		char *verifier = PQencryptPasswordConn(
			run->db->conn, password, db_role_name(role), "scram-sha-256");
		if (!verifier)
			return err_set(err, RC_RETRY, "encrypt the password of %s",
				       db_role_name(role));
		rc = db_run_text(run->db,
				 arena_printf(run->arena, "alter role %s password '%s'",
					      db_role_name(role), verifier),
				 err);
		PQfreemem(verifier);
		if (rc != RC_OK)
			return err_wrap(err, rc, "set the password of %s",
					db_role_name(role));
	}
	return RC_OK;
}

static enum rc migrate_locked(struct migration_run *run,
			      const struct settings *settings, struct err *err)
{
	bool migrated = false;
	enum rc rc = db_run_file(run->db, "query/owner/migration_table", err);

	if (rc == RC_OK)
		rc = load_applied(run, err);
	if (rc == RC_OK)
		rc = check_applied(run, err);
	if (rc == RC_OK)
		rc = apply_missing(run, &migrated, err);
	if (rc == RC_OK)
		rc = make_api_if_changed(run, migrated, err);
	if (rc == RC_OK)
		rc = set_passwords(run, settings, err);
	if (rc == RC_OK)
		rc = secret_make_totp(settings, run->arena, err);
	if (rc == RC_OK)
		rc = install_configuration(run->db, settings, err);
	if (rc == RC_OK)
		rc = install_schemas(run->db, settings->schema_dir, run->say, err);
	return rc;
}

enum rc db_migrate(struct db *db, const struct settings *settings,
		   void (*say_line)(const char *line), struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct migration_run run = {.db = db, .arena = arena, .say = say_line};
	AUTO_PGRESULT locked = NULL;

	/* Others may take their time with theirs. */
	enum rc rc =
		db_run_text(db, "set lock_timeout = 0; set statement_timeout = 0", err);
	if (rc == RC_OK)
		rc = db_run(db, "migration_lock", NULL, 0, &locked, err);
	if (rc == RC_OK)
		rc = migrate_locked(&run, settings, err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "migrate");
	AUTO_PGRESULT unlocked = NULL;
	return db_run(db, "migration_unlock", NULL, 0, &unlocked, err);
}
