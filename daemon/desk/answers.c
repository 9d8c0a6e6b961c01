/* answers.c - what the business said of a document lately, so that the same question is
 * not asked again a moment later.
 *
 * Handing in asks what the last validation has asked, and a field that was looked at
 * but not changed asks what the one before did; whether a paper is there already is the
 * dearest part of either. The question is the document with all its values, so any
 * other value is another question. What changes meanwhile in the business (a paper that
 * arrives, a new master) is known here some seconds later; a worker asks anew in any
 * case before it makes a document ready. Who may ask is decided before: this is asked
 * only of documents that the caller has. The oldest makes room. */
#include "answers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "proc.h"

enum { MAX_KEPT = 256, FRESH_MS = 10 * 1000 };

struct kept {
	struct arena *arena; /* NULL: none */
	const char *question;
	struct business said;
	int64_t asked_ms;
};

struct answers {
	pthread_mutex_t lock;
	struct kept kept[MAX_KEPT];
};

struct asking {
	struct answers *answers;
	struct lookup *inner;
};

struct answers *answers_new(void)
{
	struct answers *answers = calloc(1, sizeof(*answers));

	if (!answers)
		die("out of memory");
	pthread_mutex_init(&answers->lock, NULL);
	return answers;
}

static void forget(struct kept *kept)
{
	if (kept->arena)
		arena_free(&kept->arena);
	*kept = (struct kept){0};
}

void answers_free(struct answers **answers)
{
	if (!*answers)
		return;
	for (size_t i = 0; i < MAX_KEPT; i++)
		forget(&(*answers)->kept[i]);
	pthread_mutex_destroy(&(*answers)->lock);
	free(*answers);
	*answers = NULL;
}

/* --- the question
 * ------------------------------------------------------------------------- */

static void add(struct strbuf *text, const char *value)
{
	/* With its length, so that no value can pass for two. */
	strbuf_addf(text, "%zu:%s ", value ? strlen(value) : 0, value ? value : "");
}

static void add_field(struct strbuf *text, const struct field *field)
{
	if (!field->value)
		return;
	strbuf_addf(text, "\n%d ", field->line);
	add(text, field->path);
	add(text, field->value);
	/* Other readings of a number may be other papers' numbers. */
	for (size_t i = 0; i < field->n_alternatives; i++)
		add(text, field->alternatives[i].text);
}

static const char *question_of(const struct doc *doc, const char *const *checks,
			       size_t n_checks, struct arena *arena)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	add(&text, doc->id);
	add(&text, doc->type);
	for (size_t i = 0; i < n_checks; i++)
		add(&text, checks[i]);
	for (size_t i = 0; i < doc->n_fields; i++)
		add_field(&text, &doc->fields[i]);
	return text.text;
}

/* --- the answer
 * ----------------------------------------------------------------------------- */

static void copy(const struct business *from, struct arena *arena, struct business *to)
{
	for (size_t i = 0; i < from->n_objections; i++) {
		const struct objection *o = &from->objections[i];
		*arena_push(arena, to->objections, to->n_objections,
			    to->cap_objections) = (struct objection){
			arena_strdup(arena, o->check), arena_strdup(arena, o->fields),
			arena_strdup(arena, o->text)};
	}
	for (size_t i = 0; i < from->n_proposals; i++) {
		const struct proposal *p = &from->proposals[i];
		*arena_push(arena, to->proposals, to->n_proposals, to->cap_proposals) =
			(struct proposal){arena_strdup(arena, p->path),
					  arena_strdup(arena, p->value), p->line,
					  arena_strdup(arena, p->why)};
	}
}

static bool find(struct answers *answers, const char *question, struct arena *arena,
		 struct business *said)
{
	int64_t oldest = now_ms_monotonic() - FRESH_MS;
	bool found = false;

	pthread_mutex_lock(&answers->lock);
	for (size_t i = 0; i < MAX_KEPT && !found; i++) {
		const struct kept *kept = &answers->kept[i];
		found = kept->arena && kept->asked_ms >= oldest &&
			strcmp(kept->question, question) == 0;
		if (found)
			copy(&kept->said, arena, said);
	}
	pthread_mutex_unlock(&answers->lock);
	return found;
}

static struct kept *oldest_of(struct answers *answers)
{
	struct kept *oldest = &answers->kept[0];

	for (size_t i = 1; i < MAX_KEPT && oldest->arena; i++)
		if (!answers->kept[i].arena ||
		    answers->kept[i].asked_ms < oldest->asked_ms)
			oldest = &answers->kept[i];
	return oldest;
}

/* As it was when the question was asked, not when the answer came. */
static void keep(struct answers *answers, const char *question,
		 const struct business *said, int64_t asked_ms)
{
	struct kept fresh = {.arena = arena_new(), .asked_ms = asked_ms};

	fresh.question = arena_strdup(fresh.arena, question);
	copy(said, fresh.arena, &fresh.said);
	pthread_mutex_lock(&answers->lock);
	struct kept *place = oldest_of(answers);
	forget(place);
	*place = fresh;
	pthread_mutex_unlock(&answers->lock);
}

static enum rc ask(void *ctx, const struct doc *doc, const char *const *checks,
		   size_t n_checks, struct business *said, struct err *err)
{
	struct asking *own = ctx;
	AUTO_ARENA scratch = arena_new();
	const char *question = question_of(doc, checks, n_checks, scratch);
	int64_t now = now_ms_monotonic();

	if (find(own->answers, question, doc->arena, said))
		return RC_OK;
	enum rc rc = own->inner->ask(own->inner->ctx, doc, checks, n_checks, said, err);
	if (rc == RC_OK)
		keep(own->answers, question, said, now);
	return rc;
}

static enum rc suppliers(void *ctx, const struct doc *doc, struct known_site **sites,
			 size_t *n, struct err *err)
{
	struct asking *own = ctx;

	return own->inner->suppliers(own->inner->ctx, doc, sites, n, err);
}

struct lookup *answers_over(struct answers *answers, struct lookup *inner,
			    struct arena *arena)
{
	struct asking *own = arena_alloc(arena, sizeof(*own));
	struct lookup *lookup = arena_alloc(arena, sizeof(*lookup));

	*own = (struct asking){answers, inner};
	*lookup = (struct lookup){.ctx = own, .ask = ask, .suppliers = suppliers};
	return lookup;
}
