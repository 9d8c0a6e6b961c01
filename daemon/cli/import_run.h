/* import_run.h - one import while it runs, for the files that make it up (import*.c).
 */
#ifndef INTRAY_CLI_IMPORT_RUN_H
#define INTRAY_CLI_IMPORT_RUN_H

#include <sys/types.h>

#include "csv.h"
#include "database.h"
#include "import.h"

struct target { /* a column of the kind */
	const char *name, *type, *headings;
	bool needed, key;
	long at; /* in the file, or -1 */
};

struct import {
	struct cli *cli;
	struct cli_db cdb, table; /* table: the connection it is read on */
	const char *kind, *client, *source;
	int fd;
	char sha256[65];
	enum csv_encoding encoding;
	struct csv *csv;
	struct cell_style style;
	struct target *targets;
	size_t n_targets;
	const char **heading;
	size_t n_heading;
	const char **unused;
	size_t n_unused, cap_unused;
	struct arena *row_arena;
	json_t *refusals;
	long rows, refused;
	int64_t unread; /* the first line of which nothing is known; 0: none */
	off_t size, sent;
	const char *left; /* of a table: bytes that were not taken yet */
	size_t n_left;
	struct progress progress;
};

/* The kind's columns, and which of them the file has, by its heading. Faults are the
 * file's: a column that must be there is not. */
enum rc import_load_targets(struct import *im, struct err *err);
enum rc import_take_heading(struct import *im, struct err *err);
/* Checks all rows and sends what is fine. */
enum rc import_send_rows(struct import *im, struct err *err);

/* What came of it, for people, and the same for programs, which takes the report. */
void import_print_report(const struct import *im, const json_t *report);
json_t *import_report_json(const struct import *im, json_t *take_report);
long import_count(const json_t *report, const char *key);

#endif
