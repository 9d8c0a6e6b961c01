/* import.c - rows of master data on their way into the database, and tables of the ERP
 * on their way out of it, both by COPY.
 *
 * An import is one transaction: whatever ends the program before its end leaves the
 * master as it was. */
#include "conn.h"

#include <string.h>

enum rc db_import_begin(struct db *db, const char *kind, const char *client,
			struct err *err)
{
	AUTO_PGRESULT begun = NULL;
	const char *params[] = {kind, client};
	enum rc rc = db_run_text(db, "begin", err);

	if (rc == RC_OK)
		rc = db_run(db, "import_begin", params, N_PARAMS(params), &begun, err);
	if (rc != RC_OK)
		return rc;
	AUTO_PGRESULT copy = PQexec(db->conn, sql_text("copy/staged"));
	return PQresultStatus(copy) == PGRES_COPY_IN
		       ? RC_OK
		       : db_complain(db, copy, "import", err);
}

enum rc db_import_rows(struct db *db, const char *lines, size_t len, struct err *err)
{
	if (PQputCopyData(db->conn, lines, (int)len) == 1)
		return RC_OK;
	return db_complain(db, NULL, "import", err);
}

enum rc db_import_staged(struct db *db, struct err *err)
{
	enum rc rc = RC_OK;
	PGresult *result;

	if (PQputCopyEnd(db->conn, NULL) != 1)
		return db_complain(db, NULL, "import", err);
	while ((result = PQgetResult(db->conn))) {
		if (rc == RC_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
			rc = db_complain(db, result, "import", err);
		PQclear(result);
	}
	return rc;
}

enum rc db_import_end(struct db *db, bool keep, struct err *err)
{
	return db_run_text(db, keep ? "commit" : "rollback", err);
}

enum rc db_table_begin(struct db *db, const char *table, struct err *err)
{
	AUTO_PGRESULT statement = NULL;
	const char *params[] = {table};
	enum rc rc = db_run(db, "table_as_file", params, 1, &statement, err);

	if (rc != RC_OK)
		return rc;
	AUTO_PGRESULT copy = PQexec(db->conn, row_text(statement, 0, 0));
	return PQresultStatus(copy) == PGRES_COPY_OUT
		       ? RC_OK
		       : db_complain(db, copy, table, err);
}

enum rc db_table_read(struct db *db, const char **bytes, size_t *len, struct err *err)
{
	char *row = NULL;
	int n = PQgetCopyData(db->conn, &row, 0);

	PQfreemem(db->row);
	db->row = row;
	*bytes = row;
	*len = n > 0 ? (size_t)n : 0;
	if (n == -2)
		return db_complain(db, NULL, "table", err);
	if (n > 0)
		return RC_OK;
	AUTO_PGRESULT end = PQgetResult(db->conn);
	AUTO_PGRESULT none = PQgetResult(db->conn);
	return PQresultStatus(end) == PGRES_COMMAND_OK
		       ? RC_OK
		       : db_complain(db, end, "table", err);
}
