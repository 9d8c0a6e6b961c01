/* import.c - one import: the file's heading is matched to the columns of its kind
 * (import_heading.c), its rows are checked and sent (import_rows.c), and the database
 * merges what came. All of it is one transaction, which a dry run takes back at the
 * end; what ends the program before leaves the master as it was. */
#include "import_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc.h"

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

/* --- the merge --- */

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
	enum rc rc = import_load_targets(im, err);

	if (rc == RC_OK)
		rc = import_take_heading(im, err);
	if (rc == RC_OK)
		rc = db_import_begin(im->cdb.db, im->kind, im->client, err);
	if (rc != RC_OK)
		return rc;
	progress_begin(&im->progress, "importing", (long)(im->size >> 10));
	rc = import_send_rows(im, err);
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

static int cannot(const struct import *im, const struct err *err)
{
	static const char *const statements[] = {"import_cells", "import_begin",
						 "import_merge", "table_as_file",
						 "import"};
	const char *text = err->text;

	for (size_t i = 0; i < N_OF(statements); i++)
		text = cli_db_words(im->cli->arena, text, statements[i]);
	cli_complain(im->cli, "%s", text);
	return CLI_CANNOT;
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
		return cannot(&im, &err);
	long refused = import_count(report, "refused");
	if (cli->json) {
		cli_print_json(import_report_json(&im, report));
	} else {
		import_print_report(&im, report);
		json_decref(report);
	}
	return refused ? CLI_ATTENTION : CLI_FINE;
}
