/* doc_pack.c - documents as flat bytes: from the jailed reader to the worker, and as
 * words blob of a page in the database.
 *
 * Writing makes values lawful (boxes cut to the page, confidences within 0 and 1, text
 * clean), so that a stage that is off by a pixel does not lose its document. Reading
 * trusts nobody: whatever the bytes, it ends in RC_OK with a page that keeps every
 * promise of doc.h, or in RC_FAIL with what was off. */
#include "doc.h"

#include <string.h>

#include "pack.h"
#include "text.h"

enum {
	COORDINATE_MAX = 1 << 20, /* page units: 88 m */
	PAGES_MAX = 1000000,
	LINES_MAX = 1000000,
	WORD_MIN_BYTES = 4 + 1 + 16 + 4 + 4 + 4 + 4 + 1 + 4,
	ZONE_MIN_BYTES = 4 + 1 + 4 + 16 + 4 + 4,
	FIELD_MIN_BYTES = 4 + 1 + 4 + 4 + 4 + 4 + 16 + 1 + 4 + 1 + 4 + 4,
	FINDING_MIN_BYTES = 4 + 1 + 1 + 1 + 4 + 4,
	PATH_MAX_BYTES = 200,
};

/* --- small parts, both ways --------------------------------------------------- */

static void pack_version(struct pack *p)
{
	pack_u8(p, DOC_PACK_VERSION & 0xff);
	pack_u8(p, DOC_PACK_VERSION >> 8);
}

static enum rc unpack_version(struct unpack *u, struct err *err)
{
	int version = unpack_u8(u);

	version |= unpack_u8(u) << 8;
	if (u->failed || version != DOC_PACK_VERSION)
		return err_set(err, RC_FAIL, "packed by version %d, this is version %d",
			       version, DOC_PACK_VERSION);
	return RC_OK;
}

/* Cut to 0..limit, in 64 bits because hostile sums overflow 32. */
static int64_t clip(int64_t v, int64_t limit)
{
	return v < 0 ? 0 : v > limit ? limit : v;
}

/* The part of the box that lies on a page of that size. */
static void pack_box(struct pack *p, struct box box, int32_t width, int32_t height)
{
	int64_t left = clip(box.x, width), top = clip(box.y, height);
	int64_t right = clip((int64_t)box.x + box.w, width);
	int64_t bottom = clip((int64_t)box.y + box.h, height);

	pack_i32(p, (int32_t)left);
	pack_i32(p, (int32_t)top);
	pack_i32(p, (int32_t)(right > left ? right - left : 0));
	pack_i32(p, (int32_t)(bottom > top ? bottom - top : 0));
}

static struct box unpack_box(struct unpack *u, int32_t width, int32_t height)
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

static void pack_confidence(struct pack *p, float confidence)
{
	/* The comparisons are false for NaN, which thus becomes 0. */
	pack_f32(p, confidence > 0 ? (confidence < 1 ? confidence : 1) : 0);
}

static float unpack_confidence(struct unpack *u)
{
	float confidence = unpack_f32(u);

	if (confidence < 0 || confidence > 1)
		u->failed = true;
	return confidence;
}

static void pack_clean(struct pack *p, const char *s)
{
	if (s && !text_is_clean(s))
		s = text_clean(p->arena, s, strlen(s));
	pack_str(p, s);
}

static const char *unpack_clean(struct unpack *u, struct arena *arena)
{
	const char *s = unpack_str(u, arena);

	if (s && !text_is_clean(s))
		u->failed = true;
	return s;
}

/* Text that must be there: never NULL, so that what follows may rely on it. */
static const char *unpack_text(struct unpack *u, struct arena *arena)
{
	const char *s = unpack_clean(u, arena);

	if (s && *s)
		return s;
	u->failed = true;
	return "";
}

static int unpack_int(struct unpack *u, int min, int max)
{
	int v = unpack_i32(u);

	if (v >= min && v <= max)
		return v;
	u->failed = true;
	return min;
}

static int unpack_byte(struct unpack *u, int max)
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

static const char *unpack_token(struct unpack *u, struct arena *arena, const char *also)
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

static const char *unpack_path(struct unpack *u, struct arena *arena)
{
	return unpack_token(u, arena, "/[]");
}

static void pack_alternatives(struct pack *p, const struct alternative *list, size_t n)
{
	pack_u32(p, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		pack_clean(p, list[i].text);
		pack_confidence(p, list[i].confidence);
	}
}

static struct alternative *unpack_alternatives(struct unpack *u, struct arena *arena,
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

/* --- pages -------------------------------------------------------------------- */

static void pack_word(struct pack *p, const struct word *word, const struct page *page)
{
	pack_clean(p, word->text);
	pack_box(p, word->box, page->width, page->height);
	pack_confidence(p, word->confidence);
	pack_u32(p, word->block);
	pack_u32(p, word->line);
	pack_u32(p, word->height);
	pack_u8(p, word->bold != 0);
	pack_alternatives(p, word->alternatives, word->n_alternatives);
}

static void unpack_word(struct unpack *u, struct arena *arena, const struct page *page,
			struct word *out)
{
	out->text = unpack_text(u, arena);
	out->box = unpack_box(u, page->width, page->height);
	out->confidence = unpack_confidence(u);
	out->block = (uint16_t)unpack_int(u, 0, UINT16_MAX);
	out->line = (uint16_t)unpack_int(u, 0, UINT16_MAX);
	out->height = (uint16_t)unpack_int(u, 0, UINT16_MAX);
	out->bold = (uint8_t)unpack_byte(u, 1);
	out->alternatives = unpack_alternatives(u, arena, &out->n_alternatives);
}

static void pack_zone(struct pack *p, const struct zone_reading *zone,
		      const struct page *page)
{
	pack_str(p, zone->path);
	pack_clean(p, zone->text);
	pack_box(p, zone->box, page->width, page->height);
	pack_confidence(p, zone->confidence);
	pack_alternatives(p, zone->alternatives, zone->n_alternatives);
}

static void unpack_zone(struct unpack *u, struct arena *arena, const struct page *page,
			struct zone_reading *out)
{
	out->path = unpack_path(u, arena);
	out->text = unpack_clean(u, arena);
	out->box = unpack_box(u, page->width, page->height);
	out->confidence = unpack_confidence(u);
	out->alternatives = unpack_alternatives(u, arena, &out->n_alternatives);
}

static void pack_image(struct pack *p, const struct image_blob *image)
{
	pack_str(p, image->mime);
	pack_i32(p, image->width);
	pack_i32(p, image->height);
	pack_str(p, image->hash);
}

static bool is_hash(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static void unpack_image(struct unpack *u, struct arena *arena, struct image_blob *out)
{
	const char *hash;

	out->mime = unpack_clean(u, arena);
	out->width = unpack_int(u, 0, COORDINATE_MAX);
	out->height = unpack_int(u, 0, COORDINATE_MAX);
	hash = unpack_str(u, arena);
	if (hash && is_hash(hash))
		memcpy(out->hash, hash, sizeof(out->hash));
	else if (!hash || *hash)
		u->failed = true;
}

void doc_pack_page(struct pack *p, const struct page *page)
{
	pack_version(p);
	pack_i32(p, page->number);
	pack_i32(p, page->width);
	pack_i32(p, page->height);
	pack_i32(p, page->dpi);
	pack_i32(p, page->rotation);
	pack_f32(p, page->skew_deg);
	pack_u8(p, page->blank);
	pack_u8(p, (uint8_t)page->source);
	pack_str(p, page->form);
	pack_clean(p, page->barcodes);
	pack_image(p, &page->display);
	pack_image(p, &page->thumbnail);
	pack_u32(p, (uint32_t)page->n_words);
	for (size_t i = 0; i < page->n_words; i++)
		pack_word(p, &page->words[i], page);
	pack_u32(p, (uint32_t)page->n_zones);
	for (size_t i = 0; i < page->n_zones; i++)
		pack_zone(p, &page->zones[i], page);
}

static void unpack_page_head(struct unpack *u, struct arena *arena, struct page *out)
{
	out->number = unpack_int(u, 1, PAGES_MAX);
	out->width = unpack_int(u, 0, COORDINATE_MAX);
	out->height = unpack_int(u, 0, COORDINATE_MAX);
	out->dpi = unpack_int(u, 0, 100000);
	out->rotation = unpack_int(u, 0, 270);
	if (out->rotation % 90 != 0)
		u->failed = true;
	out->skew_deg = unpack_f32(u);
	if (out->skew_deg < -90 || out->skew_deg > 90)
		u->failed = true;
	out->blank = unpack_byte(u, 1) == 1;
	out->source = (enum source)unpack_byte(u, SOURCE_DERIVED);
	out->form = unpack_clean(u, arena);
	out->barcodes = unpack_clean(u, arena);
	unpack_image(u, arena, &out->display);
	unpack_image(u, arena, &out->thumbnail);
}

static enum rc unpack_page_parts(struct unpack *u, struct arena *arena,
				 struct page *out, struct err *err)
{
	unpack_page_head(u, arena, out);
	if (u->failed)
		return err_set(err, RC_FAIL, "packed page: its head is wrong");
	out->n_words = unpack_count(u, WORD_MIN_BYTES);
	out->words = arena_alloc_n(arena, out->n_words, sizeof(*out->words));
	for (size_t i = 0; i < out->n_words && !u->failed; i++) {
		unpack_word(u, arena, out, &out->words[i]);
		if (u->failed)
			return err_set(err, RC_FAIL,
				       "packed page %d: word %zu of %zu "
				       "is wrong",
				       out->number, i + 1, out->n_words);
	}
	out->n_zones = unpack_count(u, ZONE_MIN_BYTES);
	out->zones = arena_alloc_n(arena, out->n_zones, sizeof(*out->zones));
	for (size_t i = 0; i < out->n_zones && !u->failed; i++)
		unpack_zone(u, arena, out, &out->zones[i]);
	if (u->failed)
		return err_set(err, RC_FAIL,
			       "packed page %d: a count or a zone is wrong",
			       out->number);
	return RC_OK;
}

enum rc doc_unpack_page(struct unpack *u, struct arena *arena, struct page *out,
			struct err *err)
{
	enum rc rc;

	*out = (struct page){0};
	rc = unpack_version(u, err);
	if (rc == RC_OK)
		rc = unpack_page_parts(u, arena, out, err);
	if (rc != RC_OK) {
		u->failed = true;
		*out = (struct page){0}; /* nobody shall use half a page */
	}
	return rc;
}

/* --- fields and findings ------------------------------------------------------ */

static void pack_field(struct pack *p, const struct field *field)
{
	pack_str(p, field->path);
	pack_i32(p, field->line);
	pack_clean(p, field->raw);
	pack_clean(p, field->value);
	pack_i32(p, field->page);
	pack_box(p, field->box, COORDINATE_MAX, COORDINATE_MAX);
	pack_u8(p, (uint8_t)field->source);
	pack_confidence(p, field->confidence);
	pack_u8(p, field->accepted);
	pack_clean(p, field->why);
	pack_alternatives(p, field->alternatives, field->n_alternatives);
}

static void unpack_field(struct unpack *u, struct arena *arena, struct field *out)
{
	out->path = unpack_path(u, arena);
	out->line = unpack_int(u, 0, LINES_MAX);
	out->raw = unpack_clean(u, arena);
	out->value = unpack_clean(u, arena);
	out->page = unpack_int(u, 0, PAGES_MAX);
	out->box = unpack_box(u, COORDINATE_MAX, COORDINATE_MAX);
	out->source = (enum source)unpack_byte(u, SOURCE_DERIVED);
	out->confidence = unpack_confidence(u);
	out->accepted = unpack_byte(u, 1) == 1;
	out->why = unpack_clean(u, arena);
	out->alternatives = unpack_alternatives(u, arena, &out->n_alternatives);
}

static void pack_finding(struct pack *p, const struct finding *finding)
{
	pack_str(p, finding->code);
	pack_u8(p, (uint8_t)finding->kind);
	pack_u8(p, (uint8_t)finding->severity);
	pack_clean(p, finding->text);
	pack_u32(p, (uint32_t)finding->n_fields);
	for (size_t i = 0; i < finding->n_fields; i++)
		pack_str(p, finding->fields[i]);
}

static void unpack_finding(struct unpack *u, struct arena *arena, struct finding *out)
{
	out->code = unpack_token(u, arena, "");
	out->kind = (enum finding_kind)unpack_byte(u, FINDING_DOCUMENT);
	out->severity = (enum severity)unpack_byte(u, SEVERITY_STOP);
	out->text = unpack_text(u, arena);
	out->n_fields = unpack_count(u, 4 + 1);
	out->fields = arena_alloc_n(arena, out->n_fields, sizeof(*out->fields));
	for (size_t i = 0; i < out->n_fields; i++)
		out->fields[i] = unpack_path(u, arena);
}

void doc_pack_fields(struct pack *p, const struct doc *doc)
{
	pack_version(p);
	pack_str(p, doc->format);
	pack_i32(p, doc->pages_in_file);
	pack_u8(p, doc->structured);
	pack_str(p, doc->type);
	pack_confidence(p, doc->type_confidence);
	pack_u32(p, (uint32_t)doc->n_fields);
	for (size_t i = 0; i < doc->n_fields; i++)
		pack_field(p, &doc->fields[i]);
	pack_u32(p, (uint32_t)doc->n_findings);
	for (size_t i = 0; i < doc->n_findings; i++)
		pack_finding(p, &doc->findings[i]);
}

static const char *unpack_name(struct unpack *u, struct arena *arena)
{
	const char *s = unpack_str(u, arena);

	if (s && !made_of(s, "abcdefghijklmnopqrstuvwxyz0123456789-_"))
		u->failed = true;
	return s;
}

/* A lawful field or finding may stand twice in hostile bytes; the first one counts. */
static void take_field(struct doc *doc, const struct field *field)
{
	if (!doc_field(doc, field->path, field->line))
		*arena_push(doc->arena, doc->fields, doc->n_fields, doc->cap_fields) =
			*field;
}

enum rc doc_unpack_fields(struct unpack *u, struct doc *doc, struct err *err)
{
	struct field field;
	struct finding finding;
	size_t n;

	if (unpack_version(u, err) != RC_OK)
		return RC_FAIL;
	doc->format = unpack_name(u, doc->arena);
	doc->pages_in_file = unpack_int(u, 0, PAGES_MAX);
	doc->structured = unpack_byte(u, 1) == 1;
	doc->type = unpack_name(u, doc->arena);
	doc->type_confidence = unpack_confidence(u);
	n = unpack_count(u, FIELD_MIN_BYTES);
	for (size_t i = 0; i < n && !u->failed; i++) {
		field = (struct field){0};
		unpack_field(u, doc->arena, &field);
		if (!u->failed)
			take_field(doc, &field);
	}
	n = unpack_count(u, FINDING_MIN_BYTES);
	for (size_t i = 0; i < n && !u->failed; i++) {
		finding = (struct finding){0};
		unpack_finding(u, doc->arena, &finding);
		if (!u->failed)
			*arena_push(doc->arena, doc->findings, doc->n_findings,
				    doc->cap_findings) = finding;
	}
	if (u->failed)
		return err_set(err, RC_FAIL, "packed fields are wrong");
	return RC_OK;
}
