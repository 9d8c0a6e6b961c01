/* cmd_deliver.c - `intray deliver status | statement | retry | withdraw | correct`:
 * what goes to the ERPs, and what came back.
 *
 * The statement is what bookkeeping ticks off every day: what was under way and what
 * was offered is what became of it, by count and to the cent. A difference, an answer
 * that could not be true or a door that does not work ends with status 1, for whoever
 * runs it from a timer. */
#include "database.h"

#include <string.h>

static const struct column doors[] = {
	{"Door", "door", COLUMN_TEXT},
	{"Kind", "kind", COLUMN_TEXT},
	{"Format", "format", COLUMN_TEXT},
	{"Open", "open", COLUMN_NUMBER},
	{"Unanswered", "unanswered", COLUMN_NUMBER},
	{"Late", "late", COLUMN_NUMBER},
	{"Oldest", "oldest_s", COLUMN_NUMBER},
	{"Problem", "problem", COLUMN_LONG},
};
static const struct column batches[] = {
	{"Batch", "name", COLUMN_TEXT},
	{"Door", "door", COLUMN_TEXT},
	{"Taken by", "taker", COLUMN_TEXT},
	{"Made", "created", COLUMN_TEXT},
	{"Documents", "documents", COLUMN_NUMBER},
	{"Unanswered", "unanswered", COLUMN_NUMBER},
	{"Posted", "posted", COLUMN_NUMBER},
	{"Refused", "refused", COLUMN_NUMBER},
};
static const struct column problems[] = {
	{"When", "at", COLUMN_TEXT},	   {"Client", "client", COLUMN_TEXT},
	{"File", "file", COLUMN_TEXT},	   {"Line", "line", COLUMN_NUMBER},
	{"Document", "what", COLUMN_TEXT}, {"Problem", "problem", COLUMN_LONG},
};
static const struct section sections[] = {
	{"doors", "Doors", "none; what is finished waits to be asked for by SQL",
	 "deliver_doors", doors, N_OF(doors)},
	{"batches", "The latest batches", "none yet", "deliver_batches", batches,
	 N_OF(batches)},
	{"problems", "Answers that could not be taken (7 days)", "none",
	 "deliver_problems", problems, N_OF(problems)},
};

static int status(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	const char *params[] = {cli_value(cli, "--client")};
	json_t *all = json_object();
	bool asked = cli_db_open(cli, &cdb) &&
		     cli_db_sections(&cdb, sections, N_OF(sections), params, 1, all);

	if (asked && cli->json)
		cli_print_json(json_incref(all));
	json_decref(all);
	return asked ? CLI_FINE : CLI_CANNOT;
}

/* --- the statement ------------------------------------------------------------ */

static const struct column statement_columns[] = {
	{"Client", "client", COLUMN_TEXT},
	{"Day", "day", COLUMN_TEXT},
	{"Type", "type", COLUMN_TEXT},
	{"Currency", "currency", COLUMN_TEXT},
	{"Carried", "carried", COLUMN_NUMBER},
	{"Sum", "carried_sum", COLUMN_NUMBER},
	{"Offered", "offered", COLUMN_NUMBER},
	{"Sum", "offered_sum", COLUMN_NUMBER},
	{"Changed", "changed", COLUMN_NUMBER},
	{"Sum", "changed_sum", COLUMN_NUMBER},
	{"Posted", "posted", COLUMN_NUMBER},
	{"Sum", "posted_sum", COLUMN_NUMBER},
	{"Acknowledged", "acknowledged", COLUMN_NUMBER},
	{"Sum", "acknowledged_sum", COLUMN_NUMBER},
	{"Refused", "refused", COLUMN_NUMBER},
	{"Sum", "refused_sum", COLUMN_NUMBER},
	{"Withdrawn", "withdrawn", COLUMN_NUMBER},
	{"Sum", "withdrawn_sum", COLUMN_NUMBER},
	{"Open", "open", COLUMN_NUMBER},
	{"Sum", "open_sum", COLUMN_NUMBER},
	{"Difference", "difference", COLUMN_NUMBER},
	{"Sum", "difference_sum", COLUMN_NUMBER},
};
enum { FIRST_FIGURE = 4, DIFFERENCE = N_OF(statement_columns) - 2 };

static bool is_nothing(const char *figure)
{
	return strspn(figure, "0.-") == strlen(figure);
}

/* For people each kind of paper is an account of its own, in two columns. */
static void print_account(const char **row)
{
	static const char *const words[] = {"open before",
					    "offered",
					    "answered before, changed",
					    "posted",
					    "acknowledged, not posted",
					    "refused",
					    "withdrawn",
					    "open",
					    "DIFFERENCE"};

	printf("%s, %s: %s%s%s\n", row[0], row[1], row[2], *row[3] ? " in " : "",
	       row[3]);
	for (size_t i = 0; i < N_OF(words); i++) {
		const char **figure = &row[FIRST_FIGURE + 2 * i];
		bool last = i == N_OF(words) - 1;
		if (!is_nothing(figure[0]) || !is_nothing(figure[1]) || last)
			printf("  %-26s %8s %18s\n", words[i], figure[0], figure[1]);
	}
	putchar('\n');
}

static bool balances(const struct table *table)
{
	for (size_t i = 0; i < table->n_rows; i++)
		if (!is_nothing(table->rows[i][DIFFERENCE]) ||
		    !is_nothing(table->rows[i][DIFFERENCE + 1]))
			return false;
	return true;
}

static int statement(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct table table;
	struct db_rows known;
	const char *params[] = {cli_value(cli, "--client"), cli_value(cli, "--day"),
				cli_value(cli, "--until")};

	if (!cli_db_open(cli, &cdb) ||
	    (params[0] && !cli_db_rows(&cdb, "client_named", params, 1, &known)) ||
	    !cli_db_table(&cdb, "deliver_statement", params, 3, statement_columns,
			  N_OF(statement_columns), &table))
		return CLI_CANNOT;
	if (cli->json)
		cli_print_json(table_json(&table));
	for (size_t i = 0; i < table.n_rows && !cli->json; i++)
		print_account(table.rows[i]);
	if (table.n_rows == 0 && !cli->json)
		printf("Nothing was offered, and nothing is under way.\n");
	return balances(&table) ? CLI_FINE : CLI_ATTENTION;
}

/* --- steering ----------------------------------------------------------------- */

static int each(struct cli *cli, const char *query, bool with_reason)
{
	const char *reason = cli_value(cli, "--reason");

	if (cli->n_args < 2) {
		cli_complain(cli, "say which: intray deliver %s ID...", cli->args[0]);
		return CLI_USAGE;
	}
	if (with_reason && !reason) {
		cli_complain(cli, "say why, for the person who looks at it: --reason "
				  "TEXT");
		return CLI_USAGE;
	}
	cli->args++;
	cli->n_args--;
	return for_each_document(cli, query, with_reason ? reason : NULL);
}

static int retry(struct cli *cli)
{
	return each(cli, "deliver_retry", false);
}

static int withdraw(struct cli *cli)
{
	return each(cli, "deliver_withdraw", true);
}

static int correct(struct cli *cli)
{
	return each(cli, "deliver_correct", true);
}

static const struct {
	const char *name;
	int (*run)(struct cli *cli);
} actions[] = {
	{"status", status},	{"statement", statement}, {"retry", retry},
	{"withdraw", withdraw}, {"correct", correct},
};

static int run(struct cli *cli)
{
	for (size_t i = 0; i < N_OF(actions); i++)
		if (strcmp(cli->args[0], actions[i].name) == 0)
			return actions[i].run(cli);
	cli_complain(cli,
		     "expected status, statement, retry, withdraw or correct, not "
		     "\"%s\"",
		     cli->args[0]);
	return CLI_USAGE;
}

static const struct cli_option options[] = {
	{"--client", "CODE", "only this client's"},
	{"--day", "DATE", "statement: of this day, YYYY-MM-DD (default: today)"},
	{"--until", "DATE", "statement: from --day to this day"},
	{"--reason", "TEXT", "withdraw, correct: what the person who looks is told"},
	{NULL, NULL, NULL},
};

const struct command command_deliver = {
	.name = "deliver",
	.summary = "Show and steer what is handed over to the ERPs",
	.arguments = "status | statement | retry WHAT... | withdraw ID... | correct "
		     "ID...",
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.more = "statement: what was under way and what was offered, and what became "
		"of "
		"it, by\n"
		"count and sum; exit status 1 when there is a difference.\n"
		"retry: a document, a batch or a door (CLIENT/NAME): what waits or has "
		"had no\n"
		"answer goes out again at once, the same bytes.\n"
		"withdraw: takes back what the ERP has not acknowledged; a person "
		"looks "
		"at it.\n"
		"correct: a person corrects what the ERP has; the next revision names "
		"the one it\n"
		"replaces.\n\n"
		"examples:\n"
		"  intray deliver statement --client acme --day 2026-11-22\n"
		"  intray deliver retry acme/sap\n"
		"  intray deliver withdraw ACME-261122-0042 --reason 'credit note "
		"came'",
	.run = run,
};
