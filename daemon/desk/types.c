/* types.c - a document type as the page needs it to build its fields: everything is
 * said by the XSD and the client's profile, nothing about any type is known to the
 * page.
 *
 * Laying a profile over a type costs more than a validation with it, so every hand
 * keeps those it has used lately. They are found by the profile's whole text, which
 * comes with each document: a changed profile is another one, and nothing has to be
 * told. */
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "learn.h"

enum { MAX_KNOWN = 64 };

struct known_types { /* the newest first */
	struct known_types *next;
	struct arena *arena;
	const char *profile;
	const struct doctype *type, *changed;
};

static void known_free(struct known_types *known)
{
	arena_free(&known->arena);
	free(known);
}

void known_types_free(struct known_types **known)
{
	while (*known) {
		struct known_types *next = (*known)->next;
		known_free(*known);
		*known = next;
	}
}

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Those behind are the ones that were not used for longest. */
static void forget_old(struct known_types *known)
{
	for (size_t n = 1; known; known = known->next, n++)
		if (n == MAX_KNOWN)
			known_types_free(&known->next);
}

static void put_first(struct known_types **list, struct known_types *known)
{
	known->next = *list;
	*list = known;
}

/* Takes it out of the list. */
static struct known_types *find_known(struct known_types **list,
				      const struct doctype *type, const char *profile)
{
	for (; *list; list = &(*list)->next) {
		struct known_types *known = *list;
		if (known->type != type || !is_same(known->profile, profile))
			continue;
		*list = known->next;
		return known;
	}
	return NULL;
}

static enum rc make_known(const struct doctype *type, const char *profile,
			  struct known_types **out, struct err *err)
{
	struct known_types *known = calloc(1, sizeof(*known));

	if (!known)
		die("out of memory");
	*known = (struct known_types){.arena = arena_new(), .type = type};
	known->profile = arena_strdup(known->arena, profile);
	enum rc rc =
		doctype_with_profile(type, profile, known->arena, &known->changed, err);
	if (rc != RC_OK) {
		known_free(known);
		known = NULL;
	}
	*out = known;
	return rc;
}

enum rc desk_type_with(struct call *call, const char *client, const char *name,
		       const char *profile, const struct doctype **out, struct err *err)
{
	struct known_types **list = &call->hand->types;
	const struct doctype *type =
		name ? schema_type(call->desk->schemas, name) : NULL;

	if (!type)
		return err_set(err, RC_FAIL, "document type %s is not installed",
			       name ? name : "(none)");
	struct known_types *known = find_known(list, type, profile);
	enum rc rc = known ? RC_OK : make_known(type, profile, &known, err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "client %s", client);
	put_first(list, known);
	forget_old(*list);
	*out = known->changed;
	return RC_OK;
}

enum rc desk_type(struct call *call, const char *client, const char *name,
		  const struct doctype **out, struct err *err)
{
	const char *profile;
	enum rc rc = db_profile(call->db, client, name, call->arena, &profile, err);

	return rc == RC_OK ? desk_type_with(call, client, name, profile, out, err) : rc;
}

static json_t *texts(const char *const *list, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, json_string(list[i]));
	return out;
}

static json_t *field_json(const struct fieldtype *f)
{
	return json_pack(
		"{s:s, s:s, s:s, s:s?, s:s?, s:b, s:s?, s:b, s:b, s:b, s:s?, s:s?, "
		"s:b, s:o}",
		"path", f->path, "title", f->title ? f->title : f->path, "kind",
		kind_name(f->kind), "table", f->table, "item", f->item, "required",
		(int)f->required, "needed_in", f->needed_in, "keyed", (int)f->keyed,
		"double", (int)f->key_double, "restricted", (int)f->restricted, "hint",
		f->hint, "term", f->term, "identity", (int)field_is_identity(f),
		"codes", texts(f->codes, f->n_codes));
}

static json_t *rule_json(const struct rule *r)
{
	return json_pack("{s:s, s:s?, s:o}", "id", r->id, "each", r->table, "fields",
			 texts(r->fields, r->n_fields));
}

static json_t *type_json(const struct doctype *t)
{
	json_t *fields = json_array(), *rules = json_array();

	for (size_t i = 0; i < t->n_fields; i++)
		json_array_append_new(fields, field_json(&t->fields[i]));
	for (size_t i = 0; i < t->n_rules; i++)
		if (!t->rules[i].off)
			json_array_append_new(rules, rule_json(&t->rules[i]));
	return json_pack("{s:s, s:s, s:b, s:o, s:o}", "name", t->name, "title",
			 t->title ? t->title : t->name, "fallback", (int)t->fallback,
			 "fields", fields, "rules", rules);
}

void types_list(struct call *call)
{
	const struct schema_set *set = call->desk->schemas;
	json_t *list = json_array();
	struct err err;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < set->n_types; i++) {
		const struct doctype *type;
		rc = desk_type(call, call->values[0], set->types[i].name, &type, &err);
		if (rc == RC_OK)
			json_array_append_new(list, type_json(type));
	}
	if (rc == RC_OK) {
		call_answer_json(call, 200, json_pack("{s:O}", "types", list));
	} else if (rc == RC_FAIL) {
		call_refuse(call, 404, "there is no such client");
	} else {
		call_failed(call, rc, &err);
	}
	json_decref(list);
}
