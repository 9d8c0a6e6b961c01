/* render_837p.c - claims as X12 837 Professional (005010X222A1): the interchange, its
 * group and its transactions.
 *
 * All claims of a batch go into one interchange with one functional group; a
 * transaction holds up to 5,000, as the implementation guide recommends. A claim is
 * written where it will stand, and taken back when something about it is a finding that
 * stops: hierarchy and counts are then as if it had never been there. What is on the
 * form but has no place in the format: phones of patient and insured, the days of the
 * signatures (12, 31), the shaded 24 without a code of its own goes to a note. */
#include "render_edi.h"

#include <string.h>

#include "date.h"

#define GUIDE "005010X222A1"

enum { CLAIMS_PER_TRANSACTION = 5000, CONTROL_MAX = 999999999 };

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
	bool is_patient = edi_claim_is_self(claim);
	const char *biller = next_hl(t, claim->arena);
	const char *subscriber = next_hl(t, claim->arena);

	if (relationship == NULL)
		edi_claim_lacks(claim, "patient/relationship",
				"the patient's relationship to the insured (item 6)");
	edi_claim_write_biller(claim, biller);
	edi_claim_write_subscriber(claim, subscriber, biller, is_patient);
	if (relationship && !is_patient)
		edi_claim_write_patient(claim, next_hl(t, claim->arena), subscriber,
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
