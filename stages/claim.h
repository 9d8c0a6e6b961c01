/* claim.h - what stands on claim forms, character by character. Private to stages/. */
#ifndef INTRAY_STAGES_CLAIM_H
#define INTRAY_STAGES_CLAIM_H

#include "date.h"
#include "schema.h"

/* The canonical value of a zone's raw text, in the arena; NULL when it can't be one.
 * today: the day the paper was received, which births and services do not come after.
 * *shape: 1, or less when something had to be supplied that should have been printed.
 */
const char *claim_value(struct arena *arena, const struct fieldtype *field,
			const char *raw, struct date today, float *shape);

#endif
