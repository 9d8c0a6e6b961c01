/* lookup.c - what the business already knows: asked about a document, it objects and
 * proposes (sql/api/63_checks.sql decides; this file carries question and answer).
 *
 * All checks of a document are one question, asked of the values as they stand, so that
 * the worker's decision and the desk's messages come from the same place. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "learning.h"

struct lookup_ctx {
	struct db *db;
	struct arena *arena;
	const char *document;
};

static const char *take_text(struct arena *arena, json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT);

	json_decref(value);
	if (!text)
		die("out of memory");
	const char *copy = arena_strdup(arena, text);
	free(text);
	return copy;
}

static json_t *header_object(const struct doc *doc)
{
	json_t *values = json_object();

	for (size_t i = 0; i < doc->n_fields; i++)
		if (doc->fields[i].line == 0 && doc->fields[i].value)
			json_object_set_new(values, doc->fields[i].path,
					    json_string(doc->fields[i].value));
	return values;
}

const char *header_values(struct arena *arena, const struct doc *doc)
{
	return take_text(arena, header_object(doc));
}

/* --- the question ------------------------------------------------------- */

static bool is_row(const json_t *row, int line)
{
	return row && json_integer_value(json_object_get(row, "#")) == line;
}

/* Lines nearly always stand where their number says. */
static json_t *row_of(json_t *table, int line)
{
	json_t *row = json_array_get(table, (size_t)line - 1);

	for (size_t i = json_array_size(table); i-- > 0 && !is_row(row, line);)
		row = json_array_get(table, i);
	if (is_row(row, line))
		return row;
	row = json_pack("{s:i}", "#", line);
	json_array_append_new(table, row);
	return row;
}

static void put_cell(json_t *given, const struct field *field, struct arena *arena)
{
	const char *slash = strchr(field->path, '/');
	const char *name =
		slash ? arena_strndup(arena, field->path, (size_t)(slash - field->path))
		      : NULL;

	if (name == NULL)
		return;
	if (json_object_get(given, name) == NULL)
		json_object_set_new(given, name, json_array());
	json_object_set_new(row_of(json_object_get(given, name), field->line),
			    slash + 1, json_string(field->value));
}

/* Other readings of the number: one of them may be another paper's. */
static json_t *other_numbers(const struct doc *doc)
{
	const struct field *number = doc_field(doc, "number", 0);
	json_t *list = json_array();

	for (size_t i = 0; number && i < number->n_alternatives; i++)
		json_array_append_new(list, json_string(number->alternatives[i].text));
	return json_pack("{s:o}", "number", list);
}

/* As intray.document_given makes it of what is stored. */
static const char *given_text(struct arena *arena, const struct doc *doc)
{
	json_t *given = json_pack("{s:o, s:o}", "header", header_object(doc), "more",
				  other_numbers(doc));

	for (size_t i = 0; i < doc->n_fields; i++)
		if (doc->fields[i].line > 0 && doc->fields[i].value)
			put_cell(given, &doc->fields[i], arena);
	if (doc->evidence) {
		json_object_set_new(given, "keys",
				    json_loads(evidence_keys(arena, doc), 0, NULL));
		json_object_set_new(given, "print", evidence_print(arena, doc));
	}
	return take_text(arena, given);
}

static const char *names_text(struct arena *arena, const char *const *names, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(names[i]));
	return take_text(arena, list);
}

/* --- the answer ----------------------------------------------------------- */

enum { WHAT, NAME, LINE, FIELDS, SAID }; /* columns of business_ask.sql */

static void take_row(const PGresult *r, int row, struct arena *arena,
		     struct business *said)
{
	const char *name = arena_strdup(arena, row_text(r, row, NAME));
	const char *fields = arena_strdup(arena, row_text(r, row, FIELDS));
	const char *text = arena_strdup(arena, row_text(r, row, SAID));

	if (strcmp(row_text(r, row, WHAT), "objection") == 0)
		*arena_push(arena, said->objections, said->n_objections,
			    said->cap_objections) =
			(struct objection){name, fields, text};
	else
		*arena_push(arena, said->proposals, said->n_proposals,
			    said->cap_proposals) = (struct proposal){
			name, text, (int)row_int(r, row, LINE), fields};
}

static enum rc ask(void *ctx, const struct doc *doc, const char *const *checks,
		   size_t n_checks, struct business *said, struct err *err)
{
	struct lookup_ctx *own = ctx;
	AUTO_ARENA scratch = arena_new();
	AUTO_PGRESULT r = NULL;
	const char *params[] = {own->document, doc->type,
				names_text(scratch, checks, n_checks),
				given_text(scratch, doc)};
	enum rc rc = db_run(own->db, "business_ask", params, N_PARAMS(params), &r, err);

	for (int i = 0; rc == RC_OK && i < PQntuples(r); i++)
		take_row(r, i, doc->arena, said);
	return rc;
}

static enum rc suppliers(void *ctx, const struct doc *doc, struct known_site **sites,
			 size_t *n, struct err *err)
{
	struct lookup_ctx *own = ctx;

	return candidates_find(own->db, own->document, doc, sites, n, err);
}

struct lookup *db_lookup(struct db *db, const struct job *job, struct arena *arena)
{
	struct lookup_ctx *ctx = arena_alloc(arena, sizeof(*ctx));
	struct lookup *lookup = arena_alloc(arena, sizeof(*lookup));

	*ctx = (struct lookup_ctx){db, arena, arena_strdup(arena, job->document)};
	*lookup = (struct lookup){.ctx = ctx, .ask = ask, .suppliers = suppliers};
	return lookup;
}
