/* learning.c - what a paper shows of its supplier goes to the database; the suppliers
 * it may be of come back, with all that is known of them, in one round trip.
 *
 * sql/api/47_learning.sql keeps and decides; the stages that ask never see it. */
#include "learning.h"

#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "learn.h"
#include "text.h"

/* Evidence comes from paper: made lawful, never refused. */
static json_t *lawful(struct arena *arena, const char *s)
{
	json_t *value = s ? json_string(s) : json_null();

	return value ? value : json_string(text_clean(arena, s, strlen(s)));
}

static json_t *keys_value(struct arena *arena, const struct evidence *evidence)
{
	json_t *keys = json_array();

	for (size_t i = 0; i < evidence->n_keys; i++)
		json_array_append_new(
			keys, json_pack("{s:s, s:o, s:b}", "kind",
					evidence_kind_name(evidence->keys[i].kind),
					"key", lawful(arena, evidence->keys[i].key),
					"clear", evidence->keys[i].clear));
	return keys;
}

static json_t *places_value(struct arena *arena, const struct evidence *evidence)
{
	json_t *places = json_array();

	for (size_t i = 0; i < evidence->n_places; i++) {
		const struct evidence_place *p = &evidence->places[i];
		json_array_append_new(places,
				      json_pack("{s:o, s:o, s:o, s:o, s:o}", "value",
						lawful(arena, p->value), "label",
						lawful(arena, p->label), "above",
						lawful(arena, p->above), "order",
						lawful(arena, p->order), "mark",
						lawful(arena, p->mark)));
	}
	return places;
}

json_t *evidence_print(struct arena *arena, const struct doc *doc)
{
	return lawful(arena, doc->evidence->print);
}

json_t *evidence_value(struct arena *arena, const struct doc *doc)
{
	const struct known *known = doc->known;
	json_t *items = json_array();

	if (!doc->evidence) {
		json_decref(items);
		return json_null();
	}
	for (size_t i = 0; known && i < known->n_used; i++)
		json_array_append_new(items, json_integer(known->used[i]));
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o}", "print", evidence_print(arena, doc),
		"keys", keys_value(arena, doc->evidence), "places",
		places_value(arena, doc->evidence), "site",
		known ? json_integer(known->site->site) : json_null(), "items", items);
}

static const char *text_of(struct arena *arena, const json_t *object, const char *key)
{
	return arena_strdup(arena, json_string_value(json_object_get(object, key)));
}

static void take_prints(struct arena *arena, const char *text, struct known_site *site)
{
	json_t *list = json_loads(text, 0, NULL), *one;
	size_t i;

	site->n_prints = json_array_size(list);
	site->prints = arena_alloc_n(arena, site->n_prints, sizeof(*site->prints));
	json_array_foreach(list, i, one) site->prints[i] =
		arena_strdup(arena, json_string_value(one));
	json_decref(list);
}

static enum learnt_what what_named(const char *name)
{
	static const char *const names[] = {"value", "label", "order", "mark"};

	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum learnt_what)i;
	die("a learnt %s", name);
}

static void take_items(struct arena *arena, const char *text, struct known_site *site)
{
	json_t *list = json_loads(text, 0, NULL), *one;
	size_t i;

	site->n_learnt = json_array_size(list);
	site->learnt = arena_alloc_n(arena, site->n_learnt, sizeof(*site->learnt));
	json_array_foreach(list, i, one) site->learnt[i] = (struct learnt){
		.id = json_integer_value(json_object_get(one, "id")),
		.what = what_named(text_of(arena, one, "what")),
		.path = text_of(arena, one, "path"),
		.value = text_of(arena, one, "value"),
		.confirmed = json_is_true(json_object_get(one, "confirmed")),
		.of_site = json_is_true(json_object_get(one, "site")),
	};
	json_decref(list);
}

/* The columns of intray.supplier_candidates, in order. */
static void take_site(const PGresult *r, int row, struct arena *arena,
		      struct known_site *site)
{
	*site = (struct known_site){
		.supplier = row_int(r, row, 0),
		.site = row_int(r, row, 1),
		.name = arena_strdup(arena, row_text(r, row, 2)),
		.seen = (int)row_int(r, row, 3),
		.shared = row_real(r, row, 4),
		.strong = row_true(r, row, 5),
	};
	take_prints(arena, row_text(r, row, 6), site);
	take_items(arena, row_text(r, row, 7), site);
}

const char *evidence_keys(struct arena *arena, const struct doc *doc)
{
	if (!doc->evidence)
		return "[]";
	json_t *keys = keys_value(arena, doc->evidence);
	char *text = json_dumps(keys, JSON_COMPACT);
	const char *copy = arena_strdup(arena, text);

	free(text);
	json_decref(keys);
	return copy;
}

enum rc candidates_find(struct db *db, const char *document, const struct doc *doc,
			struct known_site **sites, size_t *n, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	AUTO_PGRESULT r = NULL;
	const char *params[] = {document, doc->type, evidence_keys(scratch, doc)};
	enum rc rc =
		db_run(db, "supplier_candidates", params, N_PARAMS(params), &r, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "known suppliers");
	*n = (size_t)PQntuples(r);
	*sites = arena_alloc_n(doc->arena, *n, sizeof(**sites));
	for (int i = 0; i < (int)*n; i++)
		take_site(r, i, doc->arena, &(*sites)[i]);
	return RC_OK;
}
