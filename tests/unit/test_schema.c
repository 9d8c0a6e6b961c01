/* Document types: what an XSD gives, what is wrong with one (and in which line), and
 * what a client's profile changes. */
#include "testing.h"

#include "schema.h"

#define HEAD                                                                           \
	"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "                    \
	"xmlns:t=\"urn:intray:type:1\">\n"
#define ROOT "<xs:element name=\"slip\"><xs:annotation><xs:appinfo>\n"
#define BODY "</xs:appinfo></xs:annotation><xs:complexType><xs:all>\n"
#define TAIL "</xs:all></xs:complexType></xs:element></xs:schema>"

static const char slip_xsd[] = HEAD
	"<xs:simpleType name=\"money\"><xs:restriction "
	"base=\"xs:decimal\"/></xs:simpleType>\n"
	"<xs:simpleType name=\"colour\"><xs:restriction base=\"xs:string\">"
	"<xs:enumeration value=\"red\"/><xs:enumeration value=\"blue\"/>"
	"</xs:restriction></xs:simpleType>\n" ROOT
	"<t:type title=\"Slip\" priority=\"7\" fallback=\"yes\" accept=\"0.9\"/>\n"
	"<t:sign lang=\"de\" weight=\"3\" where=\"title\">Pr\u00fcfzettel</t:sign>\n"
	"<t:sign weight=\"-1\" where=\"narrow\"/>\n"
	"<t:rule id=\"adds-up\" fields=\"total lines/net\" severity=\"stop\" "
	"proves=\"total\" "
	"test=\"m:eq(m:sum(lines/line/net), total)\">It does not add up.</t:rule>\n"
	"<t:rule id=\"each\" fields=\"lines/net\" each=\"line\" kind=\"reading\" "
	"when-missing=\"run\" test=\"net\">No net.</t:rule>\n"
	"<t:check name=\"known\" fields=\"colour\" "
	"severity=\"stop\">Unknown.</t:check>\n" BODY
	"<xs:element name=\"total\" type=\"money\"><xs:annotation><xs:appinfo>"
	"<t:field title=\"Total\" kind=\"amount\" order=\"20\" double=\"yes\" "
	"hint=\"below\" "
	"accept=\"0.5\" see=\"restricted\" keep=\"10y\" term=\"T-1\"/>"
	"<t:label lang=\"de\" weight=\"2\">Gesamt  Betr\u00e4ge</t:label>"
	"<t:label lang=\"en\" value=\"x\">sum</t:label>"
	"<t:zone page=\"2\" x=\"1\" y=\"2\" w=\"3.5\" h=\"4\" rows=\"6\" pitch=\"100\" "
	"print=\"2-\" value=\"M\"/>"
	"</xs:appinfo></xs:annotation></xs:element>\n"
	"<xs:element name=\"colour\" type=\"colour\" minOccurs=\"0\"><xs:annotation>"
	"<xs:appinfo><t:field order=\"10\" "
	"doubt=\"drop\"/></xs:appinfo></xs:annotation>"
	"</xs:element>\n"
	"<xs:element name=\"giver\" minOccurs=\"0\"><xs:complexType><xs:all>"
	"<xs:element name=\"name\" type=\"xs:string\"/>"
	"<xs:element name=\"birth_date\" type=\"xs:date\" minOccurs=\"0\"/>"
	"</xs:all></xs:complexType></xs:element>\n"
	"<xs:element name=\"lines\"><xs:complexType><xs:sequence>"
	"<xs:element name=\"line\" maxOccurs=\"unbounded\"><xs:complexType><xs:all>"
	"<xs:element name=\"net\" type=\"money\"><xs:annotation><xs:appinfo>"
	"<t:field order=\"none\"/></xs:appinfo></xs:annotation></xs:element>"
	"</xs:all></xs:complexType></xs:element>"
	"</xs:sequence></xs:complexType></xs:element>\n" TAIL;

static struct schema_set *load(const char *name, const char *xsd)
{
	struct schema_set *set = schema_set_new();
	struct err err = {0};

	if (schema_add(set, name, xsd, strlen(xsd), &err) != RC_OK)
		fail_msg("%s", err.text);
	return set;
}

static void a_type_is_what_its_xsd_says(void **state)
{
	struct schema_set *set = load("slip", slip_xsd);
	const struct doctype *type = schema_type(set, "slip");

	(void)state;
	assert_string_equal(type->title, "Slip");
	assert_int_equal(type->priority, 7);
	assert_true(type->fallback);
	assert_true(type->lines_required);
	assert_int_equal(strlen(type->version), 64);
	assert_int_equal(type->n_signs, 2);
	assert_string_equal(type->signs[0].text, "prufzettel");
	assert_true(type->signs[0].title);
	assert_true(type->signs[1].narrow);
	assert_int_equal(type->n_rules, 2);
	assert_int_equal(type->rules[0].severity, SEVERITY_STOP);
	assert_int_equal(type->rules[0].n_fields, 2);
	assert_string_equal(type->rules[0].proves[0], "total");
	assert_null(type->rules[0].table);
	assert_string_equal(type->rules[1].table, "lines");
	assert_true(type->rules[1].run_when_missing);
	assert_int_equal(type->rules[1].kind, FINDING_READING);
	assert_string_equal(type->checks[0].name, "known");
	assert_null(schema_type(set, "slips"));
	schema_set_free(&set);
	assert_null(set);
}

static void fields_have_paths_kinds_and_annotations(void **state)
{
	struct schema_set *set = load("slip", slip_xsd);
	const struct doctype *type = schema_type(set, "slip");
	const struct fieldtype *total = doctype_field(type, "total");
	const struct fieldtype *colour = doctype_field(type, "colour");
	const struct fieldtype *name = doctype_field(type, "giver/name");
	const struct fieldtype *net = doctype_field(type, "lines/net");

	(void)state;
	assert_int_equal(type->n_fields, 5);
	assert_ptr_equal(&type->fields[0], colour); /* keying order */
	assert_int_equal(total->kind, KIND_AMOUNT);
	assert_true(total->required && total->mark_double && total->restricted);
	assert_string_equal(total->labels[0].text, "gesamt betrage");
	assert_string_equal(total->labels[1].value, "x");
	assert_true(total->zones[0].page == 2 && total->zones[0].rows == 6);
	assert_true(total->zones[0].first_print == 2 &&
		    total->zones[0].last_print == 0);
	assert_true(total->accept > 0.49f && total->accept < 0.51f);
	assert_true(colour->accept > 0.89f && colour->accept < 0.91f);
	assert_int_equal(colour->kind, KIND_CODE);
	assert_int_equal(colour->n_codes, 2);
	assert_string_equal(colour->codes[1], "blue");
	assert_true(colour->drop_doubtful && !colour->required);
	assert_false(name->required);
	assert_string_equal(name->needed_in, "giver");
	assert_string_equal(name->title, "giver name");
	assert_int_equal(doctype_field(type, "giver/birth_date")->kind, KIND_DATE);
	assert_true(net->line && net->required && !net->keyed);
	assert_string_equal(net->table, "lines");
	assert_string_equal(net->item, "line");
	assert_string_equal(net->title, "net");
	schema_set_free(&set);
}

/* --- errors ----------------------------------------------------------- */

#define ONE "<xs:element name=\"a\" type=\"xs:string\"/>\n"

static const struct {
	const char *xsd, *error; /* the error contains this */
} broken[] = {
	{"not XML", "slip.xsd: line 1"},
	{HEAD ROOT "<t:type titel=\"x\"/>\n" BODY ONE TAIL,
	 "slip.xsd:3: <t:type> has no attribute titel"},
	{HEAD ROOT "\n<t:typo/>\n" BODY ONE TAIL, "slip.xsd:4: <t:typo> is not known"},
	{HEAD ROOT "<t:label>x</t:label>" BODY ONE TAIL,
	 "slip.xsd:3: <t:label> does not belong"},
	{HEAD ROOT "<t:sign weight=\"heavy\">x</t:sign>" BODY ONE TAIL,
	 "slip.xsd:3: weight=\"heavy\" is not a number"},
	{HEAD ROOT "<t:sign> </t:sign>" BODY ONE TAIL, "slip.xsd:3: <t:sign> is empty"},
	{HEAD ROOT "<t:rule id=\"r\" fields=\"b\" test=\"b\">x</t:rule>" BODY ONE TAIL,
	 "slip.xsd:3: r: there is no field b"},
	{HEAD ROOT
	 "<t:rule id=\"r\" fields=\"a\" test=\"m:eq(a\">x</t:rule>" BODY ONE TAIL,
	 "slip.xsd:3: rule r: test 'm:eq(a'"},
	{HEAD ROOT
	 "<t:rule id=\"r\" fields=\"a\" test=\"m:no(a)\">x</t:rule>" BODY ONE TAIL,
	 "there is no function m:no"},
	{HEAD ROOT "<t:rule id=\"r\" fields=\"a\" test=\"a\"/>" BODY ONE TAIL,
	 "slip.xsd:3: rule r has no sentence"},
	{HEAD ROOT "<t:rule fields=\"a\" test=\"a\">x</t:rule>" BODY ONE TAIL,
	 "slip.xsd:3: <rule> lacks the attribute id"},
	{HEAD ROOT
	 "<t:rule id=\"r\" fields=\"a\" test=\"a\" each=\"row\">x</t:rule>" BODY ONE
		 TAIL,
	 "slip.xsd:3: r: there is no table of <row>"},
	{HEAD ROOT
	 "<t:rule id=\"r\" fields=\"a\" test=\"a\" severity=\"fatal\">x</t:rule>" BODY
		 ONE TAIL,
	 "slip.xsd:3: severity=\"fatal\""},
	{HEAD ROOT "<t:check name=\"c\" fields=\"b\">x</t:check>" BODY ONE TAIL,
	 "slip.xsd:3: c: there is no field b"},
	{HEAD ROOT BODY
	 "\n<xs:element name=\"a\" "
	 "type=\"xs:string\"><xs:annotation><xs:appinfo>\n<t:field "
	 "kind=\"colour\"/></xs:appinfo></xs:annotation></xs:element>" TAIL,
	 "slip.xsd:6: kind=\"colour\" is not known"},
	{HEAD ROOT BODY "<xs:element name=\"a\" "
			"type=\"xs:string\"><xs:annotation><xs:appinfo>\n<t:field "
			"accept=\"2\"/></xs:appinfo></xs:annotation></xs:element>" TAIL,
	 "slip.xsd:5: accept must be"},
	{HEAD ROOT BODY "<xs:element name=\"a\" "
			"type=\"xs:string\"><xs:annotation><xs:appinfo>\n<t:zone "
			"x=\"1\"/></xs:appinfo></xs:annotation></xs:element>" TAIL,
	 "slip.xsd:5: <t:zone> lacks its width or height"},
	{HEAD ROOT BODY "<xs:element name=\"a\" type=\"nosuch\"/>" TAIL,
	 "slip.xsd: line 4"},
	{HEAD "<xs:element name=\"slap\" type=\"xs:string\"/></xs:schema>",
	 "slip.xsd:1: it has no element slip"},
	{HEAD "<xs:element name=\"slip\" type=\"xs:string\"/></xs:schema>",
	 "slip.xsd:2: slip has no fields"},
	{HEAD "<xs:element name=\"slip\"><xs:complexType><xs:choice>" ONE
	      "</xs:choice></xs:complexType></xs:element></xs:schema>",
	 "slip.xsd:2: fields are expected"},
	{HEAD "<xs:element name=\"slip\"><xs:complexType><xs:sequence>\n<xs:element "
	      "name=\"a\" type=\"xs:string\" maxOccurs=\"2\"/>" ONE
	      "</xs:sequence></xs:complexType></xs:element></xs:schema>",
	 "slip.xsd:3: a repeats"},
	{HEAD "<xs:complexType name=\"n\"><xs:sequence>\n<xs:element name=\"n\" "
	      "type=\"n\" minOccurs=\"0\"/></xs:sequence></xs:complexType><xs:element "
	      "name=\"slip\" type=\"n\"/></xs:schema>",
	 "fields are expected"},
};

static void errors_name_file_and_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct schema_set *set = schema_set_new();
		struct err err = {0};
		enum rc rc = schema_add(set, "slip", broken[i].xsd,
					strlen(broken[i].xsd), &err);

		if (rc != RC_FAIL || !strstr(err.text, broken[i].error))
			fail_msg("case %zu: expected '%s', got %s '%s'", i,
				 broken[i].error, rc_name(rc), err.text);
		assert_int_equal(set->n_types, 0);
		schema_set_free(&set);
	}
}

static void a_folder_without_types_and_odd_names_are_errors(void **state)
{
	struct schema_set *set;
	struct err err = {0};

	(void)state;
	assert_int_equal(schema_load_dir("/nonexistent", &set, &err), RC_FAIL);
	assert_null(set);
	assert_non_null(strstr(err.text, "/nonexistent"));
	assert_int_equal(schema_load_dir("tests/unit", &set, &err), RC_FAIL);
	assert_non_null(strstr(err.text, "no .xsd"));
	set = load("slip", slip_xsd);
	assert_int_equal(schema_add(set, "slip", slip_xsd, strlen(slip_xsd), &err),
			 RC_FAIL);
	assert_int_equal(schema_add(set, "../slip", slip_xsd, strlen(slip_xsd), &err),
			 RC_FAIL);
	schema_set_free(&set);
}

static void the_types_we_ship_load(void **state)
{
	static const char *const names[] = {"invoice", "receipt", "cms1500", "other"};
	struct schema_set *set;
	struct err err = {0};
	int fallbacks = 0;

	(void)state;
	if (schema_load_dir("schemas", &set, &err) != RC_OK)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < COUNT(names); i++)
		assert_non_null(schema_type(set, names[i]));
	for (size_t i = 0; i < set->n_types; i++)
		fallbacks += set->types[i].fallback;
	assert_int_equal(fallbacks, 1);
	schema_set_free(&set);
}

/* --- profiles --------------------------------------------------------- */

static void a_profile_changes_a_copy(void **state)
{
	struct schema_set *set = load("slip", slip_xsd);
	const struct doctype *type = schema_type(set, "slip"), *changed;
	struct arena *arena = arena_new();
	struct err err = {0};

	(void)state;
	assert_int_equal(doctype_with_profile(type,
					      "# of ACME\n"
					      "field colour required\n"
					      "field colour double-keyed # twice\n"
					      "\n"
					      "field giver/name not-keyed\r\n"
					      "rule adds-up warn\n"
					      "rule each off\n"
					      "accept total 0.99",
					      arena, &changed, &err),
			 RC_OK);
	assert_true(doctype_field(changed, "colour")->required);
	assert_true(doctype_field(changed, "colour")->key_double);
	assert_false(doctype_field(changed, "giver/name")->keyed);
	assert_int_equal(changed->rules[0].severity, SEVERITY_WARN);
	assert_true(changed->rules[1].off);
	assert_true(doctype_field(changed, "total")->accept > 0.98f);
	assert_false(doctype_field(type, "colour")->required);
	assert_int_equal(type->rules[0].severity, SEVERITY_STOP);
	assert_int_equal(
		doctype_with_profile(type, "budget total 0.2%", arena, &changed, &err),
		RC_OK);
	const struct fieldtype *total = doctype_field(changed, "total");
	assert_true(total->budget > 0.0019f && total->budget < 0.0021f);
	/* instead of the confidence that the type itself states */
	assert_true(total->accept <= 0);
	assert_true(doctype_accept(changed, total, SOURCE_OCR) > 0.96f);
	assert_int_equal(doctype_with_profile(type, NULL, arena, &changed, &err),
			 RC_OK);
	assert_true(doctype_field(changed, "giver/name")->keyed);
	arena_free(&arena);
	schema_set_free(&set);
}

static void profile_errors_name_the_line(void **state)
{
	static const struct {
		const char *profile, *error;
	} cases[] = {
		{"\nfield colours required", "line 2: there is no such field"},
		{"field total optional", "line 1: the type itself requires it"},
		{"field colour maybe", "line 1: expected required"},
		{"rule add-up off", "line 1: there is no such rule"},
		{"rule adds-up maybe", "line 1: expected stop"},
		{"budget total 200%", "line 1: expected an error budget"},
		{"budget total much", "line 1: expected an error budget"},
		{"budget nothing 1%", "line 1: there is no such field"},
		{"accept total 1.5", "line 1: expected a confidence"},
		{"accept total", "line 1: expected three words"},
		{"field colour required now", "line 1: expected three words"},
		{"color red blue", "line 1: a line starts with"},
	};
	struct schema_set *set = load("slip", slip_xsd);
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct doctype *changed;
		struct err err = {0};

		if (doctype_with_profile(schema_type(set, "slip"), cases[i].profile,
					 arena, &changed, &err) != RC_FAIL ||
		    !strstr(err.text, cases[i].error))
			fail_msg("%s: '%s'", cases[i].profile, err.text);
	}
	arena_free(&arena);
	schema_set_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_type_is_what_its_xsd_says),
		cmocka_unit_test(fields_have_paths_kinds_and_annotations),
		cmocka_unit_test(errors_name_file_and_line),
		cmocka_unit_test(a_folder_without_types_and_odd_names_are_errors),
		cmocka_unit_test(the_types_we_ship_load),
		cmocka_unit_test(a_profile_changes_a_copy),
		cmocka_unit_test(profile_errors_name_the_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
