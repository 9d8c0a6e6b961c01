/* xml.h - XML in our words; stages/xml.c is the only file that sees libxml2.
 *
 * Parsing never touches network, files or entities; any DOCTYPE is refused; depth and size
 * limits are libxml2's own (never XML_PARSE_HUGE). A node is borrowed from its document. */
#ifndef INTRAY_XML_H
#define INTRAY_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "decimal.h"
#include "err.h"

struct xml_doc;
struct xml_node;
struct compiled_schema;

/* Opens what the library needs once. Call it before a jail closes: afterwards parsing
 * opens no file. */
void xml_init(void);

/* RC_FAIL with line and reason in words a person understands. */
enum rc xml_parse(const void *bytes, size_t len, struct xml_doc **out, struct err *err);
void xml_free(struct xml_doc **doc);
#define AUTO_XML __attribute__((cleanup(xml_free))) struct xml_doc *

struct xml_node *xml_root(struct xml_doc *doc);
const char *xml_name(const struct xml_node *node); /* local name */
const char *xml_ns(const struct xml_node *node);   /* namespace URI or "" */
int xml_line(const struct xml_node *node);
struct xml_node *xml_first(const struct xml_node *parent); /* first child element */
struct xml_node *xml_next(const struct xml_node *node);	   /* next sibling element */
/* First child element with this local name, NULL when there is none or parent is NULL. */
struct xml_node *xml_child(const struct xml_node *parent, const char *name);
struct xml_node *xml_next_same(const struct xml_node *node); /* next sibling, same name */
/* Follows "A/B/C" by local names, the first match of each. */
struct xml_node *xml_at(const struct xml_node *node, const char *path);
char *xml_text(struct arena *arena, const struct xml_node *node); /* clean; NULL for NULL */
char *xml_attr(struct arena *arena, const struct xml_node *node, const char *name);
const char *xml_attr_name(const struct xml_node *node, size_t i); /* NULL after the last */
/* Serialised subtree, canonical enough to embed (UTF-8). */
char *xml_print(struct arena *arena, const struct xml_node *node, size_t *len);

/* The whole document with its declaration, one element a line, UTF-8: for other programs. */
char *xml_print_document(struct arena *arena, struct xml_doc *doc, size_t *len);

/* Building. Names may have a prefix ("cbc:ID") that xml_namespace gave a node above; one
 * without is in its parent's namespace. Texts are valid UTF-8. */
struct xml_doc *xml_new(const char *root_name);
struct xml_node *xml_add(struct xml_node *parent, const char *name, const char *text);
/* prefix NULL: the namespace of the node itself and of what is added without a prefix. */
void xml_namespace(struct xml_node *node, const char *prefix, const char *uri);
void xml_set_attr(struct xml_node *node, const char *name, const char *value);

/* Only xs:import/include of files in `dir` (may be NULL) are served: locations are taken
 * as below dir, ".." is refused. RC_FAIL "line N: reason". */
enum rc xml_schema_compile(const void *xsd, size_t len, const char *dir,
			   struct compiled_schema **out, struct err *err);
/* The same for the file `name` below dir, whose own imports may climb within dir. */
enum rc xml_schema_compile_below(const char *dir, const char *name, const void *xsd,
				 size_t len, struct compiled_schema **out,
				 struct err *err);
void xml_schema_free(struct compiled_schema **schema);

enum xml_wrong { /* what kind of rule of the XSD a value breaks */
	XML_WRONG_TYPE,	   /* not a date, not a number... */
	XML_WRONG_PATTERN, /* does not look as the pattern prescribes */
	XML_NOT_IN_LIST,   /* none of the enumeration */
	XML_WRONG_LENGTH,
	XML_OUT_OF_RANGE,  /* too small or too large, too many digits */
	XML_INCOMPLETE,	   /* a child element is missing */
	XML_UNEXPECTED,	   /* an element that has no business there */
	XML_WRONG_OTHER,
};
struct xml_complaint {
	enum xml_wrong what;
	const char *path; /* element names below the root: "seller/vat_id",
			   * "lines/line/charge"; "" for the root */
	int row;	  /* which one of its like the second element of path is, from 1 */
	int line;	  /* in the source; 0 for a document that was built */
	const char *text; /* the library's words, for logs */
};
typedef void xml_complaint_fn(void *ctx, const struct xml_complaint *complaint);
/* *valid; every complaint is told, in document order. */
enum rc xml_schema_validate(struct compiled_schema *schema, struct xml_doc *doc, bool *valid,
			    xml_complaint_fn *complain, void *ctx, struct err *err);

/* XPath 1.0 with our exact functions in namespace prefix m: m:eq(m:add(net, tax), gross);
 * all are documented at their table in stages/formula.c. An m: function that is given what
 * is no number (or no date) makes the whole test not applicable. RC_FAIL: bad syntax, an
 * unknown function or a wrong number of arguments. */
enum xpath_result { XPATH_FALSE, XPATH_TRUE, XPATH_NOT_APPLICABLE };
struct xml_variable { /* $name in a test; with value NULL it counts as absent */
	const char *name, *value;
};
/* variables: ends with a NULL name; may be NULL. */
enum rc xml_xpath_test(struct xml_node *context, const char *test,
		       const struct xml_variable *variables, enum xpath_result *out,
		       struct err *err);
/* Whether the test could be run at all: for loading schemas. */
enum rc xml_xpath_check(const char *test, struct err *err);

#endif
