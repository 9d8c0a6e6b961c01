/* reading.c - what the daemon's readers do: stages/read.c with schemas and an OCR
 * model.
 *
 * Kept apart from launcher and engine, which know neither, so that their tests can put
 * something nasty in its place. */
#include <stdlib.h>

#include "launch.h"
#include "log.h"

struct documents_model {
	struct schema_set *schemas;
	struct einvoice_xsds *xsds; /* or NULL */
	struct ocr *ocr;
	struct faces *faces; /* NULL: not installed */
};

static void unload(void *model)
{
	struct documents_model *m = model;
	ocr_close(&m->ocr);
	einvoice_xsds_free(&m->xsds);
	faces_close(&m->faces);
	schema_set_free(&m->schemas);
	free(m);
}

static enum rc load(const struct settings *settings, const char *languages,
		    void **model, struct err *err)
{
	struct documents_model *m = calloc(1, sizeof(*m));
	if (!m)
		die("out of memory");
	barcode_warm();
	mail_warm();
	enum rc rc = schema_load_dir(settings->schema_dir, &m->schemas, err);
	if (rc == RC_OK && settings->einvoice_xsd)
		rc = einvoice_xsds_load(settings->einvoice_xsd, &m->xsds, err);
	if (rc == RC_OK)
		rc = ocr_open(settings->tessdata, settings->fine_tessdata, languages,
			      &m->ocr, err);
	struct err missing;
	if (rc == RC_OK && faces_open(&m->faces, &missing) != RC_OK)
		log_warn("forms are read by OCR alone", "error=\"%s\"", missing.text);
	if (rc != RC_OK)
		unload(m);
	else
		*model = m;
	return rc;
}

static enum rc read_document(void *model, struct read_env *env, const void *bytes,
			     size_t len, int first, int last, int max_first_run,
			     struct doc *doc, struct err *err)
{
	const struct documents_model *m = model;
	env->schemas = m->schemas;
	env->xsds = m->xsds;
	env->ocr = m->ocr;
	env->faces = m->faces;
	return read_file(env, bytes, len, first, last, max_first_run, doc, err);
}

const struct reading reading_documents = {load, unload, read_document};

enum rc engine_launch(const struct settings *settings, struct engine **out,
		      struct err *err)
{
	return engine_launch_with(settings, &reading_documents, out, err);
}

enum rc engine_start(const struct settings *settings, struct engine **out,
		     struct err *err)
{
	return engine_start_with(settings, &reading_documents, out, err);
}
