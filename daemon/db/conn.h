/* conn.h - one connection and how its statements are run; private to daemon/db. */
#ifndef INTRAY_DB_CONN_H
#define INTRAY_DB_CONN_H

#include <libpq-fe.h>

#include "db.h"

struct db {
	PGconn *conn; /* NULL when not connected */
	char *conninfo;
	enum db_role role;
	char *row; /* of a table that is being read (import.c) */
	bool deaf; /* does not listen on the role's channel */
};

static inline void pgresult_auto(PGresult **result)
{
	PQclear(*result);
	*result = NULL;
}
#define AUTO_PGRESULT __attribute__((cleanup(pgresult_auto))) PGresult *

#define N_PARAMS(params) (sizeof(params) / sizeof((params)[0]))

/* Runs the role's statement of that name; parameters are text, NULL is null. The caller
 * clears *out (AUTO_PGRESULT). */
enum rc db_run(struct db *db, const char *name, const char *const *params,
	       size_t n_params, PGresult **out, struct err *err);
/* What a result (NULL: the connection) has to say, judged; `what` goes before it. */
enum rc db_complain(struct db *db, const PGresult *result, const char *what,
		    struct err *err);
/* Runs the text of one of the embedded files, several statements allowed. */
enum rc db_run_file(struct db *db, const char *path, struct err *err);
/* Of an embedded file, by its path below sql/ without .sql; dies when there is none. */
const char *sql_text(const char *path);
/* begin, commit, ... */
enum rc db_run_text(struct db *db, const char *text, struct err *err);

/* Values of a row; NULL for null. Valid as long as the result is. */
const char *row_text(const PGresult *result, int row, int column);
int64_t row_int(const PGresult *result, int row, int column); /* 0 for null */
double row_real(const PGresult *result, int row, int column);
bool row_true(const PGresult *result, int row, int column);
/* bytea into the arena. */
const void *row_bytes(const PGresult *result, int row, int column, struct arena *arena,
		      size_t *len);

/* Numbers and bytes as parameters. */
const char *param_int(struct arena *arena, int64_t value);
const char *param_bytes(struct arena *arena, const void *bytes, size_t len);

#endif
