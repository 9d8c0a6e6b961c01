/* doc_pack_page.c - a page as flat bytes: from the jailed reader to the worker, and as
 * words blob in the database.
 *
 * Whatever the bytes, unpacking ends in RC_OK with a page that keeps every promise of
 * doc.h (boxes on the page, text clean, confidences within 0 and 1), or in RC_FAIL with
 * what was off and an empty page. */
#include <string.h>

#include "doc_parts.h"

enum { /* what one takes at least: no count may promise more than the bytes can hold */
       WORD_MIN_BYTES = 4 + 1 + 16 + 4 + 4 + 4 + 4 + 1 + 4,
       ZONE_MIN_BYTES = 4 + 1 + 4 + 16 + 4 + 4,
};

static uint8_t at_least_one(uint8_t n)
{
	return n > 0 ? n : 1;
}

static void pack_word(struct pack *p, const struct word *word, const struct page *page)
{
	pack_clean(p, word->text);
	pack_box(p, word->box, page->width, page->height);
	pack_confidence(p, word->confidence);
	pack_u32(p, word->block);
	pack_u32(p, word->line);
	pack_u32(p, word->height);
	pack_u8(p, word->bold != 0);
	uint8_t readings = at_least_one(word->readings);
	uint8_t agreed = at_least_one(word->agreed);
	pack_u8(p, readings);
	pack_u8(p, agreed < readings ? agreed : readings);
	pack_alternatives(p, word->alternatives, word->n_alternatives);
}

/* Version 1 read everything once. */
static void unpack_readings(struct unpack *u, struct word *out)
{
	out->readings = out->agreed = 1;
	if (u->version == 1)
		return;
	out->readings = (uint8_t)unpack_byte(u, UINT8_MAX);
	out->agreed = (uint8_t)unpack_byte(u, out->readings);
	if (out->agreed == 0)
		u->failed = true;
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
	unpack_readings(u, out);
	out->alternatives = unpack_alternatives(u, arena, &out->n_alternatives);
}

static void pack_zone(struct pack *p, const struct zone_reading *zone,
		      const struct page *page)
{
	pack_str(p, zone->path);
	pack_lines(p, zone->text);
	pack_box(p, zone->box, page->width, page->height);
	pack_confidence(p, zone->confidence);
	pack_alternatives(p, zone->alternatives, zone->n_alternatives);
}

static void unpack_zone(struct unpack *u, struct arena *arena, const struct page *page,
			struct zone_reading *out)
{
	out->path = unpack_path(u, arena);
	out->text = unpack_lines(u, arena);
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
