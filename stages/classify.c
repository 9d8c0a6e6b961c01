/* classify.c - which document type a document is.
 *
 * Signs are words with a weight that each type's XSD lists: for it, or against it. Each
 * counts once however often it stands there; title signs only high up or in large type,
 * and where a title is set in large type, words that merely lead a line are hardly one.
 * The best type wins only with a clear lead over zero and over the next; everything
 * else is the fallback type, because a reminder booked as an invoice costs more than an
 * invoice a clerk has to name. A page that is a known form, and structured data, have
 * decided already. */
#include "extract.h"

#include <math.h>
#include <string.h>

#include "stage.h"
#include "text.h"

#define PAGES_READ 3  /* a type shows itself at the beginning */
#define SCORE_LEAST 3 /* signs a type needs altogether */
#define LEAD_LEAST 1  /* and more than the next one */
/* A paper that shows signs of a reminder or an order must show many more of an invoice.
 */
#define LEAD_OVER_FALLBACK 3
#define HEADING_LEAST 3	 /* columns by which a row is known to head a table */
#define FAINT_TITLE 0.3F /* beside one in large type */

struct reading { /* one document, for all types */
	struct layout layout;
	struct arena *scratch;
	bool large_title; /* of whatever type */
	/* First row of each sheet that heads a table of some type, or n_rows. */
	size_t heading[PAGES_READ];
};

static bool large_type(const struct sheet *sheet, const struct row *row)
{
	/* OCR measures words, tall or flat; the text layer knows type sizes. */
	int tenths = sheet->page->source == SOURCE_TEXT ? 12 : 14;
	return row->em * 10 > sheet->em * tenths;
}

/* "Pedido | 4500012345": what stands before a value in the next cell is a label. */
static bool value_follows(const struct row *row, const struct cell *cell)
{
	const struct cell *next = cell + 1;
	if (next >= row->cells + row->n_cells)
		return false;
	for (uint32_t i = next->from; i < next->to; i++)
		if (row->text[i] >= '0' && row->text[i] <= '9')
			return true;
	return false;
}

/* How much a word is a title where it stands: set in large type it is; leading its line
 * in the upper part of the first page it may be; in "Bestellung: 4711" or
 * "Lieferschein-Nr" it is a label. */
static float title_strength(const struct sheet *sheet, size_t index,
			    const struct row *row, uint32_t from, uint32_t to)
{
	const struct cell *cell = row_cell(row, from);
	const char *after = row->text + to;
	if (*after == '-' && after[1] >= 'a')
		return 0;
	after += strspn(after, " .");
	if (*after == ':' || (*after == '\t' && strchr(":#", after[1])))
		return 0;
	if (large_type(sheet, row))
		return 1;
	bool high = index == 0 && row->box.y * 20 < sheet->page->height * 11;
	if (!high || !cell || cell->from != from || cell->to - cell->from > 60)
		return 0;
	if (cell->to - to >= 3)
		return 0.7F;
	return value_follows(row, cell) ? 0.3F : 1;
}

/* 0: not there, 1: fully there. Titles in ordinary type count `small` as much,
 * and from the row `body` on, where a table begins, not at all. */
static float sign_in_sheet(const struct sheet *sheet, size_t index,
			   const struct sign *sign, const char *key, float small,
			   size_t body)
{
	bool tolerant = sheet->page->source != SOURCE_TEXT;
	float best = 0;
	for (size_t r = 0; r < sheet->n_rows; r++) {
		const struct row *row = &sheet->rows[r];
		for (size_t run = 0; run < row->n_runs && best < 1; run++) {
			uint32_t to;
			int misread;
			if (!row_spells(row, run, key, tolerant, &to, &misread))
				continue;
			float strength = 1;
			if (sign->title)
				strength = title_strength(sheet, index, row,
							  row->runs[run].from, to);
			if (sign->title && !large_type(sheet, row))
				strength *= r < body ? small : 0;
			best = strength > best ? strength : best;
		}
	}
	return best;
}

/* A word that heads a column of the type's lines, ready for comparing. */
struct heading {
	size_t field;
	const char *key;
};

static struct heading *collect_headings(const struct doctype *type,
					struct arena *scratch, size_t *n)
{
	struct heading *headings = NULL;
	size_t cap = 0;
	*n = 0;
	for (size_t f = 0; f < type->n_fields; f++) {
		const struct fieldtype *field = &type->fields[f];
		for (size_t i = 0; field->line && i < field->n_labels; i++)
			if (field->labels[i].weight > 0.5F)
				*arena_push(scratch, headings, *n, cap) =
					(struct heading){f, field->labels[i].key};
	}
	return headings;
}

/* How many columns have a label in this row. */
static size_t columns_headed(const struct row *row, const struct heading *headings,
			     size_t n_headings, bool tolerant)
{
	size_t n = 0, field = SIZE_MAX;
	for (size_t h = 0; h < n_headings; h++) {
		uint32_t to;
		int misread;
		for (size_t run = 0; headings[h].field != field && run < row->n_runs;
		     run++) {
			if (!row_spells(row, run, headings[h].key, tolerant, &to,
					&misread))
				continue;
			field = headings[h].field;
			n++;
		}
	}
	return n;
}

/* The first row that reads like the heading of the type's lines; n_rows: none does. */
static size_t heading_row(const struct sheet *sheet, const struct doctype *type,
			  struct arena *scratch)
{
	bool tolerant = sheet->page->source != SOURCE_TEXT;
	size_t n;
	struct heading *headings = collect_headings(type, scratch, &n);
	for (size_t r = 0; r < sheet->n_rows; r++)
		if (sheet->rows[r].n_runs >= HEADING_LEAST &&
		    columns_headed(&sheet->rows[r], headings, n, tolerant) >=
			    HEADING_LEAST)
			return r;
	return sheet->n_rows;
}

static void find_headings(struct reading *reading, const struct schema_set *schemas)
{
	for (size_t s = 0; s < PAGES_READ && s < reading->layout.n_sheets; s++) {
		const struct sheet *sheet = &reading->layout.sheets[s];
		reading->heading[s] = sheet->n_rows;
		for (size_t t = 0; t < schemas->n_types; t++) {
			size_t r = heading_row(sheet, &schemas->types[t],
					       reading->scratch);
			if (r < reading->heading[s])
				reading->heading[s] = r;
		}
	}
}

static bool table_headed(const struct reading *reading)
{
	for (size_t s = 0; s < PAGES_READ && s < reading->layout.n_sheets; s++)
		if (reading->heading[s] < reading->layout.sheets[s].n_rows)
			return true;
	return false;
}

static float sign_shown(const struct reading *reading, const struct sign *sign)
{
	const struct layout *layout = &reading->layout;
	size_t n = layout->n_sheets < PAGES_READ ? layout->n_sheets : PAGES_READ;
	float best = 0;
	if (sign->narrow)
		return n > 0 && sheet_is_slip(&layout->sheets[0]) ? 1 : 0;
	if (sign->table)
		return table_headed(reading) ? 1 : 0;
	for (size_t i = 0; i < n && best < 1; i++) {
		float strength = sign_in_sheet(&layout->sheets[i], i, sign, sign->key,
					       reading->large_title ? FAINT_TITLE : 1,
					       reading->heading[i]);
		best = strength > best ? strength : best;
	}
	return best;
}

static float type_score(const struct reading *reading, const struct doctype *type)
{
	float score = 0;
	for (size_t i = 0; i < type->n_signs; i++)
		score += type->signs[i].weight * sign_shown(reading, &type->signs[i]);
	return score;
}

/* Whether words that name a paper, of any type, stand in large type on its first page.
 */
static bool any_large_title(const struct reading *reading,
			    const struct schema_set *schemas)
{
	for (size_t t = 0; reading->layout.n_sheets && t < schemas->n_types; t++)
		for (size_t i = 0; i < schemas->types[t].n_signs; i++) {
			const struct sign *sign = &schemas->types[t].signs[i];
			if (sign->title && sign->weight > 0 &&
			    sign_in_sheet(&reading->layout.sheets[0], 0, sign,
					  sign->key, 0, 0) >= 1)
				return true;
		}
	return false;
}

static const struct doctype *fallback_type(const struct schema_set *schemas)
{
	for (size_t i = 0; i < schemas->n_types; i++)
		if (schemas->types[i].fallback)
			return &schemas->types[i];
	return NULL;
}

static const char *form_type(const struct stage_env *env, const struct doc *doc)
{
	for (size_t i = 0; i < doc->n_pages; i++)
		if (doc->pages[i]->form &&
		    schema_type(env->schemas, doc->pages[i]->form))
			return doc->pages[i]->form;
	return NULL;
}

static bool before(const struct doctype *a, float a_score, const struct doctype *b,
		   float b_score)
{
	if (!b || a_score > b_score)
		return true;
	return a_score >= b_score && a->priority > b->priority;
}

/* 0.5 without any lead, towards 1 with a long one. */
static float sureness(float lead)
{
	return 1 / (1 + expf(-lead * 0.6F));
}

static void classify_by_signs(const struct stage_env *env, struct doc *doc)
{
	AUTO_ARENA scratch = arena_new();
	struct reading reading = {.scratch = scratch};
	const struct doctype *best = NULL;
	float best_score = 0, second = 0;
	layout_make(scratch, doc, &reading.layout);
	find_headings(&reading, env->schemas);
	reading.large_title = any_large_title(&reading, env->schemas);
	for (size_t i = 0; i < env->schemas->n_types; i++) {
		const struct doctype *type = &env->schemas->types[i];
		if (type->is_form)
			continue;
		float score = type_score(&reading, type);
		if (before(type, score, best, best_score)) {
			second = best ? best_score : 0;
			best = type;
			best_score = score;
		} else if (score > second) {
			second = score;
		}
	}
	const struct doctype *fallback = fallback_type(env->schemas);
	float lead = best_score - (second > 0 ? second : 0);
	bool sure = best && best_score >= SCORE_LEAST && lead >= LEAD_LEAST;
	if (sure && fallback && best != fallback)
		sure = best_score - type_score(&reading, fallback) >=
		       LEAD_OVER_FALLBACK;
	const struct doctype *type = sure || !fallback ? best : fallback;
	doc->type = type ? arena_strdup(doc->arena, type->name) : NULL;
	doc->type_confidence = sure ? sureness(lead) : 0.5F;
}

enum rc classify_run(const struct stage_env *env, struct doc *doc,
		     enum stage_verdict *verdict, struct err *err)
{
	*verdict = STAGE_GO_ON;
	if (doc->structured && doc->type)
		return RC_OK;
	const char *form = form_type(env, doc);
	if (form) {
		doc->type = arena_strdup(doc->arena, form);
		doc->type_confidence = 0.99F;
		return RC_OK;
	}
	classify_by_signs(env, doc);
	if (!doc->type)
		return err_set(err, RC_FAIL, "no document types are installed");
	return RC_OK;
}
