/* tally.c - sums up what evaluate found: per folder and per type of document. */
#include "evaluate.h"

#include <string.h>

#define GROUP(tally, groups, n, cap, name)                                             \
	find_group((tally)->arena, &(tally)->groups, &(tally)->n, &(tally)->cap, (name))

static struct group *find_group(struct arena *arena, struct group **groups, size_t *n,
				size_t *cap, const char *name)
{
	const struct scored_type *scored = scored_type(name);
	struct group *group;

	for (size_t i = 0; i < *n; i++)
		if (strcmp((*groups)[i].name, name) == 0)
			return &(*groups)[i];
	group = arena_push(arena, *groups, *n, *cap);
	*group = (struct group){.name = name};
	if (scored)
		group->by_path =
			arena_alloc_n(arena, scored->n_paths, sizeof(*group->by_path));
	return group;
}

static bool is_state(const struct sample *sample, const char *state)
{
	return strcmp(sample->outcome.state, state) == 0;
}

static void add_state(struct group *group, const struct sample *sample)
{
	group->documents++;
	group->with_truth += sample->has_truth;
	group->ready += is_state(sample, "ready");
	group->exceptions += is_state(sample, "exception");
	group->quarantined += is_state(sample, "quarantined");
	group->pages += sample->outcome.pages;
	group->cpu_s += sample->outcome.cpu_s;
}

static void add_score(struct group *group, const struct sample *sample,
		      const struct document_score *score)
{
	bool ready = is_state(sample, "ready");

	group->type_right += score->type_right;
	group->whole_right += score->whole_right;
	group->truth_ready += ready;
	group->ready_not_right += ready && !score->whole_right;
	group->ready_value_wrong += ready && (score->value_wrong || !score->type_right);
	count_add(&group->header, &score->header);
	count_add(&group->cells, &score->cells);
	group->truth_lines += score->truth_lines;
	group->found_lines += score->found_lines;
	group->right_lines += score->right_lines;
}

static void add_words(struct group *group, const struct sample *sample)
{
	struct word_score words;

	score_words(sample->truth.text, sample->outcome.doc, &words);
	group->words.truth += words.truth;
	group->words.found += words.found;
	group->words.same += words.same;
}

struct value_context {
	FILE *mistakes; /* NULL: not wanted */
	const struct sample *sample;
	struct tally *tally;
	size_t folder;
};

/* document, path, line, truth, found, confidence, accepted, source */
static void write_mistake(const struct value_context *context, const char *path,
			  int line, const char *truth, const struct field *found)
{
	fprintf(context->mistakes, "%s\t%s\t%d\t%s\t%s\t", context->sample->shown, path,
		line, truth ? truth : "-", found ? found->value : "-");
	if (found)
		fprintf(context->mistakes, "%.3f\t%s\t%s\n", (double)found->confidence,
			found->accepted ? "accepted" : "open",
			source_name(found->source));
	else
		fprintf(context->mistakes, "-\t-\t-\n");
}

static void add_value(void *ctx, const char *path, int line, const char *truth,
		      const struct field *found, bool right)
{
	const struct value_context *context = ctx;
	struct tally *tally = context->tally;

	if (found)
		*arena_push(tally->arena, tally->verdicts, tally->n_verdicts,
			    tally->cap_verdicts) = (struct verdict){
			.folder = context->folder,
			.source = found->source,
			.confidence = found->confidence,
			.accepted = found->accepted,
			.right = right,
		};
	if (!right && context->mistakes)
		write_mistake(context, path, line, truth, found);
}

static void add_sample(struct tally *tally, const struct sample *sample,
		       const struct schema_set *schemas, FILE *mistakes)
{
	struct group *folder =
		GROUP(tally, folders, n_folders, cap_folders, sample->folder);
	struct value_context context = {mistakes, sample, tally,
					(size_t)(folder - tally->folders)};
	struct document_score score;
	struct group *type;

	tally->documents++;
	tally->pages += sample->outcome.pages;
	tally->cached += sample->outcome.cached;
	add_state(folder, sample);
	if (!sample->has_truth)
		return;
	type = GROUP(tally, types, n_types, cap_types, sample->truth.type);
	add_state(type, sample);
	score_document(&sample->truth, sample->outcome.doc,
		       schema_type(schemas, sample->truth.type), type->by_path,
		       add_value, &context, &score);
	if (mistakes && !score.type_right)
		fprintf(mistakes, "%s\t(type)\t0\t%s\t%s\t-\t-\t-\n", sample->shown,
			sample->truth.type,
			sample->outcome.doc->type ? sample->outcome.doc->type : "-");
	add_score(folder, sample, &score);
	add_score(type, sample, &score);
	if (sample->truth.text) {
		add_words(folder, sample);
		add_words(type, sample);
	}
}

void tally_samples(struct tally *tally, const struct sample_list *list,
		   const struct schema_set *schemas, FILE *mistakes)
{
	if (mistakes)
		fputs("document\tpath\tline\ttruth\tfound\tconfidence\taccepted\tsource"
		      "\n",
		      mistakes);
	for (size_t i = 0; i < list->n; i++)
		add_sample(tally, &list->samples[i], schemas, mistakes);
}
