/* candidates.c - print that has the shape of a value: dates, times, numbers, IBANs,
 * BICs, VAT ids, e-mail addresses. No label is looked at here, and nothing is decided:
 * the same print may be two candidates. Numbers inside dates, times and codes are no
 * candidates. */
#include "extract.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "date.h"
#include "text.h"

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static struct candidate *add(struct work *work, enum kind kind, struct span span,
			     const char *value)
{
	struct candidate *c = arena_push(work->arena, work->candidates,
					 work->n_candidates, work->cap_candidates);
	*c = (struct candidate){
		.kind = kind,
		.span = span,
		.box = span_box(&work->layout, span),
		.raw = span_raw(&work->layout, work->arena, span),
		.value = value,
		.confidence = span_confidence(&work->layout, span),
	};
	return c;
}

/* --- dates and times --- */

static size_t scan_date(struct work *work, struct span at, const char *text)
{
	struct printed_date date;
	size_t used = date_scan(text + at.from, &date);
	if (!used)
		return 0;
	bool open = date.ambiguous;
	at.to = at.from + (uint32_t)used;
	if (!date_settle(&date, work->locale.day_first))
		return used;
	char buf[16];
	date_print((struct date){date.year, date.month, date.day}, buf);
	struct candidate *c = add(work, KIND_DATE, at, arena_strdup(work->arena, buf));
	c->ambiguous = open;
	if (open)
		c->confidence *= 0.4F + 0.6F * work->locale.day_sure;
	return used;
}

static size_t scan_time(struct work *work, struct span at, const char *text)
{
	int hour, minute;
	size_t used = time_scan(text + at.from, &hour, &minute);
	if (!used)
		return 0;
	at.to = at.from + (uint32_t)used;
	add(work, KIND_TIME, at, arena_printf(work->arena, "%02d:%02d", hour, minute));
	return used;
}

/* --- numbers --- */

/* "20. 00" and "20 .00": the reader saw a gap at the decimal mark. Bytes used, or 0. */
static size_t scan_torn(const char *s, struct printed_number *out)
{
	size_t whole = strspn(s, "0123456789");
	const char *p = s + whole;
	size_t gap = 0;
	char mark = 0;
	for (; gap < 2 && (*p == ' ' || *p == '.' || *p == ','); gap++, p++)
		if (*p != ' ')
			mark = *p;
	if (whole == 0 || whole > 6 || gap != 2 || !mark || !digit(p[0]) ||
	    !digit(p[1]) || digit(p[2]) || letter(p[2]) || p[2] == '.' || p[2] == ',' ||
	    p[2] == '/')
		return 0;
	char joined[16];
	snprintf(joined, sizeof joined, "%.*s%c%.2s", (int)whole, s, mark, p);
	return number_scan(joined, mark, out) ? whole + 4 : 0;
}

/* Whether a number may begin after this print: not inside a word, a date or a code. */
static bool may_begin(const char *text, uint32_t at)
{
	if (at == 0)
		return true;
	char before = text[at - 1];
	if (before == 'x' && at > 1 && (digit(text[at - 2]) || text[at - 2] == ' '))
		return true;
	if (digit(before) || strchr(".,/#_", before))
		return false;
	if (before == '-' || letter(before))
		return false;
	return true;
}

/* What stands in a token outside the number: "RM" of "RM60.30". */
static bool token_money(const struct row *row, struct span span)
{
	for (size_t i = 0; i < row->n_tokens; i++) {
		const struct token *token = &row->tokens[i];
		const char *word = token->word->text;
		size_t len;
		if (token->to + 1 == span.from || token->from == span.to + 1) {
			const char *code = currency_scan(word, &len);
			if (code && !currency_common(code))
				continue;
			if (code && !word[len + strspn(word + len, ":.)")] &&
			    row->text[token->to] != '\t' &&
			    (token->from == 0 || token->to + 1 == span.from ||
			     row->text[token->from - 1] != '\t'))
				return true;
			continue;
		}
		if (token->from > span.from || token->to < span.to ||
		    token->to - token->from != strlen(word))
			continue;
		if (span.from > token->from && currency_scan(word, &len) &&
		    len <= span.from - token->from)
			return true;
		if (span.to < token->to &&
		    currency_scan(word + (span.to - token->from), &len))
			return true;
	}
	return false;
}

/* "$", "rm", "eur" and the like right before the number, in the same word. */
static bool currency_before(const struct row *row, uint32_t at)
{
	for (size_t i = 0; i < row->n_tokens; i++) {
		const struct token *token = &row->tokens[i];
		size_t len, lead = strspn(token->word->text, "-+(*=:");
		if (token->from >= at || token->to <= at ||
		    token->to - token->from != strlen(token->word->text))
			continue;
		return currency_scan(token->word->text + lead, &len) &&
		       token->from + lead + len == at;
	}
	return false;
}

/* Where the minus of "-£4.50", "-€ 4,50" or "(£4.50)" stands, before the currency: a
 * sign that is passed over makes a debt of a credit. The number's own place when there
 * is none. */
static uint32_t sign_before(const struct row *row, struct span number)
{
	uint32_t end = number.from;
	if (end > 0 && row->text[end - 1] == ' ')
		end--;
	for (size_t i = 0; i < row->n_tokens; i++) {
		const struct token *token = &row->tokens[i];
		const char *word = token->word->text;
		size_t len, sign = minus_length(word);
		bool bracket = *word == '(' && row->text[number.to] == ')';
		if (token->from >= end || token->to < end)
			continue;
		sign = bracket ? 1 : sign;
		return sign && currency_scan(word + sign, &len) &&
				       token->from + 1 + len == end
			       ? token->from
			       : number.from;
	}
	return number.from;
}

/* What may follow a number of money: a tax letter or two, a star, a currency. */
static bool may_end(const char *p, int decimals)
{
	size_t letters = 0;
	while (letter(p[letters]))
		letters++;
	if (letters > 0)
		return decimals > 0 ? letters <= 4 : letters <= 3;
	if ((*p == '/' || *p == '-' || *p == ':' || *p == '_') &&
	    (digit(p[1]) || letter(p[1])))
		return decimals == 2;
	return true;
}

/* The text from `from` on, cut where the gap between two words is wider than between
 * groups of a number: "3  850.00" is a quantity and a price. */
static const char *narrow_text(struct work *work, const struct row *row, uint32_t from,
			       int32_t wide)
{
	for (size_t i = 0; i + 1 < row->n_tokens; i++) {
		const struct token *token = &row->tokens[i];
		int32_t gap = token[1].word->box.x - box_right(token->word->box);
		if (token->to > from && gap > wide)
			return arena_strndup(work->arena, row->text + from,
					     token->to - from);
	}
	return row->text + from;
}

static size_t scan_number(struct work *work, struct span at, const struct row *row)
{
	const char *text = row->text;
	const char *sign = strchr("-(+", text[at.from]) ? "-(+" : "";
	struct printed_number number;
	if (*sign ? at.from > 0 &&
			    (digit(text[at.from - 1]) || letter(text[at.from - 1]))
		  : !may_begin(text, at.from) && !currency_before(row, at.from))
		return 0;
	bool torn = false;
	size_t used = work->ocr ? scan_torn(text + at.from, &number) : 0;
	if (used)
		torn = true;
	else
		used = number_scan(
			narrow_text(work, row, at.from,
				    work->layout.sheets[at.sheet].wide * 3 / 4),
			work->locale.mark, &number);
	if (!used || !may_end(text + at.from + used, number.decimals))
		return used;
	at.to = at.from + (uint32_t)used;
	const char *after = text + at.to;
	after += *after == ' ';
	bool percent = *after == '%';
	uint32_t sign_at = *sign ? at.from : sign_before(row, at);
	if (sign_at < at.from)
		number.value = decimal_neg(number.value);
	char buf[DECIMAL_TEXT_MAX];
	decimal_print(number.value, percent ? 0 : 2, buf);
	struct candidate *c = add(work, percent ? KIND_PERCENT : KIND_AMOUNT, at,
				  arena_strdup(work->arena, buf));
	if (sign_at < at.from) {
		c->span.from = sign_at;
		c->span.to += text[at.to] == ')';
		c->raw = span_raw(&work->layout, work->arena, c->span);
		c->box = span_box(&work->layout, c->span);
	}
	c->number = number.value;
	c->decimals = number.decimals;
	c->money = !percent && (number.decimals == 2 || token_money(row, at));
	if (torn)
		c->confidence *= 0.85F;
	return used;
}

/* --- codes --- */

/* Letters and digits from `from` on, over single spaces, points and dashes; ends[n] is
 * the byte behind the n-th. Returns how many. */
static size_t gather(const char *text, uint32_t from, char *out, uint32_t *ends,
		     size_t max)
{
	size_t n = 0;
	uint32_t at = from;
	while (n < max && (digit(text[at]) || (text[at] >= 'a' && text[at] <= 'z'))) {
		out[n++] = (char)toupper((unsigned char)text[at++]);
		ends[n - 1] = at;
		if ((text[at] == ' ' || text[at] == '.' || text[at] == '-') &&
		    (digit(text[at + 1]) || letter(text[at + 1])))
			at++;
	}
	out[n] = 0;
	return n;
}

static bool boundary(const char *text, uint32_t at)
{
	return !digit(text[at]) && !letter(text[at]);
}

#define CODE_MAX 34

static size_t scan_iban(struct work *work, struct span at, const char *text)
{
	char code[CODE_MAX + 1];
	uint32_t ends[CODE_MAX];
	size_t n = gather(text, at.from, code, ends, CODE_MAX);
	size_t want = n > 4 ? (size_t)iban_length(code) : 0;
	if (!want || n < want || !digit(code[2]) || !digit(code[3]) ||
	    !boundary(text, ends[want - 1]))
		return 0;
	code[want] = 0;
	at.to = ends[want - 1];
	add(work, KIND_IBAN, at, arena_strdup(work->arena, code));
	return at.to - at.from;
}

static size_t scan_vat_id(struct work *work, struct span at, const char *text)
{
	char code[CODE_MAX + 1];
	uint32_t ends[CODE_MAX];
	size_t n = gather(text, at.from, code, ends, 17);
	for (; n >= 9; n--) {
		code[n] = 0;
		if (!boundary(text, ends[n - 1]) || !vat_id_matches(code))
			continue;
		at.to = ends[n - 1];
		add(work, KIND_VAT_ID, at, arena_strdup(work->arena, code));
		return at.to - at.from;
	}
	return 0;
}

static size_t scan_email(struct work *work, struct span at, const char *text)
{
	size_t len = strcspn(text + at.from, " \t,;()<>");
	const char *sign = memchr(text + at.from, '@', len);
	if (!sign || sign == text + at.from ||
	    !memchr(sign, '.', len - (size_t)(sign - text - at.from)))
		return 0;
	at.to = at.from + (uint32_t)len;
	char *raw = span_raw(&work->layout, work->arena, at);
	const char *value = value_canonical(work->arena, KIND_EMAIL, raw, -1, 0);
	if (!value)
		return 0;
	add(work, KIND_EMAIL, at, value);
	return len;
}

/* --- rows --- */

static void scan_row(struct work *work, uint32_t sheet, uint32_t index)
{
	const struct row *row = &work->layout.sheets[sheet].rows[index];
	const char *text = row->text;
	for (uint32_t at = 0; text[at];) {
		struct span span = {sheet, index, at, at};
		bool start = at == 0 || boundary(text, at - 1);
		size_t used = 0;
		if (start && (digit(text[at]) || letter(text[at])))
			used = scan_date(work, span, text);
		if (!used && start && digit(text[at]))
			used = scan_time(work, span, text);
		if (!used && start && letter(text[at]))
			used = scan_iban(work, span, text);
		if (!used && start && letter(text[at]))
			used = scan_vat_id(work, span, text);
		if (!used && start)
			used = scan_email(work, span, text);
		if (!used && (digit(text[at]) || strchr("-(+", text[at])))
			used = scan_number(work, span, row);
		at += used ? (uint32_t)used : 1;
	}
}

/* --- dates that disagree --- */

/* "18/09/28": day and year of what three_numbers read, the other way round; NULL where
 * that is no date. */
static const char *year_first(const struct work *work, const struct candidate *c)
{
	int year, month, day;
	char buf[16];
	size_t digits = strspn(c->raw, "0123456789");
	if (digits != 2 || strlen(c->raw) != 8 ||
	    sscanf(c->value, "%d-%d-%d", &year, &month, &day) != 3)
		return NULL;
	struct date other = {2000 + day, month, year - 2000};
	if (year < 2000 || !date_valid(other.year, other.month, other.day))
		return NULL;
	date_print(other, buf);
	return arena_strdup(work->arena, buf);
}

/* Whether the document prints the year, in four digits after a separator. */
static bool prints_year(const struct work *work, const char *value)
{
	char year[6] = "/";
	memcpy(year + 1, value, 4);
	for (size_t s = 0; s < work->layout.n_sheets; s++)
		for (size_t r = 0; r < work->layout.sheets[s].n_rows; r++) {
			const char *text = work->layout.sheets[s].rows[r].text;
			for (*year = '-'; *year <= '/'; (*year)++)
				if (strstr(text, year))
					return true;
		}
	return false;
}

/* Two digits first and last: where only the other order's year is printed elsewhere,
 * the year stands first. */
static void settle_short_years(struct work *work)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		struct candidate *c = &work->candidates[i];
		const char *other = c->kind == KIND_DATE ? year_first(work, c) : NULL;
		if (other && prints_year(work, other) && !prints_year(work, c->value))
			c->value = other;
	}
}

static int digits_apart(const char *a, const char *b)
{
	int n = 0;
	for (; *a && *b; a++, b++)
		n += *a != *b;
	return *a || *b ? 9 : n;
}

/* Papers of this type have one date: others on them are the same day or no matter. */
static bool one_date(const struct doctype *type)
{
	size_t n = 0;
	for (size_t i = 0; i < type->n_fields; i++)
		n += type->fields[i].kind == KIND_DATE;
	return n == 1;
}

/* The same day printed twice and once misread in one digit: the surer print holds. */
static void settle_twins(struct work *work)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		struct candidate *c = &work->candidates[i];
		for (size_t k = 0; k < work->n_candidates && c->kind == KIND_DATE;
		     k++) {
			const struct candidate *o = &work->candidates[k];
			if (o->kind == KIND_DATE && c->confidence < 0.85F &&
			    o->confidence > c->confidence + 0.12F &&
			    digits_apart(c->value, o->value) == 1)
				c->value = o->value;
		}
	}
}

void find_candidates(struct work *work)
{
	for (size_t s = 0; s < work->layout.n_sheets; s++)
		for (size_t r = 0; r < work->layout.sheets[s].n_rows; r++)
			scan_row(work, (uint32_t)s, (uint32_t)r);
	settle_short_years(work);
	if (work->ocr && one_date(work->type))
		settle_twins(work);
}
