/* password.c - passwords, tokens, comparing them, and sealing what must be read again.
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

/* --- seals: XChaCha20-Poly1305, the nonce in front
 * ---------------------------------------- */

enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };
_Static_assert(NONCE + crypto_aead_xchacha20poly1305_ietf_ABYTES == SEAL_MORE_BYTES,
	       "what a seal adds");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == SEAL_KEY_BYTES,
	       "a seal's key");

static const unsigned char *bytes_of(const char *text)
{
	return (const unsigned char *)text;
}

void seal_key(const char *text, unsigned char key[SEAL_KEY_BYTES])
{
	ready();
	if (crypto_generichash(key, SEAL_KEY_BYTES, bytes_of(text), strlen(text), NULL,
			       0) != 0)
		die("libsodium does not hash");
}

void seal(const unsigned char key[SEAL_KEY_BYTES], const char *owner, const void *bytes,
	  size_t len, unsigned char *sealed)
{
	ready();
	randombytes_buf(sealed, NONCE);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, NULL, bytes, len,
						       bytes_of(owner), strlen(owner),
						       NULL, sealed, key) != 0)
		die("libsodium does not encrypt");
}

bool seal_open(const unsigned char key[SEAL_KEY_BYTES], const char *owner,
	       const unsigned char *sealed, size_t len, void *bytes)
{
	ready();
	return len >= SEAL_MORE_BYTES &&
	       crypto_aead_xchacha20poly1305_ietf_decrypt(
		       bytes, NULL, NULL, sealed + NONCE, len - NONCE, bytes_of(owner),
		       strlen(owner), sealed, key) == 0;
}
