/* pack.h - flat byte messages between processes that do not trust each other.
 *
 * Little endian, no padding. The reading side checks every length against what is left;
 * after the first failure all further reads give zero and unpack_ok() says false, so
 * callers check once at the end. */
#ifndef INTRAY_PACK_H
#define INTRAY_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct pack { /* grows in an arena */
	struct arena *arena;
	uint8_t *bytes;
	size_t len, cap;
};
void pack_init(struct pack *p, struct arena *arena);
void pack_u8(struct pack *p, uint8_t v);
void pack_u32(struct pack *p, uint32_t v);
void pack_i32(struct pack *p, int32_t v);
void pack_u64(struct pack *p, uint64_t v);
void pack_f32(struct pack *p, float v);
void pack_bytes(struct pack *p, const void *bytes, size_t len); /* length, then bytes */
void pack_str(struct pack *p, const char *s); /* NULL stays NULL on the other side */

struct unpack {
	const uint8_t *at, *end;
	bool failed;
	int version; /* of what is unpacked, for who needs it; 0 at first */
};
void unpack_init(struct unpack *u, const void *bytes, size_t len);
uint8_t unpack_u8(struct unpack *u);
uint32_t unpack_u32(struct unpack *u);
int32_t unpack_i32(struct unpack *u);
uint64_t unpack_u64(struct unpack *u);
float unpack_f32(struct unpack *u); /* NaN and infinities fail */
/* Points into the message. */
const void *unpack_bytes(struct unpack *u, size_t *len);
/* Copied, NUL-terminated, must be valid UTF-8 without NUL; NULL for a packed NULL. */
const char *unpack_str(struct unpack *u, struct arena *arena);
/* A count of elements of which each takes at least `min_size` bytes; fails beyond what
 * the message could hold, so it is safe to allocate. */
size_t unpack_count(struct unpack *u, size_t min_size);
bool unpack_ok(const struct unpack *u); /* nothing failed and nothing is left over */

#endif
