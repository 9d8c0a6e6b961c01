/* What a picture's print tells of its page: whether there is any, how large its type
 * is, and so how many dots an inch the scan has, whatever the file says. Scanners and
 * phones write 72 or 96 when they do not know, converters write anything.
 *
 * Pure judgement on boxes and numbers; nothing fails and nothing is changed. */
#include "page_look.h"

#include <math.h>
#include <stdlib.h>

/* --- the reduction everything is judged on --- */

static struct image *reduced(const struct image *picture, double *reduction)
{
	int w = image_width(picture), h = image_height(picture);
	int longer = w > h ? w : h, shorter = w > h ? h : w;
	*reduction = 1;
	while (longer * *reduction > 2600)
		*reduction /= 2;
	/* Small pictures of whole papers are receipts with few dots a letter. */
	if (*reduction == 1 && shorter < 700 && longer < 2000)
		*reduction = 2;
	if (*reduction == 1)
		return image_clone(picture);
	AUTO_IMAGE grey =
		image_depth(picture) == 32 ? image_grey(picture) : image_clone(picture);
	return image_scale(grey, *reduction, *reduction);
}

struct image *page_ink(const struct image *picture, double *reduction)
{
	AUTO_IMAGE small = reduced(picture, reduction);
	return image_binarise(small);
}

/* What is large can be seen from farther away, at a quarter of the cost. */
struct image *page_solid_ink(const struct image *picture, double *reduction)
{
	AUTO_IMAGE small = reduced(picture, reduction);
	AUTO_IMAGE half = image_scale(small, 0.5, 0.5);
	*reduction /= 2;
	return image_binarise_solid(half);
}

/* --- print --- */

enum {
	CHAR_MIN_PX = 5,  /* less is dust */
	CHAR_MAX_PX = 70, /* more is a logo or a photo */
	HOLE_MIN_PX = 25, /* a punch hole is 5 to 8 mm wide */
	HOLE_MAX_PX = 60,
	BLANK_BELOW = 4, /* characters */
};

static bool is_character(struct box b)
{
	return b.h >= CHAR_MIN_PX && b.h <= CHAR_MAX_PX && b.w >= 2 && b.w <= 3 * b.h &&
	       b.h <= 12 * b.w;
}

/* Round, solid, and in the margin where binders punch. */
static bool is_hole(const struct image *ink, struct box b)
{
	int w = image_width(ink), h = image_height(ink);
	if (b.w < HOLE_MIN_PX || b.w > HOLE_MAX_PX || abs(b.w - b.h) > b.w / 4)
		return false;
	bool margin = b.x < w / 8 || box_right(b) > w - w / 8 || b.y < h / 8 ||
		      box_bottom(b) > h - h / 8;
	return margin && image_ink(ink, b) > 0.6;
}

/* A drawing, a signature, a photo: large and more than a line. */
static bool is_figure(struct box b)
{
	return b.h > CHAR_MAX_PX / 2 && b.w > CHAR_MAX_PX / 2;
}

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

struct print page_print(const struct image *ink)
{
	AUTO_ARENA scratch = arena_new();
	struct print print = {0};
	struct box *boxes;
	size_t n = image_components(ink, scratch, &boxes), chars = 0, figures = 0;
	int *heights = arena_alloc_n(scratch, n + 1, sizeof(*heights));

	for (size_t i = 0; i < n; i++) {
		if (is_hole(ink, boxes[i]))
			continue;
		if (is_character(boxes[i]))
			heights[chars++] = boxes[i].h;
		else if (is_figure(boxes[i]))
			figures++;
	}
	print.blank = chars < BLANK_BELOW && figures == 0;
	qsort(heights, chars, sizeof(*heights), by_value);
	if (chars >= 20)
		print.type_px = heights[chars / 2];
	return print;
}

/* --- resolution --- */

/* The median character of ordinary print (mostly small letters and digits) is about 2
 * mm high, of 5 point footnotes 0.9 mm, of headlines 7 mm. */
#define TYPE_MM 2.0
#define TYPE_MIN_MM 0.8
#define TYPE_MAX_MM 7.0

static bool type_fits(double type_px, double dpi)
{
	double mm = type_px * 25.4 / dpi;
	return type_px == 0 || (mm >= TYPE_MIN_MM && mm <= TYPE_MAX_MM);
}

static const struct paper {
	double longer_in, shorter_in;
} papers[] = {
	{11.69, 8.27}, /* A4 */
	{11, 8.5},     /* Letter */
	{14, 8.5},     /* Legal */
	{8.27, 5.83},  /* A5 */
};

/* The dots an inch at which the picture would be such a paper; 0 by its proportions
 * none. */
static double dpi_as_paper(const struct paper *paper, double longer_px,
			   double shorter_px)
{
	double across = shorter_px / paper->shorter_in,
	       along = longer_px / paper->longer_in;
	return fabs(across / along - 1) < 0.025 ? along : 0;
}

static bool tag_fits(int tag, double longer_px, double shorter_px, double type_px)
{
	for (size_t i = 0; i < sizeof(papers) / sizeof(*papers); i++) {
		double dpi = dpi_as_paper(&papers[i], longer_px, shorter_px);
		if (dpi > 0 && fabs(dpi / tag - 1) < 0.03)
			return true;
	}
	double longer = longer_px / tag, shorter = shorter_px / tag;
	return shorter >= 1 && shorter <= 13 && longer >= 1.5 && longer <= 60 &&
	       type_fits(type_px, tag);
}

int page_resolution(int tag_dpi, int width_px, int height_px, double type_px)
{
	double longer = width_px > height_px ? width_px : height_px;
	double shorter = width_px > height_px ? height_px : width_px;

	if (tag_dpi >= 60 && tag_fits(tag_dpi, longer, shorter, type_px))
		return tag_dpi;
	for (size_t i = 0; i < sizeof(papers) / sizeof(*papers); i++) {
		double dpi = dpi_as_paper(&papers[i], longer, shorter);
		if (dpi >= 60 && type_fits(type_px, dpi))
			return (int)lround(dpi);
	}
	double dpi =
		type_px > 0 ? type_px * 25.4 / TYPE_MM : longer / papers[0].longer_in;
	return dpi < 60 ? 60 : dpi > 2400 ? 2400 : (int)lround(dpi);
}

/* --- how large to read it --- */

/* Tesseract wants small letters of about 18 dots. Enlarging adds no detail but lets its
 * layout analysis tell letters from dust; reducing 600 dots an inch to 300 saves three
 * quarters of the time and nothing is lost that paper has. */
#define SMALL_TYPE_PX 14.0
#define GOOD_TYPE_PX 18.0
#define LARGE_TYPE_PX 46.0
#define MAX_PIXELS 24e6
enum { FINE_DPI = 400, GOOD_DPI = 300 };

static double reduction_for(double type_px, int dpi)
{
	double scale = dpi > 590 && dpi < 610 ? 0.5 : (double)GOOD_DPI / dpi;
	if (dpi < FINE_DPI)
		return type_px > LARGE_TYPE_PX ? 0.5 : 1;
	if (type_px * scale < GOOD_TYPE_PX) /* small print keeps what it needs */
		scale = GOOD_TYPE_PX / type_px;
	return scale < 1 ? scale : 1;
}

double reading_scale(double type_px, int dpi, int width_px, int height_px)
{
	if (type_px == 0)
		return 1;
	if (type_px >= SMALL_TYPE_PX)
		return reduction_for(type_px, dpi);
	double scale = GOOD_TYPE_PX / type_px;
	double most = sqrt(MAX_PIXELS / ((double)width_px * height_px));
	if (scale > 3)
		scale = 3;
	return scale < most ? scale : most > 1 ? most : 1;
}

/* --- slips --- */

/* Lines of a slip have 20 to 48 characters, half as wide as high; those of a letter
 * fill 75 heights and more. Dot matrix print falls into dots that say nothing, so shape
 * decides as well: slips are longer than any sheet. */
#define SLIP_TYPES_MAX 60
#define SLIP_LONGER_THAN 1.75

/* With more dots a letter the fast models of all languages together read a slip better
 * than the accurate one of one language: it is treated as a sheet. */
#define COARSE_TYPE_MAX_PX 32

bool page_is_slip(double type_px, int width_px, int height_px)
{
	if (type_px > COARSE_TYPE_MAX_PX)
		return false;
	if (height_px > SLIP_LONGER_THAN * width_px)
		return true;
	return type_px > 0 && height_px > width_px &&
	       width_px < SLIP_TYPES_MAX * type_px;
}

/* Where type was measured on dots or on a few capitals, the width tells better how
 * large print can be: 1100 pixels for a line are enough for any till. */
#define SLIP_WIDTH_ENOUGH 1100.0
#define SLIP_NEAR_ENOUGH 1.25 /* not worth resampling */

double slip_scale(double type_px, int width_px, int height_px, double wanted_px)
{
	double pixels = (double)width_px * height_px;
	double most = fmin(fmax(1, SLIP_WIDTH_ENOUGH / width_px),
			   fmax(1, sqrt(MAX_PIXELS / pixels)));
	if (type_px <= 0)
		return 1;
	double scale = fmin(wanted_px / type_px, most);
	return scale < SLIP_NEAR_ENOUGH && scale > 1 / SLIP_NEAR_ENOUGH ? 1 : scale;
}
