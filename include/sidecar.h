/* sidecar.h - index files beside scans: values that somebody keyed before, the day of
 * receipt, how many documents there are.
 *
 * An index is a drop like any other, known by its name (the tray's `sidecar`). The jailed
 * reader makes rows of it, which wait in the database for the files they name, or are
 * awaited by them. */
#ifndef INTRAY_SIDECAR_H
#define INTRAY_SIDECAR_H

#include "doc.h"
#include "err.h"
#include "stage.h"

#define INDEX_FILE "index/file"
#define INDEX_RECEIVED "index/received"
#define INDEX_COUNT "index/count"
#define SIDECAR_MAP_MAX 2000 /* bytes of a mapping */

/* sidecar.c, in the jail: each row's values as fields of doc, with the row as line. map:
 * "field: column, @file: column"; NULL: columns are called like fields. What is wrong is a
 * finding. */
void sidecar_read(const void *bytes, size_t len, const char *map, struct doc *doc);

/* What an index says of a document that is being understood. */
struct prekeyed {
	const char *path, *value;
	bool differs; /* the paper says something else */
};

/* prekeyed.c: before validating, values that the paper does not contradict become the
 * document's; afterwards each that it does is a finding. */
enum rc prekeyed_run(const struct stage_env *env, struct doc *doc,
		     enum stage_verdict *verdict, struct err *err);
enum rc prekeyed_find(const struct stage_env *env, struct doc *doc,
		      enum stage_verdict *verdict, struct err *err);

#endif
