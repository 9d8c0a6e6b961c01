/* seen.h - what a tray's files looked like when they were last looked at. */
#ifndef INTRAY_SEEN_H
#define INTRAY_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "complete.h"

/* As long as this stays the same, nobody has changed the file. */
struct ident {
	dev_t dev;
	ino_t ino;
	mode_t type;
	int64_t size, mtime_ns;
};
struct ident ident_of(const struct stat *st);
bool ident_same(const struct ident *a, const struct ident *b);

struct seen {
	char *path;
	size_t path_len;
	struct ident ident;
	int64_t since_ms; /* monotonic; unchanged since at least */
	bool known;	  /* ident and since_ms are set */
	bool renamed;	  /* appeared by a rename, as it is now */
	bool framed;	  /* whole and why are set */
	enum whole whole;
	const char *why;
	unsigned round; /* last one that met it */
};

struct seen_table {
	struct seen **slots; /* power of two; NULL: free */
	size_t n_slots, n_used;
	unsigned round;
};

void seen_deinit(struct seen_table *table);
/* Never NULL; made when the path is new. */
struct seen *seen_get(struct seen_table *table, const char *path, size_t path_len);
/* The file at the path looks like this now. Forgets what was found out about it when it
 * looked different before. */
void seen_update(struct seen_table *table, struct seen *seen, const struct ident *ident,
		 int64_t now_ms);
/* Ends a round: paths that were not met are forgotten. */
void seen_end_round(struct seen_table *table);

#endif
