/* truth.h - what is known of a document, from the file beside it.
 *
 * NAME.EXT has NAME.truth.json (type, fields, lines, unscored paths) or NAME.truth.txt
 * (its text, one line of print a line). */
#ifndef INTRAY_TRUTH_H
#define INTRAY_TRUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "doc.h"
#include "err.h"

struct truth_value {
	const char *path, *value; /* of a line: the column, without "lines/" */
};
struct truth_line {
	struct truth_value *values;
	size_t n_values, cap_values;
};
struct truth {
	const char *type;
	const char *text; /* of a .truth.txt; then there is nothing but type "other" */
	struct truth_value *values;
	size_t n_values, cap_values;
	struct truth_line *lines;
	size_t n_lines, cap_lines;
	const char **unscored;
	size_t n_unscored, cap_unscored;
};

/* The truth of a document; *known false when there is none beside it. */
enum rc truth_load(const char *document_path, struct arena *arena, struct truth *out,
		   bool *known, struct err *err);
enum rc truth_parse(const char *json, size_t len, struct arena *arena,
		    struct truth *out, struct err *err);
/* line 0: header field; else the line (from 1) and its column. NULL: not on the paper.
 */
const char *truth_value(const struct truth *truth, const char *path, size_t line);
/* The document that the truth describes, as if it had been read right; it lives in the
 * arena. */
struct doc *truth_doc(const struct truth *truth, struct arena *arena);
bool truth_is_unscored(const struct truth *truth, const char *path);

#endif
