/* migrate_main.c - brings the database to this version, before anything else starts.
 *
 * Runs with the owner's role and ends: nothing that meets documents ever has that role.
 * A database that is away is waited for by the supervisor, which starts us again. */
#include <stdlib.h>

#include "log.h"
#include "process.h"

static void say(const char *line)
{
	log_info("migration", "step=%s", line);
}

int migrate_main(const struct process_env *env)
{
	struct db *db = NULL;
	struct err err;
	enum rc rc = db_open(env->conninfo, DB_OWNER, &db, &err);

	if (rc == RC_OK)
		rc = db_migrate(db, env->settings, say, &err);
	db_close(&db);
	if (rc == RC_OK)
		return EXIT_SUCCESS;
	return process_cannot_start(rc, &err);
}
