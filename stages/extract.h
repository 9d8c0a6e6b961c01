/* extract.h - what the parts of extraction share. Private to stages/.
 *
 * marks (labels.c): where words that label a field stand. candidates (candidates.c):
 * print that has the shape of a date, an amount... options (options.c): a candidate
 * proposed for a field, because of a mark or of where it stands. choose.c picks one
 * option per field so that all of them agree as well as they can; amounts.c knows how
 * totals agree; parties.c reads names and addresses; lines.c reads tables. Everything
 * lives in the work's arena, only what becomes a field is copied into the document's.
 */
#ifndef INTRAY_STAGES_EXTRACT_H
#define INTRAY_STAGES_EXTRACT_H

#include "doc.h"
#include "layout.h"
#include "schema.h"
#include "value.h"

/* How this document writes numbers and dates; decided once, by evidence (locale.c). */
struct locale {
	char mark;	      /* '.', ',' or 0 */
	int day_first;	      /* 1, 0 or -1 */
	float day_sure;	      /* 0..1 */
	const char *currency; /* ISO code or NULL */
	float currency_sure;
	struct span currency_span; /* a place that shows it */
};

struct mark { /* a label on the page */
	struct span span;
	struct box box;
	const struct fieldtype *field;
	const struct label *label;
	uint16_t length;   /* of the label's letters and digits */
	uint8_t misread;   /* letters that differ */
	bool negative;	   /* looks like a label but speaks against the field */
	bool heads_column; /* stands in the head of a table of lines */
	bool learnt;	   /* the supplier's own words for the field */
};

struct candidate {
	enum kind kind; /* KIND_DATE, KIND_TIME, KIND_AMOUNT, KIND_PERCENT, KIND_IBAN,
			   ... */
	struct span span;
	struct box box;
	const char *raw, *value;
	float confidence; /* of the reader, least sure word */
	struct decimal number;
	int decimals;
	bool money;	/* a currency stands beside it or it has two decimals */
	bool ambiguous; /* date whose order only the locale settled */
	bool in_table;	/* stands in a line item */
	bool worn;	/* an amount only by guessing (doubtful.c) */
};

enum relation {
	REL_NONE,
	REL_BESIDE, /* follows the label in its cell */
	REL_RIGHT,  /* the next cell of the row */
	REL_FAR,    /* a later cell of the row */
	REL_BELOW,
	REL_PLACE /* no label: because of where it stands */
};

struct option {
	const struct fieldtype *field;
	struct span span;
	struct box box;
	const char *raw, *value;
	float confidence; /* of the reader */
	float score;	  /* 0..1: how well label, place and shape fit */
	enum relation relation;
	const struct candidate *candidate; /* or NULL: read as text */
	const struct mark *mark;	   /* or NULL */
	struct decimal number;
};

struct options {
	struct option *list; /* best first once sorted */
	size_t n, cap;
	bool marked; /* a label of the field stands somewhere */
};

struct terminal { /* rows of a card terminal's slip, both ends included */
	uint32_t sheet, first, last;
};

struct work {
	struct arena *arena;
	struct doc *doc;
	const struct doctype *type;
	struct layout layout;
	struct locale locale;
	bool ocr; /* any page was read from a picture */
	struct mark *marks;
	size_t n_marks, cap_marks;
	struct candidate *candidates;
	size_t n_candidates, cap_candidates;
	struct candidate *doubts; /* other ways to read amounts (doubtful.c) */
	size_t n_doubts, cap_doubts;
	struct options *options; /* one per field of the type */
	struct span *used;	 /* print that a field has taken */
	size_t n_used, cap_used;
	struct terminal *terminals;
	size_t n_terminals, cap_terminals;
};

/* labels.c */
/* Whether the words from a run on spell `key` (letters and digits of a label, folded);
 * *to is the byte behind them, *misread how many letters differ (0 unless tolerant). */
bool row_spells(const struct row *row, size_t run, const char *key, bool tolerant,
		uint32_t *to, int *misread);
char *label_key(struct arena *arena, const char *text);
void find_marks(struct work *work);

/* locale.c */
void decide_locale(struct work *work);

/* candidates.c */
void find_candidates(struct work *work);

/* doubtful.c: worn amounts of slips, and other ways to read them. */
void find_doubtful(struct work *work);
/* Adds the doubts to the options whose print they concern. */
void offer_doubts(struct work *work);

/* options.c */
void find_options(struct work *work);
/* What a candidate may be for a field. */
struct option option_of(const struct fieldtype *field, const struct candidate *c,
			float score, enum relation relation);
void option_add(struct work *work, struct option option);
/* The same into options that are sorted already: they stay so. */
void option_insert(struct work *work, struct option option);
void options_sort(struct options *options); /* best first */
size_t field_index(const struct work *work, const struct fieldtype *field);
const struct fieldtype *field_by_role(const struct work *work, enum kind kind,
				      const char *role);

/* Faint labels ("vom", "#") do not take print away from others. */
bool mark_firm(const struct mark *mark);
bool below_mark(const struct mark *mark, struct box box,
		int32_t em); /* in its column */
/* option_text.c: the print beside or under a label, for kinds without a shape. */
void propose_texts(struct work *work, const struct mark *mark);

/* choose.c */
void choose(struct work *work);
/* Makes the option a field of the document; confidence 0..1 is our own estimate. */
struct field *settle(struct work *work, const struct option *option, float confidence,
		     const char *why);
bool span_used(const struct work *work, struct span span);
void span_use(struct work *work, struct span span);

/* choose_evidence.c: what speaks for and against the choice, as features of the field.
 */
void note_evidence(const struct work *work, const struct option *option,
		   struct field *field);
/* The score of the best option that says something else. */
float best_rival(const struct work *work, const struct option *option);

/* terminal.c: what the card terminal printed on a till's slip. */
void find_terminals(struct work *work);
bool terminal_print(const struct work *work, struct span span);
/* Lowers the options of a field that stand on the terminal's slip. */
void doubt_terminal(struct work *work, struct options *options);
/* The same for all fields that are told outside of it, too; before options are sorted.
 */
void prefer_till(struct work *work);

/* amounts.c */
/* Whether some printed rate makes the tax out of the net. */
bool printed_rate_fits(const struct work *work, struct decimal tax, struct decimal net);
void choose_totals(struct work *work);

/* merchant.c: name and address at the head of a slip, for fields of the role. */
void find_merchant(struct work *work, const char *role);
/* merchant_page.c: the same on full pages, before and after blocks were looked at. */
void find_merchant_in_text(struct work *work, const char *role);
void find_merchant_in_title(struct work *work, const char *role);

/* parties.c */
void find_parties(struct work *work);

/* places.c: notes where values stand, and which learnt labels led to fields. */
void note_places(struct work *work);

/* payment_code.c: what a QR code for banks says, after fields were chosen. */
void take_payment_codes(struct work *work);

/* lines.c */
void find_lines(struct work *work);

#endif
