/* cli.h - what the `intray` commands share.
 *
 * A command is one row: a name, its arguments and options with their explanations, and
 * a function. main.c parses the command line by that row and writes its --help from it,
 * so a command's file holds all there is to say about it. To add one: define `const
 * struct command command_NAME` in cmd_NAME.c, declare it here, list it in main.c. */
#ifndef INTRAY_CLI_H
#define INTRAY_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "arena.h"
#include "err.h"
#include "settings.h"

enum { /* exit status of every command */
       CLI_FINE = 0,
       CLI_ATTENTION = 1, /* done, and something needs a person */
       CLI_USAGE = 2,	  /* the command line is wrong */
       CLI_CANNOT = 3,	  /* could not do it */
};

struct cli_option {
	const char *name;  /* "--jobs" */
	const char *value; /* "N", as shown in --help; NULL: a switch */
	const char *help;
};

struct cli;
struct command {
	const char *name, *summary;
	const char *arguments; /* "DIR...", as shown in --help; NULL: none */
	const char *more;      /* what --help says below the options; NULL: nothing */
	const struct cli_option
		*options;	/* ends with a NULL name; NULL: only the common ones */
	int min_args, max_args; /* max_args -1: any number */
	int (*run)(struct cli *cli); /* gives the exit status */
};

struct cli { /* one call of `intray` */
	const struct command *command;
	struct arena *arena; /* lives as long as the call */
	const char *config;  /* path; the default or --config */
	bool config_given;
	bool json;
	const char **args; /* what is no option */
	size_t n_args, cap_args;
	const struct cli_option **given; /* options, with given_values beside them */
	size_t n_given, cap_given;
	const char **given_values;
	size_t n_values, cap_values;
};

/* The (last) value of an option; "" for a switch; NULL when it was not given. */
const char *cli_value(const struct cli *cli, const char *name);
/* A whole number option; false after saying what is wrong (then return CLI_USAGE). */
bool cli_number(const struct cli *cli, const char *name, long min, long max, long *out);
/* Loads the settings; false after saying why not (then return CLI_CANNOT). */
bool cli_settings(const struct cli *cli, struct settings *out);
/* Says "intray COMMAND: text" on standard error. */
void cli_complain(const struct cli *cli, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Complains of err and gives CLI_CANNOT. */
int cli_cannot(const struct cli *cli, const struct err *err);
/* Prints a JSON value (taking it over) to standard output. */
void cli_print_json(json_t *take_value);

/* --- tables: the same rows for people and as JSON (table.c) ------------------- */
enum column_kind {
	COLUMN_TEXT,
	COLUMN_NUMBER, /* to the right; a JSON number when it looks like one */
	COLUMN_LONG, /* text that may be cut with "…" when the terminal is too narrow */
	COLUMN_YES, /* "t"/"f" or "true"/"false": yes or blank; a JSON boolean */
};
struct column {
	const char *title; /* for people: "Received" */
	const char *key;   /* in JSON: "received_on" */
	enum column_kind kind;
};
struct table {
	struct arena *arena;
	const struct column *columns;
	size_t n_columns;
	const char ***rows; /* NULL cells: absent, null in JSON */
	size_t n_rows, cap_rows;
};
void table_init(struct table *table, struct arena *arena, const struct column *columns,
		size_t n_columns);
/* A new row to be filled; cells are borrowed and must live as long as the table. */
const char **table_row(struct table *table);
/* For people. width 0: that of the terminal, or unlimited when out is none. */
void table_print(const struct table *table, FILE *out, int width);
json_t *table_json(const struct table *table); /* an array of objects */
/* How many cells of a terminal the text takes. */
int text_width(const char *s);

/* --- progress on standard error, silent when that is no terminal (progress.c) - */
struct progress {
	const char *what; /* "reading" */
	long total, done;
	bool shown;
	int64_t drawn_at;
	int64_t began_at;
};
void progress_begin(struct progress *progress, const char *what, long total);
void progress_step(struct progress *progress, long done, const char *note);
void progress_end(struct progress *progress); /* wipes the line */

/* --- the commands ------------------------------------------------------------- */
extern const struct command command_check_config;	     /* check_config.c */
extern const struct command command_evaluate;		     /* evaluate.c */
extern const struct command command_train;		     /* train.c */
extern const struct command command_status;		     /* cmd_status.c */
extern const struct command command_list;		     /* cmd_list.c */
extern const struct command command_show;		     /* cmd_show.c */
extern const struct command command_retry;		     /* cmd_retry.c */
extern const struct command command_reject;		     /* cmd_reject.c */
extern const struct command command_verify;		     /* cmd_verify.c */
extern const struct command command_migrate;		     /* cmd_migrate.c */
extern const struct command command_schema;		     /* cmd_schema.c */
extern const struct command command_profile;		     /* cmd_profile.c */
extern const struct command command_user;		     /* cmd_user.c */
extern const struct command command_render;		     /* cmd_render.c */
extern const struct command command_supplier;		     /* cmd_supplier.c */
extern const struct command command_statement;		     /* cmd_statement.c */
extern const struct command command_batch;		     /* cmd_batch.c */
extern const struct command command_separator;		     /* cmd_separator.c */
extern const struct command command_release, command_resume; /* cmd_release.c */
/* cmd_master.c */
extern const struct command command_company, command_order, command_code,
	command_master;
extern const struct command command_deliver; /* cmd_deliver.c */

#endif
