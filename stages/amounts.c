/* amounts.c - the totals of a document, chosen together.
 *
 * Net, tax and gross are three labels' best numbers only as long as they add up; among
 * all combinations of options the one with the best sum of scores wins, where closing
 * sums count much more than a well placed label. Nothing is computed that is not
 * printed, but one: a tax printed rate by rate and nowhere in total is the sum of its
 * rates. */
#include "extract.h"

#include <ctype.h>
#include <string.h>

#include "text.h"
#include "tax_rates.h"
#include "till.h"

#define PER_ROLE 12
#define LEAST 0.25F

enum role { NET, TAX, GROSS, PAYABLE, PAID, ROLES };
static const char *const role_names[ROLES] = {"net", "tax", "gross", "payable", "paid"};

struct combination {
	const struct option *pick[ROLES];
	float score;
	bool closes;	   /* net + tax = gross */
	bool rate_fits;	   /* the tax is a known share of net or gross */
	bool balance_fits; /* gross - paid = payable */
	bool minus_lost;   /* the tax lost its sign to another line */
};

struct totals {
	struct work *work;
	const struct fieldtype *field[ROLES];
	const struct option *list[ROLES][PER_ROLE];
	size_t n[ROLES];
	struct decimal greatest; /* of the options for gross */
	struct combination best;
	struct till till;
	struct tax_rates rates;
};

static bool near(struct decimal a, struct decimal b, int cents)
{
	struct decimal tolerance = {cents, 2};
	return decimal_near(a, b, tolerance);
}

static bool same_place(const struct option *a, const struct option *b)
{
	return a && b && span_overlaps(a->span, b->span);
}

bool printed_rate_fits(const struct work *work, struct decimal tax, struct decimal net)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		struct decimal product;
		if (c->kind != KIND_PERCENT || decimal_is_zero(c->number) ||
		    !decimal_mul(net, c->number, &product))
			continue;
		product.scale += 2;
		if (near(decimal_round(product, 2), tax, 1))
			return true;
	}
	return false;
}

static bool below_zero(const struct option *option)
{
	return option->number.coef < 0;
}

/* The rate printed on the option's row, or NULL. */
static const struct candidate *rate_beside(const struct work *work,
					   const struct option *option)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind == KIND_PERCENT && c->span.sheet == option->span.sheet &&
		    c->span.row == option->span.row && !decimal_is_zero(c->number))
			return c;
	}
	return NULL;
}

/* A row of a table of rates closes as well as the totals do, but says nothing of them
 * while a greater amount is called the total. */
static bool one_rate_only(const struct totals *t, const struct option *net,
			  const struct option *tax, const struct option *gross)
{
	bool one_row =
		net->span.row == tax->span.row && net->span.sheet == tax->span.sheet;
	return one_row && decimal_cmp(decimal_abs(gross->number), t->greatest) < 0;
}

/* No tax is more than a quarter of the total (27 % of the net make 21 % of it). */
static bool too_high(struct decimal tax, struct decimal gross)
{
	struct decimal four_times;
	return decimal_mul(decimal_abs(tax), (struct decimal){4, 0}, &four_times) &&
	       decimal_cmp(four_times, decimal_abs(gross)) > 0;
}

static void weigh_tax(const struct totals *t, struct combination *c)
{
	const struct option *net = c->pick[NET], *tax = c->pick[TAX],
			    *gross = c->pick[GROSS];
	struct decimal sum, base;
	if (net && tax && gross) {
		bool adds = decimal_add(net->number, tax->number, &sum);
		bool rounds = adds && till_rounds(&t->till, sum, gross->number);
		c->closes = rounds || (adds && near(sum, gross->number, 1));
		c->score += rounds ? 0.15F : 0;
		if (!c->closes && below_zero(net) && below_zero(gross) &&
		    !below_zero(tax) && decimal_sub(net->number, tax->number, &sum))
			c->closes = c->minus_lost = near(sum, gross->number, 1);
		if (c->closes && one_rate_only(t, net, tax, gross)) {
			c->closes = c->minus_lost = false;
			c->score -= 0.8F;
			return;
		}
		c->score +=
			c->closes ? decimal_is_zero(tax->number) ? 0.4F : 0.9F : -0.7F;
	}
	if (tax && gross &&
	    decimal_cmp(decimal_abs(tax->number), decimal_abs(gross->number)) >= 0)
		c->score -= decimal_is_zero(gross->number) ? 0 : 1;
	if (tax && gross && too_high(tax->number, gross->number))
		c->score -= 0.6F;
	if (net && gross &&
	    decimal_cmp(decimal_abs(net->number), decimal_abs(gross->number)) > 0)
		c->score -= 0.5F;
	if (!tax || decimal_is_zero(tax->number))
		return;
	if (net)
		c->rate_fits = printed_rate_fits(t->work, tax->number, net->number);
	else if (gross && decimal_sub(gross->number, tax->number, &base))
		c->rate_fits = printed_rate_fits(t->work, tax->number, base);
	c->score += c->rate_fits ? 0.3F : 0;
	if (gross && decimal_cmp(decimal_abs(gross->number), t->greatest) >= 0 &&
	    tax_rates_fit(&t->rates, tax->number, gross->number)) {
		c->score += c->rate_fits ? 0.3F : 0.5F;
		c->rate_fits = true;
	}
}

static void weigh_balance(struct combination *c)
{
	const struct option *gross = c->pick[GROSS], *due = c->pick[PAYABLE];
	const struct option *paid = c->pick[PAID];
	struct decimal rest;
	if (!gross || !due)
		return;
	if (paid && decimal_sub(gross->number, decimal_abs(paid->number), &rest) &&
	    !decimal_is_zero(paid->number)) {
		c->balance_fits = near(rest, due->number, 0);
		c->score += c->balance_fits ? 0.4F : -0.3F;
	} else {
		c->score += decimal_cmp(gross->number, due->number) == 0 ? 0.2F : -0.3F;
	}
}

/* The same amount printed again elsewhere is most often the total. */
static float repeated(const struct work *work, const struct option *option)
{
	int n = 0;
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind == KIND_AMOUNT && c->money &&
		    decimal_cmp(c->number, option->number) == 0)
			n++;
	}
	return n > 3 ? 0.12F : n > 1 ? 0.04F * (float)(n - 1) : 0;
}

/* The total is the greatest amount of most documents; the rows of a table of rates
 * close as well as the row of their sums does. */
static float greatness(const struct totals *t, const struct option *option)
{
	struct decimal share, value = decimal_abs(option->number);
	if (decimal_is_zero(t->greatest) || decimal_cmp(value, t->greatest) >= 0)
		return 0.25F;
	if (!decimal_div(value, t->greatest, 2, &share))
		return 0;
	return 0.25F * (float)share.coef / 100;
}

/* The foot of a column: the sum of the numbers between it and the column's head. */
static bool column_foot(const struct totals *t, const struct option *option)
{
	struct decimal sum = {0};
	int n = 0;
	if (!option || option->relation != REL_BELOW)
		return false;
	const struct options *all =
		&t->work->options[field_index(t->work, option->field)];
	for (size_t i = 0; i < all->n; i++) {
		const struct option *o = &all->list[i];
		if (o->mark != option->mark || o->relation != REL_BELOW ||
		    o->span.row >= option->span.row)
			continue;
		if (!decimal_add(sum, o->number, &sum))
			return false;
		n++;
	}
	return n >= 2 && decimal_cmp(sum, option->number) == 0;
}

static void find_greatest(struct totals *t)
{
	for (size_t i = 0; i < t->n[GROSS]; i++) {
		struct decimal value = decimal_abs(t->list[GROSS][i]->number);
		if (t->list[GROSS][i]->score < 0.5F)
			continue;
		if (decimal_cmp(value, t->greatest) > 0)
			t->greatest = value;
	}
}

static void weigh(struct totals *t, struct combination *c)
{
	c->score = 0;
	c->closes = c->rate_fits = c->balance_fits = c->minus_lost = false;
	for (int role = 0; role < ROLES; role++)
		if (c->pick[role])
			c->score += c->pick[role]->score - LEAST;
	if (same_place(c->pick[NET], c->pick[TAX]) ||
	    same_place(c->pick[NET], c->pick[GROSS]) ||
	    same_place(c->pick[TAX], c->pick[GROSS]) ||
	    same_place(c->pick[TAX], c->pick[PAYABLE]) ||
	    same_place(c->pick[PAID], c->pick[GROSS]) ||
	    same_place(c->pick[PAID], c->pick[PAYABLE]))
		c->score -= 2;
	if (c->pick[GROSS])
		c->score += repeated(t->work, c->pick[GROSS]) +
			    greatness(t, c->pick[GROSS]) +
			    till_support(&t->till, c->pick[GROSS]->number);
	for (int role = 0; role <= PAYABLE; role++)
		c->score += column_foot(t, c->pick[role]) ? 0.3F : 0;
	weigh_tax(t, c);
	weigh_balance(c);
	if (c->score > t->best.score)
		t->best = *c;
}

static void try_role(struct totals *t, struct combination *c, int role)
{
	if (role == ROLES) {
		weigh(t, c);
		return;
	}
	for (size_t i = 0; i <= t->n[role]; i++) {
		c->pick[role] = i < t->n[role] ? t->list[role][i] : NULL;
		try_role(t, c, role + 1);
	}
	c->pick[role] = NULL;
}

/* The best options of a role, each number once; fewer for the roles that matter less.
 */
/* A tax printed rate by rate: the sum of one amount for each of two rates or more. */
static bool sum_of_rates(const struct totals *t, struct decimal *sum,
			 struct option *out)
{
	const struct candidate *rates[6];
	size_t n = 0;
	const struct options *options =
		&t->work->options[field_index(t->work, t->field[TAX])];
	*sum = (struct decimal){0, 2};
	for (size_t i = 0; i < options->n && n < 6; i++) {
		const struct option *o = &options->list[i];
		const struct candidate *rate = rate_beside(t->work, o);
		bool known = !rate || o->score < 0.4F || o->relation == REL_BELOW;
		for (size_t k = 0; k < n; k++)
			known = known ||
				decimal_cmp(rates[k]->number, rate->number) == 0;
		if (known)
			continue;
		rates[n++] = rate;
		if (!decimal_add(*sum, o->number, sum))
			return false;
		if (n == 1)
			*out = *o;
		out->box = box_union(out->box, o->box);
		out->raw = n == 1 ? o->raw
				  : arena_printf(t->work->arena, "%s + %s", out->raw,
						 o->raw);
	}
	return n >= 2;
}

/* Adds the sum as an option of its own when net and gross of some options frame it. */
static void propose_sum_of_rates(struct totals *t)
{
	struct decimal sum, gross;
	struct option *option = arena_alloc(t->work->arena, sizeof *option);
	char buf[DECIMAL_TEXT_MAX];
	bool framed = false;
	if (!t->field[TAX] || !t->field[NET] || !t->field[GROSS] ||
	    !sum_of_rates(t, &sum, option))
		return;
	for (size_t i = 0; i < t->n[NET]; i++)
		for (size_t k = 0; k < t->n[GROSS]; k++)
			framed = framed ||
				 (decimal_add(t->list[NET][i]->number, sum, &gross) &&
				  near(gross, t->list[GROSS][k]->number, 0));
	if (!framed || t->n[TAX] == PER_ROLE)
		return;
	option->number = sum;
	option->value = arena_strdup(t->work->arena, decimal_print(sum, 2, buf));
	option->score = 0.7F;
	t->list[TAX][t->n[TAX]++] = option;
}

static void collect(struct totals *t, int role)
{
	size_t most = role == PAID ? 2 : role == PAYABLE ? 4 : PER_ROLE;
	const struct options *options =
		&t->work->options[field_index(t->work, t->field[role])];
	for (size_t i = 0; i < options->n && t->n[role] < most; i++) {
		const struct option *o = &options->list[i];
		bool known = false;
		for (size_t k = 0; k < t->n[role]; k++)
			known = known ||
				decimal_cmp(t->list[role][k]->number, o->number) == 0;
		if (!known && o->score > LEAST)
			t->list[role][t->n[role]++] = o;
	}
}

static float reading(const struct option *option)
{
	float c = option->confidence;
	return c < 0.9F ? 0.6F + 0.4F * c / 0.9F : 1;
}

static void settle_role(struct totals *t, int role)
{
	const struct combination *best = &t->best;
	const struct option *o = best->pick[role];
	const char *why = "label and shape fit";
	if (!o)
		return;
	float p = (0.55F + 0.4F * o->score) * reading(o);
	bool taxed = best->pick[TAX] && !decimal_is_zero(best->pick[TAX]->number);
	if (role <= GROSS && best->closes) {
		p = taxed ? 0.99F : p + (1 - p) * 0.4F;
		why = "net + tax = gross";
	} else if (role <= GROSS && best->rate_fits && best->pick[GROSS]) {
		p = p + (1 - p) * 0.6F;
		why = "tax rate fits";
	} else if (role >= PAYABLE && best->balance_fits) {
		p = p + (1 - p) * 0.7F;
		why = "gross - paid = payable";
	} else if (role == PAYABLE && best->pick[GROSS] &&
		   decimal_cmp(best->pick[GROSS]->number, o->number) == 0) {
		p = best->closes && taxed ? 0.985F : p + (1 - p) * 0.3F;
		why = "equals the total";
	}
	bool greater =
		best->pick[GROSS] &&
		decimal_cmp(decimal_abs(best->pick[GROSS]->number), t->greatest) < 0;
	if (role <= GROSS &&
	    (greater || (role == TAX && !best->closes && !best->rate_fits)))
		p = p < 0.8F ? p : 0.8F;
	struct option settled = *o;
	if (role == TAX && best->minus_lost)
		settled.value = arena_printf(t->work->arena, "-%s", o->value);
	settle(t->work, &settled, p, why);
	span_use(t->work, o->span);
}

/* No part of a sentence, such as "please pay by ...". */
static bool alone_in_cell(const struct work *work, const struct mark *mark)
{
	const struct row *row = span_row(&work->layout, mark->span);
	const struct cell *cell = row_cell(row, mark->span.from);
	for (uint32_t at = cell->from; at < cell->to; at++)
		if ((at < mark->span.from || at >= mark->span.to) &&
		    isalnum((unsigned char)row->text[at]))
			return false;
	return true;
}

/* "Open amount" stands there, and what stands beside it could not be read. */
static bool due_unread(const struct totals *t)
{
	for (size_t i = 0; i < t->work->n_marks; i++) {
		const struct mark *mark = &t->work->marks[i];
		if (mark->field == t->field[PAYABLE] && !mark->negative &&
		    !mark->misread && mark->label->weight >= 1 &&
		    alone_in_cell(t->work, mark))
			return true;
	}
	return false;
}

/* Where nothing was paid before, the total is what is due, and the other way round. */
static void share_total(struct totals *t)
{
	const struct option *gross = t->best.pick[GROSS], *due = t->best.pick[PAYABLE];
	if (t->best.pick[PAID] || !t->field[PAYABLE] || !t->field[GROSS] ||
	    !gross == !due)
		return;
	if (gross && due_unread(t))
		return;
	const struct option *known = gross ? gross : due;
	struct option copy = *known;
	copy.field = t->field[gross ? PAYABLE : GROSS];
	const struct field *of = doc_field(t->work->doc, known->field->path, 0);
	settle(t->work, &copy, of ? of->confidence * 0.93F : 0.5F,
	       "nothing paid before");
}

void choose_totals(struct work *work)
{
	struct totals t = {.work = work};
	till_look(work, &t.till);
	till_propose(work, &t.till);
	for (int role = 0; role < ROLES; role++)
		t.field[role] = field_by_role(work, KIND_AMOUNT, role_names[role]);
	tax_rates_propose(work, &t.rates);
	for (int role = 0; role < ROLES; role++)
		if (t.field[role])
			collect(&t, role);
	struct combination none = {0};
	propose_sum_of_rates(&t);
	find_greatest(&t);
	try_role(&t, &none, 0);
	for (int role = 0; role < ROLES; role++)
		settle_role(&t, role);
	share_total(&t);
}
