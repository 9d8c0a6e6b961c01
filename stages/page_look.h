/* page_look.h - what a picture's print tells of its page. Shared by page.c and pdf.c.
 */
#ifndef INTRAY_PAGE_LOOK_H
#define INTRAY_PAGE_LOOK_H

#include "image.h"

/* A bilevel reduction (or enlargement) of the picture with about 150 dots an inch on
 * ordinary paper; *reduction: its pixels for one of the picture's. */
struct image *page_ink(const struct image *picture, double *reduction);
/* Half as large, for bars and squares of faint ink (image_binarise_solid). */
struct image *page_solid_ink(const struct image *picture, double *reduction);

struct print {
	double type_px; /* height of the print's ordinary characters; 0 unknown */
	bool blank;	/* nothing but specks, streaks, punch holes */
};
struct print page_print(const struct image *ink);

/* Dots an inch, judged by what the file says, the paper's proportions and the print's
 * size; never 0. */
int page_resolution(int tag_dpi, int width_px, int height_px, double type_px);

/* A slip as tills print it, one narrow column, of few dots a letter; else a sheet. */
bool page_is_slip(double type_px, int width_px, int height_px);

/* By how much to scale a picture before it is read. */
double reading_scale(double type_px, int dpi, int width_px, int height_px);
/* The same for a slip, whose ordinary print is to be so high. */
double slip_scale(double type_px, int width_px, int height_px, double wanted_px);

/* Makes display picture and thumbnail of an upright picture with page->dpi. */
enum rc page_show(const struct image *picture, struct arena *arena, struct page *page,
		  struct err *err);

/* The same of a page that a tool drew; grey: of image_drawing_grey. */
enum rc page_show_drawing(const struct image_drawing *drawing, const struct image *grey,
			  struct arena *arena, struct image_blob *display,
			  struct image_blob *thumbnail, struct err *err);

#endif
