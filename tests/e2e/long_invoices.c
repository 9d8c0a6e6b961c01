/* long_invoices [--scan] DIR PAGES... - invoices of as many pages as asked for,
 * DIR/01.pdf and on; --scan: all their pages as a scanner gives them as well, one
 * behind the other in DIR/scan.tif.
 *
 * The sellers are those of our samples, in turn. Each has its own way with pages: one
 * numbers all of them, one only those behind the first, some print their letterhead or
 * the invoice's number again, one leaves the pages behind the first with nothing but
 * rows. For each invoice a line with its pages and its number is printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "log.h"
#include "tests/samples/gen/paper.h"
#include "tests/samples/gen/pdf_out.h"

enum {
	MARGIN = 57,
	RIGHT = 538,
	FIRST_ROW_Y = 310,
	NEXT_ROW_Y = 130,
	LAST_ROW_Y = 690
};

static const struct seller {
	const char *like; /* the sample with its name and address */
	const char *title, *number, *date, *carried, *net, *vat, *total, *currency;
	const char *page_word, *of; /* "Page 2 of 3"; NULL: not numbered, or "Page 2" */
	bool first_page_too, head_again, number_again, foot_again;
	int rate;
} sellers[] = {
	{"invoice-de", "Rechnung", "Rechnungsnummer", "Rechnungsdatum", "Übertrag",
	 "Nettobetrag", "MwSt.", "Rechnungsbetrag", "EUR", "Seite", " von ", true,
	 false, true, true, 19},
	{"invoice-en", "INVOICE", "Invoice number", "Invoice date", "Carried forward",
	 "Subtotal", "VAT", "Total due", "GBP", "Page", NULL, false, false, true, false,
	 20},
	{"invoice-fr", "FACTURE", "Facture n°", "Date de facture", "Report", "Total HT",
	 "TVA", "Total TTC", "EUR", "Page", "/", true, true, false, true, 20},
	{"invoice-es", "FACTURA", "Número de factura", "Fecha de factura",
	 "Suma anterior", "Base imponible", "IVA", "Total factura", "EUR", NULL, NULL,
	 false, true, true, true, 21},
	{"invoice-wrong-total", "Rechnung", "Rechnungsnummer", "Rechnungsdatum",
	 "Übertrag", "Nettobetrag", "MwSt.", "Rechnungsbetrag", "EUR", NULL, NULL,
	 false, false, false, false, 19},
};
static const char *const goods[] = {"Packing tape 50 mm", "Tonerkassette XL",
				    "Cahier 180 pages",	  "Lámpara LED",
				    "Bohrersatz HSS",	  "Cardboard box 400 mm"};

struct invoice {
	struct arena *arena;
	struct pdf *pdf;
	const struct seller *seller;
	const struct paper *like;
	const char *number;
	int pages, page, index;
	int64_t net;
};

static const struct paper *sample(const char *file)
{
	for (const struct paper *p = papers; p->file; p++)
		if (strcmp(p->file, file) == 0)
			return p;
	die("no sample %s", file);
}

static const char *money(const struct invoice *v, int64_t cents)
{
	bool english = strcmp(v->seller->currency, "GBP") == 0;

	return arena_printf(v->arena, "%lld%c%02lld", (long long)(cents / 100),
			    english ? '.' : ',', (long long)(cents % 100));
}

static void letterhead(const struct invoice *v)
{
	const struct company *c = v->like->seller;

	pdf_text(v->pdf, MARGIN, 62, 17, 1, c->name);
	pdf_text(v->pdf, MARGIN, 78, 9, 0,
		 arena_printf(v->arena, "%s, %s %s", c->street, c->postcode, c->city));
	pdf_line(v->pdf, MARGIN, 98, RIGHT, 98, 0.8);
}

static void reference(const struct invoice *v, double y, const char *label,
		      const char *value)
{
	pdf_text(v->pdf, 330, y, 10, 0, label);
	pdf_text_right(v->pdf, RIGHT, y, 10, 0, value);
}

static void first_page_head(const struct invoice *v)
{
	const struct company *buyer = v->like->buyer;

	letterhead(v);
	pdf_text(v->pdf, MARGIN, 150, 11, 0, buyer->name);
	pdf_text(v->pdf, MARGIN, 165, 11, 0, buyer->street);
	pdf_text(v->pdf, MARGIN, 180, 11, 0,
		 arena_printf(v->arena, "%s %s", buyer->postcode, buyer->city));
	reference(v, 150, v->seller->number, v->number);
	reference(v, 165, v->seller->date,
		  arena_printf(v->arena, "%02d.02.2026", 2 + v->index));
	pdf_text(v->pdf, MARGIN, 250, 15, 1, v->seller->title);
}

static void next_page_head(const struct invoice *v)
{
	if (v->seller->head_again)
		letterhead(v);
	if (v->seller->number_again)
		reference(v, 82, v->seller->number, v->number);
	pdf_text(v->pdf, MARGIN, NEXT_ROW_Y - 20, 10, 0, v->seller->carried);
	pdf_text_right(v->pdf, RIGHT, NEXT_ROW_Y - 20, 10, 0, money(v, v->net));
}

static void foot(const struct invoice *v)
{
	const struct company *c = v->like->seller;

	if (v->page == 1 || v->seller->foot_again)
		pdf_text(v->pdf, MARGIN, 790, 8, 0,
			 arena_printf(v->arena, "%s  |  %s  |  IBAN %s", c->name,
				      c->vat_id, c->iban));
	if (!v->seller->page_word || (v->page == 1 && !v->seller->first_page_too))
		return;
	pdf_text_right(v->pdf, RIGHT, 806, 8, 0,
		       v->seller->of ? arena_printf(v->arena, "%s %d%s%d",
						    v->seller->page_word, v->page,
						    v->seller->of, v->pages)
				     : arena_printf(v->arena, "%s %d",
						    v->seller->page_word, v->page));
}

static void rows(struct invoice *v, double y, double last_y)
{
	for (int i = 0; y <= last_y; i++, y += 20) {
		int quantity = 1 + (i + v->page) % 7;
		int64_t price = 125 + 35 * ((i * 7 + v->index * 3) % 40);

		pdf_text(v->pdf, MARGIN, y, 10, 0,
			 goods[(size_t)(i + v->index) %
			       (sizeof(goods) / sizeof(*goods))]);
		pdf_text_right(v->pdf, 330, y, 10, 0,
			       arena_printf(v->arena, "%d", quantity));
		pdf_text_right(v->pdf, 410, y, 10, 0, money(v, price));
		pdf_text_right(v->pdf, RIGHT, y, 10, 0, money(v, quantity * price));
		v->net += quantity * price;
	}
}

static void sums(const struct invoice *v)
{
	int64_t vat = (v->net * v->seller->rate + 50) / 100;

	reference(v, 700, v->seller->net, money(v, v->net));
	reference(v, 716,
		  arena_printf(v->arena, "%s %d%%", v->seller->vat, v->seller->rate),
		  money(v, vat));
	reference(
		v, 735,
		arena_printf(v->arena, "%s %s", v->seller->total, v->seller->currency),
		money(v, v->net + vat));
}

static const char *print(struct invoice *v, size_t *len)
{
	for (v->page = 1; v->page <= v->pages; v->page++) {
		bool is_last = v->page == v->pages;

		pdf_page(v->pdf);
		if (v->page == 1)
			first_page_head(v);
		else
			next_page_head(v);
		rows(v, v->page == 1 ? FIRST_ROW_Y : NEXT_ROW_Y,
		     is_last ? LAST_ROW_Y - 20 - 40 * (v->index % 5) : LAST_ROW_Y);
		if (is_last)
			sums(v);
		foot(v);
	}
	return pdf_finish(v->pdf, len);
}

static void make(struct arena *arena, const char *dir, int index, int pages)
{
	size_t n = sizeof(sellers) / sizeof(*sellers), len;
	const struct seller *seller = &sellers[(size_t)index % n];
	struct invoice v = {
		.arena = arena,
		.pdf = pdf_new(arena, 595, 842),
		.seller = seller,
		.like = sample(seller->like),
		.number = arena_printf(arena, "R-2026-%04d", 1117 + 89 * index),
		.pages = pages,
		.index = index};
	const char *bytes = print(&v, &len);
	FILE *f = fopen(arena_printf(arena, "%s/%02d.pdf", dir, index + 1), "wb");

	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
		die("%s: cannot write", dir);
	printf("%d %s\n", pages, v.number);
}

/* Every page lies a little differently on the glass. */
static void scan(struct arena *arena, const char *dir, int index, int pages)
{
	static unsigned seed = 20260300;
	const char *pdf = arena_printf(arena, "%s/%02d.pdf", dir, index + 1);

	for (int page = 1; page <= pages; page++)
		scan_page(pdf, page, arena_printf(arena, "%s/scan.tif", dir),
			  index > 0 || page > 1, "tif", seed++);
}

int main(int argc, char **argv)
{
	bool scanned = argc > 1 && strcmp(argv[1], "--scan") == 0;
	char **args = argv + 1 + scanned;
	int n = argc - 2 - scanned;

	if (n < 1) {
		fputs("usage: long_invoices [--scan] DIR PAGES...\n", stderr);
		return 2;
	}
	log_init("long_invoices", LOG_LEVEL_INFO);
	AUTO_ARENA arena = arena_new();
	for (int i = 0; i < n; i++) {
		make(arena, args[0], i, atoi(args[i + 1]));
		if (scanned)
			scan(arena, args[0], i, atoi(args[i + 1]));
	}
	return 0;
}
