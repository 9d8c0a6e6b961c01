/* What an electronic invoice says against the words of the page it travels in. */
#include "testing.h"

#include "stages/xml_page.h"

/* A page of filler and the words of a line, split at spaces. */
static struct doc *doc_of(struct arena *arena, const char *line, size_t filler)
{
	struct doc *doc = doc_new(arena);
	struct page *page = doc_add_page(doc);
	size_t cap = 0;
	char *copy = arena_strdup(arena, line);

	for (size_t i = 0; i < filler; i++)
		*arena_push(arena, page->words, page->n_words, cap) =
			(struct word){.text = "paper"};
	for (char *at = strtok(copy, " "); at; at = strtok(NULL, " "))
		*arena_push(arena, page->words, page->n_words, cap) =
			(struct word){.text = at, .line = 1};
	return doc;
}

static void test_values_on_the_page(void **state)
{
	static const struct {
		const char *path, *xml, *page;
		bool agrees;
	} cases[] = {
		{"total_with_vat", "1234.50", "Total 1,234.50", true},
		{"total_with_vat", "1234.50", "Total 1.234,50 EUR", true},
		{"total_with_vat", "1234.50", "Total 1 234,50", true},
		{"total_with_vat", "1234.50",
		 "Total \xe2\x82\xac"
		 "1234.50",
		 true},
		{"total_with_vat", "1234.5", "CHF 1'234.50", true},
		{"total_with_vat", "1234.00", "1234,- EUR", true},
		{"total_with_vat", "1234.00", "1.234 EUR", true},
		{"total_with_vat", "-1234.50", "1.234,50-", true},
		{"total_with_vat", "1234.50", "12345.00", false},
		{"total_with_vat", "1234.50", "123.45", false},
		{"total_with_vat", "1234.50", "1234.51", false},
		{"total_with_vat", "4228.8", "422.88", false},
		{"amount_due", "0.00", "Paid", true},
		{"amount_due", "10.00", "Paid", false},
		{"seller/iban", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00",
		 true},
		{"seller/iban", "DE89370400440532013000", "GB29NWBK60161331926819",
		 false},
		{"seller/iban", "DE89370400440532013000", "no account", false},
		{"number", "RE-2026/17", "Invoice RE 2026-17", true},
		{"number", "RE-2026/17", "Invoice RE-2026/18", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		struct doc *doc = doc_of(arena, cases[i].page, 30);
		struct doc *read = doc_new(arena);
		doc_add_field(doc, cases[i].path, 0)->value = cases[i].xml;
		doc_add_field(read, cases[i].path, 0)->value = "another";
		xml_against_page(doc, read);
		if (doc->n_findings != !cases[i].agrees)
			fail_msg("%s in the XML, on the page %s", cases[i].xml,
				 cases[i].page);
		if (!cases[i].agrees) {
			assert_string_equal(doc->findings[0].code,
					    "xml-differs-from-page");
			assert_string_equal(doc->findings[0].fields[0], cases[i].path);
			assert_true(doc_has_stop(doc));
		}
	}
}

static void test_pages_that_say_nothing(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *picture = doc_of(arena, "Page 1", 0);
	struct doc *untitled = doc_of(arena, "Total 5.00", 30);
	(void)state;
	doc_add_field(picture, "total_with_vat", 0)->value = "7.00";
	xml_against_page(picture, doc_new(arena));
	assert_int_equal(picture->n_findings, 0);
	doc_add_field(untitled, "number", 0)->value = "RE-17";
	xml_against_page(untitled, doc_new(arena));
	assert_int_equal(untitled->n_findings, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"a value agrees when the page prints it in any customary way",
		 test_values_on_the_page, NULL, NULL, NULL},
		{"a page of a picture, or without a number, contradicts nothing",
		 test_pages_that_say_nothing, NULL, NULL, NULL},
	};
	return cmocka_run_group_tests_name("xml_page", tests, NULL, NULL);
}
