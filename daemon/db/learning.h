/* learning.h - evidence out, known suppliers in. Private to daemon/db. */
#ifndef INTRAY_DB_LEARNING_H
#define INTRAY_DB_LEARNING_H

#include <jansson.h>

#include "db.h"

/* For intray.evidence_save; null when the document has none. */
json_t *evidence_value(struct arena *arena, const struct doc *doc);
/* The keys among it, as JSON; "[]" when it has none. */
const char *evidence_keys(struct arena *arena, const struct doc *doc);
/* The head and foot of its first page, of a document that has evidence. */
json_t *evidence_print(struct arena *arena, const struct doc *doc);
/* lookup.c: {path: value} of the header. */
const char *header_values(struct arena *arena, const struct doc *doc);
/* The sites that share evidence with the document. */
enum rc candidates_find(struct db *db, const char *document, const struct doc *doc,
			struct known_site **sites, size_t *n, struct err *err);

#endif
