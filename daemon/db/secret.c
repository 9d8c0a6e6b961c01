/* secret.c - a password per database role, in files that only our user may read, and
 * the key to people's authenticators (desk_totp): who has the database alone, or its
 * backup, can make no codes.
 *
 * SECRETS/intray_worker and so on: one line each, mode 0600, in a folder of mode 0700.
 * Made from getrandom when missing, written beside and renamed, so that a password that
 * somebody uses is never half a password. As root the files are given to the user the
 * daemon will become. Several hosts on one database must have the same files. */
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "password.h"
#include "proc.h"
#include "text.h"

#define SECRET_BYTES 24

static void give_to_user(const struct settings *settings, const char *path)
{
	const struct passwd *user;

	if (geteuid() != 0 || !settings->user || !(user = getpwnam(settings->user)))
		return;
	/* Failing leaves it root's, who may read it as well; the user's error will say
	 * so. */
	if (lchown(path, user->pw_uid, user->pw_gid) != 0)
		return;
}

static enum rc make_folder(const struct settings *settings, struct err *err)
{
	if (mkdir(settings->secrets_dir, 0700) == 0)
		give_to_user(settings, settings->secrets_dir);
	else if (errno != EEXIST)
		return err_errno(err, RC_FAIL, "make folder %s", settings->secrets_dir);
	return RC_OK;
}

static enum rc write_secret(const char *path, const char *password, struct err *err)
{
	AUTO_FD fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_errno(err, RC_FAIL, "make %s", path);
	if (!fd_write_all(fd, password, strlen(password)) ||
	    !fd_write_all(fd, "\n", 1) || fsync(fd) != 0)
		return err_errno(err, RC_RETRY, "write %s", path);
	return RC_OK;
}

static enum rc make_secret(const struct settings *settings, const char *path,
			   struct arena *arena, const char **password, struct err *err)
{
	unsigned char random[SECRET_BYTES];
	char *text = arena_alloc(arena, 2 * SECRET_BYTES + 1);
	const char *beside = arena_printf(arena, "%s.new", path);
	enum rc rc = make_folder(settings, err);

	if (rc != RC_OK)
		return rc;
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		die("getrandom gives nothing");
	*password = text_hex(random, sizeof(random), text);
	rc = write_secret(beside, *password, err);
	if (rc != RC_OK)
		return rc;
	give_to_user(settings, beside);
	if (rename(beside, path) != 0)
		return err_errno(err, RC_FAIL, "make %s", path);
	return RC_OK;
}

static const char *who_makes(const struct settings *settings, const char *name)
{
	if (!settings->database)
		return "intrayd makes it when it is started for the first time";
	return strcmp(name, db_role_name(DB_OWNER)) == 0
		       ? "`intray migrate --help` says how to make it"
		       : "intrayd makes it when it starts, or `intray migrate`";
}

static enum rc get_named(const struct settings *settings, const char *name, bool make,
			 struct arena *arena, const char **secret, struct err *err)
{
	const char *path = arena_printf(arena, "%s/%s", settings->secrets_dir, name);
	char *text;
	size_t len;

	if (access(path, F_OK) != 0 && errno == ENOENT) {
		if (make)
			return make_secret(settings, path, arena, secret, err);
		return err_set(err, RC_FAIL, "no password for %s: %s is missing (%s)",
			       name, path, who_makes(settings, name));
	}
	enum rc rc = file_read(AT_FDCWD, path, 4096, arena, &text, &len, err);
	if (rc != RC_OK)
		return err_wrap(err, rc,
				"password of %s (only root and user %s read it)", name,
				settings->user);
	text[strcspn(text, "\r\n")] = '\0';
	if (!*text)
		return err_set(err, RC_FAIL,
			       "%s is empty; put the password of %s into it", path,
			       name);
	*secret = text;
	return RC_OK;
}

enum rc secret_get(const struct settings *settings, enum db_role role, bool make,
		   struct arena *arena, const char **password, struct err *err)
{
	return get_named(settings, db_role_name(role), make, arena, password, err);
}

static const char totp_name[] = "desk_totp";

enum rc secret_make_totp(const struct settings *settings, struct arena *arena,
			 struct err *err)
{
	const char *text;

	return get_named(settings, totp_name, true, arena, &text, err);
}

enum rc db_totp_key(const struct settings *settings, unsigned char key[32],
		    struct err *err)
{
	AUTO_ARENA arena = arena_new();
	const char *text;
	enum rc rc = get_named(settings, totp_name, false, arena, &text, err);

	if (rc == RC_OK)
		seal_key(text, key);
	return rc;
}
