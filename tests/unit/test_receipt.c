/* Slips as tills print them: what stands above the name, what a till's own arithmetic
 * says of a total that was misread, taxes rate by rate, worn amounts, and which of
 * several dates, times and numbers is the sale's. */
#include "paper.h"
#include "types.h"

struct slip {
	const char *text;
	const char *expected[5][2]; /* path, value; NULL: must not be there */
};

/* "28.70~": a word that the reader was not sure of. */
static void doubt(const struct doc *doc)
{
	const struct page *page = doc->pages[0];
	for (size_t i = 0; i < page->n_words; i++) {
		struct word *word = &page->words[i];
		size_t len = strlen(word->text);
		if (len < 2 || word->text[len - 1] != '~')
			continue;
		word->text = arena_strndup(doc->arena, word->text, len - 1);
		word->confidence = 0.84F;
	}
}

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
	doubt(doc);
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

static void what_the_slip_adds_up_to_is_the_total(void **state)
{
	static const struct slip slips[] = {
		/* a 9 read as 7 twice, but subtotal, tax, rounding and items say 28.90
		 */
		{"MART\n\nPOWDER        14.90\nGLOVES        14.00\n"
		 "SUB-TOTAL     27.27\nGST            1.64\nROUNDING      -0.01\n"
		 "TOTAL         28.70~\nCASH          28.70\nCHANGE         0.00\n",
		 {{"total", "28.90"}}},
		/* nobody can read the total's row; two ways lead to it */
		{"CAFE\n\nTEA            7.90\nSUBTOTAL       7.90\n"
		 "6% GST         0.47\nROUNDING      -0.02\nGRAND TOTAL     aE\n"
		 "CASH          10.50\nCHANGE         2.15\n",
		 {{"total", "8.35"}}},
		/* one way alone, and nothing of the kind printed: no total */
		{"CAFE\n\nTOTAL     aE\nCASH          10.50\nCHANGE         2.15\n",
		 {{"total", NULL}}},
		/* rounding to coins: what was paid, even where the sum closes without
		 */
		{"CAFE\n\nMENU          61.80\nTOTAL (EXCLUDING GST)  61.82\n"
		 "GST PAYABLE    3.71\nTOTAL (INCLUSIVE OF GST)  65.53\n"
		 "ROUNDING ADJ   0.02\nTOTAL         65.55\nVISA          65.55\n",
		 {{"total", "65.55"}}},
		/* clear ink is never changed: the paper's own sum is wrong */
		{"MART\n\nSOAP          12.00\nTOTAL         13.00\nCASH          "
		 "20.00\n"
		 "CHANGE         7.00\n",
		 {{"total", "13.00"}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static void worn_amounts_are_read_as_far_as_they_can_be(void **state)
{
	static const struct slip slips[] = {
		{"ROSA\n\n+ 19,0% MwSt:     13, \u201aB0\nSumme EUR     86, 45.\n",
		 {{"total", "86.45"}, {"total_vat", "13.80"}}},
		{"HALT\n\nParking fee    RMO. 94\nTotal         fM1.00\n",
		 {{"total", "1.00"}}},
		{"LAMPS\n\nLAMP          80.00\nGross Amt     136 00\n"
		 "Received      150.00\nChange         14.00\n",
		 {{"total", "136.00"}}},
		/* letters alone are no amount */
		{"MART\n\nTOTAL         SO.IS\n", {{"total", NULL}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static void a_tax_printed_rate_by_rate_is_their_sum(void **state)
{
	static const struct slip slips[] = {
		/* letters for rates, net and tax and gross */
		{"PAUL\n\nTEE            3,60 A\nBROT           2,80 B\n"
		 "Total EURO:       6,40\n      % TVA    Excl    TVA    Incl\n"
		 "B     12     2,50     0,30     2,80\n"
		 "A     21     2,98     0,62     3,60\n",
		 {{"total", "6.40"}, {"total_vat", "0.92"}}},
		/* the base stands on the row above its tax */
		{"IMBISS\n\nBROETCHEN      18,70\nSAFT            6,80\n"
		 "Saldo          25,50\nUmsatz 10% inkl.   18,70\nUST 10%        1,70\n"
		 "Umsatz 20% inkl.    6,80\nUST 20%        1,13\n",
		 {{"total", "25.50"}, {"total_vat", "2.83"}}},
		/* base and tax, no gross */
		{"DIA\n\nAGUA          0,40 B\nTONICA        0,30 C\n"
		 "TOTAL A PAGAR     0,70\nTIPO IVA   BASE   CUOTA\n"
		 "(B) 10,00%    0,36    0,04\n(C) 21,00%    0,25    0,05\n",
		 {{"total", "0.70"}, {"total_vat", "0.09"}}},
		/* the service charge is no tax */
		{"SUSHI\n\nMENU          61.80\nTotal (Excluding GST):   61.80\n"
		 "Serv. Charge (10%):       6.18\nTotal (Inclusive of GST): 67.98\n"
		 "Rounding Adj:   0.02\nVISA          68.00\nGST Summary  Amount  Tax\n"
		 "SR (@ 0%)     67.98    0.00\n",
		 {{"total", "68.00"}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static void the_base_of_the_tax_settles_a_doubtful_total(void **state)
{
	static const struct slip slips[] = {
		{"LADEN\n\nHEMD          32,80\nHOSE          19,90\n"
		 "ZWSumme       52,70\nGesamt        52,10~\nKreditkarte   52,10~\n"
		 "Steuer inkl.:\n19,00% of 52,70    8,41\n",
		 {{"total", "52.70"}, {"total_vat", "8.41"}}},
		/* nothing is changed where the total is clear */
		{"LADEN\n\nZWSumme       52,70\nGesamt        52,10\n"
		 "Steuer inkl.:\n19,00% of 52,70    8,41\n",
		 {{"total", "52.10"}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static void a_sum_of_taxes_is_not_taken_for_one_of_its_parts(void **state)
{
	static const struct slip slips[] = {
		{"MARKT\n\nWURST          3,95 A\nBROT          24,53 B\n"
		 "SUMME   EUR   28,48\nSteuer %    Netto    Steuer    Brutto\n"
		 "A= 19,0%     3,32     0,63      3,95\n"
		 "B=  7,0%    22,93     1,60     24,53\n"
		 "Gesamt      26,25     2,23     28,48\n",
		 {{"total", "28.48"}, {"total_vat", "2.23"}}},
		/* "9,00%" with its sign read as a digit */
		{"SNACK\n\nBURGER         10,45\nFRIES          3,50\n"
		 "Totaal:       13,95\nBTW    BTW    Excl.    Incl.\n"
		 "9,008     1,15     12,80     13,95\n",
		 {{"total", "13.95"}, {"total_vat", "1.15"}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static void malaysian_addresses_follow_patterns(void **state)
{
	static const struct slip slips[] = {
		{"HILL SIX SDN BHD\nLOT 1851-A & 1851-8, JALAN 8521/39,\n"
		 "40150 SHAH ALAM, SELANGOR\nTEL: 03-123\n",
		 {{"merchant/address", "LOT 1851-A & 1851-B, JALAN SS21/39, 40150 SHAH "
				       "ALAM, SELANGOR"}}},
		{"HILL SIX SDN BHD\n1.01 3, JALAN SATU, SEKSYEN US,\n"
		 "40150 SHAH ALAM, SELANGOR\nTEL: 03-123\n",
		 {{"merchant/address",
		   "LOT 3, JALAN SATU, SEKSYEN U5, 40150 SHAH ALAM, SELANGOR"}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static void a_name_may_be_a_sign_over_the_door_or_two_rows(void **state)
{
	static const struct slip slips[] = {
		{"HARDWARE &\nELECTRICAL\nHauptstr. 5\n53111 Bonn\n",
		 {{"merchant/name", "HARDWARE & ELECTRICAL"}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static void the_card_terminal_does_not_speak_for_the_till(void **state)
{
	static const char terminal[] =
		"* * Kundenbeleg * *\nDatum:   17.04.2023\nUhrzeit: 12:49:39 Uhr\n"
		"Beleg-Nr.     6772\nTrace-Nr.     039068\nKontaktlos\n"
		"VU-Nr.    109794542\nTerminal-ID    3141\nGenehmigung erteilt\n";
	static struct slip slips[] = {
		{NULL, {{"number", "43"}, {"date", "2023-04-17"}, {"time", "12:50"}}},
		{NULL, {{"number", "6772"}, {"date", "2023-04-17"}, {"time", "12:49"}}},
	};
	AUTO_ARENA arena = arena_new();
	(void)state;
	slips[0].text = arena_printf(
		arena, "WOK\n\nRng-Nr.: 43    17 04.2023 12:50\nTotal  9,50\n%s",
		terminal);
	/* it has the paper to itself */
	slips[1].text = arena_printf(arena, "WOK\n\nTotal  9,50\n%s", terminal);
	check_slips(slips, COUNT(slips));
}

static void labels_that_are_there_beat_those_that_nearly_are(void **state)
{
	static const struct slip slips[] = {
		{"TIENDA\n\nN.FACT.S: 00036631    N.CAJA:003\n",
		 {{"number", "00036631"}}},
		{"TAXI\n\nBeleg  Trans  Zeit  Datum\n0927   5593   13:00 14/12/23\n",
		 {{"number", "0927"}, {"time", "13:00"}, {"date", "2023-12-14"}}},
		{"SHOP\n\nTOTAL (GST INCL)  12.00\nYOUR SAVINGS FOR TODAY  11.50\n",
		 {{"total", "12.00"}}},
		{"HOTEL\n\nInvoice No  :  030405755 / 1\n",
		 {{"number", "030405755 / 1"}}},
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
		{"MART $ 1.00\n\nDate 04/13/20'9 15:54\n", {{"date", "2019-04-13"}}},
		{"RESTAURANT\n\nRechnung  Nr.  57067\nTisch  #8\n",
		 {{"number", "57067"}}},
	};
	(void)state;
	check_slips(slips, COUNT(slips));
}

static void the_tax_has_the_sign_of_the_total(void **state)
{
	static const struct {
		const char *total, *tax, *broken; /* rule */
	} slips[] = {
		{"5.75", "0.92", NULL},
		{"-5.75", "-0.92", NULL}, /* money back */
		{"5.75", "0.00", NULL},
		{"5.75", "-0.92", "tax-has-sign-of-total"},
		{"-5.75", "0.92", "tax-has-sign-of-total"},
		{"5.75", "6.00", "tax-below-total"},
		{"-5.75", "-6.00", "tax-below-total"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(slips); i++) {
		AUTO_ARENA arena = arena_new();
		struct doc *doc = doc_new(arena);
		struct err err = {0};
		const char *broken = NULL;

		doc->type = "receipt";
		doc_add_field(doc, "total", 0)->value = slips[i].total;
		doc_add_field(doc, "total_vat", 0)->value = slips[i].tax;
		if (doc_validate(doc, schema_type(types, "receipt"), NULL, &err) !=
		    RC_OK)
			fail_msg("%s", err.text);
		for (size_t f = 0; f < doc->n_findings; f++)
			if (strncmp(doc->findings[f].code, "tax-", 4) == 0)
				broken = doc->findings[f].code;
		if (!slips[i].broken)
			assert_null(broken);
		else
			assert_string_equal(broken, slips[i].broken);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_name_is_found_under_advertising_and_over_the_address),
		cmocka_unit_test(a_full_page_names_its_company_before_the_address),
		cmocka_unit_test(what_was_paid_is_the_total),
		cmocka_unit_test(what_the_slip_adds_up_to_is_the_total),
		cmocka_unit_test(worn_amounts_are_read_as_far_as_they_can_be),
		cmocka_unit_test(a_tax_printed_rate_by_rate_is_their_sum),
		cmocka_unit_test(a_sum_of_taxes_is_not_taken_for_one_of_its_parts),
		cmocka_unit_test(malaysian_addresses_follow_patterns),
		cmocka_unit_test(a_name_may_be_a_sign_over_the_door_or_two_rows),
		cmocka_unit_test(the_base_of_the_tax_settles_a_doubtful_total),
		cmocka_unit_test(the_card_terminal_does_not_speak_for_the_till),
		cmocka_unit_test(labels_that_are_there_beat_those_that_nearly_are),
		cmocka_unit_test(the_sale_has_one_date_and_time),
		cmocka_unit_test(the_tax_has_the_sign_of_the_total),
	};
	return cmocka_run_group_tests(tests, load_types, free_types);
}
