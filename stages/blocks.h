/* blocks.h - addresses on the page, before anybody knows whose they are. Private to
 * stages/. */
#ifndef INTRAY_STAGES_BLOCKS_H
#define INTRAY_STAGES_BLOCKS_H

#include "extract.h"

#define LINES_MAX 9
#define BLOCKS_MAX 40

enum party { SELLER, BUYER, PARTIES };

struct block {
	struct span line[LINES_MAX]; /* top to bottom, the place last */
	size_t n;
	struct box box;
	const char *name, *address;
	struct span name_span;
	struct span address_span; /* the first of its lines */
	struct box address_box;
	float confidence; /* of the reader */
	bool one_line;	  /* name, street and place on one line */
	bool addressed;	  /* "To" stood over the name */
	float points[PARTIES];
	bool banned; /* a delivery address, a bank */
};

struct parties {
	struct work *work;
	struct block blocks[BLOCKS_MAX];
	size_t n;
};

/* Every block that stands over a postcode and its town, on the first two pages. */
void find_blocks(struct parties *parties);
/* The block under (or right of) a label that names a party, where no postcode is known;
 * false when there is no such print. */
bool block_under_label(struct work *work, const struct mark *mark, struct block *out);

/* Small helpers of both files. */
bool party_kind(enum kind kind); /* a name or an address */
char *block_raw(const struct work *work, struct span span);
struct span cell_span(uint32_t sheet, uint32_t row, const struct cell *cell);
bool block_aligned(struct box a, struct box b, int32_t em); /* edge, middle or inside */
bool id_like(
	const char *raw); /* "GLN 4333741000005", "Tel. ...": no part of an address */
size_t letters_in(const char *s);
size_t digits_in(const char *s);

#endif
