/* password.c - passwords, tokens and comparing them.
 *
 * A password is kept as an argon2id hash with its salt and costs in it, so that costs
 * can be raised without anybody noticing. Secrets come from the kernel. Nothing here
 * can fail for a reason that a caller could do something about: it dies instead. */
#include "password.h"

#include <sodium.h>
#include <string.h>

#include "err.h"

static void ready(void)
{
	if (sodium_init() < 0)
		die("libsodium does not start");
}

void password_hash(const char *password, char hash[PASSWORD_HASH_SIZE])
{
	_Static_assert(crypto_pwhash_STRBYTES <= PASSWORD_HASH_SIZE, "room for a hash");
	ready();
	if (crypto_pwhash_str_alg(hash, password, strlen(password),
				  crypto_pwhash_OPSLIMIT_INTERACTIVE,
				  crypto_pwhash_MEMLIMIT_INTERACTIVE,
				  crypto_pwhash_ALG_ARGON2ID13) != 0)
		die("no memory to hash a password");
}

bool password_fits(const char *password, const char *hash)
{
	ready();
	return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

void secret_new(char secret[SECRET_SIZE])
{
	unsigned char bytes[32];

	ready();
	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(secret, SECRET_SIZE, bytes, sizeof(bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
}

/* Without what looks alike; in groups of four. */
void password_new(char password[20])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789x";
	size_t n = 0;

	ready();
	for (size_t i = 0; i < 16; i++) {
		if (i > 0 && i % 4 == 0)
			password[n++] = '-';
		password[n++] = letters[randombytes_uniform(32)];
	}
	password[n] = '\0';
}

bool secret_equal(const char *a, const char *b)
{
	size_t len = strlen(a);

	return strlen(b) == len && sodium_memcmp(a, b, len) == 0;
}
