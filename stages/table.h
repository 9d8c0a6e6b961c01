/* table.h - a table of lines on the page, before its cells are values. Private to
 * stages/. */
#ifndef INTRAY_STAGES_TABLE_H
#define INTRAY_STAGES_TABLE_H

#include "extract.h"

#define COLUMNS_MAX 16

struct column {
	struct box box;		       /* of its heading */
	const struct fieldtype *field; /* NULL: a column nobody asked for */
	float weight;
	uint32_t head_row; /* of the heading */
};

struct table {
	struct column columns[COLUMNS_MAX]; /* left to right */
	size_t n_columns;
	uint32_t sheet, first_row, last_row; /* of the heading, inclusive */
	struct box box;
};

struct item { /* one line of the table */
	uint32_t sheet, row;
	const struct candidate *number[COLUMNS_MAX]; /* by column */
	struct span text[COLUMNS_MAX];
	struct span more[4]; /* wrapped lines of the description */
	size_t n_more;
};

struct items {
	struct item *list;
	size_t n, cap;
};

#define TABLES_MAX 8

/* What may be headings of the table whose fields' paths start with `prefix` ("lines/"),
 * by how much they read like one; returns how many. */
size_t table_find(const struct work *work, const char *prefix, struct table *out);
/* The rows under the heading, over pages, to where they end. */
void table_read(const struct work *work, const struct table *table, struct items *out);
/* Whether the row repeats the heading (on a further page). */
bool table_heading_again(const struct work *work, const struct table *table,
			 uint32_t sheet, uint32_t row);
/* The column of the kind, or of the kind and role; NULL when there is none. */
const struct column *table_column(const struct table *table, enum kind kind,
				  const char *role);

#endif
