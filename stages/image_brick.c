/* Opening a bilevel picture by a brick: what is left of its ink when only places where
 * the whole brick fits are kept. Stands in for Leptonica's function of that name (a
 * program's own symbol comes first), with which Tesseract looks for ruled lines.
 *
 * Leptonica lays the picture over itself once for every pixel of a side; ours doubles
 * what it has, 7 times for a line of 75. The result is the same. As there, nothing
 * beyond the edge is ink. Anything but a bilevel picture is left to Leptonica. */
#include <dlfcn.h>
#include <string.h>

#include "image_pix.h"

struct side {
	int length;
	bool across;
};

static void lay_over(PIX *pix, int op, struct side side, int by)
{
	AUTO_PIX same = pixCopy(NULL, pix);
	if (!same)
		die("out of memory for a picture");
	int w = pixGetWidth(pix), h = pixGetHeight(pix);
	pixRasterop(pix, 0, 0, w, h, op, same, side.across ? by : 0,
		    side.across ? 0 : by);
}

/* Ink stays where it goes on for so long to the right, or down. */
static void shrink(PIX *pix, struct side side)
{
	int w = pixGetWidth(pix), h = pixGetHeight(pix);
	for (int reach = 1, by; reach < side.length; reach += by) {
		by = reach < side.length - reach ? reach : side.length - reach;
		lay_over(pix, PIX_SRC & PIX_DST, side, by);
		if (side.across)
			pixRasterop(pix, w - by, 0, by, h, PIX_CLR, NULL, 0, 0);
		else
			pixRasterop(pix, 0, h - by, w, by, PIX_CLR, NULL, 0, 0);
	}
}

static void grow(PIX *pix, struct side side)
{
	for (int reach = 1, by; reach < side.length; reach += by) {
		by = reach < side.length - reach ? reach : side.length - reach;
		lay_over(pix, PIX_SRC | PIX_DST, side, -by);
	}
}

typedef PIX *open_brick_fn(PIX *to, PIX *from, l_int32 width, l_int32 height);

static PIX *open_as_leptonica(PIX *to, PIX *from, int width, int height)
{
	static open_brick_fn *own;
	if (!own) {
		void *found = dlsym(RTLD_NEXT, "pixOpenBrick");
		memcpy(&own, &found, sizeof(found));
	}
	return own(to, from, width, height);
}

__attribute__((visibility("default"))) PIX *pixOpenBrick(PIX *to, PIX *from,
							 l_int32 width, l_int32 height)
{
	struct side across = {width, true}, down = {height, false};
	if (to || !from || pixGetDepth(from) != 1 || width < 1 || height < 1 ||
	    width > pixGetWidth(from) || height > pixGetHeight(from))
		return open_as_leptonica(to, from, width, height);
	PIX *opened = pixCopy(NULL, from);
	if (!opened)
		return NULL;
	shrink(opened, across);
	shrink(opened, down);
	grow(opened, across);
	grow(opened, down);
	return opened;
}
