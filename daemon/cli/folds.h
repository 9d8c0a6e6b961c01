/* folds.h - who is left out when: cross-validation over suppliers.
 *
 * Documents of one supplier always fall into the same fold, whatever folder, form or
 * picture they come in, so that a model that was not shown fold 3 has seen none of the
 * suppliers in it. Forms have no supplier: there each document is its own group.
 * Training deals suppliers out so that folds get about as many documents each, and
 * keeps who is where beside the models, by a hash: a supplier's name is nobody's
 * business there. */
#ifndef INTRAY_FOLDS_H
#define INTRAY_FOLDS_H

#include "evaluate.h"
#include "trust.h"

enum { TRUST_FOLDS = 10 };

struct fold_place {
	char supplier[17]; /* half of the SHA-256 of its name's key, in hex */
	int fold;	   /* 0 .. TRUST_FOLDS - 1 */
};
struct fold_map {
	struct arena *arena;
	struct fold_place *places; /* sorted by supplier */
	size_t n, cap;
};

/* The supplier's name as a key, or the document's name without folder and ending. */
const char *fold_group(const struct sample *sample, struct arena *arena);
/* Deals out the suppliers of all samples with truth. Two of which one's name is part of
 * the other's count as one. The same samples give the same folds in any order. */
void folds_deal(const struct sample_list *samples, struct arena *arena,
		struct fold_map *out);
/* A supplier that is not in the map has been seen by no model: any fold will do. */
int fold_of(const struct fold_map *map, const struct sample *sample);

/* DIR/fold-1.model...: each has learnt from all other folds; DIR/suppliers: the map. */
const char *fold_file(const char *dir, int fold, struct arena *arena);
const char *folds_print(const struct fold_map *map, struct arena *arena);
enum rc folds_load(const char *dir, struct arena *arena, struct trust *out[TRUST_FOLDS],
		   struct fold_map *map, struct err *err);

#endif
