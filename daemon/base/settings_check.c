/* settings_check.c - whether the folders of the settings can be used.
 *
 * Looks with the eyes of the user Intray will run as: called by root, it asks in a
 * child that has become that user. It leaves nothing behind but, for a moment, a hidden
 * folder in each tray, to see that renaming works there. Problems are sentences with a
 * remedy; failing to look at all is an error. */
#include "settings.h"

#include <errno.h>
#include <limits.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "proc.h"
#include "text.h"

struct look {
	const struct settings *s;
	struct arena *arena;
	const char *user; /* for the sentences */
	void (*say)(void *ctx, const char *problem);
	void *ctx;
};

static void problem(const struct look *look, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void problem(const struct look *look, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	look->say(look->ctx, arena_vprintf(look->arena, fmt, ap));
	va_end(ap);
}

/* The folder itself, or the nearest one above it that exists. */
static const char *existing(struct arena *arena, const char *path, struct stat *st)
{
	char *at = arena_strdup(arena, path);

	while (stat(at, st) < 0) {
		char *slash = strrchr(at, '/');

		if (!slash || slash == at)
			return stat("/", st) == 0 ? "/" : NULL;
		*slash = '\0';
	}
	return at;
}

/* The folder on the way to a path that this user may not pass; NULL: none. */
static const char *barred(struct arena *arena, const char *path)
{
	char *at = arena_strdup(arena, path);

	for (char *slash = strchr(at + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (access(at, X_OK) < 0 && errno == EACCES)
			return at;
		*slash = '/';
	}
	return NULL;
}

/* Says so when there is one: then nothing else can be said of what lies behind. */
static bool is_barred(const struct look *look, const char *what, const char *path)
{
	const char *at = barred(look->arena, path);

	if (at)
		problem(look,
			"%s: user %s may not pass %s on the way to %s: let it "
			"(chmod o+x %s)",
			what, look->user, at, path, at);
	return at != NULL;
}

/* A folder of ours: usable, or to be made where we may make it. */
static void look_at_own(const struct look *look, const char *key, const char *path)
{
	struct stat st;
	const char *there;

	if (is_barred(look, key, path))
		return;
	there = existing(look->arena, path, &st);
	if (!there || !S_ISDIR(st.st_mode))
		problem(look, "%s = %s: %s is not a folder", key, path,
			there ? there : path);
	else if (access(there, R_OK | W_OK | X_OK) < 0)
		problem(look,
			"%s = %s: user %s may not write to %s: give it the folder "
			"(chown %s %s)",
			key, path, look->user, there, look->user, there);
}

static void look_at_space(const struct look *look)
{
	struct statvfs fs;
	struct stat store;
	const char *a = existing(look->arena, look->s->store_dir, &store);
	long long room;

	if (!a || statvfs(a, &fs) < 0)
		return;
	room = (long long)fs.f_bavail * (long long)fs.f_frsize;
	if (room < look->s->min_free)
		problem(look,
			"%lld MB are free at %s, min_free asks for %lld MB: make room, "
			"or "
			"lower min_free; nothing is taken in until then",
			room >> 20, a, look->s->min_free >> 20);
}

static void look_at_schemas(const struct look *look)
{
	const char *pattern =
		arena_printf(look->arena, "%s/*.xsd", look->s->schema_dir);
	glob_t found = {0};

	if (glob(pattern, 0, NULL, &found) != 0)
		problem(look,
			"schema_dir = %s: no schemas (*.xsd) can be read there: run "
			"make "
			"install, or set schema_dir",
			look->s->schema_dir);
	globfree(&found);
}

static void look_at_einvoice_xsd(const struct look *look)
{
	const char *dir = look->s->einvoice_xsd;
	struct stat st;

	if (dir && (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode) ||
		    access(dir, R_OK | X_OK) < 0))
		problem(look,
			"einvoice_xsd = %s: not a folder that user %s can read: put "
			"the XSDs of UBL and CII there, or remove the line",
			dir, look->user);
}

static void look_for_model(const struct look *look, const char *dir,
			   const char *languages)
{
	const char *at = languages;

	while (*at) {
		int len = (int)strcspn(at, "+");
		const char *file =
			arena_printf(look->arena, "%s/%.*s.traineddata", dir, len, at);

		if (access(file, R_OK) < 0)
			problem(look,
				"languages = %s: %s cannot be read: install the "
				"package "
				"tesseract-ocr-%.*s, or take %.*s out of languages",
				languages, file, len, at, len, at);
		at += len;
		at += *at == '+';
	}
}

static void look_at_models(const struct look *look)
{
	static const char debian[] = "/usr/share/tesseract-ocr/5/tessdata";
	const char *dir = look->s->tessdata ? look->s->tessdata : debian;

	if (!look->s->tessdata && access(debian, F_OK) < 0)
		return; /* another system: tesseract itself knows where */
	look_for_model(look, dir, look->s->languages);
	for (size_t i = 0; i < look->s->n_trays; i++)
		if (look->s->trays[i].languages)
			look_for_model(look, dir, look->s->trays[i].languages);
}

/* Intake claims a file by renaming it into a folder it makes in the tray. */
static bool renaming_works(const char *dir)
{
	AUTO_FD fd = open(dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	char from[64], to[64];
	bool works;

	snprintf(from, sizeof(from), ".intray-check-%d", (int)getpid());
	snprintf(to, sizeof(to), ".intray-check-%d-renamed", (int)getpid());
	if (fd < 0 || mkdirat(fd, from, 0700) < 0)
		return false;
	works = renameat2(fd, from, fd, to, RENAME_NOREPLACE) == 0;
	unlinkat(fd, works ? to : from, AT_REMOVEDIR);
	return works;
}

/* Paths may differ and the folder be one, or one lie in the other, by a link or mount
 * on the way: then one client's papers would be taken as another's. */
static bool is_or_is_below(const char *inner, const char *outer)
{
	char a[PATH_MAX], b[PATH_MAX];

	if (!realpath(inner, a) || !realpath(outer, b))
		return false;
	size_t len = strlen(b);
	return strncmp(a, b, len) == 0 && (!a[len] || a[len] == '/');
}

static bool is_same(const char *one, const char *other)
{
	struct stat a, b;

	return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static const struct tray_settings *sharing_folder(const struct look *look,
						  const struct tray_settings *tray)
{
	for (const struct tray_settings *t = look->s->trays; t < tray; t++)
		if (is_same(tray->path, t->path) ||
		    is_or_is_below(tray->path, t->path) ||
		    is_or_is_below(t->path, tray->path))
			return t;
	return NULL;
}

static bool is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static bool is_maildir(const struct tray_settings *tray)
{
	return strcmp(tray->kind, "maildir") == 0;
}

static bool has_folder(const char *path, const char *name)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	bool there = fd >= 0 && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		     S_ISDIR(st.st_mode);

	if (fd >= 0)
		close(fd);
	return there;
}

static void look_at_tray(const struct look *look, const struct tray_settings *tray)
{
	const struct tray_settings *other;
	struct stat st;

	if (is_barred(look,
		      arena_printf(look->arena, "line %d: tray %s/%s", tray->line,
				   tray->client, tray->name),
		      tray->path))
		return;
	if (stat(tray->path, &st) < 0)
		problem(look,
			"line %d: tray %s/%s: %s: %s: make the folder, or mount it "
			"first",
			tray->line, tray->client, tray->name, tray->path,
			strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		problem(look, "line %d: tray %s/%s: %s is not a folder", tray->line,
			tray->client, tray->name, tray->path);
	else if (is_link(tray->path))
		problem(look,
			"line %d: tray %s/%s: %s is a link, which is not followed: "
			"give the folder it leads to",
			tray->line, tray->client, tray->name, tray->path);
	else if ((other = sharing_folder(look, tray)))
		problem(look,
			"line %d: tray %s/%s: %s %s %s of tray %s/%s: give each tray a "
			"folder of its own, side by side",
			tray->line, tray->client, tray->name, tray->path,
			is_same(tray->path, other->path) ? "is the same folder as"
							 : "lies in one tree with",
			other->path, other->client, other->name);
	else if (access(tray->path, R_OK | W_OK | X_OK) < 0)
		problem(look,
			"line %d: tray %s/%s: user %s may not read and write %s, but "
			"taking a "
			"file in moves it: give %s both rights",
			tray->line, tray->client, tray->name, look->user, tray->path,
			look->user);
	else if (is_maildir(tray) && !has_folder(tray->path, "new"))
		problem(look,
			"line %d: tray %s/%s: %s is no Maildir, it has no folder "
			"\"new\": correct path or kind, or make it (maildirmake, or "
			"mkdir new cur tmp)",
			tray->line, tray->client, tray->name, tray->path);
	else if (!renaming_works(tray->path))
		problem(look,
			"line %d: tray %s/%s: renaming without replacing does not work "
			"in %s: "
			"%s: use another file system for the tray",
			tray->line, tray->client, tray->name, tray->path,
			strerror(errno));
}

static void look_at_door_folder(const struct look *look,
				const struct door_settings *door, const char *key,
				const char *path)
{
	struct stat st;

	if (!path)
		return;
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		problem(look,
			"line %d: door %s/%s: %s = %s is no folder: make it, or mount "
			"it "
			"first",
			door->line, door->client, door->name, key, path);
	else if (access(path, R_OK | W_OK | X_OK) < 0)
		problem(look,
			"line %d: door %s/%s: user %s may not read and write %s = %s: "
			"give %s both rights",
			door->line, door->client, door->name, look->user, key, path,
			look->user);
}

static void look_at_door_file(const struct look *look, const struct door_settings *door,
			      const char *key, const char *path, int rights)
{
	if (path && access(path, rights) < 0)
		problem(look, "line %d: door %s/%s: user %s cannot %s %s = %s: %s",
			door->line, door->client, door->name, look->user,
			rights == X_OK ? "run" : "read", key, path, strerror(errno));
}

static void look_at_door(const struct look *look, const struct door_settings *door)
{
	const char *program = door->command ? arena_strndup(look->arena, door->command,
							    strcspn(door->command, " "))
					    : NULL;

	look_at_door_folder(look, door, "path", door->path);
	look_at_door_folder(look, door, "answers", door->answers);
	look_at_door_folder(look, door, "pdf_path", door->pdf_path);
	look_at_door_file(look, door, "command", program, X_OK);
	look_at_door_file(look, door, "authority", door->authority, R_OK);
	look_at_door_file(look, door, "certificate", door->certificate, R_OK);
	look_at_door_file(look, door, "key", door->key, R_OK);
	look_at_door_file(look, door, "token", door->token, R_OK);
	if (door->mapping)
		look_at_door_file(look, door, "mapping",
				  arena_printf(look->arena, "%s/%s.map",
					       look->s->mapping_dir, door->mapping),
				  R_OK);
}

static void look_at_all(const struct look *look)
{
	const struct settings *s = look->s;

	look_at_own(look, "state_dir", s->state_dir);
	look_at_own(look, "run_dir", s->run_dir);
	if (!text_starts(s->store_dir, s->state_dir))
		look_at_own(look, "store_dir", s->store_dir);
	look_at_space(look);
	look_at_schemas(look);
	look_at_einvoice_xsd(look);
	look_at_models(look);
	for (size_t i = 0; i < s->n_trays; i++)
		look_at_tray(look, &s->trays[i]);
	for (size_t i = 0; i < s->n_doors; i++)
		look_at_door(look, &s->doors[i]);
	if (s->n_trays == 0)
		problem(look,
			"there is no tray: add a section [client CODE] and a section "
			"[tray CODE/NAME] with a path");
}

/* --- as another user ---------------------------------------------------------- */

static void say_into_pipe(void *ctx, const char *text)
{
	if (!fd_write_all(*(int *)ctx, text, strlen(text) + 1))
		_exit(1);
}

static void look_as(const struct passwd *user, struct look look, int pipe_fd)
{
	look.say = say_into_pipe;
	look.ctx = &pipe_fd;
	if (initgroups(user->pw_name, user->pw_gid) < 0 || setgid(user->pw_gid) < 0 ||
	    setuid(user->pw_uid) < 0)
		_exit(1);
	look_at_all(&look);
	_exit(0);
}

/* Passes on what the child says, sentence by sentence. */
static void listen_to(int pipe_fd, const struct look *look)
{
	struct strbuf text;
	char chunk[4096];
	ssize_t n;

	strbuf_init(&text, look->arena);
	while ((n = read(pipe_fd, chunk, sizeof(chunk))) > 0 ||
	       (n < 0 && errno == EINTR))
		if (n > 0)
			strbuf_add_n(&text, chunk, (size_t)n);
	for (const char *at = text.text; at < text.text + text.len;
	     at += strlen(at) + 1)
		look->say(look->ctx, at);
}

static enum rc look_in_child(const struct passwd *user, const struct look *look,
			     struct err *err)
{
	int ends[2], status = 0;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(err, RC_RETRY, "pipe");
	child = fork();
	if (child < 0)
		return err_errno(err, RC_RETRY, "fork");
	if (child == 0)
		look_as(user, *look, ends[1]);
	fd_close(&ends[1]);
	listen_to(ends[0], look);
	fd_close(&ends[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(err, RC_FAIL, "could not look as user %s",
			       user->pw_name);
	return RC_OK;
}

enum rc settings_check_paths(const struct settings *s,
			     void (*say)(void *ctx, const char *problem), void *ctx,
			     struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct look look = {s, arena, s->user, say, ctx};
	const struct passwd *user;

	if (geteuid() != 0) {
		user = getpwuid(geteuid());
		look.user = user ? user->pw_name : "this user";
		look_at_all(&look);
		return RC_OK;
	}
	user = getpwnam(s->user);
	if (!user) {
		problem(&look,
			"user = %s: there is no such user: make it (useradd -r %s), "
			"or set user",
			s->user, s->user);
		return RC_OK;
	}
	return look_in_child(user, &look, err);
}
