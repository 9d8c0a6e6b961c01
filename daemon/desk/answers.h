/* answers.h - what the business said lately, for the same question; private to
 * daemon/desk. */
#ifndef INTRAY_DESK_ANSWERS_H
#define INTRAY_DESK_ANSWERS_H

#include "schema.h"

struct answers;

struct answers *answers_new(void);
void answers_free(struct answers **answers);
/* Asks `inner` only what was not asked within the last seconds. Lives in the arena, as
 * long as all three. For all threads. */
struct lookup *answers_over(struct answers *answers, struct lookup *inner,
			    struct arena *arena);

#endif
