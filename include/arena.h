/* arena.h - memory that is given back all at once.
 *
 * What belongs to a document lives in the document's arena; what a function needs for a
 * moment lives in a scratch arena of its own (AUTO_ARENA). Nothing is freed singly. All
 * memory comes zeroed and aligned for any type. Out of memory dies (err.h). */
#ifndef INTRAY_ARENA_H
#define INTRAY_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena **arena); /* NULL inside is fine; sets it to NULL */
void arena_reset(struct arena *arena); /* forgets all, keeps the first block */
size_t arena_used(const struct arena *arena); /* bytes handed out */

void *arena_alloc(struct arena *arena, size_t size);
void *arena_alloc_n(struct arena *arena, size_t n, size_t size); /* dies on overflow */
void *arena_memdup(struct arena *arena, const void *bytes, size_t len);
char *arena_strdup(struct arena *arena, const char *s); /* NULL gives NULL */
char *arena_strndup(struct arena *arena, const char *s, size_t len);
char *arena_printf(struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *fmt, va_list ap);

/* Makes room for one more element in an array that lives in the arena: `array` (a
 * pointer), `n` (used) and `cap` (size) are lvalues; evaluates to the new element, n is
 * counted up. The old array is left to the arena. */
#define arena_push(arena, array, n, cap) \
	(((array) = arena_grow((arena), (array), (n), &(cap), sizeof(*(array)))), \
	 &(array)[(n)++])
void *arena_grow(struct arena *arena, void *array, size_t n, size_t *cap, size_t size);

/* A growing string in an arena; text is always NUL-terminated (never NULL after init). */
struct strbuf {
	struct arena *arena;
	char *text;
	size_t len, cap;
};
void strbuf_init(struct strbuf *buf, struct arena *arena);
void strbuf_add(struct strbuf *buf, const char *s);
void strbuf_add_n(struct strbuf *buf, const char *s, size_t len);
void strbuf_addf(struct strbuf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static inline void arena_auto(struct arena **arena)
{
	arena_free(arena);
}
#define AUTO_ARENA __attribute__((cleanup(arena_auto))) struct arena *

#endif
