/* choose_evidence.c - what speaks for and against a choice among the print of a paper.
 *
 * Whether the letters were read right is the reader's to say (trust_evidence.c); here
 * is what only extraction knows: how well the label fits, who else could have been the
 * value, and above all which other print says the same. An amount that is the sum of
 * the column above it, that is a net and a tax printed elsewhere, or what was handed
 * over less what was handed back, was hardly misread and hardly means something else; a
 * date that differs by one digit from another one on the paper may well be. Everything
 * is a feature for the model (trust.h); nothing here decides. Never fails. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "extract.h"
#include "till.h"

enum {
	COLUMN_MOST = 60, /* amounts of one column that are added up */
	SKIP_MOST = 4,	  /* rows of subtotals and taxes between column and sum */
	MONEY_MOST = 150, /* amounts of a paper among which pairs are looked for */
	CENTS_USUAL = 3,  /* so many amounts with cents: the paper prints them */
};

/* It is rare and hardly ever means anything else, so it says more than other signs; the
 * model is slow to believe what few values have. */
#define CENTS_WORTH 3.0F

float best_rival(const struct work *work, const struct option *option)
{
	const struct options *options =
		&work->options[field_index(work, option->field)];
	float best = 0;
	for (size_t i = 0; i < options->n; i++)
		if (options->list[i].score > best &&
		    !value_equal(option->field->kind, options->list[i].value,
				 option->value))
			best = options->list[i].score;
	return best;
}

/* --- the label ---------------------------------------------------------------- */

static void look_at_label(const struct work *work, const struct option *option,
			  struct field *field)
{
	static const char *const relations[] = {[REL_BESIDE] = "beside its label",
						[REL_RIGHT] = "right of its label",
						[REL_FAR] = "far right of its label",
						[REL_BELOW] = "below its label",
						[REL_PLACE] = "without a label"};
	const struct doc *doc = work->doc;
	float lead = option->score - best_rival(work, option);

	if (option->relation != REL_NONE)
		doc_feature(doc, field, relations[option->relation], 1);
	doc_feature(doc, field, "label misread", option->mark && option->mark->misread);
	doc_feature(doc, field, "label weak",
		    option->mark && option->mark->label->weight < 1
			    ? 1 - option->mark->label->weight
			    : 0);
	if (option->score > 0) {
		doc_feature(doc, field, "fit lacking", 1 - option->score);
		doc_feature(doc, field, "lead small",
			    lead < 0.3F ? 1 - lead / 0.3F : 0);
	}
}

/* How many other values have a label that fits them well. */
static void look_at_rivals(const struct work *work, const struct option *option,
			   struct field *field)
{
	const struct options *options =
		&work->options[field_index(work, option->field)];
	int rivals = 0;

	for (size_t i = 0; i < options->n; i++)
		rivals += options->list[i].score >= 0.5F &&
			  !value_equal(option->field->kind, options->list[i].value,
				       option->value);
	doc_feature(work->doc, field, "rivals", fminf((float)rivals, 4) / 4);
}

/* --- other print of the kind --------------------------------------------------- */

static int digits_apart(const char *a, const char *b)
{
	int n = 0;

	if (strlen(a) != strlen(b))
		return 9;
	for (; *a; a++, b++)
		n += *a != *b;
	return n;
}

struct others { /* what the other print of a value's kind says */
	int same, different, nearly;
	bool later; /* a date behind it */
};

static struct others look_at_others(const struct work *work,
				    const struct option *option)
{
	struct others others = {0};

	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind != option->candidate->kind ||
		    span_overlaps(c->span, option->span))
			continue;
		if (value_equal(c->kind, c->value, option->value)) {
			others.same++;
			continue;
		}
		others.different++;
		others.nearly += digits_apart(c->value, option->value) == 1;
		others.later |= strcmp(c->value, option->value) > 0;
	}
	return others;
}

static void look_at_day(const struct work *work, const struct option *option,
			struct field *field)
{
	const struct doc *doc = work->doc;
	struct others others = look_at_others(work, option);

	doc_feature(doc, field, "same day again", others.same > 0);
	doc_feature(doc, field, "same day thrice", others.same > 1);
	doc_feature(doc, field, "other days", fminf((float)others.different, 3) / 3);
	doc_feature(doc, field, "no other day", others.different == 0);
	doc_feature(doc, field, "a later day", others.later);
	doc_feature(doc, field, "nearly the same day", others.nearly > 0);
	doc_feature(doc, field, "order of day and month guessed",
		    option->candidate->ambiguous ? 1.2F - work->locale.day_sure : 0);
}

/* The till's time and the card terminal's differ by a minute. */
static void look_at_time(const struct work *work, const struct option *option,
			 struct field *field)
{
	struct others others = look_at_others(work, option);

	doc_feature(work->doc, field, "same time again", others.same > 0);
	doc_feature(work->doc, field, "no other time", others.different == 0);
	doc_feature(work->doc, field, "other times",
		    fminf((float)others.different, 3) / 3);
	doc_feature(work->doc, field, "nearly the same time", others.nearly > 0);
}

/* --- amounts ------------------------------------------------------------------ */

static bool is_money(const struct candidate *c)
{
	return c->kind == KIND_AMOUNT && c->money && c->decimals == 2;
}

static bool same_number(struct decimal a, struct decimal b)
{
	return decimal_cmp(a, b) == 0;
}

/* The amounts that stand over the option in its column, nearest first. */
static size_t column_over(const struct work *work, const struct option *option,
			  const struct candidate *out[COLUMN_MOST])
{
	int32_t em = work->layout.sheets[option->span.sheet].em;
	int32_t right = box_right(option->box);
	size_t n = 0;

	for (size_t i = work->n_candidates; i-- > 0 && n < COLUMN_MOST;) {
		const struct candidate *c = &work->candidates[i];
		if (is_money(c) && c->span.sheet == option->span.sheet &&
		    c->span.row < option->span.row &&
		    abs(box_right(c->box) - right) < em * 5 / 2)
			out[n++] = c;
	}
	return n;
}

/* Whether two amounts or more that follow each other upwards add up to it. */
static bool adds_up(const struct candidate *const column[], size_t n,
		    struct decimal total)
{
	struct decimal sum = {0, 2};

	for (size_t i = 0; i < n; i++) {
		if (!decimal_add(sum, column[i]->number, &sum))
			return false;
		if (i > 0 && !decimal_is_zero(column[i]->number) &&
		    same_number(sum, total))
			return true;
	}
	return false;
}

static bool column_adds_up(const struct work *work, const struct option *option)
{
	const struct candidate *column[COLUMN_MOST];
	size_t n = column_over(work, option, column);

	if (decimal_is_zero(option->number))
		return false;
	for (size_t skip = 0; skip <= SKIP_MOST && skip + 2 <= n; skip++)
		if (adds_up(column + skip, n - skip, option->number))
			return true;
	return false;
}

/* Net and tax make gross, all three printed in different places and the tax not zero:
 * the option as any of the three. */
struct triple {
	bool closes;	/* so much is printed */
	bool rate_fits; /* and the rate is */
};

static bool is_printed(const struct candidate *const *money, size_t n,
		       struct decimal number, struct span not_there)
{
	for (size_t i = 0; i < n; i++)
		if (same_number(money[i]->number, number) &&
		    !span_overlaps(money[i]->span, not_there))
			return true;
	return false;
}

static void try_triple(const struct work *work, struct decimal net, struct decimal tax,
		       struct triple *out)
{
	struct decimal four;

	/* No tax is more than a third of the net. */
	if (net.coef <= 0 || tax.coef <= 0 ||
	    !decimal_mul(tax, (struct decimal){3, 0}, &four) ||
	    decimal_cmp(four, net) > 0)
		return;
	out->closes = true;
	out->rate_fits = out->rate_fits || printed_rate_fits(work, tax, net);
}

static struct triple find_triple(const struct work *work, const struct option *option)
{
	const struct candidate *money[MONEY_MOST];
	struct decimal own = decimal_abs(option->number), other;
	struct triple found = {false, false};
	size_t n = 0;

	for (size_t i = 0; i < work->n_candidates && n < MONEY_MOST; i++)
		if (is_money(&work->candidates[i]) &&
		    !span_overlaps(work->candidates[i].span, option->span))
			money[n++] = &work->candidates[i];
	for (size_t i = 0; i < n && !found.rate_fits; i++) {
		struct decimal a = decimal_abs(money[i]->number);
		if (decimal_sub(own, a, &other) &&
		    is_printed(money, n, other, money[i]->span))
			try_triple(work, a, other, &found);
		if (decimal_add(own, a, &other) &&
		    is_printed(money, n, other, money[i]->span)) {
			try_triple(work, own, a, &found);
			try_triple(work, a, own, &found);
		}
	}
	return found;
}

static void look_at_till(const struct work *work, const struct option *option,
			 struct field *field)
{
	struct till till;
	const struct doc *doc = work->doc;

	till_look(work, &till);
	unsigned by = till_ways(&till, option->number);
	doc_feature(doc, field, "was handed over",
		    (by & (BY_RETURN | BY_PAYMENT)) != 0);
	doc_feature(doc, field, "handed over less handed back", (by & BY_RETURN) != 0);
	doc_feature(doc, field, "till's sum", (by & BY_SUM) != 0);
	doc_feature(doc, field, "sum of the items", (by & BY_ITEMS) != 0);
	doc_feature(doc, field, "amount guessed",
		    !option->candidate || option->candidate->worn ||
			    !same_number(option->candidate->number, option->number));
}

static void look_at_amount(const struct work *work, const struct option *option,
			   struct field *field)
{
	const struct doc *doc = work->doc;
	struct triple triple = find_triple(work, option);
	int same = 0, greater = 0, nearly = 0, with_cents = 0;

	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		int order;
		if (!is_money(c) || span_overlaps(c->span, option->span))
			continue;
		with_cents++;
		order = decimal_cmp(decimal_abs(c->number),
				    decimal_abs(option->number));
		same += order == 0;
		greater += order > 0;
		nearly += digits_apart(c->value, option->value) == 1;
	}
	doc_feature(doc, field, "same amount again", same > 0);
	doc_feature(doc, field, "same amount thrice", same > 1);
	doc_feature(doc, field, "greatest amount", greater == 0);
	doc_feature(doc, field, "greater amounts", fminf((float)greater, 4) / 4);
	doc_feature(doc, field, "nearly the same amount", nearly > 0);
	doc_feature(doc, field, "cents lost",
		    option->candidate->decimals == 0 && with_cents >= CENTS_USUAL
			    ? CENTS_WORTH
			    : 0);
	doc_feature(doc, field, "column adds up", column_adds_up(work, option));
	doc_feature(doc, field, "net and tax printed", triple.closes);
	doc_feature(doc, field, "net and tax printed, rate too", triple.rate_fits);
	look_at_till(work, option, field);
}

void note_evidence(const struct work *work, const struct option *option,
		   struct field *field)
{
	look_at_label(work, option, field);
	look_at_rivals(work, option, field);
	if (!option->candidate)
		return;
	doc_feature(work->doc, field, "in the table", option->candidate->in_table);
	if (option->candidate->kind == KIND_DATE)
		look_at_day(work, option, field);
	else if (option->candidate->kind == KIND_TIME)
		look_at_time(work, option, field);
	else if (option->candidate->kind == KIND_AMOUNT)
		look_at_amount(work, option, field);
}
