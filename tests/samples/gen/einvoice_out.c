/* The papers as structured invoices: UBL 2.1 Invoice and CII D16B, the elements that
 * EN 16931 asks for. Text is ours and holds no markup but '&'-free words. */
#include <string.h>

#include "tests/samples/gen/paper.h"

static const char *const UBL = "urn:oasis:names:specification:ubl:schema:xsd:";

static void ubl_party(struct strbuf *out, const char *role, const struct company *c)
{
	strbuf_addf(
		out,
		" <cac:%s><cac:Party>\n"
		"  "
		"<cac:PostalAddress><cbc:StreetName>%s</cbc:StreetName><cbc:CityName>%s"
		"</cbc:CityName><cbc:PostalZone>%s</cbc:PostalZone><cac:Country>"
		"<cbc:IdentificationCode>%s</cbc:IdentificationCode></cac:Country>"
		"</cac:PostalAddress>\n",
		role, c->street, c->city, c->postcode, c->country);
	if (c->vat_id)
		strbuf_addf(out,
			    "  <cac:PartyTaxScheme><cbc:CompanyID>%s</cbc:CompanyID>"
			    "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
			    "</cac:PartyTaxScheme>\n",
			    c->vat_id);
	strbuf_addf(
		out,
		"  "
		"<cac:PartyLegalEntity><cbc:RegistrationName>%s</cbc:RegistrationName>"
		"</cac:PartyLegalEntity>\n </cac:Party></cac:%s>\n",
		c->name, role);
}

static void ubl_head(struct strbuf *out, const struct paper *p)
{
	strbuf_addf(
		out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<Invoice xmlns=\"%sInvoice-2\" "
		"xmlns:cac=\"%sCommonAggregateComponents-2\" "
		"xmlns:cbc=\"%sCommonBasicComponents-2\">\n"
		" <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>\n"
		" <cbc:ID>%s</cbc:ID>\n <cbc:IssueDate>%s</cbc:IssueDate>\n"
		" <cbc:DueDate>%s</cbc:DueDate>\n"
		" <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>\n"
		" <cbc:DocumentCurrencyCode>%s</cbc:DocumentCurrencyCode>\n"
		" <cac:OrderReference><cbc:ID>%s</cbc:ID></cac:OrderReference>\n",
		UBL, UBL, UBL, p->number, p->date, p->due, p->currency, p->order);
	ubl_party(out, "AccountingSupplierParty", p->seller);
	ubl_party(out, "AccountingCustomerParty", p->buyer);
	strbuf_addf(out,
		    " <cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>"
		    "<cac:PayeeFinancialAccount><cbc:ID>%s</cbc:ID>"
		    "</cac:PayeeFinancialAccount></cac:PaymentMeans>\n",
		    p->seller->iban);
}

static void ubl_totals(struct strbuf *out, struct arena *arena, const struct paper *p)
{
	struct totals t = paper_totals(p);
	strbuf_addf(
		out,
		" <cac:TaxTotal><cbc:TaxAmount currencyID=\"%s\">%s</cbc:TaxAmount>\n",
		p->currency, cents_plain(arena, t.vat));
	for (int i = 0; i < t.n_rates; i++)
		strbuf_addf(out,
			    "  <cac:TaxSubtotal><cbc:TaxableAmount currencyID=\"%s\">%s"
			    "</cbc:TaxableAmount><cbc:TaxAmount currencyID=\"%s\">%s"
			    "</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</"
			    "cbc:ID><cbc:Percent>"
			    "%d</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID>"
			    "</cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>\n",
			    p->currency, cents_plain(arena, t.rate_net[i]), p->currency,
			    cents_plain(arena, t.rate_vat[i]), t.rates[i]);
	strbuf_add(out, " </cac:TaxTotal>\n <cac:LegalMonetaryTotal>\n");
	const char *names[] = {"LineExtensionAmount", "TaxExclusiveAmount",
			       "TaxInclusiveAmount", "PayableAmount"};
	int64_t values[] = {t.net, t.net, t.gross, t.gross};
	for (int i = 0; i < 4; i++)
		strbuf_addf(out, "  <cbc:%s currencyID=\"%s\">%s</cbc:%s>\n", names[i],
			    p->currency, cents_plain(arena, values[i]), names[i]);
	strbuf_add(out, " </cac:LegalMonetaryTotal>\n");
}

const char *write_ubl(struct arena *arena, const struct paper *p)
{
	struct strbuf out;
	strbuf_init(&out, arena);
	ubl_head(&out, p);
	ubl_totals(&out, arena, p);
	for (int i = 0; i < paper_items(p); i++) {
		const struct item *it = &p->items[i];
		strbuf_addf(
			&out,
			" <cac:InvoiceLine><cbc:ID>%d</cbc:ID><cbc:InvoicedQuantity "
			"unitCode=\"H87\">%d</cbc:InvoicedQuantity>"
			"<cbc:LineExtensionAmount currencyID=\"%s\">%s"
			"</cbc:LineExtensionAmount><cac:Item><cbc:Name>%s</cbc:Name>"
			"<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>%d"
			"</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID>"
			"</cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>"
			"<cac:Price><cbc:PriceAmount currencyID=\"%s\">%s"
			"</cbc:PriceAmount></cac:Price></cac:InvoiceLine>\n",
			i + 1, it->quantity, p->currency,
			cents_plain(arena, it->quantity * it->price), it->description,
			it->rate, p->currency, cents_plain(arena, it->price));
	}
	strbuf_add(&out, "</Invoice>\n");
	return out.text;
}

static void cii_party(struct strbuf *out, const char *role, const struct company *c)
{
	strbuf_addf(
		out,
		"   <ram:%s><ram:Name>%s</ram:Name><ram:PostalTradeAddress>"
		"<ram:PostcodeCode>%s</ram:PostcodeCode><ram:LineOne>%s</ram:LineOne>"
		"<ram:CityName>%s</ram:CityName><ram:CountryID>%s</ram:CountryID>"
		"</ram:PostalTradeAddress>",
		role, c->name, c->postcode, c->street, c->city, c->country);
	if (c->vat_id)
		strbuf_addf(out,
			    "<ram:SpecifiedTaxRegistration><ram:ID "
			    "schemeID=\"VA\">%s</ram:ID>"
			    "</ram:SpecifiedTaxRegistration>",
			    c->vat_id);
	strbuf_addf(out, "</ram:%s>\n", role);
}

static const char *compact(struct arena *arena, const char *iso) /* YYYYMMDD */
{
	return arena_printf(arena, "%.4s%.2s%.2s", iso, iso + 5, iso + 8);
}

static void cii_items(struct strbuf *out, struct arena *arena, const struct paper *p)
{
	for (int i = 0; i < paper_items(p); i++) {
		const struct item *it = &p->items[i];
		strbuf_addf(
			out,
			"  <ram:IncludedSupplyChainTradeLineItem>"
			"<ram:AssociatedDocumentLineDocument><ram:LineID>%d</"
			"ram:LineID>"
			"</ram:AssociatedDocumentLineDocument>"
			"<ram:SpecifiedTradeProduct><ram:Name>%s</ram:Name>"
			"</ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement>"
			"<ram:NetPriceProductTradePrice><ram:ChargeAmount>%s"
			"</ram:ChargeAmount></ram:NetPriceProductTradePrice>"
			"</ram:SpecifiedLineTradeAgreement>"
			"<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity "
			"unitCode=\"H87\">%d</ram:BilledQuantity>"
			"</ram:SpecifiedLineTradeDelivery>"
			"<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>"
			"<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S"
			"</ram:CategoryCode><ram:RateApplicablePercent>%d"
			"</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
			"<ram:SpecifiedTradeSettlementLineMonetarySummation>"
			"<ram:LineTotalAmount>%s</ram:LineTotalAmount>"
			"</ram:SpecifiedTradeSettlementLineMonetarySummation>"
			"</ram:SpecifiedLineTradeSettlement>"
			"</ram:IncludedSupplyChainTradeLineItem>\n",
			i + 1, it->description, cents_plain(arena, it->price),
			it->quantity, it->rate,
			cents_plain(arena, it->quantity * it->price));
	}
}

static void cii_settlement(struct strbuf *out, struct arena *arena,
			   const struct paper *p)
{
	struct totals t = paper_totals(p);
	strbuf_addf(
		out,
		"  <ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>%s"
		"</ram:InvoiceCurrencyCode>\n"
		"   <ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58"
		"</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>%s"
		"</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>"
		"</ram:SpecifiedTradeSettlementPaymentMeans>\n",
		p->currency, p->seller->iban);
	for (int i = 0; i < t.n_rates; i++)
		strbuf_addf(out,
			    "   <ram:ApplicableTradeTax><ram:CalculatedAmount>%s"
			    "</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>"
			    "<ram:BasisAmount>%s</ram:BasisAmount><ram:CategoryCode>S"
			    "</ram:CategoryCode><ram:RateApplicablePercent>%d"
			    "</ram:RateApplicablePercent></ram:ApplicableTradeTax>\n",
			    cents_plain(arena, t.rate_vat[i]),
			    cents_plain(arena, t.rate_net[i]), t.rates[i]);
	strbuf_addf(
		out,
		"   <ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
		"<udt:DateTimeString format=\"102\">%s</udt:DateTimeString>"
		"</ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>\n"
		"   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
		"<ram:LineTotalAmount>%s</"
		"ram:LineTotalAmount><ram:TaxBasisTotalAmount>%s"
		"</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID=\"%s\">%s"
		"</ram:TaxTotalAmount><ram:GrandTotalAmount>%s</ram:GrandTotalAmount>"
		"<ram:DuePayableAmount>%s</ram:DuePayableAmount>"
		"</ram:SpecifiedTradeSettlementHeaderMonetarySummation>\n"
		"  </ram:ApplicableHeaderTradeSettlement>\n",
		compact(arena, p->due), cents_plain(arena, t.net),
		cents_plain(arena, t.net), p->currency, cents_plain(arena, t.vat),
		cents_plain(arena, t.gross), cents_plain(arena, t.gross));
}

const char *write_cii(struct arena *arena, const struct paper *p)
{
	struct strbuf out;
	strbuf_init(&out, arena);
	strbuf_addf(
		&out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<rsm:CrossIndustryInvoice "
		"xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:"
		"100\" "
		"xmlns:ram=\"urn:un:unece:uncefact:data:standard:"
		"ReusableAggregateBusinessInformationEntity:100\" "
		"xmlns:udt=\"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:"
		"100\">\n"
		" <rsm:ExchangedDocumentContext>"
		"<ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>"
		"urn:cen.eu:en16931:2017</ram:ID>"
		"</ram:GuidelineSpecifiedDocumentContextParameter>"
		"</rsm:ExchangedDocumentContext>\n"
		" <rsm:ExchangedDocument><ram:ID>%s</ram:ID><ram:TypeCode>380</"
		"ram:TypeCode>"
		"<ram:IssueDateTime><udt:DateTimeString format=\"102\">%s"
		"</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>\n"
		" <rsm:SupplyChainTradeTransaction>\n",
		p->number, compact(arena, p->date));
	cii_items(&out, arena, p);
	strbuf_add(&out, "  <ram:ApplicableHeaderTradeAgreement>\n");
	cii_party(&out, "SellerTradeParty", p->seller);
	cii_party(&out, "BuyerTradeParty", p->buyer);
	strbuf_addf(&out,
		    "   <ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>%s"
		    "</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>\n"
		    "  </ram:ApplicableHeaderTradeAgreement>\n"
		    "  <ram:ApplicableHeaderTradeDelivery/>\n",
		    p->order);
	cii_settlement(&out, arena, p);
	strbuf_add(
		&out,
		" </rsm:SupplyChainTradeTransaction>\n</rsm:CrossIndustryInvoice>\n");
	return out.text;
}
