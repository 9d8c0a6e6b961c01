/* seen.c - what a tray's files looked like when they were last looked at.
 *
 * A file is settled when it has looked the same for some time on our own clock: the
 * clocks of file servers and senders are not to be trusted, so mtime is compared but
 * never measured against. The memory is lost at a restart; then the waiting starts
 * anew. */
#include "seen.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"

struct ident ident_of(const struct stat *st)
{
	return (struct ident){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.type = st->st_mode & S_IFMT,
		.size = st->st_size,
		.mtime_ns =
			(int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
	};
}

bool ident_same(const struct ident *a, const struct ident *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->type == b->type &&
	       a->size == b->size && a->mtime_ns == b->mtime_ns;
}

static size_t hash_path(const char *path, size_t len)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)path[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

static void seen_free(struct seen *seen)
{
	free(seen->path);
	free(seen);
}

void seen_deinit(struct seen_table *table)
{
	for (size_t i = 0; i < table->n_slots; i++)
		if (table->slots[i])
			seen_free(table->slots[i]);
	free(table->slots);
	*table = (struct seen_table){0};
}

/* Where the path is, or where it would go. */
static struct seen **find_slot(const struct seen_table *table, const char *path,
			       size_t len)
{
	size_t i = hash_path(path, len) & (table->n_slots - 1);

	while (table->slots[i] && (table->slots[i]->path_len != len ||
				   memcmp(table->slots[i]->path, path, len) != 0))
		i = (i + 1) & (table->n_slots - 1);
	return &table->slots[i];
}

/* A new array of slots; keeps what was met in the given round or later. */
static void rebuild(struct seen_table *table, size_t n_slots, unsigned min_round)
{
	struct seen_table fresh = {.n_slots = n_slots, .round = table->round};

	fresh.slots = calloc(n_slots, sizeof(*fresh.slots));
	if (!fresh.slots)
		die("out of memory");
	for (size_t i = 0; i < table->n_slots; i++) {
		struct seen *seen = table->slots[i];

		if (seen && seen->round < min_round) {
			seen_free(seen);
		} else if (seen) {
			*find_slot(&fresh, seen->path, seen->path_len) = seen;
			fresh.n_used++;
		}
	}
	free(table->slots);
	*table = fresh;
}

struct seen *seen_get(struct seen_table *table, const char *path, size_t path_len)
{
	struct seen **slot;

	if (2 * (table->n_used + 1) > table->n_slots)
		rebuild(table, table->n_slots ? 2 * table->n_slots : 64, 0);
	slot = find_slot(table, path, path_len);
	if (!*slot) {
		*slot = calloc(1, sizeof(**slot));
		if (*slot)
			(*slot)->path = strndup(path, path_len);
		if (!*slot || !(*slot)->path)
			die("out of memory");
		(*slot)->path_len = path_len;
		table->n_used++;
	}
	(*slot)->round = table->round;
	return *slot;
}

void seen_update(struct seen_table *table, struct seen *seen, const struct ident *ident,
		 int64_t now_ms)
{
	seen->round = table->round;
	if (seen->known && ident_same(&seen->ident, ident))
		return;
	seen->renamed = seen->renamed && !seen->known;
	seen->framed = false;
	seen->known = true;
	seen->ident = *ident;
	seen->since_ms = now_ms;
}

void seen_end_round(struct seen_table *table)
{
	size_t n_slots = table->n_slots;

	while (n_slots > 64 && 8 * table->n_used < n_slots)
		n_slots /= 2;
	if (n_slots)
		rebuild(table, n_slots, table->round);
	table->round++;
}
