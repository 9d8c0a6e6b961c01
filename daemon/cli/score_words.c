/* score_words.c - how much of a page of running text was read.
 *
 * Words are compared as a bag, because the lines of a truth file stand in another order
 * than a reader finds columns and tables in. Words must be the same letter for letter.
 */
#include "score.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

struct bag {
	const char **words;
	size_t n, cap;
};

static void bag_add_text(struct bag *bag, struct arena *arena, const char *text)
{
	const char *clean = text_clean(arena, text, strlen(text));

	while (*clean) {
		size_t len = strcspn(clean, " ");

		if (len > 0)
			*arena_push(arena, bag->words, bag->n, bag->cap) =
				arena_strndup(arena, clean, len);
		clean += len + (clean[len] == ' ');
	}
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static long common_words(struct bag *a, struct bag *b)
{
	size_t i = 0, j = 0;
	long common = 0;

	if (a->n == 0 || b->n == 0)
		return 0;
	qsort(a->words, a->n, sizeof(*a->words), compare_words);
	qsort(b->words, b->n, sizeof(*b->words), compare_words);
	while (i < a->n && j < b->n) {
		int order = strcmp(a->words[i], b->words[j]);

		common += order == 0;
		i += order <= 0;
		j += order >= 0;
	}
	return common;
}

void score_words(const char *truth_text, const struct doc *doc, struct word_score *out)
{
	AUTO_ARENA arena = arena_new();
	struct bag truth = {0}, found = {0};

	bag_add_text(&truth, arena, truth_text);
	for (size_t i = 0; i < doc->n_pages; i++)
		for (size_t w = 0; w < doc->pages[i]->n_words; w++)
			bag_add_text(&found, arena, doc->pages[i]->words[w].text);
	out->truth = (long)truth.n;
	out->found = (long)found.n;
	out->same = common_words(&truth, &found);
}

double word_error_rate(const struct word_score *score)
{
	long missing = score->truth - score->same,
	     invented = score->found - score->same;

	/* One missing and one invented word are one word read wrongly. */
	long wrong = missing > invented ? missing : invented;

	return score->truth > 0 ? (double)wrong / (double)score->truth : 0;
}
