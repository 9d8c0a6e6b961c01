/* barcode_draw.h - codes the other way round: what stands on separator sheets that we
 * print. For the command line and tests. */
#ifndef INTRAY_STAGES_BARCODE_DRAW_H
#define INTRAY_STAGES_BARCODE_DRAW_H

#include "barcode.h"

/* Bars: widths of dark and light elements in turn, dark first. QR: a square of n by n
 * modules, 1 is dark. Widths are in modules; of patch codes in 1/100 inch. */
struct drawing {
	enum barcode_kind kind;
	const uint8_t *elements;
	size_t n;
};
/* RC_FAIL says why such a code cannot say that. */
enum rc barcode_draw(enum barcode_kind kind, const char *text, struct arena *arena,
		     struct drawing *out, struct err *err);
/* patch.c: the bars of a patch code, "NWNW"; NULL: there is none of that name. */
const char *patch_bars(char name);
/* All of a drawing's widths together, in its units; of a QR code one side. */
int drawing_width(const struct drawing *drawing);

#endif
