/* lexicon_words.h - the table behind lexicon.c. Private to it. */
#ifndef INTRAY_STAGES_LEXICON_WORDS_H
#define INTRAY_STAGES_LEXICON_WORDS_H

#include "lexicon.h"

struct lexicon_word { /* words of one set, separated by single spaces */
	unsigned set;
	const char *words;
};
extern const struct lexicon_word lexicon_words[];
extern const size_t n_lexicon_words;

#endif
