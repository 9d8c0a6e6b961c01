/* reload.c - what a changed configuration means for what runs.
 *
 * Two tables of settings: those that nobody can change under running processes (where
 * things lie, who we are), and those that intake lives by. Everything else is read by
 * processes that restart at every reload anyway, since a drain costs nothing. */
#include "reload.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	size_t offset;
} fixed[] = {
	{"user", offsetof(struct settings, user)},
	{"state", offsetof(struct settings, state_dir)},
	{"run", offsetof(struct settings, run_dir)},
	{"store", offsetof(struct settings, store_dir)},
	{"secrets", offsetof(struct settings, secrets_dir)},
	{"database", offsetof(struct settings, database)},
};

static const size_t tray_texts[] = {
	offsetof(struct tray_settings, client),
	offsetof(struct tray_settings, name),
	offsetof(struct tray_settings, path),
	offsetof(struct tray_settings, done_marker),
	offsetof(struct tray_settings, ignore),
	offsetof(struct tray_settings, received),
};

static const char *text_at(const void *base, size_t offset)
{
	const char *text;

	memcpy(&text, (const char *)base + offset, sizeof(text));
	return text;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

const char *reload_refused(const struct settings *old, const struct settings *new)
{
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (!same(text_at(old, fixed[i].offset), text_at(new, fixed[i].offset)))
			return fixed[i].name;
	return NULL;
}

static bool same_tray(const struct tray_settings *a, const struct tray_settings *b)
{
	for (size_t i = 0; i < sizeof(tray_texts) / sizeof(*tray_texts); i++)
		if (!same(text_at(a, tray_texts[i]), text_at(b, tray_texts[i])))
			return false;
	return a->settle_ms == b->settle_ms && a->incomplete_ms == b->incomplete_ms &&
	       a->scan_ms == b->scan_ms && a->depth == b->depth;
}

bool reload_changes_intake(const struct settings *old, const struct settings *new)
{
	if (old->n_trays != new->n_trays || old->max_file != new->max_file ||
	    old->min_free != new->min_free || !same(old->log_level, new->log_level))
		return true;
	for (size_t i = 0; i < old->n_trays; i++)
		if (!same_tray(&old->trays[i], &new->trays[i]))
			return true;
	return false;
}
