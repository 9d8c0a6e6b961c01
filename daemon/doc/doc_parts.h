/* doc_parts.h - the small parts that packed pages and packed fields are made of.
 * Packing makes a value lawful; unpacking sets u->failed when it is not. Private to
 * daemon/doc. */
#ifndef INTRAY_DOC_PARTS_H
#define INTRAY_DOC_PARTS_H

#include "doc.h"
#include "pack.h"

enum {
	COORDINATE_MAX = 1 << 20, /* page units: 88 m */
	PAGES_MAX = 1000000,
};

void pack_version(struct pack *p);
enum rc unpack_version(struct unpack *u, struct err *err);

/* The part of the box that lies on a page of that size. */
void pack_box(struct pack *p, struct box box, int32_t width, int32_t height);
struct box unpack_box(struct unpack *u, int32_t width, int32_t height);

void pack_confidence(struct pack *p, float confidence); /* brought within 0..1 */
float unpack_confidence(struct unpack *u);

void pack_clean(struct pack *p, const char *s); /* as text_clean; NULL stays NULL */
const char *unpack_clean(struct unpack *u, struct arena *arena);
/* The same line by line, no line empty. */
void pack_lines(struct pack *p, const char *s);
const char *unpack_lines(struct unpack *u, struct arena *arena);
/* Text that must be there: never NULL, so that what follows may rely on it. */
const char *unpack_text(struct unpack *u, struct arena *arena);

int unpack_int(struct unpack *u, int min, int max);
int unpack_byte(struct unpack *u, int max);
/* Of letters, digits, "_-" and what `also` has; never NULL. */
const char *unpack_token(struct unpack *u, struct arena *arena, const char *also);
const char *unpack_path(struct unpack *u, struct arena *arena); /* never NULL */
const char *unpack_name(struct unpack *u,
			struct arena *arena); /* lower case, or NULL */

void pack_alternatives(struct pack *p, const struct alternative *list, size_t n);
struct alternative *unpack_alternatives(struct unpack *u, struct arena *arena,
					size_t *n);

#endif
