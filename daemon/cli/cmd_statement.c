/* cmd_statement.c - `intray statement`: what a day brought, tray by tray, to the last
 * file.
 *
 * Files in are documents, duplicates, quarantined files, containers and index files;
 * what containers held is the same once more, and what is no document and was listed.
 * That both add up is checked against the containers' own lists; a day that does not
 * balance ends with status
 * 1. The list says of every file what became of it. */
#include "database.h"

#include <string.h>

static const struct column trays[] = {
	{"Client", "client", COLUMN_TEXT},
	{"Tray", "tray", COLUMN_TEXT},
	{"Files", "files", COLUMN_NUMBER},
	{"Documents", "documents", COLUMN_NUMBER},
	{"Duplicates", "duplicates", COLUMN_NUMBER},
	{"Quarantined", "quarantined", COLUMN_NUMBER},
	{"Containers", "containers", COLUMN_NUMBER},
	{"Indexes", "indexes", COLUMN_NUMBER},
	{"Parts", "parts", COLUMN_NUMBER},
	{"Documents", "part_documents", COLUMN_NUMBER},
	{"Duplicates", "part_duplicates", COLUMN_NUMBER},
	{"Quarantined", "part_quarantined", COLUMN_NUMBER},
	{"Containers", "part_containers", COLUMN_NUMBER},
	{"Listed", "part_listed", COLUMN_NUMBER},
	{"Papers", "papers", COLUMN_NUMBER},
	{"Balanced", "balanced", COLUMN_YES},
};
static const struct column files[] = {
	{"Client", "client", COLUMN_TEXT},
	{"Tray", "tray", COLUMN_TEXT},
	{"Number", "control_number", COLUMN_TEXT},
	{"Part of", "part_of", COLUMN_TEXT},
	{"Fate", "fate", COLUMN_TEXT},
	{"Papers", "papers", COLUMN_NUMBER},
	{"Type", "type", COLUMN_TEXT},
	{"State", "state", COLUMN_TEXT},
	{"Name", "name", COLUMN_LONG},
	{"Why", "reason", COLUMN_LONG},
};

/* A cell as spreadsheets read it; one that they would run as a formula gets a quote in
 * front. */
static void print_cell(const char *cell)
{
	putchar('"');
	if (cell && *cell && strchr("=+-@\t\r", *cell))
		putchar('\'');
	for (; cell && *cell; cell++) {
		if (*cell == '"')
			putchar('"');
		putchar(*cell);
	}
	putchar('"');
}

static void print_csv(const struct table *table)
{
	for (size_t c = 0; c < table->n_columns; c++)
		printf("%s%s", c ? "," : "", table->columns[c].key);
	puts("\r");
	for (size_t r = 0; r < table->n_rows; r++) {
		for (size_t c = 0; c < table->n_columns; c++) {
			if (c)
				putchar(',');
			print_cell(table->rows[r][c]);
		}
		puts("\r");
	}
}

static bool balances(const struct table *sums)
{
	for (size_t r = 0; r < sums->n_rows; r++) {
		const char *balanced = sums->rows[r][N_OF(trays) - 1];
		if (!balanced || *balanced != 't')
			return false;
	}
	return true;
}

static void print_for_people(const struct table *sums, const struct table *list)
{
	if (sums->n_rows == 0) {
		puts("Nothing came in on that day.");
		return;
	}
	table_print(sums, stdout, 0);
	putchar('\n');
	table_print(list, stdout, 0);
	printf("\n%s\n", balances(sums) ? "Everything that came in is accounted for."
					: "The statement does NOT balance.");
}

static int run(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct table sums, list;
	const char *params[] = {cli_value(cli, "--day"), cli_value(cli, "--client"),
				cli_value(cli, "--tray")};

	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_table(&cdb, "statement_trays", params, N_OF(params), trays,
			  N_OF(trays), &sums) ||
	    !cli_db_table(&cdb, "statement_files", params, N_OF(params), files,
			  N_OF(files), &list))
		return CLI_CANNOT;
	if (cli->json)
		cli_print_json(json_pack("{s:b, s:o, s:o}", "balanced", balances(&sums),
					 "trays", table_json(&sums), "files",
					 table_json(&list)));
	else if (cli_value(cli, "--csv"))
		print_csv(&list);
	else
		print_for_people(&sums, &list);
	return balances(&sums) ? CLI_FINE : CLI_ATTENTION;
}

static const struct cli_option options[] = {
	{"--day", "DATE",
	 "of this day (2026-03-01; default today, in the client's zone)"},
	{"--client", "CODE", "only this client's"},
	{"--tray", "NAME", "only this tray's"},
	{"--csv", NULL, "print the list as CSV"},
	{NULL, NULL, NULL},
};

const struct command command_statement = {
	.name = "statement",
	.summary = "State what a day brought in, and what became of each file",
	.options = options,
	.more = "Of the columns, those up to Indexes are of the files in the tray, "
		"those from\n"
		"Parts on are of what the containers held. Papers: what the documents "
		"were cut into.\n"
		"\n"
		"examples:\n"
		"  intray statement --day yesterday\n"
		"  intray statement --client acme --csv >day.csv",
	.run = run,
};
