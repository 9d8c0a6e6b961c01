/* The papers as they come out of a printer: three looks of invoice (by language), till
 * receipts and letters. Labels are the customary ones of each language. */
#include <string.h>

#include "date.h"
#include "tests/samples/gen/paper.h"
#include "tests/samples/gen/pdf_out.h"

enum { MARGIN = 57, RIGHT = 538 }; /* points: 2 cm on A4 */

struct words {
	const char *lang, *invoice, *credit, *number, *date, *due, *order, *vat_id,
		*account;
	const char *description, *quantity, *price, *rate, *amount;
	const char *net, *vat, *total, *thanks;
	char decimal, thousands;
};

static const struct words dictionary[] = {
	{"de",
	 "Rechnung",
	 "Gutschrift",
	 "Rechnungsnummer",
	 "Rechnungsdatum",
	 "Zahlbar bis",
	 "Bestellnummer",
	 "USt-IdNr.",
	 "IBAN",
	 "Bezeichnung",
	 "Menge",
	 "Einzelpreis",
	 "MwSt.",
	 "Betrag",
	 "Nettobetrag",
	 "MwSt.",
	 "Rechnungsbetrag",
	 "Vielen Dank",
	 ',',
	 '.'},
	{"en",
	 "INVOICE",
	 "CREDIT NOTE",
	 "Invoice number",
	 "Invoice date",
	 "Payment due",
	 "Purchase order",
	 "VAT reg. no.",
	 "IBAN",
	 "Description",
	 "Qty",
	 "Unit price",
	 "VAT %",
	 "Amount",
	 "Subtotal",
	 "VAT",
	 "Total due",
	 "Thank you",
	 '.',
	 ','},
	{"fr",	     "FACTURE",	      "AVOIR",	"Facture n°", "Date de facture",
	 "Échéance", "Commande n°",   "N° TVA", "IBAN",	      "Désignation",
	 "Quantité", "Prix unitaire", "TVA",	"Montant HT", "Total HT",
	 "TVA",	     "Total TTC",     "Merci",	',',	      ' '},
	{"es",
	 "FACTURA",
	 "ABONO",
	 "Número de factura",
	 "Fecha de factura",
	 "Vencimiento",
	 "Pedido",
	 "NIF-IVA",
	 "IBAN",
	 "Descripción",
	 "Cantidad",
	 "Precio",
	 "IVA",
	 "Importe",
	 "Base imponible",
	 "IVA",
	 "Total factura",
	 "Gracias",
	 ',',
	 '.'},
};

static const struct words *words_of(const struct paper *paper)
{
	for (size_t i = 0; i < sizeof(dictionary) / sizeof(*dictionary); i++)
		if (strcmp(dictionary[i].lang, paper->lang) == 0)
			return &dictionary[i];
	return &dictionary[0];
}

static const char *money(struct arena *arena, const struct words *w, int64_t cents)
{
	long long whole = cents / 100, part = cents % 100;
	if (whole >= 1000)
		return arena_printf(arena, "%lld%c%03lld%c%02lld", whole / 1000,
				    w->thousands, whole % 1000, w->decimal, part);
	return arena_printf(arena, "%lld%c%02lld", whole, w->decimal, part);
}

static const char *day(struct arena *arena, const char *lang, const char *iso)
{
	static const char *const months[] = {
		"January", "February", "March",	    "April",   "May",	   "June",
		"July",	   "August",   "September", "October", "November", "December"};
	struct date d = {0};
	date_parse(iso, &d);
	if (strcmp(lang, "de") == 0)
		return arena_printf(arena, "%02d.%02d.%04d", d.day, d.month, d.year);
	if (strcmp(lang, "en") == 0)
		return arena_printf(arena, "%d %s %04d", d.day, months[d.month - 1],
				    d.year);
	return arena_printf(arena, "%02d/%02d/%04d", d.day, d.month, d.year);
}

static void letterhead(struct pdf *pdf, struct arena *arena,
		       const struct company *seller)
{
	pdf_text(pdf, MARGIN, 62, 17, 1, seller->name);
	pdf_text(pdf, MARGIN, 78, 9, 0,
		 arena_printf(arena, "%s, %s %s", seller->street, seller->postcode,
			      seller->city));
	pdf_text(pdf, MARGIN, 90, 9, 0,
		 arena_printf(arena, "Tel. %s   %s", seller->phone, seller->email));
	pdf_line(pdf, MARGIN, 98, RIGHT, 98, 0.8);
}

static void address_window(struct pdf *pdf, struct arena *arena,
			   const struct company *buyer)
{
	pdf_text(pdf, MARGIN, 150, 11, 0, buyer->name);
	pdf_text(pdf, MARGIN, 165, 11, 0, buyer->street);
	pdf_text(pdf, MARGIN, 180, 11, 0,
		 arena_printf(arena, "%s %s", buyer->postcode, buyer->city));
}

static double reference(struct pdf *pdf, double y, const char *label, const char *value)
{
	if (!value)
		return y;
	pdf_text(pdf, 330, y, 10, 0, label);
	pdf_text_right(pdf, RIGHT, y, 10, 0, value);
	return y + 15;
}

static void references(struct pdf *pdf, struct arena *arena, const struct paper *paper,
		       const struct words *w)
{
	double y = 150;
	y = reference(pdf, y, w->number, paper->number);
	y = reference(pdf, y, w->date, day(arena, paper->lang, paper->date));
	if (paper->due)
		y = reference(pdf, y, w->due, day(arena, paper->lang, paper->due));
	reference(pdf, y, w->order, paper->order);
}

static double item_table(struct pdf *pdf, struct arena *arena,
			 const struct paper *paper, const struct words *w)
{
	double y = 290;
	pdf_text(pdf, MARGIN, y, 9.5, 1, w->description);
	pdf_text_right(pdf, 330, y, 9.5, 1, w->quantity);
	pdf_text_right(pdf, 410, y, 9.5, 1, w->price);
	pdf_text_right(pdf, 460, y, 9.5, 1, w->rate);
	pdf_text_right(pdf, RIGHT, y, 9.5, 1, w->amount);
	pdf_line(pdf, MARGIN, y + 5, RIGHT, y + 5, 0.6);
	for (int i = 0; i < paper_items(paper); i++) {
		const struct item *item = &paper->items[i];
		y += 20;
		pdf_text(pdf, MARGIN, y, 10, 0, item->description);
		pdf_text_right(pdf, 330, y, 10, 0,
			       arena_printf(arena, "%d", item->quantity));
		pdf_text_right(pdf, 410, y, 10, 0, money(arena, w, item->price));
		pdf_text_right(pdf, 460, y, 10, 0,
			       arena_printf(arena, "%d%%", item->rate));
		pdf_text_right(pdf, RIGHT, y, 10, 0,
			       money(arena, w, item->quantity * item->price));
	}
	pdf_line(pdf, MARGIN, y + 8, RIGHT, y + 8, 0.6);
	return y + 28;
}

static void sum_block(struct pdf *pdf, struct arena *arena, const struct paper *paper,
		      const struct words *w, double y)
{
	struct totals t = paper_totals(paper);
	pdf_text(pdf, 350, y, 10, 0, w->net);
	pdf_text_right(pdf, RIGHT, y, 10, 0, money(arena, w, t.net));
	for (int i = 0; i < t.n_rates; i++) {
		y += 16;
		pdf_text(pdf, 350, y, 10, 0,
			 arena_printf(arena, "%s %d%%", w->vat, t.rates[i]));
		pdf_text_right(pdf, RIGHT, y, 10, 0, money(arena, w, t.rate_vat[i]));
	}
	y += 19;
	pdf_text(pdf, 350, y, 11, 1,
		 arena_printf(arena, "%s %s", w->total, paper->currency));
	pdf_text_right(pdf, RIGHT, y, 11, 1, money(arena, w, t.gross));
}

static void footer(struct pdf *pdf, struct arena *arena, const struct company *seller,
		   const struct words *w)
{
	pdf_line(pdf, MARGIN, 778, RIGHT, 778, 0.4);
	pdf_text(pdf, MARGIN, 790, 8, 0,
		 arena_printf(arena, "%s  |  %s %s  |  %s %s", seller->name, w->vat_id,
			      seller->vat_id, w->account, seller->iban));
}

const char *print_invoice(struct arena *arena, const struct paper *paper,
			  const char *attach_xml, size_t *len)
{
	const struct words *w = words_of(paper);
	struct pdf *pdf = pdf_new(arena, 595, 842);

	pdf_page(pdf);
	letterhead(pdf, arena, paper->seller);
	address_window(pdf, arena, paper->buyer);
	references(pdf, arena, paper, w);
	pdf_text(pdf, MARGIN, 250, 15, 1,
		 paper->kind == PAPER_CREDIT_NOTE ? w->credit : w->invoice);
	sum_block(pdf, arena, paper, w, item_table(pdf, arena, paper, w));
	footer(pdf, arena, paper->seller, w);
	if (attach_xml)
		pdf_attach(pdf, "factur-x.xml", attach_xml, strlen(attach_xml));
	return pdf_finish(pdf, len);
}

static void centred(struct pdf *pdf, double width, double y, double size, int bold,
		    const char *text)
{
	pdf_text(pdf, (width - pdf_text_width(size, text)) / 2, y, size, bold, text);
}

/* A till roll of 80 mm. Prices include VAT, as they do at a till. */
const char *print_receipt(struct arena *arena, const struct paper *paper, size_t *len)
{
	enum { WIDTH = 227, EDGE = 14 };
	const struct words *w = words_of(paper);
	const struct company *shop = paper->seller;
	bool german = strcmp(paper->lang, "de") == 0;
	struct totals t = paper_totals(paper);
	struct pdf *pdf = pdf_new(arena, WIDTH, 330);
	double y = 30;

	pdf_page(pdf);
	centred(pdf, WIDTH, y, 13, 1, shop->name);
	centred(pdf, WIDTH, y += 16, 9, 0, shop->street);
	centred(pdf, WIDTH, y += 12, 9, 0,
		arena_printf(arena, "%s %s", shop->postcode, shop->city));
	centred(pdf, WIDTH, y += 12, 9, 0, arena_printf(arena, "Tel. %s", shop->phone));
	centred(pdf, WIDTH, y += 12, 9, 0,
		arena_printf(arena, "%s %s", w->vat_id, shop->vat_id));
	pdf_text(pdf, EDGE, y += 22, 9, 0,
		 arena_printf(arena, "%s %s", german ? "Bon-Nr." : "Receipt no.",
			      paper->number));
	pdf_text(pdf, EDGE, y += 12, 9, 0,
		 arena_printf(arena, "%s  %s",
			      day(arena, german ? "de" : "fr", paper->date),
			      paper->time));
	y += 8;
	pdf_line(pdf, EDGE, y, WIDTH - EDGE, y, 0.6);
	for (int i = 0; i < paper_items(paper); i++) {
		const struct item *item = &paper->items[i];
		y += 14;
		pdf_text(pdf, EDGE, y, 9, 0,
			 arena_printf(arena, "%d x %s", item->quantity,
				      item->description));
		pdf_text_right(pdf, WIDTH - EDGE, y, 9, 0,
			       money(arena, w, item->quantity * item->price));
	}
	y += 8;
	pdf_line(pdf, EDGE, y, WIDTH - EDGE, y, 0.6);
	y += 18;
	pdf_text(pdf, EDGE, y, 12, 1,
		 arena_printf(arena, "%s %s", german ? "SUMME" : "TOTAL",
			      paper->currency));
	pdf_text_right(pdf, WIDTH - EDGE, y, 12, 1, money(arena, w, t.net));
	pdf_text(pdf, EDGE, y += 16, 8, 0,
		 arena_printf(arena, "%s %s %d%%", german ? "enthält" : "includes",
			      w->vat, t.rates[0]));
	pdf_text_right(pdf, WIDTH - EDGE, y, 8, 0,
		       money(arena, w,
			     t.net - (t.net * 100 + (100 + t.rates[0]) / 2) /
					     (100 + t.rates[0])));
	centred(pdf, WIDTH, y + 26, 9, 0, w->thanks);
	return pdf_finish(pdf, len);
}

const char *print_letter(struct arena *arena, const struct paper *paper, size_t *len)
{
	struct pdf *pdf = pdf_new(arena, 595, 842);
	double y = 250;

	pdf_page(pdf);
	letterhead(pdf, arena, paper->seller);
	address_window(pdf, arena, paper->buyer);
	pdf_text_right(pdf, RIGHT, 220, 10, 0, day(arena, paper->lang, paper->date));
	for (int i = 0; paper->letter[i]; i++, y += 16)
		pdf_text(pdf, MARGIN, y, i == 0 ? 13 : 11, i == 0, paper->letter[i]);
	return pdf_finish(pdf, len);
}
