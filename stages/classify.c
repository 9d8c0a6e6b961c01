/* classify.c - which document type a document is.
 *
 * Signs are words with a weight that each type's XSD lists: for it, or against it. Each
 * counts once however often it stands there; title signs only high up or in large type.
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
	if (row->em * 10 > sheet->em * 14)
		return 1;
	bool high = index == 0 && row->box.y * 20 < sheet->page->height * 11;
	if (!high || !cell || cell->from != from || cell->to - cell->from > 60)
		return 0;
	return cell->to - to < 3 ? 1 : 0.7F;
}

/* 0: not there, 1: fully there. */
static float sign_in_sheet(const struct sheet *sheet, size_t index,
			   const struct sign *sign, const char *key)
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
			best = strength > best ? strength : best;
		}
	}
	return best;
}

static float sign_shown(const struct layout *layout, const struct sign *sign,
			struct arena *scratch)
{
	size_t n = layout->n_sheets < PAGES_READ ? layout->n_sheets : PAGES_READ;
	float best = 0;
	if (sign->narrow)
		return n > 0 && sheet_is_slip(&layout->sheets[0]) ? 1 : 0;
	const char *key = label_key(scratch, sign->text);
	for (size_t i = 0; i < n && best < 1; i++) {
		float strength = sign_in_sheet(&layout->sheets[i], i, sign, key);
		best = strength > best ? strength : best;
	}
	return best;
}

static float type_score(const struct layout *layout, const struct doctype *type,
			struct arena *scratch)
{
	float score = 0;
	for (size_t i = 0; i < type->n_signs; i++)
		score += type->signs[i].weight *
			 sign_shown(layout, &type->signs[i], scratch);
	return score;
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
	struct layout layout;
	const struct doctype *best = NULL;
	float best_score = 0, second = 0;
	layout_make(scratch, doc, &layout);
	for (size_t i = 0; i < env->schemas->n_types; i++) {
		const struct doctype *type = &env->schemas->types[i];
		if (type->is_form)
			continue;
		float score = type_score(&layout, type, scratch);
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
		sure = best_score - type_score(&layout, fallback, scratch) >=
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
