/* door.c - one way out for finished documents, as a process of its own.
 *
 * Round after round: take the door (one process at a time works at it, on whichever
 * host), look for answers, hand something over, wait. What it does is done in small
 * steps that the database records before or after, so it may be killed anywhere: what
 * was handed over without that being recorded is handed over again, the same bytes
 * under the same name (document and revision).
 *
 * A door that does not work - folder gone, ERP down - is closed for 2, 4, 8... seconds,
 * at most five minutes, and says in status what is wrong. Its documents wait; nothing
 * happens to them. */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver.h"
#include "log.h"
#include "process.h"
#include "store.h"

enum { IDLE_MS = 1000, STAND_BY_MS = 5000, CLOSED_MAX_S = 300 };

static const struct {
	const char *kind;
	door_work_fn *in, *out; /* in is done while the door is closed, too */
} kinds[] = {
	{"files", answers_work, files_work},
	{"command", NULL, push_work},
	{"https", NULL, push_work},
};

bool door_draining(const struct door *door)
{
	struct pollfd fd = {.fd = door->lifeline_fd, .events = POLLIN};

	return poll(&fd, 1, 0) != 0;
}

void door_trouble(struct door *door, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(door->trouble, sizeof(door->trouble), fmt, ap);
	va_end(ap);
}

static bool not_draining(void *ctx)
{
	return !door_draining(ctx);
}

/* The database wakes us when an offer is made; the life line is looked at twice a
 * second. */
static void wait_for_offers(struct door *door, int ms)
{
	for (int waited = 0; waited < ms && !door_draining(door); waited += 500)
		if (db_wait(door->db, 500))
			return;
}

static long closed_for(int failures)
{
	long s = 2L << (failures < 8 ? failures : 8);

	return s < CLOSED_MAX_S ? s : CLOSED_MAX_S;
}

/* The breaker: what this round has shown of the door. */
static enum rc report(struct door *door, const struct outbox_door *was, struct err *err)
{
	long closed_s = closed_for(was->failures);

	if (!door->trouble[0])
		return was->failures > 0
			       ? outbox_door_says(door->db, door->id, NULL, 0, err)
			       : RC_OK;
	log_warn("the door does not work", "failures=%d closed_s=%ld error=%s",
		 was->failures + 1, closed_s, door->trouble);
	return outbox_door_says(door->db, door->id, door->trouble, closed_s, err);
}

static enum rc work(struct door *door, size_t kind, const struct outbox_door *state,
		    bool *did, struct err *err)
{
	enum rc rc = RC_OK;
	bool taken = false, given = false;

	door->trouble[0] = '\0';
	if (kinds[kind].in)
		rc = kinds[kind].in(door, &taken, err);
	if (rc == RC_OK && state->closed_s <= 0 && !door->trouble[0])
		rc = kinds[kind].out(door, &given, err);
	*did = taken || given;
	/* While it is closed, what is wrong is known. */
	if (rc == RC_OK && state->closed_s <= 0 && (given || door->trouble[0]))
		rc = report(door, state, err);
	return rc;
}

static enum rc round_trip(struct door *door, size_t kind, struct err *err)
{
	struct outbox_door state;
	bool did = false;
	enum rc rc = outbox_hold(door->db, door->settings->client, door->settings->name,
				 &state, err);

	if (rc != RC_OK)
		return rc;
	if (!state.id || !state.held) {
		wait_for_offers(door, STAND_BY_MS);
		return RC_OK;
	}
	door->id = state.id;
	rc = work(door, kind, &state, &did, err);
	if (rc == RC_OK && !did)
		wait_for_offers(door, IDLE_MS);
	return rc;
}

static size_t find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].kind, name) == 0)
			return i;
	die("a door of kind %s", name);
}

/* RC_FAIL is what the database says no to for good. It is no document's fault that we
 * know of: said loudly, and tried again like everything else. */
static void complain(struct door *door, enum rc rc, const struct err *why)
{
	struct err err;

	if (rc == RC_BUG)
		die("hand-over: %s", why->text);
	log_warn("hand-over goes on later", "error=%s", why->text);
	if (rc == RC_RETRY)
		db_reconnect(door->db, not_draining, door, &err);
	else
		wait_for_offers(door, STAND_BY_MS);
}

int door_run(const struct settings *all, const struct door_settings *settings,
	     const char *conninfo, int lifeline_fd)
{
	AUTO_ARENA arena = arena_new();
	struct door door = {.all = all,
			    .settings = settings,
			    .lifeline_fd = lifeline_fd,
			    .arena = arena};
	size_t kind = find_kind(settings->kind);
	struct err err;
	enum rc rc;

	log_context("client", settings->client);
	log_context("door", settings->name);
	rc = db_open_patiently(conninfo, DB_DELIVER, not_draining, &door, &door.db,
			       &err);
	if (rc != RC_OK)
		return process_cannot_start(rc, &err);
	while (!door_draining(&door)) {
		rc = round_trip(&door, kind, &err);
		if (rc != RC_OK && !door_draining(&door))
			complain(&door, rc, &err);
	}
	schema_set_free(&door.schemas);
	store_close(&door.store);
	db_close(&door.db);
	return EXIT_SUCCESS;
}
