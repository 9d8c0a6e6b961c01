/* cmd_supplier.c - `intray supplier list | show ID | forget ID [WHAT...]`: what keying
 * has taught about suppliers, and taking it back.
 *
 * Nothing here is secret from whoever administers the client's documents, and nothing
 * is final: what is forgotten is as if it had never been keyed, and may be learnt
 * again. That it was forgotten, by whom and when, stays on record. */
#include "database.h"

#include <string.h>

static const struct column list_columns[] = {
	{"Supplier", "id", COLUMN_NUMBER},
	{"Client", "client", COLUMN_TEXT},
	{"Name", "name", COLUMN_LONG},
	{"Papers", "papers", COLUMN_NUMBER},
	{"Sites", "sites", COLUMN_NUMBER},
	{"Confirmed", "confirmed", COLUMN_NUMBER},
	{"Proposed", "proposed", COLUMN_NUMBER},
	{"Demoted", "demoted", COLUMN_NUMBER},
	{"Last keyed", "last", COLUMN_TEXT},
};
static const struct column site_columns[] = {
	{"Site", "id", COLUMN_TEXT},	     {"Address", "address", COLUMN_LONG},
	{"Papers", "papers", COLUMN_NUMBER}, {"Known by", "codes", COLUMN_LONG},
	{"Words", "words", COLUMN_NUMBER},   {"Readings", "prints", COLUMN_NUMBER},
};
static const struct column item_columns[] = {
	{"Item", "id", COLUMN_NUMBER},
	{"Site", "site", COLUMN_TEXT},
	{"Type", "type", COLUMN_TEXT},
	{"What", "what", COLUMN_TEXT},
	{"Field", "path", COLUMN_TEXT},
	{"Value", "value", COLUMN_LONG},
	{"Status", "status", COLUMN_TEXT},
	{"Agreed", "agreed", COLUMN_NUMBER},
	{"Against", "contradicted", COLUMN_NUMBER},
};
static const struct column change_columns[] = {
	{"When", "at", COLUMN_TEXT},	       {"Who", "who", COLUMN_TEXT},
	{"Document", "document", COLUMN_TEXT}, {"Change", "change", COLUMN_TEXT},
	{"Of", "text", COLUMN_LONG},
};

static int list(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct table table;
	const char *params[] = {cli_value(cli, "--client")};

	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_table(&cdb, "supplier_list", params, 1, list_columns,
			  N_OF(list_columns), &table))
		return CLI_CANNOT;
	if (cli->json)
		cli_print_json(table_json(&table));
	else if (table.n_rows > 0)
		table_print(&table, stdout, 0);
	else
		printf("No supplier is known yet; what clerks key teaches.\n");
	return CLI_FINE;
}

static const struct section sections[] = {
	{"sites", "Sites it writes from", "none", "supplier_sites", site_columns,
	 N_OF(site_columns)},
	{"items", "What is known", "nothing", "supplier_items", item_columns,
	 N_OF(item_columns)},
	{"changes", "How that came about, the latest first", "nothing is recorded",
	 "supplier_changes", change_columns, N_OF(change_columns)},
};

static int show(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct db_rows head;

	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_rows(&cdb, "supplier_head", &cli->args[1], 1, &head))
		return CLI_CANNOT;
	const char *id = rows_value(&head, 0, "id"),
		   *name = rows_value(&head, 0, "name"),
		   *client = rows_value(&head, 0, "client");
	json_t *all =
		json_pack("{s:s, s:s, s:s}", "id", id, "client", client, "name", name);
	if (!cli->json)
		printf("%s, supplier %s of client %s\n\n", name, id, client);
	bool shown =
		cli_db_sections(&cdb, sections, N_OF(sections), &cli->args[1], 1, all);
	if (shown && cli->json)
		cli_print_json(all);
	else
		json_decref(all);
	return shown ? CLI_FINE : CLI_CANNOT;
}

/* One after the other: what could not be forgotten does not hold up the rest. */
static int forget(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	json_t *said = json_array();
	int status = CLI_FINE;

	if (!cli_db_open(cli, &cdb)) {
		json_decref(said);
		return CLI_CANNOT;
	}
	for (size_t i = 2; i < cli->n_args || i == 2; i++) {
		const char *params[] = {cli->args[1],
					i < cli->n_args ? cli->args[i] : NULL};
		struct db_rows rows;

		if (!cli_db_rows(&cdb, "supplier_forget", params, 2, &rows)) {
			status = CLI_CANNOT;
			continue;
		}
		if (!cli->json)
			printf("%s\n", rows.values[0][0]);
		json_array_append_new(said, json_string(rows.values[0][0]));
	}
	if (cli->json)
		cli_print_json(said);
	else
		json_decref(said);
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
		     {"forget", 2, 1000, forget}};

	for (size_t i = 0; i < N_OF(verbs); i++)
		if (strcmp(cli->args[0], verbs[i].name) == 0 &&
		    cli->n_args >= verbs[i].least && cli->n_args <= verbs[i].most)
			return verbs[i].run(cli);
	cli_complain(cli, "expected: intray supplier list, show ID, or forget ID "
			  "[ITEM | site:SITE]...");
	return CLI_USAGE;
}

static const struct cli_option options[] = {
	{"--client", "CODE", "list only this client's"},
	{NULL, NULL, NULL},
};

const struct command command_supplier = {
	.name = "supplier",
	.summary = "What keying has taught about suppliers, and taking it back",
	.arguments = "list | show ID | forget ID [ITEM...]",
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.more = "The first paper that is keyed proposes, the second confirms, and what "
		"somebody\n"
		"keys otherwise takes a step back, down to demoted: no longer used. "
		"forget takes\n"
		"back one item, a site (site:12), or without either the whole "
		"supplier.\n\n"
		"examples:\n"
		"  intray supplier list --client acme\n"
		"  intray supplier show 7\n"
		"  intray supplier forget 7 31 site:9",
	.run = run,
};
