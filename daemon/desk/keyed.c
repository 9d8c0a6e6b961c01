/* keyed.c - lays keyed values over a document, the way the database will do it when
 * they are submitted, so that the check here and the check after it see the same. */
#include "keyed.h"

#include <string.h>

#include "text.h"

struct keying {
	struct doc *doc;
	const struct doctype *type;
	const struct habits *habits;
	json_t *wrong;
};

static void remove_fields(struct doc *doc, const char *table)
{
	size_t kept = 0, len = strlen(table);
	struct doc *fresh = doc_new(doc->arena);

	/* Fields are looked up by an index that only knows how to grow. */
	for (size_t i = 0; i < doc->n_fields; i++) {
		const struct field *f = &doc->fields[i];
		if (f->line > 0 && strncmp(f->path, table, len) == 0 &&
		    f->path[len] == '/')
			continue;
		*doc_append_field(fresh, f->path, f->line) = *f;
		kept++;
	}
	doc->fields = fresh->fields;
	doc->n_fields = kept;
	doc->cap_fields = fresh->cap_fields;
	doc->index = fresh->index;
}

static const char *key_one(struct keying *k, const struct fieldtype *type, int line,
			   const char *text)
{
	struct arena *arena = k->doc->arena;
	const char *clean = text_clean(arena, text, strlen(text));
	const char *value = typed_canonical(arena, type, clean, k->habits);
	struct field *f = doc_add_field(k->doc, type->path, line);

	f->raw = *clean ? clean : NULL;
	f->value = value;
	f->source = SOURCE_PERSON;
	f->confidence = 1;
	f->accepted = true;
	f->n_alternatives = 0;
	if (*clean && !value)
		json_array_append_new(
			k->wrong,
			json_string(line ? arena_printf(
						   arena, "%s[%d]%s", type->table, line,
						   type->path + strlen(type->table))
					 : type->path));
	return value ? value : clean;
}

static enum rc key_row(struct keying *k, const char *table, int line, const json_t *row,
		       json_t *into, struct err *err)
{
	const char *column;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)row, column, value)
	{
		const char *path = arena_printf(k->doc->arena, "%s/%s", table, column);
		const struct fieldtype *type = doctype_field(k->type, path);
		if (!type || !type->table || strcmp(type->table, table) != 0)
			return err_set(err, RC_FAIL, "type %s has no field \"%s\"",
				       k->type->name, path);
		if (json_string_length(value) > 0)
			json_object_set_new(
				into, column,
				json_string(key_one(k, type, line,
						    json_string_value(value))));
	}
	return RC_OK;
}

static enum rc key_table(struct keying *k, const char *table, const json_t *rows,
			 json_t *into, struct err *err)
{
	enum rc rc = RC_OK;

	remove_fields(k->doc, table);
	for (size_t i = 0; rc == RC_OK && i < json_array_size(rows); i++) {
		json_t *row = json_object();
		rc = key_row(k, table, (int)i + 1, json_array_get(rows, i), row, err);
		json_array_append_new(into, row);
	}
	return rc;
}

static enum rc key_value(struct keying *k, const char *path, const json_t *value,
			 json_t *into, struct err *err)
{
	const struct fieldtype *type = doctype_field(k->type, path);
	const char *text = json_string_value(value);

	if (!type || type->table)
		return err_set(err, RC_FAIL, "type %s has no field \"%s\"",
			       k->type->name, path);
	json_object_set_new(into, path,
			    json_string(key_one(k, type, 0, text ? text : "")));
	return RC_OK;
}

enum rc keyed_apply(struct doc *doc, const struct doctype *type, const json_t *values,
		    const struct habits *habits, json_t **canonical, json_t **wrong,
		    struct err *err)
{
	struct keying k = {doc, type, habits, json_array()};
	enum rc rc = RC_OK;
	const char *path;
	json_t *value;

	*canonical = json_object();
	*wrong = k.wrong;
	json_object_foreach((json_t *)(uintptr_t)values, path, value)
	{
		if (rc != RC_OK)
			break;
		if (json_is_array(value)) {
			json_t *rows = json_array();
			json_object_set_new(*canonical, path, rows);
			rc = key_table(&k, path, value, rows, err);
		} else {
			rc = key_value(&k, path, value, *canonical, err);
		}
	}
	return rc;
}
