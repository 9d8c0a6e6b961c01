/* cmd_reject.c - `intray reject ID... --reason CODE`: documents that will not be
 * processed.
 *
 * An offer that the ERP has not acknowledged is withdrawn. The reason is one of a list,
 * so that it can be counted. */
#include "database.h"

static int run(struct cli *cli)
{
	const char *reason = cli_value(cli, "--reason");

	if (!reason) {
		cli_complain(cli, "say why: --reason not-for-us, not-a-voucher, "
				  "illegible, duplicate, "
				  "wrong-document or test");
		return CLI_USAGE;
	}
	return for_each_document(cli, "document_reject", reason);
}

static const struct cli_option options[] = {
	{"--reason", "CODE",
	 "not-for-us, not-a-voucher, illegible, duplicate, wrong-document, test"},
	{NULL, NULL, NULL},
};

const struct command command_reject = {
	.name = "reject",
	.summary = "Reject documents: they will not be processed",
	.arguments = "ID...",
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.more = "examples:\n"
		"  intray reject ACME-261122-0042 --reason not-for-us",
	.run = run,
};
