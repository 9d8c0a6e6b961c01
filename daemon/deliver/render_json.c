/* render_json.c - a finished document as JSON, always the same bytes for the same
 * values.
 *
 *   {"control_number":"...","revision":1,"type":"invoice",
 *    "document":{"number":"...","seller":{"name":"..."},"lines":[{"net_amount":"9.50"}]}}
 *
 * The tree is the one the type's XSD describes. Every value is a string in its
 * canonical form: a decimal never passes through a binary number. Keys are sorted and
 * nothing stands between tokens (RFC 8785). On request there is also where each value
 * stood: "evidence": [{"path": "lines/net_amount", "line": 1, "page": 1, "box":
 * [x,y,w,h], "source": "ocr", "confidence": "0.98"}], in the order of the fields; boxes
 * are in 1/300 inch from the top left corner. */
#include "render_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static void json_auto(json_t **value)
{
	json_decref(*value);
}
#define AUTO_JSON __attribute__((cleanup(json_auto))) json_t *

/* The object called so, made when it is not there. */
static json_t *group_in(json_t *parent, const char *name)
{
	json_t *group = json_object_get(parent, name);

	if (group == NULL) {
		group = json_object();
		json_object_set_new(parent, name, group);
	}
	return group;
}

/* Rows are numbered by what was read; one that holds nothing is an empty object. */
static json_t *row_in(json_t *parent, const char *name, int line)
{
	json_t *rows = json_object_get(parent, name);

	if (rows == NULL) {
		rows = json_array();
		json_object_set_new(parent, name, rows);
	}
	while (json_array_size(rows) < (size_t)line)
		json_array_append_new(rows, json_object());
	return json_array_get(rows, (size_t)line - 1);
}

static void put_value(struct arena *arena, json_t *tree, const struct field *field)
{
	const char *path = field->path, *slash;

	for (; (slash = strchr(path, '/')) != NULL; path = slash + 1) {
		const char *name = arena_strndup(arena, path, (size_t)(slash - path));
		bool is_table = path == field->path && field->line > 0;

		tree = is_table ? row_in(tree, name, field->line)
				: group_in(tree, name);
	}
	bug_on(json_object_set_new(tree, path, json_string(field->value)) != 0);
}

static json_t *document_tree(struct arena *arena, const struct doc *doc)
{
	json_t *tree = json_object();

	for (size_t i = 0; i < doc->n_fields; i++)
		if (doc->fields[i].value && *doc->fields[i].value)
			put_value(arena, tree, &doc->fields[i]);
	return tree;
}

/* A share is printed with two decimals, which every program writes the same. */
static json_t *evidence_of(const struct field *field)
{
	char confidence[16];
	json_t *entry = json_pack("{s:s, s:s}", "path", field->path, "source",
				  source_name(field->source));

	if (field->line > 0)
		json_object_set_new(entry, "line", json_integer(field->line));
	if (field->page > 0) {
		json_object_set_new(entry, "page", json_integer(field->page));
		json_object_set_new(entry, "box",
				    json_pack("[i, i, i, i]", field->box.x,
					      field->box.y, field->box.w,
					      field->box.h));
	}
	snprintf(confidence, sizeof confidence, "%.2f", (double)field->confidence);
	json_object_set_new(entry, "confidence", json_string(confidence));
	return entry;
}

static json_t *all_evidence(const struct doc *doc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < doc->n_fields; i++)
		if (doc->fields[i].value && *doc->fields[i].value)
			json_array_append_new(list, evidence_of(&doc->fields[i]));
	return list;
}

enum rc render_json(struct rendering *r, struct render_item *item, const void **bytes,
		    size_t *len, struct err *err)
{
	const struct doc *doc = item->doc;
	AUTO_JSON root =
		json_pack("{s:s, s:i, s:s, s:o}", "control_number",
			  item->control_number, "revision", item->revision, "type",
			  doc->type, "document", document_tree(r->arena, doc));
	char *text;

	if (root == NULL)
		return err_set(err, RC_BUG, "a value is no UTF-8");
	if (r->settings && r->settings->evidence)
		json_object_set_new(root, "evidence", all_evidence(doc));
	text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
	bug_on(text == NULL);
	*len = strlen(text);
	*bytes = arena_memdup(r->arena, text, *len);
	free(text);
	return RC_OK;
}
