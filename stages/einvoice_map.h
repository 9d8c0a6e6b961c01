/* einvoice_map.h - which element of which format feeds which field. */
#ifndef INTRAY_EINVOICE_MAP_H
#define INTRAY_EINVOICE_MAP_H

#include "xml.h"

enum take { /* how an element's text becomes a value */
	    TAKE_TEXT,
	    TAKE_DATE,
	    TAKE_AMOUNT, /* at least two decimals */
	    TAKE_NUMBER,
	    TAKE_IBAN, /* the first that is one */
	    TAKE_SUM,  /* of all elements, as amount */
	    TAKE_ALL,  /* texts of all elements, "a; b" */
};
struct map {
	const char *to;	  /* our path; rows for the same one stand together, first hit
			     counts */
	const char *from; /* path from the root or the row, see einvoice.c */
	enum take take;
};
struct map_table {
	const char *rows; /* path of the repeated element */
	const struct map *columns;
};
struct order { /* the children of an element, in the order of the standard's XSD */
	const char *parent; /* path */
	const char *names;  /* with spaces between */
};
struct format {
	const char *root, *ns;
	const char *currency, *tax_currency; /* paths */
	const struct map *header;	     /* end with a NULL `to` */
	const struct map_table *tables;	     /* end with NULL rows */
	const struct order *orders;	     /* end with a NULL parent */
};
extern const struct format einvoice_formats[]; /* ends with a NULL root */

#endif
