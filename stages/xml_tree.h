/* xml_tree.h - libxml2 among the files that know it: xml.c, xml_xsd.c and xml_rule.c.
 */
#ifndef INTRAY_XML_TREE_H
#define INTRAY_XML_TREE_H

#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#include "xml.h"

/* Imports are resolved against this, so that they come to the loader as
 * "intray:///common/types.xsd". */
#define XML_SERVED "intray:///"

static inline const char *utf8(const xmlChar *s)
{
	return (const char *)s;
}

static inline const xmlChar *xstr(const char *s)
{
	return (const xmlChar *)s;
}

/* The tree of some XML, or NULL and why; `url` is what its imports are relative to. The
 * caller frees it. */
xmlDocPtr xml_tree(const void *bytes, size_t len, const char *url, struct err *err);

/* From now on the loader serves files of this folder below XML_SERVED; NULL: nothing.
 * The folder's name is the caller's. */
void xml_serve(const char *dir);

/* An error handler that says nothing. */
void xml_ignore_error(void *ctx, xmlErrorPtr error);

#endif
