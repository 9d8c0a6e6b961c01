/* xml.c - XML in our words; the only file that sees libxml2.
 *
 * Three things happen here: hostile XML becomes a tree (in the jailed reader),
 * instances that we built are checked against their XSD, and rules are run as XPath
 * with the exact functions of formula.c. Nothing is ever fetched: no network, no
 * entities, no external subset, and a DOCTYPE ends parsing at once, before any entity
 * could be declared. The one loader the library may call serves files of a schema
 * folder while that folder's schema is compiled, and nothing else. The library prints
 * nothing; what it complains about comes back in struct err or through the caller's
 * function. */
#include "xml.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "formula.h"
#include "text.h"

#define PARSE_OPTIONS                                                                  \
	(XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |                   \
	 XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA)

/* Imports are resolved against this, so that they come to serve_entity as
 * "intray:///common/types.xsd". */
#define SCHEMA_BASE "intray:///"
#define FORMULA_NS "urn:intray:formula"

static const char *served_dir; /* set while a schema is compiled */

static const char *utf8(const xmlChar *s)
{
	return (const char *)s;
}

static const xmlChar *xstr(const char *s)
{
	return (const xmlChar *)s;
}

static void keep_quiet(void *ctx, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void keep_quiet(void *ctx, const char *fmt, ...)
{
	(void)ctx, (void)fmt;
}

static void ignore_error(void *ctx, xmlErrorPtr error)
{
	(void)ctx, (void)error;
}

static xmlParserInputPtr serve_entity(const char *url, const char *id,
				      xmlParserCtxtPtr parser)
{
	char path[4096];

	(void)id;
	if (served_dir == NULL || url == NULL || !text_starts(url, SCHEMA_BASE) ||
	    strstr(url, ".."))
		return NULL;
	if ((size_t)snprintf(path, sizeof path, "%s/%s", served_dir,
			     url + strlen(SCHEMA_BASE)) >= sizeof path)
		return NULL;
	xmlParserInputPtr input = xmlNewInputFromFile(parser, path);
	/* Its own imports must be relative to the name it was asked by. */
	if (input && input->filename) {
		xmlFree((void *)(uintptr_t)input->filename);
		input->filename = (char *)xmlStrdup(xstr(url));
	}
	return input;
}

void xml_init(void)
{
	static bool done;

	if (done)
		return;
	xmlInitParser();
	xmlSetExternalEntityLoader(serve_entity);
	xmlSetGenericErrorFunc(NULL, keep_quiet);
	xmlSetStructuredErrorFunc(NULL, ignore_error);
	/* Each thread has its own; those that start later begin with these. */
	xmlThrDefSetGenericErrorFunc(NULL, keep_quiet);
	xmlThrDefSetStructuredErrorFunc(NULL, ignore_error);
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

static xmlDocPtr parse_tree(const void *bytes, size_t len, const char *url,
			    struct err *err)
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
	tree = parse_tree(bytes, len, NULL, err);
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

/* --- XML Schema ------------------------------------------------------- */

struct compiled_schema {
	xmlDocPtr source; /* the schema points into it */
	xmlSchemaPtr schema;
};

static void first_error(void *ctx, xmlErrorPtr error)
{
	struct err *err = ctx;

	if (err->text[0] == '\0' && error->message)
		err_set(err, RC_FAIL, "line %d: %.*s", error->line,
			(int)strcspn(error->message, "\n"), error->message);
}

static enum rc compile(const void *xsd, size_t len, const char *dir, const char *url,
		       struct compiled_schema **out, struct err *err)
{
	struct err reason = {0};
	xmlSchemaParserCtxtPtr parser;
	xmlSchemaPtr schema;
	xmlDocPtr source;

	xml_init();
	*out = NULL;
	if (len > INT32_MAX)
		return err_set(err, RC_FAIL, "it is larger than 2 GB");
	source = parse_tree(xsd, len, url, err);
	if (source == NULL)
		return RC_FAIL;
	parser = xmlSchemaNewDocParserCtxt(source);
	bug_on(parser == NULL);
	xmlSchemaSetParserStructuredErrors(parser, first_error, &reason);
	served_dir = dir;
	schema = xmlSchemaParse(parser);
	served_dir = NULL;
	xmlSchemaFreeParserCtxt(parser);
	if (schema == NULL) {
		xmlFreeDoc(source);
		return err_set(err, RC_FAIL, "%s",
			       reason.text[0] ? reason.text : "it is no XML Schema");
	}
	*out = xmlMalloc(sizeof **out);
	bug_on(*out == NULL);
	**out = (struct compiled_schema){source, schema};
	return RC_OK;
}

enum rc xml_schema_compile(const void *xsd, size_t len, const char *dir,
			   struct compiled_schema **out, struct err *err)
{
	return compile(xsd, len, dir, SCHEMA_BASE "schema.xsd", out, err);
}

enum rc xml_schema_compile_below(const char *dir, const char *name, const void *xsd,
				 size_t len, struct compiled_schema **out,
				 struct err *err)
{
	AUTO_ARENA scratch = arena_new();

	return compile(xsd, len, dir, arena_printf(scratch, SCHEMA_BASE "%s", name),
		       out, err);
}

void xml_schema_free(struct compiled_schema **schema)
{
	if (*schema) {
		xmlSchemaFree((*schema)->schema);
		xmlFreeDoc((*schema)->source);
		xmlFree(*schema);
	}
	*schema = NULL;
}

struct listener {
	xml_complaint_fn *complain;
	void *ctx;
};

static enum xml_wrong what_is_wrong(int code)
{
	static const struct {
		int code;
		enum xml_wrong what;
	} table[] = {
		{XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1, XML_WRONG_TYPE},
		{XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_2, XML_WRONG_TYPE},
		{XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_3, XML_WRONG_TYPE},
		{XML_SCHEMAV_CVC_PATTERN_VALID, XML_WRONG_PATTERN},
		{XML_SCHEMAV_CVC_ENUMERATION_VALID, XML_NOT_IN_LIST},
		{XML_SCHEMAV_CVC_LENGTH_VALID, XML_WRONG_LENGTH},
		{XML_SCHEMAV_CVC_MINLENGTH_VALID, XML_WRONG_LENGTH},
		{XML_SCHEMAV_CVC_MAXLENGTH_VALID, XML_WRONG_LENGTH},
		{XML_SCHEMAV_CVC_MININCLUSIVE_VALID, XML_OUT_OF_RANGE},
		{XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID, XML_OUT_OF_RANGE},
		{XML_SCHEMAV_CVC_MINEXCLUSIVE_VALID, XML_OUT_OF_RANGE},
		{XML_SCHEMAV_CVC_MAXEXCLUSIVE_VALID, XML_OUT_OF_RANGE},
		{XML_SCHEMAV_CVC_TOTALDIGITS_VALID, XML_OUT_OF_RANGE},
		{XML_SCHEMAV_CVC_FRACTIONDIGITS_VALID, XML_OUT_OF_RANGE},
		{XML_SCHEMAV_ELEMENT_CONTENT, XML_INCOMPLETE},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].code == code)
			return table[i].what;
	return XML_WRONG_OTHER;
}

static int place_among_like(const xmlNode *node)
{
	int place = 1;

	for (const xmlNode *at = node->prev; at; at = at->prev)
		if (at->type == XML_ELEMENT_NODE && xmlStrEqual(at->name, node->name))
			place++;
	return place;
}

/* Names below the root into path; the number of the second one, if there is one. */
static int locate(const xmlNode *node, char *path, size_t size)
{
	const xmlNode *chain[64];
	size_t depth = 0, used = 0;

	for (; node && node->type == XML_ELEMENT_NODE && depth < 64;
	     node = node->parent)
		chain[depth++] = node;
	path[0] = '\0';
	for (size_t i = depth < 1 ? 0 : depth - 1; i-- > 0 && used < size;)
		used += (size_t)snprintf(path + used, size - used, "%s%s",
					 used ? "/" : "", utf8(chain[i]->name));
	return depth >= 3 ? place_among_like(chain[depth - 3]) : 1;
}

static void pass_on(void *ctx, xmlErrorPtr error)
{
	const struct listener *listener = ctx;
	const char *message = error->message ? error->message : "";
	char path[512];
	struct xml_complaint complaint = {
		.what = what_is_wrong(error->code),
		.line = error->line,
		.text = message,
	};

	/* One code for two faults; only the words tell them apart. */
	if (complaint.what == XML_INCOMPLETE && strstr(message, "not expected"))
		complaint.what = XML_UNEXPECTED;
	complaint.row = locate(error->node, path, sizeof path);
	complaint.path = path;
	if (listener->complain)
		listener->complain(listener->ctx, &complaint);
}

enum rc xml_schema_validate(struct compiled_schema *schema, struct xml_doc *doc,
			    bool *valid, xml_complaint_fn *complain, void *ctx,
			    struct err *err)
{
	struct listener listener = {complain, ctx};
	xmlSchemaValidCtxtPtr validation = xmlSchemaNewValidCtxt(schema->schema);
	int verdict;

	bug_on(validation == NULL);
	xmlSchemaSetValidStructuredErrors(validation, pass_on, &listener);
	verdict = xmlSchemaValidateDoc(validation, (xmlDocPtr)doc);
	xmlSchemaFreeValidCtxt(validation);
	*valid = verdict == 0;
	if (verdict < 0)
		return err_set(err, RC_BUG, "the XSD could not be applied");
	return RC_OK;
}

/* --- rules ------------------------------------------------------------ */

struct rule_run {
	struct arena *arena;
	bool not_applicable;
};

/* Strings of one XPath argument, appended to args. False: it is absent. */
static bool take_argument(struct arena *arena, xmlXPathObjectPtr object, bool spread,
			  const char ***args, size_t *n, size_t *cap)
{
	int count = object->type == XPATH_NODESET && object->nodesetval
			    ? object->nodesetval->nodeNr
			    : 0;

	if (object->type == XPATH_NODESET) {
		for (int i = 0; i < count && (spread || i == 0); i++) {
			xmlChar *s = xmlXPathCastNodeToString(
				object->nodesetval->nodeTab[i]);

			*arena_push(arena, *args, *n, *cap) =
				arena_strdup(arena, utf8(s));
			xmlFree(s);
		}
		return spread || count > 0;
	}
	xmlChar *s = xmlXPathCastToString(object);

	*arena_push(arena, *args, *n, *cap) = arena_strdup(arena, utf8(s));
	xmlFree(s);
	return true;
}

/* Takes the arguments off XPath's stack, where the last lies on top. */
static bool take_arguments(xmlXPathParserContextPtr xpath,
			   const struct formula *formula, struct arena *arena,
			   int n_given, const char ***out, size_t *n_out)
{
	xmlXPathObjectPtr *given =
		arena_alloc_n(arena, (size_t)n_given + 1, sizeof(xmlXPathObjectPtr));
	bool complete = true;
	size_t cap = 0;

	*out = NULL;
	*n_out = 0;
	for (int i = n_given; i-- > 0;)
		given[i] = valuePop(xpath);
	for (int i = 0; i < n_given; i++) {
		if (given[i] == NULL)
			return false;
		if (formula->spreads && i > 0) /* between two columns */
			*arena_push(arena, *out, *n_out, cap) = NULL;
		if (!take_argument(arena, given[i], formula->spreads, out, n_out,
				   &cap)) {
			*arena_push(arena, *out, *n_out, cap) = NULL;
			complete &= formula->takes_absent && i == 0;
		}
		xmlXPathFreeObject(given[i]);
	}
	return complete;
}

static void push_result(xmlXPathParserContextPtr xpath, enum formula_result result,
			const char *text)
{
	if (result == FORMULA_TEXT)
		valuePush(xpath, xmlXPathNewCString(text));
	else
		valuePush(xpath, xmlXPathNewBoolean(result == FORMULA_TRUE));
}

static void call_formula(xmlXPathParserContextPtr xpath, int n_given)
{
	struct rule_run *run = xpath->context->userData;
	const char *name = utf8(xpath->context->function);
	const struct formula *formula = formula_find(name, strlen(name));
	enum formula_result result = FORMULA_NOT_APPLICABLE;
	const char **args, *text = "";
	size_t n;

	if (formula == NULL || n_given < (int)formula->min_args ||
	    n_given > (int)formula->max_args) {
		xmlXPathErr(xpath, XPATH_INVALID_ARITY);
		return;
	}
	if (take_arguments(xpath, formula, run->arena, n_given, &args, &n))
		result = formula->call(run->arena, args, n, &text);
	run->not_applicable |= result == FORMULA_NOT_APPLICABLE;
	push_result(xpath, result, text);
}

static xmlXPathContextPtr rule_context(xmlDocPtr doc, struct rule_run *run)
{
	xmlXPathContextPtr xpath = xmlXPathNewContext(doc);
	const struct formula *formula;

	bug_on(xpath == NULL);
	xpath->userData = run;
	xpath->error = ignore_error;
	xmlXPathRegisterNs(xpath, xstr("m"), xstr(FORMULA_NS));
	for (size_t i = 0; (formula = formula_at(i)) != NULL; i++)
		xmlXPathRegisterFuncNS(xpath, xstr(formula->name), xstr(FORMULA_NS),
				       call_formula);
	return xpath;
}

static enum rc rule_failed(xmlXPathContextPtr xpath, const char *test, struct err *err)
{
	const char *message = xpath->lastError.message ? xpath->lastError.message
						       : "it can't be evaluated";

	return err_set(err, RC_FAIL, "test '%s': %.*s", test,
		       (int)strcspn(message, "\n"), message);
}

static void set_variables(xmlXPathContextPtr xpath,
			  const struct xml_variable *variables)
{
	for (; variables && variables->name; variables++)
		xmlXPathRegisterVariable(xpath, xstr(variables->name),
					 variables->value
						 ? xmlXPathNewCString(variables->value)
						 : xmlXPathNewNodeSet(NULL));
}

enum rc xml_xpath_test(struct xml_node *context, const char *test,
		       const struct xml_variable *variables, enum xpath_result *out,
		       struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	struct rule_run run = {scratch, false};
	xmlNodePtr node = (xmlNodePtr)context;
	xmlXPathContextPtr xpath = rule_context(node->doc, &run);
	xmlXPathObjectPtr value;
	enum rc rc = RC_OK;

	xpath->node = node;
	set_variables(xpath, variables);
	value = xmlXPathEvalExpression(xstr(test), xpath);
	if (value == NULL)
		rc = rule_failed(xpath, test, err);
	else if (run.not_applicable)
		*out = XPATH_NOT_APPLICABLE;
	else
		*out = xmlXPathCastToBoolean(value) ? XPATH_TRUE : XPATH_FALSE;
	xmlXPathFreeObject(value);
	xmlXPathFreeContext(xpath);
	return rc;
}

/* XPath finds out about an unknown function only when it gets there. */
static enum rc check_names(const char *test, struct err *err)
{
	for (const char *at = strstr(test, "m:"); at; at = strstr(at + 2, "m:")) {
		size_t len = strspn(at + 2, "abcdefghijklmnopqrstuvwxyz-");

		if (at[2 + len] == '(' && formula_find(at + 2, len) == NULL)
			return err_set(err, RC_FAIL,
				       "test '%s': there is no function m:%.*s", test,
				       (int)len, at + 2);
	}
	return RC_OK;
}

enum rc xml_xpath_check(const char *test, struct err *err)
{
	struct rule_run run = {NULL, false};
	xmlXPathContextPtr xpath;
	xmlXPathCompExprPtr compiled;
	enum rc rc = RC_OK;

	xml_init();
	xpath = rule_context(NULL, &run);
	compiled = xmlXPathCtxtCompile(xpath, xstr(test));
	if (compiled == NULL)
		rc = rule_failed(xpath, test, err);
	xmlXPathFreeCompExpr(compiled);
	xmlXPathFreeContext(xpath);
	return rc == RC_OK ? check_names(test, err) : rc;
}
