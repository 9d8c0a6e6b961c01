/* cmd_supplier.c - `intray supplier import FILE | list | show ID | forget ID
 * [WHAT...]`: the suppliers of the master and what keying has taught about them, and
 * taking that back. What papers propose is in supplier_proposal.c.
 *
 * Nothing here is secret from whoever administers the client's documents, and nothing
 * is final: what is forgotten is as if it had never been keyed, and may be learnt
 * again. That it was forgotten, by whom and when, stays on record. */
#include "database.h"
#include "import.h"
#include "supplier_proposal.h"

#include <string.h>

static const struct column list_columns[] = {
	{"Supplier", "id", COLUMN_NUMBER},
	{"Client", "client", COLUMN_TEXT},
	{"Number", "number", COLUMN_TEXT},
	{"Name", "name", COLUMN_LONG},
	{"City", "city", COLUMN_TEXT},
	{"Is", "state", COLUMN_TEXT},
	{"Papers", "papers", COLUMN_NUMBER},
	{"Sites", "sites", COLUMN_NUMBER},
	{"Confirmed", "confirmed", COLUMN_NUMBER},
	{"Proposed", "proposed", COLUMN_NUMBER},
	{"Demoted", "demoted", COLUMN_NUMBER},
	{"Last keyed", "last", COLUMN_TEXT},
};
static const struct column site_columns[] = {
	{"Site", "id", COLUMN_TEXT},	       {"Code", "code", COLUMN_TEXT},
	{"Address", "address", COLUMN_LONG},   {"Papers", "papers", COLUMN_NUMBER},
	{"Known by", "codes", COLUMN_LONG},    {"Words", "words", COLUMN_NUMBER},
	{"Readings", "prints", COLUMN_NUMBER},
};
static const struct column account_columns[] = {
	{"IBAN", "iban", COLUMN_TEXT},	   {"BIC", "bic", COLUMN_TEXT},
	{"Since", "since", COLUMN_TEXT},   {"Confirmed by", "confirmed", COLUMN_TEXT},
	{"Active", "active", COLUMN_TEXT},
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
	long limit = 1000;

	if (!cli_number(cli, "--limit", 1, 10000000, &limit))
		return CLI_USAGE;
	const char *params[] = {cli_value(cli, "--client"), cli_value(cli, "--like"),
				arena_printf(cli->arena, "%ld", limit)};
	return cli_db_print(
		cli, "supplier_list", params, N_OF(params), list_columns,
		N_OF(list_columns),
		"No supplier is known yet; import them, and what clerks key "
		"teaches.");
}

static const struct section sections[] = {
	{"accounts", "Bank accounts", "none", "supplier_accounts", account_columns,
	 N_OF(account_columns)},
	{"sites", "Sites it writes from", "none", "supplier_sites", site_columns,
	 N_OF(site_columns)},
	{"items", "What is known", "nothing", "supplier_items", item_columns,
	 N_OF(item_columns)},
	{"changes", "How that came about, the latest first", "nothing is recorded",
	 "supplier_changes", change_columns, N_OF(change_columns)},
};

/* What the master says of it, as far as it says anything. */
static const struct column head_columns[] = {
	{"Number", "number", COLUMN_TEXT},
	{"VAT id", "vat_id", COLUMN_TEXT},
	{"Tax number", "tax_number", COLUMN_TEXT},
	{"Address", "address", COLUMN_TEXT},
	{"Also called", "aliases", COLUMN_TEXT},
	{"Mail from", "domains", COLUMN_TEXT},
	{"Currency", "currency", COLUMN_TEXT},
	{"Terms", "payment_terms", COLUMN_TEXT},
	{"Account", "account", COLUMN_TEXT},
	{"Cost centre", "cost_centre", COLUMN_TEXT},
	{"Tax code", "tax_code", COLUMN_TEXT},
	{"Blocked", "blocked", COLUMN_TEXT},
	{"Active", "active", COLUMN_TEXT},
};

static void show_head(const struct cli *cli, const struct db_rows *head, json_t *all)
{
	if (!cli->json)
		printf("%s, supplier %s of client %s\n", rows_value(head, 0, "name"),
		       rows_value(head, 0, "id"), rows_value(head, 0, "client"));
	for (size_t i = 0; i < N_OF(head_columns); i++) {
		const char *value = rows_value(head, 0, head_columns[i].key);
		bool learnt = !rows_value(head, 0, "number");
		json_object_set_new(all, head_columns[i].key,
				    value ? json_string(value) : json_null());
		if (!cli->json && !learnt && value && *value)
			printf("  %-12s %s\n", head_columns[i].title, value);
	}
	if (!cli->json)
		putchar('\n');
}

static int show(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct db_rows head;

	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_rows(&cdb, "supplier_head", &cli->args[1], 1, &head))
		return CLI_CANNOT;
	json_t *all = json_pack("{s:s, s:s, s:s}", "id", rows_value(&head, 0, "id"),
				"client", rows_value(&head, 0, "client"), "name",
				rows_value(&head, 0, "name"));
	show_head(cli, &head, all);
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

static int import(struct cli *cli)
{
	return import_file(cli, "supplier", cli->n_args > 1 ? cli->args[1] : NULL);
}

static int run(struct cli *cli)
{
	static const struct {
		const char *name;
		size_t least, most;
		int (*run)(struct cli *cli);
	} verbs[] = {{"import", 1, 2, import},
		     {"list", 1, 1, list},
		     {"show", 2, 2, show},
		     {"forget", 2, 1000, forget},
		     {"proposals", 1, 1, proposal_list},
		     {"accept", 3, 3, proposal_accept},
		     {"refuse", 3, 1000, proposal_refuse}};

	for (size_t i = 0; i < N_OF(verbs); i++)
		if (strcmp(cli->args[0], verbs[i].name) == 0 &&
		    cli->n_args >= verbs[i].least && cli->n_args <= verbs[i].most)
			return verbs[i].run(cli);
	cli_complain(
		cli,
		"expected: intray supplier import FILE, list, show ID, forget ID "
		"[ITEM | site:SITE]..., proposals, accept PROPOSAL NUMBER, or refuse "
		"PROPOSAL WHY");
	return CLI_USAGE;
}

static const struct cli_option options[] = {
	IMPORT_OPTIONS,
	{"--like", "TEXT", "list only those called or numbered so"},
	{"--limit", "N", "list at most so many (default 1000)"},
	{"--all", NULL, "proposals: also those that are decided"},
	{NULL, NULL, NULL},
};

const struct command command_supplier = {
	.name = "supplier",
	.summary = "Suppliers: import them, see what keying has taught, take it back",
	.arguments = "import FILE | list | show ID | forget ID [ITEM...] | proposals | "
		     "accept PROPOSAL NUMBER | refuse PROPOSAL WHY",
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.more = "import takes a CSV file with a heading, or --from-table; `intray "
		"master "
		"kinds`\n"
		"names the columns, and imports sites and bank accounts. What it "
		"cannot "
		"take it\n"
		"refuses row by row and says why. ID is ours or number:70012, the "
		"ERP's.\n\n"
		"The first paper that is keyed proposes, the second confirms, and what "
		"somebody\n"
		"keys otherwise takes a step back, down to demoted: no longer used. "
		"forget takes\n"
		"back one item, a site (site:12), or without either the whole "
		"supplier.\n\n"
		"proposals are suppliers that papers show and the master lacks: accept "
		"one with\n"
		"the number it has in the ERP (a bank account is never taken from a "
		"paper), or\n"
		"refuse it and say why. An import that brings it settles it too.\n\n"
		"examples:\n"
		"  intray supplier import --client acme --full suppliers.csv\n"
		"  intray supplier list --client acme --like bolt\n"
		"  intray supplier show 7\n"
		"  intray supplier forget 7 31 site:9\n"
		"  intray supplier accept 3 70041",
	.run = run,
};
