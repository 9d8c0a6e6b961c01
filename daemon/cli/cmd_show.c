/* cmd_show.c - `intray show ID`: a document's whole story.
 *
 * What it is and where it stands; every change of state with who and why; every field
 * with its evidence; what a person must look at; what the ERP was offered and answered.
 * The ID is the control number that people write on paper, or a document's or drop's
 * UUID. */
#include "database.h"

#include <string.h>

static const struct column fields[] = {
	{"Field", "path", COLUMN_TEXT},
	{"Line", "line", COLUMN_NUMBER},
	{"Value", "value", COLUMN_LONG},
	{"Read as", "raw", COLUMN_LONG},
	{"Source", "source", COLUMN_TEXT},
	{"Sure", "confidence", COLUMN_NUMBER},
	{"Accepted", "accepted", COLUMN_YES},
	{"Page", "page", COLUMN_NUMBER},
	{"X", "x", COLUMN_NUMBER},
	{"Y", "y", COLUMN_NUMBER},
	{"W", "w", COLUMN_NUMBER},
	{"H", "h", COLUMN_NUMBER},
	{"Why", "why", COLUMN_LONG},
};
static const struct column events[] = {
	{"When (UTC)", "at", COLUMN_TEXT},   {"What", "kind", COLUMN_TEXT},
	{"From", "from_state", COLUMN_TEXT}, {"To", "to_state", COLUMN_TEXT},
	{"Who", "who", COLUMN_TEXT},	     {"Cause", "cause", COLUMN_TEXT},
	{"Meaning", "why", COLUMN_LONG},
};
static const struct column findings[] = {
	{"Finding", "code", COLUMN_TEXT},	 {"Kind", "kind", COLUMN_TEXT},
	{"Severity", "severity", COLUMN_TEXT},	 {"Fields", "fields", COLUMN_LONG},
	{"As printed", "confirmed", COLUMN_YES}, {"Text", "text", COLUMN_LONG},
};
static const struct column codes[] = {
	{"Code", "role", COLUMN_TEXT},
	{"Value", "value", COLUMN_LONG},
	{"Page of the file", "page", COLUMN_NUMBER},
};
static const struct column deliveries[] = {
	{"Revision", "revision", COLUMN_NUMBER}, {"Answer", "state", COLUMN_TEXT},
	{"Offered", "offered", COLUMN_TEXT},	 {"Answered", "answered", COLUMN_TEXT},
	{"Tries", "attempts", COLUMN_NUMBER},	 {"Number", "number", COLUMN_TEXT},
	{"Class", "class", COLUMN_TEXT},	 {"Code", "code", COLUMN_TEXT},
	{"Text", "text", COLUMN_LONG},		 {"Flags", "flags", COLUMN_LONG},
};
static const struct column work[] = {
	{"What", "what", COLUMN_TEXT},	      {"Kind", "name", COLUMN_TEXT},
	{"Who", "who", COLUMN_TEXT},	      {"Until", "until", COLUMN_TEXT},
	{"Faults", "faults", COLUMN_NUMBER},  {"Losses", "losses", COLUMN_NUMBER},
	{"Last error", "error", COLUMN_LONG},
};

static const struct column parts[] = {
	{"Part", "number", COLUMN_NUMBER}, {"Kind", "kind", COLUMN_TEXT},
	{"Name", "name", COLUMN_LONG},	   {"Type", "mime", COLUMN_LONG},
	{"Bytes", "size", COLUMN_NUMBER},  {"Document", "document", COLUMN_TEXT},
	{"State", "state", COLUMN_TEXT},   {"Why", "code", COLUMN_TEXT},
	{"Text", "reason", COLUMN_LONG},
};

static const struct section sections[] = {
	{"events", "What happened", "nothing", "show_events", events, N_OF(events)},
	{"fields", "Fields", "none", "show_fields", fields, N_OF(fields)},
	{"findings", "Findings", "none", "show_findings", findings, N_OF(findings)},
	{"codes", "Codes on its paper", "none", "show_codes", codes, N_OF(codes)},
	{"parts", "What it holds", "nothing but itself", "show_parts", parts,
	 N_OF(parts)},
	{"work", "Work to be done", "none", "show_work", work, N_OF(work)},
	{"deliveries", "Offers to the ERP", "none", "show_deliveries", deliveries,
	 N_OF(deliveries)},
};

static void print_line(const char *label, const char *text)
{
	if (text && *text)
		printf("  %-13s %s\n", label, text);
}

static void print_head(struct cli *cli, const struct db_rows *r)
{
#define VALUE(column) rows_value(r, 0, column)
	const char *late = VALUE("late");

	printf("%s\n", VALUE("control_number"));
	print_line("state", arena_printf(cli->arena, "%s since %s: %s", VALUE("state"),
					 VALUE("since"), VALUE("state_title")));
	print_line("because", VALUE("reason") ? VALUE("reason") : VALUE("cause"));
	print_line("type", VALUE("type"));
	print_line("file", name_from_hex(cli->arena, VALUE("file_hex")));
	print_line("tray",
		   arena_printf(cli->arena, "%s/%s", VALUE("client"), VALUE("tray")));
	print_line("kept in", VALUE("kept"));
	print_line("bytes", VALUE("size"));
	print_line("SHA-256", VALUE("sha256"));
	print_line("pages", VALUE("pages"));
	print_line("received on", VALUE("received_on"));
	print_line("arrived", VALUE("arrived"));
	print_line("due", late && *late == 't'
				  ? arena_printf(cli->arena, "%s (late)", VALUE("due"))
				  : VALUE("due"));
	print_line("part of", VALUE("parent"));
	print_line("sender", VALUE("sender"));
	print_line("subject", VALUE("subject"));
	print_line("same as", VALUE("duplicate_of"));
	print_line("document", VALUE("id"));
	print_line("drop", VALUE("drop"));
	putchar('\n');
#undef VALUE
}

static json_t *head_json(struct cli *cli, const struct db_rows *r)
{
	json_t *head = json_object();

	for (size_t c = 0; c < r->n_columns; c++) {
		const char *key = r->columns[c], *value = r->values[0][c];
		if (strcmp(key, "file_hex") == 0) {
			key = "file";
			value = name_from_hex(cli->arena, value);
		}
		json_object_set_new(head, key,
				    value ? json_string(value) : json_null());
	}
	return head;
}

static int run(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct db_rows head;

	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_rows(&cdb, "show_document", cli->args, 1, &head))
		return CLI_CANNOT;
	json_t *all = head_json(cli, &head);
	if (!cli->json)
		print_head(cli, &head);
	bool shown = cli_db_sections(&cdb, sections, N_OF(sections), cli->args, 1, all);
	if (shown && cli->json)
		cli_print_json(all);
	else
		json_decref(all);
	return shown ? CLI_FINE : CLI_CANNOT;
}

const struct command command_show = {
	.name = "show",
	.summary = "Show a document's whole story",
	.arguments = "ID",
	.min_args = 1,
	.max_args = 1,
	.more = "ID is a control number or a UUID. Boxes are in 1/300 inch from the "
		"upper left.\n\n"
		"examples:\n"
		"  intray show ACME-261122-0042\n"
		"  intray show ACME-261122-0042 --json | jq '.fields[] | {path, "
		"value}'",
	.run = run,
};
