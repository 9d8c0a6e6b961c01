/* xml_xsd.c - XML Schemas: compiled once, then instances that we built, or e-invoices,
 * are held against them, and each breach is told with what is wrong and where. */
#include "xml_tree.h"

#include <stdio.h>
#include <string.h>

#include <libxml/xmlschemas.h>

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
	source = xml_tree(xsd, len, url, err);
	if (source == NULL)
		return RC_FAIL;
	parser = xmlSchemaNewDocParserCtxt(source);
	bug_on(parser == NULL);
	xmlSchemaSetParserStructuredErrors(parser, first_error, &reason);
	xml_serve(dir);
	schema = xmlSchemaParse(parser);
	xml_serve(NULL);
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
	return compile(xsd, len, dir, XML_SERVED "schema.xsd", out, err);
}

enum rc xml_schema_compile_below(const char *dir, const char *name, const void *xsd,
				 size_t len, struct compiled_schema **out,
				 struct err *err)
{
	AUTO_ARENA scratch = arena_new();

	return compile(xsd, len, dir, arena_printf(scratch, XML_SERVED "%s", name), out,
		       err);
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
