/* hands.c - threads that answer calls, each over a database connection of its own.
 *
 * A call waits mostly for the server: for its commit, or for somebody else's lock. In
 * one thread everybody would wait for everybody; with a few, a keystroke's draft does
 * not wait for a supervisor's figures. The desk's own thread keeps what many calls
 * share - sockets, streams, the cutter - and hands a request over whole; nothing of it
 * is touched by both at a time, so there is no lock but that of the two queues.
 *
 * Calls of one session are answered one after the other, in the order in which they
 * came: a draft that was sent before its document was handed in must not arrive behind
 * it, and nobody keeps all hands busy alone. What only looks (a validation, a
 * supervisor's figures) runs beside them. What takes its time runs in half of the hands
 * at most, and others that wait are taken before it: nobody's keystroke or next picture
 * waits for a validation, and the server has few long questions at a time to share its
 * processors among. A connection that is lost is its hand's affair: the call says 503
 * and the page repeats it. */
#include "hands.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "desk.h"
#include "log.h"
#include "proc.h"

enum { LOOK_EVERY_MS = 1000 };

struct queue {
	struct errand *first, **end;
};

struct hands {
	struct desk *desk;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct queue waiting, done;
	bool stopping;
	int fd;
	size_t n, n_running;
	struct hand *all;
	pthread_t *threads;
};

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- the queues
 * -------------------------------------------------------------------------- */

static void put(struct queue *q, struct errand *errand)
{
	errand->next = NULL;
	*q->end = errand;
	q->end = &errand->next;
}

/* `at` points to it: at the queue's `first`, or at the `next` of the one before. */
static struct errand *take(struct queue *q, struct errand **at)
{
	struct errand *errand = *at;

	if (!errand)
		return NULL;
	*at = errand->next;
	if (!*at)
		q->end = at;
	return errand;
}

static bool is_same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Whether a hand is busy with an errand of this session and kind. */
static bool is_served(const struct hands *hands, const struct errand *errand)
{
	for (size_t i = 0; i < hands->n; i++)
		if (hands->all[i].beside == errand->beside &&
		    is_same(hands->all[i].session, errand->session))
			return true;
	return false;
}

/* Some hands are kept for the quick ones, where there are several. */
static bool has_room(const struct hands *hands)
{
	size_t n = 0;

	for (size_t i = 0; i < hands->n; i++)
		n += hands->all[i].busy && hands->all[i].lengthy;
	return n < (hands->n + 1) / 2;
}

/* Behind another of its session, which came before; what runs beside has no order. */
static bool is_behind(const struct hands *hands, const struct errand *errand)
{
	const struct errand *other = hands->waiting.first;

	while (other != errand &&
	       (other->beside || !is_same(other->session, errand->session)))
		other = other->next;
	return other != errand && !errand->beside;
}

/* The first one, quick or lengthy, whose turn it is in its session. */
static struct errand *take_first(struct hands *hands, bool lengthy)
{
	struct errand **at = &hands->waiting.first;

	while (*at && ((*at)->lengthy != lengthy || is_served(hands, *at) ||
		       is_behind(hands, *at)))
		at = &(*at)->next;
	return take(&hands->waiting, at);
}

static struct errand *take_free(struct hands *hands)
{
	struct errand *errand = take_first(hands, false);

	return errand || !has_room(hands) ? errand : take_first(hands, true);
}

/* NULL: the desk closes. */
static struct errand *wait_for_errand(struct hand *hand)
{
	struct hands *hands = hand->hands;
	struct errand *errand = NULL;

	pthread_mutex_lock(&hands->lock);
	while (!hands->stopping && !(errand = take_free(hands)))
		pthread_cond_wait(&hands->wake, &hands->lock);
	hand->session = errand ? errand->session : NULL;
	hand->busy = errand != NULL;
	hand->beside = errand && errand->beside;
	hand->lengthy = errand && errand->lengthy;
	if (errand)
		errand->begun_us = now_us();
	pthread_mutex_unlock(&hands->lock);
	return errand;
}

/* What waited for this session, or for room, is taken by the same hand next. */
static void hand_back(struct hand *hand, struct errand *errand)
{
	struct hands *hands = hand->hands;
	uint64_t one = 1;

	errand->done_us = now_us();
	pthread_mutex_lock(&hands->lock);
	hand->session = NULL;
	hand->busy = false;
	put(&hands->done, errand);
	/* A session and room may have become free at once: enough for two. */
	if (hands->waiting.first)
		pthread_cond_signal(&hands->wake);
	pthread_mutex_unlock(&hands->lock);
	if (write(hands->fd, &one, sizeof(one)) < 0)
		die("eventfd");
}

void hands_give(struct hands *hands, struct errand *errand)
{
	if (!errand->request->parked)
		request_park(errand->request);
	errand->given_us = now_us();
	pthread_mutex_lock(&hands->lock);
	put(&hands->waiting, errand);
	pthread_cond_signal(&hands->wake);
	pthread_mutex_unlock(&hands->lock);
}

int hands_fd(const struct hands *hands)
{
	return hands->fd;
}

static struct errand *take_done(struct hands *hands)
{
	pthread_mutex_lock(&hands->lock);
	struct errand *errand = take(&hands->done, &hands->done.first);
	pthread_mutex_unlock(&hands->lock);
	return errand;
}

/* For whoever looks into his browser, or measures, where a call's time went: until a
 * hand took it, in the hand (database and all), until this thread had it back. */
static void tell_times(const struct errand *errand)
{
	char text[96];

	snprintf(text, sizeof(text), "wait;dur=%.2f, run;dur=%.2f, back;dur=%.2f",
		 (double)(errand->begun_us - errand->given_us) / 1000,
		 (double)(errand->done_us - errand->begun_us) / 1000,
		 (double)(now_us() - errand->done_us) / 1000);
	request_add_header(errand->request, "Server-Timing", text);
}

static void finish(struct hands *hands, struct errand *errand)
{
	if (errand->then) {
		errand->then(hands->desk, errand);
		return;
	}
	tell_times(errand);
	request_unpark(errand->request);
}

void hands_collect(struct hands *hands)
{
	struct errand *errand;
	uint64_t count;

	if (read(hands->fd, &count, sizeof(count)) < 0)
		return;
	while ((errand = take_done(hands)))
		finish(hands, errand);
}

/* --- a hand
 * ------------------------------------------------------------------------------ */

static bool one_try(void *ctx)
{
	bool *tried = ctx, first = !*tried;

	*tried = true;
	return first;
}

void hand_find_database(struct hand *hand)
{
	int64_t now = now_ms_monotonic();
	bool tried = false;
	struct err err;

	if (now - hand->tried_ms < LOOK_EVERY_MS)
		return;
	hand->tried_ms = now;
	if (db_reconnect(hand->db, one_try, &tried, &err) != RC_OK)
		return;
	hand->db_lost = false;
	log_info("the database is back", NULL);
}

static void *work(void *ctx)
{
	struct hand *hand = ctx;
	struct errand *errand;

	while ((errand = wait_for_errand(hand))) {
		if (hand->db_lost)
			hand_find_database(hand);
		errand->run(hand, errand);
		hand_back(hand, errand);
	}
	return NULL;
}

/* --- starting and stopping
 * --------------------------------------------------------------- */

static struct hands *hands_new(struct desk *desk, size_t n)
{
	struct hands *hands = calloc(1, sizeof(*hands));

	if (!hands || !(hands->all = calloc(n, sizeof(*hands->all))) ||
	    !(hands->threads = calloc(n, sizeof(*hands->threads))))
		die("out of memory");
	hands->desk = desk;
	hands->n = n;
	hands->waiting.end = &hands->waiting.first;
	hands->done.end = &hands->done.first;
	pthread_mutex_init(&hands->lock, NULL);
	pthread_cond_init(&hands->wake, NULL);
	hands->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (hands->fd < 0)
		die("eventfd");
	return hands;
}

enum rc hands_start(struct desk *desk, const char *conninfo, size_t n,
		    bool (*tick)(void *ctx), void *ctx, struct hands **out,
		    struct err *err)
{
	struct hands *hands = *out = hands_new(desk, n);
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct hand *hand = &hands->all[i];
		*hand = (struct hand){.hands = hands, .desk = desk};
		rc = db_open_patiently(conninfo, DB_DESK, tick, ctx, &hand->db, err);
		if (rc == RC_OK)
			rc = db_deafen(hand->db, err);
	}
	for (size_t i = 0; rc == RC_OK && i < n; i++, hands->n_running++)
		if (pthread_create(&hands->threads[i], NULL, work, &hands->all[i]) != 0)
			die("cannot start a thread");
	return rc;
}

void hands_stop(struct hands **out)
{
	struct hands *hands = *out;

	if (!hands)
		return;
	pthread_mutex_lock(&hands->lock);
	hands->stopping = true;
	pthread_cond_broadcast(&hands->wake);
	pthread_mutex_unlock(&hands->lock);
	for (size_t i = 0; i < hands->n_running; i++)
		pthread_join(hands->threads[i], NULL);
	hands_collect(hands);
	for (size_t i = 0; i < hands->n; i++) {
		known_types_free(&hands->all[i].types);
		db_close(&hands->all[i].db);
	}
	close(hands->fd);
	free(hands->threads);
	free(hands->all);
	free(hands);
	*out = NULL;
}
