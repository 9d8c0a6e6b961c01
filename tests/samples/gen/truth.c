/* What stands on each paper, as NAME.truth.json: the form that `intray evaluate` reads.
 */
#include <stdbool.h>
#include <string.h>

#include "tests/samples/gen/paper.h"

struct json { /* an object being written */
	struct strbuf *out;
	bool begun;
};

static void put(struct json *json, const char *key, const char *value)
{
	if (!value)
		return;
	strbuf_addf(json->out, "%s\"%s\": \"%s\"", json->begun ? ", " : "", key, value);
	json->begun = true;
}

static const char *address(struct arena *arena, const struct company *c)
{
	return arena_printf(arena, "%s, %s %s", c->street, c->postcode, c->city);
}

static void invoice_fields(struct json *json, struct arena *arena,
			   const struct paper *p)
{
	struct totals t = paper_totals(p);
	put(json, "number", p->number);
	put(json, "issue_date", p->date);
	put(json, "due_date", p->due);
	put(json, "type_code", p->kind == PAPER_CREDIT_NOTE ? "381" : "380");
	put(json, "currency", p->currency);
	put(json, "order_reference", p->order);
	put(json, "seller/name", p->seller->name);
	put(json, "seller/address", address(arena, p->seller));
	put(json, "seller/vat_id", p->seller->vat_id);
	put(json, "seller/iban", p->seller->iban);
	put(json, "buyer/name", p->buyer->name);
	put(json, "buyer/address", address(arena, p->buyer));
	put(json, "total_without_vat", cents_plain(arena, t.net));
	put(json, "total_vat", cents_plain(arena, t.vat));
	put(json, "total_with_vat", cents_plain(arena, t.gross));
	put(json, "amount_due", cents_plain(arena, t.gross));
}

static void receipt_fields(struct json *json, struct arena *arena,
			   const struct paper *p)
{
	struct totals t = paper_totals(p);
	put(json, "merchant/name", p->seller->name);
	put(json, "merchant/address", address(arena, p->seller));
	put(json, "merchant/tax_id", p->seller->vat_id);
	put(json, "date", p->date);
	put(json, "time", p->time);
	put(json, "number", p->number);
	put(json, "currency", p->currency);
	put(json, "total", cents_plain(arena, t.net));
	put(json, "total_vat",
	    cents_plain(arena, t.net - (t.net * 100 + (100 + t.rates[0]) / 2) /
					       (100 + t.rates[0])));
}

static void lines(struct strbuf *out, struct arena *arena, const struct paper *p)
{
	bool structured = strcmp(p->form, "pdf") != 0 && strcmp(p->form, "tif") != 0 &&
			  strcmp(p->form, "jpg") != 0;
	for (int i = 0; i < paper_items(p); i++) {
		const struct item *it = &p->items[i];
		struct json json = {.out = out};
		strbuf_add(out, i ? ",\n  {" : "\n  {");
		put(&json, "description", it->description);
		put(&json, "quantity", arena_printf(arena, "%d", it->quantity));
		if (structured)
			put(&json, "unit", "H87");
		put(&json, "unit_price", cents_plain(arena, it->price));
		put(&json, "vat_rate", arena_printf(arena, "%d", it->rate));
		put(&json, "net_amount", cents_plain(arena, it->quantity * it->price));
		strbuf_add(out, "}");
	}
}

static const char *type_name(enum paper_kind kind)
{
	switch (kind) {
	case PAPER_INVOICE:
	case PAPER_CREDIT_NOTE:
		return "invoice";
	case PAPER_RECEIPT:
		return "receipt";
	case PAPER_LETTER:
		break;
	}
	return "other";
}

const char *write_truth(struct arena *arena, const struct paper *p)
{
	struct strbuf out;
	struct json json = {.out = &out};

	strbuf_init(&out, arena);
	strbuf_addf(&out,
		    "{\"type\": \"%s\", \"source\": \"samples/%s\",\n \"fields\": {",
		    type_name(p->kind), p->file);
	if (p->kind == PAPER_RECEIPT)
		receipt_fields(&json, arena, p);
	else if (p->kind != PAPER_LETTER)
		invoice_fields(&json, arena, p);
	strbuf_add(&out, "},\n \"lines\": [");
	if (p->kind == PAPER_INVOICE || p->kind == PAPER_CREDIT_NOTE)
		lines(&out, arena, p);
	strbuf_add(&out, "]}\n");
	return out.text;
}
