/* xml_rule.c - rules of document types, XPath 1.0 over an instance with the exact
 * functions of formula.c, which libxml2's own floating point could not give. A function
 * that cannot be applied to what it got makes its whole rule not applicable. */
#include "xml_tree.h"

#include <string.h>

#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "formula.h"

#define FORMULA_NS "urn:intray:formula"

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
	xpath->error = xml_ignore_error;
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
