/* score_paths.c - which paths are scored, by document type.
 *
 * Only what truth files speak of is measured; a type's XSD has more fields than these,
 * and what is read for those is neither right nor wrong. */
#include <string.h>

#include "score.h"

static const char *const receipt_paths[] = {
	"merchant/name", "merchant/address", "merchant/tax_id", "date",	     "time",
	"number",	 "currency",	     "total",		"total_vat", NULL,
};

static const char *const invoice_paths[] = {
	"number",
	"issue_date",
	"type_code",
	"currency",
	"due_date",
	"order_reference",
	"seller/name",
	"seller/address",
	"seller/vat_id",
	"seller/tax_number",
	"seller/iban",
	"buyer/name",
	"buyer/address",
	"buyer/vat_id",
	"total_without_vat",
	"total_vat",
	"total_with_vat",
	"amount_due",
	"lines/description",
	"lines/quantity",
	"lines/unit",
	"lines/unit_price",
	"lines/net_amount",
	"lines/vat_rate",
	NULL,
};

static const char *const cms1500_paths[] = {
	"carrier/name",
	"carrier/address",
	"coverage",
	"insured/id",
	"patient/name",
	"patient/birth_date",
	"patient/sex",
	"insured/name",
	"patient/street",
	"patient/city",
	"patient/state",
	"patient/zip",
	"patient/phone",
	"patient/relationship",
	"insured/street",
	"insured/city",
	"insured/state",
	"insured/zip",
	"insured/phone",
	"other_insured/name",
	"other_insured/policy",
	"other_insured/plan",
	"condition/employment",
	"condition/auto_accident",
	"condition/auto_accident_state",
	"condition/other_accident",
	"insured/policy_group",
	"insured/birth_date",
	"insured/sex",
	"insured/plan",
	"another_plan",
	"patient_signature",
	"patient_signature_date",
	"insured_signature",
	"illness_date",
	"other_date",
	"unable_to_work/from",
	"unable_to_work/to",
	"referring/qualifier",
	"referring/name",
	"referring/npi",
	"hospitalization/from",
	"hospitalization/to",
	"outside_lab",
	"outside_lab_charges",
	"icd_indicator",
	"diagnosis/A",
	"diagnosis/B",
	"diagnosis/C",
	"diagnosis/D",
	"diagnosis/E",
	"diagnosis/F",
	"diagnosis/G",
	"diagnosis/H",
	"diagnosis/I",
	"diagnosis/J",
	"diagnosis/K",
	"diagnosis/L",
	"resubmission_code",
	"original_reference",
	"prior_authorization",
	"lines/from_date",
	"lines/to_date",
	"lines/place",
	"lines/emg",
	"lines/procedure",
	"lines/modifier1",
	"lines/modifier2",
	"lines/modifier3",
	"lines/modifier4",
	"lines/pointer",
	"lines/charge",
	"lines/units",
	"lines/rendering_npi",
	"federal_tax_id",
	"federal_tax_id_type",
	"patient_account",
	"accept_assignment",
	"total_charge",
	"amount_paid",
	"provider/signature",
	"provider/signature_date",
	"facility/name",
	"facility/address",
	"facility/npi",
	"billing/name",
	"billing/address",
	"billing/phone",
	"billing/npi",
	NULL,
};

#define TYPE(name)                                                                     \
	{                                                                              \
#name, name##_paths, sizeof(name##_paths) / sizeof(*name##_paths) - 1  \
	}
const struct scored_type scored_types[] = {
	TYPE(invoice),
	TYPE(receipt),
	TYPE(cms1500),
	{NULL, NULL, 0},
};

const struct scored_type *scored_type(const char *type)
{
	for (const struct scored_type *t = scored_types; t->type; t++)
		if (strcmp(t->type, type) == 0)
			return t;
	return NULL;
}
