/* doc_parts.c - boxes, confidences, texts and names in packed documents, both ways.
 *
 * The writing side repairs what it is given, so that a stage that is off by a pixel
 * does not lose its document; the reading side repairs nothing. */
#include "doc_parts.h"

#include <string.h>

#include "text.h"

enum { PATH_MAX_BYTES = 200 };

void pack_version(struct pack *p)
{
	pack_u8(p, DOC_PACK_VERSION & 0xff);
	pack_u8(p, DOC_PACK_VERSION >> 8);
}

enum rc unpack_version(struct unpack *u, struct err *err)
{
	int version = unpack_u8(u);

	version |= unpack_u8(u) << 8;
	if (u->failed || version < 1 || version > DOC_PACK_VERSION)
		return err_set(err, RC_FAIL, "packed by version %d, this is version %d",
			       version, DOC_PACK_VERSION);
	u->version = version;
	return RC_OK;
}

/* Cut to 0..limit, in 64 bits because hostile sums overflow 32. */
static int64_t clip(int64_t v, int64_t limit)
{
	return v < 0 ? 0 : v > limit ? limit : v;
}

void pack_box(struct pack *p, struct box box, int32_t width, int32_t height)
{
	int64_t left = clip(box.x, width), top = clip(box.y, height);
	int64_t right = clip((int64_t)box.x + box.w, width);
	int64_t bottom = clip((int64_t)box.y + box.h, height);

	pack_i32(p, (int32_t)left);
	pack_i32(p, (int32_t)top);
	pack_i32(p, (int32_t)(right > left ? right - left : 0));
	pack_i32(p, (int32_t)(bottom > top ? bottom - top : 0));
}

struct box unpack_box(struct unpack *u, int32_t width, int32_t height)
{
	struct box box;

	box.x = unpack_i32(u);
	box.y = unpack_i32(u);
	box.w = unpack_i32(u);
	box.h = unpack_i32(u);
	if (box.x < 0 || box.y < 0 || box.w < 0 || box.h < 0 ||
	    (int64_t)box.x + box.w > width || (int64_t)box.y + box.h > height)
		u->failed = true;
	return box;
}

void pack_confidence(struct pack *p, float confidence)
{
	/* The comparisons are false for NaN, which thus becomes 0. */
	pack_f32(p, confidence > 0 ? (confidence < 1 ? confidence : 1) : 0);
}

float unpack_confidence(struct unpack *u)
{
	float confidence = unpack_f32(u);

	if (confidence < 0 || confidence > 1)
		u->failed = true;
	return confidence;
}

void pack_clean(struct pack *p, const char *s)
{
	if (s && !text_is_clean(s))
		s = text_clean(p->arena, s, strlen(s));
	pack_str(p, s);
}

const char *unpack_clean(struct unpack *u, struct arena *arena)
{
	const char *s = unpack_str(u, arena);

	if (s && !text_is_clean(s))
		u->failed = true;
	return s;
}

void pack_lines(struct pack *p, const char *s)
{
	struct strbuf lines;

	strbuf_init(&lines, p->arena);
	for (const char *at = s ? s : ""; *at;) {
		size_t len = strcspn(at, "\n");
		const char *line = text_clean(p->arena, at, len);

		if (*line)
			strbuf_addf(&lines, "%s%s", lines.len ? "\n" : "", line);
		at += len + (at[len] == '\n');
	}
	pack_str(p, s ? lines.text : NULL);
}

const char *unpack_lines(struct unpack *u, struct arena *arena)
{
	const char *s = unpack_str(u, arena);

	for (const char *at = s ? s : ""; *at;) {
		size_t len = strcspn(at, "\n");

		if (len == 0 || !text_is_clean(arena_strndup(arena, at, len)) ||
		    strcmp(at + len, "\n") == 0)
			u->failed = true;
		at += len + (at[len] == '\n');
	}
	return s;
}

const char *unpack_text(struct unpack *u, struct arena *arena)
{
	const char *s = unpack_clean(u, arena);

	if (s && *s)
		return s;
	u->failed = true;
	return "";
}

int unpack_int(struct unpack *u, int min, int max)
{
	int v = unpack_i32(u);

	if (v >= min && v <= max)
		return v;
	u->failed = true;
	return min;
}

int unpack_byte(struct unpack *u, int max)
{
	int v = unpack_u8(u);

	if (v <= max)
		return v;
	u->failed = true;
	return 0;
}

static bool made_of(const char *s, const char *allowed)
{
	size_t len = strspn(s, allowed);

	return len > 0 && len <= PATH_MAX_BYTES && !s[len];
}

const char *unpack_token(struct unpack *u, struct arena *arena, const char *also)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	char allowed[sizeof(letters) + 8];
	const char *s = unpack_str(u, arena);

	memcpy(allowed, letters, sizeof(letters));
	strncat(allowed, also, 8 - 1);
	if (s && made_of(s, allowed))
		return s;
	u->failed = true;
	return "";
}

const char *unpack_path(struct unpack *u, struct arena *arena)
{
	return unpack_token(u, arena, "/[]");
}

void pack_alternatives(struct pack *p, const struct alternative *list, size_t n)
{
	pack_u32(p, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		pack_clean(p, list[i].text);
		pack_confidence(p, list[i].confidence);
	}
}

struct alternative *unpack_alternatives(struct unpack *u, struct arena *arena,
					size_t *n)
{
	struct alternative *list;

	*n = unpack_count(u, 4 + 1 + 4);
	if (*n == 0)
		return NULL;
	list = arena_alloc_n(arena, *n, sizeof(*list));
	for (size_t i = 0; i < *n && !u->failed; i++) {
		list[i].text = unpack_text(u, arena);
		list[i].confidence = unpack_confidence(u);
	}
	return list;
}

const char *unpack_name(struct unpack *u, struct arena *arena)
{
	const char *s = unpack_str(u, arena);

	if (s && !made_of(s, "abcdefghijklmnopqrstuvwxyz0123456789-_"))
		u->failed = true;
	return s;
}
