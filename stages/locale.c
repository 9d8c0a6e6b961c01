/* locale.c - how a document writes its numbers and dates, decided once for all of it.
 *
 * Every amount that explains itself votes for its decimal mark, every date that does
 * for its order; a currency or a language that is at home in one place speaks when
 * dates don't. What stays undecided is 0 or -1, and ambiguous print then has no value:
 * a misread month is worse than none. */
#include "extract.h"
#include "learn.h"

#include <string.h>

#include "text.h"

struct votes {
	int comma, point;
	int day_first, month_first; /* dates that prove it */
};

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

static void vote_date(struct votes *votes, const struct printed_date *date)
{
	if (date->month_name || date->day_first < 0)
		return;
	if (date->day_first)
		votes->day_first++;
	else
		votes->month_first++;
}

static void vote_number(struct votes *votes, const struct printed_number *number)
{
	if (!number->mark || number->ambiguous || number->decimals == 0)
		return;
	int weight = number->grouped ? 3 : number->decimals == 2 ? 2 : 1;
	if (number->mark == ',')
		votes->comma += weight;
	else
		votes->point += weight;
}

static void vote_row(struct votes *votes, const char *text)
{
	for (const char *p = text; *p;) {
		struct printed_date date;
		struct printed_number number;
		bool start = p == text || !alnum(p[-1]);
		size_t used = start ? date_scan(p, &date) : 0;
		if (used) {
			vote_date(votes, &date);
			p += used;
			continue;
		}
		bool numeral = *p >= '0' && *p <= '9' &&
			       (p == text || !strchr("0123456789.,/-", p[-1]));
		used = numeral ? number_scan(p, 0, &number) : 0;
		if (used && !alnum(p[used]))
			vote_number(votes, &number);
		p += used ? used : 1;
	}
}

/* Where the smaller number of a date is the month, by what the money or the words say.
 */
static const struct {
	const char *currency;
	int day_first;
} custom[] = {
	{"USD", 0}, {"EUR", 1}, {"GBP", 1}, {"CHF", 1}, {"MYR", 1},
	{"SGD", 1}, {"INR", 1}, {"AUD", 1}, {"NZD", 1}, {"PLN", 1},
	{"CZK", 1}, {"DKK", 1}, {"NOK", 1}, {"SEK", 1}, {"BRL", 1},
	{"MXN", 1}, {"HKD", 1}, {"THB", 1}, {"IDR", 1}, {"ZAR", 1},
};

static void decide_order(struct locale *locale, const struct votes *votes)
{
	int proofs = votes->day_first + votes->month_first;
	locale->day_first = -1;
	if (votes->day_first != votes->month_first) {
		locale->day_first = votes->day_first > votes->month_first;
		int more = locale->day_first ? votes->day_first : votes->month_first;
		locale->day_sure = (float)more / (float)proofs;
		return;
	}
	for (size_t i = 0; locale->currency && i < sizeof custom / sizeof *custom; i++)
		if (strcmp(custom[i].currency, locale->currency) == 0) {
			locale->day_first = custom[i].day_first;
			locale->day_sure = 0.9F;
		}
	if (locale->day_first < 0) {
		/* most of the world; a comma says that it is not the other part */
		locale->day_first = 1;
		locale->day_sure = locale->mark == ',' ? 0.9F : 0.6F;
	}
}

/* --- currency --- */

#define CURRENCIES_MAX 8

struct tally {
	const char *code;
	int votes;
	struct span span;
};

static void tally_add(struct tally *tally, const char *code, int votes,
		      struct span span)
{
	for (size_t i = 0; i < CURRENCIES_MAX; i++) {
		if (!tally[i].code)
			tally[i] = (struct tally){code, 0, span};
		if (strcmp(tally[i].code, code) == 0) {
			tally[i].votes += votes;
			return;
		}
	}
}

static bool has_digit(const char *s)
{
	return s[strcspn(s, "0123456789")] != 0;
}

/* A currency at either end of a word, "(RM)" and "EUR/kg" included. */
static const char *currency_in(const char *word, bool *with_number)
{
	size_t len;
	const char *s = word;
	while (*s && strchr("(-+*=:", *s))
		s++;
	const char *code = currency_scan(s, &len);
	if (code) {
		*with_number = has_digit(s + len);
		bool ends = !s[len] || !alnum((char)(s[len] | 32)) || *with_number;
		return ends ? code : NULL;
	}
	const char *inner = strchr(s, '(');
	if (inner && (code = currency_scan(inner + 1, &len)) && inner[1 + len] == ')')
		return code; /* "Amt(RM)" */
	s += strspn(s, "0123456789.,'");
	code = s != word && *s ? currency_scan(s, &len) : NULL;
	*with_number = true;
	return code && !s[len + strspn(s + len, ".,)*")] ? code : NULL;
}

static bool money_like(const char *word)
{
	struct printed_number number;
	const char *digits = word + strcspn(word, "0123456789");
	return number_scan(digits, 0, &number) && number.decimals == 2;
}

/* An amount with cents in the word or next to it: "BHD 12.50", not "SDN BHD
 * (139386-X)". */
static bool money_beside(const struct row *row, size_t at)
{
	for (size_t i = at ? at - 1 : 0; i <= at + 1 && i < row->n_tokens; i++)
		if (money_like(row->tokens[i].word->text))
			return true;
	return false;
}

static void tally_row(struct work *work, struct tally *tally, uint32_t sheet,
		      uint32_t index)
{
	const struct row *row = &work->layout.sheets[sheet].rows[index];
	for (size_t i = 0; i < row->n_tokens; i++) {
		const struct token *token = &row->tokens[i];
		bool number = false;
		const char *code = currency_in(token->word->text, &number);
		if (!code)
			continue;
		if (i + 1 < row->n_tokens && has_digit(token[1].word->text))
			number = true;
		if (i > 0 && has_digit(token[-1].word->text))
			number = true;
		if (!currency_common(code) && !money_beside(row, i))
			continue;
		struct span span = {sheet, index, token->from, token->to};
		tally_add(tally, code, number ? 2 : 1, span);
	}
}

/* "$" is everybody's dollar: a code that names one takes its votes. */
static void merge_dollars(struct tally *tally)
{
	struct tally *plain = NULL, *named = NULL;
	for (size_t i = 0; i < CURRENCIES_MAX && tally[i].code; i++) {
		const char *code = tally[i].code;
		if (strcmp(code, "USD") == 0)
			plain = &tally[i];
		else if (strstr("CAD AUD NZD SGD HKD MXN", code))
			named = &tally[i];
	}
	if (plain && named && named->votes > 1) {
		named->votes += plain->votes;
		plain->votes = 0;
	}
}

/* Words that are at home in one country ("TVQ", "ringgit") as the type's XSD has them.
 */
static void tally_words(const struct work *work, struct tally *tally)
{
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		if (mark->field->kind == KIND_CURRENCY && mark->label->value)
			tally_add(tally, mark->label->value,
				  (int)(mark->label->weight * 4), mark->span);
	}
}

static void decide_currency(struct work *work)
{
	struct tally tally[CURRENCIES_MAX + 1] = {0};
	int all = 0;
	const struct tally *best = &tally[0];
	for (size_t s = 0; s < work->layout.n_sheets; s++)
		for (size_t r = 0; r < work->layout.sheets[s].n_rows; r++)
			tally_row(work, tally, (uint32_t)s, (uint32_t)r);
	tally_words(work, tally);
	merge_dollars(tally);
	for (size_t i = 0; i < CURRENCIES_MAX && tally[i].code; i++) {
		all += tally[i].votes;
		if (tally[i].votes > best->votes)
			best = &tally[i];
	}
	if (all == 0)
		return;
	work->locale.currency = best->code;
	work->locale.currency_sure = (float)best->votes / (float)all;
	work->locale.currency_span = best->span;
}

/* What the supplier's papers were before, where this one does not say. */
static void recall_habits(struct work *work, const struct votes *votes)
{
	const struct learnt *order = learnt_of(work->doc->known, LEARNT_ORDER, "");
	const struct learnt *mark = learnt_of(work->doc->known, LEARNT_MARK, "");
	struct locale *locale = &work->locale;

	if (mark && votes->comma == votes->point) {
		locale->mark = mark->value[0];
		known_use(work->doc, mark);
	}
	if (order && votes->day_first == votes->month_first) {
		locale->day_first = strcmp(order->value, "day-first") == 0;
		locale->day_sure = order->confirmed ? 0.98F : 0.9F;
		known_use(work->doc, order);
	}
}

void decide_locale(struct work *work)
{
	struct votes votes = {0};
	for (size_t s = 0; s < work->layout.n_sheets; s++)
		for (size_t r = 0; r < work->layout.sheets[s].n_rows; r++)
			vote_row(&votes, work->layout.sheets[s].rows[r].text);
	work->locale = (struct locale){.day_first = -1};
	if (votes.comma != votes.point)
		work->locale.mark = votes.comma > votes.point ? ',' : '.';
	decide_currency(work);
	decide_order(&work->locale, &votes);
	recall_habits(work, &votes);
}
