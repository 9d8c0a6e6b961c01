/* pdf_out.h - just enough PDF to print a business paper: Helvetica, lines, attachments.
 */
#ifndef INTRAY_PDF_OUT_H
#define INTRAY_PDF_OUT_H

#include <stddef.h>

#include "arena.h"

struct pdf;

/* Sizes in points, origin at the top left (we print top down). */
struct pdf *pdf_new(struct arena *arena, double width, double height);
void pdf_page(struct pdf *pdf); /* starts a page; must be called before printing */
void pdf_colour(struct pdf *pdf, double red, double green, double blue);
void pdf_text(struct pdf *pdf, double x, double y, double size, int bold,
	      const char *utf8);
void pdf_text_right(struct pdf *pdf, double x, double y, double size, int bold,
		    const char *utf8);
void pdf_line(struct pdf *pdf, double x1, double y1, double x2, double y2,
	      double width);
double pdf_text_width(double size, const char *utf8);
/* An associated file (AFRelationship Alternative), as Factur-X asks. */
void pdf_attach(struct pdf *pdf, const char *name, const char *bytes, size_t len);
/* The finished file's bytes, in the arena. */
const char *pdf_finish(struct pdf *pdf, size_t *len);

#endif
