/* layout.h - a page's words as rows of print, ready to be searched. Private to stages/.
 *
 * A row is what stands on one line across the whole page, whatever blocks or columns
 * the reader saw. Its text is folded, words joined by ' ' inside a cell and by '\t'
 * where a gap says that another column begins. A span is a stretch of a row's text; its
 * raw form, box and confidence come from the words below it. */
#ifndef INTRAY_STAGES_LAYOUT_H
#define INTRAY_STAGES_LAYOUT_H

#include "doc.h"

struct token { /* a word in a row */
	const struct word *word;
	uint32_t from, to; /* bytes in the row's text */
};

struct run { /* letters and digits without anything between */
	uint32_t from, to;
};

struct cell { /* what stands between two wide gaps */
	uint32_t from, to;
	uint32_t first, last; /* tokens, inclusive */
	struct box box;
};

struct row {
	struct box box;
	const char *text;
	struct token *tokens;
	size_t n_tokens;
	struct run *runs;
	size_t n_runs;
	struct cell *cells;
	size_t n_cells;
	int32_t em; /* height of its type */
};

struct sheet {
	const struct page *page;
	struct row *rows; /* top to bottom */
	size_t n_rows;
	int32_t em;   /* usual height of type on the page */
	int32_t wide; /* a gap wider than this is no mere space between words */
};

struct layout {
	struct arena *arena;
	struct sheet *sheets; /* the document's pages, blank ones too */
	size_t n_sheets;
};

struct span {
	uint32_t sheet, row, from, to; /* from == to: none */
};

/* Everything lives in the arena and borrows the document's words. */
void layout_make(struct arena *arena, const struct doc *doc, struct layout *out);

static inline const struct row *span_row(const struct layout *layout, struct span span)
{
	return &layout->sheets[span.sheet].rows[span.row];
}
/* A till's paper: hardly a row has more characters than a till prints across. */
bool sheet_is_slip(const struct sheet *sheet);
const struct page *span_page(const struct layout *layout, struct span span);
/* The little o of "n°" and "nº", which belongs to no word of a label. */
bool ordinal_sign(const char *s);
/* As printed, words joined by single spaces. */
char *span_raw(const struct layout *layout, struct arena *arena, struct span span);
struct box span_box(const struct layout *layout, struct span span);
/* The least sure of its words, 0..1. */
float span_confidence(const struct layout *layout, struct span span);
bool span_overlaps(struct span a, struct span b);
/* The cell a byte of the row stands in. */
const struct cell *row_cell(const struct row *row, uint32_t at);
/* Share of the narrower one that lies above or below the other: 0..1. */
double box_share_x(struct box a, struct box b);

#endif
