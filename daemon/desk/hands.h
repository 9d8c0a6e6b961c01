/* hands.h - threads that answer calls, each over a database connection of its own.
 * Private to daemon/desk. */
#ifndef INTRAY_DESK_HANDS_H
#define INTRAY_DESK_HANDS_H

#include "db.h"
#include "http.h"

struct desk;
struct hands;

/* One thread. Its connection speaks for whoever's token was shown on it last, so a call
 * shows the token first and stays with its hand until it is answered. */
struct hand {
	struct hands *hands;
	struct desk *desk;
	struct db *db;
	struct known_types *types; /* types.c: with the clients' profiles over them */
	/* Behind the queues' lock: whose call it is answering, and of which kind. */
	const char *session;
	bool busy, beside, lengthy;
	bool db_lost;
	int64_t tried_ms; /* when the database was looked for last */
};

/* What is to be done for a parked request. */
struct errand {
	struct request *request;
	const char
		*session; /* errands of one are run in turn, as they came; NULL: none */
	/* Changes nothing: runs beside the session's other errands, one at a time. */
	bool beside;
	/* Takes its time: never in so many hands that a quick call would wait for it.
	 */
	bool lengthy;
	/* In a hand; it answers the request, or leaves that to `then`. */
	void (*run)(struct hand *hand, struct errand *errand);
	/* Afterwards, in the desk's own thread. NULL: the request is answered. */
	void (*then)(struct desk *desk, struct errand *errand);
	void *what;			     /* what run leaves to then */
	int64_t given_us, begun_us, done_us; /* the monotonic clock's */
	struct errand *next;
};

/* Opens n connections; waits for the database as db_open_patiently does. */
enum rc hands_start(struct desk *desk, const char *conninfo, size_t n,
		    bool (*tick)(void *ctx), void *ctx, struct hands **out,
		    struct err *err);
/* Waits for calls that are being answered; the others' requests stay parked. */
void hands_stop(struct hands **hands);
/* Parks the request, if it is not yet. */
void hands_give(struct hands *hands, struct errand *errand);
int hands_fd(const struct hands *hands); /* readable: collect */
void hands_collect(struct hands *hands);

/* A connection that was lost is looked for once, at most once a second. */
void hand_find_database(struct hand *hand);

#endif
