/* train_values.c - what `intray train` learnt from, one JSON line for each value.
 *
 * For people who look for better features: which right values stay below the threshold,
 * which wrong ones come above it, and what speaks for and against them. The file holds
 * values of the samples' documents, so it is written only where asked for. */
#include "train.h"

#include <errno.h>

static json_t *features_json(const struct field *field)
{
	json_t *object = json_object();

	for (size_t i = 0; i < field->n_features; i++)
		if (field->features[i].value != 0)
			json_object_set_new(
				object, field->features[i].name,
				json_real((double)field->features[i].value));
	return object;
}

static json_t *lesson_json(const struct lesson *lesson, float confidence)
{
	const struct field *field = lesson->field;

	return json_pack(
		"{s:s, s:s, s:i, s:s, s:s, s:i, s:b, s:f, s:s, s:s?, s:s?, s:o}",
		"document", lesson->sample->shown, "path", field->path, "line",
		field->line, "kind", lesson->keys.kind, "source",
		trust_scale_name(lesson->scale), "fold", lesson->fold + 1, "right",
		lesson->row.right, "confidence", (double)confidence, "value",
		field->value, "raw", field->raw, "truth", lesson->truth, "features",
		features_json(field));
}

enum rc values_write(const char *path, const struct lessons *lessons,
		     const float *confidences, struct err *err)
{
	FILE *out = fopen(path, "we");
	bool failed = false;

	if (!out)
		return err_errno(err, RC_FAIL, "write %s", path);
	for (size_t i = 0; i < lessons->n; i++) {
		json_t *line = lesson_json(&lessons->list[i], confidences[i]);

		failed |= !line ||
			  json_dumpf(line, out,
				     JSON_COMPACT | JSON_REAL_PRECISION(6)) != 0 ||
			  fputc('\n', out) == EOF;
		json_decref(line);
	}
	if (fclose(out) != 0 || failed)
		return err_errno(err, RC_FAIL, "write %s", path);
	return RC_OK;
}
