/* trust_print.c - what the print around a value, and other print on the paper, says of
 * it.
 *
 * A value may be cut out of more: a line over a name, under a description, or between a
 * company and its street that nobody made use of says so. The same name in a web
 * address, or its words elsewhere on the paper, say that it was read right; words one
 * letter away from its own say the contrary. A line item that stands under the totals,
 * or has hardly a cell, belongs to another table. Features for the model (trust.h),
 * none of which means anything by itself. Never fails. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lexicon.h"
#include "text.h"
#include "trust_evidence.h"

/* --- around ------------------------------------------------------------------- */

static bool shares_column(struct box a, struct box b)
{
	int32_t from = a.x > b.x ? a.x : b.x;
	int32_t to = box_right(a) < box_right(b) ? box_right(a) : box_right(b);

	return to > from;
}

/* Print of the same column whose middle lies between two heights of the page. */
static bool print_between(const struct paper *paper, const struct field *field,
			  int32_t top, int32_t bottom)
{
	for (size_t i = 0; i < paper->n; i++) {
		const struct print *print = &paper->words[i];
		struct box w = print->word->box;
		int32_t y = w.y + w.h / 2;

		if (print->page->number == field->page && *print->key && y > top &&
		    y < bottom && shares_column(w, field->box) &&
		    !print_inside(field, print))
			return true;
	}
	return false;
}

/* Print flush with the field between two heights of the page that no value has: a line
 * that may belong to it. */
static bool line_left_over(const struct paper *paper, const struct field *field,
			   int32_t top, int32_t bottom)
{
	for (size_t i = 0; i < paper->n; i++) {
		const struct print *print = &paper->words[i];
		struct box w = print->word->box;
		int32_t y = w.y + w.h / 2;

		if (!print->claimed && print->page->number == field->page &&
		    *print->key && y > top && y < bottom &&
		    abs(w.x - field->box.x) < paper->type)
			return true;
	}
	return false;
}

static void look_over_and_under(const struct paper *paper, struct field *field)
{
	struct box b = field->box;
	int32_t line = paper->type * 2;

	doc_feature(paper->doc, field, "a line left over above it",
		    line_left_over(paper, field, b.y - line, b.y));
	doc_feature(paper->doc, field, "a line left over below it",
		    line_left_over(paper, field, box_bottom(b), box_bottom(b) + line));

	doc_feature(paper->doc, field, "print right over it",
		    print_between(paper, field, b.y - line, b.y));
	doc_feature(paper->doc, field, "print right under it",
		    print_between(paper, field, box_bottom(b), box_bottom(b) + line));
	doc_feature(paper->doc, field, "more rows than one", b.h > paper->type * 2);
}

/* The name's address, or the address's name. */
static const struct field *other_half(const struct instance *instance,
				      const struct cell *cell)
{
	enum kind kind = cell->type->kind == KIND_PARTY ? KIND_ADDRESS : KIND_PARTY;

	for (size_t i = 0; i < instance->n_cells; i++) {
		const struct cell *other = &instance->cells[i];

		if (other->type->kind == kind && other->type->role &&
		    cell->type->role &&
		    strcmp(other->type->role, cell->type->role) == 0 &&
		    other->field->value && other->field->page == cell->field->page)
			return other->field;
	}
	return NULL;
}

/* A head is set flush or centred: where name and address are neither, a piece of one
 * may be missing. In heights of type, two at most, halved. */
static float out_of_line(const struct paper *paper, struct box a, struct box b)
{
	int32_t left = abs(a.x - b.x), right = abs(box_right(a) - box_right(b));
	int32_t middle = abs(a.x + a.w / 2 - b.x - b.w / 2);
	int32_t least = left < right ? left : right;

	least = middle < least ? middle : least;
	return fminf((float)least / (float)paper->type, 2) / 2;
}

static void look_between(const struct paper *paper, const struct instance *instance,
			 const struct cell *cell)
{
	const struct field *other = other_half(instance, cell);
	struct field *field = cell->field;
	struct box upper, lower;
	bool apart;

	doc_feature(paper->doc, field, "no name or no address", other == NULL);
	if (!other)
		return;
	upper = field->box.y < other->box.y ? field->box : other->box;
	lower = field->box.y < other->box.y ? other->box : field->box;
	apart = !shares_column(upper, lower) ||
		lower.y - box_bottom(upper) > paper->type * 8;
	doc_feature(paper->doc, field, "name and address apart", apart);
	doc_feature(paper->doc, field, "name and address out of line",
		    apart ? 0 : out_of_line(paper, upper, lower));
	doc_feature(paper->doc, field, "a line left over between name and address",
		    !apart && line_left_over(paper, field, box_bottom(upper), lower.y));
}

/* --- elsewhere ---------------------------------------------------------------- */

static bool is_address_of_net(const char *text)
{
	const char *at = strchr(text, '@');

	return (at && strchr(at, '.')) || strncasecmp(text, "www", 3) == 0 ||
	       strncasecmp(text, "http", 4) == 0;
}

/* The longest word of a name that is no legal form's: what a web address would have. */
static const char *longest_word(struct arena *arena, const char *text)
{
	const char *longest = "";
	char *rest = arena_strdup(arena, text), *word;

	while ((word = strsep(&rest, " -.,&/")) != NULL) {
		const char *key = text_key(arena, word);

		if (strlen(key) > strlen(longest))
			longest = key;
	}
	return longest;
}

static void look_for_word(const struct paper *paper, struct field *field)
{
	enum { WORD_LEAST = 4, LONG = 6 };
	const char *word = longest_word(paper->arena, field->raw);
	bool net = false, same = false, nearly = false;
	size_t len = strlen(word);

	for (size_t i = 0; i < paper->n && len >= WORD_LEAST; i++) {
		const struct print *print = &paper->words[i];

		if (print_inside(field, print))
			continue;
		net |= is_address_of_net(print->word->text) &&
		       strstr(print->key, word) != NULL;
		if (strcmp(print->key, word) == 0)
			same = true;
		else if (len >= LONG)
			nearly |= text_distance(print->key, word, 1) <= 1;
	}
	doc_feature(paper->doc, field, "in a mail or web address", net);
	doc_feature(paper->doc, field, "longest word elsewhere", same);
	doc_feature(paper->doc, field, "longest word nearly elsewhere", nearly);
}

/* --- letters ------------------------------------------------------------------ */

static bool is_vowel(char c)
{
	return strchr("aeiouyAEIOUY", c) != NULL || (unsigned char)c >= 0x80;
}

/* Words of four letters and more without a vowel: hardly any language has them. */
static bool unspeakable(const char *text)
{
	int letters = 0, vowels = 0;

	for (const char *p = text;; p++) {
		if (*p && (isalpha((unsigned char)*p) || (unsigned char)*p >= 0x80)) {
			letters++;
			vowels += is_vowel(*p);
			continue;
		}
		if (letters >= 4 && vowels == 0)
			return true;
		letters = vowels = 0;
		if (!*p)
			return false;
	}
}

static void look_at_letters(const struct doc *doc, struct field *field)
{
	doc_feature(doc, field, "known words", lexicon_share(field->raw));
	doc_feature(doc, field, "unspeakable", unspeakable(field->raw));
}

/* Labels that were taken for a value: "Reservation No.", "Reference". */
static void look_like_a_label(const struct paper *paper, const struct doctype *type,
			      struct field *field)
{
	static const char *const ends[] = {"no",  "nr",	  "num", "number", "nummer",
					   "ref", "date", "id",	 "datum",  "total"};
	const char *folded = text_fold(paper->arena, field->raw);
	const char *key = text_key(paper->arena, folded);
	const char *last = strrchr(folded, ' ');
	bool label = false;

	last = last ? text_key(paper->arena, last) : "";
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		label |= strcmp(last, ends[i]) == 0;
	for (size_t i = 0; i < type->n_fields && !label; i++)
		for (size_t k = 0; k < type->fields[i].n_labels && !label; k++)
			label = strcmp(text_key(paper->arena,
						type->fields[i].labels[k].text),
				       key) == 0;
	doc_feature(paper->doc, field, "like a label", label);
}

static size_t count_digits(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += isdigit((unsigned char)*text) != 0;
	return n;
}

/* As many digits, but others: not a mark that came or went but another number. */
static bool other_digits(const char *a, const char *b)
{
	bool differ = false;

	if (count_digits(a) == 0 || count_digits(a) != count_digits(b))
		return false;
	for (;; a++, b++) {
		a += strcspn(a, "0123456789");
		b += strcspn(b, "0123456789");
		if (!*a)
			return differ;
		differ |= *a != *b;
	}
}

/* The surest of the readings that lost in one of the value's words. */
static void look_at_lost_readings(const struct paper *paper, struct field *field)
{
	float most = 0;
	bool digits = false;

	for (size_t i = 0; i < paper->n; i++) {
		const struct word *word = paper->words[i].word;

		for (size_t k = 0; k < word->n_alternatives; k++) {
			const struct alternative *lost = &word->alternatives[k];

			if (!print_inside(field, &paper->words[i]) ||
			    strcmp(text_key(paper->arena, lost->text),
				   paper->words[i].key) == 0)
				continue;
			most = fmaxf(most, lost->confidence);
			digits |= other_digits(lost->text, word->text);
		}
	}
	doc_feature(paper->doc, field, "a word was read otherwise", most > 0);
	doc_feature(paper->doc, field, "and as surely", most);
	doc_feature(paper->doc, field, "a digit was read otherwise", digits);
}

/* Digits of a date or an amount that its print does not have: somebody mended them. */
static bool digits_mended(const char *raw, const char *value)
{
	int have[10] = {0};

	for (; *raw; raw++)
		if (isdigit((unsigned char)*raw))
			have[*raw - '0']++;
	for (; *value; value++)
		if (isdigit((unsigned char)*value) && *value != '0' &&
		    --have[*value - '0'] < 0)
			return true;
	return false;
}

static void look_at_digits(const struct doc *doc, const struct cell *cell)
{
	const char *value = cell->field->value;
	bool date = cell->type->kind == KIND_DATE && strlen(value) > 2;

	/* "18" may stand for 2018, "3 May" for the fifth month. */
	if (cell->type->kind == KIND_TIME || cell->type->kind == KIND_AMOUNT ||
	    (date && count_digits(cell->field->raw) >= 6))
		doc_feature(doc, cell->field, "a digit was mended",
			    digits_mended(cell->field->raw, value + (date ? 2 : 0)));
}

/* --- lines -------------------------------------------------------------------- */

static bool is_total(const struct cell *cell)
{
	const char *role = cell->type->role;

	return cell->type->kind == KIND_AMOUNT && !cell->type->table && role &&
	       (strcmp(role, "net") == 0 || strcmp(role, "gross") == 0 ||
		strcmp(role, "payable") == 0);
}

static void look_at_line(const struct paper *paper, const struct instance *instance,
			 const struct cell *cell)
{
	struct field *field = cell->field;
	int cells = 0, wrong = 0;
	bool below = false;

	for (size_t i = 0; i < instance->n_cells; i++) {
		const struct cell *other = &instance->cells[i];
		const struct field *f = other->field;

		if (other->type->table == cell->type->table && f->line == field->line &&
		    f->value) {
			cells++;
			wrong += other->contradicted;
		}
		below |= is_total(other) && f->value && f->page > 0 &&
			 (f->page < field->page || (f->page == field->page &&
						    field->box.y > box_bottom(f->box)));
	}
	doc_feature(paper->doc, field, "under the totals", below);
	doc_feature(paper->doc, field, "line with few cells", cells < 4);
	doc_feature(paper->doc, field, "line with one cell", cells < 2);
	doc_feature(paper->doc, field, "line contradicted", wrong > 0);
}

void evidence_of_print(const struct paper *paper, const struct instance *instance,
		       const struct cell *cell)
{
	struct field *field = cell->field;
	bool party = cell->type->kind == KIND_PARTY;

	if (!field->raw || field->page == 0)
		return;
	look_over_and_under(paper, field);
	look_at_lost_readings(paper, field);
	look_at_digits(paper->doc, cell);
	if (cell->type->kind == KIND_DATE)
		evidence_of_day(paper, field);
	if (party || cell->type->kind == KIND_ADDRESS) {
		look_between(paper, instance, cell);
		look_at_letters(paper->doc, field);
		look_like_a_label(paper, instance->type, field);
	}
	if (party)
		look_for_word(paper, field);
	if (cell->type->table)
		look_at_line(paper, instance, cell);
}
