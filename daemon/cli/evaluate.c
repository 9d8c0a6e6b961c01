/* evaluate.c - `intray evaluate`: how well documents with known contents are read.
 *
 * The same reader, in the same jail, and the same stages as in the daemon, but no
 * database: nothing is learnt, and lookups are not applicable, unless --learn asks.
 * Documents are spread over processes; results come out in the order of the files
 * whatever the number of processes, so two runs can be compared line by line. */
#include <string.h>
#include <sys/resource.h>

#include "evaluate_learn.h"
#include "evaluate_trial.h"
#include "proc.h"

static const struct cli_option options[] = {
	{"--dump", "FILE", "write one JSON line per document"},
	{"--mistakes", "FILE", "write one line per value that is wrong or missing"},
	{"--jobs", "N", "read with N processes (default: number of processors)"},
	{"--all", NULL, "also run documents without truth beside others with it"},
	{"--cross-validate", NULL,
	 "judge each supplier by a model that was not shown it"},
	{"--folds", "DIR", "where those models are (default: folds beside the model)"},
	{"--cache", "DIR", "keep what was read of each file there, and use it again"},
	{"--learn", NULL, "then again, keying each document's truth after its turn"},
	{NULL, NULL, NULL},
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double cpu_of(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

static bool find_settings(const struct cli *cli, struct settings *out)
{
	if (cli->config_given)
		return cli_settings(cli, out);
	settings_default(cli->arena, out);
	return true;
}

static enum rc find_samples(const struct cli *cli, struct sample_list *list,
			    struct err *err)
{
	for (size_t i = 0; i < cli->n_args; i++) {
		enum rc rc =
			samples_find(cli->args[i], cli_value(cli, "--all"), list, err);

		if (rc != RC_OK)
			return rc;
	}
	if (list->n == 0)
		return err_set(err, RC_FAIL, "no documents found in %s%s", cli->args[0],
			       cli->n_args > 1 ? " and the others" : "");
	return RC_OK;
}

static enum rc open_mistakes(const struct cli *cli, FILE **out, struct err *err)
{
	const char *path = cli_value(cli, "--mistakes");

	*out = NULL;
	if (!path)
		return RC_OK;
	*out = fopen(path, "we");
	return *out ? RC_OK : err_errno(err, RC_FAIL, "write %s", path);
}

static enum rc count_and_write(const struct cli *cli, const struct settings *settings,
			       const struct sample_list *list, struct tally *tally,
			       struct err *err)
{
	const char *dump = cli_value(cli, "--dump");
	struct schema_set *schemas = NULL;
	FILE *mistakes;
	enum rc rc = open_mistakes(cli, &mistakes, err);

	if (rc == RC_OK)
		rc = schema_load_dir(settings->schema_dir, &schemas, err);
	if (rc == RC_OK)
		tally_samples(tally, list, schemas, mistakes);
	schema_set_free(&schemas);
	if (mistakes && fclose(mistakes) != 0 && rc == RC_OK)
		rc = err_errno(err, RC_FAIL, "write %s", cli_value(cli, "--mistakes"));
	if (rc == RC_OK && dump)
		rc = dump_samples(dump, list, err);
	return rc;
}

/* Learning reads each document twice: the pages of the first time are kept meanwhile.
 */
static enum rc read_and_learn(struct sample_list *list, struct run_options *how,
			      struct learn_report *report, struct err *err)
{
	const char *temporary = NULL;
	enum rc rc = RC_OK;

	if (!how->cache_dir) {
		rc = scratch_folder(list->arena, &temporary, err);
		how->cache_dir = temporary;
	}
	if (rc == RC_OK)
		rc = samples_run(list, how, err);
	if (rc == RC_OK)
		rc = samples_learn(list, how, report, err);
	folder_remove(temporary);
	return rc;
}

static const char *folds_dir(const struct cli *cli, const struct settings *settings)
{
	const char *given = cli_value(cli, "--folds");

	if (!cli_value(cli, "--cross-validate") && !given)
		return NULL;
	return given ? given
		     : arena_printf(cli->arena, "%s/folds", settings->schema_dir);
}

static int run(struct cli *cli)
{
	struct sample_list list = {.arena = cli->arena};
	struct tally tally = {.arena = cli->arena};
	struct run_options how = {.cache_dir = cli_value(cli, "--cache")};
	int64_t began = now_ms_monotonic();
	bool learn = cli_value(cli, "--learn");
	struct learn_report report = {.arena = cli->arena};
	struct settings settings;
	struct err err;

	if (!find_settings(cli, &settings))
		return CLI_CANNOT;
	how.settings = &settings;
	how.jobs = settings.workers;
	how.folds_dir = folds_dir(cli, &settings);
	if (!cli_number(cli, "--jobs", 1, 256, &how.jobs))
		return CLI_USAGE;
	if (find_samples(cli, &list, &err) != RC_OK ||
	    (learn ? read_and_learn(&list, &how, &report, &err)
		   : samples_run(&list, &how, &err)) != RC_OK)
		return cli_cannot(cli, &err);
	tally.wall_s = (double)(now_ms_monotonic() - began) / 1000;
	tally.cpu_s = cpu_of(RUSAGE_SELF) + cpu_of(RUSAGE_CHILDREN);
	if (count_and_write(cli, &settings, &list, &tally, &err) != RC_OK)
		return cli_cannot(cli, &err);
	json_t *json = evaluate_json(&tally);
	if (learn)
		json_object_set_new(json, "learning", learn_json(&report));
	if (!cli->json)
		evaluate_print(&tally, &list);
	if (!cli->json && learn)
		learn_print(&report);
	if (cli->json)
		cli_print_json(json);
	else
		json_decref(json);
	return CLI_FINE;
}

const struct command command_evaluate = {
	.name = "evaluate",
	.summary = "Measure how well documents with known contents are read",
	.arguments = "DIR...",
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.more = "Every document NAME.EXT with a NAME.truth.json (type, fields, lines,\n"
		"unscored) or NAME.truth.txt beside it is read as the daemon would, "
		"without a\n"
		"database, and compared. In a folder without any truth all documents "
		"are\n"
		"read and only their states counted. Folders are searched to any "
		"depth.\n\n"
		"Field: truth is on paper; found was read; correct is both and equal; "
		"accepted\n"
		"needs no person. A value where the truth has none is wrong.\n"
		"Straight-through: documents that are ready without a person.\n\n"
		"Accepted: which share of the true values needed no person, and how "
		"many of\n"
		"those were wrong. Coverage: the share of true values that could be "
		"accepted\n"
		"if so many of them might be wrong. Reliability: how many values of a "
		"confidence\n"
		"were right. Where the model has seen the documents, only "
		"--cross-validate gives\n"
		"honest numbers: `intray train` leaves out one supplier in ten, ten "
		"times.\n\n"
		"With --cache only the first run reads; later ones use the pages kept "
		"in DIR,\n"
		"so CPU figures then mean nothing. Empty DIR when reading itself has "
		"changed.\n\n"
		"With --learn each document is read again, in the order of names, with "
		"what\n"
		"was learnt from those before it in its folder, and scored before its "
		"own truth\n"
		"is keyed, in a throwaway database.",
	.run = run,
};
