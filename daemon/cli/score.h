/* score.h - how right a document was read, against its truth. */
#ifndef INTRAY_SCORE_H
#define INTRAY_SCORE_H

#include "doc.h"
#include "schema.h"
#include "truth.h"

/* The paths that count, by type; columns of lines as "lines/COLUMN". */
struct scored_type {
	const char *type;
	const char *const *paths; /* ends with NULL */
	size_t n_paths;
};
extern const struct scored_type scored_types[];		 /* ends with a NULL type */
const struct scored_type *scored_type(const char *type); /* NULL: nothing is scored */

/* Values of one path (or of many, added up). found counts every value where one may be
 * wrong: what the truth leaves open is not counted at all. */
struct count {
	long truth, found, correct, accepted, accepted_wrong;
};
void count_add(struct count *to, const struct count *more);
double count_precision(const struct count *c); /* of 1; 0 when nothing was found */
double count_recall(const struct count *c);
double count_f1(const struct count *c);

struct document_score {
	bool type_right;
	bool whole_right; /* type, every scored field and every scored cell */
	bool value_wrong; /* something was read that is not so */
	struct count header, cells;
	long truth_lines, found_lines, right_lines;
};

/* One value that counts. found NULL: missing; truth NULL: not on the paper. line 0:
 * header. */
typedef void value_fn(void *ctx, const char *path, int line, const char *truth,
		      const struct field *found, bool right);

/* by_path: the counts of the scored type's paths, added to. tell, which may be NULL, hears of
 * every value. */
void score_document(const struct truth *truth, const struct doc *doc,
		    const struct doctype *type, struct count *by_path,
		    value_fn *tell, void *ctx, struct document_score *out);

/* Words of a page of running text, as a bag: order does not matter. */
struct word_score {
	long truth, found, same;
};
void score_words(const char *truth_text, const struct doc *doc, struct word_score *out);
double word_error_rate(const struct word_score *score);

#endif
