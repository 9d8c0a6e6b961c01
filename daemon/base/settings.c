/* settings.c - what the configuration file may say.
 *
 * The rows below are the one list of settings: reading, range checks and what `intray
 * check-config` prints follow from them. A file is taken whole or not at all; the first
 * fault is told with file, line and remedy, so a reload with a faulty file changes
 * nothing. Rules between settings are in settings_rules.c, whether the folders can be
 * used is settings_check.c. */
#include "settings.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "settings_rows.h"
#include "text.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

#define ROW(name, type, ...)                                                           \
	{                                                                              \
#name, type, offsetof(struct settings, name), __VA_ARGS__              \
	}
#define NAMED(key, name, type, ...)                                                    \
	{                                                                              \
		key, type, offsetof(struct settings, name), __VA_ARGS__                \
	}
const struct setting intray_settings[] = {
	ROW(user, SETTING_TEXT, 0, 0, NULL),
	ROW(state_dir, SETTING_PATH, 0, 0, NULL),
	ROW(run_dir, SETTING_PATH, 0, 0, NULL),
	ROW(store_dir, SETTING_PATH, 0, 0, NULL),
	ROW(schema_dir, SETTING_PATH, 0, 0, NULL),
	ROW(mapping_dir, SETTING_PATH, 0, 0, NULL),
	ROW(einvoice_xsd, SETTING_PATH, 0, 0, NULL),
	ROW(secrets_dir, SETTING_PATH, 0, 0, NULL),
	ROW(database, SETTING_TEXT, 0, 0, NULL),
	ROW(languages, SETTING_TEXT, 0, 0, NULL),
	ROW(tessdata, SETTING_PATH, 0, 0, NULL),
	ROW(fine_tessdata, SETTING_PATH, 0, 0, NULL),
	ROW(workers, SETTING_NUMBER, 1, 256, NULL),
	ROW(worker_nice, SETTING_NUMBER, 0, 19, NULL),
	ROW(max_file, SETTING_SIZE, 0, 0, NULL),
	ROW(max_pages, SETTING_NUMBER, 1, 100000, NULL),
	ROW(max_pixels, SETTING_SIZE, 0, 0, NULL),
	ROW(min_free, SETTING_SIZE, 0, 0, NULL),
	NAMED("drain", drain_ms, SETTING_DURATION, 0, 10 * MINUTE, NULL),
	ROW(log_level, SETTING_WORD, 0, 0, " error warn info debug "),
	ROW(desk_listen, SETTING_TEXT, 0, 0, NULL),
	ROW(desk_threads, SETTING_NUMBER, 1, 32, NULL),
	ROW(desk_certificate, SETTING_PATH, 0, 0, NULL),
	ROW(desk_key, SETTING_PATH, 0, 0, NULL),
	ROW(desk_totp, SETTING_TEXT, 0, 0, NULL),
	ROW(desk_proxy, SETTING_TEXT, 0, 0, NULL),
	ROW(desk_identity, SETTING_TEXT, 0, 0, NULL),
	NAMED("desk_idle", desk_idle_ms, SETTING_DURATION, MINUTE, DAY, NULL),
	NAMED("desk_session", desk_session_ms, SETTING_DURATION, MINUTE, DAY, NULL),
	{0},
};
#undef ROW
#undef NAMED

#define ROW(name, type, ...)                                                           \
	{                                                                              \
#name, type, offsetof(struct tray_settings, name), __VA_ARGS__         \
	}
#define NAMED(key, name, type, ...)                                                    \
	{                                                                              \
		key, type, offsetof(struct tray_settings, name), __VA_ARGS__           \
	}
const struct setting tray_settings[] = {
	ROW(path, SETTING_PATH, 0, 0, NULL),
	ROW(kind, SETTING_WORD, 0, 0, " folder maildir "),
	NAMED("settle", settle_ms, SETTING_DURATION, 0, DAY, NULL),
	NAMED("incomplete", incomplete_ms, SETTING_DURATION, SECOND, 7 * DAY, NULL),
	NAMED("scan", scan_ms, SETTING_DURATION, 100, HOUR, NULL),
	ROW(depth, SETTING_NUMBER, 1, 64, NULL),
	ROW(done_marker, SETTING_TEXT, 0, 0, NULL),
	ROW(ignore, SETTING_TEXT, 0, 0, NULL),
	ROW(received, SETTING_WORD, 0, 0, " drop mtime "),
	ROW(languages, SETTING_TEXT, 0, 0, NULL),
	ROW(sidecar, SETTING_TEXT, 0, 0, NULL),
	ROW(sidecar_map, SETTING_TEXT, 0, 0, NULL),
	ROW(sidecar_required, SETTING_WORD, 0, 0, " no yes "),
	NAMED("sidecar_wait", sidecar_wait_ms, SETTING_DURATION, SECOND, 7 * DAY, NULL),
	ROW(separator_sheet, SETTING_TEXT, 0, 0, NULL),
	ROW(archive_number, SETTING_TEXT, 0, 0, NULL),
	ROW(tag, SETTING_TEXT, 0, 0, NULL),
	ROW(separator_blank, SETTING_WORD, 0, 0, " no yes "),
	ROW(boundaries, SETTING_WORD, 0, 0, " codes content "),
	ROW(collate, SETTING_WORD, 0, 0, " no yes "),
	NAMED("collate_wait", collate_wait_ms, SETTING_DURATION, SECOND, 7 * DAY, NULL),
	ROW(release, SETTING_WORD, 0, 0, " document batch "),
	{0},
};

/* --- defaults ----------------------------------------------------------------- */

/* What lies beside a program that runs from its build folder or from a moved prefix. */
static const char *beside_program(struct arena *arena, const char *const places[2])
{
	char exe[PATH_MAX], dir[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe));

	while (len > 0 && exe[len - 1] != '/')
		len--;
	for (size_t i = 0; len > 0 && i < 2; i++)
		if (realpath(arena_printf(arena, "%.*s%s", (int)len, exe, places[i]),
			     dir))
			return arena_strdup(arena, dir);
	return NULL;
}

static const char *default_schema_dir(struct arena *arena)
{
	static const char *const places[] = {"../share/intray/schemas", "../schemas"};
	const char *found = beside_program(arena, places);
	return found ? found : INTRAY_PREFIX "/share/intray/schemas";
}

static const char *default_mapping_dir(struct arena *arena)
{
	static const char *const places[] = {"../share/intray/mappings",
					     "../daemon/deliver/mappings"};
	const char *found = beside_program(arena, places);
	return found ? found : INTRAY_PREFIX "/share/intray/mappings";
}

static const char *default_fine_tessdata(struct arena *arena)
{
	static const char *const places[] = {"../share/intray/tessdata", "tessdata"};
	const char *found = beside_program(arena, places);
	return found ? found : INTRAY_PREFIX "/share/intray/tessdata";
}

static void set_defaults(struct arena *arena, struct settings *out)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	*out = (struct settings){
		.path = "(defaults)",
		.user = "intray",
		.state_dir = "/var/lib/intray",
		.run_dir = "/run/intray",
		.schema_dir = default_schema_dir(arena),
		.mapping_dir = default_mapping_dir(arena),
		.fine_tessdata = default_fine_tessdata(arena),
		.languages = "eng+deu",
		.workers = processors > 0 ? processors : 1,
		.worker_nice = 10,
		.max_file = 200LL << 20,
		.max_pages = 2000,
		.max_pixels = 100000000,
		.min_free = 1LL << 30,
		.drain_ms = 10 * SECOND,
		.log_level = "info",
		.desk_threads = 4,
		.desk_idle_ms = 30 * MINUTE,
		.desk_session_ms = 12 * HOUR,
	};
}

static const char *below(struct arena *arena, const char *given, const char *dir,
			 const char *name)
{
	return given ? given : arena_printf(arena, "%s/%s", dir, name);
}

static void fill_derived(struct arena *arena, struct settings *s)
{
	s->store_dir = below(arena, s->store_dir, s->state_dir, "store");
	s->secrets_dir = below(arena, s->secrets_dir, s->state_dir, "secrets");
}

void settings_default(struct arena *arena, struct settings *out)
{
	set_defaults(arena, out);
	fill_derived(arena, out);
}

/* --- reading ------------------------------------------------------------------ */

/* Without "//", "/./" and a slash at its end, so that two names of one folder compare
 * equal. NULL when it is not absolute or climbs. */
static const char *tidy_path(struct arena *arena, const char *path)
{
	struct strbuf out;

	if (*path != '/')
		return NULL;
	strbuf_init(&out, arena);
	while (*path) {
		size_t len;

		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (len == 2 && strncmp(path, "..", 2) == 0)
			return NULL;
		if (len > 0 && !(len == 1 && *path == '.')) {
			strbuf_add(&out, "/");
			strbuf_add_n(&out, path, len);
		}
		path += len;
	}
	return out.len > 0 ? out.text : "/";
}

static bool is_one_of(const char *words, const char *word)
{
	char padded[64];

	snprintf(padded, sizeof(padded), " %s ", word);
	return *word && !strchr(word, ' ') && strstr(words, padded);
}

static enum rc read_text(const struct conf *conf, struct conf_section *section,
			 const struct setting *row, struct arena *arena,
			 const char **out, struct err *err)
{
	int line = 0;
	const char *value = conf_get(section, row->key, &line), *tidy;

	if (!value)
		return RC_OK;
	if (!*value)
		return conf_error(
			conf, line, err,
			"%s has no value: give one, or remove the line for the "
			"default",
			row->key);
	if (row->type == SETTING_WORD && !is_one_of(row->words, value))
		return conf_error(conf, line, err, "%s = %s: expected one of:%s",
				  row->key, value, row->words);
	*out = value;
	if (row->type != SETTING_PATH)
		return RC_OK;
	tidy = tidy_path(arena, value);
	if (!tidy)
		return conf_error(
			conf, line, err,
			"%s = %s: expected a path that starts with / and has no "
			"\"..\"",
			row->key, value);
	*out = tidy;
	return RC_OK;
}

static enum rc read_duration(const struct conf *conf, struct conf_section *section,
			     const struct setting *row, long *out, struct err *err)
{
	int line = 0;
	enum rc rc = conf_duration(conf, section, row->key, out, err);

	if (rc != RC_OK || !conf_get(section, row->key, &line))
		return rc;
	if (*out < row->min || *out > row->max)
		return conf_error(conf, line, err, "%s: expected from %ldms to %lds",
				  row->key, row->min, row->max / SECOND);
	return RC_OK;
}

static enum rc read_row(const struct conf *conf, struct conf_section *section,
			const struct setting *row, struct arena *arena, char *into,
			struct err *err)
{
	void *at = into + row->at;

	switch (row->type) {
	case SETTING_NUMBER:
		return conf_int(conf, section, row->key, row->min, row->max, at, err);
	case SETTING_SIZE:
		return conf_size(conf, section, row->key, at, err);
	case SETTING_DURATION:
		return read_duration(conf, section, row, at, err);
	case SETTING_TEXT:
	case SETTING_PATH:
	case SETTING_WORD:
		break;
	}
	return read_text(conf, section, row, arena, at, err);
}

enum rc settings_read_rows(const struct conf *conf, struct conf_section *section,
			   const struct setting *rows, struct arena *arena, void *into,
			   struct err *err)
{
	for (; rows->key; rows++) {
		enum rc rc = read_row(conf, section, rows, arena, into, err);

		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc read_client(const struct conf *conf, struct conf_section *section,
			   struct client_settings *out, struct err *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t len = strlen(section->name);
	const char *name, *figures;
	int line = 0;

	if (len < 1 || len > 32 || strspn(section->name, allowed) != len)
		return conf_error(
			conf, section->line, err,
			"[client %s]: a client's code has 1 to 32 of a-z, 0-9 "
			"and -",
			section->name);
	name = conf_get(section, "name", NULL);
	figures = conf_get(section, "clerk_figures", &line);
	if (figures && strcmp(figures, "names") != 0 &&
	    strcmp(figures, "pseudonyms") != 0 && strcmp(figures, "off") != 0)
		return conf_error(
			conf, line, err,
			"clerk_figures = %s: expected names, pseudonyms or off",
			figures);
	*out = (struct client_settings){
		.code = section->name,
		.name = name && *name ? name : section->name,
		.clerk_figures = figures ? figures : "names",
		.line = section->line,
	};
	return RC_OK;
}

static enum rc read_tray(const struct conf *conf, struct conf_section *section,
			 struct arena *arena, struct tray_settings *out,
			 struct err *err)
{
	const char *slash = strchr(section->name, '/');

	if (!slash || slash == section->name || !slash[1] || strchr(slash + 1, '/') ||
	    strlen(slash + 1) > 64)
		return conf_error(conf, section->line, err,
				  "[tray %s]: expected [tray CLIENT/NAME]",
				  section->name);
	*out = (struct tray_settings){
		.client = arena_strndup(arena, section->name,
					(size_t)(slash - section->name)),
		.name = slash + 1,
		.kind = "folder",
		.settle_ms = 5 * SECOND,
		.incomplete_ms = 15 * MINUTE,
		.scan_ms = 2 * SECOND,
		.depth = 8,
		.ignore = ".* *.part *.tmp ~*",
		.received = "drop",
		.sidecar_required = "no",
		.sidecar_wait_ms = 15 * MINUTE,
		.separator_blank = "no",
		.boundaries = "codes",
		.collate = "no",
		.collate_wait_ms = 30 * MINUTE,
		.release = "document",
		.line = section->line,
	};
	return settings_read_rows(conf, section, tray_settings, arena, out, err);
}

static enum rc read_section(const struct conf *conf, struct conf_section *section,
			    struct arena *arena, struct settings *out, struct err *err)
{
	if (strcmp(section->kind, "client") == 0)
		return read_client(conf, section, &out->clients[out->n_clients++], err);
	if (strcmp(section->kind, "tray") == 0)
		return read_tray(conf, section, arena, &out->trays[out->n_trays++],
				 err);
	if (strcmp(section->kind, "door") == 0)
		return settings_read_door(conf, section, arena,
					  &out->doors[out->n_doors++], err);
	if (strcmp(section->kind, "intray") == 0 && !*section->name)
		return settings_read_rows(conf, section, intray_settings, arena, out,
					  err);
	return conf_error(conf, section->line, err,
			  "unknown section [%s]: expected [intray], [client CODE], "
			  "[tray CLIENT/NAME] or [door CLIENT/NAME]",
			  section->kind);
}

enum rc settings_from_conf(struct conf *conf, struct arena *arena, struct settings *out,
			   struct err *err)
{
	enum rc rc;

	set_defaults(arena, out);
	out->path = conf->path;
	out->clients = arena_alloc_n(arena, conf->n_sections, sizeof(*out->clients));
	out->trays = arena_alloc_n(arena, conf->n_sections, sizeof(*out->trays));
	out->doors = arena_alloc_n(arena, conf->n_sections, sizeof(*out->doors));
	for (size_t i = 0; i < conf->n_sections; i++) {
		rc = read_section(conf, &conf->sections[i], arena, out, err);
		if (rc != RC_OK)
			return rc;
	}
	fill_derived(arena, out);
	rc = conf_check_unused(conf, err);
	return rc == RC_OK ? settings_check_rules(out, conf, err) : rc;
}

enum rc settings_load(const char *path, struct arena *arena, struct settings *out,
		      struct err *err)
{
	struct conf conf;
	enum rc rc = conf_load(path, arena, &conf, err);

	return rc == RC_OK ? settings_from_conf(&conf, arena, out, err) : rc;
}

/* --- showing ------------------------------------------------------------------ */

static const char *scaled_text(struct arena *arena, long long value,
			       const long long *factors, const char *const *names,
			       size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (value >= factors[i] && value % factors[i] == 0)
			return arena_printf(arena, "%lld%s", value / factors[i],
					    names[i]);
	return arena_printf(arena, "%lld", value);
}

static const char *row_text(struct arena *arena, const struct setting *row,
			    const char *from)
{
	static const long long sizes[] = {1LL << 30, 1 << 20, 1 << 10};
	static const char *const size_names[] = {"G", "M", "k"};
	static const long long times[] = {DAY, HOUR, MINUTE, SECOND, 1};
	static const char *const time_names[] = {"d", "h", "min", "s", "ms"};
	const void *at = from + row->at;

	switch (row->type) {
	case SETTING_NUMBER:
		return arena_printf(arena, "%ld", *(const long *)at);
	case SETTING_SIZE:
		return scaled_text(arena, *(const long long *)at, sizes, size_names, 3);
	case SETTING_DURATION:
		return scaled_text(arena, *(const long *)at, times, time_names, 5);
	case SETTING_TEXT:
	case SETTING_PATH:
	case SETTING_WORD:
		break;
	}
	return *(const char *const *)at;
}

static void show_rows(const char *section, const struct setting *rows, const void *from,
		      struct arena *arena, settings_visit_fn *visit, void *ctx)
{
	for (; rows->key; rows++)
		visit(ctx, section, rows->key, row_text(arena, rows, from));
}

void settings_show(const struct settings *s, struct arena *arena,
		   settings_visit_fn *visit, void *ctx)
{
	show_rows("intray", intray_settings, s, arena, visit, ctx);
	for (size_t i = 0; i < s->n_clients; i++) {
		const char *section =
			arena_printf(arena, "client %s", s->clients[i].code);
		visit(ctx, section, "name", s->clients[i].name);
		visit(ctx, section, "clerk_figures", s->clients[i].clerk_figures);
	}
	for (size_t i = 0; i < s->n_trays; i++)
		show_rows(arena_printf(arena, "tray %s/%s", s->trays[i].client,
				       s->trays[i].name),
			  tray_settings, &s->trays[i], arena, visit, ctx);
	for (size_t i = 0; i < s->n_doors; i++)
		show_rows(arena_printf(arena, "door %s/%s", s->doors[i].client,
				       s->doors[i].name),
			  door_settings, &s->doors[i], arena, visit, ctx);
}
