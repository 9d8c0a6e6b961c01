/* render_ubl_map.h - which of our fields feeds which element of UBL 2.1. Private. */
#ifndef INTRAY_RENDER_UBL_MAP_H
#define INTRAY_RENDER_UBL_MAP_H

#include "doc.h"

enum ubl_in { IN_BOTH, IN_INVOICE, IN_CREDIT_NOTE };
enum ubl_kind {
	UBL_TEXT,
	UBL_NUMBER,
	UBL_QUANTITY,	/* with the line's unit as unitCode */
	UBL_AMOUNT,	/* with currencyID */
	UBL_TAX_AMOUNT, /* with the currency of the VAT (BT-6) */
	UBL_TABLE,	/* `to` once for every row of table `from`, filled by `rows` */
};
enum ubl_need {
	NEED_NOT,
	NEED_STANDARD, /* EN 16931 has no invoice without it */
	NEED_FILE,     /* nor has UBL, or nobody could book it */
};

/* An element. `to` is its path from the root or the row; "+" before a name makes a new
 * element where one of that name stands already. */
struct ubl_row {
	enum ubl_in in;
	enum ubl_kind kind;
	const char *to;
	const char
		*from; /* path of our field; a row's without its table; NULL: literal */
	const char *literal,
		*with; /* this text, wherever our field `with` has a value */
	enum ubl_need need;
	const char *what; /* as a person calls it, with its number in the standard */
	const struct ubl_row *rows;
};

extern const struct ubl_row ubl_rows[]; /* ends with a NULL `to` */

/* Fields that only rendering has. */
#define UBL_CONFORMS "$conforms"	   /* the standard it keeps to */
#define UBL_PAYMENT_MEANS "$payment_means" /* UNTDID 4461 */
#define UBL_NUMBER_OF_LINE "lines/$number" /* BT-126 */
#define UBL_LINE_TAX "lines/$taxed"	   /* VAT category or rate is known */

/* Adds to a copy of the document what follows from its values by the standard's own
 * formulas and nothing else: totals whose sums hold, the parts of a one-line address,
 * the VAT breakdown where it makes the printed VAT. */
void ubl_derive(struct doc *doc, bool credit_note);
/* Gives a field that has none a value; value is borrowed. */
void ubl_set(struct doc *doc, const char *path, int line, const char *value);

#endif
