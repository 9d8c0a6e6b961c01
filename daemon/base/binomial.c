/* binomial.c - upper bound of a share, after Clopper and Pearson (1934).
 *
 * Three wrong of a thousand tried is no proof that three in a thousand are wrong: a
 * worse process shows as few now and then. The bound is the share p at which so few
 * or fewer wrong ones would be seen with probability 1 - sureness only. That
 * probability falls as p grows, so halving an interval finds it; the sum of the
 * binomial's first terms is taken in logarithms, which holds for any n. Exact to about
 * 1e-12; cannot fail. */
#include "binomial.h"

#include <math.h>

/* P(X <= k) for X of n trials with share p, 0 < p < 1. */
static double at_most(long k, long n, double p)
{
	double sum = 0, hit = log(p), miss = log1p(-p), all = lgamma((double)n + 1);

	for (long i = 0; i <= k; i++)
		sum += exp(all - lgamma((double)i + 1) - lgamma((double)(n - i) + 1) +
			   (double)i * hit + (double)(n - i) * miss);
	return sum;
}

double binomial_upper(long wrong, long n, double sureness)
{
	double low, high = 1;

	if (n <= 0 || wrong >= n)
		return 1;
	low = (double)wrong / (double)n;
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (at_most(wrong, n, middle) > 1 - sureness)
			low = middle;
		else
			high = middle;
	}
	return high;
}
