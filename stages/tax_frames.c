/* tax_frames.c - net, tax and total that frame each other on a slip.
 *
 * Where a label was misread beyond recognition, its amount is still printed. Total less
 * tax that stands somewhere as money is the net amount; a tax and the amount left of it
 * on its row that together stand further up are the last row of a summary and the
 * total. Only offered beside what labels say, and only on slips: full pages print so
 * many amounts that some of them frame each other by chance. */
#include "tax_rates.h"

#define TAXES_MAX 12

static const struct candidate *
printed_elsewhere(const struct work *work, struct decimal value, struct span not_here)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind == KIND_AMOUNT && c->money && !c->worn &&
		    decimal_cmp(c->number, value) == 0 &&
		    !span_overlaps(c->span, not_here))
			return c;
	}
	return NULL;
}

static void offer(struct work *work, const char *role, const struct candidate *c,
		  float score)
{
	const struct fieldtype *field = field_by_role(work, KIND_AMOUNT, role);
	if (!field)
		return;
	const struct options *options = &work->options[field_index(work, field)];
	for (size_t i = 0; i < options->n; i++)
		if (options->list[i].score >= score &&
		    decimal_cmp(options->list[i].number, c->number) == 0)
			return;
	option_insert(work, option_of(field, c, score, REL_PLACE));
}

/* A tax of a usual share. */
static bool usual_tax(struct decimal tax, struct decimal net)
{
	struct decimal share;
	return net.coef > 0 && tax.coef > 0 && decimal_div(tax, net, 4, &share) &&
	       decimal_cmp(share, (struct decimal){4, 2}) >= 0 &&
	       decimal_cmp(share, (struct decimal){27, 2}) <= 0;
}

/* Total less tax is printed: that is the net amount, whatever its label became. */
static void propose_net(struct work *work, const struct option *total,
			const struct option *tax)
{
	struct decimal net;
	if (!decimal_sub(total->number, tax->number, &net) ||
	    !usual_tax(tax->number, net) || span_overlaps(total->span, tax->span))
		return;
	const struct candidate *c = printed_elsewhere(work, net, total->span);
	if (c)
		offer(work, "net", c, 0.5F);
}

/* The amount left of a tax on its row and the tax make an amount printed above them:
 * the total, whatever its label became. */
static void propose_total(struct work *work, const struct option *tax)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *net = &work->candidates[i];
		struct decimal sum;
		if (net->kind != KIND_AMOUNT || !net->money ||
		    net->span.sheet != tax->span.sheet ||
		    net->span.row != tax->span.row ||
		    net->span.from >= tax->span.from ||
		    !usual_tax(tax->number, net->number) ||
		    !decimal_add(net->number, tax->number, &sum))
			continue;
		const struct candidate *c = printed_elsewhere(work, sum, tax->span);
		if (c && c->span.row < tax->span.row) {
			offer(work, "net", net, 0.5F);
			offer(work, "gross", c, 0.55F);
			return;
		}
	}
}

/* The label of a total was read. */
static bool total_known(const struct option *totals, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (totals[i].score >= 0.6F)
			return true;
	return false;
}

void tax_frames_propose(struct work *work, const struct fieldtype *field,
			const struct option *totals, size_t n)
{
	struct option taxes[TAXES_MAX];
	size_t n_taxes = 0;
	if (!work->layout.n_sheets || !sheet_is_slip(&work->layout.sheets[0]))
		return;
	const struct options *options = &work->options[field_index(work, field)];
	for (size_t i = 0; i < options->n && n_taxes < TAXES_MAX; i++)
		if (options->list[i].score >= 0.5F && options->list[i].candidate &&
		    options->list[i].candidate->money)
			taxes[n_taxes++] = options->list[i];
	for (size_t i = 0; i < n_taxes; i++) {
		if (!total_known(totals, n))
			propose_total(work, &taxes[i]);
		for (size_t k = 0; k < n; k++)
			propose_net(work, &totals[k], &taxes[i]);
	}
}
