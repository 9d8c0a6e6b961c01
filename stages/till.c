/* till.c - what a till's own arithmetic says about the total.
 *
 * A slip prints more than its total: what was handed over and what was handed back, a
 * subtotal with its tax, discount and rounding, the items. Each of them asks for a
 * total, whatever the reader made of the total's own row. Nothing is computed out of
 * nothing: a value is proposed when it is printed as money somewhere, when the total's
 * print is doubtful and all but one digit agree, or when two ways that read different
 * print come to the same value and the total's row holds no amount anybody could read.
 */
#include "till.h"

#include <string.h>

#define MOST 3	       /* options of a kind that are looked at */
#define ROUNDED_MOST 5 /* cents */

static size_t best_of(const struct work *work, const char *role, float least,
		      const struct option *out[MOST])
{
	const struct fieldtype *field = field_by_role(work, KIND_AMOUNT, role);
	size_t n = 0;
	if (!field)
		return 0;
	const struct options *options = &work->options[field_index(work, field)];
	for (size_t i = 0; i < options->n && n < MOST; i++)
		if (options->list[i].score > least && options->list[i].candidate &&
		    options->list[i].candidate->money &&
		    options->list[i].relation != REL_BELOW) /* no till's column */
			out[n++] = &options->list[i];
	return n;
}

static void ask(struct till *till, struct decimal value, unsigned by, float reading)
{
	if (value.coef <= 0)
		return;
	for (size_t i = 0; i < till->n; i++) {
		struct ask *known = &till->asks[i];
		if (decimal_cmp(known->value, value) != 0)
			continue;
		known->by |= by;
		known->reading = reading > known->reading ? reading : known->reading;
		return;
	}
	if (till->n < ASKS_MAX)
		till->asks[till->n++] = (struct ask){value, by, reading};
}

static float lesser(float a, float b)
{
	return a < b ? a : b;
}

/* --- the ways to a total --- */

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

static void look_at_payment(const struct work *work, struct till *till)
{
	const struct option *given[MOST], *back[MOST];
	size_t n_given = best_of(work, "tendered", 0.5F, given);
	size_t n_back = best_of(work, "change", 0.5F, back);
	for (size_t g = 0; g < n_given; g++) {
		bool returned = false;
		for (size_t b = 0; b < n_back; b++) {
			struct decimal rest, change = decimal_abs(back[b]->number);
			if (back[b]->span.row == given[g]->span.row ||
			    !decimal_sub(given[g]->number, change, &rest))
				continue;
			returned = true;
			ask(till, rest, BY_RETURN,
			    lesser(given[g]->confidence, back[b]->confidence));
		}
		if (!returned)
			ask(till, given[g]->number, BY_PAYMENT, given[g]->confidence);
	}
}

/* A tax is no more than a quarter of what it is in. */
static bool modest(struct decimal tax, struct decimal net)
{
	struct decimal four_times;
	return tax.coef >= 0 && decimal_mul(tax, (struct decimal){4, 0}, &four_times) &&
	       decimal_cmp(four_times, net) <= 0;
}

/* What rounding makes of a sum, and the sum itself where nothing is rounded. */
static void ask_rounded(struct till *till, struct decimal sum, unsigned by,
			float reading)
{
	struct decimal values[2];
	if (till->rounding.coef == 0) {
		ask(till, sum, by, reading);
		return;
	}
	if (!decimal_add(sum, till->rounding, &values[0]) ||
	    !decimal_sub(sum, till->rounding, &values[1]))
		return;
	for (size_t i = 0; i < 2; i++)
		if (decimal_round(values[i], 2).coef % 5 == 0)
			ask(till, values[i], by, reading);
}

/* What was taken off between the subtotal and the total under it. */
static void look_at_discount(const struct work *work, struct till *till,
			     const struct option *net)
{
	const struct option *total[MOST];
	size_t n = best_of(work, "gross", 0.5F, total);
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		struct decimal rest;
		bool between = n > 0 && c->span.row < total[0]->span.row;
		if (c->kind == KIND_AMOUNT && c->money && !c->worn && between &&
		    c->span.sheet == net->span.sheet && c->span.row > net->span.row &&
		    decimal_sub(net->number, decimal_abs(c->number), &rest) &&
		    !decimal_is_zero(c->number))
			ask(till, rest, BY_SUM, lesser(net->confidence, c->confidence));
	}
}

static void look_at_rounding(const struct work *work, struct till *till)
{
	const struct option *rounding[MOST];
	size_t n = best_of(work, "rounding", 0.5F, rounding);
	till->rounding = (struct decimal){0, 2};
	if (n == 0)
		return;
	struct decimal cents = decimal_abs(rounding[0]->number);
	if (decimal_cmp(cents, (struct decimal){ROUNDED_MOST, 2}) <= 0)
		till->rounding = cents;
}

static void look_at_sums(const struct work *work, struct till *till)
{
	const struct option *net[MOST], *tax[MOST];
	size_t n_net = best_of(work, "net", 0.4F, net);
	size_t n_tax = best_of(work, "tax", 0.5F, tax);
	for (size_t i = 0; i < n_net; i++) {
		for (size_t k = 0; k < n_tax; k++) {
			struct decimal sum;
			if (modest(tax[k]->number, net[i]->number) &&
			    decimal_add(net[i]->number, tax[k]->number, &sum))
				ask_rounded(
					till, sum, BY_SUM,
					lesser(net[i]->confidence, tax[k]->confidence));
		}
		if (till->rounding.coef || n_tax == 0)
			ask_rounded(till, net[i]->number, BY_SUM, net[i]->confidence);
		if (!net[i]->candidate->worn)
			look_at_discount(work, till, net[i]);
	}
}

/* A total that is printed once more as it was paid, rounded. */
static void look_at_rounded(const struct work *work, struct till *till)
{
	const struct option *total[MOST];
	size_t n = till->rounding.coef ? best_of(work, "gross", 0.5F, total) : 0;
	for (size_t i = 0; i < n; i++) {
		struct decimal values[2];
		if (!decimal_add(total[i]->number, till->rounding, &values[0]) ||
		    !decimal_sub(total[i]->number, till->rounding, &values[1]))
			continue;
		for (size_t k = 0; k < 2; k++)
			if (decimal_round(values[k], 2).coef % 5 == 0 &&
			    printed(work, values[k]))
				ask(till, values[k], BY_SUM, total[i]->confidence);
	}
}

void till_look(const struct work *work, struct till *till)
{
	struct decimal sum;
	float reading;
	till->n = 0;
	look_at_rounding(work, till);
	look_at_payment(work, till);
	look_at_sums(work, till);
	look_at_rounded(work, till);
	if (till_items(work, &sum, &reading))
		ask_rounded(till, sum, BY_ITEMS, reading);
}

unsigned till_ways(const struct till *till, struct decimal value)
{
	unsigned by = 0;
	for (size_t i = 0; i < till->n; i++)
		if (decimal_cmp(till->asks[i].value, value) == 0)
			by |= till->asks[i].by;
	return by;
}

float till_support(const struct till *till, struct decimal value)
{
	unsigned by = till_ways(till, value);
	return (by & (BY_RETURN | BY_PAYMENT) ? 0.35F : 0) + (by & BY_SUM ? 0.25F : 0) +
	       (by & BY_ITEMS ? 0.25F : 0);
}

/* --- proposals --- */

static const char *text_of(struct work *work, struct decimal value)
{
	char buf[DECIMAL_TEXT_MAX];
	return arena_strdup(work->arena,
			    decimal_print(decimal_round(value, 2), 2, buf));
}

static void propose(struct work *work, const struct fieldtype *field,
		    const struct candidate *c, struct decimal number, float confidence,
		    float score)
{
	struct option option = option_of(field, c, score, REL_PLACE);
	option.value = text_of(work, number);
	option.number = number;
	option.confidence = confidence;
	option_insert(work, option);
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

static int ways(unsigned by)
{
	return ((by & (BY_RETURN | BY_PAYMENT)) != 0) + ((by & BY_SUM) != 0) +
	       ((by & BY_ITEMS) != 0);
}

static bool offered(const struct options *options, struct decimal value)
{
	for (size_t i = 0; i < options->n; i++)
		if (options->list[i].score >= 0.5F &&
		    decimal_cmp(options->list[i].number, value) == 0)
			return true;
	return false;
}

/* Some total's print, but for a digit. */
static bool propose_nearly(struct work *work, const struct fieldtype *field,
			   const struct ask *ask)
{
	const struct options *options = &work->options[field_index(work, field)];
	const char *value = text_of(work, ask->value);
	for (size_t i = 0; i < options->n; i++) {
		struct option o = options->list[i];
		if (o.score < 0.6F || !nearly(&o, value) || ask->reading < 0.7F)
			continue;
		o.value = value;
		o.number = ask->value;
		option_insert(work, o);
		return true;
	}
	return false;
}

/* The row that says "total" and holds no amount. */
static const struct mark *empty_total(const struct work *work,
				      const struct fieldtype *field)
{
	const struct options *options = &work->options[field_index(work, field)];
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		bool empty = mark->field == field && !mark->negative &&
			     mark->label->weight >= 0.9F;
		for (size_t k = 0; k < options->n && empty; k++)
			empty = options->list[k].mark != mark ||
				options->list[k].score < 0.5F ||
				options->list[k].relation == REL_BELOW;
		if (empty)
			return mark;
	}
	return NULL;
}

static void propose_unread(struct work *work, const struct fieldtype *field,
			   const struct ask *ask)
{
	const struct mark *mark = empty_total(work, field);
	if (!mark)
		return;
	option_insert(work, (struct option){.field = field,
					    .span = mark->span,
					    .box = mark->box,
					    .raw = span_raw(&work->layout, work->arena,
							    mark->span),
					    .value = text_of(work, ask->value),
					    .confidence = 0.5F * ask->reading,
					    .score = 0.55F,
					    .relation = REL_PLACE,
					    .mark = mark,
					    .number = ask->value});
}

static void propose_ask(struct work *work, const struct fieldtype *field,
			const struct ask *ask)
{
	const struct options *options = &work->options[field_index(work, field)];
	if (ask->by == BY_PAYMENT || offered(options, ask->value))
		return; /* a note alone says nothing */
	if (propose_nearly(work, field, ask))
		return;
	const struct candidate *c = printed(work, ask->value);
	if (c)
		propose(work, field, c, ask->value, c->confidence,
			ways(ask->by) > 1 ? 0.65F : 0.5F);
	else if (ways(ask->by) > 1)
		propose_unread(work, field, ask);
}

/* A total as it was before rounding, and as it was paid. */
static void propose_rounded(struct work *work, const struct fieldtype *field,
			    struct decimal rounding)
{
	const struct options *options = &work->options[field_index(work, field)];
	struct decimal sums[2];
	if (rounding.coef == 0 || options->n == 0)
		return;
	struct option total = options->list[0];
	if (!decimal_add(total.number, rounding, &sums[0]) ||
	    !decimal_sub(total.number, rounding, &sums[1]))
		return;
	for (size_t i = 0; i < 2; i++) {
		const struct candidate *c = printed(work, sums[i]);
		struct decimal cents = decimal_round(sums[i], 2);
		if (c && cents.coef % 5 == 0)
			propose(work, field, c, cents, c->confidence,
				total.score + 0.15F < 1 ? total.score + 0.15F : 1);
	}
}

void till_propose(struct work *work, const struct till *till)
{
	const struct fieldtype *field = field_by_role(work, KIND_AMOUNT, "gross");
	if (!field)
		return;
	propose_rounded(work, field, till->rounding);
	for (size_t i = 0; i < till->n; i++)
		propose_ask(work, field, &till->asks[i]);
}

bool till_rounds(const struct till *till, struct decimal sum, struct decimal total)
{
	struct decimal value;
	return till->rounding.coef != 0 &&
	       ((decimal_add(sum, till->rounding, &value) &&
		 decimal_cmp(value, total) == 0) ||
		(decimal_sub(sum, till->rounding, &value) &&
		 decimal_cmp(value, total) == 0)) &&
	       decimal_round(total, 2).coef % 5 == 0;
}
