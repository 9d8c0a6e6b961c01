/* cmd_verify.c - `intray verify`: is everything that ever came in accounted for?
 *
 * Four books are compared: the database's own (every drop has a document, every
 * document in a state where something happens next has somebody to do it), the store
 * (every blob the database names is there and has its hash), the trays (what lies there
 * is waiting, claimed or known) and the counts (documents per state add up). What does
 * not fit is printed with the document it concerns; then the exit status is 1. It
 * changes nothing and may run while the daemon works. */
#include "verify.h"

#include "store.h"

void verify_complain(struct verify *v, const char *what, const char *fmt, ...)
{
	va_list ap;
	const char **row = table_row(&v->problems);

	va_start(ap, fmt);
	row[0] = what;
	row[1] = arena_vprintf(v->arena, fmt, ap);
	va_end(ap);
}

/* --- the database's own book
 * ---------------------------------------------------------- */

static bool verify_documents(struct verify *v)
{
	struct db_rows rows;

	if (!cli_db_rows(v->cdb, "verify_documents", NULL, 0, &rows))
		return false;
	for (size_t i = 0; i < rows.n_rows; i++)
		verify_complain(v, rows_value(&rows, i, "what"), "%s",
				rows_value(&rows, i, "problem"));
	return true;
}

static bool verify_counts(struct verify *v)
{
	struct db_rows counts, states;
	long sum = 0;

	if (!cli_db_rows(v->cdb, "verify_counts", NULL, 0, &counts) ||
	    !cli_db_rows(v->cdb, "verify_states", NULL, 0, &states))
		return false;
	v->drops = strtol(rows_value(&counts, 0, "drops"), NULL, 10);
	v->documents = strtol(rows_value(&counts, 0, "documents"), NULL, 10);
	for (size_t i = 0; i < states.n_rows; i++) {
		const char **row = table_row(&v->states);
		row[0] = rows_value(&states, i, "state");
		row[1] = rows_value(&states, i, "documents");
		row[2] = rows_value(&states, i, "title");
		sum += strtol(row[1], NULL, 10);
	}
	long with = strtol(rows_value(&counts, 0, "drops_with_document"), NULL, 10);
	if (with != v->drops)
		verify_complain(v, "counts", "%ld drops, but only %ld have a document",
				v->drops, with);
	if (sum != v->documents)
		verify_complain(
			v, "counts",
			"%ld documents, but %ld in states (run again: it may have been "
			"counted while something moved)",
			v->documents, sum);
	return true;
}

/* --- the store
 * ------------------------------------------------------------------------ */

static const char *users_of(struct verify *v, const char *client, const char *hash)
{
	const char *params[] = {client, hash};
	struct db_rows rows;
	struct strbuf names;

	strbuf_init(&names, v->arena);
	if (cli_db_rows(v->cdb, "verify_blob_users", params, N_OF(params), &rows))
		for (size_t i = 0; i < rows.n_rows; i++)
			strbuf_addf(&names, "%s%s", i ? " " : "", rows.values[i][0]);
	return names.len ? names.text : hash;
}

/* RC_RETRY: the store itself cannot be read now. */
static enum rc verify_blob(struct verify *v, struct store *store, const char *client,
			   const char *hash, struct err *err)
{
	enum rc rc = RC_OK;

	if (!v->quick)
		rc = store_verify(store, client, hash, err);
	else if (!store_has(store, client, hash))
		rc = err_set(err, RC_FAIL, "blob %s of %s is missing", hash, client);
	if (rc != RC_FAIL)
		return rc;
	verify_complain(v, users_of(v, client, hash), "%s", err->text);
	return RC_OK;
}

static bool verify_store(struct verify *v)
{
	struct store *store = NULL;
	struct progress progress;
	struct db_rows rows;
	struct err err;

	if (!cli_db_rows(v->cdb, "verify_blobs", NULL, 0, &rows))
		return false;
	v->blobs = (long)rows.n_rows;
	enum rc rc = store_open(v->cdb->settings.store_dir, &store, &err);
	progress_begin(&progress, "checking blobs", v->blobs);
	for (size_t i = 0; rc == RC_OK && i < rows.n_rows; i++) {
		rc = verify_blob(v, store, rows.values[i][0], rows.values[i][1], &err);
		progress_step(&progress, (long)i + 1, NULL);
	}
	progress_end(&progress);
	store_close(&store);
	if (rc != RC_OK)
		cli_complain(v->cdb->cli, "%s", err.text);
	return rc == RC_OK;
}

/* --- what came out
 * -------------------------------------------------------------------- */

static const struct column problem_columns[] = {
	{"What", "what", COLUMN_TEXT},
	{"Problem", "problem", COLUMN_LONG},
};
static const struct column state_columns[] = {
	{"State", "state", COLUMN_TEXT},
	{"Documents", "documents", COLUMN_NUMBER},
	{"Meaning", "title", COLUMN_LONG},
};

static void print_for_people(const struct verify *v)
{
	printf("%ld drops became %ld documents:\n", v->drops, v->documents);
	table_print(&v->states, stdout, 0);
	printf("\n%ld blobs %s.\n", v->blobs,
	       v->quick ? "looked for" : "read and compared");
	printf("In the trays: %ld waiting, %ld claimed and not yet recorded, %ld "
	       "recorded and "
	       "not yet removed,\n  %ld kept in quarantine, %ld ignored by name.\n",
	       v->waiting, v->claimed, v->recorded, v->quarantined, v->ignored);
	if (v->problems.n_rows == 0) {
		printf("\nEverything is accounted for.\n");
		return;
	}
	printf("\nNot accounted for:\n");
	table_print(&v->problems, stdout, 0);
}

static void print_json(const struct verify *v)
{
	cli_print_json(json_pack(
		"{s:b, s:i, s:i, s:i, s:o, s:{s:i, s:i, s:i, s:i, s:i}, s:o}",
		"accounted_for", v->problems.n_rows == 0, "drops", (int)v->drops,
		"documents", (int)v->documents, "blobs", (int)v->blobs, "states",
		table_json(&v->states), "trays", "waiting", (int)v->waiting, "claimed",
		(int)v->claimed, "recorded", (int)v->recorded, "quarantined",
		(int)v->quarantined, "ignored", (int)v->ignored, "problems",
		table_json(&v->problems)));
}

static int run(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct verify v = {.cdb = &cdb,
			   .arena = cli->arena,
			   .quick = cli_value(cli, "--quick") != NULL};

	if (!cli_db_open(cli, &cdb))
		return CLI_CANNOT;
	table_init(&v.problems, cli->arena, problem_columns, N_OF(problem_columns));
	table_init(&v.states, cli->arena, state_columns, N_OF(state_columns));
	/* Trays before the database: a file that is taken in between is then found
	 * twice, never nowhere. */
	if (!verify_trays(&v) || !verify_counts(&v) || !verify_documents(&v) ||
	    !verify_store(&v))
		return CLI_CANNOT;
	if (cli->json)
		print_json(&v);
	else
		print_for_people(&v);
	return v.problems.n_rows ? CLI_ATTENTION : CLI_FINE;
}

static const struct cli_option options[] = {
	{"--quick", NULL, "look whether blobs are there, do not read them"},
	{NULL, NULL, NULL},
};

const struct command command_verify = {
	.name = "verify",
	.summary = "Prove that every file that came in is accounted for",
	.options = options,
	.more = "Compares drops, documents, jobs, tasks, offers, the store (every hash "
		"is\n"
		"computed again) and the trays. Exit status: 0 everything is accounted "
		"for, 1\n"
		"something is not (it is listed), 3 could not look. It changes "
		"nothing.\n\n"
		"examples:\n"
		"  intray verify\n"
		"  intray verify --quick --json | jq .problems",
	.run = run,
};
