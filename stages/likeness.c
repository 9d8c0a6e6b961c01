/* likeness.c - how alike two readings of print are.
 *
 * Two readings of the same letterhead differ in a few letters here and there; those of
 * different ones share common words. Runs of three characters tell both apart: each
 * misread letter costs three runs and no more, wherever it stands. Characters that
 * readers confuse are made one first. A print's rows are compared as a bag: readers
 * order them differently. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "learn.h"

enum { RUNS_MAX = 1200 };

struct runs {
	uint32_t run[RUNS_MAX]; /* sorted, each once */
	size_t n;
};

char look_alike(char c)
{
	static const char pairs[][2] = {{'0', 'o'}, {'1', 'l'}, {'i', 'l'}, {'5', 's'},
					{'8', 'b'}, {'2', 'z'}, {'6', 'g'}, {'9', 'g'}};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (c == pairs[i][0])
			return pairs[i][1];
	return c;
}

static bool plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static int compare_runs(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Text is folded; capitals are taken too, since learnt values come as they are spelt.
 */
static void runs_of(const char *text, struct runs *out)
{
	uint32_t window = 0;
	size_t have = 0, kept = 0;

	out->n = 0;
	for (const char *p = text; *p && out->n < RUNS_MAX; p++) {
		char c = *p >= 'A' && *p <= 'Z' ? (char)(*p | 32) : *p;
		if (c == '\n')
			have = 0;
		if (!plain(c))
			continue;
		window = (window << 8 | (uint8_t)look_alike(c)) & 0xffffff;
		if (++have >= 3)
			out->run[out->n++] = window;
	}
	qsort(out->run, out->n, sizeof *out->run, compare_runs);
	for (size_t i = 0; i < out->n; i++)
		if (kept == 0 || out->run[kept - 1] != out->run[i])
			out->run[kept++] = out->run[i];
	out->n = kept;
}

static size_t common(const struct runs *a, const struct runs *b)
{
	size_t n = 0;

	for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
		uint32_t x = a->run[i], y = b->run[k];
		n += x == y;
		i += x <= y;
		k += y <= x;
	}
	return n;
}

float print_likeness(const char *a, const char *b)
{
	struct runs x, y;

	runs_of(a, &x);
	runs_of(b, &y);
	return x.n + y.n ? 2 * (float)common(&x, &y) / (float)(x.n + y.n) : 0;
}

/* The next `rows` rows of a print, as one text; moves *print to the next row. */
static const char *next_rows(struct arena *arena, const char **print, int rows)
{
	const char *from = *print, *to = from;

	for (; rows > 0 && *to; rows--)
		to += strcspn(to, "\n") + (to[strcspn(to, "\n")] == '\n');
	*print += strcspn(from, "\n");
	*print += **print == '\n';
	return arena_strndup(arena, from, (size_t)(to - from));
}

float print_shows(const char *print, const char *text, int rows)
{
	AUTO_ARENA arena = arena_new();
	float most = 0;

	while (*print) {
		float share = print_contains(next_rows(arena, &print, rows), text);

		most = share > most ? share : most;
	}
	return most;
}

float print_contains(const char *print, const char *text)
{
	struct runs x, y;

	runs_of(print, &x);
	runs_of(text, &y);
	return y.n ? (float)common(&x, &y) / (float)y.n : 0;
}
