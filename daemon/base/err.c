/* err.c - filling struct err, and dying.
 *
 * A text that is too long is cut, never refused: an error about an error helps nobody.
 * die_at is the one place where a process ends itself on purpose: it logs the place and
 * aborts, so that a core and the supervisor's log both tell of it. */
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

static void err_fill(struct err *err, const char *file, int line, const char *fmt,
		     va_list ap) __attribute__((format(printf, 4, 0)));

static void err_fill(struct err *err, const char *file, int line, const char *fmt,
		     va_list ap)
{
	err->file = file;
	err->line = line;
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
}

enum rc err_set_at(struct err *err, const char *file, int line, enum rc rc,
		   const char *fmt, ...)
{
	va_list ap;

	if (err) {
		va_start(ap, fmt);
		err_fill(err, file, line, fmt, ap);
		va_end(ap);
	}
	return rc;
}

enum rc err_errno_at(struct err *err, const char *file, int line, enum rc rc,
		     const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	size_t len;

	if (err) {
		va_start(ap, fmt);
		err_fill(err, file, line, fmt, ap);
		va_end(ap);
		len = strlen(err->text);
		snprintf(err->text + len, sizeof(err->text) - len, ": %s",
			 strerror(saved));
	}
	errno = saved;
	return rc;
}

enum rc err_wrap(struct err *err, enum rc rc, const char *fmt, ...)
{
	char inner[sizeof(err->text)];
	va_list ap;
	size_t len;

	if (!err)
		return rc;
	memcpy(inner, err->text, sizeof(inner));
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof(err->text) - len, ": %s", inner);
	return rc;
}

const char *rc_name(enum rc rc)
{
	static const char *const names[] = {
		[RC_OK] = "ok",
		[RC_RETRY] = "retry",
		[RC_FAIL] = "fail",
		[RC_BUG] = "bug",
	};

	return (unsigned)rc < sizeof(names) / sizeof(*names) ? names[rc] : "?";
}

void die_at(const char *file, int line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_error("dying", "at=%s:%d why=%s", file, line, text);
	abort();
}
