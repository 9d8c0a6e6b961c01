/* render_edi.h - segments of X12, and claims in them. Private to
 * daemon/deliver/render_*. */
#ifndef INTRAY_RENDER_EDI_H
#define INTRAY_RENDER_EDI_H

#include "render_private.h"

struct edi {
	struct arena *arena;
	struct strbuf out;
	char element, component, repetition, segment;
	bool newlines;
	size_t segments; /* since they were last set to 0 */
	struct doc
		*doc; /* what is wrong with a value is a finding of it; NULL: nowhere */
	const char *id; /* of the segment being written, and its element's number */
	int number;
};

/* A segment, element by element. NULL and "" are empty; empty ones at the end are left
 * out. No delimiter and no character that X12 lacks gets into a value: in names and
 * free text a space (or the letter without its accent) takes its place, in a code it is
 * a finding. */
void edi_open(struct edi *edi, const char *id);
void edi_value(struct edi *edi, const char *value);
void edi_part(struct edi *edi, const char *value); /* the next part of a composite */
void edi_close(struct edi *edi);
/* A whole segment of simple elements. */
void edi_segment(struct edi *edi, const char *id, const char *const *values, size_t n);
#define EDI(edi, id, ...)                                                              \
	edi_segment((edi), (id), (const char *const[]){__VA_ARGS__},                   \
		    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* --- names and addresses (render_837p_names.c) --- */

struct edi_name {
	const char *last, *first, *middle, *suffix;
};
/* "LAST JR, FIRST M", or as people sign: "DR. FIRST M LAST JR MD". Titles and
 * credentials have no place in a claim. False: it can't be told apart (then last is all
 * of it). */
bool edi_name_parse(struct arena *arena, const char *text, struct edi_name *out);

struct edi_address {
	const char *street, *street2, *city, *state, *zip;
	bool guessed; /* where the street ends, by its words */
};
/* "STREET, STREET 2, CITY, ST 12345"; commas may be missing. */
bool edi_address_parse(struct arena *arena, const char *text, struct edi_address *out);

const char *edi_digits(struct arena *arena, const char *text); /* NULL for NULL */

/* --- one claim --- */

struct edi_claim {
	struct edi *edi;
	struct render_item *item;
	struct doc *doc;
	const struct render_edi *settings;
	struct arena *arena;
	int n_lines;
	const char *rendering; /* the NPI of all lines, when it is one and not the
				  biller's */
};

/* What a claim says and what is known of it (render_837p_ask.c). */
const char *edi_claim_value(const struct edi_claim *claim,
			    const char *path); /* NULL: none */
const char *edi_claim_line(const struct edi_claim *claim, int line, const char *column);
bool edi_claim_yes(const struct edi_claim *claim, const char *path);
void edi_claim_lacks(const struct edi_claim *claim, const char *path, const char *what);
void edi_claim_lacks_master(const struct edi_claim *claim, const char *path,
			    const char *what);
void edi_claim_doubts(const struct edi_claim *claim, const char *path,
		      const char *what);
const struct render_provider *edi_claim_provider(const struct edi_claim *claim,
						 const char *npi);
const struct render_payer *edi_claim_payer(const struct edi_claim *claim,
					   const char *carrier);
/* NM1 of a provider: as the master knows it, else as the claim prints it. */
void edi_claim_provider_name(const struct edi_claim *claim, const char *role,
			     const char *npi, const char *printed, const char *path);
void edi_claim_address(const struct edi_claim *claim, const struct edi_address *address,
		       const char *path);

/* Loops 2000A to 2010CA (render_837p_party.c); hl: the number of the loop in the
 * hierarchy. */
bool edi_claim_is_self(const struct edi_claim *claim); /* the patient is the insured */
void edi_claim_write_biller(struct edi_claim *claim, const char *hl);
void edi_claim_write_subscriber(struct edi_claim *claim, const char *hl,
				const char *parent, bool is_patient);
void edi_claim_write_patient(struct edi_claim *claim, const char *hl,
			     const char *parent, const char *relationship);
/* Loops 2300 to 2420 (render_837p_claim.c, render_837p_lines.c). */
void edi_claim_write(struct edi_claim *claim);
void edi_claim_write_lines(struct edi_claim *claim);

#endif
