/* train.c - `intray train`: learns from documents with known contents how sure values
 * are.
 *
 * Documents are read as by `intray evaluate`; every value that the truth can judge is a
 * lesson. Suppliers are dealt out into ten folds. The model that ships has seen all of
 * them, but its scale is made of scores that each value got from weights which had not
 * seen its supplier. Ten more models, each without one fold, and with scales made in
 * the same way without that fold, are for `intray evaluate --cross-validate`. The same
 * documents give the same bytes. Files are written under another name and renamed: a
 * run that is cut off leaves the old model. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "proc.h"
#include "train.h"

static const struct cli_option options[] = {
	{"--out", "DIR", "write the model there (default: beside the schemas)"},
	{"--jobs", "N", "read with N processes (default: number of processors)"},
	{"--values", "FILE", "write a JSON line for each value that was learnt from"},
	{"--cache", "DIR", "keep what was read of each file there, and use it again"},
	{NULL, NULL, NULL},
};

struct school {
	struct lessons lessons;
	float *weights; /* one set after the other: see set_of */
	const char *folders;
	struct fold_map map;
	struct trust folds[TRUST_FOLDS]; /* the models that have not seen one */
	float *confidences; /* of each lesson, by the model that has not seen it */
};

/* --- weights ------------------------------------------------------------------ */

/* Weights that have not seen folds a and b; -1, -1: that have seen all. */
static float *set_of(const struct school *school, int a, int b)
{
	int low = a < b ? a : b, high = a < b ? b : a;

	if (low == high)
		low = -1;
	return school->weights + (size_t)((low + 1) * (TRUST_FOLDS + 1) + high + 1) *
					 school->lessons.n_names;
}

static void fit_all(struct school *school)
{
	struct progress progress;
	long done = 0;

	school->weights = arena_alloc_n(
		school->lessons.arena,
		(TRUST_FOLDS + 1) * (TRUST_FOLDS + 1) * school->lessons.n_names + 1,
		sizeof(*school->weights));
	progress_begin(&progress, "learning", TRUST_FOLDS * (TRUST_FOLDS + 1) / 2 + 1);
	fit_weights(&school->lessons, -1, -1, set_of(school, -1, -1));
	for (int b = 0; b < TRUST_FOLDS; b++)
		for (int a = 0; a <= b; a++) {
			fit_weights(&school->lessons, a, b, set_of(school, a, b));
			progress_step(&progress, ++done, "");
		}
	progress_end(&progress);
}

/* --- models ------------------------------------------------------------------- */

static void add_weights(struct trust *trust, const struct lessons *lessons,
			const float *weights)
{
	for (size_t i = 0; i < lessons->n_names; i++)
		if (weights[i] > 1e-4F || weights[i] < -1e-4F)
			*arena_push(trust->arena, trust->weights, trust->n_weights,
				    trust->cap_weights) =
				(struct trust_weight){lessons->names[i], weights[i]};
}

static void make_scales(struct trust *trust, const struct school *school, int without)
{
	AUTO_ARENA scratch = arena_new();
	const struct lessons *lessons = &school->lessons;
	struct scored *list = arena_alloc_n(scratch, lessons->n + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < lessons->n; i++) {
		const struct lesson *lesson = &lessons->list[i];
		int other = without < 0 ? lesson->fold : without;

		if (lesson->fold != without)
			list[n++] = (struct scored){
				fit_score(lesson, set_of(school, other, lesson->fold)),
				lesson->row.right, lesson->scale, lesson->barred, 0};
	}
	scales_make(trust, list, n);
}

/* without -1: from all. */
static void make_model(struct trust *trust, const struct school *school, int without)
{
	const struct lessons *lessons = &school->lessons;

	*trust = (struct trust){.arena = lessons->arena};
	trust->learnt = arena_printf(
		trust->arena, "%zu values of %ld documents of %ld suppliers%s, from %s",
		lessons->n, lessons->documents, lessons->groups,
		without < 0
			? ""
			: arena_printf(trust->arena, " without fold %d", without + 1),
		school->folders);
	add_weights(trust, lessons, set_of(school, without, without));
	make_scales(trust, school, without);
}

/* Each lesson by the model that has not seen its supplier. */
static void judge_all(struct school *school)
{
	const struct lessons *lessons = &school->lessons;

	school->confidences =
		arena_alloc_n(lessons->arena, lessons->n, sizeof(*school->confidences));
	for (int i = 0; i < TRUST_FOLDS; i++)
		make_model(&school->folds[i], school, i);
	for (size_t i = 0; i < lessons->n; i++) {
		const struct lesson *lesson = &lessons->list[i];

		school->confidences[i] = trust_confidence(
			&school->folds[lesson->fold], lesson->scale,
			fit_score(lesson, set_of(school, lesson->fold, lesson->fold)));
	}
}

static enum rc write_text(const char *text, const char *path, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	const char *temp = arena_printf(scratch, "%s.new", path);
	FILE *out = fopen(temp, "we");
	bool failed;

	if (!out)
		return err_errno(err, RC_FAIL, "write %s", temp);
	failed = fputs(text, out) == EOF;
	failed |= fclose(out) != 0;
	if (failed || rename(temp, path) < 0)
		return err_errno(err, RC_FAIL, "write %s", path);
	return RC_OK;
}

static enum rc write_model(const struct trust *trust, const char *path, struct err *err)
{
	AUTO_ARENA scratch = arena_new();

	return write_text(trust_print(trust, scratch), path, err);
}

static enum rc make_dir(const char *path, struct err *err)
{
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return err_errno(err, RC_FAIL, "make %s", path);
	return RC_OK;
}

static enum rc write_all(const struct school *school, const char *dir, struct err *err)
{
	struct arena *arena = school->lessons.arena;
	const char *folds = arena_printf(arena, "%s/folds", dir);
	struct trust trust;
	enum rc rc = make_dir(dir, err);

	if (rc == RC_OK)
		rc = make_dir(folds, err);
	if (rc == RC_OK)
		rc = write_text(folds_print(&school->map, arena),
				arena_printf(arena, "%s/suppliers", folds), err);
	for (int i = 0; i < TRUST_FOLDS && rc == RC_OK; i++)
		rc = write_model(&school->folds[i], fold_file(folds, i, arena), err);
	if (rc != RC_OK)
		return rc;
	make_model(&trust, school, -1);
	return write_model(&trust, arena_printf(arena, "%s/%s", dir, TRUST_FILE), err);
}

/* --- how it scored ------------------------------------------------------------ */

static const struct column report_columns[] = {
	{"Source", "source", COLUMN_TEXT},
	{"Error budget", "budget", COLUMN_NUMBER},
	{"Values", "values", COLUMN_NUMBER},
	{"Right", "right", COLUMN_NUMBER},
	{"Accepted", "accepted", COLUMN_NUMBER},
	{"Share", "share", COLUMN_NUMBER},
	{"Wrong", "wrong", COLUMN_NUMBER},
	{"Wrong share", "wrong_share", COLUMN_NUMBER},
};
static const float reported_budgets[] = {0.005F, 0.01F, 0.015F, 0.025F};

static const char *part(struct arena *arena, long of, long whole, int decimals)
{
	return whole > 0 ? arena_printf(arena, "%.*f", decimals,
					(double)of / (double)whole)
			 : NULL;
}

static void add_report_row(struct table *table, const struct school *school,
			   enum trust_scale scale, float budget)
{
	const struct lessons *lessons = &school->lessons;
	long n = 0, right = 0, accepted = 0, wrong = 0;
	const char **row = table_row(table);

	for (size_t i = 0; i < lessons->n; i++) {
		const struct lesson *lesson = &lessons->list[i];

		if (lesson->scale != scale)
			continue;
		n++;
		right += lesson->row.right;
		if (lesson->barred ||
		    school->confidences[i] <
			    trust_threshold(&school->folds[lesson->fold], scale,
					    budget))
			continue;
		accepted++;
		wrong += !lesson->row.right;
	}
	row[0] = trust_scale_name(scale);
	row[1] = arena_printf(table->arena, "%g", (double)budget);
	row[2] = arena_printf(table->arena, "%ld", n);
	row[3] = arena_printf(table->arena, "%ld", right);
	row[4] = arena_printf(table->arena, "%ld", accepted);
	row[5] = part(table->arena, accepted, n, 3);
	row[6] = arena_printf(table->arena, "%ld", wrong);
	row[7] = part(table->arena, wrong, accepted, 4);
}

static struct table report(const struct school *school)
{
	const size_t n_budgets = sizeof(reported_budgets) / sizeof(*reported_budgets);
	struct table table;

	table_init(&table, school->lessons.arena, report_columns,
		   sizeof(report_columns) / sizeof(*report_columns));
	for (int scale = 0; scale < TRUST_SCALES; scale++)
		for (size_t b = 0; b < n_budgets; b++)
			add_report_row(&table, school, (enum trust_scale)scale,
				       reported_budgets[b]);
	return table;
}

static void print_report(const struct cli *cli, const struct school *school)
{
	const struct lessons *lessons = &school->lessons;
	struct table table = report(school);

	if (cli->json) {
		cli_print_json(json_pack(
			"{s:I, s:I, s:I, s:I, s:o}", "values", (json_int_t)lessons->n,
			"documents", (json_int_t)lessons->documents, "suppliers",
			(json_int_t)lessons->groups, "features",
			(json_int_t)lessons->n_names, "sources", table_json(&table)));
		return;
	}
	printf("Learnt from %zu values of %ld documents of %ld suppliers; %zu "
	       "features.\nEach value judged by a model that has not seen its "
	       "supplier:\n\n",
	       lessons->n, lessons->documents, lessons->groups, lessons->n_names);
	table_print(&table, stdout, 0);
}

/* --- the command -------------------------------------------------------------- */

static const char *folder_names(const struct cli *cli)
{
	struct strbuf names;

	strbuf_init(&names, cli->arena);
	for (size_t i = 0; i < cli->n_args; i++) {
		size_t len = strlen(cli->args[i]);
		const char *at;

		while (len > 1 && cli->args[i][len - 1] == '/')
			len--;
		for (at = cli->args[i] + len; at > cli->args[i] && at[-1] != '/'; at--)
			;
		strbuf_addf(&names, "%s%.*s", i ? " " : "",
			    (int)(cli->args[i] + len - at), at);
	}
	return names.text;
}

static enum rc read_samples(const struct cli *cli, const struct run_options *how,
			    struct sample_list *list, struct err *err)
{
	for (size_t i = 0; i < cli->n_args; i++) {
		enum rc rc = samples_find(cli->args[i], false, list, err);

		if (rc != RC_OK)
			return rc;
	}
	return samples_run(list, how, err);
}

static enum rc learn(struct school *school, const struct sample_list *samples,
		     const char *schema_dir, struct err *err)
{
	struct schema_set *schemas = NULL;
	enum rc rc = schema_load_dir(schema_dir, &schemas, err);

	if (rc != RC_OK)
		return rc;
	folds_deal(samples, school->lessons.arena, &school->map);
	lessons_collect(&school->lessons, samples, schemas, &school->map);
	schema_set_free(&schemas);
	if (school->lessons.n == 0)
		return err_set(err, RC_FAIL,
			       "no value was read of which the truth is known");
	fit_all(school);
	judge_all(school);
	return RC_OK;
}

static int run(struct cli *cli)
{
	struct sample_list samples = {.arena = cli->arena};
	struct run_options how = {.cache_dir = cli_value(cli, "--cache"),
				  .evidence = true};
	struct school school = {.lessons = {.arena = cli->arena},
				.folders = folder_names(cli)};
	struct settings settings;
	const char *out = cli_value(cli, "--out");
	const char *values = cli_value(cli, "--values");
	struct err err;

	if (cli->config_given) {
		if (!cli_settings(cli, &settings))
			return CLI_CANNOT;
	} else {
		settings_default(cli->arena, &settings);
	}
	how.settings = &settings;
	how.jobs = settings.workers;
	if (!cli_number(cli, "--jobs", 1, 256, &how.jobs))
		return CLI_USAGE;
	if (read_samples(cli, &how, &samples, &err) != RC_OK ||
	    learn(&school, &samples, settings.schema_dir, &err) != RC_OK ||
	    write_all(&school, out ? out : settings.schema_dir, &err) != RC_OK ||
	    (values &&
	     values_write(values, &school.lessons, school.confidences, &err) != RC_OK))
		return cli_cannot(cli, &err);
	print_report(cli, &school);
	return CLI_FINE;
}

const struct command command_train = {
	.name = "train",
	.summary = "Learn from documents with known contents how sure values are",
	.arguments = "DIR...",
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.more = "Reads the documents of the folders that have a NAME.truth.json beside "
		"them, as\n"
		"`intray evaluate` does, and writes trust.model, which says how sure a "
		"value is\n"
		"and from which confidence on it needs no person, and folds/, models "
		"that each\n"
		"have not seen a tenth of the suppliers, for `intray evaluate "
		"--cross-validate`.\n"
		"The same documents give the same files. Restart the workers "
		"afterwards.",
	.run = run,
};
