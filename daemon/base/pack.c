/* pack.c - flat messages: writing them, and reading them from somebody we do not trust.
 *
 * Strings and byte runs are a 32-bit length and the bytes; a NULL string has a length
 * of all ones. Reading never goes beyond the end: it sets `failed`, and from then on
 * every read gives zero or NULL. */
#include "pack.h"

#include <math.h>
#include <string.h>

#include "arena.h"
#include "err.h"
#include "text.h"

static const uint32_t LENGTH_OF_NULL = UINT32_MAX;

void pack_init(struct pack *p, struct arena *arena)
{
	*p = (struct pack){.arena = arena};
}

static uint8_t *pack_room(struct pack *p, size_t len)
{
	uint8_t *at;

	if (len > p->cap - p->len) {
		uint8_t *wider;

		p->cap = (p->len + len) * 2 + 64;
		wider = arena_alloc(p->arena, p->cap);
		if (p->len > 0)
			memcpy(wider, p->bytes, p->len);
		p->bytes = wider;
	}
	at = p->bytes + p->len;
	p->len += len;
	return at;
}

static void pack_number(struct pack *p, uint64_t v, size_t len)
{
	uint8_t *at = pack_room(p, len);

	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

void pack_u8(struct pack *p, uint8_t v)
{
	pack_number(p, v, 1);
}

void pack_u32(struct pack *p, uint32_t v)
{
	pack_number(p, v, 4);
}

void pack_i32(struct pack *p, int32_t v)
{
	pack_number(p, (uint32_t)v, 4);
}

void pack_u64(struct pack *p, uint64_t v)
{
	pack_number(p, v, 8);
}

void pack_f32(struct pack *p, float v)
{
	uint32_t bits;

	memcpy(&bits, &v, sizeof(bits));
	pack_u32(p, bits);
}

void pack_bytes(struct pack *p, const void *bytes, size_t len)
{
	bug_on(len >= LENGTH_OF_NULL);
	pack_u32(p, (uint32_t)len);
	if (len > 0)
		memcpy(pack_room(p, len), bytes, len);
}

void pack_str(struct pack *p, const char *s)
{
	if (s)
		pack_bytes(p, s, strlen(s));
	else
		pack_u32(p, LENGTH_OF_NULL);
}

void unpack_init(struct unpack *u, const void *bytes, size_t len)
{
	*u = (struct unpack){.at = bytes};
	u->end = len > 0 ? u->at + len : u->at;
}

static size_t left(const struct unpack *u)
{
	return (size_t)(u->end - u->at);
}

static uint64_t unpack_number(struct unpack *u, size_t len)
{
	uint64_t v = 0;

	if (u->failed || left(u) < len) {
		u->failed = true;
		return 0;
	}
	for (size_t i = 0; i < len; i++)
		v |= (uint64_t)u->at[i] << (8 * i);
	u->at += len;
	return v;
}

uint8_t unpack_u8(struct unpack *u)
{
	return (uint8_t)unpack_number(u, 1);
}

uint32_t unpack_u32(struct unpack *u)
{
	return (uint32_t)unpack_number(u, 4);
}

int32_t unpack_i32(struct unpack *u)
{
	return (int32_t)unpack_u32(u);
}

uint64_t unpack_u64(struct unpack *u)
{
	return unpack_number(u, 8);
}

float unpack_f32(struct unpack *u)
{
	uint32_t bits = unpack_u32(u);
	float v;

	memcpy(&v, &bits, sizeof(v));
	if (isfinite(v))
		return v;
	u->failed = true;
	return 0;
}

static const void *unpack_run(struct unpack *u, size_t len)
{
	const void *at = u->at;

	if (u->failed || left(u) < len) {
		u->failed = true;
		return NULL;
	}
	u->at += len;
	return at;
}

const void *unpack_bytes(struct unpack *u, size_t *len)
{
	uint32_t n = unpack_u32(u);
	const void *bytes = unpack_run(u, n);

	*len = bytes ? n : 0;
	return bytes;
}

const char *unpack_str(struct unpack *u, struct arena *arena)
{
	uint32_t n = unpack_u32(u);
	const char *s;

	if (u->failed || n == LENGTH_OF_NULL)
		return NULL;
	s = unpack_run(u, n);
	if (!s)
		return NULL;
	if (memchr(s, '\0', n) || !text_is_utf8(s, n)) {
		u->failed = true;
		return NULL;
	}
	return arena_strndup(arena, s, n);
}

size_t unpack_count(struct unpack *u, size_t min_size)
{
	size_t n = unpack_u32(u);

	if (min_size == 0)
		min_size = 1;
	if (u->failed || n > left(u) / min_size) {
		u->failed = true;
		return 0;
	}
	return n;
}

bool unpack_ok(const struct unpack *u)
{
	return !u->failed && u->at == u->end;
}
