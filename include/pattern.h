/* pattern.h - lists of patterns of text, as the configuration gives them: extended
 * regular expressions with blanks between, each of which must fit a text from end to
 * end. */
#ifndef INTRAY_PATTERN_H
#define INTRAY_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "err.h"

struct patterns;

/* words NULL or "": a list that nothing fits. RC_FAIL names the pattern and its fault.
 */
enum rc patterns_new(const char *words, struct patterns **out, struct err *err);
void patterns_free(struct patterns **patterns);
/* What is kept of a text that fits one of them: the part that the pattern has in
 * parentheses, else all of it; in the arena. NULL: none fits. */
const char *patterns_match(const struct patterns *patterns, const char *text,
			   struct arena *arena);

#endif
