/* result.c - hands a worker's results in: one JSON value, one call, one transaction.
 *
 * However many fields a document has, saving it is one round trip;
 * sql/api/43_results.sql takes the value apart. Words travel as the packed page they
 * already are. Whatever text comes from paper is made lawful here, so a stray byte
 * can't cost a document. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "decimal.h"
#include "learning.h"
#include "pack.h"
#include "render.h"
#include "part.h"
#include "result.h"
#include "text.h"

/* NULL stays null; text that is not clean UTF-8 is cleaned, never refused. */
static json_t *text_value(struct arena *arena, const char *s)
{
	json_t *value;

	if (!s)
		return json_null();
	value = json_string(s);
	return value ? value : json_string(text_clean(arena, s, strlen(s)));
}

/* JSON has no NaN; a share is between 0 and 1. */
static double share(float x)
{
	return x > 0 ? (x < 1 ? (double)x : 1) : 0;
}

static json_t *alternatives_value(struct arena *arena, const struct field *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->n_alternatives; i++)
		json_array_append_new(
			list,
			json_pack("{s:o, s:f}", "text",
				  text_value(arena, f->alternatives[i].text),
				  "confidence", share(f->alternatives[i].confidence)));
	return list;
}

static json_t *field_value(struct arena *arena, const struct field *f)
{
	return json_pack("{s:o, s:i, s:o, s:o, s:i, s:i, s:i, s:i, s:i, s:s, s:f, s:b, "
			 "s:o, s:o}",
			 "path", text_value(arena, f->path), "line", f->line, "raw",
			 text_value(arena, f->raw), "value",
			 text_value(arena, f->value), "page", f->page, "x", f->box.x,
			 "y", f->box.y, "w", f->box.w, "h", f->box.h, "source",
			 source_name(f->source), "confidence", share(f->confidence),
			 "accepted", f->accepted, "why", text_value(arena, f->why),
			 "alternatives", alternatives_value(arena, f));
}

static json_t *finding_value(struct arena *arena, const struct finding *f)
{
	json_t *paths = json_array();

	for (size_t i = 0; i < f->n_fields; i++)
		json_array_append_new(paths, text_value(arena, f->fields[i]));
	return json_pack("{s:o, s:s, s:s, s:o, s:o}", "code",
			 text_value(arena, f->code), "kind",
			 f->kind == FINDING_READING ? "reading" : "document",
			 "severity", f->severity == SEVERITY_STOP ? "stop" : "warn",
			 "fields", paths, "text", text_value(arena, f->text));
}

static void add_blob(json_t *page, const char *name, const struct image_blob *blob)
{
	char key[32];

	if (!blob->hash[0])
		return;
	json_object_set_new(page, name, json_string(blob->hash));
	snprintf(key, sizeof(key), "%s_mime", name);
	json_object_set_new(page, key,
			    json_string(blob->mime ? blob->mime : "image/jpeg"));
	snprintf(key, sizeof(key), "%s_width", name);
	json_object_set_new(page, key, json_integer(blob->width));
	snprintf(key, sizeof(key), "%s_height", name);
	json_object_set_new(page, key, json_integer(blob->height));
}

static const char *packed_page(struct arena *arena, const struct page *page)
{
	struct pack pack;

	pack_init(&pack, arena);
	doc_pack_page(&pack, page);
	return text_hex(pack.bytes, pack.len, arena_alloc(arena, 2 * pack.len + 1));
}

static json_t *page_value(struct arena *arena, const struct page *p)
{
	json_t *page =
		json_pack("{s:i, s:i, s:i, s:i, s:i, s:f, s:b, s:s, s:o, s:s}",
			  "number", p->number, "width", p->width, "height", p->height,
			  "dpi", p->dpi, "rotation", p->rotation, "skew_deg",
			  isfinite(p->skew_deg) ? (double)p->skew_deg : 0, "blank",
			  p->blank, "source", source_name(p->source), "form",
			  text_value(arena, p->form), "words", packed_page(arena, p));

	add_blob(page, "display", &p->display);
	add_blob(page, "thumbnail", &p->thumbnail);
	return page;
}

static json_t *part_value(struct arena *arena, const struct part *p)
{
	return json_pack(
		"{s:i, s:s, s:o, s:o, s:I, s:o, s:o, s:s?}", "number", p->number,
		"kind", part_kind_name(p->kind), "name", text_value(arena, p->name),
		"mime", text_value(arena, p->mime), "size", (json_int_t)p->size, "code",
		text_value(arena, p->code), "reason", text_value(arena, p->text),
		"sha256", p->hash[0] ? p->hash : NULL);
}

static json_t *mail_value(struct arena *arena, const struct mail *m)
{
	if (!m)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "sender",
			 text_value(arena, m->sender), "sender_name",
			 text_value(arena, m->sender_name), "subject",
			 text_value(arena, m->subject), "message_id",
			 text_value(arena, m->message_id), "received_on",
			 text_value(arena, m->received_on));
}

static void add_lists(json_t *result, struct arena *arena, const struct doc *doc,
		      bool with_pages)
{
	json_t *fields = json_array(), *findings = json_array(), *pages = json_array();

	for (size_t i = 0; i < doc->n_fields; i++)
		json_array_append_new(fields, field_value(arena, &doc->fields[i]));
	for (size_t i = 0; i < doc->n_findings; i++)
		json_array_append_new(findings,
				      finding_value(arena, &doc->findings[i]));
	for (size_t i = 0; with_pages && i < doc->n_pages; i++)
		json_array_append_new(pages, page_value(arena, doc->pages[i]));
	json_object_set_new(result, "fields", fields);
	json_object_set_new(result, "findings", findings);
	json_object_set_new(result, "pages", pages);
	json_t *parts = json_array();
	for (size_t i = 0; i < doc->n_parts; i++)
		json_array_append_new(parts, part_value(arena, &doc->parts[i]));
	json_object_set_new(result, "parts", parts);
	json_object_set_new(result, "mail", mail_value(arena, doc->mail));
}

/* Whether the type's rules want to know of the same paper twice. */
static bool wants_no_duplicate(const struct doctype *type)
{
	for (size_t i = 0; type && i < type->n_checks; i++)
		if (strcmp(type->checks[i].name, "duplicate") == 0)
			return true;
	return false;
}

/* Only what the database takes as a number; a sum without a currency is one all the
 * same. */
static void add_sum(json_t *result, const struct doc *doc, const struct doctype *type)
{
	const char *sum = type && type->sum ? doc_value(doc, type->sum, 0) : NULL;
	const char *currency = type ? type->currency : NULL;
	struct decimal parsed;

	if (!sum || !decimal_parse(sum, &parsed))
		return;
	if (currency && doctype_field(type, currency))
		currency = doc_value(doc, currency, 0);
	json_object_set_new(result, "sum", json_string(sum));
	json_object_set_new(result, "currency",
			    currency ? json_string(currency) : json_null());
}

/* Hex is twice the size, but a text of any format passes. */
static json_t *files_value(struct arena *arena, const struct doc *doc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < doc->n_files; i++) {
		const struct rendered *f = &doc->files[i];
		const char *hex =
			text_hex(f->bytes, f->len, arena_alloc(arena, 2 * f->len + 1));
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "format",
						      doc->format_out, "name", f->name,
						      "mime", f->mime, "bytes", hex));
	}
	return list;
}

const char *result_text(struct arena *arena, const struct doc *doc,
			const struct doctype *type, bool with_pages)
{
	json_t *result = json_pack(
		"{s:o, s:i, s:b, s:o, s:o, s:f, s:o, s:o, s:b}", "format",
		text_value(arena, doc->format), "pages_in_file", doc->pages_in_file,
		"structured", doc->structured, "type",
		text_value(arena, type ? type->name : doc->type), "type_version",
		text_value(arena, type ? type->version : NULL), "type_confidence",
		share(doc->type_confidence), "instance",
		text_value(arena, doc->instance), "evidence",
		evidence_value(arena, doc), "once", wants_no_duplicate(type));

	if (!result)
		die("result of document: out of memory");
	add_lists(result, arena, doc, with_pages);
	add_sum(result, doc, type);
	json_object_set_new(result, "files", files_value(arena, doc));
	char *text = json_dumps(result, JSON_COMPACT);
	json_decref(result);
	if (!text)
		die("result of document: out of memory");
	const char *copy = arena_strdup(arena, text);
	free(text);
	return copy;
}

static enum rc hand_in(struct db *db, const char *statement, const struct job *job,
		       const char *text, const char *extra, struct arena *arena,
		       bool *mine, struct err *err)
{
	AUTO_PGRESULT result = NULL;
	const char *params[] = {param_int(arena, job->id), param_int(arena, job->fence),
				text, extra};
	size_t n = extra ? N_PARAMS(params) : N_PARAMS(params) - 1;
	enum rc rc = db_run(db, statement, params, n, &result, err);

	if (rc != RC_OK)
		return err_wrap(err, rc, "save job %lld", (long long)job->id);
	*mine = row_true(result, 0, 0);
	return RC_OK;
}

enum rc job_save_first_run(struct db *db, const struct job *job, const struct doc *doc,
			   int run_pages, bool *mine, struct err *err)
{
	AUTO_ARENA arena = arena_new();

	return hand_in(db, "job_save_first_run", job,
		       result_text(arena, doc, NULL, true), param_int(arena, run_pages),
		       arena, mine, err);
}

enum rc job_save_run(struct db *db, const struct job *job, const struct doc *doc,
		     bool *mine, struct err *err)
{
	AUTO_ARENA arena = arena_new();

	return hand_in(db, "job_save_run", job, result_text(arena, doc, NULL, true),
		       NULL, arena, mine, err);
}

enum rc job_save_split(struct db *db, const struct job *job, const struct doc *doc,
		       bool *mine, struct err *err)
{
	AUTO_ARENA arena = arena_new();

	return hand_in(db, "job_save_split", job, result_text(arena, doc, NULL, false),
		       NULL, arena, mine, err);
}

enum rc job_save_document(struct db *db, const struct job *job, const struct doc *doc,
			  const struct doctype *type, bool save_pages, bool *mine,
			  struct err *err)
{
	AUTO_ARENA arena = arena_new();

	return hand_in(db, "job_save_document", job,
		       result_text(arena, doc, type, save_pages),
		       save_pages ? "true" : "false", arena, mine, err);
}
