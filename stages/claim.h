/* claim.h - what stands on claim forms, character by character. Private to stages/. */
#ifndef INTRAY_STAGES_CLAIM_H
#define INTRAY_STAGES_CLAIM_H

#include "date.h"
#include "schema.h"

/* The canonical value of a zone's raw text, in the arena; NULL when it can't be one.
 * today: the day the paper was received, which births and services do not come after.
 * *shape: 1 when the value has the form its kind prescribes, less when characters that
 * look alike had to be told apart or nothing is prescribed. */
const char *claim_value(struct arena *arena, const struct fieldtype *field,
			const char *raw, struct date today, float *shape);

#endif
