/* render_837p_party.c - who is who in a claim: loops 2000A to 2010CA, items 1 to 11 and
 * 25 to 33 of the form.
 *
 * Every claim begins with its own billing provider and subscriber, so that it can be
 * taken back without others noticing. The patient has a loop only when he is not the
 * insured himself. */
#include "render_edi.h"

#include <string.h>

/* --- 2000A, 2010AA: the billing provider ------------------------------ */

static bool known_address(const struct render_provider *known, struct edi_address *out,
			  struct arena *arena)
{
	*out = (struct edi_address){known->street,
				    NULL,
				    known->city,
				    known->state,
				    edi_digits(arena, known->zip),
				    false};
	return out->street && out->city && out->state && out->zip;
}

/* Payers want nine digits of the billing provider's ZIP; the form often has five. */
static void write_billing_address(struct edi_claim *claim,
				  const struct render_provider *known)
{
	const char *printed = edi_claim_value(claim, "billing/address");
	struct edi_address address, master;
	bool has = edi_address_parse(claim->arena, printed, &address);
	bool has_master = known && known_address(known, &master, claim->arena);

	if (has_master && (!has || strlen(address.zip) < strlen(master.zip)))
		address = master;
	if (!has && !has_master)
		edi_claim_lacks(claim, "billing/address",
				"the billing provider's street, city, state and ZIP");
	else
		edi_claim_address(claim, &address, "billing/address");
	if ((has || has_master) && strlen(address.zip) != 9)
		edi_claim_doubts(claim, "billing/address",
				 "the billing provider's ZIP should have nine digits");
}

static void write_tax_id(struct edi_claim *claim)
{
	const char *type = edi_claim_value(claim, "federal_tax_id_type");
	const char *id =
		edi_digits(claim->arena, edi_claim_value(claim, "federal_tax_id"));

	if (id == NULL)
		edi_claim_lacks(claim, "federal_tax_id",
				"the federal tax id (item 25)");
	else if (type == NULL)
		edi_claim_lacks(claim, "federal_tax_id_type",
				"to know whether item 25 is an SSN or an EIN");
	else
		EDI(claim->edi, "REF", strcmp(type, "SSN") == 0 ? "SY" : "EI", id);
}

/* "503 555-0100 x 22" */
static void write_phone(struct edi_claim *claim)
{
	const char *text = edi_claim_value(claim, "billing/phone");
	const char *x = text ? strpbrk(text, "xX") : NULL;
	const char *extension = edi_digits(claim->arena, x);

	if (text == NULL)
		return;
	if (x)
		text = arena_strndup(claim->arena, text, (size_t)(x - text));
	EDI(claim->edi, "PER", "IC", edi_claim_value(claim, "billing/name"), "TE",
	    edi_digits(claim->arena, text), extension ? "EX" : NULL, extension);
}

void edi_claim_write_biller(struct edi_claim *claim, const char *hl)
{
	const char *npi = edi_claim_value(claim, "billing/npi");
	const struct render_provider *known = edi_claim_provider(claim, npi);

	EDI(claim->edi, "HL", hl, NULL, "20", "1");
	if (npi == NULL)
		edi_claim_lacks(claim, "billing/npi",
				"the billing provider's NPI (item 33a)");
	else if (known == NULL || known->taxonomy == NULL)
		edi_claim_lacks_master(claim, "billing/npi",
				       "the billing provider's taxonomy code");
	else
		EDI(claim->edi, "PRV", "BI", "PXC", known->taxonomy);
	edi_claim_provider_name(claim, "85", npi,
				edi_claim_value(claim, "billing/name"), "billing/name");
	write_billing_address(claim, known);
	write_tax_id(claim);
	write_phone(claim);
}

/* --- 2000B, 2000C: subscriber, payer, patient ------------------------- */

bool edi_claim_is_self(const struct edi_claim *claim)
{
	const char *relationship = edi_claim_value(claim, "patient/relationship");

	return relationship && strcmp(relationship, "Self") == 0;
}

/* A patient who is the insured stands on the form twice; one of the two may be lost. */
static const char *value_of(const struct edi_claim *claim, const char *who,
			    const char *what)
{
	const char *value =
		edi_claim_value(claim, arena_printf(claim->arena, "%s/%s", who, what));

	if (value || !edi_claim_is_self(claim))
		return value;
	return edi_claim_value(claim, arena_printf(claim->arena, "insured/%s", what));
}

static void write_person(struct edi_claim *claim, const char *role, const char *who,
			 const char *id)
{
	const char *path = arena_printf(claim->arena, "%s/name", who);
	const char *text = value_of(claim, who, "name");
	struct edi_name name = {.last = text};

	if (text == NULL)
		edi_claim_lacks(claim, path, "the name");
	else if (!strchr(text, ',') || !edi_name_parse(claim->arena, text, &name))
		edi_claim_doubts(
			claim, path,
			"the name has no comma, so last and first name can't be told "
			"apart");
	EDI(claim->edi, "NM1", role, "1", name.last, name.first, name.middle, NULL,
	    name.suffix, id ? "MI" : NULL, id);
}

static void write_home(struct edi_claim *claim, const char *who, bool needed)
{
	struct edi_address address = {
		value_of(claim, who, "street"),
		NULL,
		value_of(claim, who, "city"),
		value_of(claim, who, "state"),
		edi_digits(claim->arena, value_of(claim, who, "zip")),
		false,
	};

	if (address.city && (address.street || !needed))
		edi_claim_address(claim, &address, "");
	else if (needed)
		edi_claim_lacks(claim, arena_printf(claim->arena, "%s/street", who),
				"the street and city");
}

static void write_birth(struct edi_claim *claim, const char *who, bool needed)
{
	const char *birth =
		edi_digits(claim->arena, value_of(claim, who, "birth_date"));
	const char *sex = value_of(claim, who, "sex");

	if (birth)
		EDI(claim->edi, "DMG", "D8", birth, sex ? sex : "U");
	else if (needed)
		edi_claim_lacks(claim, arena_printf(claim->arena, "%s/birth_date", who),
				"the day of birth");
}

/* Item 1 where the master does not say it better. */
static const char *filing_of(struct edi_claim *claim, const struct render_payer *payer)
{
	static const char *const by_coverage[][2] = {
		{"Medicare", "MB"},
		{"Medicaid", "MC"},
		{"TRICARE", "CH"},
		{"CHAMPVA", "VA"},
		{"Group Health Plan", "CI"},
		{"FECA Blk Lung", "OF"},
		{"Other", "ZZ"},
	};
	const char *coverage = edi_claim_value(claim, "coverage");

	if (payer && payer->filing)
		return payer->filing;
	for (size_t i = 0; coverage && i < sizeof by_coverage / sizeof *by_coverage;
	     i++)
		if (strcmp(by_coverage[i][0], coverage) == 0)
			return by_coverage[i][1];
	edi_claim_lacks(claim, "coverage", "the kind of coverage (item 1)");
	return NULL;
}

static void write_payer(struct edi_claim *claim, const struct render_payer *payer)
{
	struct edi_address address;

	if (payer == NULL) {
		edi_claim_lacks_master(claim, "carrier/name",
				       "the payer of this carrier");
		return;
	}
	EDI(claim->edi, "NM1", "PR", "2", payer->name, NULL, NULL, NULL, NULL, "PI",
	    payer->id);
	if (payer->street && payer->city)
		address = (struct edi_address){payer->street,
					       NULL,
					       payer->city,
					       payer->state,
					       edi_digits(claim->arena, payer->zip),
					       false};
	else if (!edi_address_parse(claim->arena,
				    edi_claim_value(claim, "carrier/address"),
				    &address))
		return;
	edi_claim_address(claim, &address, "carrier/address");
}

void edi_claim_write_subscriber(struct edi_claim *claim, const char *hl,
				const char *parent, bool is_patient)
{
	const struct render_payer *payer =
		edi_claim_payer(claim, edi_claim_value(claim, "carrier/name"));
	const char *case_number = edi_claim_value(claim, "other_claim_id");

	EDI(claim->edi, "HL", hl, parent, "22", is_patient ? "0" : "1");
	EDI(claim->edi, "SBR", "P", is_patient ? "18" : NULL,
	    edi_claim_value(claim, "insured/policy_group"),
	    edi_claim_value(claim, "insured/plan"), NULL, NULL, NULL, NULL,
	    filing_of(claim, payer));
	if (edi_claim_value(claim, "insured/id") == NULL)
		edi_claim_lacks(claim, "insured/id", "the insured's id (item 1a)");
	write_person(claim, "IL", is_patient ? "patient" : "insured",
		     edi_claim_value(claim, "insured/id"));
	write_home(claim, is_patient ? "patient" : "insured", is_patient);
	write_birth(claim, is_patient ? "patient" : "insured", is_patient);
	if (is_patient && case_number)
		EDI(claim->edi, "REF", "Y4", case_number);
	write_payer(claim, payer);
}

void edi_claim_write_patient(struct edi_claim *claim, const char *hl,
			     const char *parent, const char *relationship)
{
	const char *case_number = edi_claim_value(claim, "other_claim_id");

	EDI(claim->edi, "HL", hl, parent, "23", "0");
	EDI(claim->edi, "PAT",
	    strcmp(relationship, "Spouse") == 0	 ? "01"
	    : strcmp(relationship, "Child") == 0 ? "19"
						 : "G8");
	write_person(claim, "QC", "patient", NULL);
	write_home(claim, "patient", true);
	write_birth(claim, "patient", true);
	if (case_number)
		EDI(claim->edi, "REF", "Y4", case_number);
}
