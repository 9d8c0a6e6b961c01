/* archive.c - a ZIP taken apart; the only file that sees libarchive.
 *
 * Members become parts (part.h) in the order in which they lie there. Their names are
 * labels: nothing is ever written below them, so no name can lead anywhere. What is
 * inside of a member is found out when its turn comes, as a drop of its own. Limits
 * hold while unpacking, not after it: number of members, bytes together, and how many
 * times larger than the ZIP they may become. A member that is encrypted or damaged is a
 * part that says so; where every member is encrypted, the ZIP itself says so. */
#include "part.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum {
	RATIO_MAX = 200,	/* of what is unpacked to what was sent, */
	RATIO_FROM = 64 << 20,	/* once it is so large: blank scans pack well */
	MEMBER_MAX = 200 << 20, /* as a file dropped in a tray */
	BLOCK = 1 << 16,
};

struct unpacking {
	struct parts parts;
	struct arena *arena;
	struct archive *archive;
	size_t packed;	    /* bytes of the ZIP */
	long long unpacked; /* so far, of all members */
	int members, locked;
	uint8_t *bytes; /* of the member */
	size_t len, cap;
};

static const char unreadable[] =
	"The ZIP is damaged and cannot be opened. Ask for it again.";

static const char *name_of(struct unpacking *u, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname_utf8(entry);
	if (!name)
		name = archive_entry_pathname(entry);
	return name ? text_decode(u->arena, name, strlen(name), "IBM437") : NULL;
}

static bool is_bomb(const struct unpacking *u)
{
	return u->unpacked > RATIO_FROM &&
	       u->unpacked / RATIO_MAX > (long long)u->packed;
}

static bool make_room(struct unpacking *u)
{
	if (u->cap - u->len >= BLOCK)
		return true;
	size_t cap = u->cap * 2 + BLOCK;
	uint8_t *bytes = realloc(u->bytes, cap);
	if (!bytes)
		return false;
	u->bytes = bytes;
	u->cap = cap;
	return true;
}

/* ARCHIVE_OK: all of it is in u->bytes. */
static int unpack_member(struct unpacking *u)
{
	u->len = 0;
	for (;;) {
		if (!make_room(u) || u->len > MEMBER_MAX || is_bomb(u) ||
		    u->unpacked > PARTS_BYTES_MAX) {
			parts_refuse(
				&u->parts, "zip-bomb",
				"Unpacked this ZIP is far larger than a delivery can "
				"be. Nothing of it was taken.");
			return ARCHIVE_FATAL;
		}
		la_ssize_t n = archive_read_data(u->archive, u->bytes + u->len, BLOCK);
		if (n == 0)
			return ARCHIVE_OK;
		if (n < 0)
			return (int)n;
		u->len += (size_t)n;
		u->unpacked += n;
	}
}

static enum rc take_member(struct unpacking *u, struct archive_entry *entry,
			   struct err *err)
{
	struct found_part found = {.name = name_of(u, entry)};
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return RC_OK;
	u->members++;
	if (archive_entry_filetype(entry) != AE_IFREG)
		return parts_problem(&u->parts, &found, "not-a-file",
				     "This member is no file but a link or device.",
				     err);
	if (archive_entry_is_encrypted(entry)) {
		u->locked++;
		return parts_problem(&u->parts, &found, "encrypted",
				     "This member is locked with a password: ask its "
				     "sender for an open copy.",
				     err);
	}
	int got = unpack_member(u);
	if (u->parts.over)
		return RC_OK;
	found.bytes = u->bytes;
	found.len = u->len;
	if (got == ARCHIVE_OK || got == ARCHIVE_WARN)
		return parts_add(&u->parts, &found, err);
	return parts_problem(&u->parts, &found, "damaged",
			     "This member is damaged and cannot be unpacked: ask its "
			     "sender for it again.",
			     err);
}

static enum rc unpack(struct unpacking *u, struct err *err)
{
	struct archive_entry *entry;
	enum rc rc = RC_OK;
	int got = ARCHIVE_OK;

	while (rc == RC_OK && !u->parts.over &&
	       (got = archive_read_next_header(u->archive, &entry)) >= ARCHIVE_WARN &&
	       got != ARCHIVE_EOF)
		rc = take_member(u, entry, err);
	if (rc != RC_OK || u->parts.over || got >= ARCHIVE_WARN)
		return rc;
	if (u->parts.taken)
		return parts_problem(
			&u->parts, &(struct found_part){.name = "(the rest)"},
			"damaged", "The ZIP is damaged here: members may be missing.",
			err);
	parts_refuse(&u->parts, "unreadable", unreadable);
	return RC_OK;
}

static void judge(struct unpacking *u)
{
	if (u->parts.over)
		return;
	if (u->locked > 0 && u->locked == u->members)
		parts_refuse(&u->parts, "encrypted",
			     "The ZIP is locked with a password. Ask the sender for an "
			     "open one.");
	else if (!u->parts.taken)
		parts_refuse(&u->parts, "no-document",
			     "There is no document in this ZIP.");
}

enum rc archive_read(const struct read_env *env, const void *bytes, size_t len,
		     struct doc *doc, struct err *err)
{
	struct unpacking u = {
		.arena = doc->arena, .archive = archive_read_new(), .packed = len};
	enum rc rc = RC_OK;

	parts_begin(&u.parts, env, doc);
	archive_read_support_format_zip_seekable(u.archive);
	if (archive_read_open_memory(u.archive, bytes, len) != ARCHIVE_OK)
		parts_refuse(&u.parts, "unreadable", unreadable);
	else
		rc = unpack(&u, err);
	archive_read_free(u.archive);
	free(u.bytes);
	if (rc == RC_OK)
		judge(&u);
	return rc;
}
