/* worker.h - the worker process and one job in it. Private to daemon/worker. */
#ifndef INTRAY_WORKER_H
#define INTRAY_WORKER_H

#include "db.h"
#include "engine.h"
#include "process.h"
#include "store.h"
#include "trust.h"

struct worker {
	const struct process_env *env;
	char name[128]; /* in the database */
	struct engine *engine;
	struct db *db;
	struct store *store;
	struct schema_set *schemas; /* as installed in the database */
	struct trust *trust;	    /* how sure values are */
	char *schema_versions;	    /* names and versions of these */
	int64_t schemas_until_ms;   /* then it is asked whether they still are */
	int64_t drain_until_ms; /* 0: not draining; else by then the job is handed back
				 */
};

/* True from the moment the supervisor (or a signal) wants us to end. */
bool worker_draining(struct worker *w);

/* Does a claimed job to its end: result saved, handed back, postponed, or a fault
 * noted. RC_RETRY: it is not known in the database what became of it (the lease will
 * tell); RC_BUG: this process must end. */
enum rc job_do(struct worker *w, const struct job *job, struct arena *arena,
	       struct err *err);

/* think.c: fields and findings of a document whose pages are read. The type given is
 * the document's with its client's profile. RC_RETRY: the database went away. */
enum rc think_understand(struct worker *w, const struct job *job, struct doc *doc,
			 const struct doctype **type, struct err *err);
/* The same for values that a person keyed: only validated, never read again. */
enum rc think_check(struct worker *w, const struct job *job, struct doc *doc,
		    const struct doctype **type, struct err *err);

/* cut.c: whether the pages just read, all of a short scan, are more or less than one
 * document, so that a JOB_CUT must decide. */
enum rc cut_is_wanted(const struct worker *w, const struct job *job,
		      const struct doc *doc, bool *wanted, struct err *err);
/* Where the job's document is to be cut; in the arena. `alive` is asked every few
 * pages; false: RC_RETRY. */
enum rc cut_plan(struct worker *w, const struct job *job, struct arena *arena,
		 bool (*alive)(void *ctx), void *ctx, struct separator_plan *out,
		 struct err *err);

/* offer.c: what goes out should the document become ready, for its client's door; what the
 * format lacks is a finding. */
void offer_prepare(struct worker *w, const struct job *job, struct doc *doc);

#endif
