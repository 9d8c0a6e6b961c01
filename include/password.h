/* password.h - passwords and secrets by libsodium; daemon/base/password.c is the only
 * file that sees it. */
#ifndef INTRAY_PASSWORD_H
#define INTRAY_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

enum {
	PASSWORD_HASH_SIZE = 128,
	PASSWORD_MIN = 8,
	PASSWORD_MAX = 1000,
	SECRET_SIZE = 44
};

/* argon2id, with the costs libsodium calls interactive (64 MB, about a tenth of a
 * second). Dies when there is no memory for it. */
void password_hash(const char *password, char hash[PASSWORD_HASH_SIZE]);
bool password_fits(const char *password, const char *hash);
/* 256 random bits as 43 characters that need no quoting anywhere. */
void secret_new(char secret[SECRET_SIZE]);
/* Sixteen characters that people can type, from 80 random bits. */
void password_new(char password[20]);
bool secret_equal(const char *a, const char *b); /* in constant time */

#endif
