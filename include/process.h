/* process.h - the processes intrayd is made of, seen from the supervisor.
 *
 * The supervisor forks and runs itself again (/proc/self/exe --process NAME); a process
 * gets its configuration file's path and a pipe on which the supervisor writes its
 * database connection string (passwords never stand in argv or environment). Descriptor 3
 * is that pipe; end of file on descriptor 4 (the supervisor's life line) means: drain. */
#ifndef INTRAY_PROCESS_H
#define INTRAY_PROCESS_H

#include "db.h"
#include "settings.h"

struct process_env {
	const struct settings *settings;
	const char *conninfo; /* for this process's role; NULL when it has none */
	int index;	      /* worker number from 0 */
	int lifeline_fd;
};

struct process {
	const char *name; /* "intake", "worker"... */
	enum db_role role;
	int (*main)(const struct process_env *env); /* exit status */
	bool per_worker; /* settings->workers of them */
};
extern const struct process processes[]; /* ends with a NULL name */

int intake_main(const struct process_env *env);
int worker_main(const struct process_env *env);
int keeper_main(const struct process_env *env);
/* Child of the supervisor that migrates before anything else starts; exit 0 when done. */
int migrate_main(const struct process_env *env);

#endif
