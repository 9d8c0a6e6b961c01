/* take.c - a claimed file becomes a drop: copy, record, remove, in this order.
 *
 * The copy is on disk before the database hears of it, and the database has committed
 * before the original goes. Whatever is cut off is done again from the start under the
 * same id: the store takes the same bytes twice, the database answers "known". The one
 * thing that may differ is the file itself, if its sender is still at it: then what was
 * copied is not what lies there, and what lies there becomes another drop. */
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "text.h"
#include "tray.h"

struct copy {
	char sha256[65]; /* "": no bytes were copied */
	struct ident ident;
};

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

/* TOOK_IT: go on. */
static enum took copy_bytes(struct tray *tray, const struct found *found,
			    struct judgement *judgement, int64_t rested_ms,
			    struct copy *copy)
{
	long long size;
	struct stat st;
	struct ident after;
	struct err err;
	enum rc rc;

	copy->ident = found->ident;
	if (!wants_bytes(found, judgement))
		return TOOK_IT;
	if (lseek(judgement->fd, 0, SEEK_SET) < 0)
		return TOOK_NOT;
	rc = store_put_fd(tray->store, tray->conf->client, judgement->fd,
			  tray->settings->max_file, copy->sha256, &size, &err);
	if (rc == RC_FAIL) {
		copy->sha256[0] = '\0';
		if (size > 0 && size >= found->ident.size)
			return TOOK_NOT; /* it has grown beyond the limit meanwhile */
		return cannot_read(tray, found, judgement, rested_ms, &err);
	}
	if (rc != RC_OK) {
		tray_problem(
			tray,
			"The store cannot take files now (%s): files wait in the tray.",
			err.text);
		return TOOK_STOP;
	}
	if (fstat(judgement->fd, &st) < 0)
		return TOOK_NOT;
	after = ident_of(&st);
	return ident_same(&after, &found->ident) ? TOOK_IT : TOOK_NOT;
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

static bool record(struct tray *tray, const struct claim *claim,
		   const struct judgement *judgement, const struct copy *copy,
		   struct arena *arena, struct wire_answer *answer)
{
	struct wire msg = {.kind = WIRE_RECORD};

	msg.drop = (struct db_drop){
		.id = claim->id,
		.name = claim->path,
		.name_len = strlen(claim->path),
		.sha256 = copy->sha256[0] ? copy->sha256 : NULL,
		.size = copy->ident.type == S_IFREG ? copy->ident.size : 0,
		.mtime_ms = copy->ident.mtime_ns / 1000000,
		.received_on = received_on(tray, &copy->ident, arena),
		.problem = judgement->problem,
		.problem_text = judgement->text,
	};
	return tray_ask(tray, &msg, arena, answer);
}

/* Recorded before, but not what lies here: by a process that was cut off, of a file
 * that has changed since. */
static bool recorded_other(const struct wire_answer *answer, const struct copy *copy)
{
	return answer->outcome == DROP_KNOWN &&
	       strcmp(answer->sha256 ? answer->sha256 : "", copy->sha256) != 0;
}

static enum took finish(struct tray *tray, struct claim *claim,
			const struct judgement *judgement, const struct copy *copy,
			const struct wire_answer *answer)
{
	struct err err;
	enum rc rc;
	bool other = recorded_other(answer, copy) || !still_same(claim, &copy->ident);

	if (other)
		rc = claim_rename(&tray->claims, claim, &err);
	else if (judgement->problem)
		rc = claim_quarantine(&tray->claims, claim, &err);
	else
		rc = claim_remove(&tray->claims, claim, &err);
	if (rc == RC_OK)
		return other ? TOOK_NOT : TOOK_IT;
	tray_problem(tray, "A file that was taken cannot be moved (%s).", err.text);
	return TOOK_NOT;
}

static void log_taken(const struct tray *tray, const struct claim *claim,
		      const struct judgement *judgement, const struct copy *copy,
		      const struct wire_answer *answer, struct arena *arena)
{
	static const char *const outcomes[] = {[DROP_NEW] = "new",
					       [DROP_DUPLICATE] = "duplicate",
					       [DROP_PROBLEM] = "problem",
					       [DROP_KNOWN] = "known"};

	log_info("file taken",
		 "tray=%s/%s drop=%s name=%s size=%lld outcome=%s problem=%s",
		 tray->conf->client, tray->conf->name, claim->id,
		 text_show_name(arena, claim->path, strlen(claim->path)),
		 (long long)copy->ident.size, outcomes[answer->outcome],
		 judgement->problem ? judgement->problem : "");
}

enum took take(struct tray *tray, struct claim *claim, const struct found *found,
	       struct judgement *judgement, int64_t rested_ms, struct arena *arena)
{
	struct copy copy = {.sha256 = ""};
	struct wire_answer answer = {0};
	enum took took;

	/* Between the look and the claim somebody may have put another file there. */
	if (!still_same(claim, &found->ident))
		return TOOK_NOT;
	took = copy_bytes(tray, found, judgement, rested_ms, &copy);
	if (took != TOOK_IT)
		return took;
	if (!record(tray, claim, judgement, &copy, arena, &answer))
		return TOOK_STOP;
	if (answer.rc != RC_OK) {
		tray_problem(tray, "A file cannot be recorded (%s).",
			     answer.error ? answer.error : "no reason given");
		return TOOK_NOT;
	}
	log_taken(tray, claim, judgement, &copy, &answer, arena);
	return finish(tray, claim, judgement, &copy, &answer);
}
