/* typed.h - what a clerk's fingers mean. */
#ifndef INTRAY_DESK_TYPED_H
#define INTRAY_DESK_TYPED_H

#include "doc.h"
#include "schema.h"

struct habits { /* how this document writes things; a clerk types them as he sees them
		 */
	int day_first;	   /* 1 day/month, 0 month/day, -1 unknown */
	char decimal_mark; /* '.', ',' or 0 */
	int year;	   /* of a date typed without one; 0: unknown */
};

/* From what was read: each field's print and value show how one became the other.
 * order: "dmy" or "mdy", the clerk's own, where the document does not say; or NULL. */
struct habits habits_of(const struct doc *doc, const struct doctype *type,
			const char *order);
/* Canonical, or NULL when it cannot be a value of the field. Beyond what may be
 * printed: dates without separators (3112, 311226, 31122026), without year (31.12),
 * codes by their first letters. */
const char *typed_canonical(struct arena *arena, const struct fieldtype *field,
			    const char *text, const struct habits *habits);

#endif
