/* The rules of cms1500.xsd: a right claim breaks none, and each can be broken. */
#include "types.h"

struct value {
	const char *path;
	int line;
	const char *value; /* NULL: not on the claim */
};

static const struct value right[] = {
	{"insured/id", 0, "W123456789"},
	{"patient/name", 0, "DOE, JANE Q"},
	{"patient/birth_date", 0, "1980-05-06"},
	{"condition/auto_accident", 0, "YES"},
	{"condition/auto_accident_state", 0, "OH"},
	{"another_plan", 0, "YES"},
	{"other_insured/name", 0, "DOE, JOHN"},
	{"other_insured/policy", 0, "P-77"},
	{"other_insured/plan", 0, "PLAN B"},
	{"illness_date", 0, "2026-01-02"},
	{"unable_to_work/from", 0, "2026-01-03"},
	{"unable_to_work/to", 0, "2026-01-09"},
	{"hospitalization/from", 0, "2026-01-03"},
	{"hospitalization/to", 0, "2026-01-04"},
	{"outside_lab", 0, "YES"},
	{"outside_lab_charges", 0, "25.00"},
	{"icd_indicator", 0, "0"},
	{"diagnosis/A", 0, "J45.909"},
	{"diagnosis/B", 0, "M1A.0210"},
	{"resubmission_code", 0, "7"},
	{"original_reference", 0, "C-1001"},
	{"lines/from_date", 1, "2026-01-05"},
	{"lines/to_date", 1, "2026-01-05"},
	{"lines/place", 1, "11"},
	{"lines/procedure", 1, "99213"},
	{"lines/pointer", 1, "AB"},
	{"lines/charge", 1, "100.00"},
	{"lines/from_date", 2, "2026-01-05"},
	{"lines/procedure", 2, "J1100"},
	{"lines/pointer", 2, "B"},
	{"lines/charge", 2, "20.50"},
	{"federal_tax_id", 0, "12-3456789"},
	{"total_charge", 0, "120.50"},
	{"amount_paid", 0, "20.00"},
	{"billing/name", 0, "CLINIC"},
	{"billing/npi", 0, "1234567893"},
};

static const struct breach {
	const char *rule;
	struct value changes[3];
} breaches[] = {
	{"total-of-lines", {{"total_charge", 0, "120.00"}}},
	{"paid-not-above-total", {{"amount_paid", 0, "121.00"}}},
	{"service-dates-in-order", {{"lines/to_date", 1, "2026-01-04"}}},
	{"service-after-birth", {{"patient/birth_date", 0, "2026-01-06"}}},
	{"illness-before-service", {{"illness_date", 0, "2026-01-06"}}},
	{"hospital-dates-in-order", {{"hospitalization/to", 0, "2026-01-02"}}},
	{"work-dates-in-order", {{"unable_to_work/to", 0, "2026-01-02"}}},
	{"pointer-has-diagnosis", {{"lines/pointer", 2, "BC"}}},
	{"accident-has-state", {{"condition/auto_accident_state", 0, NULL}}},
	{"other-plan-named", {{"other_insured/name", 0, NULL}}},
	{"other-plan-named", {{"other_insured/policy", 0, NULL}}},
	{"other-plan-named", {{"other_insured/plan", 0, NULL}}},
	{"lab-charges", {{"outside_lab_charges", 0, NULL}}},
	{"lab-charges", {{"outside_lab_charges", 0, "0.00"}}},
	{"original-claim-named", {{"original_reference", 0, NULL}}},
	{"original-claim-named",
	 {{"resubmission_code", 0, "8"}, {"original_reference", 0, NULL}}},
	{"icd-version", {{"icd_indicator", 0, "9"}}},
	{"icd-version", {{"diagnosis/B", 0, "493.90"}}},
	{"icd-version-of-day", {{"lines/from_date", 2, "2015-09-30"}}},
	{"service-before-receipt",
	 {{"lines/from_date", 1, "2026-03-15"}, {"lines/to_date", 1, "2026-03-16"}}},
	{"service-before-receipt", {{"lines/from_date", 2, "2026-03-16"}}},
	{"has-service-lines",
	 {{"lines/charge", 1, NULL}, {"lines/charge", 2, NULL}}}, /* and see below */
};

static const struct value *change_of(const struct breach *breach,
				     const struct value *value)
{
	for (size_t i = 0; breach && i < COUNT(breach->changes); i++)
		if (breach->changes[i].path &&
		    strcmp(breach->changes[i].path, value->path) == 0 &&
		    breach->changes[i].line == value->line)
			return &breach->changes[i];
	return NULL;
}

static bool without_lines(const struct breach *breach)
{
	return breach && strcmp(breach->rule, "has-service-lines") == 0;
}

static struct doc *judged(struct arena *arena, const struct breach *breach)
{
	struct doc *doc = doc_new(arena);
	struct err err = {0};

	doc->received_on = "2026-03-15";
	for (size_t i = 0; i < COUNT(right); i++) {
		const struct value *changed = change_of(breach, &right[i]);
		const char *value = changed ? changed->value : right[i].value;

		if (value == NULL || (right[i].line > 0 && without_lines(breach)))
			continue;
		struct field *field = doc_add_field(doc, right[i].path, right[i].line);
		field->raw = field->value = value;
		field->source = SOURCE_PERSON;
		field->confidence = 1;
	}
	if (doc_validate(doc, schema_type(types, "cms1500"), NULL, &err) != RC_OK)
		fail_msg("%s", err.text);
	return doc;
}

static void a_right_claim_breaks_no_rule(void **state)
{
	struct arena *arena = arena_new();
	const struct doc *doc = judged(arena, NULL);

	(void)state;
	for (size_t i = 0; i < doc->n_findings; i++)
		print_error("%s: %s\n", doc->findings[i].code, doc->findings[i].text);
	assert_int_equal(doc->n_findings, 0);
	assert_non_null(doc->instance);
	arena_free(&arena);
}

static void each_rule_can_be_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(breaches); i++) {
		struct arena *arena = arena_new();

		if (!has_finding(judged(arena, &breaches[i]), breaches[i].rule))
			fail_msg("%s (%zu) was not noticed", breaches[i].rule, i);
		arena_free(&arena);
	}
}

static void no_rule_is_without_a_breach(void **state)
{
	const struct doctype *type = schema_type(types, "cms1500");

	(void)state;
	for (size_t i = 0; i < type->n_rules; i++) {
		bool tested = type->rules[i].proof_only;

		for (size_t k = 0; k < COUNT(breaches); k++)
			tested |= strcmp(breaches[k].rule, type->rules[i].id) == 0;
		if (!tested)
			fail_msg("%s is not tested", type->rules[i].id);
	}
}

/* Until September 2015 diagnoses were ICD-9, whose codes may begin with V or E. */
static void an_old_claim_may_have_icd_9(void **state)
{
	static const struct breach cases[] = {
		{"none",
		 {{"diagnosis/A", 0, "493.90"},
		  {"diagnosis/B", 0, "V70.0"},
		  {"icd_indicator", 0, "9"}}},
		{"none",
		 {{"diagnosis/A", 0, "E812.0"},
		  {"diagnosis/B", 0, "250"},
		  {"icd_indicator", 0, "9"}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct doc *doc = judged(arena, &cases[i]);

		assert_false(has_finding(doc, "icd-version"));
		assert_true(has_finding(doc, "icd-version-of-day"));
		arena_free(&arena);
	}
}

static void what_a_claim_does_not_say_breaks_no_rule(void **state)
{
	static const struct breach quiet = {"accident-has-state",
					    {{"condition/auto_accident", 0, NULL},
					     {"condition/auto_accident_state", 0, NULL},
					     {"outside_lab", 0, NULL}}};
	struct arena *arena = arena_new();

	(void)state;
	assert_int_equal(judged(arena, &quiet)->n_findings, 0);
	arena_free(&arena);
}

/* A claim of more than six services goes on on a second form; the last has the total.
 */
static void the_total_is_that_of_all_forms(void **state)
{
	struct arena *arena = arena_new();
	struct doc *doc = judged(arena, NULL);
	struct err err = {0};

	(void)state;
	for (int line = 3; line <= 9; line++) {
		static const char *const columns[][2] = {
			{"lines/from_date", "2026-01-05"},
			{"lines/procedure", "99213"},
			{"lines/charge", "10.00"}};
		for (size_t i = 0; i < COUNT(columns); i++) {
			struct field *f = doc_add_field(doc, columns[i][0], line);
			f->raw = f->value = columns[i][1];
			f->source = SOURCE_PERSON;
			f->page = line > 6 ? 2 : 1;
		}
	}
	assert_int_equal(doc_validate(doc, schema_type(types, "cms1500"), NULL, &err),
			 RC_OK);
	assert_true(has_finding(doc, "total-of-lines"));
	doc_field(doc, "total_charge", 0)->value = "190.50";
	assert_int_equal(doc_validate(doc, schema_type(types, "cms1500"), NULL, &err),
			 RC_OK);
	assert_false(has_finding(doc, "total-of-lines"));
	arena_free(&arena);
}

static void a_profile_says_how_grave_a_rule_is(void **state)
{
	static const struct breach stateless = {
		"accident-has-state", {{"condition/auto_accident_state", 0, NULL}}};
	static const struct {
		const char *profile;
		int stops, warns;
	} cases[] = {
		{"", 0, 1},
		{"rule accident-has-state stop", 1, 0},
		{"rule accident-has-state off", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct doc *doc = judged(arena, &stateless);
		const struct doctype *type;
		struct err err = {0};
		int stops = 0, warns = 0;

		assert_int_equal(doctype_with_profile(schema_type(types, "cms1500"),
						      cases[i].profile, arena, &type,
						      &err),
				 RC_OK);
		assert_int_equal(doc_validate(doc, type, NULL, &err), RC_OK);
		for (size_t k = 0; k < doc->n_findings; k++)
			*(doc->findings[k].severity == SEVERITY_STOP ? &stops
								     : &warns) += 1;
		assert_int_equal(stops, cases[i].stops);
		assert_int_equal(warns, cases[i].warns);
		arena_free(&arena);
	}
}

static void a_profile_makes_a_failed_check_digit_stop(void **state)
{
	static const struct breach npi = {"none", {{"billing/npi", 0, "1234567890"}}};
	static const struct {
		const char *profile;
		enum severity severity;
		size_t findings;
	} cases[] = {{"", SEVERITY_WARN, 1},
		     {"rule check-digit stop", SEVERITY_STOP, 1},
		     {"rule check-digit off", SEVERITY_WARN, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct doc *doc = judged(arena, &npi);
		const struct doctype *type;
		struct err err = {0};

		assert_int_equal(doctype_with_profile(schema_type(types, "cms1500"),
						      cases[i].profile, arena, &type,
						      &err),
				 RC_OK);
		assert_int_equal(doc_validate(doc, type, NULL, &err), RC_OK);
		assert_int_equal(doc->n_findings, cases[i].findings);
		if (cases[i].findings)
			assert_int_equal(doc->findings[0].severity, cases[i].severity);
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_claim_breaks_no_rule),
		cmocka_unit_test(each_rule_can_be_broken),
		cmocka_unit_test(no_rule_is_without_a_breach),
		cmocka_unit_test(an_old_claim_may_have_icd_9),
		cmocka_unit_test(what_a_claim_does_not_say_breaks_no_rule),
		cmocka_unit_test(the_total_is_that_of_all_forms),
		cmocka_unit_test(a_profile_says_how_grave_a_rule_is),
		cmocka_unit_test(a_profile_makes_a_failed_check_digit_stop),
	};
	return cmocka_run_group_tests(tests, load_types, free_types);
}
