/* trust.h - how sure Intray is of a value it read, as learnt from documents whose
 * contents are known (`intray train`).
 *
 * What speaks for and against a value are features of its field: names and numbers. The
 * model has a weight for each name; the sum is a score, and a scale for each source of
 * values (text layer, OCR of sheets, OCR of slips, zones of a form) turns scores into the
 * share of values that were right when they had such a score: the field's confidence. For
 * an error budget the scale also says from which confidence on so few are wrong that,
 * with 95 % certainty, the budget holds over all scales together. The model is data:
 * FOLDER/trust.model, text with a checksum. */
#ifndef INTRAY_TRUST_H
#define INTRAY_TRUST_H

#include <stddef.h>

#include "arena.h"
#include "doc.h"
#include "err.h"
#include "schema.h"

#define TRUST_FILE "trust.model"

enum trust_scale { TRUST_TEXT, TRUST_OCR, TRUST_SLIP, TRUST_ZONE, TRUST_SCALES };
const char *trust_scale_name(enum trust_scale scale); /* "text", "ocr", "slip", "zone" */
/* type: whose documents are slips or sheets; NULL: sheets. */
enum trust_scale trust_scale_of(const struct doctype *type, enum source source);

/* What no confidence makes up for: a rule that does not hold, a wrong format. A person
 * looks at such a value in any case. */
#define TRUST_CONTRADICTED "contradicted"
#define TRUST_WRONG_FORMAT "format wrong"
bool trust_barred(const struct feature *features, size_t n);

struct trust_weight {
	const char *name;
	float weight;
};
struct trust_point { /* of a scale, both rising */
	float score, confidence;
};
struct trust_threshold { /* budgets rising, confidences falling */
	float budget, confidence; /* above 1: no value may be accepted */
};
struct trust_curve {
	struct trust_point *points;
	size_t n_points, cap_points;
	struct trust_threshold *thresholds;
	size_t n_thresholds, cap_thresholds;
};
struct trust {
	struct arena *arena;
	const char *learnt; /* one line: from what */
	struct trust_weight *weights; /* sorted by name */
	size_t n_weights, cap_weights;
	struct trust_curve scales[TRUST_SCALES];
};

/* Reads FOLDER/trust.model. RC_FAIL says what is missing or damaged. */
enum rc trust_load(const char *folder, struct trust **out, struct err *err);
enum rc trust_load_file(const char *path, struct trust **out, struct err *err);
enum rc trust_parse(const char *text, size_t len, struct trust **out, struct err *err);
void trust_free(struct trust **trust);
/* The file's text, checksum included; the same model gives the same bytes. */
const char *trust_print(const struct trust *trust, struct arena *arena);

/* Each feature counts under these names: its own, and marked with the kind and with the
 * source of its field, so that kinds of which little is known borrow from the others. */
enum { TRUST_NAMES = 3, TRUST_NAME_MAX = 160 };
struct trust_keys {
	char kind[40];
	const char *source;
};
struct trust_keys trust_keys_of(const struct fieldtype *type, enum source source);
void trust_name(const struct trust_keys *keys, const char *feature, int which,
		char name[TRUST_NAME_MAX]);

float trust_score(const struct trust *trust, const struct trust_keys *keys,
		  const struct feature *features, size_t n);
float trust_confidence(const struct trust *trust, enum trust_scale scale, float score);
/* From which confidence on at most so large a share of the values is wrong. */
float trust_threshold(const struct trust *trust, enum trust_scale scale, float budget);

#endif
