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
/* Serialised subtree, canonical enough to embed (UTF-8). */
char *xml_print(struct arena *arena, const struct xml_node *node, size_t *len);

/* Building an instance. */
struct xml_doc *xml_new(const char *root_name);
struct xml_node *xml_add(struct xml_node *parent, const char *name, const char *text);

/* Only xs:import/include of files in `dir` (may be NULL) are served. */
enum rc xml_schema_compile(const void *xsd, size_t len, const char *dir,
			   struct compiled_schema **out, struct err *err);
void xml_schema_free(struct compiled_schema **schema);
typedef void xml_complaint_fn(void *ctx, const char *path, int line, const char *text);
/* *valid; every complaint is told with the path of the element ("seller/vat_id"). */
enum rc xml_schema_validate(struct compiled_schema *schema, struct xml_doc *doc, bool *valid,
			    xml_complaint_fn *complain, void *ctx, struct err *err);

/* XPath 1.0 with our exact functions in namespace prefix m: eq, ne, lt, le, gt, ge, add,
 * sub, mul, sum(nodeset), round(a, n), near(a, b, tolerance), before(d1, d2), not-after,
 * luhn, npi, iban, ... documented at their table in xml.c. A test that cannot be evaluated
 * (bad syntax) is RC_FAIL; m: functions on non-numbers make the test not applicable. */
enum xpath_result { XPATH_FALSE, XPATH_TRUE, XPATH_NOT_APPLICABLE };
enum rc xml_xpath_test(struct xml_node *context, const char *test, enum xpath_result *out,
		       struct err *err);

#endif
