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

enum { SEAL_KEY_BYTES = 32, SEAL_MORE_BYTES = 40 };
/* A key from any text that nobody guesses. */
void seal_key(const char *text, unsigned char key[SEAL_KEY_BYTES]);
/* Encrypts: sealed has room for len + SEAL_MORE_BYTES. It opens only with the same key and
 * for the same owner, so nobody can lay one's seal down as another's. */
void seal(const unsigned char key[SEAL_KEY_BYTES], const char *owner, const void *bytes,
	  size_t len, unsigned char *sealed);
/* False when it was not sealed so, or changed since; bytes has room for
 * len - SEAL_MORE_BYTES. */
bool seal_open(const unsigned char key[SEAL_KEY_BYTES], const char *owner,
	       const unsigned char *sealed, size_t len, void *bytes);

#endif
