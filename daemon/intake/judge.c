/* judge.c - may a file be taken yet, and as what?
 *
 * Scanning stations write slowly and reopen files between pages, so the question is
 * never "is it there" but "has its sender finished". His own word counts first (a
 * marker, a rename); else the file must have rested, nobody may have it open for
 * writing, and its frame must be whole. What will never be a document (nothing in it,
 * not a file, too big) is given time too, since it may be the beginning of one; then it
 * is a problem that a person hears of. */
#include "judge.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc.h"

/* What looks like a problem must do so for so many times the settle time. */
enum { PATIENCE = 12 };

static const struct {
	const char *code, *text;
} problems[] = {
	{"empty", "The file is empty: ask its sender for it."},
	{"too-big",
	 "The file is larger than the limit (max_file in the configuration)."},
	{"not-a-file",
	 "This is not a file but a link, pipe or device: drop the document "
	 "itself."},
	{"too-deep",
	 "This folder lies deeper in the tray than Intray looks: drop its files "
	 "further up."},
	{"unreadable",
	 "The file cannot be read: Intray's user may not, or the disk it lies "
	 "on fails."},
	{"incomplete", "The file was never completed."},
};

void judgement_deinit(struct judgement *judgement)
{
	fd_close(&judgement->fd);
}

static void set_problem(struct judgement *out, const char *code, const char *why,
			struct arena *arena)
{
	out->verdict = VERDICT_PROBLEM;
	for (size_t i = 0; i < sizeof(problems) / sizeof(*problems); i++) {
		if (strcmp(problems[i].code, code) != 0)
			continue;
		out->problem = problems[i].code;
		out->text = why ? arena_printf(arena, "%s In detail: %s.",
					       problems[i].text, why)
				: problems[i].text;
		return;
	}
	die("unknown problem %s", code);
}

static int64_t patience_ms(const struct judge_rules *rules)
{
	int64_t patience = PATIENCE * (int64_t)rules->tray->settle_ms;

	return patience < rules->tray->incomplete_ms ? patience
						     : rules->tray->incomplete_ms;
}

static int64_t rested_ms(const struct judge_rules *rules, const struct seen *seen)
{
	return rules->now_ms - seen->since_ms;
}

/* A problem, once it has looked like one long enough; before that, wait. */
static void judge_oddity(const struct judge_rules *rules, const struct seen *seen,
			 int64_t needed_ms, const char *code, const char *why,
			 struct arena *arena, struct judgement *out)
{
	if (rested_ms(rules, seen) >= needed_ms)
		set_problem(out, code, why, arena);
}

/* Never through a link, never out of the tray, never waiting for a FIFO's other end. */
static int open_beneath(int dir_fd, const char *path)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW;
	struct open_how how = {.flags = (uint64_t)flags,
			       .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
	int fd = (int)syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));

	return fd < 0 && errno == ENOSYS ? openat(dir_fd, path, flags) : fd;
}

static void judge_frame(const struct judge_rules *rules, struct seen *seen, int fd,
			struct arena *arena, struct judgement *out)
{
	if (!seen->framed) {
		seen->whole = complete_frame(fd, seen->ident.size, &seen->why);
		seen->framed = true;
	}
	if (seen->whole == WHOLE_NOT)
		judge_oddity(rules, seen, rules->tray->incomplete_ms, "incomplete",
			     seen->why, arena, out);
	else
		out->verdict = VERDICT_TAKE;
}

static void judge_open_file(const struct judge_rules *rules, const struct found *found,
			    struct seen *seen, struct arena *arena,
			    struct judgement *out)
{
	const bool sure = found->marked || rules->taken;

	if (complete_writer(out->fd) == WRITER_YES)
		judge_oddity(rules, seen, rules->tray->incomplete_ms, "incomplete",
			     "a program still has it open for writing", arena, out);
	else if (found->ident.size > rules->max_file)
		set_problem(out, "too-big", NULL, arena);
	else if (found->ident.size == 0)
		judge_oddity(rules, seen, sure ? 0 : patience_ms(rules), "empty", NULL,
			     arena, out);
	else if (found->marked || seen->renamed)
		out->verdict = VERDICT_TAKE;
	else
		judge_frame(rules, seen, out->fd, arena, out);
}

static void judge_file(const struct judge_rules *rules, int dir_fd, const char *path,
		       const struct found *found, struct seen *seen,
		       struct arena *arena, struct judgement *out)
{
	const bool sure = found->marked || seen->renamed || rules->taken;
	struct ident now;
	struct stat st;

	if (!sure && rested_ms(rules, seen) < rules->tray->settle_ms)
		return;
	out->fd = open_beneath(dir_fd, path);
	if (out->fd < 0 && (errno == EACCES || errno == EPERM || errno == EIO))
		judge_oddity(rules, seen, rules->taken ? 0 : patience_ms(rules),
			     "unreadable", strerror(errno), arena, out);
	if (out->fd < 0)
		return;
	if (fstat(out->fd, &st) < 0)
		return;
	now = ident_of(&st);
	if (ident_same(&now, &found->ident))
		judge_open_file(rules, found, seen, arena, out);
}

void judge(const struct judge_rules *rules, int dir_fd, const char *path,
	   const struct found *found, struct seen *seen, struct arena *arena,
	   struct judgement *out)
{
	int64_t needed = rules->taken ? 0 : patience_ms(rules);

	*out = (struct judgement){.verdict = VERDICT_WAIT, .fd = -1};
	switch (found->kind) {
	case FOUND_FILE:
		judge_file(rules, dir_fd, path, found, seen, arena, out);
		break;
	case FOUND_STRANGE:
		judge_oddity(rules, seen, needed, "not-a-file", NULL, arena, out);
		break;
	case FOUND_DEEP:
		judge_oddity(rules, seen, needed, "too-deep", NULL, arena, out);
		break;
	}
	if (out->verdict == VERDICT_WAIT)
		fd_close(&out->fd);
}
