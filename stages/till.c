/* till.c - what a till's own arithmetic says about the total.
 *
 * A slip prints more than its total: what was handed over and what was handed back, and
 * in countries without small coins how much was rounded. Handed over less handed back
 * is the total, whatever the reader made of the total's own row; with rounding the
 * total is what was paid, not what stood there before. None of this is computed out of
 * nothing: a value is proposed when it is printed as money somewhere, or when it is a
 * clearly doubtful total but for one digit that looks alike. */
#include "till.h"

#include <string.h>

#define MOST 3	       /* options of a kind that are looked at */
#define ROUNDED_MOST 5 /* cents */

static size_t best_of(const struct work *work, const char *role,
		      const struct option *out[MOST])
{
	const struct fieldtype *field = field_by_role(work, KIND_AMOUNT, role);
	size_t n = 0;
	if (!field)
		return 0;
	const struct options *options = &work->options[field_index(work, field)];
	for (size_t i = 0; i < options->n && n < MOST; i++)
		if (options->list[i].score > 0.5F && options->list[i].candidate->money)
			out[n++] = &options->list[i];
	return n;
}

static void remember(struct till *till, struct decimal value, float reading,
		     bool returned)
{
	if (till->n < TILL_MAX && value.coef > 0)
		till->paid[till->n++] = (struct paid){value, reading, returned};
}

static float lesser(float a, float b)
{
	return a < b ? a : b;
}

void till_look(const struct work *work, struct till *till)
{
	const struct option *given[MOST], *back[MOST];
	size_t n_given = best_of(work, "tendered", given);
	size_t n_back = best_of(work, "change", back);
	till->n = 0;
	for (size_t g = 0; g < n_given; g++) {
		bool returned = false;
		for (size_t b = 0; b < n_back; b++) {
			struct decimal rest;
			if (back[b]->span.row == given[g]->span.row ||
			    !decimal_sub(given[g]->number, decimal_abs(back[b]->number),
					 &rest))
				continue;
			returned = true;
			remember(till, rest,
				 lesser(given[g]->confidence, back[b]->confidence),
				 true);
		}
		if (!returned)
			remember(till, given[g]->number, given[g]->confidence, false);
	}
}

bool till_paid(const struct till *till, struct decimal value)
{
	for (size_t i = 0; i < till->n; i++)
		if (decimal_cmp(till->paid[i].value, value) == 0)
			return true;
	return false;
}

static const struct candidate *printed(const struct work *work, struct decimal value)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind == KIND_AMOUNT && c->money &&
		    decimal_cmp(c->number, value) == 0)
			return c;
	}
	return NULL;
}

static void propose(struct work *work, const struct fieldtype *field,
		    const struct candidate *c, const char *value, struct decimal number,
		    float confidence, float score)
{
	option_insert(work, (struct option){.field = field,
					    .span = c->span,
					    .box = c->box,
					    .raw = c->raw,
					    .value = value,
					    .confidence = confidence,
					    .score = score,
					    .relation = REL_PLACE,
					    .candidate = c,
					    .number = number});
}

/* One digit apart, and the reader was not sure of it. */
static bool nearly(const struct option *option, const char *value)
{
	int differ = 0;
	if (option->confidence > 0.93F || strlen(option->value) != strlen(value))
		return false;
	for (size_t i = 0; value[i]; i++)
		differ += option->value[i] != value[i];
	return differ == 1;
}

static void propose_paid(struct work *work, const struct fieldtype *field,
			 const struct paid *paid)
{
	const struct options *options = &work->options[field_index(work, field)];
	char buf[DECIMAL_TEXT_MAX];
	const char *value =
		arena_strdup(work->arena, decimal_print(paid->value, 2, buf));
	for (size_t i = 0; i < options->n; i++)
		if (decimal_cmp(options->list[i].number, paid->value) == 0)
			return;
	const struct candidate *c = printed(work, paid->value);
	if (c) {
		propose(work, field, c, value, paid->value, c->confidence, 0.5F);
		return;
	}
	for (size_t i = 0; i < options->n; i++) {
		const struct option *o = &options->list[i];
		if (o->score < 0.6F || !nearly(o, value) || paid->reading < 0.7F)
			continue;
		propose(work, field, o->candidate, value, paid->value, o->confidence,
			o->score);
		return;
	}
}

/* A total as it was before rounding, and as it was paid. */
static void propose_rounded(struct work *work, const struct fieldtype *field,
			    struct decimal rounding)
{
	const struct options *options = &work->options[field_index(work, field)];
	struct decimal sums[2];
	rounding = decimal_abs(rounding);
	if (rounding.coef == 0 ||
	    decimal_cmp(rounding, (struct decimal){ROUNDED_MOST, 2}) > 0 ||
	    options->n == 0)
		return;
	struct option total = options->list[0];
	if (!decimal_add(total.number, rounding, &sums[0]) ||
	    !decimal_sub(total.number, rounding, &sums[1]))
		return;
	for (size_t i = 0; i < 2; i++) {
		const struct candidate *c = printed(work, sums[i]);
		struct decimal cents = decimal_round(sums[i], 2);
		char buf[DECIMAL_TEXT_MAX];
		if (!c || cents.coef % 5 != 0)
			continue;
		propose(work, field, c,
			arena_strdup(work->arena, decimal_print(cents, 2, buf)), cents,
			c->confidence,
			total.score + 0.15F < 1 ? total.score + 0.15F : 1);
	}
}

void till_propose(struct work *work, const struct till *till)
{
	const struct fieldtype *field = field_by_role(work, KIND_AMOUNT, "gross");
	const struct option *rounding[MOST];
	size_t n = best_of(work, "rounding", rounding);
	if (!field)
		return;
	if (n > 0)
		propose_rounded(work, field, rounding[0]->number);
	for (size_t i = 0; i < till->n; i++)
		if (till->paid[i].returned) /* a note alone says nothing */
			propose_paid(work, field, &till->paid[i]);
}
