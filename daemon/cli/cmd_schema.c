/* cmd_schema.c - `intray schema list | install FILE...`: the document types in the
 * database.
 *
 * Only installed types are read; a document never brings its own. Installing stores the
 * version and makes the ERP's views in one transaction. Workers take it up at their
 * next start or reload. */
#include "database.h"

#include <fcntl.h>
#include <string.h>

#include "../db/install.h"
#include "proc.h"
#include "schema.h"

static const struct column columns[] = {
	{"Type", "name", COLUMN_TEXT},
	{"Title", "title", COLUMN_LONG},
	{"Version", "version", COLUMN_TEXT},
	{"Current", "current", COLUMN_YES},
	{"Installed", "installed", COLUMN_TEXT},
	{"Fields", "fields", COLUMN_NUMBER},
	{"Documents", "documents", COLUMN_NUMBER},
};

static int list(struct cli *cli)
{
	return cli_db_list(cli, "schema_list", columns, N_OF(columns));
}

/* "/x/invoice.xsd" -> "invoice"; NULL when it is called otherwise. */
static const char *type_name(struct arena *arena, const char *path)
{
	const char *base = strrchr(path, '/');
	size_t len;

	base = base ? base + 1 : path;
	len = strlen(base);
	return len > 4 && strcmp(base + len - 4, ".xsd") == 0
		       ? arena_strndup(arena, base, len - 4)
		       : NULL;
}

static enum rc load_files(struct cli *cli, struct schema_set *set, struct err *err)
{
	for (size_t i = 1; i < cli->n_args; i++) {
		const char *name = type_name(cli->arena, cli->args[i]);
		char *bytes;
		size_t len;
		if (!name)
			return err_set(err, RC_FAIL, "%s: expected NAME.xsd",
				       cli->args[i]);
		enum rc rc = file_read(AT_FDCWD, cli->args[i], 16 << 20, cli->arena,
				       &bytes, &len, err);
		if (rc == RC_OK)
			rc = schema_add(set, name, bytes, len, err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static void say(const char *line)
{
	printf("%s\n", line);
}

static enum rc install_into(struct cli *cli, const struct schema_set *set,
			    struct err *err)
{
	struct settings settings;
	struct db *db = NULL;
	const char *conninfo;

	if (!cli_settings(cli, &settings))
		return err_set(err, RC_FAIL, "no usable configuration");
	enum rc rc = db_conninfo(&settings, DB_OWNER, cli->arena, &conninfo, err);
	if (rc == RC_OK)
		rc = db_open(conninfo, DB_OWNER, &db, err);
	if (rc == RC_OK)
		rc = install_set(db, set, cli->json ? NULL : say, err);
	db_close(&db);
	return rc;
}

static int install(struct cli *cli)
{
	struct schema_set *set = schema_set_new();
	struct err err;
	enum rc rc = load_files(cli, set, &err);

	if (rc == RC_OK)
		rc = install_into(cli, set, &err);
	schema_set_free(&set);
	if (rc != RC_OK)
		return cli_cannot(cli, &err);
	if (cli->json)
		cli_print_json(json_pack("{s:i}", "installed", (int)cli->n_args - 1));
	else
		printf("Workers know it when they start anew: send intrayd SIGHUP, or "
		       "restart the units.\n");
	return CLI_FINE;
}

static int run(struct cli *cli)
{
	if (strcmp(cli->args[0], "list") == 0 && cli->n_args == 1)
		return list(cli);
	if (strcmp(cli->args[0], "install") == 0 && cli->n_args > 1)
		return install(cli);
	cli_complain(
		cli,
		"expected: intray schema list, or intray schema install NAME.xsd...");
	return CLI_USAGE;
}

const struct command command_schema = {
	.name = "schema",
	.summary = "List or install document types",
	.arguments = "list | install NAME.xsd...",
	.min_args = 1,
	.max_args = -1,
	.more = "A faulty XSD is refused with file and line; the installed types stay "
		"as they\n"
		"are. Earlier versions are kept for the documents that were read under "
		"them.\n\n"
		"examples:\n"
		"  intray schema list\n"
		"  intray schema install schemas/invoice.xsd",
	.run = run,
};
