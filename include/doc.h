/* doc.h - a document with its pages, fields and findings, as all stages see it.
 *
 * Coordinates: whatever the source (scan, text layer, form), a page's words and boxes are
 * in page units of 1/300 inch, x to the right and y down, origin at the top left of the
 * upright, deskewed page. width and height are in the same units. */
#ifndef INTRAY_DOC_H
#define INTRAY_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

struct evidence;
struct known;
struct mail;
struct part;
struct prekeyed;
struct pack;
struct rendered;
struct unpack;

struct box {
	int32_t x, y, w, h;
};

/* Where a value came from, cheapest trustworthy first (DESIGN.md "Do not OCR data"). */
enum source {
	SOURCE_NONE,
	SOURCE_XML,    /* structured data in or with the file */
	SOURCE_TEXT,   /* a PDF's text layer */
	SOURCE_OCR,    /* read from the picture */
	SOURCE_ZONE,   /* read from the picture, at a place a form prescribes */
	SOURCE_LOOKUP, /* master data */
	SOURCE_PERSON, /* keyed */
	SOURCE_DERIVED /* computed from other fields (one-line address from its parts) */
};
const char *source_name(enum source source); /* "xml", "text", "ocr", "zone", ... */

struct alternative { /* another reading of the same ink */
	const char *text;
	float confidence; /* 0..1, the engine's own, uncalibrated */
};

struct word {
	const char *text; /* UTF-8, clean (text_clean), never empty */
	struct box box;
	float confidence; /* 0..1, the engine's own; 1 for a text layer */
	uint16_t block, line; /* numbers from 0 within the page, in reading order */
	uint16_t height;      /* of the type: cap height or font size, page units; 0 unknown */
	uint8_t bold;	      /* 1 when known to be */
	/* How many differing readings of the picture covered this place, and how many of them
	 * gave this very text: 1 and 1 for a text layer and for print that was read once. */
	uint8_t readings, agreed;
	struct alternative *alternatives;
	size_t n_alternatives;
};

/* A blob a page carries for people: made by the reader, kept in the store. */
struct image_blob {
	const void *bytes;
	size_t len;
	const char *mime; /* "image/jpeg", "image/png" */
	int32_t width, height; /* pixels; page units = pixels * page width / width */
	char hash[65];	  /* hex SHA-256 once stored, else "" */
};

/* One value read at a place the form prescribes, before it is understood. */
struct zone_reading {
	const char *path; /* of the XSD: "patient/name", "lines[2]/charge" (from 1) */
	const char *text; /* raw, as read, a line each; checked boxes: the option's code */
	struct box box;
	float confidence;
	struct alternative *alternatives;
	size_t n_alternatives;
};

struct page {
	int number; /* in its drop, from 1 */
	int32_t width, height;
	int dpi;	/* of the picture as it was decided to be; 0 for a text layer alone */
	int rotation;	/* 0, 90, 180, 270: clockwise turn that was applied */
	float skew_deg; /* clockwise turn that was applied after that */
	int turned; /* 0, 90, 180, 270: clockwise turn a person wants on top; words and
		     * picture are as they were read, and it is not packed */
	bool blank;
	enum source source; /* SOURCE_TEXT or SOURCE_OCR or SOURCE_ZONE (form) */
	const char *form;   /* document type whose form this is ("cms1500"), or NULL */
	struct word *words; /* in reading order */
	size_t n_words;
	struct zone_reading *zones;
	size_t n_zones;
	const char *barcodes; /* codes on it, as in stages/barcode.h; NULL: none */
	struct image_blob display, thumbnail;
};

/* Findings: see DESIGN.md "Words". */
enum finding_kind { FINDING_READING, FINDING_DOCUMENT };
enum severity { SEVERITY_WARN, SEVERITY_STOP }; /* only STOP makes an exception */

struct finding {
	const char *code; /* fixed, lower case with dashes: "missing", "sum-of-lines" */
	enum finding_kind kind;
	enum severity severity;
	const char **fields; /* paths concerned; a line's: "lines[2]/charge" */
	size_t n_fields;
	const char *text; /* a sentence a clerk understands */
};

struct feature { /* what speaks for or against a value: "least-word", 0.83 */
	const char *name;
	float value;
};

struct field {
	const char *path; /* "seller/name"; a line's: "lines/charge" with line > 0 */
	int line;	  /* 0 for header fields, else 1..n */
	const char *raw;  /* as read */
	const char *value; /* canonical; NULL when raw could not be understood */
	int page;	   /* 0 when it stands on no page (XML) */
	struct box box;
	enum source source;
	float confidence; /* 0..1: our estimate that value is right */
	bool accepted;	  /* needs no person */
	const char *why;  /* proof or reason in a few words: "sum closes"; may be NULL */
	struct alternative *alternatives; /* canonical values, best first, without value */
	size_t n_alternatives;
	struct feature *features; /* for trust.c; not kept beyond the stages */
	size_t n_features, cap_features;
};

/* What a stage or a person may have to know of where the document came from. */
struct doc {
	struct arena *arena; /* owns everything below; not owned by the doc */
	const char *id;	     /* UUID as text, or NULL in evaluate */
	const char *client;  /* code, or NULL */
	const char *name;    /* file name as people see it */
	const char *format;  /* "pdf", "tiff", "png", "jpeg", "webp", "jp2", "bmp", "gif",
			      * "xml", or NULL when not recognised */
	const char *received_on; /* YYYY-MM-DD, or NULL */
	const char *type;	 /* name of the document type, once classified */
	float type_confidence;
	bool structured; /* fields came as XML; pages are only for people to look at */
	int pages_in_file;
	struct page **pages;
	size_t n_pages, cap_pages;
	struct field *fields; /* path and line of one that was added never change */
	size_t n_fields, cap_fields;
	struct field_index *index; /* of doc.c */
	struct finding *findings;
	size_t n_findings, cap_findings;
	const char *instance; /* XML, once built and valid; NULL otherwise */
	struct evidence *evidence; /* what it shows of its supplier (learn.h), or NULL */
	struct known *known;	   /* whose paper it is (learn.h), or NULL */
	/* Of a container (part.h): what is inside, and what the mail says of itself. With a
	 * part that is not merely listed it is no document but will be split. */
	struct part *parts;
	size_t n_parts, cap_parts;
	const struct mail *mail; /* or NULL */
	/* What its index file says (sidecar.h); and that it should have one, and has none. */
	struct prekeyed *prekeyed;
	size_t n_prekeyed, cap_prekeyed;
	bool index_missing;
	/* What goes out should it become ready: files in the format its client's door wants. */
	const char *format_out; /* NULL: none */
	const struct rendered *files; /* render.h */
	size_t n_files;
};

struct doc *doc_new(struct arena *arena);
/* The same with fields and findings of its own, so that a stage that did not come to its
 * end can be run again on what was there before. Pages are shared. */
struct doc *doc_copy(const struct doc *doc);
struct page *doc_add_page(struct doc *doc);
/* Gives the field to fill: the one already there (look with doc_field first where the first
 * reading is to win) or a new one. Good until the next field is added. */
struct field *doc_add_field(struct doc *doc, const char *path, int line);
/* Without looking whether it is there: for thousands of lines. */
struct field *doc_append_field(struct doc *doc, const char *path, int line);
struct field *doc_field(const struct doc *doc, const char *path, int line); /* or NULL */
const char *doc_value(const struct doc *doc, const char *path, int line); /* or NULL */
/* Notes what speaks for or against a field's value; name is borrowed, the value should
 * be about -1 to 1. The same name again replaces it. */
void doc_feature(const struct doc *doc, struct field *field, const char *name,
		 float value);
int doc_lines(const struct doc *doc); /* highest line number of a path "lines/..." */
void doc_remove_line(struct doc *doc, int line); /* and renumbers those after it */
/* fields: space separated paths, copied; fmt becomes the clerk's sentence. */
struct finding *doc_find(struct doc *doc, const char *code, enum finding_kind kind,
			 enum severity severity, const char *fields, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
bool doc_has_stop(const struct doc *doc);

/* Flat bytes between reader and worker, and as words blob in the database. Image bytes
 * are not part of a packed page: they travel as blobs of their own. doc_unpack_page checks
 * everything (counts, boxes inside the page, text clean); RC_FAIL says what is off. */
void doc_pack_page(struct pack *p, const struct page *page);
enum rc doc_unpack_page(struct unpack *u, struct arena *arena, struct page *out,
			struct err *err);
/* Fields, findings, format, pages_in_file, structured, type and its confidence: all that is
 * not pages. Unpacking adds to the fields and findings the doc already has. */
void doc_pack_fields(struct pack *p, const struct doc *doc);
enum rc doc_unpack_fields(struct unpack *u, struct doc *doc, struct err *err);

/* The first two bytes of a words blob are its version; bump when the layout changes, and go
 * on reading the older ones: the database is full of them. */
#define DOC_PACK_VERSION 2

static inline int32_t box_right(struct box b)
{
	return b.x + b.w;
}
static inline int32_t box_bottom(struct box b)
{
	return b.y + b.h;
}
struct box box_union(struct box a, struct box b); /* an empty box is neutral */
bool box_overlaps(struct box a, struct box b);

#endif
