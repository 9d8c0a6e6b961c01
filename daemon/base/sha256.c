/* sha256.c - SHA-256 as in FIPS 180-4.
 *
 * A hundred lines of arithmetic spare us a crypto library in every process. It is used
 * to name content, not to keep secrets, so nothing here needs to run in constant time.
 * Where the processor has instructions for it (sha256_block.c), each byte of a document
 * costs a sixth. The test holds both ways against the standard's own examples. */
#include "sha256_block.h"

#include <string.h>

#include "text.h"

static uint32_t rotr(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static uint32_t big_endian(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void schedule(const uint8_t block[64], uint32_t w[64])
{
	for (int i = 0; i < 16; i++)
		w[i] = big_endian(block + 4 * i);
	for (int i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];
		uint32_t s0 = rotr(a, 7) ^ rotr(a, 18) ^ a >> 3;
		uint32_t s1 = rotr(b, 17) ^ rotr(b, 19) ^ b >> 10;

		w[i] = w[i - 16] + s0 + w[i - 7] + s1;
	}
}

static void compress(uint32_t state[8], const uint8_t block[64])
{
	const uint32_t *k = sha256_constants;
	uint32_t w[64], s[8];

	schedule(block, w);
	memcpy(s, state, sizeof s);
	for (int i = 0; i < 64; i++) {
		uint32_t s1 = rotr(s[4], 6) ^ rotr(s[4], 11) ^ rotr(s[4], 25);
		uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
		uint32_t t1 = s[7] + s1 + choice + k[i] + w[i];
		uint32_t s0 = rotr(s[0], 2) ^ rotr(s[0], 13) ^ rotr(s[0], 22);
		uint32_t most = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);

		memmove(s + 1, s, 7 * sizeof *s);
		s[4] += t1;
		s[0] = t1 + s0 + most;
	}
	for (int i = 0; i < 8; i++)
		state[i] += s[i];
}

void sha256_blocks_plain(uint32_t state[8], const uint8_t *blocks, size_t n)
{
	for (; n > 0; n--, blocks += 64)
		compress(state, blocks);
}

static void add_blocks(uint32_t state[8], const uint8_t *blocks, size_t n)
{
	if (sha256_processor_can())
		sha256_blocks(state, blocks, n);
	else
		sha256_blocks_plain(state, blocks, n);
}

void sha256_init(struct sha256 *h)
{
	*h = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
				       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

/* Whole blocks are taken as they lie; what is left over waits for the next bytes. */
void sha256_add(struct sha256 *h, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	while (len > 0) {
		size_t used = h->len % 64;
		size_t n = len < 64 - used ? len : 64 - used;

		if (used == 0 && len >= 64) {
			n = len - len % 64;
			add_blocks(h->state, p, n / 64);
		} else {
			memcpy(h->block + used, p, n);
			if (used + n == 64)
				add_blocks(h->state, h->block, 1);
		}
		h->len += n;
		p += n;
		len -= n;
	}
}

void sha256_end(struct sha256 *h, uint8_t digest[32])
{
	static const uint8_t padding[64] = {0x80};
	uint64_t bits = h->len * 8;
	uint8_t length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	sha256_add(h, padding, 1 + (119 - h->len % 64) % 64);
	sha256_add(h, length, sizeof length);
	for (int i = 0; i < 32; i++)
		digest[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i % 4)));
}

char *sha256_text(const void *bytes, size_t len, char out[65])
{
	struct sha256 h;
	uint8_t digest[32];

	sha256_init(&h);
	sha256_add(&h, bytes, len);
	sha256_end(&h, digest);
	return text_hex(digest, sizeof digest, out);
}
