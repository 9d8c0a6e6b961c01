/* err.h - saying no cleanly.
 *
 * A function that can fail returns enum rc, which tells the caller what to do, and fills
 * a struct err on the caller's stack, which tells a person what happened. Whoever decides
 * logs, once. A bad invoice is not an error: record a finding (doc.h). Out of memory and
 * broken assumptions do not return: die() and bug_on() end the process loudly and the
 * supervisor starts another. */
#ifndef INTRAY_ERR_H
#define INTRAY_ERR_H

#include <stdbool.h>

enum rc {
	RC_OK,	  /* go on */
	RC_RETRY, /* weather (database gone, disk full): try the same again later */
	RC_FAIL,  /* will fail again with the same input: give up for good, quarantine */
	RC_BUG,	  /* an assumption of ours is broken: die */
};

struct err {
	const char *file; /* where it was set; static storage */
	int line;
	char text[512]; /* "claim job: connect to database: timeout after 5 s" */
};

/* Both fill *err (which may be NULL) and return rc, so that a failing function ends in
 * `return err_set(err, RC_FAIL, "...")`. err_wrap puts "context: " before the text that
 * is already there; file and line stay those of the first set. */
#define err_set(err, rc, ...) err_set_at((err), __FILE__, __LINE__, (rc), __VA_ARGS__)
enum rc err_set_at(struct err *err, const char *file, int line, enum rc rc,
		   const char *fmt, ...) __attribute__((format(printf, 5, 6)));
enum rc err_wrap(struct err *err, enum rc rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Like err_set, with ": " and the words for errno at the end. */
#define err_errno(err, rc, ...) \
	err_errno_at((err), __FILE__, __LINE__, (rc), __VA_ARGS__)
enum rc err_errno_at(struct err *err, const char *file, int line, enum rc rc,
		     const char *fmt, ...) __attribute__((format(printf, 5, 6)));

const char *rc_name(enum rc rc); /* "ok", "retry", "fail", "bug"; static storage */

/* Logs at the highest level and aborts. */
#define die(...) die_at(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void die_at(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
#define bug_on(cond) \
	do { \
		if (__builtin_expect(!!(cond), 0)) \
			die_at(__FILE__, __LINE__, "broken assumption: %s", #cond); \
	} while (0)

#endif
