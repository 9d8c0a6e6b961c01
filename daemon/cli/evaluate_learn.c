/* evaluate_learn.c - `intray evaluate --learn`: what keying one paper does for the
 * next.
 *
 * Prequential: each document is read and scored with what was learnt from those before
 * it, and only then its truth is keyed. Everything but the clerk is the real thing: a
 * drop, a job, the worker's lookup and saving, and the teaching that desk.submit does,
 * in a throwaway database. Documents come in the order of their names. */
#include "evaluate_learn.h"

#include <stdlib.h>
#include <string.h>

#include "evaluate_one.h"
#include "evaluate_trial.h"
#include "learn.h"
#include "proc.h"
#include "text.h"

struct lesson_run {
	struct sample_list *list;
	struct reading_room room;
	struct trial trial;
	const char **folders; /* client folder-N is folders[N - 1] */
	size_t n_folders, cap_folders;
	const char **keyed; /* "folder\nname key" of the suppliers keyed so far */
	size_t n_keyed, cap_keyed;
	struct learn_report *report;
};

static size_t folder_index(const struct lesson_run *run, const struct sample *sample)
{
	size_t i = 0;

	while (i < run->n_folders && strcmp(run->folders[i], sample->folder) != 0)
		i++;
	return i;
}

static void find_folders(struct lesson_run *run)
{
	for (size_t i = 0; i < run->list->n; i++) {
		const struct sample *sample = &run->list->samples[i];

		if (folder_index(run, sample) == run->n_folders)
			*arena_push(run->list->arena, run->folders, run->n_folders,
				    run->cap_folders) = sample->folder;
	}
}

/* --- the document's life ------------------------------------------------------ */

static const struct db_tray *tray_of(const struct lesson_run *run,
				     const struct sample *sample)
{
	size_t folder = folder_index(run, sample);

	for (size_t i = 0; i < run->trial.n_trays; i++)
		if (strcmp(run->trial.trays[i].client,
			   run->trial.settings.clients[folder].code) == 0)
			return &run->trial.trays[i];
	die("no tray for %s", sample->folder);
}

static enum rc drop(struct lesson_run *run, const struct sample *sample,
		    struct arena *arena, struct job *job, struct err *err)
{
	char id[37], sha256[65];
	enum db_drop_outcome outcome;
	bool got = false;
	/* Of its name: the same bytes twice shall both be read. */
	struct db_drop row = {.id = uuid_new(id),
			      .tray_id = tray_of(run, sample)->id,
			      .name = sample->path,
			      .name_len = strlen(sample->path),
			      .sha256 = sha256,
			      .size = 1};

	memset(sha256, '0', 64);
	memcpy(sha256, id, 8);
	memcpy(sha256 + 8, id + 24, 12);
	sha256[64] = '\0';
	enum rc rc = db_drop_record(run->trial.intake, &row, &outcome, err);
	if (rc == RC_OK)
		rc = job_claim(run->trial.worker, "evaluate", arena, job, &got, err);
	if (rc == RC_OK && !got)
		rc = err_set(err, RC_BUG, "the dropped document has no job");
	return rc;
}

/* {"merchant/name": "...", ...}: all that a clerk would have entered. */
static const char *truth_json(const struct truth *truth, struct arena *arena)
{
	json_t *values = json_object();

	for (size_t i = 0; i < truth->n_values; i++)
		if (!truth_is_unscored(truth, truth->values[i].path))
			json_object_set_new(values, truth->values[i].path,
					    json_string(truth->values[i].value));
	char *text = json_dumps(values, JSON_COMPACT);
	json_decref(values);
	const char *copy = arena_strdup(arena, text);
	free(text);
	return copy;
}

static enum rc key_truth(struct lesson_run *run, const struct sample *sample,
			 const struct job *job, struct arena *arena, struct err *err)
{
	const struct doc *doc = sample->outcome.doc;
	const struct doctype *type = schema_type(run->room.schemas, doc->type);
	const char *params[] = {job->document, sample->truth.type,
				truth_json(&sample->truth, arena)};
	struct db_rows rows;
	bool mine;
	enum rc rc =
		job_save_document(run->trial.worker, job, doc, type, true, &mine, err);

	if (rc == RC_OK && !mine)
		rc = err_set(err, RC_BUG, "the job was lost");
	if (rc == RC_OK && sample->has_truth && !sample->truth.text)
		rc = db_query(run->trial.admin, "document_teach", params, 3, arena,
			      &rows, err);
	return rc;
}

/* --- the score ---------------------------------------------------------------- */

/* Whether the supplier was keyed before; from now on it was. */
static bool keyed_before(struct lesson_run *run, const struct sample *sample,
			 const struct doctype *type)
{
	struct arena *arena = run->list->arena;

	for (size_t i = 0; i < type->n_fields; i++) {
		const char *path = type->fields[i].path;
		const char *name = truth_value(&sample->truth, path, 0);

		if (!field_is_identity(&type->fields[i]) || !name ||
		    truth_is_unscored(&sample->truth, path))
			continue;
		const char *key = arena_printf(arena, "%s\n%s", sample->folder,
					       text_key(arena, name));
		for (size_t k = 0; k < run->n_keyed; k++)
			if (strcmp(run->keyed[k], key) == 0)
				return true;
		*arena_push(arena, run->keyed, run->n_keyed, run->cap_keyed) = key;
	}
	return false;
}

static struct learn_count *count_of(struct learn_report *report, const char *path)
{
	for (size_t i = 0; i < report->n; i++)
		if (strcmp(report->counts[i].path, path) == 0)
			return &report->counts[i];
	struct learn_count *count =
		arena_push(report->arena, report->counts, report->n, report->cap);
	*count = (struct learn_count){.path = arena_strdup(report->arena, path)};
	return count;
}

static void score_one(const struct sample *sample, const struct doctype *type,
		      const struct doc *doc, bool learnt, struct learn_report *report)
{
	const struct scored_type *scored = scored_type(type->name);
	struct count *by_path =
		arena_alloc_n(report->arena, scored->n_paths, sizeof(*by_path));
	struct document_score score;

	score_document(&sample->truth, doc, type, by_path, NULL, NULL, &score);
	for (size_t i = 0; i < scored->n_paths; i++) {
		const struct fieldtype *field = doctype_field(type, scored->paths[i]);

		if (!field || !field_is_constant(field))
			continue;
		struct learn_count *count = count_of(report, field->path);
		count_add(learnt ? &count->with : &count->without, &by_path[i]);
		if (field->kind == KIND_PARTY || field->kind == KIND_ADDRESS)
			count_add(learnt ? &report->with : &report->without,
				  &by_path[i]);
	}
}

static void score_known(struct lesson_run *run, const struct sample *sample,
			const struct doc *unlearnt)
{
	const struct doctype *type =
		sample->has_truth && !sample->truth.text
			? schema_type(run->room.schemas, sample->truth.type)
			: NULL;

	if (!type || !scored_type(type->name))
		return;
	run->report->documents++;
	if (!keyed_before(run, sample, type))
		return;
	run->report->known++;
	run->report->recognised += sample->outcome.doc->known != NULL;
	score_one(sample, type, unlearnt, false, run->report);
	score_one(sample, type, sample->outcome.doc, true, run->report);
}

static enum rc learn_one(struct lesson_run *run, struct sample *sample, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	struct doc *unlearnt = sample->outcome.doc;
	struct job job;
	enum rc rc = drop(run, sample, scratch, &job, err);

	if (rc != RC_OK)
		return rc;
	run->room.lookup = db_lookup(run->trial.worker, &job, scratch);
	rc = room_read(&run->room, sample, run->list->arena, &sample->outcome, err);
	if (rc != RC_OK)
		return rc;
	if (strcmp(sample->outcome.state, "quarantined") == 0)
		return job_fault(run->trial.worker, &job, sample->outcome.error, err);
	score_known(run, sample, unlearnt);
	rc = key_truth(run, sample, &job, scratch, err);
	/* Words are many; only running text is compared by them, and was before. */
	if (!sample->truth.text)
		sample->outcome.doc->n_pages = 0;
	return rc;
}

static enum rc learn_all(struct lesson_run *run, struct err *err)
{
	struct progress progress;
	enum rc rc = RC_OK;

	progress_begin(&progress, "learning", (long)run->list->n);
	for (size_t i = 0; i < run->list->n && rc == RC_OK; i++) {
		rc = learn_one(run, &run->list->samples[i], err);
		progress_step(&progress, (long)i + 1, run->list->samples[i].shown);
	}
	progress_end(&progress);
	return rc;
}

enum rc samples_learn(struct sample_list *list, const struct run_options *options,
		      struct learn_report *report, struct err *err)
{
	struct lesson_run run = {.list = list, .report = report};
	struct progress progress;

	find_folders(&run);
	enum rc rc = room_open(options, &run.room, err);
	if (rc != RC_OK)
		return rc;
	progress_begin(&progress, "making a database to learn in", 1);
	rc = trial_open(&run.trial, options->settings, run.n_folders, list->arena, err);
	progress_end(&progress);
	if (rc == RC_OK) {
		rc = learn_all(&run, err);
		trial_close(&run.trial);
	}
	room_close(&run.room);
	return rc;
}
