/* push.h - what the two ways of pushing a document share. */
#ifndef INTRAY_DELIVER_PUSH_H
#define INTRAY_DELIVER_PUSH_H

#include "deliver.h"

enum push_verdict {
	PUSH_ANSWERED, /* `answer` says what */
	PUSH_TOLD,     /* of an offer that was taken back: heard */
	PUSH_LATER,    /* the door's or the ERP's trouble: again later */
};
struct push_result {
	enum push_verdict verdict;
	const char *answer; /* JSON object for intray.answer_take */
	const char *words;  /* of PUSH_LATER */
};

struct push_words {	    /* NULL: not said */
	const char *answer; /* "acknowledged", "posted", "refused" */
	const char *number, *amount, *class, *code, *text;
	const char *note; /* of ours, for the list of what could not be true */
};
const char *push_answer(struct arena *arena, const struct push_words *words);

struct push {
	const struct offer *offer;
	const struct offer_file *file; /* NULL: the offer was taken back */
	const struct paper *paper;     /* or NULL */
};
/* *out lives in the arena. */
void command_push(struct door *door, const struct push *push, struct arena *arena,
		  struct push_result *out);
void https_push(struct door *door, const struct push *push, struct arena *arena,
		struct push_result *out);
struct http_reply {
	long status; /* 0: none came */
	const char *body;
	size_t len;
	bool cut;	   /* the body is only the beginning of what was sent */
	const char *words; /* what went wrong */
};
/* What an HTTP answer means. */
void https_judge(const struct http_reply *reply, bool taken_back, struct arena *arena,
		 struct push_result *out);

#endif
