/* sql.h - the SQL files of sql/, embedded at build time by sql/embed.awk. */
#ifndef INTRAY_SQL_H
#define INTRAY_SQL_H

struct sql_file {
	const char *name; /* "query/worker/job_claim": path below sql/ without .sql */
	const char *text;
};
extern const struct sql_file sql_files[]; /* in path order, ends with a NULL name */

#endif
