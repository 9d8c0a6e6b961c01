/* types.c - a document type as the page needs it to build its fields: everything is
 * said by the XSD and the client's profile, nothing about any type is known to the
 * page. */
#include <string.h>

#include "desk.h"
#include "learn.h"

enum rc desk_type(struct desk *desk, const char *client, const char *name,
		  struct arena *arena, const struct doctype **out, struct err *err)
{
	const struct doctype *type = name ? schema_type(desk->schemas, name) : NULL;
	const char *profile;

	if (!type)
		return err_set(err, RC_FAIL, "document type %s is not installed",
			       name ? name : "(none)");
	enum rc rc = db_profile(desk->db, client, name, arena, &profile, err);
	return rc == RC_OK ? doctype_with_profile(type, profile, arena, out, err) : rc;
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
		rc = desk_type(call->desk, call->values[0], set->types[i].name,
			       call->arena, &type, &err);
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
