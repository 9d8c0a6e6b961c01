/* layout.c - words to rows.
 *
 * Readers give words in lines and blocks of their own; a table's row may be in four of
 * them. Lines are put side by side into rows by the height they stand at, cells are cut
 * where the gap is wider than print inside a sentence has. Nothing fails: a page
 * without words is a sheet without rows. */
#include "layout.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* A gap wider than this many heights of type begins a new cell. */
#define CELL_GAP 1.25

/* A line as the reader saw it. */
struct line {
	struct box box;	 /* y and h are the typical word's, not the union's */
	size_t first, n; /* in the sorted word list */
	int row;
};

static int compare_int(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
	return (x > y) - (x < y);
}

static int32_t median(int32_t *values, size_t n)
{
	if (n == 0)
		return 0;
	qsort(values, n, sizeof *values, compare_int);
	return values[n / 2];
}

static int compare_words_by_line(const void *a, const void *b)
{
	const struct word *x = *(const struct word *const *)a;
	const struct word *y = *(const struct word *const *)b;
	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->box.x > y->box.x) - (x->box.x < y->box.x);
}

static struct line measure_line(struct arena *scratch, const struct word **words,
				size_t n)
{
	int32_t *tops = arena_alloc_n(scratch, n, sizeof *tops);
	int32_t *bottoms = arena_alloc_n(scratch, n, sizeof *bottoms);
	struct box box = {0};
	for (size_t i = 0; i < n; i++) {
		tops[i] = words[i]->box.y;
		bottoms[i] = box_bottom(words[i]->box);
		box = box_union(box, words[i]->box);
	}
	box.y = median(tops, n);
	box.h = median(bottoms, n) - box.y;
	if (box.h < 1)
		box.h = 1;
	return (struct line){.box = box, .row = -1};
}

static struct line *find_lines(struct arena *scratch, const struct word **words,
			       size_t n, size_t *n_lines)
{
	struct line *lines = arena_alloc_n(scratch, n + 1, sizeof *lines);
	*n_lines = 0;
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && words[j]->block == words[i]->block &&
				words[j]->line == words[i]->line;
		     j++)
			;
		struct line *line = &lines[(*n_lines)++];
		*line = measure_line(scratch, words + i, j - i);
		line->first = i;
		line->n = j - i;
	}
	return lines;
}

static int compare_lines_by_middle(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int32_t mx = x->box.y * 2 + x->box.h, my = y->box.y * 2 + y->box.h;
	if (mx != my)
		return mx < my ? -1 : 1;
	return (x->box.x > y->box.x) - (x->box.x < y->box.x);
}

/* Two lines stand on one row when most of the lower type lies beside the other and
 * neither covers the other. */
static bool beside(const struct line *a, const struct line *b)
{
	int32_t top = a->box.y > b->box.y ? a->box.y : b->box.y;
	int32_t a_end = box_bottom(a->box), b_end = box_bottom(b->box);
	int32_t bottom = a_end < b_end ? a_end : b_end;
	int32_t least = a->box.h < b->box.h ? a->box.h : b->box.h;
	if ((bottom - top) * 2 < least)
		return false;
	int32_t left = a->box.x > b->box.x ? a->box.x : b->box.x;
	int32_t a_right = box_right(a->box), b_right = box_right(b->box);
	int32_t right = a_right < b_right ? a_right : b_right;
	return right - left <= least / 2;
}

/* The row (list of lines) that a line continues, looking back over the last few. */
static int find_row(const struct line *lines, size_t at)
{
	for (size_t back = 1; back <= 24 && back <= at; back++) {
		const struct line *other = &lines[at - back];
		if (!beside(other, &lines[at]))
			continue;
		bool fits = true;
		for (size_t i = at - back < 24 ? 0 : at - back - 24; i < at; i++)
			fits = fits && (lines[i].row != other->row ||
					beside(&lines[i], &lines[at]));
		if (fits)
			return other->row;
	}
	return -1;
}

static size_t group_rows(struct line *lines, size_t n)
{
	size_t rows = 0;
	qsort(lines, n, sizeof *lines, compare_lines_by_middle);
	for (size_t i = 0; i < n; i++) {
		int row = find_row(lines, i);
		lines[i].row = row >= 0 ? row : (int)rows++;
	}
	return rows;
}

static int compare_tokens_by_x(const void *a, const void *b)
{
	const struct token *x = a, *y = b;
	return (x->word->box.x > y->word->box.x) - (x->word->box.x < y->word->box.x);
}

static int32_t type_height(struct arena *scratch, const struct token *tokens, size_t n)
{
	int32_t *heights = arena_alloc_n(scratch, n, sizeof *heights);
	for (size_t i = 0; i < n; i++)
		heights[i] = tokens[i].word->box.h;
	int32_t em = median(heights, n);
	return em > 1 ? em : 1;
}

bool ordinal_sign(const char *s)
{
	return text_starts(s, "\u00b0") || text_starts(s, "\u00ba");
}

static bool in_run(const char *p)
{
	return (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
	       ((unsigned char)*p >= 0x80 && !ordinal_sign(p));
}

static void find_runs(struct arena *arena, struct row *row)
{
	size_t cap = 0;
	const char *text = row->text, *p = text;
	const char *end = text + strlen(text);
	while (p < end) {
		const char *start = p;
		while (p < end && in_run(p))
			p++;
		if (p == start) {
			p += ordinal_sign(p) ? strlen("\u00b0") : 1;
			continue;
		}
		*arena_push(arena, row->runs, row->n_runs, cap) =
			(struct run){(uint32_t)(start - text), (uint32_t)(p - text)};
	}
}

/* Joins the words to the row's text and cuts cells at wide gaps. */
static void write_text(struct arena *arena, struct row *row, int32_t em)
{
	struct strbuf text;
	struct cell *cell = NULL;
	size_t cap = 0;
	strbuf_init(&text, arena);
	for (size_t i = 0; i < row->n_tokens; i++) {
		struct token *token = &row->tokens[i];
		int32_t gap = 0;
		if (i > 0)
			gap = token->word->box.x - box_right(token[-1].word->box);
		bool wide = gap > em * CELL_GAP;
		if (i > 0)
			strbuf_add(&text, wide ? "\t" : " ");
		token->from = (uint32_t)text.len;
		strbuf_add(&text, text_fold(arena, token->word->text));
		token->to = (uint32_t)text.len;
		if (!cell || wide) {
			cell = arena_push(arena, row->cells, row->n_cells, cap);
			*cell = (struct cell){.from = token->from,
					      .first = (uint32_t)i};
		}
		cell->to = token->to;
		cell->last = (uint32_t)i;
		cell->box = box_union(cell->box, token->word->box);
		row->box = box_union(row->box, token->word->box);
	}
	row->text = text.text;
}

static void fill_row(struct arena *arena, struct row *row, const struct line *lines,
		     size_t n_lines, int index, const struct word **words)
{
	size_t n = 0;
	for (size_t i = 0; i < n_lines; i++)
		n += lines[i].row == index ? lines[i].n : 0;
	row->tokens = arena_alloc_n(arena, n, sizeof *row->tokens);
	for (size_t i = 0; i < n_lines; i++)
		for (size_t k = 0; lines[i].row == index && k < lines[i].n; k++)
			row->tokens[row->n_tokens++].word = words[lines[i].first + k];
	qsort(row->tokens, n, sizeof *row->tokens, compare_tokens_by_x);
	row->em = type_height(arena, row->tokens, n);
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	return (x->box.y > y->box.y) - (x->box.y < y->box.y);
}

/* Spaces are a quarter of the type's height in most fonts, as wide as a letter where
 * type is typed, and OCR adds some: the page's usual one says what is more than that.
 */
static int32_t wide_gap(struct arena *scratch, const struct sheet *sheet,
			size_t n_words)
{
	int32_t *gaps = arena_alloc_n(scratch, n_words + 1, sizeof *gaps);
	int32_t least = sheet->em * 6 / 10, usual;
	size_t n = 0;
	for (size_t r = 0; r < sheet->n_rows; r++) {
		const struct row *row = &sheet->rows[r];
		for (size_t i = 1; i < row->n_tokens; i++)
			if (row->text[row->tokens[i].from - 1] == ' ')
				gaps[n++] = row->tokens[i].word->box.x -
					    box_right(row->tokens[i - 1].word->box);
	}
	usual = median(gaps, n) * 9 / 5;
	return usual > least ? usual : least;
}

/* Print that runs up the margin belongs to no row. */
static bool upended(const struct word *word)
{
	return strlen(word->text) >= 4 && word->box.h > word->box.w * 3;
}

static void make_sheet(struct arena *arena, const struct page *page,
		       struct sheet *sheet)
{
	AUTO_ARENA scratch = arena_new();
	size_t n_lines, n = page->n_words;
	sheet->page = page;
	if (n == 0)
		return;
	const struct word **words = arena_alloc_n(scratch, n, sizeof *words);
	int32_t *heights = arena_alloc_n(scratch, n, sizeof *heights);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (upended(&page->words[i]))
			continue;
		words[kept] = &page->words[i];
		heights[kept++] = page->words[i].box.h;
	}
	n = kept;
	sheet->em = median(heights, n);
	qsort(words, n, sizeof *words, compare_words_by_line);
	struct line *lines = find_lines(scratch, words, n, &n_lines);
	sheet->n_rows = group_rows(lines, n_lines);
	sheet->rows = arena_alloc_n(arena, sheet->n_rows, sizeof *sheet->rows);
	for (size_t i = 0; i < sheet->n_rows; i++) {
		struct row *row = &sheet->rows[i];
		fill_row(arena, row, lines, n_lines, (int)i, words);
		write_text(arena, row, row->em > sheet->em ? row->em : sheet->em);
		find_runs(arena, row);
	}
	qsort(sheet->rows, sheet->n_rows, sizeof *sheet->rows, compare_rows);
	sheet->wide = wide_gap(scratch, sheet, n);
}

void layout_make(struct arena *arena, const struct doc *doc, struct layout *out)
{
	*out = (struct layout){.arena = arena, .n_sheets = doc->n_pages};
	out->sheets = arena_alloc_n(arena, doc->n_pages + 1, sizeof *out->sheets);
	for (size_t i = 0; i < doc->n_pages; i++)
		make_sheet(arena, doc->pages[i], &out->sheets[i]);
}

const struct page *span_page(const struct layout *layout, struct span span)
{
	return layout->sheets[span.sheet].page;
}

/* The part of a token's print inside the span. Folding may change a word's length; then
 * only the whole word will do. */
static void token_part(const struct token *token, struct span span, size_t *from,
		       size_t *to)
{
	size_t len = strlen(token->word->text);
	*from = 0;
	*to = len;
	if (token->to - token->from != len)
		return;
	if (span.from > token->from)
		*from = span.from - token->from;
	if (span.to < token->to)
		*to = span.to - token->from;
}

static bool token_in(const struct token *token, struct span span)
{
	return token->from < span.to && token->to > span.from;
}

char *span_raw(const struct layout *layout, struct arena *arena, struct span span)
{
	const struct row *row = span_row(layout, span);
	struct strbuf buf;
	strbuf_init(&buf, arena);
	for (size_t i = 0; i < row->n_tokens; i++) {
		size_t from, to;
		if (!token_in(&row->tokens[i], span))
			continue;
		token_part(&row->tokens[i], span, &from, &to);
		if (buf.len)
			strbuf_add(&buf, " ");
		strbuf_add_n(&buf, row->tokens[i].word->text + from, to - from);
	}
	return buf.text;
}

struct box span_box(const struct layout *layout, struct span span)
{
	const struct row *row = span_row(layout, span);
	struct box all = {0};
	for (size_t i = 0; i < row->n_tokens; i++) {
		const struct token *token = &row->tokens[i];
		size_t from, to, len = strlen(token->word->text);
		if (!token_in(token, span) || len == 0)
			continue;
		token_part(token, span, &from, &to);
		struct box box = token->word->box;
		box.x += (int32_t)((double)box.w * (double)from / (double)len);
		box.w = (int32_t)((double)box.w * (double)(to - from) / (double)len);
		all = box_union(all, box);
	}
	return all;
}

float span_confidence(const struct layout *layout, struct span span)
{
	const struct row *row = span_row(layout, span);
	float least = 1;
	for (size_t i = 0; i < row->n_tokens; i++)
		if (token_in(&row->tokens[i], span) &&
		    row->tokens[i].word->confidence < least)
			least = row->tokens[i].word->confidence;
	return least;
}

bool span_overlaps(struct span a, struct span b)
{
	return a.sheet == b.sheet && a.row == b.row && a.from < b.to && b.from < a.to;
}

const struct cell *row_cell(const struct row *row, uint32_t at)
{
	for (size_t i = 0; i < row->n_cells; i++)
		if (at < row->cells[i].to || i + 1 == row->n_cells)
			return &row->cells[i];
	return NULL;
}

double box_share_x(struct box a, struct box b)
{
	int32_t left = a.x > b.x ? a.x : b.x;
	int32_t right = box_right(a) < box_right(b) ? box_right(a) : box_right(b);
	int32_t narrow = a.w < b.w ? a.w : b.w;
	if (right <= left || narrow <= 0)
		return 0;
	return (double)(right - left) / (double)narrow;
}

static int compare_sizes(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	return (x > y) - (x < y);
}

bool sheet_is_slip(const struct sheet *sheet)
{
	AUTO_ARENA scratch = arena_new();
	size_t n = sheet->n_rows;
	if (n < 6)
		return false;
	size_t *lengths = arena_alloc_n(scratch, n, sizeof *lengths);
	int32_t *widths = arena_alloc_n(scratch, n, sizeof *widths);
	for (size_t r = 0; r < n; r++) {
		lengths[r] = strlen(sheet->rows[r].text);
		widths[r] = sheet->rows[r].box.w;
	}
	qsort(lengths, n, sizeof *lengths, compare_sizes);
	qsort(widths, n, sizeof *widths, compare_int);
	int32_t wide = widths[n - 1 - n / 16];
	/* On a full sheet (A4, letter) a slip leaves half of the paper empty; a sheet
	 * that holds no more than forty characters is a slip held close. */
	bool full_sheet = sheet->page->width > 2000 &&
			  sheet->page->width > sheet->em * 40 &&
			  sheet->page->height < sheet->page->width * 3 / 2;
	if (full_sheet &&
	    (sheet->page->source == SOURCE_TEXT || wide * 2 > sheet->page->width))
		return false;
	return lengths[n - 1 - n / 16] <= 50 && wide < sheet->em * 40;
}
