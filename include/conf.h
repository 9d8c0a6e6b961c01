/* conf.h - reads INI files, and says file:line for everything that is wrong.
 *
 *   # comment        ; comment
 *   [section name]
 *   key = value      (white space around both is dropped; no quoting; no line length limit)
 *
 * A key that nobody asked for is an error too (conf_check_unused), so a typing mistake
 * never goes unnoticed. This file knows nothing of what the settings mean: settings.h. */
#ifndef INTRAY_CONF_H
#define INTRAY_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct arena;

struct conf_entry {
	const char *key, *value;
	int line;
	bool used;
};
struct conf_section {
	const char *kind; /* "tray" of [tray acme/scans] */
	const char *name; /* "acme/scans", "" when the heading is one word */
	int line;
	struct conf_entry *entries;
	size_t n_entries, cap_entries;
};
struct conf {
	const char *path;
	struct conf_section *sections; /* in file order */
	size_t n_sections, cap_sections;
};

/* Everything lives in the arena. A missing file is RC_FAIL with what to do. */
enum rc conf_load(const char *path, struct arena *arena, struct conf *out, struct err *err);
enum rc conf_parse(const char *path_shown, const char *text, size_t len,
		   struct arena *arena, struct conf *out, struct err *err);

/* The value, marking it used; NULL when absent. */
const char *conf_get(struct conf_section *section, const char *key, int *line);
/* Typed; leave *out as it is when the key is absent. Errors name file, line, what was
 * found and what is expected. Durations: "500ms", "5s", "15min", "8h", "30d" -> ms.
 * Sizes: "200", "64k", "200M", "2G" -> bytes. Booleans: yes/no/true/false/on/off. */
enum rc conf_int(const struct conf *c, struct conf_section *s, const char *key, long min,
		 long max, long *out, struct err *err);
enum rc conf_bool(const struct conf *c, struct conf_section *s, const char *key, bool *out,
		  struct err *err);
enum rc conf_duration(const struct conf *c, struct conf_section *s, const char *key,
		      long *out_ms, struct err *err);
enum rc conf_size(const struct conf *c, struct conf_section *s, const char *key,
		  long long *out_bytes, struct err *err);
enum rc conf_error(const struct conf *c, int line, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5))); /* RC_FAIL "file:line: text" */
/* RC_FAIL for the first key of any section that was never asked for. */
enum rc conf_check_unused(const struct conf *c, struct err *err);

#endif
