/* arena.c - memory in blocks, given back all at once.
 *
 * Blocks come zeroed from calloc and are chained; a request that is larger than a
 * quarter of a block gets a block of its own, so that it does not waste the rest of the
 * current one. Reset clears what was handed out of the first block and frees the
 * others. Out of memory and sizes that overflow die: no caller could do anything
 * sensible. */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

enum { FIRST_BLOCK = 8 * 1024, BLOCK = 64 * 1024, ALIGN = alignof(max_align_t) };

struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *first;   /* kept by reset */
	struct block *current; /* where small requests are served */
	size_t used;
};

static struct block *block_new(size_t size)
{
	struct block *block;

	if (size > SIZE_MAX / 2)
		die("out of memory: %zu bytes", size);
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		die("out of memory: %zu bytes", size);
	block->size = size;
	return block;
}

static void blocks_free(struct block *block)
{
	while (block) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

struct arena *arena_new(void)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		die("out of memory: an arena");
	arena->first = arena->current = block_new(FIRST_BLOCK);
	return arena;
}

void arena_free(struct arena **arena)
{
	if (!*arena)
		return;
	blocks_free((*arena)->first);
	free(*arena);
	*arena = NULL;
}

void arena_reset(struct arena *arena)
{
	blocks_free(arena->first->next);
	arena->first->next = NULL;
	memset(arena->first->bytes, 0, arena->first->used);
	arena->first->used = 0;
	arena->current = arena->first;
	arena->used = 0;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}

/* Puts a block behind the current one. */
static struct block *block_add(struct arena *arena, size_t size)
{
	struct block *block = block_new(size);

	block->next = arena->current->next;
	arena->current->next = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct block *block = arena->current;
	void *out;

	if (size > SIZE_MAX / 2)
		die("out of memory: %zu bytes", size);
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (size > block->size - block->used) {
		if (size > BLOCK / 4)
			block = block_add(arena, size);
		else
			block = arena->current = block_add(arena, BLOCK);
	}
	out = block->bytes + block->used;
	block->used += size;
	arena->used += size;
	return out;
}

void *arena_alloc_n(struct arena *arena, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		die("out of memory: %zu times %zu bytes", n, size);
	return arena_alloc(arena, total);
}

void *arena_memdup(struct arena *arena, const void *bytes, size_t len)
{
	void *out = arena_alloc(arena, len);

	if (len > 0)
		memcpy(out, bytes, len);
	return out;
}

char *arena_strdup(struct arena *arena, const char *s)
{
	return s ? arena_memdup(arena, s, strlen(s) + 1) : NULL;
}

char *arena_strndup(struct arena *arena, const char *s, size_t len)
{
	char *out = arena_alloc(arena, len + 1);

	if (len > 0)
		memcpy(out, s, len);
	return out;
}

char *arena_vprintf(struct arena *arena, const char *fmt, va_list ap)
{
	va_list again;
	char *out;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	bug_on(len < 0);
	out = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(out, (size_t)len + 1, fmt, again);
	va_end(again);
	return out;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap;
	char *out;

	va_start(ap, fmt);
	out = arena_vprintf(arena, fmt, ap);
	va_end(ap);
	return out;
}

void *arena_grow(struct arena *arena, void *array, size_t n, size_t *cap, size_t size)
{
	size_t wider;
	void *out;

	if (n < *cap)
		return array;
	if (__builtin_mul_overflow(*cap, (size_t)2, &wider))
		die("out of memory: an array of %zu", *cap);
	if (wider < 8)
		wider = 8;
	out = arena_alloc_n(arena, wider, size);
	if (n > 0)
		memcpy(out, array, n * size);
	*cap = wider;
	return out;
}

void strbuf_init(struct strbuf *buf, struct arena *arena)
{
	buf->arena = arena;
	buf->cap = 64;
	buf->len = 0;
	buf->text = arena_alloc(arena, buf->cap);
}

void strbuf_add_n(struct strbuf *buf, const char *s, size_t len)
{
	size_t need;
	char *wider;

	if (__builtin_add_overflow(buf->len, len, &need) || need > SIZE_MAX / 4)
		die("out of memory: a text of %zu bytes", len);
	if (need + 1 > buf->cap) {
		buf->cap = (need + 1) * 2;
		wider = arena_alloc(buf->arena, buf->cap);
		memcpy(wider, buf->text, buf->len);
		buf->text = wider;
	}
	if (len > 0)
		memcpy(buf->text + buf->len, s, len);
	buf->len = need;
	buf->text[need] = '\0';
}

void strbuf_add(struct strbuf *buf, const char *s)
{
	strbuf_add_n(buf, s, strlen(s));
}

void strbuf_addf(struct strbuf *buf, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(buf->arena, fmt, ap);
	va_end(ap);
	strbuf_add(buf, text);
}
