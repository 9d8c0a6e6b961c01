/* models.c - the few language sets the launcher keeps loaded.
 *
 * Loading takes a tenth of a second per language and a reader forked afterwards has it
 * for nothing, so the sets used last stay in memory: most installations use one, an
 * accountant with clients in many countries perhaps five. A set that cannot be loaded
 * leaves the others as they are. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launch.h"

#define KEPT 3

struct model {
	char languages[128];
	void *model; /* NULL: free */
	unsigned long used;
};

struct models {
	const struct settings *settings;
	const struct reading *reading;
	struct model kept[KEPT];
	unsigned long uses;
};

struct models *models_new(const struct settings *settings,
			  const struct reading *reading)
{
	struct models *models = calloc(1, sizeof(*models));
	if (!models)
		die("out of memory");
	models->settings = settings;
	models->reading = reading;
	return models;
}

static struct model *find(struct models *models, const char *languages)
{
	for (size_t i = 0; i < KEPT; i++)
		if (models->kept[i].model &&
		    strcmp(models->kept[i].languages, languages) == 0)
			return &models->kept[i];
	return NULL;
}

static struct model *least_used(struct models *models)
{
	struct model *oldest = &models->kept[0];
	for (size_t i = 1; i < KEPT; i++)
		if (models->kept[i].used < oldest->used)
			oldest = &models->kept[i];
	return oldest;
}

static enum rc load(struct models *models, const char *languages, struct model *out,
		    struct err *err)
{
	void *model = NULL;
	enum rc rc = models->reading->load(models->settings, languages, &model, err);
	if (rc != RC_OK)
		return rc;
	if (out->model)
		models->reading->unload(out->model);
	out->model = model;
	/* Each reader would tidy up what loading left behind, in a copy of its own. */
	malloc_trim(0);
	snprintf(out->languages, sizeof(out->languages), "%s", languages);
	return RC_OK;
}

enum rc models_get(struct models *models, const char *languages, void **model,
		   struct err *err)
{
	if (!*languages)
		languages = models->settings->languages;
	struct model *m = find(models, languages);
	if (!m) {
		m = least_used(models);
		enum rc rc = load(models, languages, m, err);
		if (rc != RC_OK)
			return rc;
	}
	m->used = ++models->uses;
	*model = m->model;
	return RC_OK;
}
