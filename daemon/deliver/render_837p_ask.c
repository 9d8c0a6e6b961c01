/* render_837p_ask.c - what a claim says, what the masters know of it, and what is said
 * where neither does.
 *
 * A claim file must have more than the form prints (taxonomy, the payer's id), and not
 * everything that is printed can be taken apart. What is missing stops the claim and
 * names the master or the item it belongs to; what was guessed is a warning. Names and
 * addresses of providers and payers are the masters' where these have them. */
#include "render_edi.h"

#include <string.h>

#include "text.h"

const char *edi_claim_value(const struct edi_claim *claim, const char *path)
{
	const char *value = doc_value(claim->doc, path, 0);

	return value && *value ? value : NULL;
}

const char *edi_claim_line(const struct edi_claim *claim, int line, const char *column)
{
	const char *value = doc_value(
		claim->doc, arena_printf(claim->arena, "lines/%s", column), line);

	return value && *value ? value : NULL;
}

bool edi_claim_yes(const struct edi_claim *claim, const char *path)
{
	const char *value = edi_claim_value(claim, path);

	return value && strcmp(value, "YES") == 0;
}

void edi_claim_lacks(const struct edi_claim *claim, const char *path, const char *what)
{
	doc_find(claim->doc, "render-missing", FINDING_DOCUMENT, SEVERITY_STOP, path,
		 "A claim file needs %s, and the claim has none.", what);
}

void edi_claim_lacks_master(const struct edi_claim *claim, const char *path,
			    const char *what)
{
	doc_find(claim->doc, "render-master", FINDING_DOCUMENT, SEVERITY_STOP, path,
		 "A claim file needs %s, which is not in the master data.", what);
}

void edi_claim_doubts(const struct edi_claim *claim, const char *path, const char *what)
{
	doc_find(claim->doc, "render-value", FINDING_DOCUMENT, SEVERITY_WARN, path,
		 "For the claim file: %s.", what);
}

const struct render_provider *edi_claim_provider(const struct edi_claim *claim,
						 const char *npi)
{
	for (size_t i = 0; npi && i < claim->settings->n_providers; i++)
		if (strcmp(claim->settings->providers[i].npi, npi) == 0)
			return &claim->settings->providers[i];
	return NULL;
}

/* By what is printed on the claim; else the payer that is meant for all others. */
const struct render_payer *edi_claim_payer(const struct edi_claim *claim,
					   const char *carrier)
{
	const struct render_payer *otherwise = NULL;
	const char *key = carrier ? text_key(claim->arena, carrier) : NULL;

	for (size_t i = 0; i < claim->settings->n_payers; i++) {
		const struct render_payer *payer = &claim->settings->payers[i];

		if (payer->carrier == NULL)
			otherwise = payer;
		else if (key &&
			 strcmp(text_key(claim->arena, payer->carrier), key) == 0)
			return payer;
	}
	return otherwise;
}

void edi_claim_address(const struct edi_claim *claim, const struct edi_address *address,
		       const char *path)
{
	if (address->guessed)
		edi_claim_doubts(claim, path,
				 "where the street ends and the city begins is told by "
				 "the words alone");
	EDI(claim->edi, "N3", address->street, address->street2);
	EDI(claim->edi, "N4", address->city, address->state, address->zip);
}

void edi_claim_provider_name(const struct edi_claim *claim, const char *role,
			     const char *npi, const char *printed, const char *path)
{
	const struct render_provider *known = edi_claim_provider(claim, npi);
	const char *text = known && known->name ? known->name : printed;
	struct edi_name name = {.last = text};
	bool person = known == NULL || known->person;

	if (text == NULL) {
		edi_claim_lacks_master(claim, path,
				       "the name of the provider with this NPI");
		return;
	}
	if (person && !edi_name_parse(claim->arena, text, &name) && known)
		edi_claim_doubts(
			claim, path,
			"a provider's name can't be told apart in last and first "
			"name");
	EDI(claim->edi, "NM1", role, person && name.first ? "1" : "2", name.last,
	    name.first, name.middle, NULL, name.suffix, npi ? "XX" : NULL, npi);
}
