/* conninfo.c - where the database is and as whom to log in, as one libpq string.
 *
 * Settings name the database without user and password, as key=value or as a URI;
 * without a setting it is the private cluster's socket in the run folder. Every part is
 * quoted anew, so no value can smuggle in another key. */
#include <libpq-fe.h>
#include <string.h>
#include <sys/un.h>

#include "conn.h"
#include "secret.h"

static void add_key(struct strbuf *out, const char *key, const char *value)
{
	strbuf_addf(out, "%s%s='", out->len ? " " : "", key);
	for (; *value; value++) {
		if (*value == '\'' || *value == '\\')
			strbuf_add_n(out, "\\", 1);
		strbuf_add_n(out, value, 1);
	}
	strbuf_add(out, "'");
}

static enum rc add_configured(struct strbuf *out, const char *database, struct err *err)
{
	char *complaint = NULL;
	PQconninfoOption *options = PQconninfoParse(database, &complaint);

	if (!options) {
		err_set(err, RC_FAIL, "setting `database`: %.*s",
			complaint ? (int)strcspn(complaint, "\n") : 3,
			complaint ? complaint : "???");
		PQfreemem(complaint);
		return RC_FAIL;
	}
	for (const PQconninfoOption *o = options; o->keyword; o++)
		if (o->val && *o->val && strcmp(o->keyword, "user") != 0 &&
		    strcmp(o->keyword, "password") != 0)
			add_key(out, o->keyword, o->val);
	PQconninfoFree(options);
	return RC_OK;
}

static enum rc add_private(struct strbuf *out, const struct settings *settings,
			   struct arena *arena, struct err *err)
{
	const char *folder = arena_printf(arena, "%s/pg", settings->run_dir);

	if (strlen(folder) + sizeof("/.s.PGSQL.5432.lock") >
	    sizeof(((struct sockaddr_un *)0)->sun_path))
		return err_set(err, RC_FAIL,
			       "run_dir %s is too long for a socket's name; choose a "
			       "shorter one",
			       settings->run_dir);
	add_key(out, "host", folder);
	add_key(out, "port", "5432");
	add_key(out, "dbname", "intray");
	return RC_OK;
}

enum rc db_conninfo(const struct settings *settings, enum db_role role,
		    struct arena *arena, const char **conninfo, struct err *err)
{
	struct strbuf out;
	const char *password;

	strbuf_init(&out, arena);
	enum rc rc = settings->database ? add_configured(&out, settings->database, err)
					: add_private(&out, settings, arena, err);
	if (rc != RC_OK)
		return rc;
	rc = secret_get(settings, role, false, arena, &password, err);
	if (rc != RC_OK)
		return rc;
	add_key(&out, "user", db_role_name(role));
	add_key(&out, "password", password);
	*conninfo = out.text;
	return RC_OK;
}
