/* evaluate_find.c - which documents are to be evaluated.
 *
 * A folder with truth files is a set with known contents: what has no truth there is
 * left out unless asked for. A folder without any is a heap of documents whose states
 * are still worth counting. Companions (truth, transcriptions, notes) are no documents.
 */
#include "evaluate.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static bool is_companion(const char *name)
{
	static const char *const suffixes[] = {".truth.json", ".truth.txt", ".csv",
					       ".tsv",	      ".md",	    "~"};

	if (name[0] == '.')
		return true;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (text_ends(name, suffixes[i]))
			return true;
	return false;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* The folder a file lies in, as given by the user and not resolved. */
static const char *folder_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_strndup(arena, path, (size_t)(slash - path)) : ".";
}

static enum rc add(struct sample_list *list, const char *path, struct err *err)
{
	struct sample *sample =
		arena_push(list->arena, list->samples, list->n, list->cap);

	*sample = (struct sample){
		.path = arena_strdup(list->arena, path),
		.shown = text_show_name(list->arena, path, strlen(path)),
	};
	sample->folder = folder_of(list->arena, sample->shown);
	return truth_load(path, list->arena, &sample->truth, &sample->has_truth, err);
}

static enum rc add_files(FTS *walk, struct sample_list *list, struct err *err)
{
	FTSENT *entry;

	while ((errno = 0, entry = fts_read(walk))) {
		enum rc rc;

		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
		    entry->fts_info == FTS_NS) {
			errno = entry->fts_errno;
			return err_errno(err, RC_FAIL, "read %s", entry->fts_path);
		}
		if (entry->fts_info == FTS_D && entry->fts_level > 0 &&
		    entry->fts_name[0] == '.')
			fts_set(walk, entry, FTS_SKIP);
		if (entry->fts_info != FTS_F || is_companion(entry->fts_name))
			continue;
		rc = add(list, entry->fts_path, err);
		if (rc != RC_OK)
			return rc;
	}
	return errno ? err_errno(err, RC_FAIL, "walk the folders") : RC_OK;
}

static bool folder_has_truth(const struct sample_list *list, const char *folder)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->samples[i].has_truth &&
		    strcmp(list->samples[i].folder, folder) == 0)
			return true;
	return false;
}

static void drop_unknown(struct sample_list *list, size_t from)
{
	size_t kept = from;

	for (size_t i = from; i < list->n; i++)
		if (list->samples[i].has_truth ||
		    !folder_has_truth(list, list->samples[i].folder))
			list->samples[kept++] = list->samples[i];
	list->n = kept;
}

enum rc samples_find(const char *path, bool all, struct sample_list *list,
		     struct err *err)
{
	char *roots[] = {arena_strdup(list->arena, path), NULL};
	size_t from = list->n, len = strlen(path);
	FTS *walk;
	enum rc rc;

	while (len > 1 && roots[0][len - 1] == '/')
		roots[0][--len] = '\0';
	walk = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	if (!walk)
		return err_errno(err, RC_FAIL, "open %s", path);
	rc = add_files(walk, list, err);
	fts_close(walk);
	if (rc == RC_OK && !all)
		drop_unknown(list, from);
	return rc;
}
