/* text.h - strings as people print them: UTF-8, folding, comparing. All functions accept
 * any bytes; what is not UTF-8 is treated as U+FFFD. Results live in the given arena. */
#ifndef INTRAY_TEXT_H
#define INTRAY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

bool text_is_utf8(const char *s, size_t len);
/* Next code point (U+FFFD for a bad byte) and moves *s behind it; 0 at end. */
uint32_t text_next(const char **s, const char *end);
size_t text_put(uint32_t cp, char out[4]); /* encodes, returns bytes written */

/* Valid UTF-8 without control characters (XML 1.0 could not hold them), runs of white
 * space (no-break and thin spaces too) made one space, ends trimmed. */
char *text_clean(struct arena *arena, const char *s, size_t len);
bool text_is_clean(const char *s); /* whether text_clean would leave it as it is */
/* Lower case, accents removed (ü -> u, ß -> ss, æ -> ae), for finding labels. */
char *text_fold(struct arena *arena, const char *s);
/* Comparison key of the data README: case folded (accents kept), punctuation and white
 * space removed: "DE 297 308 020" and "DE297308020" have the same key. */
char *text_key(struct arena *arena, const char *s);
/* Damerau-Levenshtein distance in code points, at most max + 1. */
int text_distance(const char *a, const char *b, int max);

bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
bool text_equal_nocase(const char *a, const char *b); /* ASCII case only */

/* Lower-case hex of len bytes into out (2 * len + 1 bytes); returns out. */
char *text_hex(const void *bytes, size_t len, char *out);
bool text_unhex(const char *hex, void *out, size_t len); /* exactly 2 * len digits */
/* A file name as a person may see it: valid UTF-8 kept, every other byte and control
 * character as \xNN. */
char *text_show_name(struct arena *arena, const void *name, size_t len);

#endif
