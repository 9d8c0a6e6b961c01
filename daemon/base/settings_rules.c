/* settings_rules.c - rules that concern several settings at once.
 *
 * Two trays on one folder would take files from each other; a tray around our own state
 * would take our own files. Such faults are found here, before anything is touched, and
 * told with the line to change. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "pattern.h"
#include "settings_rows.h"
#include "text.h"

/* The line of a key in [intray], for complaints; 0 when it stands on its default. */
static int line_of(const struct conf *conf, const char *key)
{
	int line = 0;

	for (size_t i = 0; i < conf->n_sections; i++)
		if (strcmp(conf->sections[i].kind, "intray") == 0)
			conf_get(&conf->sections[i], key, &line);
	return line;
}

/* Whether `inner` is `outer` or lies below it. */
static bool is_within(const char *inner, const char *outer)
{
	size_t len = strlen(outer);

	if (strcmp(outer, "/") == 0)
		return true;
	return strncmp(inner, outer, len) == 0 && (!inner[len] || inner[len] == '/');
}

static enum rc check_tray_client(const struct settings *s, const struct conf *conf,
				 const struct tray_settings *tray, struct err *err)
{
	for (size_t i = 0; i < s->n_clients; i++)
		if (strcmp(s->clients[i].code, tray->client) == 0)
			return RC_OK;
	return conf_error(
		conf, tray->line, err,
		"[tray %s/%s]: there is no client \"%s\": add a section [client %s]",
		tray->client, tray->name, tray->client, tray->client);
}

static enum rc check_two_trays(const struct conf *conf, const struct tray_settings *a,
			       const struct tray_settings *b, struct err *err)
{
	if (strcmp(a->path, b->path) == 0)
		return conf_error(
			conf, b->line, err,
			"[tray %s/%s]: %s is the folder of [tray %s/%s] in line %d "
			"already: give each tray a folder of its own",
			b->client, b->name, b->path, a->client, a->name, a->line);
	if (is_within(a->path, b->path) || is_within(b->path, a->path))
		return conf_error(
			conf, b->line, err,
			"[tray %s/%s]: %s and %s of [tray %s/%s] in line %d lie one "
			"inside the other: put them side by side",
			b->client, b->name, b->path, a->path, a->client, a->name,
			a->line);
	return RC_OK;
}

/* A tray around it would take in what goes out. */
static enum rc check_door_folder(const struct settings *s, const struct conf *conf,
				 const struct door_settings *door, const char *path,
				 struct err *err)
{
	for (size_t i = 0; path && i < s->n_trays; i++)
		if (s->trays[i].path && (is_within(path, s->trays[i].path) ||
					 is_within(s->trays[i].path, path)))
			return conf_error(conf, door->line, err,
					  "[door %s/%s]: %s and %s of [tray %s/%s] lie "
					  "one inside the other: put them side by side",
					  door->client, door->name, path,
					  s->trays[i].path, s->trays[i].client,
					  s->trays[i].name);
	return RC_OK;
}

static enum rc check_tray_and_state(const struct settings *s, const struct conf *conf,
				    const struct tray_settings *tray, struct err *err)
{
	const char *const ours[] = {s->state_dir, s->run_dir, s->store_dir,
				    s->secrets_dir};

	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		if (is_within(ours[i], tray->path) || is_within(tray->path, ours[i]))
			return conf_error(
				conf, tray->line, err,
				"[tray %s/%s]: %s and Intray's own folder %s lie "
				"one inside the other: move the tray",
				tray->client, tray->name, tray->path, ours[i]);
	return RC_OK;
}

static bool are_languages(const char *text)
{
	size_t len = strlen(text);

	return strspn(text,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		      "_+") == len &&
	       text[0] != '+' && text[len - 1] != '+' && !strstr(text, "++");
}

static enum rc check_languages(const struct conf *conf, int line, const char *languages,
			       struct err *err)
{
	if (!languages || are_languages(languages))
		return RC_OK;
	return conf_error(
		conf, line, err,
		"languages = %s: expected tesseract names joined by +, such as "
		"eng+deu",
		languages);
}

static enum rc check_patterns(const struct conf *conf, const struct tray_settings *tray,
			      const char *key, const char *words, struct err *err)
{
	struct patterns *patterns = NULL;
	struct err fault;
	int line = tray->line;
	enum rc rc = patterns_new(words, &patterns, &fault);

	patterns_free(&patterns);
	if (rc == RC_OK)
		return RC_OK;
	for (size_t i = 0; i < conf->n_sections; i++)
		if (conf->sections[i].line == tray->line)
			conf_get(&conf->sections[i], key, &line);
	return conf_error(conf, line, err,
			  "%s: %s: expected patterns with blanks between, such as "
			  "PATCHT or ASN([0-9]+)",
			  key, fault.text);
}

static enum rc check_separators(const struct conf *conf,
				const struct tray_settings *tray, struct err *err)
{
	enum rc rc = check_patterns(conf, tray, "separator_sheet",
				    tray->separator_sheet, err);

	if (rc == RC_OK)
		rc = check_patterns(conf, tray, "archive_number", tray->archive_number,
				    err);
	return rc == RC_OK ? check_patterns(conf, tray, "tag", tray->tag, err) : rc;
}

/* As stages/sidecar.c reads it. */
static enum rc check_sidecar(const struct conf *conf, const struct tray_settings *tray,
			     struct err *err)
{
	enum { MAP_MAX = 2000 };
	const char *map = tray->sidecar_map;

	if ((map || strcmp(tray->sidecar_required, "yes") == 0) && !tray->sidecar)
		return conf_error(conf, tray->line, err,
				  "[tray %s/%s]: sidecar says which files are indexes, "
				  "such as *.csv; without it there is nothing to map",
				  tray->client, tray->name);
	for (const char *at = map; at && *at;) {
		size_t len = strcspn(at, ","), colon = strcspn(at, ":,");
		if (colon == 0 || colon + 1 >= len || strlen(map) > MAP_MAX)
			return conf_error(
				conf, tray->line, err,
				"[tray %s/%s]: sidecar_map: expected pairs such "
				"as \"@file: File, number: Invoice No\"",
				tray->client, tray->name);
		at += len + (at[len] == ',');
	}
	return RC_OK;
}

static enum rc check_tray(const struct settings *s, const struct conf *conf,
			  size_t index, struct err *err)
{
	const struct tray_settings *tray = &s->trays[index];
	enum rc rc;

	if (!tray->path)
		return conf_error(
			conf, tray->line, err,
			"[tray %s/%s] has no path: add \"path = /folder/to/watch\"",
			tray->client, tray->name);
	if (tray->done_marker && strchr(tray->done_marker, '/'))
		return conf_error(
			conf, tray->line, err,
			"[tray %s/%s]: done_marker is a suffix such as .ok and has "
			"no /",
			tray->client, tray->name);
	rc = check_languages(conf, tray->line, tray->languages, err);
	if (rc == RC_OK)
		rc = check_tray_client(s, conf, tray, err);
	if (rc == RC_OK)
		rc = check_separators(conf, tray, err);
	if (rc == RC_OK)
		rc = check_sidecar(conf, tray, err);
	if (rc == RC_OK)
		rc = check_tray_and_state(s, conf, tray, err);
	for (size_t i = 0; i < index && rc == RC_OK; i++)
		rc = check_two_trays(conf, &s->trays[i], tray, err);
	return rc;
}

static enum rc check_database(const struct settings *s, const struct conf *conf,
			      struct err *err)
{
	if (!s->database)
		return RC_OK;
	if (strstr(s->database, "password=") || strstr(s->database, "user=") ||
	    (strstr(s->database, "://") && strchr(s->database, '@')))
		return conf_error(
			conf, line_of(conf, "database"), err,
			"database: leave user and password out: each process has a "
			"role of its own, and passwords are files in secrets_dir");
	return RC_OK;
}

static enum rc check_totp(const struct settings *s, const struct conf *conf,
			  struct err *err)
{
	static const char roles[] = " clerk senior supervisor administrator auditor ";
	const char *at = s->desk_totp;

	while (at && *(at += strspn(at, " "))) {
		size_t len = strcspn(at, " ");
		char word[32];
		snprintf(word, sizeof(word), " %.*s ", (int)(len < 28 ? len : 28), at);
		if (!strstr(roles, word))
			return conf_error(
				conf, line_of(conf, "desk_totp"), err,
				"desk_totp = %s: expected roles with blanks "
				"between, such as \"supervisor administrator\"",
				s->desk_totp);
		at += len;
	}
	return RC_OK;
}

/* Whoever reaches the desk beside the proxy could name himself anybody. */
static enum rc check_identity(const struct settings *s, const struct conf *conf,
			      struct err *err)
{
	if (!s->desk_identity || s->desk_proxy || !s->desk_listen ||
	    s->desk_listen[0] == '/')
		return RC_OK;
	return conf_error(
		conf, line_of(conf, "desk_identity"), err,
		"desk_identity = %s: say with desk_proxy which address is the proxy's, "
		"or let desk_listen be a path",
		s->desk_identity);
}

static enum rc check_user(const struct settings *s, const struct conf *conf,
			  struct err *err)
{
	const struct passwd *pw = getpwnam(s->user);

	if (!pw || pw->pw_uid != 0)
		return RC_OK;
	return conf_error(conf, line_of(conf, "user"), err,
			  "user = %s: what reads strangers' files never runs as root: "
			  "name a user of its own",
			  s->user);
}

static bool is_loopback(const char *address)
{
	return text_starts(address, "127.") || text_starts(address, "[::1]");
}

/* The desk itself asks more exactly; but by then everything else is running. */
static enum rc check_listen(const struct settings *s, const struct conf *conf,
			    struct err *err)
{
	const char *text = s->desk_listen, *colon = text ? strrchr(text, ':') : NULL;
	char *end = NULL;

	if (!text || *text == '/' || strcmp(text, "off") == 0)
		return RC_OK;
	if (!colon || colon == text || colon[-1] == ':' || !colon[1] ||
	    strtoul(colon + 1, &end, 10) > 65535 || *end)
		return conf_error(conf, line_of(conf, "desk_listen"), err,
				  "desk_listen = %s: expected ADDRESS:PORT, a path or "
				  "off",
				  text);
	if (!s->desk_certificate && !is_loopback(text))
		return conf_error(
			conf, line_of(conf, "desk_listen"), err,
			"desk_listen = %s: without desk_certificate only a "
			"loopback address is possible: passwords would travel "
			"in the open",
			text);
	return RC_OK;
}

enum rc settings_check_rules(const struct settings *s, const struct conf *conf,
			     struct err *err)
{
	enum { SOCKET_DIR_MAX = 85 }; /* of 107 bytes a socket's path may have */
	enum rc rc;

	if (strlen(s->run_dir) > SOCKET_DIR_MAX)
		return conf_error(
			conf, line_of(conf, "run_dir"), err,
			"run_dir = %s is too long for a socket: at most %d bytes",
			s->run_dir, SOCKET_DIR_MAX);
	rc = check_languages(conf, line_of(conf, "languages"), s->languages, err);
	if (rc == RC_OK)
		rc = check_user(s, conf, err);
	if (rc == RC_OK)
		rc = check_listen(s, conf, err);
	if (rc == RC_OK)
		rc = check_database(s, conf, err);
	if (rc == RC_OK)
		rc = check_totp(s, conf, err);
	if (rc == RC_OK)
		rc = check_identity(s, conf, err);
	for (size_t i = 0; i < s->n_trays && rc == RC_OK; i++)
		rc = check_tray(s, conf, i, err);
	for (size_t i = 0; i < s->n_doors && rc == RC_OK; i++) {
		rc = settings_check_door(s, conf, i, err);
		if (rc == RC_OK)
			rc = check_door_folder(s, conf, &s->doors[i], s->doors[i].path,
					       err);
		if (rc == RC_OK)
			rc = check_door_folder(s, conf, &s->doors[i],
					       s->doors[i].answers, err);
		if (rc == RC_OK)
			rc = check_door_folder(s, conf, &s->doors[i],
					       s->doors[i].pdf_path, err);
	}
	return rc;
}
