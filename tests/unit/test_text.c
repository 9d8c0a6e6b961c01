/* Strings as people print them. */
#include "testing.h"

#include "arena.h"
#include "text.h"

static void utf8_is_told_from_other_bytes(void **state)
{
	static const struct {
		const char *bytes;
		bool valid;
	} cases[] = {
		{"", true},
		{"plain", true},
		{"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80", true},
		{"\xc0\x80", false},	     /* overlong */
		{"\xe0\x80\xaf", false},     /* overlong */
		{"\xed\xa0\x80", false},     /* surrogate */
		{"\xf4\x90\x80\x80", false}, /* beyond U+10FFFF */
		{"\xc3", false},	     /* cut off */
		{"caf\xe9", false},	     /* Latin-1 */
		{"\x80", false},
		{"\xff\xfe", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (text_is_utf8(cases[i].bytes, strlen(cases[i].bytes)) !=
		    cases[i].valid)
			fail_msg("case %zu", i);
}

static void code_points_go_both_ways(void **state)
{
	static const uint32_t points[] = {'a',	 0x7f,	 0x80,	  0x7ff,
					  0x800, 0xffff, 0x10000, 0x10ffff};
	char bytes[4];

	(void)state;
	for (size_t i = 0; i < COUNT(points); i++) {
		const char *at = bytes, *end = bytes + text_put(points[i], bytes);

		assert_int_equal(text_next(&at, end), points[i]);
		assert_ptr_equal(at, end);
		assert_int_equal(text_next(&at, end), 0);
	}
}

static void strings_become(char *(*function)(struct arena *, const char *),
			   const char *const (*cases)[2], size_t n)
{
	AUTO_ARENA arena = arena_new();

	for (size_t i = 0; i < n; i++)
		assert_string_equal(function(arena, cases[i][0]), cases[i][1]);
}

static char *clean(struct arena *arena, const char *s)
{
	return text_clean(arena, s, strlen(s));
}

static void clean_text_has_single_spaces_and_nothing_unseen(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"  a \t b\r\nc  ", "a b c"},
		{"1\xc2\xa0"
		 "234\xe2\x80\xaf"
		 "567",
		 "1 234 567"},
		{"a\x01\x1b[31mb", "a[31mb"},
		{"x\xe2\x80\x8by\xef\xbb\xbfz", "xyz"},
		{"soft\xc2\xadhyphen", "softhyphen"},
		{"fdp.\xe2\x80\xae"
		 "exe",
		 "fdp.exe"},
		{"caf\xe9", "caf\xef\xbf\xbd"},
		{"\xef\xbf\xbe", ""},
	};
	AUTO_ARENA arena = arena_new();

	(void)state;
	strings_become(clean, cases, COUNT(cases));
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(text_is_clean(cases[i][1]));
		if (strcmp(cases[i][0], cases[i][1]) != 0)
			assert_false(text_is_clean(cases[i][0]));
	}
	assert_string_equal(text_clean(arena, "a\0b", 3), "ab");
}

static void folding_gives_plain_lower_case(void **state)
{
	static const char *const cases[][2] = {
		{"Gesamtbetrag FÄLLIG", "gesamtbetrag fallig"},
		{"Straße", "strasse"},
		{"Œuvre, Ærø", "oeuvre, aero"},
		{"Año n.º 5", "ano n.º 5"},
		{"Łódź ŽIŽKOV Ő", "lodz zizkov o"},
		{"u\xcc\x88", "u"},
		{"oﬃce ﬁn", "office fin"},
		{"l’acheteur – ici", "l'acheteur - ici"},
		{"ΑΒΓ ДОМ", "αβγ дом"},
		{"ẞ ŸES", "ss yes"},
	};

	(void)state;
	strings_become(text_fold, cases, COUNT(cases));
}

static void keys_ignore_case_punctuation_and_space(void **state)
{
	static const char *const cases[][2] = {
		{"DE 297 308 020", "de297308020"},
		{"Müller & Söhne GmbH", "müllersöhnegmbh"},
		{"MÜLLER-SÖHNE", "müllersöhne"},
		{"Straße", "strasse"},
		{"12.50 €", "1250"},
		{"ﬁne", "fine"},
		{"—«»…", ""},
		{"Ÿ", "ÿ"},
	};

	(void)state;
	strings_become(text_key, cases, COUNT(cases));
}

static void distance_counts_code_points_up_to_the_limit(void **state)
{
	static const struct {
		const char *a, *b;
		int max, distance;
	} cases[] = {
		{"", "", 3, 0},
		{"total", "total", 3, 0},
		{"total", "tota1", 3, 1},
		{"total", "toatl", 3, 1}, /* two letters swapped */
		{"total", "tal", 3, 2},
		{"über", "uber", 3, 1}, /* one code point, two bytes */
		{"invoice", "voicein", 3, 4},
		{"kitten", "sitting", 5, 3},
		{"abc", "", 2, 3},
		{"", "abc", 5, 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(text_distance(cases[i].a, cases[i].b, cases[i].max),
				 cases[i].distance);
}

static void starts_ends_and_ascii_case(void **state)
{
	(void)state;
	assert_true(text_starts("invoice.pdf", "inv"));
	assert_false(text_starts("in", "inv"));
	assert_true(text_ends("invoice.pdf", ".pdf"));
	assert_false(text_ends("pdf", ".pdf"));
	assert_true(text_equal_nocase("Yes", "yES"));
	assert_false(text_equal_nocase("yes", "yess"));
	assert_false(text_equal_nocase("Ü", "ü"));
}

static void hex_goes_both_ways_and_refuses_the_rest(void **state)
{
	uint8_t bytes[3];
	char text[7];

	(void)state;
	assert_string_equal(text_hex("\x00\xaf\xff", 3, text), "00afff");
	assert_true(text_unhex("00AFff", bytes, 3));
	assert_memory_equal(bytes, "\x00\xaf\xff", 3);
	assert_false(text_unhex("00af", bytes, 3));
	assert_false(text_unhex("00afffff", bytes, 3));
	assert_false(text_unhex("00afzz", bytes, 3));
}

static void file_names_are_shown_without_tricks(void **state)
{
	AUTO_ARENA arena = arena_new();

	(void)state;
	assert_string_equal(text_show_name(arena, "Möbel 1.pdf", 12), "Möbel 1.pdf");
	assert_string_equal(text_show_name(arena, "a\nb\x80", 4), "a\\x0ab\\x80");
	assert_string_equal(text_show_name(arena, "x\xe2\x80\xae.txt", 8),
			    "x\\xe2\\x80\\xae.txt");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_is_told_from_other_bytes),
		cmocka_unit_test(code_points_go_both_ways),
		cmocka_unit_test(clean_text_has_single_spaces_and_nothing_unseen),
		cmocka_unit_test(folding_gives_plain_lower_case),
		cmocka_unit_test(keys_ignore_case_punctuation_and_space),
		cmocka_unit_test(distance_counts_code_points_up_to_the_limit),
		cmocka_unit_test(starts_ends_and_ascii_case),
		cmocka_unit_test(hex_goes_both_ways_and_refuses_the_rest),
		cmocka_unit_test(file_names_are_shown_without_tricks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
