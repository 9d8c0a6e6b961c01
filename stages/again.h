/* again.h - the second look: reading parts of a page again where a wanted value is
 * missing or doubtful. Private to stages/. */
#ifndef INTRAY_STAGES_AGAIN_H
#define INTRAY_STAGES_AGAIN_H

#include "combine.h"
#include "read.h"

enum { AGAIN_READINGS_MAX = 4, STRIPS_MAX = 64 };

struct held { /* the page that was read last */
	struct page *page;
	struct image *picture; /* as it was read: level, upright; NULL: not from one */
	double type_px;	       /* height of its ordinary print, 0 unknown */
	bool slip;
};

struct again {
	const struct read_env *env; /* whose page_done gets the pages */
	const struct doc *doc;
	struct arena *arena; /* of what is held */
	struct held held;    /* page NULL: none */
	struct image *next;  /* picture of the page that comes next */
	int next_number;
	double next_type_px;
};

/* Fills `inner`, which is to be used instead of env until again_end: each page is held
 * back until it has been looked at again. */
void again_begin(struct again *again, const struct read_env *env, const struct doc *doc,
		 struct read_env *inner);
/* Remembers (shares) the grey picture of a page that will be passed to page_done. again
 * may be NULL: nothing happens. */
void again_keep(struct again *again, int number, const struct image *picture,
		double type_px);
/* Hands the last page on. What it returns comes from page_done. */
enum rc again_end(struct again *again, struct err *err);
void again_deinit(struct again *again);

/* again_find.c */
struct strip { /* of a page, over its whole width, page units */
	int32_t top, bottom;
};
struct look { /* one page, while it is read again */
	struct held *held;
	struct strip strips[STRIPS_MAX];
	size_t n_strips;
	struct reading readings[AGAIN_READINGS_MAX];
	size_t n_readings;
};
/* Whether anything of such a page would be read again, whatever stands on it. */
bool again_concerns(const struct held *held);
/* Fills the strips of all looks by what a trial extraction found; gives their number.
 */
size_t again_find_strips(struct look *looks, size_t n, const struct doc *trial,
			 const struct doctype *type);

#endif
