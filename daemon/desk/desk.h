/* desk.h - the page's process, and one call of its API; private to daemon/desk. */
#ifndef INTRAY_DESK_DESK_H
#define INTRAY_DESK_DESK_H

#include <jansson.h>
#include <pthread.h>

#include "answers.h"
#include "cutter.h"
#include "db.h"
#include "hands.h"
#include "http.h"
#include "process.h"
#include "sources.h"
#include "store.h"
#include "trust.h"
#include "verifier.h"

enum { CALL_MAX_VALUES = 4 };

struct peer { /* who has guessed passwords lately, by address */
	uint64_t key;
	unsigned failures;
	int64_t until_ms;
};
enum { N_PEERS = 512 };

/* Hands may look at settings, store, schemas and trust, which never change, and at
 * peers, sources and answers behind their locks. The rest belongs to the desk's own thread. */
struct desk {
	const struct settings *settings;
	struct db *db; /* for the word that the queue has changed */
	struct store *store;
	struct http *http;
	struct hands *hands;
	struct verifier *verifier;
	struct cutter *cutter;
	struct schema_set *schemas;
	struct sources *sources;
	struct answers *answers;
	struct trust *trust; /* as the workers judge, so judges the desk */
	pthread_mutex_t peers_lock;
	struct peer peers[N_PEERS];
	bool db_lost;
	int64_t told_ms;    /* when the streams were last told anything */
	bool queue_changed; /* and were not told of it yet */
};

struct route;
struct call {
	struct desk *desk;
	struct hand *hand;
	struct db *db; /* the hand's */
	struct errand *errand;
	struct request *request;
	struct arena *arena; /* the request's */
	const struct route *route;
	const char *values[CALL_MAX_VALUES]; /* of {names} in the route's path */
	json_t *body;			     /* an object; NULL for GET */
	struct db_session me;		     /* when the route needs somebody */
	const char *opened; /* the token of a session opened by this call */
};

/* Signed in, and LENGTHY: it takes its time; BESIDE: it changes nothing that his other
 * calls see and runs beside them; LOOKING: both (struct errand). */
enum who { ANYBODY, SIGNED_IN, LENGTHY, BESIDE, LOOKING };
struct route {
	const char *method, *path; /* "/api/tasks/{task}/draft" */
	enum who who;
	void (*run)(struct call *call);
	/* For call_ask: sql/query/desk/NAME and where its parameters are from, by name:
	 * the path, else the body. Objects and arrays go as JSON text. */
	const char *query, *params;
};
extern const struct route routes[]; /* ends with a NULL method */

/* Serves a file of the page, or gives the call to a hand, which finds the route, lets
 * only those in who may, and runs it. */
void route_request(struct desk *desk, struct request *request);
/* A hand's call without a route: what goes on after a wait. */
struct call call_of(struct hand *hand, struct errand *errand);

/* --- answers (call.c) --- */
void call_answer(struct call *call, unsigned status, const char *json);
void call_answer_json(struct call *call, unsigned status, json_t *take);
void call_refuse(struct call *call, unsigned status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* What came back from the database: weather is 503, a refusal 409 with its words. */
void call_failed(struct call *call, enum rc rc, const struct err *err);
/* A value of the path, else of the body as text; NULL when it is not there. */
const char *call_value(struct call *call, const char *name);
/* False after having refused. */
bool call_number(struct call *call, const char *name, int64_t *out);
/* The route's query, its answer as it is. Nothing there: 404. */
void call_ask(struct call *call);
void call_do(struct call *call); /* the same for queries without an answer: 204 */

/* --- what runs here --- */
void signin_in(struct call *call); /* signin.c */
void signin_verified(void *desk, void *what, bool fits);
void session_open(struct call *call, int64_t account); /* session.c; answers */
/* The token a request shows, or NULL. */
const char *session_token(const struct request *request);
void signin_out(struct call *call);
void signin_me(struct call *call);
bool signin_show(struct call *call); /* whose session; false after having refused */

void types_list(struct call *call);	/* types.c */
void tasks_validate(struct call *call); /* tasks.c */
void tasks_submit(struct call *call);
void second_arbitrate(struct call *call); /* second.c */
void pages_picture(struct call *call);	  /* pages.c */
void pages_thumbnail(struct call *call);
void pages_words(struct call *call);
void snippet_send(struct call *call); /* snippets.c */
void snippet_submit(struct call *call);
void snippet_cut(void *desk, void *what, const void *bytes, size_t len);
void events_listen(struct call *call); /* events.c */
void events_tick(struct desk *desk, bool queue_changed);

/* The embedded file of a path ("/keying.js"), with its answer; false: there is none. */
bool assets_serve(struct request *request);

/* The type with the client's profile over it; the hand's, good for this call. */
enum rc desk_type(struct call *call, const char *client, const char *type,
		  const struct doctype **out, struct err *err);
/* The same, of which the profile's text is known already (NULL: none). */
enum rc desk_type_with(struct call *call, const char *client, const char *type,
		       const char *profile, const struct doctype **out,
		       struct err *err);
void known_types_free(struct known_types **known);

#endif
