/* render_csv.h - a mapping of columns, taken apart. Private to
 * daemon/deliver/render_csv*.c; mappings/README.md explains the text it is read from.
 */
#ifndef INTRAY_RENDER_CSV_H
#define INTRAY_RENDER_CSV_H

#include <stdint.h>

#include "render_private.h"

/* Where a cell's text comes from. */
enum csv_source {
	CSV_FIELD,   /* a path of the document: seller/name, lines/net_amount */
	CSV_FACT,    /* @supplier: what the business knows */
	CSV_TEXT,    /* "STANDARD" */
	CSV_CONTROL, /* $control_number */
	CSV_REVISION,
	CSV_TYPE,
	CSV_DOCUMENT, /* $document: 1 for the batch's first */
	CSV_ROW,      /* $row: 1 for the document's first row in this file */
	/* $quantity and $price of a line make its net amount: as printed when they do,
	 * else 1 and that amount. */
	CSV_QUANTITY,
	CSV_PRICE,
};
struct csv_term {
	enum csv_source source;
	const char *text;
};

enum csv_filter_kind {
	CSV_DATE,     /* in the mapping's way */
	CSV_NUMBER,   /* with its decimal mark */
	CSV_AMOUNT,   /* the same with at least two decimals */
	CSV_LESS,     /* its negative: an allowance among lines */
	CSV_SIGNED,   /* less than nothing on a credit note */
	CSV_MAP,      /* map(380=STANDARD *=OTHER) */
	CSV_MAX,      /* max(240): cut off behind so many characters */
	CSV_UPPER,    /* capitals */
	CSV_REQUIRED, /* without it the document is not handed over */
	CSV_ONCE,     /* in the document's first row of the file alone */
	CSV_FILTER_N
};
struct csv_pair {
	const char *from, *to;
};
struct csv_filter {
	enum csv_filter_kind kind;
	long number;		/* CSV_MAX */
	struct csv_pair *pairs; /* CSV_MAP */
	size_t n_pairs, cap_pairs;
};
struct csv_column {
	const char *title;
	struct csv_term *terms; /* the first that has a value counts */
	size_t n_terms, cap_terms;
	struct csv_filter *filters;
	size_t n_filters, cap_filters;
};
struct csv_rows {	   /* rows of one kind in a file */
	const char *table; /* "lines"; NULL: one row a document */
	struct csv_column *columns;
	size_t n_columns, cap_columns;
};
struct csv_file {
	const char *name;
	struct csv_rows *rows; /* the first has all titles, in order */
	size_t n_rows, cap_rows;
};

enum csv_encoding {
	CSV_UTF_8,
	CSV_UTF_8_BOM,
	CSV_UTF_16,
	CSV_LATIN_1,
	CSV_WINDOWS_1252
};

struct render_mapping {
	const char *name;
	const char *doctype;
	char separator, decimal;
	const char *date, *line_end;
	enum csv_encoding encoding;
	bool headings, quote_all;
	struct csv_file *files;
	size_t n_files, cap_files;
};

/* A cell of a row: the document, its number in the batch, the row in the file, and the
 * row in the table (0: none). */
struct csv_place {
	struct render_item *item;
	size_t document;
	const char *table; /* NULL: none */
	int row, line;
};
/* The cell's text before quoting, "" when there is none; adds a finding when it lacks
 * what is required. */
const char *csv_cell(struct rendering *r, const struct csv_place *place,
		     const struct csv_column *column);
bool csv_is_once(const struct csv_column *column);

/* Adds a row's text in UTF-8. */
void csv_add_cell(struct strbuf *out, const struct render_mapping *mapping,
		  const char *text, bool first);
/* Bytes in the mapping's encoding; *bad: the first character that has no place in it,
 * or 0. */
const void *csv_encode(struct arena *arena, enum csv_encoding encoding,
		       const char *text, size_t len, size_t *out_len, uint32_t *bad);

#endif
