/* render_private.h - what the formats share. Private to daemon/deliver/render*.c. */
#ifndef INTRAY_RENDER_PRIVATE_H
#define INTRAY_RENDER_PRIVATE_H

#include "render.h"

struct rendering {
	enum render_format format;
	struct render_item *items;
	size_t n;
	const struct render_settings *settings;
	struct arena *arena;
	struct rendered *files;
	size_t n_files, cap_files;
};

/* bytes must live in the rendering's arena. */
void render_add_file(struct rendering *r, const char *name, const char *mime,
		     const void *bytes, size_t len, size_t item);
/* Whether a finding of rendering keeps it out. */
bool render_stopped(const struct render_item *item);
/* What the business knows; NULL: nothing. */
const char *render_fact(const struct render_item *item, const char *name, int line);
/* How many rows the document has in a table ("lines", "vat_breakdown"). */
int render_rows(const struct doc *doc, const char *table);

/* Whether an invoice of this kind (BT-3) takes money off. */
bool render_is_credit_note(const char *type_code);

/* One document to one file: gives the bytes, or none after a finding that stops. */
typedef enum rc render_one_fn(struct rendering *r, struct render_item *item,
			      const void **bytes, size_t *len, struct err *err);
render_one_fn render_ubl, render_json, render_pdf;
/* All documents to files of a batch. Documents with findings that stop are left out of
 * the files; items whose findings stopped them before are to be skipped. */
typedef enum rc render_all_fn(struct rendering *r, struct err *err);
render_all_fn render_csv, render_837p;

#endif
