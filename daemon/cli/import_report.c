/* import_report.c - what an import did, for people and for programs: counts, what it
 * refused and why, and what it changed of what was there. */
#include "import_run.h"

enum { REFUSALS_SHOWN = 100, CHANGES_SHOWN = 30 };

const struct column import_refusal_columns[3] = {
	{"Row", "row", COLUMN_NUMBER},
	{"Column", "field", COLUMN_TEXT},
	{"Reason", "reason", COLUMN_LONG},
};
const struct column import_change_columns[4] = {
	{"Of", "key", COLUMN_TEXT},
	{"What", "field", COLUMN_TEXT},
	{"Was", "was", COLUMN_LONG},
	{"Is now", "now", COLUMN_LONG},
};

static const char *cell_text(struct arena *arena, const json_t *value)
{
	if (json_is_integer(value))
		return arena_printf(arena, "%lld",
				    (long long)json_integer_value(value));
	return json_string_value(value);
}

static void print_list(struct cli *cli, const char *title, const json_t *list,
		       size_t most, const struct column *columns, size_t n_columns)
{
	struct table table;

	if (json_array_size(list) == 0)
		return;
	table_init(&table, cli->arena, columns, n_columns);
	for (size_t i = 0; i < json_array_size(list) && i < most; i++) {
		const char **row = table_row(&table);
		for (size_t c = 0; c < n_columns; c++)
			row[c] = cell_text(cli->arena,
					   json_object_get(json_array_get(list, i),
							   columns[c].key));
	}
	printf("\n%s\n", title);
	table_print(&table, stdout, 0);
	if (json_array_size(list) > most)
		printf("... and more: --json has up to a thousand\n");
}

long import_count(const json_t *report, const char *key)
{
	return (long)json_integer_value(json_object_get(report, key));
}

void import_print_report(const struct import *im, const json_t *report)
{
	bool dry = cli_value(im->cli, "--dry-run") != NULL;

	printf("%s: %s from %s", im->client, im->kind, im->source);
	if (im->fd >= 0)
		printf(" (%s, columns by %s)", csv_encoding_name(im->encoding),
		       csv_separator(im->csv) == '\t'
			       ? "tabs"
			       : arena_printf(im->cli->arena, "\"%c\"",
					      csv_separator(im->csv)));
	printf("\n%ld row%s: %ld added, %ld changed, %ld as before, %ld refused; %ld "
	       "made "
	       "inactive%s\n",
	       im->rows, im->rows == 1 ? "" : "s", import_count(report, "added"),
	       import_count(report, "changed"), import_count(report, "unchanged"),
	       import_count(report, "refused"), import_count(report, "deactivated"),
	       dry ? "\nA dry run: nothing of it was done."
		   : arena_printf(im->cli->arena,
				  "\n`intray master report %ld` shows this again.",
				  import_count(report, "id")));
	for (size_t i = 0; i < im->n_unused; i++)
		printf("%s%s%s", i ? ", " : "Not used: ", im->unused[i],
		       i + 1 == im->n_unused ? "\n" : "");
	print_list(im->cli, "Refused", json_object_get(report, "refusals"),
		   REFUSALS_SHOWN, import_refusal_columns,
		   N_OF(import_refusal_columns));
	print_list(im->cli, "Changed", json_object_get(report, "changes"),
		   CHANGES_SHOWN, import_change_columns, N_OF(import_change_columns));
}

json_t *import_report_json(const struct import *im, json_t *take_report)
{
	json_t *unused = json_array();

	for (size_t i = 0; i < im->n_unused; i++)
		json_array_append_new(unused, json_string(im->unused[i]));
	json_object_set_new(take_report, "unused", unused);
	json_object_set_new(take_report, "dry_run",
			    json_boolean(cli_value(im->cli, "--dry-run") != NULL));
	return take_report;
}
