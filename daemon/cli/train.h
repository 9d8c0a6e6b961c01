/* train.h - what the files of `intray train` share. */
#ifndef INTRAY_TRAIN_H
#define INTRAY_TRAIN_H

#include "evaluate.h"
#include "folds.h"
#include "logistic.h"

struct lesson { /* one value that was read, and whether it was right */
	struct logistic_row row;
	const struct sample *sample;
	const struct field *field;
	struct trust_keys keys;
	const char *truth; /* NULL: not on the paper */
	int fold;
	enum trust_scale scale;
	bool barred; /* never accepted, however sure */
};

struct lessons {
	struct arena *arena;
	struct lesson *list;
	size_t n, cap;
	const char **names; /* of the features, as in the model */
	size_t n_names;
	long documents, groups;
};

/* train_lessons.c: every scored value of the samples that was read. */
void lessons_collect(struct lessons *lessons, const struct sample_list *samples,
		     const struct schema_set *schemas, const struct fold_map *folds);

/* train_fit.c: weights from all lessons but those of folds a and b (-1: none). */
void fit_weights(const struct lessons *lessons, int a, int b, float *weights);
float fit_score(const struct lesson *lesson, const float *weights);

/* train_values.c: one JSON line for each lesson, for people who look for better
 * features; confidences are those of models that have not seen the supplier. */
enum rc values_write(const char *path, const struct lessons *lessons,
		     const float *confidences, struct err *err);

/* train_scale.c: from scores and outcomes to the scales' points and thresholds. Each
 * score is of weights that have not seen the value's supplier. */
struct scored {
	float score;
	bool right;
	enum trust_scale scale;
	bool barred;	  /* counts for the points, not for the thresholds */
	float confidence; /* filled in */
};
void scales_make(struct trust *trust, struct scored *list, size_t n);

#endif
