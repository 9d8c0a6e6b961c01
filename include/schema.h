/* schema.h - a document type: one XSD and what its annotations say.
 *
 * schemas/NAME.xsd is plain XSD 1.0 without target namespace; the root element is NAME.
 * Header groups are xs:all; lines sit in <lines> as repeated <line>. A field is a leaf
 * element; its path is its element names below the root joined by "/". An element that
 * holds nothing but one repeated element is a table: lines/line/charge is written
 * "lines/charge", one value per line number. `lines` are the service lines; a type may
 * have further tables (an invoice's "vat_breakdown/rate"). What XSD cannot say stands
 * in xs:appinfo, in namespace "urn:intray:type:1" (prefix `t` below); what the loader
 * does not know there is an error with file and line:
 *
 * on the root element:
 *   <t:type title="Invoice" priority="50" fallback="no" budget="0.01"/>    fallback: what
 *       nothing claims; budget, accept: default for the fields; paper="slip": a till's
 *   <t:sign lang="de" weight="3">rechnung</t:sign>   words that speak for (or, negative, against)
 *       this type, folded; attribute where="title" counts only in the page's upper third or in large
 *       type; where="narrow" has no words and counts when the print is a narrow slip,
 *       where="table" when a row reads like the heading of the type's lines
 *   <t:rule id="BR-CO-15" fields="a b c" test="m:eq(...)"
 * severity="stop|warn|proof" kind="document|reading" when-missing="skip|run"
 * each="line" proves="a b">sentence for the clerk</t:rule> test: XPath 1.0 with the
 * root element as context node (each="line": every line); $received_on is the day the
 * document came, $structured is set when its values came as data; fields: the rule is skipped when one of them is absent or unreadable;
 * proves: values that need no person when the test holds over independently read
 * values; severity="proof": it only proves, and says nothing when it does not hold
 *   <t:check name="supplier-known" fields="..." severity="...">sentence</t:check>
 *   <t:form width="2550" height="3300">   the type is a fixed form; what is printed on
 * it, in <t:rule-at x="80" y="394" w="2378" heavy="yes"/>   form units (form.h):
 * horizontal rules <t:rule-at x="80" y="394" h="2803" dashed="yes"/>  (w) and vertical
 * ones (h; rows="6" pitch="100" repeats one), and words <t:anchor x="80" y="235"
 * w="800" h="55">health insurance claim form</t:anchor>   that
 *   </t:form>                            identify it (folded); where values stand:
 * zones below on a field's element: <t:field title="Invoice date" kind="date"
 * term="BT-2" order="20|none" double="yes|no" see="all|restricted" keep="10y"
 * hint="..." role="seller" budget="0.01" derive="paths it can be made from"
 * doubt="stop|drop" letters="0123"/>   title: as a clerk calls it; order="none": never
 * keyed; doubt="drop": a value that is not accepted is left out of the document instead
 * of making it an exception; budget: the share of wrong values that is borne among
 * those no person sees, or accept="0.97": the confidence itself from which no person is
 * needed; role="coding": no paper shows it, the business proposes it (lookup); letters: the only characters that stand in the field on a form <t:label
 * lang="en" weight="1">invoice date</t:label>   folded words that stand before, above
 * or beside the value; a negative weight marks words that only look like it
 *       ("total items"); value="381": the words themselves mean this code ("credit
 * note") <t:zone page="any" x="" y="" w="" h="" value="M"/>  form units, see form.h;
 * value: the code a checked box stands for; rows="6" pitch="100" for the first of a
 * form's rows; print="1" or print="2-" when only that line, or the lines from that one
 * on, of the text count
 *
 * The C below is what stages use; it never shows libxml2. */
#ifndef INTRAY_SCHEMA_H
#define INTRAY_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "doc.h"
#include "err.h"

struct known_site; /* learn.h */

enum kind {
	KIND_TEXT,
	KIND_DATE,
	KIND_TIME,
	KIND_AMOUNT, /* money */
	KIND_QUANTITY,
	KIND_PERCENT,
	KIND_IDENTIFIER, /* number of an invoice, order, customer... */
	KIND_PARTY,	 /* a company's or person's name */
	KIND_ADDRESS,	 /* street lines, postcode, city on one line */
	KIND_COUNTRY,
	KIND_CURRENCY, /* ISO 4217 */
	KIND_IBAN,
	KIND_BIC,
	KIND_VAT_ID,
	KIND_TAX_NUMBER,
	KIND_PHONE,
	KIND_EMAIL,
	KIND_UNIT,     /* unit of measure as printed or UN/ECE Rec 20 */
	KIND_CODE,     /* one of an enumeration */
	KIND_CHECKBOX, /* one of an enumeration, by ink in a box */
	KIND_NPI,
	KIND_ICD,
	KIND_PROCEDURE, /* CPT or HCPCS: five characters */
	KIND_STATE,	/* of the USA: two letters */
	KIND_ZIP,
	KIND_SIGNATURE,
	KIND_N
};
const char *kind_name(enum kind kind); /* "tax-number" */

struct label {
	const char *lang;  /* "en", "de", "fr", "es" */
	const char *text;  /* folded (text_fold) */
	float weight;	   /* below 0: looks like a label of the field but is none */
	const char *value; /* the code these words stand for by themselves, or NULL */
	const char *key;   /* its letters and digits alone, as print is compared with it */
};

struct zone {	  /* in form units (form.h) */
	int page; /* 0 any */
	float x, y, w, h;
	const char *value; /* checkbox code, or NULL */
	float row_pitch;   /* distance to the next line's zone; 0 for header fields */
	int rows;
	int first_print,
		last_print; /* lines of print that count, from 1; 0 = no limit */
};

struct form_rule { /* a straight line printed on a form, in form units; w or h is 0 */
	float x, y, w, h;
	bool heavy, dashed;
};
struct form_anchor { /* words printed on a form at a known place */
	float x, y, w, h;
	const char *text; /* folded */
};
struct form_print {
	float width, height; /* of the sheet */
	struct form_rule *rules;
	size_t n_rules, cap_rules;
	struct form_anchor *anchors;
	size_t n_anchors, cap_anchors;
};

struct fieldtype {
	const char *path;  /* "seller/name", "lines/charge" */
	const char *title; /* "Invoice date" */
	bool line;	   /* a column of a table: fields carry line numbers */
	const char *table; /* "lines", "vat_breakdown"; NULL for header fields */
	const char *item;  /* element repeated in the table: "line"; NULL */
	int position;	   /* in the XSD, from 0: the order of an instance */
	bool required; /* minOccurs="1" or a profile says so; of a table: in each line
			*/
	const char
		*needed_in; /* required only where this optional group has any value */
	bool keyed;	    /* false: a profile or order="none" keeps it off the desk */
	bool mark_double; /* double="yes": worth a second key, if the client wants one
			   */
	bool key_double;  /* keyed twice, blind: its client's profile says so */
	bool critical;	  /* a mistake in it is a grave one, says the profile */
	bool restricted;    /* see="restricted" */
	bool drop_doubtful; /* doubt="drop" */
	enum kind kind;
	const char *term; /* BT-2, item 24F */
	const char *role; /* "seller", "buyer", "merchant", ...; NULL */
	const char *hint;
	const char *letters; /* that may stand in it, or NULL: as its kind allows */
	const char *derive;  /* paths it is derived from, or NULL */
	const char *keep;    /* retention: "10y" */
	int order;
	float accept; /* confidence from which it needs no person; 0: as budget says */
	float budget; /* share of wrong values among accepted ones that is borne */
	const char **codes; /* enumeration of the XSD simple type, or NULL */
	size_t n_codes;
	struct label *labels;
	size_t n_labels;
	struct zone *zones;
	size_t n_zones;
};

struct rule {
	const char *id, *test, *text;
	const char
		*table; /* each="line": the table whose every line is tested; or NULL */
	const char **fields;
	size_t n_fields;
	const char **proves; /* some of fields */
	size_t n_proves;
	enum severity severity;
	bool off;   /* by profile */
	bool final; /* by profile: nobody confirms it as printed */
	enum finding_kind kind;
	bool run_when_missing;
	bool proof_only; /* severity="proof" */
};

struct check {
	const char *name, *text;
	const char **fields;
	size_t n_fields;
	enum severity severity;
	bool off, final; /* by profile */
};

struct sign {
	const char *lang, *text;
	float weight;
	bool title;  /* counts only in the upper third or in large type */
	bool narrow; /* no words: the print is a narrow slip, as tills print it */
	bool table;  /* no words: a row heads a table of the type's lines */
	const char *key; /* as a label's */
};

/* How much of a client's finished documents somebody else looks over. */
struct sampling {
	float touchless, keyed, twice; /* shares, 0 to 1 */
	bool before_release;
};

/* How far an invoice may be above its order, per client: either will do. */
enum tolerance_of {
	TOLERANCE_PRICE,
	TOLERANCE_QUANTITY,
	TOLERANCE_TOTAL,
	TOLERANCE_UNORDERED, /* freight and the like, that no order has */
	TOLERANCE_N
};
const char *tolerance_name(enum tolerance_of of); /* "price" */
struct tolerance {
	char percent[16], amount[16]; /* decimals as text; empty: none */
};

struct doctype {
	const char *name, *title;
	char version[65]; /* hex SHA-256 of the XSD's bytes */
	const char *xsd;  /* the bytes */
	size_t xsd_len;
	bool fallback;
	/* What it is about in money: a header field, and another or a code ("USD"); NULL:
	 * nothing. For the statement of what was handed over. */
	const char *sum, *currency;
	bool lines_required; /* at least one line */
	int priority;
	bool is_form;
	struct form_print *print; /* what is printed on the form; NULL when no form */
	struct fieldtype *fields; /* in keying order */
	size_t n_fields;
	struct rule *rules;
	size_t n_rules;
	struct check *checks;
	size_t n_checks;
	struct sign *signs;
	size_t n_signs;
	struct compiled_schema *compiled; /* stages/xml.c */
	enum severity digit_severity; /* of a check digit that fails; by profile */
	bool digit_off, digit_final;
	bool slip; /* its paper is a till's, which reads worse than sheets (trust.h) */
	struct tolerance tolerances[TOLERANCE_N]; /* by profile */
	struct sampling sampling; /* by profile; none: nothing is sampled */
	const struct trust *trust; /* the learnt model (trust.h), or NULL; not owned */
};

struct schema_set {
	struct arena *arena;
	struct doctype *types;
	size_t n_types, cap_types;
};

/* All *.xsd of a folder. RC_FAIL names file and line. Free with schema_set_free. */
enum rc schema_load_dir(const char *dir, struct schema_set **out, struct err *err);
enum rc schema_add(struct schema_set *set, const char *name, const char *xsd,
		   size_t len, struct err *err); /* copies the bytes */
struct schema_set *schema_set_new(void);
void schema_set_free(struct schema_set **set);
const struct doctype *schema_type(const struct schema_set *set, const char *name);
const struct fieldtype *doctype_field(const struct doctype *type, const char *path);
/* Gives all types the learnt model; the set does not own it. NULL takes it away. */
void schema_set_trust(struct schema_set *set, const struct trust *trust);
/* From which confidence on a value of the field needs no person: what the type or the
 * profile says, else what the model needs to keep the field's error budget. */
float doctype_accept(const struct doctype *type, const struct fieldtype *field,
		     enum source source);

/* What a client changes of a type, as text (one line per change, '#' comments):
 *   field PATH required|optional|not-keyed|double-keyed|critical
 *   second-key marked on|off  all fields with double="yes" are double-keyed, or none
 *   quality touchless|keyed|double 2%   how much of what the machine did alone, of
 *                             what was keyed, of what was keyed twice is looked over
 *   quality release before|after   whether a sampled document waits for that (after)
 *   rule ID stop|final|reasoned|warn|off   ID: of a rule or a check, or check-digit;
 *                             final: nobody may confirm it as printed; reasoned: only
 *                             with a reason from the client's list
 *   tolerance price|quantity|total|unordered 2%  or 0.50: how far an invoice may be
 *                             above its order
 *   limit skips 5             documents a clerk may skip in a day
 *   budget PATH 0.2%          error budget: at most so many of the values that no
 *                             person sees may be wrong; the threshold follows
 *   accept PATH 0.99          confidence from which no person is needed, instead
 * Gives a copy of the type with the profile laid over it, in the arena. */
enum rc doctype_with_profile(const struct doctype *type, const char *profile,
			     struct arena *arena, const struct doctype **out,
			     struct err *err);

/* What the business has against a document, and what it adds to it. */
struct objection {
	const char *check;  /* the check that does not hold */
	const char *fields; /* paths it concerns, space separated; NULL: the check's */
	const char *text;   /* what is off and what to do, after the check's sentence;
			       NULL: the sentence says it all */
};
struct proposal { /* a value no paper shows: an account, a cost centre */
	const char *path, *value;
	int line;
	const char *why; /* "from the order" */
};
struct business {
	struct objection *objections;
	size_t n_objections, cap_objections;
	struct proposal *proposals;
	size_t n_proposals, cap_proposals;
};

/* The one implementation of "is this document right", used by worker, desk and
 * evaluate. Removes earlier findings with codes of its own, asks the business, builds
 * the instance, validates it, runs rules and check digits, adds findings in the type's
 * order, sets each field's `accepted` and doc->instance (only when XSD-valid). */
struct lookup { /* the business's own knowledge; NULL = not applicable */
	void *ctx;
	/* Asks these checks ("supplier-known", "duplicate"...) at once. A check that holds,
	 * or does not apply because its master data is not there, is not objected to. The
	 * answer lives in the document's arena. */
	enum rc (*ask)(void *ctx, const struct doc *doc, const char *const *checks,
		       size_t n_checks, struct business *said, struct err *err);
	/* The sites whose evidence this document (type and evidence set) shares most,
	 * best first, in the document's arena; NULL: nothing was ever learnt. */
	enum rc (*suppliers)(void *ctx, const struct doc *doc,
			     struct known_site **sites, size_t *n, struct err *err);
};
enum rc doc_validate(struct doc *doc, const struct doctype *type,
		     const struct lookup *lookup, struct err *err);

/* Canonical form of raw text for a kind; NULL when it can't be one. hint_day_first: 1
 * day/month, 0 month/day, -1 unknown (ambiguous dates then give NULL unless equal). */
const char *value_canonical(struct arena *arena, enum kind kind, const char *raw,
			    int hint_day_first, char decimal_mark);
/* Check digit where the kind has one: 1 holds, 0 fails, -1 none defined. */
int value_check_digit(enum kind kind, const char *canonical);
/* Typed comparison of the data README: dates and amounts by value, text by text_key. */
bool value_equal(enum kind kind, const char *a, const char *b);

#endif
