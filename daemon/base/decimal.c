/* decimal.c - exact decimal arithmetic for money and quantities.
 *
 * Numbers have at most 38 digits, 12 of them behind the point. Every operation either
 * gives the exact result or returns false; only decimal_div and decimal_round round,
 * half away from zero, to the digits they were asked for. */
#include "decimal.h"

#include <stdint.h>
#include <string.h>

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

enum { SCALE_MAX = 12, DIGITS_MAX = 38 };

static wide power(int exponent)
{
	wide result = 1;

	while (exponent-- > 0)
		result *= 10;
	return result;
}

static bool fits(wide coef)
{
	wide limit = power(DIGITS_MAX - 1);

	return coef / 10 < limit && coef / 10 > -limit;
}

/* coef * 10^exponent; leaves *out alone when that does not fit. */
static bool shift_up(wide coef, int exponent, wide *out)
{
	wide shifted;

	if (coef == 0) {
		*out = 0;
		return true;
	}
	if (exponent >= DIGITS_MAX)
		return false;
	if (__builtin_mul_overflow(coef, power(exponent), &shifted) || !fits(shifted))
		return false;
	*out = shifted;
	return true;
}

static bool align(struct decimal *a, struct decimal *b)
{
	if (a->scale < b->scale) {
		if (!shift_up(a->coef, b->scale - a->scale, &a->coef))
			return false;
		a->scale = b->scale;
	} else if (b->scale < a->scale) {
		if (!shift_up(b->coef, a->scale - b->scale, &b->coef))
			return false;
		b->scale = a->scale;
	}
	return true;
}

static wide divide_rounded(wide numerator, wide denominator)
{
	wide quotient = numerator / denominator;
	wide rest = numerator % denominator;
	wide half;

	if (rest < 0)
		rest = -rest;
	half = denominator < 0 ? -denominator : denominator;
	if (rest >= half - rest)
		quotient += (numerator < 0) == (denominator < 0) ? 1 : -1;
	return quotient;
}

bool decimal_parse(const char *text, struct decimal *out)
{
	bool negative = *text == '-';
	bool point = false, digit_last = false;
	struct decimal d = {0, 0};

	if (negative)
		text++;
	for (; *text; text++) {
		if (*text == '.' && digit_last && !point) {
			point = true;
			digit_last = false;
			continue;
		}
		if (*text < '0' || *text > '9')
			return false;
		digit_last = true;
		d.scale += point;
		if (d.scale > SCALE_MAX || !shift_up(d.coef, 1, &d.coef))
			return false;
		d.coef += *text - '0';
	}
	if (!digit_last)
		return false;
	if (negative)
		d.coef = -d.coef;
	*out = d;
	return true;
}

char *decimal_print(struct decimal d, int min_decimals, char *buf)
{
	uwide rest = d.coef < 0 ? -(uwide)d.coef : (uwide)d.coef;
	char digits[DECIMAL_TEXT_MAX];
	int n = 0, len = 0;

	/* From the right: at least one digit before the point. */
	while ((rest > 0 || n <= d.scale) && n < DECIMAL_TEXT_MAX) {
		digits[n++] = (char)('0' + (int)(rest % 10));
		rest /= 10;
	}
	if (d.coef < 0)
		buf[len++] = '-';
	while (n > 0) {
		buf[len++] = digits[--n];
		if (n == d.scale && n > 0)
			buf[len++] = '.';
	}
	if (d.scale == 0 && min_decimals > 0)
		buf[len++] = '.';
	for (int i = d.scale; i < min_decimals && len < DECIMAL_TEXT_MAX - 1; i++)
		buf[len++] = '0';
	buf[len] = '\0';
	return buf;
}

bool decimal_add(struct decimal a, struct decimal b, struct decimal *out)
{
	struct decimal sum;

	if (!align(&a, &b) || __builtin_add_overflow(a.coef, b.coef, &sum.coef) ||
	    !fits(sum.coef))
		return false;
	sum.scale = a.scale;
	*out = sum;
	return true;
}

bool decimal_sub(struct decimal a, struct decimal b, struct decimal *out)
{
	return decimal_add(a, decimal_neg(b), out);
}

static void strip_zeros(struct decimal *d)
{
	while (d->scale > 0 && d->coef % 10 == 0) {
		d->coef /= 10;
		d->scale--;
	}
}

bool decimal_mul(struct decimal a, struct decimal b, struct decimal *out)
{
	struct decimal product;

	/* Zeros behind the point are given up only where the result needs the room. */
	if (a.scale + b.scale > SCALE_MAX) {
		strip_zeros(&a);
		strip_zeros(&b);
	}
	product.scale = a.scale + b.scale;
	if (__builtin_mul_overflow(a.coef, b.coef, &product.coef) ||
	    !fits(product.coef))
		return false;
	if (product.scale > SCALE_MAX)
		strip_zeros(&product);
	if (product.scale > SCALE_MAX)
		return false;
	*out = product;
	return true;
}

bool decimal_div(struct decimal a, struct decimal b, int scale, struct decimal *out)
{
	int exponent = scale + b.scale - a.scale;
	wide numerator = a.coef, denominator = b.coef;

	if (b.coef == 0 || scale < 0 || scale > SCALE_MAX)
		return false;
	if (exponent >= 0 ? !shift_up(numerator, exponent, &numerator)
			  : !shift_up(denominator, -exponent, &denominator))
		return false;
	*out = (struct decimal){divide_rounded(numerator, denominator), scale};
	return true;
}

struct decimal decimal_round(struct decimal d, int scale)
{
	if (scale < 0)
		scale = 0;
	if (d.scale <= scale)
		return d;
	return (struct decimal){divide_rounded(d.coef, power(d.scale - scale)), scale};
}

struct decimal decimal_neg(struct decimal d)
{
	return (struct decimal){-d.coef, d.scale};
}

struct decimal decimal_abs(struct decimal d)
{
	return d.coef < 0 ? decimal_neg(d) : d;
}

int decimal_cmp(struct decimal a, struct decimal b)
{
	bool a_is_coarser = a.scale < b.scale;

	/* The coarser number did not fit when brought to the finer one's scale: its
	 * magnitude is the greater one. */
	if (!align(&a, &b))
		return (a_is_coarser ? a.coef > 0 : b.coef < 0) ? 1 : -1;
	return a.coef < b.coef ? -1 : a.coef > b.coef;
}

bool decimal_is_zero(struct decimal d)
{
	return d.coef == 0;
}

bool decimal_near(struct decimal a, struct decimal b, struct decimal tolerance)
{
	struct decimal difference;

	return decimal_sub(a, b, &difference) &&
	       decimal_cmp(decimal_abs(difference), tolerance) <= 0;
}
