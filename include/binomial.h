/* binomial.h - how bad it may really be when so few of so many were wrong. */
#ifndef INTRAY_BINOMIAL_H
#define INTRAY_BINOMIAL_H

/* The upper end of the one-sided interval of Clopper and Pearson: with probability
 * `sureness` (0..1, say 0.95) the true share of wrong ones is not larger, when `wrong` of
 * `n` tried ones were. 1 when nothing was tried or all were wrong. */
double binomial_upper(long wrong, long n, double sureness);

#endif
