/* sha256.h - SHA-256 (FIPS 180-4): names blobs, recognises identical files, versions
 * XSDs. */
#ifndef INTRAY_SHA256_H
#define INTRAY_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
	uint32_t state[8];
	uint64_t len; /* bytes so far */
	uint8_t block[64];
};

void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *bytes, size_t len);
void sha256_end(struct sha256 *h, uint8_t digest[32]);
/* All at once, as lower-case hex; returns out. */
char *sha256_text(const void *bytes, size_t len, char out[65]);

#endif
