/* Claims as X12 837 Professional, read back by a reader that shares nothing with the
 * writer: counts and control numbers are right, and every value of the form that has a
 * place in the format stands there. */
#include "testing.h"

#include "rendered.h"
#include "x12.h"
#include "x12_claim.h"

/* --- claims ----------------------------------------------------------- */

static const struct render_payer payers[] = {
	{.carrier = "STATE HEALTH", .name = "STATE HEALTH PLAN", .id = "SHP01"},
	{.carrier = "OTHER PLAN",
	 .name = "OTHER PLAN INC",
	 .id = "OP99",
	 .filing = "HM"},
};
static const struct render_provider providers[] = {
	{.npi = "1234567893", .name = "CITY CLINIC", .taxonomy = "261QP2300X"},
	{.npi = "1888888880", .person = true, .name = "ROE, RICHARD R"},
	{.npi = "1999999992", .person = true, .name = "POE, PAULA"},
};

static struct render_edi exchange(void)
{
	return (struct render_edi){
		.submitter = {"ZZ", "ACMESUB", "ACMESUB", "ACME BILLING", "S1",
			      "JO DOE", "555-123-4567", "jo@example.org"},
		.receiver = {"ZZ", "CLEARING", "CLEAR", "CLEARING HOUSE", "R1"},
		.payers = payers,
		.n_payers = COUNT(payers),
		.providers = providers,
		.n_providers = COUNT(providers),
		.interchange = 17,
		.date = "2026-03-04",
		.time = "05:06",
	};
}

static const struct value claim[] = {
	{"carrier/name", 0, "State Health"},
	{"carrier/address", 0, "1 PLAZA, SUITE 2, ALBANY NY 12207"},
	{"coverage", 0, "Medicaid"},
	{"insured/id", 0, "ABC123"},
	{"insured/name", 0, "DOE JR, JOHN Q"},
	{"insured/street", 0, "1 MAIN ST"},
	{"insured/city", 0, "TROY"},
	{"insured/state", 0, "NY"},
	{"insured/zip", 0, "12180-1234"},
	{"insured/birth_date", 0, "1970-01-31"},
	{"insured/sex", 0, "M"},
	{"insured/policy_group", 0, "G77"},
	{"insured/plan", 0, "GOLD"},
	{"patient/name", 0, "DOE, JANE"},
	{"patient/street", 0, "2 ELM ST"},
	{"patient/city", 0, "TROY"},
	{"patient/state", 0, "NY"},
	{"patient/zip", 0, "12181"},
	{"patient/birth_date", 0, "2010-02-03"},
	{"patient/sex", 0, "F"},
	{"patient/relationship", 0, "Child"},
	{"condition/employment", 0, "NO"},
	{"condition/auto_accident", 0, "YES"},
	{"condition/auto_accident_state", 0, "NY"},
	{"condition/other_accident", 0, "YES"},
	{"claim_codes", 0, "W2"},
	{"other_claim_id", 0, "CASE9"},
	{"other_claim_qualifier", 0, "Y4"},
	{"other_insured/name", 0, "DOE, MARY"},
	{"other_insured/policy", 0, "P-5"},
	{"other_insured/plan", 0, "Other Plan"},
	{"another_plan", 0, "YES"},
	{"patient_signature", 0, "SOF"},
	{"insured_signature", 0, "SOF"},
	{"illness_date", 0, "2026-01-10"},
	{"other_date", 0, "2026-01-12"},
	{"other_date_qualifier", 0, "454"},
	{"unable_to_work/from", 0, "2026-01-11"},
	{"unable_to_work/to", 0, "2026-01-20"},
	{"referring/qualifier", 0, "DN"},
	{"referring/name", 0, "DR. ANN B SMITH MD"},
	{"referring/npi", 0, "1777777778"},
	{"hospitalization/from", 0, "2026-01-13"},
	{"hospitalization/to", 0, "2026-01-15"},
	{"additional_information", 0, "SEE ATTACHED"},
	{"outside_lab", 0, "YES"},
	{"outside_lab_charges", 0, "30.00"},
	{"icd_indicator", 0, "0"},
	{"diagnosis/A", 0, "S72.001A"},
	{"diagnosis/B", 0, "I10"},
	{"diagnosis/C", 0, "J30.9"},
	{"resubmission_code", 0, "7"},
	{"original_reference", 0, "ICN-12345"},
	{"prior_authorization", 0, "AUTH-1"},
	{"federal_tax_id", 0, "12-3456789"},
	{"federal_tax_id_type", 0, "EIN"},
	{"patient_account", 0, "ACC-1"},
	{"accept_assignment", 0, "YES"},
	{"total_charge", 0, "150.00"},
	{"amount_paid", 0, "20.00"},
	{"provider/signature", 0, "R. ROE"},
	{"facility/name", 0, "LAB ONE"},
	{"facility/address", 0, "9 LAB RD, TROY, NY 12182"},
	{"facility/npi", 0, "1666666669"},
	{"billing/name", 0, "CITY CLINIC"},
	{"billing/address", 0, "5 OAK AVE, TROY, NY 12180-0005"},
	{"billing/phone", 0, "518 555-0100"},
	{"billing/npi", 0, "1234567893"},
	{"lines/from_date", 1, "2026-01-13"},
	{"lines/to_date", 1, "2026-01-15"},
	{"lines/place", 1, "21"},
	{"lines/procedure", 1, "99213"},
	{"lines/modifier1", 1, "25"},
	{"lines/modifier2", 1, "RT"},
	{"lines/pointer", 1, "AC"},
	{"lines/charge", 1, "100.00"},
	{"lines/units", 1, "1"},
	{"lines/rendering_npi", 1, "1888888880"},
	{"lines/from_date", 2, "2026-01-14"},
	{"lines/place", 2, "11"},
	{"lines/procedure", 2, "00400"},
	{"lines/pointer", 2, "B"},
	{"lines/charge", 2, "50.00"},
	{"lines/units", 2, "45"},
	{"lines/emg", 2, "Y"},
	{"lines/rendering_npi", 2, "1999999992"},
};

static struct doc *claim_doc(struct arena *arena)
{
	return doc_of(arena, "cms1500", claim, COUNT(claim));
}

static const char *render_claim(struct doc *doc, const struct render_edi *edi,
				struct arena *arena)
{
	struct render_settings settings = {.edi = edi};

	return render_doc(RENDER_837P, doc, &settings, arena, NULL);
}

static void a_claim_with_everything_is_read_back(void **state)
{
	struct arena *arena = arena_new();
	struct render_edi edi = exchange();
	struct doc *doc = claim_doc(arena);
	const char *text = render_claim(doc, &edi, arena);
	struct reading r;
	int compared = 0;

	(void)state;
	assert_non_null(text);
	read_claims(&r, text, arena);
	assert_int_equal(r.n, 1);
	doc_put(doc, "lines/to_date", 2, "2026-01-14"); /* one day stands for both */
	doc_put(doc, "lines/emg", 2, NULL);
	doc_put(doc, "other_claim_qualifier", 0, NULL);
	doc_put(doc, "other_date_qualifier", 0, NULL);
	assert_int_equal(count_differences(arena, doc, r.docs[0], "own", &compared), 0);
	assert_true(compared > 70);
	arena_free(&arena);
}

/* The whole text, segment by segment, of what the instructions name. */
static void items_stand_where_the_guide_wants_them(void **state)
{
	static const char *const segments[] = {
		"PRV*BI*PXC*261QP2300X~",
		"NM1*85*2*CITY CLINIC*****XX*1234567893~N3*5 OAK AVE~N4*TROY*NY*"
		"121800005~REF*EI*123456789~PER*IC*CITY CLINIC*TE*5185550100~",
		"SBR*P**G77*GOLD*****MC~NM1*IL*1*DOE*JOHN*Q**JR*MI*ABC123~",
		"NM1*PR*2*STATE HEALTH PLAN*****PI*SHP01~N3*1 PLAZA*SUITE 2~N4*ALBANY*"
		"NY*12207~",
		"HL*3*2*23*0~PAT*19~NM1*QC*1*DOE*JANE~N3*2 ELM ST~N4*TROY*NY*12181~DMG*"
		"D8*20100203*F~REF*Y4*CASE9~",
		"CLM*ACC-1*150.00***21:B:7*Y*A*Y*Y**AA:OA::NY~",
		"DTP*439*D8*20260110~DTP*454*D8*20260112~DTP*314*RD8*20260111-"
		"20260120~DTP*435*D8*20260113~DTP*096*D8*20260115~AMT*F5*20.00~",
		"REF*G1*AUTH-1~REF*F8*ICN-12345~REF*D9*ACME-260101-7~",
		"HI*ABK:S72001A*ABF:I10*ABF:J309~HI*BG:W2~",
		"NM1*DN*1*SMITH*ANN*B***XX*1777777778~",
		"NM1*77*2*LAB ONE*****XX*1666666669~",
		"SBR*S*21*P-5*Other Plan*****HM~OI***Y***Y~NM1*IL*1*DOE*MARY****MI*P-5~"
		"NM1*PR*2*OTHER PLAN INC*****PI*OP99~",
		"LX*1~SV1*HC:99213:25:RT*100.00*UN*1*21**1:3~DTP*472*RD8*20260113-"
		"20260115~PS1*1666666669*30.00~NM1*82*1*ROE*RICHARD*R***XX*1888888880~",
		"LX*2~SV1*HC:00400*50.00*MJ*45*11**2**Y~DTP*472*D8*20260114~",
	};
	struct arena *arena = arena_new();
	struct render_edi edi = exchange();
	const char *text = render_claim(claim_doc(arena), &edi, arena);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < COUNT(segments); i++)
		if (strstr(text, segments[i]) == NULL)
			fail_msg("not there: %s\n%s", segments[i], text);
	arena_free(&arena);
}

static void addresses_are_split_where_that_is_sure_or_said(void **state)
{
	static const struct {
		const char *text, *segments;
		bool guessed;
	} cases[] = {
		{"9 LAB RD, TROY, NY 12182", "N3*9 LAB RD~N4*TROY*NY*12182~", false},
		{"9 LAB RD, STE 2, TROY NY 12182-0001",
		 "N3*9 LAB RD*STE 2~N4*TROY*NY*121820001~", false},
		{"18 EXAMPLE LANE APT 7 BEAVERTON, OR 97005",
		 "N3*18 EXAMPLE LANE APT 7~N4*BEAVERTON*OR*97005~", true},
		{"100 MAIN STREET ST PAUL, MN 55101",
		 "N3*100 MAIN STREET~N4*ST PAUL*MN*55101~", true},
		{"7 OLD MILL ST SALEM OR 97301", "N3*7 OLD MILL ST~N4*SALEM*OR*97301~",
		 true},
		{"5 BROADWAY ALBANY, NY 12207", NULL, false},
		{"5 OAK AVE, TROY", NULL, false},
		{"5 OAK AVE, SUITE 4 TROY, NY 12180", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct render_edi edi = exchange();
		struct doc *doc = claim_doc(arena);
		const char *text;
		bool told = false;

		doc_put(doc, "facility/address", 0, cases[i].text);
		text = render_claim(doc, &edi, arena);
		assert_int_equal(text != NULL, cases[i].segments != NULL);
		if (text && !strstr(text, cases[i].segments))
			fail_msg("%s: %s", cases[i].text, text);
		for (size_t k = 0; k < doc->n_findings; k++)
			told |= names_field(&doc->findings[k], "facility/address") &&
				doc->findings[k].severity == SEVERITY_WARN;
		assert_int_equal(told, cases[i].guessed);
		arena_free(&arena);
	}
}

static void an_extension_is_no_part_of_a_phone_number(void **state)
{
	struct arena *arena = arena_new();
	struct render_edi edi = exchange();
	struct doc *doc = claim_doc(arena);

	(void)state;
	doc_put(doc, "billing/phone", 0, "(518) 555-0100 x 22");
	assert_non_null(strstr(render_claim(doc, &edi, arena),
			       "PER*IC*CITY CLINIC*TE*5185550100*EX*22~"));
	arena_free(&arena);
}

static void a_patient_who_is_the_insured_is_written_once(void **state)
{
	struct arena *arena = arena_new();
	struct render_edi edi = exchange();
	struct doc *doc = claim_doc(arena);
	const char *text;

	(void)state;
	doc_put(doc, "patient/relationship", 0, "Self");
	doc_put(doc, "patient/street", 0, NULL); /* item 7 has it */
	text = render_claim(doc, &edi, arena);
	assert_non_null(strstr(text, "SBR*P*18*G77*"));
	assert_non_null(strstr(text, "NM1*IL*1*DOE*JANE****MI*ABC123~N3*1 MAIN ST~"));
	assert_null(strstr(text, "NM1*QC"));
	arena_free(&arena);
}

static void icd_9_and_an_ssn_have_qualifiers_of_their_own(void **state)
{
	struct arena *arena = arena_new();
	struct render_edi edi = exchange();
	struct doc *doc = claim_doc(arena);
	const char *text;

	(void)state;
	doc_put(doc, "icd_indicator", 0, "9");
	doc_put(doc, "diagnosis/A", 0, "250.01");
	doc_put(doc, "federal_tax_id_type", 0, "SSN");
	doc_put(doc, "federal_tax_id", 0, "123-45-6789");
	text = render_claim(doc, &edi, arena);
	assert_non_null(strstr(text, "HI*BK:25001*BF:I10*BF:J309~"));
	assert_non_null(strstr(text, "REF*SY*123456789~"));
	arena_free(&arena);
}

static void what_a_claim_lacks_is_named_and_it_stays_out(void **state)
{
	static const struct value cases[] = {
		{"insured/id", 0, "insured/id"},
		{"patient/name", 0, "patient/name"},
		{"patient/birth_date", 0, "patient/birth_date"},
		{"patient/relationship", 0, "patient/relationship"},
		{"patient_account", 0, "patient_account"},
		{"total_charge", 0, "total_charge"},
		{"accept_assignment", 0, "accept_assignment"},
		{"icd_indicator", 0, "icd_indicator"},
		{"federal_tax_id", 0, "federal_tax_id"},
		{"federal_tax_id_type", 0, "federal_tax_id_type"},
		{"billing/npi", 0, "billing/npi"},
		{"billing/address", 0, "billing/address"},
		{"original_reference", 0, "original_reference"},
		{"condition/auto_accident_state", 0, "condition/auto_accident_state"},
		{"other_insured/policy", 0, "other_insured/policy"},
		{"outside_lab_charges", 0, "outside_lab_charges"},
		{"lines/procedure", 2, "lines[2]/procedure"},
		{"lines/units", 1, "lines[1]/units"},
		{"lines/pointer", 1, "lines[1]/pointer"},
		{"lines/from_date", 2, "lines[2]/from_date"},
	};
	struct render_edi edi = exchange();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct doc *doc = claim_doc(arena);

		doc_put(doc, cases[i].path, cases[i].line, NULL);
		if (render_claim(doc, &edi, arena))
			fail_msg("written without %s", cases[i].value);
		assert_true(
			names_field(finding_of(doc, "render-missing"), cases[i].value));
		arena_free(&arena);
	}
}

static void what_the_masters_lack_is_a_finding(void **state)
{
	struct arena *arena = arena_new();
	struct render_edi edi = exchange();
	struct doc *doc = claim_doc(arena);

	(void)state;
	edi.n_payers = 0;
	assert_null(render_claim(doc, &edi, arena));
	assert_true(names_field(finding_of(doc, "render-master"), "carrier/name"));
	edi = exchange();
	edi.n_providers = 0;
	assert_null(render_claim(doc, &edi, arena));
	assert_non_null(strstr(finding_of(doc, "render-master")->text, "taxonomy"));
	edi = exchange();
	edi.n_providers = 1; /* none of those who rendered */
	assert_null(render_claim(doc, &edi, arena));
	assert_true(names_field(finding_of(doc, "render-master"),
				"lines[1]/rendering_npi"));
	edi = exchange();
	edi.submitter.interchange_id = "SIXTEEN-LETTERS-";
	assert_null(render_claim(doc, &edi, arena));
	assert_non_null(strstr(finding_of(doc, "render-master")->text, "ISA06"));
	edi = exchange();
	edi.receiver.id = NULL;
	assert_null(render_claim(doc, &edi, arena));
	assert_non_null(strstr(finding_of(doc, "render-master")->text, "receiver"));
	arena_free(&arena);
}

static void delimiters_never_get_into_values(void **state)
{
	struct arena *arena = arena_new();
	struct render_edi edi = exchange();
	struct doc *doc = claim_doc(arena);
	const char *text;
	struct reading r;

	(void)state;
	doc_put(doc, "additional_information", 0, "A*B:C~D^E\tÜber 5");
	doc_put(doc, "facility/name", 0, "~LAB*");
	text = render_claim(doc, &edi, arena);
	assert_non_null(strstr(text, "NTE*ADD*A B C D E Uber 5~"));
	assert_non_null(strstr(text, "NM1*77*2*LAB*****XX*"));
	read_claims(&r, text, arena);
	assert_int_equal(r.n, 1);
	/* In a code it would be another code. */
	doc_put(doc, "patient_account", 0, "ACC*1");
	assert_null(render_claim(doc, &edi, arena));
	assert_non_null(strstr(finding_of(doc, "render-value")->text, "CLM01"));
	/* With other delimiters it is none. */
	edi.delimiters = "|>!'\n";
	doc_put(doc, "additional_information", 0, "A*B:C");
	text = render_claim(doc, &edi, arena);
	assert_non_null(strstr(text, "CLM|ACC*1|150.00|||21>B>7|"));
	read_claims(&r, text, arena);
	assert_string_equal(doc_value(r.docs[0], "patient_account", 0), "ACC*1");
	arena_free(&arena);
}

static void a_bad_claim_leaves_no_trace_between_good_ones(void **state)
{
	struct arena *arena = arena_new();
	struct render_edi edi = exchange();
	struct render_settings settings = {.edi = &edi};
	struct render_item items[3] = {{0}};
	struct outcome out;
	struct reading r;

	(void)state;
	for (size_t i = 0; i < COUNT(items); i++) {
		items[i].doc = claim_doc(arena);
		items[i].control_number = "C-1";
	}
	doc_put(items[1].doc, "total_charge", 0, NULL);
	doc_put(items[2].doc, "patient_account", 0, "ACC-3");
	out = render_items(RENDER_837P, items, COUNT(items), &settings, arena);
	assert_int_equal(out.n_files, 1);
	assert_string_equal(out.files[0].name, "837p-000000017.edi");
	assert_true(items[0].rendered && !items[1].rendered && items[2].rendered);
	read_claims(&r, arena_strndup(arena, out.files[0].bytes, out.files[0].len),
		    arena);
	assert_int_equal(r.n, 2);
	assert_string_equal(doc_value(r.docs[1], "patient_account", 0), "ACC-3");
	arena_free(&arena);
}

static void more_than_5000_claims_make_a_second_transaction(void **state)
{
	enum { N = 5003 };
	struct arena *arena = arena_new();
	struct render_edi edi = exchange();
	struct render_settings settings = {.edi = &edi};
	struct render_item *items = arena_alloc_n(arena, N, sizeof *items);
	struct doc *doc = claim_doc(arena);
	struct outcome out;
	struct x12 x;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		items[i].doc = doc_copy(doc);
		items[i].control_number = "C-1";
	}
	out = render_items(RENDER_837P, items, N, &settings, arena);
	x = x12_split(arena, out.files[0].bytes);
	assert_int_equal(x12_check_envelope(&x), 2);
	arena_free(&arena);
}

static void settings_that_make_no_interchange_are_refused(void **state)
{
	struct arena *arena = arena_new();
	struct rendered *files;
	size_t n;
	struct err err = {0};
	struct render_edi edi = exchange();
	struct render_settings settings = {.edi = &edi};
	struct render_item item = {.doc = claim_doc(arena), .control_number = "C-1"};

	(void)state;
	edi.interchange = 1000000000;
	assert_int_equal(
		render(RENDER_837P, &item, 1, &settings, arena, &files, &n, &err),
		RC_FAIL);
	edi.interchange = 1;
	edi.delimiters = "**^~";
	assert_int_equal(
		render(RENDER_837P, &item, 1, &settings, arena, &files, &n, &err),
		RC_FAIL);
	edi.delimiters = "A:^~";
	assert_int_equal(
		render(RENDER_837P, &item, 1, &settings, arena, &files, &n, &err),
		RC_FAIL);
	arena_free(&arena);
}

/* --- the labelled claims ---------------------------------------------- */

struct labelled {
	struct arena *arena;
	struct render_item *items;
	size_t n, cap;
	struct render_payer *payers;
	size_t n_payers, cap_payers;
	struct render_provider *providers;
	size_t n_providers, cap_providers;
};

/* Masters that know whom the claims name, and nothing that stands on them. */
static void know_payer(struct labelled *all, const char *name)
{
	if (name)
		*arena_push(all->arena, all->payers, all->n_payers, all->cap_payers) =
			(struct render_payer){
				.carrier = name, .name = name, .id = "P1"};
}

static void know_provider(struct labelled *all, const char *npi, const char *name)
{
	if (npi)
		*arena_push(all->arena, all->providers, all->n_providers,
			    all->cap_providers) =
			(struct render_provider){.npi = npi,
						 .person = true,
						 .name = name,
						 .taxonomy = "207Q00000X"};
}

static void add_labelled(struct doc *doc, const struct truth *truth, const char *name,
			 void *ctx)
{
	struct labelled *all = ctx;
	struct doc *copy = doc_new(all->arena);

	for (size_t i = 0; i < doc->n_fields; i++)
		doc_put(copy, arena_strdup(all->arena, doc->fields[i].path),
			doc->fields[i].line,
			arena_strdup(all->arena, doc->fields[i].value));
	copy->type = "cms1500";
	/* What is torn off the paper a clerk would have keyed; a patient who is the
	 * insured stands there twice. */
	for (size_t i = 0; i < truth->n_unscored; i++)
		if (!doc_value(copy, truth->unscored[i], 0) &&
		    !text_starts(truth->unscored[i], "patient/") &&
		    !strchr(truth->unscored[i], '['))
			doc_put(copy, arena_strdup(all->arena, truth->unscored[i]), 0,
				"AS KEYED");
	know_payer(all, doc_value(copy, "carrier/name", 0));
	know_payer(all, doc_value(copy, "other_insured/plan", 0));
	know_provider(all, doc_value(copy, "billing/npi", 0), NULL);
	for (int i = 1; i <= doc_lines(copy); i++)
		know_provider(all, doc_value(copy, "lines/rendering_npi", i),
			      "RENDERING, ANNE");
	*arena_push(all->arena, all->items, all->n, all->cap) =
		(struct render_item){.doc = copy,
				     .control_number = arena_strdup(all->arena, name),
				     .revision = 1};
}

static void labelled_claims_are_read_back(void **state)
{
	struct labelled all = {.arena = arena_new()};
	struct render_edi edi = exchange();
	struct render_settings settings = {.edi = &edi};
	struct outcome out;
	struct reading r;
	int wrong = 0, compared = 0;

	(void)state;
	if (!for_each_truth("cms1500", add_labelled, &all)) {
		arena_free(&all.arena);
		skip();
	}
	edi.payers = all.payers;
	edi.n_payers = all.n_payers;
	edi.providers = all.providers;
	edi.n_providers = all.n_providers;
	out = render_items(RENDER_837P, all.items, all.n, &settings, all.arena);
	for (size_t i = 0; i < all.n; i++)
		if (!all.items[i].rendered)
			for (size_t k = 0; k < all.items[i].doc->n_findings; k++)
				print_error("%s: %s\n", all.items[i].control_number,
					    all.items[i].doc->findings[k].text);
	assert_int_equal(out.n_files, 1);
	read_claims(&r, arena_strndup(all.arena, out.files[0].bytes, out.files[0].len),
		    all.arena);
	assert_int_equal(r.n, all.n);
	for (size_t i = 0; i < r.n; i++)
		wrong += count_differences(all.arena, all.items[i].doc, r.docs[i],
					   all.items[i].control_number, &compared);
	print_message("%zu labelled claims in one interchange: %d values compared, %d "
		      "wrong\n",
		      r.n, compared, wrong);
	assert_int_equal(wrong, 0);
	arena_free(&all.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_claim_with_everything_is_read_back),
		cmocka_unit_test(items_stand_where_the_guide_wants_them),
		cmocka_unit_test(addresses_are_split_where_that_is_sure_or_said),
		cmocka_unit_test(an_extension_is_no_part_of_a_phone_number),
		cmocka_unit_test(a_patient_who_is_the_insured_is_written_once),
		cmocka_unit_test(icd_9_and_an_ssn_have_qualifiers_of_their_own),
		cmocka_unit_test(what_a_claim_lacks_is_named_and_it_stays_out),
		cmocka_unit_test(what_the_masters_lack_is_a_finding),
		cmocka_unit_test(delimiters_never_get_into_values),
		cmocka_unit_test(a_bad_claim_leaves_no_trace_between_good_ones),
		cmocka_unit_test(more_than_5000_claims_make_a_second_transaction),
		cmocka_unit_test(settings_that_make_no_interchange_are_refused),
		cmocka_unit_test(labelled_claims_are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
