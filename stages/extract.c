/* extract.c - from words to fields, for any document type.
 *
 * What is looked for comes from the type's XSD: fields, their kinds, their labels, and
 * the roles some of them play (seller, net, due...). Fields that XML brought are kept
 * as they are; pages that are a fixed form go to the form's own reader. Extraction
 * itself cannot fail: what is not found is simply not there, and validation says so. */
#include "extract.h"

#include "stage.h"
#include "xml_page.h"

static bool has_form(const struct doc *doc)
{
	for (size_t i = 0; i < doc->n_pages; i++)
		if (doc->pages[i]->form)
			return true;
	return false;
}

static void extract_print(const struct doctype *type, struct doc *doc)
{
	AUTO_ARENA scratch = arena_new();
	struct work work = {.arena = scratch, .doc = doc, .type = type};
	for (size_t i = 0; i < doc->n_pages; i++)
		work.ocr = work.ocr || doc->pages[i]->source != SOURCE_TEXT;
	layout_make(scratch, doc, &work.layout);
	find_terminals(&work);
	find_marks(&work);
	decide_locale(&work);
	find_candidates(&work);
	find_doubtful(&work);
	find_options(&work);
	find_parties(&work);
	choose(&work);
	take_payment_codes(&work);
	find_lines(&work);
	note_places(&work);
}

/* The pages are read as if there were no XML, to know what they say for themselves. */
static void hold_against_page(const struct doctype *type, struct doc *doc)
{
	AUTO_ARENA scratch = arena_new();
	struct doc *page = doc_new(scratch);
	if (doc->n_pages == 0)
		return;
	page->type = doc->type;
	page->pages = doc->pages;
	page->n_pages = doc->n_pages;
	extract_print(type, page);
	xml_against_page(doc, page);
}

enum rc extract_run(const struct stage_env *env, struct doc *doc,
		    enum stage_verdict *verdict, struct err *err)
{
	*verdict = STAGE_GO_ON;
	const struct doctype *type = schema_type(env->schemas, doc->type);
	if (!type)
		return err_set(err, RC_BUG, "document type %s has no schema",
			       doc->type);
	if (doc->structured) {
		hold_against_page(type, doc);
		return RC_OK;
	}
	if (type->is_form && has_form(doc))
		return extract_form(env, type, doc, err);
	extract_print(type, doc);
	return RC_OK;
}
