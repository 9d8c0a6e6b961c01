/* The rules of invoice.xsd: a right invoice breaks none, and each can be broken. */
#include "testing.h"

#include "schema.h"

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
	{"vat_breakdown/rate", 1, "19"},
	{"vat_breakdown/taxable_amount", 1, "100.00"},
	{"vat_breakdown/tax_amount", 1, "19.00"},
	{"lines/quantity", 1, "2"},
	{"lines/unit_price", 1, "10.00"},
	{"lines/net_amount", 1, "20.00"},
	{"lines/quantity", 2, "17"},
	{"lines/unit_price", 2, "50.00"},
	{"lines/price_quantity", 2, "10"},
	{"lines/net_amount", 2, "85.00"},
};

static const struct breach {
	const char *rule;
	struct value changes[3];
} breaches[] = {
	{"net-plus-tax", {{"total_with_vat", 0, "120.00"}}},
	{"tax-left-out", {{"total_vat", 0, NULL}}},
	{"sum-of-lines", {{"lines/net_amount", 2, "84.00"}}},
	{"lines-total", {{"lines_total", 0, "106.00"}}},
	{"net-after-allowances", {{"allowances_total", 0, "11.00"}}},
	{"amount-due", {{"amount_due", 0, "119.00"}}},
	{"vat-adds-up", {{"vat_breakdown/tax_amount", 1, "18.00"}}},
	{"vat-bases-add-up", {{"vat_breakdown/taxable_amount", 1, "99.00"}}},
	{"vat-of-rate", {{"vat_breakdown/rate", 1, "7"}}},
	{"line-amount", {{"lines/quantity", 1, "3"}}},
	{"issued-after-receipt", {{"issue_date", 0, "2026-04-01"}}},
	{"due-before-issue", {{"due_date", 0, "2026-01-01"}}},
	{"period-turned", {{"period_end", 0, "2025-12-31"}}},
	{"vat-too-high", {{"total_vat", 0, "40.00"}}},
	{"credit-note-negative",
	 {{"type_code", 0, "381"}, {"total_with_vat", 0, "-119.00"}}},
	{"seller-is-buyer", {{"buyer/vat_id", 0, "DE 136.695.976"}}},
};

static struct schema_set *types;

static int load_types(void **state)
{
	struct err err = {0};

	(void)state;
	if (schema_load_dir("schemas", &types, &err) != RC_OK)
		fail_msg("%s", err.text);
	return 0;
}

static int free_types(void **state)
{
	(void)state;
	schema_set_free(&types);
	return 0;
}

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

static struct doc *judged(struct arena *arena, const struct breach *breach)
{
	struct doc *doc = doc_new(arena);
	struct err err = {0};

	doc->received_on = "2026-03-15";
	for (size_t i = 0; i < COUNT(right); i++)
		give(doc, changed(breach, &right[i]));
	for (size_t i = 0; breach && i < COUNT(breach->changes); i++)
		if (breach->changes[i].path)
			give(doc, &breach->changes[i]);
	if (doc_validate(doc, schema_type(types, "invoice"), NULL, &err) != RC_OK)
		fail_msg("%s", err.text);
	return doc;
}

static bool has_finding(const struct doc *doc, const char *code)
{
	for (size_t i = 0; i < doc->n_findings; i++)
		if (strcmp(doc->findings[i].code, code) == 0)
			return true;
	return false;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_invoice_breaks_no_rule),
		cmocka_unit_test(each_rule_can_be_broken),
		cmocka_unit_test(no_rule_is_without_a_breach),
		cmocka_unit_test(lines_with_prices_that_include_vat_are_no_breach),
	};
	return cmocka_run_group_tests(tests, load_types, free_types);
}
