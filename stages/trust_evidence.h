/* trust_evidence.h - what speaks for and against a value; for trust.c. Private to
 * stages/. */
#ifndef INTRAY_STAGES_TRUST_EVIDENCE_H
#define INTRAY_STAGES_TRUST_EVIDENCE_H

#include "instance.h"

struct print { /* one word of the paper */
	const struct word *word;
	const struct page *page;
	const char *key; /* text_key */
	bool claimed;	 /* stands within some value */
};

struct paper { /* the document's words, prepared for looking things up */
	const struct doc *doc;
	struct arena *arena;
	struct print *words; /* in reading order, page after page */
	size_t n;
	float mean, weak; /* of the reader's confidences; share of weak words */
	float zone_mean;
	int32_t type; /* usual height of words */
};

struct paper *paper_of(const struct doc *doc, struct arena *arena);
/* Marks the words that became part of a value. */
void paper_claim(struct paper *paper, const struct instance *instance);
/* Adds to the features of the cell's field. The instance has been judged: rules have
 * been run, the XSD been asked. */
void evidence_add(const struct paper *paper, const struct instance *instance,
		  const struct cell *cell);

/* Whether the middle of the word stands within the field's box. */
bool print_inside(const struct field *field, const struct print *print);

/* trust_print.c: what other print around and on the paper says of the value. */
void evidence_of_print(const struct paper *paper, const struct instance *instance,
		       const struct cell *cell);

/* trust_day.c: what other print says of a date. */
void evidence_of_day(const struct paper *paper, struct field *field);

/* trust_value.c: what the value itself and its print look like. */
void evidence_of_value(const struct doc *doc, const struct cell *cell);

#endif
