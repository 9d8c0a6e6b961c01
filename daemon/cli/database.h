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

/* Runs sql/query/admin/NAME.sql; false after complaining. */
bool cli_db_rows(struct cli_db *cdb, const char *name, const char *const *params,
		 size_t n_params, struct db_rows *out);
/* As a table: each column takes the result's column that is called like its key, or
 * KEY_hex for a file name. For people, keys that end in _s are durations ("3 h 20
 * min"). */
bool cli_db_table(struct cli_db *cdb, const char *name, const char *const *params,
		  size_t n_params, const struct column *columns, size_t n_columns,
		  struct table *out);
/* The value of a column of a row; NULL for null. */
const char *rows_value(const struct db_rows *rows, size_t row, const char *column);

/* "Heading", and below it the table, or `none` when it has no rows. */
void print_section(const char *heading, const struct table *table, const char *none);
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
