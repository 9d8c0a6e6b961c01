/* value.h - printed values: numbers, dates, times and codes as people write them.
 * Private to stages/; the rest of the program uses value_canonical and value_equal
 * (schema.h). */
#ifndef INTRAY_STAGES_VALUE_H
#define INTRAY_STAGES_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "decimal.h"

/* A number at the start of a text. decimal_mark: '.', ',' or 0 when the document has
 * not said; then a lone mark before exactly three digits is `ambiguous` and read as a
 * thousands mark. Returns the bytes used, 0 when no number starts there. */
struct printed_number {
	struct decimal value;
	int decimals;	/* digits printed after the mark */
	char mark;	/* the decimal mark it shows: '.', ',' or 0 */
	bool grouped;	/* it shows thousands marks */
	bool ambiguous; /* the mark could be either */
};
size_t number_scan(const char *s, char decimal_mark, struct printed_number *out);

/* Bytes of a minus sign, whichever dash the typesetter took; 0 when there is none. */
size_t minus_length(const char *s);

/* A date at the start of a folded text (text_fold). first and second are the two
 * smaller numbers as printed when only the document can tell which of them is the day.
 * Returns the bytes used, 0 when no date starts there. */
struct printed_date {
	int year, month, day;
	bool ambiguous;	 /* month and day may be the other way round */
	int day_first;	 /* what it proves: 1 day/month, 0 month/day, -1 nothing */
	bool short_year; /* two digits */
	bool month_name; /* written out */
};
size_t date_scan(const char *folded, struct printed_date *out);
/* Settles an ambiguous date; false when it stays undecided or is no date. */
bool date_settle(struct printed_date *date, int day_first);

/* A time of day at the start of a folded text: bytes used, or 0. */
size_t time_scan(const char *folded, int *hour, int *minute);

/* Tables (codes.c). All answers are static strings. */
/* ISO 4217 code of a symbol or code at the start of s; *len its bytes. NULL when none.
 */
const char *currency_scan(const char *s, size_t *len);
/* Whether a code is common enough to stand without an amount; others are also words. */
bool currency_common(const char *code);
const char *country_code(const char *folded); /* of a name or a code; NULL unknown */
int iban_length(const char *country);	      /* 0 when the country has none */
bool vat_id_matches(const char *compact);     /* "DE123456789": prefix and shape fit */
bool us_state(const char *code);
/* UN/ECE Rec 20 code of a printed unit ("Stück", "hours"), by its folded form. */
const char *unit_code(const char *folded);

#endif
