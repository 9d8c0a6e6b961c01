/* csv_text.h - bytes in one of four encodings, read as UTF-8. Private to csv*.c. */
#ifndef INTRAY_CLI_CSV_TEXT_H
#define INTRAY_CLI_CSV_TEXT_H

#include "csv.h"

enum { CSV_TEXT_LEAST = 1 << 15, CSV_RAW = 1 << 13 };

struct csv_text {
	struct csv_source source;
	enum csv_encoding encoding;
	size_t skip;
	char raw[CSV_RAW];
	size_t n_raw;  /* bytes of it that are not yet decoded */
	uint32_t high; /* the first half of a character beyond 16 bits, or 0 */
};
void csv_text_init(struct csv_text *text, struct csv_source source,
		   enum csv_encoding encoding, size_t skip);
/* room at least CSV_TEXT_LEAST; *got 0 at the end. Never splits a character. */
enum rc csv_text_read(struct csv_text *text, char *out, size_t room, size_t *got,
		      struct err *err);

#endif
