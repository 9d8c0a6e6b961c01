/* combine.h - several readings of one page, made one. Private to stages/. */
#ifndef INTRAY_STAGES_COMBINE_H
#define INTRAY_STAGES_COMBINE_H

#include "doc.h"

struct reading {
	const struct word *words; /* page units, in reading order */
	size_t n;
	const struct box *regions; /* what it covers; the first covers the page */
	size_t n_regions;
	float weight; /* of its votes; the first reading's is 1 */
};

/* The words of readings[0], each with the text that the readings together make most
 * likely, its `readings`, `agreed` and alternatives; and what only later ones saw, as
 * far as it can be believed. With one reading: its words. */
void readings_combine(const struct reading *readings, size_t n, struct arena *arena,
		      struct word **words, size_t *n_words);

#endif
