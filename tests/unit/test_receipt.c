/* Slips as tills print them: what stands above the name, what a till's own arithmetic
 * says of a total that was misread, and which of several dates and times is the sale's.
 */
#include "paper.h"

static struct schema_set *types;

struct slip {
	const char *text;
	const char *expected[5][2]; /* path, value; NULL: must not be there */
};

static int wrong_fields(const struct slip *slip)
{
	AUTO_ARENA arena = arena_new();
	const char *text =
		arena_printf(arena, "%s\nThank you\nplease come\nagain\n", slip->text);
	struct doc *doc = paper(arena, SOURCE_OCR, 960, text);
	struct stage_env env = {.schemas = types};
	enum stage_verdict verdict;
	struct err err = {0};
	int wrong = 0;
	doc->type = "receipt";
	assert_int_equal(extract_run(&env, doc, &verdict, &err), RC_OK);
	for (size_t i = 0; i < 5 && slip->expected[i][0]; i++) {
		const char *want = slip->expected[i][1];
		const char *got = doc_value(doc, slip->expected[i][0], 0);
		if (want && got ? strcmp(want, got) == 0 : want == got)
			continue;
		print_error("%.24s: %s is %s, not %s\n", slip->text,
			    slip->expected[i][0], got ? got : "none",
			    want ? want : "none");
		wrong++;
	}
	return wrong;
}

static void check_slips(const struct slip *slips, size_t n)
{
	int wrong = 0;
	for (size_t i = 0; i < n; i++)
		wrong += wrong_fields(&slips[i]);
	assert_int_equal(wrong, 0);
}

static void the_name_is_found_under_advertising_and_over_the_address(void **state)
{
	static const struct slip slips[] = {
		{"Download the app!\nWelcome to our shop\nNORDLICHT Leipzig\n"
		 "Ringweg 16\n04109 Leipzig\nTel: 0341 123\n",
		 {{"merchant/name", "NORDLICHT Leipzig"},
		  {"merchant/address", "Ringweg 16, 04109 Leipzig"}}},
		{"ROSA\nRESTAURANT\nCAFE\nHauptstr. 5\n53111 Bonn\n",
		 {{"merchant/name", "ROSA RESTAURANT CAFE"},
		  {"merchant/address", "Hauptstr. 5, 53111 Bonn"}}},
		{"HILL SIX SON BHD\nCOMPANY NO : 256628-W\nL0T 3, JALAN SATU,\n"
		 "4O150 SHAH ALAM, SELANGQR\n",
		 {{"merchant/name", "HILL SIX SDN BHD"},
		  {"merchant/address", "LOT 3, JALAN SATU, 40150 SHAH ALAM, SELANGOR"},
		  {"currency", "MYR"}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static void a_full_page_names_its_company_before_the_address(void **state)
{
	static const char text[] =
		"Online-Ticket\n\nFahrt am 27.10.2017     1 Person     Klasse 1     "
		"Summe  125,50 EUR\nIhre Karte wurde belastet. Die Buchung des Tickets "
		"erfolgte am 27.10.2017 12:04 Uhr. Nordbahn AG,\n"
		"Hafenstr. 1, 60326 Frankfurt, Steuernummer: 29/001/60002.\n"
		"Wir danken Ihnen und wuenschen eine angenehme Reise mit uns.\n"
		"Es gelten die Bedingungen, die in den Zuegen aushaengen, alle.\n";
	AUTO_ARENA arena = arena_new();
	struct doc *doc = paper(arena, SOURCE_TEXT, 2480, text);
	struct stage_env env = {.schemas = types};
	enum stage_verdict verdict;
	struct err err = {0};
	(void)state;
	doc->type = "receipt";
	assert_int_equal(extract_run(&env, doc, &verdict, &err), RC_OK);
	assert_string_equal(doc_value(doc, "merchant/name", 0), "Nordbahn AG");
	assert_string_equal(doc_value(doc, "merchant/tax_id", 0), "29/001/60002");
	assert_string_equal(doc_value(doc, "time", 0), "12:04");
}

static void what_was_paid_is_the_total(void **state)
{
	static const struct slip slips[] = {
		/* misread in a row nobody can read, but 20.00 less 8.00 is printed */
		{"MART\n\nSOAP          12.00\nIUIAL bst     12.00\nCASH          "
		 "20.00\n"
		 "CHANGE         8.00\n",
		 {{"total", "12.00"}}},
		{"MART\n\nSOAP          67.98\nTOTAL         67.98\nROUNDING       "
		 "0.02\n"
		 "PAYABLE RM    68.00\n",
		 {{"total", "68.00"}}},
		/* a note alone says nothing */
		{"MART\n\nCASH         100.00\n", {{"total", NULL}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static void the_sale_has_one_date_and_time(void **state)
{
	static const struct slip slips[] = {
		{"MARKT\n\nUhrzeit:  14:17:41 Uhr\nBeginn/Ende: 4.7.2020 13:59\n"
		 "04.07.2020  14:19  Bon-Nr.: 1508\n",
		 {{"date", "2020-07-04"}, {"time", "14:19"}, {"number", "1508"}}},
		/* the year stands first, as the other date shows */
		{"EPICERIE\n\n18/09/28  20:50:56\nACHAT  $ 21.24\n28/09/2018  20:50\n",
		 {{"date", "2018-09-28"}}},
		{"MART\n\nDate: 26- 04-18 16:59\n", {{"date", "2018-04-26"}}},
		{"MART\n\nDate: 02/Jan/2617\n", {{"date", "2017-01-02"}}},
		{"RESTAURANT\n\nRechnung  Nr.  57067\nTisch  #8\n",
		 {{"number", "57067"}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static int load(void **state)
{
	struct err err = {0};
	(void)state;
	return schema_load_dir("schemas", &types, &err) == RC_OK ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	schema_set_free(&types);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_name_is_found_under_advertising_and_over_the_address),
		cmocka_unit_test(a_full_page_names_its_company_before_the_address),
		cmocka_unit_test(what_was_paid_is_the_total),
		cmocka_unit_test(the_sale_has_one_date_and_time),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
