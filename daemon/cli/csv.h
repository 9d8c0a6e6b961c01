/* csv.h - files of records as people and ERPs really write them.
 *
 * Whatever the encoding (UTF-8 with or without BOM, UTF-16, else Windows' Latin-1) and
 * the separator, what comes out is records of UTF-8 fields, one at a time, in bounded
 * memory. A record that is no record is given with what is wrong with it, and reading
 * goes on behind it. */
#ifndef INTRAY_CLI_CSV_H
#define INTRAY_CLI_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum csv_encoding { CSV_UTF8, CSV_LATIN1, CSV_UTF16_LE, CSV_UTF16_BE };
const char *csv_encoding_name(enum csv_encoding encoding); /* "UTF-16" */

/* Where bytes come from: fills up to len, *got 0 at the end. */
struct csv_source {
	void *ctx;
	enum rc (*read)(void *ctx, char *bytes, size_t len, size_t *got,
			struct err *err);
};

struct csv;
/* skip: bytes of a BOM to pass over. separator 0: what the first lines agree on. */
enum rc csv_open(struct csv_source source, enum csv_encoding encoding, size_t skip,
		 char separator, struct csv **out, struct err *err);
void csv_close(struct csv **csv);
char csv_separator(const struct csv *csv);

struct csv_record {
	int64_t line;	     /* where it begins, from 1 */
	const char **fields; /* valid until the next call */
	size_t n_fields;
	const char *problem; /* NULL, or why it is no record; then without fields */
};
/* Blank lines are passed over. *got false at the end. */
enum rc csv_next(struct csv *csv, struct csv_record *record, bool *got,
		 struct err *err);

/* Of a file, by its first bytes and, where they do not say, by all of them: *skip is
 * the length of its BOM. Reads from the beginning and goes back there. */
enum rc csv_detect(int fd, enum csv_encoding *encoding, size_t *skip, char sha256[65],
		   struct err *err);

#endif
