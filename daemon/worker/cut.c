/* cut.c - a scan whose pages are all read, on its way to becoming several documents.
 *
 * A scan may have thousands of pages, so they are loaded a few at a time and only their
 * marks stay. Nothing is changed here: the plan is carried out by one transaction
 * (intray.job_save_cut), so whoever dies before leaves the scan as it was, and whoever
 * plans again comes to the same plan. */
#include "worker.h"

enum { AT_ONCE = 8 };

#define AUTO_RULES                                                                     \
	__attribute__((cleanup(separator_rules_free))) struct separator_rules *

enum rc cut_is_wanted(const struct worker *w, const struct job *job,
		      const struct doc *doc, bool *wanted, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	AUTO_RULES rules = NULL;
	struct separator_plan plan;
	struct separator_mark *marks =
		arena_alloc_n(scratch, doc->n_pages + 1, sizeof(*marks));

	*wanted = job->collates && doc->n_pages > 0 && !doc->structured;
	if (*wanted || doc->structured || !separator_any(&job->separators))
		return RC_OK;
	enum rc rc = separator_rules_new(&job->separators, w->schemas, &rules, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < doc->n_pages; i++)
		separator_look(rules, doc->pages[i], (int)i + 1, scratch, &marks[i]);
	separator_plan(rules, marks, doc->n_pages, scratch, &plan);
	*wanted = !separator_plan_is_idle(&plan);
	return RC_OK;
}

struct marks {
	struct separator_mark *list;
	size_t n, cap;
};

static enum rc look_at_some(struct worker *w, const struct job *job,
			    const struct separator_rules *rules, int first,
			    struct arena *arena, struct marks *marks, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	struct doc *doc = doc_new(scratch);
	enum rc rc = job_load_pages(w->db, job, first, first + AT_ONCE - 1, doc, err);

	for (size_t i = 0; rc == RC_OK && i < doc->n_pages; i++)
		separator_look(rules, doc->pages[i], doc->pages[i]->number, arena,
			       arena_push(arena, marks->list, marks->n, marks->cap));
	return rc;
}

enum rc cut_plan(struct worker *w, const struct job *job, struct arena *arena,
		 bool (*alive)(void *ctx), void *ctx, struct separator_plan *out,
		 struct err *err)
{
	AUTO_RULES rules = NULL;
	struct marks marks = {0};
	enum rc rc = separator_rules_new(&job->separators, w->schemas, &rules, err);

	for (int first = 1; rc == RC_OK && first <= job->last_page; first += AT_ONCE) {
		if (!alive(ctx))
			return err_set(err, RC_RETRY, "cutting was called off");
		rc = look_at_some(w, job, rules, first, arena, &marks, err);
	}
	if (rc == RC_OK)
		separator_plan(rules, marks.list, marks.n, arena, out);
	return rc;
}
