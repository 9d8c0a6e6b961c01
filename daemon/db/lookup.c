/* lookup.c - what the business already knows, for the checks that a document type
 * names.
 *
 * "duplicate" holds when no other live document of the client has the same seller and
 * number (or merchant, date, total and number). Every other check is "not applicable"
 * until its master data is here. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "learning.h"

struct lookup_ctx {
	struct db *db;
	struct arena *arena;
	const char *document;
};

const char *header_values(struct arena *arena, const struct doc *doc)
{
	json_t *values = json_object();

	for (size_t i = 0; i < doc->n_fields; i++)
		if (doc->fields[i].line == 0 && doc->fields[i].value)
			json_object_set_new(values, doc->fields[i].path,
					    json_string(doc->fields[i].value));
	char *text = json_dumps(values, JSON_COMPACT);
	json_decref(values);
	if (!text)
		die("out of memory");
	const char *copy = arena_strdup(arena, text);
	free(text);
	return copy;
}

static enum rc check_duplicate(struct lookup_ctx *ctx, const struct doc *doc,
			       bool *applies, bool *holds, const char **detail,
			       struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {ctx->document, doc->type,
				header_values(ctx->arena, doc)};
	enum rc rc = db_run(ctx->db, "duplicate_of", params, N_PARAMS(params), &r, err);

	if (rc != RC_OK)
		return rc;
	*applies = PQntuples(r) > 0 && row_int(r, 0, 0) > 0;
	*holds = *applies && !row_text(r, 0, 1);
	if (*applies && !*holds)
		*detail = arena_strdup(ctx->arena, row_text(r, 0, 1));
	return RC_OK;
}

static const struct {
	const char *name;
	enum rc (*check)(struct lookup_ctx *ctx, const struct doc *doc, bool *applies,
			 bool *holds, const char **detail, struct err *err);
} checks[] = {
	{"duplicate", check_duplicate},
};

static enum rc check(void *ctx, const char *name, const struct doc *doc, bool *applies,
		     bool *holds, const char **detail, struct err *err)
{
	*applies = *holds = false;
	*detail = NULL;
	for (size_t i = 0; i < N_PARAMS(checks); i++)
		if (strcmp(checks[i].name, name) == 0)
			return checks[i].check(ctx, doc, applies, holds, detail, err);
	return RC_OK;
}

static enum rc suppliers(void *ctx, const struct doc *doc, struct known_site **sites,
			 size_t *n, struct err *err)
{
	struct lookup_ctx *own = ctx;

	return candidates_find(own->db, own->document, doc, sites, n, err);
}

struct lookup *db_lookup(struct db *db, const struct job *job, struct arena *arena)
{
	struct lookup_ctx *ctx = arena_alloc(arena, sizeof(*ctx));
	struct lookup *lookup = arena_alloc(arena, sizeof(*lookup));

	*ctx = (struct lookup_ctx){db, arena, arena_strdup(arena, job->document)};
	*lookup = (struct lookup){.ctx = ctx, .check = check, .suppliers = suppliers};
	return lookup;
}
