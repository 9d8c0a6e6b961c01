/* stage.h - the steps between words and a finished document; stages/stages.c lists them. */
#ifndef INTRAY_STAGE_H
#define INTRAY_STAGE_H

#include "doc.h"
#include "err.h"
#include "schema.h"

enum where { IN_READER, IN_WORKER };
enum unit { PER_PAGE, PER_DOCUMENT };
enum stage_verdict { STAGE_GO_ON, STAGE_DONE }; /* DONE: later stages are not needed */

struct stage_env {
	const struct schema_set *schemas;
	/* The client's profile text for a type (schema.h), or NULL. */
	const char *(*profile)(void *ctx, const char *type);
	void *profile_ctx;
	const struct lookup *lookup;
	bool evidence; /* for training: features of fields are wanted, model or none */
	const char *stop_before; /* tests: name of the stage not to run any more; NULL all */
};

struct stage {
	const char *name; /* as in job.stage and in every log line: "classify" */
	enum where where;
	enum unit unit;
	unsigned timeout_s; /* the worker kills a run that takes longer */
	/* Changes nothing but its document, so it is safe to repeat. What must outlive the
	 * run goes in the document's arena. */
	enum rc (*run)(const struct stage_env *env, struct doc *doc,
		       enum stage_verdict *verdict, struct err *err);
};

extern const struct stage stages[]; /* ends with a NULL name */

/* Runs all IN_WORKER stages of a document whose pages are read: classify, extract,
 * trust, validate. Afterwards doc->type is set (never NULL) and doc_has_stop tells whether it is
 * an exception. */
enum rc understand(const struct stage_env *env, struct doc *doc, struct err *err);

/* classify.c, extract.c, trust.c, validate.c */
enum rc classify_run(const struct stage_env *env, struct doc *doc,
		     enum stage_verdict *verdict, struct err *err);
enum rc extract_run(const struct stage_env *env, struct doc *doc,
		    enum stage_verdict *verdict, struct err *err);
enum rc trust_run(const struct stage_env *env, struct doc *doc,
		  enum stage_verdict *verdict, struct err *err);
enum rc validate_run(const struct stage_env *env, struct doc *doc,
		     enum stage_verdict *verdict, struct err *err);
/* recognise.c: whose paper it is; before extract, which then uses the supplier's labels and
 * formats. recall.c: its constant values, after extract. */
enum rc recognise_run(const struct stage_env *env, struct doc *doc,
		      enum stage_verdict *verdict, struct err *err);
enum rc recall_run(const struct stage_env *env, struct doc *doc,
		   enum stage_verdict *verdict, struct err *err);
/* claim.c: zone readings of cms1500 (and any type with a form) to fields and lines. */
enum rc extract_form(const struct stage_env *env, const struct doctype *type,
		     struct doc *doc, struct err *err);

#endif
