/* logistic.c - the one file that knows liblinear.
 *
 * Its primal solver (trust region Newton) draws no random numbers, unlike the dual
 * ones, so that training is reproducible. There is no bias term apart: the caller gives
 * a feature that is always 1. liblinear ends the process when memory runs out, as we
 * do. */
#include "logistic.h"

#include <linear.h>

#include "arena.h"
#include "err.h"

static void be_silent(const char *text)
{
	(void)text;
}

static struct feature_node *nodes_of(struct arena *arena,
				     const struct logistic_row *row)
{
	struct feature_node *nodes = arena_alloc_n(arena, row->n + 1, sizeof(*nodes));

	for (size_t i = 0; i < row->n; i++)
		nodes[i] = (struct feature_node){row->terms[i].feature + 1,
						 (double)row->terms[i].value};
	nodes[row->n].index = -1;
	return nodes;
}

static bool all_alike(const struct logistic_row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (rows[i].right != rows[0].right)
			return false;
	return true;
}

void logistic_fit(const struct logistic_row *rows, size_t n, size_t n_features,
		  double looseness, float *weights)
{
	AUTO_ARENA arena = arena_new();
	struct parameter how = {.solver_type = L2R_LR, .C = looseness, .eps = 1e-3};
	struct problem problem = {.l = (int)n, .n = (int)n_features, .bias = -1};
	struct model *model;

	for (size_t i = 0; i < n_features; i++)
		weights[i] = 0;
	if (all_alike(rows, n))
		return;
	problem.y = arena_alloc_n(arena, n, sizeof(*problem.y));
	problem.x = arena_alloc_n(arena, n, sizeof(*problem.x));
	for (size_t i = 0; i < n; i++) {
		problem.y[i] = rows[i].right ? 1 : -1;
		problem.x[i] = nodes_of(arena, &rows[i]);
	}
	bug_on(check_parameter(&problem, &how) != NULL);
	set_print_string_function(be_silent);
	model = train(&problem, &how);
	/* The weights speak for whatever label the first row had. */
	for (size_t i = 0; i < n_features; i++)
		weights[i] = (float)(model->label[0] == 1 ? model->w[i] : -model->w[i]);
	free_and_destroy_model(&model);
}
