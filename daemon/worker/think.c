/* think.c - the stages that run in the worker itself, on words and fields.
 *
 * They see no hostile bytes, only what the engine has checked. But they are patterns
 * and arithmetic over anything a page may say, so one of them may yet run for ever on
 * the wrong page. The time the stages allow themselves together is the time they get:
 * after that the process ends loudly and the job counts a loss. */
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "stage.h"
#include "worker.h"

struct profiles {
	struct worker *worker;
	const struct job *job;
	struct arena *arena;
	enum rc rc; /* of the first profile that could not be had */
	struct err err;
};

static const char *profile_of(void *ctx, const char *type)
{
	struct profiles *p = ctx;
	const char *profile = NULL;
	struct err err;
	enum rc rc = db_profile(p->worker->db, p->job->client, type, p->arena, &profile,
				&err);
	if (rc != RC_OK && p->rc == RC_OK) {
		p->rc = rc;
		p->err = err;
	}
	return profile;
}

static void on_too_long(int sig)
{
	static const char text[] =
		"level=error proc=worker msg=\"a stage does not end; dying\"\n";
	(void)sig;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(3);
	_exit(2);
}

static void set_clock(time_t seconds)
{
	setitimer(ITIMER_PROF, &(struct itimerval){.it_value = {.tv_sec = seconds}},
		  NULL);
}

static void clock_start(void)
{
	time_t seconds = 0;
	for (const struct stage *s = stages; s->name; s++)
		if (s->where == IN_WORKER)
			seconds += s->timeout_s;
	signal(SIGPROF, on_too_long);
	set_clock(seconds);
}

static void clock_stop(void)
{
	set_clock(0);
}

/* The document's type under its client's profile. */
static enum rc own_type(struct profiles *p, const struct doc *doc,
			const struct doctype **out, struct err *err)
{
	const struct doctype *type = schema_type(p->worker->schemas, doc->type);
	if (!type)
		return err_set(err, RC_FAIL, "document type %s is not installed",
			       doc->type);
	const char *profile = profile_of(p, doc->type);
	if (p->rc != RC_OK) {
		*err = p->err;
		return p->rc;
	}
	return doctype_with_profile(type, profile, p->arena, out, err);
}

enum rc think_understand(struct worker *w, const struct job *job, struct doc *doc,
			 const struct doctype **type, struct err *err)
{
	struct profiles profiles = {.worker = w, .job = job, .arena = doc->arena};
	struct stage_env env = {.schemas = w->schemas,
				.profile = profile_of,
				.profile_ctx = &profiles,
				.lookup = db_lookup(w->db, job, doc->arena)};
	enum rc rc = job_prekeyed(w->db, job, doc, err);
	if (rc != RC_OK)
		return rc;
	clock_start();
	rc = understand(&env, doc, err);
	clock_stop();
	if (rc == RC_OK && profiles.rc != RC_OK) {
		*err = profiles.err;
		rc = profiles.rc;
	}
	return rc == RC_OK ? own_type(&profiles, doc, type, err) : rc;
}

enum rc think_check(struct worker *w, const struct job *job, struct doc *doc,
		    const struct doctype **type, struct err *err)
{
	struct profiles profiles = {.worker = w, .job = job, .arena = doc->arena};
	if (!doc->type)
		return err_set(err, RC_FAIL, "a keyed document without a type");
	enum rc rc = own_type(&profiles, doc, type, err);
	if (rc != RC_OK)
		return rc;
	clock_start();
	rc = doc_validate(doc, *type, db_lookup(w->db, job, doc->arena), err);
	clock_stop();
	return rc;
}
