/* instance.h - a document's values laid out as its XSD wants them; shared by validate.c
 * and rules.c. Everything lives in a scratch arena of one validation. */
#ifndef INTRAY_INSTANCE_H
#define INTRAY_INSTANCE_H

#include "schema.h"
#include "xml.h"

struct cell { /* one field of the document, and what is found out about it */
	struct field *field;
	const struct fieldtype *type;
	bool in_instance;
	bool wrong; /* the XSD complains: */
	enum xml_wrong what;
	bool digit_fails;
	bool contradicted;  /* by a rule that does not hold */
	bool disputed;	    /* by one that only warns, over a value that nobody keys */
	bool refuted;	    /* by one that stops, between header fields */
	const char *proved; /* id of the rule that proves it, or NULL */
	bool proved_by_data; /* with something that was keyed or is structured data */
	bool in_stop_finding;
};

struct table { /* a repeated group: the line numbers that occur, and their elements */
	const char *name, *item;
	int *lines; /* ascending */
	struct xml_node **rows;
	size_t n, cap;
};

struct instance {
	struct arena *arena;
	struct doc *doc;
	const struct doctype *type;
	struct cell *cells; /* in the XSD's order, lines ascending */
	size_t n_cells, cap_cells;
	struct table *tables;
	size_t n_tables, cap_tables;
	struct proof *proofs; /* rules.c */
	size_t n_proofs, cap_proofs;
	struct xml_doc *tree; /* xml_free */
};

/* Takes in all fields the type knows and that are not doubtful and dispensable. */
void instance_build(struct instance *instance, struct doc *doc,
		    const struct doctype *type, struct arena *arena);
struct cell *instance_cell(const struct instance *instance,
			   const struct fieldtype *type, int line); /* or NULL */
/* The cell a complaint of the XSD is about, or NULL. */
struct cell *instance_cell_at(const struct instance *instance, const char *element_path,
			      int row);
const struct table *instance_table(const struct instance *instance, const char *name);
/* "seller/name", "lines[2]/charge" */
const char *cell_name(struct arena *arena, const struct fieldtype *type, int line);

/* Asks the XSD: marks cells that it complains of, sets doc->instance when it does not. */
enum rc instance_ask_xsd(struct instance *instance, struct err *err);
/* Builds, asks the XSD and runs the rules without adding findings. The caller frees the
 * tree, after RC_OK or not. */
enum rc instance_rehearse(struct instance *instance, struct doc *doc,
			  const struct doctype *type, struct arena *arena,
			  struct err *err);

/* rules.c: runs all rules of the type, adds their findings, marks cells as contradicted
 * or proved. */
enum rc rules_run(struct instance *instance, struct err *err);

#endif
