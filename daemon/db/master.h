/* master.h - whose document it is and to whom it is addressed, by the client's master
 * data (sql/api/62_match.sql). Private to daemon/db. */
#ifndef INTRAY_DB_MASTER_H
#define INTRAY_DB_MASTER_H

#include "db.h"

enum match_state {
	MATCH_NONE, /* not applicable: the client has no such master, or the type
		       nobody to match */
	MATCH_SURE,
	MATCH_AMBIGUOUS, /* one of the candidates, or too unlike the only one */
	MATCH_UNKNOWN,	 /* nobody in the master is like it */
};
struct match {
	enum match_state state;
	int64_t id; /* of intray.supplier or intray.company: the best, 0 when unknown */
	const char *number; /* the ERP's number of it; NULL when unknown */
	const char *name;
	float score;	    /* 0..1 */
	const char *reason; /* "same tax id, name alike"; NULL when unknown */
	/* The best with their reasons, in words for a clerk: "70012 Bolt & Sons, Leeds
	 * (same name); 70019 Bolt and Son Ltd (name alike)"; "" when unknown. */
	const char *candidates;
};
/* By the header fields and the evidence of the document, whose id is given. Everything
 * is in the document's arena. */
enum rc supplier_match(struct db *db, const char *document, const struct doc *doc,
		       struct match *out, struct err *err);
enum rc company_match(struct db *db, const char *document, const struct doc *doc,
		      struct match *out, struct err *err);

#endif
