/* dump.c - what was read of each document, one JSON line each, for programs that
 * compare or draw. The keys are fixed: other people's scripts read them. */
#include "evaluate.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn.h"

/* Rounded: floats carry digits that mean nothing. */
static json_t *real(double value, double step)
{
	return json_real(round(value / step) * step);
}

static json_t *field_json(const struct field *field)
{
	json_t *object = json_object();

	json_object_set_new(object, "value", json_string(field->value));
	json_object_set_new(object, "confidence",
			    real((double)field->confidence, 1e-3));
	json_object_set_new(object, "accepted", json_boolean(field->accepted));
	json_object_set_new(object, "source", json_string(source_name(field->source)));
	json_object_set_new(object, "page",
			    field->page > 0 ? json_integer(field->page) : json_null());
	json_object_set_new(object, "box",
			    field->page > 0
				    ? json_pack("[i,i,i,i]", field->box.x, field->box.y,
						field->box.w, field->box.h)
				    : json_null());
	return object;
}

static const char lines[] = "lines/";

static bool is_line_item(const struct field *field)
{
	return field->line > 0 && strncmp(field->path, lines, strlen(lines)) == 0;
}

/* A field of a further table (an invoice's VAT rates) as "table[row]/column". */
static void set_table_cell(json_t *object, struct arena *arena,
			   const struct field *field)
{
	int table = (int)strcspn(field->path, "/");

	json_object_set_new(object,
			    arena_printf(arena, "%.*s[%d]%s", table, field->path,
					 field->line, field->path + table),
			    field_json(field));
}

static json_t *header_json(const struct doc *doc)
{
	AUTO_ARENA arena = arena_new();
	json_t *object = json_object();

	for (size_t i = 0; i < doc->n_fields; i++) {
		const struct field *field = &doc->fields[i];

		if (!field->value || is_line_item(field))
			continue;
		if (field->line > 0)
			set_table_cell(object, arena, field);
		else
			json_object_set_new(object, field->path, field_json(field));
	}
	return object;
}

static json_t *lines_json(const struct doc *doc)
{
	json_t *array = json_array();

	for (int n = doc_lines(doc); n > 0; n--)
		json_array_append_new(array, json_object());
	for (size_t i = 0; i < doc->n_fields; i++) {
		const struct field *field = &doc->fields[i];

		if (field->value && is_line_item(field))
			json_object_set_new(
				json_array_get(array, (size_t)field->line - 1),
				field->path + strlen(lines), field_json(field));
	}
	return array;
}

static json_t *findings_json(const struct doc *doc)
{
	json_t *array = json_array();

	for (size_t i = 0; i < doc->n_findings; i++) {
		const struct finding *finding = &doc->findings[i];
		json_t *paths = json_array();

		for (size_t f = 0; f < finding->n_fields; f++)
			json_array_append_new(paths, json_string(finding->fields[f]));
		json_array_append_new(array, json_pack("{s:s, s:o, s:s}", "code",
						       finding->code, "fields", paths,
						       "text", finding->text));
	}
	return array;
}

/* As the worker keeps it beside the document. */
const char *dump_evidence(struct arena *arena, const struct doc *doc)
{
	json_t *keys = json_array();

	if (doc->structured || doc->n_pages == 0) {
		json_decref(keys);
		return NULL;
	}
	const struct evidence *evidence = evidence_make(arena, doc);
	for (size_t i = 0; i < evidence->n_keys; i++)
		json_array_append_new(
			keys, json_pack("{s:s, s:s}", "kind",
					evidence_kind_name(evidence->keys[i].kind),
					"key", evidence->keys[i].key));
	json_t *object =
		json_pack("{s:s, s:o}", "print", evidence->print, "keys", keys);
	char *text = json_dumps(object, JSON_COMPACT);
	const char *copy = arena_strdup(arena, text);
	free(text);
	json_decref(object);
	return copy;
}

static json_t *sample_json(const struct sample *sample)
{
	const struct outcome *outcome = &sample->outcome;
	json_t *object = json_object();

	json_object_set_new(object, "document", json_string(sample->shown));
	json_object_set_new(object, "type",
			    outcome->doc->type ? json_string(outcome->doc->type)
					       : json_null());
	json_object_set_new(object, "state", json_string(outcome->state));
	json_object_set_new(object, "pages", json_integer(outcome->pages));
	json_object_set_new(object, "cpu_s", real(outcome->cpu_s, 1e-3));
	json_object_set_new(object, "fields", header_json(outcome->doc));
	json_object_set_new(object, "lines", lines_json(outcome->doc));
	json_object_set_new(object, "findings", findings_json(outcome->doc));
	if (outcome->evidence)
		json_object_set_new(object, "evidence",
				    json_loads(outcome->evidence, 0, NULL));
	if (outcome->error)
		json_object_set_new(object, "error", json_string(outcome->error));
	return object;
}

enum rc dump_samples(const char *path, const struct sample_list *list, struct err *err)
{
	FILE *out = fopen(path, "we");
	bool failed = false;

	if (!out)
		return err_errno(err, RC_FAIL, "write %s", path);
	for (size_t i = 0; i < list->n; i++) {
		json_t *object = sample_json(&list->samples[i]);

		failed |= json_dumpf(object, out,
				     JSON_COMPACT | JSON_REAL_PRECISION(12)) != 0 ||
			  fputc('\n', out) == EOF;
		json_decref(object);
	}
	if (fclose(out) != 0 || failed)
		return err_errno(err, RC_FAIL, "write %s", path);
	return RC_OK;
}
