/* render_load.h - fetches from database and store what formats need of a document
 * beside its values (render.h). Facts and claims' masters: db_render_facts and
 * db_render_edi of db.h. */
#ifndef INTRAY_RENDER_LOAD_H
#define INTRAY_RENDER_LOAD_H

#include "db.h"
#include "render.h"
#include "store.h"

/* Gives the fields of an opened instance the evidence they were read with. */
enum rc render_load_evidence(struct db *db, const char *document, struct doc *doc,
			     struct err *err);

struct render_origin { /* what the database says of the document */
	const char *document, *client;
	const char *format;
	int pages_in_file;
	const char *sha256; /* of the file it came in */
};
/* For RENDER_PDF: the original's bytes, or the pages with their pictures. RC_FAIL when
 * a blob is missing or broken. */
enum rc render_load_pages(struct db *db, struct store *store,
			  const struct render_origin *from, struct render_item *item,
			  struct err *err);

#endif
