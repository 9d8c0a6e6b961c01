/* tax_rates.c - the tax of a document, rate by rate.
 *
 * Tills print a table of rates in a hundred layouts: with and without heads, net, tax
 * and gross in any order, the base on the row above, the rate as a letter or a bare
 * number. What they share is arithmetic. A rate, a tax and a base that fit each other
 * make a line; lines of different rates whose gross amounts add up to the total make
 * its tax. That is how the tax of a slip with two rates is found, which is printed
 * nowhere in total, and how a single tax is told from its neighbours. */
#include "tax_rates.h"

#include <string.h>

#define TOTALS_MAX 12
#define LINES_MAX 24
#define AMOUNTS_MAX 8
#define RATES_MAX 6
#define SURE 0.93F    /* a reader who says so is believed against sums */
#define LEAST_CENTS 5 /* less tax than this fits any total */

struct line { /* of a table of rates */
	const struct candidate *rate, *tax;
	struct decimal gross;
};

struct search {
	struct work *work;
	const struct fieldtype *field;
	struct line lines[LINES_MAX];
	size_t n;
	struct tax_rates *out;
};

static bool near(struct decimal a, struct decimal b, int cents)
{
	return decimal_near(a, b, (struct decimal){cents, 2});
}

/* The tax that a rate makes of a net amount, and within a gross amount. */
static bool tax_on(struct decimal net, struct decimal rate, struct decimal *tax)
{
	if (!decimal_mul(net, rate, tax))
		return false;
	tax->scale += 2;
	*tax = decimal_round(*tax, 2);
	return true;
}

static bool tax_within(struct decimal gross, struct decimal rate, struct decimal *tax)
{
	struct decimal product, whole;
	return decimal_mul(gross, rate, &product) &&
	       decimal_add(rate, (struct decimal){100, 0}, &whole) &&
	       decimal_div(product, whole, 2, tax);
}

static bool plausible_rate(struct decimal rate)
{
	return decimal_cmp(rate, (struct decimal){2, 0}) >= 0 &&
	       decimal_cmp(rate, (struct decimal){28, 0}) <= 0;
}

static bool plausible_tax(const struct candidate *c)
{
	return c->kind == KIND_AMOUNT && c->money && c->number.coef > 0;
}

static void add_line(struct search *s, const struct candidate *rate,
		     const struct candidate *tax, struct decimal gross)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->lines[i].tax == tax &&
		    decimal_cmp(s->lines[i].gross, gross) == 0)
			return;
	if (s->n < LINES_MAX)
		s->lines[s->n++] = (struct line){rate, tax, gross};
}

/* Base and tax of one rate: the base is net or gross. Only rounding may lie between. */
static void try_base(struct search *s, const struct candidate *rate,
		     const struct candidate *tax, const struct candidate *base)
{
	struct decimal want, gross;
	if (decimal_cmp(base->number, tax->number) <= 0)
		return;
	if (tax_within(base->number, rate->number, &want) && near(want, tax->number, 1))
		add_line(s, rate, tax, base->number);
	if (tax_on(base->number, rate->number, &want) && near(want, tax->number, 1) &&
	    decimal_add(base->number, tax->number, &gross))
		add_line(s, rate, tax, gross);
}

/* Amounts that stand with a rate: on its row, and on the rows next to it. */
static size_t amounts_near(const struct work *work, const struct candidate *rate,
			   uint32_t away, const struct candidate *out[AMOUNTS_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < work->n_candidates && n < AMOUNTS_MAX; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind == KIND_AMOUNT && c->money && c != rate &&
		    c->span.sheet == rate->span.sheet &&
		    c->span.row + away >= rate->span.row &&
		    c->span.row <= rate->span.row + away)
			out[n++] = c;
	}
	return n;
}

/* A rate with its sign may have its base on the row above or below; a bare number is a
 * rate only where net, tax and gross stand beside it. */
static void look_at_rate(struct search *s, const struct candidate *rate)
{
	const struct candidate *amounts[AMOUNTS_MAX];
	bool sign = rate->kind == KIND_PERCENT;
	size_t n = amounts_near(s->work, rate, sign ? 1 : 0, amounts);
	if (!sign && n < 3)
		return;
	for (size_t t = 0; t < n; t++)
		for (size_t b = 0; b < n; b++)
			if (t != b && plausible_tax(amounts[t]) &&
			    amounts[t]->span.row == rate->span.row)
				try_base(s, rate, amounts[t], amounts[b]);
}

/* "9,008" is "9,00%": the sign is read as a digit more often than not. */
static bool rate_of(const struct work *work, const struct candidate *c,
		    struct candidate *out)
{
	*out = *c;
	if (!work->ocr || c->kind != KIND_AMOUNT || c->decimals != 3 ||
	    c->number.scale != 3 || c->number.coef % 10 != 8)
		return false;
	out->kind = KIND_PERCENT;
	out->number = (struct decimal){c->number.coef / 10, 2};
	return true;
}

static bool first_of_row(const struct work *work, const struct candidate *c)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *o = &work->candidates[i];
		if (o->span.sheet == c->span.sheet && o->span.row == c->span.row &&
		    o->span.from < c->span.from)
			return false;
	}
	return true;
}

/* Ten percent for service, off or on, are no tax. */
static bool other_share(const struct work *work, const struct candidate *rate)
{
	static const char *const words[] = {
		"serv",	     "disc",   "rabatt",    "skonto",  "tip",
		"trinkgeld", "remise", "descuento", "korting", "gratuity"};
	const char *text = span_row(&work->layout, rate->span)->text;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

static void collect_lines(struct search *s)
{
	for (size_t i = 0; i < s->work->n_candidates; i++) {
		const struct candidate *c = &s->work->candidates[i];
		bool bare = c->kind == KIND_AMOUNT && first_of_row(s->work, c);
		struct candidate *rate = arena_alloc(s->work->arena, sizeof *rate);
		*rate = *c;
		bool sign =
			(bare && rate_of(s->work, c, rate)) || c->kind == KIND_PERCENT;
		if ((sign || bare) && plausible_rate(rate->number) &&
		    !other_share(s->work, c))
			look_at_rate(s, sign ? rate : c);
	}
}

static void remember(struct search *s, struct decimal tax, struct decimal gross)
{
	if (!tax_rates_fit(s->out, tax, gross) && s->out->n < TAX_FITS_MAX)
		s->out->fits[s->out->n++] = (struct tax_fit){tax, gross};
}

static void propose_as(struct search *s, const struct fieldtype *field,
		       const struct candidate *c, struct decimal number,
		       const char *raw, float score)
{
	struct work *work = s->work;
	const struct options *options = &work->options[field_index(work, field)];
	char buf[DECIMAL_TEXT_MAX];
	for (size_t i = 0; i < options->n; i++)
		if (options->list[i].score >= score &&
		    decimal_cmp(options->list[i].number, number) == 0)
			return;
	option_insert(work, (struct option){
				    .field = field,
				    .span = c->span,
				    .box = c->box,
				    .raw = raw,
				    .value = arena_strdup(
					    work->arena, decimal_print(number, 2, buf)),
				    .confidence = c->confidence,
				    .score = score,
				    .relation = REL_PLACE,
				    .candidate = c,
				    .number = number});
}

static void propose(struct search *s, const struct candidate *c, struct decimal tax,
		    const char *raw, float score)
{
	propose_as(s, s->field, c, tax, raw, score);
}

/* Lines of different rates that make up the total, from `from` on. */
static bool add_up(const struct search *s, struct decimal rest, size_t from,
		   const struct line **taken, size_t *n)
{
	for (size_t i = from; i < s->n && *n < RATES_MAX; i++) {
		const struct line *line = &s->lines[i];
		struct decimal less;
		bool again = false;
		for (size_t k = 0; k < *n; k++)
			again = again || decimal_cmp(taken[k]->rate->number,
						     line->rate->number) == 0;
		if (again || !decimal_sub(rest, line->gross, &less))
			continue;
		taken[(*n)++] = line;
		if (near(less, (struct decimal){0, 2}, 1) ||
		    (less.coef > 0 && add_up(s, less, i + 1, taken, n)))
			return true;
		(*n)--;
	}
	return false;
}

static const struct candidate *net_of(const struct work *work, const struct line *line)
{
	struct decimal net;
	if (!decimal_sub(line->gross, line->tax->number, &net))
		return NULL;
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind == KIND_AMOUNT && c->money &&
		    c->span.sheet == line->tax->span.sheet &&
		    c->span.row == line->tax->span.row && near(c->number, net, 0))
			return c;
	}
	return NULL;
}

/* Where the net of each of several rates is printed, their sum is the net of all. */
static void propose_net(struct search *s, const struct line *const *taken, size_t n)
{
	const struct fieldtype *field = field_by_role(s->work, KIND_AMOUNT, "net");
	const struct candidate *first = NULL;
	struct decimal sum = {0, 2};
	const char *raw = NULL;
	for (size_t i = 0; i < n; i++) {
		const struct candidate *c = net_of(s->work, taken[i]);
		if (!c || !decimal_add(sum, c->number, &sum))
			return;
		raw = raw ? arena_printf(s->work->arena, "%s + %s", raw, c->raw)
			  : c->raw;
		first = first ? first : c;
	}
	if (field && n > 1)
		propose_as(s, field, first, sum, raw, 0.9F);
}

static void propose_lines(struct search *s, struct decimal total)
{
	const struct line *taken[RATES_MAX];
	struct decimal tax = {0, 2};
	size_t n = 0;
	const char *raw = NULL;
	if (!add_up(s, total, 0, taken, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		const char *part = taken[i]->tax->raw;
		if (!decimal_add(tax, taken[i]->tax->number, &tax))
			return;
		raw = raw ? arena_printf(s->work->arena, "%s + %s", raw, part) : part;
	}
	remember(s, tax, total);
	propose(s, taken[0]->tax, tax, raw, 0.9F);
	propose_net(s, taken, n);
}

/* Far from its rate: a tax that fits the total to the cent. */
static void propose_single(struct search *s, struct decimal total)
{
	const struct work *work = s->work;
	for (size_t r = 0; r < work->n_candidates; r++) {
		const struct candidate *rate = &work->candidates[r];
		struct decimal want;
		if (rate->kind != KIND_PERCENT || !plausible_rate(rate->number) ||
		    other_share(work, rate) ||
		    !tax_within(total, rate->number, &want) ||
		    decimal_cmp(want, (struct decimal){LEAST_CENTS, 2}) < 0)
			continue;
		for (size_t i = 0; i < work->n_candidates; i++) {
			const struct candidate *c = &work->candidates[i];
			bool row = c->span.row == rate->span.row &&
				   c->span.sheet == rate->span.sheet;
			if (!plausible_tax(c) || !near(c->number, want, row))
				continue;
			remember(s, c->number, total);
			propose(s, c, c->number, c->raw, row ? 0.85F : 0.5F);
		}
	}
}

/* One digit apart, and the reader was not sure of the total's own print. */
static bool nearly(const struct option *total, const char *value)
{
	int differ = 0;
	if (total->confidence > SURE || strlen(total->value) != strlen(value))
		return false;
	for (size_t i = 0; value[i]; i++)
		differ += total->value[i] != value[i];
	return differ == 1;
}

/* The base of a printed tax is the total but for a digit: one of the two is misread,
 * and the base has the tax on its side. */
static void propose_base(struct search *s, const struct option *total)
{
	struct work *work = s->work;
	for (size_t i = 0; i < s->n; i++)
		if (near(s->lines[i].gross, total->number, 0))
			return;
	for (size_t i = 0; i < s->n; i++) {
		char buf[DECIMAL_TEXT_MAX];
		const char *value = decimal_print(s->lines[i].gross, 2, buf);
		if (total->score < 0.6F || !nearly(total, value))
			continue;
		struct option base = *total;
		base.value = arena_strdup(work->arena, value);
		base.number = s->lines[i].gross;
		base.confidence *= 0.8F;
		option_insert(work, base);
		remember(s, s->lines[i].tax->number, base.number);
		propose(s, s->lines[i].tax, s->lines[i].tax->number,
			s->lines[i].tax->raw, 0.85F);
	}
}

bool tax_rates_fit(const struct tax_rates *rates, struct decimal tax,
		   struct decimal gross)
{
	for (size_t i = 0; i < rates->n; i++)
		if (decimal_cmp(rates->fits[i].tax, tax) == 0 &&
		    decimal_cmp(rates->fits[i].gross, gross) == 0)
			return true;
	return false;
}

/* Where a label calls an amount the total, lesser ones that hardly any label calls so
 * are parts of it. */
static size_t without_parts(struct option *list, size_t n)
{
	struct decimal greatest = {0, 2};
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (list[i].score >= 0.6F && decimal_cmp(list[i].number, greatest) > 0)
			greatest = list[i].number;
	for (size_t i = 0; i < n; i++)
		if (list[i].score >= 0.6F || decimal_cmp(list[i].number, greatest) >= 0)
			list[kept++] = list[i];
	return kept;
}

/* Copies, because options are added while they are looked at. */
static size_t best_totals(const struct work *work, struct option out[TOTALS_MAX])
{
	const struct fieldtype *field = field_by_role(work, KIND_AMOUNT, "gross");
	size_t n = 0;
	if (!field)
		return 0;
	const struct options *options = &work->options[field_index(work, field)];
	for (size_t i = 0; i < options->n && n < TOTALS_MAX; i++)
		if (options->list[i].score >= 0.4F && options->list[i].number.coef > 0)
			out[n++] = options->list[i];
	return without_parts(out, n);
}

void tax_rates_propose(struct work *work, struct tax_rates *out)
{
	struct search search = {.work = work,
				.field = field_by_role(work, KIND_AMOUNT, "tax"),
				.out = out};
	struct option totals[TOTALS_MAX];
	size_t n;
	out->n = 0;
	if (!search.field || !work->options[field_index(work, search.field)].marked)
		return;
	collect_lines(&search);
	n = best_totals(work, totals);
	for (size_t i = 0; i < n; i++) {
		propose_base(&search, &totals[i]);
		propose_lines(&search, totals[i].number);
		propose_single(&search, totals[i].number);
	}
	tax_frames_propose(work, search.field, totals, n);
}
