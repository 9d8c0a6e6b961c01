/* recall.c - a known supplier's constant values, as people spelt them.
 *
 * Where the paper is surely of a known supplier, its name, address and tax numbers are
 * what was keyed before, whatever OCR made of them; the value that was read stays as
 * raw. Ink that is clear and says something else is believed: then it is another site,
 * another account or another company, and a person shall see what stands there. Where
 * clear ink says more than is known ("Bolt Ltd, branch 7"), the known value stays, but
 * a person is asked. A confirmed value that the print also shows is as good as read
 * twice; a proposed one is only a proposal. */
#include <ctype.h>
#include <string.h>

#include "learn.h"
#include "stage.h"
#include "text.h"

/* Of a value that the print shows well: a reader's errors leave so much of it. */
#define SHOWS 0.7F
#define CLEAR_INK                                                                      \
	0.88F /* mean of the reader's confidence over the words of a value             \
	       */

/* What a known value is worth then: less than any budget asks for. */
#define INK_SAYS_MORE 0.8F

static bool constant_kind(enum kind kind)
{
	switch ((int)kind) {
	case KIND_PARTY:
	case KIND_ADDRESS:
	case KIND_VAT_ID:
	case KIND_TAX_NUMBER:
	case KIND_IBAN:
	case KIND_BIC:
	case KIND_PHONE:
	case KIND_EMAIL:
		return true;
	default:
		return false;
	}
}

static bool suppliers_role(const struct fieldtype *field)
{
	return field->role && (strcmp(field->role, "seller") == 0 ||
			       strcmp(field->role, "merchant") == 0);
}

bool field_is_constant(const struct fieldtype *field)
{
	if (field->table || !field->keyed)
		return false;
	return field->kind == KIND_CURRENCY ||
	       (suppliers_role(field) && constant_kind(field->kind));
}

bool field_is_identity(const struct fieldtype *field)
{
	return field_is_constant(field) && field->kind == KIND_PARTY;
}

const struct learnt *learnt_of(const struct known *known, enum learnt_what what,
			       const char *path)
{
	for (size_t i = 0; known && i < known->site->n_learnt; i++) {
		const struct learnt *l = &known->site->learnt[i];

		if (l->what == what && strcmp(l->path, path) == 0)
			return l;
	}
	return NULL;
}

void known_use(struct doc *doc, const struct learnt *item)
{
	struct known *known = doc->known;

	for (size_t i = 0; i < known->n_used; i++)
		if (known->used[i] == item->id)
			return;
	*arena_push(doc->arena, known->used, known->n_used, known->cap_used) = item->id;
}

/* --- clear ink ---------------------------------------------------------------- */

/* How sure the reader was of the words below a value, on average; 1 for a text layer.
 */
static float ink(const struct doc *doc, const struct field *field)
{
	float sum = 0;
	size_t n = 0;

	for (size_t p = 0; p < doc->n_pages; p++) {
		const struct page *page = doc->pages[p];

		for (size_t w = 0; page->number == field->page && w < page->n_words;
		     w++)
			if (box_overlaps(page->words[w].box, field->box)) {
				sum += page->words[w].confidence;
				n++;
			}
	}
	return n ? sum / (float)n : 0;
}

static int rows_of(const struct fieldtype *field)
{
	return field->kind == KIND_ADDRESS ? ADDRESS_ROWS : NAME_ROWS;
}

/* The usual share of the value that shows on this site's papers. */
static float usual_share(const struct known_site *site, const char *value, int rows)
{
	float most = 0;

	for (size_t i = 0; i < site->n_prints; i++) {
		float share = print_shows(site->prints[i], value, rows);

		most = share > most ? share : most;
	}
	return most;
}

/* Two codes are one when a reader's slip explains the difference. */
static bool code_misread(struct arena *arena, const char *read, const char *learnt)
{
	return text_distance(text_key(arena, read), text_key(arena, learnt), 2) <= 2;
}

static bool ink_speaks_against(const struct doc *doc, const struct fieldtype *type,
			       const struct field *field, const char *learnt,
			       float share)
{
	if (!field || !field->value || value_equal(type->kind, field->value, learnt))
		return false;
	if (type->kind == KIND_CURRENCY)
		return true; /* one that is printed is not misread */
	if (type->kind != KIND_PARTY && type->kind != KIND_ADDRESS)
		return !code_misread(doc->arena, field->value, learnt) &&
		       ink(doc, field) >= CLEAR_INK;
	return share < SHOWS &&
	       share < usual_share(doc->known->site, learnt, rows_of(type)) - 0.2F &&
	       ink(doc, field) >= CLEAR_INK;
}

/* Whether a word is one of the text's, but for a reader's slip in every third letter.
 */
static bool is_word_of(struct arena *arena, const char *text, const char *word)
{
	int slips = (int)strlen(word) / 3;
	char *rest = arena_strdup(arena, text), *next;

	while ((next = strsep(&rest, " ")) != NULL)
		if (text_distance(text_key(arena, next), word, slips) <= slips)
			return true;
	return strstr(text_key(arena, text), word) != NULL;
}

static bool printed_before(const struct known_site *site, const char *word)
{
	for (size_t i = 0; i < site->n_prints; i++)
		if (print_contains(site->prints[i], word) >= 1)
			return true;
	return false;
}

/* A clear word within what was read that is none of the learnt value's and that no
 * earlier paper of the site shows. Shorter ones are noise. */
static bool ink_says_more(const struct doc *doc, const struct field *read,
			  const char *learnt)
{
	enum { WORD_LEAST = 3 };
	AUTO_ARENA scratch = arena_new();

	for (size_t p = 0; read && p < doc->n_pages; p++) {
		const struct page *page = doc->pages[p];

		for (size_t w = 0; page->number == read->page && w < page->n_words;
		     w++) {
			const struct word *word = &page->words[w];
			const char *key = text_key(scratch, word->text);

			if (word->confidence >= CLEAR_INK &&
			    strlen(key) >= WORD_LEAST &&
			    box_overlaps(word->box, read->box) &&
			    is_word_of(scratch, read->raw ? read->raw : "", key) &&
			    !is_word_of(scratch, learnt, key) &&
			    !printed_before(doc->known->site, key))
				return true;
		}
	}
	return false;
}

/* --- putting it there --------------------------------------------------------- */

static float estimate(const struct known *known, const struct learnt *item, float share,
		      bool contested)
{
	if (!item->confirmed)
		return share >= SHOWS ? 0.8F : 0.7F;
	if (share >= SHOWS && known->sure > 0.95F && !contested)
		return 0.985F;
	return 0.93F;
}

/* What was read is what is known: two sources agree. */
static void agree(struct doc *doc, const struct learnt *item, struct field *field,
		  float share, bool contested)
{
	float sure = estimate(doc->known, item, share, contested);

	field->value = item->value;
	known_use(doc, item);
	if (field->confidence >= sure || !item->confirmed)
		return;
	field->confidence = sure;
	field->source = SOURCE_LOOKUP;
	field->why = "as known of the supplier";
}

static void put(struct doc *doc, const struct learnt *item, struct field *field,
		float share, bool contested)
{
	const char *read = field ? field->value : NULL;

	if (!field)
		field = doc_add_field(doc, item->path, 0);
	if (read) {
		field->alternatives = arena_memdup(
			doc->arena, &(struct alternative){read, field->confidence},
			sizeof *field->alternatives);
		field->n_alternatives = strcmp(read, item->value) != 0;
	}
	bool more = read && ink_says_more(doc, field, item->value);
	field->value = item->value;
	field->source = SOURCE_LOOKUP;
	field->confidence =
		more ? INK_SAYS_MORE : estimate(doc->known, item, share, contested);
	field->why = item->confirmed ? "known supplier" : "known supplier, proposed";
	known_use(doc, item);
}

/* Of several values that people keyed, the one that was read letter for letter, else
 * the best standing, which comes first. NULL when this is not the path's first. */
static const struct learnt *choose_value(const struct doc *doc,
					 const struct fieldtype *field,
					 const struct field *read,
					 const struct learnt *first, bool *contested)
{
	const struct known_site *site = doc->known->site;
	const struct learnt *chosen = first;

	*contested = false;
	for (size_t i = 0; i < site->n_learnt; i++) {
		const struct learnt *l = &site->learnt[i];

		if (l->what != LEARNT_VALUE || strcmp(l->path, first->path) != 0)
			continue;
		if (l < first)
			return NULL;
		*contested |= l != first && l->confirmed;
		if (read && read->value &&
		    value_equal(field->kind, read->value, l->value))
			chosen = l;
	}
	return chosen;
}

static void recall(struct doc *doc, const struct doctype *type,
		   const struct learnt *first)
{
	const struct fieldtype *field = doctype_field(type, first->path);
	struct field *read = doc_field(doc, first->path, 0);
	bool contested = false;

	if (!field || (first->of_site && !doc->known->site_sure))
		return;
	const struct learnt *item = choose_value(doc, field, read, first, &contested);
	if (!item)
		return;
	float share = print_shows(doc->evidence->print, item->value, rows_of(field));
	if (read && read->value && value_equal(field->kind, read->value, item->value))
		agree(doc, item, read, share, contested);
	else if (!ink_speaks_against(doc, field, read, item->value, share))
		put(doc, item, read, share, contested);
}

/* The name that was read, letter for letter, is that of another supplier whose papers
 * look the same: it is that one. */
static void believe_name(struct doc *doc, const struct doctype *type)
{
	for (size_t i = 0; i < type->n_fields; i++) {
		const struct fieldtype *field = &type->fields[i];
		const char *read = field_is_identity(field)
					   ? doc_value(doc, field->path, 0)
					   : NULL;

		if (!read || value_equal(field->kind, read, doc->known->site->name))
			continue;
		for (size_t k = 0; k < doc->known->n_others; k++)
			if (value_equal(field->kind, read,
					doc->known->others[k]->name)) {
				doc->known->site = doc->known->others[k];
				doc->known->site_sure = false;
				return;
			}
	}
}

enum rc recall_run(const struct stage_env *env, struct doc *doc,
		   enum stage_verdict *verdict, struct err *err)
{
	const struct doctype *type = schema_type(env->schemas, doc->type);

	(void)err;
	*verdict = STAGE_GO_ON;
	if (!doc->known || !type)
		return RC_OK;
	believe_name(doc, type);
	for (size_t i = 0; i < doc->known->site->n_learnt; i++)
		if (doc->known->site->learnt[i].what == LEARNT_VALUE)
			recall(doc, type, &doc->known->site->learnt[i]);
	return RC_OK;
}
