/* offer.c - what a document will look like to its client's ERP, made while it is still
 * in our hands.
 *
 * Rendered from the instance, as the hand-over itself would do it, and saved with the
 * values: should the document become ready, these bytes are the offer's. What the
 * format needs and the document lacks is a finding now, when a person can still mend
 * it. Formats that need the business's masters, or whose files hold a whole batch, are
 * the hand-over's. */
#include <string.h>

#include "log.h"
#include "render.h"
#include "text.h"
#include "worker.h"

static bool is_rendered_here(const struct door_settings *door,
			     enum render_format *format)
{
	return door && render_format_find(door->format, format) &&
	       (*format == RENDER_UBL || *format == RENDER_JSON);
}

/* Of an earlier try; whether they still hold is found out now. */
static void forget_findings(struct doc *doc)
{
	size_t kept = 0;

	for (size_t i = 0; i < doc->n_findings; i++)
		if (!text_starts(doc->findings[i].code, "render-") &&
		    strcmp(doc->findings[i].code, "not-deliverable") != 0)
			doc->findings[kept++] = doc->findings[i];
	doc->n_findings = kept;
}

static void take_findings(struct doc *doc, const struct doc *rendered)
{
	for (size_t i = 0; i < rendered->n_findings; i++) {
		const struct finding *f = &rendered->findings[i];
		struct strbuf fields;

		strbuf_init(&fields, doc->arena);
		for (size_t n = 0; n < f->n_fields; n++)
			strbuf_addf(&fields, "%s%s", n ? " " : "", f->fields[n]);
		doc_find(doc, f->code, f->kind, f->severity, fields.text, "%s",
			 f->text);
	}
}

static enum rc try_to_render(struct worker *w, const struct job *job, struct doc *doc,
			     const struct door_settings *door,
			     enum render_format format, struct err *err)
{
	struct render_item item = {.control_number = job->control_number,
				   .revision = job->revision + 1};
	struct render_settings settings = {0};
	struct rendered *files = NULL;
	size_t n = 0;
	enum rc rc = render_open(w->schemas, doc->instance, strlen(doc->instance),
				 doc->arena, &item.doc, err);

	if (rc == RC_OK)
		rc = render(format, &item, 1, &settings, doc->arena, &files, &n, err);
	if (rc != RC_OK)
		return rc;
	take_findings(doc, item.doc);
	if (item.rendered) {
		doc->format_out = door->format;
		doc->files = files;
		doc->n_files = n;
	}
	return RC_OK;
}

void offer_prepare(struct worker *w, const struct job *job, struct doc *doc)
{
	const struct door_settings *door =
		doc->instance ? settings_door(w->env->settings, job->client, doc->type)
			      : NULL;
	enum render_format format;
	struct err err;

	forget_findings(doc);
	if (!is_rendered_here(door, &format) ||
	    try_to_render(w, job, doc, door, format, &err) == RC_OK)
		return;
	log_warn("the door's format cannot be made; the hand-over will try again",
		 "door=%s/%s error=%s", door->client, door->name, err.text);
}
