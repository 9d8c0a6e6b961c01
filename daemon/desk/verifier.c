/* verifier.c - passwords are looked at in a thread, one after another.
 *
 * A hash costs a tenth of a second and 64 MB, on purpose. In the event loop that would
 * hold up everybody's keystrokes; here it holds up only other people who are signing
 * in, which is also the last line of throttling: no number of guesses costs more than
 * one processor. */
#include "verifier.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "err.h"
#include "password.h"

enum { MAX_WAITING = 32 };

struct question {
	char *password, *hash;
	void *what;
	bool fits;
};

struct verifier {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
	int fd;
	verifier_done *done;
	void *ctx;
	struct question waiting[MAX_WAITING], answered[MAX_WAITING * 2];
	size_t n_waiting, n_answered;
};

static void forget(struct question *q)
{
	explicit_bzero(q->password, strlen(q->password));
	free(q->password);
	free(q->hash);
	*q = (struct question){0};
}

static bool next_question(struct verifier *v, struct question *out)
{
	pthread_mutex_lock(&v->lock);
	while (!v->stopping && v->n_waiting == 0)
		pthread_cond_wait(&v->wake, &v->lock);
	bool got = !v->stopping;
	if (got) {
		*out = v->waiting[0];
		v->n_waiting--;
		memmove(v->waiting, v->waiting + 1, v->n_waiting * sizeof(*v->waiting));
	}
	pthread_mutex_unlock(&v->lock);
	return got;
}

static void *work(void *ctx)
{
	struct verifier *v = ctx;
	struct question q;
	uint64_t one = 1;

	while (next_question(v, &q)) {
		q.fits = password_fits(q.password, q.hash);
		pthread_mutex_lock(&v->lock);
		v->answered[v->n_answered++] = q;
		pthread_mutex_unlock(&v->lock);
		if (write(v->fd, &one, sizeof(one)) < 0)
			die("eventfd");
	}
	return NULL;
}

struct verifier *verifier_start(verifier_done *done, void *ctx)
{
	struct verifier *v = calloc(1, sizeof(*v));

	if (!v)
		die("out of memory");
	v->done = done;
	v->ctx = ctx;
	v->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&v->lock, NULL);
	pthread_cond_init(&v->wake, NULL);
	if (v->fd < 0 || pthread_create(&v->thread, NULL, work, v) != 0)
		die("cannot start a thread");
	return v;
}

void verifier_stop(struct verifier **verifier)
{
	struct verifier *v = *verifier;

	if (!v)
		return;
	pthread_mutex_lock(&v->lock);
	v->stopping = true;
	pthread_cond_signal(&v->wake);
	pthread_mutex_unlock(&v->lock);
	pthread_join(v->thread, NULL);
	for (size_t i = 0; i < v->n_waiting; i++)
		forget(&v->waiting[i]);
	for (size_t i = 0; i < v->n_answered; i++)
		forget(&v->answered[i]);
	close(v->fd);
	free(v);
	*verifier = NULL;
}

/* Those that are answered but not collected count too: there is room for both. */
bool verifier_ask(struct verifier *v, const char *password, const char *hash,
		  void *what)
{
	pthread_mutex_lock(&v->lock);
	bool room = v->n_waiting < MAX_WAITING && v->n_answered < MAX_WAITING;
	if (room) {
		v->waiting[v->n_waiting++] =
			(struct question){.password = strdup(password),
					  .hash = strdup(hash),
					  .what = what};
		pthread_cond_signal(&v->wake);
	}
	pthread_mutex_unlock(&v->lock);
	return room;
}

int verifier_fd(const struct verifier *v)
{
	return v->fd;
}

static bool take_answer(struct verifier *v, struct question *out)
{
	pthread_mutex_lock(&v->lock);
	bool got = v->n_answered > 0;
	if (got)
		*out = v->answered[--v->n_answered];
	pthread_mutex_unlock(&v->lock);
	return got;
}

void verifier_collect(struct verifier *v)
{
	struct question q;
	uint64_t count;

	if (read(v->fd, &count, sizeof(count)) < 0)
		return;
	while (take_answer(v, &q)) {
		v->done(v->ctx, q.what, q.fits);
		forget(&q);
	}
}
