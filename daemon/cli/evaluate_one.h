/* evaluate_one.h - reading one document, inside a job's process (evaluate_one.c). */
#ifndef INTRAY_EVALUATE_ONE_H
#define INTRAY_EVALUATE_ONE_H

#include "evaluate.h"
#include "folds.h"
#include "trust.h"

struct reading_room { /* what a job keeps from document to document */
	const struct run_options *options;
	struct engine *engine; /* started when first needed */
	struct schema_set *schemas;
	const struct lookup *lookup;	   /* NULL: nothing is known */
	struct trust *trusts[TRUST_FOLDS]; /* the model, or with folds one for each */
	struct arena *arena;		   /* of the folds; NULL without */
	struct fold_map folds;
};

enum rc room_open(const struct run_options *options, struct reading_room *out,
		  struct err *err);
void room_close(struct reading_room *room);
/* Fills *out, doc included (in the arena). RC_OK also when the document can't be read
 * (state "quarantined" and why); anything else means that nothing can. */
enum rc room_read(struct reading_room *room, const struct sample *sample,
		  struct arena *arena, struct outcome *out, struct err *err);

#endif
