/* SHA-256 against the examples of its standard. */
#include "testing.h"

#include <stdlib.h>

#include "daemon/base/sha256_block.h"

static void the_standards_examples_hold(void **state)
{
	static const struct {
		const char *text, *digest;
	} cases[] = {
		{"",
		 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc",
		 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	char digest[65];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
			sha256_text(cases[i].text, strlen(cases[i].text), digest),
			cases[i].digest);
}

static void a_million_letters_in_uneven_pieces(void **state)
{
	struct sha256 h;
	uint8_t digest[32];
	char *letters = malloc(1000000);

	(void)state;
	assert_non_null(letters);
	memset(letters, 'a', 1000000);
	sha256_init(&h);
	for (size_t at = 0, piece = 1; at < 1000000;
	     at += piece, piece = piece * 7 % 997) {
		if (piece > 1000000 - at)
			piece = 1000000 - at;
		sha256_add(&h, letters + at, piece);
	}
	sha256_end(&h, digest);
	free(letters);
	assert_int_equal(digest[0], 0xcd);
	assert_int_equal(digest[1], 0xc7);
	assert_int_equal(digest[31], 0xd0);
}

static void both_ways_give_the_same(void **state)
{
	uint8_t blocks[9 * 64];
	uint32_t seed = 5;

	(void)state;
	if (!sha256_processor_can())
		skip();
	for (size_t n = 0; n <= 9; n++) {
		uint32_t plain[8], fast[8];
		for (size_t i = 0; i < sizeof(blocks); i++) {
			seed = seed * 1664525u + 1013904223u;
			blocks[i] = (uint8_t)(seed >> 24);
		}
		memcpy(plain, blocks, sizeof(plain));
		memcpy(fast, blocks, sizeof(fast));
		sha256_blocks_plain(plain, blocks, n);
		sha256_blocks(fast, blocks, n);
		assert_memory_equal(plain, fast, sizeof(plain));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_examples_hold),
		cmocka_unit_test(a_million_letters_in_uneven_pieces),
		cmocka_unit_test(both_ways_give_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
