/* schema_load.h - one XSD into one struct doctype; shared by schema.c, schema_load.c
 * and schema_notes.c. */
#ifndef INTRAY_SCHEMA_LOAD_H
#define INTRAY_SCHEMA_LOAD_H

#include "schema.h"
#include "xml.h"

/* out->name, xsd and xsd_len are set by the caller. RC_FAIL "NAME.xsd:LINE: what". */
enum rc doctype_load(struct arena *arena, struct doctype *out, struct err *err);
bool kind_from_name(const char *name, enum kind *out);

struct loader { /* one XSD being loaded */
	struct arena *arena;
	struct doctype *type;
	const struct xml_node *root; /* xs:schema */
	float accept, budget; /* of the type */
	size_t cap_fields, cap_rules, cap_checks, cap_signs;
	bool failed;
	struct err *err;
};

/* Keeps the first complaint, with file and the node's line. */
void schema_complain(struct loader *l, const struct xml_node *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* schema_notes.c */
void schema_type_notes(struct loader *l, const struct xml_node *element);
void schema_field_notes(struct loader *l, struct fieldtype *field,
			const struct xml_node *element);
/* Annotations of an element: the first, and whether one is <t:NAME>. */
struct xml_node *schema_first_note(const struct xml_node *element);
bool schema_is_note(const struct xml_node *node, const char *name);
/* "" after a complaint. */
const char *schema_needed_attr(struct loader *l, const struct xml_node *node,
			       const char *name);

#endif
