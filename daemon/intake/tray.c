/* tray.c - the process of one tray: looks, claims, takes, for ever.
 *
 * Each tray has a process of its own, so that a share that hangs holds up nobody else.
 * It has no database connection and no password, since it looks into the frames of
 * strangers' files: what is to be recorded it tells intake, and waits for the answer.
 * While there is none (database away) it waits too, and files stay in the tray. It can
 * be killed at any moment; what it had claimed lies in .taken and is carried on by its
 * successor. */
#include "tray.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"
#include "process.h"
#include "text.h"

enum {
	SOCK_FD = 3,
	HELLO_MS = 10000,
	LAST_ANSWER_MS = 2000,	/* how long a drain waits for one */
	BATCH = WIRE_DROPS,	/* files that share trips to disk and database */
	BATCH_BYTES = 64 << 20, /* more of them would hold up the status */
	ROUND_MAX = 256,	/* then look again, so that status stays true */
	FAILURES_MAX = 8,	/* folders: the tray is the problem, not one of them */
	HINT_PAUSE_MS = 50,	/* hints come in swarms */
};

void tray_problem(struct tray *tray, const char *fmt, ...)
{
	va_list ap;

	if (tray->problem[0])
		return;
	va_start(ap, fmt);
	vsnprintf(tray->problem, sizeof(tray->problem), fmt, ap);
	va_end(ap);
	if (strcmp(tray->problem, tray->last_problem) != 0)
		log_warn("tray has a problem", "tray=%s/%s problem=%s",
			 tray->conf->client, tray->conf->name, tray->problem);
}

bool tray_draining(const struct tray *tray)
{
	struct pollfd fd = {.fd = tray->lifeline};

	return poll(&fd, 1, 0) != 0;
}

/* False: the life line ended before the socket had anything to say. */
static bool wait_for_answer(struct tray *tray)
{
	struct pollfd fds[] = {{.fd = tray->sock, .events = POLLIN},
			       {.fd = tray->lifeline}};

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			die("poll");
	return fds[0].revents || poll(fds, 1, LAST_ANSWER_MS) > 0;
}

bool tray_ask(struct tray *tray, const struct wire *question, struct arena *arena,
	      struct wire_answer *answer)
{
	struct wire msg;
	struct err err;

	if (wire_send(tray->sock, question, &err) != RC_OK || !wait_for_answer(tray))
		return false;
	if (wire_receive(tray->sock, -1, arena, &msg, &err) != RC_OK ||
	    msg.kind != WIRE_ANSWER)
		return false;
	*answer = msg.answer;
	return true;
}

static struct judge_rules rules_now(const struct tray *tray, bool taken)
{
	return (struct judge_rules){.tray = tray->conf,
				    .max_file = tray->settings->max_file,
				    .now_ms = now_ms_monotonic(),
				    .taken = taken};
}

/* --- room
 * -------------------------------------------------------------------------------- */

static bool has_room(struct tray *tray, int64_t for_size)
{
	long long free_bytes;
	struct err err;

	if (store_free_bytes(tray->store, &free_bytes, &err) != RC_OK) {
		tray_problem(tray, "The store does not answer (%s).", err.text);
		return false;
	}
	if (free_bytes - for_size >= tray->settings->min_free)
		return true;
	tray_problem(
		tray,
		"The store's disk is nearly full (%lld MB free): make room or lower "
		"min_free; files wait in the tray.",
		free_bytes / 1000000);
	return false;
}

/* --- batches
 * ------------------------------------------------------------------------------- */

static struct batch {
	struct item items[BATCH];
	size_t n;
	int64_t bytes; /* they will take of the store */
} tray_batch;

static void item_deinit(struct item *item)
{
	claim_close(&item->claim);
	judgement_deinit(&item->judgement);
}

/* What stands behind the last item is one of them now. */
static void batch_add(struct batch *batch)
{
	batch->bytes += batch->items[batch->n].found->ident.size;
	batch->n++;
}

static bool batch_is_full(const struct batch *batch)
{
	return batch->n == BATCH || batch->bytes >= BATCH_BYTES;
}

/* False: end the round. */
static bool take_batch(struct tray *tray, struct batch *batch, struct arena *arena)
{
	bool go_on = batch->n == 0 || (has_room(tray, batch->bytes) &&
				       take(tray, batch->items, batch->n, arena));

	for (size_t i = 0; i < batch->n; i++)
		item_deinit(&batch->items[i]);
	batch->n = 0;
	batch->bytes = 0;
	return go_on && !tray_draining(tray);
}

/* --- what an earlier round, or an earlier process, left in .taken
 * ------------------------- */

static void describe(const struct claim *claim, const struct stat *st,
		     struct found *found)
{
	*found = (struct found){.path = claim->path,
				.path_len = strlen(claim->path),
				.kind = S_ISREG(st->st_mode) ? FOUND_FILE
					: claim->deep	     ? FOUND_DEEP
							     : FOUND_STRANGE,
				.ident = ident_of(st)};
}

/* False: not this claim, not now. */
static bool resume(struct tray *tray, const char *id, struct item *item,
		   struct arena *arena)
{
	struct judge_rules rules = rules_now(tray, true);
	struct found *found = arena_alloc(arena, sizeof(*found));
	struct claim *claim = &item->claim;
	struct seen *seen;
	struct stat st;
	const char *key;
	struct err err;

	*item = (struct item){.judgement = {.fd = -1}, .found = found};
	if (claim_find(&tray->claims, id, arena, claim, &err) != RC_OK || !claim->path)
		return false;
	if (fstatat(claim->dir_fd, claim->path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	describe(claim, &st, found);
	key = arena_printf(arena, TAKEN_DIR "/%s", id);
	seen = seen_get(&tray->seen, key, strlen(key));
	seen_update(&tray->seen, seen, &found->ident, rules.now_ms);
	judge(&rules, claim->dir_fd, claim->path, found, seen, arena, &item->judgement);
	item->rested_ms = rules.now_ms - seen->since_ms;
	return item->judgement.verdict != VERDICT_WAIT;
}

static bool resume_all(struct tray *tray, struct arena *arena)
{
	const char **ids;
	struct batch *batch = &tray_batch;
	struct err err;
	size_t n;
	bool go_on = true;

	if (claim_list(&tray->claims, arena, &ids, &n, &err) != RC_OK) {
		tray_problem(tray, "The folder " TAKEN_DIR " cannot be listed (%s).",
			     err.text);
		return false;
	}
	for (size_t i = 0; go_on && i < n; i++) {
		if (resume(tray, ids[i], &batch->items[batch->n], arena))
			batch_add(batch);
		else
			item_deinit(&batch->items[batch->n]);
		if (batch_is_full(batch) || i + 1 == n)
			go_on = take_batch(tray, batch, arena);
	}
	return go_on;
}

/* --- new files
 * ------------------------------------------------------------------------------ */

/* The file is ours by now, so its marker says nothing to anyone; should we be cut off
 * before it is gone, it is older than any file of that name to come. */
static void remove_marker(struct tray *tray, const struct found *found,
			  struct arena *arena)
{
	if (found->marked && tray->conf->done_marker)
		unlinkat(tray->claims.root_fd,
			 arena_printf(arena, "%s%s", found->path,
				      tray->conf->done_marker),
			 0);
}

/* Folders in which one file could not be taken; the others there are left for the next
 * round, those elsewhere go on. */
struct refusing {
	struct {
		const char *path;
		size_t len;
	} folders[FAILURES_MAX];
	size_t n;
};

static size_t folder_len(const struct found *found)
{
	const char *slash = memrchr(found->path, '/', found->path_len);
	return slash ? (size_t)(slash - found->path) : 0;
}

static bool refuses(const struct refusing *refusing, const struct found *found)
{
	size_t len = folder_len(found);
	for (size_t i = 0; i < refusing->n; i++)
		if (refusing->folders[i].len == len &&
		    memcmp(refusing->folders[i].path, found->path, len) == 0)
			return true;
	return false;
}

static void note_refusal(struct tray *tray, struct refusing *refusing,
			 const struct found *found, const struct err *why,
			 struct arena *arena)
{
	size_t len = folder_len(found);
	refusing->folders[refusing->n].path = found->path;
	refusing->folders[refusing->n++].len = len;
	if (len == 0)
		tray_problem(tray, "A file cannot be taken (%s).", why->text);
	else
		tray_problem(tray, "A file in the subfolder %s cannot be taken (%s).",
			     text_show_name(arena, found->path, len), why->text);
}

/* Looks once more, keeps the descriptor, and claims. False: not this file, not now. */
static bool claim_one(struct tray *tray, const struct found *found, struct item *item,
		      struct arena *arena, struct refusing *refusing)
{
	struct judge_rules rules = rules_now(tray, false);
	struct seen *seen = seen_get(&tray->seen, found->path, found->path_len);
	struct err err;
	enum rc rc;

	*item = (struct item){.found = found,
			      .rested_ms = rules.now_ms - seen->since_ms};
	judge(&rules, tray->claims.root_fd, found->path, found, seen, arena,
	      &item->judgement);
	if (item->judgement.verdict == VERDICT_WAIT)
		return false;
	rc = claim_make(&tray->claims, found, arena, &item->claim, &err);
	if (rc == RC_OK) {
		remove_marker(tray, found, arena);
		return true;
	}
	judgement_deinit(&item->judgement);
	if (rc == RC_RETRY)
		note_refusal(tray, refusing, found, &err, arena);
	return false;
}

/* The claims are on disk before anything is done with them. */
static bool take_new_batch(struct tray *tray, struct batch *batch, struct arena *arena)
{
	for (size_t i = 0; i < batch->n; i++)
		claim_sync(&tray->claims, &batch->items[i].claim,
			   i + 1 < batch->n ? &batch->items[i + 1].claim : NULL, arena);
	return take_batch(tray, batch, arena);
}

/* True: there is more to take, look again at once. */
static bool take_new(struct tray *tray, const struct scan *scan, struct arena *arena)
{
	struct batch *batch = &tray_batch;
	size_t claimed = 0;
	struct refusing refusing = {.n = 0};

	for (size_t i = 0; i < scan->n; i++) {
		const struct found *found = &scan->found[i];

		if (!has_room(tray, batch->bytes + found->ident.size) ||
		    refusing.n == FAILURES_MAX)
			break;
		if (refuses(&refusing, found) ||
		    !claim_one(tray, found, &batch->items[batch->n], arena, &refusing))
			continue;
		batch_add(batch);
		claimed++;
		if (batch_is_full(batch) && !take_new_batch(tray, batch, arena))
			return false;
		if (claimed == ROUND_MAX)
			return take_new_batch(tray, batch, arena);
	}
	take_new_batch(tray, batch, arena);
	return false;
}

/* --- rounds
 * ---------------------------------------------------------------------------------- */

static void on_dir(void *ctx, int dir_fd, const char *path)
{
	struct tray *tray = ctx;

	hint_watch(&tray->hint, dir_fd, path);
}

static void look(struct tray *tray, struct arena *arena, struct scan *scan,
		 struct db_tray_status *status)
{
	struct judge_rules rules;

	scan_tray(tray->claims.root_fd, tray->conf, arena, on_dir, tray, scan);
	rules = rules_now(tray, false);
	for (size_t i = 0; i < scan->n; i++) {
		const struct found *found = &scan->found[i];
		struct seen *seen = seen_get(&tray->seen, found->path, found->path_len);
		AUTO_JUDGEMENT judgement = {.fd = -1};

		seen_update(&tray->seen, seen, &found->ident, rules.now_ms);
		judge(&rules, tray->claims.root_fd, found->path, found, seen, arena,
		      &judgement);
		if (judgement.verdict == VERDICT_WAIT)
			status->growing++;
		else
			status->waiting++;
	}
	status->ignored = scan->ignored;
	if (scan->problem)
		tray_problem(tray, "%s", scan->problem);
}

/* What this round sees goes together with what went wrong in the one before. */
static bool report(struct tray *tray, const struct db_tray_status *status,
		   struct arena *arena)
{
	struct wire msg = {.kind = WIRE_REPORT, .report = *status};
	struct wire_answer answer;

	if (tray->problem[0])
		msg.report.problem = tray->problem;
	else if (tray->last_problem[0])
		msg.report.problem = tray->last_problem;
	return tray_ask(tray, &msg, arena, &answer);
}

/* *more: look again at once. False: end. */
static bool run_round(struct tray *tray, bool *more)
{
	AUTO_ARENA arena = arena_new();
	struct db_tray_status status = {0};
	struct scan scan = {0};
	struct err err;
	bool go_on, room = false;

	*more = false;
	if (claims_open(&tray->claims, tray->conf, &err) == RC_OK) {
		look(tray, arena, &scan, &status);
		room = has_room(tray, 0);
	} else {
		tray_problem(tray, "%s.", err.text);
	}
	go_on = report(tray, &status, arena);
	if (go_on && room && resume_all(tray, arena))
		*more = take_new(tray, &scan, arena);
	claims_close(&tray->claims);
	seen_end_round(&tray->seen);
	snprintf(tray->last_problem, sizeof(tray->last_problem), "%s", tray->problem);
	tray->problem[0] = '\0';
	return go_on && !tray_draining(tray);
}

/* Until the next scan is due, a hint comes, or the life line ends. */
static void wait_for_next(struct tray *tray, int64_t took_ms)
{
	struct pollfd fds[] = {{.fd = tray->lifeline},
			       {.fd = tray->hint.fd, .events = POLLIN}};
	const struct timespec pause = {.tv_nsec = HINT_PAUSE_MS * 1000000L};
	/* A folder that is slow to list is not listed all the time. */
	int64_t wait =
		tray->conf->scan_ms > 4 * took_ms ? tray->conf->scan_ms : 4 * took_ms;

	if (poll(fds, 2, (int)wait) > 0 && fds[1].revents)
		nanosleep(&pause, NULL);
	hint_read(&tray->hint, &tray->seen);
}

static const struct tray_settings *find_tray(const struct settings *settings,
					     const struct wire_hello *hello)
{
	for (size_t i = 0; i < settings->n_trays; i++)
		if (strcmp(settings->trays[i].client, hello->client) == 0 &&
		    strcmp(settings->trays[i].name, hello->name) == 0)
			return &settings->trays[i];
	return NULL;
}

static enum rc tray_init(struct tray *tray, const struct process_env *env,
			 struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct wire msg;
	enum rc rc;

	*tray = (struct tray){.settings = env->settings,
			      .claims = {-1, -1, -1, 0},
			      .sock = SOCK_FD,
			      .lifeline = env->lifeline_fd};
	hint_init(&tray->hint);
	rc = wire_receive(tray->sock, HELLO_MS, arena, &msg, err);
	if (rc != RC_OK || msg.kind != WIRE_HELLO)
		return err_set(err, RC_FAIL, "intake did not say which tray");
	tray->conf = find_tray(env->settings, &msg.hello);
	if (!tray->conf)
		return err_set(err, RC_FAIL,
			       "tray %s/%s is not in the configuration any more",
			       msg.hello.client, msg.hello.name);
	return store_open(env->settings->store_dir, &tray->store, err);
}

int tray_main(const struct process_env *env)
{
	struct tray tray;
	struct err err;
	bool more = false;
	int status = EXIT_SUCCESS;
	int64_t start;

	signal(SIGIO, SIG_IGN); /* somebody opens a file while we hold a lease on it */
	if (tray_init(&tray, env, &err) == RC_OK) {
		log_debug("watching", "tray=%s/%s path=%s", tray.conf->client,
			  tray.conf->name, tray.conf->path);
		for (start = now_ms_monotonic(); run_round(&tray, &more);
		     start = now_ms_monotonic())
			if (!more)
				wait_for_next(&tray, now_ms_monotonic() - start);
	} else {
		log_error("cannot watch a tray", "error=%s", err.text);
		status = EXIT_FAILURE;
	}
	seen_deinit(&tray.seen);
	hint_deinit(&tray.hint);
	store_close(&tray.store);
	return status;
}
