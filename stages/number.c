/* number.c - numbers as people print them.
 *
 * 1.234,56 and 1,234.56, 1 234,56 and 1'234.50, 12,- and 12.50- and (12.50). Two
 * different marks explain each other, and so does one that has not exactly three digits
 * behind it; only "1.234" needs to be told what the rest of the document uses. What is
 * not grouped like a number (dates, telephone numbers, 10.1.2.3) is refused as a whole,
 * never cut short. */
#include "value.h"

#include <string.h>

#include "text.h"

#define MAX_GROUPS 8

struct group {
	const char *digits;
	size_t n;
	char mark; /* before the group: '.', ',', '\'', ' ' or 0 for the first */
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t count_digits(const char *s)
{
	size_t n = 0;
	while (digit(s[n]))
		n++;
	return n;
}

size_t minus_length(const char *s)
{
	static const char *const signs[] = {"-", "\u2212", "\u2013", "\u2010",
					    "\u2011"};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (text_starts(s, signs[i]))
			return strlen(signs[i]);
	return 0;
}

/* A mark between two groups of digits, and its bytes. */
static char mark_at(const char *s, size_t *len)
{
	static const struct {
		const char *text;
		char mark;
	} marks[] = {
		{".", '.'}, {",", ','},	     {"'", '\''},     {"\u2019", '\''},
		{" ", ' '}, {"\u00a0", ' '}, {"\u202f", ' '}, {"\u2009", ' '},
	};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (!text_starts(s, marks[i].text))
			continue;
		*len = strlen(marks[i].text);
		return marks[i].mark;
	}
	return 0;
}

/* A space joins groups only as a thousands mark; else it ends the number. */
static bool joins(const struct group *groups, size_t n, char mark, size_t next_digits)
{
	if (next_digits == 0)
		return false;
	if (mark != ' ' && mark != '\'')
		return true;
	if (next_digits != 3 || (n > 1 && groups[n - 1].mark != mark))
		return false;
	return n > 1 || (groups[0].n <= 3 && groups[0].digits[0] != '0');
}

static size_t split(const char *s, struct group *groups, size_t *end)
{
	const char *p = s;
	size_t n = 0;
	char mark = 0;
	while (n < MAX_GROUPS) {
		size_t len = count_digits(p), mark_len = 0;
		groups[n++] = (struct group){p, len, mark};
		p += len;
		mark = mark_at(p, &mark_len);
		if (!mark || !joins(groups, n, mark, count_digits(p + mark_len)))
			break;
		p += mark_len;
	}
	*end = (size_t)(p - s);
	return n;
}

/* Groups 1..last are thousands: three digits each (or two, Indian, before a last
 * three). */
static bool well_grouped(const struct group *groups, size_t last)
{
	if (last == 0)
		return true;
	if (groups[0].n == 0 || groups[0].n > 3)
		return false;
	for (size_t i = 1; i <= last; i++) {
		if (groups[i].n == 3)
			continue;
		if (groups[i].n != 2 || i == last || groups[i].mark != ',')
			return false;
	}
	for (size_t i = 2; i <= last; i++)
		if (groups[i].mark != groups[1].mark)
			return false;
	return true;
}

/* Whether the last group stands behind the decimal mark. */
static bool last_is_fraction(const struct group *groups, size_t n, char decimal_mark,
			     bool *ambiguous)
{
	const struct group *last = &groups[n - 1];
	if (n == 1 || last->mark == ' ' || last->mark == '\'')
		return false;
	if (n > 2)
		return groups[n - 2].mark != last->mark;
	if (last->n != 3 || groups[0].n > 3 || groups[0].digits[0] == '0')
		return true;
	if (decimal_mark)
		return last->mark == decimal_mark;
	*ambiguous = true;
	return false;
}

/* "12,-" and "12.--": a dash where the cents would stand. */
static size_t dash_cents(const char *s, char *mark)
{
	if (*s != '.' && *s != ',')
		return 0;
	size_t n = 1, dash;
	while (n < 8 && (dash = minus_length(s + n)) > 0)
		n += dash;
	if (n == 1 || digit(s[n]))
		return 0;
	*mark = *s;
	return n;
}

static bool assemble(const struct group *groups, size_t n, bool fraction, bool negative,
		     struct printed_number *out)
{
	char text[DECIMAL_TEXT_MAX];
	size_t len = 0, whole = fraction ? n - 1 : n;
	if (negative)
		text[len++] = '-';
	for (size_t i = 0; i < n; i++) {
		if (len + groups[i].n + 2 >= sizeof text)
			return false;
		if (i == whole)
			text[len++] = '.';
		memcpy(text + len, groups[i].digits, groups[i].n);
		len += groups[i].n;
	}
	text[len] = 0;
	return decimal_parse(text, &out->value);
}

size_t number_scan(const char *s, char decimal_mark, struct printed_number *out)
{
	const char *p = s;
	*out = (struct printed_number){0};
	bool bracket = *p == '(';
	p += bracket;
	size_t sign = minus_length(p);
	p += sign ? sign : *p == '+';
	if (sign && *p == ' ')
		p++;
	if (!digit(*p))
		return 0;

	struct group groups[MAX_GROUPS];
	size_t used, n = split(p, groups, &used);
	bool fraction = last_is_fraction(groups, n, decimal_mark, &out->ambiguous);
	if (!well_grouped(groups, fraction ? n - 2 : n - 1))
		return 0;
	p += used;
	if (fraction) {
		out->mark = groups[n - 1].mark;
		out->decimals = (int)groups[n - 1].n;
	} else {
		p += dash_cents(p, &out->mark);
	}
	out->grouped = n > 1 && (!fraction || n > 2);

	size_t after = bracket ? *p == ')' : minus_length(p);
	bool trailing = after > 0 && !(digit(p[after]) || (p[after] | 32) >= 'a');
	if (trailing)
		p += after;
	if (!assemble(groups, n, fraction, sign > 0 || trailing, out))
		return 0;
	return (size_t)(p - s);
}
