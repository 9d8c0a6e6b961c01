/* truth.c - reads the truth files that `intray evaluate` measures against.
 *
 * A truth file that can't be understood is a failure with its name: measuring against
 * half a truth would give numbers that mean nothing. */
#include "truth.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <jansson.h>

#include "proc.h"

enum { FILE_MAX = 16 * 1024 * 1024 };

static void json_auto(json_t **value)
{
	json_decref(*value);
}
#define AUTO_JSON __attribute__((cleanup(json_auto))) json_t *

static enum rc read_values(json_t *object, struct arena *arena,
			   struct truth_value **values, size_t *n, size_t *cap,
			   struct err *err)
{
	const char *path;
	json_t *value;

	json_object_foreach(object, path, value)
	{
		if (!json_is_string(value))
			return err_set(err, RC_FAIL, "\"%s\" is no string", path);
		*arena_push(arena, *values, *n, *cap) = (struct truth_value){
			arena_strdup(arena, path),
			arena_strdup(arena, json_string_value(value)),
		};
	}
	return RC_OK;
}

static enum rc read_lines(json_t *lines, struct arena *arena, struct truth *out,
			  struct err *err)
{
	json_t *line;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		struct truth_line *to =
			arena_push(arena, out->lines, out->n_lines, out->cap_lines);

		*to = (struct truth_line){0};
		if (!json_is_object(line))
			return err_set(err, RC_FAIL, "line %zu is no object", i + 1);
		if (read_values(line, arena, &to->values, &to->n_values,
				&to->cap_values, err) != RC_OK)
			return err_wrap(err, RC_FAIL, "line %zu", i + 1);
	}
	return RC_OK;
}

static enum rc read_unscored(json_t *paths, struct arena *arena, struct truth *out,
			     struct err *err)
{
	json_t *path;
	size_t i;

	json_array_foreach(paths, i, path)
	{
		if (!json_is_string(path))
			return err_set(err, RC_FAIL, "an unscored path is no string");
		*arena_push(arena, out->unscored, out->n_unscored, out->cap_unscored) =
			arena_strdup(arena, json_string_value(path));
	}
	return RC_OK;
}

enum rc truth_parse(const char *json, size_t len, struct arena *arena,
		    struct truth *out, struct err *err)
{
	json_error_t error;
	AUTO_JSON root = json_loadb(json, len, JSON_REJECT_DUPLICATES, &error);
	const char *type = json_string_value(json_object_get(root, "type"));
	enum rc rc;

	*out = (struct truth){.type = arena_strdup(arena, type)};
	if (!root)
		return err_set(err, RC_FAIL, "line %d: %s", error.line, error.text);
	if (!type)
		return err_set(err, RC_FAIL, "no \"type\"");
	rc = read_values(json_object_get(root, "fields"), arena, &out->values,
			 &out->n_values, &out->cap_values, err);
	if (rc == RC_OK)
		rc = read_lines(json_object_get(root, "lines"), arena, out, err);
	if (rc == RC_OK)
		rc = read_unscored(json_object_get(root, "unscored"), arena, out, err);
	return rc;
}

/* The document's path with its extension replaced. */
static const char *beside(struct arena *arena, const char *path, const char *suffix)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	size_t len = dot ? (size_t)(dot - path) : strlen(path);

	return arena_printf(arena, "%.*s%s", (int)len, path, suffix);
}

enum rc truth_load(const char *document_path, struct arena *arena, struct truth *out,
		   bool *known, struct err *err)
{
	const char *path = beside(arena, document_path, ".truth.json");
	char *bytes;
	size_t len;

	*known = true;
	if (file_read(AT_FDCWD, path, FILE_MAX, arena, &bytes, &len, err) == RC_OK) {
		if (truth_parse(bytes, len, arena, out, err) == RC_OK)
			return RC_OK;
		return err_wrap(err, RC_FAIL, "%s", path);
	}
	if (errno != ENOENT)
		return RC_FAIL;
	path = beside(arena, document_path, ".truth.txt");
	if (file_read(AT_FDCWD, path, FILE_MAX, arena, &bytes, &len, err) == RC_OK) {
		*out = (struct truth){.type = "other", .text = bytes};
		return RC_OK;
	}
	*known = false;
	return errno == ENOENT ? RC_OK : RC_FAIL;
}

static const char *find(const struct truth_value *values, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(values[i].path, path) == 0)
			return values[i].value;
	return NULL;
}

const char *truth_value(const struct truth *truth, const char *path, size_t line)
{
	if (line == 0)
		return find(truth->values, truth->n_values, path);
	return find(truth->lines[line - 1].values, truth->lines[line - 1].n_values,
		    path);
}

static void add_field(struct doc *doc, const char *path, int line, const char *value)
{
	struct field *field = doc_append_field(doc, path, line);

	field->raw = field->value = value;
	field->source = SOURCE_PERSON;
	field->confidence = 1;
	field->accepted = true;
}

struct doc *truth_doc(const struct truth *truth, struct arena *arena)
{
	struct doc *doc = doc_new(arena);

	doc->type = truth->type;
	for (size_t i = 0; i < truth->n_values; i++)
		add_field(doc, truth->values[i].path, 0, truth->values[i].value);
	for (size_t i = 0; i < truth->n_lines; i++) {
		const struct truth_line *line = &truth->lines[i];

		for (size_t k = 0; k < line->n_values; k++)
			add_field(doc,
				  arena_printf(arena, "lines/%s", line->values[k].path),
				  (int)i + 1, line->values[k].value);
	}
	return doc;
}

bool truth_is_unscored(const struct truth *truth, const char *path)
{
	for (size_t i = 0; i < truth->n_unscored; i++)
		if (strcmp(truth->unscored[i], path) == 0)
			return true;
	return false;
}
