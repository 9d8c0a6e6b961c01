/* pattern.c - lists of patterns of text (POSIX extended regular expressions).
 *
 * They come from the administrator's configuration, the texts from paper: a text that
 * is longer than any code on paper fits nothing, so that no expression runs away on it.
 */
#include "pattern.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 512 };

struct patterns {
	struct arena *arena;
	regex_t *list;
	size_t n;
};

static enum rc add(struct patterns *p, const char *word, size_t len, struct err *err)
{
	char why[128];
	const char *whole = arena_printf(p->arena, "^(%.*s)$", (int)len, word);
	int fault = regcomp(&p->list[p->n], whole, REG_EXTENDED);

	if (fault == 0) {
		p->n++;
		return RC_OK;
	}
	regerror(fault, &p->list[p->n], why, sizeof(why));
	return err_set(err, RC_FAIL, "%.*s is no regular expression: %s", (int)len,
		       word, why);
}

enum rc patterns_new(const char *words, struct patterns **out, struct err *err)
{
	struct patterns *p = calloc(1, sizeof(*p));
	const char *at = words ? words : "";
	enum rc rc = RC_OK;

	if (!p)
		die("out of memory");
	p->arena = arena_new();
	p->list = arena_alloc_n(p->arena, strlen(at) / 2 + 1, sizeof(*p->list));
	for (size_t len; rc == RC_OK && *(at += strspn(at, " \t")); at += len) {
		len = strcspn(at, " \t");
		rc = add(p, at, len, err);
	}
	if (rc != RC_OK)
		patterns_free(&p);
	*out = p;
	return rc;
}

void patterns_free(struct patterns **patterns)
{
	struct patterns *p = *patterns;

	*patterns = NULL;
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		regfree(&p->list[i]);
	arena_free(&p->arena);
	free(p);
}

const char *patterns_match(const struct patterns *patterns, const char *text,
			   struct arena *arena)
{
	regmatch_t part[3]; /* all, the parentheses of ours, the first of its own */

	if (strlen(text) > TEXT_MAX)
		return NULL;
	for (size_t i = 0; i < patterns->n; i++) {
		if (regexec(&patterns->list[i], text, 3, part, 0) != 0)
			continue;
		const regmatch_t *kept = part[2].rm_so >= 0 ? &part[2] : &part[0];
		return arena_strndup(arena, text + kept->rm_so,
				     (size_t)(kept->rm_eo - kept->rm_so));
	}
	return NULL;
}
