/* stages.c - the steps from words to a finished document, in order, as rows of a table.
 *
 * The reader's stages (pictures, text layers, XML) run in the jail and are one call
 * there (read.h); these run in the worker on what the reader gave. understand() stops
 * at the first stage that fails and says which; a stage changes nothing but its
 * document, so the whole may be repeated after a crash. */
#include "stage.h"

#include <string.h>

#include "log.h"
#include "sidecar.h"

const struct stage stages[] = {
	{"classify", IN_WORKER, PER_DOCUMENT, 10, classify_run},
	{"recognise", IN_WORKER, PER_DOCUMENT, 10, recognise_run},
	{"extract", IN_WORKER, PER_DOCUMENT, 30, extract_run},
	{"recall", IN_WORKER, PER_DOCUMENT, 10, recall_run},
	{"trust", IN_WORKER, PER_DOCUMENT, 30, trust_run},
	{"prekeyed", IN_WORKER, PER_DOCUMENT, 1, prekeyed_run},
	{"validate", IN_WORKER, PER_DOCUMENT, 30, validate_run},
	{"compare", IN_WORKER, PER_DOCUMENT, 1, prekeyed_find},
	{0},
};

enum rc understand(const struct stage_env *env, struct doc *doc, struct err *err)
{
	for (const struct stage *stage = stages; stage->name; stage++) {
		enum stage_verdict verdict = STAGE_GO_ON;
		if (env->stop_before && strcmp(stage->name, env->stop_before) == 0)
			break;
		log_context("stage", stage->name);
		enum rc rc = stage->run(env, doc, &verdict, err);
		log_context("stage", NULL);
		if (rc != RC_OK)
			return err_wrap(err, rc, "%s", stage->name);
		if (verdict == STAGE_DONE)
			break;
	}
	return RC_OK;
}
