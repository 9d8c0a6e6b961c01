/* text_chars.h - kinds of characters, for text.c alone. */
#ifndef INTRAY_TEXT_CHARS_H
#define INTRAY_TEXT_CHARS_H

#include <stdbool.h>
#include <stdint.h>

bool char_is_space(uint32_t cp);
/* Controls, what XML 1.0 can't hold, and characters that are not seen but change how
 * others are shown (soft hyphen, zero-width, direction overrides). */
bool char_is_invisible(uint32_t cp);
bool char_is_alnum(uint32_t cp); /* letters and digits of any script */
uint32_t char_lower(uint32_t cp);
/* The letters that even case folding takes apart: "ss" for ß, "fi" for its ligature.
 * NULL for all others. */
const char *char_apart(uint32_t cp);
/* The plain letters a letter is searched as: "u" for ü. NULL when it is plain itself.
 */
const char *char_plain(uint32_t cp);

#endif
