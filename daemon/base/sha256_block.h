/* sha256_block.h - whole blocks of SHA-256, by either way. Private to sha256*.c and
 * their test. */
#ifndef INTRAY_SHA256_BLOCK_H
#define INTRAY_SHA256_BLOCK_H

#include <stdbool.h>

#include "sha256.h"

extern const uint32_t sha256_constants[64];

/* n blocks of 64 bytes. */
void sha256_blocks_plain(uint32_t state[8], const uint8_t *blocks, size_t n);
/* The same by the processor's own instructions, where it has them. */
bool sha256_processor_can(void);
void sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t n);

#endif
