/* render_837p_lines.c - service lines: loops 2400 and 2420, item 24 of the form. */
#include "render_edi.h"

#include <string.h>

static const char *path_of(const struct edi_claim *claim, int line, const char *column)
{
	return arena_printf(claim->arena, "lines[%d]/%s", line, column);
}

static const char *needed(const struct edi_claim *claim, int line, const char *column,
			  const char *what)
{
	const char *value = edi_claim_line(claim, line, column);

	if (value == NULL)
		edi_claim_lacks(claim, path_of(claim, line, column), what);
	return value;
}

/* Anaesthesia is counted in minutes. */
static const char *measure_of(const char *procedure)
{
	bool minutes = procedure && strlen(procedure) == 5 &&
		       strspn(procedure, "0123456789") == 5 &&
		       strcmp(procedure, "00100") >= 0 &&
		       strcmp(procedure, "01999") <= 0;

	return minutes ? "MJ" : "UN";
}

/* Item 21's letters count from 1 among those that are filled. */
static const char *diagnosis_number(const struct edi_claim *claim, int line,
				    char letter)
{
	int number = 0;

	for (char at = 'A'; at <= letter; at++)
		number += edi_claim_value(claim, arena_printf(claim->arena,
							      "diagnosis/%c", at)) !=
			  NULL;
	if (edi_claim_value(claim,
			    arena_printf(claim->arena, "diagnosis/%c", letter)) == NULL)
		doc_find(claim->doc, "render-value", FINDING_DOCUMENT, SEVERITY_STOP,
			 path_of(claim, line, "pointer"),
			 "Line %d points to diagnosis %c, which is empty.", line,
			 letter);
	return arena_printf(claim->arena, "%d", number);
}

static void write_pointers(const struct edi_claim *claim, int line)
{
	const char *letters = needed(claim, line, "pointer",
				     "a diagnosis pointer in each line (item 24E)");

	for (size_t i = 0; letters && letters[i]; i++) {
		const char *number = diagnosis_number(claim, line, letters[i]);

		if (i == 0)
			edi_value(claim->edi, number);
		else
			edi_part(claim->edi, number);
	}
	if (letters == NULL)
		edi_value(claim->edi, NULL);
}

/* "Y", "YES" and in 24H a reason code mean yes. */
static const char *yes_or_nothing(const struct edi_claim *claim, int line,
				  const char *column)
{
	const char *value = edi_claim_line(claim, line, column);

	return value && *value != 'N' ? "Y" : NULL;
}

static void write_service(const struct edi_claim *claim, int line)
{
	static const char *const modifiers[] = {"modifier1", "modifier2", "modifier3",
						"modifier4"};
	const char *procedure =
		needed(claim, line, "procedure", "a procedure in each line (item 24D)");
	struct edi *edi = claim->edi;

	edi_open(edi, "SV1");
	edi_value(edi, "HC");
	edi_part(edi, procedure);
	for (size_t i = 0; i < sizeof modifiers / sizeof *modifiers; i++)
		if (edi_claim_line(claim, line, modifiers[i]))
			edi_part(edi, edi_claim_line(claim, line, modifiers[i]));
	edi_value(edi,
		  needed(claim, line, "charge", "the charge of each line (item 24F)"));
	edi_value(edi, measure_of(procedure));
	edi_value(edi,
		  needed(claim, line, "units", "the units of each line (item 24G)"));
	edi_value(edi, edi_claim_line(claim, line, "place"));
	edi_value(edi, NULL);
	write_pointers(claim, line);
	edi_value(edi, NULL);
	edi_value(edi, yes_or_nothing(claim, line, "emg"));
	edi_value(edi, NULL);
	edi_value(edi, yes_or_nothing(claim, line, "epsdt"));
	edi_value(edi, yes_or_nothing(claim, line, "family_plan"));
	edi_close(edi);
}

static void write_dates(const struct edi_claim *claim, int line)
{
	const char *from =
		edi_digits(claim->arena, needed(claim, line, "from_date",
						"the day of each service (item 24A)"));
	const char *to =
		edi_digits(claim->arena, edi_claim_line(claim, line, "to_date"));

	if (from && to && strcmp(from, to) != 0)
		EDI(claim->edi, "DTP", "472", "RD8",
		    arena_printf(claim->arena, "%s-%s", from, to));
	else if (from)
		EDI(claim->edi, "DTP", "472", "D8", from);
}

/* Item 20 with the laboratory that item 32 then names: one purchased service a claim.
 */
static void write_purchased(const struct edi_claim *claim)
{
	const char *charge = edi_claim_value(claim, "outside_lab_charges");
	const char *npi = edi_claim_value(claim, "facility/npi");

	if (!edi_claim_yes(claim, "outside_lab"))
		return;
	if (charge == NULL)
		edi_claim_lacks(claim, "outside_lab_charges",
				"the outside laboratory's charges (item 20)");
	else if (npi == NULL)
		edi_claim_lacks(claim, "facility/npi",
				"the outside laboratory's NPI (item 32a)");
	else
		EDI(claim->edi, "PS1", npi, charge);
}

static void write_line_rendering(const struct edi_claim *claim, int line)
{
	const char *npi = edi_claim_line(claim, line, "rendering_npi");
	const char *biller = edi_claim_value(claim, "billing/npi");
	const char *qualifier = edi_claim_line(claim, line, "rendering_qualifier");
	const char *id = edi_claim_line(claim, line, "rendering_id");
	const struct render_provider *known = edi_claim_provider(claim, npi);

	if (npi == NULL || claim->rendering || (biller && strcmp(npi, biller) == 0))
		return;
	edi_claim_provider_name(claim, "82", npi, NULL,
				path_of(claim, line, "rendering_npi"));
	if (qualifier && id && strcmp(qualifier, "ZZ") == 0)
		EDI(claim->edi, "PRV", "PE", "PXC", id);
	else if (known && known->taxonomy)
		EDI(claim->edi, "PRV", "PE", "PXC", known->taxonomy);
	if (qualifier && id && strcmp(qualifier, "ZZ") != 0)
		EDI(claim->edi, "REF", qualifier, id);
}

static void write_ordering(const struct edi_claim *claim)
{
	const char *qualifier = edi_claim_value(claim, "referring/qualifier");
	const char *name = edi_claim_value(claim, "referring/name");

	if (name && qualifier && strcmp(qualifier, "DK") == 0)
		edi_claim_provider_name(claim, "DK",
					edi_claim_value(claim, "referring/npi"), name,
					"referring/name");
}

static void write_line(const struct edi_claim *claim, int line)
{
	const char *note = edi_claim_line(claim, line, "supplemental");

	EDI(claim->edi, "LX", arena_printf(claim->arena, "%d", line));
	write_service(claim, line);
	write_dates(claim, line);
	if (note)
		EDI(claim->edi, "NTE", "ADD", note);
	if (line == 1)
		write_purchased(claim);
	write_line_rendering(claim, line);
	write_ordering(claim);
}

void edi_claim_write_lines(struct edi_claim *claim)
{
	if (claim->n_lines == 0)
		edi_claim_lacks(claim, "lines", "a service line (item 24)");
	for (int i = 1; i <= claim->n_lines; i++)
		write_line(claim, i);
}
