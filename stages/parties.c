/* parties.c - who sells and who buys: names and addresses.
 *
 * Every postcode with its town is the foot of a block; what stands above it in the same
 * column is its street and name. A block belongs to the seller or the buyer by the
 * words over it, by telephone, tax and bank lines under it, by standing in the window
 * of the envelope, in the head or in the foot of the page. A slip has one party, at its
 * top. Which roles there are comes from the type's fields; a block nobody can place is
 * left alone. */
#include "extract.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "text.h"

#define LINES_MAX 9
#define BLOCKS_MAX 40

enum party { SELLER, BUYER, PARTIES };

struct block {
	struct span line[LINES_MAX]; /* top to bottom, the place last */
	size_t n;
	struct box box;
	const char *name, *address;
	struct span name_span;
	struct span address_span; /* the first of its lines */
	struct box address_box;
	float confidence; /* of the reader */
	bool one_line;	  /* name, street and place on one line */
	float points[PARTIES];
	bool banned; /* a delivery address, a bank */
};

struct parties {
	struct work *work;
	struct block blocks[BLOCKS_MAX];
	size_t n;
};

static char *raw_of(const struct work *work, struct span span)
{
	return span_raw(&work->layout, work->arena, span);
}

static size_t letters_in(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += isalpha((unsigned char)*s) || (unsigned char)*s >= 0xc0;
	return n;
}

static size_t digits_in(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += *s >= '0' && *s <= '9';
	return n;
}

/* --- labels over blocks --- */

static bool party_kind(enum kind kind)
{
	return kind == KIND_PARTY || kind == KIND_ADDRESS;
}

static int role_of(const struct fieldtype *field)
{
	if (!field->role)
		return -1;
	if (strcmp(field->role, "seller") == 0 || strcmp(field->role, "merchant") == 0)
		return SELLER;
	return strcmp(field->role, "buyer") == 0 ? BUYER : -1;
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

static struct span cell_span(uint32_t sheet, uint32_t row, const struct cell *cell)
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
static bool aligned(struct box a, struct box b, int32_t em)
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
			    !aligned(cell->box, box, sheet->em))
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
static bool id_like(const char *raw)
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
		char *raw = raw_of(work, span);
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
	       *raw == '(' || address_contact(raw);
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
	while (block->n > 2 && not_a_name(raw_of(work, block->line[0]))) {
		memmove(block->line, block->line + 1, --block->n * sizeof *block->line);
	}
	char *top = address_clean(work->arena, raw_of(work, block->line[0]));
	for (size_t i = block->n - 1; i-- > 1;)
		if (address_street(raw_of(work, block->line[i])))
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
		char *second = address_clean(work->arena, raw_of(work, block->line[1]));
		block->name = arena_printf(work->arena, "%s %s", top, second);
		first_name = 1;
	}
	if (block->name && street <= first_name)
		street = first_name + 1;
	block->address_span = block->line[street];
	block->confidence = 1;
	for (size_t i = street; i < block->n; i++) {
		join(&address,
		     address_clean(work->arena, raw_of(work, block->line[i])));
		block->address_box = box_union(block->address_box,
					       span_box(&work->layout, block->line[i]));
		float c = span_confidence(&work->layout, block->line[i]);
		block->confidence = c < block->confidence ? c : block->confidence;
	}
	block->address = address.text;
}

/* "Name * Street 1 * 12345 Town": the sender over the window, or a line in the foot. */
static bool read_one_line(struct work *work, struct block *block, struct span span)
{
	static const char *const marks[] = {
		" \u25cf ", " \u00b7 ", " \u2022 ", " | ",	" - ",
		" \u2013 ", " * ",	" \u00ae ", " \u00a9 ", " e ",
		" o ",	    " \u00b0 ", ", ",	    " / "};
	char *raw = raw_of(work, span);
	size_t from, to;
	for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
		char *parts[8], *p = arena_strdup(work->arena, raw);
		size_t n = 0, place = 0;
		for (char *next; p && n < 8; p = next) {
			next = strstr(p, marks[m]);
			if (next) {
				*next = 0;
				next += strlen(marks[m]);
			}
			parts[n++] = p;
		}
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
		if (place == 1)
			street = 0;
		else
			block->name = address_clean(work->arena, parts[0]);
		for (size_t i = street; i <= place; i++)
			join(&address, address_clean(work->arena, parts[i]));
		block->address = address.text;
		block->one_line = true;
		block->name_span = block->address_span = span;
		block->address_box = block->box = span_box(&work->layout, span);
		block->confidence = span_confidence(&work->layout, span);
		block->line[0] = span;
		block->n = 1;
		return true;
	}
	return false;
}

static void find_blocks(struct parties *parties)
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
				    !address_place(raw_of(work, span), &from, &to))
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

/* --- whose block --- */

/* A party's label over the block, beside its first lines or in its own line. */
static const struct mark *label_of(const struct work *work, const struct block *block)
{
	const struct mark *best = NULL;
	int32_t nearest = 0;
	int32_t em = work->layout.sheets[block->line[0].sheet].em;
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		if (!party_kind(mark->field->kind) ||
		    mark->span.sheet != block->line[0].sheet)
			continue;
		int32_t up = block->box.y - box_bottom(mark->box);
		if (mark->negative && mark->label->weight > -0.5F)
			continue;
		bool over = up > -em && up < em * 7 &&
			    (abs(mark->box.x - block->box.x) < em * 2 ||
			     box_share_x(mark->box, block->box) > 0.5);
		bool beside = !mark->negative && mark->box.y > block->box.y - em * 5 &&
			      mark->box.y < box_bottom(block->box) &&
			      box_right(mark->box) < block->box.x + em &&
			      block->box.x - box_right(mark->box) < em * 25;
		int32_t away = abs(up) + (over ? 0 : em * 4);
		if ((over || beside) && (!best || away < nearest)) {
			best = mark;
			nearest = away;
		}
	}
	return best;
}

/* Telephone, tax or bank lines right under the block say that it is the sender's. */
static bool contact_follows(const struct work *work, const struct block *block)
{
	struct span last = block->line[block->n - 1];
	const struct sheet *sheet = &work->layout.sheets[last.sheet];
	int32_t bottom = box_bottom(block->box);
	for (uint32_t r = last.row + 1; r < sheet->n_rows && r < last.row + 6; r++) {
		const struct row *row = &sheet->rows[r];
		if (row->box.y - bottom > sheet->em * 6)
			break;
		for (size_t c = 0; c < row->n_cells; c++)
			if (aligned(row->cells[c].box, block->box, sheet->em) &&
			    address_contact(raw_of(
				    work, cell_span(last.sheet, r, &row->cells[c]))))
				return true;
	}
	return false;
}

/* Where envelopes have their window: left or right, in the upper part, not at the very
 * top. */
static bool in_window(const struct work *work, const struct block *block)
{
	const struct page *page = work->layout.sheets[block->line[0].sheet].page;
	int32_t y = block->box.y * 100 / (page->height ? page->height : 1);
	return block->line[0].sheet == 0 && y >= 8 && y <= 36;
}

static void weigh_block(const struct work *work, struct block *block)
{
	const struct page *page = work->layout.sheets[block->line[0].sheet].page;
	const struct mark *mark = label_of(work, block);
	int32_t y = block->box.y * 100 / (page->height ? page->height : 1);
	if (mark && mark->negative)
		block->banned = true;
	else if (mark && role_of(mark->field) >= 0)
		block->points[role_of(mark->field)] += 4;
	if (block->one_line)
		block->points[SELLER] += 3;
	if (contact_follows(work, block))
		block->points[SELLER] += 2;
	if (y > 75)
		block->points[SELLER] += 2;
	if (y < 10)
		block->points[SELLER] += 1;
	if (block->name && block->n > 1 &&
	    address_salutation(raw_of(work, block->line[0])))
		block->points[BUYER] += 2;
	if (in_window(work, block) && !block->one_line)
		block->points[BUYER] += 1.5F;
	if (block->line[0].sheet > 0) {
		block->points[SELLER] -= 1;
		block->points[BUYER] -= 2;
	}
	if (block->name && address_legal_form(block->name))
		block->points[SELLER] += 0.5F;
}

static bool same_address(const struct block *a, const struct block *b)
{
	return a->address && b->address &&
	       value_equal(KIND_ADDRESS, a->address, b->address);
}

/* The sender's address stands in head and foot; the buyer's is never the seller's. */
static void share_points(struct parties *parties)
{
	for (size_t i = 0; i < parties->n; i++)
		for (size_t k = i + 1; k < parties->n; k++) {
			struct block *a = &parties->blocks[i], *b = &parties->blocks[k];
			if (!same_address(a, b))
				continue;
			float seller = a->points[SELLER] > b->points[SELLER]
					       ? a->points[SELLER]
					       : b->points[SELLER];
			float buyer = a->points[BUYER] > b->points[BUYER]
					      ? a->points[BUYER]
					      : b->points[BUYER];
			a->points[SELLER] = b->points[SELLER] = seller;
			a->points[BUYER] = b->points[BUYER] = buyer;
		}
}

/* The pair of blocks that together has most points; either may be missing. */
static void assign(const struct parties *parties, const struct block *out[PARTIES])
{
	float best = 0;
	for (size_t i = 0; i <= parties->n; i++) {
		const struct block *s = i < parties->n ? &parties->blocks[i] : NULL;
		float seller = s && !s->banned
				       ? s->points[SELLER] - s->points[BUYER] * 0.7F
				       : 0;
		if (s && (s->banned || seller <= 0))
			continue;
		seller += s && s->name && !s->one_line ? 0.2F : 0;
		for (size_t k = 0; k <= parties->n; k++) {
			const struct block *b =
				k < parties->n ? &parties->blocks[k] : NULL;
			if (b && (b->banned || b == s || b->one_line))
				continue;
			float buyer =
				b ? b->points[BUYER] - b->points[SELLER] * 0.7F : 0;
			if ((b && buyer <= 0) || (s && b && same_address(s, b)))
				continue;
			if (seller + buyer > best) {
				best = seller + buyer;
				out[SELLER] = s;
				out[BUYER] = b;
			}
		}
	}
}

/* --- settling --- */

static void settle_text(struct work *work, const struct fieldtype *field,
			const char *value, struct span span, struct box box,
			float reading, float p, const char *why)
{
	if (!field || !value || !*value || doc_value(work->doc, field->path, 0))
		return;
	struct option option = {.field = field,
				.span = span,
				.box = box,
				.raw = value,
				.value = value,
				.confidence = reading,
				.relation = REL_PLACE};
	settle(work, &option, p * (reading < 0.9F ? 0.5F + 0.5F * reading / 0.9F : 1),
	       why);
}

static void settle_block(struct work *work, const struct block *block, const char *role,
			 float points)
{
	float p = points >= 4 ? 0.93F : points >= 2.5F ? 0.88F : 0.75F;
	const struct fieldtype *name = field_by_role(work, KIND_PARTY, role);
	const struct fieldtype *address = field_by_role(work, KIND_ADDRESS, role);
	if (block->name && letters_in(block->name) >= 3)
		settle_text(work, name, block->name, block->name_span,
			    span_box(&work->layout, block->name_span),
			    block->confidence, p, "over the address");
	settle_text(work, address, block->address, block->address_span,
		    block->address_box, block->confidence, p - 0.03F,
		    "postcode and street");
	for (size_t i = 0; i < block->n; i++)
		span_use(work, block->line[i]);
}

/* A company's name anywhere, when no block has shown one: large type first, then the
 * foot. */
static void seller_by_legal_form(struct work *work, const char *role)
{
	const struct fieldtype *field = field_by_role(work, KIND_PARTY, role);
	const struct fieldtype *buyer = field_by_role(work, KIND_PARTY, "buyer");
	const char *taken = buyer ? doc_value(work->doc, buyer->path, 0) : NULL;
	if (!field || doc_value(work->doc, field->path, 0) || !work->layout.n_sheets)
		return;
	const struct sheet *sheet = &work->layout.sheets[0];
	for (uint32_t r = 0; r < sheet->n_rows; r++) {
		const struct row *row = &sheet->rows[r];
		for (size_t c = 0; c < row->n_cells; c++) {
			struct span span = cell_span(0, r, &row->cells[c]);
			char *name = address_clean(work->arena, raw_of(work, span));
			size_t words = row->cells[c].last - row->cells[c].first + 1;
			if (words < 2 || words > 7 || digits_in(name) > 1 ||
			    !address_legal_form(name) || id_like(name) ||
			    (taken && value_equal(KIND_PARTY, taken, name)))
				continue;
			settle_text(work, field, name, span, row->cells[c].box,
				    span_confidence(&work->layout, span), 0.7F,
				    "company with its legal form");
			return;
		}
	}
}

void find_parties(struct work *work)
{
	static const char *const sellers[] = {"seller", "merchant"};
	struct parties *parties = arena_alloc(work->arena, sizeof *parties);
	const struct block *found[PARTIES] = {NULL, NULL};
	parties->work = work;
	if (work->layout.n_sheets && sheet_is_slip(&work->layout.sheets[0]))
		find_merchant(work, "merchant");
	find_blocks(parties);
	for (size_t i = 0; i < parties->n; i++)
		weigh_block(work, &parties->blocks[i]);
	share_points(parties);
	assign(parties, found);
	if (found[BUYER])
		settle_block(work, found[BUYER], "buyer", found[BUYER]->points[BUYER]);
	for (size_t i = 0; i < 2; i++) {
		if (found[SELLER])
			settle_block(work, found[SELLER], sellers[i],
				     found[SELLER]->points[SELLER]);
		seller_by_legal_form(work, sellers[i]);
	}
}
