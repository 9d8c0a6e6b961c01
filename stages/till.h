/* till.h - what a slip's own arithmetic says of its total. Private to stages/. */
#ifndef INTRAY_STAGES_TILL_H
#define INTRAY_STAGES_TILL_H

#include "extract.h"

#define ASKS_MAX 24

/* Ways to a total; each reads other print. */
enum {
	BY_RETURN = 1,	/* handed over less handed back */
	BY_PAYMENT = 2, /* handed over, nothing back */
	BY_SUM = 4,	/* net and tax, a discount, a rounding */
	BY_ITEMS = 8	/* what the items cost together */
};

struct ask { /* a total that arithmetic asks for */
	struct decimal value;
	unsigned by;
	float reading; /* the reader's confidence in what it was made of */
};

struct till {
	struct ask asks[ASKS_MAX];
	size_t n;
	struct decimal rounding; /* to coins, without its sign; 0: none */
};

/* From the options for amounts whose roles are "tendered", "change", "net", "tax" and
 * "rounding", and from the items. */
void till_look(const struct work *work, struct till *till);
/* The ways that come to this value: bits of BY_... */
unsigned till_ways(const struct till *till, struct decimal value);
/* How much the arithmetic speaks for a total: 0 to 1. */
float till_support(const struct till *till, struct decimal value);
/* Whether the total is what rounding makes of the sum. */
bool till_rounds(const struct till *till, struct decimal sum, struct decimal total);
/* Adds totals that the till's arithmetic asks for to the options of role "gross". */
void till_propose(struct work *work, const struct till *till);

/* till_items.c: the sum of the items' amounts and how many they are; false: none. */
bool till_items(const struct work *work, struct decimal *sum, float *reading);

#endif
