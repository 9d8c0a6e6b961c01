/* labels.c - finding the words that label a field.
 *
 * A label is compared by its letters and digits alone, over the borders of words:
 * "Rechnungs- Nr.", "RechnungsNr" and "R e c h n u n g s n r" all spell rechnungsnr. On
 * scans a long label may have a misread letter or two. Where labels overlap the longest
 * wins, so that "sub total" never passes for "total"; labels with negative weight only
 * serve to win that way. */
#include "extract.h"
#include "learn.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define KEY_MAX 64

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

char *label_key(struct arena *arena, const char *text)
{
	char *key = text_fold(arena, text), *to = key;
	for (const char *from = key; *from; from++)
		if (ordinal_sign(from))
			from++;
		else if (alnum(*from))
			*to++ = *from;
	*to = 0;
	return key;
}

/* Misread letters we put up with, by the label's length. */
static int tolerance(size_t length)
{
	return length >= 10 ? 2 : length >= 5 ? 1 : 0;
}

/* A label never goes over the border of a cell. */
static bool same_cell(const struct row *row, uint32_t from, uint32_t to)
{
	return !memchr(row->text + from, '\t', to - from);
}

/* Whether the letters gathered so far are the label, and how many differ. */
static bool spelt(const char *text, const char *key, int slack, int *misread)
{
	*misread = slack ? text_distance(text, key, slack) : strcmp(text, key) != 0;
	/* "Ust.-Betrag" is no "Restbetrag": two errors, and the first letter too */
	return *misread <= slack && (*misread < 2 || text[0] == key[0]);
}

bool row_spells(const struct row *row, size_t run, const char *key, bool tolerant,
		uint32_t *to, int *misread)
{
	char text[KEY_MAX + 1];
	bool found = false;
	/* Asked for every word and label, and nearly always settled here. */
	if (!tolerant && row->text[row->runs[run].from] != key[0])
		return false;
	size_t want = strlen(key), have = 0;
	int slack = tolerant ? tolerance(want) : 0, differ;
	if (want > KEY_MAX - 2 || want == 0)
		return false;
	if ((!slack || want < 9) && row->text[row->runs[run].from] != key[0])
		return false;
	for (size_t i = run; i < row->n_runs && have < want; i++) {
		const struct run *r = &row->runs[i];
		size_t len = r->to - r->from;
		if (have + len > want + (size_t)slack || have + len > KEY_MAX)
			break;
		if (i > run && !same_cell(row, row->runs[i - 1].to, r->from))
			break;
		memcpy(text + have, row->text + r->from, len);
		have += len;
		text[have] = 0;
		if (have + (size_t)slack < want || !spelt(text, key, slack, &differ) ||
		    (found && differ >= *misread))
			continue;
		/* "n.fact" is nearly "n.fact.s", but the next word makes it exact */
		found = true;
		*misread = differ;
		*to = r->to;
	}
	return found;
}

/* Inside "MUSTER-KUNDE", "po_number_123" or "INV/2023/08" no label stands. */
static bool inside_compound(const char *text, uint32_t from, uint32_t to)
{
	bool digit_after = text[to] && text[to + 1] >= '0' && text[to + 1] <= '9';
	if (from > 1 && strchr("-_", text[from - 1]) && alnum(text[from - 2]))
		return true;
	if (text[to] == '_' && alnum(text[to + 1]))
		return true;
	return strchr("/-", text[to]) && digit_after;
}

/* The words of a label stand as close as those of a sentence; over a wider gap begins
 * the next heading: "Artikel  Text" is not "Artikeltext", "VAT %  Amount" no "VAT
 * amount". */
static bool reaches_over(const struct row *row, uint32_t from, uint32_t to,
			 int32_t wide)
{
	for (size_t i = 0; i + 1 < row->n_tokens; i++) {
		const struct token *token = &row->tokens[i];
		int32_t gap = token[1].word->box.x - box_right(token->word->box);
		if (token->from >= from && token[1].to <= to && gap > wide &&
		    row->text[token->to - 1] != '-')
			return true;
	}
	return false;
}

struct key { /* a label ready for comparing */
	const struct fieldtype *field;
	const struct label *label;
	const char *text;
	size_t length;
	bool learnt;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	if (x->length != y->length)
		return x->length < y->length ? 1 : -1;
	return y->learnt - x->learnt;
}

/* Words that this supplier's papers have used for a field before. */
static struct key *collect_learnt(struct work *work, struct key *keys, size_t *n,
				  size_t *cap)
{
	const struct known *known = work->doc->known;

	for (size_t i = 0; known && i < known->site->n_learnt; i++) {
		const struct learnt *l = &known->site->learnt[i];
		const struct fieldtype *field =
			l->what == LEARNT_LABEL ? doctype_field(work->type, l->path)
						: NULL;
		if (!field)
			continue;
		char *text = label_key(work->arena, l->value);
		struct label *label = arena_alloc(work->arena, sizeof *label);
		*label = (struct label){.lang = "",
					.text = l->value,
					.key = text,
					.weight = l->confirmed ? 1 : 0.8F};
		*arena_push(work->arena, keys, *n, *cap) =
			(struct key){field, label, text, strlen(text), true};
	}
	return keys;
}

static struct key *collect_keys(struct work *work, size_t *n)
{
	size_t cap = 0;
	*n = 0;
	struct key *keys = collect_learnt(work, NULL, n, &cap);
	for (size_t f = 0; f < work->type->n_fields; f++) {
		const struct fieldtype *field = &work->type->fields[f];
		for (size_t i = 0; i < field->n_labels; i++) {
			const char *text = field->labels[i].key;
			if (!*text)
				continue;
			*arena_push(work->arena, keys, *n, cap) = (struct key){
				field, &field->labels[i], text, strlen(text), false};
		}
	}
	if (*n)
		qsort(keys, *n, sizeof *keys, compare_keys);
	return keys;
}

/* A longer label, or an exact one, already explains this stretch of print. Words that
 * mean a code by themselves compete with their like only: "Rechnung Nr" still says 380.
 */
static bool explained(const struct work *work, size_t first, const struct mark *mark)
{
	for (size_t i = first; i < work->n_marks; i++) {
		const struct mark *other = &work->marks[i];
		if (!span_overlaps(other->span, mark->span) ||
		    !other->label->value != !mark->label->value)
			continue;
		bool same = other->span.from == mark->span.from &&
			    other->span.to == mark->span.to;
		if (!same || other->field == mark->field ||
		    other->misread < mark->misread)
			return true;
	}
	return false;
}

/* A shorter label that is there letter for letter beats a longer one of the same field
 * that only nearly is: "total" is no misread "totale". */
static bool improves(struct work *work, size_t first, const struct mark *mark)
{
	for (size_t i = first; i < work->n_marks; i++) {
		struct mark *other = &work->marks[i];
		if (other->span.from != mark->span.from ||
		    other->span.to != mark->span.to || other->field != mark->field ||
		    !other->label->value != !mark->label->value ||
		    other->misread <= mark->misread)
			continue;
		*other = *mark;
		return true;
	}
	return false;
}

/* With which letters the row's words begin. */
static void find_beginnings(const struct row *row, bool begins[256])
{
	memset(begins, 0, 256 * sizeof(*begins));
	for (size_t run = 0; run < row->n_runs; run++)
		begins[(unsigned char)row->text[row->runs[run].from]] = true;
}

static void mark_row(struct work *work, const struct key *keys, size_t n_keys,
		     uint32_t sheet, uint32_t index, bool tolerant)
{
	const struct row *row = &work->layout.sheets[sheet].rows[index];
	size_t first = work->n_marks;
	bool begins[256];
	find_beginnings(row, begins);
	for (size_t k = 0; k < n_keys; k++) {
		bool lax = tolerant && (!keys[k].label->value || keys[k].length > 9);
		if (!lax && !begins[(unsigned char)keys[k].text[0]])
			continue;
		for (size_t run = 0; run < row->n_runs; run++) {
			uint32_t to;
			int misread;
			if (!row_spells(row, run, keys[k].text, lax, &to, &misread) ||
			    inside_compound(row->text, row->runs[run].from, to) ||
			    reaches_over(row, row->runs[run].from, to,
					 work->layout.sheets[sheet].wide))
				continue;
			struct mark mark = {
				.span = {sheet, index, row->runs[run].from, to},
				.field = keys[k].field,
				.label = keys[k].label,
				.length = (uint16_t)keys[k].length,
				.misread = (uint8_t)misread,
				.negative = keys[k].label->weight < 0,
				.learnt = keys[k].learnt,
			};
			mark.box = span_box(&work->layout, mark.span);
			if (improves(work, first, &mark) ||
			    explained(work, first, &mark))
				continue;
			*arena_push(work->arena, work->marks, work->n_marks,
				    work->cap_marks) = mark;
		}
	}
}

void find_marks(struct work *work)
{
	size_t n_keys;
	struct key *keys = collect_keys(work, &n_keys);
	for (size_t s = 0; s < work->layout.n_sheets; s++) {
		const struct sheet *sheet = &work->layout.sheets[s];
		bool tolerant = sheet->page->source != SOURCE_TEXT;
		for (size_t r = 0; r < sheet->n_rows; r++)
			mark_row(work, keys, n_keys, (uint32_t)s, (uint32_t)r,
				 tolerant);
	}
}
