/* trust_evidence.h - what speaks for and against a value; for trust.c. Private to stages/. */
#ifndef INTRAY_STAGES_TRUST_EVIDENCE_H
#define INTRAY_STAGES_TRUST_EVIDENCE_H

#include "instance.h"

struct paper; /* the document's words, prepared for looking things up */

struct paper *paper_of(const struct doc *doc, struct arena *arena);
/* Adds to the features of the cell's field. The instance has been judged: rules have
 * been run, the XSD been asked. */
void evidence_add(const struct paper *paper, const struct instance *instance,
		  const struct cell *cell);

/* trust_value.c: what the value itself and its print look like. */
void evidence_of_value(const struct doc *doc, const struct cell *cell);

#endif
