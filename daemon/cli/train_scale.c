/* train_scale.c - from scores to confidences, and from confidences to thresholds.
 *
 * A score says which of two values is surer, not how sure. The share of right values
 * may only rise with the score: neighbours that say otherwise are pooled (isotonic
 * regression, pool adjacent violators), and each pool needs some values, so that few
 * lucky ones cannot promise certainty: a pool of n right ones counts as one with half a
 * wrong one more. Between the middles of pools the confidence runs straight; above the
 * surest pool's it goes on, by half of what is left to certainty.
 *
 * Thresholds for an error budget are chosen for all scales together, because one scale
 * has too few values to show much by itself: each scale goes as low as a common share
 * of wrong ones (half a one more than were seen) allows, and that share is the highest
 * one at which the upper bound of Clopper and Pearson (Biometrika 26, 1934), over all
 * values that the scales' thresholds let through, keeps the budget with 95 % certainty.
 * Values that a person sees in any case (a rule is broken) have no say in it. A scale
 * gets none when not even its surest values are good enough. */
#include "train.h"

#include <stdlib.h>

#include "binomial.h"

#define SURENESS 0.95
enum { POOL_LEAST = 25, SHARE_STEPS = 40 };

static const float budgets[] = {0.001F,	 0.002F, 0.003F, 0.004F, 0.005F, 0.0075F, 0.01F,
				0.0125F, 0.015F, 0.02F,	 0.025F, 0.03F,	 0.05F,	  0.1F};

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
			float highest, struct trust_curve *out)
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
	if (out->n_points && highest > out->points[out->n_points - 1].score) {
		float last = out->points[out->n_points - 1].confidence;

		*arena_push(arena, out->points, out->n_points, out->cap_points) =
			(struct trust_point){highest, (1 + last) / 2};
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

/* What a threshold lets through. */
struct passed {
	float confidence; /* above 1: nothing */
	long n, wrong;
};

static bool good(const struct passed *passed, double share)
{
	return (double)passed->wrong + 0.5 <= share * ((double)passed->n + 1);
}

/* The lowest confidence of a scale, so that no greater share is wrong above it. */
static struct passed lowest(const struct scored *list, size_t n, enum trust_scale scale,
			    double share)
{
	struct passed best = {.confidence = 2}, so_far = {0};

	for (size_t i = 0; i < n; i++) {
		if (list[i].scale != scale || list[i].barred)
			continue;
		if (so_far.confidence != list[i].confidence && good(&so_far, share))
			best = so_far;
		so_far.n++;
		so_far.wrong += !list[i].right;
		so_far.confidence = list[i].confidence;
	}
	return good(&so_far, share) ? so_far : best;
}

/* The same of all scales; false when the bound over all of them exceeds the budget. */
static bool all_keep(const struct scored *list, size_t n, double share, double budget,
		     struct passed out[TRUST_SCALES])
{
	long passed = 0, wrong = 0;

	for (int scale = 0; scale < TRUST_SCALES; scale++) {
		out[scale] = lowest(list, n, (enum trust_scale)scale, share);
		passed += out[scale].n;
		wrong += out[scale].wrong;
	}
	return passed > 0 && binomial_upper(wrong, passed, SURENESS) <= budget;
}

static void make_thresholds(struct trust *trust, const struct scored *list, size_t n,
			    float budget)
{
	struct passed passed[TRUST_SCALES];
	float found[TRUST_SCALES];

	for (int scale = 0; scale < TRUST_SCALES; scale++)
		found[scale] = 2;
	for (int step = 1; step <= SHARE_STEPS; step++) {
		double share = (double)budget * step / SHARE_STEPS;

		if (!all_keep(list, n, share, (double)budget, passed))
			continue;
		for (int scale = 0; scale < TRUST_SCALES; scale++)
			found[scale] = passed[scale].confidence;
	}
	for (int scale = 0; scale < TRUST_SCALES; scale++) {
		struct trust_curve *curve = &trust->scales[scale];
		float least =
			curve->n_thresholds
				? curve->thresholds[curve->n_thresholds - 1].confidence
				: 2;

		*arena_push(trust->arena, curve->thresholds, curve->n_thresholds,
			    curve->cap_thresholds) = (struct trust_threshold){
			budget, found[scale] < least ? found[scale] : least};
	}
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
	make_points(trust->arena, pools, make_pools(own, n_own, pools),
		    n_own ? own[n_own - 1].score : 0, curve);
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
	for (size_t i = 0; i < sizeof(budgets) / sizeof(*budgets); i++)
		make_thresholds(trust, list, n, budgets[i]);
}
