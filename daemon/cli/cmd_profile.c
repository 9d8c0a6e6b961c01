/* cmd_profile.c - `intray profile list | show | set`: what a client changes of a
 * document type, and how many people look at its documents.
 *
 * A profile is tried on the installed type before it is stored, so a faulty one is
 * refused with its line and the old one stays. What the database itself must know of it
 * (who keys twice, how much is sampled) is stored beside the text, so that there is one
 * reader of profiles. It holds for the next document that is read or checked. */
#include "database.h"

#include <fcntl.h>
#include <string.h>

#include "proc.h"
#include "schema.h"

static const struct column columns[] = {
	{"Client", "client", COLUMN_TEXT},	{"Type", "type", COLUMN_TEXT},
	{"Version", "version", COLUMN_NUMBER},	{"Installed", "installed", COLUMN_TEXT},
	{"Keyed twice", "second", COLUMN_LONG}, {"Sampled", "sampled", COLUMN_LONG},
};

static int list(struct cli *cli)
{
	return cli_db_list(cli, "profile_list", columns, N_OF(columns));
}

static int show(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct db_rows rows;

	if (cli->n_args != 3) {
		cli_complain(cli, "expected: intray profile show CLIENT TYPE");
		return CLI_USAGE;
	}
	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_rows(&cdb, "profile_text", &cli->args[1], 2, &rows))
		return CLI_CANNOT;
	const char *text = rows.n_rows ? rows.values[0][0] : "";
	if (cli->json)
		cli_print_json(json_pack("{s:s, s:s, s:s}", "client", cli->args[1],
					 "type", cli->args[2], "profile", text));
	else
		fputs(text, stdout);
	return CLI_FINE;
}

static enum rc installed_type(struct cli_db *cdb, const char *name,
			      struct schema_set *set, const struct doctype **out,
			      struct err *err)
{
	struct db_rows rows;
	enum rc rc = db_query(cdb->db, "profile_type", &name, 1, cdb->cli->arena, &rows,
			      err);

	if (rc == RC_OK && rows.n_rows == 0)
		rc = err_set(err, RC_FAIL, "document type %s is not installed", name);
	if (rc == RC_OK)
		rc = schema_add(set, name, rows.values[0][0], strlen(rows.values[0][0]),
				err);
	if (rc == RC_OK)
		*out = schema_type(set, name);
	return rc;
}

static json_t *tolerances_of(const struct doctype *type)
{
	json_t *tolerances = json_object();

	for (enum tolerance_of of = 0; of < TOLERANCE_N; of++) {
		const struct tolerance *t = &type->tolerances[of];
		json_t *one = json_object();

		if (*t->percent)
			json_object_set_new(one, "percent", json_string(t->percent));
		if (*t->amount)
			json_object_set_new(one, "amount", json_string(t->amount));
		json_object_set_new(tolerances, tolerance_name(of), one);
	}
	return tolerances;
}

/* What intray.profile_rules gives. */
static const char *rules_of(struct arena *arena, const struct doctype *type)
{
	json_t *second = json_array(), *critical = json_array();

	for (size_t i = 0; i < type->n_fields; i++) {
		const struct fieldtype *f = &type->fields[i];
		if (f->key_double && f->keyed)
			json_array_append_new(second, json_string(f->path));
		if (f->critical)
			json_array_append_new(critical, json_string(f->path));
	}
	json_t *rules = json_pack(
		"{s:o, s:o, s:o, s:{s:f, s:f, s:f}, s:b}", "second", second, "critical",
		critical, "tolerance", tolerances_of(type), "rates", "touchless",
		(double)type->sampling.touchless, "keyed", (double)type->sampling.keyed,
		"double", (double)type->sampling.twice, "before",
		(int)type->sampling.before_release);
	char *text = json_dumps(rules, JSON_COMPACT | JSON_REAL_PRECISION(6));
	const char *copy = arena_strdup(arena, text);

	free(text);
	json_decref(rules);
	return copy;
}

static enum rc try_on(struct cli_db *cdb, const char *type_name, const char *text,
		      const char **rules, struct err *err)
{
	struct schema_set *set = schema_set_new();
	const struct doctype *type = NULL, *changed = NULL;
	enum rc rc = installed_type(cdb, type_name, set, &type, err);

	if (rc == RC_OK)
		rc = doctype_with_profile(type, text, cdb->cli->arena, &changed, err);
	if (rc == RC_OK)
		*rules = rules_of(cdb->cli->arena, changed);
	schema_set_free(&set);
	return rc;
}

static int set(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct db_rows rows;
	struct err err;
	char *text;
	size_t len;
	const char *rules;

	if (cli->n_args != 4) {
		cli_complain(cli, "expected: intray profile set CLIENT TYPE FILE");
		return CLI_USAGE;
	}
	if (file_read(AT_FDCWD, cli->args[3], 1 << 20, cli->arena, &text, &len, &err) !=
	    RC_OK)
		return cli_cannot(cli, &err);
	if (!cli_db_open(cli, &cdb))
		return CLI_CANNOT;
	const char *content = arena_strndup(cli->arena, text, len);
	if (try_on(&cdb, cli->args[2], content, &rules, &err) != RC_OK)
		return cli_cannot(cli, &err);
	const char *params[] = {cli->args[1], cli->args[2], content, rules};
	if (!cli_db_rows(&cdb, "profile_set", params, N_OF(params), &rows))
		return CLI_CANNOT;
	if (cli->json)
		cli_print_json(json_pack("{s:s}", "done", rows.values[0][0]));
	else
		printf("%s\n", rows.values[0][0]);
	return CLI_FINE;
}

static const struct {
	const char *name;
	int (*run)(struct cli *cli);
} actions[] = {{"list", list}, {"show", show}, {"set", set}};

static int run(struct cli *cli)
{
	for (size_t i = 0; i < N_OF(actions); i++)
		if (strcmp(cli->args[0], actions[i].name) == 0)
			return actions[i].run(cli);
	cli_complain(cli, "expected list, show or set, not \"%s\"", cli->args[0]);
	return CLI_USAGE;
}

const struct command command_profile = {
	.name = "profile",
	.summary = "What a client changes of a document type: list, show, set",
	.arguments = "list | show CLIENT TYPE | set CLIENT TYPE FILE",
	.min_args = 1,
	.max_args = 4,
	.more = "A profile has one change a line; # begins a comment:\n"
		"  field PATH required|optional|not-keyed|double-keyed|critical\n"
		"  second-key marked on       all fields the type marks "
		"double=\"yes\"\n"
		"  rule ID stop|final|reasoned|warn|off   of a rule, a check, or "
		"check-digit\n"
		"  tolerance price|quantity|total|unordered 2%   or 0.50: how far "
		"above "
		"its order\n"
		"  budget PATH 0.2%           how many wrong values are borne\n"
		"  accept PATH 0.99           from which confidence nobody is asked\n"
		"  quality touchless|keyed|double 2%   share that somebody else looks "
		"over\n"
		"  quality release before|after        whether it waits for that\n"
		"  limit skips 5              how many documents a clerk may skip in a "
		"day\n\n"
		"examples:\n"
		"  intray profile set acme invoice acme-invoice.profile\n"
		"  intray profile show acme invoice",
	.run = run,
};
