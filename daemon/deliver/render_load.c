/* render_load.c - what a format needs of a document beside its values: where they
 * stood, and its pages' pictures or the very file it came in. */
#include "render_load.h"

#include <sys/stat.h>
#include <string.h>
#include <unistd.h>

#include "proc.h"

/* Only of values that were delivered as they were read. */
static void take_evidence(struct doc *doc, const struct doc *read)
{
	for (size_t i = 0; i < doc->n_fields; i++) {
		struct field *field = &doc->fields[i];
		const struct field *from = doc_field(read, field->path, field->line);

		if (from == NULL || from->value == NULL ||
		    strcmp(from->value, field->value) != 0)
			continue;
		field->raw = from->raw;
		field->page = from->page;
		field->box = from->box;
		field->source = from->source;
		field->confidence = from->confidence;
	}
}

enum rc render_load_evidence(struct db *db, const char *document, struct doc *doc,
			     struct err *err)
{
	struct doc *read = doc_new(doc->arena);
	enum rc rc = db_load_fields(db, document, read, err);

	if (rc == RC_OK)
		take_evidence(doc, read);
	return rc;
}

/* --- pages ------------------------------------------------------------ */

static enum rc get_blob(struct store *store, const char *client, const char *hash,
			struct arena *arena, const void **bytes, size_t *len,
			struct err *err)
{
	AUTO_FD fd = -1;
	enum rc rc = store_get(store, client, hash, &fd, err);
	struct stat st;
	char *copy;

	if (rc != RC_OK)
		return rc;
	if (fstat(fd, &st) != 0)
		return err_errno(err, RC_RETRY, "blob %s", hash);
	*len = (size_t)st.st_size;
	*bytes = copy = arena_alloc(arena, *len + 1);
	return pread(fd, copy, *len, 0) == (ssize_t)*len
		       ? RC_OK
		       : err_errno(err, RC_RETRY, "read blob %s", hash);
}

/* A PDF with text of its own on every page, unchanged since. */
static bool is_born_digital(const struct doc *doc, const struct render_origin *from)
{
	if (!from->whole || from->format == NULL || strcmp(from->format, "pdf") != 0 ||
	    doc->n_pages == 0)
		return false;
	for (size_t i = 0; i < doc->n_pages; i++)
		if (doc->pages[i]->source != SOURCE_TEXT && !doc->pages[i]->blank)
			return false;
	return true;
}

enum rc render_load_pictures(struct store *store, const struct render_origin *from,
			     struct render_item *item, struct err *err)
{
	struct doc *doc = item->doc;
	enum rc rc = RC_OK;

	if (is_born_digital(doc, from))
		return get_blob(store, from->client, from->sha256, doc->arena,
				&item->original, &item->original_len, err);
	for (size_t i = 0; rc == RC_OK && i < doc->n_pages; i++) {
		struct image_blob *picture = &doc->pages[i]->display;

		if (*picture->hash)
			rc = get_blob(store, from->client, picture->hash, doc->arena,
				      &picture->bytes, &picture->len, err);
	}
	return rc;
}
