/* trust_value.c - whether a value looks like what it should be.
 *
 * Misread print shows in the value itself: stray marks among letters, digits within
 * words, an amount without cents, a name of two letters. Each kind has its own row of
 * such signs. Never fails. */
#include "trust_evidence.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "text.h"

struct letters { /* of a text, counted */
	float upper, lower, digits, spaces, odd, all;
	float mixed; /* digits right beside letters */
};

static struct letters count_letters(const char *text)
{
	struct letters n = {0};
	char before = ' ';

	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		n.all++;
		n.upper += isupper(c) != 0;
		n.lower += islower(c) != 0 || c >= 0x80;
		n.digits += isdigit(c) != 0;
		n.spaces += c == ' ';
		n.odd += c > ' ' && c < 0x80 && !isalnum(c) && !strchr(".,-/&'():%", c);
		n.mixed += (isdigit(c) && isalpha((unsigned char)before)) ||
			   (isalpha(c) && isdigit((unsigned char)before));
		before = *p;
	}
	return n;
}

static void look_at_length(const struct doc *doc, struct field *field,
			   const struct letters *n)
{
	doc_feature(doc, field, "shorter than 3", n->all < 3);
	doc_feature(doc, field, "shorter than 6", n->all < 6);
	doc_feature(doc, field, "length", fminf(logf(n->all + 1) / 5, 1));
}

static void look_at_amount(const struct doc *doc, struct field *field)
{
	const char *raw = field->raw, *point = strchr(field->value, '.');
	size_t len = strlen(raw);
	double amount = fabs(atof(field->value));
	bool cents = len > 3 && (raw[len - 3] == '.' || raw[len - 3] == ',');

	doc_feature(doc, field, "zero", amount < 0.005);
	doc_feature(doc, field, "negative", field->value[0] == '-');
	doc_feature(doc, field, "cents printed", cents);
	doc_feature(doc, field, "more than cents", point && strlen(point) > 3);
	doc_feature(doc, field, "size", (float)fmin(log10(amount + 1) / 5, 1));
	doc_feature(doc, field, "large", amount > 100000);
	doc_feature(doc, field, "spaces within", strchr(raw, ' ') != NULL);
}

static void look_at_date(const struct doc *doc, struct field *field)
{
	const struct letters n = count_letters(field->raw);
	int year = 0, month = 0, day = 0;
	bool known = sscanf(field->value, "%d-%d-%d", &year, &month, &day) == 3;
	bool full = strstr(field->raw, arena_strndup(doc->arena, field->value, 4));

	doc_feature(doc, field, "year in full", full);
	doc_feature(doc, field, "month in letters", n.upper + n.lower >= 3);
	doc_feature(doc, field, "year unlikely", known && (year < 2005 || year > 2030));
	doc_feature(doc, field, "day and month may be swapped",
		    known && day <= 12 && day != month && n.upper + n.lower < 3 &&
			    !text_starts(field->raw, field->value));
	doc_feature(doc, field, "odd marks", n.odd > 0);
}

static void look_at_text(const struct doc *doc, struct field *field)
{
	const struct letters n = count_letters(field->raw);
	float print = n.all - n.spaces > 0 ? n.all - n.spaces : 1;

	look_at_length(doc, field, &n);
	doc_feature(doc, field, "digits", n.digits / print);
	doc_feature(doc, field, "odd marks", fminf(n.odd * 4 / print, 1));
	doc_feature(doc, field, "an odd mark", n.odd > 0);
	doc_feature(doc, field, "digits in words", fminf(n.mixed * 4 / print, 1));
	doc_feature(doc, field, "capitals", n.upper / print);
	doc_feature(doc, field, "capitals and small",
		    fminf(n.upper, n.lower) * 2 / print);
	doc_feature(doc, field, "one word", n.spaces < 1);
}

static void look_at_party(const struct doc *doc, struct field *field)
{
	size_t from, to;

	look_at_text(doc, field);
	doc_feature(doc, field, "legal form", address_legal_form(field->raw));
	doc_feature(doc, field, "a place", address_place(field->raw, &from, &to));
	doc_feature(doc, field, "a street", address_street(field->raw));
	doc_feature(doc, field, "contact", address_contact(field->raw));
}

void evidence_of_value(const struct doc *doc, const struct cell *cell)
{
	struct field *field = cell->field;

	if (!field->raw)
		return;
	switch ((int)cell->type->kind) {
	case KIND_AMOUNT:
	case KIND_QUANTITY:
	case KIND_PERCENT:
		look_at_amount(doc, field);
		break;
	case KIND_DATE:
	case KIND_TIME:
		look_at_date(doc, field);
		break;
	case KIND_PARTY:
	case KIND_ADDRESS:
		look_at_party(doc, field);
		break;
	default:
		look_at_text(doc, field);
	}
	/* Something was supplied, dropped or corrected on the way from print to value.
	 */
	doc_feature(doc, field, "value differs from print",
		    strcmp(text_key(doc->arena, field->raw),
			   text_key(doc->arena, field->value)) != 0);
}
