/* signin.c - who signs in: what to compare a password with, and one-time codes.
 *
 * The page and the command line both come through here, so a guess costs the same
 * wherever it is made. Comparing the password is left to the caller, since it takes a
 * tenth of a second of somebody's processor. */
#include <string.h>
#include <time.h>

#include "conn.h"
#include "password.h"
#include "totp.h"

enum rc db_sign_in_look(struct db *db, const char *login, const char *roles,
			struct arena *arena, struct db_sign_in *out, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {login, roles};
	enum rc rc = db_run(db, "sign_in_look", params, N_PARAMS(params), &r, err);

	*out = (struct db_sign_in){0};
	if (rc != RC_OK || PQntuples(r) == 0)
		return rc;
	*out = (struct db_sign_in){
		.account = row_int(r, 0, 0),
		.hash = arena_strdup(arena, row_text(r, 0, 1)),
		.wait_s = (long)row_int(r, 0, 2),
		.totp_step = row_int(r, 0, 4),
		.must_totp = row_true(r, 0, 5),
	};
	if (row_text(r, 0, 3))
		out->totp = row_bytes(r, 0, 3, arena, &out->totp_len);
	return rc;
}

/* False: that step or a later one was taken before. */
static enum rc take_step(struct db *db, int64_t account, int64_t step, bool *taken,
			 struct err *err)
{
	AUTO_PGRESULT r = NULL;
	AUTO_ARENA scratch = arena_new();
	const char *params[] = {param_int(scratch, account), param_int(scratch, step)};
	enum rc rc = db_run(db, "totp_take", params, N_PARAMS(params), &r, err);

	*taken = rc == RC_OK && row_true(r, 0, 0);
	return rc;
}

/* RC_FAIL: it was sealed with another key than this host's, or is not his. */
static enum rc open_totp(const struct settings *settings, const char *login,
			 const struct db_sign_in *who,
			 unsigned char secret[TOTP_SECRET_BYTES], struct err *err)
{
	unsigned char key[SEAL_KEY_BYTES];
	enum rc rc = db_totp_key(settings, key, err);

	if (rc != RC_OK)
		return rc;
	if (who->totp_len == TOTP_SECRET_BYTES + SEAL_MORE_BYTES &&
	    seal_open(key, login, who->totp, who->totp_len, secret))
		return RC_OK;
	return err_set(err, RC_FAIL, "the secret of %s was sealed with another key",
		       login);
}

enum rc db_code_look(struct db *db, const struct settings *settings, const char *login,
		     const struct db_sign_in *who, const char *code, enum db_code *out,
		     struct err *err)
{
	unsigned char secret[TOTP_SECRET_BYTES];
	int64_t step = 0;
	bool taken = false;

	*out = !who->totp_len	 ? (who->must_totp ? CODE_NONE : CODE_FITS)
	       : !code || !*code ? CODE_WANTED
				 : CODE_WRONG;
	if (*out != CODE_WRONG)
		return RC_OK;
	if (open_totp(settings, login, who, secret, err) != RC_OK) {
		*out = CODE_FOREIGN;
		return RC_OK;
	}
	bool fits = totp_fits(secret, sizeof(secret), code, (int64_t)time(NULL),
			      who->totp_step, &step);
	explicit_bzero(secret, sizeof(secret));
	enum rc rc = fits ? take_step(db, who->account, step, &taken, err) : RC_OK;
	*out = taken ? CODE_FITS : CODE_WRONG;
	return rc;
}

const char *db_code_words(enum db_code code)
{
	static const char *const words[] = {
		[CODE_NONE] = "your role needs a one-time code as well; ask your "
			      "administrator to enrol you (intray user totp)",
		[CODE_WANTED] = "give the code of your authenticator, too",
		[CODE_FOREIGN] =
			"your authenticator is not known here any more; ask your "
			"administrator to enrol you anew (intray user totp)",
		[CODE_WRONG] = "this code is wrong or was used already",
	};

	return words[code];
}
