/* cmd_release.c - `intray release` and `intray resume`: letting go of documents that
 * wait for people.
 *
 * A bank account that the master lacks is released by two, so both sign in, each for
 * himself (person.c): being allowed to run a command is no identity. What one of them
 * may not do at the desk he may not do here, and the story of the document names them.
 */
#include <string.h>

#include "database.h"
#include "person.h"

static const struct column columns[] = {
	{"Number", "control_number", COLUMN_TEXT},
	{"Client", "client", COLUMN_TEXT},
	{"Type", "type", COLUMN_TEXT},
	{"Because of", "code", COLUMN_TEXT},
	{"Since", "since", COLUMN_TEXT},
	{"Until", "until", COLUMN_TEXT},
	{"Released by", "released_by", COLUMN_LONG},
};

static int list(struct cli *cli)
{
	const char *params[] = {cli_value(cli, "--client")};

	return cli_db_print(cli, "release_list", params, N_OF(params), columns,
			    N_OF(columns), "nothing waits for two people");
}

/* What the database answers, and what it means: done by whom, and what follows. */
static const struct {
	const char *answer, *done, *rest;
	int status;
} meanings[] = {
	{"released", "released by", "a second person has to, as well", CLI_ATTENTION},
	{"again", "released before by", "the second has to be somebody else",
	 CLI_ATTENTION},
	{"done", "released by", "who is the second: it is checked and goes on",
	 CLI_FINE},
	{"", "taken up again by", "it is in the queue", CLI_FINE},
};

/* Prints what came of one document, or adds it to `all`; its exit status. */
static int tell(struct person *person, const char *id, const char *answer, json_t *all)
{
	size_t i = 0;

	while (i + 1 < N_OF(meanings) && strcmp(meanings[i].answer, answer) != 0)
		i++;
	const char *words =
		arena_printf(person->cli->arena, "%s %s; %s", meanings[i].done,
			     person->login, meanings[i].rest);
	if (!person->cli->json)
		printf("%s: %s\n", id, words);
	json_array_append_new(all, json_pack("{s:s, s:s, s:b}", "id", id, "done", words,
					     "waits", meanings[i].status != CLI_FINE));
	return meanings[i].status;
}

static int each_document(struct cli *cli, const char *query)
{
	AUTO_PERSON person = {0};
	int status = person_sign_in(cli, &person);

	if (status != CLI_FINE)
		return status;
	json_t *all = json_array();
	for (size_t i = 0; i < cli->n_args; i++) {
		const char *id = cli->args[i], *answer = NULL;
		int one = CLI_CANNOT;

		if (!person_ask(&person, query, &id, 1, &answer))
			; /* he was told */
		else if (!answer)
			cli_complain(cli, "%s: there is no such document", id);
		else
			one = tell(&person, id, answer, all);
		status = one > status ? one : status;
	}
	if (cli->json)
		cli_print_json(all);
	else
		json_decref(all);
	return status;
}

static int release(struct cli *cli)
{
	if (cli->n_args == 0 || strcmp(cli->args[0], "list") == 0)
		return list(cli);
	return each_document(cli, "release");
}

static int resume(struct cli *cli)
{
	return each_document(cli, "resume");
}

static const struct cli_option options[] = {
	{"--as", "LOGIN", "who says so; asks for that person's password"},
	{"--password-stdin", NULL, "the password is the first line of standard input"},
	{"--code", "CODE", "the code of that person's authenticator"},
	{"--client", "CODE", "release list: only this client's"},
	{NULL, NULL, NULL},
};

const struct command command_release = {
	.name = "release",
	.summary = "Release what two people must: a bank account that is new",
	.arguments = "[list] | ID...",
	.options = options,
	.min_args = 0,
	.max_args = -1,
	.more = "Two different people of the desk release a document, each with a "
		"password (and code);\n"
		"both stand in its story (`intray show ID`). When a value changes "
		"meanwhile, both do\n"
		"it anew. The account never gets into the master that way. Status 1: "
		"it still waits\n"
		"for the second person. Whoever may run `intray user` can pretend to "
		"be both: keep\n"
		"that right apart from releasing.\n\n"
		"examples:\n"
		"  intray release\n"
		"  intray release ACME-261122-0042 --as jane",
	.run = release,
};

const struct command command_resume = {
	.name = "resume",
	.summary = "Take up again what was put aside: the answer came",
	.arguments = "ID...",
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.more = "For documents that wait for an answer or were postponed; they are in "
		"the queue at\n"
		"once. Whoever may key them may do so.\n\n"
		"examples:\n"
		"  intray resume ACME-261122-0042 --as jane",
	.run = resume,
};
