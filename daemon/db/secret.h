/* secret.h - a password per database role, in files that only our user may read. */
#ifndef INTRAY_DB_SECRET_H
#define INTRAY_DB_SECRET_H

#include "db.h"

/* The role's password from SECRETS/<role>. `make`: generated and written when there is
 * none; otherwise RC_FAIL that says what to do. */
enum rc secret_get(const struct settings *settings, enum db_role role, bool make,
		   struct arena *arena, const char **password, struct err *err);

#endif
