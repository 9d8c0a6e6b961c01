/* render_ubl_map.c - the tables: business terms of EN 16931 to elements of UBL 2.1, in
 * the order of the official XSD, which Invoice and CreditNote share but for a few rows.
 * The same terms are read back by stages/einvoice_map.c. */
#include "render_ubl_map.h"

#include <stddef.h>

#define VALUE(kind, to, from, need, what)                                              \
	{                                                                              \
		IN_BOTH, kind, to, from, NULL, NULL, need, what, NULL                  \
	}
#define ONLY(in, kind, to, from, need, what)                                           \
	{                                                                              \
		in, kind, to, from, NULL, NULL, need, what, NULL                       \
	}
#define CONST(to, literal, with)                                                       \
	{                                                                              \
		IN_BOTH, UBL_TEXT, to, NULL, literal, with, NEED_NOT, NULL, NULL       \
	}
#define TABLE(in, to, table, need, what, rows)                                         \
	{                                                                              \
		in, UBL_TABLE, to, table, NULL, NULL, need, what, rows                 \
	}
#define END                                                                            \
	{                                                                              \
		IN_BOTH, UBL_TEXT, NULL, NULL, NULL, NULL, NEED_NOT, NULL, NULL        \
	}

static const struct ubl_row preceding[] = {
	VALUE(UBL_TEXT, "cbc:ID", "number", NEED_FILE,
	      "the number of the earlier invoice (BT-25)"),
	VALUE(UBL_TEXT, "cbc:IssueDate", "issue_date", NEED_NOT, NULL),
	END,
};

#define TAX_CATEGORY(to, category, rate)                                               \
	VALUE(UBL_TEXT, to "/cbc:ID", category, NEED_STANDARD, "a VAT category"),      \
		VALUE(UBL_NUMBER, to "/cbc:Percent", rate, NEED_NOT, NULL)

static const struct ubl_row rate_total[] = {
	VALUE(UBL_AMOUNT, "cbc:TaxableAmount", "taxable_amount", NEED_STANDARD,
	      "the taxable amount of a VAT rate (BT-116)"),
	VALUE(UBL_AMOUNT, "cbc:TaxAmount", "tax_amount", NEED_FILE,
	      "the VAT of a VAT rate (BT-117)"),
	TAX_CATEGORY("cac:TaxCategory", "category", "rate"),
	VALUE(UBL_TEXT, "cac:TaxCategory/cbc:TaxExemptionReasonCode", "exemption_code",
	      NEED_NOT, NULL),
	VALUE(UBL_TEXT, "cac:TaxCategory/cbc:TaxExemptionReason", "exemption_reason",
	      NEED_NOT, NULL),
	CONST("cac:TaxCategory/cac:TaxScheme/cbc:ID", "VAT", "taxable_amount"),
	END,
};

#define ALLOWANCE(is_charge)                                                           \
	CONST("cbc:ChargeIndicator", is_charge, "amount"),                             \
		VALUE(UBL_TEXT, "cbc:AllowanceChargeReasonCode", "reason_code",        \
		      NEED_NOT, NULL),                                                 \
		VALUE(UBL_TEXT, "cbc:AllowanceChargeReason", "reason", NEED_NOT,       \
		      NULL),                                                           \
		VALUE(UBL_NUMBER, "cbc:MultiplierFactorNumeric", "percent", NEED_NOT,  \
		      NULL),                                                           \
		VALUE(UBL_AMOUNT, "cbc:Amount", "amount", NEED_FILE,                   \
		      "the amount of an allowance or charge (BT-92, BT-99)"),          \
		VALUE(UBL_AMOUNT, "cbc:BaseAmount", "base_amount", NEED_NOT, NULL),    \
		TAX_CATEGORY("cac:TaxCategory", "vat_category", "vat_rate"),           \
		CONST("cac:TaxCategory/cac:TaxScheme/cbc:ID", "VAT", "amount"), END

static const struct ubl_row allowance[] = {ALLOWANCE("false")};
static const struct ubl_row charge[] = {ALLOWANCE("true")};

static const struct ubl_row line[] = {
	VALUE(UBL_TEXT, "cbc:ID", "$number", NEED_NOT, NULL),
	ONLY(IN_INVOICE, UBL_QUANTITY, "cbc:InvoicedQuantity", "quantity",
	     NEED_STANDARD, "a quantity (BT-129)"),
	ONLY(IN_CREDIT_NOTE, UBL_QUANTITY, "cbc:CreditedQuantity", "quantity",
	     NEED_STANDARD, "a quantity (BT-129)"),
	VALUE(UBL_AMOUNT, "cbc:LineExtensionAmount", "net_amount", NEED_FILE,
	      "the net amount of a line (BT-131)"),
	VALUE(UBL_TEXT, "cbc:AccountingCostCode", "cost_centre", NEED_NOT, NULL),
	VALUE(UBL_TEXT, "cbc:AccountingCost", "account", NEED_NOT, NULL),
	VALUE(UBL_TEXT, "cac:OrderLineReference/cbc:LineID", "order_line", NEED_NOT,
	      NULL),
	VALUE(UBL_TEXT, "cac:DocumentReference/cbc:ID", "object_id", NEED_NOT, NULL),
	CONST("cac:DocumentReference/cbc:DocumentTypeCode", "130", "object_id"),
	CONST("+cac:AllowanceCharge/cbc:ChargeIndicator", "false", "allowance_amount"),
	VALUE(UBL_TEXT, "cac:AllowanceCharge/cbc:AllowanceChargeReason",
	      "allowance_reason", NEED_NOT, NULL),
	VALUE(UBL_AMOUNT, "cac:AllowanceCharge/cbc:Amount", "allowance_amount",
	      NEED_NOT, NULL),
	CONST("+cac:AllowanceCharge/cbc:ChargeIndicator", "true", "charge_amount"),
	VALUE(UBL_TEXT, "cac:AllowanceCharge/cbc:AllowanceChargeReason",
	      "charge_reason", NEED_NOT, NULL),
	VALUE(UBL_AMOUNT, "cac:AllowanceCharge/cbc:Amount", "charge_amount", NEED_NOT,
	      NULL),
	VALUE(UBL_TEXT, "cac:Item/cbc:Name", "description", NEED_STANDARD,
	      "an item's name (BT-153)"),
	TAX_CATEGORY("cac:Item/cac:ClassifiedTaxCategory", "vat_category", "vat_rate"),
	CONST("cac:Item/cac:ClassifiedTaxCategory/cac:TaxScheme/cbc:ID", "VAT",
	      "$taxed"),
	VALUE(UBL_AMOUNT, "cac:Price/cbc:PriceAmount", "unit_price", NEED_STANDARD,
	      "a price (BT-146)"),
	VALUE(UBL_QUANTITY, "cac:Price/cbc:BaseQuantity", "price_quantity", NEED_NOT,
	      NULL),
	END,
};

#define ADDRESS "/cac:Party/cac:PostalAddress"
#define TAX_SCHEME "/cac:Party/+cac:PartyTaxScheme"

#define PARTY(role, us, need_name, name_term, country_term)                            \
	VALUE(UBL_TEXT, role ADDRESS "/cbc:StreetName", us "/street", NEED_NOT, NULL), \
		VALUE(UBL_TEXT, role ADDRESS "/cbc:AdditionalStreetName",              \
		      us "/street2", NEED_NOT, NULL),                                  \
		VALUE(UBL_TEXT, role ADDRESS "/cbc:CityName", us "/city", NEED_NOT,    \
		      NULL),                                                           \
		VALUE(UBL_TEXT, role ADDRESS "/cbc:PostalZone", us "/postcode",        \
		      NEED_NOT, NULL),                                                 \
		VALUE(UBL_TEXT, role ADDRESS "/cbc:CountrySubentity", us "/region",    \
		      NEED_NOT, NULL),                                                 \
		VALUE(UBL_TEXT, role ADDRESS "/cac:AddressLine/cbc:Line",              \
		      us "/street3", NEED_NOT, NULL),                                  \
		VALUE(UBL_TEXT, role ADDRESS "/cac:Country/cbc:IdentificationCode",    \
		      us "/country", NEED_STANDARD,                                    \
		      "the country of the " us " (" country_term ")"),                 \
		VALUE(UBL_TEXT, role TAX_SCHEME "/cbc:CompanyID", us "/vat_id",        \
		      NEED_NOT, NULL),                                                 \
		CONST(role "/cac:Party/cac:PartyTaxScheme/cac:TaxScheme/cbc:ID",       \
		      "VAT", us "/vat_id"),                                            \
		VALUE(UBL_TEXT, role TAX_SCHEME "/cbc:CompanyID", us "/tax_number",    \
		      NEED_NOT, NULL),                                                 \
		CONST(role "/cac:Party/cac:PartyTaxScheme/cac:TaxScheme/cbc:ID", "FC", \
		      us "/tax_number"),                                               \
		VALUE(UBL_TEXT,                                                        \
		      role "/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName",     \
		      us "/name", need_name, "the name of the " us " (" name_term ")")

#define PAYMENT "cac:PaymentMeans/"
#define TOTAL "cac:LegalMonetaryTotal/"

const struct ubl_row ubl_rows[] = {
	VALUE(UBL_TEXT, "cbc:CustomizationID", UBL_CONFORMS, NEED_NOT, NULL),
	VALUE(UBL_TEXT, "cbc:ID", "number", NEED_FILE, "the invoice number (BT-1)"),
	VALUE(UBL_TEXT, "cbc:IssueDate", "issue_date", NEED_FILE,
	      "the invoice date (BT-2)"),
	ONLY(IN_INVOICE, UBL_TEXT, "cbc:DueDate", "due_date", NEED_NOT, NULL),
	ONLY(IN_INVOICE, UBL_TEXT, "cbc:InvoiceTypeCode", "type_code", NEED_STANDARD,
	     "the kind of invoice (BT-3)"),
	ONLY(IN_CREDIT_NOTE, UBL_TEXT, "cbc:CreditNoteTypeCode", "type_code", NEED_FILE,
	     "the kind of invoice (BT-3)"),
	VALUE(UBL_TEXT, "cbc:DocumentCurrencyCode", "currency", NEED_FILE,
	      "the currency (BT-5)"),
	VALUE(UBL_TEXT, "cbc:TaxCurrencyCode", "tax_currency", NEED_NOT, NULL),
	VALUE(UBL_TEXT, "cbc:AccountingCostCode", "cost_centre", NEED_NOT, NULL),
	VALUE(UBL_TEXT, "cbc:AccountingCost", "account", NEED_NOT, NULL),
	VALUE(UBL_TEXT, "cbc:BuyerReference", "buyer_reference", NEED_NOT, NULL),
	VALUE(UBL_TEXT, "cac:InvoicePeriod/cbc:StartDate", "period_start", NEED_NOT,
	      NULL),
	VALUE(UBL_TEXT, "cac:InvoicePeriod/cbc:EndDate", "period_end", NEED_NOT, NULL),
	VALUE(UBL_TEXT, "cac:OrderReference/cbc:ID", "order_reference", NEED_NOT, NULL),
	TABLE(IN_BOTH, "+cac:BillingReference/cac:InvoiceDocumentReference",
	      "preceding_invoices", NEED_NOT, NULL, preceding),
	PARTY("cac:AccountingSupplierParty", "seller", NEED_FILE, "BT-27", "BT-40"),
	VALUE(UBL_TEXT, "cac:AccountingCustomerParty", NULL, NEED_NOT, NULL),
	PARTY("cac:AccountingCustomerParty", "buyer", NEED_STANDARD, "BT-44", "BT-55"),
	VALUE(UBL_TEXT, "cac:Delivery/cbc:ActualDeliveryDate", "delivery_date",
	      NEED_NOT, NULL),
	VALUE(UBL_TEXT, PAYMENT "cbc:PaymentMeansCode", UBL_PAYMENT_MEANS, NEED_NOT,
	      NULL),
	ONLY(IN_CREDIT_NOTE, UBL_TEXT, PAYMENT "cbc:PaymentDueDate", "due_date",
	     NEED_NOT, NULL),
	VALUE(UBL_TEXT, PAYMENT "cbc:PaymentID", "payment_reference", NEED_NOT, NULL),
	VALUE(UBL_TEXT, PAYMENT "cac:PayeeFinancialAccount/cbc:ID", "seller/iban",
	      NEED_NOT, NULL),
	VALUE(UBL_TEXT, "cac:PaymentTerms/cbc:Note", "payment_terms", NEED_NOT, NULL),
	TABLE(IN_BOTH, "+cac:AllowanceCharge", "allowances", NEED_NOT, NULL, allowance),
	TABLE(IN_BOTH, "+cac:AllowanceCharge", "charges", NEED_NOT, NULL, charge),
	VALUE(UBL_AMOUNT, "cac:TaxTotal/cbc:TaxAmount", "total_vat", NEED_STANDARD,
	      "the total VAT (BT-110)"),
	TABLE(IN_BOTH, "cac:TaxTotal/+cac:TaxSubtotal", "vat_breakdown", NEED_STANDARD,
	      "the VAT per rate (BG-23)", rate_total),
	VALUE(UBL_TAX_AMOUNT, "+cac:TaxTotal/cbc:TaxAmount", "total_vat_tax_currency",
	      NEED_NOT, NULL),
	VALUE(UBL_AMOUNT, TOTAL "cbc:LineExtensionAmount", "lines_total", NEED_STANDARD,
	      "the total of the lines (BT-106)"),
	VALUE(UBL_AMOUNT, TOTAL "cbc:TaxExclusiveAmount", "total_without_vat",
	      NEED_STANDARD, "the total without VAT (BT-109)"),
	VALUE(UBL_AMOUNT, TOTAL "cbc:TaxInclusiveAmount", "total_with_vat",
	      NEED_STANDARD, "the total with VAT (BT-112)"),
	VALUE(UBL_AMOUNT, TOTAL "cbc:AllowanceTotalAmount", "allowances_total",
	      NEED_NOT, NULL),
	VALUE(UBL_AMOUNT, TOTAL "cbc:ChargeTotalAmount", "charges_total", NEED_NOT,
	      NULL),
	VALUE(UBL_AMOUNT, TOTAL "cbc:PrepaidAmount", "prepaid_amount", NEED_NOT, NULL),
	VALUE(UBL_AMOUNT, TOTAL "cbc:PayableRoundingAmount", "rounding_amount",
	      NEED_NOT, NULL),
	VALUE(UBL_AMOUNT, TOTAL "cbc:PayableAmount", "amount_due", NEED_FILE,
	      "the amount due (BT-115)"),
	TABLE(IN_INVOICE, "+cac:InvoiceLine", "lines", NEED_FILE,
	      "at least one line (BG-25)", line),
	TABLE(IN_CREDIT_NOTE, "+cac:CreditNoteLine", "lines", NEED_FILE,
	      "at least one line (BG-25)", line),
	END,
};
