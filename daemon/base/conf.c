/* conf.c - INI files, with file:line for everything that is wrong.
 *
 * The whole file is read before anybody asks for a value. The first fault ends reading:
 * it is told with its line, what was found and what is expected. Twice the same
 * section, or twice the same key in one, is a fault too, because one of the two was
 * meant to be another. */
#include "conf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "arena.h"
#include "proc.h"
#include "text.h"

enum { FILE_MAX = 4 * 1024 * 1024 };

enum rc conf_error(const struct conf *c, int line, struct err *err, const char *fmt,
		   ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (line > 0)
		return err_set(err, RC_FAIL, "%s:%d: %s", c->path, line, text);
	return err_set(err, RC_FAIL, "%s: %s", c->path, text);
}

/* --- reading ------------------------------------------------------------------ */

struct reader {
	struct conf *conf;
	struct arena *arena;
	struct err *err;
	int line;
};

static char *trim(char *s)
{
	char *end;

	s += strspn(s, " \t\r");
	end = s + strlen(s);
	while (end > s && strchr(" \t\r", end[-1]))
		end--;
	*end = '\0';
	return s;
}

static struct conf_section *last_section(struct conf *c)
{
	return c->n_sections > 0 ? &c->sections[c->n_sections - 1] : NULL;
}

static enum rc read_heading(struct reader *r, char *text)
{
	struct conf *c = r->conf;
	size_t len = strlen(text);
	struct conf_section *section;
	char *name;

	if (text[len - 1] != ']')
		return conf_error(c, r->line, r->err,
				  "a section heading needs a ']' at its end");
	text[len - 1] = '\0';
	text = trim(text + 1);
	if (!*text)
		return conf_error(
			c, r->line, r->err,
			"empty section heading, expected [KIND] or [KIND NAME]");
	name = text + strcspn(text, " \t");
	if (*name)
		*name++ = '\0';
	name = trim(name);
	for (size_t i = 0; i < c->n_sections; i++)
		if (strcmp(c->sections[i].kind, text) == 0 &&
		    strcmp(c->sections[i].name, name) == 0)
			return conf_error(c, r->line, r->err,
					  "section [%s%s%s] stands in line %d already",
					  text, *name ? " " : "", name,
					  c->sections[i].line);
	section = arena_push(r->arena, c->sections, c->n_sections, c->cap_sections);
	*section = (struct conf_section){.kind = text, .name = name, .line = r->line};
	return RC_OK;
}

static enum rc read_entry(struct reader *r, char *text)
{
	struct conf_section *section = last_section(r->conf);
	char *value = strchr(text, '=');
	const char *key;

	if (!value)
		return conf_error(
			r->conf, r->line, r->err,
			"expected \"key = value\" or \"[section]\", found \"%s\"",
			text);
	*value++ = '\0';
	key = trim(text);
	value = trim(value);
	if (!*key)
		return conf_error(r->conf, r->line, r->err,
				  "nothing stands before the '='");
	if (!section)
		return conf_error(r->conf, r->line, r->err,
				  "\"%s\" stands before the first [section]", key);
	for (size_t i = 0; i < section->n_entries; i++)
		if (strcmp(section->entries[i].key, key) == 0)
			return conf_error(r->conf, r->line, r->err,
					  "\"%s\" was set in line %d already", key,
					  section->entries[i].line);
	*arena_push(r->arena, section->entries, section->n_entries,
		    section->cap_entries) = (struct conf_entry){
		.key = key,
		.value = value,
		.line = r->line,
	};
	return RC_OK;
}

static enum rc read_line(struct reader *r, char *text)
{
	text = trim(text);
	if (!*text || *text == '#' || *text == ';')
		return RC_OK;
	return *text == '[' ? read_heading(r, text) : read_entry(r, text);
}

enum rc conf_parse(const char *path_shown, const char *text, size_t len,
		   struct arena *arena, struct conf *out, struct err *err)
{
	struct reader r = {out, arena, err, 0};
	char *at = arena_strndup(arena, text, len), *end = at + len;

	*out = (struct conf){.path = arena_strdup(arena, path_shown)};
	if (text_starts(at, "\xef\xbb\xbf")) /* some editors put a mark there */
		at += 3;
	while (at < end) {
		char *eol = memchr(at, '\n', (size_t)(end - at));
		enum rc rc;

		if (!eol)
			eol = end;
		*eol = '\0';
		r.line++;
		if (strlen(at) != (size_t)(eol - at) || !text_is_utf8(at, strlen(at)))
			return conf_error(out, r.line, err,
					  "this line is not UTF-8 text");
		rc = read_line(&r, at);
		if (rc != RC_OK)
			return rc;
		at = eol + 1;
	}
	return RC_OK;
}

enum rc conf_load(const char *path, struct arena *arena, struct conf *out,
		  struct err *err)
{
	char *text;
	size_t len;
	struct stat st;

	/* A pipe would be waited for, and is empty when the daemon reads again. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(err, RC_FAIL, "configuration: %s is not a file", path);
	errno = 0;
	if (file_read(AT_FDCWD, path, FILE_MAX, arena, &text, &len, err) != RC_OK)
		return err_wrap(
			err, RC_FAIL,
			errno == ENOENT
				? "no configuration: make this file, or name another "
				  "with --config"
				: "configuration");
	return conf_parse(path, text, len, arena, out, err);
}

/* --- asking ------------------------------------------------------------------- */

static struct conf_entry *find(struct conf_section *section, const char *key)
{
	for (size_t i = 0; section && i < section->n_entries; i++) {
		if (strcmp(section->entries[i].key, key) == 0) {
			section->entries[i].used = true;
			return &section->entries[i];
		}
	}
	return NULL;
}

const char *conf_get(struct conf_section *section, const char *key, int *line)
{
	struct conf_entry *entry = find(section, key);

	if (entry && line)
		*line = entry->line;
	return entry ? entry->value : NULL;
}

static bool whole_number(const char *text, char **rest, long long *out)
{
	errno = 0;
	*out = strtoll(text, rest, 10);
	return errno == 0 && *rest != text;
}

enum rc conf_int(const struct conf *c, struct conf_section *s, const char *key,
		 long min, long max, long *out, struct err *err)
{
	struct conf_entry *entry = find(s, key);
	long long value;
	char *rest;

	if (!entry)
		return RC_OK;
	if (!whole_number(entry->value, &rest, &value) || *rest || value < min ||
	    value > max)
		return conf_error(c, entry->line, err,
				  "%s = %s: expected a whole number from %ld to %ld",
				  key, entry->value, min, max);
	*out = (long)value;
	return RC_OK;
}

enum rc conf_bool(const struct conf *c, struct conf_section *s, const char *key,
		  bool *out, struct err *err)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {{"yes", true},    {"no", false}, {"true", true},
		     {"false", false}, {"on", true},  {"off", false}};
	struct conf_entry *entry = find(s, key);

	if (!entry)
		return RC_OK;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (text_equal_nocase(entry->value, words[i].word)) {
			*out = words[i].value;
			return RC_OK;
		}
	}
	return conf_error(c, entry->line, err, "%s = %s: expected yes or no", key,
			  entry->value);
}

struct suffix {
	const char *text;
	long long factor;
};

/* A number of 0 or more with one of the suffixes, multiplied out. */
static bool scaled_number(const char *text, const struct suffix *suffixes, size_t n,
			  long long *out)
{
	long long value;
	char *rest;

	if (!whole_number(text, &rest, &value) || value < 0)
		return false;
	rest += strspn(rest, " ");
	for (size_t i = 0; i < n; i++)
		if (strcmp(rest, suffixes[i].text) == 0)
			return !__builtin_mul_overflow(value, suffixes[i].factor, out);
	return false;
}

enum rc conf_duration(const struct conf *c, struct conf_section *s, const char *key,
		      long *out_ms, struct err *err)
{
	static const struct suffix units[] = {
		{"ms", 1},	    {"s", 1000},	 {"min", 60 * 1000},
		{"h", 3600 * 1000}, {"d", 86400 * 1000},
	};
	struct conf_entry *entry = find(s, key);
	long long value;

	if (!entry)
		return RC_OK;
	if (!scaled_number(entry->value, units, sizeof(units) / sizeof(*units),
			   &value) ||
	    value > LONG_MAX)
		return conf_error(c, entry->line, err,
				  "%s = %s: expected a time such as 500ms, 5s, 15min, "
				  "8h or 30d",
				  key, entry->value);
	*out_ms = (long)value;
	return RC_OK;
}

enum rc conf_size(const struct conf *c, struct conf_section *s, const char *key,
		  long long *out_bytes, struct err *err)
{
	static const struct suffix units[] = {
		{"", 1},	  {"k", 1LL << 10}, {"K", 1LL << 10},
		{"M", 1LL << 20}, {"G", 1LL << 30}, {"T", 1LL << 40},
	};
	struct conf_entry *entry = find(s, key);
	long long value;

	if (!entry)
		return RC_OK;
	if (!scaled_number(entry->value, units, sizeof(units) / sizeof(*units), &value))
		return conf_error(
			c, entry->line, err,
			"%s = %s: expected a size such as 200, 64k, 200M or 2G", key,
			entry->value);
	*out_bytes = value;
	return RC_OK;
}

enum rc conf_check_unused(const struct conf *c, struct err *err)
{
	for (size_t i = 0; i < c->n_sections; i++) {
		const struct conf_section *s = &c->sections[i];

		for (size_t j = 0; j < s->n_entries; j++)
			if (!s->entries[j].used)
				return conf_error(c, s->entries[j].line, err,
						  "unknown setting \"%s\" in [%s]: "
						  "check its spelling, or remove it",
						  s->entries[j].key, s->kind);
	}
	return RC_OK;
}
