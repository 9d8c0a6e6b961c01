/* log.c - log lines as key=value, one write(2) each.
 *
 * A line is put together in a buffer on the stack and leaves in one system call, so
 * lines of several processes on one pipe do not mix and a jailed process needs nothing
 * but write. What does not fit into a line is cut. Logging never fails: where standard
 * error is gone there is nobody to tell. */
#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "date.h"
#include "err.h"
#include "text.h"

enum { LINE_MAX_BYTES = 4000, CONTEXT_MAX_BYTES = 80 };

static struct {
	const char *process;
	enum log_level level;
	bool journal;
} config = {"intray", LOG_LEVEL_INFO, false};

static struct {
	const char *key;
	char value[CONTEXT_MAX_BYTES + 1];
} context[] = {{"client", ""}, {"door", ""}, {"doc", ""}, {"job", ""}, {"stage", ""}};

static const struct {
	const char *name;
	int priority; /* of syslog(3), as journald reads it */
} levels[] = {
	[LOG_LEVEL_ERROR] = {"error", 3},
	[LOG_LEVEL_WARN] = {"warn", 4},
	[LOG_LEVEL_INFO] = {"info", 6},
	[LOG_LEVEL_DEBUG] = {"debug", 7},
};

struct line {
	char text[LINE_MAX_BYTES + 1]; /* one more for the newline */
	size_t len;
};

enum log_level log_level_from(const char *name)
{
	for (int i = LOG_LEVEL_ERROR; i <= LOG_LEVEL_DEBUG; i++)
		if (strcmp(levels[i].name, name) == 0)
			return (enum log_level)i;
	return LOG_LEVEL_INFO;
}

void log_init(const char *process, enum log_level level)
{
	config.process = process;
	config.level = level;
	config.journal = getenv("JOURNAL_STREAM") != NULL;
}

void log_context(const char *key, const char *value)
{
	for (size_t i = 0; i < sizeof(context) / sizeof(*context); i++) {
		if (strcmp(context[i].key, key) != 0)
			continue;
		snprintf(context[i].value, sizeof(context[i].value), "%s",
			 value ? value : "");
		return;
	}
	die("log context of unknown key %s", key);
}

static void put_n(struct line *line, const char *s, size_t len)
{
	size_t room = LINE_MAX_BYTES - line->len;

	if (len > room)
		len = room;
	memcpy(line->text + line->len, s, len);
	line->len += len;
}

static void put(struct line *line, const char *s)
{
	put_n(line, s, strlen(s));
}

static bool is_plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || (c && strchr("_.:/@+-", c));
}

static void put_quoted(struct line *line, const char *s, size_t len)
{
	bool utf8 = text_is_utf8(s, len);
	char escape[8];

	put(line, "\"");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			snprintf(escape, sizeof(escape), "\\%c", c);
		else if (c == '\n')
			snprintf(escape, sizeof(escape), "\\n");
		else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !utf8))
			snprintf(escape, sizeof(escape), "\\x%02x", c);
		else
			snprintf(escape, sizeof(escape), "%c", c);
		put(line, escape);
	}
	put(line, "\"");
}

static void put_value(struct line *line, const char *s, size_t len)
{
	size_t plain = 0;

	while (plain < len && is_plain(s[plain]))
		plain++;
	if (len > 0 && plain == len)
		put_n(line, s, len);
	else
		put_quoted(line, s, len);
}

/* One conversion of kv_fmt, already taken apart. */
struct conversion {
	int precision; /* -1: none */
	int longs;     /* 'l' counts 1, "ll" and 'z' and 'j' count 2 */
	char letter;
};

static const char *conversion_parse(const char *at, va_list *ap, struct conversion *out)
{
	*out = (struct conversion){.precision = -1};
	if (*at == '.') {
		at++;
		if (*at == '*') {
			out->precision = va_arg(*ap, int);
			at++;
		} else {
			out->precision = (int)strtol(at, NULL, 10);
			at += strspn(at, "0123456789");
		}
	}
	for (; *at == 'l' || *at == 'z' || *at == 'j'; at++)
		out->longs += *at == 'l' ? 1 : 2;
	out->letter = *at;
	return at + 1;
}

static long long next_signed(va_list *ap, int longs)
{
	if (longs == 0)
		return va_arg(*ap, int);
	return longs == 1 ? va_arg(*ap, long) : va_arg(*ap, long long);
}

static unsigned long long next_unsigned(va_list *ap, int longs)
{
	if (longs == 0)
		return va_arg(*ap, unsigned);
	return longs == 1 ? va_arg(*ap, unsigned long)
			  : va_arg(*ap, unsigned long long);
}

static void put_string(struct line *line, const char *s, int precision)
{
	if (!s)
		s = "";
	put_value(line, s, precision < 0 ? strlen(s) : strnlen(s, (size_t)precision));
}

static void put_conversion(struct line *line, const struct conversion *c, va_list *ap)
{
	char number[64];

	switch (c->letter) {
	case 's':
		put_string(line, va_arg(*ap, const char *), c->precision);
		return;
	case '%':
		put(line, "%");
		return;
	case 'd':
	case 'i':
		snprintf(number, sizeof(number), "%lld", next_signed(ap, c->longs));
		break;
	case 'u':
		snprintf(number, sizeof(number), "%llu", next_unsigned(ap, c->longs));
		break;
	case 'x':
		snprintf(number, sizeof(number), "%llx", next_unsigned(ap, c->longs));
		break;
	case 'c':
		snprintf(number, sizeof(number), "%c", va_arg(*ap, int));
		break;
	case 'f':
	case 'g':
		snprintf(number, sizeof(number), "%.*f",
			 c->precision < 0 ? 3 : c->precision, va_arg(*ap, double));
		break;
	default:
		snprintf(number, sizeof(number), "?%%%c?", c->letter);
		break;
	}
	put(line, number);
}

static void put_pairs(struct line *line, const char *fmt, va_list *ap)
{
	struct conversion c;

	put(line, " ");
	while (*fmt) {
		if (*fmt != '%') {
			put_n(line, fmt++, 1);
			continue;
		}
		fmt = conversion_parse(fmt + 1, ap, &c);
		put_conversion(line, &c, ap);
		if (!c.letter)
			return;
	}
}

static void put_head(struct line *line, enum log_level level)
{
	struct timespec now;
	char head[128], day[16];
	long second;

	if (config.journal) {
		snprintf(head, sizeof(head), "<%d>level=%s proc=%s pid=%d",
			 levels[level].priority, levels[level].name, config.process,
			 (int)getpid());
	} else {
		/* Not gmtime_r: it reads the time zone's file, which a jail forbids. */
		clock_gettime(CLOCK_REALTIME, &now);
		second = (long)(now.tv_sec % 86400);
		snprintf(head, sizeof(head),
			 "ts=%sT%02ld:%02ld:%02ld.%03ldZ level=%s proc=%s pid=%d",
			 date_print(date_from_number((long)(now.tv_sec / 86400)), day),
			 second / 3600, second / 60 % 60, second % 60,
			 now.tv_nsec / 1000000, levels[level].name, config.process,
			 (int)getpid());
	}
	put(line, head);
}

static void put_context(struct line *line)
{
	for (size_t i = 0; i < sizeof(context) / sizeof(*context); i++) {
		if (!context[i].value[0])
			continue;
		put(line, " ");
		put(line, context[i].key);
		put(line, "=");
		put_value(line, context[i].value, strlen(context[i].value));
	}
}

static void log_line(enum log_level level, const char *msg, const char *kv_fmt,
		     va_list *ap)
{
	struct line line;

	if (level > config.level)
		return;
	line.len = 0;
	put_head(&line, level);
	put_context(&line);
	put(&line, " msg=");
	put_quoted(&line, msg, strlen(msg));
	if (kv_fmt)
		put_pairs(&line, kv_fmt, ap);
	line.text[line.len++] = '\n';
	if (write(STDERR_FILENO, line.text, line.len) < 0)
		return; /* nobody is left to tell */
}

void log_error(const char *msg, const char *kv_fmt, ...)
{
	va_list ap;

	va_start(ap, kv_fmt);
	log_line(LOG_LEVEL_ERROR, msg, kv_fmt, &ap);
	va_end(ap);
}

void log_warn(const char *msg, const char *kv_fmt, ...)
{
	va_list ap;

	va_start(ap, kv_fmt);
	log_line(LOG_LEVEL_WARN, msg, kv_fmt, &ap);
	va_end(ap);
}

void log_info(const char *msg, const char *kv_fmt, ...)
{
	va_list ap;

	va_start(ap, kv_fmt);
	log_line(LOG_LEVEL_INFO, msg, kv_fmt, &ap);
	va_end(ap);
}

void log_debug(const char *msg, const char *kv_fmt, ...)
{
	va_list ap;

	va_start(ap, kv_fmt);
	log_line(LOG_LEVEL_DEBUG, msg, kv_fmt, &ap);
	va_end(ap);
}
