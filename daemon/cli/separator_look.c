/* separator_look.c - tells how files would be cut into documents.
 *
 * They are read by the same jailed reader and planned by the same rules as in the
 * daemon; unless pages' contents are to tell, only codes are looked for, which takes a
 * fraction of the time. Nothing is stored. What cannot be read is told, and the rest
 * goes on. */
#include "separator_look.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "engine.h"
#include "proc.h"
#include "schema.h"
#include "separator.h"
#include "text.h"

struct look {
	struct cli *cli;
	struct settings settings;
	struct separator_settings wanted;
	struct separator_rules *rules;
	struct schema_set *schemas;
	struct engine *engine;
	struct progress progress;
	struct table table;
};

static const struct column columns[] = {
	{"File", "file", COLUMN_TEXT},
	{"Pages", "pages", COLUMN_NUMBER},
	{"Separators", "separators", COLUMN_NUMBER},
	{"Documents", "documents", COLUMN_NUMBER},
	{"Their pages", "cut", COLUMN_LONG},
	{"Codes", "codes", COLUMN_LONG},
};

/* --- what separates --- */

static bool take_tray(struct look *look, const char *name)
{
	for (size_t i = 0; i < look->settings.n_trays; i++) {
		const struct tray_settings *t = &look->settings.trays[i];
		if (strcmp(arena_printf(look->cli->arena, "%s/%s", t->client, t->name),
			   name) == 0) {
			look->wanted = separators_of_tray(t);
			return true;
		}
	}
	cli_complain(look->cli, "there is no tray %s in %s", name, look->settings.path);
	return false;
}

static bool take_rules(struct look *look)
{
	const struct cli *cli = look->cli;
	const char *tray = cli_value(cli, "--tray"), *sheet = cli_value(cli, "--sheet");
	struct err err;

	look->wanted = (struct separator_settings){
		.sheet = sheet ? sheet : "PATCHT",
		.number = cli_value(cli, "--number"),
		.tag = cli_value(cli, "--tag"),
		.blank = cli_value(cli, "--blank") != NULL,
		.content = cli_value(cli, "--content") != NULL};
	if (tray && !take_tray(look, tray))
		return false;
	enum rc rc = RC_OK;
	if (look->wanted.content)
		rc = schema_load_dir(look->settings.schema_dir, &look->schemas, &err);
	if (rc == RC_OK)
		rc = separator_rules_new(&look->wanted, look->schemas, &look->rules,
					 &err);
	if (rc != RC_OK)
		cli_complain(cli, "%s", err.text);
	return rc == RC_OK;
}

/* --- one file --- */

/* "1-2; 4; 6-8" */
static const char *cut_text(const struct separator_plan *plan, struct arena *arena)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	for (size_t i = 0; i < plan->n_pieces; i++) {
		const struct separator_piece *piece = &plan->pieces[i];
		int first = piece->pages[0], last = piece->pages[piece->n_pages - 1];
		strbuf_addf(&text, "%s%d", i ? "; " : "", first);
		if (last > first)
			strbuf_addf(&text, "-%d", last);
	}
	return text.text;
}

static const char *codes_text(const struct separator_plan *plan, struct arena *arena)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	for (size_t i = 0; i < plan->n_pieces; i++)
		for (size_t j = 0; j < plan->pieces[i].n_codes; j++)
			strbuf_addf(&text, "%s%d: %s", text.len ? "; " : "",
				    plan->pieces[i].codes[j].page,
				    plan->pieces[i].codes[j].value);
	return text.text;
}

static void add_row(struct look *look, const char *path, const struct doc *doc,
		    const struct separator_plan *plan)
{
	struct arena *arena = look->cli->arena;
	const char **row = table_row(&look->table);

	row[0] = path;
	row[1] = arena_printf(arena, "%d", doc->pages_in_file);
	row[2] = arena_printf(arena, "%zu", plan->n_dropped);
	row[3] = arena_printf(arena, "%zu", plan->n_pieces);
	row[4] = cut_text(plan, arena);
	row[5] = codes_text(plan, arena);
}

static enum rc read_codes(struct look *look, const char *path, struct doc *doc,
			  struct err *err)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct engine_read request = {
		.file_fd = fd, .first = 1, .codes_only = !look->wanted.content};

	if (fd < 0)
		return err_errno(err, RC_FAIL, "open");
	return engine_read(look->engine, &request, doc, err);
}

static enum rc look_at_file(struct look *look, const char *path, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = doc_new(arena);
	struct separator_plan plan;
	enum rc rc = read_codes(look, path, doc, err);
	struct separator_mark *marks =
		arena_alloc_n(arena, doc->n_pages + 1, sizeof(*marks));

	if (rc != RC_OK)
		return rc;
	if (doc->n_pages == 0 && doc->n_findings > 0)
		return err_set(err, RC_FAIL, "%s", doc->findings[0].text);
	for (size_t i = 0; i < doc->n_pages; i++)
		separator_look(look->rules, doc->pages[i], doc->pages[i]->number, arena,
			       &marks[i]);
	separator_plan(look->rules, marks, doc->n_pages, arena, &plan);
	add_row(look, path, doc, &plan);
	return RC_OK;
}

static int look_at_files(struct look *look)
{
	struct cli *cli = look->cli;
	struct err err;
	int status = CLI_FINE;

	progress_begin(&look->progress, "reading", (long)cli->n_args);
	for (size_t i = 0; i < cli->n_args; i++) {
		enum rc rc = look_at_file(look, cli->args[i], &err);
		if (rc != RC_OK) {
			cli_complain(cli, "%s: %s", cli->args[i], err.text);
			status = CLI_CANNOT;
		}
		if (rc == RC_BUG)
			break;
		progress_step(&look->progress, (long)i + 1, cli->args[i]);
	}
	progress_end(&look->progress);
	return status;
}

int separator_look_at(struct cli *cli)
{
	struct look look = {.cli = cli};
	struct err err;
	int status = CLI_CANNOT;

	settings_default(cli->arena, &look.settings);
	if ((cli->config_given || cli_value(cli, "--tray")) &&
	    !cli_settings(cli, &look.settings))
		return CLI_CANNOT;
	if (!take_rules(&look))
		return CLI_USAGE;
	table_init(&look.table, cli->arena, columns,
		   sizeof(columns) / sizeof(*columns));
	if (engine_start(&look.settings, &look.engine, &err) == RC_OK) {
		status = look_at_files(&look);
		if (cli->json)
			cli_print_json(table_json(&look.table));
		else
			table_print(&look.table, stdout, 0);
	} else {
		cli_cannot(cli, &err);
	}
	engine_stop(&look.engine);
	separator_rules_free(&look.rules);
	schema_set_free(&look.schemas);
	return status;
}
