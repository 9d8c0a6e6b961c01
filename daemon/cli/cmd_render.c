/* cmd_render.c - `intray render --format F DOCUMENT...`: documents as the ERP would get
 * them, to look at before a door is opened, or to try a mapping.
 *
 * A DOCUMENT is a control number (or UUID): its last offer is rendered, or its values
 * as they stand, with what the masters know of it. Or it is a file NAME.truth.json,
 * which needs no database. Findings go to standard error; what a format can't hold is
 * left out, and the exit status says so. Nothing is changed and nothing is handed over:
 * control numbers of claim files are the caller's. */
#include "render.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../deliver/render_load.h"
#include "database.h"
#include "exchange_file.h"
#include "proc.h"
#include "text.h"
#include "truth.h"

#define SUFFIX ".truth.json"

struct trial {
	struct cli *cli;
	enum render_format format;
	struct render_settings settings;
	struct render_edi edi;
	struct render_item *items;
	size_t n, cap;
	/* From the first document of the database on: */
	struct cli_db cdb;
	bool opened;
	struct schema_set *schemas;
	struct store *store;
	const char *client; /* whose masters are loaded */
};

static void trial_close(struct trial *trial)
{
	if (trial->opened)
		cli_db_close(&trial->cdb);
	schema_set_free(&trial->schemas);
	store_close(&trial->store);
}
#define AUTO_TRIAL __attribute__((cleanup(trial_close))) struct trial

/* --- documents of files ----------------------------------------------- */

static enum rc add_truth(struct trial *trial, const char *path, struct err *err)
{
	struct arena *arena = trial->cli->arena;
	const char *base = strrchr(path, '/');
	size_t len;
	char *bytes;
	struct truth truth;
	enum rc rc = file_read(AT_FDCWD, path, 16 << 20, arena, &bytes, &len, err);

	if (rc == RC_OK)
		rc = truth_parse(bytes, len, arena, &truth, err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "%s", path);
	base = base ? base + 1 : path;
	*arena_push(arena, trial->items, trial->n, trial->cap) = (struct render_item){
		.doc = truth_doc(&truth, arena),
		.control_number =
			arena_strndup(arena, base, strlen(base) - strlen(SUFFIX)),
		.revision = 1,
	};
	return RC_OK;
}

/* --- documents of the database ---------------------------------------- */

static enum rc open_database(struct trial *trial, struct err *err)
{
	if (trial->opened)
		return RC_OK;
	trial->opened = cli_db_open(trial->cli, &trial->cdb);
	if (!trial->opened)
		return err_set(err, RC_FAIL, "no database");
	trial->schemas = schema_set_new();
	return db_schemas(trial->cdb.db, trial->schemas, err);
}

/* Claims of one interchange are of one client. */
static enum rc load_masters(struct trial *trial, const char *client, struct err *err)
{
	if (trial->format != RENDER_837P || trial->settings.edi->payers)
		return RC_OK;
	if (trial->client && strcmp(trial->client, client) != 0)
		return err_set(err, RC_FAIL,
			       "claims of %s and %s can't be in one interchange",
			       trial->client, client);
	if (trial->client)
		return RC_OK;
	trial->client = client;
	return db_render_edi(trial->cdb.db, client, trial->cli->arena, &trial->edi,
			     err);
}

static enum rc load_paper(struct trial *trial, const char *document,
			  struct render_item *item, struct err *err)
{
	struct db *db = trial->cdb.db;
	struct render_origin from;
	enum rc rc = db_render_origin(db, document, trial->cli->arena, &from, err);

	if (rc == RC_OK && trial->store == NULL)
		rc = store_open(trial->cdb.settings.store_dir, &trial->store, err);
	if (rc == RC_OK)
		rc = db_load_pages(db, document, item->doc, err);
	return rc == RC_OK ? render_load_pictures(trial->store, &from, item, err) : rc;
}

static enum rc load_more(struct trial *trial, const struct db_rows *row,
			 struct render_item *item, struct err *err)
{
	const char *document = rows_value(row, 0, "id");
	struct db *db = trial->cdb.db;
	enum rc rc = load_masters(trial, rows_value(row, 0, "client"), err);

	if (rc == RC_OK)
		rc = db_render_facts(db, document, trial->cli->arena, &item->facts,
				     &item->n_facts, err);
	if (rc == RC_OK && trial->settings.evidence)
		rc = render_load_evidence(db, document, item->doc, err);
	return rc == RC_OK && trial->format == RENDER_PDF
		       ? load_paper(trial, document, item, err)
		       : rc;
}

static enum rc add_document(struct trial *trial, const char *name, struct err *err)
{
	struct arena *arena = trial->cli->arena;
	struct render_item *item;
	struct db_rows row;
	const char *instance;
	enum rc rc = open_database(trial, err);

	if (rc == RC_OK)
		rc = db_query(trial->cdb.db, "render_document", &name, 1, arena, &row,
			      err);
	if (rc != RC_OK)
		return rc;
	instance = rows_value(&row, 0, "instance");
	item = arena_push(arena, trial->items, trial->n, trial->cap);
	*item = (struct render_item){
		.control_number = rows_value(&row, 0, "control_number"),
		.revision = (int)strtol(rows_value(&row, 0, "revision"), NULL, 10),
	};
	if (instance == NULL && trial->format != RENDER_PDF)
		return err_set(err, RC_FAIL,
			       "%s is not finished: there is nothing to hand over yet",
			       item->control_number);
	if (instance)
		rc = render_open(trial->schemas, instance, strlen(instance), arena,
				 &item->doc, err);
	else
		item->doc = doc_new(arena);
	return rc == RC_OK ? load_more(trial, &row, item, err) : rc;
}

/* --- settings --------------------------------------------------------- */

/* By its name, as in a door's section, of those that are installed. */
static enum rc take_installed_mapping(struct trial *trial, const char *name,
				      struct err *err)
{
	struct render_mapping *mapping;
	struct settings settings;

	enum rc rc =
		settings_load(trial->cli->config, trial->cli->arena, &settings, err);
	if (rc == RC_OK)
		rc = render_mapping_load(settings.mapping_dir, name, trial->cli->arena,
					 &mapping, err);
	if (rc == RC_OK)
		trial->settings.mapping = mapping;
	return rc;
}

static enum rc take_mapping(struct trial *trial, struct err *err)
{
	const char *name = cli_value(trial->cli, "--mapping");
	struct render_mapping *mapping;
	struct arena *arena = trial->cli->arena;
	char *text;
	size_t len;
	enum rc rc;

	if (trial->format != RENDER_CSV)
		return RC_OK;
	if (name == NULL)
		return err_set(err, RC_FAIL,
			       "--format csv needs --mapping FILE or NAME");
	if (!strpbrk(name, "/.") && access(name, F_OK) != 0)
		return take_installed_mapping(trial, name, err);
	rc = file_read(AT_FDCWD, name, 1 << 20, arena, &text, &len, err);
	if (rc == RC_OK)
		rc = render_mapping_parse(name, text, len, arena, &mapping, err);
	if (rc == RC_OK)
		trial->settings.mapping = mapping;
	return rc;
}

static enum rc take_exchange(struct trial *trial, struct err *err)
{
	const char *path = cli_value(trial->cli, "--exchange");
	struct arena *arena = trial->cli->arena;
	time_t now = time(NULL);
	struct tm tm;
	char day[16], hour[8];

	trial->settings.edi = &trial->edi;
	trial->edi.interchange = 1;
	gmtime_r(&now, &tm);
	strftime(day, sizeof day, "%Y-%m-%d", &tm);
	strftime(hour, sizeof hour, "%H:%M", &tm);
	trial->edi.date = arena_strdup(arena, day);
	trial->edi.time = arena_strdup(arena, hour);
	return path ? exchange_file_load(path, arena, &trial->edi, err) : RC_OK;
}

/* --- what comes out --------------------------------------------------- */

static enum rc write_file(const char *dir, const struct rendered *file,
			  struct arena *arena, struct err *err)
{
	const char *path = arena_printf(arena, "%s/%s", dir, file->name);
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	const char *at = file->bytes;
	size_t left = file->len;

	if (fd < 0)
		return err_errno(err, RC_FAIL, "%s", path);
	while (left > 0) {
		ssize_t n = write(fd, at, left);

		if (n < 0)
			return err_errno(err, RC_FAIL, "write %s", path);
		at += n;
		left -= (size_t)n;
	}
	return RC_OK;
}

static enum rc put_out(struct trial *trial, const struct rendered *files, size_t n,
		       struct err *err)
{
	const char *dir = cli_value(trial->cli, "--out");
	enum rc rc = RC_OK;

	if (dir == NULL && n > 1)
		return err_set(err, RC_FAIL,
			       "these are %zu files: name a folder with --out", n);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		if (dir)
			rc = write_file(dir, &files[i], trial->cli->arena, err);
		else
			fwrite(files[i].bytes, 1, files[i].len, stdout);
	return rc;
}

/* How many were left out. */
static size_t tell_findings(const struct trial *trial)
{
	size_t left_out = 0;

	for (size_t i = 0; i < trial->n; i++) {
		const struct render_item *item = &trial->items[i];

		left_out += !item->rendered;
		for (size_t k = 0; k < item->doc->n_findings; k++)
			fprintf(stderr, "%s: %s: %s\n", item->control_number,
				item->doc->findings[k].severity == SEVERITY_STOP
					? "left out"
					: "note",
				item->doc->findings[k].text);
	}
	return left_out;
}

/* --- the command ------------------------------------------------------ */

static int render_all(struct trial *trial)
{
	struct rendered *files;
	struct err err = {0};
	enum rc rc = take_mapping(trial, &err);
	size_t n, left_out;

	if (rc == RC_OK)
		rc = take_exchange(trial, &err);
	for (size_t i = 0; rc == RC_OK && i < trial->cli->n_args; i++)
		rc = text_ends(trial->cli->args[i], SUFFIX)
			     ? add_truth(trial, trial->cli->args[i], &err)
			     : add_document(trial, trial->cli->args[i], &err);
	if (rc == RC_OK)
		rc = render(trial->format, trial->items, trial->n, &trial->settings,
			    trial->cli->arena, &files, &n, &err);
	if (rc != RC_OK)
		return cli_cannot(trial->cli, &err);
	left_out = tell_findings(trial);
	rc = put_out(trial, files, n, &err);
	if (rc != RC_OK)
		return cli_cannot(trial->cli, &err);
	return left_out ? CLI_ATTENTION : CLI_FINE;
}

static int run(struct cli *cli)
{
	AUTO_TRIAL trial = {.cli = cli};
	const char *format = cli_value(cli, "--format");

	if (format == NULL || !render_format_find(format, &trial.format)) {
		cli_complain(cli, "expected --format ubl, csv, json, 837p or pdf");
		return CLI_USAGE;
	}
	trial.settings.evidence = cli_value(cli, "--evidence") != NULL;
	return render_all(&trial);
}

static const struct cli_option options[] = {
	{"--format", "F", "ubl, csv, json, 837p or pdf"},
	{"--mapping", "FILE",
	 "csv: what feeds each column: NAME.map, or an installed one (odoo)"},
	{"--exchange", "FILE",
	 "837p: parties, payers and providers instead of the masters"},
	{"--evidence", NULL, "json: where each value stood, too"},
	{"--out", "DIR", "write files there instead of one to standard output"},
	{NULL, NULL, NULL},
};

const struct command command_render = {
	.name = "render",
	.summary = "Show documents as the ERP would get them",
	.arguments = "DOCUMENT...",
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.more = "A DOCUMENT is a control number, a UUID, or a file NAME.truth.json. "
		"What a "
		"format\n"
		"can't hold is left out, and said. Exit status: 0 all are rendered, 1 "
		"some "
		"were left\n"
		"out, 3 could not do it. Nothing is handed over.\n\n"
		"examples:\n"
		"  intray render --format ubl ACME-261122-0042\n"
		"  intray render --format csv --mapping odoo --out /tmp "
		"ACME-261122-0042\n"
		"  intray render --format pdf --out . ACME-261122-0042",
	.run = run,
};
