/* x12_claim.h - from the segments of an 837P back to the form, and how such a claim is
 * compared with the one that was written. Shares nothing with the writer; what it does
 * not know it leaves out, and the comparison misses it. Paths are those of cms1500.xsd.
 */
#ifndef INTRAY_TEST_X12_CLAIM_H
#define INTRAY_TEST_X12_CLAIM_H

#include <ctype.h>

#include "rendered.h"
#include "testing.h"
#include "x12.h"

struct reading {
	struct arena *arena;
	const struct x12 *x;
	struct doc *doc; /* the claim being read */
	struct doc **docs;
	size_t n, cap;
	const char *who; /* whose NM1 was the last: "billing", "insured"... */
	bool in_other, is_self;
	int line;
};

static void put(struct reading *r, const char *path, const char *value)
{
	if (*value)
		doc_put(r->doc, arena_strdup(r->arena, path),
			strncmp(path, "lines/", 6) == 0 ? r->line : 0,
			arena_strdup(r->arena, value));
}

static void put_of(struct reading *r, const char *what, const char *value)
{
	if (r->who)
		put(r, arena_printf(r->arena, "%s/%s", r->who, what), value);
}

static void put_day(struct reading *r, const char *path, const char *day)
{
	if (*day)
		put(r, path,
		    arena_printf(r->arena, "%.4s-%.2s-%.2s", day, day + 4, day + 6));
}

static void read_name(struct reading *r, const struct x12_segment *s)
{
	static const char *const roles[][2] = {
		{"85", "billing"},   {"IL", "insured"},	  {"QC", "patient"},
		{"PR", "carrier"},   {"DN", "referring"}, {"77", "facility"},
		{"82", "rendering"},
	};
	const char *last = s->element[3], *first = s->element[4];
	bool listed = x12_is(s, "NM1", "IL") || x12_is(s, "NM1", "QC");

	r->who = NULL;
	for (size_t i = 0; i < COUNT(roles); i++)
		if (strcmp(roles[i][0], s->element[1]) == 0)
			r->who = roles[i][1];
	if (r->in_other && r->who)
		r->who = strcmp(r->who, "insured") == 0 ? "other_insured" : NULL;
	put_of(r, "name",
	       listed ? arena_printf(r->arena, "%s %s, %s %s", last, s->element[7],
				     first, s->element[5])
		      : arena_printf(r->arena, "%s %s %s", first, s->element[5], last));
	if (strcmp(s->element[8], "MI") == 0 && !r->in_other)
		put(r, "insured/id", s->element[9]);
	if (strcmp(s->element[8], "XX") == 0)
		put_of(r, "npi", s->element[9]);
	if (x12_is(s, "NM1", "82") && r->line > 0)
		put(r, "lines/rendering_npi", s->element[9]);
}

static void read_address(struct reading *r, const struct x12_segment *n3)
{
	const struct x12_segment *n4 = n3 + 1;

	if (r->who == NULL)
		return;
	if (strcmp(r->who, "insured") == 0 || strcmp(r->who, "patient") == 0) {
		put_of(r, "street", n3->element[1]);
		put_of(r, "city", n4->element[1]);
		put_of(r, "state", n4->element[2]);
		put_of(r, "zip", n4->element[3]);
		return;
	}
	put_of(r, "address",
	       arena_printf(r->arena, "%s, %s %s, %s %s", n3->element[1],
			    n3->element[2], n4->element[1], n4->element[2],
			    n4->element[3]));
}

static void begin_claim(struct reading *r)
{
	r->doc = doc_new(r->arena);
	r->doc->type = "cms1500";
	*arena_push(r->arena, r->docs, r->n, r->cap) = r->doc;
	r->line = 0;
	r->in_other = r->is_self = false;
	r->who = NULL;
}

static void read_subscriber(struct reading *r, const struct x12_segment *s)
{
	static const char *const filings[][2] = {
		{"MB", "Medicare"},
		{"MC", "Medicaid"},
		{"CH", "TRICARE"},
		{"VA", "CHAMPVA"},
		{"CI", "Group Health Plan"},
		{"OF", "FECA Blk Lung"},
		{"ZZ", "Other"},
	};

	if (x12_is(s, "SBR", "S")) {
		r->in_other = true;
		put(r, "another_plan", "YES");
		put(r, "other_insured/policy", s->element[3]);
		put(r, "other_insured/plan", s->element[4]);
		return;
	}
	r->is_self = strcmp(s->element[2], "18") == 0;
	if (r->is_self)
		put(r, "patient/relationship", "Self");
	put(r, "insured/policy_group", s->element[3]);
	put(r, "insured/plan", s->element[4]);
	for (size_t i = 0; i < COUNT(filings); i++)
		if (strcmp(filings[i][0], s->element[9]) == 0)
			put(r, "coverage", filings[i][1]);
}

static void read_clm(struct reading *r, const struct x12_segment *s)
{
	static const char *const causes[][2] = {
		{"AA", "condition/auto_accident"},
		{"EM", "condition/employment"},
		{"OA", "condition/other_accident"},
	};

	put(r, "patient_account", s->element[1]);
	put(r, "total_charge", s->element[2]);
	if (strcmp(x12_part(r->x, s->element[5], 3), "1") != 0)
		put(r, "resubmission_code", x12_part(r->x, s->element[5], 3));
	put(r, "provider/signature", s->element[6]);
	put(r, "accept_assignment", *s->element[7] == 'A' ? "YES" : "NO");
	put(r, "insured_signature", s->element[8]);
	put(r, "patient_signature", s->element[9]);
	for (size_t i = 0; i < COUNT(causes); i++) {
		bool found = false;

		for (int k = 1; k <= 3; k++)
			found |= strcmp(x12_part(r->x, s->element[11], k),
					causes[i][0]) == 0;
		put(r, causes[i][1], found ? "YES" : "NO");
	}
	put(r, "condition/auto_accident_state", x12_part(r->x, s->element[11], 4));
}

static void read_date(struct reading *r, const struct x12_segment *s)
{
	static const char *const days[][2] = {
		{"431", "illness_date"},       {"439", "illness_date"},
		{"484", "illness_date"},       {"435", "hospitalization/from"},
		{"096", "hospitalization/to"}, {"360", "unable_to_work/from"},
		{"361", "unable_to_work/to"},  {"454", "other_date"},
		{"472", "lines/from_date"},
	};
	bool range = strcmp(s->element[2], "RD8") == 0;

	for (size_t i = 0; i < COUNT(days); i++)
		if (x12_is(s, "DTP", days[i][0]))
			put_day(r, days[i][1], s->element[3]);
	if (x12_is(s, "DTP", "472"))
		put_day(r, "lines/to_date", s->element[3] + (range ? 9 : 0));
	if (x12_is(s, "DTP", "314")) {
		put_day(r, "unable_to_work/from", s->element[3]);
		put_day(r, "unable_to_work/to", s->element[3] + 9);
	}
}

static void read_diagnoses(struct reading *r, const struct x12_segment *s)
{
	bool icd10 = strncmp(s->element[1], "ABK", 3) == 0;

	put(r, "icd_indicator", icd10 ? "0" : "9");
	for (int i = 1; i <= 12 && *s->element[i]; i++) {
		const char *qualifier = x12_part(r->x, s->element[i], 1);

		assert_string_equal(qualifier, icd10	? i == 1 ? "ABK" : "ABF"
					       : i == 1 ? "BK"
							: "BF");
		put(r, arena_printf(r->arena, "diagnosis/%c", 'A' + i - 1),
		    x12_part(r->x, s->element[i], 2));
	}
}

static void read_service(struct reading *r, const struct x12_segment *s)
{
	struct strbuf letters;

	strbuf_init(&letters, r->arena);
	for (int i = 1; i <= 4; i++) {
		const char *number = x12_part(r->x, s->element[7], i);

		if (*number)
			strbuf_addf(&letters, "%c",
				    (int)('A' + strtol(number, NULL, 10) - 1));
		put(r, arena_printf(r->arena, "lines/modifier%d", i),
		    x12_part(r->x, s->element[1], i + 2));
	}
	put(r, "lines/procedure", x12_part(r->x, s->element[1], 2));
	put(r, "lines/charge", s->element[2]);
	put(r, "lines/units", s->element[4]);
	put(r, "lines/place", s->element[5]);
	put(r, "lines/pointer", letters.text);
}

static void read_number(struct reading *r, const struct x12_segment *s)
{
	static const char *const numbers[][2] = {
		{"F8", "original_reference"}, {"G1", "prior_authorization"},
		{"EI", "federal_tax_id"},     {"SY", "federal_tax_id"},
		{"Y4", "other_claim_id"},
	};

	for (size_t i = 0; i < COUNT(numbers); i++)
		if (x12_is(s, "REF", numbers[i][0]))
			put(r, numbers[i][1], s->element[2]);
	if (x12_is(s, "REF", "EI") || x12_is(s, "REF", "SY"))
		put(r, "federal_tax_id_type", x12_is(s, "REF", "EI") ? "EIN" : "SSN");
}

static void read_segment(struct reading *r, const struct x12_segment *s)
{
	if (x12_is(s, "HL", NULL) && strcmp(s->element[3], "20") == 0)
		begin_claim(r);
	if (r->doc == NULL)
		return;
	if (x12_is(s, "NM1", NULL))
		read_name(r, s);
	else if (x12_is(s, "N3", NULL))
		read_address(r, s);
	else if (x12_is(s, "SBR", NULL))
		read_subscriber(r, s);
	else if (x12_is(s, "PAT", NULL))
		put(r, "patient/relationship",
		    strcmp(s->element[1], "01") == 0   ? "Spouse"
		    : strcmp(s->element[1], "19") == 0 ? "Child"
						       : "Other");
	else if (x12_is(s, "DMG", NULL)) {
		put_day(r, arena_printf(r->arena, "%s/birth_date", r->who),
			s->element[2]);
		put_of(r, "sex", s->element[3]);
	} else if (x12_is(s, "PER", NULL))
		put(r, "billing/phone", s->element[4]);
	else if (x12_is(s, "REF", NULL))
		read_number(r, s);
	else if (x12_is(s, "CLM", NULL))
		read_clm(r, s);
	else if (x12_is(s, "DTP", NULL))
		read_date(r, s);
	else if (x12_is(s, "AMT", "F5"))
		put(r, "amount_paid", s->element[2]);
	else if (x12_is(s, "HI", NULL) && strncmp(s->element[1], "BG", 2) == 0)
		put(r, "claim_codes", x12_part(r->x, s->element[1], 2));
	else if (x12_is(s, "HI", NULL))
		read_diagnoses(r, s);
	else if (x12_is(s, "NTE", "ADD") &&
		 strncmp(s->element[2], "OTHER DATE ", 11) == 0)
		put_day(r, "other_date", s->element[2] + 11);
	else if (x12_is(s, "NTE", "ADD") && r->line == 0)
		put(r, "additional_information", s->element[2]);
	else if (x12_is(s, "PS1", NULL)) {
		put(r, "outside_lab", "YES");
		put(r, "outside_lab_charges", s->element[2]);
	} else if (x12_is(s, "LX", NULL)) {
		r->line++;
		assert_int_equal(strtol(s->element[1], NULL, 10), r->line);
	} else if (x12_is(s, "SV1", NULL))
		read_service(r, s);
}

/* What stands once in the file for two boxes or all lines of the form. */
static void spread(struct reading *r, struct doc *doc)
{
	static const char *const twice[] = {"name", "street", "city",	   "state",
					    "zip",  "sex",    "birth_date"};
	const char *relationship = doc_value(doc, "patient/relationship", 0);
	const char *rendering = doc_value(doc, "rendering/npi", 0);

	r->doc = doc;
	for (size_t i = 0; i < COUNT(twice); i++) {
		const char *value = doc_value(
			doc, arena_printf(r->arena, "insured/%s", twice[i]), 0);

		if (relationship && strcmp(relationship, "Self") == 0 && value)
			put(r, arena_printf(r->arena, "patient/%s", twice[i]), value);
	}
	for (r->line = 1; r->line <= doc_lines(doc); r->line++)
		if (!doc_value(doc, "lines/rendering_npi", r->line))
			put(r, "lines/rendering_npi",
			    rendering ? rendering : doc_value(doc, "billing/npi", 0));
}

static void read_claims(struct reading *r, const char *text, struct arena *arena)
{
	struct x12 *x = arena_memdup(arena, &(struct x12){0}, sizeof *x);

	*r = (struct reading){.arena = arena, .x = x};
	*x = x12_split(arena, text);
	x12_check_envelope(x);
	for (size_t i = 0; i < x->n; i++)
		read_segment(r, &x->segments[i]);
	for (size_t i = 0; i < r->n; i++)
		spread(r, r->docs[i]);
}

/* --- comparing -------------------------------------------------------- */

/* These say no more than that somebody signed; or have no place in the format: see
 * render_837p.c. */
static bool is_signature(const char *path)
{
	return text_ends(path, "signature");
}

static bool has_no_place(const char *path, const char *value)
{
	static const char *const paths[] = {
		"patient/phone",	  "insured/phone",
		"patient_signature_date", "provider/signature_date",
		"referring/qualifier",	  "carrier/name"};

	for (size_t i = 0; i < COUNT(paths); i++)
		if (strcmp(paths[i], path) == 0)
			return true;
	return strcmp(value, "NO") == 0 &&
	       (strcmp(path, "outside_lab") == 0 || strcmp(path, "another_plan") == 0);
}

static int by_letter(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

/* The letters of a name in alphabetical order: however its parts are put. */
static const char *letters_of(struct arena *arena, const char *name)
{
	static const char *const left_out[] = {"DR. ", " MD"};
	struct strbuf out;

	strbuf_init(&out, arena);
	while (*name) {
		size_t skipped = 0;

		for (size_t i = 0; i < COUNT(left_out); i++)
			if (text_starts(name, left_out[i]))
				skipped = strlen(left_out[i]);
		if (skipped == 0 && isalnum((unsigned char)*name))
			strbuf_add_n(&out, name, 1);
		name += skipped ? skipped : 1;
	}
	qsort(out.text, out.len, 1, by_letter);
	return out.text;
}

static bool agrees(struct arena *arena, const char *path, const char *wanted,
		   const char *got)
{
	if (strcmp(path, "billing/name") == 0 || strcmp(path, "referring/name") == 0)
		return strcmp(letters_of(arena, wanted), letters_of(arena, got)) == 0;
	if (strstr(path, "charge") || strstr(path, "amount") || strstr(path, "units"))
		return value_equal(KIND_AMOUNT, wanted, got);
	return value_equal(KIND_TEXT, wanted, got);
}

static int count_differences(struct arena *arena, const struct doc *wanted,
			     const struct doc *got, const char *name, int *compared)
{
	int wrong = 0;

	for (size_t i = 0; i < wanted->n_fields; i++) {
		const struct field *field = &wanted->fields[i];
		const char *value = doc_value(got, field->path, field->line);

		if (field->value == NULL || has_no_place(field->path, field->value))
			continue;
		++*compared;
		if (value && (is_signature(field->path) ? *value == 'Y'
							: agrees(arena, field->path,
								 field->value, value)))
			continue;
		print_error("%s: %s %d: '%s' became '%s'\n", name, field->path,
			    field->line, field->value, value ? value : "nothing");
		wrong++;
	}
	return wrong;
}

#endif
