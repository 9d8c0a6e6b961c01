/* reload.h - what a changed configuration means for what runs. */
#ifndef INTRAY_RELOAD_H
#define INTRAY_RELOAD_H

#include <stdbool.h>

#include "settings.h"

/* The first setting that only a new start of intrayd can change; NULL: none differs. */
const char *reload_refused(const struct settings *old, const struct settings *new);
/* Whether intake would do anything differently. */
bool reload_changes_intake(const struct settings *old, const struct settings *new);

#endif
