/* cmd_retry.c - `intray retry ID...`: documents are read again from the start. */
#include "database.h"

static int run(struct cli *cli)
{
	return for_each_document(cli, "document_retry", NULL);
}

const struct command command_retry = {
	.name = "retry",
	.summary = "Read documents again from the start",
	.arguments = "ID...",
	.min_args = 1,
	.max_args = -1,
	.more = "For documents that are quarantined, exceptions, rejected, duplicates, "
		"or put\n"
		"aside; what people keyed on them stays in their history. One that "
		"waits after an\n"
		"error is tried at once.\n\n"
		"examples:\n"
		"  intray retry ACME-261122-0042\n"
		"  intray list --state quarantined --json | jq -r '.[].control_number' "
		"|\n"
		"    xargs intray retry",
	.run = run,
};
