/* import.c - one import: the file's heading is matched to the columns of its kind, each
 * row checked cell by cell and sent, and the database merges what came.
 *
 * A row with a faulty cell, or too many or too few, is refused, is counted, and is in
 * the report with row, column and reason; of it only the key is sent, so that a full
 * import does not take what it names for missing. One row is held at a time, however
 * long the file. All of it is one transaction, which a dry run takes back at the end.
 */
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv.h"
#include "database.h"
#include "proc.h"
#include "text.h"

enum { REFUSALS_KEPT = 1000, REFUSALS_SHOWN = 100, CHANGES_SHOWN = 30 };

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

/* --- where the bytes come from -------------------------------------------------------
 */

static enum rc read_file(void *ctx, char *bytes, size_t len, size_t *got,
			 struct err *err)
{
	struct import *im = ctx;
	ssize_t n;

	do
		n = read(im->fd, bytes, len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_errno(err, RC_FAIL, "%s", im->source);
	im->sent += n;
	*got = (size_t)n;
	return RC_OK;
}

static enum rc read_table(void *ctx, char *bytes, size_t len, size_t *got,
			  struct err *err)
{
	struct import *im = ctx;
	enum rc rc = RC_OK;

	if (im->n_left == 0)
		rc = db_table_read(im->table.db, &im->left, &im->n_left, err);
	if (rc != RC_OK)
		return rc;
	*got = len < im->n_left ? len : im->n_left;
	if (*got == 0)
		return RC_OK; /* the table's end */
	memcpy(bytes, im->left, *got);
	im->left += *got;
	im->n_left -= *got;
	return RC_OK;
}

static enum rc open_file(struct import *im, const char *path, struct err *err)
{
	struct stat st;
	size_t skip = 0;
	const char *separator = cli_value(im->cli, "--separator");

	im->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (im->fd < 0 || fstat(im->fd, &st) < 0)
		return err_errno(err, RC_FAIL, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, RC_FAIL, "%s is no file", path);
	im->size = st.st_size;
	enum rc rc = csv_detect(im->fd, &im->encoding, &skip, im->sha256, err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "%s", path);
	return csv_open((struct csv_source){im, read_file}, im->encoding, skip,
			separator ? *separator : 0, &im->csv, err);
}

static enum rc open_table(struct import *im, const char *table, struct err *err)
{
	if (!cli_db_open(im->cli, &im->table))
		return err_set(err, RC_FAIL, "%s cannot be read", table);
	enum rc rc = db_table_begin(im->table.db, table, err);
	return rc == RC_OK ? csv_open((struct csv_source){im, read_table}, CSV_UTF8, 0,
				      ',', &im->csv, err)
			   : rc;
}

/* --- the heading --- */

/* "Supplier No." -> "supplierno". */
static const char *plain_heading(struct arena *arena, const char *s)
{
	char *folded = text_fold(arena, s), *out = folded;

	for (const char *p = folded; *p; p++)
		if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
			*out++ = *p;
	*out = '\0';
	return folded;
}

/* Whether a list of words with blanks between holds the word. */
static bool among(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; len && (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

/* What --map says of a column of the file: our column's name, or NULL. */
static const char *mapped(const struct import *im, const char *heading)
{
	const char *map = cli_value(im->cli, "--map");
	struct arena *arena = im->cli->arena;

	for (size_t len; map && *map; map += len + (map[len] == ',')) {
		len = strcspn(map, ",");
		const char *pair = arena_strndup(arena, map, len);
		const char *is = strrchr(pair, '=');
		if (is &&
		    strcmp(plain_heading(arena, arena_strndup(arena, pair,
							      (size_t)(is - pair))),
			   heading) == 0)
			return is + 1;
	}
	return NULL;
}

static bool fits(const struct import *im, const struct target *t, const char *heading,
		 const char *by_map, bool exact)
{
	if (by_map)
		return strcmp(t->name, by_map) == 0;
	if (exact)
		return strcmp(plain_heading(im->cli->arena, t->name), heading) == 0;
	return among(t->headings, heading);
}

/* Columns called like ours first, then those called otherwise. */
static void match_headings(struct import *im, const char **plain, bool exact)
{
	for (size_t h = 0; h < im->n_heading; h++) {
		const char *by_map = plain[h] ? mapped(im, plain[h]) : NULL;
		for (size_t t = 0; plain[h] && t < im->n_targets; t++)
			if (im->targets[t].at < 0 &&
			    fits(im, &im->targets[t], plain[h], by_map, exact)) {
				im->targets[t].at = (long)h;
				plain[h] = NULL;
			}
	}
}

static enum rc check_headings(struct import *im, struct err *err)
{
	struct strbuf missing;

	strbuf_init(&missing, im->cli->arena);
	for (size_t t = 0; t < im->n_targets; t++)
		if (im->targets[t].needed && im->targets[t].at < 0)
			strbuf_addf(&missing, "%s%s", missing.len ? ", " : "",
				    im->targets[t].name);
	if (!missing.len)
		return RC_OK;
	return err_set(err, RC_FAIL,
		       "%s: no column is called %s. `intray master kinds` names the "
		       "columns; --map \"THEIRS=OURS\" says which is which",
		       im->source, missing.text);
}

static enum rc take_heading(struct import *im, struct err *err)
{
	struct arena *arena = im->cli->arena;
	struct csv_record record;
	bool got;
	enum rc rc = csv_next(im->csv, &record, &got, err);

	if (rc != RC_OK)
		return rc;
	if (!got || record.problem)
		return err_set(err, RC_FAIL, "%s has no heading", im->source);
	const char **plain = arena_alloc_n(arena, record.n_fields, sizeof(*plain));
	im->n_heading = record.n_fields;
	im->heading = arena_alloc_n(arena, record.n_fields, sizeof(*im->heading));
	for (size_t h = 0; h < record.n_fields; h++) {
		im->heading[h] =
			text_clean(arena, record.fields[h], strlen(record.fields[h]));
		plain[h] = plain_heading(arena, im->heading[h]);
	}
	match_headings(im, plain, true);
	match_headings(im, plain, false);
	for (size_t h = 0; h < im->n_heading; h++)
		if (plain[h] && *im->heading[h])
			*arena_push(arena, im->unused, im->n_unused, im->cap_unused) =
				im->heading[h];
	return check_headings(im, err);
}

static enum rc load_targets(struct import *im, struct err *err)
{
	struct db_rows rows;
	enum rc rc = db_query(im->cdb.db, "import_cells", &im->kind, 1, im->cli->arena,
			      &rows, err);

	if (rc != RC_OK)
		return rc;
	im->n_targets = rows.n_rows;
	im->targets = arena_alloc_n(im->cli->arena, rows.n_rows, sizeof(*im->targets));
	for (size_t i = 0; i < rows.n_rows; i++)
		im->targets[i] = (struct target){
			.name = rows_value(&rows, i, "name"),
			.type = rows_value(&rows, i, "type"),
			.headings = rows_value(&rows, i, "headings"),
			.needed = strcmp(rows_value(&rows, i, "needed"), "t") == 0,
			.key = strcmp(rows_value(&rows, i, "is_key"), "t") == 0,
			.at = -1};
	return RC_OK;
}

/* --- rows --- */

static void refuse(struct import *im, int64_t line, const char *field,
		   const char *reason)
{
	if (json_array_size(im->refusals) < REFUSALS_KEPT)
		json_array_append_new(im->refusals, json_pack("{s:I, s:s, s:s}", "row",
							      (json_int_t)line, "field",
							      field, "reason", reason));
}

/* In COPY's text format a backslash is the only one of our characters that needs one.
 */
static void add_cell(struct strbuf *line, const char *value)
{
	if (!value) {
		strbuf_add(line, "\t\\N");
		return;
	}
	strbuf_add(line, "\t");
	for (size_t n; *value; value += n) {
		n = strcspn(value, "\\");
		strbuf_add_n(line, value, n);
		if (value[n]) {
			strbuf_add(line, "\\\\");
			n++;
		}
	}
}

/* The values in the order of the targets; false: the row is refused. */
static bool check_cells(struct import *im, const struct csv_record *record,
			const char **values)
{
	bool fine = true;

	for (size_t t = 0; t < im->n_targets; t++) {
		const struct target *to = &im->targets[t];
		const char *reason = NULL;
		values[t] = NULL;
		if (to->at < 0)
			continue;
		values[t] = cell_value(im->row_arena, &im->style, to->type,
				       record->fields[to->at], &reason);
		if (!values[t] && !reason && to->needed)
			reason = "is empty";
		if (reason)
			refuse(im, record->line, im->heading[to->at], reason);
		fine &= !reason;
	}
	return fine;
}

/* Trailing separators are no columns; a row that lacks some may lack any of them. */
static const char *ragged(const struct import *im, const struct csv_record *record)
{
	size_t n = record->n_fields;

	while (n > im->n_heading && !*record->fields[n - 1])
		n--;
	if (n == im->n_heading)
		return NULL;
	return arena_printf(im->row_arena, "has %zu columns, the heading has %zu",
			    record->n_fields, im->n_heading);
}

/* Those cells of a ragged row that stand where its key would. */
static void take_key(struct import *im, const struct csv_record *record,
		     const char **values)
{
	const char *reason;

	for (size_t t = 0; t < im->n_targets; t++) {
		const struct target *to = &im->targets[t];
		bool there = to->at >= 0 && (size_t)to->at < record->n_fields;
		values[t] = there ? cell_value(im->row_arena, &im->style, to->type,
					       record->fields[to->at], &reason)
				  : NULL;
	}
}

static enum rc send_row(struct import *im, const struct csv_record *record,
			bool is_ragged, struct err *err)
{
	struct strbuf line;
	const char **values =
		arena_alloc_n(im->row_arena, im->n_targets, sizeof(*values));
	bool fine = !is_ragged && check_cells(im, record, values);

	if (is_ragged)
		take_key(im, record, values);
	im->refused += !fine;
	strbuf_init(&line, im->row_arena);
	strbuf_addf(&line, "%lld\t%c", (long long)record->line, fine ? 'f' : 't');
	for (size_t t = 0; t < im->n_targets; t++)
		add_cell(&line, fine || im->targets[t].key ? values[t] : NULL);
	strbuf_add(&line, "\n");
	return db_import_rows(im->cdb.db, line.text, line.len, err);
}

static void show_progress(struct import *im)
{
	char note[40];

	snprintf(note, sizeof(note), "%ld rows", im->rows);
	progress_step(&im->progress, im->size ? (long)(im->sent >> 10) : im->rows,
		      im->size ? note : NULL);
}

static enum rc send_rows(struct import *im, struct err *err)
{
	struct csv_record record;
	bool got;

	for (;;) {
		enum rc rc = csv_next(im->csv, &record, &got, err);
		if (rc != RC_OK || !got)
			return rc;
		arena_reset(im->row_arena);
		im->rows++;
		const char *problem =
			record.problem ? record.problem : ragged(im, &record);
		if (problem)
			refuse(im, record.line, "", problem);
		if (record.problem) {
			im->refused++;
			im->unread = im->unread ? im->unread : record.line;
		} else if ((rc = send_row(im, &record, problem != NULL, err)) !=
			   RC_OK) {
			return rc;
		}
		if (im->rows % 500 == 0)
			show_progress(im);
	}
}

/* --- the merge and its report --- */

static enum rc merge(struct import *im, json_t **report, struct err *err)
{
	struct arena *arena = im->cli->arena;
	struct db_rows rows;
	struct strbuf given;
	char *refusals = json_dumps(im->refusals, JSON_COMPACT);

	strbuf_init(&given, arena);
	for (size_t t = 0; t < im->n_targets; t++)
		if (im->targets[t].at >= 0)
			strbuf_addf(&given, "%s%s", given.len ? "," : "{",
				    im->targets[t].name);
	strbuf_add(&given, "}");
	const char *params[] = {im->kind,
				im->client,
				im->source,
				im->sha256[0] ? im->sha256 : NULL,
				given.text,
				refusals,
				arena_printf(arena, "%ld", im->refused),
				arena_printf(arena, "%ld", im->rows),
				cli_value(im->cli, "--full") ? "t" : "f",
				cli_value(im->cli, "--allow-mass") ? "t" : "f"};
	enum rc rc = db_query(im->cdb.db, "import_merge", params, N_OF(params), arena,
			      &rows, err);
	free(refusals);
	if (rc == RC_OK)
		*report = json_loads(rows.values[0][0], 0, NULL);
	return rc;
}

/* What a line names that cannot be read would become inactive. */
static enum rc check_unread(struct import *im, struct err *err)
{
	if (!im->unread || !cli_value(im->cli, "--full") ||
	    cli_value(im->cli, "--allow-mass"))
		return RC_OK;
	return err_set(err, RC_FAIL,
		       "row %lld of %s cannot be read, so nobody knows what it names: "
		       "nothing is changed; correct it, or leave out --full",
		       (long long)im->unread, im->source);
}

static enum rc run_import(struct import *im, json_t **report, struct err *err)
{
	bool dry = cli_value(im->cli, "--dry-run") != NULL;
	enum rc rc = load_targets(im, err);

	if (rc == RC_OK)
		rc = take_heading(im, err);
	if (rc == RC_OK)
		rc = db_import_begin(im->cdb.db, im->kind, im->client, err);
	if (rc != RC_OK)
		return rc;
	progress_begin(&im->progress, "importing", (long)(im->size >> 10));
	rc = send_rows(im, err);
	if (rc == RC_OK)
		rc = check_unread(im, err);
	if (rc == RC_OK)
		rc = db_import_staged(im->cdb.db, err);
	progress_step(&im->progress, (long)(im->size >> 10), "merging");
	if (rc == RC_OK)
		rc = merge(im, report, err);
	progress_end(&im->progress);
	return rc == RC_OK ? db_import_end(im->cdb.db, !dry, err) : rc;
}

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

static long count_of(const json_t *report, const char *key)
{
	return (long)json_integer_value(json_object_get(report, key));
}

static void print_report(const struct import *im, const json_t *report)
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
	       im->rows, im->rows == 1 ? "" : "s", count_of(report, "added"),
	       count_of(report, "changed"), count_of(report, "unchanged"),
	       count_of(report, "refused"), count_of(report, "deactivated"),
	       dry ? "\nA dry run: nothing of it was done." : "");
	for (size_t i = 0; i < im->n_unused; i++)
		printf("%s%s%s", i ? ", " : "Not used: ", im->unused[i],
		       i + 1 == im->n_unused ? "\n" : "");
	print_list(im->cli, "Refused", json_object_get(report, "refusals"),
		   REFUSALS_SHOWN, import_refusal_columns,
		   N_OF(import_refusal_columns));
	print_list(im->cli, "Changed", json_object_get(report, "changes"),
		   CHANGES_SHOWN, import_change_columns, N_OF(import_change_columns));
}

static json_t *report_json(const struct import *im, json_t *take_report)
{
	json_t *unused = json_array();

	for (size_t i = 0; i < im->n_unused; i++)
		json_array_append_new(unused, json_string(im->unused[i]));
	json_object_set_new(take_report, "unused", unused);
	json_object_set_new(take_report, "dry_run",
			    json_boolean(cli_value(im->cli, "--dry-run") != NULL));
	return take_report;
}

/* --- the command --- */

static bool read_style(struct import *im)
{
	const char *dates = cli_value(im->cli, "--dates"),
		   *decimal = cli_value(im->cli, "--decimal");

	im->style = (struct cell_style){.day_first = -1};
	if (dates && strcmp(dates, "day-first") != 0 &&
	    strcmp(dates, "month-first") != 0) {
		cli_complain(im->cli, "--dates is day-first or month-first");
		return false;
	}
	if (decimal && strcmp(decimal, ".") != 0 && strcmp(decimal, ",") != 0) {
		cli_complain(im->cli, "--decimal is . or ,");
		return false;
	}
	if (dates)
		im->style.day_first = *dates == 'd';
	if (decimal)
		im->style.decimal = *decimal;
	return true;
}

static bool find_client(struct import *im)
{
	im->client = cli_value(im->cli, "--client");
	if (!im->client && im->cdb.settings.n_clients == 1)
		im->client = im->cdb.settings.clients[0].code;
	if (!im->client)
		cli_complain(im->cli, "say whose it is: --client CODE");
	return im->client != NULL;
}

static void close_import(struct import *im)
{
	csv_close(&im->csv);
	cli_db_close(&im->cdb);
	cli_db_close(&im->table);
	arena_free(&im->row_arena);
	json_decref(im->refusals);
	fd_close(&im->fd);
}

int import_file(struct cli *cli, const char *kind, const char *file)
{
	__attribute__((cleanup(close_import))) struct import im = {
		.cli = cli,
		.kind = kind,
		.fd = -1,
		.refusals = json_array(),
		.row_arena = arena_new(),
	};
	const char *table = cli_value(cli, "--from-table");
	json_t *report = NULL;
	struct err err;

	if (!file == !table) {
		cli_complain(cli, "name a file, or a table with --from-table");
		return CLI_USAGE;
	}
	im.source = file ? file : table;
	if (!read_style(&im))
		return CLI_USAGE;
	if (!cli_db_open(cli, &im.cdb))
		return CLI_CANNOT;
	if (!find_client(&im))
		return CLI_USAGE;
	enum rc rc = file ? open_file(&im, file, &err) : open_table(&im, table, &err);
	if (rc == RC_OK) {
		im.style.list_separator = csv_separator(im.csv) == ';' ? '|' : ';';
		rc = run_import(&im, &report, &err);
	}
	if (rc != RC_OK)
		return cli_cannot(cli, &err);
	long refused = count_of(report, "refused");
	if (cli->json) {
		cli_print_json(report_json(&im, report));
	} else {
		print_report(&im, report);
		json_decref(report);
	}
	return refused ? CLI_ATTENTION : CLI_FINE;
}
