/* keyed.h - a document with a clerk's values laid over what was read. */
#ifndef INTRAY_DESK_KEYED_H
#define INTRAY_DESK_KEYED_H

#include <jansson.h>

#include "typed.h"

/* values: {"number": "1", "lines": [{"amount": "1,50"}, ...]} as typed. Fields are
 * replaced as desk.submit does it: an empty text takes a field away, a table comes as a
 * whole. Gives the same values canonical (what cannot be one stays as it was typed)
 * and, in *wrong, the names of those that could not be understood ("date",
 * "lines[2]/amount"). A path the type does not have is RC_FAIL. */
enum rc keyed_apply(struct doc *doc, const struct doctype *type, const json_t *values,
		    const struct habits *habits, json_t **canonical, json_t **wrong,
		    struct err *err);

#endif
