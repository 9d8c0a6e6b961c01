/* cluster.h - the private PostgreSQL cluster for demo, tests and trial.
 *
 * Lives in STATE/pg, listens on a Unix socket in RUN only, is made by initdb -E UTF8
 * --locale=C.UTF-8 with a generated password per role, and stops with its starter. As root
 * it runs as `postgres`; otherwise as the caller. Never used when settings name a database. */
#ifndef INTRAY_CLUSTER_H
#define INTRAY_CLUSTER_H

#include <sys/types.h>

#include "err.h"
#include "settings.h"

/* Makes the cluster when there is none, starts it and waits until it accepts connections.
 * *postmaster is a child of the caller. Finding one already running there (after a crash of
 * the supervisor) stops that one first. */
enum rc cluster_start(const struct settings *settings, pid_t *postmaster, struct err *err);
/* Fast shutdown, waits up to timeout_ms, then immediate. */
enum rc cluster_stop(const struct settings *settings, pid_t postmaster, long timeout_ms,
		     struct err *err);

#endif
