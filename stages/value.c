/* value.c - from what is printed to what is meant, kind by kind, and back to "are these
 * two the same".
 *
 * value_canonical answers NULL when the text cannot be a value of the kind; it repairs
 * nothing (a misread letter is the reader's affair) and never guesses an order of day
 * and month or a decimal mark that the caller has not decided for the whole document.
 */
#include "value.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "date.h"
#include "schema.h"
#include "text.h"

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits_in(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += digit(*s);
	return n;
}

/* ASCII letters and digits only, in capitals: the form ids are compared in. */
static char *compact(struct arena *arena, const char *s)
{
	char *out = arena_alloc(arena, strlen(s) + 1), *p = out;
	for (; *s; s++)
		if (isalnum((unsigned char)*s))
			*p++ = (char)toupper((unsigned char)*s);
	return out;
}

static char *clean(struct arena *arena, const char *s)
{
	return text_clean(arena, s, strlen(s));
}

/* --- numbers --- */

/* Skips currencies and what sets an amount off: "EUR ", "= $", "*". A sign stays. */
static const char *skip_dressing(const char *s, bool percent)
{
	for (;;) {
		size_t len;
		if (*s == ' ' || *s == ':' || *s == '=' || *s == '*' || *s == '#' ||
		    (percent && *s == '%'))
			s++;
		else if (currency_scan(s, &len))
			s += len;
		else
			return s;
	}
}

/* "-$5.00" and "($5.00)": the sign before the currency. */
static char *skip_sign(char *s, bool *negative)
{
	size_t sign = minus_length(s), end = strlen(s), len;
	bool bracket = *s == '(' && s[end - 1] == ')';
	if (!(sign || bracket) || !currency_scan(s + (bracket ? 1 : sign), &len))
		return s;
	*negative = true;
	if (bracket)
		s[end - 1] = 0;
	return s + (bracket ? 1 : sign);
}

static const char *canonical_number(struct arena *arena, enum kind kind,
				    const char *raw, char decimal_mark)
{
	struct printed_number n;
	bool negative = false, percent = kind == KIND_PERCENT;
	char *text = clean(arena, raw);
	text += skip_dressing(text, percent) - text;
	const char *s = skip_dressing(skip_sign(text, &negative), percent);
	size_t used = number_scan(s, decimal_mark, &n);
	if (!used)
		return NULL;
	/* "4.125" pieces is four and a bit; "4.125" euros is four thousand. */
	if (n.ambiguous && kind != KIND_AMOUNT)
		used = number_scan(s, s[strcspn(s, ".,")], &n);
	s = skip_dressing(s + used, percent);
	if (kind == KIND_QUANTITY && *s && !digit(*s))
		s = unit_code(text_fold(arena, s)) ? "" : s;
	if (*s)
		return NULL;
	if (negative)
		n.value = decimal_neg(n.value);
	char buf[DECIMAL_TEXT_MAX];
	return arena_strdup(arena,
			    decimal_print(n.value, kind == KIND_AMOUNT ? 2 : 0, buf));
}

/* --- dates and times --- */

static const char *canonical_date(struct arena *arena, const char *raw, int day_first)
{
	const char *s = text_fold(arena, clean(arena, raw));
	struct printed_date d;
	/* A weekday or a town may stand before ("Mo., 13.06.2018",
	 * "Berlin, 13.06.2018"). */
	size_t used = 0;
	for (; *s && !used; s++)
		if (digit(*s) || isalpha((unsigned char)*s)) {
			used = date_scan(s, &d);
			if (!used) {
				while (isalnum((unsigned char)*s))
					s++;
				if (!*s)
					return NULL;
			}
		}
	if (!used || !date_settle(&d, day_first))
		return NULL;
	char buf[16];
	return arena_strdup(arena,
			    date_print((struct date){d.year, d.month, d.day}, buf));
}

static const char *canonical_time(struct arena *arena, const char *raw)
{
	const char *s = text_fold(arena, raw);
	int hour, minute;
	for (; *s; s++) {
		if (!digit(*s))
			continue;
		if (time_scan(s, &hour, &minute))
			return arena_printf(arena, "%02d:%02d", hour, minute);
		while (digit(s[1]))
			s++;
	}
	return NULL;
}

/* --- identifiers --- */

static const char *canonical_identifier(struct arena *arena, const char *raw)
{
	char *s = clean(arena, raw);
	while (*s && strchr(":#. -", *s))
		s++;
	size_t len = strlen(s);
	while (len && strchr(":;,. ", s[len - 1]))
		s[--len] = 0;
	for (const char *p = s; *p; p++)
		if (isalnum((unsigned char)*p))
			return s;
	return NULL;
}

static const char *canonical_iban(struct arena *arena, const char *raw)
{
	char *s = compact(arena, raw);
	if (text_starts(s, "IBAN"))
		s += 4;
	if (strlen(s) < 15 || !digit(s[2]) || !digit(s[3]))
		return NULL;
	return (int)strlen(s) == iban_length(s) ? s : NULL;
}

static const char *canonical_bic(struct arena *arena, const char *raw)
{
	char *s = compact(arena, raw);
	size_t len = strlen(s);
	if (len != 8 && len != 11)
		return NULL;
	for (int i = 0; i < 6; i++)
		if (!isalpha((unsigned char)s[i]))
			return NULL;
	return s;
}

static const char *canonical_vat_id(struct arena *arena, const char *raw)
{
	char *s = compact(arena, raw);
	if (vat_id_matches(s))
		return s;
	/* A number of another shape is still what the paper says, if a country leads
	 * it. */
	char country[3] = {s[0], s[0] ? s[1] : 0, 0};
	size_t len = strlen(s), numerals = digits_in(s);
	bool plausible = len >= 8 && len <= 16 && numerals >= 7 && numerals + 4 >= len;
	return plausible && country_code(country) ? s : NULL;
}

static const char *canonical_tax_number(struct arena *arena, const char *raw)
{
	const char *s = canonical_identifier(arena, raw);
	return s && digits_in(s) >= 5 && strlen(s) <= 32 ? s : NULL;
}

/* "(810) 646-2122" and "+1 810.646.2122" are both 810 646-2122; others keep their
 * groups. */
static const char *canonical_phone(struct arena *arena, const char *raw)
{
	const char *s = clean(arena, raw);
	char *all = arena_alloc(arena, strlen(s) + 1);
	size_t n = 0;
	for (const char *p = s; *p; p++) {
		if (digit(*p))
			all[n++] = *p;
		else if (!strchr(" +()-./", *p))
			return NULL;
	}
	if (n < 6 || n > 15)
		return NULL;
	const char *local = n == 11 && all[0] == '1' ? all + 1 : all;
	if (strlen(local) == 10 && local[0] >= '2' && *s != '+')
		return arena_printf(arena, "%.3s %.3s-%s", local, local + 3, local + 6);
	return s;
}

static const char *canonical_email(struct arena *arena, const char *raw)
{
	char *s = clean(arena, raw);
	const char *at = strchr(s, '@');
	if (!at || at == s || strchr(s, ' ') || !strchr(at, '.'))
		return NULL;
	for (char *p = s; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return s;
}

/* --- codes --- */

static const char *canonical_currency(struct arena *arena, const char *raw)
{
	const char *s = clean(arena, raw);
	size_t len;
	const char *code = currency_scan(s, &len);
	return code && !s[len] ? code : NULL;
}

static const char *canonical_npi(struct arena *arena, const char *raw)
{
	char *s = compact(arena, raw);
	return strlen(s) == 10 && digits_in(s) == 10 ? s : NULL;
}

static const char *canonical_icd(struct arena *arena, const char *raw)
{
	char *s = compact(arena, raw);
	size_t len = strlen(s);
	if (len < 3 || len > 7 || !digit(s[1]))
		return NULL;
	if (!isalpha((unsigned char)s[0]) && digits_in(s) != len)
		return NULL;
	return len == 3 ? s : arena_printf(arena, "%.3s.%s", s, s + 3);
}

static const char *canonical_procedure(struct arena *arena, const char *raw)
{
	char *s = compact(arena, raw);
	if (strlen(s) != 5 || digits_in(s) < 4)
		return NULL;
	return digits_in(s + 1) == 4 || isalpha((unsigned char)s[4]) ? s : NULL;
}

static const char *canonical_state(struct arena *arena, const char *raw)
{
	char *s = compact(arena, raw);
	return us_state(s) ? s : NULL;
}

static const char *canonical_zip(struct arena *arena, const char *raw)
{
	char *s = compact(arena, raw);
	size_t len = strlen(s);
	if (digits_in(s) != len || (len != 5 && len != 9))
		return NULL;
	return len == 5 ? s : arena_printf(arena, "%.5s-%s", s, s + 5);
}

static const char *text_or_null(struct arena *arena, const char *raw)
{
	const char *s = clean(arena, raw);
	return *s ? s : NULL;
}

const char *value_canonical(struct arena *arena, enum kind kind, const char *raw,
			    int hint_day_first, char decimal_mark)
{
	if (!raw)
		return NULL;
	switch (kind) {
	case KIND_DATE:
		return canonical_date(arena, raw, hint_day_first);
	case KIND_TIME:
		return canonical_time(arena, raw);
	case KIND_AMOUNT:
	case KIND_QUANTITY:
	case KIND_PERCENT:
		return canonical_number(arena, kind, raw, decimal_mark);
	case KIND_IDENTIFIER:
		return canonical_identifier(arena, raw);
	case KIND_COUNTRY:
		return country_code(text_fold(arena, clean(arena, raw)));
	case KIND_CURRENCY:
		return canonical_currency(arena, raw);
	case KIND_IBAN:
		return canonical_iban(arena, raw);
	case KIND_BIC:
		return canonical_bic(arena, raw);
	case KIND_VAT_ID:
		return canonical_vat_id(arena, raw);
	case KIND_TAX_NUMBER:
		return canonical_tax_number(arena, raw);
	case KIND_PHONE:
		return canonical_phone(arena, raw);
	case KIND_EMAIL:
		return canonical_email(arena, raw);
	case KIND_NPI:
		return canonical_npi(arena, raw);
	case KIND_ICD:
		return canonical_icd(arena, raw);
	case KIND_PROCEDURE:
		return canonical_procedure(arena, raw);
	case KIND_STATE:
		return canonical_state(arena, raw);
	case KIND_ZIP:
		return canonical_zip(arena, raw);
	case KIND_TEXT:
	case KIND_PARTY:
	case KIND_ADDRESS:
	case KIND_UNIT:
	case KIND_CODE:
	case KIND_CHECKBOX:
	case KIND_SIGNATURE:
		return text_or_null(arena, raw);
	case KIND_N:
		break;
	}
	return NULL;
}

static bool numbers_equal(const char *a, const char *b, bool *known)
{
	struct decimal x, y;
	*known = decimal_parse(a, &x) && decimal_parse(b, &y);
	return *known && decimal_cmp(x, y) == 0;
}

/* "Stück" and "H87" mean the same; unknown units are compared as text. */
static bool units_equal(struct arena *scratch, const char *a, const char *b)
{
	const char *x = unit_code(text_fold(scratch, a)),
		   *y = unit_code(text_fold(scratch, b));
	return text_equal_nocase(x ? x : text_key(scratch, a),
				 y ? y : text_key(scratch, b));
}

bool value_equal(enum kind kind, const char *a, const char *b)
{
	if (!a || !b)
		return !a && !b;
	bool known;
	if ((kind == KIND_AMOUNT || kind == KIND_QUANTITY || kind == KIND_PERCENT)) {
		bool equal = numbers_equal(a, b, &known);
		if (known)
			return equal;
	}
	AUTO_ARENA scratch = arena_new();
	if (kind == KIND_UNIT && units_equal(scratch, a, b))
		return true;
	return strcmp(text_key(scratch, a), text_key(scratch, b)) == 0;
}
