/* Payment codes: found and decoded on pages (made with qrencode, skipped without it),
 * and what they say as fields. */
#include "paper.h"
#include "types.h"

#include <stdlib.h>
#include <unistd.h>

#include "image.h"
#include "read.h"
#include "stages/barcode.h"

#define GIRO                                                                           \
	"BCD\n002\n1\nSCT\nCOBADEFFXXX\nNordwind Technik GmbH\n"                       \
	"DE89370400440532013000\nEUR1487.50\n\n\nR-2025/17\n"
#define SWISS                                                                          \
	"SPC\n0200\n1\nCH9300762011623852957\nS\nGärtnerei Blatt "                    \
	"AG\nFeldweg\n2\n8953\n"                                                       \
	"Dietikon\nCH\n\n\n\n\n\n\n\n1199.95\nCHF\nK\nPia Rutschmann\nMarktgasse 28\n" \
	"9400 Rorschach\n\n\nCH\nQRR\n210000000003139471430009017\n\nEPD"

/* --- on paper --- */

/* The code as qrencode draws it: two characters a module, a line a row. */
static size_t modules_of(const char *text, char rows[200][400])
{
	char path[] = "/tmp/intray-qr-XXXXXX", command[128];
	int fd = mkstemp(path);
	size_t n = 0;
	FILE *drawn;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	snprintf(command, sizeof(command),
		 "qrencode -8 -l M -t ASCII -r %s 2>/dev/null", path);
	drawn = popen(command, "r");
	assert_non_null(drawn);
	while (n < 200 && fgets(rows[n], sizeof(rows[n]), drawn))
		n++;
	pclose(drawn);
	unlink(path);
	return n;
}

/* A4 at 200 dots an inch with a code of `px` a module, and print around it. */
static struct image *page_with_code(const char *text, int px, int x, int y)
{
	enum { WIDTH = 1654, HEIGHT = 2339 };
	static char rows[200][400];
	AUTO_ARENA arena = arena_new();
	uint8_t *grey = arena_alloc(arena, WIDTH * HEIGHT);
	size_t n = text ? modules_of(text, rows) : 0;

	memset(grey, 245, WIDTH * HEIGHT);
	for (int line = 0; line < 30; line++) /* bars, like print */
		for (int i = 0; i < 12 * 600; i++)
			if (i % 600 / 9 % 3)
				grey[(200 + line * 30 + i / 600) * WIDTH + 150 +
				     i % 600] = 30;
	for (size_t r = 0; r < n; r++)
		for (size_t c = 0; rows[r][c] && rows[r][c] != '\n'; c += 2)
			for (int i = 0; rows[r][c] == '#' && i < px * px; i++)
				grey[(y + (int)r * px + i / px) * WIDTH + x +
				     (int)c / 2 * px + i % px] = 20;
	if (text && n == 0)
		return NULL;
	return image_from_bytes(grey, WIDTH, HEIGHT, 200);
}

static const char *code_on(const struct image *picture, struct arena *arena,
			   struct page *page)
{
	AUTO_IMAGE ink = image_binarise(picture);
	const char *at;
	const struct barcode *code;

	*page = (struct page){.number = 1};
	barcode_take(picture, ink, 1, 1.5, arena, page);
	at = page->barcodes;
	code = barcode_next(&at, arena);
	return code ? code->text : NULL;
}

static void codes_are_read_straight_and_askew(void **state)
{
	static const double degrees[] = {0, 1.2, -4};

	(void)state;
	for (size_t i = 0; i < COUNT(degrees); i++) {
		AUTO_ARENA arena = arena_new();
		AUTO_IMAGE straight = page_with_code(GIRO, 5, 1000, 1700);
		struct page page;

		if (!straight)
			skip();
		AUTO_IMAGE askew = degrees[i] != 0 ? image_rotate(straight, degrees[i])
						   : image_clone(straight);
		const char *text = code_on(askew, arena, &page);

		if (!text || strcmp(text, GIRO) != 0)
			fail_msg("turned by %.1f: %s", degrees[i],
				 text ? text : "nothing");
		assert_null(strpbrk(page.barcodes, "\n\r"));
	}
}

static void a_page_without_a_code_has_none(void **state)
{
	AUTO_IMAGE plain = page_with_code(NULL, 0, 0, 0);
	AUTO_IMAGE ink = image_binarise(plain);

	(void)state;
	assert_false(barcode_seen(ink, 200));
}

/* --- as fields --- */

static const char invoice[] = "Nordwind Technik GmbH - Hafenstr. 8 - 20457 Hamburg\n"
			      "\n\n\n\n\n\n"
			      "Alpha Werke AG\nRingweg 22\n50667 Köln\n\n\n"
			      "Rechnung\n\nRechnungsnummer:   R-2025/17\n"
			      "Rechnungsdatum:    12.05.2025\n\n"
			      "                    Nettobetrag        1.250,00 EUR\n"
			      "                    MwSt 19 %            237,50 EUR\n"
			      "                    Rechnungsbetrag    1.487,50 EUR\n\n";

static struct doc *read_with_code(struct arena *arena, const char *print,
				  const char *text)
{
	struct doc *doc = paper(arena, SOURCE_TEXT, 2480, print);
	struct barcode code = {.text = text, .box = {100, 2500, 300, 300}};

	barcode_note(doc->pages[0], arena, &code);
	understand_paper(types, doc);
	return doc;
}

static void a_code_gives_what_the_print_lacks(void **state)
{
	static const struct expected expected[] = {
		{"seller/iban", 0, "DE89370400440532013000"},
		{"payment_reference", 0, "R-2025/17"},
		{"seller/name", 0, "Nordwind Technik GmbH"},
		{"total_with_vat", 0, "1487.50"},
	};
	AUTO_ARENA arena = arena_new();
	struct doc *doc = read_with_code(arena, invoice, GIRO);

	(void)state;
	assert_int_equal(differences(doc, expected, COUNT(expected)), 0);
	assert_true(doc_field(doc, "seller/iban", 0)->confidence > 0.9F);
	assert_string_equal(doc_field(doc, "seller/iban", 0)->why,
			    "in the payment code");
	assert_true(doc_field(doc, "seller/name", 0)->confidence > 0.99F);
	assert_true(doc_field(doc, "total_with_vat", 0)->confidence > 0.99F);
}

static void a_swiss_code_names_both_parties(void **state)
{
	static const struct expected expected[] = {
		{"seller/iban", 0, "CH9300762011623852957"},
		{"seller/name", 0, "Gärtnerei Blatt AG"},
		{"seller/address", 0, "Feldweg 2, 8953 Dietikon"},
		{"buyer/name", 0, "Pia Rutschmann"},
		{"buyer/address", 0, "Marktgasse 28, 9400 Rorschach"},
		{"currency", 0, "CHF"},
		{"payment_reference", 0, "210000000003139471430009017"},
	};
	AUTO_ARENA arena = arena_new();
	struct doc *doc = read_with_code(
		arena, "Rechnung\n\nRechnungsnummer: 12\nRechnungsdatum: 12.05.2025\n",
		SWISS);

	(void)state;
	assert_int_equal(differences(doc, expected, COUNT(expected)), 0);
}

static void clear_print_stays_but_is_doubted(void **state)
{
	static const char printed[] = "DE02120300000000202051";
	AUTO_ARENA arena = arena_new();
	struct doc *doc = read_with_code(
		arena, arena_printf(arena, "%s\nIBAN: %s\n", invoice, printed), GIRO);

	(void)state;
	assert_string_equal(doc_value(doc, "seller/iban", 0), printed);
	assert_true(doc_field(doc, "seller/iban", 0)->confidence < 0.9F);
}

static void other_codes_and_broken_ones_are_left_alone(void **state)
{
	static const char *const codes[] = {
		"https://example.org/", "BCD\n002\n1\nSCT\n", "SPC\n0200\n1\nCH93",
		"BCD\n002\n1\nSCT\n\nX\nDE00370400440532013000\nEUR1.00", "%%%"};

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		AUTO_ARENA arena = arena_new();
		struct doc *doc = read_with_code(arena, invoice, codes[i]);

		assert_null(doc_field(doc, "seller/iban", 0));
		assert_null(doc_field(doc, "payment_reference", 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_read_straight_and_askew),
		cmocka_unit_test(a_page_without_a_code_has_none),
		cmocka_unit_test(a_code_gives_what_the_print_lacks),
		cmocka_unit_test(a_swiss_code_names_both_parties),
		cmocka_unit_test(clear_print_stays_but_is_doubted),
		cmocka_unit_test(other_codes_and_broken_ones_are_left_alone),
	};
	return cmocka_run_group_tests(tests, load_types, free_types);
}
