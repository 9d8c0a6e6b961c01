/* query.c - the command line's questions: any statement of sql/query/admin, answered as
 * rows of text. */
#include "conn.h"

enum rc db_query(struct db *db, const char *name, const char *const *params,
		 size_t n_params, struct arena *arena, struct db_rows *out,
		 struct err *err)
{
	AUTO_PGRESULT r = NULL;
	enum rc rc = db_run(db, name, params, n_params, &r, err);

	if (rc != RC_OK)
		return rc;
	out->n_rows = (size_t)PQntuples(r);
	out->n_columns = (size_t)PQnfields(r);
	out->columns = arena_alloc_n(arena, out->n_columns, sizeof(*out->columns));
	for (size_t c = 0; c < out->n_columns; c++)
		out->columns[c] = arena_strdup(arena, PQfname(r, (int)c));
	out->values = arena_alloc_n(arena, out->n_rows, sizeof(*out->values));
	for (size_t row = 0; row < out->n_rows; row++) {
		out->values[row] = arena_alloc_n(arena, out->n_columns, sizeof(char *));
		for (size_t c = 0; c < out->n_columns; c++)
			out->values[row][c] =
				arena_strdup(arena, row_text(r, (int)row, (int)c));
	}
	return RC_OK;
}
