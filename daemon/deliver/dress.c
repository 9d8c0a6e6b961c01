/* dress.c - an offer as the files its door wants.
 *
 * Files that hold one document were mostly made when it became ready; what was not (the
 * door is newer than the offer) is rendered here from the frozen instance. Files that
 * hold a whole batch can only be made here. Either way they are frozen in the database
 * before a byte leaves the house, so that a repeat sends the same. A document that
 * cannot be rendered leaves its batch and goes to a person, with what is lacking; the
 * others go on. */
#include <stdint.h>
#include <string.h>

#include "deliver.h"
#include "log.h"
#include "render.h"

/* "xml" is no format of render.h: it is the instance itself. */
static bool is_instance(const struct door *door)
{
	return strcmp(door->settings->format, "xml") == 0;
}

/* Formats whose files hold all documents of a batch. */
static bool is_shared(const struct door *door)
{
	return strcmp(door->settings->format, "csv") == 0 ||
	       strcmp(door->settings->format, "837p") == 0;
}

static void as_instance(const struct offer *offer, struct arena *arena,
			struct offer_file **files, size_t *n)
{
	*n = 1;
	*files = arena_alloc(arena, sizeof(**files));
	**files = (struct offer_file){
		.name = arena_printf(arena, "%s.r%d.xml", offer->control_number,
				     offer->revision),
		.mime = "application/xml",
		.sha256 = offer->sha256,
		.bytes = offer->xml,
		.len = offer->xml_len,
	};
}

/* --- rendering ---------------------------------------------------------------- */

static enum rc get_schemas(struct door *door, struct err *err)
{
	if (door->schemas)
		return RC_OK;
	door->schemas = schema_set_new();
	enum rc rc = db_schemas(door->db, door->schemas, err);
	if (rc != RC_OK)
		schema_set_free(&door->schemas);
	return rc;
}

/* Wrong settings are the door's trouble. */
static bool get_mapping(struct door *door, struct render_settings *out)
{
	struct render_mapping *mapping;
	struct err err;

	if (!door->settings->mapping)
		return true;
	if (!door->mapping) {
		if (render_mapping_load(door->all->mapping_dir, door->settings->mapping,
					door->arena, &mapping, &err) != RC_OK) {
			door_trouble(door, "%s", err.text);
			return false;
		}
		door->mapping = mapping;
	}
	out->mapping = door->mapping;
	return true;
}

/* What a person must mend, from the findings of rendering. */
static const char *what_lacks(const struct doc *doc, struct arena *arena)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	for (size_t i = 0; i < doc->n_findings; i++)
		if (doc->findings[i].severity == SEVERITY_STOP)
			strbuf_addf(&text, "%s%s", text.len ? " " : "",
				    doc->findings[i].text);
	return text.len ? text.text : "it does not fit the format";
}

struct rendering_job {
	struct door *door;
	const struct outbox_batch *batch; /* NULL: of one document */
	struct arena *arena;
	const struct offer **offers;
	struct render_item *items;
	size_t n;
	struct rendered *files;
	size_t n_files;
};

static int64_t batch_id(const struct rendering_job *job)
{
	return job->batch ? job->batch->id : 0;
}

static enum rc add_item(struct rendering_job *job, const struct offer *offer,
			struct err *err)
{
	struct render_item *item = &job->items[job->n];
	struct err why;
	enum rc rc = render_open(job->door->schemas, offer->xml, offer->xml_len,
				 job->arena, &item->doc, &why);

	if (rc != RC_OK)
		return outbox_leave_out(job->door->db, batch_id(job), offer, why.text,
					err);
	item->control_number = offer->control_number;
	item->revision = offer->revision;
	job->offers[job->n++] = offer;
	return db_render_facts(job->door->db, offer->document, job->arena, &item->facts,
			       &item->n_facts, err);
}

static enum rc leave_out_failed(struct rendering_job *job, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < job->n && rc == RC_OK; i++) {
		const char *why = what_lacks(job->items[i].doc, job->arena);

		if (job->items[i].rendered)
			continue;
		log_warn("a document cannot be put into the door's format",
			 "document=%s", job->offers[i]->control_number);
		rc = outbox_leave_out(job->door->db, batch_id(job), job->offers[i], why,
				      err);
	}
	return rc;
}

static enum rc freeze(struct rendering_job *job, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < job->n_files && rc == RC_OK; i++) {
		const struct rendered *r = &job->files[i];
		const struct offer_file file = {.name = r->name,
						.mime = r->mime,
						.bytes = r->bytes,
						.len = r->len};
		rc = outbox_freeze(job->door->db, batch_id(job),
				   is_shared(job->door) ? NULL : job->offers[r->item],
				   job->door->settings->format, &file, err);
	}
	return rc;
}

/* Who sends claims to whom; the batch's own number and time make the interchange's. */
static enum rc get_exchange(struct rendering_job *job, struct render_settings *settings,
			    struct err *err)
{
	const struct outbox_batch *batch = job->batch;
	struct render_edi *edi = arena_alloc(job->arena, sizeof(*edi));

	if (strcmp(job->door->settings->format, "837p") != 0 || !batch)
		return RC_OK;
	edi->interchange = (long)((batch->id - 1) % 999999999) + 1;
	edi->date = arena_strndup(job->arena, batch->created, 10);
	edi->time = arena_strndup(job->arena, batch->created + 11, 5);
	settings->edi = edi;
	return db_render_edi(job->door->db, job->door->settings->client, job->arena,
			     edi, err);
}

/* Renders, freezes what came of it, and hands what failed to people. Nothing is frozen
 * when the door is in trouble. */
static enum rc render_offers(struct door *door, const struct outbox_batch *batch,
			     const struct offer *offers, size_t n, struct arena *arena,
			     struct err *err)
{
	struct rendering_job job = {
		.door = door,
		.batch = batch,
		.arena = arena,
		.offers = arena_alloc_n(arena, n, sizeof(*job.offers)),
		.items = arena_alloc_n(arena, n, sizeof(*job.items))};
	struct render_settings settings = {0};
	enum render_format format = RENDER_UBL;
	struct err why;
	enum rc rc = get_schemas(door, err);

	for (size_t i = 0; i < n && rc == RC_OK; i++)
		if (strcmp(offers[i].action, "withdraw") != 0)
			rc = add_item(&job, &offers[i], err);
	if (rc == RC_OK)
		rc = get_exchange(&job, &settings, err);
	if (rc != RC_OK || job.n == 0 || !get_mapping(door, &settings))
		return rc;
	render_format_find(door->settings->format, &format);
	if (render(format, job.items, job.n, &settings, arena, &job.files, &job.n_files,
		   &why) != RC_OK) {
		door_trouble(door, "%s", why.text);
		return RC_OK;
	}
	rc = leave_out_failed(&job, err);
	return rc == RC_OK ? freeze(&job, err) : rc;
}

/* --- one offer, a whole batch ------------------------------------------------- */

enum rc dress_offer(struct door *door, const struct outbox_batch *batch,
		    const struct offer *offer, struct arena *arena,
		    struct offer_file **files, size_t *n, bool *left_out,
		    struct err *err)
{
	const char *format = door->settings->format;
	enum rc rc;

	*n = 0;
	*left_out = false;
	if (is_instance(door)) {
		as_instance(offer, arena, files, n);
		return RC_OK;
	}
	rc = outbox_offer_files(door->db, offer, format, arena, files, n, err);
	if (rc != RC_OK || *n > 0)
		return rc;
	rc = render_offers(door, batch, offer, 1, arena, err);
	if (rc == RC_OK && !door->trouble[0])
		rc = outbox_offer_files(door->db, offer, format, arena, files, n, err);
	*left_out = rc == RC_OK && *n == 0 && !door->trouble[0];
	return rc;
}

enum rc dress_batch(struct door *door, const struct outbox_batch *batch,
		    struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct offer_file *files;
	enum rc rc = RC_OK;
	bool left_out;
	size_t n;

	if (batch->rendered)
		return RC_OK;
	if (is_shared(door))
		rc = render_offers(door, batch, batch->offers, batch->n_offers, arena,
				   err);
	else
		for (size_t i = 0; i < batch->n_offers && rc == RC_OK; i++)
			if (strcmp(batch->offers[i].action, "withdraw") != 0)
				rc = dress_offer(door, batch, &batch->offers[i], arena,
						 &files, &n, &left_out, err);
	if (rc == RC_OK && !door->trouble[0])
		rc = outbox_rendered(door->db, batch->id, err);
	return rc;
}
