/* evaluate_learn.h - measuring what keying teaches (evaluate_learn.c). */
#ifndef INTRAY_EVALUATE_LEARN_H
#define INTRAY_EVALUATE_LEARN_H

#include "evaluate.h"

struct learn_count {
	const char *path;
	struct count without, with; /* what was learnt */
};
struct learn_report { /* over the documents whose supplier was keyed before */
	struct arena *arena;
	long documents, known, recognised;
	struct learn_count *counts;
	size_t n, cap;
	struct count without, with; /* names and addresses together */
};

/* After samples_run, whose outcomes it replaces; needs options->cache_dir. */
enum rc samples_learn(struct sample_list *list, const struct run_options *options,
		      struct learn_report *report, struct err *err);
/* evaluate_report.c */
void learn_print(const struct learn_report *report);
json_t *learn_json(const struct learn_report *report);

#endif
