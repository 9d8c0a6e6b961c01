/* cmd_status.c - `intray status`: what runs, what waits and how long, what is wrong.
 *
 * Everything it says comes from the database, where processes and trays report
 * themselves; what needs somebody is said last, each with what to do. */
#include "database.h"

static const struct column processes[] = {
	{"Process", "role", COLUMN_TEXT},	  {"Name", "name", COLUMN_TEXT},
	{"Last sign", "silent_s", COLUMN_NUMBER}, {"Since", "started", COLUMN_TEXT},
	{"Doing", "doing", COLUMN_LONG},
};
static const struct column trays[] = {
	{"Tray", "tray", COLUMN_TEXT},	       {"Waiting", "waiting", COLUMN_NUMBER},
	{"Growing", "growing", COLUMN_NUMBER}, {"Ignored", "ignored", COLUMN_NUMBER},
	{"Looked", "looked_s", COLUMN_NUMBER}, {"Folder", "path", COLUMN_LONG},
};
static const struct column jobs[] = {
	{"Job", "kind", COLUMN_TEXT},
	{"Waiting", "waiting", COLUMN_NUMBER},
	{"Running", "running", COLUMN_NUMBER},
	{"Held back", "held_back", COLUMN_NUMBER},
	{"Oldest", "oldest_s", COLUMN_NUMBER},
};
static const struct column documents[] = {
	{"State", "state", COLUMN_TEXT},   {"Documents", "documents", COLUMN_NUMBER},
	{"Late", "late", COLUMN_NUMBER},   {"Oldest", "oldest_s", COLUMN_NUMBER},
	{"Meaning", "title", COLUMN_LONG},
};
static const struct column exceptions[] = {
	{"Client", "client", COLUMN_TEXT}, {"Type", "type", COLUMN_TEXT},
	{"Queue", "queue", COLUMN_TEXT},   {"Reason", "reason", COLUMN_LONG},
	{"Open", "open", COLUMN_NUMBER},   {"Late", "late", COLUMN_NUMBER},
	{"Due", "next_due", COLUMN_TEXT},
};
static const struct column problems[] = {
	{"What", "what", COLUMN_LONG},
	{"Remedy", "remedy", COLUMN_LONG},
};

static const struct section sections[] = {
	{"processes", "Processes", "none has reported within ten minutes",
	 "status_processes", processes, N_OF(processes)},
	{"trays", "Trays", "none is configured", "status_trays", trays, N_OF(trays)},
	{"jobs", "Work of the machine", "nothing to do", "status_jobs", jobs,
	 N_OF(jobs)},
	{"documents", "Documents (finished ones: of the last 30 days)", "none yet",
	 "status_documents", documents, N_OF(documents)},
	{"exceptions", "Exceptions: work for people", "none", "status_exceptions",
	 exceptions, N_OF(exceptions)},
};

static void print_problems(const struct table *table)
{
	for (size_t i = 0; i < table->n_rows; i++)
		printf("PROBLEM: %s\n         %s\n", table->rows[i][0],
		       table->rows[i][1]);
	if (table->n_rows == 0)
		printf("Nothing is wrong.\n");
}

static int run(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct table wrong;

	if (!cli_db_open(cli, &cdb))
		return CLI_CANNOT;
	json_t *all = json_pack("{s:s}", "database", "reached");
	bool asked = cli_db_sections(&cdb, sections, N_OF(sections), NULL, 0, all) &&
		     cli_db_table(&cdb, "status_problems", NULL, 0, problems,
				  N_OF(problems), &wrong);
	if (asked && cli->json) {
		json_object_set_new(all, "problems", table_json(&wrong));
		cli_print_json(all);
		return wrong.n_rows ? CLI_ATTENTION : CLI_FINE;
	}
	json_decref(all);
	if (!asked)
		return CLI_CANNOT;
	print_problems(&wrong);
	return wrong.n_rows ? CLI_ATTENTION : CLI_FINE;
}

const struct command command_status = {
	.name = "status",
	.summary =
		"Show what runs, what waits and how long, what is wrong and what to do",
	.more = "Exit status: 0 nothing is wrong, 1 something needs a person, 3 the "
		"database\n"
		"cannot be reached (files stay in their trays until it is back).\n\n"
		"examples:\n"
		"  intray status\n"
		"  intray status --json | jq '.problems[].what'",
	.run = run,
};
