/* Whether the XML inside a PDF says what its pages say. People see the pages, machines
 * the XML; where the two name another sum, account or number, somebody is deceived, so
 * it stops the document and names the field.
 *
 * A value agrees when it stands anywhere among the words of the pages, in whatever way
 * it is customary to print it. Pages with hardly a word (a picture) witness nothing.
 * Words that cannot be seen were dropped when the pages were read. */
#include "xml_page.h"

#include <ctype.h>
#include <string.h>

#include "decimal.h"
#include "text.h"

enum { WITNESS_WORDS = 20, PARTS_MAX = 4, AMOUNT_MAX = 40 };

/* --- identifiers: letters and digits alone, whatever is set between them --- */

static void add_squeezed(struct strbuf *to, const char *text)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text))
			strbuf_addf(to, "%c", toupper((unsigned char)*text));
}

static const char *all_print(const struct doc *doc, struct arena *scratch)
{
	struct strbuf print;
	strbuf_init(&print, scratch);
	for (size_t p = 0; p < doc->n_pages; p++)
		for (size_t i = 0; i < doc->pages[p]->n_words; i++)
			add_squeezed(&print, doc->pages[p]->words[i].text);
	return print.text ? print.text : "";
}

static bool identifier_stands(const struct doc *doc, const char *value)
{
	AUTO_ARENA scratch = arena_new();
	struct strbuf wanted;
	strbuf_init(&wanted, scratch);
	add_squeezed(&wanted, value);
	return !wanted.text || strstr(all_print(doc, scratch), wanted.text) != NULL;
}

/* --- amounts --- */

static bool is_separator(char c)
{
	return c == '.' || c == ',' || c == '\'';
}

/* Digits and separators of a word; a currency before or behind is left out, as are
 * spaces of other kinds between thousands. */
static size_t add_figures(char *to, size_t n, const char *text)
{
	for (; *text && n + 1 < AMOUNT_MAX; text++)
		if (isdigit((unsigned char)*text) || is_separator(*text))
			to[n++] = *text;
	to[n] = '\0';
	return n;
}

/* The figures with a point before the last `decimals` digits, other separators gone. */
static bool figures_are(const char *figures, size_t point, struct decimal wanted)
{
	char plain[AMOUNT_MAX + 2];
	struct decimal value;
	size_t n = 0;
	for (size_t i = 0; figures[i]; i++) {
		if (isdigit((unsigned char)figures[i]))
			plain[n++] = figures[i];
		else if (i == point && n > 0 && isdigit((unsigned char)figures[i + 1]))
			plain[n++] = '.';
	}
	plain[n] = '\0';
	return n > 0 && decimal_parse(plain, &value) && decimal_cmp(value, wanted) == 0;
}

/* The last separator is a decimal point unless three digits follow it, as behind
 * thousands; then it may be either. */
static bool amount_is(const char *figures, struct decimal wanted)
{
	size_t n = strlen(figures), last = n;
	while (n > 0 && is_separator(figures[n - 1]))
		n--; /* the full stop of a sentence, "12,-" */
	for (size_t i = 0; i < n; i++)
		if (is_separator(figures[i]))
			last = i;
	if (figures_are(figures, last, wanted))
		return true;
	return last + 4 == n && figures_are(figures, n + 1, wanted);
}

static bool same_line(const struct word *a, const struct word *b)
{
	return a->block == b->block && a->line == b->line;
}

/* Whether the amount begins at the word; "1 234,50" is two. */
static bool amount_begins(const struct page *page, size_t at, struct decimal wanted)
{
	char figures[AMOUNT_MAX] = "";
	size_t n = 0;
	for (size_t i = at; i < page->n_words && i < at + PARTS_MAX; i++) {
		if (i > at && !same_line(&page->words[at], &page->words[i]))
			return false;
		n = add_figures(figures, n, page->words[i].text);
		if (n > 0 && amount_is(figures, wanted))
			return true;
	}
	return false;
}

static bool amount_stands(const struct doc *doc, const char *value)
{
	struct decimal wanted;
	if (!decimal_parse(value, &wanted))
		return true;
	wanted = decimal_abs(wanted);
	if (decimal_is_zero(wanted))
		return true; /* nothing left to pay is often left unsaid */
	for (size_t p = 0; p < doc->n_pages; p++)
		for (size_t i = 0; i < doc->pages[p]->n_words; i++)
			if (amount_begins(doc->pages[p], i, wanted))
				return true;
	return false;
}

/* --- the whole --- */

static const struct witnessed {
	const char *path, *name;
	bool (*stands)(const struct doc *doc, const char *value);
	/* Pages that name none of their own do not contradict: a title is at times a
	 * picture. Where money goes and how much must stand there. */
	bool may_be_unsaid;
} witnessed[] = {
	{"total_with_vat", "total with VAT", amount_stands, false},
	{"amount_due", "amount due", amount_stands, false},
	{"seller/iban", "IBAN", identifier_stands, false},
	{"number", "invoice number", identifier_stands, true},
};

static bool pages_can_witness(const struct doc *doc)
{
	size_t words = 0;
	for (size_t i = 0; i < doc->n_pages; i++)
		words += doc->pages[i]->n_words;
	return words >= WITNESS_WORDS;
}

void xml_against_page(struct doc *doc, const struct doc *page)
{
	if (!pages_can_witness(doc))
		return;
	for (size_t i = 0; i < sizeof(witnessed) / sizeof(*witnessed); i++) {
		const struct witnessed *w = &witnessed[i];
		const char *value = doc_value(doc, w->path, 0);
		if (w->may_be_unsaid && !doc_value(page, w->path, 0))
			continue;
		if (value && !w->stands(doc, value))
			doc_find(doc, "xml-differs-from-page", FINDING_DOCUMENT,
				 SEVERITY_STOP, w->path,
				 "The %s in the electronic invoice is not the one on "
				 "the page. Ask the sender which one counts.",
				 w->name);
	}
}
