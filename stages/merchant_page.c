/* merchant_page.c - whose receipt it is when it is a full page: tickets and bills that
 * were printed or mailed, with the company in the small print or in the title.
 *
 * In running text the company stands before its address: "... DB Regio AG,
 * Stephensonstr. 1, 60326 Frankfurt". Where nobody says who they are in that way and no
 * address has a name over it, the largest type at the top is the name. What neither
 * finds stays with the blocks of parties.c. */
#include "extract.h"

#include <ctype.h>
#include <string.h>

#include "address.h"
#include "text.h"

static bool plain_page(const struct work *work)
{
	return work->layout.n_sheets > 0 && !sheet_is_slip(&work->layout.sheets[0]);
}

static bool words(const char *raw)
{
	size_t letters = 0;
	for (; *raw; raw++)
		letters += isalpha((unsigned char)*raw) != 0;
	return letters > 3;
}

/* The cell of the last row with words above that stands over the box. */
static struct span over(const struct work *work, struct span at, struct box box)
{
	const struct sheet *sheet = &work->layout.sheets[at.sheet];
	for (uint32_t r = at.row; r-- > 0 && at.row - r <= 2;) {
		const struct row *row = &sheet->rows[r];
		if (row->box.y + row->em * 3 < box.y || !words(row->text))
			continue;
		for (size_t c = 0; c < row->n_cells; c++)
			if (box_share_x(row->cells[c].box, box) > 0.3)
				return (struct span){at.sheet, r, row->cells[c].from,
						     row->cells[c].to};
	}
	return (struct span){0};
}

/* The part of the text, between commas and sentences, that has a legal form. */
static char *company_in(struct arena *arena, const char *raw)
{
	char *company = NULL, *s = text_clean(arena, raw, strlen(raw));
	for (char *part = s; part && *part;) {
		char *end = strstr(part, ", ");
		for (char *stop = strstr(part, ". "); stop && (!end || stop < end);
		     stop = strstr(stop + 1, ". "))
			if (stop > part + 2 && islower((unsigned char)stop[-1]) &&
			    isupper((unsigned char)stop[2]))
				end = stop;
		char *next = end ? end + 2 : NULL;
		if (end)
			*end = 0;
		if (address_legal_form(part) && !address_contact(part))
			company = address_clean(arena, part);
		part = next;
	}
	return company;
}

static bool settle_name(struct work *work, const char *role, struct span span,
			const char *name, float p, const char *why)
{
	const struct fieldtype *field = field_by_role(work, KIND_PARTY, role);
	if (!field || !name || strlen(name) < 3 || strlen(name) > 70 ||
	    doc_value(work->doc, field->path, 0))
		return false;
	struct option option = {.field = field,
				.span = span,
				.box = span_box(&work->layout, span),
				.raw = name,
				.value = name,
				.confidence = span_confidence(&work->layout, span),
				.relation = REL_PLACE};
	settle(work, &option, p, why);
	return true;
}

void find_merchant_in_text(struct work *work, const char *role)
{
	if (!plain_page(work))
		return;
	const struct sheet *sheet = &work->layout.sheets[0];
	for (uint32_t r = 0; r < sheet->n_rows; r++) {
		const struct row *row = &sheet->rows[r];
		for (size_t c = 0; c < row->n_cells; c++) {
			struct span span = {0, r, row->cells[c].from, row->cells[c].to};
			char *raw = span_raw(&work->layout, work->arena, span);
			size_t from, to;
			if (!address_place(raw, &from, &to) || from < 6)
				continue;
			raw[from] = 0;
			char *name = company_in(work->arena, raw);
			if (!name && address_street(raw)) {
				span = over(work, span, row->cells[c].box);
				if (span.to > span.from)
					name = company_in(work->arena,
							  span_raw(&work->layout,
								   work->arena, span));
			}
			if (settle_name(work, role, span, name, 0.8F,
					"company before its address"))
				return;
		}
	}
}

void find_merchant_in_title(struct work *work, const char *role)
{
	uint32_t best = 0;
	if (!plain_page(work))
		return;
	const struct sheet *sheet = &work->layout.sheets[0];
	for (uint32_t r = 0; r < sheet->n_rows; r++) {
		const struct row *row = &sheet->rows[r];
		if (row->box.y * 4 < sheet->page->height && words(row->text) &&
		    row->n_cells == 1 && row->em > sheet->rows[best].em)
			best = r;
	}
	if (sheet->n_rows == 0 || sheet->rows[best].em * 10 < sheet->em * 18)
		return;
	const struct row *row = &sheet->rows[best];
	struct span span = {0, best, row->cells[0].from, row->cells[0].to};
	settle_name(work, role, span, span_raw(&work->layout, work->arena, span), 0.6F,
		    "largest type");
}
