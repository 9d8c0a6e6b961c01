/* Words misread by a letter or two: which are mended, and which must stay as they are.
 */
#include "testing.h"

#include "stages/lexicon.h"

struct mending {
	const char *read, *expected;
};

static void a_name_keeps_what_is_not_surely_misread(void **state)
{
	static const struct mending names[] = {
		{"AMANO MALAYSIA SON BHD", "AMANO MALAYSIA SDN BHD"},
		{"BEMED (SP) SDN. BILD", "BEMED (SP) SDN. BHD"},
		{"GARDENIA BAKERLES (KI) SDN BHD", "GARDENIA BAKERIES (KL) SDN BHD"},
		{"Roses 6mbH", "Roses GmbH"},
		{"Demmer GmbH", "Demmer GmbH"},
		{"DEMMER GMBH", "DEMMER GMBH"},
		{"HARDWÄRE RESTAURAMT", "HARDWÄRE RESTAURANT"},
		{"SONNY BAND", "SONNY BAND"},
		{"THE BUTCHER", "THE BUTCHER"},
	};
	(void)state;
	AUTO_ARENA arena = arena_new();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_string_equal(
			lexicon_name(arena, names[i].read, LEX_COMMON | LEX_MALAY),
			names[i].expected);
}

static void of_a_company_only_the_legal_form_is_mended(void **state)
{
	static const struct mending names[] = {
		{"Elbe Wagen Genmany GmibH", "Elbe Wagen Genmany GmbH"},
		{"Elbe Wagen GMBH", "Elbe Wagen GMBH"},
		{"Bob's Growth", "Bob's Growth"},
	};
	(void)state;
	AUTO_ARENA arena = arena_new();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_string_equal(lexicon_legal_form(arena, names[i].read),
				    names[i].expected);
}

static void an_address_is_mended_where_its_country_is_known(void **state)
{
	static const struct mending malay[] = {
		{"L0T 3, JALAN PELABUR 23/1", "LOT 3, JALAN PELABUR 23/1"},
		{"4O150 SHAH ALAM, SELANG0R", "40150 SHAH ALAM, SELANGOR"},
		{"NQ.113G, US/BM BANOAR BARU", "NO.113G, U5/BM BANDAR BARU"},
	};
	(void)state;
	AUTO_ARENA arena = arena_new();
	for (size_t i = 0; i < sizeof malay / sizeof *malay; i++)
		assert_string_equal(
			lexicon_address(arena, malay[i].read, LEX_COMMON | LEX_MALAY),
			malay[i].expected);
	assert_string_equal(lexicon_address(arena, "12 BANOAR ROW", LEX_COMMON),
			    "12 BANOAR ROW");
}

static void a_country_shows_itself_by_its_longer_words(void **state)
{
	(void)state;
	assert_int_equal(lexicon_sets("Something else"), LEX_COMMON);
	assert_true(lexicon_sets("TAMAN SEGAR 56100") & LEX_MALAY);
	assert_true(lexicon_sets("Demmer GmbH") & LEX_GERMAN);
	assert_true(lexicon_trade("RESTAURANT CAFE"));
	assert_false(lexicon_trade("SEATTLE"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_keeps_what_is_not_surely_misread),
		cmocka_unit_test(of_a_company_only_the_legal_form_is_mended),
		cmocka_unit_test(an_address_is_mended_where_its_country_is_known),
		cmocka_unit_test(a_country_shows_itself_by_its_longer_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
