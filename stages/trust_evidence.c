/* trust_evidence.c - what speaks for and against a value, as numbers a model can weigh.
 *
 * Everything here must mean the same on the paper of a supplier nobody has seen: how
 * sure the reader was of the words, whether other print says the same, whether sums
 * close and rules hold, what extraction itself thought of it, how good the whole page
 * is. Never a name, a number or a place of one supplier. Features are small numbers,
 * mostly 0 to 1; what is usual is 0, so that a feature that is not there says nothing.
 * Never fails. */
#include "trust_evidence.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lexicon.h"
#include "text.h"
#include "trust.h"

/* --- the paper ---------------------------------------------------------------- */

static size_t count_words(const struct doc *doc)
{
	size_t n = 0;

	for (size_t i = 0; i < doc->n_pages; i++)
		n += doc->pages[i]->n_words;
	return n;
}

static int by_size(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static int32_t usual_height(const struct paper *paper)
{
	AUTO_ARENA scratch = arena_new();
	int32_t *heights = arena_alloc_n(scratch, paper->n + 1, sizeof(*heights));

	for (size_t i = 0; i < paper->n; i++)
		heights[i] = paper->words[i].word->box.h;
	if (paper->n == 0)
		return 1;
	qsort(heights, paper->n, sizeof(*heights), by_size);
	return heights[paper->n / 2] > 0 ? heights[paper->n / 2] : 1;
}

static void judge_reading(struct paper *paper)
{
	float sum = 0, weak = 0, zones = 0, n_zones = 0;

	for (size_t i = 0; i < paper->n; i++) {
		sum += paper->words[i].word->confidence;
		weak += paper->words[i].word->confidence < 0.6F;
	}
	paper->mean = paper->n ? sum / (float)paper->n : 1;
	paper->weak = paper->n ? weak / (float)paper->n : 0;
	for (size_t i = 0; i < paper->doc->n_pages; i++)
		for (size_t z = 0; z < paper->doc->pages[i]->n_zones; z++) {
			zones += paper->doc->pages[i]->zones[z].confidence;
			n_zones++;
		}
	paper->zone_mean = n_zones > 0 ? zones / n_zones : 1;
}

struct paper *paper_of(const struct doc *doc, struct arena *arena)
{
	struct paper *paper = arena_alloc(arena, sizeof(*paper));

	paper->doc = doc;
	paper->arena = arena;
	paper->words =
		arena_alloc_n(arena, count_words(doc) + 1, sizeof(*paper->words));
	for (size_t i = 0; i < doc->n_pages; i++) {
		const struct page *page = doc->pages[i];

		for (size_t w = 0; w < page->n_words; w++)
			paper->words[paper->n++] = (struct print){
				&page->words[w], page,
				text_key(arena, page->words[w].text), false};
	}
	paper->type = usual_height(paper);
	judge_reading(paper);
	return paper;
}

/* --- the words of the value --------------------------------------------------- */

#define SURE_WORD 0.95F

bool print_inside(const struct field *field, const struct print *print)
{
	struct box b = field->box, w = print->word->box;
	int32_t x = w.x + w.w / 2, y = w.y + w.h / 2;

	return print->page->number == field->page && x >= b.x && x < box_right(b) &&
	       y >= b.y && y < box_bottom(b);
}

void paper_claim(struct paper *paper, const struct instance *instance)
{
	for (size_t i = 0; i < paper->n; i++)
		for (size_t k = 0; k < instance->n_cells && !paper->words[i].claimed;
		     k++)
			paper->words[i].claimed = print_inside(instance->cells[k].field,
							       &paper->words[i]);
}

/* How far below `level`, as a share of it. */
static float below(float value, float level)
{
	return value < level ? (level - value) / level : 0;
}

static void add_confidences(const struct doc *doc, struct field *field, float least,
			    float mean)
{
	doc_feature(doc, field, "least word below .96", below(least, 0.96F));
	doc_feature(doc, field, "least word below .9", below(least, 0.9F));
	doc_feature(doc, field, "least word below .75", below(least, 0.75F));
	doc_feature(doc, field, "least word below .4", below(least, 0.4F));
	doc_feature(doc, field, "mean word below .95", below(mean, 0.95F));
	doc_feature(doc, field, "mean word below .8", below(mean, 0.8F));
}

struct ink { /* the words of a value, added up */
	float n, least, sum, height;
	float again, differ; /* read more than once; and not alike */
	float unsure;	     /* neither a sure reader nor readings that all agree */
	float unsure_unknown, unsure_numbers;
	float least_unproved; /* of those that no other reading and no lexicon knows */
};

static void add_word(struct ink *ink, const struct word *word)
{
	bool number = strpbrk(word->text, "0123456789") != NULL;
	bool known = lexicon_share(word->text) > 0.99F;
	bool agreed = word->readings > 1 && word->agreed == word->readings;
	bool unsure = word->confidence < SURE_WORD && !agreed;

	ink->n++;
	ink->least = fminf(ink->least, word->confidence);
	ink->sum += word->confidence;
	ink->height += (float)word->box.h;
	ink->again += word->readings > 1;
	ink->differ += word->agreed < word->readings;
	ink->unsure += unsure;
	ink->unsure_unknown += unsure && !known;
	ink->unsure_numbers += unsure && number;
	if (!known && !agreed)
		ink->least_unproved = fminf(ink->least_unproved, word->confidence);
}

static void look_at_words(const struct paper *paper, struct field *field)
{
	const struct doc *doc = paper->doc;
	struct ink ink = {.least = 1, .least_unproved = 1};

	for (size_t i = 0; i < paper->n; i++)
		if (print_inside(field, &paper->words[i]))
			add_word(&ink, paper->words[i].word);
	if (ink.n < 1) {
		doc_feature(doc, field, "no words there", 1);
		return;
	}
	add_confidences(doc, field, ink.least, ink.sum / ink.n);
	doc_feature(doc, field, "read again", ink.again / ink.n);
	doc_feature(doc, field, "readings differ", ink.differ / ink.n);
	doc_feature(doc, field, "readings agree", ink.again >= ink.n && ink.differ < 1);
	doc_feature(doc, field, "an unsure word", ink.unsure > 0);
	doc_feature(doc, field, "unsure words", ink.unsure / ink.n);
	doc_feature(doc, field, "an unsure word nobody knows", ink.unsure_unknown > 0);
	doc_feature(doc, field, "an unsure number", ink.unsure_numbers > 0);
	doc_feature(doc, field, "least unproved word below .95",
		    below(ink.least_unproved, 0.95F));
	doc_feature(doc, field, "least unproved word below .8",
		    below(ink.least_unproved, 0.8F));
	doc_feature(doc, field, "large type",
		    fminf(fmaxf(ink.height / ink.n / (float)paper->type - 1.3F, 0), 1));
	doc_feature(doc, field, "small type",
		    fminf(fmaxf(0.8F - ink.height / ink.n / (float)paper->type, 0), 1));
	doc_feature(doc, field, "words", fminf(logf(ink.n) / 3, 1));
}

/* --- the same print elsewhere ------------------------------------------------- */

enum { WORDS_MAX = 16 };

static size_t split_words(struct arena *arena, const char *raw,
			  const char *keys[WORDS_MAX])
{
	size_t n = 0;
	char *rest = arena_strdup(arena, raw), *word;

	while (n < WORDS_MAX && (word = strsep(&rest, " ")) != NULL) {
		const char *key = text_key(arena, word);

		if (*key)
			keys[n++] = key;
	}
	return n;
}

static bool stands_at(const struct paper *paper, size_t at, const char **keys, size_t n)
{
	for (size_t k = 0; k < n; k++, at++) {
		while (at < paper->n && !*paper->words[at].key)
			at++;
		if (at >= paper->n || strcmp(paper->words[at].key, keys[k]) != 0)
			return false;
	}
	return true;
}

static void look_elsewhere(const struct paper *paper, struct field *field)
{
	const char *keys[WORDS_MAX];
	size_t n = field->raw ? split_words(paper->arena, field->raw, keys) : 0;
	int places = 0;

	for (size_t i = 0; n > 0 && i < paper->n; i++)
		places += *paper->words[i].key &&
			  !print_inside(field, &paper->words[i]) &&
			  stands_at(paper, i, keys, n);
	doc_feature(paper->doc, field, "printed twice", places > 0);
	doc_feature(paper->doc, field, "printed thrice", places > 1);
}

/* --- zones of a form ---------------------------------------------------------- */

/* A field has its zone's lines as one. */
static const struct zone_reading *zone_of(const struct doc *doc,
					  const struct field *field)
{
	const char *raw = field->raw ? field->raw : "";

	for (size_t i = 0; i < doc->n_pages; i++) {
		const struct page *page = doc->pages[i];

		for (size_t z = 0; page->number == field->page && z < page->n_zones;
		     z++)
			if (memcmp(&page->zones[z].box, &field->box,
				   sizeof(struct box)) == 0 &&
			    strcmp(text_clean(doc->arena, page->zones[z].text,
					      strlen(page->zones[z].text)),
				   raw) == 0)
				return &page->zones[z];
	}
	return NULL;
}

static void look_at_zone(const struct paper *paper, struct field *field)
{
	const struct doc *doc = paper->doc;
	const struct zone_reading *zone = zone_of(doc, field);
	float engine = zone ? zone->confidence : 0.5F;
	float rival =
		zone && zone->n_alternatives ? zone->alternatives[0].confidence : 0;

	doc_feature(doc, field, "zone below .97", below(engine, 0.97F));
	doc_feature(doc, field, "zone below .92", below(engine, 0.92F));
	doc_feature(doc, field, "zone below .85", below(engine, 0.85F));
	doc_feature(doc, field, "zone below .6", below(engine, 0.6F));
	doc_feature(doc, field, "zones below .9", below(paper->zone_mean, 0.9F));
	doc_feature(doc, field, "zones below .8", below(paper->zone_mean, 0.8F));
	doc_feature(doc, field, "zone read in two ways",
		    zone && zone->n_alternatives > 0);
	doc_feature(doc, field, "zone's second reading", rival);
}

/* --- rules and document ------------------------------------------------------- */

/* A misread number passes one time in ten at most, so that this says more than other
 * signs; the model is slow to believe what few values have. */
#define CHECK_DIGIT_WORTH 4.0F

/* A tax number may be a VAT id, which has one. */
static int check_digit(enum kind kind, const char *value)
{
	if (kind != KIND_TAX_NUMBER)
		return value_check_digit(kind, value);
	return isalpha((unsigned char)value[0]) && isalpha((unsigned char)value[1])
		       ? value_check_digit(KIND_VAT_ID, value)
		       : -1;
}

static void look_at_rules(const struct paper *paper, const struct cell *cell)
{
	struct field *field = cell->field;
	int digit = check_digit(cell->type->kind, field->value);

	doc_feature(paper->doc, field, "proved", cell->proved != NULL);
	doc_feature(paper->doc, field, TRUST_CONTRADICTED, cell->contradicted);
	doc_feature(paper->doc, field, "disputed", cell->disputed);
	doc_feature(paper->doc, field, "refuted", cell->refuted);
	doc_feature(paper->doc, field, "check digit holds",
		    digit == 1 ? CHECK_DIGIT_WORTH : 0);
	doc_feature(paper->doc, field, "check digit fails", digit == 0);
	doc_feature(paper->doc, field, TRUST_WRONG_FORMAT, cell->wrong);
}

static void look_at_document(const struct paper *paper, const struct instance *instance,
			     struct field *field)
{
	const struct doc *doc = paper->doc;

	doc_feature(doc, field, "words of the paper below .9",
		    below(paper->mean, 0.9F));
	doc_feature(doc, field, "words of the paper below .75",
		    below(paper->mean, 0.75F));
	doc_feature(doc, field, "weak words of the paper", paper->weak);
	doc_feature(doc, field, "type unsure", 1 - doc->type_confidence);
	doc_feature(doc, field, "many pages", doc->n_pages > 2);
	doc_feature(doc, field,
		    arena_printf(doc->arena, "type %s", instance->type->name), 1);
}

/* --- what extraction thought -------------------------------------------------- */

static float logit(float p)
{
	p = fminf(fmaxf(p, 0.02F), 0.995F);
	return logf(p / (1 - p));
}

static void look_at_extraction(const struct doc *doc, const struct cell *cell)
{
	struct field *field = cell->field;
	const char *part = strrchr(field->path, '/');

	doc_feature(doc, field, "first estimate", logit(field->confidence) / 4);
	doc_feature(doc, field, "first estimate below .9",
		    below(field->confidence, 0.9F));
	if (field->why)
		doc_feature(doc, field, arena_printf(doc->arena, "why %s", field->why),
			    1);
	doc_feature(doc, field,
		    arena_printf(doc->arena, "is %s",
				 cell->type->role ? cell->type->role
				 : part		  ? part + 1
						  : field->path),
		    1);
	doc_feature(doc, field, "other values", field->n_alternatives > 0);
	doc_feature(doc, field, "best other value",
		    field->n_alternatives ? field->alternatives[0].confidence : 0);
}

void evidence_add(const struct paper *paper, const struct instance *instance,
		  const struct cell *cell)
{
	struct field *field = cell->field;

	doc_feature(paper->doc, field, "value", 1);
	look_at_extraction(paper->doc, cell);
	if (field->source == SOURCE_ZONE) {
		look_at_zone(paper, field);
	} else {
		look_at_words(paper, field);
		doc_feature(paper->doc, field, "not on the first page",
			    field->page > 1);
	}
	look_elsewhere(paper, field);
	if (field->source != SOURCE_ZONE)
		evidence_of_print(paper, instance, cell);
	look_at_rules(paper, cell);
	look_at_document(paper, instance, field);
	evidence_of_value(paper->doc, cell);
}
