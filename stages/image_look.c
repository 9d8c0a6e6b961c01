/* How a page lies on the glass: which side is up, how much it is turned, where the
 * scanner's lid shows as black edges, whether there is colour.
 *
 * All of it is judged on a bilevel reduction of the page and costs a few milliseconds;
 * the full picture is touched once, by whoever applies the verdict. Nothing here fails:
 * without enough print to judge by, the answer is "as it is" and "not sure". */
#include <math.h>

#include "image_pix.h"

/* --- level --- */

enum { SWEEP_REDUCTION = 2, SWEEP_DEGREES = 9 };
/* Leptonica's measure of how much better the best angle is than others. Below it there
 * are too few lines to go by (a stamp, a photo). */
#define SKEW_CONFIDENCE_MIN 3.0f

double image_skew(const struct image *ink)
{
	float angle = 0, confidence = 0;
	if (pixFindSkewSweepAndSearch(ink->pix, &angle, &confidence,
				      2 * SWEEP_REDUCTION, SWEEP_REDUCTION,
				      SWEEP_DEGREES, 1, 0.01f) != 0)
		return 0;
	if (confidence < SKEW_CONFIDENCE_MIN || fabsf(angle) > SWEEP_DEGREES - 0.5f)
		return 0;
	return angle;
}

/* --- upright --- */

/* How strongly the ink lies in level lines, whatever the skew. */
static double lines_score(PIX *pix)
{
	float angle, confidence, score = 0;
	if (pixFindSkewSweepAndSearchScore(pix, &angle, &confidence, &score, 4, 2, 0,
					   SWEEP_DEGREES, 1, 0.01f) != 0)
		return 0;
	return score;
}

/* The page without its rules: those of a table or form run both ways and would outvote
 * the print. */
static PIX *without_rules(PIX *pix)
{
	AUTO_PIX across = pixOpenBrick(NULL, pix, 40, 1);
	AUTO_PIX down = pixOpenBrick(NULL, pix, 1, 40);
	if (!across || !down)
		die("out of memory for a picture");
	pixOr(across, across, down);
	return pixSubtract(NULL, pix, across);
}

/* Level lines score higher than standing ones; equal is 1. */
static double level_to_standing(PIX *pix)
{
	AUTO_PIX print = without_rules(pix);
	AUTO_PIX turned = pixRotateOrth(print, 1);
	double level = lines_score(print), standing = lines_score(turned);
	return standing > 0 ? level / standing : level > 0 ? 10 : 1;
}

/* More letters reach up than down, so the counts tell which side is up; Leptonica gives
 * the difference in standard deviations, for the page as it is (`up`) and turned to the
 * left
 * (`left`). Measured on our samples: print that stands upright gives `up` of 3 to 27
 * but on faxes and filled forms -7 to 3; `left` stays within 7 of 0. */
#define CLEARLY 8.0f
#define PERHAPS 4.0f
/* Level lines score 1.5 to 10 times standing ones, on narrow receipts down to 0.4. */
#define STANDING_BELOW 0.7

int image_upright(const struct image *ink, bool *sure)
{
	float up = 0, left = 0;
	*sure = false;
	if (pixOrientDetect(ink->pix, &up, &left, 0, 0) != 0)
		return 0;
	if (fabsf(up) >= CLEARLY && fabsf(up) > fabsf(left)) {
		*sure = true;
		return up < 0 ? 180 : 0;
	}
	if (fabsf(left) < PERHAPS || fabsf(left) < fabsf(up))
		return 0;
	/* Sideways pages are rare and small numbers deceive: the lines must agree. */
	if (level_to_standing(ink->pix) >= STANDING_BELOW)
		return 0;
	*sure = fabsf(left) >= CLEARLY;
	return left > 0 ? 90 : 270;
}

/* --- black edges --- */

/* Only what is at least so thick everywhere is an edge: table rules that run into it
 * stay. */
enum { EDGE_THICKNESS = 9 };

struct image *image_border(const struct image *ink)
{
	AUTO_PIX thick = pixOpenBrick(NULL, ink->pix, EDGE_THICKNESS, EDGE_THICKNESS);
	if (!thick)
		die("out of memory for a picture");
	int any = 0;
	AUTO_PIX edges = pixExtractBorderConnComps(thick, 8);
	pixZero(edges, &any); /* gives 1 when there is nothing */
	if (!edges || any)
		return NULL;
	/* The rim of the edge is ragged and grey. */
	return image_take_pix(pixDilateBrick(NULL, edges, 7, 7), ink->dpi);
}

void image_whiten(struct image *image, const struct image *mask)
{
	AUTO_PIX full =
		pixScaleToSize(mask->pix, image_width(image), image_height(image));
	if (!full)
		die("out of memory for a picture");
	if (image_depth(image) == 1) {
		pixSubtract(image->pix, image->pix, full);
		return;
	}
	l_uint32 white = image_depth(image) == 8 ? 255 : 0xffffff00;
	pixSetMasked(image->pix, full, white);
}

/* --- colour --- */

enum { COLOUR_STEP = 8, COLOUR_SPREAD = 50 };

static bool coloured(l_uint32 pixel)
{
	int r, g, b;
	extractRGBValues(pixel, &r, &g, &b);
	int high = r > g ? (r > b ? r : b) : g > b ? g : b;
	int low = r < g ? (r < b ? r : b) : g < b ? g : b;
	return high - low > COLOUR_SPREAD;
}

double image_colour(const struct image *image)
{
	if (image_depth(image) != 32)
		return 0;
	int w = image_width(image), h = image_height(image),
	    wpl = pixGetWpl(image->pix);
	const l_uint32 *data = pixGetData(image->pix);
	long seen = 0, found = 0;
	for (int y = COLOUR_STEP / 2; y < h; y += COLOUR_STEP) {
		for (int x = COLOUR_STEP / 2; x < w; x += COLOUR_STEP) {
			found += coloured(data[(size_t)y * wpl + x]);
			seen++;
		}
	}
	return seen ? (double)found / (double)seen : 0;
}
