/* XML: hostile files, walking, building, XSD complaints, and rules with exact sums. */
#include "testing.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../stages/formula.h"
#include "xml.h"

static struct xml_doc *parse(const char *text)
{
	struct xml_doc *doc = NULL;
	struct err err = {0};

	if (xml_parse(text, strlen(text), &doc, &err) != RC_OK)
		fail_msg("%s", err.text);
	return doc;
}

/* --- parsing ---------------------------------------------------------- */

static void hostile_xml_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *name, *xml, *reason;
	} cases[] = {
		{"empty", "", "empty"},
		{"no XML", "hello", ""},
		{"only white space", "  \n ", ""},
		{"DOCTYPE", "<!DOCTYPE a><a/>", "DOCTYPE"},
		{"entity from a file",
		 "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
		 "DOCTYPE"},
		{"external subset",
		 "<!DOCTYPE a SYSTEM \"http://localhost/a.dtd\"><a/>", "DOCTYPE"},
		{"expansion bomb",
		 "<!DOCTYPE a [<!ENTITY x \"xxxx\"><!ENTITY y "
		 "\"&x;&x;&x;\">]><a>&y;</a>",
		 "DOCTYPE"},
		{"DOCTYPE behind a comment", "<!-- -->\n<!DOCTYPE a><a/>", "DOCTYPE"},
		{"entity without DOCTYPE", "<a>&x;</a>", "entity"},
		{"cut off in text", "<a><b>12", "cut off"},
		{"cut off in a tag", "<a>\n<b/>\n<c attr=\"", "line 3"},
		{"wrong end tag", "<a>\n<b></a>", "line 2"},
		{"text behind the end", "<a/>more", "after its end"},
		{"control character", "<a>\x01</a>", "characters"},
		{"bad UTF-8", "<a>\xff\xfe\xfd</a>", ""},
		{"unknown encoding",
		 "<?xml version=\"1.0\" encoding=\"klingon\"?><a>\xe4</a>", ""},
	};
	struct xml_doc *doc;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = {0};
		enum rc rc = xml_parse(cases[i].xml, strlen(cases[i].xml), &doc, &err);

		if (rc != RC_FAIL || doc || !strstr(err.text, cases[i].reason))
			fail_msg("%s: %s '%s'", cases[i].name, rc_name(rc), err.text);
	}
}

static void too_deep_a_tree_is_refused(void **state)
{
	enum { DEEP = 100000 };
	char *xml = malloc(3 * DEEP);
	struct xml_doc *doc;
	struct err err = {0};

	(void)state;
	assert_non_null(xml);
	for (int i = 0; i < DEEP; i++)
		memcpy(xml + 3 * i, "<a>", 3);
	assert_int_equal(xml_parse(xml, 3 * DEEP, &doc, &err), RC_FAIL);
	free(xml);
}

static void an_element_with_very_many_attributes_is_refused(void **state)
{
	enum { MANY = 200000 };
	struct arena *arena = arena_new();
	struct strbuf xml, comment;
	struct xml_doc *doc;
	struct err err = {0};

	(void)state;
	strbuf_init(&xml, arena);
	strbuf_init(&comment, arena);
	strbuf_addf(&xml, "<a");
	strbuf_addf(&comment, "<a><!--");
	for (int i = 0; i < MANY; i++) {
		strbuf_addf(&xml, " a%d='1'", i);
		strbuf_addf(&comment, "=");
	}
	strbuf_addf(&xml, "/>");
	strbuf_addf(&comment, "--></a>");
	assert_int_equal(xml_parse(xml.text, xml.len, &doc, &err), RC_FAIL);
	assert_non_null(strstr(err.text, "attributes"));
	assert_int_equal(xml_parse(comment.text, comment.len, &doc, &err), RC_OK);
	xml_free(&doc);
	arena_free(&arena);
}

static void xinclude_and_schema_hints_are_not_followed(void **state)
{
	AUTO_XML doc =
		parse("<a xmlns:xi=\"http://www.w3.org/2001/XInclude\" "
		      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
		      "xsi:noNamespaceSchemaLocation=\"file:///etc/passwd\">"
		      "<xi:include href=\"file:///etc/passwd\" parse=\"text\"/></a>");
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(xml_text(arena, xml_root(doc)), "");
	assert_string_equal(xml_name(xml_first(xml_root(doc))), "include");
	arena_free(&arena);
}

/* As in the jail: no file can be opened any more once xml_init was called. */
static int parse_without_files(void)
{
	static const char utf16[] = "\xff\xfe<\0a\0>\0\xe4\0<\0/\0a\0>\0";
	static const char latin1[] =
		"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe4</a>";
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {{"<a>\u00e4</a>", 9},
		     {utf16, sizeof utf16 - 1},
		     {latin1, sizeof latin1 - 1}};
	struct rlimit none = {0, 0};
	struct arena *arena = arena_new();

	setrlimit(RLIMIT_NOFILE, &none);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = {0};
		struct xml_doc *doc;

		if (xml_parse(cases[i].bytes, cases[i].len, &doc, &err) != RC_OK ||
		    strcmp(xml_text(arena, xml_root(doc)), "\u00e4") != 0)
			return (int)i + 1;
		xml_free(&doc);
	}
	arena_free(&arena);
	return 0;
}

static void parsing_opens_no_file(void **state)
{
	int status;
	pid_t child;

	(void)state;
	xml_init();
	child = fork();
	if (child == 0)
		_exit(parse_without_files());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* --- walking and building --------------------------------------------- */

static void a_tree_is_walked_by_local_names(void **state)
{
	AUTO_XML doc =
		parse("<p:a xmlns:p=\"urn:x\" n=\"1\"><!-- c --><p:b>one</p:b>\n"
		      "<p:c><p:d> two\n words </p:d></p:c><p:b>three</p:b></p:a>");
	struct arena *arena = arena_new();
	struct xml_node *root = xml_root(doc), *b = xml_child(root, "b");

	(void)state;
	assert_string_equal(xml_name(root), "a");
	assert_string_equal(xml_ns(root), "urn:x");
	assert_string_equal(xml_attr(arena, root, "n"), "1");
	assert_null(xml_attr(arena, root, "m"));
	assert_string_equal(xml_attr_name(root, 0), "n");
	assert_null(xml_attr_name(root, 1));
	assert_string_equal(xml_text(arena, b), "one");
	assert_string_equal(xml_text(arena, xml_next_same(b)), "three");
	assert_null(xml_next_same(xml_next_same(b)));
	assert_string_equal(xml_text(arena, xml_at(root, "c/d")), "two words");
	assert_int_equal(xml_line(xml_at(root, "c/d")), 2);
	assert_null(xml_at(root, "c/x/y"));
	assert_null(xml_child(NULL, "b"));
	assert_null(xml_text(arena, NULL));
	arena_free(&arena);
}

static void what_is_built_is_escaped(void **state)
{
	AUTO_XML doc = xml_new("invoice");
	struct arena *arena = arena_new();
	size_t len;

	(void)state;
	xml_add(xml_add(xml_root(doc), "seller", NULL), "name", "M & <S> \u00e4");
	assert_string_equal(xml_print(arena, xml_root(doc), &len),
			    "<invoice><seller><name>M &amp; &lt;S&gt; "
			    "\u00e4</name></seller></invoice>");
	assert_int_equal(len, strlen(xml_print(arena, xml_root(doc), NULL)));
	arena_free(&arena);
}

/* --- XML Schema ------------------------------------------------------- */

static const char small_xsd[] =
	"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n"
	"<xs:element name=\"r\"><xs:complexType><xs:all>\n"
	"<xs:element name=\"day\" type=\"xs:date\" minOccurs=\"0\"/>\n"
	"<xs:element name=\"sum\" type=\"xs:decimal\"/>\n"
	"<xs:element name=\"code\" minOccurs=\"0\"><xs:simpleType>\n"
	"<xs:restriction base=\"xs:string\"><xs:enumeration value=\"A\"/>"
	"</xs:restriction></xs:simpleType></xs:element>\n"
	"<xs:element name=\"rate\" minOccurs=\"0\"><xs:simpleType>\n"
	"<xs:restriction base=\"xs:decimal\"><xs:maxInclusive value=\"100\"/>"
	"</xs:restriction></xs:simpleType></xs:element>\n"
	"<xs:element name=\"id\" minOccurs=\"0\"><xs:simpleType>\n"
	"<xs:restriction base=\"xs:string\"><xs:pattern value=\"[0-9]+\"/>"
	"<xs:maxLength value=\"4\"/></xs:restriction></xs:simpleType></xs:element>\n"
	"<xs:element name=\"lines\" minOccurs=\"0\"><xs:complexType><xs:sequence>\n"
	"<xs:element name=\"line\" maxOccurs=\"unbounded\"><xs:complexType><xs:all>\n"
	"<xs:element name=\"net\" type=\"xs:decimal\"/>"
	"</xs:all></xs:complexType></xs:element>"
	"</xs:sequence></xs:complexType></xs:element>\n"
	"</xs:all></xs:complexType></xs:element></xs:schema>";

struct heard {
	int n;
	enum xml_wrong what; /* of the first */
	char path[64];
	int row;
};

static void hear(void *ctx, const struct xml_complaint *complaint)
{
	struct heard *heard = ctx;

	if (heard->n++ > 0)
		return;
	heard->what = complaint->what;
	heard->row = complaint->row;
	snprintf(heard->path, sizeof heard->path, "%s", complaint->path);
}

static void complaints_say_what_is_wrong_and_where(void **state)
{
	static const struct {
		const char *xml;
		int n; /* 0: valid, 1: at least one */
		enum xml_wrong what;
		const char *path;
		int row;
	} cases[] = {
		{"<r><sum>1.00</sum></r>", 0, XML_WRONG_OTHER, "", 0},
		{"<r><sum>1,00</sum></r>", 1, XML_WRONG_TYPE, "sum", 1},
		{"<r><day>2023-02-30</day><sum>1</sum></r>", 1, XML_WRONG_TYPE, "day",
		 1},
		{"<r><sum>1</sum><code>B</code></r>", 1, XML_NOT_IN_LIST, "code", 1},
		{"<r><sum>1</sum><rate>101</rate></r>", 1, XML_OUT_OF_RANGE, "rate", 1},
		{"<r><sum>1</sum><id>12a</id></r>", 1, XML_WRONG_PATTERN, "id", 1},
		{"<r><sum>1</sum><id>12345</id></r>", 1, XML_WRONG_LENGTH, "id", 1},
		{"<r/>", 1, XML_INCOMPLETE, "", 1},
		{"<r><sum>1</sum><x/></r>", 1, XML_UNEXPECTED, "x", 1},
		{"<r><sum>1</sum><lines><line><net>1</net></line><line><net>x</net></"
		 "line>"
		 "</lines></r>",
		 1, XML_WRONG_TYPE, "lines/line/net", 2},
	};
	struct compiled_schema *schema;
	struct err err = {0};

	(void)state;
	assert_int_equal(
		xml_schema_compile(small_xsd, strlen(small_xsd), NULL, &schema, &err),
		RC_OK);
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_XML doc = parse(cases[i].xml);
		struct heard heard = {0};
		bool valid;

		assert_int_equal(
			xml_schema_validate(schema, doc, &valid, hear, &heard, &err),
			RC_OK);
		if (valid != (cases[i].n == 0) || (heard.n == 0) != valid ||
		    (!valid &&
		     (heard.what != cases[i].what || heard.row != cases[i].row ||
		      strcmp(heard.path, cases[i].path) != 0)))
			fail_msg("%s: valid %d, %d at '%s' row %d", cases[i].xml, valid,
				 (int)heard.what, heard.path, heard.row);
	}
	xml_schema_free(&schema);
	assert_null(schema);
}

static void a_broken_xsd_is_refused_with_its_line(void **state)
{
	static const char *const cases[] = {
		"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n\n"
		"<xs:element name=\"a\" type=\"nosuch\"/></xs:schema>",
		"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n\n"
		"<xs:element nome=\"a\"/></xs:schema>",
		"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n\n"
		"<xs:element></xs:schema>",
	};
	struct compiled_schema *schema;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = {0};

		assert_int_equal(xml_schema_compile(cases[i], strlen(cases[i]), NULL,
						    &schema, &err),
				 RC_FAIL);
		assert_null(schema);
		assert_non_null(strstr(err.text, "line 3"));
	}
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void imports_are_served_from_one_folder_only(void **state)
{
	static const char with_include[] =
		"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">"
		"<xs:include schemaLocation=\"%s\"/>"
		"<xs:element name=\"a\" type=\"t\"/></xs:schema>";
	char dir[] = "/tmp/intray-xml-XXXXXX", xsd[512], path[256];
	struct compiled_schema *schema;
	struct err err = {0};

	(void)state;
	assert_non_null(mkdtemp(dir));
	write_file(dir, "types.xsd",
		   "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">"
		   "<xs:simpleType name=\"t\"><xs:restriction base=\"xs:string\"/>"
		   "</xs:simpleType></xs:schema>");
	snprintf(xsd, sizeof xsd, with_include, "types.xsd");
	assert_int_equal(xml_schema_compile(xsd, strlen(xsd), dir, &schema, &err),
			 RC_OK);
	xml_schema_free(&schema);
	assert_int_equal(xml_schema_compile(xsd, strlen(xsd), NULL, &schema, &err),
			 RC_FAIL);
	snprintf(path, sizeof path, "../%s/types.xsd", strrchr(dir, '/') + 1);
	snprintf(xsd, sizeof xsd, with_include, path);
	assert_int_equal(xml_schema_compile(xsd, strlen(xsd), dir, &schema, &err),
			 RC_FAIL);
	snprintf(path, sizeof path, "file://%s/types.xsd", dir);
	snprintf(xsd, sizeof xsd, with_include, path);
	assert_int_equal(xml_schema_compile(xsd, strlen(xsd), dir, &schema, &err),
			 RC_FAIL);
	snprintf(path, sizeof path, "%s/types.xsd", dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

/* --- rules ------------------------------------------------------------ */

static const char rule_xml[] =
	"<r><net>100.00</net><tax>19</tax><gross>119.000</gross>"
	"<neg>-5</neg><none>0.00</none><cur>EUR</cur><yen>JPY</yen>"
	"<dinar>KWD</dinar><day>2026-02-28</day><later>2026-03-01</later>"
	"<words>about ten</words><npi>1234567893</npi>"
	"<iban>DE89 3704 0044 0532 0130 00</iban><vat>DE136695976</vat>"
	"<lines><line><n>0.1</n><q>2</q></line><line><n>0.2</n><q>3</q></line></"
	"lines></r>";

#define YES XPATH_TRUE
#define NOT XPATH_FALSE
#define NA XPATH_NOT_APPLICABLE

static const struct rule_case {
	const char *test;
	enum xpath_result expected;
} rule_cases[] = {
	{"m:eq(net, '100')", YES},
	{"m:eq(net, tax)", NOT},
	{"m:eq(net, 100)", YES},
	{"m:ne(net, tax)", YES},
	{"m:ne(net, '100.0')", NOT},
	{"m:lt(tax, net)", YES},
	{"m:lt(net, net)", NOT},
	{"m:le(net, net)", YES},
	{"m:le(gross, net)", NOT},
	{"m:gt(gross, net)", YES},
	{"m:gt(net, net)", NOT},
	{"m:ge(net, net)", YES},
	{"m:ge(tax, net)", NOT},
	{"m:near(net, '100.01', '0.01')", YES},
	{"m:near(net, '100.02', '0.01')", NOT},
	{"m:eq(m:add(net, tax), gross)", YES},
	{"m:eq(m:add(net, tax, neg), '114')", YES},
	{"m:eq(m:sub(gross, tax), net)", YES},
	{"m:eq(m:mul(tax, '0.5', 2), tax)", YES},
	{"m:eq(m:div(net, '3'), '33.33333333')", YES},
	{"m:eq(m:div(net, none), net)", NA},
	{"m:eq(m:round('2.345', 2), '2.35')", YES},
	{"m:eq(m:round('-2.345', '2'), '-2.35')", YES},
	{"m:eq(m:round(net, '0.5'), net)", NA},
	{"m:eq(m:abs(neg), '5')", YES},
	{"m:eq(m:neg(neg), '5')", YES},
	{"m:eq(m:sum(lines/line/n), '0.3')", YES}, /* in doubles it is not */
	{"m:eq(m:sum(lines/line/absent), '0')", YES},
	{"m:eq(m:dot(lines/line/n, lines/line/q), '0.8')", YES},
	{"m:eq(m:dot(lines/line/absent, lines/line/absent), '0')", YES},
	{"m:dot(lines/line/n, net)", NA}, /* columns of different length */
	{"m:dot(lines/line/n, absent)", NA},
	{"m:dot(words, net)", NA},
	{"m:eq(m:sum-where(lines/line/n, lines/line/q, '3.0'), '0.2')", YES},
	{"m:eq(m:sum-where(lines/line/n, lines/line/q, '7'), '0')", YES},
	{"m:sum-where(lines/line/n, net, '3')", NA}, /* columns of different length */
	{"m:sum-where(lines/line/n, lines/line/q, absent)", NA},
	{"m:sum-where(lines/line/n, lines/line/q, words)", NA},
	{"m:icd10('S62.101A')", YES},
	{"m:icd10('I10')", YES},
	{"m:icd10('250.00')", NOT},
	{"m:icd10(absent)", NA},
	{"m:icd9('250.00')", YES},
	{"m:icd9('V58.1')", YES},
	{"m:icd9('S62.101A')", NOT},
	{"m:eq(m:or(absent, '7'), '7')", YES},
	{"m:eq(m:or(net, '7'), net)", YES},
	{"m:eq(m:cent(cur), '0.01')", YES},
	{"m:eq(m:cent(yen), '1')", YES},
	{"m:eq(m:cent(dinar), '0.001')", YES},
	{"m:before(day, later)", YES},
	{"m:before(later, day)", NOT},
	{"m:before(day, day)", NOT},
	{"m:not-after(day, day)", YES},
	{"m:not-after(later, day)", NOT},
	{"m:eq(m:days(day, later), '1')", YES},
	{"m:days(day, words)", NA},
	{"m:luhn('79927398713')", YES},
	{"m:luhn('79927398710')", NOT},
	{"m:luhn(words)", NA},
	{"m:npi(npi)", YES},
	{"m:npi('1234567890')", NOT},
	{"m:iban(iban)", YES},
	{"m:iban('DE00')", NOT},
	{"m:vat-id(vat)", YES},
	{"m:vat-id('DE136695975')", NOT},
	{"m:vat-id('SK2022749619')", NA},
	/* what is absent or no number makes the test not applicable... */
	{"m:eq(absent, net)", NA},
	{"m:eq(words, net)", NA},
	{"m:add(net, words)", NA},
	{"m:before(absent, day)", NA},
	{"not(m:eq(absent, net))", NA},
	{"m:cent(absent)", NA},
	/* ...but only if the question comes up */
	{"not(absent) or m:eq(absent, net)", YES},
	{"m:eq(net, net) or m:eq(absent, net)", YES},
	/* numbers too large for a decimal */
	{"m:mul('99999999999999999999', '99999999999999999999999')", NA},
	{"$received_on = '2026-03-02'", YES},
	{"m:before(later, $received_on)", YES},
	{"m:before($nothing, later)", NA},
};

static void rules_count_exactly(void **state)
{
	static const struct xml_variable variables[] = {
		{"received_on", "2026-03-02"}, {"nothing", NULL}, {NULL, NULL}};
	AUTO_XML doc = parse(rule_xml);

	(void)state;
	for (size_t i = 0; i < COUNT(rule_cases); i++) {
		enum xpath_result result = XPATH_NOT_APPLICABLE;
		struct err err = {0};

		if (xml_xpath_test(xml_root(doc), rule_cases[i].test, variables,
				   &result, &err) != RC_OK)
			fail_msg("%s: %s", rule_cases[i].test, err.text);
		if (result != rule_cases[i].expected)
			fail_msg("%s: expected %d, got %d", rule_cases[i].test,
				 (int)rule_cases[i].expected, (int)result);
		assert_int_equal(xml_xpath_check(rule_cases[i].test, &err), RC_OK);
	}
}

static void every_function_has_a_case(void **state)
{
	const struct formula *formula;

	(void)state;
	for (size_t i = 0; (formula = formula_at(i)) != NULL; i++) {
		char call[64];
		bool tested = false;

		snprintf(call, sizeof call, "m:%s(", formula->name);
		for (size_t k = 0; k < COUNT(rule_cases); k++)
			tested |= strstr(rule_cases[k].test, call) != NULL;
		if (!tested)
			fail_msg("m:%s is not tested", formula->name);
	}
}

static void tests_that_cannot_run_are_errors(void **state)
{
	static const char *const broken[] = {"m:eq(net", "m:nosuch(net)", "net +", "]",
					     ""};
	AUTO_XML doc = parse(rule_xml);
	enum xpath_result result;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++)
		if (xml_xpath_check(broken[i], &err) != RC_FAIL)
			fail_msg("'%s' passed", broken[i]);
	assert_int_equal(
		xml_xpath_test(xml_root(doc), "m:eq(net)", NULL, &result, &err),
		RC_FAIL);
	assert_int_equal(
		xml_xpath_test(xml_root(doc), "m:nosuch(1)", NULL, &result, &err),
		RC_FAIL);
	assert_int_equal(xml_xpath_test(xml_root(doc), "$unset", NULL, &result, &err),
			 RC_FAIL);
	assert_int_equal(xml_xpath_test(xml_root(doc), "document('/etc/passwd')", NULL,
					&result, &err),
			 RC_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_xml_is_refused_with_a_reason),
		cmocka_unit_test(too_deep_a_tree_is_refused),
		cmocka_unit_test(an_element_with_very_many_attributes_is_refused),
		cmocka_unit_test(xinclude_and_schema_hints_are_not_followed),
		cmocka_unit_test(parsing_opens_no_file),
		cmocka_unit_test(a_tree_is_walked_by_local_names),
		cmocka_unit_test(what_is_built_is_escaped),
		cmocka_unit_test(complaints_say_what_is_wrong_and_where),
		cmocka_unit_test(a_broken_xsd_is_refused_with_its_line),
		cmocka_unit_test(imports_are_served_from_one_folder_only),
		cmocka_unit_test(rules_count_exactly),
		cmocka_unit_test(every_function_has_a_case),
		cmocka_unit_test(tests_that_cannot_run_are_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
