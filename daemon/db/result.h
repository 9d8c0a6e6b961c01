/* result.h - a document as the JSON that 43_results.sql takes apart; private to
 * daemon/db. */
#ifndef INTRAY_DB_RESULT_H
#define INTRAY_DB_RESULT_H

#include "db.h"

/* In the arena. */
const char *result_text(struct arena *arena, const struct doc *doc,
			const struct doctype *type, bool with_pages);

#endif
