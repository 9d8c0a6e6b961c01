/* formula.h - the exact functions that rules call as m:NAME(...); see the table in
 * formula.c. Arguments and results are canonical text. */
#ifndef INTRAY_FORMULA_H
#define INTRAY_FORMULA_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

enum formula_result {		    /* what comes out */
		      FORMULA_TEXT, /* *out */
		      FORMULA_TRUE,
		      FORMULA_FALSE,
		      FORMULA_NOT_APPLICABLE, /* an argument is absent or is no number,
						 date... */
};

struct formula {
	const char *name;
	size_t min_args, max_args;
	bool spreads;	   /* a node set gives all its values, not only the first */
	bool takes_absent; /* is called although its first argument is absent (NULL) */
	enum formula_result (*call)(struct arena *arena, const char *const *args,
				    size_t n, const char **out);
};

const struct formula *formula_find(const char *name, size_t len); /* NULL: no such */
const struct formula *formula_at(size_t i); /* all of them; NULL after the last */

#endif
