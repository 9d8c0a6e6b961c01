/* database.h - what the commands on the database share. */
#ifndef INTRAY_CLI_DATABASE_H
#define INTRAY_CLI_DATABASE_H

#include "cli.h"
#include "db.h"

struct cli_db {
	struct cli *cli;
	struct settings settings;
	struct db *db;
};

/* Opens the settings' database as the command line's role; false after saying why not
 * and what to do (then return CLI_CANNOT). */
bool cli_db_open(struct cli *cli, struct cli_db *out);
void cli_db_close(struct cli_db *cdb);
#define AUTO_CLI_DB __attribute__((cleanup(cli_db_close))) struct cli_db

/* What the server said of a statement, in words for whoever asked. */
const char *cli_db_words(struct arena *arena, const char *text, const char *name);
/* Runs sql/query/admin/NAME.sql; false after complaining. */
bool cli_db_rows(struct cli_db *cdb, const char *name, const char *const *params,
		 size_t n_params, struct db_rows *out);
/* As a table: each column takes the result's column that is called like its key, or
 * KEY_hex for a file name. For people, keys that end in _s are durations ("3 h 20
 * min"). */
bool cli_db_table(struct cli_db *cdb, const char *name, const char *const *params,
		  size_t n_params, const struct column *columns, size_t n_columns,
		  struct table *out);
/* Prints that table, as JSON if asked to, or `none` when it has no row; the command's
 * exit status. Opens the database itself. */
int cli_db_print(struct cli *cli, const char *query, const char *const *params,
		 size_t n_params, const struct column *columns, size_t n_columns,
		 const char *none);
/* The value of a column of a row; NULL for null. */
const char *rows_value(const struct db_rows *rows, size_t row, const char *column);

/* One of several tables a command shows, each with its own statement. */
struct section {
	const char *key, *heading;
	const char *none; /* said instead of a table without rows */
	const char *query;
	const struct column *columns;
	size_t n_columns;
};
/* Runs every section's statement; prints them one after the other, or with --json adds
 * them to `all` by their keys. False after complaining. */
bool cli_db_sections(struct cli_db *cdb, const struct section *sections,
		     size_t n_sections, const char *const *params, size_t n_params,
		     json_t *all);
/* A command that shows one table: opens the database, runs the statement without
 * parameters, prints. Gives the exit status. */
int cli_db_list(struct cli *cli, const char *query, const struct column *columns,
		size_t n_columns);
/* 3725 -> "1 h 2 min". */
const char *duration_text(struct arena *arena, long seconds);
/* A file name that the database gave as hex, as people may see it. */
const char *name_from_hex(struct arena *arena, const char *hex);

/* Runs a statement on each of the documents that the command line names, with `extra`
 * as second parameter unless it is NULL. What is wrong with one does not keep the
 * others back. Gives the exit status. */
int for_each_document(struct cli *cli, const char *query, const char *extra);

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
