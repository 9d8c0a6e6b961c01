/* import_heading.c - which column of a file is which of ours.
 *
 * A column called like ours is ours; then what other systems call it; --map before
 * both. What is left is told as not used, and nothing is guessed from what a column
 * holds. */
#include "import_run.h"

#include <string.h>

#include "text.h"

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

enum rc import_take_heading(struct import *im, struct err *err)
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

enum rc import_load_targets(struct import *im, struct err *err)
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
