/* faces.h - the typefaces that forms are filled with: the standard ones of PDF.
 *
 * They are read into memory before the jail closes and drawn behind it. A system
 * without them reads forms by OCR alone. */
#ifndef INTRAY_FACES_H
#define INTRAY_FACES_H

#include <stddef.h>

#include "err.h"

struct faces;

/* From the folder of the package fonts-urw-base35; RC_FAIL when none can be loaded. */
enum rc faces_open(struct faces **out, struct err *err);
void faces_close(struct faces **faces);
size_t faces_count(const struct faces *faces);

#endif
