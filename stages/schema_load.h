/* schema_load.h - one XSD into one struct doctype; used by schema.c alone. */
#ifndef INTRAY_SCHEMA_LOAD_H
#define INTRAY_SCHEMA_LOAD_H

#include "schema.h"

/* out->name, xsd and xsd_len are set by the caller. RC_FAIL "NAME.xsd:LINE: what". */
enum rc doctype_load(struct arena *arena, struct doctype *out, struct err *err);
bool kind_from_name(const char *name, enum kind *out);

#endif
