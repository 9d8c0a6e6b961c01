/* xml.c - XML in our words: hostile bytes become a tree (in the jailed reader), trees
 * are walked, built and printed.
 *
 * Beside it only xml_xsd.c and xml_rule.c see libxml2. Nothing is ever
 * fetched: no network, no entities, no external subset, and a DOCTYPE ends parsing at
 * once, before any entity could be declared. The one loader the library may call serves
 * files of a schema folder while that folder's schema is compiled, and nothing else.
 * The library prints nothing; what it complains about comes back in struct err or
 * through the caller's function. */
#include "xml_tree.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlschemastypes.h>

#include "text.h"

#define PARSE_OPTIONS                                                                  \
	(XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |                   \
	 XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA)

static const char *served_dir; /* set while a schema is compiled */

static void keep_quiet(void *ctx, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void keep_quiet(void *ctx, const char *fmt, ...)
{
	(void)ctx, (void)fmt;
}

void xml_ignore_error(void *ctx, xmlErrorPtr error)
{
	(void)ctx, (void)error;
}

static xmlParserInputPtr serve_entity(const char *url, const char *id,
				      xmlParserCtxtPtr parser)
{
	char path[4096];

	(void)id;
	if (served_dir == NULL || url == NULL || !text_starts(url, XML_SERVED) ||
	    strstr(url, ".."))
		return NULL;
	if ((size_t)snprintf(path, sizeof path, "%s/%s", served_dir,
			     url + strlen(XML_SERVED)) >= sizeof path)
		return NULL;
	xmlParserInputPtr input = xmlNewInputFromFile(parser, path);
	/* Its own imports must be relative to the name it was asked by. */
	if (input && input->filename) {
		xmlFree((void *)(uintptr_t)input->filename);
		input->filename = (char *)xmlStrdup(xstr(url));
	}
	return input;
}

void xml_serve(const char *dir)
{
	served_dir = dir;
}

void xml_init(void)
{
	static bool done;

	if (done)
		return;
	xmlInitParser();
	xmlSetExternalEntityLoader(serve_entity);
	xmlSetGenericErrorFunc(NULL, keep_quiet);
	xmlSetStructuredErrorFunc(NULL, xml_ignore_error);
	/* Each thread has its own; those that start later begin with these. */
	xmlThrDefSetGenericErrorFunc(NULL, keep_quiet);
	xmlThrDefSetStructuredErrorFunc(NULL, xml_ignore_error);
	xmlSchemaInitTypes();
	done = true;
}

/* --- parsing ---------------------------------------------------------- */

static void refuse_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id,
			   const xmlChar *system_id)
{
	xmlParserCtxtPtr parser = ctx;
	bool *has_doctype = parser->_private;

	(void)name, (void)public_id, (void)system_id;
	*has_doctype = true;
	xmlStopParser(parser);
}

/* The library's reasons in a clerk's words. */
static const char *reason_in_words(const xmlError *error)
{
	static const struct {
		int code;
		const char *words;
	} table[] = {
		{XML_ERR_DOCUMENT_EMPTY, "there is no XML in it"},
		{XML_ERR_DOCUMENT_END, "there is text after its end"},
		{XML_ERR_TAG_NOT_FINISHED,
		 "it ends in the middle: the file is cut off"},
		{XML_ERR_TAG_NAME_MISMATCH, "a tag is closed that was not opened"},
		{XML_ERR_INVALID_CHAR, "it contains characters XML does not allow"},
		{XML_ERR_INVALID_ENCODING,
		 "its characters are not in the encoding it claims"},
		{XML_ERR_UNSUPPORTED_ENCODING,
		 "it is in an unknown character encoding"},
		{XML_ERR_UNDECLARED_ENTITY, "it uses an entity that is not defined"},
	};

	if (error == NULL)
		return "it is not well-formed";
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].code == error->code)
			return table[i].words;
	return error->message ? error->message : "it is not well-formed";
}

static bool ended_early(xmlParserCtxtPtr parser)
{
	return parser->input && parser->input->cur >= parser->input->end &&
	       parser->nameNr > 0;
}

static enum rc parse_failed(xmlParserCtxtPtr parser, bool has_doctype, struct err *err)
{
	const xmlError *error = xmlCtxtGetLastError(parser);
	const char *words = reason_in_words(error);
	int line = error ? error->line : 0;

	if (has_doctype)
		return err_set(err, RC_FAIL,
			       "line %d: it has a DOCTYPE, which is not accepted",
			       parser->input ? parser->input->line : line);
	if (ended_early(parser))
		words = "it ends in the middle: the file is cut off";
	return err_set(err, RC_FAIL, "line %d: %.*s", line, (int)strcspn(words, "\n"),
		       words);
}

xmlDocPtr xml_tree(const void *bytes, size_t len, const char *url, struct err *err)
{
	bool has_doctype = false;
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	xmlDocPtr tree;

	bug_on(parser == NULL);
	parser->_private = &has_doctype;
	parser->sax->internalSubset = refuse_doctype;
	tree = xmlCtxtReadMemory(parser, bytes, (int)len, url, NULL, PARSE_OPTIONS);
	if (tree && (has_doctype || xmlDocGetRootElement(tree) == NULL)) {
		xmlFreeDoc(tree);
		tree = NULL;
	}
	if (tree == NULL)
		parse_failed(parser, has_doctype, err);
	xmlFreeParserCtxt(parser);
	return tree;
}

/* The library compares every attribute of an element with every other: 200,000 of them
 * take hours. Counted on the bytes, which works for all encodings; a comment may hold
 * as many signs as it likes. No invoice has an element with more than a few dozen. */
enum { ATTRIBUTES_MAX = 5000 };

static bool too_many_attributes(const char *bytes, size_t len)
{
	size_t equals = 0;
	bool in_tag = false;

	for (size_t i = 0; i < len; i++) {
		switch (bytes[i]) {
		case '<':
			in_tag = i + 1 < len && bytes[i + 1] != '!' &&
				 bytes[i + 1] != '?';
			equals = 0;
			break;
		case '>':
			in_tag = false;
			break;
		case '=':
			if (in_tag && ++equals > ATTRIBUTES_MAX)
				return true;
			break;
		default:
			break;
		}
	}
	return false;
}

enum rc xml_parse(const void *bytes, size_t len, struct xml_doc **out, struct err *err)
{
	xmlDocPtr tree;

	xml_init();
	*out = NULL;
	if (len == 0)
		return err_set(err, RC_FAIL, "it is empty");
	if (len > INT32_MAX)
		return err_set(err, RC_FAIL, "it is larger than 2 GB");
	if (too_many_attributes(bytes, len))
		return err_set(err, RC_FAIL, "an element has more than %d attributes",
			       ATTRIBUTES_MAX);
	tree = xml_tree(bytes, len, NULL, err);
	*out = (struct xml_doc *)tree;
	return tree ? RC_OK : RC_FAIL;
}

void xml_free(struct xml_doc **doc)
{
	xmlFreeDoc((xmlDocPtr)*doc);
	*doc = NULL;
}

/* --- walking ---------------------------------------------------------- */

static const xmlNode *node_in(const struct xml_node *node)
{
	return (const xmlNode *)node;
}

static struct xml_node *node_out(xmlNodePtr node)
{
	return (struct xml_node *)node;
}

static struct xml_node *element_from(xmlNodePtr node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node_out(node);
}

struct xml_node *xml_root(struct xml_doc *doc)
{
	return node_out(xmlDocGetRootElement((xmlDocPtr)doc));
}

const char *xml_name(const struct xml_node *node)
{
	return utf8(node_in(node)->name);
}

const char *xml_ns(const struct xml_node *node)
{
	const xmlNs *ns = node_in(node)->ns;

	return ns && ns->href ? utf8(ns->href) : "";
}

int xml_line(const struct xml_node *node)
{
	return (int)xmlGetLineNo(node_in(node));
}

struct xml_node *xml_first(const struct xml_node *parent)
{
	return parent ? element_from(node_in(parent)->children) : NULL;
}

struct xml_node *xml_next(const struct xml_node *node)
{
	return node ? element_from(node_in(node)->next) : NULL;
}

static struct xml_node *named_from(struct xml_node *node, const char *name, size_t len)
{
	for (; node; node = xml_next(node))
		if (strlen(xml_name(node)) == len &&
		    strncmp(xml_name(node), name, len) == 0)
			return node;
	return NULL;
}

struct xml_node *xml_child(const struct xml_node *parent, const char *name)
{
	return named_from(xml_first(parent), name, strlen(name));
}

struct xml_node *xml_next_same(const struct xml_node *node)
{
	return node ? named_from(xml_next(node), xml_name(node), strlen(xml_name(node)))
		    : NULL;
}

struct xml_node *xml_at(const struct xml_node *node, const char *path)
{
	struct xml_node *at = NULL;

	for (; node && *path; node = at) {
		size_t len = strcspn(path, "/");

		at = named_from(xml_first(node), path, len);
		path += len + (path[len] == '/');
	}
	return at;
}

char *xml_text(struct arena *arena, const struct xml_node *node)
{
	xmlChar *content;
	char *text;

	if (node == NULL)
		return NULL;
	content = xmlNodeGetContent(node_in(node));
	if (content == NULL)
		return arena_strdup(arena, "");
	text = text_clean(arena, utf8(content), strlen(utf8(content)));
	xmlFree(content);
	return text;
}

char *xml_attr(struct arena *arena, const struct xml_node *node, const char *name)
{
	xmlChar *value = node ? xmlGetProp(node_in(node), xstr(name)) : NULL;
	char *copy = arena_strdup(arena, utf8(value));

	xmlFree(value);
	return copy;
}

const char *xml_attr_name(const struct xml_node *node, size_t i)
{
	const xmlAttr *attr = node_in(node)->properties;

	while (attr && i-- > 0)
		attr = attr->next;
	return attr ? utf8(attr->name) : NULL;
}

char *xml_print(struct arena *arena, const struct xml_node *node, size_t *len)
{
	xmlBufferPtr buf = xmlBufferCreate();
	xmlNodePtr at = (xmlNodePtr)(uintptr_t)node;
	char *copy;

	bug_on(buf == NULL || xmlNodeDump(buf, at->doc, at, 0, 0) < 0);
	copy = arena_strndup(arena, utf8(xmlBufferContent(buf)),
			     (size_t)xmlBufferLength(buf));
	if (len)
		*len = (size_t)xmlBufferLength(buf);
	xmlBufferFree(buf);
	return copy;
}

char *xml_print_document(struct arena *arena, struct xml_doc *doc, size_t *len)
{
	xmlChar *text = NULL;
	int size = 0;
	char *copy;

	xmlDocDumpFormatMemoryEnc((xmlDocPtr)doc, &text, &size, "UTF-8", 1);
	bug_on(text == NULL);
	copy = arena_strndup(arena, utf8(text), (size_t)size);
	*len = (size_t)size;
	xmlFree(text);
	return copy;
}

/* --- building --------------------------------------------------------- */

struct xml_doc *xml_new(const char *root_name)
{
	xmlDocPtr tree;

	xml_init();
	tree = xmlNewDoc(xstr("1.0"));
	bug_on(tree == NULL);
	xmlDocSetRootElement(tree, xmlNewDocNode(tree, NULL, xstr(root_name), NULL));
	return (struct xml_doc *)tree;
}

void xml_namespace(struct xml_node *node, const char *prefix, const char *uri)
{
	xmlNodePtr at = (xmlNodePtr)node;
	xmlNsPtr ns = xmlNewNs(at, xstr(uri), prefix ? xstr(prefix) : NULL);

	bug_on(ns == NULL);
	if (prefix == NULL)
		xmlSetNs(at, ns);
}

/* "cbc:ID" -> "ID" and the namespace that stands above under that prefix. */
static xmlNsPtr prefix_of(xmlNodePtr parent, const char **name)
{
	const char *colon = strchr(*name, ':');
	char prefix[16];
	xmlNsPtr ns;

	if (colon == NULL)
		return NULL;
	bug_on((size_t)(colon - *name) >= sizeof prefix);
	snprintf(prefix, sizeof prefix, "%.*s", (int)(colon - *name), *name);
	ns = xmlSearchNs(parent->doc, parent, xstr(prefix));
	bug_on(ns == NULL);
	*name = colon + 1;
	return ns;
}

struct xml_node *xml_add(struct xml_node *parent, const char *name, const char *text)
{
	xmlNsPtr ns = prefix_of((xmlNodePtr)parent, &name);
	xmlNodePtr node =
		xmlNewTextChild((xmlNodePtr)parent, ns, xstr(name), xstr(text));

	bug_on(node == NULL);
	return node_out(node);
}

void xml_set_attr(struct xml_node *node, const char *name, const char *value)
{
	bug_on(xmlNewProp((xmlNodePtr)node, xstr(name), xstr(value)) == NULL);
}
