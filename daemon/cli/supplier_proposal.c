/* supplier_proposal.c - `intray supplier proposals | accept ID NUMBER | refuse ID WHY`:
 * suppliers that papers show and the master lacks.
 *
 * Somebody sets the supplier up in the ERP and says its number here, or the next import
 * brings it and settles the proposal. What was refused is not proposed again. Each is
 * one statement: who did it and when stays on record with the proposal. */
#include "supplier_proposal.h"

#include "database.h"
#include "text.h"

static const struct column columns[] = {
	{"Proposal", "id", COLUMN_NUMBER},   {"Client", "client", COLUMN_TEXT},
	{"Name", "name", COLUMN_LONG},	     {"Address", "address", COLUMN_LONG},
	{"Tax id", "vat_id", COLUMN_TEXT},   {"IBAN", "iban", COLUMN_TEXT},
	{"Papers", "papers", COLUMN_NUMBER}, {"Since", "since", COLUMN_TEXT},
	{"Is", "state", COLUMN_TEXT},	     {"As", "outcome", COLUMN_LONG},
};

int proposal_list(struct cli *cli)
{
	const char *params[] = {cli_value(cli, "--client"),
				cli_value(cli, "--all") ? "t" : "f"};

	return cli_db_print(cli, "proposal_list", params, N_OF(params), columns,
			    N_OF(columns), "No supplier is proposed.");
}

static int decide(struct cli *cli, const char *query, const char *word)
{
	AUTO_CLI_DB cdb = {0};
	const char *params[] = {cli->args[1], word};
	struct db_rows said;

	if (!cli_db_open(cli, &cdb) || !cli_db_rows(&cdb, query, params, 2, &said))
		return CLI_CANNOT;
	if (cli->json)
		cli_print_json(json_string(said.values[0][0]));
	else
		printf("%s\n", said.values[0][0]);
	return CLI_FINE;
}

int proposal_accept(struct cli *cli)
{
	return decide(cli, "proposal_accept", cli->args[2]);
}

int proposal_refuse(struct cli *cli)
{
	struct strbuf why;

	strbuf_init(&why, cli->arena);
	for (size_t i = 2; i < cli->n_args; i++)
		strbuf_addf(&why, "%s%s", why.len ? " " : "", cli->args[i]);
	return decide(cli, "proposal_refuse", why.text);
}
