/* master.c - asks the database whose document it is and to whom it is addressed.
 *
 * The database decides (sql/api/62_match.sql) and changes nothing; its answer is for
 * the checks. What comes of it is stored with the document by the function that saves
 * it, which asks the same question again of the values it saves. */
#include "master.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "learning.h"

static enum match_state state_named(const char *name)
{
	static const struct {
		const char *name;
		enum match_state state;
	} states[] = {{"sure", MATCH_SURE},
		      {"ambiguous", MATCH_AMBIGUOUS},
		      {"unknown", MATCH_UNKNOWN}};

	for (size_t i = 0; i < N_PARAMS(states); i++)
		if (strcmp(states[i].name, name) == 0)
			return states[i].state;
	die("a match that is %s", name);
}

/* The columns of sql/query/{worker,desk}/match_*.sql, in order. */
static void take(const PGresult *r, struct arena *arena, struct match *out)
{
	*out = (struct match){.state = MATCH_NONE, .candidates = ""};
	if (PQntuples(r) == 0)
		return;
	out->state = state_named(row_text(r, 0, 0));
	out->id = row_int(r, 0, 1);
	out->number = arena_strdup(arena, row_text(r, 0, 2));
	out->name = arena_strdup(arena, row_text(r, 0, 3));
	out->score = (float)row_real(r, 0, 4);
	out->reason = arena_strdup(arena, row_text(r, 0, 5));
	out->candidates = arena_strdup(arena, row_text(r, 0, 6));
}

enum rc supplier_match(struct db *db, const char *document, const struct doc *doc,
		       struct match *out, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	AUTO_ARENA scratch = arena_new();
	const char *params[] = {document, doc->type, header_values(scratch, doc),
				evidence_keys(scratch, doc)};
	enum rc rc = db_run(db, "match_supplier", params, N_PARAMS(params), &r, err);

	if (rc == RC_OK)
		take(r, doc->arena, out);
	return rc;
}

enum rc company_match(struct db *db, const char *document, const struct doc *doc,
		      struct match *out, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	AUTO_ARENA scratch = arena_new();
	const char *params[] = {document, doc->type, header_values(scratch, doc)};
	enum rc rc = db_run(db, "match_company", params, N_PARAMS(params), &r, err);

	if (rc == RC_OK)
		take(r, doc->arena, out);
	return rc;
}
