/* Is a document right, and may it go on without a person? Short stories with a small
 * bill: what is set up, which findings come, which fields are accepted. */
#include "testing.h"

#include "schema.h"
#include "stage.h"

static const char bill_xsd[] =
	"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
	"xmlns:t=\"urn:intray:type:1\">\n"
	"<xs:element name=\"bill\"><xs:annotation><xs:appinfo>\n"
	"<t:type title=\"Bill\" accept=\"0.9\"/>\n"
	"<t:rule id=\"net-plus-tax\" fields=\"net tax gross\" severity=\"stop\" "
	"proves=\"net tax gross\" test=\"m:eq(m:add(net, tax), gross)\">"
	"Net and tax are not gross.</t:rule>\n"
	"<t:rule id=\"sum-of-lines\" fields=\"lines/net net\" severity=\"stop\" "
	"proves=\"lines/net net\" test=\"m:eq(m:sum(lines/line/net), net)\">"
	"The lines are not net.</t:rule>\n"
	"<t:rule id=\"line-amount\" fields=\"lines/quantity lines/price lines/net\" "
	"each=\"line\" severity=\"warn\" proves=\"lines/quantity lines/price "
	"lines/net\" "
	"test=\"m:eq(m:mul(quantity, price), net)\">Quantity times price is not "
	"net.</t:rule>\n"
	"<t:rule id=\"all-is-due\" fields=\"gross to_pay\" severity=\"stop\" "
	"proves=\"to_pay\" "
	"test=\"m:eq(gross, to_pay)\">Gross is not to be paid.</t:rule>\n"
	"<t:rule id=\"not-from-tomorrow\" fields=\"date\" severity=\"stop\" "
	"test=\"m:not-after(date, $received_on)\">It is from the future.</t:rule>\n"
	"<t:rule id=\"due-needs-date\" fields=\"due date\" severity=\"warn\" "
	"when-missing=\"run\" test=\"not(due) or date\">Due without a date.</t:rule>\n"
	"<t:check name=\"supplier-known\" fields=\"seller/name\" severity=\"stop\">"
	"Nobody knows this supplier.</t:check>\n"
	"</xs:appinfo></xs:annotation><xs:complexType><xs:all>\n"
	"<xs:element name=\"number\"><xs:annotation><xs:appinfo>"
	"<t:field title=\"Bill number\" "
	"kind=\"identifier\"/></xs:appinfo></xs:annotation>"
	"<xs:simpleType><xs:restriction base=\"xs:string\"><xs:maxLength value=\"10\"/>"
	"</xs:restriction></xs:simpleType></xs:element>\n"
	"<xs:element name=\"date\" type=\"xs:date\" minOccurs=\"0\"/>\n"
	"<xs:element name=\"due\" type=\"xs:date\" minOccurs=\"0\"><xs:annotation>"
	"<xs:appinfo><t:field "
	"doubt=\"drop\"/></xs:appinfo></xs:annotation></xs:element>\n"
	"<xs:element name=\"net\" type=\"xs:decimal\" minOccurs=\"0\"/>\n"
	"<xs:element name=\"tax\" type=\"xs:decimal\" minOccurs=\"0\"/>\n"
	"<xs:element name=\"gross\" type=\"xs:decimal\" minOccurs=\"0\"/>\n"
	"<xs:element name=\"to_pay\" type=\"xs:decimal\" minOccurs=\"0\"/>\n"
	"<xs:element name=\"iban\" type=\"xs:string\" minOccurs=\"0\"><xs:annotation>"
	"<xs:appinfo><t:field title=\"IBAN\" "
	"kind=\"iban\"/></xs:appinfo></xs:annotation>"
	"</xs:element>\n"
	"<xs:element name=\"account\" type=\"xs:string\" "
	"minOccurs=\"0\"><xs:annotation>"
	"<xs:appinfo><t:field order=\"none\" "
	"role=\"coding\"/></xs:appinfo></xs:annotation></xs:element>\n"
	"<xs:element name=\"colour\" minOccurs=\"0\"><xs:simpleType>"
	"<xs:restriction base=\"xs:string\"><xs:enumeration "
	"value=\"red\"/></xs:restriction>"
	"</xs:simpleType></xs:element>\n"
	"<xs:element name=\"seller\" minOccurs=\"0\"><xs:complexType><xs:all>"
	"<xs:element name=\"name\" type=\"xs:string\"/>"
	"<xs:element name=\"street\" type=\"xs:string\" minOccurs=\"0\"/>"
	"<xs:element name=\"address\" type=\"xs:string\" "
	"minOccurs=\"0\"><xs:annotation>"
	"<xs:appinfo><t:field derive=\"seller/street\"/></xs:appinfo></xs:annotation>"
	"</xs:element>"
	"</xs:all></xs:complexType></xs:element>\n"
	"<xs:element name=\"lines\" minOccurs=\"0\"><xs:complexType><xs:sequence>"
	"<xs:element name=\"line\" maxOccurs=\"unbounded\"><xs:complexType><xs:all>"
	"<xs:element name=\"quantity\" minOccurs=\"0\" "
	"type=\"xs:decimal\"><xs:annotation>"
	"<xs:appinfo><t:field "
	"kind=\"quantity\"/></xs:appinfo></xs:annotation></xs:element>"
	"<xs:element name=\"price\" minOccurs=\"0\" type=\"xs:decimal\"/>"
	"<xs:element name=\"net\" type=\"xs:decimal\"/>"
	"</xs:all></xs:complexType></xs:element>"
	"</xs:sequence></xs:complexType></xs:element>\n"
	"</xs:all></xs:complexType></xs:element></xs:schema>";

struct story {
	struct schema_set *types;
	const struct doctype *type;
	struct arena *arena;
	struct doc *doc;
};

static int setup(void **state)
{
	static struct story story;
	struct err err = {0};

	story.types = schema_set_new();
	if (schema_add(story.types, "bill", bill_xsd, strlen(bill_xsd), &err) != RC_OK)
		fail_msg("%s", err.text);
	story.type = schema_type(story.types, "bill");
	story.arena = arena_new();
	story.doc = doc_new(story.arena);
	story.doc->type = "bill";
	story.doc->received_on = "2026-03-01";
	*state = &story;
	return 0;
}

static int teardown(void **state)
{
	struct story *story = *state;

	schema_set_free(&story->types);
	arena_free(&story->arena);
	return 0;
}

/* Each reading gets ink of its own. */
static struct field *give(struct story *story, const char *path, int line,
			  const char *value, enum source source, float confidence)
{
	struct field *field = doc_add_field(story->doc, path, line);
	int32_t place = (int32_t)(story->doc->n_fields * 50);

	field->raw = field->value = value;
	field->source = source;
	field->confidence = confidence;
	field->page = source == SOURCE_OCR ? 1 : 0;
	field->box = (struct box){100, place, 200, 40};
	return field;
}

static void judge(struct story *story, const struct lookup *lookup)
{
	struct err err = {0};

	if (doc_validate(story->doc, story->type, lookup, &err) != RC_OK)
		fail_msg("%s", err.text);
}

static const struct finding *finding(const struct story *story, const char *code,
				     const char *path)
{
	for (size_t i = 0; i < story->doc->n_findings; i++) {
		const struct finding *f = &story->doc->findings[i];

		for (size_t k = 0; strcmp(f->code, code) == 0 && k < f->n_fields; k++)
			if (strcmp(f->fields[k], path) == 0)
				return f;
	}
	return NULL;
}

static bool accepted(const struct story *story, const char *path, int line)
{
	const struct field *field = doc_field(story->doc, path, line);

	assert_non_null(field);
	return field->accepted;
}

static void a_sure_document_is_ready_and_has_its_instance(void **state)
{
	struct story *story = *state;

	give(story, "gross", 0, "119.00", SOURCE_OCR, 0.95f);
	give(story, "number", 0, "A <1>", SOURCE_OCR, 0.95f);
	give(story, "lines/net", 2, "2.00", SOURCE_XML, 1);
	give(story, "lines/net", 1, "1.00", SOURCE_XML, 1);
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, 0);
	assert_false(doc_has_stop(story->doc));
	assert_string_equal(
		story->doc->instance,
		"<bill><number>A &lt;1&gt;</number><gross>119.00</gross><lines>"
		"<line><net>1.00</net></line><line><net>2.00</net></line>"
		"</lines></bill>");
	assert_true(accepted(story, "number", 0));
	assert_true(accepted(story, "lines/net", 2));
}

static void what_is_required_and_absent_is_missing(void **state)
{
	struct story *story = *state;
	const struct finding *missing;

	give(story, "seller/street", 0, "Hill 1", SOURCE_XML, 1);
	give(story, "lines/price", 1, "2.00", SOURCE_XML, 1);
	judge(story, NULL);
	missing = finding(story, "missing", "number");
	assert_non_null(missing);
	assert_string_equal(missing->text, "Bill number is missing.");
	assert_int_equal(missing->severity, SEVERITY_STOP);
	assert_int_equal(missing->kind, FINDING_READING);
	/* a group that may be absent is not, so it must be whole */
	assert_non_null(finding(story, "missing", "seller/name"));
	missing = finding(story, "missing", "lines[1]/net");
	assert_non_null(missing);
	assert_string_equal(missing->text, "Line 1: net is missing.");
	assert_null(story->doc->instance);
	assert_int_equal(story->doc->n_findings, 3);
}

static void a_value_of_the_wrong_form_is_said_in_a_clerks_words(void **state)
{
	static const struct {
		const char *path;
		int line;
		const char *value, *code, *name, *text;
	} cases[] = {
		{"number", 0, "12345678901", "wrong-format", "number",
		 "Bill number: what was read is too long."},
		{"date", 0, "2026-02-30", "wrong-format", "date",
		 "Date: what was read is not a date."},
		{"gross", 0, "1,00", "wrong-format", "gross",
		 "Gross: what was read is not an amount."},
		{"colour", 0, "green", "wrong-format", "colour",
		 "Colour: what was read is none of the values that are possible here."},
		{"lines/net", 3, "x", "wrong-format", "lines[3]/net",
		 "Line 3: net: what was read is not an amount."},
	};
	struct story *story = *state;

	give(story, "lines/net", 1, "1.00", SOURCE_XML, 1);
	for (size_t i = 0; i < COUNT(cases); i++)
		give(story, cases[i].path, cases[i].line, cases[i].value, SOURCE_XML,
		     1);
	judge(story, NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct finding *f = finding(story, cases[i].code, cases[i].name);

		if (f == NULL)
			fail_msg("no finding about %s", cases[i].name);
		assert_string_equal(f->text, cases[i].text);
		assert_false(accepted(story, cases[i].path, cases[i].line));
	}
	assert_int_equal(story->doc->n_findings, COUNT(cases));
	assert_null(story->doc->instance);
}

static void raw_text_without_meaning_stays_out_and_stops(void **state)
{
	struct story *story = *state;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "gross", 0, NULL, SOURCE_XML, 1)->raw = "a lot";
	give(story, "net", 0, "1.00", SOURCE_XML, 1);
	give(story, "tax", 0, "1.00", SOURCE_XML, 1);
	judge(story, NULL);
	assert_non_null(finding(story, "not-understood", "gross"));
	/* and no rule speaks about it */
	assert_int_equal(story->doc->n_findings, 1);
	assert_non_null(story->doc->instance);
	assert_true(doc_has_stop(story->doc));
}

static void control_characters_do_not_reach_the_instance(void **state)
{
	struct story *story = *state;

	give(story, "number", 0,
	     "A\x01"
	     "1\n2",
	     SOURCE_PERSON, 1);
	judge(story, NULL);
	assert_string_equal(story->doc->instance, "<bill><number>A1 2</number></bill>");
}

/* --- rules ------------------------------------------------------------ */

static void rules_speak_only_about_what_was_read(void **state)
{
	struct story *story = *state;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "net", 0, "5.00", SOURCE_XML, 1);
	give(story, "gross", 0, "6.00", SOURCE_XML, 1);
	give(story, "lines/quantity", 1, "2", SOURCE_XML, 1);
	give(story, "lines/net", 1, "4.00", SOURCE_XML, 1);
	give(story, "lines/quantity", 2, "2", SOURCE_XML, 1); /* without net */
	judge(story, NULL);
	/* tax is absent; line 2 has no net; no line has a price */
	assert_null(finding(story, "net-plus-tax", "gross"));
	assert_null(finding(story, "sum-of-lines", "net"));
	assert_null(finding(story, "line-amount", "lines[1]/net"));
	assert_int_equal(story->doc->n_findings, 1); /* line 2: net is missing */
}

static void a_rule_may_ask_to_run_all_the_same(void **state)
{
	struct story *story = *state;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "due", 0, "2026-03-01", SOURCE_XML, 1);
	judge(story, NULL);
	assert_non_null(finding(story, "due-needs-date", "due"));
	assert_false(doc_has_stop(story->doc)); /* a warning */
	give(story, "date", 0, "2026-03-01", SOURCE_XML, 1);
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, 0);
}

static void a_broken_rule_names_fields_and_line(void **state)
{
	struct story *story = *state;
	const struct finding *f;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "net", 0, "100.00", SOURCE_XML, 1);
	give(story, "tax", 0, "19.00", SOURCE_XML, 1);
	give(story, "gross", 0, "219.00", SOURCE_XML, 1);
	give(story, "lines/quantity", 4, "2", SOURCE_XML, 1);
	give(story, "lines/price", 4, "50.00", SOURCE_XML, 1);
	give(story, "lines/net", 4, "99.00", SOURCE_XML, 1);
	judge(story, NULL);
	f = finding(story, "net-plus-tax", "gross");
	assert_non_null(f);
	assert_int_equal(f->n_fields, 3);
	assert_int_equal(f->kind, FINDING_DOCUMENT);
	assert_string_equal(f->text, "Net and tax are not gross.");
	assert_non_null(finding(story, "sum-of-lines", "lines/net"));
	f = finding(story, "line-amount", "lines[4]/price");
	assert_non_null(f);
	assert_string_equal(f->text, "Line 4: Quantity times price is not net.");
	/* the paper may be wrong: what it says is still accepted, and in the instance
	 */
	assert_true(accepted(story, "gross", 0));
	assert_non_null(story->doc->instance);
}

static void dates_are_compared_with_the_day_of_receipt(void **state)
{
	struct story *story = *state;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "date", 0, "2026-03-02", SOURCE_XML, 1);
	judge(story, NULL);
	assert_non_null(finding(story, "not-from-tomorrow", "date"));
	story->doc->received_on = "2026-03-02";
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, 0);
	story->doc->received_on = NULL; /* nobody knows: nothing to say */
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, 0);
}

static void what_a_person_keyed_is_accepted_and_still_measured(void **state)
{
	struct story *story = *state;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "net", 0, "100.00", SOURCE_PERSON, 1);
	give(story, "tax", 0, "19.00", SOURCE_PERSON, 1);
	give(story, "gross", 0, "219.00", SOURCE_PERSON, 1);
	judge(story, NULL);
	assert_true(accepted(story, "gross", 0));
	assert_int_equal(finding(story, "net-plus-tax", "gross")->severity,
			 SEVERITY_STOP);
	assert_int_equal(story->doc->n_findings, 1); /* nothing doubtful */
}

static void a_profile_turns_rules_off_and_fields_on(void **state)
{
	struct story *story = *state;
	struct err err = {0};

	assert_int_equal(doctype_with_profile(story->type,
					      "rule net-plus-tax off\n"
					      "field date required\n",
					      story->arena, &story->type, &err),
			 RC_OK);
	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "net", 0, "100.00", SOURCE_XML, 1);
	give(story, "tax", 0, "19.00", SOURCE_XML, 1);
	give(story, "gross", 0, "219.00", SOURCE_XML, 1);
	judge(story, NULL);
	assert_null(finding(story, "net-plus-tax", "gross"));
	assert_non_null(finding(story, "missing", "date"));
}

/* --- knowing when not to ask ------------------------------------------ */

static void unsure_values_stop_the_document(void **state)
{
	struct story *story = *state;
	const struct finding *f;

	give(story, "number", 0, "1", SOURCE_OCR, 0.89f);
	give(story, "date", 0, "2026-01-01", SOURCE_OCR, 0.9f);
	give(story, "lines/quantity", 2, "1", SOURCE_OCR, 0.5f);
	give(story, "lines/net", 2, "1.00", SOURCE_OCR, 0.5f);
	judge(story, NULL);
	assert_false(accepted(story, "number", 0));
	assert_true(accepted(story, "date", 0));
	f = finding(story, "doubtful", "number");
	assert_non_null(f);
	assert_int_equal(f->severity, SEVERITY_STOP);
	/* one sentence for a line */
	f = finding(story, "doubtful", "lines[2]/net");
	assert_ptr_equal(f, finding(story, "doubtful", "lines[2]/quantity"));
	assert_string_equal(
		f->text,
		"Line 2 was not read surely enough; please check: quantity, net.");
	assert_int_equal(story->doc->n_findings, 2);
}

static void sums_that_close_prove_independent_readings(void **state)
{
	struct story *story = *state;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "net", 0, "100.00", SOURCE_OCR, 0.6f);
	give(story, "tax", 0, "19.00", SOURCE_OCR, 0.6f);
	give(story, "gross", 0, "119.00", SOURCE_OCR, 0.6f);
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, 0);
	assert_string_equal(doc_field(story->doc, "tax", 0)->why,
			    "proved by net-plus-tax");
}

static void sums_that_close_by_themselves_prove_nothing(void **state)
{
	struct story *story = *state;
	struct field *net, *tax, *gross;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	net = give(story, "net", 0, "100.00", SOURCE_OCR, 0.6f);
	tax = give(story, "tax", 0, "19.00", SOURCE_OCR, 0.6f);
	gross = give(story, "gross", 0, "119.00", SOURCE_OCR, 0.6f);

	tax->source = SOURCE_DERIVED; /* gross less net: of course it closes */
	judge(story, NULL);
	assert_false(net->accepted || tax->accepted || gross->accepted);

	tax->source = SOURCE_OCR;
	gross->box = net->box; /* the same ink read twice */
	tax->value = "0.00";
	gross->value = "100.00";
	judge(story, NULL);
	assert_false(net->accepted || tax->accepted || gross->accepted);

	gross->box =
		(struct box){900, 900, 50, 50}; /* own ink, but zero is no evidence */
	judge(story, NULL);
	assert_true(net->accepted && gross->accepted);
	assert_false(tax->accepted);

	tax->value = "19.00";
	gross->value = "119.00";
	gross->confidence = 0.1f; /* luck */
	judge(story, NULL);
	assert_false(net->accepted || tax->accepted || gross->accepted);
}

static void doubt_spreads_along_sums_that_close(void **state)
{
	struct story *story = *state;

	/* the line of one VAT rate, which closes, and the amount to pay, which differs
	 */
	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "net", 0, "100.00", SOURCE_OCR, 0.95f);
	give(story, "tax", 0, "19.00", SOURCE_OCR, 0.95f);
	give(story, "gross", 0, "119.00", SOURCE_OCR, 0.95f);
	give(story, "to_pay", 0, "226.00", SOURCE_OCR, 0.95f);
	judge(story, NULL);
	assert_false(accepted(story, "gross", 0));
	assert_false(accepted(story, "net", 0));
	assert_false(accepted(story, "tax", 0));
	assert_false(accepted(story, "to_pay", 0));
	doc_field(story->doc, "to_pay", 0)->value = "119.00";
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, 0);
}

static void a_lost_line_does_not_refute_totals_that_close(void **state)
{
	struct story *story = *state;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "net", 0, "100.00", SOURCE_OCR, 0.6f);
	give(story, "tax", 0, "19.00", SOURCE_OCR, 0.6f);
	give(story, "gross", 0, "119.00", SOURCE_OCR, 0.6f);
	give(story, "lines/net", 1, "60.00", SOURCE_OCR, 0.95f);
	judge(story, NULL);
	assert_non_null(finding(story, "sum-of-lines", "net"));
	assert_true(accepted(story, "gross", 0));
	assert_true(accepted(story, "net", 0));
	assert_false(accepted(story, "lines/net", 1));
}

static void one_print_may_be_two_things_once_it_is_proved(void **state)
{
	struct story *story = *state;
	struct field *gross, *to_pay;

	/* "Total due 119.00" */
	give(story, "number", 0, "1", SOURCE_XML, 1);
	gross = give(story, "gross", 0, "119.00", SOURCE_OCR, 0.6f);
	to_pay = give(story, "to_pay", 0, "119.00", SOURCE_OCR, 0.6f);
	to_pay->box = gross->box;
	judge(story, NULL);
	assert_false(gross->accepted || to_pay->accepted);
	give(story, "net", 0, "100.00", SOURCE_OCR, 0.6f);
	give(story, "tax", 0, "19.00", SOURCE_OCR, 0.6f);
	judge(story, NULL);
	assert_true(accepted(story, "gross", 0));
	assert_true(accepted(story, "to_pay", 0));
}

static void a_broken_rule_puts_sure_readings_in_doubt(void **state)
{
	struct story *story = *state;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "net", 0, "4.00", SOURCE_OCR, 0.95f);
	give(story, "lines/quantity", 1, "2", SOURCE_OCR, 0.95f);
	give(story, "lines/price", 1, "2.50", SOURCE_OCR, 0.95f);
	give(story, "lines/net", 1, "4.00", SOURCE_OCR, 0.95f);
	judge(story, NULL);
	/* the warning alone would not stop it; the doubt about what was read does */
	assert_int_equal(finding(story, "line-amount", "lines[1]/net")->severity,
			 SEVERITY_WARN);
	assert_non_null(finding(story, "doubtful", "lines[1]/price"));
	assert_false(accepted(story, "lines/quantity", 1));
	/* the other sum closes over it: that is proof */
	assert_true(accepted(story, "lines/net", 1));
}

static void a_warning_over_a_value_nobody_keys_puts_nothing_in_doubt(void **state)
{
	struct story *story = *state;
	struct err err = {0};

	assert_int_equal(doctype_with_profile(story->type,
					      "field lines/price not-keyed\n",
					      story->arena, &story->type, &err),
			 RC_OK);
	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "lines/quantity", 1, "2", SOURCE_OCR, 0.95f);
	give(story, "lines/price", 1, "2.50", SOURCE_OCR, 0.95f);
	give(story, "lines/net", 1, "4.00", SOURCE_OCR, 0.95f);
	judge(story, NULL);
	assert_non_null(finding(story, "line-amount", "lines[1]/net"));
	assert_true(accepted(story, "lines/quantity", 1));
	assert_true(accepted(story, "lines/net", 1));
}

static void a_failed_check_digit_warns_and_lowers_confidence(void **state)
{
	struct story *story = *state;
	struct field *iban;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	iban = give(story, "iban", 0, "DE89370400440532013001", SOURCE_OCR, 0.95f);
	judge(story, NULL);
	assert_int_equal(finding(story, "check-digit", "iban")->severity,
			 SEVERITY_WARN);
	assert_non_null(finding(story, "doubtful", "iban"));
	assert_false(iban->accepted);
	iban->value = "DE89370400440532013000";
	judge(story, NULL);
	assert_true(iban->accepted);
	assert_int_equal(story->doc->n_findings, 0);
	iban->value = "DE89370400440532013001"; /* data says so: then it is so */
	iban->source = SOURCE_XML;
	judge(story, NULL);
	assert_true(iban->accepted);
	assert_false(doc_has_stop(story->doc));
}

static void nothing_is_sure_while_the_type_is_a_guess(void **state)
{
	struct story *story = *state;
	struct field *number = give(story, "number", 0, "1", SOURCE_OCR, 0.99f);

	story->doc->type_confidence = 0.5f;
	judge(story, NULL);
	assert_non_null(finding(story, "doubtful", "number"));
	number->source = SOURCE_PERSON; /* somebody looked at it */
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, 0);
	number->source = SOURCE_OCR;
	story->doc->type_confidence = 0.65f;
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, 0);
}

static void nobody_is_stopped_for_what_nobody_needs(void **state)
{
	struct story *story = *state;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "due", 0, "2026-01-01", SOURCE_OCR, 0.4f);
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, 0);
	assert_string_equal(story->doc->instance, "<bill><number>1</number></bill>");
	assert_false(accepted(story, "due", 0));
}

static void what_is_derived_is_as_good_as_its_sources(void **state)
{
	struct story *story = *state;
	struct field *street;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "seller/name", 0, "Hill Ltd", SOURCE_XML, 1);
	street = give(story, "seller/street", 0, "Hill 1", SOURCE_OCR, 0.5f);
	give(story, "seller/address", 0, "Hill 1", SOURCE_DERIVED, 1);
	judge(story, NULL);
	assert_false(accepted(story, "seller/address", 0));
	street->confidence = 0.99f;
	judge(story, NULL);
	assert_true(accepted(story, "seller/address", 0));
}

/* --- the business's own knowledge ------------------------------------- */

struct answer {
	bool objects, proposes;
	enum rc rc;
	int asked;
};

static enum rc answer_checks(void *ctx, const struct doc *doc,
			     const char *const *checks, size_t n_checks,
			     struct business *said, struct err *err)
{
	struct answer *answer = ctx;
	static struct objection objection = {"supplier-known", NULL,
					     "Near: Hill & Son."};
	static struct proposal proposals[] = {
		{"account", "4400", 0, "from the order"},
		{"number", "77", 0, "nobody asked for it"}};

	(void)doc;
	assert_int_equal(n_checks, 1);
	assert_string_equal(checks[0], "supplier-known");
	answer->asked++;
	said->objections = &objection;
	said->n_objections = answer->objects;
	said->proposals = proposals;
	said->n_proposals = answer->proposes ? 2 : 0;
	return answer->rc == RC_OK ? RC_OK : err_set(err, answer->rc, "database away");
}

static void the_business_is_asked_when_there_is_something_to_ask(void **state)
{
	struct story *story = *state;
	struct answer answer = {.objects = true};
	struct lookup lookup = {.ctx = &answer, .ask = answer_checks};
	struct err err = {0};

	give(story, "number", 0, "1", SOURCE_XML, 1);
	judge(story, &lookup);
	assert_int_equal(answer.asked, 0);
	give(story, "seller/name", 0, "Hill Ltd", SOURCE_XML, 1);
	judge(story, &lookup);
	assert_string_equal(finding(story, "supplier-known", "seller/name")->text,
			    "Nobody knows this supplier. Near: Hill & Son.");
	assert_int_equal(story->doc->n_findings, 1);
	answer.objects = false;
	judge(story, &lookup);
	assert_int_equal(story->doc->n_findings, 0);
	answer.rc = RC_RETRY;
	assert_int_equal(doc_validate(story->doc, story->type, &lookup, &err),
			 RC_RETRY);
	assert_string_equal(err.text, "validate: ask the business: database away");
}

static void what_the_business_proposes_changes_nothing_that_was_read(void **state)
{
	struct story *story = *state;
	struct answer answer = {.proposes = true};
	struct lookup lookup = {.ctx = &answer, .ask = answer_checks};

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "seller/name", 0, "Hill Ltd", SOURCE_XML, 1);
	for (int again = 0; again < 2; again++) {
		judge(story, &lookup);
		const struct field *account = doc_field(story->doc, "account", 0);
		assert_string_equal(account->value, "4400");
		assert_int_equal(account->source, SOURCE_LOOKUP);
		assert_string_equal(account->why, "from the order");
		assert_true(account->accepted);
		assert_non_null(
			strstr(story->doc->instance, "<account>4400</account>"));
		assert_string_equal(doc_value(story->doc, "number", 0), "1");
		assert_int_equal(story->doc->n_findings, 0);
	}
	answer.proposes = false; /* the order is gone */
	judge(story, &lookup);
	assert_null(doc_value(story->doc, "account", 0));
	give(story, "account", 0, "6000", SOURCE_PERSON, 1);
	answer.proposes = true;
	judge(story, &lookup);
	assert_string_equal(doc_value(story->doc, "account", 0), "6000");
}

static void a_profile_silences_a_check(void **state)
{
	struct story *story = *state;
	struct answer answer = {.objects = true};
	struct lookup lookup = {.ctx = &answer, .ask = answer_checks};
	struct err err = {0};

	give(story, "number", 0, "1", SOURCE_XML, 1);
	give(story, "seller/name", 0, "Hill Ltd", SOURCE_XML, 1);
	assert_int_equal(doctype_with_profile(story->type, "rule supplier-known warn",
					      story->arena, &story->type, &err),
			 RC_OK);
	judge(story, &lookup);
	assert_int_equal(finding(story, "supplier-known", "seller/name")->severity,
			 SEVERITY_WARN);
	assert_int_equal(doctype_with_profile(story->type, "rule supplier-known off",
					      story->arena, &story->type, &err),
			 RC_OK);
	judge(story, &lookup);
	assert_int_equal(story->doc->n_findings, 0);
	assert_int_equal(answer.asked, 1);
}

/* --- again and again -------------------------------------------------- */

static void validating_twice_changes_nothing(void **state)
{
	struct story *story = *state;
	size_t n;
	const char *instance;

	doc_find(story->doc, "truncated", FINDING_READING, SEVERITY_WARN, "",
		 "The file ends early.");
	give(story, "number", 0, "1", SOURCE_OCR, 0.5f);
	give(story, "iban", 0, "DE00", SOURCE_OCR, 0.95f);
	judge(story, NULL);
	n = story->doc->n_findings;
	instance = story->doc->instance;
	assert_int_equal(n, 4);
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, n);
	assert_string_equal(story->doc->instance, instance);
	assert_string_equal(story->doc->findings[0].code, "truncated");
}

static void fields_of_no_concern_and_second_readings_are_left_alone(void **state)
{
	struct story *story = *state;

	give(story, "number", 0, "1", SOURCE_XML, 1);
	doc_append_field(story->doc, "number", 0)->value = "2";
	give(story, "weather", 0, "fine", SOURCE_XML, 1);
	give(story, "number", 3, "a header field has no line", SOURCE_XML, 1);
	judge(story, NULL);
	assert_int_equal(story->doc->n_findings, 0);
	assert_string_equal(story->doc->instance, "<bill><number>1</number></bill>");
}

static const char *profile_of(void *ctx, const char *type)
{
	assert_string_equal(type, "bill");
	return ctx;
}

static void the_stage_lays_the_clients_profile_over_the_type(void **state)
{
	struct story *story = *state;
	char profile[] = "field date required";
	struct stage_env env = {
		.schemas = story->types, .profile = profile_of, .profile_ctx = profile};
	enum stage_verdict verdict;
	struct err err = {0};

	give(story, "number", 0, "1", SOURCE_XML, 1);
	assert_int_equal(validate_run(&env, story->doc, &verdict, &err), RC_OK);
	assert_int_equal(verdict, STAGE_GO_ON);
	assert_non_null(finding(story, "missing", "date"));
	story->doc->type = "bull";
	assert_int_equal(validate_run(&env, story->doc, &verdict, &err), RC_BUG);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_sure_document_is_ready_and_has_its_instance),
		STORY(what_is_required_and_absent_is_missing),
		STORY(a_value_of_the_wrong_form_is_said_in_a_clerks_words),
		STORY(raw_text_without_meaning_stays_out_and_stops),
		STORY(control_characters_do_not_reach_the_instance),
		STORY(rules_speak_only_about_what_was_read),
		STORY(a_rule_may_ask_to_run_all_the_same),
		STORY(a_broken_rule_names_fields_and_line),
		STORY(dates_are_compared_with_the_day_of_receipt),
		STORY(what_a_person_keyed_is_accepted_and_still_measured),
		STORY(a_profile_turns_rules_off_and_fields_on),
		STORY(unsure_values_stop_the_document),
		STORY(sums_that_close_prove_independent_readings),
		STORY(sums_that_close_by_themselves_prove_nothing),
		STORY(doubt_spreads_along_sums_that_close),
		STORY(a_lost_line_does_not_refute_totals_that_close),
		STORY(one_print_may_be_two_things_once_it_is_proved),
		STORY(a_broken_rule_puts_sure_readings_in_doubt),
		STORY(a_warning_over_a_value_nobody_keys_puts_nothing_in_doubt),
		STORY(a_failed_check_digit_warns_and_lowers_confidence),
		STORY(nothing_is_sure_while_the_type_is_a_guess),
		STORY(nobody_is_stopped_for_what_nobody_needs),
		STORY(what_is_derived_is_as_good_as_its_sources),
		STORY(the_business_is_asked_when_there_is_something_to_ask),
		STORY(what_the_business_proposes_changes_nothing_that_was_read),
		STORY(a_profile_silences_a_check),
		STORY(validating_twice_changes_nothing),
		STORY(fields_of_no_concern_and_second_readings_are_left_alone),
		STORY(the_stage_lays_the_clients_profile_over_the_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
