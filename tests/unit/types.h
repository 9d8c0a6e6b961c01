/* types.h - the document types of schemas/ for a group of tests, and what became of a
 * document that was held against them. */
#ifndef INTRAY_TESTS_TYPES_H
#define INTRAY_TESTS_TYPES_H

#include "doc.h"
#include "schema.h"
#include "testing.h"

static struct schema_set *types;

/* Set-up and tear-down of a group: `types` is there for all its tests. */
static inline int load_types(void **state)
{
	struct err err = {0};

	(void)state;
	if (schema_load_dir("schemas", &types, &err) != RC_OK)
		fail_msg("%s", err.text);
	return 0;
}

static inline int free_types(void **state)
{
	(void)state;
	schema_set_free(&types);
	return 0;
}

static inline bool has_finding(const struct doc *doc, const char *code)
{
	for (size_t i = 0; i < doc->n_findings; i++)
		if (strcmp(doc->findings[i].code, code) == 0)
			return true;
	return false;
}

#endif
