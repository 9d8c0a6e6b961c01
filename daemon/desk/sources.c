/* sources.c - what was read of documents that are being keyed, so that it is not sent
 * anew each time a field is left.
 *
 * The database is asked each time all the same: whether the task is still the caller's,
 * and whether what is kept here is still so (its stamp). Only then is any of it used,
 * so nothing here decides who may see what, and nothing has to be told when a document
 * changes. The oldest makes room. */
#include "sources.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_KEPT = 256 };

struct kept {
	int64_t task; /* 0: none */
	uint64_t used;
	struct arena *arena;
	struct db_source source;
};

struct sources {
	pthread_mutex_t lock;
	uint64_t uses;
	struct kept kept[MAX_KEPT];
};

struct sources *sources_new(void)
{
	struct sources *sources = calloc(1, sizeof(*sources));

	if (!sources)
		die("out of memory");
	pthread_mutex_init(&sources->lock, NULL);
	return sources;
}

void sources_free(struct sources **sources)
{
	if (!*sources)
		return;
	for (size_t i = 0; i < MAX_KEPT; i++)
		if ((*sources)->kept[i].arena)
			arena_free(&(*sources)->kept[i].arena);
	pthread_mutex_destroy(&(*sources)->lock);
	free(*sources);
	*sources = NULL;
}

static struct db_source copy(const struct db_source *source, struct arena *arena)
{
	return (struct db_source){.stamp = arena_strdup(arena, source->stamp),
				  .fields = arena_strdup(arena, source->fields),
				  .findings = arena_strdup(arena, source->findings)};
}

static struct kept *of_task(struct sources *sources, int64_t task)
{
	for (size_t i = 0; i < MAX_KEPT; i++)
		if (sources->kept[i].task == task)
			return &sources->kept[i];
	return NULL;
}

bool sources_find(struct sources *sources, int64_t task, struct arena *arena,
		  struct db_source *out)
{
	pthread_mutex_lock(&sources->lock);
	struct kept *kept = of_task(sources, task);
	if (kept) {
		*out = copy(&kept->source, arena);
		kept->used = ++sources->uses;
	}
	pthread_mutex_unlock(&sources->lock);
	return kept != NULL;
}

/* The task's own place, or the one that was not used for longest. */
static struct kept *place_for(struct sources *sources, int64_t task)
{
	struct kept *place = of_task(sources, task);

	for (size_t i = 0; !place && i < MAX_KEPT; i++)
		if (sources->kept[i].task == 0)
			place = &sources->kept[i];
	if (place)
		return place;
	place = &sources->kept[0];
	for (size_t i = 1; i < MAX_KEPT; i++)
		if (sources->kept[i].used < place->used)
			place = &sources->kept[i];
	return place;
}

void sources_keep(struct sources *sources, int64_t task, const struct db_source *source)
{
	struct arena *arena = arena_new();
	struct db_source own = copy(source, arena);

	pthread_mutex_lock(&sources->lock);
	struct kept *place = place_for(sources, task);
	if (place->arena)
		arena_free(&place->arena);
	*place = (struct kept){task, ++sources->uses, arena, own};
	pthread_mutex_unlock(&sources->lock);
}
