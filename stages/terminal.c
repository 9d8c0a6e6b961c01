/* terminal.c - the card terminal's slip on a till's receipt.
 *
 * Many tills print what the card terminal says into the receipt: its own copy of date,
 * time (a minute off), a slip number, trace and approval numbers. None of that is the
 * receipt's, as long as the till says the same thing elsewhere. A stretch of rows is
 * the terminal's when several of them have words that only terminals use, close to each
 * other; the heading "customer copy" above them belongs to it. A paper that is nothing
 * but a terminal's slip loses nothing: what stands there counts less only where print
 * outside says the same kind of thing. */
#include "extract.h"

#include <string.h>

#include "text.h"

/* Terminal rows that make a slip, rows without such words between two of them, and
 * from the heading to the first. */
#define ROWS_LEAST 4
#define GAP_MOST 7
#define HEADING_MOST 12

/* Letters and digits, folded. A row must begin with one that is marked so: the word is
 * too short to be looked for inside others. */
static const struct {
	const char *key;
	bool begins;
} words[] = {
	{"terminalid", false},
	{"terminalnr", false},
	{"terminalno", false},
	{"tanr", true},
	{"tracenr", false},
	{"traceno", false},
	{"vunr", true},
	{"vunummer", false},
	{"emvdaten", false},
	{"emvaid", false},
	{"aidpara", false},
	{"asproc", false},
	{"captref", false},
	{"genehmigung", true},
	{"genehmigt", false},
	{"genehmigungsnr", false},
	{"pan", true},
	{"kartenzahlung", true},
	{"contactless", false},
	{"kontaktlos", false},
	{"debitmastercard", false},
	{"mastercarddebit", false},
	{"cardtype", false},
	{"entrymode", false},
	{"pinverified", false},
	{"verifiedbypin", false},
	{"approvalcode", false},
	{"authcode", false},
	{"apprcode", false},
	{"cardno", true},
	{"cardnumber", true},
	{"tid", true},
	{"mid", true},
	{"aid", true},
	{"tvr", true},
	{"tsi", true},
	{"arc", true},
	{"applicationlabel", false},
	{"appllabel", false},
	{"prefname", false},
	{"preferredname", false},
	{"merchantid", false},
	{"nodauto", false},
	{"autor", true},
	{"sanscontact", false},
	{"cartecard", false},
	{"lotbatch", false},
	{"batchno", false},
	{"operacioncontact", false},
	{"idpinpad", false},
	{"modoaut", false},
	{"etiqaplic", false},
	{"firmano", true},
	{"posinfo", false},
	{"aszeit", false},
	{"asrc", true},
	{"gultigbis", false},
	{"zahlungerfolgt", false},
	{"approuve", false},
	{"signaturenotrequired", false},
	{"kaartnummer", false},
	{"autorisatie", false},
	{"kontaktloos", false},
	{"cryptogram", false},
	{"inputmode", false},
	{"pansequence", false},
};

static const char *const headings[] = {
	"kundenbele",	"handlerbeleg",	     "customercopy",	  "customerscopy",
	"cardholder",	"kartenzahlungsbel", "transactionrecord", "kartenbeleg",
	"copiacliente", "copiadecliente",    "ticketclient",	  "copieduclient",
};

static bool terminal_row(const char *key)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].begins ? text_starts(key, words[i].key)
				    : strstr(key, words[i].key) != NULL)
			return true;
	return false;
}

static bool heading_row(const char *key)
{
	for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
		if (strstr(key, headings[i]))
			return true;
	return false;
}

/* The row of a heading above the first terminal row, or that row itself. */
static uint32_t with_heading(const bool *heads, uint32_t first)
{
	for (uint32_t r = first; r > 0 && first - r < HEADING_MOST; r--)
		if (heads[r - 1])
			return r - 1;
	return first;
}

static void find_in_sheet(struct work *work, uint32_t s)
{
	AUTO_ARENA scratch = arena_new();
	const struct sheet *sheet = &work->layout.sheets[s];
	bool *own = arena_alloc_n(scratch, sheet->n_rows + 1, sizeof *own);
	bool *heads = arena_alloc_n(scratch, sheet->n_rows + 1, sizeof *heads);
	for (uint32_t r = 0; r < sheet->n_rows; r++) {
		const char *key = label_key(scratch, sheet->rows[r].text);
		own[r] = terminal_row(key);
		heads[r] = heading_row(key);
	}
	for (uint32_t r = 0; r < sheet->n_rows; r++) {
		uint32_t last = r, n = 1;
		if (!own[r])
			continue;
		for (uint32_t k = r + 1; k < sheet->n_rows && k - last <= GAP_MOST + 1;
		     k++)
			if (own[k]) {
				last = k;
				n++;
			}
		if (n >= ROWS_LEAST)
			*arena_push(work->arena, work->terminals, work->n_terminals,
				    work->cap_terminals) =
				(struct terminal){s, with_heading(heads, r), last};
		r = last;
	}
}

void find_terminals(struct work *work)
{
	for (size_t s = 0; s < work->layout.n_sheets; s++)
		if (sheet_is_slip(&work->layout.sheets[s]))
			find_in_sheet(work, (uint32_t)s);
}

bool terminal_print(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_terminals; i++) {
		const struct terminal *t = &work->terminals[i];
		if (t->sheet == span.sheet && span.row >= t->first &&
		    span.row <= t->last)
			return true;
	}
	return false;
}

static bool told_twice(enum kind kind)
{
	return kind == KIND_DATE || kind == KIND_TIME || kind == KIND_IDENTIFIER;
}

void doubt_terminal(struct work *work, struct options *options)
{
	for (size_t i = 0; i < options->n; i++)
		if (terminal_print(work, options->list[i].span))
			options->list[i].score *= 0.5F;
}

void prefer_till(struct work *work)
{
	for (size_t f = 0; f < work->type->n_fields; f++) {
		struct options *options = &work->options[f];
		bool outside = false;
		if (!told_twice(work->type->fields[f].kind))
			continue;
		for (size_t i = 0; i < options->n; i++)
			outside = outside ||
				  (options->list[i].score >= 0.4F &&
				   !terminal_print(work, options->list[i].span));
		if (outside)
			doubt_terminal(work, options);
	}
}
