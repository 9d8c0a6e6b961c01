/* train_lessons.c - from documents with known contents to rows of numbers.
 *
 * Each value that was read and that the truth can judge is a lesson: its features,
 * under all their names (trust.h), and whether it was right. A name that fewer than a
 * handful of lessons or suppliers know is left out: it would be learnt by heart. Cannot
 * fail. */
#include "train.h"

#include <stdlib.h>
#include <string.h>

enum { LESSONS_LEAST = 6, GROUPS_LEAST = 3 };

struct name {
	const char *text;
	long lessons, groups, last_group;
	int index; /* -1: left out */
};

struct names { /* open addressing */
	struct arena *arena;
	struct name *slots;
	size_t n, cap;
};

struct draft { /* a lesson whose features are names yet */
	const struct sample *sample;
	const struct field *field;
	const char *truth;
	struct trust_keys keys;
	enum trust_scale scale;
	bool right;
	int fold;
	long group;
};

struct collector {
	struct arena *arena;
	const struct doctype *type, *read_as;
	const struct sample *sample;
	struct draft *drafts;
	size_t n, cap;
	const struct fold_map *folds;
	int fold;
	long group;
};

/* --- names -------------------------------------------------------------------- */

static size_t hash_of(const char *text)
{
	size_t h = 1469598103934665603U;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211U;
	return h;
}

static struct name *slot_of(struct names *names, const char *text)
{
	size_t at = hash_of(text) & (names->cap - 1);

	while (names->slots[at].text && strcmp(names->slots[at].text, text) != 0)
		at = (at + 1) & (names->cap - 1);
	return &names->slots[at];
}

static void names_grow(struct names *names)
{
	struct names larger = {.arena = names->arena,
			       .cap = names->cap ? names->cap * 2 : 4096};

	larger.slots = arena_alloc_n(names->arena, larger.cap, sizeof(*larger.slots));
	for (size_t i = 0; i < names->cap; i++)
		if (names->slots[i].text)
			*slot_of(&larger, names->slots[i].text) = names->slots[i];
	larger.n = names->n;
	*names = larger;
}

static struct name *names_add(struct names *names, const char *text)
{
	struct name *slot;

	if (names->n * 2 >= names->cap)
		names_grow(names);
	slot = slot_of(names, text);
	if (!slot->text) {
		*slot = (struct name){.text = arena_strdup(names->arena, text),
				      .last_group = -1};
		names->n++;
	}
	return slot;
}

static void count_names(struct names *names, const struct draft *draft)
{
	char text[TRUST_NAME_MAX];

	for (size_t f = 0; f < draft->field->n_features; f++) {
		const struct feature *feature = &draft->field->features[f];

		for (int i = 0; feature->value != 0 && i < TRUST_NAMES; i++) {
			struct name *name;

			trust_name(&draft->keys, feature->name, i, text);
			name = names_add(names, text);
			name->lessons++;
			name->groups += name->last_group != draft->group;
			name->last_group = draft->group;
		}
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void number_names(struct names *names, struct lessons *out)
{
	out->names = arena_alloc_n(out->arena, names->n + 1, sizeof(*out->names));
	for (size_t i = 0; i < names->cap; i++) {
		struct name *name = &names->slots[i];

		name->index = -1;
		if (name->text && name->lessons >= LESSONS_LEAST &&
		    name->groups >= GROUPS_LEAST)
			out->names[out->n_names++] = name->text;
	}
	qsort(out->names, out->n_names, sizeof(*out->names), by_text);
	for (size_t i = 0; i < out->n_names; i++)
		slot_of(names, out->names[i])->index = (int)i;
}

/* --- lessons ------------------------------------------------------------------ */

static int by_feature(const void *a, const void *b)
{
	const struct logistic_term *x = a, *y = b;

	return x->feature - y->feature;
}

static void add_lesson(struct lessons *out, struct names *names,
		       const struct draft *draft)
{
	const struct field *field = draft->field;
	struct logistic_term *terms = arena_alloc_n(
		out->arena, field->n_features * TRUST_NAMES + 1, sizeof(*terms));
	char text[TRUST_NAME_MAX];
	size_t n = 0;

	for (size_t f = 0; f < field->n_features; f++)
		for (int i = 0; i < TRUST_NAMES; i++) {
			const struct name *name;

			trust_name(&draft->keys, field->features[f].name, i, text);
			name = slot_of(names, text);
			if (name->text && name->index >= 0)
				terms[n++] = (struct logistic_term){
					name->index, field->features[f].value};
		}
	if (n > 1)
		qsort(terms, n, sizeof(*terms), by_feature);
	*arena_push(out->arena, out->list, out->n, out->cap) = (struct lesson){
		.row = {terms, n, draft->right},
		.sample = draft->sample,
		.field = draft->field,
		.keys = draft->keys,
		.truth = draft->truth,
		.fold = draft->fold,
		.scale = draft->scale,
		.barred = trust_barred(field->features, field->n_features),
	};
}

static void take_value(void *ctx, const char *path, int line, const char *truth,
		       const struct field *found, bool right)
{
	struct collector *c = ctx;
	const struct fieldtype *type = doctype_field(c->type, path);

	(void)line;
	if (found && type && found->n_features > 0)
		*arena_push(c->arena, c->drafts, c->n, c->cap) = (struct draft){
			.sample = c->sample,
			.field = found,
			.truth = truth,
			.keys = trust_keys_of(type, found->source),
			.scale = trust_scale_of(c->read_as, found->source),
			.right = right,
			.fold = c->fold,
			.group = c->group,
		};
}

static void take_sample(struct collector *c, const struct sample *sample,
			const struct schema_set *schemas)
{
	const struct scored_type *scored = scored_type(sample->truth.type);
	struct document_score score;
	struct count *by_path;

	c->type = schema_type(schemas, sample->truth.type);
	if (!scored || !c->type)
		return;
	by_path = arena_alloc_n(c->arena, scored->n_paths, sizeof(*by_path));
	c->read_as = sample->outcome.doc->type
			     ? schema_type(schemas, sample->outcome.doc->type)
			     : NULL;
	c->sample = sample;
	c->fold = fold_of(c->folds, sample);
	score_document(&sample->truth, sample->outcome.doc, c->type, by_path,
		       take_value, c, &score);
}

static long group_number(const char ***known, size_t *n, size_t *cap,
			 const struct sample *sample, struct arena *arena)
{
	const char *group = fold_group(sample, arena);

	for (size_t i = 0; i < *n; i++)
		if (strcmp((*known)[i], group) == 0)
			return (long)i;
	*arena_push(arena, *known, *n, *cap) = group;
	return (long)*n - 1;
}

void lessons_collect(struct lessons *lessons, const struct sample_list *samples,
		     const struct schema_set *schemas, const struct fold_map *folds)
{
	AUTO_ARENA scratch = arena_new();
	struct collector c = {.arena = scratch, .folds = folds};
	struct names names = {.arena = lessons->arena};
	const char **groups = NULL;
	size_t n_groups = 0, cap_groups = 0;

	for (size_t i = 0; i < samples->n; i++) {
		const struct sample *sample = &samples->samples[i];
		size_t before = c.n;

		if (!sample->has_truth || !sample->outcome.doc)
			continue;
		c.group = group_number(&groups, &n_groups, &cap_groups, sample,
				       lessons->arena);
		take_sample(&c, sample, schemas);
		lessons->documents += c.n > before;
	}
	lessons->groups = (long)n_groups;
	names_grow(&names);
	for (size_t i = 0; i < c.n; i++)
		count_names(&names, &c.drafts[i]);
	number_names(&names, lessons);
	for (size_t i = 0; i < c.n; i++)
		add_lesson(lessons, &names, &c.drafts[i]);
}
