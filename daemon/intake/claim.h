/* claim.h - a file leaves the tray: .taken/<uuid>/<path below the tray>.
 *
 * The rename is the claim: of many daemons on one tray, one wins. The path below the
 * uuid is the name the sender gave, so that after a crash nothing about the file is
 * lost but what can be found out again. */
#ifndef INTRAY_CLAIM_H
#define INTRAY_CLAIM_H

#include "arena.h"
#include "err.h"
#include "scan.h"

struct claims { /* the folders of one tray, open for a round */
	int root_fd, taken_fd, quarantine_fd;
	int depth;
};
/* Makes .taken and .quarantine where they are missing. RC_RETRY with a sentence that
 * says what to do. */
enum rc claims_open(struct claims *claims, const struct tray_settings *tray,
		    struct err *err);
void claims_close(struct claims *claims);

struct claim {
	char id[37];
	int dir_fd;	  /* of .taken/<id>, locked as long as it is open */
	const char *path; /* below that folder; NULL: nothing in it */
	bool deep;	  /* the path is a folder that lies too deep */
};
void claim_close(struct claim *claim);

/* RC_FAIL: the file is not there any more (somebody else's claim, or the sender took it
 * back). RC_RETRY: cannot be done now. The caller then calls claims_sync. */
enum rc claim_make(const struct claims *claims, const struct found *found,
		   struct arena *arena, struct claim *out, struct err *err);
/* Puts the renames on disk, so that after a power cut the file still has its id. Called
 * for each of a batch in turn, with the one after it (NULL at the end): folders they have
 * in common are done with the last. */
void claim_sync(const struct claims *claims, const struct claim *claim,
		const struct claim *next, struct arena *arena);
/* A claim that was found. RC_FAIL: somebody works on it, or it is gone. */
enum rc claim_find(const struct claims *claims, const char *id, struct arena *arena,
		   struct claim *out, struct err *err);
/* Ids of all claims that lie in .taken. */
enum rc claim_list(const struct claims *claims, struct arena *arena, const char ***ids,
		   size_t *n, struct err *err);

/* The file is recorded and stored: removes it, and the folders that held it. */
enum rc claim_remove(const struct claims *claims, struct claim *claim, struct err *err);
/* Removes what is empty; for claims without a file. */
void claim_tidy(const struct claims *claims, struct claim *claim);
/* The problem is recorded: the file goes to .quarantine/<id>/<path>. */
enum rc claim_quarantine(const struct claims *claims, struct claim *claim,
			 struct err *err);
/* What lies there is not what was recorded under this id: it gets a new one. */
enum rc claim_rename(const struct claims *claims, struct claim *claim, struct err *err);

#endif
