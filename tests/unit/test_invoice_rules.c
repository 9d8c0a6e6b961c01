/* The rules of invoice.xsd: a right invoice breaks none, and each can be broken. */
#include "types.h"

struct value {
	const char *path;
	int line;
	const char *value; /* NULL: not on the invoice */
};

static const struct value right[] = {
	{"number", 0, "R-1"},
	{"issue_date", 0, "2026-02-01"},
	{"type_code", 0, "380"},
	{"currency", 0, "EUR"},
	{"due_date", 0, "2026-03-01"},
	{"period_start", 0, "2026-01-01"},
	{"period_end", 0, "2026-01-31"},
	{"seller/name", 0, "Forge Ltd"},
	{"seller/vat_id", 0, "DE136695976"},
	{"buyer/name", 0, "Yard AG"},
	{"lines_total", 0, "105.00"},
	{"allowances_total", 0, "10.00"},
	{"charges_total", 0, "5.00"},
	{"total_without_vat", 0, "100.00"},
	{"total_vat", 0, "19.00"},
	{"total_with_vat", 0, "119.00"},
	{"prepaid_amount", 0, "19.00"},
	{"amount_due", 0, "100.00"},
	{"vat_breakdown/category", 1, "S"},
	{"vat_breakdown/rate", 1, "19"},
	{"vat_breakdown/taxable_amount", 1, "100.00"},
	{"vat_breakdown/tax_amount", 1, "19.00"},
	{"allowances/amount", 1, "10.00"},
	{"allowances/vat_category", 1, "S"},
	{"allowances/vat_rate", 1, "19"},
	{"charges/amount", 1, "5.00"},
	{"charges/vat_category", 1, "S"},
	{"charges/vat_rate", 1, "19"},
	{"lines/quantity", 1, "2"},
	{"lines/unit_price", 1, "10.00"},
	{"lines/net_amount", 1, "20.00"},
	{"lines/vat_category", 1, "S"},
	{"lines/vat_rate", 1, "19"},
	{"lines/quantity", 2, "17"},
	{"lines/unit_price", 2, "50.00"},
	{"lines/price_quantity", 2, "10"},
	{"lines/net_amount", 2, "85.00"},
	{"lines/vat_category", 2, "S"},
	{"lines/vat_rate", 2, "19"},
};

/* Rules that are alike for several VAT categories. */
#define ANY_CATEGORY(name, code)                                                       \
	{"BR-" name "-01", {{"lines/vat_category", 1, code}}},                         \
	{                                                                              \
		"BR-" name "-08",                                                      \
		{                                                                      \
			{"vat_breakdown/category", 1, code},                           \
			{                                                              \
				"vat_breakdown/taxable_amount", 1, "99.00"             \
			}                                                              \
		}                                                                      \
	}
#define UNTAXED(name, code)                                                            \
	{"BR-" name "-05", {{"lines/vat_category", 1, code}}},                         \
	{                                                                              \
		"BR-" name "-09",                                                      \
		{                                                                      \
			{                                                              \
				"vat_breakdown/category", 1, code                      \
			}                                                              \
		}                                                                      \
	}
#define WITH_REASON(name, code)                                                        \
	{                                                                              \
		"BR-" name "-10",                                                      \
		{                                                                      \
			{                                                              \
				"vat_breakdown/category", 1, code                      \
			}                                                              \
		}                                                                      \
	}

static const struct breach {
	const char *rule;
	struct value changes[4];
} breaches[] = {
	{"BR-CO-15", {{"total_with_vat", 0, "120.00"}}},
	{"BR-CO-15", {{"total_with_vat", 0, "120.00"}, {"currency", 0, NULL}}},
	{"tax-left-out", {{"total_vat", 0, NULL}}},
	{"sum-of-lines", {{"lines/net_amount", 2, "84.00"}, {"lines_total", 0, NULL}}},
	{"BR-CO-10", {{"lines_total", 0, "106.00"}}},
	{"BR-CO-13", {{"allowances_total", 0, "11.00"}}},
	{"BR-CO-16", {{"amount_due", 0, "119.00"}}},
	{"BR-CO-14", {{"vat_breakdown/tax_amount", 1, "18.00"}}},
	{"vat-bases-add-up", {{"vat_breakdown/taxable_amount", 1, "99.00"}}},
	{"BR-CO-17", {{"vat_breakdown/rate", 1, "7"}}},
	{"line-amount", {{"lines/quantity", 1, "3"}}},
	{"BR-27", {{"lines/unit_price", 1, "-10.00"}}},
	{"issued-after-receipt", {{"issue_date", 0, "2026-04-01"}}},
	{"due-before-issue", {{"due_date", 0, "2026-01-01"}}},
	{"period-turned", {{"period_end", 0, "2025-12-31"}}},
	{"vat-too-high", {{"total_vat", 0, "40.00"}}},
	{"credit-note-negative",
	 {{"type_code", 0, "381"}, {"total_with_vat", 0, "-119.00"}}},
	{"BR-CO-11", {{"allowances/amount", 1, "9.00"}}},
	{"BR-CO-12", {{"charges/amount", 1, "6.00"}}},
	{"BR-CO-18",
	 {{"vat_breakdown/category", 1, NULL},
	  {"vat_breakdown/rate", 1, NULL},
	  {"vat_breakdown/taxable_amount", 1, NULL},
	  {"vat_breakdown/tax_amount", 1, NULL}}},
	{"BR-47", {{"vat_breakdown/category", 1, NULL}}},
	{"BR-48", {{"vat_breakdown/rate", 1, NULL}}},
	{"BR-S-01", {{"vat_breakdown/category", 1, "Z"}}},
	{"BR-S-05", {{"lines/vat_rate", 1, "0"}}},
	{"BR-S-08", {{"vat_breakdown/taxable_amount", 1, "99.00"}}},
	{"BR-S-10", {{"vat_breakdown/exemption_reason", 1, "none"}}},
	{"BR-Z-10",
	 {{"vat_breakdown/category", 1, "Z"},
	  {"vat_breakdown/exemption_code", 1, "VATEX-EU-O"}}},
	ANY_CATEGORY("Z", "Z"),
	ANY_CATEGORY("E", "E"),
	ANY_CATEGORY("AE", "AE"),
	ANY_CATEGORY("IC", "K"),
	ANY_CATEGORY("G", "G"),
	ANY_CATEGORY("O", "O"),
	ANY_CATEGORY("IG", "L"),
	ANY_CATEGORY("IP", "M"),
	UNTAXED("Z", "Z"),
	UNTAXED("E", "E"),
	UNTAXED("AE", "AE"),
	UNTAXED("IC", "K"),
	UNTAXED("G", "G"),
	UNTAXED("O", "O"),
	WITH_REASON("E", "E"),
	WITH_REASON("AE", "AE"),
	WITH_REASON("IC", "K"),
	WITH_REASON("G", "G"),
	WITH_REASON("O", "O"),
	{"invoice-negative", {{"total_with_vat", 0, "-119.00"}}},
	{"credit-note-reference", {{"type_code", 0, "381"}}},
	{"seller-is-buyer", {{"buyer/vat_id", 0, "DE 136.695.976"}}},
};

static const struct value *changed(const struct breach *breach,
				   const struct value *value)
{
	for (size_t i = 0; breach && i < COUNT(breach->changes); i++)
		if (breach->changes[i].path &&
		    strcmp(breach->changes[i].path, value->path) == 0 &&
		    breach->changes[i].line == value->line)
			return &breach->changes[i];
	return value;
}

static void give(struct doc *doc, const struct value *value)
{
	struct field *field;

	if (value->value == NULL)
		return;
	field = doc_add_field(doc, value->path, value->line);
	field->raw = field->value = value->value;
	field->source = SOURCE_XML;
	field->confidence = 1;
}

static struct doc *judged_as(struct arena *arena, const struct breach *breach,
			     bool structured)
{
	struct doc *doc = doc_new(arena);
	struct err err = {0};

	doc->received_on = "2026-03-15";
	doc->structured = structured;
	for (size_t i = 0; i < COUNT(right); i++)
		give(doc, changed(breach, &right[i]));
	for (size_t i = 0; breach && i < COUNT(breach->changes); i++)
		if (breach->changes[i].path)
			give(doc, &breach->changes[i]);
	if (doc_validate(doc, schema_type(types, "invoice"), NULL, &err) != RC_OK)
		fail_msg("%s", err.text);
	return doc;
}

static struct doc *judged(struct arena *arena, const struct breach *breach)
{
	return judged_as(arena, breach, true);
}

static void a_right_invoice_breaks_no_rule(void **state)
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
			fail_msg("%s was not noticed", breaches[i].rule);
		arena_free(&arena);
	}
}

static void no_rule_is_without_a_breach(void **state)
{
	const struct doctype *type = schema_type(types, "invoice");

	(void)state;
	for (size_t i = 0; i < type->n_rules; i++) {
		bool tested = type->rules[i].proof_only;

		for (size_t k = 0; k < COUNT(breaches); k++)
			tested |= strcmp(breaches[k].rule, type->rules[i].id) == 0;
		if (!tested)
			fail_msg("%s is not tested", type->rules[i].id);
	}
}

static void lines_with_prices_that_include_vat_are_no_breach(void **state)
{
	static const struct breach gross = {
		"none", {{"lines_total", 0, NULL}, {"lines/net_amount", 2, "99.00"}}};
	struct arena *arena = arena_new();

	(void)state;
	assert_false(has_finding(judged(arena, &gross), "sum-of-lines"));
	arena_free(&arena);
}

/* What a page shows only in part breaks no rule about what must be there. */
static void what_was_not_read_is_not_held_against_a_paper(void **state)
{
	static const struct breach unread[] = {
		{"BR-47", {{"vat_breakdown/category", 1, NULL}}},
		{"BR-48", {{"vat_breakdown/rate", 1, NULL}}},
		{"credit-note-reference", {{"type_code", 0, "381"}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(unread); i++) {
		struct arena *arena = arena_new();

		assert_true(has_finding(judged_as(arena, &unread[i], true),
					unread[i].rule));
		assert_false(has_finding(judged_as(arena, &unread[i], false),
					 unread[i].rule));
		arena_free(&arena);
	}
}

/* CII has logistics charges in the sum alone; the oldest data has no categories. */
static void data_that_says_less_breaks_no_rule(void **state)
{
	static const struct breach less[] = {
		{"BR-CO-12",
		 {{"charges/amount", 1, NULL},
		  {"charges/vat_category", 1, NULL},
		  {"charges/vat_rate", 1, NULL}}},
		{"BR-S-08",
		 {{"charges/amount", 1, NULL},
		  {"charges/vat_category", 1, NULL},
		  {"charges/vat_rate", 1, NULL}}},
		{"BR-47",
		 {{"vat_breakdown/category", 1, NULL},
		  {"lines/vat_category", 1, NULL},
		  {"lines/vat_category", 2, NULL}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(less); i++) {
		struct arena *arena = arena_new();

		assert_false(has_finding(judged(arena, &less[i]), less[i].rule));
		arena_free(&arena);
	}
}

/* Twenty lines whose VAT was rounded one by one. */
static void vat_rounded_line_by_line_is_no_breach(void **state)
{
	struct arena *arena = arena_new();
	struct doc *doc = doc_new(arena);
	struct err err = {0};

	(void)state;
	give(doc, &(struct value){"currency", 0, "EUR"});
	give(doc, &(struct value){"vat_breakdown/rate", 1, "19"});
	give(doc, &(struct value){"vat_breakdown/taxable_amount", 1, "0.60"});
	give(doc, &(struct value){"vat_breakdown/tax_amount", 1, "0.20"});
	for (int i = 1; i <= 20; i++)
		give(doc, &(struct value){"lines/net_amount", i, "0.03"});
	assert_int_equal(doc_validate(doc, schema_type(types, "invoice"), NULL, &err),
			 RC_OK);
	assert_false(has_finding(doc, "BR-CO-17"));
	doc_field(doc, "vat_breakdown/tax_amount", 1)->value = "0.40";
	assert_int_equal(doc_validate(doc, schema_type(types, "invoice"), NULL, &err),
			 RC_OK);
	assert_true(has_finding(doc, "BR-CO-17"));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_invoice_breaks_no_rule),
		cmocka_unit_test(each_rule_can_be_broken),
		cmocka_unit_test(no_rule_is_without_a_breach),
		cmocka_unit_test(lines_with_prices_that_include_vat_are_no_breach),
		cmocka_unit_test(what_was_not_read_is_not_held_against_a_paper),
		cmocka_unit_test(data_that_says_less_breaks_no_rule),
		cmocka_unit_test(vat_rounded_line_by_line_is_no_breach),
	};
	return cmocka_run_group_tests(tests, load_types, free_types);
}
