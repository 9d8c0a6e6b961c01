/* learn.h - what a document shows of its supplier, and what is known of that supplier.
 *
 * Evidence is made of the print alone (stages/evidence.c) and kept beside the document,
 * so that what a clerk keys can teach at once. Known is what earlier keying taught; the
 * stages get it through the `lookup` interface and never see a database. */
#ifndef INTRAY_LEARN_H
#define INTRAY_LEARN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "doc.h"

/* What may identify a supplier. */
enum evidence_kind {
	EVIDENCE_IBAN,
	EVIDENCE_TAX_ID, /* a VAT id by its shape */
	EVIDENCE_NUMBER, /* a long number: telephone, registration, tax number */
	EVIDENCE_DOMAIN, /* of mail or web */
	EVIDENCE_WORD,	 /* a word of head or foot, with look-alikes made one */
	EVIDENCE_KIND_N
};
const char *evidence_kind_name(enum evidence_kind kind); /* "tax-id" */

struct evidence_key {
	enum evidence_kind kind;
	const char *key; /* letters and digits only */
	bool clear;	 /* the reader was sure of it */
};

/* Print that has the shape of a value, with the words that may label it. */
struct evidence_place {
	const char *value; /* canonical */
	const char *label; /* words before it on its row, or "" */
	const char *above; /* words over it, or "" */
	const char *
		order; /* of an ambiguous date: "day-first" or "month-first"; or NULL */
	const char *mark; /* the decimal mark it shows, "." or ","; or NULL */
};

struct evidence {
	const char *print; /* rows of head and foot: folded words, '\n' between rows */
	float clarity;	   /* how sure the reader was of these words, on average */
	struct evidence_key *keys;
	size_t n_keys, cap_keys;
	struct evidence_place *places;
	size_t n_places, cap_places;
};

/* One thing learnt, of a field unless path is "". */
enum learnt_what {
	LEARNT_VALUE, /* a constant: the name as it should be spelt */
	LEARNT_LABEL, /* the supplier's own words for a field: letters and digits */
	LEARNT_ORDER, /* of its dates: "day-first", "month-first" */
	LEARNT_MARK,  /* its decimal mark: ".", "," */
};
struct learnt {
	int64_t id;
	enum learnt_what what;
	const char *path, *value;
	bool confirmed; /* by a second paper; else proposed */
	bool of_site;	/* differs between the supplier's sites: the address */
};

/* A place a supplier writes from, as a candidate for whose paper this is. */
struct known_site {
	int64_t supplier, site;
	const char *name;
	int seen;	     /* papers keyed for it */
	double shared;	     /* weight of the evidence it shares with this paper */
	bool strong;	     /* a code among it that no other supplier shows */
	const char **prints; /* evidence.print of papers keyed for it, newest first */
	size_t n_prints;
	struct learnt *learnt;
	size_t n_learnt;
};

/* Whose paper this is (stages/recognise.c). */
struct known {
	const struct known_site *site;	  /* best of its supplier's */
	const struct known_site **others; /* of other suppliers, that would fit too */
	size_t n_others, cap_others;
	float sure;	/* 0..1 that it is this supplier */
	bool site_sure; /* and this site of it */
	int64_t *used;	/* ids of what was used */
	size_t n_used, cap_used;
};

/* evidence.c */
struct evidence *evidence_make(struct arena *arena, const struct doc *doc);

/* likeness.c: 0..1, how much two prints share, by runs of three characters; letters and
 * digits that readers confuse count as equal. */
float print_likeness(const char *a, const char *b);
/* The share of the text's runs that stand in the print. */
float print_contains(const char *print, const char *text);
/* The same of the stretch of so many rows that shows most of it. */
float print_shows(const char *print, const char *text, int rows);
enum { NAME_ROWS = 2, ADDRESS_ROWS = 6 };
/* One character's look-alike: 0 and o, 1 and l... */
char look_alike(char c);

/* recall.c: whether the field's value is the same on every paper of a supplier, and
 * whether it is the supplier's name. */
struct fieldtype;
bool field_is_constant(const struct fieldtype *field);
bool field_is_identity(const struct fieldtype *field);
const struct learnt *learnt_of(const struct known *known, enum learnt_what what,
			       const char *path);
void known_use(struct doc *doc, const struct learnt *item);

#endif
