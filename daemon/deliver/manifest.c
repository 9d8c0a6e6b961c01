/* manifest.c - what a batch holds, as manifest.json: so that the ERP can tell a whole
 * batch from a half one, and every document from its repeat.
 *
 * Documents with what to do with each (book, correct, reverse), their files and the PDF
 * of their pages with size and SHA-256, the count, and the sum per currency; apart from
 * those what was taken back. Made from what is frozen with the batch alone, so the same
 * batch has the same manifest for ever. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "decimal.h"
#include "deliver.h"

static json_t *words(const char *text)
{
	json_t *list = json_array();

	for (const char *at = text ? text : ""; *(at += strspn(at, " "));
	     at += strcspn(at, " "))
		json_array_append_new(list, json_stringn(at, strcspn(at, " ")));
	return list;
}

static json_t *files_value(const struct offer_file *files, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:I, s:s}", "name",
						files[i].name, "mime", files[i].mime,
						"size", (json_int_t)files[i].len,
						"sha256", files[i].sha256));
	return list;
}

/* Beside the data it is a file of the folder, else it is where the link leads. */
static json_t *paper_value(const struct paper *paper)
{
	return paper ? json_pack("{s:s, s:s, s:I, s:s, s:s*}", "name", paper->name,
				 "mime", "application/pdf", "size",
				 (json_int_t)paper->len, "sha256", paper->sha256,
				 "link", paper->link)
		     : json_null();
}

/* The hash by which an answer may name what it is about: that of its only file, else of
 * the document itself. */
static const char *hash_of(const struct dressed *d)
{
	return d->n_files == 1 ? d->files[0].sha256 : d->offer->sha256;
}

static json_t *document_value(const struct door *door, const struct dressed *d)
{
	const struct offer *o = d->offer;
	json_t *value =
		json_pack("{s:s, s:i, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:o, s:s}",
			  "document", o->document, "revision", o->revision,
			  "control_number", o->control_number, "type", o->type,
			  "action", o->action, "replaces_number", o->replaces_number,
			  "received_on", o->received_on, "sum", o->sum, "currency",
			  o->currency, "flags", words(o->flags), "sha256", hash_of(d));

	json_object_set_new(value, "replaces",
			    o->replaces ? json_integer(atol(o->replaces))
					: json_null());
	json_object_set_new(value, "files", files_value(d->files, d->n_files));
	if (door->settings->pdf)
		json_object_set_new(value, "pdf", paper_value(d->paper));
	return value;
}

static bool is_taken_back(const struct offer *o)
{
	return strcmp(o->action, "withdraw") == 0;
}

/* Money without a currency stands under "". What is no number of ours is not there. */
static void add_sum(json_t *sums, const struct offer *o)
{
	const char *currency = o->currency ? o->currency : "";
	const char *so_far = json_string_value(json_object_get(sums, currency));
	struct decimal a = {0}, b, total;
	char text[DECIMAL_TEXT_MAX];

	if (!o->sum || !decimal_parse(o->sum, &b) ||
	    (so_far && !decimal_parse(so_far, &a)) || !decimal_add(a, b, &total))
		return;
	json_object_set_new(sums, currency, json_string(decimal_print(total, 2, text)));
}

static json_t *withdrawn_value(const struct outbox_batch *batch)
{
	json_t *list = json_array();

	for (size_t i = 0; i < batch->n_offers; i++) {
		const struct offer *o = &batch->offers[i];
		if (is_taken_back(o))
			json_array_append_new(
				list, json_pack("{s:s, s:i, s:s}", "document",
						o->document, "revision", o->revision,
						"control_number", o->control_number));
	}
	return list;
}

const char *manifest_text(const struct door *door, const struct outbox_batch *batch,
			  const struct dressed *dressed, size_t n,
			  const struct offer_file *shared, size_t n_shared,
			  struct arena *arena)
{
	json_t *documents = json_array(), *sums = json_object();

	for (size_t i = 0; i < n; i++) {
		json_array_append_new(documents, document_value(door, &dressed[i]));
		add_sum(sums, dressed[i].offer);
	}
	json_t *all =
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "batch",
			  batch->name, "client", door->settings->client, "door",
			  door->settings->name, "created", batch->created, "format",
			  door->settings->format, "count", (json_int_t)n, "sums", sums,
			  "documents", documents, "withdrawn", withdrawn_value(batch),
			  "files", files_value(shared, n_shared));
	char *text = all ? json_dumps(all, JSON_INDENT(1)) : NULL;
	json_decref(all);
	if (!text)
		die("manifest of %s: a text that is no UTF-8, or no memory",
		    batch->name);
	const char *copy = arena_printf(arena, "%s\n", text);
	free(text);
	return copy;
}
