/* reliability.c - whether confidences tell the truth, and what they are good for.
 *
 * Three tables over the values that were read and are known: what was accepted without
 * a person and how much of it was wrong; how much could be accepted at a given share of
 * wrong ones, best values first (the coverage-error curve); and how many values of each
 * confidence were right (the reliability table), which leaves out structured data:
 * nobody read that. */
#include "evaluate.h"

#include <stdlib.h>

static bool was_read(const struct verdict *v)
{
	return v->source == SOURCE_TEXT || v->source == SOURCE_OCR ||
	       v->source == SOURCE_ZONE;
}

static const char *number(struct arena *arena, long n)
{
	return arena_printf(arena, "%ld", n);
}

static const char *share(struct arena *arena, long part, long whole, int decimals)
{
	return whole > 0 ? arena_printf(arena, "%.*f", decimals,
					(double)part / (double)whole)
			 : NULL;
}

/* --- what was accepted -------------------------------------------------------- */

static const struct column accepted_columns[] = {
	{"Accepted of", "group", COLUMN_TEXT},
	{"Truth", "truth", COLUMN_NUMBER},
	{"Accepted", "accepted", COLUMN_NUMBER},
	{"Share", "share", COLUMN_NUMBER},
	{"Wrong", "wrong", COLUMN_NUMBER},
	{"Wrong share", "wrong_share", COLUMN_NUMBER},
};

static void add_accepted(struct table *table, const char *name, long truth,
			 long accepted, long wrong)
{
	const char **row = table_row(table);

	row[0] = name;
	row[1] = number(table->arena, truth);
	row[2] = number(table->arena, accepted);
	row[3] = share(table->arena, accepted, truth, 3);
	row[4] = number(table->arena, wrong);
	row[5] = share(table->arena, wrong, accepted, 4);
}

struct table accepted_table(struct arena *arena, const struct tally *tally)
{
	struct table table;
	struct count all = {0};

	table_init(&table, arena, accepted_columns,
		   sizeof(accepted_columns) / sizeof(*accepted_columns));
	for (size_t i = 0; i < tally->n_folders; i++) {
		struct count of = tally->folders[i].header;

		count_add(&of, &tally->folders[i].cells);
		if (of.truth + of.found == 0)
			continue;
		count_add(&all, &of);
		add_accepted(&table, tally->folders[i].name, of.truth, of.accepted,
			     of.accepted_wrong);
	}
	if (table.n_rows > 1)
		add_accepted(&table, "(all)", all.truth, all.accepted,
			     all.accepted_wrong);
	return table;
}

/* --- the coverage-error curve ------------------------------------------------- */

static const struct column curve_columns[] = {
	{"Coverage of", "group", COLUMN_TEXT},
	{"at 0.1% wrong", "at_0_1", COLUMN_NUMBER},
	{"0.2%", "at_0_2", COLUMN_NUMBER},
	{"0.5%", "at_0_5", COLUMN_NUMBER},
	{"1%", "at_1", COLUMN_NUMBER},
	{"2%", "at_2", COLUMN_NUMBER},
	{"5%", "at_5", COLUMN_NUMBER},
};
static const double errors[] = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05};

/* Surest first; among equals the wrong ones, since nobody can tell them apart. */
static int surest_first(const void *a, const void *b)
{
	const struct verdict *x = a, *y = b;

	if (x->confidence != y->confidence)
		return x->confidence > y->confidence ? -1 : 1;
	return (int)x->right - (int)y->right;
}

/* The most values from the surest on, so that at most this share is wrong. */
static long covered(const struct verdict *sorted, size_t n, double error)
{
	long wrong = 0, best = 0;

	for (size_t i = 0; i < n; i++) {
		wrong += !sorted[i].right;
		if (i + 1 < n && sorted[i + 1].confidence == sorted[i].confidence)
			continue;
		if ((double)wrong <= error * (double)(i + 1))
			best = (long)i + 1;
	}
	return best;
}

static void add_curve(struct table *table, const char *name, struct verdict *verdicts,
		      size_t n, long truth)
{
	const char **row = table_row(table);

	if (n > 1)
		qsort(verdicts, n, sizeof(*verdicts), surest_first);
	row[0] = name;
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		row[i + 1] =
			share(table->arena, covered(verdicts, n, errors[i]), truth, 3);
}

struct table curve_table(struct arena *arena, const struct tally *tally)
{
	AUTO_ARENA scratch = arena_new();
	struct verdict *own =
		arena_alloc_n(scratch, tally->n_verdicts + 1, sizeof(*own));
	struct table table;
	long truth_of_all = 0;

	table_init(&table, arena, curve_columns,
		   sizeof(curve_columns) / sizeof(*curve_columns));
	for (size_t f = 0; f < tally->n_folders; f++) {
		const struct group *g = &tally->folders[f];
		long truth = g->header.truth + g->cells.truth;
		size_t n = 0;

		for (size_t i = 0; i < tally->n_verdicts; i++)
			if (tally->verdicts[i].folder == f)
				own[n++] = tally->verdicts[i];
		truth_of_all += truth;
		if (n > 0)
			add_curve(&table, g->name, own, n, truth);
	}
	for (size_t i = 0; i < tally->n_verdicts; i++)
		own[i] = tally->verdicts[i];
	if (table.n_rows > 1)
		add_curve(&table, "(all)", own, tally->n_verdicts, truth_of_all);
	return table;
}

/* --- the reliability table ---------------------------------------------------- */

static const struct column reliability_columns[] = {
	{"Confidence from", "from", COLUMN_NUMBER},
	{"below", "below", COLUMN_NUMBER},
	{"Values", "values", COLUMN_NUMBER},
	{"Mean confidence", "mean_confidence", COLUMN_NUMBER},
	{"Right", "right", COLUMN_NUMBER},
};
static const double bins[] = {0,    0.5,  0.7,	0.8,   0.9,   0.95,
			      0.97, 0.98, 0.99, 0.995, 0.998, 1.0001};

struct table reliability_table(struct arena *arena, const struct tally *tally)
{
	struct table table;

	table_init(&table, arena, reliability_columns,
		   sizeof(reliability_columns) / sizeof(*reliability_columns));
	for (size_t b = 0; b + 1 < sizeof(bins) / sizeof(*bins); b++) {
		long n = 0, right = 0;
		double sum = 0;
		const char **row;

		for (size_t i = 0; i < tally->n_verdicts; i++) {
			const struct verdict *v = &tally->verdicts[i];
			double confidence = (double)v->confidence;

			if (!was_read(v) || confidence < bins[b] ||
			    confidence >= bins[b + 1])
				continue;
			n++;
			right += v->right;
			sum += confidence;
		}
		if (n == 0)
			continue;
		row = table_row(&table);
		row[0] = arena_printf(arena, "%.3f", bins[b]);
		row[1] = arena_printf(arena, "%.3f", bins[b + 1] > 1 ? 1 : bins[b + 1]);
		row[2] = number(arena, n);
		row[3] = arena_printf(arena, "%.4f", sum / (double)n);
		row[4] = share(arena, right, n, 4);
	}
	return table;
}
