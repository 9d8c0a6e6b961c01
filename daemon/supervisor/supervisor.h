/* supervisor.h - intrayd itself. */
#ifndef INTRAY_SUPERVISOR_H
#define INTRAY_SUPERVISOR_H

#include <stdbool.h>

/* Runs until SIGTERM; returns the exit status. */
int supervisor_run(const char *config_path);

/* One process of it (the other side of spawn.h). Without `supervised` it stands alone,
 * as a systemd unit: its connection string comes from the secrets (or the unit's
 * credentials), and SIGTERM drains it. */
int process_run(const char *name, int index, const char *config_path, bool supervised);

#endif
