/* settings_doors.c - [door CLIENT/NAME]: how finished documents leave for the ERP.
 *
 * A door has a kind, and every kind its own few settings; one that stands below a door
 * of another kind is a misunderstanding and is said so. Two doors of a client never
 * name the same document type, since a document goes out once. Whether folders are
 * there and programs can be run is looked at by settings_check.c. */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "settings_rows.h"
#include "text.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

#define ROW(name, type, ...)                                                           \
	{                                                                              \
#name, type, offsetof(struct door_settings, name), __VA_ARGS__         \
	}
#define NAMED(key, name, type, ...)                                                    \
	{                                                                              \
		key, type, offsetof(struct door_settings, name), __VA_ARGS__           \
	}
const struct setting door_settings[] = {
	ROW(kind, SETTING_WORD, 0, 0, " sql files command https "),
	ROW(types, SETTING_TEXT, 0, 0, NULL),
	ROW(format, SETTING_WORD, 0, 0, " xml ubl csv json 837p "),
	ROW(mapping, SETTING_TEXT, 0, 0, NULL),
	ROW(path, SETTING_PATH, 0, 0, NULL),
	ROW(answers, SETTING_PATH, 0, 0, NULL),
	ROW(batch, SETTING_NUMBER, 1, 1000, NULL),
	NAMED("every", every_ms, SETTING_DURATION, 0, DAY, NULL),
	ROW(pdf, SETTING_WORD, 0, 0, " beside link "),
	ROW(pdf_path, SETTING_PATH, 0, 0, NULL),
	ROW(pdf_url, SETTING_TEXT, 0, 0, NULL),
	ROW(command, SETTING_TEXT, 0, 0, NULL),
	ROW(url, SETTING_TEXT, 0, 0, NULL),
	ROW(authority, SETTING_PATH, 0, 0, NULL),
	ROW(certificate, SETTING_PATH, 0, 0, NULL),
	ROW(key, SETTING_PATH, 0, 0, NULL),
	ROW(token, SETTING_PATH, 0, 0, NULL),
	NAMED("timeout", timeout_ms, SETTING_DURATION, 100, HOUR, NULL),
	NAMED("answer_within", answer_within_ms, SETTING_DURATION, MINUTE, 365L * DAY,
	      NULL),
	{0},
};
#undef ROW
#undef NAMED

/* Which kind a setting is for; what is not here is for all. */
static const struct {
	const char *key, *kinds;
	size_t at;
	bool needed; /* by those kinds */
} kind_rows[] = {
	{"path", " files ", offsetof(struct door_settings, path), true},
	{"answers", " files ", offsetof(struct door_settings, answers), false},
	{"pdf", " files command https ", offsetof(struct door_settings, pdf), false},
	{"command", " command ", offsetof(struct door_settings, command), true},
	{"url", " https ", offsetof(struct door_settings, url), true},
	{"authority", " https ", offsetof(struct door_settings, authority), false},
	{"certificate", " https ", offsetof(struct door_settings, certificate), false},
	{"key", " https ", offsetof(struct door_settings, key), false},
	{"token", " https ", offsetof(struct door_settings, token), false},
};

static enum rc wrong(const struct conf *conf, const struct door_settings *door,
		     struct err *err, const char *what)
{
	return conf_error(conf, door->line, err, "[door %s/%s]: %s", door->client,
			  door->name, what);
}

static enum rc check_kind_row(const struct conf *conf, const struct door_settings *door,
			      size_t row, struct err *err)
{
	char padded[32], what[160];
	const char *value;

	snprintf(padded, sizeof(padded), " %s ", door->kind);
	memcpy(&value, (const char *)door + kind_rows[row].at, sizeof(value));
	bool its_kind = strstr(kind_rows[row].kinds, padded) != NULL;
	if (its_kind == (value != NULL) || (its_kind && !kind_rows[row].needed))
		return RC_OK;
	if (value)
		snprintf(what, sizeof(what), "%s is nothing for kind = %s: remove it",
			 kind_rows[row].key, door->kind);
	else
		snprintf(what, sizeof(what), "kind = %s needs a %s", door->kind,
			 kind_rows[row].key);
	return wrong(conf, door, err, what);
}

static bool is_this_machine(const char *url)
{
	return text_starts(url, "http://127.0.0.1:") ||
	       text_starts(url, "http://localhost:") ||
	       text_starts(url, "http://[::1]:");
}

static enum rc check_https(const struct conf *conf, const struct door_settings *door,
			   struct err *err)
{
	if (!door->url)
		return RC_OK;
	if (!text_starts(door->url, "https://") && !is_this_machine(door->url))
		return wrong(conf, door, err,
			     "url must begin with https:// (http:// only to this "
			     "machine, "
			     "as http://127.0.0.1:PORT/)");
	if (!door->certificate != !door->key)
		return wrong(conf, door, err,
			     "certificate and key belong together: give both or none");
	return RC_OK;
}

static enum rc check_format(const struct conf *conf, const struct door_settings *door,
			    struct err *err)
{
	bool csv = strcmp(door->format, "csv") == 0;
	bool whole_batch = csv || strcmp(door->format, "837p") == 0;

	if (csv && !door->mapping)
		return wrong(conf, door, err,
			     "format = csv needs a mapping of columns, such as mapping "
			     "= odoo");
	if (!csv && door->mapping)
		return wrong(conf, door, err,
			     "a mapping is for format = csv: remove it");
	if (whole_batch &&
	    (strcmp(door->kind, "command") == 0 || strcmp(door->kind, "https") == 0))
		return wrong(
			conf, door, err,
			"csv and 837p are files of a whole batch, which only kind = "
			"files can hand over: choose ubl, json or xml");
	return RC_OK;
}

static enum rc check_pdf(const struct conf *conf, const struct door_settings *door,
			 struct err *err)
{
	bool link = door->pdf && strcmp(door->pdf, "link") == 0;

	if (door->pdf && !link && strcmp(door->kind, "files") != 0)
		return wrong(conf, door, err,
			     "pdf = beside needs a folder to stand in, which only kind "
			     "= files has: choose pdf = link");
	if (link && !door->pdf_path)
		return wrong(conf, door, err,
			     "pdf = link needs a pdf_path, the folder that the links "
			     "lead to");
	if (!link && (door->pdf_path || door->pdf_url))
		return wrong(conf, door, err,
			     "pdf_path and pdf_url are for pdf = link: remove them");
	if (door->path && door->pdf_path && strcmp(door->path, door->pdf_path) == 0)
		return wrong(conf, door, err,
			     "path and pdf_path are one folder: the ERP would take "
			     "PDFs for batches");
	return RC_OK;
}

/* A word of a list of words. */
static bool has_word(const char *words, const char *word, size_t len)
{
	for (const char *at = words; *(at += strspn(at, " "));) {
		size_t n = strcspn(at, " ");
		if (n == len && strncmp(at, word, len) == 0)
			return true;
		at += n;
	}
	return false;
}

/* A type both name, or "" when both stand for all others; NULL: none. */
static const char *common_type(struct arena *arena, const struct door_settings *a,
			       const struct door_settings *b)
{
	if (!a->types || !b->types)
		return a->types || b->types ? NULL : "";
	for (const char *at = a->types; *(at += strspn(at, " "));) {
		size_t n = strcspn(at, " ");
		if (has_word(b->types, at, n))
			return arena_strndup(arena, at, n);
		at += n;
	}
	return NULL;
}

static enum rc check_two_doors(const struct conf *conf, struct arena *arena,
			       const struct door_settings *a,
			       const struct door_settings *b, struct err *err)
{
	const char *type;

	if (strcmp(a->client, b->client) == 0 && strcmp(a->name, b->name) == 0)
		return conf_error(conf, b->line, err,
				  "[door %s/%s] is there already, in line %d: choose "
				  "another name",
				  b->client, b->name, a->line);
	if (a->path && b->path && strcmp(a->path, b->path) == 0)
		return conf_error(conf, b->line, err,
				  "[door %s/%s]: %s is the folder of [door %s/%s] in "
				  "line %d already: give each door a folder of its own",
				  b->client, b->name, b->path, a->client, a->name,
				  a->line);
	if (strcmp(a->client, b->client) != 0 ||
	    (strcmp(a->kind, "sql") == 0) != (strcmp(b->kind, "sql") == 0))
		return RC_OK;
	type = common_type(arena, a, b);
	if (!type)
		return RC_OK;
	return conf_error(conf, b->line, err,
			  "[door %s/%s] and [door %s/%s] in line %d both take %s%s: a "
			  "document goes out once, so give each its own types",
			  b->client, b->name, a->client, a->name, a->line,
			  *type ? "documents of type " : "all documents", type);
}

static enum rc check_client(const struct settings *s, const struct conf *conf,
			    const struct door_settings *door, struct err *err)
{
	for (size_t i = 0; i < s->n_clients; i++)
		if (strcmp(s->clients[i].code, door->client) == 0)
			return RC_OK;
	return conf_error(
		conf, door->line, err,
		"[door %s/%s]: there is no client \"%s\": add a section [client %s]",
		door->client, door->name, door->client, door->client);
}

enum rc settings_check_door(const struct settings *s, const struct conf *conf,
			    size_t index, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	const struct door_settings *door = &s->doors[index];
	enum rc rc = door->kind ? RC_OK
				: wrong(conf, door, err,
					"say what it is: kind = files, command, https "
					"or sql");

	for (size_t i = 0; i < sizeof(kind_rows) / sizeof(*kind_rows) && rc == RC_OK;
	     i++)
		rc = check_kind_row(conf, door, i, err);
	if (rc == RC_OK && door->types &&
	    strspn(door->types, "abcdefghijklmnopqrstuvwxyz0123456789_ ") !=
		    strlen(door->types))
		rc = wrong(
			conf, door, err,
			"types are names of document types with blanks between, such "
			"as types = invoice receipt");
	if (rc == RC_OK && door->command && door->command[0] != '/')
		rc = wrong(conf, door, err,
			   "command must begin with the program's path, from /");
	if (rc == RC_OK)
		rc = check_https(conf, door, err);
	if (rc == RC_OK)
		rc = check_format(conf, door, err);
	if (rc == RC_OK)
		rc = check_pdf(conf, door, err);
	if (rc == RC_OK)
		rc = check_client(s, conf, door, err);
	for (size_t i = 0; i < index && rc == RC_OK; i++)
		rc = check_two_doors(conf, arena, &s->doors[i], door, err);
	return rc;
}

enum rc settings_read_door(const struct conf *conf, struct conf_section *section,
			   struct arena *arena, struct door_settings *out,
			   struct err *err)
{
	const char *slash = strchr(section->name, '/');

	if (!slash || slash == section->name || !slash[1] || strchr(slash + 1, '/') ||
	    strlen(slash + 1) > 64 || strpbrk(slash + 1, "\"\\{},"))
		return conf_error(conf, section->line, err,
				  "[door %s]: expected [door CLIENT/NAME]",
				  section->name);
	*out = (struct door_settings){
		.client = arena_strndup(arena, section->name,
					(size_t)(slash - section->name)),
		.name = slash + 1,
		.format = "xml",
		.batch = 100,
		.every_ms = MINUTE,
		.timeout_ms = 30 * SECOND,
		.line = section->line,
	};
	return settings_read_rows(conf, section, door_settings, arena, out, err);
}

bool door_takes(const struct door_settings *door, const char *type)
{
	return !door->types || has_word(door->types, type, strlen(type));
}

/* A door that hands over goes before one that is asked, one that names the type before
 * one for all: as intray.door_of does. */
static int rank(const struct door_settings *door)
{
	return (strcmp(door->kind, "sql") != 0) * 2 + (door->types != NULL);
}

const struct door_settings *settings_door(const struct settings *s, const char *client,
					  const char *type)
{
	const struct door_settings *best = NULL;

	for (size_t i = 0; i < s->n_doors; i++) {
		const struct door_settings *d = &s->doors[i];

		if (strcmp(d->client, client) == 0 && door_takes(d, type) &&
		    (!best || rank(d) > rank(best)))
			best = d;
	}
	return best;
}
