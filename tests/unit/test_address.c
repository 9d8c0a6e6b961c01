/* What a line of print is in a postal address. */
#include "testing.h"

#include "../../stages/address.h"

struct place_case {
	const char *raw, *place; /* NULL: no postcode with its town */
};

static void places_are_found_by_their_country_s_shape(void **state)
{
	static const struct place_case cases[] = {
		{"80333 München", "80333 München"},
		{"DE 80333 München", "80333 München"},
		{"D-63571 Gelnhausen", "D-63571 Gelnhausen"},
		{"3012 CN Rotterdam", "3012 CN Rotterdam"},
		{"8001 Zürich", "8001 Zürich"},
		{"75371 Paris Cedex 08", "75371 Paris Cedex 08"},
		{"Seattle, WA 98109-5210", "Seattle, WA 98109-5210"},
		{"Fremont CA 94538", "Fremont CA 94538"},
		{"London SW1A 1AA", "London SW1A 1AA"},
		{"M1 3HE Manchester", "M1 3HE Manchester"},
		{"27 Canal Street, M1 3HE Manchester", "M1 3HE Manchester"},
		{"81100 JOHOR BAHRU, JOHOR.", "81100 JOHOR BAHRU, JOHOR"},
		{"00-950 Warszawa", "00-950 Warszawa"},
		{"2018 Rechnung", NULL},
		{"Rechnung 2018", NULL},
		{"316,00 €", NULL},
		{"585,43 EUR", NULL},
		{"585 43 Brno", "585 43 Brno"},
		{"Bahnstr. 42", NULL},
		{"Tel. 030 123456", NULL},
		{"", NULL},
	};
	int wrong = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t from = 0, to = 0;
		bool found = address_place(cases[i].raw, &from, &to);
		const char *want = cases[i].place;
		if (found == (want != NULL) &&
		    (!found || (strlen(want) == to - from &&
				strncmp(cases[i].raw + from, want, to - from) == 0)))
			continue;
		print_error("%s: got %.*s\n", cases[i].raw,
			    found ? (int)(to - from) : 4,
			    found ? cases[i].raw + from : "none");
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void lines_are_cleaned_of_countries_labels_and_telephones(void **state)
{
	static const char *const cases[][2] = {
		{"DE 80333 München", "80333 München"},
		{"Address: 12 High Street", "12 High Street"},
		{"Siège social : 16 rue Mollien", "16 rue Mollien"},
		{"92100 BOULOGNE – Tél : 01 71 17 61 67", "92100 BOULOGNE"},
		{"Seattle, WA 98109-5210, US", "Seattle, WA 98109-5210"},
		{"No: 5, Jalan Satu", "No: 5, Jalan Satu"},
		{", Ecke 12 ,", "Ecke 12"},
		{"Sitz der Elbe Wagen GmbH", "Elbe Wagen GmbH"},
		{"Siège social de Au Blé SARL", "Au Blé SARL"},
	};
	int wrong = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		const char *got = address_clean(arena, cases[i][0]);
		if (strcmp(got, cases[i][1]) == 0)
			continue;
		print_error("%s: got %s\n", cases[i][0], got);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void streets_legal_forms_and_contacts_are_told_apart(void **state)
{
	(void)state;
	assert_true(address_street("Lieferantenstraße 20"));
	assert_true(address_street("35 rue de la République"));
	assert_true(address_street("Calle Mayor"));
	assert_false(address_street("Hans Mustermann"));
	assert_true(address_legal_form("Lieferant GmbH"));
	assert_true(address_legal_form("LUCKY MART SDN BHD"));
	assert_true(address_legal_form("Au bon moulin S.A.R.L."));
	assert_false(address_legal_form("Theodor Est"));
	assert_true(address_contact("Tel.: 0123/45678"));
	assert_true(address_contact("info@localhost.local"));
	assert_true(address_contact("USt-IdNr: DE123456789"));
	assert_false(address_contact("Ma jolie boutique"));
	assert_true(address_salutation("Herrn"));
	assert_false(address_salutation("Hermann Schulz"));
	assert_true(address_opening("Aan:"));
	assert_true(address_opening("Spett.le"));
	assert_false(address_opening("An der Mühle"));
	assert_false(address_opening("Anton"));
	assert_false(address_street("Dr. Anja Vollmer Steuerberatung"));
	assert_true(address_street("1200 Ocean Dr"));
	assert_true(address_street("Corso Italia 8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_found_by_their_country_s_shape),
		cmocka_unit_test(lines_are_cleaned_of_countries_labels_and_telephones),
		cmocka_unit_test(streets_legal_forms_and_contacts_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
