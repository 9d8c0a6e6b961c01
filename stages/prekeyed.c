/* prekeyed.c - what an index file says of a document, against what the paper shows.
 *
 * Whoever keyed the index looked at the same paper, so a value that both have is as
 * good as read twice. One that the paper does not show is taken as it was keyed, and
 * checked by schema and rules like any other. Where the two differ nobody can know who
 * is right: what was read stays, the index's value is offered beside it, and a person
 * must look. */
#include "sidecar.h"

#include <string.h>

#include "schema.h"

#define AS_KEYED 0.99F /* keyed once, on purpose, by whoever scanned */

static struct fieldtype const *type_of(const struct stage_env *env,
				       const struct doc *doc, const char *path)
{
	const struct doctype *type = schema_type(env->schemas, doc->type);
	const struct fieldtype *field = type ? doctype_field(type, path) : NULL;
	return field && !field->table ? field : NULL;
}

static void offer(struct doc *doc, struct field *field, const char *value)
{
	size_t n = field->n_alternatives;
	struct alternative *all = arena_alloc_n(doc->arena, n + 1, sizeof(*all));
	all[0] = (struct alternative){value, 0.5F};
	if (n)
		memcpy(all + 1, field->alternatives, n * sizeof(*all));
	field->alternatives = all;
	field->n_alternatives = n + 1;
}

static void put(struct doc *doc, const struct fieldtype *type, struct prekeyed *keyed)
{
	const char *value =
		value_canonical(doc->arena, type->kind, keyed->value, -1, 0);
	struct field *field = doc_field(doc, type->path, 0);

	if (field && field->value && value &&
	    !value_equal(type->kind, field->value, value)) {
		keyed->differs = true;
		offer(doc, field, value);
		return;
	}
	if (!field)
		field = doc_add_field(doc, type->path, 0);
	bool read = field->value != NULL;
	if (!read) {
		field->raw = keyed->value;
		field->value =
			value; /* NULL: it cannot be understood, which is found */
	}
	if (!value || field->source == SOURCE_XML)
		return;
	field->source = SOURCE_LOOKUP;
	field->confidence = field->confidence > AS_KEYED ? field->confidence : AS_KEYED;
	field->why = read ? "as its index file says" : "keyed in its index file";
}

enum rc prekeyed_run(const struct stage_env *env, struct doc *doc,
		     enum stage_verdict *verdict, struct err *err)
{
	(void)err;
	*verdict = STAGE_GO_ON;
	for (size_t i = 0; i < doc->n_prekeyed; i++) {
		const struct fieldtype *type = type_of(env, doc, doc->prekeyed[i].path);
		if (type)
			put(doc, type, &doc->prekeyed[i]);
	}
	return RC_OK;
}

enum rc prekeyed_find(const struct stage_env *env, struct doc *doc,
		      enum stage_verdict *verdict, struct err *err)
{
	(void)err;
	*verdict = STAGE_GO_ON;
	for (size_t i = 0; i < doc->n_prekeyed; i++) {
		const struct prekeyed *keyed = &doc->prekeyed[i];
		const struct fieldtype *type = type_of(env, doc, keyed->path);
		if (!type || !keyed->differs)
			continue;
		struct field *field = doc_field(doc, type->path, 0);
		field->accepted = false;
		doc_find(
			doc, "index-differs", FINDING_DOCUMENT, SEVERITY_STOP,
			type->path,
			"%s: the paper shows \"%.80s\", its index file says \"%.80s\".",
			type->title, field->value, keyed->value);
	}
	if (doc->index_missing)
		doc_find(doc, "index-missing", FINDING_DOCUMENT, SEVERITY_STOP, "",
			 "No index file has come for this document.");
	return RC_OK;
}
