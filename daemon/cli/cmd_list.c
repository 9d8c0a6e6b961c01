/* cmd_list.c - `intray list`: documents, the newest first, by state, client, type, age
 * and file. */
#include "database.h"

#include <string.h>

static const struct column columns[] = {
	{"Number", "control_number", COLUMN_TEXT},
	{"Client", "client", COLUMN_TEXT},
	{"Type", "type", COLUMN_TEXT},
	{"State", "state", COLUMN_TEXT},
	{"Arrived", "arrived", COLUMN_TEXT},
	{"Pages", "pages", COLUMN_NUMBER},
	{"Due", "due", COLUMN_TEXT},
	{"File", "file", COLUMN_LONG},
	{"Why", "reason", COLUMN_LONG},
};
/* JSON has the ids as well. */
static const struct column json_columns[] = {
	{"Number", "control_number", COLUMN_TEXT},
	{"Id", "id", COLUMN_TEXT},
	{"Client", "client", COLUMN_TEXT},
	{"Type", "type", COLUMN_TEXT},
	{"State", "state", COLUMN_TEXT},
	{"Arrived", "arrived", COLUMN_TEXT},
	{"Received", "received_on", COLUMN_TEXT},
	{"Pages", "pages", COLUMN_NUMBER},
	{"Due", "due", COLUMN_TEXT},
	{"File", "file", COLUMN_TEXT},
	{"Why", "reason", COLUMN_TEXT},
};

/* A word that nothing is called by would give an empty list, which looks like good
 * news. */
static bool known(struct cli_db *cdb, const char *option, const char *what)
{
	const char *value = cli_value(cdb->cli, option);
	struct db_rows rows;

	if (!value)
		return true;
	if (!cli_db_rows(cdb, "list_values", NULL, 0, &rows))
		return false;
	for (size_t i = 0; i < rows.n_rows; i++) {
		const char *names = rows_value(&rows, i, "names");
		if (strcmp(rows_value(&rows, i, "what"), what) != 0)
			continue;
		const char *at = names ? strstr(names, value) : NULL;
		size_t len = strlen(value);
		for (; at; at = strstr(at + 1, value))
			if ((at == names || at[-1] == ' ') &&
			    (at[len] == ',' || !at[len]))
				return true;
		cli_complain(cdb->cli, "there is no %s \"%s\"; there is: %s", what,
			     value, names ? names : "none");
	}
	return false;
}

static int run(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct table table;
	struct db_rows count;
	long limit = 50;

	if (!cli_number(cli, "--limit", 1, 1000000, &limit))
		return CLI_USAGE;
	if (!cli_db_open(cli, &cdb))
		return CLI_CANNOT;
	if (!known(&cdb, "--state", "state") || !known(&cdb, "--client", "client") ||
	    !known(&cdb, "--type", "type"))
		return CLI_USAGE;
	const char *params[] = {
		cli_value(cli, "--client"), cli_value(cli, "--state"),
		cli_value(cli, "--type"),   cli_value(cli, "--since"),
		cli_value(cli, "--file"),   arena_printf(cli->arena, "%ld", limit)};
	const struct column *shown = cli->json ? json_columns : columns;
	size_t n_shown = cli->json ? N_OF(json_columns) : N_OF(columns);
	if (!cli_db_table(&cdb, "document_list", params, N_OF(params), shown, n_shown,
			  &table) ||
	    !cli_db_rows(&cdb, "list_count", params, N_OF(params) - 1, &count))
		return CLI_CANNOT;
	const char *total = rows_value(&count, 0, "count");
	if (cli->json) {
		cli_print_json(table_json(&table));
		return CLI_FINE;
	}
	table_print(&table, stdout, 0);
	printf("%s%zu of %s\n", table.n_rows ? "\n" : "", table.n_rows, total);
	return CLI_FINE;
}

static const struct cli_option options[] = {
	{"--state", "STATE",
	 "only those in this state (exception, ready, quarantined...)"},
	{"--client", "CODE", "only this client's"},
	{"--type", "TYPE", "only this type (invoice, receipt...)"},
	{"--since", "TIME",
	 "only what arrived since (2026-03-01, \"2026-03-01 14:00\", yesterday)"},
	{"--file", "NAME", "only files that have this in their name"},
	{"--limit", "N", "at most so many (default 50)"},
	{NULL, NULL, NULL},
};

const struct command command_list = {
	.name = "list",
	.summary = "List documents, the newest first",
	.options = options,
	.more = "examples:\n"
		"  intray list --state exception --client acme\n"
		"  intray list --file scan0042\n"
		"  intray list --since yesterday --limit 1000 --json",
	.run = run,
};
