/* Where scans are cut: what pages say, and which documents come of it. */
#include "paper.h"

#include <stdlib.h>

#include "pattern.h"
#include "separator.h"
#include "stages/barcode.h"
#include "text.h"

/* --- patterns --- */

static void patterns_fit_whole_texts_and_keep_what_is_in_parentheses(void **state)
{
	static const struct {
		const char *words, *text, *kept;
	} cases[] = {
		{"PATCHT", "PATCHT", "PATCHT"},
		{"PATCHT", "PATCHTX", NULL},
		{"PATCHT", "XPATCHT", NULL},
		{"PATCH2 PATCHT", "PATCHT", "PATCHT"},
		{"ASN([0-9]+)", "ASN00123", "00123"},
		{"ASN([0-9]+)", "ASNXYZ", NULL},
		{"TAG:(.+)", "TAG:office supplies", "office supplies"},
		{"A|B", "B", "B"},
		{"A|B", "AB", NULL},
		{NULL, "PATCHT", NULL},
		{"  ", "", NULL},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		struct patterns *p;
		struct err err;

		assert_int_equal(patterns_new(cases[i].words, &p, &err), RC_OK);
		const char *kept = patterns_match(p, cases[i].text, arena);
		if ((kept == NULL) != (cases[i].kept == NULL) ||
		    (kept && strcmp(kept, cases[i].kept) != 0))
			fail_msg("%s on %s: %s", cases[i].words, cases[i].text,
				 kept ? kept : "nothing");
		patterns_free(&p);
	}
}

static void a_broken_pattern_is_named(void **state)
{
	struct patterns *p;
	struct err err;

	(void)state;
	assert_int_equal(patterns_new("PATCHT ASN([0-9", &p, &err), RC_FAIL);
	assert_non_null(strstr(err.text, "ASN([0-9"));
	assert_null(p);
}

/* --- plans --- */

static const struct separator_settings rules = {
	.sheet = "PATCHT", .number = "ASN([0-9]+)", .tag = "TAG:(.+)"};
static const struct separator_settings with_blanks = {.sheet = "PATCHT", .blank = true};
static const struct separator_settings nothing;

/* Pages with blanks between: "." has print, "_" has none, else codes joined by "&". */
static struct page *page_of(struct arena *arena, const char *word, size_t len)
{
	struct page *page = arena_alloc(arena, sizeof(*page));

	*page = (struct page){.blank = *word == '_'};
	if (*word == '.' || *word == '_')
		return page;
	for (size_t part; len > 0; word += part, len -= part) {
		part = strcspn(word, "& ");
		barcode_note(
			page, arena,
			&(struct barcode){.kind = BARCODE_39,
					  .text = arena_strndup(arena, word, part)});
		part += part < len;
	}
	return page;
}

/* "1-2; 4" with the codes behind a document's pages, then what was dropped. */
static const char *plan_as_text(const struct separator_plan *plan, struct arena *arena)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	for (size_t i = 0; i < plan->n_pieces; i++) {
		const struct separator_piece *p = &plan->pieces[i];
		strbuf_add(&text, i ? "; " : "");
		for (size_t j = 0; j < p->n_pages; j++)
			strbuf_addf(&text, "%s%d", j ? " " : "", p->pages[j]);
		for (size_t j = 0; j < p->n_codes; j++)
			strbuf_addf(&text, " %s=%s",
				    separator_role_name(p->codes[j].role),
				    p->codes[j].value);
	}
	for (size_t i = 0; i < plan->n_dropped; i++)
		strbuf_addf(&text, " -%d %s", plan->dropped[i].page,
			    plan->dropped[i].why);
	return text.text;
}

static const char *plan_of(const struct separator_settings *settings, const char *scan,
			   struct arena *arena)
{
	struct separator_mark marks[64];
	struct separator_rules *compiled;
	struct separator_plan plan;
	struct err err;
	size_t n = 0;

	assert_int_equal(separator_rules_new(settings, NULL, &compiled, &err), RC_OK);
	for (size_t len; *scan; scan += len + (scan[len] == ' '), n++) {
		len = strcspn(scan, " ");
		separator_look(compiled, page_of(arena, scan, len), (int)n + 1, arena,
			       &marks[n]);
	}
	separator_plan(compiled, marks, n, arena, &plan);
	separator_rules_free(&compiled);
	return plan_as_text(&plan, arena);
}

static void scans_are_cut_where_their_tray_says(void **state)
{
	static const struct {
		const char *name, *scan, *plan;
		const struct separator_settings *settings;
	} cases[] = {
		{"nothing configured", "PATCHT . ASN1", "1 2 3", &nothing},
		{"no separator", ". . .", "1 2 3", &rules},
		{"a sheet in the middle", ". PATCHT .", "1; 3 -2 separator", &rules},
		{"sheets at both ends", "PATCHT . PATCHT",
		 "2 -1 separator -3 separator", &rules},
		{"nothing but a sheet", "PATCHT", " -1 separator", &rules},
		{"two sheets in a row", ". PATCHT PATCHT .",
		 "1; 4 -2 separator -3 separator", &rules},
		{"the back of a sheet", ". PATCHT _ . _ .",
		 "1; 4 5 6 -2 separator -3 back", &rules},
		{"only one page is its back", ". PATCHT _ _ .",
		 "1; 4 5 -2 separator -3 back", &rules},
		{"blank pages separate where they are to", ". _ . . _",
		 "1; 3 4 -2 blank -5 blank", &with_blanks},
		{"else they do not", ". _ .", "1 2 3", &rules},
		{"a code of somebody else's", ". HTTP://X .", "1 2 3", &rules},
		{"nearly an archive number", ". ASNXYZ .", "1 2 3", &rules},
		{"archive numbers", "ASN1 . ASN2 .", "1 2 number=1; 3 4 number=2",
		 &rules},
		{"what lies before the first of them", ". ASN2", "1; 2 number=2",
		 &rules},
		{"a number that goes on", "ASN1 ASN1 ASN2", "1 2 number=1; 3 number=2",
		 &rules},
		{"but not behind a sheet", "ASN1 PATCHT ASN1",
		 "1 number=1; 3 number=1 -2 separator", &rules},
		{"the same tag twice is two documents", "TAG:a TAG:a",
		 "1 tag=a; 2 tag=a", &rules},
		{"two tags on one page", ". TAG:a&TAG:b .", "1; 2 3 tag=a tag=b",
		 &rules},
		{"one code printed twice", "TAG:a&TAG:a", "1 tag=a", &rules},
		{"a tag on the sheet is the next document's", ". PATCHT&TAG:a . .",
		 "1; 3 4 tag=a -2 separator", &rules},
		{"a sheet behind a numbered document", "ASN1 . PATCHT . ASN2",
		 "1 2 number=1; 4; 5 number=2 -3 separator", &rules},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		const char *plan = plan_of(cases[i].settings, cases[i].scan, arena);

		if (strcmp(plan, cases[i].plan) != 0)
			fail_msg("%s: %s gives %s", cases[i].name, cases[i].scan, plan);
	}
}

/* --- what pages say --- */

static void documents_are_told_apart_by_what_their_pages_say(void **state)
{
	static const char scan[] =
		"Nordwind Technik GmbH - Hafenstr. 8 - 20457 Hamburg\n\n\n"
		"Alpha Werke AG\nRingweg 22\n50667 Köln\n\n"
		"Rechnung\n\nRechnungsnummer:   R-2025/17\nRechnungsdatum:   "
		"12.05.2025\n"
		"                    Zwischensumme      1.250,00 EUR\n"
		"Seite 1 von 2\n\f"
		"                    Nettobetrag        1.250,00 EUR\n"
		"                    MwSt 19 %            237,50 EUR\n"
		"                    Rechnungsbetrag    1.487,50 EUR\n"
		"Seite 2 von 2\n\f"
		"Gärtnerei Blatt - info@blatt.example - USt-IdNr. DE129273398\n\n\n"
		"Rechnung\n\nRechnungsnummer:   77\nRechnungsdatum:   14.05.2025\n"
		"                    Rechnungsbetrag      119,00 EUR\n\f"
		"Die gelieferte Ware bleibt unser Eigentum.\n";
	static const struct separator_settings by_content = {.content = true};
	AUTO_ARENA arena = arena_new();
	struct separator_mark marks[4];
	struct separator_rules *compiled;
	struct separator_plan plan;
	struct schema_set *types;
	struct err err;
	struct doc *doc = paper(arena, SOURCE_TEXT, 2480, scan);

	(void)state;
	assert_int_equal(schema_load_dir("schemas", &types, &err), RC_OK);
	assert_int_equal(separator_rules_new(&by_content, types, &compiled, &err),
			 RC_OK);
	assert_int_equal(doc->n_pages, COUNT(marks));
	for (size_t i = 0; i < COUNT(marks); i++)
		separator_look(compiled, doc->pages[i], (int)i + 1, arena, &marks[i]);
	separator_plan(compiled, marks, COUNT(marks), arena, &plan);
	assert_string_equal(plan_as_text(&plan, arena), "1 2; 3 4");
	separator_rules_free(&compiled);
	schema_set_free(&types);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			patterns_fit_whole_texts_and_keep_what_is_in_parentheses),
		cmocka_unit_test(a_broken_pattern_is_named),
		cmocka_unit_test(scans_are_cut_where_their_tray_says),
		cmocka_unit_test(documents_are_told_apart_by_what_their_pages_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
