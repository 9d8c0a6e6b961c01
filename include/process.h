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
	void *early;	      /* what before_secrets gave, or NULL */
	int index;	      /* worker number from 0 */
	int lifeline_fd;
};

struct process {
	const char *name; /* "intake", "worker"... */
	enum db_role role;
	/* Runs before the conninfo pipe is read, so that what it forks never has a password
	 * in its memory; NULL: nothing to do. A failure is logged and ends the process. */
	enum rc (*before_secrets)(const struct settings *settings, void **early,
				  struct err *err);
	int (*main)(const struct process_env *env); /* exit status */
	bool per_worker; /* settings->workers of them */
};
extern const struct process processes[]; /* ends with a NULL name */

int intake_main(const struct process_env *env);
enum rc worker_before_secrets(const struct settings *settings, void **early,
			      struct err *err); /* starts the engine: engine.h */
int worker_main(const struct process_env *env);
int keeper_main(const struct process_env *env);
/* Child of the supervisor that migrates before anything else starts; exit 0 when done. */
int migrate_main(const struct process_env *env);

#endif
