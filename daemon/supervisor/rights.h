/* rights.h - folders, locks and who we are. */
#ifndef INTRAY_RIGHTS_H
#define INTRAY_RIGHTS_H

#include "err.h"
#include "settings.h"

/* Makes state, run, store and secrets folders where they are missing, and gives them to
 * settings->user when we are root. */
enum rc rights_make_folders(const struct settings *settings, struct err *err);
/* One intrayd per state folder and run folder. The lock lasts as long as the process.
 * RC_FAIL names who has it. */
enum rc rights_lock(const struct settings *settings, struct err *err);
/* When root: becomes the named user for good, with its groups. RC_FAIL: no such user.
 */
enum rc rights_become(const char *user, struct err *err);

#endif
