/* tool.c - the PDF tools as a fixed list: a name and numbers in, arguments out.
 *
 * Nothing a document says ever becomes an argument: a reader names one of these rows
 * and gives numbers within bounds. The PDF is standard input (a memfd, so the tool can
 * seek in it), the result is standard output (another memfd), and that is all a tool
 * can write to.
 *
 * pdfimages wants to make files in a folder of its own choosing of names. It gets a
 * folder of symbolic links in which every name it may use leads to one of its
 * descriptors: the picture to standard output, the parameters of raw fax data to
 * TOOL_PARAMS_FD, and the names of a second picture to TOOL_SEVERAL_FD, so that we
 * notice there were several. So not even that tool needs leave to write to a disk, and
 * a page of ten thousand pictures fills nothing. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload/standby.h"
#include "proc.h"
#include "standby.h"

#define MAX_PAGE 100000
#define MAX_INDEX 10000
#define MAX_SIDE 20000
#define MAX_ARGS 20

/* In args: %f first page, %l last page, %r dpi, %i index, %x %y %w %h part; "%gray" is
 * there or not; "%from" begins the page range that is left out when no page is named,
 * "%part" what is when all of the page is wanted. */
static const struct template
{
	bool pages, optional_pages, dpi, index;
	bool stands_by; /* what almost every PDF needs */
	const char *args[MAX_ARGS];
}
templates[TOOL_N] = {
	[TOOL_PDFINFO] = {.optional_pages = true,
			  .args = {"pdfinfo", "-enc", "UTF-8", "%from", "-f", "%f",
				   "-l", "%l", "%to", "/dev/stdin"}},
	[TOOL_TEXT] = {.pages = true,
		       .stands_by = true,
		       .args = {"pdftotext", "-bbox-layout", "-enc", "UTF-8", "-f",
				"%f", "-l", "%l", "/dev/stdin", "-"}},
	[TOOL_RENDER] = {.pages = true,
			 .dpi = true,
			 .stands_by = true,
			 .args = {"pdftoppm", "-r", "%r", "-f", "%f", "-l", "%l",
				  "%gray", "%part", "-x", "%x", "-y", "%y", "-W", "%w",
				  "-H", "%h", "%to", "/dev/stdin"}},
	[TOOL_IMAGE_LIST] = {.pages = true,
			     .stands_by = true,
			     .args = {"pdfimages", "-list", "-f", "%f", "-l", "%l",
				      "/dev/stdin"}},
	[TOOL_IMAGE] = {.pages = true,
			.args = {"pdfimages", "-j", "-jp2", "-ccitt", "-tiff", "-f",
				 "%f", "-l", "%f", "/dev/stdin", "x"}},
	[TOOL_ATTACH_LIST] = {.args = {"pdfdetach", "-list", "-enc", "UTF-8",
				       "/dev/stdin"}},
	[TOOL_ATTACH] = {.index = true,
			 .args = {"pdfdetach", "-save", "%i", "-o", "/dev/stdout",
				  "/dev/stdin"}},
	[TOOL_FONTS] = {.pages = true,
			.args = {"pdffonts", "-f", "%f", "-l", "%l", "/dev/stdin"}},
};

static const struct link {
	const char *name, *to;
} links[] = {
	{"x-000.jpg", "/proc/self/fd/1"},   {"x-000.jp2", "/proc/self/fd/1"},
	{"x-000.tif", "/proc/self/fd/1"},   {"x-000.png", "/proc/self/fd/1"},
	{"x-000.ppm", "/proc/self/fd/1"},   {"x-000.pbm", "/proc/self/fd/1"},
	{"x-000.ccitt", "/proc/self/fd/1"}, {"x-000.params", "/proc/self/fd/3"},
	{"x-001.jpg", "/proc/self/fd/4"},   {"x-001.jp2", "/proc/self/fd/4"},
	{"x-001.tif", "/proc/self/fd/4"},   {"x-001.png", "/proc/self/fd/4"},
	{"x-001.ppm", "/proc/self/fd/4"},   {"x-001.pbm", "/proc/self/fd/4"},
	{"x-001.ccitt", "/proc/self/fd/4"}, {"x-001.params", "/proc/self/fd/4"},
};
#define N_LINKS (sizeof(links) / sizeof(*links))

static enum rc fill_links(const char *path, struct err *err)
{
	AUTO_FD dir = open(path, O_DIRECTORY | O_PATH | O_CLOEXEC);
	if (dir < 0)
		return err_errno(err, RC_FAIL, "open %s", path);
	for (size_t i = 0; i < N_LINKS; i++)
		if (symlinkat(links[i].to, dir, links[i].name) != 0 && errno != EEXIST)
			return err_errno(err, RC_FAIL, "make links in %s", path);
	return RC_OK;
}

/* Nobody else may put links of his own there. */
static enum rc own_folder(const char *path, struct err *err)
{
	struct stat st;
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return err_errno(err, RC_FAIL, "make folder %s", path);
	if (lstat(path, &st) != 0)
		return err_errno(err, RC_FAIL, "folder %s", path);
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022))
		return err_set(err, RC_FAIL,
			       "%s is not a folder of ours alone: remove it", path);
	return fill_links(path, err);
}

/* Below RUN for all workers, since nobody ever writes there; where there is no RUN of
 * ours (evaluate, tests) one per user among the temporary files. */
enum rc tool_links_make(const char *run_dir, char path[256], struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	int len = run_dir && access(run_dir, W_OK) == 0
			  ? snprintf(path, 256, "%s/links-%d", run_dir, (int)geteuid())
			  : snprintf(path, 256, "%s/intray-links-%d",
				     tmp && *tmp ? tmp : "/tmp", (int)geteuid());
	if (len >= 256)
		return err_set(err, RC_FAIL, "the path of the run folder is too long");
	return own_folder(path, err);
}

static bool in_range(int value, int min, int max)
{
	return value >= min && value <= max;
}

static bool is_part(struct box part)
{
	return in_range(part.x, 0, MAX_SIDE) && in_range(part.y, 0, MAX_SIDE) &&
	       in_range(part.w, 1, MAX_SIDE) && in_range(part.h, 1, MAX_SIDE);
}

const char *tool_refusal(const struct tool_request *r)
{
	if (!in_range((int)r->tool, 0, TOOL_N - 1))
		return "no such tool";
	const struct template *t = &templates[r->tool];
	bool pages = t->pages || (t->optional_pages && r->first != 0);
	if (pages &&
	    !(in_range(r->first, 1, MAX_PAGE) && in_range(r->last, r->first, MAX_PAGE)))
		return "pages out of range";
	if (t->dpi && !in_range(r->dpi, 72, 600))
		return "resolution out of range";
	if (r->part.w != 0 && !is_part(r->part))
		return "no part of a page";
	if (t->index && !in_range(r->index, 1, MAX_INDEX))
		return "index out of range";
	return NULL;
}

static int number_of(const struct tool_request *r, char letter)
{
	switch (letter) {
	case 'f':
		return r->first;
	case 'l':
		return r->last;
	case 'r':
		return r->dpi;
	case 'x':
		return r->part.x;
	case 'y':
		return r->part.y;
	case 'w':
		return r->part.w;
	case 'h':
		return r->part.h;
	default:
		return r->index;
	}
}

static void fill_args(const struct tool_request *r, char numbers[MAX_ARGS][12],
		      const char *args[MAX_ARGS + 1])
{
	const char *const *word = templates[r->tool].args;
	size_t n = 0;
	for (size_t i = 0; i < MAX_ARGS && word[i]; i++) {
		if (strcmp(word[i], "%from") == 0 || strcmp(word[i], "%part") == 0) {
			int wanted = word[i][1] == 'f' ? r->first : r->part.w;
			while (wanted == 0 && strcmp(word[i], "%to") != 0)
				i++;
		} else if (strcmp(word[i], "%to") == 0) {
			continue;
		} else if (strcmp(word[i], "%gray") == 0) {
			if (r->grey)
				args[n++] = "-gray";
		} else if (word[i][0] == '%') {
			snprintf(numbers[i], 12, "%d", number_of(r, word[i][1]));
			args[n++] = numbers[i];
		} else {
			args[n++] = word[i];
		}
	}
	args[n] = NULL;
}

/* Sealed, because every tool gets the same: what one does to it would reach the next.
 */
int tool_preload_new(void)
{
	int fd = memfd_from("preload", preload_so, preload_so_len);
	if (fcntl(fd, F_ADD_SEALS,
		  F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
		die("seal: %s", strerror(errno));
	return fd;
}

static void become(const struct tool_start *start, enum jail_kind jail,
		   const char *const *args, const char *const *environment)
{
	char path[64];
	snprintf(path, sizeof(path), "/usr/bin/%s", args[0]);
	jail_enter(start->jails, jail, &start->limits);
	/* execve changes neither array; its type is older than const. */
	execve(path, (char *const *)(uintptr_t)args,
	       (char *const *)(uintptr_t)environment);
	perror(path);
}

/* Everything else closes on exec. */
struct place {
	int from, to;
};

/* Out of the way first: any of them may have one of the numbers wanted. */
static bool put_in_place(struct place *places, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (places[i].from >= 0 &&
		    (places[i].from = fcntl(places[i].from, F_DUPFD_CLOEXEC, 10)) < 0)
			return false;
	for (size_t i = 0; i < n; i++)
		if (places[i].from >= 0 && dup2(places[i].from, places[i].to) < 0)
			return false;
	return true;
}

#define ENVIRONMENT "LC_ALL=C.UTF-8", "PATH=/usr/bin", "LD_PRELOAD=/proc/self/fd/5"
static_assert(TOOL_PRELOAD_FD == 5, "named in the environment");

_Noreturn void tool_exec(const struct tool_start *start)
{
	static const char *const environment[] = {ENVIRONMENT, NULL};
	char numbers[MAX_ARGS][12];
	const char *args[MAX_ARGS + 1];
	struct place places[] = {{start->file, STDIN_FILENO},
				 {start->output, STDOUT_FILENO},
				 {start->preload, TOOL_PRELOAD_FD},
				 {start->params, TOOL_PARAMS_FD},
				 {start->several, TOOL_SEVERAL_FD}};
	fill_args(start->request, numbers, args);
	if (chdir(start->links) == 0 &&
	    put_in_place(places, sizeof(places) / sizeof(*places)))
		become(start, JAIL_TOOL, args, environment);
	_exit(JAIL_BROKEN);
}

/* --- standing by --- */

bool tool_may_stand_by(enum tool tool)
{
	return templates[tool].stands_by;
}

_Noreturn void tool_stand_by(const struct tool_start *start, int talk, int filter)
{
	static const char *const environment[] = {ENVIRONMENT, STANDBY_VARIABLE "=1",
						  NULL};
	/* Should it begin at once after all, it ends at once. */
	const char *args[] = {templates[start->request->tool].args[0], "-v", NULL};
	struct place places[] = {{start->preload, TOOL_PRELOAD_FD},
				 {talk, STANDBY_TALK_FD},
				 {filter, STANDBY_FILTER_FD}};
	struct tool_start own = *start;
	own.limits.cpu_s = 0; /* it works for many documents */
	if (chdir(start->links) == 0 &&
	    put_in_place(places, sizeof(places) / sizeof(*places)))
		become(&own, JAIL_STANDBY, args, environment);
	_exit(JAIL_BROKEN);
}

void tool_order(const struct tool_request *request, struct standby_order *out)
{
	char numbers[MAX_ARGS][12];
	const char *args[MAX_ARGS + 1];
	size_t at = 0;
	fill_args(request, numbers, args);
	for (out->n_args = 0; args[out->n_args]; out->n_args++) {
		size_t size = strlen(args[out->n_args]) + 1;
		bug_on(at + size > sizeof(out->args) || out->n_args >= STANDBY_ARGS);
		memcpy(out->args + at, args[out->n_args], size);
		at += size;
	}
}
