/* judge.h - may a file be taken yet, and as what? */
#ifndef INTRAY_JUDGE_H
#define INTRAY_JUDGE_H

#include "arena.h"
#include "scan.h"

enum verdict {
	VERDICT_WAIT,	 /* somebody may still be writing it */
	VERDICT_TAKE,	 /* complete */
	VERDICT_PROBLEM, /* will never be a document as it is: a person must know */
};

struct judgement {
	enum verdict verdict;
	int fd;		     /* open for reading, or -1 */
	const char *problem; /* code, as db_drop has it */
	const char *text;    /* a sentence for a clerk; in the arena */
};
void judgement_deinit(struct judgement *judgement); /* closes fd */
#define AUTO_JUDGEMENT __attribute__((cleanup(judgement_deinit))) struct judgement

struct judge_rules {
	const struct tray_settings *tray;
	long long max_file;
	int64_t now_ms; /* monotonic */
	/* It was judged once and lies in .taken: no need to wait for it to settle. */
	bool taken;
};

/* dir_fd and path: where it lies now. seen: of found, up to date. */
void judge(const struct judge_rules *rules, int dir_fd, const char *path,
	   const struct found *found, struct seen *seen, struct arena *arena,
	   struct judgement *out);

#endif
