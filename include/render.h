/* render.h - finished documents as the bytes a business system takes in.
 *
 * Needs no database and no clock: what is not on the document (payer, submitter,
 * control numbers, the hour) the caller gives. The same input makes the same bytes. A
 * value is never invented: what a format must have and the document and the masters
 * have not is a finding on the document, which is then left out of the files; the
 * others go on. */
#ifndef INTRAY_RENDER_H
#define INTRAY_RENDER_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "doc.h"
#include "err.h"
#include "schema.h"

enum render_format {
	RENDER_UBL,  /* UBL 2.1 Invoice or CreditNote: one file a document */
	RENDER_CSV,  /* headers and lines by a mapping: its files hold all documents */
	RENDER_JSON, /* one file a document */
	RENDER_837P, /* X12 005010X222A1: one interchange holds all claims */
	RENDER_PDF,  /* searchable: one file a document */
	RENDER_FORMAT_N
};
const char *render_format_name(enum render_format format); /* "ubl", "csv", ... */
bool render_format_find(const char *name, enum render_format *out);
/* Whether documents of this type can be had in the format at all. */
bool render_takes(enum render_format format, const char *doctype);

/* --- documents -------------------------------------------------------- */

/* The document that an offered instance (delivery.bytes) is: type and fields, no pages.
 * RC_FAIL: no XML, or of a type that is none of ours. */
enum rc render_open(const struct schema_set *schemas, const void *xml, size_t len,
		    struct arena *arena, struct doc **out, struct err *err);

/* What the business knows of a document, for columns of a mapping: "supplier" is
 * "V-1001", "lines/tax_code" of row 2 "V19". */
struct render_fact {
	const char *name;
	int line; /* 0: of the document */
	const char *value;
};

struct render_item {
	/* Findings of rendering are added to it, with codes "render-missing" (the
	 * document lacks it), "render-master" (the masters lack it) and "render-value"
	 * (the format can't hold it). Those that stop keep the document out of the
	 * files. */
	struct doc *doc;
	const char *control_number; /* names the document's files */
	int revision;
	const struct render_fact *facts;
	size_t n_facts;
	/* RENDER_PDF: either this, a PDF with a text layer of its own, which is handed
	 * on as it is; or the pages of doc with display.bytes filled. */
	const void *original;
	size_t original_len;
	bool rendered; /* set by render: false when it was left out */
};

/* --- what the business says ------------------------------------------- */

struct render_mapping; /* of columns: see render_mapping_parse */

struct render_payer {
	const char
		*carrier; /* name or alias, as claims print it (one row for each); NULL:
			   * the payer of claims whose carrier no other row names */
	const char *name, *id; /* NM1*PR */
	const char *filing;    /* SBR09: "CI", "MB", "BL", ...; NULL: as item 1 says */
	const char *street, *city, *state, *zip; /* may be NULL: as on the claim */
};
struct render_provider {
	const char *npi;
	bool person;
	const char *name;     /* of a person: "LAST, FIRST M"; NULL: as on the claim */
	const char *taxonomy; /* may be NULL; the billing provider needs one */
	const char *street, *city, *state, *zip; /* may be NULL: as on the claim */
};
struct render_party {				/* submitter and receiver */
	const char *qualifier, *interchange_id; /* ISA05 and 06, ISA07 and 08 */
	const char *application_id;		/* GS02, GS03 */
	const char *name, *id;			/* NM1*41, NM1*40 */
	const char *contact, *phone, *email;	/* PER of the submitter */
};
struct render_edi {
	struct render_party submitter, receiver;
	const struct render_payer *payers;
	size_t n_payers;
	const struct render_provider *providers; /* all that the claims name */
	size_t n_providers;
	bool production;	 /* ISA15: P, else T */
	long interchange;	 /* ISA13 and GS06: 1 to 999999999 */
	const char *date, *time; /* "YYYY-MM-DD", "HH:MM": when it is made */
	/* "*:^~": element, component, repetition, segment; NULL for these. With "\n" at
	 * the end every segment has a line of its own. */
	const char *delimiters;
};

struct render_settings {
	const struct render_mapping *mapping; /* RENDER_CSV */
	const struct render_edi *edi;	      /* RENDER_837P */
	bool evidence;			      /* RENDER_JSON: where each value stood */
};

/* --- files ------------------------------------------------------------ */

struct rendered {
	const char *name; /* "acme-20260101-7.r1.xml", "headers.csv",
			     "837p-000000012.edi" */
	const char *mime;
	const void *bytes; /* in the arena */
	size_t len;
	size_t item; /* the only document in it, or SIZE_MAX: all rendered ones */
};

/* RC_FAIL: the settings are wrong (no mapping, a delimiter that is a letter, no control
 * number); nothing is wrong with a document then. No files when no document was
 * rendered. */
enum rc render(enum render_format format, struct render_item *items, size_t n,
	       const struct render_settings *settings, struct arena *arena,
	       struct rendered **files, size_t *n_files, struct err *err);

/* A mapping's text, as daemon/deliver/mappings/README.md explains it; lives in the arena.
 * RC_FAIL names file and line of what is wrong. */
enum rc render_mapping_parse(const char *name, const char *text, size_t len,
			     struct arena *arena, struct render_mapping **out,
			     struct err *err);
/* DIR/NAME.map; the name is letters, digits and dashes. */
enum rc render_mapping_load(const char *dir, const char *name, struct arena *arena,
			    struct render_mapping **out, struct err *err);

#endif
