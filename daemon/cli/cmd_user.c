/* cmd_user.c - `intray user`: the people who sign in to the desk.
 *
 * A password is never given on the command line, where others could read it: it comes
 * from standard input, or is made and printed once. What the database keeps is a hash.
 */
#include <string.h>
#include <unistd.h>

#include "database.h"
#include "password_input.h"
#include "totp.h"

/* The first line of standard input. */
static bool read_password(const struct cli *cli, char password[PASSWORD_INPUT_SIZE])
{
	password_from_input(password);
	if (strlen(password) >= PASSWORD_MIN && strlen(password) <= PASSWORD_MAX)
		return true;
	cli_complain(cli, "a password has from %d to %d characters", PASSWORD_MIN,
		     PASSWORD_MAX);
	return false;
}

struct new_password {
	char text[PASSWORD_INPUT_SIZE], hash[PASSWORD_HASH_SIZE];
	bool made;
};

static bool get_password(const struct cli *cli, struct new_password *out)
{
	out->made = !cli_value(cli, "--password-stdin");
	if (out->made)
		password_new(out->text);
	else if (!read_password(cli, out->text))
		return false;
	password_hash(out->text, out->hash);
	return true;
}

/* Says what was done, and the password where nobody chose one. */
static int report(struct cli *cli, const struct db_rows *rows,
		  const struct new_password *password)
{
	const char *done = rows->values[0][0];

	if (cli->json)
		cli_print_json(
			json_pack("{s:s, s:s?}", "done", done, "password",
				  password && password->made ? password->text : NULL));
	else if (password && password->made)
		printf("%s\npassword: %s\n", done, password->text);
	else
		printf("%s\n", done);
	return CLI_FINE;
}

static bool is_there(struct cli_db *cdb, const char *login)
{
	struct db_rows rows;

	if (!cli_db_rows(cdb, "user_list", NULL, 0, &rows))
		return false;
	for (size_t i = 0; i < rows.n_rows; i++)
		if (strcmp(rows_value(&rows, i, "login"), login) == 0)
			return true;
	return false;
}

static int add(struct cli *cli)
{
	const char *client = cli_value(cli, "--client"),
		   *role = cli_value(cli, "--role");
	struct new_password password = {0};
	AUTO_CLI_DB cdb = {0};
	struct db_rows rows;

	if (cli->n_args != 2 || !client) {
		cli_complain(cli, "expected: intray user add LOGIN --client CODE "
				  "[--role ROLE]");
		return CLI_USAGE;
	}
	if (!cli_db_open(cli, &cdb))
		return CLI_CANNOT;
	/* Somebody who is there keeps his password when he gets another client. */
	bool wanted =
		cli_value(cli, "--password-stdin") || !is_there(&cdb, cli->args[1]);
	if (wanted && !get_password(cli, &password))
		return CLI_USAGE;
	const char *params[] = {cli->args[1],
				cli_value(cli, "--name"),
				wanted ? password.hash : NULL,
				client,
				role ? role : "clerk",
				cli_value(cli, "--types"),
				cli_value(cli, "--languages"),
				cli_value(cli, "--restricted") ? "t" : "f"};
	if (!cli_db_rows(&cdb, "user_add", params, N_OF(params), &rows))
		return CLI_CANNOT;
	return report(cli, &rows, wanted ? &password : NULL);
}

static int passwd(struct cli *cli)
{
	struct new_password password = {0};
	AUTO_CLI_DB cdb = {0};
	struct db_rows rows;

	if (cli->n_args != 2) {
		cli_complain(cli, "expected: intray user passwd LOGIN");
		return CLI_USAGE;
	}
	if (!get_password(cli, &password))
		return CLI_USAGE;
	const char *params[] = {cli->args[1], password.hash};
	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_rows(&cdb, "user_password", params, N_OF(params), &rows))
		return CLI_CANNOT;
	return report(cli, &rows, &password);
}

static int disable(struct cli *cli)
{
	AUTO_CLI_DB cdb = {0};
	struct db_rows rows;

	if (cli->n_args != 2) {
		cli_complain(cli, "expected: intray user disable LOGIN");
		return CLI_USAGE;
	}
	const char *params[] = {cli->args[1]};
	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_rows(&cdb, "user_disable", params, N_OF(params), &rows))
		return CLI_CANNOT;
	return report(cli, &rows, NULL);
}

enum { SEALED_BYTES = TOTP_SECRET_BYTES + SEAL_MORE_BYTES };

/* As the database keeps it. */
static bool seal_totp(struct cli *cli, const struct cli_db *cdb,
		      const unsigned char secret[TOTP_SECRET_BYTES],
		      char hex[2 * SEALED_BYTES + 1])
{
	unsigned char key[SEAL_KEY_BYTES], sealed[SEALED_BYTES];
	struct err err;

	if (db_totp_key(&cdb->settings, key, &err) != RC_OK) {
		cli_complain(cli, "%s", err.text);
		return false;
	}
	seal(key, cli->args[1], secret, TOTP_SECRET_BYTES, sealed);
	for (size_t i = 0; i < sizeof(sealed); i++)
		snprintf(hex + 2 * i, 3, "%02x", sealed[i]);
	return true;
}

/* The secret is shown this once: whoever has it can make codes. */
static int totp(struct cli *cli)
{
	unsigned char secret[TOTP_SECRET_BYTES];
	char hex[2 * SEALED_BYTES + 1];
	bool off = cli_value(cli, "--off") != NULL;
	AUTO_ARENA arena = arena_new();
	AUTO_CLI_DB cdb = {0};
	struct db_rows rows;

	if (cli->n_args != 2) {
		cli_complain(cli, "expected: intray user totp LOGIN [--off]");
		return CLI_USAGE;
	}
	totp_new(secret);
	const char *params[] = {cli->args[1], off ? NULL : hex};
	if (!cli_db_open(cli, &cdb) || (!off && !seal_totp(cli, &cdb, secret, hex)) ||
	    !cli_db_rows(&cdb, "user_totp", params, N_OF(params), &rows))
		return CLI_CANNOT;
	const char *done = rows.values[0][0],
		   *uri = off ? NULL
			      : totp_uri(secret, sizeof(secret), cli->args[1], arena);
	if (cli->json)
		cli_print_json(json_pack("{s:s, s:s?}", "done", done, "uri", uri));
	else
		printf("%s\n%s%s", done, uri ? uri : "", uri ? "\n" : "");
	return CLI_FINE;
}

static const struct column columns[] = {
	{"Login", "login", COLUMN_TEXT},
	{"Name", "name", COLUMN_LONG},
	{"Active", "active", COLUMN_YES},
	{"Client", "client", COLUMN_TEXT},
	{"Role", "role", COLUMN_TEXT},
	{"Types", "types", COLUMN_LONG},
	{"All fields", "restricted", COLUMN_YES},
	{"Signed in", "sessions", COLUMN_NUMBER},
};

static int list(struct cli *cli)
{
	return cli_db_list(cli, "user_list", columns, N_OF(columns));
}

static const struct {
	const char *name;
	int (*run)(struct cli *cli);
} actions[] = {{"add", add},
	       {"list", list},
	       {"passwd", passwd},
	       {"disable", disable},
	       {"totp", totp}};

static int run(struct cli *cli)
{
	for (size_t i = 0; i < N_OF(actions); i++)
		if (strcmp(cli->args[0], actions[i].name) == 0)
			return actions[i].run(cli);
	cli_complain(cli, "expected add, list, passwd, disable or totp, not \"%s\"",
		     cli->args[0]);
	return CLI_USAGE;
}

static const struct cli_option options[] = {
	{"--client", "CODE", "add: for whose documents"},
	{"--role", "ROLE",
	 "add: clerk (default), snippets, senior, supervisor, administrator,\n"
	 "                    auditor"},
	{"--name", "NAME", "add: as others see it; default: the login"},
	{"--types", "A,B", "add: only these document types"},
	{"--languages", "A,B", "add: only trays of these languages"},
	{"--restricted", NULL, "add: sees fields that not everybody may see"},
	{"--password-stdin", NULL,
	 "the password is the first line of standard input;\n"
	 "                    without it one is made and printed"},
	{"--off", NULL, "totp: sign in without a code from now on"},
	{NULL, NULL, NULL},
};

const struct command command_user = {
	.name = "user",
	.summary = "People who sign in to the desk: add, list, passwd, disable, totp",
	.arguments = "add|list|passwd|disable|totp [LOGIN]",
	.options = options,
	.min_args = 1,
	.max_args = 2,
	.more = "`add` for somebody who is there gives him another client or role. "
		"`passwd` "
		"and\n`disable` end his sessions at once. `totp` makes the secret of "
		"an "
		"authenticator\nand prints it as an address; `qrencode -t UTF8` "
		"makes that a picture to scan.\n\n"
		"examples:\n"
		"  intray user add jane --client acme --name 'Jane Doe'\n"
		"  intray user add max --client acme --role supervisor --restricted\n"
		"  intray user passwd jane\n"
		"  intray user totp max | tail -1 | qrencode -t UTF8",
	.run = run,
};
