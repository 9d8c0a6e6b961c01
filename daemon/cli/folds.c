/* folds.c - which fold a document belongs to, and the models of the folds.
 *
 * Cannot fail but where a file is missing or damaged; the error names it. */
#include "folds.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "proc.h"
#include "sha256.h"
#include "text.h"

enum {
	NAME_LEAST = 8, /* letters: a shorter name is part of others by chance */
	MAP_BYTES_MAX = 1 << 20,
};

static const char *document_name(const struct sample *sample, struct arena *arena)
{
	const char *slash = strrchr(sample->shown, '/');
	const char *name = slash ? slash + 1 : sample->shown;
	const char *dot = strrchr(name, '.');

	return dot ? arena_strndup(arena, name, (size_t)(dot - name)) : name;
}

const char *fold_group(const struct sample *sample, struct arena *arena)
{
	static const char *const names[] = {"seller/name", "merchant/name"};

	for (size_t i = 0; sample->has_truth && i < 2; i++) {
		const char *name = truth_value(&sample->truth, names[i], 0);

		if (name && *text_key(arena, name))
			return text_key(arena, name);
	}
	return document_name(sample, arena);
}

static void hash_group(const char *group, char out[17])
{
	char sum[65];

	sha256_text(group, strlen(group), sum);
	memcpy(out, sum, 16);
	out[16] = '\0';
}

/* --- dealing out --------------------------------------------------------------- */

struct supplier {
	const char *name;
	char hash[17];
	struct supplier *root; /* whose name is part of it, or itself */
	long documents;	       /* of a root: with all that lean on it */
	int fold;
};

static int shortest_first(const void *a, const void *b)
{
	const struct supplier *x = a, *y = b;
	size_t m = strlen(x->name), n = strlen(y->name);

	return m != n ? (m > n) - (m < n) : strcmp(x->name, y->name);
}

/* Roots with most documents first. */
static int largest_first(const void *a, const void *b)
{
	const struct supplier *x = *(struct supplier *const *)a;
	const struct supplier *y = *(struct supplier *const *)b;

	return x->documents != y->documents
		       ? (x->documents < y->documents) - (x->documents > y->documents)
		       : strcmp(x->hash, y->hash);
}

/* Each name once, shortest first; documents of equal names are counted together. */
static size_t collect(const struct sample_list *samples, struct arena *arena,
		      struct supplier *out)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < samples->n; i++)
		if (samples->samples[i].has_truth)
			out[n++] = (struct supplier){
				.name = fold_group(&samples->samples[i], arena),
				.documents = 1};
	if (n > 1)
		qsort(out, n, sizeof(*out), shortest_first);
	for (size_t i = 0; i < n; i++)
		if (kept > 0 && strcmp(out[kept - 1].name, out[i].name) == 0)
			out[kept - 1].documents++;
		else
			out[kept++] = out[i];
	return kept;
}

static void find_root(struct supplier *all, struct supplier *one)
{
	one->root = one;
	for (struct supplier *other = all; other < one; other++)
		if (strlen(other->name) >= NAME_LEAST &&
		    strstr(one->name, other->name)) {
			one->root = other->root;
			other->root->documents += one->documents;
			return;
		}
}

static int emptiest(const long load[TRUST_FOLDS])
{
	int best = 0;

	for (int i = 1; i < TRUST_FOLDS; i++)
		if (load[i] < load[best])
			best = i;
	return best;
}

static int by_supplier(const void *a, const void *b)
{
	const struct fold_place *x = a, *y = b;

	return strcmp(x->supplier, y->supplier);
}

void folds_deal(const struct sample_list *samples, struct arena *arena,
		struct fold_map *out)
{
	AUTO_ARENA scratch = arena_new();
	struct supplier *all = arena_alloc_n(scratch, samples->n + 1, sizeof(*all));
	struct supplier **roots =
		arena_alloc_n(scratch, samples->n + 1, sizeof(struct supplier *));
	size_t n = collect(samples, scratch, all), n_roots = 0;
	long load[TRUST_FOLDS] = {0};

	for (size_t i = 0; i < n; i++) {
		hash_group(all[i].name, all[i].hash);
		find_root(all, &all[i]);
		if (all[i].root == &all[i])
			roots[n_roots++] = &all[i];
	}
	if (n_roots > 1)
		qsort(roots, n_roots, sizeof(*roots), largest_first);
	for (size_t i = 0; i < n_roots; i++) {
		roots[i]->fold = emptiest(load);
		load[roots[i]->fold] += roots[i]->documents;
	}
	*out = (struct fold_map){.arena = arena};
	for (size_t i = 0; i < n; i++) {
		struct fold_place place = {.fold = all[i].root->fold};

		memcpy(place.supplier, all[i].hash, sizeof(place.supplier));
		*arena_push(arena, out->places, out->n, out->cap) = place;
	}
	if (out->n > 1)
		qsort(out->places, out->n, sizeof(*out->places), by_supplier);
}

int fold_of(const struct fold_map *map, const struct sample *sample)
{
	AUTO_ARENA scratch = arena_new();
	struct fold_place key = {.fold = 0}, *place = NULL;

	hash_group(fold_group(sample, scratch), key.supplier);
	if (map->n > 0)
		place = bsearch(&key, map->places, map->n, sizeof(key), by_supplier);
	return place ? place->fold
		     : (int)(strtoul(key.supplier + 8, NULL, 16) % TRUST_FOLDS);
}

/* --- files ---------------------------------------------------------------------- */

const char *fold_file(const char *dir, int fold, struct arena *arena)
{
	return arena_printf(arena, "%s/fold-%d.model", dir, fold + 1);
}

const char *folds_print(const struct fold_map *map, struct arena *arena)
{
	struct strbuf buf;

	strbuf_init(&buf, arena);
	for (size_t i = 0; i < map->n; i++)
		strbuf_addf(&buf, "%s\t%d\n", map->places[i].supplier,
			    map->places[i].fold + 1);
	return buf.text;
}

static enum rc take_line(struct fold_map *map, const char *line, struct err *err)
{
	struct fold_place place = {.fold = -1};
	char *end = NULL;

	if (strspn(line, "0123456789abcdef") == 16 && line[16] == '\t') {
		memcpy(place.supplier, line, 16);
		place.fold = (int)strtol(line + 17, &end, 10) - 1;
	}
	if (!end || *end || place.fold < 0 || place.fold >= TRUST_FOLDS ||
	    (map->n > 0 && by_supplier(&map->places[map->n - 1], &place) >= 0))
		return err_set(err, RC_FAIL, "line %zu is no supplier and fold",
			       map->n + 1);
	*arena_push(map->arena, map->places, map->n, map->cap) = place;
	return RC_OK;
}

static enum rc load_map(const char *path, struct arena *arena, struct fold_map *map,
			struct err *err)
{
	char *bytes, *line;
	size_t len;
	enum rc rc = file_read(AT_FDCWD, path, MAP_BYTES_MAX, arena, &bytes, &len, err);

	*map = (struct fold_map){.arena = arena};
	while (rc == RC_OK && (line = strsep(&bytes, "\n")) != NULL)
		if (*line)
			rc = take_line(map, line, err);
	return rc == RC_OK ? RC_OK : err_wrap(err, RC_FAIL, "%s", path);
}

enum rc folds_load(const char *dir, struct arena *arena, struct trust *out[TRUST_FOLDS],
		   struct fold_map *map, struct err *err)
{
	enum rc rc =
		load_map(arena_printf(arena, "%s/suppliers", dir), arena, map, err);

	for (int i = 0; i < TRUST_FOLDS && rc == RC_OK; i++)
		rc = trust_load_file(fold_file(dir, i, arena), &out[i], err);
	return rc;
}
