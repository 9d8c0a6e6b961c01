/* form.h - fixed forms: where their print stands on a page.
 *
 * Form units are page units (1/300 inch) on the form's own ideal sheet, origin at its
 * top left corner, x to the right and y down: US letter is 2550 x 3300. What is printed
 * on a form and where its values stand comes from the XSD (schema.h: t:form, t:zone).
 *
 * Registration finds the form's own print on a picture: skew, scale, shift, perspective
 * and the waves of paper that did not lie flat. Nothing here knows one form from
 * another. */
#ifndef INTRAY_FORM_H
#define INTRAY_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "err.h"
#include "image.h"
#include "schema.h"

/* How a form lies on a picture. Opaque but for the mapping below. */
struct form_fit;

/* Looks for the form's print. *fit stays NULL when it is not there, which costs 10 to
 * 20 ms a page. Everything lives in the arena. */
void form_register(const struct image *picture, const struct form_print *print,
		   struct arena *arena, struct form_fit **fit);
/* From form units to pixels of the picture, and back. */
void form_to_picture(const struct form_fit *fit, double x, double y, double *px,
		     double *py);
void form_from_picture(const struct form_fit *fit, double px, double py, double *x,
		       double *y);
/* 0..1: share of the form's rules that was found on the picture. */
double form_support(const struct form_fit *fit);

#endif
