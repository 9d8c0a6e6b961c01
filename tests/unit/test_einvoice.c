/* Structured invoices: one of each format, made here, and the public examples beside
 * the repository when they are there, each field and line held against its truth. */
#include "types.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "read.h"
#include "text.h"

#define EXAMPLES "../shared/data/einvoice-xml"
#define WRONG_EXAMPLES "../shared/data/einvoice-xml-invalid"

static struct doc *read_text(struct arena *arena, const char *xml)
{
	struct doc *doc = doc_new(arena);
	bool recognised = false;
	struct err err = {0};

	if (einvoice_read(NULL, xml, strlen(xml), doc, &recognised, &err) != RC_OK)
		fail_msg("%s", err.text);
	assert_true(recognised);
	assert_true(doc->structured);
	assert_string_equal(doc->type, "invoice");
	if (doc_validate(doc, schema_type(types, "invoice"), NULL, &err) != RC_OK)
		fail_msg("%s", err.text);
	return doc;
}

struct expected {
	const char *path;
	int line;
	const char *value; /* NULL: must not be there */
};

static void assert_values(const struct doc *doc, const struct expected *expected,
			  size_t n)
{
	int wrong = 0;

	for (size_t i = 0; i < n; i++) {
		const char *got = doc_value(doc, expected[i].path, expected[i].line);
		const char *want = expected[i].value;

		if ((got && want) ? strcmp(got, want) != 0 : got != want) {
			print_error("%s %d: expected '%s', got '%s'\n",
				    expected[i].path, expected[i].line,
				    want ? want : "nothing", got ? got : "nothing");
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* --- UBL -------------------------------------------------------------- */

#define UBL_NS                                                                         \
	"xmlns:a=\"urn:oasis:names:specification:ubl:schema:xsd:"                      \
	"CommonAggregateComponents-2\" "                                               \
	"xmlns:b=\"urn:oasis:names:specification:ubl:schema:xsd:"                      \
	"CommonBasicComponents-2\""

static const char ubl_invoice[] =
	"<Invoice "
	"xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" " UBL_NS ">"
	"<b:ID> R-7 </b:ID><b:IssueDate>2026-02-28+01:00</b:IssueDate>"
	"<b:DueDate>2026-03-30</b:DueDate><b:InvoiceTypeCode>380</b:InvoiceTypeCode>"
	"<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>"
	"<b:TaxCurrencyCode>SEK</b:TaxCurrencyCode><b:BuyerReference>L-1</"
	"b:BuyerReference>"
	"<a:InvoicePeriod><b:StartDate>2026-02-01</b:StartDate>"
	"<b:EndDate>2026-02-28</b:EndDate></a:InvoicePeriod>"
	"<a:OrderReference><b:ID>B-9</b:ID></a:OrderReference>"
	"<a:BillingReference><a:InvoiceDocumentReference><b:ID>R-5</b:ID>"
	"<b:IssueDate>2026-01-05</b:IssueDate></a:InvoiceDocumentReference></"
	"a:BillingReference>"
	"<a:AccountingSupplierParty><a:Party><a:PartyName><b:Name>Trading</b:Name></"
	"a:PartyName>"
	"<a:PostalAddress><b:StreetName>Weg 1</b:StreetName>"
	"<b:AdditionalStreetName>Hof</b:AdditionalStreetName><b:CityName>Ulm</"
	"b:CityName>"
	"<b:PostalZone>89073</b:PostalZone><a:AddressLine><b:Line>Tor "
	"3</b:Line></a:AddressLine>"
	"<a:Country><b:IdentificationCode>DE</b:IdentificationCode></a:Country></"
	"a:PostalAddress>"
	"<a:PartyTaxScheme><b:CompanyID>123/456</b:CompanyID><a:TaxScheme><b:ID>FC</"
	"b:ID>"
	"</a:TaxScheme></a:PartyTaxScheme>"
	"<a:PartyTaxScheme><b:CompanyID>DE136695976</"
	"b:CompanyID><a:TaxScheme><b:ID>VAT</b:ID>"
	"</a:TaxScheme></a:PartyTaxScheme>"
	"<a:PartyLegalEntity><b:RegistrationName>Legal GmbH</b:RegistrationName>"
	"</a:PartyLegalEntity></a:Party></a:AccountingSupplierParty>"
	"<a:AccountingCustomerParty><a:Party><a:PostalAddress><b:CityName>Linz</"
	"b:CityName>"
	"</a:PostalAddress><a:PartyLegalEntity><b:RegistrationName>Kunde AG"
	"</b:RegistrationName></a:PartyLegalEntity></a:Party></"
	"a:AccountingCustomerParty>"
	"<a:PaymentMeans><a:PayeeFinancialAccount><b:ID>12 34 "
	"56</b:ID></a:PayeeFinancialAccount>"
	"</a:PaymentMeans><a:PaymentMeans><b:PaymentID>P-1</"
	"b:PaymentID><a:PayeeFinancialAccount>"
	"<b:ID>DE89 3704 0044 0532 0130 "
	"00</b:ID></a:PayeeFinancialAccount></a:PaymentMeans>"
	"<a:AllowanceCharge><b:ChargeIndicator>false</b:ChargeIndicator>"
	"<b:AllowanceChargeReason>Loyal</b:AllowanceChargeReason><b:Amount>10</"
	"b:Amount>"
	"</a:AllowanceCharge>"
	"<a:AllowanceCharge><b:ChargeIndicator>true</b:ChargeIndicator><b:Amount>5.00</"
	"b:Amount>"
	"</a:AllowanceCharge>"
	"<a:TaxTotal><b:TaxAmount currencyID=\"SEK\">190.00</b:TaxAmount></a:TaxTotal>"
	"<a:TaxTotal><b:TaxAmount currencyID=\"EUR\">19.00</b:TaxAmount><a:TaxSubtotal>"
	"<b:TaxableAmount>100.00</b:TaxableAmount><b:TaxAmount>19.00</b:TaxAmount>"
	"<a:TaxCategory><b:ID>S</b:ID><b:Percent>19</b:Percent></a:TaxCategory>"
	"</a:TaxSubtotal></a:TaxTotal>"
	"<a:LegalMonetaryTotal><b:LineExtensionAmount>105.00</b:LineExtensionAmount>"
	"<b:TaxExclusiveAmount>100</b:TaxExclusiveAmount>"
	"<b:TaxInclusiveAmount>119.00</b:TaxInclusiveAmount>"
	"<b:AllowanceTotalAmount>10</b:AllowanceTotalAmount>"
	"<b:ChargeTotalAmount>5.0</b:ChargeTotalAmount>"
	"<b:PrepaidAmount>19</b:PrepaidAmount><b:PayableAmount>+100.00</"
	"b:PayableAmount>"
	"</a:LegalMonetaryTotal>"
	"<a:InvoiceLine><b:ID>1</b:ID><b:InvoicedQuantity "
	"unitCode=\"KGM\">3.50</b:InvoicedQuantity>"
	"<b:LineExtensionAmount>105.00</b:LineExtensionAmount>"
	"<a:OrderLineReference><b:LineID>4</b:LineID></a:OrderLineReference>"
	"<a:DocumentReference><b:ID>no</b:ID></a:DocumentReference>"
	"<a:DocumentReference><b:ID>O-1</b:ID><b:DocumentTypeCode>130</"
	"b:DocumentTypeCode>"
	"</a:DocumentReference>"
	"<a:AllowanceCharge><b:ChargeIndicator>true</b:ChargeIndicator><b:Amount>1.5</"
	"b:Amount>"
	"</a:AllowanceCharge><a:AllowanceCharge><b:ChargeIndicator>true</"
	"b:ChargeIndicator>"
	"<b:Amount>2</b:Amount></a:AllowanceCharge>"
	"<a:Item><b:Name>Mehl &amp; "
	"Salz</b:Name><a:ClassifiedTaxCategory><b:ID>S</b:ID>"
	"<b:Percent>19</b:Percent></a:ClassifiedTaxCategory></a:Item>"
	"<a:Price><b:PriceAmount>290.00</b:PriceAmount><b:BaseQuantity>10</"
	"b:BaseQuantity>"
	"</a:Price></a:InvoiceLine></Invoice>";

static void a_ubl_invoice_is_taken_over_whole(void **state)
{
	static const struct expected expected[] = {
		{"number", 0, "R-7"},
		{"issue_date", 0, "2026-02-28"},
		{"due_date", 0, "2026-03-30"},
		{"type_code", 0, "380"},
		{"currency", 0, "EUR"},
		{"tax_currency", 0, "SEK"},
		{"buyer_reference", 0, "L-1"},
		{"period_start", 0, "2026-02-01"},
		{"period_end", 0, "2026-02-28"},
		{"order_reference", 0, "B-9"},
		{"preceding_invoices/number", 1, "R-5"},
		{"preceding_invoices/issue_date", 1, "2026-01-05"},
		{"seller/name", 0, "Legal GmbH"},
		{"seller/street", 0, "Weg 1"},
		{"seller/country", 0, "DE"},
		{"seller/address", 0, "Weg 1, Hof, Tor 3, 89073 Ulm"},
		{"seller/vat_id", 0, "DE136695976"},
		{"seller/tax_number", 0, "123/456"},
		{"seller/iban", 0, "DE89370400440532013000"},
		{"buyer/name", 0, "Kunde AG"},
		{"buyer/address", 0, "Linz"},
		{"buyer/vat_id", 0, NULL},
		{"payment_reference", 0, "P-1"},
		{"total_without_vat", 0, "100.00"},
		{"total_vat", 0, "19.00"},
		{"total_vat_tax_currency", 0, "190.00"},
		{"total_with_vat", 0, "119.00"},
		{"prepaid_amount", 0, "19.00"},
		{"amount_due", 0, "100.00"},
		{"allowances/amount", 1, "10.00"},
		{"allowances/reason", 1, "Loyal"},
		{"allowances/amount", 2, NULL},
		{"charges/amount", 1, "5.00"},
		{"vat_breakdown/rate", 1, "19"},
		{"vat_breakdown/taxable_amount", 1, "100.00"},
		{"lines/description", 1, "Mehl & Salz"},
		{"lines/quantity", 1, "3.50"},
		{"lines/unit", 1, "KGM"},
		{"lines/unit_price", 1, "290.00"},
		{"lines/price_quantity", 1, "10"},
		{"lines/vat_rate", 1, "19"},
		{"lines/order_line", 1, "4"},
		{"lines/object_id", 1, "O-1"},
		{"lines/charge_amount", 1, "3.50"},
		{"lines/allowance_amount", 1, NULL},
		{"lines/net_amount", 1, "105.00"},
	};
	struct arena *arena = arena_new();
	struct doc *doc = read_text(arena, ubl_invoice);

	(void)state;
	assert_values(doc, expected, COUNT(expected));
	for (size_t i = 0; i < doc->n_findings; i++)
		print_error("%s: %s\n", doc->findings[i].code, doc->findings[i].text);
	assert_int_equal(doc->n_findings, 0);
	assert_non_null(doc->instance);
	for (size_t i = 0; i < doc->n_fields; i++)
		assert_true(doc->fields[i].accepted);
	assert_int_equal(doc_field(doc, "number", 0)->source, SOURCE_XML);
	assert_int_equal(doc_lines(doc), 1);
	arena_free(&arena);
}

static void a_ubl_credit_note_has_its_own_names(void **state)
{
	static const char xml[] =
		"<CreditNote xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:"
		"CreditNote-2\" " UBL_NS "><b:ID>G-1</b:ID>"
		"<b:CreditNoteTypeCode>381</b:CreditNoteTypeCode>"
		"<a:PaymentMeans><b:PaymentDueDate>2026-03-30</b:PaymentDueDate></"
		"a:PaymentMeans>"
		"<a:CreditNoteLine><b:CreditedQuantity "
		"unitCode=\"C62\">-1</b:CreditedQuantity>"
		"<b:LineExtensionAmount>.5</b:LineExtensionAmount></a:CreditNoteLine>"
		"</CreditNote>";
	static const struct expected expected[] = {
		{"number", 0, "G-1"},	       {"type_code", 0, "381"},
		{"due_date", 0, "2026-03-30"}, {"lines/quantity", 1, "-1"},
		{"lines/unit", 1, "C62"},      {"lines/net_amount", 1, "0.50"},
	};
	struct arena *arena = arena_new();

	(void)state;
	assert_values(read_text(arena, xml), expected, COUNT(expected));
	arena_free(&arena);
}

/* --- CII and its older sister ----------------------------------------- */

static const char cii_invoice[] =
	"<r:CrossIndustryInvoice xmlns:r=\"urn:un:unece:uncefact:data:standard:"
	"CrossIndustryInvoice:100\" xmlns:m=\"urn:m\" xmlns:u=\"urn:u\">"
	"<r:ExchangedDocument><m:ID>C-1</m:ID><m:TypeCode>384</"
	"m:TypeCode><m:IssueDateTime>"
	"<u:DateTimeString format=\"102\">20260228</u:DateTimeString></m:IssueDateTime>"
	"</r:ExchangedDocument><r:SupplyChainTradeTransaction>"
	"<m:IncludedSupplyChainTradeLineItem><m:AssociatedDocumentLineDocument><m:"
	"LineID>1"
	"</m:LineID><m:IncludedNote><m:Content>Dear "
	"customer</m:Content></m:IncludedNote>"
	"</m:AssociatedDocumentLineDocument></m:IncludedSupplyChainTradeLineItem>"
	"<m:IncludedSupplyChainTradeLineItem><m:SpecifiedTradeProduct><m:Name>Nails</"
	"m:Name>"
	"</"
	"m:SpecifiedTradeProduct><m:SpecifiedLineTradeAgreement><m:"
	"NetPriceProductTradePrice>"
	"<m:ChargeAmount>-0.0250</m:ChargeAmount></m:NetPriceProductTradePrice>"
	"</m:SpecifiedLineTradeAgreement><m:SpecifiedLineTradeDelivery>"
	"<m:BilledQuantity unitCode=\"H87\">400</m:BilledQuantity>"
	"</"
	"m:SpecifiedLineTradeDelivery><m:SpecifiedLineTradeSettlement><m:"
	"ApplicableTradeTax>"
	"<m:CategoryCode>S</m:CategoryCode><m:RateApplicablePercent>20</"
	"m:RateApplicablePercent>"
	"</m:ApplicableTradeTax><m:SpecifiedTradeSettlementLineMonetarySummation>"
	"<m:LineTotalAmount>-10.00</m:LineTotalAmount>"
	"</m:SpecifiedTradeSettlementLineMonetarySummation></"
	"m:SpecifiedLineTradeSettlement>"
	"</m:IncludedSupplyChainTradeLineItem>"
	"<m:ApplicableHeaderTradeAgreement><m:SellerTradeParty><m:Name>Forge "
	"SARL</m:Name>"
	"<m:PostalTradeAddress><m:PostcodeCode>69001</m:PostcodeCode><m:LineOne>3 rue A"
	"</m:LineOne><m:CityName>Lyon</m:CityName><m:CountryID>FR</m:CountryID>"
	"</m:PostalTradeAddress><m:SpecifiedTaxRegistration><m:ID "
	"schemeID=\"FC\">77</m:ID>"
	"</m:SpecifiedTaxRegistration><m:SpecifiedTaxRegistration>"
	"<m:ID schemeID=\"VA\">FR40303265045</m:ID></m:SpecifiedTaxRegistration>"
	"</m:SellerTradeParty><m:BuyerTradeParty><m:Name>Chantier "
	"SA</m:Name></m:BuyerTradeParty>"
	"<m:BuyerOrderReferencedDocument><m:IssuerAssignedID>O-2</m:IssuerAssignedID>"
	"</m:BuyerOrderReferencedDocument></m:ApplicableHeaderTradeAgreement>"
	"<m:ApplicableHeaderTradeSettlement><m:InvoiceCurrencyCode>EUR</"
	"m:InvoiceCurrencyCode>"
	"<m:InvoiceReferencedDocument><m:IssuerAssignedID>C-0</m:IssuerAssignedID>"
	"</m:InvoiceReferencedDocument><m:ApplicableTradeTax>"
	"<m:CalculatedAmount>-2.00</m:CalculatedAmount>"
	"<m:BasisAmount>-10.00</m:BasisAmount><m:CategoryCode>S</m:CategoryCode>"
	"<m:RateApplicablePercent>20</m:RateApplicablePercent></m:ApplicableTradeTax>"
	"<m:SpecifiedTradePaymentTerms><m:DueDateDateTime><u:DateTimeString>2026-03-"
	"30T00:00:00"
	"</u:DateTimeString></m:DueDateDateTime></m:SpecifiedTradePaymentTerms>"
	"<m:SpecifiedTradeAllowanceCharge><m:ChargeIndicator><u:Indicator>false</"
	"u:Indicator>"
	"</m:ChargeIndicator><m:ActualAmount>0.00</m:ActualAmount>"
	"</m:SpecifiedTradeAllowanceCharge>"
	"<m:SpecifiedTradeSettlementHeaderMonetarySummation>"
	"<m:TaxBasisTotalAmount>-10.00</m:TaxBasisTotalAmount>"
	"<m:TaxTotalAmount currencyID=\"EUR\">-2.00</m:TaxTotalAmount>"
	"<m:GrandTotalAmount>-12.00</m:GrandTotalAmount>"
	"<m:DuePayableAmount>-12.00</m:DuePayableAmount>"
	"</m:SpecifiedTradeSettlementHeaderMonetarySummation>"
	"</m:ApplicableHeaderTradeSettlement></r:SupplyChainTradeTransaction>"
	"</r:CrossIndustryInvoice>";

static void a_cii_correction_keeps_its_minus_signs(void **state)
{
	static const struct expected expected[] = {
		{"number", 0, "C-1"},
		{"issue_date", 0, "2026-02-28"},
		{"due_date", 0, "2026-03-30"},
		{"type_code", 0, "384"},
		{"order_reference", 0, "O-2"},
		{"seller/address", 0, "3 rue A, 69001 Lyon"},
		{"seller/vat_id", 0, "FR40303265045"},
		{"seller/tax_number", 0, "77"},
		{"buyer/name", 0, "Chantier SA"},
		{"buyer/address", 0, NULL},
		{"total_without_vat", 0, "-10.00"},
		{"total_vat", 0, "-2.00"},
		{"total_vat_tax_currency", 0, NULL},
		{"total_with_vat", 0, "-12.00"},
		{"amount_due", 0, "-12.00"},
		/* the line item that is only a note is no line */
		{"lines/description", 1, "Nails"},
		{"lines/unit_price", 1, "-0.0250"},
		{"lines/quantity", 1, "400"},
		{"lines/net_amount", 1, "-10.00"},
		{"lines/net_amount", 2, NULL},
	};
	struct arena *arena = arena_new();
	struct doc *doc = read_text(arena, cii_invoice);

	(void)state;
	assert_values(doc, expected, COUNT(expected));
	/* EN 16931 has a price never less than nothing. */
	assert_int_equal(doc->n_findings, 1);
	assert_true(has_finding(doc, "BR-27"));
	arena_free(&arena);
}

static void zugferd_1_has_other_names_for_the_same(void **state)
{
	static const char xml[] =
		"<r:CrossIndustryDocument "
		"xmlns:r=\"urn:ferd:CrossIndustryDocument:invoice:1p0\" "
		"xmlns:m=\"urn:m\" "
		"xmlns:u=\"urn:u\"><r:HeaderExchangedDocument><m:ID>Z-1</m:ID>"
		"</r:HeaderExchangedDocument><r:SpecifiedSupplyChainTradeTransaction>"
		"<m:ApplicableSupplyChainTradeAgreement><m:SellerTradeParty><m:Name>S</"
		"m:Name>"
		"</m:SellerTradeParty><m:BuyerOrderReferencedDocument><m:ID>O-3</m:ID>"
		"</m:BuyerOrderReferencedDocument></"
		"m:ApplicableSupplyChainTradeAgreement>"
		"<m:ApplicableSupplyChainTradeSettlement>"
		"<m:ApplicableTradeTax><m:ApplicablePercent>7.00</m:ApplicablePercent>"
		"</m:ApplicableTradeTax><m:SpecifiedTradeSettlementMonetarySummation>"
		"<m:GrandTotalAmount>3.00</m:GrandTotalAmount>"
		"</m:SpecifiedTradeSettlementMonetarySummation>"
		"</"
		"m:ApplicableSupplyChainTradeSettlement><m:"
		"IncludedSupplyChainTradeLineItem>"
		"<m:SpecifiedSupplyChainTradeSettlement>"
		"<m:SpecifiedTradeSettlementMonetarySummation><m:LineTotalAmount>3.00"
		"</m:LineTotalAmount></m:SpecifiedTradeSettlementMonetarySummation>"
		"</m:SpecifiedSupplyChainTradeSettlement></"
		"m:IncludedSupplyChainTradeLineItem>"
		"</r:SpecifiedSupplyChainTradeTransaction></r:CrossIndustryDocument>";
	static const struct expected expected[] = {
		{"number", 0, "Z-1"},	       {"seller/name", 0, "S"},
		{"order_reference", 0, "O-3"}, {"vat_breakdown/rate", 1, "7.00"},
		{"total_with_vat", 0, "3.00"}, {"lines/net_amount", 1, "3.00"},
	};
	struct arena *arena = arena_new();

	(void)state;
	assert_values(read_text(arena, xml), expected, COUNT(expected));
	arena_free(&arena);
}

/* --- what is wrong ---------------------------------------------------- */

static bool stops_at(const struct doc *doc, const char *code, const char *path)
{
	for (size_t i = 0; i < doc->n_findings; i++)
		if (strcmp(doc->findings[i].code, code) == 0 &&
		    doc->findings[i].severity == SEVERITY_STOP &&
		    strcmp(doc->findings[i].fields[0], path) == 0)
			return true;
	return false;
}

static const char *replaced(struct arena *arena, const char *text, const char *old,
			    const char *with)
{
	const char *at = strstr(text, old);

	assert_non_null(at);
	return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, with,
			    at + strlen(old));
}

static void wrong_data_becomes_findings(void **state)
{
	static const struct {
		const char *old, *with, *code, *path;
	} cases[] = {
		{"<m:ID>C-1</m:ID>", "", "missing", "number"},
		{"<m:ID>C-1</m:ID>", "<m:ID> </m:ID>", "missing", "number"},
		{">20260228<", ">20260230<", "not-understood", "issue_date"},
		{">20260228<", ">28.02.2026<", "not-understood", "issue_date"},
		{">EUR</m:Inv", ">EURO</m:Inv", "wrong-format", "currency"},
		{">384<", ">999<", "wrong-format", "type_code"},
		{"<m:GrandTotalAmount>-12.00</m:GrandTotalAmount>", "", "missing",
		 "total_with_vat"},
		{"<m:GrandTotalAmount>-12.00", "<m:GrandTotalAmount>-112.00",
		 "BR-CO-15", "total_without_vat"},
		{"<m:GrandTotalAmount>-12.00", "<m:GrandTotalAmount>twelve",
		 "not-understood", "total_with_vat"},
		{"<m:LineTotalAmount>-10.00", "<m:LineTotalAmount>-11.00",
		 "sum-of-lines", "lines/net_amount"},
		{"<m:LineTotalAmount>-10.00", "<m:LineTotalAmount>1e1",
		 "not-understood", "lines[1]/net_amount"},
		{"<m:CountryID>FR", "<m:CountryID>France", "wrong-format",
		 "seller/country"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct doc *doc =
			read_text(arena, replaced(arena, cii_invoice, cases[i].old,
						  cases[i].with));

		if (!stops_at(doc, cases[i].code, cases[i].path))
			fail_msg("%s: no finding %s about %s", cases[i].with,
				 cases[i].code, cases[i].path);
		arena_free(&arena);
	}
}

static void headings_are_no_lines_and_americans_write_the_postcode_last(void **state)
{
	static const char xml[] =
		"<Invoice "
		"xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-"
		"2\" " UBL_NS "><a:AccountingSupplierParty><a:Party><a:PostalAddress>"
		"<b:StreetName>1 Hill St</b:StreetName><b:CityName>Fremont</b:CityName>"
		"<b:PostalZone>94538</b:PostalZone><b:CountrySubentity>CA</"
		"b:CountrySubentity>"
		"<a:Country><b:IdentificationCode>US</b:IdentificationCode></a:Country>"
		"</a:PostalAddress></a:Party></a:AccountingSupplierParty>"
		"<a:InvoiceLine><b:InvoicedQuantity>0.0</b:InvoicedQuantity>"
		"<b:LineExtensionAmount>0.00</b:LineExtensionAmount><a:Item><b:Name>-- "
		"Food --"
		"</b:Name></a:Item><a:Price><b:PriceAmount>0</b:PriceAmount></a:Price>"
		"</a:InvoiceLine>"
		"<a:InvoiceLine><b:InvoicedQuantity>2</b:InvoicedQuantity>"
		"<b:LineExtensionAmount>0.00</"
		"b:LineExtensionAmount><a:Item><b:Name>Gift"
		"</b:Name></a:Item><a:Price><b:PriceAmount>0</b:PriceAmount></a:Price>"
		"</a:InvoiceLine></Invoice>";
	static const struct expected expected[] = {
		{"seller/address", 0, "1 Hill St, Fremont CA 94538"},
		{"lines/description", 1, "Gift"},
		{"lines/description", 2, NULL},
	};
	struct arena *arena = arena_new();

	(void)state;
	assert_values(read_text(arena, xml), expected, COUNT(expected));
	arena_free(&arena);
}

static void amounts_that_can_be_read_two_ways_are_said(void **state)
{
	static const struct {
		const char *payable, *said; /* NULL: nothing is wrong */
	} cases[] = {
		{"<b:PayableAmount currencyID='EUR'>12.50</b:PayableAmount>", NULL},
		{"<b:PayableAmount>12.50</b:PayableAmount>"
		 "<b:PayableAmount>12.5</b:PayableAmount>",
		 NULL},
		{"<b:PayableAmount currencyID='EUR'>12.50</b:PayableAmount>\n"
		 "<b:PayableAmount currencyID='EUR'>999.00</b:PayableAmount>",
		 "The data gives this amount twice: 12.50, and 999.00 in line 2."},
		{"<b:PayableAmount currencyID='USD'>12.50</b:PayableAmount>",
		 "The data gives this amount in USD (line 1), but the invoice is in "
		 "EUR."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		const struct doc *doc = read_text(
			arena,
			arena_printf(
				arena,
				"<Invoice xmlns=\"urn:oasis:names:specification:ubl:"
				"schema:xsd:Invoice-2\" " UBL_NS
				"><b:ID>1</b:ID><b:DocumentCurrencyCode>EUR"
				"</b:DocumentCurrencyCode><a:LegalMonetaryTotal>%s"
				"</a:LegalMonetaryTotal></Invoice>",
				cases[i].payable));
		const char *said = NULL;
		for (size_t k = 0; k < doc->n_findings; k++)
			if (strcmp(doc->findings[k].code, "not-standard") == 0)
				said = doc->findings[k].text;
		if (cases[i].said ? !said || strcmp(said, cases[i].said) != 0
				  : said != NULL)
			fail_msg("%s: %s", cases[i].payable,
				 said ? said : "nothing said");
		arena_free(&arena);
	}
}

static void elements_in_the_wrong_place_are_said_with_their_line(void **state)
{
	static const char xml[] =
		"<Invoice "
		"xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-"
		"2\" " UBL_NS "><b:ID>1</b:ID>\n<b:DueDate>2026-03-01</b:DueDate>\n"
		"<b:IssueDate>2026-02-01</b:IssueDate></Invoice>";
	struct arena *arena = arena_new();
	const struct doc *doc = read_text(arena, xml);

	(void)state;
	assert_string_equal(doc->findings[0].code, "not-standard");
	assert_non_null(strstr(doc->findings[0].text, "IssueDate in line 3"));
	assert_string_equal(doc_value(doc, "issue_date", 0), "2026-02-01");
	arena_free(&arena);
}

static void other_xml_is_not_recognised_and_broken_xml_refused(void **state)
{
	struct arena *arena = arena_new();
	struct doc *doc = doc_new(arena);
	bool recognised = true;
	struct err err = {0};
	const char *other = replaced(arena, cii_invoice, "Invoice:100", "Invoice:999");

	(void)state;
	assert_int_equal(
		einvoice_read(NULL, other, strlen(other), doc, &recognised, &err),
		RC_OK);
	assert_false(recognised);
	assert_int_equal(doc->n_fields, 0);
	assert_false(doc->structured);
	assert_int_equal(einvoice_read(NULL, cii_invoice, 500, doc, &recognised, &err),
			 RC_FAIL);
	assert_false(recognised);
	assert_non_null(strstr(err.text, "cut off"));
	arena_free(&arena);
}

static void thousands_of_lines_are_no_trouble_and_too_many_are_said(void **state)
{
	enum { LINES = 10001 };
	static const char line[] =
		"<a:InvoiceLine><b:LineExtensionAmount>1.00</b:LineExtensionAmount>"
		"</a:InvoiceLine>";
	struct arena *arena = arena_new();
	struct strbuf xml;
	struct doc *doc;

	(void)state;
	strbuf_init(&xml, arena);
	strbuf_add(&xml,
		   "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:"
		   "Invoice-2\" " UBL_NS ">");
	for (int i = 0; i < LINES; i++)
		strbuf_add(&xml, line);
	strbuf_add(&xml, "</Invoice>");
	doc = read_text(arena, xml.text);
	assert_int_equal(doc_lines(doc), LINES - 1);
	assert_string_equal(doc->findings[0].code, "too-many-lines");
	arena_free(&arena);
}

/* --- the public examples ---------------------------------------------- */

static char *read_file_text(struct arena *arena, const char *path, size_t *len)
{
	FILE *file = fopen(path, "r");
	enum { MOST = 8 << 20 };
	char *bytes = arena_alloc(arena, MOST);

	if (file == NULL)
		fail_msg("%s can't be read", path);
	*len = fread(bytes, 1, MOST, file);
	fclose(file);
	return bytes;
}

static bool is_unscored(json_t *truth, const char *path)
{
	json_t *list = json_object_get(truth, "unscored"), *item;
	size_t i;

	json_array_foreach(list, i, item) if (strcmp(json_string_value(item), path) ==
					      0) return true;
	return false;
}

/* Whether what we have for a path is what the truth has (NULL: nothing). */
static int compare(const struct doc *doc, const char *name, const char *path, int line,
		   const char *want)
{
	const struct fieldtype *type =
		doctype_field(schema_type(types, "invoice"), path);
	const char *got = doc_value(doc, path, line);

	assert_non_null(type);
	if (want && got ? value_equal(type->kind, want, got) : want == got)
		return 0;
	print_error("%s: %s %d: truth '%s', got '%s'\n", name, path, line,
		    want ? want : "nothing", got ? got : "nothing");
	return 1;
}

static int compare_lines(const struct doc *doc, const char *name, json_t *truth)
{
	static const char *const columns[] = {"description", "quantity",   "unit",
					      "unit_price",  "net_amount", "vat_rate"};
	json_t *lines = json_object_get(truth, "lines"), *line;
	int wrong = doc_lines(doc) != (int)json_array_size(lines);
	size_t i;

	json_array_foreach(lines, i, line)
	{
		for (size_t k = 0; k < COUNT(columns); k++) {
			char path[64];

			snprintf(path, sizeof path, "lines/%s", columns[k]);
			if (!is_unscored(truth, path))
				wrong += compare(doc, name, path, (int)i + 1,
						 json_string_value(json_object_get(
							 line, columns[k])));
		}
	}
	return wrong;
}

static int compare_with_truth(const struct doc *doc, const char *name, json_t *truth)
{
	static const char *const paths[] = {
		"number",	 "issue_date",	      "type_code",
		"currency",	 "due_date",	      "order_reference",
		"seller/name",	 "seller/address",    "seller/vat_id",
		"seller/iban",	 "seller/tax_number", "buyer/name",
		"buyer/address", "buyer/vat_id",      "total_without_vat",
		"total_vat",	 "total_with_vat",    "amount_due"};
	json_t *fields = json_object_get(truth, "fields");
	int wrong = 0;

	for (size_t i = 0; i < COUNT(paths); i++)
		if (!is_unscored(truth, paths[i]))
			wrong += compare(
				doc, name, paths[i], 0,
				json_string_value(json_object_get(fields, paths[i])));
	return wrong +
	       (is_unscored(truth, "lines") ? 0 : compare_lines(doc, name, truth));
}

static void every_public_example_equals_its_truth(void **state)
{
	struct dirent **entries;
	int n = scandir(EXAMPLES, &entries, NULL, alphasort), wrong = 0, read = 0;

	(void)state;
	if (n < 0)
		skip();
	for (int i = 0; i < n; i++) {
		struct arena *arena = arena_new();
		const char *name = entries[i]->d_name;
		size_t len = strlen(name);
		json_t *truth;

		if (text_ends(name, ".xml")) {
			char *xml = read_file_text(
				arena, arena_printf(arena, EXAMPLES "/%s", name), &len);

			truth = json_load_file(
				arena_printf(arena, EXAMPLES "/%.*s.truth.json",
					     (int)strlen(name) - 4, name),
				0, NULL);
			xml[len] = '\0';
			wrong += compare_with_truth(read_text(arena, xml), name, truth);
			json_decref(truth);
			read++;
		}
		arena_free(&arena);
		free(entries[i]);
	}
	free(entries);
	assert_true(read > 0);
	assert_int_equal(wrong, 0);
}

static void every_wrong_example_is_stopped(void **state)
{
	struct dirent **entries;
	int n = scandir(WRONG_EXAMPLES, &entries, NULL, alphasort);

	(void)state;
	if (n < 0)
		skip();
	for (int i = 0; i < n; i++) {
		struct arena *arena = arena_new();
		const char *name = entries[i]->d_name;
		struct doc *doc = doc_new(arena);
		bool recognised;
		struct err err = {0};
		size_t len;

		if (text_ends(name, ".xml")) {
			char *xml = read_file_text(
				arena, arena_printf(arena, WRONG_EXAMPLES "/%s", name),
				&len);

			if (einvoice_read(NULL, xml, len, doc, &recognised, &err) ==
				    RC_OK &&
			    recognised) {
				assert_int_equal(
					doc_validate(doc, schema_type(types, "invoice"),
						     NULL, &err),
					RC_OK);
				if (!doc_has_stop(doc))
					fail_msg("%s goes through", name);
			}
		}
		arena_free(&arena);
		free(entries[i]);
	}
	free(entries);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ubl_invoice_is_taken_over_whole),
		cmocka_unit_test(a_ubl_credit_note_has_its_own_names),
		cmocka_unit_test(a_cii_correction_keeps_its_minus_signs),
		cmocka_unit_test(zugferd_1_has_other_names_for_the_same),
		cmocka_unit_test(wrong_data_becomes_findings),
		cmocka_unit_test(
			headings_are_no_lines_and_americans_write_the_postcode_last),
		cmocka_unit_test(amounts_that_can_be_read_two_ways_are_said),
		cmocka_unit_test(elements_in_the_wrong_place_are_said_with_their_line),
		cmocka_unit_test(other_xml_is_not_recognised_and_broken_xml_refused),
		cmocka_unit_test(
			thousands_of_lines_are_no_trouble_and_too_many_are_said),
		cmocka_unit_test(every_public_example_equals_its_truth),
		cmocka_unit_test(every_wrong_example_is_stopped),
	};
	return cmocka_run_group_tests(tests, load_types, free_types);
}
