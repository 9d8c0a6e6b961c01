/* verify_trays.c - what lies in the trays, held against the database.
 *
 * A file in a tray waits; one that has waited longer than its tray's time for
 * incomplete files should have been taken or reported. What lies in .taken under an id
 * is either recorded (and about to be removed) or about to be recorded; in .quarantine
 * everything must be recorded. A tray that can't be read is a problem, not an empty
 * tray. */
#include "verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../intake/scan.h"
#include "proc.h"
#include "text.h"

enum { CLAIM_S = 300 };

struct tray_check {
	struct verify *v;
	const struct tray_settings *tray;
	const char *name; /* "acme/scans" */
	int fd;
};

/* Since it was last written or renamed, which nobody can set as he can the time it says
 * it was written. */
static long rested_s(const struct tray_check *t, const char *path)
{
	struct stat st;

	return fstatat(t->fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0
		       ? (long)(time(NULL) - st.st_ctime)
		       : 0;
}

static void no_dirs(void *ctx, int dir_fd, const char *path)
{
	(void)ctx;
	(void)dir_fd;
	(void)path;
}

static void check_waiting(struct tray_check *t)
{
	struct verify *v = t->v;
	struct scan scan = {0};

	scan_tray(t->fd, t->tray, v->arena, no_dirs, NULL, &scan);
	v->waiting += (long)scan.n;
	v->ignored += scan.ignored;
	if (scan.problem)
		verify_complain(v, t->name, "%s", scan.problem);
	for (size_t i = 0; i < scan.n; i++) {
		const struct found *f = &scan.found[i];
		long rested = rested_s(t, f->path);
		if (rested > t->tray->incomplete_ms / 1000 + 60)
			verify_complain(v, t->name,
					"%s has lain there for %s and was not taken in",
					text_show_name(v->arena, f->path, f->path_len),
					duration_text(v->arena, rested));
	}
}

/* The names in a folder that are ids, as text of an SQL array; *n of them. */
static const char *ids_in(struct tray_check *t, const char *folder, size_t *n)
{
	AUTO_FD fd =
		openat(t->fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct strbuf ids;

	*n = 0;
	strbuf_init(&ids, t->v->arena);
	strbuf_add(&ids, "{");
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (dir)
		fd = -1; /* closed with it */
	else if (errno != ENOENT)
		verify_complain(t->v, t->name, "%s cannot be read: %s", folder,
				strerror(errno));
	for (struct dirent *e; dir && (e = readdir(dir));)
		if (uuid_valid(e->d_name))
			strbuf_addf(&ids, "%s%s", (*n)++ ? "," : "", e->d_name);
	if (dir)
		closedir(dir);
	strbuf_add(&ids, "}");
	return ids.text;
}

static bool is_in(const struct db_rows *known, const char *id)
{
	for (size_t i = 0; i < known->n_rows; i++)
		if (strncmp(known->values[i][0], id, 36) == 0)
			return true;
	return false;
}

/* A claim is carried on within seconds, by the next intake after a crash. */
static void check_claim(struct tray_check *t, const char *id)
{
	struct stat st;
	const char *path = arena_printf(t->v->arena, TAKEN_DIR "/%.36s", id);

	t->v->claimed++;
	if (fstatat(t->fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    time(NULL) - st.st_ctime > CLAIM_S)
		verify_complain(
			t->v, t->name,
			"%s was claimed %s ago and is not recorded (does intake run?)",
			path, duration_text(t->v->arena, time(NULL) - st.st_ctime));
}

static bool check_taken(struct tray_check *t)
{
	struct db_rows known;
	size_t n;
	const char *ids = ids_in(t, TAKEN_DIR, &n), *params[] = {ids};

	if (n == 0)
		return true;
	if (!cli_db_rows(t->v->cdb, "verify_drops", params, 1, &known))
		return false;
	t->v->recorded += (long)known.n_rows;
	for (const char *id = ids + 1; n > 0; n--, id += 37)
		if (!is_in(&known, id))
			check_claim(t, id);
	return true;
}

/* And the other way round: it is the only copy there is. */
static bool check_kept(struct tray_check *t, const char *ids)
{
	const char *params[] = {t->tray->client, t->tray->name};
	struct db_rows kept;

	if (!cli_db_rows(t->v->cdb, "verify_kept", params, 2, &kept))
		return false;
	for (size_t i = 0; i < kept.n_rows; i++)
		if (!strstr(ids, kept.values[i][0]))
			verify_complain(t->v, kept.values[i][1],
					"its file is gone from the quarantine of %s "
					"(%s/" QUARANTINE_DIR "/%s)",
					t->name, t->tray->path, kept.values[i][0]);
	return true;
}

static bool check_quarantine(struct tray_check *t)
{
	struct db_rows known;
	size_t n;
	const char *ids = ids_in(t, QUARANTINE_DIR, &n), *params[] = {ids};

	t->v->quarantined += (long)n;
	if (!check_kept(t, ids))
		return false;
	if (n == 0)
		return true;
	if (!cli_db_rows(t->v->cdb, "verify_drops", params, 1, &known))
		return false;
	for (const char *id = ids + 1; n > 0; n--, id += 37)
		if (!is_in(&known, id))
			verify_complain(t->v, t->name,
					"%.36s lies in quarantine and is not recorded",
					id);
	return true;
}

static bool check_tray(struct tray_check *t)
{
	check_waiting(t);
	return check_taken(t) && check_quarantine(t);
}

bool verify_trays(struct verify *v)
{
	const struct settings *s = &v->cdb->settings;

	for (size_t i = 0; i < s->n_trays; i++) {
		const struct tray_settings *tray = &s->trays[i];
		AUTO_FD fd = open(tray->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		struct tray_check t = {
			v, tray,
			arena_printf(v->arena, "%s/%s", tray->client, tray->name), fd};
		if (fd < 0)
			verify_complain(v, t.name, "the folder %s cannot be read: %s",
					tray->path, strerror(errno));
		else if (!check_tray(&t))
			return false;
	}
	return true;
}
