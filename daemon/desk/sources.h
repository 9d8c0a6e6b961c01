/* sources.h - what was read of documents that are being keyed; private to daemon/desk.
 */
#ifndef INTRAY_DESK_SOURCES_H
#define INTRAY_DESK_SOURCES_H

#include "db.h"

struct sources;

struct sources *sources_new(void);
void sources_free(struct sources **sources);
/* What was kept for a task, copied into the arena; false: nothing. For all threads. */
bool sources_find(struct sources *sources, int64_t task, struct arena *arena,
		  struct db_source *out);
void sources_keep(struct sources *sources, int64_t task,
		  const struct db_source *source);

#endif
