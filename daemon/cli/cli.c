/* cli.c - the small things every command needs: its options, settings, complaints. */
#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

const char *cli_value(const struct cli *cli, const char *name)
{
	for (size_t i = cli->n_given; i-- > 0;)
		if (strcmp(cli->given[i]->name, name) == 0)
			return cli->given_values[i];
	return NULL;
}

bool cli_number(const struct cli *cli, const char *name, long min, long max, long *out)
{
	const char *text = cli_value(cli, name);
	char *end;
	long value;

	if (!text)
		return true;
	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end || errno || value < min || value > max) {
		cli_complain(cli, "%s %s: expected a whole number from %ld to %ld",
			     name, text, min, max);
		return false;
	}
	*out = value;
	return true;
}

bool cli_settings(const struct cli *cli, struct settings *out)
{
	struct err err;

	if (settings_load(cli->config, cli->arena, out, &err) == RC_OK)
		return true;
	cli_complain(cli, "%s", err.text);
	return false;
}

void cli_complain(const struct cli *cli, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	/* File names may hold anything; nothing of it shall steer the terminal. */
	va_start(ap, fmt);
	text = arena_vprintf(cli->arena, fmt, ap);
	va_end(ap);
	fflush(stdout);
	fprintf(stderr, "intray%s%s: %s\n", cli->command ? " " : "",
		cli->command ? cli->command->name : "",
		text_clean(cli->arena, text, strlen(text)));
}

int cli_cannot(const struct cli *cli, const struct err *err)
{
	cli_complain(cli, "%s", err->text);
	return CLI_CANNOT;
}

/* A full disk or a reader that has gone shows in stdout's error, which main looks at. */
void cli_print_json(json_t *take_value)
{
	if (!take_value)
		die("JSON: out of memory");
	if (json_dumpf(take_value, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0)
		putchar('\n');
	json_decref(take_value);
}
