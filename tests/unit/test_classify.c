/* Which type a paper is: invoices, receipts, and all that only looks like one of them.
 */
#include "paper.h"

static struct schema_set *types;

struct paper_case {
	const char *name, *type;
	int32_t width;
	const char *text;
};

static const struct paper_case cases[] = {
	{"an English invoice", "invoice", 2480,
	 "Miller Tools Ltd\n\n\n                INVOICE\n\n"
	 "Invoice number: 4711        Invoice date: 12 May 2025\n"
	 "Payment terms: 30 days\nAmount due: 120.00\n"},
	{"a German credit note", "invoice", 2480,
	 "Muster GmbH\n\n\nGutschrift\n\nRechnungsnummer: 4711\nUSt-IdNr: "
	 "DE123456789\n"},
	{"a French invoice", "invoice", 2480,
	 "Moulin SARL\n\n\nFacture\n\nDate de facture: 12/05/2025\nTotal HT   100,00\n"
	 "Total TTC   120,00\nTVA  20,00\n"},
	{"a Spanish invoice", "invoice", 2480,
	 "Olivos S.L.\n\n\nFactura\n\nFecha de factura: 12/05/2025\n"
	 "Base imponible  100,00\nIVA 21,00\n"},
	{"an Italian invoice", "invoice", 2480,
	 "Officina Rossi S.r.l.\n\n\nFATTURA\n\nData documento: 12/05/2025\n"
	 "Descrizione      Quantità   Prezzo   Importo\n"
	 "Consulenza       1          100,00   100,00\nImponibile 100,00\n"},
	{"an order with lines is none", "other", 2480,
	 "Miller Tools Ltd\n\n\nPurchase order\n\n"
	 "Description      Quantity   Unit price   Amount\n"
	 "Hammer           1          100.00       100.00\n"},
	{"a reminder that speaks of invoices", "other", 2480,
	 "Muster GmbH\n\n\nMahnung\n\nunsere Rechnung Nr. 4711 vom 12.05.2025 ist noch "
	 "offen.\n"
	 "Rechnungsnummer  Rechnungsdatum  Betrag\n4711  12.05.2025  119,00\n"},
	{"a reminder in English", "other", 2480,
	 "Miller Tools Ltd\n\n\nPayment reminder\n\nInvoice number: 4711\n"
	 "Invoice date: 12 May 2025\nAmount due: 120.00\n"},
	{"a statement of account", "other", 2480,
	 "Miller Tools Ltd\n\n\nStatement of account\n\nInvoice no   Date   Amount "
	 "due\n"
	 "4711  12 May 2025  120.00\n"},
	{"a delivery note", "other", 2480,
	 "Muster GmbH\n\n\nLieferschein\n\nLieferschein-Nr: 88   Datum: 12.05.2025\n"},
	{"a letter", "other", 2480,
	 "Dear Sir,\n\nthank you for your visit. We look forward to hearing from "
	 "you.\n\n"
	 "Yours sincerely\n"},
	{"nothing readable", "other", 2480, ""},
	{"a till receipt", "receipt", 900,
	 "CORNER SHOP\n12 HIGH STREET\nLONDON SW1A 1AA\n\nBREAD    1.20\nMILK    "
	 "0.90\n\n"
	 "TOTAL    2.10\nCASH    5.00\nCHANGE    2.90\n\nTHANK YOU\n"},
	{"a till's tax invoice is a receipt", "receipt", 900,
	 "LUCKY MART SDN BHD\n5, JALAN SATU\n81100 JOHOR BAHRU\n\nTAX INVOICE\n"
	 "Invoice No: 4711\nDate: 19/10/2018\nTOTAL RM  60.30\nCASH   100.00\nCHANGE  "
	 "39.70\n"},
};

static void papers_are_what_their_signs_say(void **state)
{
	int wrong = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		struct doc *doc =
			paper(arena, SOURCE_TEXT, cases[i].width, cases[i].text);
		struct stage_env env = {.schemas = types};
		enum stage_verdict verdict;
		struct err err = {0};
		assert_int_equal(classify_run(&env, doc, &verdict, &err), RC_OK);
		if (strcmp(doc->type, cases[i].type) == 0)
			continue;
		print_error("%s: read as %s\n", cases[i].name, doc->type);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* "Bon de commande" leads its line, as the title of an order would. */
static void the_largest_title_counts(void **state)
{
	static const char text[] = "Atelier Dubois\n\n\nFacture\n\n"
				   "Date 12/05/2025\nBon de commande n° PO-72\n"
				   "Désignation   Qté   Prix unitaire   Montant HT\n"
				   "Pose          1     100,00          100,00\n"
				   "Total HT  100,00\nTVA 20 %  20,00\n";
	struct stage_env env = {.schemas = types};
	enum stage_verdict verdict;
	struct err err = {0};

	(void)state;
	for (int large = 0; large < 2; large++) {
		AUTO_ARENA arena = arena_new();
		struct doc *doc = paper(arena, SOURCE_TEXT, 2480, text);
		struct page *page = doc->pages[0];

		for (size_t i = 0; large && i < page->n_words; i++)
			if (strcmp(page->words[i].text, "Facture") == 0)
				page->words[i].box.h = PAPER_TYPE * 2;
		assert_int_equal(classify_run(&env, doc, &verdict, &err), RC_OK);
		assert_string_equal(doc->type, large ? "invoice" : "other");
	}
}

static void a_known_form_decides_before_any_word(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc =
		paper(arena, SOURCE_OCR, 2480, "INVOICE\nInvoice number 4711\n");
	struct stage_env env = {.schemas = types};
	enum stage_verdict verdict;
	struct err err = {0};
	(void)state;
	doc->pages[0]->form = "cms1500";
	assert_int_equal(classify_run(&env, doc, &verdict, &err), RC_OK);
	assert_string_equal(doc->type, "cms1500");
}

static void structured_data_keep_their_type(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = paper(arena, SOURCE_TEXT, 2480, "Mahnung\n");
	struct stage_env env = {.schemas = types};
	enum stage_verdict verdict;
	struct err err = {0};
	(void)state;
	doc->structured = true;
	doc->type = "invoice";
	assert_int_equal(classify_run(&env, doc, &verdict, &err), RC_OK);
	assert_string_equal(doc->type, "invoice");
}

static int load(void **state)
{
	(void)state;
	types = shipped_types();
	return 0;
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
		cmocka_unit_test(papers_are_what_their_signs_say),
		cmocka_unit_test(the_largest_title_counts),
		cmocka_unit_test(a_known_form_decides_before_any_word),
		cmocka_unit_test(structured_data_keep_their_type),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
