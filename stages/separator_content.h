/* separator_content.h - what pages say about where documents begin. Private to
 * stages/separator*.c. */
#ifndef INTRAY_STAGES_SEPARATOR_CONTENT_H
#define INTRAY_STAGES_SEPARATOR_CONTENT_H

#include "schema.h"
#include "separator.h"

enum { SENDER_KEYS_MAX = 12 };

struct separator_content { /* of a page with print */
	int page_no, page_of;  /* "page 2 of 3"; 0: it says none */
	uint64_t number;       /* of the document, hashed; 0: none was found */
	uint64_t sender[SENDER_KEYS_MAX]; /* codes and domains of who sent it, hashed */
	size_t n_sender;
	int facts;  /* kinds of what first pages show: number, date, amount */
	bool typed; /* it reads like the beginning of a paper of a type we know */
	bool whole; /* a fixed form or a till's slip, most often a paper by itself */
};
struct separator_content *separator_read_content(const struct schema_set *schemas,
						 const struct page *page,
						 struct arena *arena);
/* Whether a document begins on `page`, `before` being the page with print before it. */
bool separator_begins(const struct separator_content *before,
		      const struct separator_content *page);

#endif
