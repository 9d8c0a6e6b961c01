/* Claim forms: our own drawing of the CMS-1500 (02/12) layout, filled with made-up
 * people.
 *
 * Rules and places of entries are those of schemas/cms1500.xsd, which were measured on
 * an empty form; labels are set here. Drawn in red it is the form as it is bought, in
 * black what a copier or a fax makes of it. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "schema.h"
#include "tests/samples/gen/paper.h"
#include "tests/samples/gen/pdf_out.h"

static const double POINT = 72.0 / 300; /* points a form unit */

struct form_label {
	int x, y; /* form units, left end of the baseline */
	const char *text;
};
static const struct form_label labels[] = {
	{90, 430, "1."},
	{140, 430, "MEDICARE"},
	{345, 430, "MEDICAID"},
	{560, 430, "TRICARE"},
	{830, 430, "CHAMPVA"},
	{1040, 430, "GROUP"},
	{1270, 430, "FECA"},
	{1455, 430, "OTHER"},
	{1556, 430, "1a. INSURED'S I.D. NUMBER"},
	{90, 530, "2. PATIENT'S NAME (Last Name, First Name, Middle Initial)"},
	{950, 530, "3. PATIENT'S BIRTH DATE"},
	{1380, 530, "SEX"},
	{1280, 585, "M"},
	{1430, 585, "F"},
	{1556, 530, "4. INSURED'S NAME (Last Name, First Name, Middle Initial)"},
	{90, 625, "5. PATIENT'S ADDRESS (No., Street)"},
	{950, 625, "6. PATIENT RELATIONSHIP TO INSURED"},
	{980, 680, "Self"},
	{1095, 680, "Spouse"},
	{1245, 680, "Child"},
	{1385, 680, "Other"},
	{1556, 625, "7. INSURED'S ADDRESS (No., Street)"},
	{92, 725, "CITY"},
	{842, 725, "STATE"},
	{1560, 728, "CITY"},
	{2270, 728, "STATE"},
	{92, 825, "ZIP CODE"},
	{485, 825, "TELEPHONE (Include Area Code)"},
	{1560, 828, "ZIP CODE"},
	{1945, 828, "TELEPHONE (Include Area Code)"},
	{90, 925, "9. OTHER INSURED'S NAME (Last Name, First Name)"},
	{950, 925, "10. IS PATIENT'S CONDITION RELATED TO:"},
	{1556, 925, "11. INSURED'S POLICY GROUP OR FECA NUMBER"},
	{90, 1022, "a. OTHER INSURED'S POLICY OR GROUP NUMBER"},
	{950, 1035, "a. EMPLOYMENT? (Current or Previous)"},
	{1160, 1085, "YES"},
	{1335, 1085, "NO"},
	{1556, 1028, "a. INSURED'S DATE OF BIRTH"},
	{2050, 1085, "M"},
	{2270, 1085, "F"},
	{950, 1130, "b. AUTO ACCIDENT?"},
	{1160, 1185, "YES"},
	{1335, 1185, "NO"},
	{1340, 1140, "PLACE (State)"},
	{950, 1232, "c. OTHER ACCIDENT?"},
	{1160, 1285, "YES"},
	{1335, 1285, "NO"},
	{1556, 1130, "b. OTHER CLAIM ID (Designated by NUCC)"},
	{1556, 1230, "c. INSURANCE PLAN NAME OR PROGRAM NAME"},
	{90, 1328, "d. INSURANCE PLAN NAME OR PROGRAM NAME"},
	{950, 1328, "10d. CLAIM CODES (Designated by NUCC)"},
	{1556, 1330, "d. IS THERE ANOTHER HEALTH BENEFIT PLAN?"},
	{1665, 1388, "YES"},
	{1815, 1388, "NO"},
	{90, 1455, "12. PATIENT'S OR AUTHORIZED PERSON'S SIGNATURE"},
	{135, 1582, "SIGNED"},
	{1060, 1582, "DATE"},
	{1556, 1455, "13. INSURED'S OR AUTHORIZED PERSON'S SIGNATURE"},
	{1610, 1585, "SIGNED"},
	{90, 1632, "14. DATE OF CURRENT ILLNESS, INJURY, or PREGNANCY (LMP)"},
	{445, 1690, "QUAL."},
	{892, 1632, "15. OTHER DATE"},
	{892, 1690, "QUAL."},
	{1556, 1632, "16. DATES PATIENT UNABLE TO WORK IN CURRENT OCCUPATION"},
	{1595, 1690, "FROM"},
	{2030, 1690, "TO"},
	{90, 1728, "17. NAME OF REFERRING PROVIDER OR OTHER SOURCE"},
	{892, 1735, "17a."},
	{892, 1785, "17b."},
	{965, 1785, "NPI"},
	{1556, 1728, "18. HOSPITALIZATION DATES RELATED TO CURRENT SERVICES"},
	{1595, 1788, "FROM"},
	{2030, 1788, "TO"},
	{90, 1825, "19. ADDITIONAL CLAIM INFORMATION (Designated by NUCC)"},
	{1556, 1825, "20. OUTSIDE LAB?"},
	{1665, 1888, "YES"},
	{1820, 1888, "NO"},
	{2040, 1825, "$ CHARGES"},
	{90, 1928, "21. DIAGNOSIS OR NATURE OF ILLNESS OR INJURY"},
	{1190, 1945, "ICD Ind."},
	{1556, 1935, "22. RESUBMISSION CODE"},
	{1940, 1935, "ORIGINAL REF. NO."},
	{1556, 2026, "23. PRIOR AUTHORIZATION NUMBER"},
	{90, 2125, "24. A. DATE(S) OF SERVICE"},
	{840, 2125, "D. PROCEDURES, SERVICES, OR SUPPLIES"},
	{1420, 2150, "POINTER"},
	{1600, 2170, "$ CHARGES"},
	{2170, 2150, "RENDERING"},
	{90, 2825, "25. FEDERAL TAX I.D. NUMBER"},
	{560, 2825, "SSN EIN"},
	{745, 2825, "26. PATIENT'S ACCOUNT NO."},
	{1180, 2825, "27. ACCEPT ASSIGNMENT?"},
	{1250, 2885, "YES"},
	{1400, 2885, "NO"},
	{1556, 2825, "28. TOTAL CHARGE"},
	{1890, 2825, "29. AMOUNT PAID"},
	{90, 2930, "31. SIGNATURE OF PHYSICIAN OR SUPPLIER"},
	{745, 2926, "32. SERVICE FACILITY LOCATION INFORMATION"},
	{1556, 2926, "33. BILLING PROVIDER INFO & PH #"},
	{750, 3120, "a."},
	{1090, 3120, "b."},
	{1556, 3120, "a."},
	{1900, 3120, "b."},
	{90, 3180, "NUCC Instruction Manual available at: www.nucc.org"},
};

/* What stands in a field: printed as such ("|" between columns, "/" between lines of an
 * address), and what it means where that is not the same. */
struct entry {
	const char *path;
	const char *printed, *meant;
};
static const struct entry entries[] = {
	{"carrier/name", "NORTHFIELD MUTUAL HEALTH", NULL},
	{"carrier/address", "4100 HARBOR VIEW ROAD/SUITE 220/PORTLAND, OR 97201",
	 "4100 HARBOR VIEW ROAD, SUITE 220, PORTLAND, OR 97201"},
	{"coverage", "Group Health Plan", NULL},
	{"insured/id", "NM204578113", NULL},
	{"insured/name", "SAMPLE, JORDAN T", NULL},
	{"insured/street", "18 EXAMPLE LANE APT 7", NULL},
	{"insured/city", "BEAVERTON", NULL},
	{"insured/state", "OR", NULL},
	{"insured/zip", "97005", NULL},
	{"insured/phone", "503 555-0142", NULL},
	{"insured/birth_date", "04|17|1968", "1968-04-17"},
	{"insured/sex", "M", NULL},
	{"insured/policy_group", "GRP40217", NULL},
	{"insured/plan", "NORTHFIELD MUTUAL HEALTH", NULL},
	{"patient/name", "SAMPLE, AVERY", NULL},
	{"patient/birth_date", "09|28|12", "2012-09-28"},
	{"patient/sex", "F", NULL},
	{"patient/street", "18 EXAMPLE LANE APT 7", NULL},
	{"patient/city", "BEAVERTON", NULL},
	{"patient/state", "OR", NULL},
	{"patient/zip", "97005", NULL},
	{"patient/phone", "503 555-0142", NULL},
	{"patient/relationship", "Child", NULL},
	{"condition/employment", "NO", NULL},
	{"condition/auto_accident", "YES", NULL},
	{"condition/auto_accident_state", "WA", NULL},
	{"condition/other_accident", "NO", NULL},
	{"another_plan", "NO", NULL},
	{"patient_signature", "Signature on File", NULL},
	{"patient_signature_date", "5/14/2026", "2026-05-14"},
	{"insured_signature", "Signature on File", NULL},
	{"illness_date", "05|02|26", "2026-05-02"},
	{"illness_qualifier", "431", NULL},
	{"referring/qualifier", "DN", NULL},
	{"referring/name", "ROBIN EXEMPLAR MD", NULL},
	{"referring/npi", "1234567893", NULL},
	{"hospitalization/from", "05|02|26", "2026-05-02"},
	{"hospitalization/to", "05|04|26", "2026-05-04"},
	{"outside_lab", "NO", NULL},
	{"icd_indicator", "0", NULL},
	{"diagnosis/A", "S52.501A", NULL},
	{"diagnosis/B", "V43.52XA", NULL},
	{"lines[1]/from_date", "05|04|26", "2026-05-04"},
	{"lines[1]/to_date", "05|04|26", "2026-05-04"},
	{"lines[1]/place", "11", NULL},
	{"lines[1]/procedure", "99213", NULL},
	{"lines[1]/modifier1", "25", NULL},
	{"lines[1]/pointer", "AB", NULL},
	{"lines[1]/charge", "142.50", NULL},
	{"lines[1]/units", "1", NULL},
	{"lines[1]/rendering_npi", "1234567893", NULL},
	{"lines[2]/supplemental", "N400026064871 UN2", NULL},
	{"lines[2]/from_date", "05|04|26", "2026-05-04"},
	{"lines[2]/to_date", "05|04|26", "2026-05-04"},
	{"lines[2]/place", "11", NULL},
	{"lines[2]/procedure", "J3490", NULL},
	{"lines[2]/pointer", "A", NULL},
	{"lines[2]/charge", "36.00", NULL},
	{"lines[2]/units", "2", NULL},
	{"lines[2]/rendering_npi", "1234567893", NULL},
	{"federal_tax_id", "93-5550147", NULL},
	{"federal_tax_id_type", "EIN", NULL},
	{"patient_account", "ACC-300412", NULL},
	{"accept_assignment", "YES", NULL},
	{"total_charge", "178.50", NULL},
	{"amount_paid", "20.00", NULL},
	{"provider/signature", "ROBIN EXEMPLAR MD", NULL},
	{"provider/signature_date", "05/15/2026", "2026-05-15"},
	{"facility/name", "EXAMPLE STREET CLINIC", NULL},
	{"facility/address", "90 EXAMPLE STREET/BEAVERTON, OR 97005",
	 "90 EXAMPLE STREET, BEAVERTON, OR 97005"},
	{"facility/npi", "1679576722", NULL},
	{"billing/name", "EXEMPLAR FAMILY MEDICINE PC", NULL},
	{"billing/address", "90 EXAMPLE STREET/BEAVERTON, OR 97005",
	 "90 EXAMPLE STREET, BEAVERTON, OR 97005"},
	{"billing/phone", "503 555-0199", NULL},
	{"billing/npi", "1679576722", NULL},
};

static const struct fieldtype *field_of(const struct doctype *type, const char *path,
					int *row)
{
	char plain[64];
	*row = 0;
	if (sscanf(path, "lines[%d]/", row) == 1) {
		snprintf(plain, sizeof(plain), "lines/%s", strchr(path, '/') + 1);
		path = plain;
		--*row;
	}
	const struct fieldtype *field = doctype_field(type, path);
	if (!field || field->n_zones == 0)
		die("no zone for %s", path);
	return field;
}

static void print_at(struct pdf *pdf, double x, double y, double size, const char *text)
{
	pdf_text(pdf, x * POINT, y * POINT, size, 0, text);
}

/* The columns of a zone begin where the form has dashed rules in it. */
static void print_columns(struct pdf *pdf, const struct form_print *print,
			  const struct zone *zone, double y, double size,
			  const char *printed)
{
	double x = (zone->x < 80 ? 80 : zone->x) + (zone->rows > 1 ? 12 : 22);
	for (;;) {
		size_t len = strcspn(printed, "|");
		char part[64];
		snprintf(part, sizeof(part), "%.*s", (int)len, printed);
		print_at(pdf, x, y, size, part);
		if (!printed[len])
			return;
		printed += len + 1;
		double next = zone->x + zone->w;
		for (size_t i = 0; i < print->n_rules; i++) {
			const struct form_rule *r = &print->rules[i];
			if (r->dashed && r->h > 0 && r->x > x + 20 && r->x < next &&
			    r->y < y && r->y + r->h > y - 20)
				next = r->x;
		}
		x = next + 12;
	}
}

static void print_block(struct pdf *pdf, const struct zone *zone, double size,
			double pitch, const char *printed)
{
	double y = zone->y + (zone->first_print > 1 ? 2 : 1) * pitch - 8;
	while (*printed) {
		size_t len = strcspn(printed, "/");
		char line[128];
		snprintf(line, sizeof(line), "%.*s", (int)len, printed);
		print_at(pdf, zone->x + 15, y, size, line);
		y += pitch;
		printed += len + (printed[len] != '\0');
	}
}

static void print_entry(struct pdf *pdf, const struct doctype *type,
			const struct entry *e)
{
	int row;
	const struct fieldtype *field = field_of(type, e->path, &row);
	const struct zone *zone = &field->zones[0];
	double size = field->line ? 7 : field->zones[0].h < 50 ? 8.5 : 9.5;
	double y = zone->y + row * (double)zone->row_pitch;

	for (size_t i = 0; field->kind == KIND_CHECKBOX && i < field->n_zones; i++)
		if (strcmp(field->zones[i].value, e->printed) == 0) {
			print_at(pdf, field->zones[i].x + 11, field->zones[i].y + 36, 9,
				 "X");
			return;
		}
	if (zone->first_print)
		print_block(pdf, zone, zone->h < 200 ? 7.5 : 9.5,
			    zone->h < 200 ? 50 : 54, e->printed);
	else
		print_columns(pdf, type->print, zone,
			      y + zone->h -
				      (field->line    ? 20
				       : zone->h < 50 ? 6
						      : 16),
			      size, e->printed);
}

static void print_form(struct pdf *pdf, const struct form_print *print)
{
	for (size_t i = 0; i < print->n_rules; i++) {
		const struct form_rule *r = &print->rules[i];
		double thick = r->heavy ? 2.4 : 0.5;
		double pieces = r->dashed ? (r->w + r->h) / 14.0 : 1;
		for (double k = 0; k < pieces; k++) {
			double from = k / pieces,
			       to = (k + (r->dashed ? 0.6 : 1)) / pieces;
			pdf_line(pdf, (r->x + r->w * from) * POINT,
				 (r->y + r->h * from) * POINT,
				 (r->x + r->w * to) * POINT, (r->y + r->h * to) * POINT,
				 thick);
		}
	}
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		print_at(pdf, labels[i].x, labels[i].y, 5, labels[i].text);
	for (int row = 0; row < 6; row++)
		print_at(pdf, 2010, 2290 + 100 * row, 5.5, "NPI");
	pdf_text(pdf, 82 * POINT, 278 * POINT, 13, 1, "HEALTH INSURANCE CLAIM FORM");
	print_at(pdf, 82, 325, 5,
		 "APPROVED BY NATIONAL UNIFORM CLAIM COMMITTEE (NUCC) 02/12");
}

const char *print_claim(struct arena *arena, const struct doctype *type, bool red,
			size_t *len)
{
	struct pdf *pdf = pdf_new(arena, 612, 792);
	pdf_page(pdf);
	if (red)
		pdf_colour(pdf, 0.87, 0.16, 0.2);
	print_form(pdf, type->print);
	pdf_colour(pdf, 0, 0, 0);
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		print_entry(pdf, type, &entries[i]);
	return pdf_finish(pdf, len);
}

const char *claim_truth(struct arena *arena, const char *source)
{
	json_t *fields = json_object(), *lines = json_array(), *line = NULL;
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++) {
		const struct entry *e = &entries[i];
		json_t *value = json_string(e->meant ? e->meant : e->printed);
		int number;
		if (sscanf(e->path, "lines[%d]/", &number) != 1) {
			json_object_set_new(fields, e->path, value);
			continue;
		}
		while ((int)json_array_size(lines) < number)
			json_array_append_new(lines, json_object());
		line = json_array_get(lines, (size_t)number - 1);
		json_object_set_new(line, strchr(e->path, '/') + 1, value);
	}
	json_t *truth = json_pack("{s:s, s:s, s:o, s:o}", "type", "cms1500", "source",
				  source, "fields", fields, "lines", lines);
	char *text = json_dumps(truth, JSON_INDENT(1));
	const char *out = arena_printf(arena, "%s\n", text);
	free(text);
	json_decref(truth);
	return out;
}
