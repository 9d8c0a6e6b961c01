/* blocks.c - addresses on the page: name over street over postcode and town.
 *
 * Every postcode with its town is the foot of a block; what stands above it in the same
 * column at the same spacing is its street and name, until a label, an id or another
 * address ends it. Senders also set the whole on one line over the window of the
 * envelope. */
#include "blocks.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "text.h"

char *block_raw(const struct work *work, struct span span)
{
	return span_raw(&work->layout, work->arena, span);
}

size_t letters_in(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += isalpha((unsigned char)*s) || (unsigned char)*s >= 0xc0;
	return n;
}

size_t digits_in(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += *s >= '0' && *s <= '9';
	return n;
}
bool party_kind(enum kind kind)
{
	return kind == KIND_PARTY || kind == KIND_ADDRESS;
}

/* A label of a party that lies in this stretch of a row. */
static const struct mark *party_mark_in(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_marks; i++)
		if (party_kind(work->marks[i].field->kind) &&
		    span_overlaps(work->marks[i].span, span))
			return &work->marks[i];
	return NULL;
}

/* The label heads the block, rather than being a word of a name in it. */
static bool heading(const struct work *work, const struct mark *mark, struct span cell)
{
	const char *text = span_row(&work->layout, cell)->text;
	uint32_t at = mark->span.to;
	while (at < cell.to && strchr(" .", text[at]))
		at++;
	if (at >= cell.to || text[at] == ':')
		return true;
	return (mark->span.to - mark->span.from) * 3 > (cell.to - cell.from) * 2;
}

static bool any_mark_in(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_marks; i++)
		if (!work->marks[i].field->line &&
		    !party_kind(work->marks[i].field->kind) &&
		    work->marks[i].label->weight > 0.6F &&
		    span_overlaps(work->marks[i].span, span))
			return true;
	return false;
}
/* --- blocks --- */

struct span cell_span(uint32_t sheet, uint32_t row, const struct cell *cell)
{
	return (struct span){sheet, row, cell->from, cell->to};
}

/* "Friedrichstr.   123": a house number set a little apart belongs to its street. */
static struct span with_number(const struct work *work, uint32_t sheet, uint32_t index,
			       const struct cell *cell)
{
	const struct row *row = &work->layout.sheets[sheet].rows[index];
	struct span span = cell_span(sheet, index, cell);
	const struct cell *next = cell + 1;
	if (next >= row->cells + row->n_cells || next->to - next->from > 4 ||
	    row->text[next->from] < '0' || row->text[next->from] > '9' ||
	    next->box.x - box_right(cell->box) > row->em * 3)
		return span;
	span.to = next->to;
	return span;
}

/* Stands under or over: same left edge, same middle, or inside. */
bool block_aligned(struct box a, struct box b, int32_t em)
{
	if (abs(a.x - b.x) < em)
		return true;
	int32_t middle = abs(a.x * 2 + a.w - b.x * 2 - b.w) / 2;
	return middle < em && box_share_x(a, b) > 0.5;
}

/* The cell over this one that belongs to the same column, if near enough. */
static const struct cell *cell_above(const struct sheet *sheet, uint32_t row,
				     struct box box, int32_t gap_max, uint32_t *found)
{
	for (uint32_t r = row; r-- > 0;) {
		const struct row *above = &sheet->rows[r];
		int32_t gap = box.y - box_bottom(above->box);
		if (gap > gap_max)
			return NULL;
		for (size_t i = 0; i < above->n_cells; i++) {
			const struct cell *cell = &above->cells[i];
			if (box_bottom(cell->box) > box.y + box.h / 2 ||
			    !block_aligned(cell->box, box, sheet->em))
				continue;
			if (box.y - box_bottom(cell->box) > gap_max)
				return NULL;
			*found = r;
			return cell;
		}
	}
	return NULL;
}

/* "GLN 4333741000005", "Kunden-Nr. 009420", "Tel. ...": not part of an address. */
bool id_like(const char *raw)
{
	size_t digits = digits_in(raw), letters = letters_in(raw);
	if (address_contact(raw))
		return true;
	return digits >= 6 || (digits >= 4 && letters < 4) || letters < 2;
}

/* "Nummer | : 549910": what the next cell's colon makes a label. */
static bool label_cell(const struct row *row, const struct cell *cell)
{
	const char *after = row->text + cell->to;
	return *after == '\t' && after[1] == ':';
}

/* Collects the block over a place; the spacing of its lines is that of its last two. */
static void climb(struct parties *parties, struct block *block, struct span place)
{
	struct work *work = parties->work;
	const struct sheet *sheet = &work->layout.sheets[place.sheet];
	struct span lines[LINES_MAX] = {place};
	struct box box = span_box(&work->layout, place);
	int32_t gap_max = sheet->em * 11 / 2;
	uint32_t row = place.row;
	size_t n = 1, from, to;
	while (n < LINES_MAX) {
		uint32_t found;
		const struct cell *cell = cell_above(sheet, row, box, gap_max, &found);
		if (!cell)
			break;
		struct span span = with_number(work, place.sheet, found, cell);
		char *raw = block_raw(work, span);
		if (label_cell(&sheet->rows[found], cell))
			break;
		const struct mark *mark = party_mark_in(work, span);
		if ((mark && heading(work, mark, span)) || any_mark_in(work, span) ||
		    address_place(raw, &from, &to))
			break;
		if (n > 1 && id_like(raw) && !address_street(raw))
			break;
		int32_t gap = box.y - box_bottom(cell->box);
		/* Widely set addresses are known by their street; a name may stand
		 * further over its street than the street over the place. */
		if (n == 1 && gap > sheet->em * 3 && !address_street(raw))
			break;
		int32_t wide =
			gap > sheet->em * 2 ? gap + sheet->em * 3 / 2 : sheet->em * 3;
		gap_max = n < 2 ? wide : gap + sheet->em * 4 / 5;
		lines[n++] = span;
		box = cell->box;
		row = found;
	}
	block->n = n;
	for (size_t i = 0; i < n; i++) {
		block->line[i] = lines[n - 1 - i];
		block->box = box_union(block->box, span_box(&work->layout, lines[i]));
	}
}

static void join(struct strbuf *buf, const char *part)
{
	if (!*part)
		return;
	if (buf->len && buf->text[buf->len - 1] != ',')
		strbuf_add(buf, ",");
	if (buf->len)
		strbuf_add(buf, " ");
	strbuf_add(buf, part);
}

/* Ids, labels and remarks may stand over the name. */
static bool not_a_name(const char *raw)
{
	size_t letters = letters_in(raw), len = strlen(raw);
	return letters < 3 || digits_in(raw) * 2 > letters || raw[len - 1] == ':' ||
	       *raw == '(' || address_contact(raw) || address_opening(raw);
}

/* Name over street over place. A line without number between name and street is a
 * person or a department, not part of the address. */
static void read_block(struct work *work, struct block *block)
{
	size_t street = block->n - 1, first_name = 0;
	struct strbuf address;
	strbuf_init(&address, work->arena);
	if (block->n < 2)
		return;
	while (block->n > 2 && not_a_name(block_raw(work, block->line[0]))) {
		block->addressed |= address_opening(block_raw(work, block->line[0]));
		memmove(block->line, block->line + 1, --block->n * sizeof *block->line);
	}
	char *top = address_clean(work->arena, block_raw(work, block->line[0]));
	for (size_t i = block->n - 1; i-- > 1;)
		if (address_street(block_raw(work, block->line[i])))
			street = i;
	if (street == block->n - 1 && block->n > 2)
		street = block->n - 2;
	if (block->n == 2 && address_street(top) && digits_in(top)) {
		street = 0;
	} else {
		block->name = top;
		block->name_span = block->line[0];
	}
	if (address_salutation(top) && street > 1) {
		char *second =
			address_clean(work->arena, block_raw(work, block->line[1]));
		block->name = arena_printf(work->arena, "%s %s", top, second);
		first_name = 1;
	}
	if (block->name && street <= first_name)
		street = first_name + 1;
	block->address_span = block->line[street];
	block->confidence = 1;
	for (size_t i = street; i < block->n; i++) {
		join(&address,
		     address_clean(work->arena, block_raw(work, block->line[i])));
		block->address_box = box_union(block->address_box,
					       span_box(&work->layout, block->line[i]));
		float c = span_confidence(&work->layout, block->line[i]);
		block->confidence = c < block->confidence ? c : block->confidence;
	}
	block->address = address.text;
}

/* "5 bis" before ", avenue Jean Jaures". */
static bool house_number(const char *part, size_t len)
{
	size_t digits = strspn(part, "0123456789");
	return digits > 0 && digits < 5 && len - digits <= 4;
}

/* Parts between separators; a house number stays with its street. */
static size_t split_line(char *line, const char *mark, char **parts, size_t most)
{
	size_t n = 0;
	for (char *next, *p = line; p && n < most; p = next) {
		next = strstr(p, mark);
		if (next && house_number(p, (size_t)(next - p)))
			next = strstr(next + 1, mark);
		if (next) {
			*next = 0;
			next += strlen(mark);
		}
		parts[n++] = p;
	}
	return n;
}

/* A head of two lines: the name set over the line of its address. */
static void name_over(const struct work *work, struct block *block, struct span span)
{
	const struct sheet *sheet = &work->layout.sheets[span.sheet];
	uint32_t row;
	const struct cell *cell = cell_above(
		sheet, span.row, span_box(&work->layout, span), sheet->em * 2, &row);
	if (!cell)
		return;
	struct span over = cell_span(span.sheet, row, cell);
	char *raw = block_raw(work, over);
	if (party_mark_in(work, over) || any_mark_in(work, over) || not_a_name(raw) ||
	    id_like(raw))
		return;
	block->name = address_clean(work->arena, raw);
	block->name_span = over;
}

/* "Zona industriale Nord, Via Roma 3, 40124 Bologna" below "Rinaldi S.r.l.": the line
 * begins with a part of the address, not with a name of its own. */
static bool company_over(const struct work *work, struct block *block, struct span span,
			 const char *first)
{
	if (address_legal_form(first))
		return false;
	name_over(work, block, span);
	if (block->name && address_legal_form(block->name))
		return true;
	block->name = NULL;
	return false;
}

/* "Name * Street 1 * 12345 Town": the sender over the window, or a line in the foot. */
static bool read_one_line(struct work *work, struct block *block, struct span span)
{
	static const char *const marks[] = {
		" \u25cf ", " \u00b7 ", " \u2022 ", " | ",	" - ",
		" \u2013 ", " * ",	" \u00ae ", " \u00a9 ", " e ",
		" o ",	    " \u00b0 ", ", ",	    " / "};
	char *raw = block_raw(work, span);
	size_t from, to;
	for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
		char *parts[8];
		size_t place = 0, n = split_line(arena_strdup(work->arena, raw),
						 marks[m], parts, 8);
		for (size_t i = 1; i < n; i++)
			if (address_place(parts[i], &from, &to))
				place = i;
		if (place < 1)
			continue;
		struct strbuf address;
		strbuf_init(&address, work->arena);
		size_t street = place > 1 ? place - 1 : place;
		if (place == 1 && !address_street(parts[0]))
			return false;
		if (place == 1 || (digits_in(parts[0]) && address_street(parts[0])) ||
		    company_over(work, block, span, parts[0]))
			street = 0; /* no name in front */
		else
			block->name = address_clean(work->arena, parts[0]);
		for (size_t i = street; i <= place; i++)
			join(&address, address_clean(work->arena, parts[i]));
		block->address = address.text;
		block->one_line = true;
		block->name_span = block->address_span = span;
		if (!block->name)
			name_over(work, block, span);
		block->address_box = block->box = span_box(&work->layout, span);
		block->confidence = span_confidence(&work->layout, span);
		block->line[0] = span;
		block->n = 1;
		return true;
	}
	return false;
}

void find_blocks(struct parties *parties)
{
	struct work *work = parties->work;
	for (uint32_t s = 0; s < work->layout.n_sheets && s < 2; s++) {
		const struct sheet *sheet = &work->layout.sheets[s];
		for (uint32_t r = 0; r < sheet->n_rows; r++) {
			const struct row *row = &sheet->rows[r];
			for (size_t c = 0; c < row->n_cells; c++) {
				struct span span = cell_span(s, r, &row->cells[c]);
				size_t from, to;
				if (parties->n == BLOCKS_MAX ||
				    !address_place(block_raw(work, span), &from, &to))
					continue;
				struct block *block = &parties->blocks[parties->n];
				*block = (struct block){0};
				if (!read_one_line(work, block, span)) {
					climb(parties, block, span);
					read_block(work, block);
				}
				if (block->address)
					parties->n++;
			}
		}
	}
}

/* --- under a label --- */

/* Where the print that a label heads begins: behind it in its cell, in the next cell of
 * the row, or in the row below. */
static struct span headed_by(const struct work *work, const struct mark *mark)
{
	const struct sheet *sheet = &work->layout.sheets[mark->span.sheet];
	const struct row *row = &sheet->rows[mark->span.row];
	const struct cell *own = row_cell(row, mark->span.from);
	struct span none = {mark->span.sheet, mark->span.row, 0, 0};
	if (!own)
		return none;
	uint32_t from =
		mark->span.to + (uint32_t)strspn(row->text + mark->span.to, " :.");
	if (from + 3 < own->to)
		return (struct span){none.sheet, none.row, from, own->to};
	for (uint32_t r = mark->span.row + 1; r < sheet->n_rows; r++) {
		const struct row *below = &sheet->rows[r];
		if (below->box.y - box_bottom(mark->box) > sheet->em * 3)
			return none;
		for (size_t i = 0; i < below->n_cells; i++)
			if (abs(below->cells[i].box.x - own->box.x) < sheet->em * 2)
				return cell_span(none.sheet, r, &below->cells[i]);
	}
	return none;
}

bool block_under_label(struct work *work, const struct mark *mark, struct block *out)
{
	const struct sheet *sheet = &work->layout.sheets[mark->span.sheet];
	struct span span = headed_by(work, mark);
	*out = (struct block){0};
	while (span.to > span.from && out->n < 6) {
		char *raw = block_raw(work, span);
		struct box box = span_box(&work->layout, span);
		if (any_mark_in(work, span) || address_contact(raw) ||
		    letters_in(raw) < 2 || country_code(text_fold(work->arena, raw)))
			break;
		out->line[out->n++] = span;
		out->box = box_union(out->box, box);
		struct span next = {span.sheet, span.row, 0, 0};
		for (uint32_t r = span.row + 1; r < sheet->n_rows && !next.to; r++) {
			const struct row *row = &sheet->rows[r];
			if (row->box.y - box_bottom(box) > sheet->em * 2)
				break;
			for (size_t i = 0; i < row->n_cells; i++)
				if (abs(row->cells[i].box.x - out->box.x) < sheet->em)
					next = cell_span(span.sheet, r, &row->cells[i]);
		}
		span = next;
	}
	if (!out->n)
		return false;
	struct strbuf address;
	strbuf_init(&address, work->arena);
	out->name = address_clean(work->arena, block_raw(work, out->line[0]));
	out->name_span = out->line[0];
	out->address_span = out->line[out->n > 1 ? 1 : 0];
	out->confidence = span_confidence(&work->layout, out->line[0]);
	for (size_t i = 1; i < out->n; i++) {
		join(&address,
		     address_clean(work->arena, block_raw(work, out->line[i])));
		out->address_box = box_union(out->address_box,
					     span_box(&work->layout, out->line[i]));
		float c = span_confidence(&work->layout, out->line[i]);
		out->confidence = c < out->confidence ? c : out->confidence;
	}
	out->address = address.len ? address.text : NULL;
	return letters_in(out->name) >= 3 && digits_in(out->name) < 5;
}
