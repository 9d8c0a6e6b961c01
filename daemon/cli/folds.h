/* folds.h - who is left out when: cross-validation over suppliers.
 *
 * Documents of one supplier always fall into the same fold, whatever folder, form or
 * picture they come in, so that a model that was not shown fold 3 has seen none of the
 * suppliers in it. Forms have no supplier: there each document is its own group. The
 * fold follows from the name alone, so it is the same in any selection of documents. */
#ifndef INTRAY_FOLDS_H
#define INTRAY_FOLDS_H

#include "evaluate.h"
#include "trust.h"

enum { TRUST_FOLDS = 10 };

/* The supplier's name as a key, or the document's name without folder and ending. */
const char *fold_group(const struct sample *sample, struct arena *arena);
int fold_of(const struct sample *sample); /* 0 .. TRUST_FOLDS - 1 */

/* DIR/fold-1.model...: each has learnt from all other folds. */
const char *fold_file(const char *dir, int fold, struct arena *arena);
enum rc folds_load(const char *dir, struct trust *out[TRUST_FOLDS], struct err *err);

#endif
