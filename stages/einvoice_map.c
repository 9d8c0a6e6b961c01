/* einvoice_map.c - the tables: elements of UBL 2.1 and CII (D16B, and ZUGFeRD 1.0,
 * which has other names for the same things) to the business terms of EN 16931. Where a
 * format has two places for a term, the better one comes first. */
#include "einvoice_map.h"

#include <stddef.h>

#define END                                                                            \
	{                                                                              \
		NULL, NULL, TAKE_TEXT                                                  \
	}

/* --- UBL 2.1: Invoice and CreditNote ---------------------------------- */

#define UBL_PARTY(us, role)                                                            \
	{us "/name", role "/Party/PartyLegalEntity/RegistrationName", TAKE_TEXT},      \
		{us "/name", role "/Party/PartyName/Name", TAKE_TEXT},                 \
		{us "/street", role "/Party/PostalAddress/StreetName", TAKE_TEXT},     \
		{us "/street2", role "/Party/PostalAddress/AdditionalStreetName",      \
		 TAKE_TEXT},                                                           \
		{us "/street3", role "/Party/PostalAddress/AddressLine/Line",          \
		 TAKE_TEXT},                                                           \
		{us "/postcode", role "/Party/PostalAddress/PostalZone", TAKE_TEXT},   \
		{us "/city", role "/Party/PostalAddress/CityName", TAKE_TEXT},         \
		{us "/region", role "/Party/PostalAddress/CountrySubentity",           \
		 TAKE_TEXT},                                                           \
		{us "/country",                                                        \
		 role "/Party/PostalAddress/Country/IdentificationCode", TAKE_TEXT},   \
	{                                                                              \
		us "/vat_id",                                                          \
			role "/Party/PartyTaxScheme[TaxScheme/ID=VAT]/CompanyID",      \
			TAKE_TEXT                                                      \
	}

static const struct map ubl_header[] = {
	{"number", "ID", TAKE_TEXT},
	{"issue_date", "IssueDate", TAKE_DATE},
	{"type_code", "InvoiceTypeCode|CreditNoteTypeCode", TAKE_TEXT},
	{"currency", "DocumentCurrencyCode", TAKE_TEXT},
	{"tax_currency", "TaxCurrencyCode", TAKE_TEXT},
	{"due_date", "DueDate", TAKE_DATE},
	{"due_date", "PaymentMeans/PaymentDueDate", TAKE_DATE},
	{"buyer_reference", "BuyerReference", TAKE_TEXT},
	{"order_reference", "OrderReference/ID", TAKE_TEXT},
	{"delivery_date", "Delivery/ActualDeliveryDate", TAKE_DATE},
	{"period_start", "InvoicePeriod/StartDate", TAKE_DATE},
	{"period_end", "InvoicePeriod/EndDate", TAKE_DATE},
	UBL_PARTY("seller", "AccountingSupplierParty"),
	{"seller/tax_number",
	 "AccountingSupplierParty/Party/PartyTaxScheme[TaxScheme/ID!=VAT]/CompanyID",
	 TAKE_TEXT},
	{"seller/iban", "PaymentMeans/PayeeFinancialAccount/ID", TAKE_IBAN},
	UBL_PARTY("buyer", "AccountingCustomerParty"),
	{"payment_reference", "PaymentMeans/PaymentID", TAKE_TEXT},
	{"payment_terms", "PaymentTerms/Note", TAKE_ALL},
	{"lines_total", "LegalMonetaryTotal/LineExtensionAmount", TAKE_AMOUNT},
	{"allowances_total", "LegalMonetaryTotal/AllowanceTotalAmount", TAKE_AMOUNT},
	{"charges_total", "LegalMonetaryTotal/ChargeTotalAmount", TAKE_AMOUNT},
	{"total_without_vat", "LegalMonetaryTotal/TaxExclusiveAmount", TAKE_AMOUNT},
	{"total_vat", "TaxTotal/TaxAmount[@currencyID=$currency]", TAKE_AMOUNT},
	{"total_vat", "TaxTotal/TaxAmount", TAKE_AMOUNT},
	{"total_vat_tax_currency", "TaxTotal/TaxAmount[@currencyID=$tax_currency]",
	 TAKE_AMOUNT},
	{"total_with_vat", "LegalMonetaryTotal/TaxInclusiveAmount", TAKE_AMOUNT},
	{"prepaid_amount", "LegalMonetaryTotal/PrepaidAmount", TAKE_AMOUNT},
	{"rounding_amount", "LegalMonetaryTotal/PayableRoundingAmount", TAKE_AMOUNT},
	{"amount_due", "LegalMonetaryTotal/PayableAmount", TAKE_AMOUNT},
	END,
};

static const struct map ubl_preceding[] = {
	{"preceding_invoices/number", "ID", TAKE_TEXT},
	{"preceding_invoices/issue_date", "IssueDate", TAKE_DATE},
	END,
};

static const struct map ubl_rate[] = {
	{"vat_breakdown/category", "TaxCategory/ID", TAKE_TEXT},
	{"vat_breakdown/rate", "TaxCategory/Percent", TAKE_NUMBER},
	{"vat_breakdown/taxable_amount", "TaxableAmount", TAKE_AMOUNT},
	{"vat_breakdown/tax_amount", "TaxAmount", TAKE_AMOUNT},
	{"vat_breakdown/exemption_reason", "TaxCategory/TaxExemptionReason", TAKE_ALL},
	{"vat_breakdown/exemption_code", "TaxCategory/TaxExemptionReasonCode",
	 TAKE_TEXT},
	END,
};

#define UBL_ALLOWANCE(table)                                                           \
	{table "/amount", "Amount", TAKE_AMOUNT},                                      \
		{table "/base_amount", "BaseAmount", TAKE_AMOUNT},                     \
		{table "/percent", "MultiplierFactorNumeric", TAKE_NUMBER},            \
		{table "/vat_category", "TaxCategory/ID", TAKE_TEXT},                  \
		{table "/vat_rate", "TaxCategory/Percent", TAKE_NUMBER},               \
		{table "/reason", "AllowanceChargeReason", TAKE_ALL},                  \
	{                                                                              \
		table "/reason_code", "AllowanceChargeReasonCode", TAKE_TEXT           \
	}

static const struct map ubl_allowance[] = {UBL_ALLOWANCE("allowances"), END};
static const struct map ubl_charge[] = {UBL_ALLOWANCE("charges"), END};

static const struct map ubl_line[] = {
	{"lines/object_id", "DocumentReference[DocumentTypeCode=130]/ID", TAKE_TEXT},
	{"lines/order_line", "OrderLineReference/LineID", TAKE_TEXT},
	{"lines/description", "Item/Name", TAKE_TEXT},
	{"lines/description", "Item/Description", TAKE_TEXT},
	{"lines/quantity", "InvoicedQuantity|CreditedQuantity", TAKE_NUMBER},
	{"lines/unit", "InvoicedQuantity|CreditedQuantity/@unitCode", TAKE_TEXT},
	{"lines/unit_price", "Price/PriceAmount", TAKE_AMOUNT},
	{"lines/price_quantity", "Price/BaseQuantity", TAKE_NUMBER},
	{"lines/vat_category", "Item/ClassifiedTaxCategory/ID", TAKE_TEXT},
	{"lines/vat_rate", "Item/ClassifiedTaxCategory/Percent", TAKE_NUMBER},
	{"lines/allowance_amount", "AllowanceCharge[ChargeIndicator=false]/Amount",
	 TAKE_SUM},
	{"lines/allowance_reason",
	 "AllowanceCharge[ChargeIndicator=false]/AllowanceChargeReason", TAKE_ALL},
	{"lines/charge_amount", "AllowanceCharge[ChargeIndicator=true]/Amount",
	 TAKE_SUM},
	{"lines/charge_reason",
	 "AllowanceCharge[ChargeIndicator=true]/AllowanceChargeReason", TAKE_ALL},
	{"lines/net_amount", "LineExtensionAmount", TAKE_AMOUNT},
	END,
};

static const struct map_table ubl_tables[] = {
	{"BillingReference/InvoiceDocumentReference", ubl_preceding},
	{"TaxTotal/TaxSubtotal", ubl_rate},
	{"AllowanceCharge[ChargeIndicator=false]", ubl_allowance},
	{"AllowanceCharge[ChargeIndicator=true]", ubl_charge},
	{"InvoiceLine|CreditNoteLine", ubl_line},
	{NULL, NULL},
};

static const struct order ubl_invoice_order[] = {
	{"", "UBLExtensions UBLVersionID CustomizationID ProfileID "
	     "ProfileExecutionID ID CopyIndicator UUID IssueDate IssueTime DueDate "
	     "InvoiceTypeCode Note TaxPointDate DocumentCurrencyCode TaxCurrencyCode "
	     "PricingCurrencyCode PaymentCurrencyCode PaymentAlternativeCurrencyCode "
	     "AccountingCostCode AccountingCost LineCountNumeric BuyerReference "
	     "InvoicePeriod OrderReference BillingReference "
	     "DespatchDocumentReference ReceiptDocumentReference "
	     "StatementDocumentReference OriginatorDocumentReference "
	     "ContractDocumentReference AdditionalDocumentReference ProjectReference "
	     "Signature AccountingSupplierParty AccountingCustomerParty PayeeParty "
	     "BuyerCustomerParty SellerSupplierParty TaxRepresentativeParty Delivery "
	     "DeliveryTerms PaymentMeans PaymentTerms PrepaidPayment AllowanceCharge "
	     "TaxExchangeRate PricingExchangeRate PaymentExchangeRate "
	     "PaymentAlternativeExchangeRate TaxTotal WithholdingTaxTotal "
	     "LegalMonetaryTotal InvoiceLine"},
	{NULL, NULL},
};

static const struct order ubl_credit_note_order[] = {
	{"", "UBLExtensions UBLVersionID CustomizationID ProfileID "
	     "ProfileExecutionID ID CopyIndicator UUID IssueDate IssueTime "
	     "TaxPointDate CreditNoteTypeCode Note DocumentCurrencyCode "
	     "TaxCurrencyCode PricingCurrencyCode PaymentCurrencyCode "
	     "PaymentAlternativeCurrencyCode AccountingCostCode AccountingCost "
	     "LineCountNumeric BuyerReference InvoicePeriod DiscrepancyResponse "
	     "OrderReference BillingReference DespatchDocumentReference "
	     "ReceiptDocumentReference ContractDocumentReference "
	     "AdditionalDocumentReference StatementDocumentReference "
	     "OriginatorDocumentReference Signature AccountingSupplierParty "
	     "AccountingCustomerParty PayeeParty BuyerCustomerParty "
	     "SellerSupplierParty TaxRepresentativeParty Delivery DeliveryTerms "
	     "PaymentMeans PaymentTerms TaxExchangeRate PricingExchangeRate "
	     "PaymentExchangeRate PaymentAlternativeExchangeRate AllowanceCharge "
	     "TaxTotal LegalMonetaryTotal CreditNoteLine"},
	{NULL, NULL},
};

/* --- CII D16B and ZUGFeRD 1.0 ----------------------------------------- */

#define DOCUMENT "ExchangedDocument|HeaderExchangedDocument"
#define DEAL "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction"
#define AGREEMENT                                                                      \
	DEAL "/ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
#define DELIVERY                                                                       \
	DEAL "/ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery"
#define SETTLEMENT                                                                     \
	DEAL "/ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
#define SUMS                                                                           \
	SETTLEMENT "/SpecifiedTradeSettlementHeaderMonetarySummation|"                 \
		   "SpecifiedTradeSettlementMonetarySummation"
#define DAY "/DateTimeString"

#define CII_PARTY(us, role)                                                            \
	{us "/name", AGREEMENT "/" role "/Name", TAKE_TEXT},                           \
		{us "/street", AGREEMENT "/" role "/PostalTradeAddress/LineOne",       \
		 TAKE_TEXT},                                                           \
		{us "/street2", AGREEMENT "/" role "/PostalTradeAddress/LineTwo",      \
		 TAKE_TEXT},                                                           \
		{us "/street3", AGREEMENT "/" role "/PostalTradeAddress/LineThree",    \
		 TAKE_TEXT},                                                           \
		{us "/postcode",                                                       \
		 AGREEMENT "/" role "/PostalTradeAddress/PostcodeCode", TAKE_TEXT},    \
		{us "/city", AGREEMENT "/" role "/PostalTradeAddress/CityName",        \
		 TAKE_TEXT},                                                           \
		{us "/region",                                                         \
		 AGREEMENT "/" role "/PostalTradeAddress/CountrySubDivisionName",      \
		 TAKE_TEXT},                                                           \
		{us "/country", AGREEMENT "/" role "/PostalTradeAddress/CountryID",    \
		 TAKE_TEXT},                                                           \
	{                                                                              \
		us "/vat_id",                                                          \
			AGREEMENT "/" role                                             \
				  "/SpecifiedTaxRegistration/ID[@schemeID=VA]",        \
			TAKE_TEXT                                                      \
	}

static const struct map cii_header[] = {
	{"number", DOCUMENT "/ID", TAKE_TEXT},
	{"issue_date", DOCUMENT "/IssueDateTime" DAY, TAKE_DATE},
	{"type_code", DOCUMENT "/TypeCode", TAKE_TEXT},
	{"currency", SETTLEMENT "/InvoiceCurrencyCode", TAKE_TEXT},
	{"tax_currency", SETTLEMENT "/TaxCurrencyCode", TAKE_TEXT},
	{"due_date", SETTLEMENT "/SpecifiedTradePaymentTerms/DueDateDateTime" DAY,
	 TAKE_DATE},
	{"buyer_reference", AGREEMENT "/BuyerReference", TAKE_TEXT},
	{"order_reference",
	 AGREEMENT "/BuyerOrderReferencedDocument/IssuerAssignedID|ID", TAKE_TEXT},
	{"delivery_date",
	 DELIVERY "/ActualDeliverySupplyChainEvent/OccurrenceDateTime" DAY, TAKE_DATE},
	{"period_start", SETTLEMENT "/BillingSpecifiedPeriod/StartDateTime" DAY,
	 TAKE_DATE},
	{"period_end", SETTLEMENT "/BillingSpecifiedPeriod/EndDateTime" DAY, TAKE_DATE},
	CII_PARTY("seller", "SellerTradeParty"),
	{"seller/tax_number",
	 AGREEMENT "/SellerTradeParty/SpecifiedTaxRegistration/ID[@schemeID=FC]",
	 TAKE_TEXT},
	{"seller/iban",
	 SETTLEMENT "/SpecifiedTradeSettlementPaymentMeans/"
		    "PayeePartyCreditorFinancialAccount/IBANID",
	 TAKE_IBAN},
	CII_PARTY("buyer", "BuyerTradeParty"),
	{"payment_reference", SETTLEMENT "/PaymentReference", TAKE_TEXT},
	{"payment_terms", SETTLEMENT "/SpecifiedTradePaymentTerms/Description",
	 TAKE_ALL},
	{"lines_total", SUMS "/LineTotalAmount", TAKE_AMOUNT},
	{"allowances_total", SUMS "/AllowanceTotalAmount", TAKE_AMOUNT},
	{"charges_total", SUMS "/ChargeTotalAmount", TAKE_AMOUNT},
	{"total_without_vat", SUMS "/TaxBasisTotalAmount", TAKE_AMOUNT},
	{"total_vat", SUMS "/TaxTotalAmount[@currencyID=$currency]", TAKE_AMOUNT},
	{"total_vat", SUMS "/TaxTotalAmount", TAKE_AMOUNT},
	{"total_vat_tax_currency", SUMS "/TaxTotalAmount[@currencyID=$tax_currency]",
	 TAKE_AMOUNT},
	{"total_with_vat", SUMS "/GrandTotalAmount", TAKE_AMOUNT},
	{"prepaid_amount", SUMS "/TotalPrepaidAmount", TAKE_AMOUNT},
	{"rounding_amount", SUMS "/RoundingAmount", TAKE_AMOUNT},
	{"amount_due", SUMS "/DuePayableAmount", TAKE_AMOUNT},
	END,
};

static const struct map cii_preceding[] = {
	{"preceding_invoices/number", "IssuerAssignedID|ID", TAKE_TEXT},
	{"preceding_invoices/issue_date", "FormattedIssueDateTime" DAY, TAKE_DATE},
	END,
};

static const struct map cii_rate[] = {
	{"vat_breakdown/category", "CategoryCode", TAKE_TEXT},
	{"vat_breakdown/rate", "RateApplicablePercent|ApplicablePercent", TAKE_NUMBER},
	{"vat_breakdown/taxable_amount", "BasisAmount", TAKE_AMOUNT},
	{"vat_breakdown/tax_amount", "CalculatedAmount", TAKE_AMOUNT},
	{"vat_breakdown/exemption_reason", "ExemptionReason", TAKE_ALL},
	{"vat_breakdown/exemption_code", "ExemptionReasonCode", TAKE_TEXT},
	END,
};

#define CII_ALLOWANCE(table)                                                           \
	{table "/amount", "ActualAmount", TAKE_AMOUNT},                                \
		{table "/base_amount", "BasisAmount", TAKE_AMOUNT},                    \
		{table "/percent", "CalculationPercent", TAKE_NUMBER},                 \
		{table "/vat_category", "CategoryTradeTax/CategoryCode", TAKE_TEXT},   \
		{table "/vat_rate",                                                    \
		 "CategoryTradeTax/RateApplicablePercent|ApplicablePercent",           \
		 TAKE_NUMBER},                                                         \
		{table "/reason", "Reason", TAKE_ALL},                                 \
	{                                                                              \
		table "/reason_code", "ReasonCode", TAKE_TEXT                          \
	}

static const struct map cii_allowance[] = {CII_ALLOWANCE("allowances"), END};
static const struct map cii_charge[] = {CII_ALLOWANCE("charges"), END};

#define LINE_AGREEMENT "SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement"
#define LINE_DELIVERY "SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery"
#define LINE_SETTLEMENT                                                                \
	"SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement"
#define LINE_SUMS                                                                      \
	LINE_SETTLEMENT "/SpecifiedTradeSettlementLineMonetarySummation|"              \
			"SpecifiedTradeSettlementMonetarySummation"
#define LINE_ALLOWANCE LINE_SETTLEMENT "/SpecifiedTradeAllowanceCharge"

static const struct map cii_line[] = {
	{"lines/object_id",
	 LINE_SETTLEMENT "/AdditionalReferencedDocument[TypeCode=130]/IssuerAssignedID",
	 TAKE_TEXT},
	{"lines/order_line", LINE_AGREEMENT "/BuyerOrderReferencedDocument/LineID",
	 TAKE_TEXT},
	{"lines/description", "SpecifiedTradeProduct/Name", TAKE_TEXT},
	{"lines/description", "SpecifiedTradeProduct/Description", TAKE_TEXT},
	{"lines/description", "AssociatedDocumentLineDocument/IncludedNote/Content",
	 TAKE_TEXT},
	{"lines/quantity", LINE_DELIVERY "/BilledQuantity", TAKE_NUMBER},
	{"lines/unit", LINE_DELIVERY "/BilledQuantity/@unitCode", TAKE_TEXT},
	{"lines/unit_price", LINE_AGREEMENT "/NetPriceProductTradePrice/ChargeAmount",
	 TAKE_AMOUNT},
	{"lines/price_quantity",
	 LINE_AGREEMENT "/NetPriceProductTradePrice/BasisQuantity", TAKE_NUMBER},
	{"lines/vat_category", LINE_SETTLEMENT "/ApplicableTradeTax/CategoryCode",
	 TAKE_TEXT},
	{"lines/vat_rate",
	 LINE_SETTLEMENT "/ApplicableTradeTax/RateApplicablePercent|ApplicablePercent",
	 TAKE_NUMBER},
	{"lines/allowance_amount",
	 LINE_ALLOWANCE "[ChargeIndicator/Indicator=false]/ActualAmount", TAKE_SUM},
	{"lines/allowance_reason",
	 LINE_ALLOWANCE "[ChargeIndicator/Indicator=false]/Reason", TAKE_ALL},
	{"lines/charge_amount",
	 LINE_ALLOWANCE "[ChargeIndicator/Indicator=true]/ActualAmount", TAKE_SUM},
	{"lines/charge_reason",
	 LINE_ALLOWANCE "[ChargeIndicator/Indicator=true]/Reason", TAKE_ALL},
	{"lines/net_amount", LINE_SUMS "/LineTotalAmount", TAKE_AMOUNT},
	END,
};

/* Some line items hold nothing but a note to the reader: those are no lines. */
#define LINE_ITEM                                                                      \
	"IncludedSupplyChainTradeLineItem[SpecifiedTradeProduct|" LINE_DELIVERY        \
	"|" LINE_AGREEMENT "|" LINE_SETTLEMENT "]"

static const struct map_table cii_tables[] = {
	{SETTLEMENT "/InvoiceReferencedDocument", cii_preceding},
	{SETTLEMENT "/ApplicableTradeTax", cii_rate},
	{SETTLEMENT "/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator=false]",
	 cii_allowance},
	{SETTLEMENT "/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator=true]",
	 cii_charge},
	{DEAL "/" LINE_ITEM, cii_line},
	{NULL, NULL},
};

static const struct order cii_order[] = {
	{"", "ExchangedDocumentContext ExchangedDocument SupplyChainTradeTransaction "
	     "ValuationBreakdownStatement"},
	{"SupplyChainTradeTransaction",
	 "IncludedSupplyChainTradeLineItem ApplicableHeaderTradeAgreement "
	 "ApplicableHeaderTradeDelivery ApplicableHeaderTradeSettlement"},
	{NULL, NULL},
};

static const struct order no_order[] = {{NULL, NULL}};

/* --------------------------------------------------------------------------------------
 */

const struct format einvoice_formats[] = {
	{"Invoice", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
	 "DocumentCurrencyCode", "TaxCurrencyCode", ubl_header, ubl_tables,
	 ubl_invoice_order},
	{"CreditNote", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
	 "DocumentCurrencyCode", "TaxCurrencyCode", ubl_header, ubl_tables,
	 ubl_credit_note_order},
	{"CrossIndustryInvoice",
	 "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
	 SETTLEMENT "/InvoiceCurrencyCode", SETTLEMENT "/TaxCurrencyCode", cii_header,
	 cii_tables, cii_order},
	{"CrossIndustryDocument", "urn:ferd:CrossIndustryDocument:invoice:1p0",
	 SETTLEMENT "/InvoiceCurrencyCode", SETTLEMENT "/TaxCurrencyCode", cii_header,
	 cii_tables, no_order},
	{NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};
