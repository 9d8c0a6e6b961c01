/* What stands in the zones of a claim form becomes fields: dates in all printed forms,
 * the century of a birth, codes whose characters look alike, several forms as one
 * claim. */
#include "types.h"

#include <stdlib.h>

#include "stage.h"

static struct arena *arena;

static int start(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

struct reading {
	const char *path, *text;
	float confidence; /* 0 stands for 0.95 */
};

static struct doc *new_claim(void)
{
	struct doc *doc = doc_new(arena);
	doc->received_on = "2026-11-22";
	doc->type = "cms1500";
	return doc;
}

static void add_page(struct doc *doc, const struct reading *readings, size_t n)
{
	struct page *page = doc_add_page(doc);
	page->number = (int)doc->n_pages;
	page->form = "cms1500";
	page->zones = arena_alloc_n(arena, n, sizeof(*page->zones));
	page->n_zones = n;
	for (size_t i = 0; i < n; i++)
		page->zones[i] = (struct zone_reading){
			.path = readings[i].path,
			.text = readings[i].text,
			.box = {100, 100, 200, 40},
			.confidence = readings[i].confidence > 0
					      ? readings[i].confidence
					      : 0.95f};
}

static void extract(struct doc *doc)
{
	struct stage_env env = {.schemas = types};
	struct err err;
	assert_int_equal(extract_form(&env, schema_type(types, "cms1500"), doc, &err),
			 RC_OK);
}

/* --- values
 * ------------------------------------------------------------------------------- */

static const struct {
	const char *path, *printed, *value; /* NULL: raw text for a person */
} values[] = {
	{"illness_date", "08 25 26", "2026-08-25"},
	{"illness_date", "082526", "2026-08-25"},
	{"illness_date", "0825 26", "2026-08-25"},
	{"illness_date", "08 25 2026", "2026-08-25"},
	{"patient_signature_date", "9/7/26", "2026-09-07"},
	{"patient_signature_date", "09-07-2026", "2026-09-07"},
	{"patient_signature_date", "9.7.26", "2026-09-07"},
	{"illness_date", "13 25 26", NULL},
	{"illness_date", "02 30 26", NULL},
	{"illness_date", "08 25", NULL},
	{"illness_date", "11 30 87", "1987-11-30"},
	{"patient/birth_date", "11 22 26", "2026-11-22"},
	{"patient/birth_date", "11 23 26", "1926-11-23"},
	{"patient/birth_date", "05 06 37", "1937-05-06"},
	{"patient/birth_date", "05 06 1999", "1999-05-06"},
	{"insured/birth_date", "07 26 20", "2020-07-26"},
	{"total_charge", "1154.55", "1154.55"},
	{"total_charge", "$ 1,154.55", "1154.55"},
	{"total_charge", "1154 55", "1154.55"},
	{"total_charge", "36 00", "36.00"},
	{"total_charge", "000", "0.00"},
	{"total_charge", "996.758", NULL},
	{"total_charge", "5", NULL},
	{"patient/phone", "(514) 979-5329", "514 979-5329"},
	{"patient/phone", "610 1 646-2122", "610 646-2122"},
	{"patient/zip", "750111234", "75011-1234"},
	{"patient/zip", "7501", NULL},
	{"patient/state", "0R", "OR"},
	{"patient/state", "X", NULL},
	{"diagnosis/A", "M51.26", "M51.26"},
	{"diagnosis/A", "148.91", "I48.91"},
	{"diagnosis/A", "R0O3.0", "R03.0"},
	{"diagnosis/A", "N1830", "N1830"},
	{"diagnosis/A", "M5", NULL},
	{"referring/npi", "1234567893", "1234567893"},
	{"referring/npi", "123456789", NULL},
	{"referring/qualifier", "DK", "DK"},
	{"icd_indicator", "O", "0"},
	{"federal_tax_id", "88-2757933", "88-2757933"},
	{"federal_tax_id", "88-275793", NULL},
	{"carrier/address", "1 HIGH ST\nSUITE 2\nOREM, UT 84057",
	 "1 HIGH ST, SUITE 2, OREM, UT 84057"},
};

static void test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct doc *doc = new_claim();
		add_page(doc, &(struct reading){values[i].path, values[i].printed, 0},
			 1);
		extract(doc);
		const char *got = doc_value(doc, values[i].path, 0);
		if (!got != !values[i].value ||
		    (got && strcmp(got, values[i].value) != 0))
			fail_msg("%s \"%s\": %s, expected %s", values[i].path,
				 values[i].printed, got ? got : "nothing",
				 values[i].value ? values[i].value : "nothing");
	}
}

static void test_raw_stays(void **state)
{
	const struct reading r = {"patient/birth_date", "13 45 26", 0};
	struct doc *doc = new_claim();
	(void)state;
	add_page(doc, &r, 1);
	extract(doc);
	struct field *field = doc_field(doc, "patient/birth_date", 0);
	assert_non_null(field);
	assert_null(field->value);
	assert_string_equal(field->raw, "13 45 26");
	assert_int_equal(field->source, SOURCE_ZONE);
	assert_int_equal(field->page, 1);
}

/* --- lines
 * -------------------------------------------------------------------------------- */

static void test_procedures(void **state)
{
	const struct reading r[] = {{"lines[1]/procedure", "99213", 0},
				    {"lines[2]/procedure", "GO0009", 0},
				    {"lines[3]/procedure", "J76Z0", 0},
				    {"lines[4]/procedure", "L39", 0}};
	struct doc *doc = new_claim();
	(void)state;
	add_page(doc, r, COUNT(r));
	extract(doc);
	assert_string_equal(doc_value(doc, "lines/procedure", 1), "99213");
	assert_string_equal(doc_value(doc, "lines/procedure", 2), "G0009");
	assert_string_equal(doc_value(doc, "lines/procedure", 3), "J7620");
	assert_null(doc_value(doc, "lines/procedure", 4));
	assert_int_equal(doc_lines(doc), 4);
}

static void test_supplement_is_no_line(void **state)
{
	const struct reading r[] = {{"lines[1]/charge", "36.00", 0},
				    {"lines[1]/supplemental", "N400026064871 UN2", 0},
				    {"lines[2]/supplemental", "a streak of dirt", 0}};
	struct doc *doc = new_claim();
	(void)state;
	add_page(doc, r, COUNT(r));
	extract(doc);
	assert_int_equal(doc_lines(doc), 1);
	assert_string_equal(doc_value(doc, "lines/supplemental", 1),
			    "N400026064871 UN2");
}

static void test_two_forms(void **state)
{
	const struct reading first[] = {{"patient/name", "SAMPLE, AVERY", 0},
					{"lines[1]/charge", "10.00", 0},
					{"lines[2]/charge", "20.00", 0},
					{"total_charge", "30.00", 0}};
	const struct reading last[] = {{"patient/name", "SAMPLE, AVERV", 0},
				       {"lines[1]/charge", "12.50", 0},
				       {"total_charge", "42.50", 0}};
	struct doc *doc = new_claim();
	(void)state;
	add_page(doc, first, COUNT(first));
	add_page(doc, last, COUNT(last));
	extract(doc);
	assert_string_equal(doc_value(doc, "patient/name", 0), "SAMPLE, AVERY");
	assert_int_equal(doc_lines(doc), 3);
	assert_string_equal(doc_value(doc, "lines/charge", 3), "12.50");
	assert_int_equal(doc_field(doc, "lines/charge", 3)->page, 2);
	assert_string_equal(doc_value(doc, "total_charge", 0), "42.50");
}

/* --- two places for one thing
 * --------------------------------------------------------------- */

static void test_qualifier_in_17(void **state)
{
	const struct reading r[] = {{"referring/qualifier", "DQ", 0},
				    {"referring/qualifier", "0B", 0},
				    {"referring/other_id_qualifier", "0B", 0},
				    {"referring/other_id", "AB1234", 0}};
	struct doc *doc = new_claim();
	(void)state;
	add_page(doc, r, COUNT(r));
	extract(doc);
	assert_string_equal(doc_value(doc, "referring/qualifier", 0), "DQ");
	assert_string_equal(doc_value(doc, "referring/other_id_qualifier", 0), "0B");
}

static void test_qualifier_in_17a(void **state)
{
	const struct reading r[] = {{"referring/qualifier", "DN", 0},
				    {"referring/other_id_qualifier", "DN", 0}};
	struct doc *doc = new_claim();
	(void)state;
	add_page(doc, r, COUNT(r));
	extract(doc);
	assert_string_equal(doc_value(doc, "referring/qualifier", 0), "DN");
	assert_null(doc_field(doc, "referring/other_id_qualifier", 0));
}

static void test_twins(void **state)
{
	const struct reading r[] = {{"patient/relationship", "Self", 0.99f},
				    {"patient/city", "OREM", 0.9f},
				    {"insured/city", "OREM", 0.9f},
				    {"patient/zip", "84057", 0.95f},
				    {"insured/zip", "84051", 0.5f},
				    {"patient/street", "1 HIGH", 0.9f},
				    {"insured/street", "9 LOW RD", 0.5f}};
	struct doc *doc = new_claim();
	(void)state;
	add_page(doc, r, COUNT(r));
	extract(doc);
	assert_true(doc_field(doc, "patient/city", 0)->confidence > 0.96f);
	/* A weak reading yields to a sure one that nearly says the same... */
	assert_string_equal(doc_value(doc, "insured/zip", 0), "84057");
	assert_int_equal(doc_field(doc, "insured/zip", 0)->n_alternatives, 1);
	/* ...but never to another entry. */
	assert_string_equal(doc_value(doc, "insured/street", 0), "9 LOW RD");
}

static void test_no_twins(void **state)
{
	const struct reading r[] = {{"patient/relationship", "Child", 0.99f},
				    {"patient/zip", "84057", 0.95f},
				    {"insured/zip", "84051", 0.5f}};
	struct doc *doc = new_claim();
	(void)state;
	add_page(doc, r, COUNT(r));
	extract(doc);
	assert_string_equal(doc_value(doc, "insured/zip", 0), "84051");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"printed values get their canonical form", test_values, start, stop,
		 NULL},
		{"what is no value keeps its raw text", test_raw_stays, start, stop,
		 NULL},
		{"procedure codes keep their shape", test_procedures, start, stop,
		 NULL},
		{"supplemental text is no service line", test_supplement_is_no_line,
		 start, stop, NULL},
		{"two forms are one claim with the last one's total", test_two_forms,
		 start, stop, NULL},
		{"the qualifier in item 17 counts, 17a has its own",
		 test_qualifier_in_17, start, stop, NULL},
		{"the qualifier printed in 17a counts", test_qualifier_in_17a, start,
		 stop, NULL},
		{"patient and insured prove each other", test_twins, start, stop, NULL},
		{"different people prove nothing", test_no_twins, start, stop, NULL},
	};
	return cmocka_run_group_tests(tests, load_types, free_types);
}
