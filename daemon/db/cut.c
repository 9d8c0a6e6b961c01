/* cut.c - hands in where a scan is cut: one JSON value, one call, one transaction.
 *
 * sql/api/48_batch.sql carries it out. Values of codes come from paper and are made
 * lawful text here. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "text.h"

static json_t *codes_value(const struct separator_piece *piece, struct arena *arena)
{
	json_t *list = json_array();

	for (size_t i = 0; i < piece->n_codes; i++) {
		const struct separator_code *code = &piece->codes[i];
		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:i}", "role",
				  separator_role_name(code->role), "value",
				  text_clean(arena, code->value, strlen(code->value)),
				  "page", code->page));
	}
	return list;
}

static json_t *piece_value(const struct separator_piece *piece, struct arena *arena)
{
	json_t *pages = json_array();

	for (size_t i = 0; i < piece->n_pages; i++)
		json_array_append_new(pages, json_integer(piece->pages[i]));
	return json_pack("{s:o, s:o}", "pages", pages, "codes",
			 codes_value(piece, arena));
}

static const char *plan_text(const struct separator_plan *plan, struct arena *arena)
{
	json_t *pieces = json_array(), *dropped = json_array();

	for (size_t i = 0; i < plan->n_pieces; i++)
		json_array_append_new(pieces, piece_value(&plan->pieces[i], arena));
	for (size_t i = 0; i < plan->n_dropped; i++)
		json_array_append_new(dropped, json_pack("{s:i, s:s}", "page",
							 plan->dropped[i].page, "why",
							 plan->dropped[i].why));
	json_t *all = json_pack("{s:o, s:o}", "pieces", pieces, "dropped", dropped);
	char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
	if (!text)
		die("plan of a cut: out of memory");
	json_decref(all);
	const char *copy = arena_strdup(arena, text);
	free(text);
	return copy;
}

enum rc job_save_cut(struct db *db, const struct job *job,
		     const struct separator_plan *plan, bool *mine, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, job->id), param_int(arena, job->fence),
				plan_text(plan, arena)};
	enum rc rc = db_run(db, "job_save_cut", params, N_PARAMS(params), &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "cut by job %lld", (long long)job->id);
	*mine = row_true(result, 0, 0);
	return RC_OK;
}
