/* lexicon.h - words that names and addresses share, and what they look like when a
 * reader misread a letter or two. Private to stages/. */
#ifndef INTRAY_STAGES_LEXICON_H
#define INTRAY_STAGES_LEXICON_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/* Sets of words, by where they are at home; a bit each. LEX_COMMON holds everywhere. */
enum { LEX_COMMON = 1, LEX_MALAY = 2, LEX_GERMAN = 4, LEX_FRENCH = 8 };

/* The sets a line gives evidence of: it has one of their longer words as it is. */
unsigned lexicon_sets(const char *raw);
/* A line of a name or of an address with its misread words mended, where the right word
 * is beyond doubt; everything else stays as it was read. */
char *lexicon_name(struct arena *arena, const char *raw, unsigned sets);
char *lexicon_address(struct arena *arena, const char *raw, unsigned sets);
/* A name of which nothing but the legal form is mended: "GmibH" is no other word. */
char *lexicon_legal_form(struct arena *arena, const char *raw);
/* The share of the line's letters that stand in words of the lexicon, whatever
 * country's; words too short for it are not counted. 0 where there are none. */
float lexicon_share(const char *raw);
/* malay_street.c: the numbers of a line of a Malaysian address, mended. */
char *malay_street(struct arena *arena, const char *raw);
/* Whether the line has nothing but words for what a shop is or sells. */
bool lexicon_trade(const char *raw);
/* How unlike print two words are, in quarters of a letter: letters that look alike cost
 * less than others. At most max + 1. Capitals only. */
int lexicon_distance(const char *read, const char *word, int max);

#endif
