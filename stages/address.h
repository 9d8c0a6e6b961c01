/* address.h - what a line of print is in a postal address. Private to stages/. */
#ifndef INTRAY_STAGES_ADDRESS_H
#define INTRAY_STAGES_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/* Looks for postcode and town in a printed line ("80333 München", "Seattle, WA 98109",
 * "3012 CN Rotterdam", "London SW1A 1AA"). *from and *to are the bytes they take. */
bool address_place(const char *raw, size_t *from, size_t *to);
/* Whether the line looks like a street: a street word, or a name and a house number. */
bool address_street(const char *raw);
/* "Herrn", "Mrs": stands above or before a person's name. */
bool address_salutation(const char *raw);
/* "An", "To:", "Firma" alone on a line over a name: no part of it. */
bool address_opening(const char *raw);
/* Whether a company's legal form stands in it (GmbH, Ltd, S.A.R.L., Sdn Bhd). */
bool address_legal_form(const char *raw);
/* Telephone, e-mail, web, register and bank lines: they end an address. */
bool address_contact(const char *raw);
/* The text without countries at its end, country letters before a postcode, labels at
 * its beginning and stray marks at its ends. */
char *address_clean(struct arena *arena, const char *raw);

#endif
