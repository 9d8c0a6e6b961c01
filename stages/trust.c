/* trust.c - the stage that says how sure each value is.
 *
 * Extraction leaves its own rough estimate with each field. Here rules are run over the
 * values as a rehearsal, so that sums that close and rules that are broken are evidence
 * too; then the learnt model (trust.h) weighs everything that speaks for and against a
 * value, and its answer replaces the estimate. A value of structured data, or one made
 * of others, is left alone. Without a model (tests of what comes before) the estimate
 * stays. Only a broken type is an error. */
#include "trust.h"

#include "trust_evidence.h"
#include "stage.h"

/* What nobody believes takes no part in the rehearsal. */
#define LEAST_ESTIMATE 0.5F

static bool is_weighed(const struct cell *cell)
{
	enum source source = cell->field->source;

	return cell->field->value && *cell->field->value &&
	       (source == SOURCE_TEXT || source == SOURCE_OCR || source == SOURCE_ZONE);
}

/* The type, with doubtful values left out where they are dispensable, whatever the
 * client's thresholds are. */
static const struct doctype *type_for_rehearsal(const struct doctype *type,
						struct arena *arena)
{
	struct doctype *copy = arena_memdup(arena, type, sizeof(*type));

	copy->trust = NULL;
	copy->fields = arena_memdup(arena, type->fields,
				    type->n_fields * sizeof(*type->fields));
	for (size_t i = 0; i < copy->n_fields; i++)
		copy->fields[i].accept = LEAST_ESTIMATE;
	return copy;
}

static void weigh(const struct trust *trust, const struct doctype *type,
		  const struct cell *cell)
{
	struct field *field = cell->field;
	struct trust_keys keys = trust_keys_of(cell->type, field->source);

	field->confidence = trust_confidence(
		trust, trust_scale_of(type, field->source),
		trust_score(trust, &keys, field->features, field->n_features));
}

static enum rc judge(const struct trust *trust, const struct doctype *type,
		     struct doc *doc, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	struct paper *paper = paper_of(doc, scratch);
	struct instance instance;
	enum rc rc = instance_rehearse(&instance, doc,
				       type_for_rehearsal(type, scratch), scratch, err);

	if (rc == RC_OK)
		paper_claim(paper, &instance);
	for (size_t i = 0; i < instance.n_cells && rc == RC_OK; i++)
		if (is_weighed(&instance.cells[i]))
			evidence_add(paper, &instance, &instance.cells[i]);
	for (size_t i = 0; i < instance.n_cells && rc == RC_OK && trust; i++)
		if (is_weighed(&instance.cells[i]))
			weigh(trust, type, &instance.cells[i]);
	xml_free(&instance.tree);
	return rc;
}

enum rc trust_run(const struct stage_env *env, struct doc *doc,
		  enum stage_verdict *verdict, struct err *err)
{
	const struct doctype *type = schema_type(env->schemas, doc->type);

	*verdict = STAGE_GO_ON;
	if (!type)
		return err_set(err, RC_BUG, "document type %s has no schema",
			       doc->type);
	if (doc->structured || (!type->trust && !env->evidence))
		return RC_OK;
	return judge(type->trust, type, doc, err);
}
