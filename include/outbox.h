/* outbox.h - what process `deliver` asks of the database.
 *
 * Every function is one transaction and may be repeated. Errors as in db.h. */
#ifndef INTRAY_OUTBOX_H
#define INTRAY_OUTBOX_H

#include "db.h"

struct outbox_door {
	int64_t id;    /* 0: the database does not know it (yet) */
	bool held;     /* by us; else another one works at it */
	long closed_s; /* the breaker: nothing is tried before; 0 and less: open */
	int failures;  /* one after the other */
};
/* Says that we live, and takes the door unless somebody else has it. It is ours until
 * the connection is lost, so this is asked before each piece of work. */
enum rc outbox_hold(struct db *db, const char *client, const char *name,
		    struct outbox_door *out, struct err *err);
/* words NULL: it works. Else what is wrong, and for how long nothing is tried. */
enum rc outbox_door_says(struct db *db, int64_t door, const char *words, long closed_s,
			 struct err *err);

struct offer {
	const char *document; /* UUID */
	int revision;
	const char *control_number, *type;
	const char *action; /* "book", "correct", "reverse", "withdraw" */
	const char *replaces, *replaces_number; /* revision, and what it is booked as;
						 * or NULL */
	const char *received_on;
	const char *flags;	    /* codes confirmed "as printed", blanks between */
	const char *sum, *currency; /* NULL where the type has none */
	const char *sha256;	    /* of xml */
	const void *xml;	    /* the instance, frozen */
	size_t xml_len;
};
struct offer_file {
	const char *name, *mime, *sha256;
	const void *bytes;
	size_t len;
};
struct outbox_batch {
	int64_t id; /* 0: there is none to be written */
	const char *name, *created;
	bool rendered; /* its files are frozen */
	struct offer *offers;
	size_t n_offers;
};

/* The batch that is to be written: one left by a crash, else a new one, if most offers
 * wait or one waits since wait_ms. All in the arena. */
enum rc outbox_batch(struct db *db, int64_t door, long most, long wait_ms,
		     struct arena *arena, struct outbox_batch *out, struct err *err);
/* Frozen files: of an offer in a format, or of a batch as a whole. */
enum rc outbox_offer_files(struct db *db, const struct offer *offer, const char *format,
			   struct arena *arena, struct offer_file **files, size_t *n,
			   struct err *err);
enum rc outbox_batch_files(struct db *db, int64_t batch, struct arena *arena,
			   struct offer_file **files, size_t *n, struct err *err);
/* Freezes a file of the offer, or (offer NULL) of the batch. What is frozen stays. */
enum rc outbox_freeze(struct db *db, int64_t batch, const struct offer *offer,
		      const char *format, const struct offer_file *file,
		      struct err *err);
/* It cannot be put into the format: it leaves the batch (0: none) and goes to a person.
 */
enum rc outbox_leave_out(struct db *db, int64_t batch, const struct offer *offer,
			 const char *why, struct err *err);
enum rc outbox_rendered(struct db *db, int64_t batch, struct err *err);
enum rc outbox_written(struct db *db, int64_t batch, struct err *err);

/* The next offer to be pushed, or one that was taken back, marked as handed over; *got
 * false: none. */
enum rc outbox_next(struct db *db, int64_t door, struct arena *arena, struct offer *out,
		    bool *got, struct err *err);
/* It did not get through: again after a while. The document does not move. */
enum rc outbox_later(struct db *db, const struct offer *offer, const char *why,
		     struct err *err);
/* The ERP knows that it was taken back. */
enum rc outbox_told(struct db *db, const struct offer *offer, struct err *err);
/* One answer, as the JSON object of intray.answer_take. RC_FAIL: it cannot be true. */
enum rc outbox_answer(struct db *db, const struct offer *offer, const char *answer,
		      struct err *err);

struct answer_line {
	int line;
	const char *what;    /* the document as the answer names it */
	const char *outcome; /* "taken", "late", "again", "wrong" */
	const char *problem; /* or NULL */
};
/* A file with answers: a JSON array. Each by itself; what could not be taken is
 * recorded. */
enum rc outbox_answers(struct db *db, int64_t door, const char *file,
		       const char *sha256, const char *answers, struct arena *arena,
		       struct answer_line **lines, size_t *n, struct err *err);

#endif
