/* till.h - what was handed over at a till, and back. Private to stages/. */
#ifndef INTRAY_STAGES_TILL_H
#define INTRAY_STAGES_TILL_H

#include "extract.h"

#define TILL_MAX 12

struct paid { /* handed over less handed back */
	struct decimal value;
	float reading; /* the reader's confidence in both */
	bool returned; /* something was handed back */
};

struct till {
	struct paid paid[TILL_MAX];
	size_t n;
};

/* From the options for amounts whose roles are "tendered" and "change". */
void till_look(const struct work *work, struct till *till);
/* Whether that much was paid. */
bool till_paid(const struct till *till, struct decimal value);
/* Adds totals that the till's arithmetic asks for to the options of role "gross". */
void till_propose(struct work *work, const struct till *till);

#endif
