/* render_837p_claim.c - the claim itself: loops 2300 to 2330, items 10 to 32 of the
 * form. */
#include "render_edi.h"

#include <ctype.h>
#include <string.h>

#include "text.h"

/* --- CLM -------------------------------------------------------------- */

/* Item 24B of the first line that has one; others say theirs themselves. */
static const char *place_of(const struct edi_claim *claim)
{
	for (int i = 1; i <= claim->n_lines; i++)
		if (edi_claim_line(claim, i, "place"))
			return edi_claim_line(claim, i, "place");
	edi_claim_lacks(claim, "lines/place", "a place of service (item 24B)");
	return NULL;
}

/* Item 22: 7 replaces, 8 voids; without it the claim is the original. */
static const char *frequency_of(const struct edi_claim *claim)
{
	const char *code = edi_claim_value(claim, "resubmission_code");
	bool of_another;

	if (code == NULL)
		return "1";
	of_another = strcmp(code, "7") == 0 || strcmp(code, "8") == 0;
	if (strlen(code) != 1 || !isdigit((unsigned char)*code))
		doc_find(claim->doc, "render-value", FINDING_DOCUMENT, SEVERITY_STOP,
			 "resubmission_code",
			 "The resubmission code (item 22) is none: one digit is.");
	else if (of_another && edi_claim_value(claim, "original_reference") == NULL)
		edi_claim_lacks(claim, "original_reference",
				"the original reference number (item 22)");
	return code;
}

static void write_causes(const struct edi_claim *claim)
{
	static const struct {
		const char *path, *code;
	} causes[] = {
		{"condition/auto_accident", "AA"},
		{"condition/employment", "EM"},
		{"condition/other_accident", "OA"},
	};
	const char *codes[5] = {NULL};
	size_t n = 0;

	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		if (edi_claim_yes(claim, causes[i].path))
			codes[n++] = causes[i].code;
	if (edi_claim_yes(claim, "condition/auto_accident")) {
		codes[3] = edi_claim_value(claim, "condition/auto_accident_state");
		if (codes[3] == NULL)
			edi_claim_lacks(claim, "condition/auto_accident_state",
					"the state of an auto accident (item 10b)");
	}
	edi_value(claim->edi, codes[0]);
	for (size_t i = 1; n > 0 && i < sizeof codes / sizeof *codes; i++)
		edi_part(claim->edi, codes[i]);
}

static const char *signed_for(const struct edi_claim *claim, const char *path)
{
	return edi_claim_value(claim, path) ? "Y" : "N";
}

static void check_clm(const struct edi_claim *claim)
{
	static const struct {
		const char *path, *what;
	} needed[] = {
		{"patient_account", "the patient's account number (item 26)"},
		{"total_charge", "the total charge (item 28)"},
		{"accept_assignment", "whether assignment is accepted (item 27)"},
		{"patient_signature", "the patient's signature (item 12)"},
	};

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (edi_claim_value(claim, needed[i].path) == NULL)
			edi_claim_lacks(claim, needed[i].path, needed[i].what);
}

static void write_clm(const struct edi_claim *claim)
{
	struct edi *edi = claim->edi;

	check_clm(claim);
	edi_open(edi, "CLM");
	edi_value(edi, edi_claim_value(claim, "patient_account"));
	edi_value(edi, edi_claim_value(claim, "total_charge"));
	edi_value(edi, NULL);
	edi_value(edi, NULL);
	edi_value(edi, place_of(claim));
	edi_part(edi, "B");
	edi_part(edi, frequency_of(claim));
	edi_value(edi, signed_for(claim, "provider/signature"));
	edi_value(edi, edi_claim_yes(claim, "accept_assignment") ? "A" : "C");
	edi_value(edi, signed_for(claim, "insured_signature"));
	edi_value(edi, "Y");
	edi_value(edi, NULL);
	write_causes(claim);
	edi_close(edi);
}

/* --- dates ------------------------------------------------------------ */

static const char *day_of(const struct edi_claim *claim, const char *path)
{
	return edi_digits(claim->arena, edi_claim_value(claim, path));
}

static void write_day(const struct edi_claim *claim, const char *qualifier,
		      const char *path)
{
	const char *day = day_of(claim, path);

	if (day)
		EDI(claim->edi, "DTP", qualifier, "D8", day);
}

static bool is_accident(const struct edi_claim *claim)
{
	return edi_claim_yes(claim, "condition/auto_accident") ||
	       edi_claim_yes(claim, "condition/other_accident");
}

/* Item 14 is the day of the illness, the injury or the last period; its qualifier says
 * which, and where there is none the boxes of item 10 tell an injury. */
static const char *illness_qualifier(const struct edi_claim *claim)
{
	const char *qualifier = edi_claim_value(claim, "illness_qualifier");
	const char *other = edi_claim_value(claim, "other_date_qualifier");

	if (qualifier)
		return qualifier;
	return is_accident(claim) && !(other && strcmp(other, "439") == 0) ? "439"
									   : "431";
}

static void write_dates(const struct edi_claim *claim)
{
	const char *from = day_of(claim, "unable_to_work/from");
	const char *to = day_of(claim, "unable_to_work/to");
	const char *other = edi_claim_value(claim, "other_date_qualifier");

	write_day(claim, illness_qualifier(claim), "illness_date");
	if (other)
		write_day(claim, other, "other_date");
	if (from && to)
		EDI(claim->edi, "DTP", "314", "RD8",
		    arena_printf(claim->arena, "%s-%s", from, to));
	else
		write_day(claim, from ? "360" : "361",
			  from ? "unable_to_work/from" : "unable_to_work/to");
	write_day(claim, "435", "hospitalization/from");
	write_day(claim, "096", "hospitalization/to");
	if (is_accident(claim) &&
	    !(edi_claim_value(claim, "illness_date") &&
	      strcmp(illness_qualifier(claim), "439") == 0) &&
	    !(other && edi_claim_value(claim, "other_date") &&
	      strcmp(other, "439") == 0))
		edi_claim_doubts(
			claim, "illness_date",
			"an accident's day is wanted (item 14 or 15, qualifier 439)");
}

/* --- numbers, notes, diagnoses ---------------------------------------- */

static void write_reference(const struct edi_claim *claim, const char *qualifier,
			    const char *path)
{
	const char *value = edi_claim_value(claim, path);

	if (value)
		EDI(claim->edi, "REF", qualifier, value);
}

/* "05D1234567": a laboratory's CLIA number stands in item 23 too. */
static bool is_clia(const char *text)
{
	return text && strlen(text) == 10 && strspn(text, "0123456789") == 2 &&
	       text[2] == 'D' && strspn(text + 3, "0123456789") == 7;
}

static void write_references(const struct edi_claim *claim)
{
	write_reference(claim,
			is_clia(edi_claim_value(claim, "prior_authorization")) ? "X4"
									       : "G1",
			"prior_authorization");
	write_reference(claim, "F8", "original_reference");
	if (claim->item->control_number)
		EDI(claim->edi, "REF", "D9", claim->item->control_number);
}

/* A day of which the form does not say what it is of has no place but a note. */
static void write_note(const struct edi_claim *claim)
{
	const char *text = edi_claim_value(claim, "additional_information");
	const char *day = edi_claim_value(claim, "other_date_qualifier")
				  ? NULL
				  : day_of(claim, "other_date");

	if (day) {
		edi_claim_doubts(
			claim, "other_date",
			"item 15 has no qualifier, so its day is written in a note");
		day = arena_printf(claim->arena, "OTHER DATE %s", day);
	}
	if (text || day)
		EDI(claim->edi, "NTE", "ADD",
		    text && day ? arena_printf(claim->arena, "%s %s", day, text)
		    : day	? day
				: text);
}

static const char *without_dot(const struct edi_claim *claim, const char *code)
{
	const char *dot = strchr(code, '.');

	return dot ? arena_printf(claim->arena, "%.*s%s", (int)(dot - code), code,
				  dot + 1)
		   : code;
}

static void write_diagnoses(const struct edi_claim *claim)
{
	const char *indicator = edi_claim_value(claim, "icd_indicator");
	bool icd9 = indicator && *indicator == '9', any = false;
	struct edi *edi = claim->edi;

	if (indicator == NULL)
		edi_claim_lacks(
			claim, "icd_indicator",
			"the ICD indicator (item 21: 0 for ICD-10, 9 for ICD-9)");
	edi_open(edi, "HI");
	for (char letter = 'A'; letter <= 'L'; letter++) {
		const char *code = edi_claim_value(
			claim, arena_printf(claim->arena, "diagnosis/%c", letter));

		if (code == NULL)
			continue;
		edi_value(edi, any ? (icd9 ? "BF" : "ABF") : (icd9 ? "BK" : "ABK"));
		edi_part(edi, without_dot(claim, code));
		any = true;
	}
	edi_close(edi);
	if (!any)
		edi_claim_lacks(claim, "diagnosis/A", "a diagnosis (item 21)");
}

/* Item 10d: condition codes, a space between them. */
static void write_conditions(const struct edi_claim *claim)
{
	const char *codes = edi_claim_value(claim, "claim_codes");
	struct edi *edi = claim->edi;

	if (codes == NULL)
		return;
	edi_open(edi, "HI");
	for (codes += strspn(codes, " "); *codes; codes += strspn(codes, " ")) {
		size_t len = strcspn(codes, " ");

		edi_value(edi, "BG");
		edi_part(edi, arena_strndup(claim->arena, codes, len));
		codes += len;
	}
	edi_close(edi);
}

/* --- 2310: other providers -------------------------------------------- */

static void write_other_id(const struct edi_claim *claim, const char *qualifier,
			   const char *id)
{
	if (qualifier == NULL || id == NULL)
		return;
	if (strcmp(qualifier, "ZZ") == 0)
		EDI(claim->edi, "PRV", "PE", "PXC", id);
	else
		EDI(claim->edi, "REF", qualifier, id);
}

/* DN refers and DQ supervises the claim; DK orders a service: see the lines. */
static void write_referring(const struct edi_claim *claim, const char *role)
{
	const char *qualifier = edi_claim_value(claim, "referring/qualifier");
	const char *name = edi_claim_value(claim, "referring/name");

	if (name && qualifier == NULL && strcmp(role, "DN") == 0)
		edi_claim_lacks(claim, "referring/qualifier",
				"to know whether item 17 refers, orders or supervises");
	if (name == NULL || qualifier == NULL || strcmp(qualifier, role) != 0)
		return;
	edi_claim_provider_name(claim, role, edi_claim_value(claim, "referring/npi"),
				name, "referring/name");
	write_other_id(claim, edi_claim_value(claim, "referring/other_id_qualifier"),
		       edi_claim_value(claim, "referring/other_id"));
}

static void write_rendering(const struct edi_claim *claim)
{
	const struct render_provider *known =
		edi_claim_provider(claim, claim->rendering);

	if (claim->rendering == NULL)
		return;
	edi_claim_provider_name(claim, "82", claim->rendering, NULL,
				"lines/rendering_npi");
	if (known && known->taxonomy)
		EDI(claim->edi, "PRV", "PE", "PXC", known->taxonomy);
}

static bool same(const struct edi_claim *claim, const char *a, const char *b)
{
	const char *x = edi_claim_value(claim, a), *y = edi_claim_value(claim, b);

	return x == NULL ||
	       (y && strcmp(text_key(claim->arena, x), text_key(claim->arena, y)) == 0);
}

/* Item 32 is written where it is not item 33 again. */
static void write_facility(const struct edi_claim *claim)
{
	const char *npi = edi_claim_value(claim, "facility/npi");
	const char *name = edi_claim_value(claim, "facility/name");
	struct edi_address address;

	if (same(claim, "facility/name", "billing/name") &&
	    same(claim, "facility/address", "billing/address") &&
	    same(claim, "facility/npi", "billing/npi"))
		return;
	if (name == NULL)
		edi_claim_lacks(claim, "facility/name",
				"the facility's name (item 32)");
	EDI(claim->edi, "NM1", "77", "2", name, NULL, NULL, NULL, NULL,
	    npi ? "XX" : NULL, npi);
	if (edi_address_parse(claim->arena, edi_claim_value(claim, "facility/address"),
			      &address))
		edi_claim_address(claim, &address, "facility/address");
	else
		edi_claim_lacks(claim, "facility/address",
				"the facility's street, city, state and ZIP (item 32)");
}

/* --- 2320: another health plan ---------------------------------------- */

/* The form does not say how the patient is related to the other insured (21: unknown).
 */
static void write_other_insured(const struct edi_claim *claim)
{
	const char *text = edi_claim_value(claim, "other_insured/name");
	const char *policy = edi_claim_value(claim, "other_insured/policy");
	const char *plan = edi_claim_value(claim, "other_insured/plan");
	const struct render_payer *payer = edi_claim_payer(claim, plan);
	bool is_patient = text && same(claim, "other_insured/name", "patient/name");
	struct edi_name name;

	if (text == NULL) {
		if (edi_claim_yes(claim, "another_plan"))
			edi_claim_lacks(
				claim, "other_insured/name",
				"who is insured with the other plan (items 9, 9a, 9d)");
		return;
	}
	if (policy == NULL)
		edi_claim_lacks(claim, "other_insured/policy",
				"the other insured's policy number (item 9a)");
	if (payer == NULL) {
		edi_claim_lacks_master(claim, "other_insured/plan",
				       "the payer of the other plan (item 9d)");
		return;
	}
	EDI(claim->edi, "SBR", "S", is_patient ? "18" : "21", policy, plan, NULL, NULL,
	    NULL, NULL, payer->filing ? payer->filing : "ZZ");
	EDI(claim->edi, "OI", NULL, NULL, signed_for(claim, "insured_signature"), NULL,
	    NULL, "Y");
	edi_name_parse(claim->arena, text, &name);
	EDI(claim->edi, "NM1", "IL", "1", name.last, name.first, name.middle, NULL,
	    name.suffix, "MI", policy);
	EDI(claim->edi, "NM1", "PR", "2", payer->name, NULL, NULL, NULL, NULL, "PI",
	    payer->id);
}

/* --- the claim -------------------------------------------------------- */

/* The NPI of all lines, when it is one. */
static const char *common_rendering(const struct edi_claim *claim)
{
	const char *npi =
		claim->n_lines ? edi_claim_line(claim, 1, "rendering_npi") : NULL;
	const char *biller = edi_claim_value(claim, "billing/npi");

	for (int i = 2; npi && i <= claim->n_lines; i++) {
		const char *other = edi_claim_line(claim, i, "rendering_npi");

		if (other == NULL || strcmp(other, npi) != 0)
			return NULL;
	}
	return npi && biller && strcmp(npi, biller) == 0 ? NULL : npi;
}

void edi_claim_write(struct edi_claim *claim)
{
	const char *paid = edi_claim_value(claim, "amount_paid");

	claim->rendering = common_rendering(claim);
	write_clm(claim);
	write_dates(claim);
	if (paid)
		EDI(claim->edi, "AMT", "F5", paid);
	write_references(claim);
	write_note(claim);
	write_diagnoses(claim);
	write_conditions(claim);
	write_referring(claim, "DN");
	write_rendering(claim);
	write_facility(claim);
	write_referring(claim, "DQ");
	write_other_insured(claim);
	edi_claim_write_lines(claim);
}
