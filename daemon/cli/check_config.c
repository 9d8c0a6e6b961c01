/* check_config.c - `intray check-config`: what the configuration was understood as.
 *
 * Prints every setting with its value, defaults included, then every problem found with
 * the folders it names, each with a remedy. */
#include "cli.h"

struct report {
	struct table table;
	json_t *problems;
	bool json;
};

static const struct column columns[] = {
	{"Section", "section", COLUMN_TEXT},
	{"Setting", "key", COLUMN_TEXT},
	{"Value", "value", COLUMN_LONG},
};

static void add_setting(void *ctx, const char *section, const char *key,
			const char *value)
{
	struct report *report = ctx;
	const char **row = table_row(&report->table);

	row[0] = section;
	row[1] = key;
	row[2] = value || report->json ? value : "(not set)";
}

static void add_problem(void *ctx, const char *problem)
{
	struct report *report = ctx;

	json_array_append_new(report->problems, json_string(problem));
}

static void print_for_people(const struct report *report, const char *path)
{
	size_t i, n = json_array_size(report->problems);
	json_t *problem;

	table_print(&report->table, stdout, 0);
	putchar('\n');
	json_array_foreach(report->problems, i, problem)
		printf("PROBLEM: %s\n", json_string_value(problem));
	if (n == 0)
		printf("%s is fine.\n", path);
	else
		printf("%s can be read, but has %zu problem%s.\n", path, n,
		       n > 1 ? "s" : "");
}

static int run(struct cli *cli)
{
	struct report report = {.json = cli->json};
	struct settings settings;
	struct err err;
	bool fine;

	if (!cli_settings(cli, &settings))
		return CLI_CANNOT;
	report.problems = json_array();
	table_init(&report.table, cli->arena, columns,
		   sizeof(columns) / sizeof(*columns));
	settings_show(&settings, cli->arena, add_setting, &report);
	if (settings_check_paths(&settings, add_problem, &report, &err) != RC_OK) {
		json_decref(report.problems);
		return cli_cannot(cli, &err);
	}
	fine = json_array_size(report.problems) == 0;
	if (cli->json) {
		cli_print_json(json_pack("{s:s, s:o, s:o}", "file", settings.path,
					 "settings", table_json(&report.table),
					 "problems", json_incref(report.problems)));
	} else {
		print_for_people(&report, settings.path);
	}
	json_decref(report.problems);
	return fine ? CLI_FINE : CLI_ATTENTION;
}

const struct command command_check_config = {
	.name = "check-config",
	.summary = "Read the configuration, show it, and look whether its folders work",
	.more = "Run as root it looks with the eyes of the user Intray runs as.\n"
		"Exit status: 0 fine, 1 a folder has a problem, 3 the file is faulty "
		"(the\n"
		"message names file and line).",
	.run = run,
};
