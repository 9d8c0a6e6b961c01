/* answers.c - the ERP's answers as files: late, twice, partly or wrong, as they come.
 *
 * Every file in the door's `answers` folder that looks finished (no hidden or temporary
 * name, untouched for two seconds) is taken as a whole in one transaction, each answer
 * by itself: what cannot be true is put on record and the rest goes on. Then a report
 * is written beside it, NAME.report.csv in the folder `done`, and the file moves there;
 * a name that is taken there gets a number. A crash in between takes the file a second
 * time, which changes nothing.
 *
 * A file that cannot be read, or is too big to be answers, is put on record as one
 * answer that could not be taken and goes the same way, so that it holds up no other.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "deliver.h"
#include "log.h"
#include "proc.h"
#include "sha256.h"
#include "text.h"

enum { REST_S = 2, FOLDER_MODE = 0770, FILE_MODE = 0660, SAME_NAME_MAX = 10000 };
static const size_t answers_max = 16 << 20;

static bool complain(struct door *door, const char *what, const char *name)
{
	door_trouble(door, "%s %s in %s: %s", what, name, door->settings->answers,
		     strerror(errno));
	return false;
}

/* --- finding them ------------------------------------------------------------- */

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && strcasecmp(name + n - m, suffix) == 0;
}

static bool is_answer(int folder, const char *name)
{
	struct stat st;

	if (name[0] == '.' || name[0] == '~' ||
	    !(ends_with(name, ".csv") || ends_with(name, ".json")))
		return false;
	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode) && time(NULL) - st.st_mtime >= REST_S;
}

/* The first by name, so that 001 is taken before 002; NULL: none. */
static const char *first_answer(int folder, struct arena *arena)
{
	AUTO_FD fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const char *first = NULL;

	if (!dir)
		return NULL;
	for (struct dirent *e; (e = readdir(dir));)
		if ((!first || strcmp(e->d_name, first) < 0) &&
		    is_answer(folder, e->d_name))
			first = arena_strdup(arena, e->d_name);
	closedir(dir);
	fd = -1;
	return first;
}

/* --- the report --------------------------------------------------------------- */

/* What stands in a report comes from the ERP and goes to a spreadsheet. */
static void add_cell(struct strbuf *out, const char *text, char after)
{
	const char *s = text ? text : "";

	strbuf_add(out, *s && strchr("=+-@\t", *s) ? "\"'" : "\"");
	for (; *s; s++)
		strbuf_add_n(out, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
	strbuf_addf(out, "\"%c", after);
}

static const char *report_text(const struct answer_line *lines, size_t n,
			       struct arena *arena)
{
	struct strbuf out;

	strbuf_init(&out, arena);
	strbuf_add(&out, "line,document,outcome,problem\n");
	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&out, "%d,", lines[i].line);
		add_cell(&out, lines[i].what, ',');
		strbuf_addf(&out, "%s,", lines[i].outcome);
		add_cell(&out, lines[i].problem, '\n');
	}
	return out.text;
}

/* The name it gets in `done`: its own or, when another file has had that, with a number
 * before it. Until it has moved, that is the same at each try. */
static void name_when_done(int done, const char *name, char out[300])
{
	for (int n = 1; n < SAME_NAME_MAX; n++) {
		if (n == 1)
			snprintf(out, 300, "%.200s", name);
		else
			snprintf(out, 300, "%d-%.200s", n, name);
		if (faccessat(done, out, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
			return;
	}
}

/* Replaces the report of an earlier try. */
static bool put_report(struct door *door, int done, const char *name, const char *text)
{
	char hidden[320], final[320];

	snprintf(hidden, sizeof(hidden), ".%s.report.tmp", name);
	snprintf(final, sizeof(final), "%s.report.csv", name);
	AUTO_FD fd = openat(done, hidden,
			    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			    FILE_MODE);
	if (fd < 0 || !fd_write_all(fd, text, strlen(text)) || fsync(fd) != 0 ||
	    renameat(done, hidden, done, final) != 0)
		return complain(door, "cannot write the report on", name);
	return true;
}

static void move_away(struct door *door, int folder, int done, const char *name,
		      const char *new_name)
{
	if (renameat(folder, name, done, new_name) != 0)
		complain(door, "cannot move", name);
}

/* --- one file ----------------------------------------------------------------- */

static void count(const struct answer_line *lines, size_t n, const char *outcome,
		  size_t *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++)
		*out += strcmp(lines[i].outcome, outcome) == 0;
}

/* What it holds, as intray.answers_take reads it. NULL: it is gone again. */
static const char *answers_in(int folder, const char *name, struct arena *arena,
			      char hash[65])
{
	char *bytes;
	size_t len;
	struct err why;

	if (file_read(folder, name, answers_max, arena, &bytes, &len, &why) == RC_OK) {
		sha256_text(bytes, len, hash);
		return answers_read(name, bytes, len, arena);
	}
	if (faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
		return NULL;
	log_warn("a file with answers is set aside", "file=%s error=%s", name,
		 why.text);
	sha256_text(why.text, strlen(why.text), hash);
	return answers_none(why.text, arena);
}

static enum rc take_file(struct door *door, int folder, int done, const char *name,
			 struct arena *arena, struct err *err)
{
	struct answer_line *lines;
	char hash[65], new_name[300];
	size_t n, wrong;
	const char *answers = answers_in(folder, name, arena, hash);

	if (!answers)
		return RC_OK;
	const char *shown = text_show_name(arena, name, strlen(name));
	enum rc rc = outbox_answers(door->db, door->id, shown, hash, answers, arena,
				    &lines, &n, err);
	/* The database could make nothing of it at all; nor will it the next time. */
	if (rc == RC_FAIL)
		rc = outbox_answers(door->db, door->id, shown, hash,
				    answers_none(err->text, arena), arena, &lines, &n,
				    err);
	if (rc != RC_OK)
		return rc;
	count(lines, n, "wrong", &wrong);
	log_info("answers taken", "file=%s lines=%zu wrong=%zu", name, n, wrong);
	name_when_done(done, name, new_name);
	if (put_report(door, done, new_name, report_text(lines, n, arena)))
		move_away(door, folder, done, name, new_name);
	return RC_OK;
}

enum rc answers_work(struct door *door, bool *did, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	AUTO_FD folder = -1;
	AUTO_FD done = -1;

	if (!door->settings->answers)
		return RC_OK;
	folder = open(door->settings->answers, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		complain(door, "cannot open", "the folder");
		return RC_OK;
	}
	const char *name = first_answer(folder, arena);
	if (!name)
		return RC_OK;
	if (mkdirat(folder, "done", FOLDER_MODE) != 0 && errno != EEXIST) {
		complain(door, "cannot make", "done");
		return RC_OK;
	}
	done = openat(folder, "done", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (done < 0) {
		complain(door, "cannot open", "done");
		return RC_OK;
	}
	*did = true;
	return take_file(door, folder, done, name, arena, err);
}
