/* exchange_file.c - parties, payers and providers of claim files as an INI file:
 *
 *   [exchange]            interchange = 17, date = 2026-03-04, time = 05:06, production
 * = no, delimiters = *:^~ [submitter]           name, id, qualifier, interchange_id,
 * code, contact, phone, email [receiver]            the same, without contact [payer
 * State Health]  as claims print it; [payer *]: of all others. name, id, filing,
 * street, city, state, zip [provider 1234567893] by NPI. name, person, taxonomy,
 * street, city, state, zip
 *
 * For trying a format without a database, and for tests. */
#include "exchange_file.h"

#include <string.h>

#include "conf.h"

static void take_party(struct conf_section *s, struct render_party *out)
{
	const char *id = conf_get(s, "id", NULL);
	const char *qualifier = conf_get(s, "qualifier", NULL);
	const char *interchange_id = conf_get(s, "interchange_id", NULL);
	const char *code = conf_get(s, "code", NULL);

	interchange_id = interchange_id ? interchange_id : id;
	*out = (struct render_party){
		.qualifier = qualifier ? qualifier : "ZZ",
		.interchange_id = interchange_id,
		.application_id = code ? code : interchange_id,
		.name = conf_get(s, "name", NULL),
		.id = id,
		.contact = conf_get(s, "contact", NULL),
		.phone = conf_get(s, "phone", NULL),
		.email = conf_get(s, "email", NULL),
	};
}

static void take_payer(struct conf_section *s, struct render_payer *out)
{
	const char *name = conf_get(s, "name", NULL);

	*out = (struct render_payer){
		.carrier = strcmp(s->name, "*") == 0 ? NULL : s->name,
		.name = name ? name : s->name,
		.id = conf_get(s, "id", NULL),
		.filing = conf_get(s, "filing", NULL),
		.street = conf_get(s, "street", NULL),
		.city = conf_get(s, "city", NULL),
		.state = conf_get(s, "state", NULL),
		.zip = conf_get(s, "zip", NULL),
	};
}

static enum rc take_provider(const struct conf *c, struct conf_section *s,
			     struct render_provider *out, struct err *err)
{
	*out = (struct render_provider){
		.npi = s->name,
		.name = conf_get(s, "name", NULL),
		.taxonomy = conf_get(s, "taxonomy", NULL),
		.street = conf_get(s, "street", NULL),
		.city = conf_get(s, "city", NULL),
		.state = conf_get(s, "state", NULL),
		.zip = conf_get(s, "zip", NULL),
	};
	return conf_bool(c, s, "person", &out->person, err);
}

static enum rc take_exchange(const struct conf *c, struct conf_section *s,
			     struct render_edi *out, struct err *err)
{
	const char *date = conf_get(s, "date", NULL), *time = conf_get(s, "time", NULL);
	enum rc rc =
		conf_int(c, s, "interchange", 1, 999999999, &out->interchange, err);

	out->delimiters = conf_get(s, "delimiters", NULL);
	out->date = date ? date : out->date;
	out->time = time ? time : out->time;
	return rc == RC_OK ? conf_bool(c, s, "production", &out->production, err) : rc;
}

enum rc exchange_file_load(const char *path, struct arena *arena,
			   struct render_edi *out, struct err *err)
{
	struct conf conf = {0};
	enum rc rc = conf_load(path, arena, &conf, err);
	struct render_payer *payers =
		arena_alloc_n(arena, conf.n_sections + 1, sizeof *payers);
	struct render_provider *providers =
		arena_alloc_n(arena, conf.n_sections + 1, sizeof *providers);

	for (size_t i = 0; rc == RC_OK && i < conf.n_sections; i++) {
		struct conf_section *s = &conf.sections[i];

		if (strcmp(s->kind, "exchange") == 0)
			rc = take_exchange(&conf, s, out, err);
		else if (strcmp(s->kind, "submitter") == 0)
			take_party(s, &out->submitter);
		else if (strcmp(s->kind, "receiver") == 0)
			take_party(s, &out->receiver);
		else if (strcmp(s->kind, "payer") == 0)
			take_payer(s, &payers[out->n_payers++]);
		else if (strcmp(s->kind, "provider") == 0)
			rc = take_provider(&conf, s, &providers[out->n_providers++],
					   err);
		else
			rc = conf_error(&conf, s->line, err,
					"expected [exchange], [submitter], [receiver], "
					"[payer NAME] or [provider NPI]");
	}
	out->payers = payers;
	out->providers = providers;
	return rc == RC_OK ? conf_check_unused(&conf, err) : rc;
}
