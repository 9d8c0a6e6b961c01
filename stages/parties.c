/* parties.c - who sells and who buys: names and addresses.
 *
 * A block of an address belongs to the seller or the buyer by the words over it, by
 * telephone, tax and bank lines under it, by standing in the window of the envelope, in
 * the head or in the foot of the page. A slip has one party, at its top. Which roles
 * there are comes from the type's fields; a block nobody can place is left alone. */
#include "blocks.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "text.h"

static int role_of(const struct fieldtype *field)
{
	if (!field->role)
		return -1;
	if (strcmp(field->role, "seller") == 0 || strcmp(field->role, "merchant") == 0)
		return SELLER;
	return strcmp(field->role, "buyer") == 0 ? BUYER : -1;
}

/* --- whose block --- */

static bool stands_over(const struct mark *mark, const struct block *block, int32_t em,
			int32_t reach)
{
	int32_t up = block->box.y - box_bottom(mark->box);
	return mark->span.sheet == block->line[0].sheet && up > -em && up < reach &&
	       (abs(mark->box.x - block->box.x) < em * 2 ||
		box_share_x(mark->box, block->box) > 0.5);
}

/* Of two blocks side by side each has its label over it; the left one's is not the
 * right one's. */
static bool heads_another(const struct parties *parties, const struct mark *mark,
			  const struct block *block, int32_t em)
{
	for (size_t i = 0; i < parties->n; i++)
		if (&parties->blocks[i] != block &&
		    stands_over(mark, &parties->blocks[i], em, em * 2))
			return true;
	return false;
}

/* A party's label over the block, beside its first lines or in its own line. */
static const struct mark *label_of(const struct parties *parties,
				   const struct block *block)
{
	const struct work *work = parties->work;
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
		bool over = stands_over(mark, block, em, em * 7);
		bool beside = !mark->negative && mark->box.y > block->box.y - em * 5 &&
			      mark->box.y < box_bottom(block->box) &&
			      box_right(mark->box) < block->box.x + em &&
			      block->box.x - box_right(mark->box) < em * 25 &&
			      !heads_another(parties, mark, block, em);
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
			if (block_aligned(row->cells[c].box, block->box, sheet->em) &&
			    address_contact(block_raw(
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

static void weigh_block(const struct parties *parties, struct block *block)
{
	const struct work *work = parties->work;
	const struct page *page = work->layout.sheets[block->line[0].sheet].page;
	const struct mark *mark = label_of(parties, block);
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
	    address_salutation(block_raw(work, block->line[0])))
		block->points[BUYER] += 2;
	if (block->addressed)
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

/* "Reservation No.": the label of a number. */
static bool label_of_number(struct arena *arena, const char *value)
{
	static const char *const ends[] = {" no",     " no.",	 " nr", " nr.",
					   " number", " nummer", "-nr", "-nr.",
					   "nummer",  " id"};
	const char *folded = text_fold(arena, value);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (text_ends(folded, ends[i]))
			return true;
	return false;
}

/* "GLN 4304171000002", "Kunden-Nr. : 009420": a party's number is neither its name nor
 * its address. */
static bool number_of_party(const struct work *work, enum kind kind, const char *value)
{
	size_t from, to;
	if (kind == KIND_PARTY)
		return (id_like(value) && !address_legal_form(value)) ||
		       label_of_number(work->arena, value);
	if (address_place(value, &from, &to))
		return false;
	return strchr(value, ':') || !strchr(value, ' ') ||
	       (id_like(value) && !address_street(value));
}

static void settle_text(struct work *work, const struct fieldtype *field,
			const char *value, struct span span, struct box box,
			float reading, float p, const char *why)
{
	if (!field || !value || !*value || doc_value(work->doc, field->path, 0) ||
	    number_of_party(work, field->kind, value))
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
	/* A line in the foot goes on with telephone, tax id and bank. */
	for (size_t i = 0; i < block->n && !block->one_line; i++)
		span_use(work, block->line[i]);
}

/* Where no postcode was recognised, the print under a party's label. */
static void settle_labelled(struct work *work, enum party party, const char *role)
{
	const struct fieldtype *name = field_by_role(work, KIND_PARTY, role);
	if (!name || doc_value(work->doc, name->path, 0))
		return;
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		struct block block;
		if (!party_kind(mark->field->kind) ||
		    role_of(mark->field) != (int)party || mark->negative ||
		    mark->label->weight < 0.7F ||
		    !block_under_label(work, mark, &block))
			continue;
		settle_block(work, &block, role, 2.5F);
		return;
	}
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
			char *name = address_clean(work->arena, block_raw(work, span));
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
	find_merchant_in_text(work, "merchant");
	find_blocks(parties);
	for (size_t i = 0; i < parties->n; i++)
		weigh_block(parties, &parties->blocks[i]);
	share_points(parties);
	assign(parties, found);
	if (found[BUYER])
		settle_block(work, found[BUYER], "buyer", found[BUYER]->points[BUYER]);
	settle_labelled(work, BUYER, "buyer");
	for (size_t i = 0; i < 2; i++) {
		if (found[SELLER])
			settle_block(work, found[SELLER], sellers[i],
				     found[SELLER]->points[SELLER]);
		settle_labelled(work, SELLER, sellers[i]);
		seller_by_legal_form(work, sellers[i]);
	}
	find_merchant_in_title(work, "merchant");
}
