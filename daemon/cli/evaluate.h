/* evaluate.h - what the files of `intray evaluate` share. */
#ifndef INTRAY_EVALUATE_H
#define INTRAY_EVALUATE_H

#include <stdio.h>

#include "cli.h"
#include "doc.h"
#include "schema.h"
#include "score.h"
#include "truth.h"

struct outcome {	   /* of one document */
	const char *state; /* "ready", "exception", "quarantined"; NULL: not run yet */
	const char *error; /* why it is quarantined */
	double cpu_s, wall_s;
	int pages;
	bool cached; /* its pages came from --cache */
	const char
		*evidence; /* what its print shows of who sent it, as JSON, or NULL */
	struct doc *doc;   /* fields and findings; words only where the truth is text */
};

struct sample {		    /* one document to be evaluated */
	const char *path;   /* any bytes */
	const char *shown;  /* the same as people and JSON may see it */
	const char *folder; /* of it, as shown */
	bool has_truth;
	struct truth truth;
	struct outcome outcome;
};

struct sample_list {
	struct arena *arena;
	struct sample *samples;
	size_t n, cap;
};

/* find.c: the documents of a folder (or one document). */
enum rc samples_find(const char *path, bool all, struct sample_list *list,
		     struct err *err);

/* jobs.c: reads all, in `jobs` processes that each have an engine. */
struct run_options {
	const struct settings *settings;
	const char *cache_dir; /* NULL: none */
	const char *folds_dir; /* cross-validate with the models there; NULL: do not */
	bool evidence;	       /* for training: features, and no model */
	long jobs;
};
enum rc samples_run(struct sample_list *list, const struct run_options *options,
		    struct err *err);

/* page_cache.c: what the reader gave of a file, by the SHA-256 of its bytes. */
enum rc page_cache_get(const char *dir, const char *sha256, struct doc *doc, bool *hit,
		       struct err *err);
enum rc page_cache_put(const char *dir, const char *sha256, const struct doc *doc,
		       struct err *err);

/* tally.c: sums over documents. */
struct group { /* documents of one folder, or of one type */
	const char *name;
	long documents, with_truth, ready, exceptions, quarantined, pages;
	double cpu_s;
	/* of those with truth: */
	long type_right, whole_right, truth_ready, ready_not_right, ready_value_wrong;
	struct count header, cells;
	long truth_lines, found_lines, right_lines;
	struct word_score words;
	struct count *by_path; /* beside scored_type(name)->paths; types only */
};
struct verdict {       /* on one value that was read */
	size_t folder; /* of tally.folders */
	enum source source;
	float confidence;
	bool accepted, right;
};
struct tally {
	struct arena *arena;
	struct verdict *verdicts;
	size_t n_verdicts, cap_verdicts;
	struct group *folders, *types;
	size_t n_folders, cap_folders, n_types, cap_types;
	long documents, pages, cached;
	double wall_s, cpu_s; /* of the whole run, starting included */
};
void tally_samples(struct tally *tally, const struct sample_list *list,
		   const struct schema_set *schemas, FILE *mistakes);

/* evaluate_report.c */
void evaluate_print(const struct tally *tally, const struct sample_list *list);
json_t *evaluate_json(const struct tally *tally);

/* reliability.c: how true confidences are, as tables for evaluate_report.c. */
struct table accepted_table(struct arena *arena, const struct tally *tally);
struct table reliability_table(struct arena *arena, const struct tally *tally);
struct table curve_table(struct arena *arena, const struct tally *tally);

/* dump.c: one JSON line per document; the evidence is taken while there are words. */
const char *dump_evidence(struct arena *arena, const struct doc *doc);
enum rc dump_samples(const char *path, const struct sample_list *list, struct err *err);

#endif
