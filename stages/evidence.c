/* evidence.c - what a paper shows of who sent it, whatever the reader made of it.
 *
 * Codes that hardly two suppliers share (IBAN, VAT id, long numbers, mail and web
 * domains) from the whole first page, and the words of its head and foot. Nothing is
 * decided here, and no label is needed: which of these identify the supplier shows when
 * the same come again. Readers confuse 0 and O, 1 and l, 5 and S: such characters are
 * made one in words and numbers, so that two readings of one print agree more often. */
#include "learn.h"

#include <ctype.h>
#include <string.h>

#include "layout.h"
#include "schema.h"
#include "text.h"
#include "value.h"

enum {
	KEYS_MAX = 120,
	HEAD_ROWS = 14,
	HEAD_BYTES = 700,
	FOOT_ROWS = 4,
	NUMBER_MIN = 7, /* digits; shorter ones are dates and amounts */
	NUMBER_MAX = 20,
	WORD_MIN = 4,
	WORD_MAX = 32,
};
#define CLEAR 0.8F /* of the reader's own confidence */

static const char *const names[EVIDENCE_KIND_N] = {
	[EVIDENCE_IBAN] = "iban",     [EVIDENCE_TAX_ID] = "tax-id",
	[EVIDENCE_NUMBER] = "number", [EVIDENCE_DOMAIN] = "domain",
	[EVIDENCE_WORD] = "word",
};

const char *evidence_kind_name(enum evidence_kind kind)
{
	return names[kind];
}

struct gathering {
	struct arena *arena;
	const struct layout *layout;
	struct evidence *evidence;
	size_t n_words; /* of the print */
};

static bool plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static void add_key(struct gathering *g, enum evidence_kind kind, const char *key,
		    bool clear)
{
	struct evidence *e = g->evidence;

	for (size_t i = 0; i < e->n_keys; i++)
		if (e->keys[i].kind == kind && strcmp(e->keys[i].key, key) == 0) {
			e->keys[i].clear |= clear;
			return;
		}
	if (e->n_keys < KEYS_MAX)
		*arena_push(g->arena, e->keys, e->n_keys, e->cap_keys) =
			(struct evidence_key){kind, arena_strdup(g->arena, key), clear};
}

static bool is_clear(const struct gathering *g, struct span span)
{
	return span_confidence(g->layout, span) >= CLEAR;
}

/* --- codes -------------------------------------------------------------------- */

/* Letters and digits from `from` on, over single spaces, points, slashes and dashes.
 * ends[n] is the byte behind the n-th. */
static size_t gather(const char *text, uint32_t from, char *out, uint32_t *ends,
		     size_t max)
{
	size_t n = 0;

	for (uint32_t at = from; n < max && plain(text[at]);) {
		out[n] = (char)toupper((unsigned char)text[at++]);
		ends[n++] = at;
		if (text[at] && strchr(" .-/", text[at]) && plain(text[at + 1]))
			at++;
	}
	out[n] = '\0';
	return n;
}

/* The bytes taken by an IBAN or VAT id that starts at span.from, or 0. */
static uint32_t code_at(struct gathering *g, const char *text, struct span span)
{
	char code[40];
	uint32_t ends[40];
	size_t n = gather(text, span.from, code, ends, 34);
	size_t want = n > 4 ? (size_t)iban_length(code) : 0;

	if (want && n >= want && isdigit((unsigned char)code[2]) &&
	    isdigit((unsigned char)code[3]) && !plain(text[ends[want - 1]])) {
		code[want] = '\0';
		span.to = ends[want - 1];
		add_key(g, EVIDENCE_IBAN, code,
			value_check_digit(KIND_IBAN, code) == 1 && is_clear(g, span));
		return span.to - span.from;
	}
	for (n = n > 17 ? 17 : n; n >= 9; n--) {
		code[n] = '\0';
		if (plain(text[ends[n - 1]]) || !vat_id_matches(code))
			continue;
		span.to = ends[n - 1];
		add_key(g, EVIDENCE_TAX_ID, code, is_clear(g, span));
		return span.to - span.from;
	}
	return 0;
}

static bool joins_digits(const char *s)
{
	return *s && strchr(" -/()", *s) &&
	       (isdigit((unsigned char)s[1]) ||
		(s[1] && strchr(" -/()", s[1]) && isdigit((unsigned char)s[2])));
}

/* A long number, over the gaps people print in telephone numbers. A date is none, and
 * an amount ends at its decimal mark. */
static uint32_t number_at(struct gathering *g, const char *text, struct span span)
{
	char digits[NUMBER_MAX + 1];
	size_t n = 0;
	uint32_t at = span.from;
	struct printed_date date;
	size_t dated = date_scan(text + at, &date);

	if (dated)
		return (uint32_t)dated;
	while (isdigit((unsigned char)text[at])) {
		while (isdigit((unsigned char)text[at])) {
			if (n < NUMBER_MAX)
				digits[n++] = text[at];
			at++;
		}
		if (joins_digits(text + at))
			at += (uint32_t)strspn(text + at, " -/()");
	}
	digits[n] = '\0';
	span.to = at;
	if (n >= NUMBER_MIN)
		add_key(g, EVIDENCE_NUMBER, digits, is_clear(g, span));
	return at - span.from;
}

/* "www.acme.example" and "info@acme.example" to "acmeexample". */
static void domain_in(struct gathering *g, const char *text, struct span span)
{
	char key[WORD_MAX + 1];
	size_t n = 0;
	const char *start = text + span.from, *sign, *end = text + span.to;

	sign = memchr(start, '@', span.to - span.from);
	if (sign)
		start = sign + 1;
	else if (text_starts(start, "www."))
		start += 4;
	else
		return;
	if (!memchr(start, '.', (size_t)(end - start)))
		return;
	for (const char *p = start; p < end && *p != '/' && n < WORD_MAX; p++)
		if (plain(*p))
			key[n++] = *p;
	key[n] = '\0';
	if (n >= 5)
		add_key(g, EVIDENCE_DOMAIN, key, is_clear(g, span));
}

static void codes_of_row(struct gathering *g, uint32_t sheet, uint32_t index)
{
	const struct row *row = &g->layout->sheets[sheet].rows[index];
	const char *text = row->text;

	for (uint32_t at = 0; text[at];) {
		struct span span = {sheet, index, at, at};
		bool start = at == 0 || !plain(text[at - 1]);
		uint32_t used = 0;

		if (start && text[at] >= 'a' && text[at] <= 'z')
			used = code_at(g, text, span);
		if (!used && start && isdigit((unsigned char)text[at]))
			used = number_at(g, text, span);
		at += used ? used : 1;
	}
	for (size_t i = 0; i < row->n_tokens; i++)
		domain_in(g, text,
			  (struct span){sheet, index, row->tokens[i].from,
					row->tokens[i].to});
}

/* --- words -------------------------------------------------------------------- */

static void words_of_row(struct gathering *g, const struct row *row)
{
	for (size_t i = 0; i < row->n_tokens; i++)
		g->evidence->clarity += row->tokens[i].word->confidence;
	g->n_words += row->n_tokens;
	for (size_t i = 0; i < row->n_runs; i++) {
		char word[WORD_MAX + 1];
		size_t n = 0;

		for (uint32_t at = row->runs[i].from;
		     at < row->runs[i].to && n < WORD_MAX; at++)
			if (plain(row->text[at]))
				word[n++] = look_alike(row->text[at]);
		word[n] = '\0';
		if (n >= WORD_MIN)
			add_key(g, EVIDENCE_WORD, word, false);
	}
}

static void add_row(struct strbuf *print, const char *text)
{
	size_t from = print->len;

	for (const char *p = text; *p; p++) {
		char c = plain(*p) ? *p : ' ';
		if (c != ' ' ||
		    (print->len > from && print->text[print->len - 1] != ' '))
			strbuf_add_n(print, &c, 1);
	}
	if (print->len > from)
		strbuf_add(print, "\n");
}

static void print_of_page(struct gathering *g, const struct sheet *sheet,
			  struct strbuf *print)
{
	size_t head = 0;

	for (; head < sheet->n_rows && head < HEAD_ROWS && print->len < HEAD_BYTES;
	     head++) {
		add_row(print, sheet->rows[head].text);
		words_of_row(g, &sheet->rows[head]);
	}
	if (sheet_is_slip(sheet))
		return;
	size_t foot =
		sheet->n_rows > head + FOOT_ROWS ? sheet->n_rows - FOOT_ROWS : head;
	for (; foot < sheet->n_rows; foot++) {
		add_row(print, sheet->rows[foot].text);
		words_of_row(g, &sheet->rows[foot]);
	}
}

struct evidence *evidence_make(struct arena *arena, const struct doc *doc)
{
	AUTO_ARENA scratch = arena_new();
	struct evidence *evidence = arena_alloc(arena, sizeof(*evidence));
	struct layout layout;
	struct gathering g = {arena, &layout, evidence, 0};
	struct strbuf print;

	strbuf_init(&print, arena);
	layout_make(scratch, doc, &layout);
	for (size_t s = 0; s < layout.n_sheets; s++) {
		const struct sheet *sheet = &layout.sheets[s];

		if (sheet->n_rows == 0)
			continue;
		for (size_t r = 0; r < sheet->n_rows; r++)
			codes_of_row(&g, (uint32_t)s, (uint32_t)r);
		print_of_page(&g, sheet, &print);
		break; /* the first page that has print; others repeat it */
	}
	evidence->print = print.text;
	if (g.n_words)
		evidence->clarity /= (float)g.n_words;
	return evidence;
}
