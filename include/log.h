/* log.h - one log format for all processes: key=value lines on standard error.
 *
 *   ts=2026-03-01T12:00:00.123Z level=info proc=worker pid=17 doc=... msg="job saved" pages=3
 *
 * Under systemd (JOURNAL_STREAM set) ts is left out and the line starts with the <N>
 * priority. Never log a field value or a word of a document: they are people's claims.
 * File names may be logged; they are escaped. */
#ifndef INTRAY_LOG_H
#define INTRAY_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* "error", "warn", "info", "debug"; anything else is info. */
enum log_level log_level_from(const char *name);
void log_init(const char *process, enum log_level level); /* process: static storage */

/* Context put on every following line of this process until changed; NULL value removes
 * it. Keys "client", "door", "doc", "job", "stage". Values are copied (up to 80 bytes). */
void log_context(const char *key, const char *value);

/* msg: fixed English text. kv_fmt: NULL, or "key=%d other=%s". Every %s in kv_fmt is
 * quoted and escaped when it holds anything but [A-Za-z0-9_.:/@+-]. */
void log_error(const char *msg, const char *kv_fmt, ...) __attribute__((format(printf, 2, 3)));
void log_warn(const char *msg, const char *kv_fmt, ...) __attribute__((format(printf, 2, 3)));
void log_info(const char *msg, const char *kv_fmt, ...) __attribute__((format(printf, 2, 3)));
void log_debug(const char *msg, const char *kv_fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
