/* cmd_batch.c - `intray batch`: what came of scans that held several documents, and
 * letting go of what waits for the rest of its batch. */
#include "database.h"

#include <string.h>

static const struct column columns[] = {
	{"Batch", "id", COLUMN_NUMBER},
	{"Client", "client", COLUMN_TEXT},
	{"Tray", "tray", COLUMN_TEXT},
	{"State", "state", COLUMN_TEXT},
	{"Goes out by", "release", COLUMN_TEXT},
	{"Pages", "pages", COLUMN_NUMBER},
	{"Separators", "separators", COLUMN_NUMBER},
	{"Documents", "documents", COLUMN_NUMBER},
	{"Expected", "expected", COLUMN_NUMBER},
	{"Waiting", "waiting", COLUMN_NUMBER},
	{"Ready", "ready", COLUMN_NUMBER},
	{"Created", "created", COLUMN_TEXT},
	{"Name", "name", COLUMN_LONG},
};
static const struct column documents[] = {
	{"Number", "control_number", COLUMN_TEXT},
	{"Type", "type", COLUMN_TEXT},
	{"State", "state", COLUMN_TEXT},
	{"Pages", "pages", COLUMN_NUMBER},
	{"Of the scan", "of_scan", COLUMN_LONG},
	{"Codes", "codes", COLUMN_LONG},
	{"Why", "reason", COLUMN_LONG},
};
static const struct column separators[] = {
	{"Scan", "control_number", COLUMN_TEXT},
	{"Page", "page", COLUMN_NUMBER},
	{"File", "file", COLUMN_LONG},
};
static const struct section sections[] = {
	{"documents", "Documents", "none", "batch_documents", documents,
	 N_OF(documents)},
	{"separators", "Pages that were dropped", "none", "batch_separators",
	 separators, N_OF(separators)},
};

/* A batch that is short waits for a person. */
static bool any_short(const struct table *table)
{
	for (size_t i = 0; i < table->n_rows; i++)
		if (strcmp(table->rows[i][3], "short") == 0)
			return true;
	return false;
}

static int list(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct table table;
	long limit = 50;

	if (!cli_number(cli, "--limit", 1, 1000000, &limit))
		return CLI_USAGE;
	const char *params[] = {cli_value(cli, "--client"), cli_value(cli, "--state"),
				arena_printf(cli->arena, "%ld", limit)};
	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_table(&cdb, "batch_list", params, N_OF(params), columns,
			  N_OF(columns), &table))
		return CLI_CANNOT;
	if (cli->json)
		cli_print_json(table_json(&table));
	else
		table_print(&table, stdout, 0);
	return any_short(&table) ? CLI_ATTENTION : CLI_FINE;
}

static bool is_number(const char *text)
{
	return *text && strlen(text) < 18 && strspn(text, "0123456789") == strlen(text);
}

static json_t *head_json(const struct db_rows *head)
{
	json_t *all = json_object();

	for (size_t c = 0; c < head->n_columns; c++)
		json_object_set_new(all, head->columns[c],
				    head->values[0][c] ? json_string(head->values[0][c])
						       : json_null());
	return all;
}

static void print_head(const struct db_rows *head)
{
	for (size_t c = 0; c < head->n_columns; c++)
		if (head->values[0][c])
			printf("  %-13s %s\n", head->columns[c], head->values[0][c]);
	putchar('\n');
}

static int show(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct db_rows head;
	const char *params[] = {cli->args[1]};

	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_rows(&cdb, "batch_head", params, 1, &head))
		return CLI_CANNOT;
	if (head.n_rows == 0) {
		cli_complain(cli, "there is no batch %s", cli->args[1]);
		return CLI_CANNOT;
	}
	json_t *all = head_json(&head);
	if (!cli->json)
		print_head(&head);
	bool shown = cli_db_sections(&cdb, sections, N_OF(sections), params, 1, all);
	if (shown && cli->json)
		cli_print_json(all);
	else
		json_decref(all);
	return shown ? CLI_FINE : CLI_CANNOT;
}

static int release(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	int status = CLI_FINE;

	if (!cli_db_open(cli, &cdb))
		return CLI_CANNOT;
	json_t *done = json_array();
	for (size_t i = 1; i < cli->n_args; i++) {
		struct db_rows said;

		if (!cli_db_rows(&cdb, "batch_release", &cli->args[i], 1, &said)) {
			status = CLI_CANNOT;
			continue;
		}
		if (!cli->json)
			printf("%s\n", said.values[0][0]);
		json_array_append_new(done, json_pack("{s:s, s:s}", "id", cli->args[i],
						      "done", said.values[0][0]));
	}
	if (cli->json)
		cli_print_json(done);
	else
		json_decref(done);
	return status;
}

static int run(struct cli *cli)
{
	static const struct {
		const char *name;
		size_t least, most;
		int (*run)(struct cli *cli);
	} verbs[] = {{"list", 1, 1, list},
		     {"show", 2, 2, show},
		     {"release", 2, 1000, release}};

	for (size_t i = 1; i < cli->n_args; i++)
		if (!is_number(cli->args[i])) {
			cli_complain(cli, "%s is no batch: they have numbers",
				     cli->args[i]);
			return CLI_USAGE;
		}
	for (size_t i = 0; i < N_OF(verbs); i++)
		if (strcmp(cli->args[0], verbs[i].name) == 0 &&
		    cli->n_args >= verbs[i].least && cli->n_args <= verbs[i].most)
			return verbs[i].run(cli);
	cli_complain(cli, "expected: intray batch list, show ID, or release ID...");
	return CLI_USAGE;
}

static const struct cli_option options[] = {
	{"--client", "CODE", "list only this client's"},
	{"--state", "STATE", "list only open, complete, short or released ones"},
	{"--limit", "N", "list at most so many, the newest (default 50)"},
	{NULL, NULL, NULL},
};

const struct command command_batch = {
	.name = "batch",
	.summary = "Scans that held several documents: what came of them",
	.arguments = "list | show ID | release ID...",
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.more = "open: something of it is under way or with people; complete: nothing "
		"is, and as\n"
		"many documents came as were counted; short: fewer did; released: may "
		"go out. A\n"
		"tray with \"release = batch\" holds documents back until their batch "
		"is complete;\n"
		"release lets go of it before that. `list` ends with status 1 when one "
		"is short.\n\n"
		"examples:\n"
		"  intray batch list --state short\n"
		"  intray batch show 12\n"
		"  intray batch release 12",
	.run = run,
};
