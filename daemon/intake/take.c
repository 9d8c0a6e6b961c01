/* take.c - claimed files become drops: copy, record, remove, in this order.
 *
 * The copy is on disk before the database hears of it, and the database has committed
 * before the original goes. Whatever is cut off is done again from the start under the
 * same id: the store takes the same bytes twice, the database answers "known". The one
 * thing that may differ is the file itself, if its sender is still at it: then what was
 * copied is not what lies there, and what lies there becomes another drop.
 *
 * Files come in batches, which share the waits for disk and database: all are copied,
 * then all are recorded in one transaction, then all are removed. One that cannot go on
 * leaves the batch; the transaction is all or nothing, so when the database refuses it,
 * each file is recorded alone to find the one that is to blame. */
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "text.h"
#include "tray.h"

static bool still_same(const struct claim *claim, const struct ident *ident)
{
	struct stat st;
	struct ident now;

	if (fstatat(claim->dir_fd, claim->path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	now = ident_of(&st);
	return ident_same(&now, ident);
}

/* Only a file that is a document as far as it goes: "incomplete" too, so that somebody
 * may decide to have it read as it is. */
static bool wants_bytes(const struct found *found, const struct judgement *judgement)
{
	return found->kind == FOUND_FILE && judgement->fd >= 0 &&
	       (!judgement->problem || strcmp(judgement->problem, "incomplete") == 0);
}

static enum took cannot_read(struct tray *tray, const struct found *found,
			     struct judgement *judgement, int64_t rested_ms,
			     const struct err *err)
{
	if (rested_ms < tray->conf->incomplete_ms) {
		tray_problem(tray, "A file cannot be read (%s).", err->text);
		return TOOK_NOT;
	}
	log_warn("file cannot be read", "size=%lld error=%s",
		 (long long)found->ident.size, err->text);
	judgement->verdict = VERDICT_PROBLEM;
	judgement->problem = "unreadable";
	judgement->text = "The file cannot be read: the disk it lies on fails.";
	return TOOK_IT;
}

/* What the store made of one file. TOOK_IT: go on. */
static enum took judge_copy(struct tray *tray, struct item *item,
			    const struct store_copy *made)
{
	struct stat st;
	struct ident after;

	if (made->rc == RC_FAIL) {
		if (made->size > 0 && made->size >= item->found->ident.size)
			return TOOK_NOT; /* it has grown beyond the limit meanwhile */
		return cannot_read(tray, item->found, &item->judgement, item->rested_ms,
				   &made->err);
	}
	if (made->rc != RC_OK) {
		tray_problem(
			tray,
			"The store cannot take files now (%s): files wait in the tray.",
			made->err.text);
		return TOOK_STOP;
	}
	memcpy(item->copy.sha256, made->hash, sizeof(made->hash));
	if (fstat(item->judgement.fd, &st) < 0)
		return TOOK_NOT;
	after = ident_of(&st);
	return ident_same(&after, &item->found->ident) ? TOOK_IT : TOOK_NOT;
}

/* Between the look and the claim somebody may have put another file there. */
static enum took may_begin(struct item *item)
{
	item->copy = (struct copy){.ident = item->found->ident};
	return still_same(&item->claim, &item->found->ident) ? TOOK_IT : TOOK_NOT;
}

static void copy_all(struct tray *tray, struct item *items, size_t n)
{
	struct store_copy copies[WIRE_DROPS];
	struct item *whose[WIRE_DROPS];
	size_t wanted = 0;

	for (size_t i = 0; i < n; i++) {
		struct item *item = &items[i];

		item->took = may_begin(item);
		if (item->took != TOOK_IT ||
		    !wants_bytes(item->found, &item->judgement))
			continue;
		if (lseek(item->judgement.fd, 0, SEEK_SET) < 0) {
			item->took = TOOK_NOT;
			continue;
		}
		copies[wanted] = (struct store_copy){.src_fd = item->judgement.fd,
						     .max = tray->settings->max_file};
		whose[wanted++] = item;
	}
	store_put_all(tray->store, tray->conf->client, copies, wanted);
	for (size_t i = 0; i < wanted; i++)
		whose[i]->took = judge_copy(tray, whose[i], &copies[i]);
}

/* "drop": NULL, the database's day. */
static const char *received_on(const struct tray *tray, const struct ident *ident,
			       struct arena *arena)
{
	time_t seconds = (time_t)(ident->mtime_ns / 1000000000);
	char *day = arena_alloc(arena, 16);
	struct tm tm;

	if (strcmp(tray->conf->received, "mtime") != 0 || !localtime_r(&seconds, &tm) ||
	    strftime(day, 16, "%Y-%m-%d", &tm) == 0)
		return NULL;
	return day;
}

static struct db_drop drop_of(const struct tray *tray, const struct item *item,
			      struct arena *arena)
{
	const struct copy *copy = &item->copy;

	return (struct db_drop){
		.id = item->claim.id,
		.name = item->claim.path,
		.name_len = strlen(item->claim.path),
		.sha256 = copy->sha256[0] ? copy->sha256 : NULL,
		.size = copy->ident.type == S_IFREG ? copy->ident.size : 0,
		.mtime_ms = copy->ident.mtime_ns / 1000000,
		.received_on = received_on(tray, &copy->ident, arena),
		.problem = item->judgement.problem,
		.problem_text = item->judgement.text,
	};
}

/* False: drain, or intake is gone. */
static bool record(struct tray *tray, struct item *const *items, size_t n,
		   struct arena *arena, struct wire_answer *answer)
{
	struct wire msg = {.kind = WIRE_RECORD, .n_drops = n};

	msg.drops = arena_alloc_n(arena, n, sizeof(*msg.drops));
	for (size_t i = 0; i < n; i++)
		msg.drops[i] = drop_of(tray, items[i], arena);
	return tray_ask(tray, &msg, arena, answer) &&
	       (answer->rc != RC_OK || answer->n == n);
}

/* Recorded before, but not what lies here: by a process that was cut off, of a file
 * that has changed since. */
static bool recorded_other(const struct db_recorded *recorded, const struct copy *copy)
{
	return recorded->outcome == DROP_KNOWN &&
	       strcmp(recorded->sha256 ? recorded->sha256 : "", copy->sha256) != 0;
}

static enum took finish(struct tray *tray, struct item *item,
			const struct db_recorded *recorded)
{
	struct err err;
	enum rc rc;
	struct claim *claim = &item->claim;
	bool other = recorded_other(recorded, &item->copy) ||
		     !still_same(claim, &item->copy.ident);

	if (other)
		rc = claim_rename(&tray->claims, claim, &err);
	else if (item->judgement.problem)
		rc = claim_quarantine(&tray->claims, claim, &err);
	else
		rc = claim_remove(&tray->claims, claim, &err);
	if (rc == RC_OK)
		return other ? TOOK_NOT : TOOK_IT;
	tray_problem(tray, "A file that was taken cannot be moved (%s).", err.text);
	return TOOK_NOT;
}

static void log_taken(const struct tray *tray, const struct item *item,
		      const struct db_recorded *recorded, struct arena *arena)
{
	static const char *const outcomes[] = {[DROP_NEW] = "new",
					       [DROP_DUPLICATE] = "duplicate",
					       [DROP_PROBLEM] = "problem",
					       [DROP_KNOWN] = "known"};
	const char *path = item->claim.path, *problem = item->judgement.problem;

	log_info("file taken",
		 "tray=%s/%s drop=%s name=%s size=%lld outcome=%s problem=%s",
		 tray->conf->client, tray->conf->name, item->claim.id,
		 text_show_name(arena, path, strlen(path)),
		 (long long)item->copy.ident.size, outcomes[recorded->outcome],
		 problem ? problem : "");
}

/* False: end the round. */
static bool record_and_finish(struct tray *tray, struct item *const *items, size_t n,
			      struct arena *arena)
{
	struct wire_answer answer = {0};
	bool go_on = true;

	if (!record(tray, items, n, arena, &answer))
		return false;
	if (answer.rc != RC_OK && n == 1) {
		tray_problem(tray, "A file cannot be recorded (%s).",
			     answer.error ? answer.error : "no reason given");
		items[0]->took = TOOK_NOT;
		return true;
	}
	for (size_t i = 0; go_on && i < n; i++) {
		if (answer.rc != RC_OK) {
			go_on = record_and_finish(tray, &items[i], 1, arena);
			continue;
		}
		log_taken(tray, items[i], &answer.each[i], arena);
		items[i]->took = finish(tray, items[i], &answer.each[i]);
	}
	return go_on;
}

bool take(struct tray *tray, struct item *items, size_t n, struct arena *arena)
{
	struct item *copied[WIRE_DROPS];
	size_t n_copied = 0;
	bool go_on = true;

	bug_on(n > WIRE_DROPS);
	copy_all(tray, items, n);
	for (size_t i = 0; i < n; i++) {
		go_on = go_on && items[i].took != TOOK_STOP;
		if (items[i].took == TOOK_IT)
			copied[n_copied++] = &items[i];
	}
	if (n_copied > 0)
		go_on = record_and_finish(tray, copied, n_copied, arena) && go_on;
	return go_on;
}
