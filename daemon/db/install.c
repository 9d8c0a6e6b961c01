/* install.c - puts what was agreed into the database: clients, trays and doors of the
 * configuration, and document types with the views an ERP sees them through.
 *
 * Everything may be repeated. Nothing is deleted: a tray that left the configuration is
 * no longer watched but its history stays, and so with doors; a type's earlier versions
 * stay for the documents that were read under them. */
#include "install.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "learn.h"

static enum rc install_clients(struct db *db, const struct settings *settings,
			       struct err *err)
{
	for (size_t i = 0; i < settings->n_clients; i++) {
		const struct client_settings *c = &settings->clients[i];
		const char *params[] = {c->code, c->name ? c->name : c->code,
					c->clerk_figures ? c->clerk_figures : "names"};
		AUTO_PGRESULT result = NULL;
		enum rc rc = db_run(db, "client_install", params, N_PARAMS(params),
				    &result, err);
		if (rc != RC_OK)
			return err_wrap(err, rc, "client %s", c->code);
	}
	return RC_OK;
}

static enum rc install_trays(struct db *db, const struct settings *settings,
			     struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < settings->n_trays; i++) {
		const struct tray_settings *t = &settings->trays[i];
		bool pairs = t->collate && strcmp(t->collate, "yes") == 0;
		const char *params[] = {
			t->client,
			t->name,
			t->path,
			t->languages,
			t->received ? t->received : "drop",
			t->separator_sheet,
			t->archive_number,
			t->tag,
			t->separator_blank ? t->separator_blank : "no",
			t->boundaries ? t->boundaries : "codes",
			pairs ? param_int(arena, t->collate_wait_ms) : NULL,
			t->release ? t->release : "document",
			t->sidecar,
			t->sidecar_map,
			t->sidecar_required ? t->sidecar_required : "no",
			param_int(arena, t->sidecar_wait_ms)};
		AUTO_PGRESULT result = NULL;
		enum rc rc = db_run(db, "tray_install", params, N_PARAMS(params),
				    &result, err);
		if (rc != RC_OK)
			return err_wrap(err, rc, "tray %s/%s", t->client, t->name);
	}
	return RC_OK;
}

static const char *types_array(struct arena *arena, const char *types)
{
	struct strbuf out;

	if (!types)
		return NULL;
	strbuf_init(&out, arena);
	for (const char *at = types; *(at += strspn(at, " ")); at += strcspn(at, " "))
		strbuf_addf(&out, "%s\"%.*s\"", out.len ? "," : "{",
			    (int)strcspn(at, " "), at);
	strbuf_add(&out, out.len ? "}" : "{}");
	return out.text;
}

static enum rc install_doors(struct db *db, const struct settings *settings,
			     struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < settings->n_doors; i++) {
		const struct door_settings *d = &settings->doors[i];
		const char *params[] = {d->client,
					d->name,
					d->kind,
					d->format,
					d->mapping,
					types_array(arena, d->types),
					d->answer_within_ms
						? param_int(arena, d->answer_within_ms)
						: NULL};
		AUTO_PGRESULT result = NULL;
		enum rc rc = db_run(db, "door_install", params, N_PARAMS(params),
				    &result, err);
		if (rc != RC_OK)
			return err_wrap(err, rc, "door %s/%s", d->client, d->name);
	}
	return RC_OK;
}

/* Codes and names hold no character that an array's text would need quoted. */
static void add_name(struct strbuf *names, const char *client, const char *name)
{
	strbuf_addf(names, "%s\"%s/%s\"", names->len ? "," : "{", client, name);
}

static enum rc run_with_names(struct db *db, const char *query, struct strbuf *names,
			      struct err *err)
{
	AUTO_PGRESULT result = NULL;

	strbuf_add(names, names->len ? "}" : "{}");
	const char *params[] = {names->text};
	return db_run(db, query, params, N_PARAMS(params), &result, err);
}

static enum rc retire_trays(struct db *db, const struct settings *settings,
			    struct arena *arena, struct err *err)
{
	struct strbuf names;

	strbuf_init(&names, arena);
	for (size_t i = 0; i < settings->n_trays; i++)
		add_name(&names, settings->trays[i].client, settings->trays[i].name);
	return run_with_names(db, "trays_retire", &names, err);
}

static enum rc route_doors(struct db *db, const struct settings *settings,
			   struct arena *arena, struct err *err)
{
	struct strbuf names;

	strbuf_init(&names, arena);
	for (size_t i = 0; i < settings->n_doors; i++)
		add_name(&names, settings->doors[i].client, settings->doors[i].name);
	return run_with_names(db, "doors_route", &names, err);
}

enum rc install_configuration(struct db *db, const struct settings *settings,
			      struct err *err)
{
	AUTO_ARENA arena = arena_new();
	enum rc rc = install_clients(db, settings, err);

	if (rc == RC_OK)
		rc = install_trays(db, settings, arena, err);
	if (rc == RC_OK)
		rc = retire_trays(db, settings, arena, err);
	if (rc == RC_OK)
		rc = install_doors(db, settings, arena, err);
	if (rc == RC_OK)
		rc = route_doors(db, settings, arena, err);
	return rc;
}

/* In keying order; the keys are those intray.schema_install reads. */
static char *field_list(const struct doctype *type)
{
	json_t *list = json_array();

	for (size_t i = 0; i < type->n_fields; i++) {
		const struct fieldtype *f = &type->fields[i];
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:b, s:b, s:b, "
					"s:b, s:b, s:s?}",
					"path", f->path, "title",
					f->title ? f->title : f->path, "in_table",
					f->table, "item", f->item, "kind",
					kind_name(f->kind), "required", f->required,
					"keyed", f->keyed, "restricted", f->restricted,
					"constant", field_is_constant(f), "identity",
					field_is_identity(f), "role", f->role));
	}
	char *text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	if (!text)
		die("out of memory");
	return text;
}

static enum rc install_type(struct db *db, const struct doctype *type,
			    bool *new_version, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_PGRESULT result = NULL;
	char *fields = field_list(type);
	const char *params[] = {type->name, type->version, type->title,
				param_bytes(arena, type->xsd, type->xsd_len),
				arena_strdup(arena, fields)};

	free(fields);
	enum rc rc =
		db_run(db, "schema_install", params, N_PARAMS(params), &result, err);
	if (rc == RC_OK)
		*new_version = row_true(result, 0, 0);
	return rc;
}

enum rc install_set(struct db *db, const struct schema_set *set,
		    void (*say)(const char *line), struct err *err)
{
	AUTO_ARENA arena = arena_new();

	for (size_t i = 0; i < set->n_types; i++) {
		bool new_version = false;
		enum rc rc = install_type(db, &set->types[i], &new_version, err);
		if (rc != RC_OK)
			return err_wrap(err, rc, "install %s", set->types[i].name);
		if (new_version && say)
			say(arena_printf(arena, "installed document type %s %.12s",
					 set->types[i].name, set->types[i].version));
	}
	return RC_OK;
}

enum rc install_schemas(struct db *db, const char *schema_dir,
			void (*say)(const char *line), struct err *err)
{
	struct schema_set *set = NULL;
	enum rc rc = schema_load_dir(schema_dir, &set, err);

	if (rc == RC_OK)
		rc = install_set(db, set, say, err);
	schema_set_free(&set);
	return rc;
}
