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

enum process_kind {
	PROCESS_CLUSTER,    /* the private cluster's keeper; not with a configured database */
	PROCESS_FIRST,	    /* once, must end with 0 before the others start */
	PROCESS_ONE,	    /* always one */
	PROCESS_PER_WORKER, /* settings->workers of them */
	PROCESS_OF_INTAKE,  /* started by intake, one per tray */
};

struct process {
	const char *name; /* "intake", "worker"... */
	enum process_kind kind;
	enum db_role role; /* DB_ROLE_N: has no business with the database */
	/* Runs before the conninfo pipe is read, so that what it forks never has a password
	 * in its memory; NULL: nothing to do. A failure is logged and ends the process. */
	enum rc (*before_secrets)(const struct settings *settings, void **early,
				  struct err *err);
	int (*main)(const struct process_env *env); /* exit status */
};
extern const struct process processes[]; /* ends with a NULL name */

/* Exit statuses the supervisor looks at: 0 after a drain or when done; EXIT_WEATHER: try
 * again (database away); EXIT_SETTINGS: nothing but a changed configuration will help. */
enum { EXIT_WEATHER = 75, EXIT_SETTINGS = 78 };

/* "I am ready" and "I am alive". Whoever has called process_beat once is restarted when he
 * then says nothing for PROCESS_SILENCE_S. Both cost one datagram, none when nobody
 * listens. */
enum { PROCESS_SILENCE_S = 60 };
void process_ready(void);
void process_beat(void);
/* Logs why a process cannot start and gives its exit status: weather is a warning. */
int process_cannot_start(enum rc rc, const struct err *err);

int intake_main(const struct process_env *env);
enum rc worker_before_secrets(const struct settings *settings, void **early,
			      struct err *err); /* starts the engine: engine.h */
int worker_main(const struct process_env *env);
int tray_main(const struct process_env *env); /* descriptor 3: to intake */
int keeper_main(const struct process_env *env);
int desk_main(const struct process_env *env);
int deliver_main(const struct process_env *env);
/* Child of the supervisor that migrates before anything else starts; exit 0 when done. */
int migrate_main(const struct process_env *env);
int cluster_main(const struct process_env *env);

#endif
