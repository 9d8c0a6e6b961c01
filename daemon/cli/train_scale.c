/* train_scale.c - from scores to confidences, and from confidences to thresholds.
 *
 * A score says which of two values is surer, not how sure. The share of right values
 * may only rise with the score: neighbours that say otherwise are pooled (isotonic
 * regression, pool adjacent violators), and each pool needs some values, so that few
 * lucky ones cannot promise certainty: a pool of n right ones counts as one with half a
 * wrong one more. Between the middles of pools the confidence runs straight.
 *
 * A threshold for an error budget is the lowest confidence above which the upper bound
 * of Clopper and Pearson of the share of wrong values keeps the budget: among the
 * values of the scale, or, where those are too few to show it, among all values of such
 * a confidence, and then the scale's own may not exceed it either. None when not even
 * the surest values are enough. */
#include "train.h"

#include <stdlib.h>

#include "binomial.h"

#define SURENESS 0.95
enum { POOL_LEAST = 25 };

static const float budgets[] = {0.001F, 0.002F, 0.003F, 0.005F,
				0.01F,	0.02F,	0.05F,	0.1F};

struct pool {
	double score; /* sum */
	long n, right;
};

static int by_score(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? -1 : 1;
	return (int)x->right - (int)y->right;
}

static double share(const struct pool *pool)
{
	return ((double)pool->right + 0.5) / ((double)pool->n + 1);
}

static void join_last(struct pool *pools, size_t *n)
{
	struct pool *to = &pools[*n - 2], *from = &pools[*n - 1];

	to->score += from->score;
	to->n += from->n;
	to->right += from->right;
	--*n;
}

static size_t make_pools(const struct scored *list, size_t n, struct pool *pools)
{
	size_t n_pools = 0;

	for (size_t i = 0; i < n; i++) {
		if (n_pools == 0 || pools[n_pools - 1].n >= POOL_LEAST)
			pools[n_pools++] = (struct pool){0};
		pools[n_pools - 1].score += (double)list[i].score;
		pools[n_pools - 1].n++;
		pools[n_pools - 1].right += list[i].right;
		if (pools[n_pools - 1].n < POOL_LEAST && i + 1 < n)
			continue;
		while (n_pools > 1 &&
		       (share(&pools[n_pools - 1]) <= share(&pools[n_pools - 2]) ||
			pools[n_pools - 1].n < POOL_LEAST))
			join_last(pools, &n_pools);
	}
	return n_pools;
}

static void make_points(struct arena *arena, const struct pool *pools, size_t n,
			struct trust_curve *out)
{
	for (size_t i = 0; i < n; i++) {
		struct trust_point point = {
			(float)(pools[i].score / (double)pools[i].n),
			(float)share(&pools[i])};

		if (out->n_points == 0 ||
		    point.score > out->points[out->n_points - 1].score)
			*arena_push(arena, out->points, out->n_points,
				    out->cap_points) = point;
	}
}

/* Surest first; among equals the wrong ones, since no threshold can part them. */
static int surest_first(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;

	if (x->confidence != y->confidence)
		return x->confidence > y->confidence ? -1 : 1;
	return (int)x->right - (int)y->right;
}

/* What a threshold lets through: of all values, and of those of one scale. */
struct passed {
	long n, wrong, own, own_wrong;
};

/* The bound is never below the share itself, which is quicker to look at. */
static bool surely_below(long wrong, long n, double budget)
{
	return (double)wrong < budget * (double)n &&
	       binomial_upper(wrong, n, SURENESS) <= budget;
}

static bool keeps(const struct passed *p, double budget)
{
	return surely_below(p->own_wrong, p->own, budget) ||
	       ((double)p->own_wrong <= budget * (double)p->own &&
		surely_below(p->wrong, p->n, budget));
}

static float threshold_for(const struct scored *list, size_t n, enum trust_scale scale,
			   double budget)
{
	struct passed passed = {0};
	float best = 2;

	for (size_t i = 0; i < n; i++) {
		bool own = list[i].scale == scale;

		passed.n++;
		passed.wrong += !list[i].right;
		passed.own += own;
		passed.own_wrong += own && !list[i].right;
		if (i + 1 < n && list[i + 1].confidence == list[i].confidence)
			continue;
		if (keeps(&passed, budget))
			best = list[i].confidence;
	}
	return best;
}

static void make_thresholds(struct trust *trust, const struct scored *list, size_t n,
			    enum trust_scale scale)
{
	struct trust_curve *curve = &trust->scales[scale];

	for (size_t i = 0; i < sizeof(budgets) / sizeof(*budgets); i++)
		*arena_push(trust->arena, curve->thresholds, curve->n_thresholds,
			    curve->cap_thresholds) = (struct trust_threshold){
			budgets[i], threshold_for(list, n, scale, (double)budgets[i])};
}

static void make_scale(struct trust *trust, const struct scored *list, size_t n,
		       enum trust_scale scale)
{
	AUTO_ARENA scratch = arena_new();
	struct scored *own = arena_alloc_n(scratch, n + 1, sizeof(*own));
	struct pool *pools = arena_alloc_n(scratch, n + 1, sizeof(*pools));
	struct trust_curve *curve = &trust->scales[scale];
	size_t n_own = 0;

	*curve = (struct trust_curve){0};
	for (size_t i = 0; i < n; i++)
		if (list[i].scale == scale)
			own[n_own++] = list[i];
	if (n_own > 1)
		qsort(own, n_own, sizeof(*own), by_score);
	make_points(trust->arena, pools, make_pools(own, n_own, pools), curve);
	if (curve->n_points == 0) /* nothing was learnt: nothing is sure */
		*arena_push(trust->arena, curve->points, curve->n_points,
			    curve->cap_points) = (struct trust_point){0, 0.5F};
}

void scales_make(struct trust *trust, struct scored *list, size_t n)
{
	for (int scale = 0; scale < TRUST_SCALES; scale++)
		make_scale(trust, list, n, (enum trust_scale)scale);
	for (size_t i = 0; i < n; i++)
		list[i].confidence =
			trust_confidence(trust, list[i].scale, list[i].score);
	if (n > 1)
		qsort(list, n, sizeof(*list), surest_first);
	for (int scale = 0; scale < TRUST_SCALES; scale++)
		make_thresholds(trust, list, n, (enum trust_scale)scale);
}
