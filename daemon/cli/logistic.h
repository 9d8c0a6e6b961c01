/* logistic.h - logistic regression, by liblinear. */
#ifndef INTRAY_LOGISTIC_H
#define INTRAY_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>

struct logistic_term {
	int feature; /* from 0 */
	float value;
};
struct logistic_row {
	const struct logistic_term *terms; /* by feature, each once */
	size_t n;
	bool right;
};

/* Weights (n_features of them) under which the rows' outcomes are likeliest; `looseness`
 * (liblinear's C) says how much one row may pull on them. The same rows give the same
 * weights. All 0 when all rows came out alike. */
void logistic_fit(const struct logistic_row *rows, size_t n, size_t n_features,
		  double looseness, float *weights);

#endif
