/* totp.c - the second factor: a code of six digits that an authenticator makes of a
 * shared secret and the time.
 *
 * What is accepted is the step now, the one before and the one after, so that a clock
 * half a minute off does no harm; and only a step later than the last one that was
 * taken, so that a code seen over a shoulder is worth nothing. Whoever calls slows
 * guessing down and remembers the step. */
#include "totp.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "arena.h"
#include "err.h"
#include "password.h"

static void ready(void)
{
	if (oath_init() != OATH_OK)
		die("liboath does not start");
}

void totp_new(unsigned char secret[TOTP_SECRET_BYTES])
{
	if (getrandom(secret, TOTP_SECRET_BYTES, 0) != TOTP_SECRET_BYTES)
		die("no random numbers");
}

/* liboath reads its secret but takes it as char. */
static const char *as_text(const unsigned char *secret)
{
	return (const char *)(const void *)secret;
}

const char *totp_uri(const unsigned char *secret, size_t len, const char *login,
		     struct arena *arena)
{
	char *base32 = NULL;

	ready();
	if (oath_base32_encode(as_text(secret), len, &base32, NULL) != OATH_OK)
		die("out of memory");
	const char *uri =
		arena_printf(arena, "otpauth://totp/Intray:%s?secret=%s&issuer=Intray",
			     login, base32);
	explicit_bzero(base32, strlen(base32));
	free(base32);
	return uri;
}

static bool is_code_of(const unsigned char *secret, size_t len, const char *code,
		       int64_t step)
{
	char right[TOTP_DIGITS + 1];

	return oath_hotp_generate(as_text(secret), len, (uint64_t)step, TOTP_DIGITS,
				  false, OATH_HOTP_DYNAMIC_TRUNCATION,
				  right) == OATH_OK &&
	       secret_equal(right, code);
}

bool totp_fits(const unsigned char *secret, size_t len, const char *code, int64_t now_s,
	       int64_t last, int64_t *step)
{
	int64_t now = now_s / TOTP_STEP_S;
	bool fits = false;

	ready();
	if (strlen(code) != TOTP_DIGITS)
		return false;
	for (int64_t s = now - 1; s <= now + 1; s++)
		if (s > last && is_code_of(secret, len, code, s)) {
			*step = s;
			fits = true;
		}
	return fits;
}
