/* render_837p.c - claims as X12 837 Professional (005010X222A1): the envelope, and who
 * is who in a claim.
 *
 * All claims of a batch go into one interchange with one functional group; a
 * transaction holds up to 5,000, as the implementation guide recommends. Each claim
 * begins with its own billing provider and subscriber. A claim is written where it will
 * stand, and taken back when something about it is a finding that stops: hierarchy and
 * counts are then as if it had never been there. What is on the form but has no place
 * in the format: phones of patient and insured, the days of the signatures (12, 31),
 * the shaded 24 without a code of its own goes to a note. */
#include "render_edi.h"

#include <string.h>

#include "date.h"
#include "text.h"

#define GUIDE "005010X222A1"

enum { CLAIMS_PER_TRANSACTION = 5000, CONTROL_MAX = 999999999 };

/* --- what claims ask for ---------------------------------------------- */

const char *edi_claim_value(const struct edi_claim *claim, const char *path)
{
	const char *value = doc_value(claim->doc, path, 0);

	return value && *value ? value : NULL;
}

const char *edi_claim_line(const struct edi_claim *claim, int line, const char *column)
{
	const char *value = doc_value(
		claim->doc, arena_printf(claim->arena, "lines/%s", column), line);

	return value && *value ? value : NULL;
}

bool edi_claim_yes(const struct edi_claim *claim, const char *path)
{
	const char *value = edi_claim_value(claim, path);

	return value && strcmp(value, "YES") == 0;
}

void edi_claim_lacks(const struct edi_claim *claim, const char *path, const char *what)
{
	doc_find(claim->doc, "render-missing", FINDING_DOCUMENT, SEVERITY_STOP, path,
		 "A claim file needs %s, and the claim has none.", what);
}

void edi_claim_lacks_master(const struct edi_claim *claim, const char *path,
			    const char *what)
{
	doc_find(claim->doc, "render-master", FINDING_DOCUMENT, SEVERITY_STOP, path,
		 "A claim file needs %s, which is not in the master data.", what);
}

void edi_claim_doubts(const struct edi_claim *claim, const char *path, const char *what)
{
	doc_find(claim->doc, "render-value", FINDING_DOCUMENT, SEVERITY_WARN, path,
		 "For the claim file: %s.", what);
}

const struct render_provider *edi_claim_provider(const struct edi_claim *claim,
						 const char *npi)
{
	for (size_t i = 0; npi && i < claim->settings->n_providers; i++)
		if (strcmp(claim->settings->providers[i].npi, npi) == 0)
			return &claim->settings->providers[i];
	return NULL;
}

/* By what is printed on the claim; else the payer that is meant for all others. */
const struct render_payer *edi_claim_payer(const struct edi_claim *claim,
					   const char *carrier)
{
	const struct render_payer *otherwise = NULL;
	const char *key = carrier ? text_key(claim->arena, carrier) : NULL;

	for (size_t i = 0; i < claim->settings->n_payers; i++) {
		const struct render_payer *payer = &claim->settings->payers[i];

		if (payer->carrier == NULL)
			otherwise = payer;
		else if (key &&
			 strcmp(text_key(claim->arena, payer->carrier), key) == 0)
			return payer;
	}
	return otherwise;
}

void edi_claim_address(const struct edi_claim *claim, const struct edi_address *address,
		       const char *path)
{
	if (address->guessed)
		edi_claim_doubts(claim, path,
				 "where the street ends and the city begins is told by "
				 "the words alone");
	EDI(claim->edi, "N3", address->street, address->street2);
	EDI(claim->edi, "N4", address->city, address->state, address->zip);
}

void edi_claim_provider_name(const struct edi_claim *claim, const char *role,
			     const char *npi, const char *printed, const char *path)
{
	const struct render_provider *known = edi_claim_provider(claim, npi);
	const char *text = known && known->name ? known->name : printed;
	struct edi_name name = {.last = text};
	bool person = known == NULL || known->person;

	if (text == NULL) {
		edi_claim_lacks_master(claim, path,
				       "the name of the provider with this NPI");
		return;
	}
	if (person && !edi_name_parse(claim->arena, text, &name) && known)
		edi_claim_doubts(
			claim, path,
			"a provider's name can't be told apart in last and first "
			"name");
	EDI(claim->edi, "NM1", role, person && name.first ? "1" : "2", name.last,
	    name.first, name.middle, NULL, name.suffix, npi ? "XX" : NULL, npi);
}

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

static void write_billing_provider(struct edi_claim *claim, const char *hl)
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

static bool is_self(const struct edi_claim *claim)
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

	if (value || !is_self(claim))
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

static void write_subscriber(struct edi_claim *claim, const char *hl,
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

static void write_patient(struct edi_claim *claim, const char *hl, const char *parent,
			  const char *relationship)
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

/* --- one claim after the other ---------------------------------------- */

struct transaction {
	struct edi *edi;
	int hl;	       /* the last hierarchical number */
	size_t claims; /* in this transaction */
	int number;    /* of this transaction in the group, from 1 */
	size_t begin;  /* where it begins in the file */
};

static const char *next_hl(struct transaction *t, struct arena *arena)
{
	return arena_printf(arena, "%d", ++t->hl);
}

static void write_claim(struct transaction *t, struct edi_claim *claim)
{
	const char *relationship = edi_claim_value(claim, "patient/relationship");
	bool is_patient = is_self(claim);
	const char *biller = next_hl(t, claim->arena);
	const char *subscriber = next_hl(t, claim->arena);

	if (relationship == NULL)
		edi_claim_lacks(claim, "patient/relationship",
				"the patient's relationship to the insured (item 6)");
	write_billing_provider(claim, biller);
	write_subscriber(claim, subscriber, biller, is_patient);
	if (relationship && !is_patient)
		write_patient(claim, next_hl(t, claim->arena), subscriber,
			      relationship);
	edi_claim_write(claim);
}

static void add_claim(struct transaction *t, const struct rendering *r,
		      struct render_item *item)
{
	struct edi_claim claim = {
		.edi = t->edi,
		.item = item,
		.doc = item->doc,
		.settings = r->settings->edi,
		.arena = r->arena,
		.n_lines = render_rows(item->doc, "lines"),
	};
	size_t len = t->edi->out.len, segments = t->edi->segments;
	int hl = t->hl;

	t->edi->doc = item->doc;
	write_claim(t, &claim);
	t->edi->doc = NULL;
	if (!render_stopped(item)) {
		t->claims++;
		return;
	}
	t->edi->out.len = len;
	t->edi->out.text[len] = '\0';
	t->edi->segments = segments;
	t->hl = hl;
}

/* --- the envelope ----------------------------------------------------- */

static void open_transaction(struct transaction *t, const struct render_edi *s)
{
	const struct render_party *from = &s->submitter, *to = &s->receiver;
	struct edi *edi = t->edi;
	const char *phone = edi_digits(edi->arena, from->phone);

	t->number++;
	t->begin = edi->out.len;
	t->hl = 0;
	t->claims = 0;
	edi->segments = 0;
	EDI(edi, "ST", "837", arena_printf(edi->arena, "%04d", t->number), GUIDE);
	EDI(edi, "BHT", "0019", "00",
	    arena_printf(edi->arena, "%09ld%04d", s->interchange, t->number),
	    edi_digits(edi->arena, s->date), edi_digits(edi->arena, s->time), "CH");
	EDI(edi, "NM1", "41", "2", from->name, NULL, NULL, NULL, NULL, "46", from->id);
	EDI(edi, "PER", "IC", from->contact, phone ? "TE" : "EM",
	    phone ? phone : from->email, phone && from->email ? "EM" : NULL,
	    phone ? from->email : NULL);
	EDI(edi, "NM1", "40", "2", to->name, NULL, NULL, NULL, NULL, "46", to->id);
}

/* One whose claims were all taken back is taken back too. */
static void close_transaction(struct transaction *t)
{
	struct edi *edi = t->edi;

	if (t->claims == 0) {
		edi->out.len = t->begin;
		edi->out.text[t->begin] = '\0';
		t->number--;
		return;
	}
	EDI(edi, "SE", arena_printf(edi->arena, "%zu", edi->segments + 1),
	    arena_printf(edi->arena, "%04d", t->number));
}

/* The only segment of fixed width: readers find the delimiters by it. */
static void write_isa(struct edi *edi, const struct render_edi *s)
{
	const char *date = edi_digits(edi->arena, s->date);
	const char *text =
		arena_printf(edi->arena,
			     "ISA*00*          *00*          "
			     "*%-2.2s*%-15.15s*%-2.2s*%-15.15s*%s*%s*",
			     s->submitter.qualifier, s->submitter.interchange_id,
			     s->receiver.qualifier, s->receiver.interchange_id,
			     date + 2, edi_digits(edi->arena, s->time));

	for (; *text; text++)
		strbuf_add_n(&edi->out, *text == '*' ? &edi->element : text, 1);
	strbuf_addf(&edi->out, "%c%c00501%c%09ld%c0%c%c%c%c%c%s", edi->repetition,
		    edi->element, edi->element, s->interchange, edi->element,
		    edi->element, s->production ? 'P' : 'T', edi->element,
		    edi->component, edi->segment, edi->newlines ? "\n" : "");
}

static void open_group(struct edi *edi, const struct render_edi *s)
{
	write_isa(edi, s);
	EDI(edi, "GS", "HC", s->submitter.application_id, s->receiver.application_id,
	    edi_digits(edi->arena, s->date), edi_digits(edi->arena, s->time),
	    arena_printf(edi->arena, "%ld", s->interchange), "X", GUIDE);
}

static void close_group(struct edi *edi, const struct render_edi *s, int transactions)
{
	EDI(edi, "GE", arena_printf(edi->arena, "%d", transactions),
	    arena_printf(edi->arena, "%ld", s->interchange));
	EDI(edi, "IEA", "1", arena_printf(edi->arena, "%09ld", s->interchange));
}

/* --- settings --------------------------------------------------------- */

/* Delimiters must be told from values and from each other. */
static enum rc take_delimiters(struct edi *edi, const char *given, struct err *err)
{
	const char *d = given ? given : "*:^~";

	if (strlen(d) < 4 || (d[4] && strcmp(d + 4, "\n") != 0))
		return err_set(err, RC_FAIL,
			       "delimiters: four characters, and a line end or none");
	for (int i = 0; i < 4; i++)
		if (d[i] <= ' ' || d[i] >= 0x7f || memchr(d, d[i], (size_t)i) ||
		    (d[i] >= '0' && d[i] <= '9') || (d[i] >= 'A' && d[i] <= 'Z') ||
		    (d[i] >= 'a' && d[i] <= 'z'))
			return err_set(
				err, RC_FAIL,
				"delimiters: four different signs, no letters or "
				"digits");
	edi->element = d[0];
	edi->component = d[1];
	edi->repetition = d[2];
	edi->segment = d[3];
	edi->newlines = d[4] != '\0';
	return RC_OK;
}

static enum rc check_settings(const struct render_edi *s, struct err *err)
{
	struct date date;

	if (s == NULL)
		return err_set(err, RC_FAIL,
			       "claim files need settings of an exchange");
	if (s->interchange < 1 || s->interchange > CONTROL_MAX)
		return err_set(err, RC_FAIL, "the control number %ld is not 1 to %d",
			       s->interchange, CONTROL_MAX);
	if (s->date == NULL || !date_parse(s->date, &date) || s->time == NULL ||
	    strlen(s->time) != 5)
		return err_set(err, RC_FAIL, "claim files need a date and a time");
	return RC_OK;
}

/* The ISA has places of fixed width for them: a longer one would be another's. */
static bool fits(const char *value, size_t most)
{
	return value && *value && strlen(value) <= most &&
	       strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "0123456789 _-.") == strlen(value);
}

/* Without them no file of claims can be made, so every claim waits for the same. */
static void check_parties(const struct render_edi *s, struct doc *doc)
{
	const struct {
		const char *value, *what;
		size_t most;
	} needed[] = {
		{s->submitter.qualifier, "the sender's qualifier (ISA05)", 2},
		{s->submitter.interchange_id, "the sender's id (ISA06)", 15},
		{s->submitter.application_id, "the sender's code (GS02)", 15},
		{s->submitter.name, "the submitter's name", 0},
		{s->submitter.id, "the submitter's id", 0},
		{s->submitter.contact, "the submitter's contact", 0},
		{s->submitter.phone ? s->submitter.phone : s->submitter.email,
		 "the phone or e-mail of the submitter's contact", 0},
		{s->receiver.qualifier, "the receiver's qualifier (ISA07)", 2},
		{s->receiver.interchange_id, "the receiver's id (ISA08)", 15},
		{s->receiver.application_id, "the receiver's code (GS03)", 15},
		{s->receiver.name, "the receiver's name", 0},
		{s->receiver.id, "the receiver's id", 0},
	};
	struct edi_claim claim = {.doc = doc};

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (needed[i].value == NULL || *needed[i].value == '\0')
			edi_claim_lacks_master(&claim, "", needed[i].what);
		else if (needed[i].most > 0 && !fits(needed[i].value, needed[i].most))
			doc_find(doc, "render-master", FINDING_DOCUMENT, SEVERITY_STOP,
				 "", "In a claim file, %s is too long or no code.",
				 needed[i].what);
}

/* --- the interchange -------------------------------------------------- */

static void write_transactions(struct rendering *r, struct transaction *t)
{
	for (size_t i = 0; i < r->n; i++) {
		if (render_stopped(&r->items[i]))
			continue;
		if (t->number == 0 || t->claims == CLAIMS_PER_TRANSACTION) {
			if (t->number > 0)
				close_transaction(t);
			open_transaction(t, r->settings->edi);
		}
		add_claim(t, r, &r->items[i]);
	}
}

static bool any_rendered(const struct rendering *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (!render_stopped(&r->items[i]))
			return true;
	return false;
}

enum rc render_837p(struct rendering *r, struct err *err)
{
	const struct render_edi *s = r->settings ? r->settings->edi : NULL;
	struct edi edi = {.arena = r->arena};
	struct transaction t = {.edi = &edi};
	enum rc rc = check_settings(s, err);

	if (rc == RC_OK)
		rc = take_delimiters(&edi, s->delimiters, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < r->n; i++)
		if (!render_stopped(&r->items[i]))
			check_parties(s, r->items[i].doc);
	strbuf_init(&edi.out, r->arena);
	if (!any_rendered(r))
		return RC_OK;
	open_group(&edi, s);
	write_transactions(r, &t);
	if (!any_rendered(r))
		return RC_OK;
	close_transaction(&t);
	close_group(&edi, s, t.number);
	render_add_file(r, arena_printf(r->arena, "837p-%09ld.edi", s->interchange),
			NULL, edi.out.text, edi.out.len, SIZE_MAX);
	return RC_OK;
}
