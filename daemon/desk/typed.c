/* typed.c - from what is typed to the canonical value, by the code that reads paper
 * too.
 *
 * Whoever keys at speed leaves out what goes without saying: separators, the year, the
 * rest of a code. Such shorthand is written out here and then handed to
 * value_canonical, so that there is one meaning of "12/3/26" in the whole program. What
 * stays ambiguous follows the document's own print. */
#include "typed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* --- how the document writes
 * ----------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static void learn_order(struct habits *habits, const struct field *f,
			struct arena *scratch)
{
	const char *day = value_canonical(scratch, KIND_DATE, f->raw, 1, 0);
	const char *month = value_canonical(scratch, KIND_DATE, f->raw, 0, 0);

	if (!day || !month || strcmp(day, month) == 0)
		return;
	if (same(day, f->value))
		habits->day_first = 1;
	else if (same(month, f->value))
		habits->day_first = 0;
}

/* The last mark with digits behind it other than three is the decimal one. */
static void learn_mark(struct habits *habits, const struct field *f)
{
	const char *last = NULL;

	for (const char *p = f->raw; *p; p++)
		if (*p == '.' || *p == ',')
			last = p;
	size_t digits = last ? strspn(last + 1, "0123456789") : 0;
	if (digits > 0 && digits != 3)
		habits->decimal_mark = *last;
}

struct habits habits_of(const struct doc *doc, const struct doctype *type,
			const char *order)
{
	AUTO_ARENA scratch = arena_new();
	struct habits habits = {.day_first = order ? strcmp(order, "mdy") != 0 : -1};

	if (doc->received_on)
		habits.year = atoi(doc->received_on);
	for (size_t i = 0; i < doc->n_fields; i++) {
		const struct field *f = &doc->fields[i];
		const struct fieldtype *t = doctype_field(type, f->path);
		if (!t || !f->raw || !f->value || f->source == SOURCE_PERSON)
			continue;
		if (t->kind == KIND_DATE)
			learn_order(&habits, f, scratch);
		else if (t->kind == KIND_AMOUNT)
			learn_mark(&habits, f);
	}
	return habits;
}

/* --- shorthand
 * ------------------------------------------------------------------------- */

static const char *with_points(struct arena *arena, const char *d,
			       const struct habits *h)
{
	switch (strlen(d)) {
	case 4: /* 3112 */
		return h->year ? arena_printf(arena, "%.2s/%.2s/%d", d, d + 2, h->year)
			       : NULL;
	case 6: /* 311226 */
		return arena_printf(arena, "%.2s/%.2s/%.2s", d, d + 2, d + 4);
	case 8: /* 31122026, 20261231 */
		if (strncmp(d, "19", 2) == 0 || strncmp(d, "20", 2) == 0) {
			int month = (d[4] - '0') * 10 + d[5] - '0';
			if (month >= 1 && month <= 12)
				return arena_printf(arena, "%.4s-%.2s-%.2s", d, d + 4,
						    d + 6);
		}
		return arena_printf(arena, "%.2s/%.2s/%.4s", d, d + 2, d + 4);
	default:
		return NULL;
	}
}

/* "31.12" and "31/12." get the year; anything else stays. */
static const char *with_year(struct arena *arena, const char *text,
			     const struct habits *h)
{
	size_t a = strspn(text, "0123456789"), b;

	if (!h->year || a < 1 || a > 2 || !text[a] || !strchr("./- ", text[a]))
		return text;
	b = strspn(text + a + 1, "0123456789");
	const char *rest = text + a + 1 + b;
	if (b < 1 || b > 2 || rest[strspn(rest, "./- ")])
		return text;
	return arena_printf(arena, "%.*s/%.*s/%d", (int)a, text, (int)b, text + a + 1,
			    h->year);
}

static const char *typed_date(struct arena *arena, const char *text,
			      const struct habits *h)
{
	bool digits = text[strspn(text, "0123456789")] == '\0';
	const char *written =
		digits ? with_points(arena, text, h) : with_year(arena, text, h);
	int order = h->day_first < 0 ? 1 : h->day_first;
	const char *value =
		written ? value_canonical(arena, KIND_DATE, written, order, 0) : NULL;

	/* 12/31 can only be read one way, whatever the document's. */
	return value || !written
		       ? value
		       : value_canonical(arena, KIND_DATE, written, !order, 0);
}

/* "930" and "9" are times of day for whoever types them. */
static const char *typed_time(struct arena *arena, const char *text)
{
	size_t n = strlen(text);
	int number = atoi(text);

	if (n == 0 || n > 4 || text[strspn(text, "0123456789")])
		return value_canonical(arena, KIND_TIME, text, -1, 0);
	int hour = n > 2 ? number / 100 : number, minute = n > 2 ? number % 100 : 0;
	return hour < 24 && minute < 60 ? arena_printf(arena, "%02d:%02d", hour, minute)
					: NULL;
}

/* A code by its first letters, when only one begins so. */
static const char *typed_code(const struct fieldtype *field, const char *text)
{
	const char *found = NULL;
	size_t len = strlen(text);

	for (size_t i = 0; i < field->n_codes; i++) {
		if (text_equal_nocase(field->codes[i], text))
			return field->codes[i];
		if (strncasecmp(field->codes[i], text, len) != 0)
			continue;
		if (found)
			return NULL;
		found = field->codes[i];
	}
	return found;
}

const char *typed_canonical(struct arena *arena, const struct fieldtype *field,
			    const char *text, const struct habits *habits)
{
	const char *clean = text_clean(arena, text, strlen(text));
	const char *value;

	if (!*clean)
		return NULL;
	if (field->kind == KIND_DATE)
		return typed_date(arena, clean, habits);
	if (field->kind == KIND_TIME)
		return typed_time(arena, clean);
	if (field->n_codes > 0) {
		value = typed_code(field, clean);
		return value ? value : clean;
	}
	if (field->kind == KIND_CURRENCY || field->kind == KIND_STATE ||
	    field->kind == KIND_COUNTRY) {
		char *upper = arena_strdup(arena, clean);
		for (char *p = upper; *p; p++)
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 'a' + 'A');
		value = value_canonical(arena, field->kind, upper, -1, 0);
		if (value)
			return value;
	}
	return value_canonical(arena, field->kind, clean, habits->day_first,
			       habits->decimal_mark);
}
