/* person.c - doing something as one of the desk's people, who proves that it is he.
 *
 * Whoever may run `intray` is nobody in particular, and some things need somebody: what
 * is released by two must be released by two. So the person signs in as at the desk,
 * with password and one-time code, for as long as the command runs; from then on the
 * database knows who it is, what he may do, and writes his name into the story. Wrong
 * passwords count here as there. */
#include "person.h"

#include <string.h>

#include "database.h"
#include "password_input.h"

enum { SESSION_S = 300 };

static int refuse(struct cli *cli, const char *why)
{
	cli_complain(cli, "%s: %s", cli_value(cli, "--as"), why);
	return CLI_CANNOT;
}

static bool get_password(struct cli *cli, char password[PASSWORD_INPUT_SIZE])
{
	const char *prompt =
		arena_printf(cli->arena, "password of %s: ", cli_value(cli, "--as"));

	if (cli_value(cli, "--password-stdin")) {
		password_from_input(password);
		return true;
	}
	if (password_from_terminal(prompt, true, password))
		return true;
	cli_complain(cli, "there is no terminal to ask at: give the password with "
			  "--password-stdin");
	return false;
}

static const char *ask_code(struct cli *cli)
{
	char typed[PASSWORD_INPUT_SIZE];
	const char *prompt = arena_printf(
		cli->arena, "code of %s's authenticator: ", cli_value(cli, "--as"));

	return password_from_terminal(prompt, false, typed)
		       ? arena_strdup(cli->arena, typed)
		       : NULL;
}

/* Counts at the desk, too; what else goes wrong now changes nothing. */
static void count_failure(struct person *person, const struct db_sign_in *who)
{
	const char *params[] = {
		arena_printf(person->cli->arena, "%lld", (long long)who->account)};
	const char *nothing;

	if (who->account)
		person_ask(person, "sign_in_failed", params, 1, &nothing);
}

/* The second factor, asked for only when the password was right. */
static int check_code(struct person *person, const struct db_sign_in *who)
{
	struct cli *cli = person->cli;
	const char *given = cli_value(cli, "--code");
	enum db_code code;
	struct err err;
	enum rc rc = db_code_look(person->db, &person->settings, person->login, who,
				  given, &code, &err);

	if (rc == RC_OK && code == CODE_WANTED && (given = ask_code(cli)))
		rc = db_code_look(person->db, &person->settings, person->login, who,
				  given, &code, &err);
	if (rc != RC_OK)
		return cli_cannot(cli, &err);
	if (code == CODE_FITS)
		return CLI_FINE;
	if (code == CODE_WRONG)
		count_failure(person, who);
	return refuse(cli, db_code_words(code));
}

static int check(struct person *person, const struct db_sign_in *who)
{
	struct cli *cli = person->cli;
	char password[PASSWORD_INPUT_SIZE];

	if (who->wait_s > 0)
		return refuse(cli, arena_printf(cli->arena,
						"too many wrong passwords; try again "
						"in %ld s",
						who->wait_s));
	if (!get_password(cli, password))
		return CLI_USAGE;
	bool fits = who->account && password_fits(password, who->hash);
	explicit_bzero(password, sizeof(password));
	if (fits)
		return check_code(person, who);
	count_failure(person, who);
	return refuse(cli, "name or password is wrong");
}

/* A session that ends with the command, or soon after should it die. */
static int open_session(struct person *person, const struct db_sign_in *who)
{
	char token[SECRET_SIZE], csrf[SECRET_SIZE];
	struct arena *arena = person->cli->arena;
	const char *life = arena_printf(arena, "%d", SESSION_S), *nothing;
	struct db_session session;
	struct err err;
	bool got = false;

	secret_new(token);
	secret_new(csrf);
	const char *params[] = {arena_printf(arena, "%lld", (long long)who->account),
				token,
				csrf,
				life,
				life,
				NULL};
	enum rc rc = db_desk_ask(person->db, "sign_in", params, N_OF(params), arena,
				 &nothing, &err);
	if (rc == RC_OK)
		rc = db_session_show(person->db, token, arena, &session, &got, &err);
	if (rc != RC_OK)
		return cli_cannot(person->cli, &err);
	return got ? CLI_FINE : refuse(person->cli, "may not sign in any more");
}

static enum rc open_database(struct person *person, struct db_sign_in *who,
			     struct err *err)
{
	struct arena *arena = person->cli->arena;
	const char *conninfo;
	enum rc rc = db_conninfo(&person->settings, DB_DESK, arena, &conninfo, err);

	if (rc == RC_OK)
		rc = db_open(conninfo, DB_DESK, &person->db, err);
	if (rc == RC_OK)
		rc = db_sign_in_look(person->db, person->login,
				     person->settings.desk_totp, arena, who, err);
	return rc;
}

int person_sign_in(struct cli *cli, struct person *out)
{
	struct db_sign_in who;
	struct err err;

	*out = (struct person){.cli = cli, .login = cli_value(cli, "--as")};
	if (!out->login) {
		cli_complain(cli, "say who: --as LOGIN (people are made by `intray "
				  "user add`)");
		return CLI_USAGE;
	}
	if (!cli_settings(cli, &out->settings))
		return CLI_CANNOT;
	if (open_database(out, &who, &err) != RC_OK)
		return cli_cannot(cli, &err);
	int status = check(out, &who);
	return status == CLI_FINE ? open_session(out, &who) : status;
}

bool person_ask(struct person *person, const char *name, const char *const *params,
		size_t n_params, const char **answer)
{
	struct arena *arena = person->cli->arena;
	struct err err;

	if (db_desk_ask(person->db, name, params, n_params, arena, answer, &err) ==
	    RC_OK)
		return true;
	cli_complain(person->cli, "%s", cli_db_words(arena, err.text, name));
	return false;
}

/* Of somebody who never came in this ends nothing. */
void person_sign_out(struct person *person)
{
	const char *nothing;
	struct err err;

	if (person->db)
		db_desk_ask(person->db, "sign_out", NULL, 0, person->cli->arena,
			    &nothing, &err);
	db_close(&person->db);
}
