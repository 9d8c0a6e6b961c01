/* sha256_block.c - blocks of SHA-256 by the processor's own instructions (SHA-NI),
 * which do two rounds each. Whoever calls asks first whether it has them. */
#include "sha256_block.h"

const uint32_t sha256_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>

#define WITH_SHA __attribute__((target("sha,sse4.1")))

static bool ask(void)
{
	enum { FEATURES = 7, SHA = 1 << 29 };
	unsigned a, b, c, d;
	return __get_cpuid_count(FEATURES, 0, &a, &b, &c, &d) && (b & SHA) &&
	       __builtin_cpu_supports("sse4.1");
}

bool sha256_processor_can(void)
{
	static int can = -1;
	if (can < 0)
		can = ask();
	return can;
}

/* Sixteen steps of four rounds; each makes the words that are needed four steps on. */
WITH_SHA static void compress(__m128i *abef, __m128i *cdgh, const uint8_t *block)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i w[4];
	for (int i = 0; i < 4; i++)
		w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const void *)(block + 16 * i)),
					swap);
	for (int i = 0; i < 16; i++) {
		__m128i *now = &w[i % 4], last = w[(i + 3) % 4];
		__m128i sum = _mm_add_epi32(
			*now,
			_mm_loadu_si128((const void *)(sha256_constants + 4 * i)));
		*cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
		*abef = _mm_sha256rnds2_epu32(*abef, *cdgh,
					      _mm_shuffle_epi32(sum, 0x0e));
		__m128i seven_back = _mm_alignr_epi8(last, w[(i + 2) % 4], 4);
		__m128i next = _mm_sha256msg1_epu32(*now, w[(i + 1) % 4]);
		*now = _mm_sha256msg2_epu32(_mm_add_epi32(next, seven_back), last);
	}
}

/* The instructions want the eight words as A B E F and C D G H, the first highest. */
WITH_SHA void sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t n)
{
	__m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const void *)state), 0xb1);
	__m128i efgh =
		_mm_shuffle_epi32(_mm_loadu_si128((const void *)(state + 4)), 0x1b);
	__m128i abef = _mm_alignr_epi8(badc, efgh, 8);
	__m128i cdgh = _mm_blend_epi16(efgh, badc, 0xf0);
	for (; n > 0; n--, blocks += 64) {
		__m128i abef_before = abef, cdgh_before = cdgh;
		compress(&abef, &cdgh, blocks);
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}
	__m128i feba = _mm_shuffle_epi32(abef, 0x1b);
	__m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128((void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool sha256_processor_can(void)
{
	return false;
}

void sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t n)
{
	sha256_blocks_plain(state, blocks, n);
}

#endif
