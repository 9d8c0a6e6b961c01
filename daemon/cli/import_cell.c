/* import_cell.c - what a cell of master data may be: one row a type.
 *
 * Cells come from systems and spreadsheets, so they are read as such writes: dates of
 * eight digits, a minus behind the number, an "x" for yes. What could mean two things
 * is refused and not guessed; the person who imports says which it is. */
#include "import.h"

#include <ctype.h>
#include <string.h>

#include "schema.h"
#include "text.h"

enum { TEXT_MAX = 300, CODE_MAX = 40 };

struct cell {
	struct arena *arena;
	const struct cell_style *style;
	const char *reason;
	const char *more; /* behind the type's name: "open closed" of a choice */
};

static const char *refuse(struct cell *cell, const char *reason)
{
	cell->reason = reason;
	return NULL;
}

static const char *text(struct cell *cell, const char *s)
{
	return strlen(s) <= TEXT_MAX ? s : refuse(cell, "longer than 300 characters");
}

/* Letters and digits alone, in capitals; other letters than A to Z stay out. */
static const char *code(struct cell *cell, const char *s)
{
	char *out = arena_alloc(cell->arena, strlen(s) + 1);
	size_t n = 0;

	for (; *s; s++)
		if (isalnum((unsigned char)*s))
			out[n++] = (char)toupper((unsigned char)*s);
	out[n] = '\0';
	if (n == 0 || n > CODE_MAX)
		return refuse(cell, n ? "longer than 40 characters"
				      : "has no letter and no digit");
	return out;
}

static const char *digits(struct cell *cell, const char *s)
{
	const char *out = code(cell, s);

	return out && out[strspn(out, "0123456789")] ? refuse(cell, "is no number")
						     : out;
}

/* A name of our own: small letters, digits, dashes. */
static const char *word(struct cell *cell, const char *s)
{
	char *out = arena_strdup(cell->arena, s);

	for (char *p = out; *p; p++) {
		*p = *p == ' ' || *p == '_' ? '-' : (char)tolower((unsigned char)*p);
		if (!isalnum((unsigned char)*p) && *p != '-')
			return refuse(cell, "may have letters, digits and dashes only");
	}
	return out;
}

static const char *date(struct cell *cell, const char *s)
{
	size_t n = strspn(s, "0123456789");

	if (n == 8 && !s[8]) {
		if (strcmp(s, "00000000") == 0)
			return NULL;
		s = arena_printf(cell->arena, "%.4s-%.2s-%.2s", s, s + 4, s + 6);
	} else if (n == 4 && s[4] == '-' && strlen(s) > 10 &&
		   (s[10] == 'T' || s[10] == ' ')) {
		s = arena_strndup(cell->arena, s, 10); /* a time behind it */
	}
	const char *day =
		value_canonical(cell->arena, KIND_DATE, s, cell->style->day_first, 0);
	if (day)
		return day;
	return refuse(cell, value_canonical(cell->arena, KIND_DATE, s, 1, 0)
				    ? "may be day first or month first; say --dates"
				    : "is no date");
}

/* The mark that decides what the others are; 0 when it cannot be told. A point is what
 * programs write; a comma before three digits may be either. */
static char decimal_mark(const struct cell *cell, const char *s)
{
	const char *point = strrchr(s, '.'), *comma = strrchr(s, ',');

	if (cell->style->decimal)
		return cell->style->decimal;
	if (point && comma)
		return point > comma ? '.' : ',';
	if (!comma)
		return point && strchr(s, '.') != point ? ',' : '.';
	if (strchr(s, ',') != comma)
		return '.';
	return strspn(comma + 1, "0123456789") == 3 && !comma[4] ? '\0' : ',';
}

static const char *number(struct cell *cell, const char *s)
{
	size_t len = strlen(s);

	if (len > 1 && s[len - 1] == '-') /* SAP */
		s = arena_printf(cell->arena, "-%.*s", (int)len - 1, s);
	if (s[strspn(s, "+-0123456789., '")])
		return refuse(cell, "is no number");
	char mark = decimal_mark(cell, s);
	if (!mark)
		return refuse(cell, "the comma may be either mark; say --decimal");
	const char *value =
		value_canonical(cell->arena, KIND_QUANTITY, s + (*s == '+'), -1, mark);
	return value ? value : refuse(cell, "is no number");
}

static const char *boolean(struct cell *cell, const char *s)
{
	static const char yes[] = " 1 y yes t true x j ja o oui s si on ";
	static const char no[] = " 0 n no f false nein non off - ";
	const char *said = arena_printf(cell->arena, " %s ", text_fold(cell->arena, s));

	if (strstr(yes, said))
		return "true";
	return strstr(no, said) ? "false" : refuse(cell, "is neither yes nor no");
}

/* A number of an account where there are no IBANs is taken as it is. */
static const char *iban(struct cell *cell, const char *s)
{
	const char *c = code(cell, s);

	if (!c || strlen(c) > 34 || strlen(c) < 4)
		return refuse(cell, "is no bank account");
	if (isalpha((unsigned char)c[0]) && isalpha((unsigned char)c[1]) &&
	    isdigit((unsigned char)c[2]) && isdigit((unsigned char)c[3]) &&
	    value_check_digit(KIND_IBAN, c) == 0)
		return refuse(cell, "is no IBAN: its check digits do not hold");
	return c;
}

static const char *vat_id(struct cell *cell, const char *s)
{
	const char *c = code(cell, s);

	if (c && !strpbrk(c, "0123456789"))
		return refuse(cell, "is no tax id");
	return c;
}

static const char *country(struct cell *cell, const char *s)
{
	const char *c = value_canonical(cell->arena, KIND_COUNTRY, s, -1, 0);

	return c ? c : refuse(cell, "is no country we know");
}

static const char *currency(struct cell *cell, const char *s)
{
	const char *c = value_canonical(cell->arena, KIND_CURRENCY, s, -1, 0);

	return c ? c : refuse(cell, "is no currency (ISO 4217)");
}

static const char *npi(struct cell *cell, const char *s)
{
	const char *c = digits(cell, s);

	if (!c || strlen(c) != 10)
		return refuse(cell, "is no NPI: it has ten digits");
	return value_check_digit(KIND_NPI, c) != 0
		       ? c
		       : refuse(cell, "is no NPI: its check digit does not hold");
}

/* "Jane <jane@acme.example>", "https://www.acme.example/x": acme.example. */
static const char *domain(struct cell *cell, const char *s)
{
	char *d = text_fold(cell->arena, s), *p;

	if ((p = strrchr(d, '@')))
		d = p + 1;
	else if ((p = strstr(d, "://")))
		d = p + 3;
	d[strcspn(d, "/>?: ")] = '\0';
	if (text_starts(d, "www."))
		d += 4;
	return strchr(d, '.') && !strchr(d, ' ')
		       ? d
		       : refuse(cell, "is no mail or web address");
}

static const char *choice(struct cell *cell, const char *s)
{
	const char *one = cell->more;

	for (size_t len; *one; one += len + (one[len] == ' ')) {
		len = strcspn(one, " ");
		const char *name = arena_strndup(cell->arena, one, len);
		if (text_equal_nocase(name, s))
			return name;
	}
	return refuse(cell, arena_printf(cell->arena, "is none of: %s", cell->more));
}

/* What names another row of the master is text here. */
static const struct {
	const char *type;
	const char *(*check)(struct cell *cell, const char *s);
} types[] = {
	{"text", text},	      {"code", code},	      {"digits", digits},
	{"word", word},	      {"date", date},	      {"number", number},
	{"boolean", boolean}, {"iban", iban},	      {"vat-id", vat_id},
	{"country", country}, {"currency", currency}, {"npi", npi},
	{"domain", domain},   {"choice", choice},     {"supplier", text},
	{"company", text},    {"payer", text},	      {"order-line", text},
};

static const char *one_value(struct cell *cell, const char *type, size_t len,
			     const char *raw)
{
	const char *s = text_clean(cell->arena, raw, strlen(raw));

	if (!*s)
		return NULL;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strlen(types[i].type) == len &&
		    strncmp(types[i].type, type, len) == 0)
			return types[i].check(cell, s);
	die("a cell of type %s", type);
}

/* Between the items stands '\x1f' afterwards, which no text holds. */
static const char *list_value(struct cell *cell, const char *type, size_t len,
			      const char *raw)
{
	char *rest = arena_strdup(cell->arena, raw), *item;
	char separators[] = {'|', cell->style->list_separator, '\0'};
	struct strbuf all;

	strbuf_init(&all, cell->arena);
	while (!cell->reason && (item = strsep(&rest, separators))) {
		const char *value = one_value(cell, type, len, item);
		if (value)
			strbuf_addf(&all, "%s%s", all.len ? "\x1f" : "", value);
	}
	return all.len && !cell->reason ? all.text : NULL;
}

const char *cell_value(struct arena *arena, const struct cell_style *style,
		       const char *type, const char *raw, const char **reason)
{
	size_t len = strcspn(type, " [");
	struct cell cell = {.arena = arena,
			    .style = style,
			    .more = type[len] == ' ' ? type + len + 1 : ""};
	const char *value = type[len] == '[' ? list_value(&cell, type, len, raw)
					     : one_value(&cell, type, len, raw);

	*reason = cell.reason;
	return cell.reason ? NULL : value;
}
