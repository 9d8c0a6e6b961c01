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

/* For RENDER_PDF, of an item whose document's pages are loaded (db_load_pages): the
 * pages' pictures, or the original's bytes where it has text of its own. RC_FAIL when a
 * blob is missing or broken, RC_RETRY when the store is away. */
enum rc render_load_pictures(struct store *store, const struct render_origin *from,
			     struct render_item *item, struct err *err);

#endif
