/* What speaks for and against a value, on papers typed as people see them: each case
 * says one thing of one value, and that another paper does not say it. */
#include "paper.h"

static struct schema_set *types;

static int load_types(void **state)
{
	(void)state;
	types = shipped_types();
	return 0;
}

static int free_types(void **state)
{
	(void)state;
	schema_set_free(&types);
	return 0;
}

#define HEAD "Bolt & Sons Hardware Ltd\n12 Forge Lane\nLeeds LS1 4AP\nReceipt\n"

static const struct {
	const char *story, *path, *feature;
	const char *with, *without; /* papers */
} slips[] = {
	{"the column over the total adds up to it", "total", "column adds up",
	 HEAD
	 "02/03/2026 14:10\nHammer      12.00\nNails        3.50\nTotal       15.50\n",
	 HEAD
	 "02/03/2026 14:10\nHammer      12.00\nNails        3.60\nTotal       15.50\n"},
	{"a net and a tax that make the total are printed", "total",
	 "net and tax printed, rate too",
	 HEAD
	 "02/03/2026\nHammer      12.00\nTotal       12.00\nVAT 20%  10.00  2.00\n",
	 HEAD
	 "02/03/2026\nHammer      12.00\nTotal       12.00\nVAT 20%  10.00  2.10\n"},
	{"handed over less handed back is the total", "total",
	 "handed over less handed back",
	 HEAD "02/03/2026\nHammer      12.00\nTotal       12.00\nCash        20.00\n"
	      "Change       8.00\n",
	 HEAD "02/03/2026\nHammer      12.00\nTotal       12.00\nCash        20.00\n"
	      "Change       7.00\n"},
	{"the same day stands elsewhere", "date", "same day again",
	 HEAD "Date: 02/03/2026\nHammer  12.00\nTotal  12.00\nPaid 02/03/2026 14:10\n",
	 HEAD "Date: 02/03/2026\nHammer  12.00\nTotal  12.00\nPaid 05/03/2026 14:10\n"},
	{"the till's time stands twice", "time", "same time again",
	 HEAD "02/03/2026 14:10\nHammer  12.00\nTotal  12.00\nPaid at 14:10\n",
	 HEAD "02/03/2026 14:10\nHammer  12.00\nTotal  12.00\nPaid at 14:12\n"},
	{"a VAT id as tax number has a check digit", "merchant/tax_id",
	 "check digit holds",
	 HEAD "VAT No DE136695976\n02/03/2026\nHammer  12.00\nTotal  12.00\n",
	 HEAD "VAT No DE136695978\n02/03/2026\nHammer  12.00\nTotal  12.00\n"},
	{"a day one digit away stands elsewhere", "date", "nearly the same day",
	 HEAD "Date: 12/03/2026\nHammer  12.00\nTotal  12.00\nPaid 12/08/2026 14:10\n",
	 HEAD "Date: 12/03/2026\nHammer  12.00\nTotal  12.00\nPaid 12/03/2026 14:10\n"},
	{"the day of the week beside the date is that day's", "date", "weekday fits",
	 HEAD "Mon 02/03/2026 14:10\nHammer  12.00\nTotal  12.00\n",
	 HEAD "Tue 02/03/2026 14:10\nHammer  12.00\nTotal  12.00\n"},
	{"the day of the week behind the date is another's", "date", "weekday differs",
	 HEAD "02/03/2026 Dienstag\nHammer  12.00\nTotal  12.00\n",
	 HEAD "02/03/2026 Montag\nHammer  12.00\nTotal  12.00\n"},
	{"the day stands in a signature, written otherwise", "date",
	 "same day written otherwise",
	 HEAD "Date: 02/03/2026\nHammer  12.00\nTotal  12.00\nT-20260302141000\n",
	 HEAD "Date: 02/03/2026\nHammer  12.00\nTotal  12.00\nT-20260312141000\n"},
	{"the total has lost its cents, others have theirs", "total", "cents lost",
	 HEAD "02/03/2026\nHammer  12.00\nNails  3.00\nBolts  1.00\nTotal  16\n",
	 HEAD "02/03/2026\nHammer  12.00\nNails  3.00\nBolts  1.00\nTotal  16.00\n"},
	{"no greater amount than the total is printed", "total", "greatest amount",
	 HEAD "02/03/2026\nHammer  12.00\nTotal  12.00\n",
	 HEAD "02/03/2026\nHammer  12.00\nTotal  12.00\nYou saved  21.00\n"},
	{"the name's word stands in the web address", "merchant/name",
	 "in a mail or web address",
	 HEAD "www.hardware-bolt.example\n02/03/2026\nHammer  12.00\nTotal  12.00\n",
	 HEAD "www.nuts.example\n02/03/2026\nHammer  12.00\nTotal  12.00\n"},
	{"the name's word is spelt otherwise elsewhere", "merchant/name",
	 "longest word nearly elsewhere",
	 HEAD
	 "02/03/2026\nHammer  12.00\nTotal  12.00\nThank you, your Hardwane shop\n",
	 HEAD
	 "02/03/2026\nHammer  12.00\nTotal  12.00\nThank you, your hardware shop\n"},
	{"no value has the line between name and street", "merchant/name",
	 "a line left over between name and address",
	 "Bolt & Sons Hardware Ltd\nJane Example\n12 Forge Lane\nLeeds LS1 "
	 "4AP\nReceipt\n"
	 "02/03/2026\nHammer  12.00\nTotal  12.00\n",
	 HEAD "02/03/2026\nHammer  12.00\nTotal  12.00\n"},
	{"no value has the line over the name", "merchant/name",
	 "a line left over above it",
	 "Jane Example\n" HEAD "02/03/2026\nHammer  12.00\nTotal  12.00\n",
	 HEAD "02/03/2026\nHammer  12.00\nTotal  12.00\n"},
	{"a name that is a label", "merchant/name", "like a label",
	 "Forge Reservation No.\n12 Forge Lane\nLeeds LS1 4AP\nReceipt\n02/03/2026\n"
	 "Hammer  12.00\nTotal  12.00\n",
	 HEAD "02/03/2026\nHammer  12.00\nTotal  12.00\n"},
	{"most of the name's letters are words that shops have", "merchant/name",
	 "known words", HEAD "02/03/2026\nHammer  12.00\nTotal  12.00\n",
	 "Xolt Zons Ltd\n12 Forge Lane\nLeeds LS1 4AP\nReceipt\n02/03/2026\n"
	 "Hammer  12.00\nTotal  12.00\n"},
};

static float feature_of(const struct doc *doc, const char *path, const char *name)
{
	const struct field *field = doc_field(doc, path, 0);

	for (size_t i = 0; field && i < field->n_features; i++)
		if (strcmp(field->features[i].name, name) == 0)
			return field->features[i].value;
	return 0;
}

static struct doc *judged(struct arena *arena, const char *print)
{
	struct stage_env env = {
		.schemas = types, .stop_before = "validate", .evidence = true};
	struct doc *doc = paper(arena, SOURCE_OCR, 1200, print);
	struct err err = {0};

	if (understand(&env, doc, &err) != RC_OK)
		fail_msg("%s", err.text);
	assert_string_equal(doc->type, "receipt");
	return doc;
}

static void print_says_what_speaks_for_a_value(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(slips); i++) {
		AUTO_ARENA arena = arena_new();
		float with = feature_of(judged(arena, slips[i].with), slips[i].path,
					slips[i].feature);
		float without = feature_of(judged(arena, slips[i].without),
					   slips[i].path, slips[i].feature);

		if (with > 0 && without <= 0)
			continue;
		print_error("%s: with %g, without %g\n", slips[i].story, (double)with,
			    (double)without);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* What the reader thought of one word of the total, and what it says of the total. */
static const struct {
	const char *story;
	float confidence;
	uint8_t readings, agreed;
	const char *lost; /* another reading, or NULL */
	const char *feature;
	bool speaks;
} readings[] = {
	{"half sure", 0.8F, 1, 1, NULL, "an unsure number", true},
	{"quite sure", 0.97F, 1, 1, NULL, "an unsure number", false},
	{"half sure, but all agree", 0.8F, 2, 2, NULL, "an unsure number", false},
	{"half sure, and one differs", 0.8F, 3, 2, NULL, "an unsure number", true},
	{"another digit", 0.97F, 1, 1, "12.09", "a digit was read otherwise", true},
	{"another mark", 0.97F, 1, 1, "12,00", "a digit was read otherwise", false},
	{"a digit less", 0.97F, 1, 1, "12.0", "a digit was read otherwise", false},
};

static void what_the_reader_thought_speaks_for_a_value(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(readings); i++) {
		AUTO_ARENA arena = arena_new();
		struct stage_env env = {
			.schemas = types, .stop_before = "validate", .evidence = true};
		struct doc *doc = paper(arena, SOURCE_OCR, 1200,
					HEAD "02/03/2026\nTotal  12.00\n");
		struct page *page = doc->pages[0];
		struct word *word = &page->words[page->n_words - 1];
		struct alternative lost = {readings[i].lost, 0.5F};
		struct err err = {0};

		word->confidence = readings[i].confidence;
		word->readings = readings[i].readings;
		word->agreed = readings[i].agreed;
		word->alternatives = &lost;
		word->n_alternatives = lost.text != NULL;
		if (understand(&env, doc, &err) != RC_OK)
			fail_msg("%s", err.text);
		if ((feature_of(doc, "total", readings[i].feature) > 0) ==
		    readings[i].speaks)
			continue;
		print_error("%s\n", readings[i].story);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(print_says_what_speaks_for_a_value),
		cmocka_unit_test(what_the_reader_thought_speaks_for_a_value),
	};
	return cmocka_run_group_tests(tests, load_types, free_types);
}
