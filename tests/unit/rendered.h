/* rendered.h - what the tests of all formats need: documents of a few words, and the
 * files that are made of them. Include after testing.h. */
#ifndef INTRAY_TEST_RENDERED_H
#define INTRAY_TEST_RENDERED_H

#include <dirent.h>
#include <stdlib.h>

#include "daemon/cli/truth.h"
#include "render.h"
#include "schema.h"
#include "text.h"

struct value {
	const char *path;
	int line;
	const char *value;
};

static inline struct doc *doc_of(struct arena *arena, const char *type,
				 const struct value *values, size_t n)
{
	struct doc *doc = doc_new(arena);

	doc->type = type;
	for (size_t i = 0; i < n; i++) {
		struct field *field =
			doc_add_field(doc, values[i].path, values[i].line);

		field->raw = field->value = values[i].value;
		field->source = SOURCE_PERSON;
	}
	return doc;
}

/* Changes or, with NULL, takes away a value. */
static inline void doc_put(struct doc *doc, const char *path, int line,
			   const char *value)
{
	doc_add_field(doc, path, line)->value = value;
}

struct outcome {
	struct rendered *files;
	size_t n_files;
};

static inline struct outcome render_items(enum render_format format,
					  struct render_item *items, size_t n,
					  const struct render_settings *settings,
					  struct arena *arena)
{
	struct outcome out;
	struct err err = {0};

	if (render(format, items, n, settings, arena, &out.files, &out.n_files, &err) !=
	    RC_OK)
		fail_msg("%s", err.text);
	return out;
}

/* The only file of one document; NULL when it was left out. */
static inline const char *render_doc(enum render_format format, struct doc *doc,
				     const struct render_settings *settings,
				     struct arena *arena, size_t *len)
{
	struct render_item item = {
		.doc = doc, .control_number = "ACME-260101-7", .revision = 1};
	struct outcome out = render_items(format, &item, 1, settings, arena);

	assert_int_equal(item.rendered, out.n_files > 0);
	if (out.n_files == 0)
		return NULL;
	if (len)
		*len = out.files[0].len;
	return arena_strndup(arena, out.files[0].bytes, out.files[0].len);
}

/* The first finding with this code; there is one. */
static inline const struct finding *finding_of(const struct doc *doc, const char *code)
{
	for (size_t i = 0; i < doc->n_findings; i++)
		if (strcmp(doc->findings[i].code, code) == 0)
			return &doc->findings[i];
	fail_msg("there is no finding %s", code);
	abort();
}

static inline bool names_field(const struct finding *finding, const char *path)
{
	for (size_t i = 0; i < finding->n_fields; i++)
		if (strcmp(finding->fields[i], path) == 0)
			return true;
	return false;
}

/* Every truth beside the repository in a folder of ../shared/data, as a document.
 * False: the folder is not there. */
typedef void truth_fn(struct doc *doc, const struct truth *truth, const char *name,
		      void *ctx);

static inline bool for_each_truth(const char *folder, truth_fn *fn, void *ctx)
{
	static const char suffix[] = ".truth.json";
	struct arena *arena = arena_new();
	const char *dir = arena_printf(arena, "../shared/data/%s", folder);
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		struct truth truth;
		struct err err = {0};
		bool known;

		if (text_ends(names[i]->d_name, suffix)) {
			const char *path = arena_printf(
				arena, "%s/%.*s.x", dir,
				(int)(strlen(names[i]->d_name) - strlen(suffix)),
				names[i]->d_name);

			if (truth_load(path, arena, &truth, &known, &err) != RC_OK)
				fail_msg("%s", err.text);
			fn(truth_doc(&truth, arena), &truth, names[i]->d_name, ctx);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	arena_free(&arena);
	return n >= 0;
}

#endif
