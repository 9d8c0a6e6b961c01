/* tray.h - the process of one tray: what its files share. */
#ifndef INTRAY_TRAY_H
#define INTRAY_TRAY_H

#include "claim.h"
#include "hint.h"
#include "judge.h"
#include "settings.h"
#include "store.h"
#include "wire.h"

struct tray {
	const struct settings *settings;
	const struct tray_settings *conf;
	struct store *store;
	struct claims claims;
	struct seen_table seen;
	struct hint hint;
	int sock, lifeline;
	char problem[512];	/* of this round, for status; "" when there is none */
	char last_problem[512]; /* of the round before, so that each is logged once */
};

/* The first problem of a round is the one that people are told. */
void tray_problem(struct tray *tray, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* False: drain, or intake is gone. The process then ends as it is: every claim can be
 * carried on by the next one. */
bool tray_ask(struct tray *tray, const struct wire *question, struct arena *arena,
	      struct wire_answer *answer);
bool tray_draining(const struct tray *tray);

enum took {
	TOOK_IT,   /* recorded, and gone from the tray */
	TOOK_NOT,  /* stays in .taken, tried again next round */
	TOOK_STOP, /* nothing can be taken now: end the round */
};
struct item { /* a claimed file on its way */
	struct claim claim;
	struct judgement judgement;
	const struct found *found;
	int64_t rested_ms;
	struct copy {
		char sha256[65]; /* "": no bytes were copied */
		struct ident ident;
	} copy;
	enum took took; /* so far; in the end what became of it */
};
/* Copies, records, removes: the second half of the protocol, each step for all items
 * (at most WIRE_DROPS) before the next. False: nothing can be taken now, end the round.
 */
bool take(struct tray *tray, struct item *items, size_t n, struct arena *arena);

#endif
