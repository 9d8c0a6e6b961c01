/* cmd_migrate.c - `intray migrate`: brings the configured database to this program's
 * shape.
 *
 * intrayd does the same when it starts; this is for those who want it done beforehand,
 * with the owner's password at hand (SECRETS/intray_owner). */
#include "database.h"

static void say(const char *line)
{
	printf("%s\n", line);
}

static int run(struct cli *cli)
{
	struct settings settings;
	struct db *db = NULL;
	const char *conninfo;
	struct err err;

	if (!cli_settings(cli, &settings))
		return CLI_CANNOT;
	enum rc rc = db_conninfo(&settings, DB_OWNER, cli->arena, &conninfo, &err);
	if (rc == RC_OK)
		rc = db_open(conninfo, DB_OWNER, &db, &err);
	if (rc == RC_OK)
		rc = db_migrate(db, &settings, cli->json ? NULL : say, &err);
	db_close(&db);
	if (rc != RC_OK)
		return cli_cannot(cli, &err);
	if (cli->json)
		cli_print_json(json_pack("{s:b}", "up_to_date", 1));
	else
		printf("The database is up to date.\n");
	return CLI_FINE;
}

const struct command command_migrate = {
	.name = "migrate",
	.summary = "Bring the database to the shape this version needs",
	.more = "Applies missing migrations, makes functions and views anew when they "
		"changed,\n"
		"sets the roles' passwords from the secrets folder (making those that "
		"are\n"
		"missing), and enters clients, trays and document types. May be "
		"repeated.\n\n"
		"A configured database needs this once, from its administrator:\n"
		"  create role intray_owner login createrole password '...';\n"
		"  create database intray owner intray_owner encoding 'UTF8';\n"
		"and the password in the file intray_owner of the secrets folder (mode "
		"0600).",
	.run = run,
};
