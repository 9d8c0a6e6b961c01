/* Whose paper it is, and what is put on it: known suppliers are a table here, papers
 * are typed as people see them. */
#include "paper.h"

#include "learn.h"

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

/* Receipts of a chain with two branches, of a look-alike, and what was keyed of them.
 */
static const char *leeds_prints[] = {"bolt and sons hardware ltd\n12 forge lane\nleeds "
				     "ls1 4ap\ntel 0113 555 0100\n"};
static const char *york_prints[] = {"bolt and sons hardware ltd\n3 minster yard\nyork "
				    "yo1 7hh\ntel 01904 555 017\n"};
static const char *nuts_prints[] = {
	"nuts trading ltd\n12 forge lane\nleeds ls1 4ap\ntel 0113 555 0100\n"};
#define SHOP(NAME, ADDRESS, CONFIRMED)                                                 \
	{                                                                              \
		{1, LEARNT_VALUE, "merchant/name", NAME, CONFIRMED, false},            \
		{                                                                      \
			2, LEARNT_VALUE, "merchant/address", ADDRESS, CONFIRMED, true  \
		}                                                                      \
	}
static struct learnt leeds_items[] =
	SHOP("Bolt & Sons Hardware Ltd", "12 Forge Lane, Leeds LS1 4AP", true);
static struct learnt york_items[] =
	SHOP("Bolt & Sons Hardware Ltd", "3 Minster Yard, York YO1 7HH", true);
static struct learnt new_items[] =
	SHOP("Bolt & Sons Hardware Ltd", "12 Forge Lane, Leeds LS1 4AP", false);
static struct learnt nuts_items[] =
	SHOP("Nuts Trading Ltd", "12 Forge Lane, Leeds LS1 4AP", true);

#define SITE(SUPPLIER, NAME, WHO, ITEMS)                                               \
	{                                                                              \
		.supplier = (SUPPLIER), .site = __LINE__, .name = (NAME), .seen = 2,   \
		.prints = WHO##_prints, .n_prints = 1, .learnt = ITEMS##_items,        \
		.n_learnt = 2                                                          \
	}
static struct known_site leeds = SITE(1, "Bolt & Sons Hardware Ltd", leeds, leeds);
static struct known_site york = SITE(1, "Bolt & Sons Hardware Ltd", york, york);
static struct known_site fresh = SITE(1, "Bolt & Sons Hardware Ltd", leeds, new);
static struct known_site nuts = SITE(2, "Nuts Trading Ltd", nuts, nuts);

static enum rc suppliers(void *ctx, const struct doc *doc, struct known_site **sites,
			 size_t *n, struct err *err)
{
	struct known_site *const *known = ctx;

	(void)err;
	for (*n = 0; known[*n];)
		++*n;
	*sites = arena_alloc_n(doc->arena, *n, sizeof(**sites));
	for (size_t i = 0; i < *n; i++)
		(*sites)[i] = *known[i];
	return RC_OK;
}

static enum rc no_objection(void *ctx, const struct doc *doc, const char *const *checks,
			    size_t n_checks, struct business *said, struct err *err)
{
	(void)ctx;
	(void)doc;
	(void)checks;
	(void)n_checks;
	(void)err;
	*said = (struct business){0};
	return RC_OK;
}

#define SALE "\nReceipt\n02/03/2026 14:10\nHammer      12.00\nTotal  GBP  12.00\n"

static const struct {
	const char *story, *print;
	struct known_site *known[4];
	const char *name, *address; /* NULL: as it was read */
	bool accepted;
} cases[] = {
	{"misread letters are made right",
	 "8olt & S0ns Hardvare Ltd\n12 Forqe Lane\nLeeds LS1 4AP\nTel 0113 555 "
	 "0100" SALE,
	 {&leeds},
	 "Bolt & Sons Hardware Ltd",
	 "12 Forge Lane, Leeds LS1 4AP",
	 true},
	{"clear ink that says more than is known asks a person",
	 "Bolt & Sons Hardware Ltd Branch 4711\n12 Forge Lane\nLeeds LS1 4AP\nTel 0113 "
	 "555 0100" SALE,
	 {&leeds},
	 "Bolt & Sons Hardware Ltd",
	 "12 Forge Lane, Leeds LS1 4AP",
	 false},
	{"what only one paper said is a proposal",
	 "8olt & S0ns Hardvare Ltd\n12 Forqe Lane\nLeeds LS1 4AP\nTel 0113 555 "
	 "0100" SALE,
	 {&fresh},
	 "Bolt & Sons Hardware Ltd",
	 "12 Forge Lane, Leeds LS1 4AP",
	 false},
	{"of a chain, the branch whose address is printed",
	 "Bolt & Sons Hardvare Ltd\n3 Minster Yerd\nYork YO1 7HH\nTel 01904 555 "
	 "017" SALE,
	 {&leeds, &york},
	 "Bolt & Sons Hardware Ltd",
	 "3 Minster Yard, York YO1 7HH",
	 true},
	{"another name over the same address is another supplier",
	 "Screw Palace Limited\n12 Forge Lane\nLeeds LS1 4AP\nTel 0113 555 0100" SALE,
	 {&leeds, &nuts},
	 NULL,
	 NULL,
	 false},
	{"and one of two that share an address is found by its name",
	 "Nuts Tradinq Ltd\n12 Forge Lane\nLeeds LS1 4AP\nTel 0113 555 0100" SALE,
	 {&leeds, &nuts},
	 "Nuts Trading Ltd",
	 "12 Forge Lane, Leeds LS1 4AP",
	 true},
	{"a stranger stays one",
	 "Cafe Central\nRingstrasse 9\n10115 Berlin\nTel 030 555 0177" SALE,
	 {&leeds, &york, &nuts},
	 NULL,
	 NULL,
	 false},
};

static struct doc *read_with(struct arena *arena, const char *print,
			     struct known_site *const *known)
{
	struct known_site *sites[4];
	memcpy(sites, known, sizeof sites);
	struct lookup lookup = {
		.ctx = sites, .ask = no_objection, .suppliers = suppliers};
	struct stage_env env = {.schemas = types, .lookup = known[0] ? &lookup : NULL};
	struct doc *doc = paper(arena, SOURCE_OCR, 1200, print);
	struct err err = {0};

	if (understand(&env, doc, &err) != RC_OK)
		fail_msg("%s", err.text);
	return doc;
}

static bool is(const char *got, const char *want)
{
	return got && want ? strcmp(got, want) == 0 : !got && !want;
}

static void known_suppliers_are_put_right_and_clear_ink_is_believed(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO_ARENA arena = arena_new();
		struct known_site *nobody[4] = {NULL};
		struct doc *doc = read_with(arena, cases[i].print, cases[i].known);
		struct doc *unlearnt = read_with(arena, cases[i].print, nobody);
		const char *name = cases[i].name
					   ? cases[i].name
					   : doc_value(unlearnt, "merchant/name", 0);
		const char *address =
			cases[i].name ? cases[i].address
				      : doc_value(unlearnt, "merchant/address", 0);
		const struct field *f = doc_field(doc, "merchant/name", 0);

		if (is(doc_value(doc, "merchant/name", 0), name) &&
		    is(doc_value(doc, "merchant/address", 0), address) && f &&
		    (!cases[i].name || f->accepted == cases[i].accepted))
			continue;
		print_error("%s: %s, %s, accepted %d\n", cases[i].story,
			    doc_value(doc, "merchant/name", 0),
			    doc_value(doc, "merchant/address", 0), f && f->accepted);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void readings_of_one_print_are_alike_and_strangers_are_not(void **state)
{
	(void)state;
	assert_true(print_likeness("b0lt and sons\nforge lane 12\n",
				   "BOLT AND SONS\nF0RGE LANE I2\n") > 0.99F);
	assert_true(print_likeness(leeds_prints[0], york_prints[0]) < 0.7F);
	assert_true(print_likeness(leeds_prints[0], "cafe central\nberlin\n") < 0.1F);
	assert_true(print_likeness("", "") < 0.01F);
	assert_true(print_shows("x\nnuts tra\nding ltd\n", "Nuts Trading Ltd", 2) >
		    0.7F);
	assert_true(print_shows("muster\nlieferant gmbh\n", "x", 1) < 0.01F);
}

static void evidence_holds_codes_and_words_but_no_dates_and_amounts(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = paper(arena, SOURCE_TEXT, 2480,
				"Bolt Ltd  Tel 0113 555-0100\nVAT DE123456789 "
				"www.bolt.example\n12.03.2026  1.234,50");
	struct evidence *e = evidence_make(arena, doc);
	char all[400] = "";

	(void)state;
	for (size_t i = 0; i < e->n_keys; i++)
		if (e->keys[i].kind != EVIDENCE_WORD) {
			strcat(all, evidence_kind_name(e->keys[i].kind));
			strcat(all, " ");
			strcat(all, e->keys[i].key);
			strcat(all, ";");
		}
	assert_string_equal(
		all, "number 01135550100;tax-id DE123456789;domain boltexample;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			known_suppliers_are_put_right_and_clear_ink_is_believed),
		cmocka_unit_test(readings_of_one_print_are_alike_and_strangers_are_not),
		cmocka_unit_test(
			evidence_holds_codes_and_words_but_no_dates_and_amounts),
	};
	return cmocka_run_group_tests(tests, load_types, free_types);
}
