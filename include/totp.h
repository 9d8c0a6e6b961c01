/* totp.h - one-time codes (RFC 6238: SHA-1, six digits, 30 s) by liboath;
 * daemon/base/totp.c is the only file that sees it. */
#ifndef INTRAY_TOTP_H
#define INTRAY_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum { TOTP_SECRET_BYTES = 20, TOTP_DIGITS = 6, TOTP_STEP_S = 30 };

/* A new secret, and how an authenticator takes it: "otpauth://totp/Intray:jane?...". */
void totp_new(unsigned char secret[TOTP_SECRET_BYTES]);
const char *totp_uri(const unsigned char *secret, size_t len, const char *login,
		     struct arena *arena);
/* Whether `code` is that of `now_s` or of the step before or after it (clocks differ),
 * and of a step after `last`: a code is good once. The step goes to *step. */
bool totp_fits(const unsigned char *secret, size_t len, const char *code, int64_t now_s,
	       int64_t last, int64_t *step);

#endif
