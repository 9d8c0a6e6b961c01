/* train_fit.c - weights from lessons, leaving out folds. Cannot fail. */
#include "train.h"

/* How far one lesson may pull; the best of several by cross-validation. */
#define LOOSENESS 0.25

void fit_weights(const struct lessons *lessons, int a, int b, float *weights)
{
	AUTO_ARENA scratch = arena_new();
	struct logistic_row *rows =
		arena_alloc_n(scratch, lessons->n + 1, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < lessons->n; i++)
		if (lessons->list[i].fold != a && lessons->list[i].fold != b)
			rows[n++] = lessons->list[i].row;
	logistic_fit(rows, n, lessons->n_names, LOOSENESS, weights);
}

float fit_score(const struct lesson *lesson, const float *weights)
{
	float score = 0;

	for (size_t i = 0; i < lesson->row.n; i++)
		score += lesson->row.terms[i].value *
			 weights[lesson->row.terms[i].feature];
	return score;
}
