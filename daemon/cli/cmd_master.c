/* cmd_master.c - `intray company | order | code | master`: the client's master data
 * beside suppliers: bringing it in, and looking at it.
 *
 * company, order and code are the kinds people look at every day; `intray master` has
 * every kind, the columns of each, and what earlier imports changed and refused. */
#include "database.h"
#include "import.h"

#include <string.h>

enum { SHOWN = 200 };

static const char *limit_text(struct cli *cli, bool *fine)
{
	long limit = SHOWN;

	*fine = cli_number(cli, "--limit", 1, 10000000, &limit);
	return arena_printf(cli->arena, "%ld", limit);
}

static int import_default(struct cli *cli)
{
	return import_file(cli, cli->command->name,
			   cli->n_args > 1 ? cli->args[1] : NULL);
}

/* --- companies --- */

static const struct column company_columns[] = {
	{"Company", "code", COLUMN_TEXT},    {"Client", "client", COLUMN_TEXT},
	{"Name", "name", COLUMN_LONG},	     {"VAT id", "vat_id", COLUMN_TEXT},
	{"Address", "address", COLUMN_LONG}, {"Trays", "trays", COLUMN_LONG},
	{"Active", "active", COLUMN_YES},
};
static const struct column company_facts[] = {
	{"Company", "code", COLUMN_TEXT},
	{"Client", "client", COLUMN_TEXT},
	{"What", "what", COLUMN_TEXT},
	{"Value", "value", COLUMN_LONG},
};

static int company_list(struct cli *cli)
{
	const char *params[] = {cli_value(cli, "--client")};

	return cli_db_print(cli, "company_list", params, 1, company_columns,
			    N_OF(company_columns), "No company is known yet.");
}

static int company_show(struct cli *cli)
{
	const char *params[] = {cli_value(cli, "--client"), cli->args[1]};

	return cli_db_print(cli, "company_show", params, 2, company_facts,
			    N_OF(company_facts), "There is no such company.");
}

/* --- orders --- */

static const struct column order_columns[] = {
	{"Order", "number", COLUMN_TEXT},
	{"Client", "client", COLUMN_TEXT},
	{"Company", "company", COLUMN_TEXT},
	{"Supplier", "supplier", COLUMN_TEXT},
	{"Name", "name", COLUMN_LONG},
	{"Ordered", "ordered", COLUMN_TEXT},
	{"State", "state", COLUMN_TEXT},
	{"Lines", "lines", COLUMN_NUMBER},
	{"Quantity", "ordered_quantity", COLUMN_NUMBER},
	{"Invoiced", "invoiced", COLUMN_NUMBER},
	{"Net", "net", COLUMN_NUMBER},
	{"", "currency", COLUMN_TEXT},
};
static const struct column order_lines[] = {
	{"Order", "number", COLUMN_TEXT},
	{"Client", "client", COLUMN_TEXT},
	{"Line", "line", COLUMN_TEXT},
	{"Item", "item", COLUMN_TEXT},
	{"Description", "description", COLUMN_LONG},
	{"Quantity", "quantity", COLUMN_NUMBER},
	{"Unit", "unit", COLUMN_TEXT},
	{"Price", "unit_price", COLUMN_NUMBER},
	{"Net", "net_amount", COLUMN_NUMBER},
	{"Match", "matching", COLUMN_TEXT},
	{"Received", "received", COLUMN_NUMBER},
	{"Invoiced", "invoiced", COLUMN_NUMBER},
	{"Account", "account", COLUMN_TEXT},
	{"Cost centre", "cost_centre", COLUMN_TEXT},
	{"State", "state", COLUMN_TEXT},
};

static int order_list(struct cli *cli)
{
	bool fine;
	const char *limit = limit_text(cli, &fine);
	const char *params[] = {cli_value(cli, "--client"), cli_value(cli, "--like"),
				limit};

	return fine ? cli_db_print(cli, "order_list", params, 3, order_columns,
				   N_OF(order_columns), "No order is known.")
		    : CLI_USAGE;
}

static int order_show(struct cli *cli)
{
	const char *params[] = {cli_value(cli, "--client"), cli->args[1]};

	return cli_db_print(cli, "order_show", params, 2, order_lines,
			    N_OF(order_lines), "There is no such order.");
}

/* --- codes --- */

static const struct column list_columns[] = {
	{"Client", "client", COLUMN_TEXT}, {"List", "list", COLUMN_TEXT},
	{"Codes", "codes", COLUMN_NUMBER}, {"Active", "active", COLUMN_NUMBER},
	{"First", "first", COLUMN_TEXT},   {"Last", "last", COLUMN_TEXT},
};
static const struct column code_columns[] = {
	{"Client", "client", COLUMN_TEXT}, {"List", "list", COLUMN_TEXT},
	{"Code", "code", COLUMN_TEXT},	   {"Company", "company", COLUMN_TEXT},
	{"Name", "name", COLUMN_LONG},	   {"From", "valid_from", COLUMN_TEXT},
	{"To", "valid_to", COLUMN_TEXT},   {"Active", "active", COLUMN_YES},
};

static int code_list(struct cli *cli)
{
	const char *params[] = {cli_value(cli, "--client")};

	return cli_db_print(cli, "code_list", params, 1, list_columns,
			    N_OF(list_columns), "No list of codes is known yet.");
}

static int code_show(struct cli *cli)
{
	bool fine;
	const char *limit = limit_text(cli, &fine);
	const char *params[] = {cli_value(cli, "--client"), cli->args[1],
				cli->n_args > 2 ? cli->args[2] : NULL, limit};

	return fine ? cli_db_print(cli, "code_show", params, 4, code_columns,
				   N_OF(code_columns), "There is no such code.")
		    : CLI_USAGE;
}

/* --- every kind --- */

static const struct column kind_columns[] = {
	{"Kind", "kind", COLUMN_TEXT},
	{"What it is", "title", COLUMN_TEXT},
	{"Columns (CAPITALS: needed)", "columns", COLUMN_LONG},
};
static const struct column row_columns[] = {
	{"Client", "client", COLUMN_TEXT},
	{"Key", "key", COLUMN_TEXT},
	{"It says", "text", COLUMN_LONG},
	{"Active", "active", COLUMN_YES},
};
static const struct column import_columns[] = {
	{"Import", "id", COLUMN_NUMBER},
	{"Client", "client", COLUMN_TEXT},
	{"Kind", "kind", COLUMN_TEXT},
	{"From", "source", COLUMN_LONG},
	{"At", "at", COLUMN_TEXT},
	{"Took", "took_s", COLUMN_TEXT},
	{"Rows", "rows", COLUMN_NUMBER},
	{"Added", "added", COLUMN_NUMBER},
	{"Changed", "changed", COLUMN_NUMBER},
	{"Same", "unchanged", COLUMN_NUMBER},
	{"Inactive", "deactivated", COLUMN_NUMBER},
	{"Refused", "refused", COLUMN_NUMBER},
};
static int master_kinds(struct cli *cli)
{
	return cli_db_list(cli, "import_kinds", kind_columns, N_OF(kind_columns));
}

static int master_import(struct cli *cli)
{
	return import_file(cli, cli->args[1], cli->n_args > 2 ? cli->args[2] : NULL);
}

static int master_list(struct cli *cli)
{
	bool fine;
	const char *limit = limit_text(cli, &fine);
	const char *params[] = {cli->args[1], cli_value(cli, "--client"),
				cli_value(cli, "--like"), limit};

	return fine ? cli_db_print(cli, "master_rows", params, 4, row_columns,
				   N_OF(row_columns), "There is none.")
		    : CLI_USAGE;
}

static int master_imports(struct cli *cli)
{
	bool fine;
	const char *limit = limit_text(cli, &fine);
	const char *params[] = {cli_value(cli, "--client"), limit};

	return fine ? cli_db_print(cli, "import_list", params, 2, import_columns,
				   N_OF(import_columns), "Nothing was imported yet.")
		    : CLI_USAGE;
}

static int master_report(struct cli *cli)
{
	static const struct section sections[] = {
		{"refusals", "Refused", "nothing", "import_refusals",
		 import_refusal_columns, N_OF(import_refusal_columns)},
		{"changes", "Changed", "nothing of what was there", "import_changes",
		 import_change_columns, N_OF(import_change_columns)},
	};
	AUTO_CLI_DB cdb = {0};
	json_t *all = json_object();
	bool shown =
		cli_db_open(cli, &cdb) &&
		cli_db_sections(&cdb, sections, N_OF(sections), &cli->args[1], 1, all);

	if (shown && cli->json)
		cli_print_json(all);
	else
		json_decref(all);
	return shown ? CLI_FINE : CLI_CANNOT;
}

/* --- the commands --- */

static const struct verb {
	const char *command, *name;
	size_t least, most; /* arguments, the verb among them */
	int (*run)(struct cli *cli);
} verbs[] = {
	{"company", "import", 1, 2, import_default},
	{"company", "list", 1, 1, company_list},
	{"company", "show", 2, 2, company_show},
	{"order", "import", 1, 2, import_default},
	{"order", "list", 1, 1, order_list},
	{"order", "show", 2, 2, order_show},
	{"code", "import", 1, 2, import_default},
	{"code", "list", 1, 1, code_list},
	{"code", "show", 2, 3, code_show},
	{"master", "kinds", 1, 1, master_kinds},
	{"master", "import", 2, 3, master_import},
	{"master", "list", 2, 2, master_list},
	{"master", "imports", 1, 1, master_imports},
	{"master", "report", 2, 2, master_report},
};

static int run(struct cli *cli)
{
	for (size_t i = 0; i < N_OF(verbs); i++)
		if (strcmp(verbs[i].command, cli->command->name) == 0 &&
		    strcmp(verbs[i].name, cli->args[0]) == 0 &&
		    cli->n_args >= verbs[i].least && cli->n_args <= verbs[i].most)
			return verbs[i].run(cli);
	cli_complain(cli, "expected: intray %s %s", cli->command->name,
		     cli->command->arguments);
	return CLI_USAGE;
}

static const struct cli_option options[] = {
	IMPORT_OPTIONS,
	{"--like", "TEXT", "list only what has it in its number or name"},
	{"--limit", "N", "list at most so many (default 200)"},
	{NULL, NULL, NULL},
};

#define MASTER(id, what, args, text)                                                   \
	const struct command command_##id = {                                          \
		.name = #id,                                                           \
		.summary = what,                                                       \
		.arguments = args,                                                     \
		.options = options,                                                    \
		.min_args = 1,                                                         \
		.max_args = 3,                                                         \
		.more = text,                                                          \
		.run = run,                                                            \
	}

MASTER(company, "The client's own companies, to whom documents are addressed",
       "import FILE | list | show CODE",
       "Once a client has companies, a document that is addressed to none of them "
       "needs "
       "a person.\n\n"
       "examples:\n"
       "  intray company import --client acme companies.csv\n"
       "  intray master import company-id --client acme edi.csv");
MASTER(order, "Purchase orders that invoices are checked against",
       "import FILE | list | show NUMBER",
       "A row of the file is a line of an order, with the order's head said again in "
       "each.\n\n"
       "examples:\n"
       "  intray order import --client acme --full orders.csv\n"
       "  intray master import receipt --client acme goods-received.csv\n"
       "  intray order show 4500012345");
MASTER(code, "Lists of codes: accounts, cost centres, ICD-10, places of service",
       "import FILE | list | show LIST [BEGINNING]",
       "A row of the file has the list's name (account, cost-centre, project, "
       "tax-code, "
       "icd-10,\n"
       "place-of-service, procedure...), a code, and what it is called. --full "
       "concerns only the\n"
       "lists that the file names.\n\n"
       "examples:\n"
       "  intray code import --client acme cost-centres.csv\n"
       "  intray code show icd-10 M54");
MASTER(master, "Master data of every kind, and what imports changed and refused",
       "kinds | import KIND FILE | list KIND | imports | report IMPORT",
       "examples:\n"
       "  intray master kinds\n"
       "  intray master import history --client acme booked.csv\n"
       "  intray master import provider --client acme --from-table erp_out.providers\n"
       "  intray master report 12");
