/* decimal.h - exact decimal numbers for money and quantities; never double.
 *
 * value = coef * 10^-scale. Scale is 0 to 12; a result that does not fit is an error
 * (functions return false), never a silent rounding. */
#ifndef INTRAY_DECIMAL_H
#define INTRAY_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>

struct decimal {
	__extension__ __int128 coef;
	int scale;
};

#define DECIMAL_TEXT_MAX 48

/* Canonical text only: optional '-', digits, optional '.' and digits; no spaces, no
 * thousands separators, no exponent, no '+'. (Printed amounts: value.h.) */
bool decimal_parse(const char *text, struct decimal *out);
/* Canonical text with at least min_decimals digits after the point; further trailing
 * zeros of d are kept. buf holds DECIMAL_TEXT_MAX bytes; returns buf. */
char *decimal_print(struct decimal d, int min_decimals, char *buf);

bool decimal_add(struct decimal a, struct decimal b, struct decimal *out);
bool decimal_sub(struct decimal a, struct decimal b, struct decimal *out);
bool decimal_mul(struct decimal a, struct decimal b, struct decimal *out);
/* a / b rounded half away from zero to `scale` digits; false when b is 0. */
bool decimal_div(struct decimal a, struct decimal b, int scale, struct decimal *out);
/* Rounded half away from zero to `scale` digits after the point. */
struct decimal decimal_round(struct decimal d, int scale);
struct decimal decimal_neg(struct decimal d);
struct decimal decimal_abs(struct decimal d);
int decimal_cmp(struct decimal a, struct decimal b); /* <0, 0, >0 by value: 1.0 == 1.00 */
bool decimal_is_zero(struct decimal d);
bool decimal_near(struct decimal a, struct decimal b, struct decimal tolerance);

#endif
