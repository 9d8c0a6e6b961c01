/* verify.h - what `intray verify` counts and finds; its two files. */
#ifndef INTRAY_CLI_VERIFY_H
#define INTRAY_CLI_VERIFY_H

#include <stdarg.h>
#include <stdlib.h>

#include "database.h"

struct verify {
	struct cli_db *cdb;
	struct arena *arena;
	bool quick;
	struct table problems, states;
	long drops, documents, blobs;
	/* in the trays */
	long waiting, claimed, recorded, quarantined, ignored;
};

void verify_complain(struct verify *v, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* verify_trays.c; false after complaining to the caller. */
bool verify_trays(struct verify *v);

#endif
