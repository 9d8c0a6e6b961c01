/* From what a zone of a claim form says to what it means.
 *
 * Forms print values in boxes: dates without separators across three columns, cents
 * behind a dotted line, codes of fixed shape. Where the shape leaves only one of two
 * characters that look alike (a diagnosis begins with a letter, so "148.0" is "I48.0")
 * it decides; it never changes a character into one that looks different. What does not
 * fit its kind has no value: the raw text stays with the field for a person. */
#include "claim.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "text.h"
#include "value.h"

/* --- characters that look alike
 * ------------------------------------------------------- */

static char as_digit(char c)
{
	static const char letters[] = "OQDILSBZGT", digits[] = "0001158267";
	const char *at = c ? strchr(letters, c) : NULL;
	return at ? digits[at - letters] : c;
}

static char as_letter(char c)
{
	static const char digits[] = "015826", letters[] = "OISBZG";
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? letters[at - digits] : c;
}

/* Letters and digits only, in capitals. */
static char *compact(struct arena *arena, const char *raw)
{
	char *out = arena_alloc(arena, strlen(raw) + 1), *p = out;
	for (; *raw; raw++)
		if (isalnum((unsigned char)*raw))
			*p++ = (char)toupper((unsigned char)*raw);
	return out;
}

static size_t count_digits(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += isdigit((unsigned char)*s) != 0;
	return n;
}

/* --- dates
 * ------------------------------------------------------------------------------ */

/* Month, day and year by separators, by gaps, or by place when all run together. */
static bool split_date(const char *raw, char parts[3][5])
{
	char digits[16] = "", run[3][9] = {{0}};
	size_t n = 0, runs = 0, len = 0;
	bool too_many = false;
	for (const char *p = raw;; p++) {
		if (isdigit((unsigned char)*p) && n < sizeof(digits) - 1 && runs < 3 &&
		    len < 8) {
			digits[n++] = *p;
			run[runs][len++] = *p;
			continue;
		}
		too_many |= isdigit((unsigned char)*p) != 0;
		if (len > 0) {
			runs++;
			len = 0;
		}
		if (!*p)
			break;
	}
	digits[n] = '\0';
	if (too_many)
		return false;
	if (runs == 3 && strlen(run[0]) <= 2 && strlen(run[1]) <= 2 &&
	    (strlen(run[2]) == 2 || strlen(run[2]) == 4)) {
		for (int i = 0; i < 3; i++)
			memcpy(parts[i], run[i], 5);
		return true;
	}
	if (n != 6 && n != 8)
		return false;
	memcpy(parts[0], digits, 2);
	memcpy(parts[1], digits + 2, 2);
	memcpy(parts[2], digits + 4, n - 4);
	return true;
}

/* Two digits do not tell the century. Nobody is born after the paper came in; other
 * days may lie a little ahead (a stay in hospital that goes on). */
static int full_year(int year, int month, int day, bool birth, struct date today)
{
	struct date in_2000s = {2000 + year, month, day};
	struct date latest = today;
	if (!birth)
		latest.year += 2;
	return date_cmp(in_2000s, latest) <= 0 ? 2000 + year : 1900 + year;
}

static const char *date_value(struct arena *arena, const char *raw, bool birth,
			      struct date today)
{
	char parts[3][5] = {{0}}, buf[16];
	if (!split_date(raw, parts))
		return NULL;
	int month = atoi(parts[0]), day = atoi(parts[1]), year = atoi(parts[2]);
	if (strlen(parts[2]) == 2)
		year = full_year(year, month, day, birth, today);
	if (!date_valid(year, month, day))
		return NULL;
	return arena_strdup(arena, date_print((struct date){year, month, day}, buf));
}

/* --- numbers
 * ------------------------------------------------------------------------------ */

/* The form's own dotted line stands between dollars and cents, so a mark may be
 * missing: the last two digits are the cents. */
static const char *amount_value(struct arena *arena, const char *raw)
{
	size_t n = count_digits(raw), seen = 0;
	const char *mark = strrchr(raw, '.');
	char *out = arena_alloc(arena, strlen(raw) + 8), *p = out;

	if (mark && count_digits(mark) != 2)
		mark = NULL;
	if (n < 3 || n > 11 || (strrchr(raw, '.') && !mark))
		return NULL;
	if (*raw == '-')
		*p++ = '-';
	for (const char *s = raw; *s; s++) {
		if (!isdigit((unsigned char)*s))
			continue;
		bool leading = seen == 0 && *s == '0' && n - seen > 3;
		if (leading) {
			n--;
			continue;
		}
		if (n - seen == 2)
			*p++ = '.';
		*p++ = *s;
		seen++;
	}
	return out;
}

static const char *digits_value(struct arena *arena, const char *raw, size_t least,
				size_t most)
{
	char *out = compact(arena, raw);
	size_t n = strlen(out);
	for (size_t i = 0; i < n; i++) {
		out[i] = as_digit(out[i]);
		if (!isdigit((unsigned char)out[i]))
			return NULL;
	}
	return n >= least && n <= most ? out : NULL;
}

/* Without ones that stand alone: the brackets the form prints around the area code. */
static char *without_brackets(struct arena *arena, const char *raw)
{
	char *out = arena_strdup(arena, raw);
	for (char *p = out; *p; p++) {
		bool alone = (p == out || !isdigit((unsigned char)p[-1])) &&
			     !isdigit((unsigned char)p[1]);
		if (alone && (*p == '1' || *p == '7'))
			*p = ' ';
	}
	return out;
}

static const char *phone_value(struct arena *arena, const char *raw)
{
	const char *d = digits_value(arena, without_brackets(arena, raw), 7, 11);
	if (!d)
		return NULL;
	if (strlen(d) == 11 && d[0] == '1')
		d++;
	if (strlen(d) == 10)
		return arena_printf(arena, "%.3s %.3s-%s", d, d + 3, d + 6);
	return strlen(d) == 7 ? arena_printf(arena, "%.3s-%s", d, d + 3) : NULL;
}

static const char *zip_value(struct arena *arena, const char *raw)
{
	const char *d = digits_value(arena, raw, 5, 9);
	if (!d || (strlen(d) != 5 && strlen(d) != 9))
		return NULL;
	return strlen(d) == 9 ? arena_printf(arena, "%.5s-%s", d, d + 5) : d;
}

/* "88-2757933" and "569-20-5934" stay as printed. */
static const char *tax_id_value(struct arena *arena, const char *raw)
{
	char *out = text_clean(arena, raw, strlen(raw));
	size_t n = 0;
	for (char *p = out; *p; p++) {
		*p = as_digit((char)toupper((unsigned char)*p));
		if (!isdigit((unsigned char)*p) && *p != '-' && *p != ' ')
			return NULL;
		n += isdigit((unsigned char)*p) != 0;
	}
	return n == 9 ? out : NULL;
}

/* --- codes
 * ---------------------------------------------------------------------------------- */

/* Readers sometimes give both characters that a glyph looks like: "RO0070". Takes one
 * of each such pair out until the code has the length it should. */
static void squeeze_twice_read(char *code, size_t most)
{
	for (size_t i = 0; code[i] && strlen(code) > most; i++) {
		char next = code[i + 1];
		if (next && code[i] != next &&
		    (as_digit(code[i]) == next || as_digit(next) == code[i]))
			memmove(code + i, code + i + 1, strlen(code + i));
	}
}

/* A letter, a digit, a digit or letter, then up to four behind an optional point. */
static const char *icd_value(struct arena *arena, const char *raw)
{
	char *code = compact(arena, raw);
	const char *point = strchr(raw, '.');
	if (point) { /* three characters stand before it */
		char *head = compact(arena, arena_strndup(arena, raw, point - raw));
		squeeze_twice_read(head, 3);
		code = arena_printf(arena, "%s%s", head, compact(arena, point));
	}
	size_t n = strlen(code);
	if (n < 3 || n > 7)
		return NULL;
	code[0] = as_letter(code[0]);
	code[1] = as_digit(code[1]);
	if (!isalpha((unsigned char)code[0]) || !isdigit((unsigned char)code[1]))
		return NULL;
	if (!strchr(raw, '.'))
		return code;
	return n > 3 ? arena_printf(arena, "%.3s.%s", code, code + 3) : code;
}

/* CPT: four digits and a digit or letter; HCPCS: a letter and four digits. */
static const char *procedure_value(struct arena *arena, const char *raw)
{
	char *code = compact(arena, raw);
	squeeze_twice_read(code, 5);
	if (strlen(code) != 5)
		return NULL;
	for (int i = 1; i < 4; i++) {
		code[i] = as_digit(code[i]);
		if (!isdigit((unsigned char)code[i]))
			return NULL;
	}
	if (isalpha((unsigned char)code[0]))
		code[4] = as_digit(code[4]);
	return code;
}

static const char *state_value(struct arena *arena, const char *raw)
{
	char *code = compact(arena, raw);
	if (strlen(code) != 2)
		return NULL;
	code[0] = as_letter(code[0]);
	code[1] = as_letter(code[1]);
	return isalpha((unsigned char)code[0]) && isalpha((unsigned char)code[1])
		       ? code
		       : NULL;
}

/* Of an enumeration when there is one; case does not matter. */
static const char *code_value(struct arena *arena, const struct fieldtype *field,
			      const char *raw)
{
	char *code = compact(arena, raw);
	for (size_t i = 0; i < field->n_codes; i++) {
		char *known = compact(arena, field->codes[i]);
		if (strcmp(code, known) == 0 ||
		    (code[0] && !code[1] && as_digit(code[0]) == known[0] && !known[1]))
			return field->codes[i];
	}
	return field->n_codes > 0 || !*code ? NULL : code;
}

/* --- texts
 * ---------------------------------------------------------------------------------- */

static const char *lines_joined(struct arena *arena, const char *raw,
				const char *between)
{
	struct strbuf out;
	strbuf_init(&out, arena);
	while (*raw) {
		size_t len = strcspn(raw, "\n");
		char *line = text_clean(arena, raw, len);
		if (*line)
			strbuf_addf(&out, "%s%s", out.len ? between : "", line);
		raw += len + (raw[len] == '\n');
	}
	return out.len > 0 ? out.text : NULL;
}

const char *claim_value(struct arena *arena, const struct fieldtype *field,
			const char *raw, struct date today, float *shape)
{
	bool birth = text_ends(field->path, "birth_date");
	*shape = 1;
	if (field->kind != KIND_ADDRESS && strchr(raw, '\n'))
		raw = text_clean(arena, raw, strlen(raw));
	switch ((int)field->kind) {
	case KIND_DATE:
		return date_value(arena, raw, birth, today);
	case KIND_AMOUNT:
		*shape = strchr(raw, '.') || strchr(raw, ' ') ? 1 : 0.9f;
		return amount_value(arena, raw);
	case KIND_QUANTITY:
		return digits_value(arena, raw, 1, 6);
	case KIND_NPI:
		return digits_value(arena, raw, 10, 10);
	case KIND_ZIP:
		return zip_value(arena, raw);
	case KIND_PHONE:
		return phone_value(arena, raw);
	case KIND_STATE:
		return state_value(arena, raw);
	case KIND_ICD:
		return icd_value(arena, raw);
	case KIND_PROCEDURE:
		return procedure_value(arena, raw);
	case KIND_CHECKBOX:
		return raw;
	case KIND_CODE:
		return code_value(arena, field, raw);
	case KIND_TAX_NUMBER:
		return tax_id_value(arena, raw);
	case KIND_ADDRESS:
		return lines_joined(arena, raw, ", ");
	default:
		return lines_joined(arena, raw, " ");
	}
}
