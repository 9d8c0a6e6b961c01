/* tnef.c - what is inside of a winmail.dat, the wrapping (TNEF) that Outlook and
 * Exchange put around a mail's attachments.
 *
 * A chain of attributes: level, id, length, bytes, checksum. One attribute begins an
 * attachment; title, bytes and a block of properties with the full name follow. Read by
 * hand, every length checked against what is left; where the chain breaks, what came
 * before is taken and the break is a part that says so. */
#include "part.h"

#include <string.h>

#include "text.h"

enum { /* attributes */
       ATTACH_BEGIN = 0x9002,
       ATTACH_TITLE = 0x8010,
       ATTACH_DATA = 0x800f,
       ATTACH_PROPERTIES = 0x9005,
       /* properties */
       LONG_NAME = 0x3707,
       DATA_OBJECT = 0x3701,
       /* types of properties */
       TYPE_STRING = 0x1e,
       TYPE_WIDE = 0x1f,
       TYPE_BINARY = 0x102,
       TYPE_OBJECT = 0x0d,
};

struct reading {
	const uint8_t *at, *end;
	bool broken;
};

static uint32_t number(struct reading *r, size_t size)
{
	uint32_t v = 0;
	if ((size_t)(r->end - r->at) < size) {
		r->broken = true;
		return 0;
	}
	for (size_t i = 0; i < size; i++)
		v |= (uint32_t)r->at[i] << (8 * i);
	r->at += size;
	return v;
}

static struct reading stretch(struct reading *r, size_t len)
{
	struct reading inner = {r->at, r->at, false};
	if ((size_t)(r->end - r->at) < len) {
		r->broken = true;
		len = (size_t)(r->end - r->at);
	}
	inner.end = r->at + len;
	r->at += len;
	return inner;
}

struct attachment {
	bool begun;
	const char *name;
	struct reading data;
};

struct unwrapping {
	struct parts parts;
	struct arena *arena;
	struct attachment now;
};

static const char *name_from(struct unwrapping *u, const struct reading *text,
			     bool wide)
{
	size_t len = (size_t)(text->end - text->at);
	uint8_t *marked = arena_alloc(u->arena, len + 2);
	memcpy(marked, "\xff\xfe", 2);
	memcpy(marked + 2, text->at, len);
	char *name = wide ? text_decode(u->arena, marked, len + 2, NULL)
			  : text_decode(u->arena, text->at, len, NULL);
	return text_clean(u->arena, name, strlen(name));
}

/* --- properties: count, then type, id, [name], values ---------------------------- */

static size_t fixed_size(uint32_t type)
{
	switch (type & 0x0fff) {
	case 0x02: /* short */
	case 0x0b: /* yes or no */
	case 0x03: /* long */
	case 0x04: /* float */
	case 0x0a: /* error */
		return 4;
	case 0x05: /* double */
	case 0x06: /* money */
	case 0x07: /* time */
	case 0x14: /* 64 bits */
	case 0x40: /* time */
		return 8;
	case 0x48: /* a GUID */
		return 16;
	default:
		return 0;
	}
}

/* Properties from 0x8000 on carry a GUID and an id or a name. */
static void skip_name(struct reading *r)
{
	(void)stretch(r, 16);
	if (number(r, 4) == 0)
		(void)number(r, 4);
	else
		(void)stretch(r, (number(r, 4) + 3) & ~3U);
}

static void take_property(struct unwrapping *u, uint32_t type, uint32_t id,
			  struct reading value)
{
	enum { IID_BYTES = 16 }; /* says what kind of object follows */
	if (id == LONG_NAME && (type == TYPE_STRING || type == TYPE_WIDE))
		u->now.name = name_from(u, &value, type == TYPE_WIDE);
	if (id == DATA_OBJECT && !u->now.data.at && value.end - value.at > IID_BYTES) {
		value.at += type == TYPE_OBJECT ? IID_BYTES : 0;
		u->now.data = value;
	}
}

static void take_properties(struct unwrapping *u, struct reading r)
{
	for (uint32_t n = number(&r, 4); n > 0 && !r.broken; n--) {
		uint32_t type = number(&r, 2), id = number(&r, 2);
		size_t size = fixed_size(type);
		if (id >= 0x8000)
			skip_name(&r);
		bool many = type & 0x1000;
		uint32_t values = !size || many ? number(&r, 4) : 1;
		for (; values > 0 && !r.broken; values--) {
			size_t len = size ? size : number(&r, 4);
			struct reading value = stretch(&r, len);
			if (!size)
				(void)stretch(&r, (4 - len % 4) % 4);
			if (!size && !r.broken)
				take_property(u, type, id, value);
		}
	}
}

/* --- attributes ------------------------------------------------------------------ */

static enum rc end_attachment(struct unwrapping *u, struct err *err)
{
	struct attachment a = u->now;
	struct found_part found = {.name = a.name,
				   .bytes = a.data.at,
				   .len = (size_t)(a.data.end - a.data.at)};
	u->now = (struct attachment){0};
	return a.begun ? parts_add(&u->parts, &found, err) : RC_OK;
}

static enum rc take_attribute(struct unwrapping *u, uint32_t id, struct reading value,
			      struct err *err)
{
	switch (id) {
	case ATTACH_BEGIN: {
		enum rc rc = end_attachment(u, err);
		u->now.begun = true;
		return rc;
	}
	case ATTACH_TITLE:
		if (!u->now.name)
			u->now.name = name_from(u, &value, false);
		break;
	case ATTACH_DATA:
		u->now.data = value;
		break;
	case ATTACH_PROPERTIES:
		take_properties(u, value);
		break;
	default:
		break;
	}
	return RC_OK;
}

static enum rc unwrap(struct unwrapping *u, struct reading *r, struct err *err)
{
	enum rc rc = RC_OK;
	while (rc == RC_OK && r->at < r->end && !r->broken && !u->parts.over) {
		(void)number(r, 1); /* level: of the mail, of an attachment */
		uint32_t id = number(r, 4) & 0xffff, len = number(r, 4);
		struct reading value = stretch(r, len);
		(void)number(r, 2); /* checksum: many programs get it wrong */
		rc = take_attribute(u, id, value, err);
	}
	return rc == RC_OK ? end_attachment(u, err) : rc;
}

enum rc tnef_read(const struct read_env *env, const void *bytes, size_t len,
		  struct doc *doc, struct err *err)
{
	enum { HEAD = 6 };
	struct unwrapping u = {.arena = doc->arena};
	struct reading r = {bytes, (const uint8_t *)bytes + len, false};

	parts_begin(&u.parts, env, doc);
	(void)stretch(&r, HEAD);
	enum rc rc = unwrap(&u, &r, err);
	if (rc == RC_OK && r.broken && u.parts.taken)
		rc = parts_problem(
			&u.parts, &(struct found_part){.name = "winmail.dat"},
			"damaged",
			"This winmail.dat is cut off: parts of it are missing.", err);
	else if (rc == RC_OK && r.broken)
		parts_refuse(&u.parts, "unreadable",
			     "This winmail.dat is damaged. Ask the sender for a PDF.");
	if (rc == RC_OK && !u.parts.taken && !u.parts.over)
		parts_refuse(
			&u.parts, "no-document",
			"There is no document in this winmail.dat, only the text of a "
			"mail. Ask the sender for a PDF.");
	return rc;
}
