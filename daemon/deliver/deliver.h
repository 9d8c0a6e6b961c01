/* deliver.h - what the files of the hand-over share. */
#ifndef INTRAY_DELIVER_H
#define INTRAY_DELIVER_H

#include "outbox.h"
#include "settings.h"

struct render_mapping;

/* A way out, as its own process works at it. */
struct door {
	const struct settings *all;
	const struct door_settings *settings;
	int lifeline_fd; /* end of file: drain */
	struct db *db;
	int64_t id;
	struct schema_set *schemas;	      /* once needed */
	const struct render_mapping *mapping; /* of CSV */
	struct store *store;		      /* once needed */
	struct arena *arena;		      /* as long as the process */
	/* What is wrong with the door itself in this round (folder, program, address);
	 * "": nothing. The database's troubles are errors, those of a document answers.
	 */
	char trouble[256];
};
int door_run(const struct settings *all, const struct door_settings *settings,
	     const char *conninfo, int lifeline_fd);
bool door_draining(const struct door *door);
void door_trouble(struct door *door, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A kind of door does one piece of work: a batch, a document, a file with answers. *did
 * false: there is nothing to do. Errors are the database's; else see door->trouble. */
typedef enum rc door_work_fn(struct door *door, bool *did, struct err *err);
door_work_fn files_work;   /* files.c: batches out */
door_work_fn answers_work; /* answers.c: files with answers in */
door_work_fn push_work;	   /* push.c: one document by command or HTTPS */

/* --- the offers' files (dress.c) ------------------------------------------------ */
/* The files of an offer in the door's format: the frozen ones, else they are rendered
 * and frozen. *left_out: it can't be rendered and went to a person. */
enum rc dress_offer(struct door *door, const struct outbox_batch *batch,
		    const struct offer *offer, struct arena *arena,
		    struct offer_file **files, size_t *n, bool *left_out,
		    struct err *err);
/* Of a batch: what holds all its documents is frozen with it, others with their offers.
 */
enum rc dress_batch(struct door *door, const struct outbox_batch *batch,
		    struct err *err);

/* --- paper.c ---------------------------------------------------------------------- */
/* The pages of an offer's document as a searchable PDF, beside its data or by a link.
 */
struct paper {
	const char *name, *sha256;
	size_t len;
	const char *path, *link; /* by a link; NULL: beside */
};
/* Puts the PDF into the folder `beside`, or where the door's links lead. *out NULL: the
 * door wants none, the document has no pages, or their pictures are lost, which is
 * logged; its data go without. */
enum rc paper_put(struct door *door, const struct offer *offer, int beside,
		  struct arena *arena, struct paper **out, struct err *err);

/* --- manifest.c ----------------------------------------------------------------- */
struct dressed { /* an offer and its own files */
	const struct offer *offer;
	struct offer_file *files;
	size_t n_files;
	struct paper *paper; /* or NULL */
};
/* The text of manifest.json. */
const char *manifest_text(const struct door *door, const struct outbox_batch *batch,
			  const struct dressed *dressed, size_t n,
			  const struct offer_file *shared, size_t n_shared,
			  struct arena *arena);

/* --- answers_read.c ------------------------------------------------------------- */
/* A file with answers (CSV with a head line, or JSON) as the JSON array that
 * intray.answers_take reads; what can't be understood becomes an element with
 * `problem`. */
const char *answers_read(const char *name, const char *bytes, size_t len,
			 struct arena *arena);
/* Of a file that cannot be read: one answer that says why. */
const char *answers_none(const char *why, struct arena *arena);

#endif
