/* secret.h - a password per database role and what else is secret, in files that only our
 * user may read. */
#ifndef INTRAY_DB_SECRET_H
#define INTRAY_DB_SECRET_H

#include "db.h"

/* The role's password from SECRETS/<role>. `make`: generated and written when there is
 * none; otherwise RC_FAIL that says what to do. */
enum rc secret_get(const struct settings *settings, enum db_role role, bool make,
		   struct arena *arena, const char **password, struct err *err);
/* The text behind db_totp_key, made when there is none. */
enum rc secret_make_totp(const struct settings *settings, struct arena *arena,
			 struct err *err);

#endif
