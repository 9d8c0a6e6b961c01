/* doubtful.c - amounts on slips that the reader was not sure of.
 *
 * A till's print is worn: "86, 45.", "13, ‚B0", "RMO. 94" are amounts whose cents came
 * off or whose digits were read as letters, and where several readings of a word
 * disagree the losing ones may be right. What looks like an amount but for such damage
 * becomes a candidate that counts less; further ways to read a place are kept as
 * doubts. A doubt never wins by itself: it is offered beside what was read, and only
 * sums that close with it (amounts.c, till.c) make it the better choice. */
#include "extract.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#define TOKENS_MOST 3 /* of a torn amount */
#define WHOLE_MOST 6  /* digits before the mark */
#define VARIANTS_MOST 3
#define TEXT_MOST 40

/* Confidence and score of what was mended, as shares. */
#define MENDED 0.6F
#define OFFERED 0.75F

/* What digits look like once they are worn; the likelier digit first. */
static const struct {
	const char *print;
	const char *digits;
} lookalikes[] = {
	{"O", "0"}, {"o", "0"}, {"Q", "0"},	  {"D", "0"},	   {"@", "0"},
	{"C", "0"}, {"U", "0"}, {"\u20ac", "06"}, {"\u00ae", "0"}, {"I", "1"},
	{"l", "1"}, {"|", "1"}, {"!", "1"},	  {"]", "1"},	   {"i", "1"},
	{"Z", "2"}, {"z", "2"}, {"S", "5"},	  {"s", "5"},	   {"$", "5"},
	{"B", "8"}, {"&", "8"}, {"G", "60"},	  {"b", "6"},	   {"g", "9"},
	{"q", "9"}, {"A", "4"}, {"?", "7"},
};

static const char *const marks[] = {".",      ",",	":",	  ";",	    "'",
				    "\u2019", "\u201a", "\u201e", "\u00b7", "\u00b0",
				    "*",      "_",	"\""};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A digit or what is taken for one, the `other` way where there are two; moves on. */
static char take_digit(const char **s, bool other, int *mended)
{
	if (digit(**s))
		return *(*s)++;
	for (size_t i = 0; i < sizeof lookalikes / sizeof *lookalikes; i++) {
		const char *digits = lookalikes[i].digits;
		if (!text_starts(*s, lookalikes[i].print))
			continue;
		*s += strlen(lookalikes[i].print);
		(*mended)++;
		return digits[other && digits[1]];
	}
	return 0;
}

/* One or two marks with spaces between, or a mere gap: the decimal mark of worn print.
 */
static bool take_mark(const char **s)
{
	const char *p = *s;
	int n = 0, spaces = 0;
	for (int i = 0; i < 4; i++) {
		size_t len = *p == ' ';
		spaces += (int)len;
		for (size_t m = 0; !len && m < sizeof marks / sizeof *marks; m++)
			if (text_starts(p, marks[m])) {
				len = strlen(marks[m]);
				n++;
			}
		if (!len)
			break;
		p += len;
	}
	*s = p;
	return n == 1 || n == 2 || (n == 0 && spaces == 1);
}

/* Nothing but stray marks or a tax letter follows. */
static bool ends(const char *s)
{
	while (*s == ' ' || (*s && strchr(".,:;'\"|_-*=~", *s)))
		s++;
	if (isalpha((unsigned char)*s))
		s++;
	return *s == 0;
}

struct reading { /* of a print as an amount */
	struct decimal value;
	int mended; /* characters that were taken for digits */
};

/* An amount at s: digits, a mark, two digits. One of them must really be one, and of
 * three not more than two may be guessed. */
static bool worn_amount(const char *s, bool other, struct reading *out)
{
	char text[WHOLE_MOST + 4] = "";
	int mended = 0, whole = 0;
	char c;
	while (whole < WHOLE_MOST && (c = take_digit(&s, other, &mended)) != 0)
		text[whole++] = c;
	if (whole == 0 || !take_mark(&s))
		return false;
	text[whole] = '.';
	for (int i = 1; i <= 2; i++) {
		c = take_digit(&s, other, &mended);
		if (!c)
			return false;
		text[whole + i] = c;
	}
	text[whole + 3] = 0;
	out->mended = mended;
	return mended * 3 <= (whole + 2) * 2 + 1 && mended < whole + 2 && ends(s) &&
	       decimal_parse(text, &out->value);
}

/* What may stand before an amount in its word: a currency, stray marks. */
static bool prefix(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (digit(s[i]))
			return false;
	return len <= 4;
}

static size_t add_variant(struct reading *out, size_t n, struct reading reading)
{
	for (size_t k = 0; k < n; k++)
		if (decimal_cmp(out[k].value, reading.value) == 0)
			return n;
	size_t at = n < VARIANTS_MOST ? n++ : n;
	while (at > 0 && out[at - 1].mended > reading.mended) {
		if (at < VARIANTS_MOST)
			out[at] = out[at - 1];
		at--;
	}
	if (at < VARIANTS_MOST)
		out[at] = reading;
	return n;
}

/* All amounts a print can be taken for, that with the least guesses first: the start of
 * the digits is open, and some letters look like two digits. */
static size_t variants(const char *print, struct reading out[VARIANTS_MOST])
{
	size_t n = 0;
	for (size_t i = 0; print[i] && prefix(print, i); i++) {
		struct reading reading;
		if (((unsigned char)print[i] & 0xc0) == 0x80)
			continue;
		for (int other = 0; other < 2; other++)
			if (worn_amount(print + i, other, &reading))
				n = add_variant(out, n, reading);
	}
	return n;
}

static const struct candidate *amount_at(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind == KIND_AMOUNT && c->money && span_overlaps(c->span, span))
			return c;
	}
	return NULL;
}

static bool dated(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if ((c->kind == KIND_DATE || c->kind == KIND_TIME ||
		     c->kind == KIND_PERCENT) &&
		    span_overlaps(c->span, span))
			return true;
	}
	return false;
}

static struct candidate amount(const struct work *work, struct span span,
			       struct decimal value, float share)
{
	char buf[DECIMAL_TEXT_MAX];
	return (struct candidate){
		.kind = KIND_AMOUNT,
		.span = span,
		.box = span_box(&work->layout, span),
		.raw = span_raw(&work->layout, work->arena, span),
		.value = arena_strdup(work->arena, decimal_print(value, 2, buf)),
		.confidence = span_confidence(&work->layout, span) * share,
		.number = value,
		.decimals = 2,
		.money = true,
		.worn = true,
	};
}

/* A way to read the place: its candidate where it has none, else a doubt. */
static void offer(struct work *work, struct span span, struct decimal value)
{
	const struct candidate *known = amount_at(work, span);
	if (known && decimal_cmp(known->number, value) == 0)
		return;
	struct candidate c = amount(work, known ? known->span : span, value, MENDED);
	if (known)
		*arena_push(work->arena, work->doubts, work->n_doubts,
			    work->cap_doubts) = c;
	else
		*arena_push(work->arena, work->candidates, work->n_candidates,
			    work->cap_candidates) = c;
}

static void offer_print(struct work *work, struct span span, const char *print)
{
	struct reading values[VARIANTS_MOST];
	size_t n = variants(print, values);
	for (size_t i = 0; i < n; i++)
		offer(work, span, values[i].value);
}

static struct span tokens_span(const struct row *row, struct span span, size_t first,
			       size_t last)
{
	span.from = row->tokens[first].from;
	span.to = row->tokens[last].to;
	return span;
}

/* Words of one cell from `first` on, as long a torn amount as there is. */
static size_t look_at_print(struct work *work, const struct row *row, struct span span,
			    size_t first)
{
	for (size_t n = TOKENS_MOST; n > 0; n--) {
		char print[TEXT_MOST] = "";
		size_t last = first + n - 1, len = 0;
		if (last >= row->n_tokens)
			continue;
		span = tokens_span(row, span, first, last);
		if (memchr(row->text + span.from, '\t', span.to - span.from))
			continue;
		for (size_t i = first; i <= last && len < sizeof print; i++)
			len += (size_t)snprintf(print + len, sizeof print - len, "%s%s",
						i > first ? " " : "",
						row->tokens[i].word->text);
		struct reading values[VARIANTS_MOST];
		if (len >= sizeof print || amount_at(work, span) || dated(work, span) ||
		    variants(print, values) == 0)
			continue;
		offer_print(work, span, print);
		return n;
	}
	return 1;
}

/* What the other readings had in the word's place. */
static void look_at_alternatives(struct work *work, const struct row *row,
				 struct span span, size_t at)
{
	const struct word *word = row->tokens[at].word;
	span = tokens_span(row, span, at, at);
	for (size_t i = 0; i < word->n_alternatives && !dated(work, span); i++)
		if (strlen(word->alternatives[i].text) < TEXT_MOST)
			offer_print(work, span, word->alternatives[i].text);
}

void find_doubtful(struct work *work)
{
	for (size_t s = 0; s < work->layout.n_sheets; s++) {
		const struct sheet *sheet = &work->layout.sheets[s];
		if (sheet->page->source == SOURCE_TEXT || !sheet_is_slip(sheet))
			continue;
		for (size_t r = 0; r < sheet->n_rows; r++) {
			const struct row *row = &sheet->rows[r];
			struct span span = {(uint32_t)s, (uint32_t)r, 0, 0};
			for (size_t t = 0; t < row->n_tokens;)
				t += look_at_print(work, row, span, t);
			for (size_t t = 0; t < row->n_tokens; t++)
				look_at_alternatives(work, row, span, t);
		}
	}
}

void offer_doubts(struct work *work)
{
	for (size_t f = 0; f < work->type->n_fields; f++) {
		size_t n = work->options[f].n;
		if (work->type->fields[f].kind != KIND_AMOUNT)
			continue;
		for (size_t i = 0; i < n; i++) {
			struct option option = work->options[f].list[i];
			for (size_t d = 0; d < work->n_doubts; d++) {
				const struct candidate *doubt = &work->doubts[d];
				if (!option.candidate ||
				    !span_overlaps(doubt->span, option.span))
					continue;
				struct option other = option;
				other.value = doubt->value;
				other.number = doubt->number;
				other.candidate = doubt;
				other.score *= OFFERED;
				other.confidence *= MENDED;
				option_add(work, other);
			}
		}
	}
}
