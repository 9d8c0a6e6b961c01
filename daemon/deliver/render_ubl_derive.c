/* render_ubl_derive.c - what follows from an invoice's values by the standard's
 * formulas.
 *
 * Paper rarely prints all that EN 16931 has a term for, but most of it is arithmetic:
 * the total of the lines is their sum (BR-CO-10), the amount due is the total less what
 * was paid (BR-CO-16). A term is only filled when its formula has all its inputs, and
 * where the paper's own sums could contradict it, only when they agree. Nothing that is
 * there is changed, and what needs knowledge (a country, a reason for exemption) is
 * never filled. */
#include "render_ubl_map.h"

#include <string.h>

#include "decimal.h"
#include "render_private.h"

void ubl_set(struct doc *doc, const char *path, int line, const char *value)
{
	struct field *field;

	if (value == NULL || doc_value(doc, path, line))
		return;
	field = doc_add_field(doc, path, line);
	field->value = value;
	field->source = SOURCE_DERIVED;
	field->confidence = 1;
}

/* --- amounts ---------------------------------------------------------- */

static bool amount_of(const struct doc *doc, const char *path, int line,
		      struct decimal *out)
{
	const char *value = doc_value(doc, path, line);

	return value && decimal_parse(value, out);
}

/* An optional term of a sum: absent counts as nothing. */
static bool amount_or_zero(const struct doc *doc, const char *path, struct decimal *out)
{
	*out = (struct decimal){0};
	return doc_value(doc, path, 0) == NULL || amount_of(doc, path, 0, out);
}

static void set_amount(struct doc *doc, const char *path, int line, struct decimal d)
{
	char buf[DECIMAL_TEXT_MAX];

	ubl_set(doc, path, line, arena_strdup(doc->arena, decimal_print(d, 2, buf)));
}

/* False when a row lacks it, or there is no row. */
static bool sum_of(const struct doc *doc, const char *table, const char *column,
		   struct decimal *sum)
{
	int rows = render_rows(doc, table);

	*sum = (struct decimal){0};
	for (int i = 1; i <= rows; i++) {
		struct decimal d;

		if (!amount_of(doc, column, i, &d) || !decimal_add(*sum, d, sum))
			return false;
	}
	return rows > 0;
}

/* a + b - c, each of which may be absent but the first. */
static bool plus_minus(struct decimal a, struct decimal b, struct decimal c,
		       struct decimal *out)
{
	return decimal_add(a, b, out) && decimal_sub(*out, c, out);
}

/* --- totals ----------------------------------------------------------- */

/* Of allowances or charges: as printed, else the sum of the table, else nothing. */
static bool total_of(const struct doc *doc, const char *table, const char *printed,
		     const char *column, struct decimal *out)
{
	if (doc_value(doc, printed, 0) || render_rows(doc, table) == 0)
		return amount_or_zero(doc, printed, out);
	return sum_of(doc, table, column, out);
}

/* BR-CO-10 and 13. Lines that were printed with VAT do not make the total without it,
 * and then their sum is no BT-106. */
static void derive_lines_total(struct doc *doc)
{
	struct decimal lines, allowances, charges, net, printed;

	if (!sum_of(doc, "lines", "lines/net_amount", &lines) ||
	    !total_of(doc, "allowances", "allowances_total", "allowances/amount",
		      &allowances) ||
	    !total_of(doc, "charges", "charges_total", "charges/amount", &charges) ||
	    !plus_minus(lines, charges, allowances, &net) ||
	    !amount_of(doc, "total_without_vat", 0, &printed) ||
	    decimal_cmp(net, printed) != 0)
		return;
	set_amount(doc, "lines_total", 0, lines);
	if (render_rows(doc, "allowances") > 0)
		set_amount(doc, "allowances_total", 0, allowances);
	if (render_rows(doc, "charges") > 0)
		set_amount(doc, "charges_total", 0, charges);
}

/* BR-CO-14 and 15. */
static void derive_vat_totals(struct doc *doc)
{
	struct decimal net, vat, gross, d;

	if (sum_of(doc, "vat_breakdown", "vat_breakdown/tax_amount", &vat))
		set_amount(doc, "total_vat", 0, vat);
	if (!amount_of(doc, "total_with_vat", 0, &gross))
		return;
	if (amount_of(doc, "total_without_vat", 0, &net) && decimal_sub(gross, net, &d))
		set_amount(doc, "total_vat", 0, d);
	else if (amount_of(doc, "total_vat", 0, &vat) && decimal_sub(gross, vat, &d))
		set_amount(doc, "total_without_vat", 0, d);
}

/* BR-CO-16. */
static void derive_amount_due(struct doc *doc)
{
	struct decimal gross, prepaid, rounding, due;

	if (amount_of(doc, "total_with_vat", 0, &gross) &&
	    amount_or_zero(doc, "prepaid_amount", &prepaid) &&
	    amount_or_zero(doc, "rounding_amount", &rounding) &&
	    plus_minus(gross, rounding, prepaid, &due))
		set_amount(doc, "amount_due", 0, due);
}

/* --- VAT per rate ----------------------------------------------------- */

struct rate {
	const char *rate, *category;
	struct decimal taxable, tax;
};
enum { RATES_MAX = 20 };

static bool same_rate(const struct rate *a, const char *rate)
{
	struct decimal x, y;

	return decimal_parse(a->rate, &x) && decimal_parse(rate, &y) &&
	       decimal_cmp(x, y) == 0;
}

static struct rate *rate_in(struct rate *rates, size_t *n, const char *rate,
			    const char *category)
{
	for (size_t i = 0; i < *n; i++)
		if (same_rate(&rates[i], rate))
			return &rates[i];
	if (*n == RATES_MAX)
		return NULL;
	rates[*n] = (struct rate){.rate = rate, .category = category};
	return &rates[(*n)++];
}

/* False when a line has no rate, or lines of one rate are of different categories. */
static bool group_lines(const struct doc *doc, struct rate *rates, size_t *n)
{
	int lines = render_rows(doc, "lines");

	for (int i = 1; i <= lines; i++) {
		const char *percent = doc_value(doc, "lines/vat_rate", i);
		const char *category = doc_value(doc, "lines/vat_category", i);
		struct decimal net;
		struct rate *rate =
			percent ? rate_in(rates, n, percent, category) : NULL;

		if (rate == NULL || !amount_of(doc, "lines/net_amount", i, &net) ||
		    !decimal_add(rate->taxable, net, &rate->taxable) ||
		    (rate->category == NULL) != (category == NULL) ||
		    (category && strcmp(rate->category, category) != 0))
			return false;
	}
	return lines > 0;
}

static bool tax_rates(struct rate *rates, size_t n, struct decimal *all)
{
	static const struct decimal hundred = {100, 0};

	*all = (struct decimal){0};
	for (size_t i = 0; i < n; i++) {
		struct decimal percent, product;

		if (!decimal_parse(rates[i].rate, &percent) ||
		    !decimal_mul(rates[i].taxable, percent, &product) ||
		    !decimal_div(product, hundred, 2, &rates[i].tax) ||
		    !decimal_add(*all, rates[i].tax, all))
			return false;
	}
	return true;
}

/* BR-CO-17, where it makes the very VAT that is printed and nothing is added to the
 * lines or taken off. */
static void derive_breakdown(struct doc *doc)
{
	struct rate rates[RATES_MAX] = {0};
	size_t n = 0;
	struct decimal tax, printed, lines, net;

	if (render_rows(doc, "vat_breakdown") > 0 ||
	    !sum_of(doc, "lines", "lines/net_amount", &lines) ||
	    !amount_of(doc, "total_without_vat", 0, &net) ||
	    decimal_cmp(lines, net) != 0 || !group_lines(doc, rates, &n) ||
	    !tax_rates(rates, n, &tax) || !amount_of(doc, "total_vat", 0, &printed) ||
	    decimal_cmp(tax, printed) != 0)
		return;
	for (size_t i = 0; i < n; i++) {
		int row = (int)i + 1;

		ubl_set(doc, "vat_breakdown/rate", row, rates[i].rate);
		ubl_set(doc, "vat_breakdown/category", row, rates[i].category);
		set_amount(doc, "vat_breakdown/taxable_amount", row, rates[i].taxable);
		set_amount(doc, "vat_breakdown/tax_amount", row, rates[i].tax);
	}
}

/* --- categories ------------------------------------------------------- */

/* Spain has taxes of its own (IGIC, IPSI) at positive rates. */
static bool may_be_other_tax(const struct doc *doc)
{
	const char *country = doc_value(doc, "seller/country", 0);
	const char *vat_id = doc_value(doc, "seller/vat_id", 0);

	return (country && strcmp(country, "ES") == 0) ||
	       (vat_id && strncmp(vat_id, "ES", 2) == 0);
}

/* A positive rate of VAT is category S (BR-S-5); what is at 0 % for, the paper must
 * say. */
static void derive_category(struct doc *doc, const char *table, const char *rate,
			    const char *category)
{
	int rows = render_rows(doc, table);
	struct decimal percent;

	for (int i = 1; i <= rows; i++)
		if (amount_of(doc, rate, i, &percent) && !decimal_is_zero(percent))
			ubl_set(doc, category, i, "S");
}

static void derive_categories(struct doc *doc)
{
	static const char *const tables[][3] = {
		{"lines", "lines/vat_rate", "lines/vat_category"},
		{"vat_breakdown", "vat_breakdown/rate", "vat_breakdown/category"},
		{"allowances", "allowances/vat_rate", "allowances/vat_category"},
		{"charges", "charges/vat_rate", "charges/vat_category"},
	};

	if (may_be_other_tax(doc))
		return;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		derive_category(doc, tables[i][0], tables[i][1], tables[i][2]);
}

/* --- addresses -------------------------------------------------------- */

/* "D-10115 Berlin" or "75001 Paris": length of the postcode, 0 when it begins
 * otherwise. */
static size_t postcode_len(const char *town)
{
	size_t letters = strspn(town, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	size_t dash = letters && letters <= 2 && town[letters] == '-' ? letters + 1 : 0;
	size_t digits = strspn(town + dash, "0123456789");

	return digits >= 4 && digits <= 5 && town[dash + digits] == ' ' ? dash + digits
									: 0;
}

/* "Street 1, 10115 Berlin" as parts; what is written otherwise stays one line. Put
 * together again it is the same. */
static void derive_address(struct doc *doc, const char *us)
{
#define PART(name) arena_printf(doc->arena, "%s/" name, us)
	const char *address = doc_value(doc, PART("address"), 0);
	const char *comma = address ? strrchr(address, ',') : NULL;
	const char *town = comma ? comma + 1 + strspn(comma + 1, " ") : NULL;
	size_t code = town ? postcode_len(town) : 0;

	if (address == NULL || doc_value(doc, PART("street"), 0) ||
	    doc_value(doc, PART("street2"), 0) || doc_value(doc, PART("street3"), 0) ||
	    doc_value(doc, PART("postcode"), 0) || doc_value(doc, PART("city"), 0))
		return;
	if (code == 0) {
		ubl_set(doc, PART("street3"), 0, address);
		return;
	}
	ubl_set(doc, PART("street"), 0,
		arena_strndup(doc->arena, address, (size_t)(comma - address)));
	ubl_set(doc, PART("postcode"), 0, arena_strndup(doc->arena, town, code));
	ubl_set(doc, PART("city"), 0, town + code + 1);
#undef PART
}

/* --- what the XML wants beside the terms ------------------------------ */

static void derive_lines(struct doc *doc)
{
	int lines = render_rows(doc, "lines");

	for (int i = 1; i <= lines; i++) {
		ubl_set(doc, UBL_NUMBER_OF_LINE, i, arena_printf(doc->arena, "%d", i));
		if (doc_value(doc, "lines/vat_rate", i) ||
		    doc_value(doc, "lines/vat_category", i))
			ubl_set(doc, UBL_LINE_TAX, i, "yes");
	}
}

/* An account to pay to is a credit transfer (30); a reference alone is no means (1),
 * nor is the day, which only a CreditNote keeps there. */
static void derive_payment_means(struct doc *doc, bool credit_note)
{
	if (doc_value(doc, "seller/iban", 0))
		ubl_set(doc, UBL_PAYMENT_MEANS, 0, "30");
	else if (doc_value(doc, "payment_reference", 0) ||
		 (credit_note && doc_value(doc, "due_date", 0)))
		ubl_set(doc, UBL_PAYMENT_MEANS, 0, "1");
}

void ubl_derive(struct doc *doc, bool credit_note)
{
	derive_vat_totals(doc);
	derive_lines_total(doc);
	derive_amount_due(doc);
	derive_breakdown(doc);
	derive_categories(doc);
	derive_address(doc, "seller");
	derive_address(doc, "buyer");
	derive_lines(doc);
	derive_payment_means(doc, credit_note);
}
