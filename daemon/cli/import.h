/* import.h - master data from a file or a table into the database.
 *
 * Each cell is checked by what its column is (import_cell.c) before it is sent, so that
 * the report can say row, column and reason; what needs the rest of the master
 * (duplicate keys, a supplier that is not there) the database refuses the same way. */
#ifndef INTRAY_CLI_IMPORT_H
#define INTRAY_CLI_IMPORT_H

#include "cli.h"

/* How the file writes what can be written in several ways. */
struct cell_style {
	int day_first;	     /* 1 day/month, 0 month/day, -1 not said */
	char decimal;	     /* mark; 0 not said */
	char list_separator; /* between the items of a list, beside '|' */
};
/* The cell as it is stored, in the arena, or NULL with *reason; NULL without a reason:
 * the cell is empty. type as intray.import_cells has it. */
const char *cell_value(struct arena *arena, const struct cell_style *style,
		       const char *type, const char *raw, const char **reason);

/* `intray COMMAND import FILE`: reads what the command line says (IMPORT_OPTIONS) into
 * rows of that kind. Gives the exit status. */
int import_file(struct cli *cli, const char *kind, const char *file);

/* How what an import refused and changed is shown. */
extern const struct column import_refusal_columns[3], import_change_columns[4];

#define IMPORT_OPTIONS                                                                 \
	{"--client", "CODE", "of this client (need not be said when there is one)"},   \
		{"--from-table", "NAME",                                               \
		 "import a table or view of the database instead of a file"},          \
		{"--full", NULL,                                                       \
		 "it is all there is: what is missing becomes inactive"},              \
		{"--allow-mass", NULL, "also when that is more than a tenth"},         \
		{"--dry-run", NULL, "report what would change, and change nothing"},   \
		{"--map", "A=B,...", "the file's column A is our column B"},           \
		{"--dates", "ORDER",                                                   \
		 "day-first or month-first, for dates like 03/04/2026"},               \
		{"--decimal", "MARK", "the decimal mark, when numbers leave it open"}, \
	{                                                                              \
		"--separator", "CHAR", "between columns; found out when not said"      \
	}

#endif
