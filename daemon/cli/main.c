/* main.c - `intray`, the command for people and scripts.
 *
 *   intray [--config FILE] [--json] COMMAND [ARGUMENTS]
 *
 * This file knows the list of commands and how a command line is read; each command
 * says the rest about itself (cli.h). Exit status: 0 fine, 1 something needs attention,
 * 2 the command line is wrong, 3 it could not be done. Results go to standard output,
 * complaints and progress to standard error, so output can always be piped on. */
#include <string.h>

#include "cli.h"
#include "log.h"

static const char default_config[] = "/etc/intray/intray.conf";

/* In the order in which people meet them. */
static const struct command *const commands[] = {
	&command_status,       &command_list,	   &command_show,
	&command_retry,	       &command_reject,	   &command_verify,
	&command_release,      &command_resume,	   &command_schema,
	&command_migrate,      &command_profile,   &command_user,
	&command_check_config, &command_supplier,  &command_company,
	&command_order,	       &command_code,	   &command_master,
	&command_statement,    &command_separator, &command_deliver,
	&command_render,       &command_evaluate,  &command_batch,
	&command_train,
};
enum { N_COMMANDS = sizeof(commands) / sizeof(*commands) };

static const struct cli_option common_options[] = {
	{"--config", "FILE",
	 "use this configuration (default /etc/intray/intray.conf)"},
	{"--json", NULL, "print the result as JSON"},
	{"--help", NULL, "print this and do nothing"},
	{NULL, NULL, NULL},
};

/* --- help --------------------------------------------------------------------- */

static void print_options(const struct cli_option *options)
{
	char left[64];

	for (; options && options->name; options++) {
		snprintf(left, sizeof(left), "%s%s%s", options->name,
			 options->value ? " " : "",
			 options->value ? options->value : "");
		printf("  %-16s  %s\n", left, options->help);
	}
}

static void print_overview(FILE *out)
{
	fputs("usage: intray [--config FILE] [--json] COMMAND [ARGUMENTS]\n\n"
	      "Intray reads invoices, receipts and claims from intake folders into\n"
	      "PostgreSQL. intrayd does the work; this command shows and steers "
	      "it.\n\n",
	      out);
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(out, "  %-14s  %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n`intray COMMAND --help` says more. Exit status: 0 fine, 1 something "
	      "needs\n"
	      "attention, 2 wrong command line, 3 could not be done.\n",
	      out);
}

static void print_help(const struct command *command)
{
	printf("usage: intray %s%s%s%s\n\n%s.\n\n", command->name,
	       command->options ? " [OPTIONS]" : "", command->arguments ? " " : "",
	       command->arguments ? command->arguments : "", command->summary);
	print_options(command->options);
	print_options(common_options);
	if (command->more)
		printf("\n%s\n", command->more);
}

/* --- reading the command line ------------------------------------------------- */

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* The option that stands in `text`, which may be "--name" or "--name=value". */
static const struct cli_option *find_option(const struct cli_option *options,
					    const char *text)
{
	size_t len = strcspn(text, "=");

	for (; options && options->name; options++)
		if (strlen(options->name) == len &&
		    strncmp(options->name, text, len) == 0)
			return options;
	return NULL;
}

static void remember(struct cli *cli, const struct cli_option *option,
		     const char *value)
{
	*arena_push(cli->arena, cli->given, cli->n_given, cli->cap_given) = option;
	*arena_push(cli->arena, cli->given_values, cli->n_values, cli->cap_values) =
		value;
	if (strcmp(option->name, "--json") == 0)
		cli->json = true;
	if (strcmp(option->name, "--config") == 0) {
		cli->config = value;
		cli->config_given = true;
	}
}

/* Takes one option at argv[*at], with its value; false after a complaint. */
static bool take_option(struct cli *cli, int argc, char **argv, int *at)
{
	const char *text = argv[*at], *value = strchr(text, '=');
	const struct cli_option *option =
		find_option(common_options, strcmp(text, "-h") == 0 ? "--help" : text);

	if (!option && cli->command)
		option = find_option(cli->command->options, text);
	if (!option) {
		cli_complain(cli, "unknown option %s", text);
		return false;
	}
	if (value && !option->value) {
		cli_complain(cli, "%s takes no value", option->name);
		return false;
	}
	if (value)
		value++;
	else if (!option->value)
		value = "";
	else if (*at + 1 < argc)
		value = argv[++*at];
	if (!value) {
		cli_complain(cli, "%s needs a value: %s", option->name, option->value);
		return false;
	}
	remember(cli, option, value);
	return true;
}

static bool take_word(struct cli *cli, const char *word)
{
	if (cli->command) {
		*arena_push(cli->arena, cli->args, cli->n_args, cli->cap_args) = word;
		return true;
	}
	if (strcmp(word, "help") == 0) { /* "help", "help show" */
		remember(cli, find_option(common_options, "--help"), "");
		return true;
	}
	cli->command = find_command(word);
	if (!cli->command)
		cli_complain(cli, "there is no command \"%s\"", word);
	return cli->command != NULL;
}

static bool parse(struct cli *cli, int argc, char **argv)
{
	bool only_words = false;

	for (int i = 1; i < argc; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0)
			only_words = true;
		else if (!only_words && argv[i][0] == '-' && argv[i][1]
				 ? !take_option(cli, argc, argv, &i)
				 : !take_word(cli, argv[i]))
			return false;
	}
	return true;
}

static bool right_number_of_arguments(const struct cli *cli)
{
	const struct command *command = cli->command;

	if ((int)cli->n_args >= command->min_args &&
	    (command->max_args < 0 || (int)cli->n_args <= command->max_args))
		return true;
	cli_complain(cli, "expected: intray %s %s", command->name,
		     command->arguments ? command->arguments : "(no arguments)");
	return false;
}

static int run(struct cli *cli, int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		puts("intray " INTRAY_VERSION);
		return CLI_FINE;
	}
	if (!parse(cli, argc, argv)) {
		fprintf(stderr, "`intray %s%s--help` shows what there is.\n",
			cli->command ? cli->command->name : "",
			cli->command ? " " : "");
		return CLI_USAGE;
	}
	if (cli_value(cli, "--help")) {
		if (cli->command)
			print_help(cli->command);
		else
			print_overview(stdout);
		return CLI_FINE;
	}
	if (!cli->command) {
		print_overview(stderr);
		return CLI_USAGE;
	}
	return right_number_of_arguments(cli) ? cli->command->run(cli) : CLI_USAGE;
}

int main(int argc, char **argv)
{
	AUTO_ARENA arena = arena_new();
	struct cli cli = {.arena = arena, .config = default_config};
	int status;

	log_init("intray", LOG_LEVEL_WARN);
	status = run(&cli, argc, argv);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		cli_complain(&cli, "could not write the output");
		return CLI_CANNOT;
	}
	return status;
}
