/* formula.c - the exact functions of rules: m:eq(m:add(net, tax), gross).
 *
 * XPath counts in doubles, where 0.1 + 0.2 is not 0.3 and an invoice that is right
 * would be called wrong. Rules therefore do their sums with these functions, over
 * decimal.h and date.h. They take and give canonical text ("1190.00", "2026-02-28").
 * What is absent, is no number, or does not fit makes the whole test not applicable: a
 * rule speaks only about values that were read. This file knows nothing of XML; xml.c
 * hands it to XPath. */
#include "formula.h"

#include <stdio.h>
#include <string.h>

#include "date.h"
#include "decimal.h"
#include "schema.h"

#define NO FORMULA_NOT_APPLICABLE

static enum formula_result truth(bool holds)
{
	return holds ? FORMULA_TRUE : FORMULA_FALSE;
}

static enum formula_result number(struct arena *arena, struct decimal d,
				  const char **out)
{
	char buf[DECIMAL_TEXT_MAX];

	*out = arena_strdup(arena, decimal_print(d, 0, buf));
	return FORMULA_TEXT;
}

static bool two_numbers(const char *const *args, struct decimal *a, struct decimal *b)
{
	return decimal_parse(args[0], a) && decimal_parse(args[1], b);
}

/* --- comparing -------------------------------------------------------- */

#define COMPARISON(name, relation)                                                     \
	static enum formula_result name(struct arena *arena, const char *const *args,  \
					size_t n, const char **out)                    \
	{                                                                              \
		struct decimal a, b;                                                   \
		(void)arena, (void)n, (void)out;                                       \
		return two_numbers(args, &a, &b) ? truth(decimal_cmp(a, b) relation 0) \
						 : NO;                                 \
	}
COMPARISON(is_eq, ==)
COMPARISON(is_ne, !=)
COMPARISON(is_lt, <)
COMPARISON(is_le, <=)
COMPARISON(is_gt, >)
COMPARISON(is_ge, >=)

static enum formula_result is_near(struct arena *arena, const char *const *args,
				   size_t n, const char **out)
{
	struct decimal a, b, tolerance;

	(void)arena, (void)n, (void)out;
	if (!two_numbers(args, &a, &b) || !decimal_parse(args[2], &tolerance))
		return NO;
	return truth(decimal_near(a, b, tolerance));
}

/* --- reckoning -------------------------------------------------------- */

static enum formula_result sum(struct arena *arena, const char *const *args, size_t n,
			       const char **out)
{
	struct decimal total = {0}, d;

	for (size_t i = 0; i < n; i++)
		if (!decimal_parse(args[i], &d) || !decimal_add(total, d, &total))
			return NO;
	return number(arena, total, out);
}

/* a1 * b1 + a2 * b2 + ...: amounts by their rates. */
static enum formula_result sum_of_products(struct arena *arena, const char *const *args,
					   size_t n, const char **out)
{
	size_t half = n / 2;
	struct decimal total = {0}, a, b;

	if (n % 2 == 0 || args[half] != NULL)
		return NO; /* columns of different length */
	for (size_t i = 0; i < half; i++)
		if (args[i] == NULL || !decimal_parse(args[i], &a) ||
		    !decimal_parse(args[half + 1 + i], &b) || !decimal_mul(a, b, &a) ||
		    !decimal_add(total, a, &total))
			return NO;
	return number(arena, total, out);
}

static size_t column_end(const char *const *args, size_t from, size_t n)
{
	while (from < n && args[from] != NULL)
		from++;
	return from;
}

/* Of the amounts whose neighbour in the second column is the key: those of one rate. */
static enum formula_result sum_where(struct arena *arena, const char *const *args,
				     size_t n, const char **out)
{
	size_t rows = column_end(args, 0, n), keys = column_end(args, rows + 1, n);
	struct decimal total = {0}, key, wanted, d;

	if (keys - rows - 1 != rows || keys + 2 != n ||
	    !decimal_parse(args[keys + 1], &wanted))
		return NO; /* columns of different length, or no single key */
	for (size_t i = 0; i < rows; i++) {
		if (!decimal_parse(args[i], &d) ||
		    !decimal_parse(args[rows + 1 + i], &key))
			return NO;
		if (decimal_cmp(key, wanted) == 0 && !decimal_add(total, d, &total))
			return NO;
	}
	return number(arena, total, out);
}

static enum formula_result subtract(struct arena *arena, const char *const *args,
				    size_t n, const char **out)
{
	struct decimal a, b;

	(void)n;
	if (!two_numbers(args, &a, &b) || !decimal_sub(a, b, &a))
		return NO;
	return number(arena, a, out);
}

static enum formula_result multiply(struct arena *arena, const char *const *args,
				    size_t n, const char **out)
{
	struct decimal product = {1, 0}, d;

	for (size_t i = 0; i < n; i++)
		if (!decimal_parse(args[i], &d) || !decimal_mul(product, d, &product))
			return NO;
	return number(arena, product, out);
}

static enum formula_result divide(struct arena *arena, const char *const *args,
				  size_t n, const char **out)
{
	struct decimal a, b;

	(void)n;
	if (!two_numbers(args, &a, &b) || !decimal_div(a, b, 8, &a))
		return NO;
	return number(arena, a, out);
}

static enum formula_result round_to(struct arena *arena, const char *const *args,
				    size_t n, const char **out)
{
	struct decimal d, digits;

	(void)n;
	if (!two_numbers(args, &d, &digits) || digits.scale != 0 || digits.coef < 0 ||
	    digits.coef > 12)
		return NO;
	return number(arena, decimal_round(d, (int)digits.coef), out);
}

static enum formula_result absolute(struct arena *arena, const char *const *args,
				    size_t n, const char **out)
{
	struct decimal d;

	(void)n;
	return decimal_parse(args[0], &d) ? number(arena, decimal_abs(d), out) : NO;
}

static enum formula_result negative(struct arena *arena, const char *const *args,
				    size_t n, const char **out)
{
	struct decimal d;

	(void)n;
	return decimal_parse(args[0], &d) ? number(arena, decimal_neg(d), out) : NO;
}

/* A value that may be absent, with what then stands for it. */
static enum formula_result or_else(struct arena *arena, const char *const *args,
				   size_t n, const char **out)
{
	(void)arena, (void)n;
	*out = args[0] ? args[0] : args[1];
	return FORMULA_TEXT;
}

/* The smallest amount of a currency: what rounding may leave over. */
static enum formula_result cent(struct arena *arena, const char *const *args, size_t n,
				const char **out)
{
	static const struct {
		const char *currencies, *smallest;
	} table[] = {
		{"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
		 "1"},
		{"HUF", "1"}, /* has fillér on paper only */
		{"BHD IQD JOD KWD LYD OMR TND", "0.001"},
	};

	(void)arena, (void)n;
	*out = "0.01";
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strlen(args[0]) == 3 && strstr(table[i].currencies, args[0]))
			*out = table[i].smallest;
	return FORMULA_TEXT;
}

/* --- days ------------------------------------------------------------- */

static bool two_days(const char *const *args, struct date *a, struct date *b)
{
	return date_parse(args[0], a) && date_parse(args[1], b);
}

static enum formula_result is_before(struct arena *arena, const char *const *args,
				     size_t n, const char **out)
{
	struct date a, b;

	(void)arena, (void)n, (void)out;
	return two_days(args, &a, &b) ? truth(date_cmp(a, b) < 0) : NO;
}

static enum formula_result is_not_after(struct arena *arena, const char *const *args,
					size_t n, const char **out)
{
	struct date a, b;

	(void)arena, (void)n, (void)out;
	return two_days(args, &a, &b) ? truth(date_cmp(a, b) <= 0) : NO;
}

static enum formula_result days_between(struct arena *arena, const char *const *args,
					size_t n, const char **out)
{
	struct date a, b;

	(void)n;
	if (!two_days(args, &a, &b))
		return NO;
	*out = arena_printf(arena, "%ld", date_number(b) - date_number(a));
	return FORMULA_TEXT;
}

/* --- check digits ----------------------------------------------------- */

static enum formula_result digit_holds(enum kind kind, const char *value)
{
	int holds = value_check_digit(kind, value);

	return holds < 0 ? NO : truth(holds);
}

#define CHECK_DIGIT(name, kind)                                                        \
	static enum formula_result name(struct arena *arena, const char *const *args,  \
					size_t n, const char **out)                    \
	{                                                                              \
		(void)arena, (void)n, (void)out;                                       \
		return digit_holds(kind, args[0]);                                     \
	}
CHECK_DIGIT(holds_iban, KIND_IBAN)
CHECK_DIGIT(holds_npi, KIND_NPI)
CHECK_DIGIT(holds_vat_id, KIND_VAT_ID)

static enum formula_result holds_luhn(struct arena *arena, const char *const *args,
				      size_t n, const char **out)
{
	int sum_of_digits = 0;
	size_t len = strlen(args[0]);

	(void)arena, (void)n, (void)out;
	if (len < 2 || strspn(args[0], "0123456789") != len)
		return NO;
	for (size_t i = 0; i < len; i++) {
		int digit = args[0][len - 1 - i] - '0';

		if (i % 2 == 1)
			digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
		sum_of_digits += digit;
	}
	return truth(sum_of_digits % 10 == 0);
}

/* --- diagnoses --------------------------------------------------------- */

static bool fits(char c, char shape)
{
	bool digit = c >= '0' && c <= '9', letter = c >= 'A' && c <= 'Z';

	return shape == '9'   ? digit
	       : shape == 'A' ? letter
	       : shape == 'X' ? digit || letter
			      : c == shape;
}

/* A code, its dot left out, against a shape: A a letter, 9 a digit, X either; what
 * follows the first `least` characters may be missing. */
static bool has_shape(const char *code, const char *shape, size_t least)
{
	size_t n = 0;

	for (; *code; code++) {
		if (*code == '.' && (n == 3 || n == 4))
			continue;
		if (!fits(*code, shape[n]))
			return false;
		n++;
	}
	return n >= least;
}

static enum formula_result is_icd10(struct arena *arena, const char *const *args,
				    size_t n, const char **out)
{
	(void)arena, (void)n, (void)out;
	return truth(has_shape(args[0], "A9XXXXX", 3));
}

static enum formula_result is_icd9(struct arena *arena, const char *const *args,
				   size_t n, const char **out)
{
	(void)arena, (void)n, (void)out;
	return truth(has_shape(args[0], "99999", 3) || has_shape(args[0], "V9999", 3) ||
		     has_shape(args[0], "E9999", 4));
}

#define MANY 10000

static const struct formula table[] = {
	{"eq", 2, 2, false, false, is_eq}, /* a = b, by value: 12.5 = 12.50 */
	{"ne", 2, 2, false, false, is_ne},
	{"lt", 2, 2, false, false, is_lt},
	{"le", 2, 2, false, false, is_le},
	{"gt", 2, 2, false, false, is_gt},
	{"ge", 2, 2, false, false, is_ge},
	{"near", 3, 3, false, false, is_near}, /* |a - b| <= tolerance */
	{"add", 1, MANY, false, false, sum},   /* a + b + ... */
	{"sub", 2, 2, false, false, subtract}, /* a - b */
	{"mul", 1, MANY, false, false, multiply},
	{"div", 2, 2, false, false,
	 divide}, /* a / b to 8 digits; b = 0: not applicable */
	{"round", 2, 2, false, false, round_to}, /* to n digits, half away from zero */
	{"abs", 1, 1, false, false, absolute},
	{"neg", 1, 1, false, false, negative},
	{"sum", 1, 1, true, false, sum}, /* of all nodes; of none: 0 */
	{"dot", 2, 2, true, false,
	 sum_of_products}, /* of two columns: a1*b1 + a2*b2 ... */
	{"sum-where", 3, 3, true, false,
	 sum_where}, /* of the first column, where the second is the third */
	{"or", 2, 2, false, true, or_else},	   /* a, or b where a is absent */
	{"cent", 1, 1, false, false, cent},	   /* smallest amount of a currency */
	{"before", 2, 2, false, false, is_before}, /* day a is before day b */
	{"not-after", 2, 2, false, false, is_not_after},
	{"days", 2, 2, false, false, days_between}, /* from a to b */
	{"luhn", 1, 1, false, false, holds_luhn},
	{"npi", 1, 1, false, false, holds_npi},
	{"iban", 1, 1, false, false, holds_iban},
	{"vat-id", 1, 1, false, false, holds_vat_id},
	{"icd10", 1, 1, false, false, is_icd10}, /* has the shape of such a code */
	{"icd9", 1, 1, false, false, is_icd9},
};

const struct formula *formula_at(size_t i)
{
	return i < sizeof table / sizeof *table ? &table[i] : NULL;
}

const struct formula *formula_find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strlen(table[i].name) == len &&
		    strncmp(table[i].name, name, len) == 0)
			return &table[i];
	return NULL;
}
