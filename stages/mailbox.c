/* mailbox.c - a file in which mails follow each other (mbox), as mail programs export a
 * folder: each mail in it is a part.
 *
 * A mail begins at a line "From SENDER DATE" that is the first or comes after an empty
 * one, and has the head of a mail behind it; a letter that merely says "From now on"
 * has none. Text that a mailbox had to protect (">From") stays as it was stored. A file
 * of one mail is that mail. */
#include <string.h>

#include "part.h"
#include "text.h"

static const char mark[] = "From ";
enum { MARK = sizeof(mark) - 1 };

static const char *line_after(const char *at, const char *end)
{
	const char *eol = memchr(at, '\n', (size_t)(end - at));
	return eol ? eol + 1 : end;
}

static bool begins_mail(const char *at, const char *end)
{
	return end - at > MARK && memcmp(at, mark, MARK) == 0 &&
	       format_sniff(at, (size_t)(end - at)) == FORMAT_MAIL;
}

static bool is_empty_line(const char *at, const char *end)
{
	return at < end &&
	       (*at == '\n' || (*at == '\r' && end - at > 1 && at[1] == '\n'));
}

/* Where the next mail begins behind `at`, which is the beginning of a line; `end`: none
 * does. */
static const char *next_mail(const char *at, const char *end)
{
	while ((at = line_after(at, end)) < end)
		if (is_empty_line(at, end) && begins_mail(line_after(at, end), end))
			return line_after(at, end);
	return end;
}

bool mailbox_is_one(const void *bytes, size_t len)
{
	const char *at = bytes, *end = at + len;
	return begins_mail(at, end) && next_mail(at, end) < end;
}

enum rc mailbox_read(const struct read_env *env, const void *bytes, size_t len,
		     struct doc *doc, struct err *err)
{
	const char *at = bytes, *end = at + len;
	struct parts parts;
	enum rc rc = RC_OK;

	parts_begin(&parts, env, doc);
	while (at < end && rc == RC_OK && !parts.over) {
		const char *head = line_after(at, end), *next = next_mail(at, end);
		struct found_part mail = {
			.name = arena_printf(doc->arena, "mail %d.eml", parts.n + 1),
			.mime = "message/rfc822",
			.bytes = head,
			.len = (size_t)(next - head)};
		rc = parts_add(&parts, &mail, err);
		at = next;
	}
	return rc;
}
