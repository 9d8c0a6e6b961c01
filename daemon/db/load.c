/* load.c - a document as it was saved so far, back into memory; and the document types
 * and profiles it is read under.
 *
 * Words come back through the same checks as from a reader. A page that does not pass
 * is RC_FAIL: our own table holds what we never wrote. */
#include <jansson.h>
#include <string.h>

#include "conn.h"
#include "pack.h"

static enum source source_named(const char *name)
{
	for (enum source s = SOURCE_NONE; s <= SOURCE_DERIVED; s++)
		if (strcmp(source_name(s), name) == 0)
			return s;
	return SOURCE_NONE;
}

static void take_blob(const PGresult *r, int row, int column, struct arena *arena,
		      struct image_blob *blob)
{
	const char *hash = row_text(r, row, column);

	if (!hash)
		return;
	memset(blob, 0, sizeof(*blob));
	strncat(blob->hash, hash, sizeof(blob->hash) - 1);
	blob->mime = arena_strdup(arena, row_text(r, row, column + 1));
	blob->width = (int32_t)row_int(r, row, column + 2);
	blob->height = (int32_t)row_int(r, row, column + 3);
}

static enum rc take_page(const PGresult *r, int row, struct doc *doc, struct err *err)
{
	struct unpack unpack;
	size_t len;
	const void *words = row_bytes(r, row, 0, doc->arena, &len);
	struct page *page = doc_add_page(doc);

	unpack_init(&unpack, words, len);
	enum rc rc = doc_unpack_page(&unpack, doc->arena, page, err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "page %lld", (long long)row_int(r, row, 1));
	page->number = (int)row_int(r, row, 1);
	take_blob(r, row, 2, doc->arena, &page->display);
	take_blob(r, row, 6, doc->arena, &page->thumbnail);
	page->turned = (int)row_int(r, row, 10);
	return RC_OK;
}

static enum rc load_pages(struct db *db, const char *document, int first, int last,
			  struct doc *doc, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {document, param_int(doc->arena, first),
				param_int(doc->arena, last)};
	enum rc rc = db_run(db, "pages_load", params, N_PARAMS(params), &r, err);

	for (int i = 0; rc == RC_OK && i < PQntuples(r); i++)
		rc = take_page(r, i, doc, err);
	return rc;
}

static void take_alternatives(const char *text, struct arena *arena, struct field *f)
{
	json_t *list = text ? json_loads(text, 0, NULL) : NULL;
	json_t *one;
	size_t i;

	f->n_alternatives = json_array_size(list);
	f->alternatives =
		arena_alloc_n(arena, f->n_alternatives, sizeof(*f->alternatives));
	json_array_foreach(list, i, one) f->alternatives[i] = (struct alternative){
		arena_strdup(arena, json_string_value(json_object_get(one, "text"))),
		(float)json_number_value(json_object_get(one, "confidence"))};
	json_decref(list);
}

/* The columns of query/worker/fields_load.sql, in order. */
static void take_field(const PGresult *r, int row, struct doc *doc)
{
	struct arena *a = doc->arena;
	struct field *f = doc_add_field(doc, arena_strdup(a, row_text(r, row, 0)),
					(int)row_int(r, row, 1));

	f->raw = arena_strdup(a, row_text(r, row, 2));
	f->value = arena_strdup(a, row_text(r, row, 3));
	f->page = (int)row_int(r, row, 4);
	f->box = (struct box){(int32_t)row_int(r, row, 5), (int32_t)row_int(r, row, 6),
			      (int32_t)row_int(r, row, 7), (int32_t)row_int(r, row, 8)};
	f->source = source_named(row_text(r, row, 9));
	f->confidence = (float)row_real(r, row, 10);
	f->accepted = row_true(r, row, 11);
	f->why = arena_strdup(a, row_text(r, row, 12));
	take_alternatives(row_text(r, row, 13), a, f);
}

static enum rc load_fields(struct db *db, const char *document, struct doc *doc,
			   struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {document};
	enum rc rc = db_run(db, "fields_load", params, N_PARAMS(params), &r, err);

	for (int i = 0; rc == RC_OK && i < PQntuples(r); i++)
		take_field(r, i, doc);
	return rc;
}

static enum rc load_findings(struct db *db, const char *document, struct doc *doc,
			     struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {document};
	enum rc rc = db_run(db, "findings_load", params, N_PARAMS(params), &r, err);

	for (int i = 0; rc == RC_OK && i < PQntuples(r); i++)
		doc_find(doc, arena_strdup(doc->arena, row_text(r, i, 0)),
			 strcmp(row_text(r, i, 1), "reading") == 0 ? FINDING_READING
								   : FINDING_DOCUMENT,
			 strcmp(row_text(r, i, 2), "stop") == 0 ? SEVERITY_STOP
								: SEVERITY_WARN,
			 row_text(r, i, 3), "%s", row_text(r, i, 4));
	return rc;
}

static enum rc load_document(struct db *db, const char *document, struct doc *doc,
			     struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {document};
	enum rc rc = db_run(db, "document_load", params, N_PARAMS(params), &r, err);

	if (rc != RC_OK)
		return rc;
	if (PQntuples(r) == 0)
		return err_set(err, RC_FAIL, "no such document");
	doc->format = arena_strdup(doc->arena, row_text(r, 0, 0));
	doc->pages_in_file = (int)row_int(r, 0, 1);
	doc->structured = row_true(r, 0, 2);
	doc->type = arena_strdup(doc->arena, row_text(r, 0, 3));
	doc->type_confidence = (float)row_real(r, 0, 4);
	return RC_OK;
}

enum rc job_load_document(struct db *db, const struct job *job, struct doc *doc,
			  struct err *err)
{
	doc->id = arena_strdup(doc->arena, job->document);
	doc->client = arena_strdup(doc->arena, job->client);
	doc->name = arena_strdup(doc->arena, job->name);
	doc->received_on = arena_strdup(doc->arena, job->received_on);
	enum rc rc = load_document(db, job->document, doc, err);
	if (rc == RC_OK)
		rc = load_pages(db, job->document, 0, INT32_MAX, doc, err);
	if (rc == RC_OK)
		rc = load_fields(db, job->document, doc, err);
	if (rc == RC_OK)
		rc = load_findings(db, job->document, doc, err);
	return rc == RC_OK ? RC_OK
			   : err_wrap(err, rc, "load document %s", job->document);
}

enum rc job_load_pages(struct db *db, const struct job *job, int first, int last,
		       struct doc *doc, struct err *err)
{
	enum rc rc = load_pages(db, job->document, first, last, doc, err);

	return rc == RC_OK ? RC_OK
			   : err_wrap(err, rc, "pages %d to %d of %s", first, last,
				      job->document);
}

enum rc db_load_pages(struct db *db, const char *document, struct doc *doc,
		      struct err *err)
{
	enum rc rc = load_pages(db, document, 0, INT32_MAX, doc, err);

	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "pages of %s", document);
}

enum rc db_load_fields(struct db *db, const char *document, struct doc *doc,
		       struct err *err)
{
	enum rc rc = load_fields(db, document, doc, err);

	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "fields of %s", document);
}

enum rc db_schemas(struct db *db, struct schema_set *into, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_PGRESULT r = NULL;
	enum rc rc = db_run(db, "schemas", NULL, 0, &r, err);

	for (int i = 0; rc == RC_OK && i < PQntuples(r); i++) {
		size_t len;
		const void *xsd = row_bytes(r, i, 1, arena, &len);
		rc = schema_add(into, row_text(r, i, 0), xsd, len, err);
	}
	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "document types");
}

enum rc db_schema_versions(struct db *db, struct arena *arena, const char **versions,
			   struct err *err)
{
	AUTO_PGRESULT r = NULL;
	enum rc rc = db_run(db, "schema_versions", NULL, 0, &r, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "versions of document types");
	*versions = arena_strdup(arena, row_text(r, 0, 0));
	return RC_OK;
}

enum rc db_profile(struct db *db, const char *client, const char *type,
		   struct arena *arena, const char **profile, struct err *err)
{
	AUTO_PGRESULT r = NULL;
	const char *params[] = {client, type};
	enum rc rc = db_run(db, "profile", params, N_PARAMS(params), &r, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "profile of %s for %s", client, type);
	*profile = PQntuples(r) > 0 ? arena_strdup(arena, row_text(r, 0, 0)) : NULL;
	return RC_OK;
}
