/* Codes that we draw ourselves, read back from paper as it comes out of scanners:
 * askew, upside down, on its side, noisy, faint, small. */
#include "testing.h"

#include "image.h"
#include "stages/barcode.h"
#include "stages/barcode_draw.h"
#include "stages/barcode_find.h"

enum { WIDTH = 1654, HEIGHT = 2339, DPI = 200 }; /* A4 */

struct sheet {
	uint8_t *grey;
	struct arena *arena;
};

static struct sheet sheet_with_print(struct arena *arena)
{
	struct sheet s = {arena_alloc(arena, WIDTH * HEIGHT), arena};

	memset(s.grey, 245, WIDTH * HEIGHT);
	for (int line = 0; line < 20; line++) /* words of strokes, like print */
		for (int i = 0; i < 14 * 900; i++)
			if (i % 900 / 5 % 2 && i % 900 / 60 % 4 && (i / 900) < 12)
				s.grey[(1500 + line * 34 + i / 900) * WIDTH + 150 +
				       i % 900 + line % 3] = 40;
	return s;
}

static void fill(const struct sheet *s, int x, int y, int w, int h, uint8_t ink)
{
	for (int row = y; row < y + h; row++)
		memset(s->grey + row * WIDTH + x, ink, (size_t)w);
}

/* Elements of `px` pixels a unit; patch codes lie across the sheet's upper edge. */
static void put(const struct sheet *s, const struct drawing *d, double px, int x, int y,
		int length, uint8_t ink)
{
	int n = drawing_width(d);
	double at = 0;

	if (d->kind == BARCODE_QR) {
		for (int i = 0; i < n * n; i++)
			if (d->elements[i])
				fill(s, x + i % n * (int)px, y + i / n * (int)px,
				     (int)px, (int)px, ink);
		return;
	}
	for (size_t i = 0; i < d->n; at += d->elements[i++] * px) {
		int from = (int)(at + 0.5), to = (int)(at + d->elements[i] * px + 0.5);
		if (i % 2)
			continue;
		if (d->kind == BARCODE_PATCH)
			fill(s, x, y + from, length, to - from, ink);
		else
			fill(s, x + from, y, to - from, length, ink);
	}
}

static void make_noise(const struct sheet *s, int grain, unsigned specks)
{
	uint32_t seed = 7;

	for (int i = 0; grain && i < WIDTH * HEIGHT; i++) {
		seed = seed * 1664525u + 1013904223u;
		int v = s->grey[i] + (int)(seed >> 24) % (2 * grain + 1) - grain;
		s->grey[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
	for (unsigned i = 0; i < specks; i++) {
		seed = seed * 1664525u + 1013904223u;
		s->grey[(seed >> 4) % (WIDTH * HEIGHT)] = i % 2 ? 255 : 0;
	}
}

static const char *codes_on(struct image *picture, struct arena *arena)
{
	AUTO_IMAGE ink = image_binarise(picture);
	struct page page = {.number = 1};

	if (!barcode_seen(ink, DPI))
		return "";
	barcode_take(picture, ink, 1, 1.5, arena, &page);
	return page.barcodes ? page.barcodes : "";
}

struct paper {
	enum barcode_kind kind;
	const char *text;
	double px; /* a unit */
};
static const struct paper papers[] = {
	{BARCODE_128, "Intray/2026-0042", 2},
	{BARCODE_39, "PATCHT", 2},
	{BARCODE_39, "ASN00123", 3},
	{BARCODE_I25, "20261122", 3},
	{BARCODE_QR, "TAG:travel expenses", 5},
	{BARCODE_PATCH, "PATCH1", DPI / 100.0},
	{BARCODE_PATCH, "PATCH2", DPI / 100.0},
	{BARCODE_PATCH, "PATCH3", DPI / 100.0},
	{BARCODE_PATCH, "PATCH4", DPI / 100.0},
	{BARCODE_PATCH, "PATCH6", DPI / 100.0},
	{BARCODE_PATCH, "PATCHT", DPI / 100.0},
};

struct wear {
	const char *name;
	double degrees; /* fed askew */
	int turn;
	int grain;
	unsigned specks;
	uint8_t ink;
};

static struct image *worn(const struct paper *paper, const struct wear *wear,
			  struct arena *arena)
{
	struct sheet s = sheet_with_print(arena);
	struct drawing d;
	struct err err;

	if (barcode_draw(paper->kind, paper->text, arena, &d, &err) != RC_OK)
		fail_msg("%s", err.text);
	put(&s, &d, paper->px, 300, 140, paper->kind == BARCODE_PATCH ? 700 : 130,
	    wear->ink);
	make_noise(&s, wear->grain, wear->specks);
	AUTO_IMAGE flat = image_from_bytes(s.grey, WIDTH, HEIGHT, DPI);
	AUTO_IMAGE askew = wear->degrees != 0 ? image_rotate(flat, wear->degrees)
					      : image_clone(flat);
	return wear->turn ? image_turn(askew, wear->turn) : image_clone(askew);
}

static void codes_of_every_kind_are_read_from_worn_paper(void **state)
{
	static const struct wear wears[] = {
		{"clean", 0, 0, 0, 0, 10},
		{"askew", 2.5, 0, 0, 0, 10},
		{"far askew", -5, 0, 0, 0, 10},
		{"upside down", 0, 180, 0, 0, 10},
		{"on its side", 0, 90, 0, 0, 10},
		{"on its other side", 1, 270, 0, 0, 10},
		{"grainy", 0.7, 0, 45, 0, 40},
		{"specks", 0, 0, 0, 20000, 10},
		{"faint", -1.5, 0, 10, 500, 90},
	};
	(void)state;
	int missed = 0;
	for (size_t i = 0; i < COUNT(papers) * COUNT(wears); i++) {
		const struct paper *p = &papers[i / COUNT(wears)];
		const struct wear *w = &wears[i % COUNT(wears)];
		AUTO_ARENA arena = arena_new();
		AUTO_IMAGE picture = worn(p, w, arena);
		const char *at = codes_on(picture, arena);
		const struct barcode *code = barcode_next(&at, arena);

		if (code && code->kind == p->kind && strcmp(code->text, p->text) == 0 &&
		    !*at)
			continue;
		print_error("%s %s, %s: %s %s\n", barcode_kind_name(p->kind), p->text,
			    w->name, code ? code->text : "nothing", at);
		missed++;
	}
	assert_int_equal(missed, 0);
}

/* It draws a line down every page, and where the sheet lies level down every bar of a
 * code alike. */
static void dirt_on_the_glass_does_not_hide_large_codes(void **state)
{
	static const struct paper large[] = {
		{BARCODE_128, "SEP-0015", 5},		{BARCODE_39, "PATCHT", 4},
		{BARCODE_I25, "20261122", 5},		{BARCODE_QR, "SEP-0056", 22},
		{BARCODE_PATCH, "PATCHT", DPI / 100.0},
	};
	(void)state;
	int missed = 0;
	for (size_t i = 0; i < COUNT(large) * 6; i++) {
		const struct paper *p = &large[i / 6];
		AUTO_ARENA arena = arena_new();
		struct sheet s = sheet_with_print(arena);
		struct drawing d;
		struct err err;
		int x = 290 + (int)(i % 6) * 86;

		assert_int_equal(barcode_draw(p->kind, p->text, arena, &d, &err),
				 RC_OK);
		put(&s, &d, p->px, 300, 140, p->kind == BARCODE_PATCH ? 700 : 130, 10);
		fill(&s, x, 0, 1, HEIGHT, 60);
		AUTO_IMAGE flat = image_from_bytes(s.grey, WIDTH, HEIGHT, DPI);
		AUTO_IMAGE picture = i % 2 ? image_turn(flat, 90) : image_clone(flat);
		const char *at = codes_on(picture, arena);
		const struct barcode *code = barcode_next(&at, arena);

		if (code && strcmp(code->text, p->text) == 0 && !*at)
			continue;
		print_error("%s with dirt at %d: %s %s\n", barcode_kind_name(p->kind),
			    x, code ? code->text : "nothing", at);
		missed++;
	}
	assert_int_equal(missed, 0);
}

/* What is read with the eye for print takes large areas of faint ink for paper. */
static void faint_bars_are_ink_to_an_eye_for_large_areas(void **state)
{
	static const struct paper large[] = {
		{BARCODE_QR, "SEP-0056", 22},
		{BARCODE_128, "SEP-0015", 5},
		{BARCODE_PATCH, "PATCH1", DPI / 100.0},
		{BARCODE_PATCH, "PATCH2", DPI / 100.0},
		{BARCODE_PATCH, "PATCH3", DPI / 100.0},
		{BARCODE_PATCH, "PATCH4", DPI / 100.0},
		{BARCODE_PATCH, "PATCH6", DPI / 100.0},
		{BARCODE_PATCH, "PATCHT", DPI / 100.0},
	};
	static const struct wear faint = {"faint", 0.4, 0, 20, 500, 165};
	(void)state;
	for (size_t i = 0; i < COUNT(large); i++) {
		AUTO_ARENA arena = arena_new();
		AUTO_IMAGE picture = worn(&large[i], &faint, arena);
		AUTO_IMAGE ink = image_binarise_solid(picture);
		struct page page = {.number = 1};

		barcode_take(picture, ink, 1, 1.5, arena, &page);
		const char *at = page.barcodes;
		const struct barcode *code = barcode_next(&at, arena);
		if (!code || strcmp(code->text, large[i].text) != 0)
			fail_msg("%s %s: %s", barcode_kind_name(large[i].kind),
				 large[i].text, code ? code->text : "nothing");
	}
}

static void what_is_no_code_is_none(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct sheet s = sheet_with_print(arena);

	(void)state;
	for (int i = 0; i < 30; i++) /* a table */
		fill(&s, 100, 100 + i * 40, 1400, 3, 0);
	for (int i = 0; i < 8; i++)
		fill(&s, 100 + i * 200, 100, 3, 1200, 0);
	for (int i = 0; i < 4; i++) /* four bars, of like width */
		fill(&s, 300, 1330 + i * 30, 600, 15, 0);
	AUTO_IMAGE picture = image_from_bytes(s.grey, WIDTH, HEIGHT, DPI);
	assert_string_equal(codes_on(picture, arena), "");
}

static void kinds_refuse_what_they_cannot_say(void **state)
{
	static const struct paper wrong[] = {
		{BARCODE_39, "small letters", 0},  {BARCODE_39, "A*B", 0},
		{BARCODE_I25, "123", 0},	   {BARCODE_I25, "12A4", 0},
		{BARCODE_128, "Z\xc3\xbcrich", 0}, {BARCODE_PATCH, "PATCH5", 0},
		{BARCODE_PATCH, "T", 0},	   {BARCODE_QR, "", 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		AUTO_ARENA arena = arena_new();
		struct drawing d;
		struct err err = {0};

		assert_int_equal(
			barcode_draw(wrong[i].kind, wrong[i].text, arena, &d, &err),
			RC_FAIL);
		assert_true(err.text[0] != '\0');
	}
}

static void notes_of_all_kinds_come_back_as_they_were(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct page page = {0};
	const struct barcode *code;

	(void)state;
	for (int i = 0; i < BARCODE_KINDS; i++)
		barcode_note(&page, arena,
			     &(struct barcode){(enum barcode_kind)i,
					       "a b%=@\n\xc3\xbc",
					       {1, 2, 3, 4 + i}});
	const char *at = page.barcodes;
	for (int i = 0; i < BARCODE_KINDS; i++) {
		assert_non_null(code = barcode_next(&at, arena));
		assert_int_equal(code->kind, i);
		assert_int_equal(code->box.h, 4 + i);
		assert_string_equal(code->text, "a b%=@\n\xc3\xbc");
	}
	assert_null(barcode_next(&at, arena));
	at = "NEW@1,2,3,4=x";
	assert_null(barcode_next(&at, arena));
}

static void lines_are_seen_as_they_are_in_all_widths(void **state)
{
	uint8_t grey[150 * 150];
	int runs[LINE_RUNS];
	uint32_t seed = 3;
	(void)state;
	for (int width = 1; width < 150; width += 7) {
		AUTO_ARENA arena = arena_new();
		int height = 150 - width, words = bitmap_words(width);
		for (int i = 0; i < width * height; i++) {
			seed = seed * 1664525u + 1013904223u;
			grey[i] = seed >> 29 < 3 ? 0 : 255;
		}
		AUTO_IMAGE flat = image_from_bytes(grey, width, height, DPI);
		AUTO_IMAGE ink = image_binarise(flat);
		uint64_t *bits =
			arena_alloc_n(arena, (size_t)(words * height), sizeof(*bits));
		image_bits(ink, bits, words);
		struct bitmap map = {bits, width, height, words, DPI};
		struct bitmap aside = bitmap_turned(&map, arena);
		for (int y = 0; y < height; y++) {
			size_t n = bitmap_runs(&map, y, 0, runs);
			bool dark = false;
			for (int x = 0, i = 0, at = 0; x < width; x++, at++) {
				for (; at == runs[i]; at = 0, dark = !dark)
					assert_true((size_t)++i < n);
				assert_int_equal(grey[y * width + x] == 0, dark);
				assert_int_equal(bitmap_dark(&map, x, y), dark);
				assert_int_equal(bitmap_dark(&aside, y, x), dark);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_of_every_kind_are_read_from_worn_paper),
		cmocka_unit_test(dirt_on_the_glass_does_not_hide_large_codes),
		cmocka_unit_test(faint_bars_are_ink_to_an_eye_for_large_areas),
		cmocka_unit_test(what_is_no_code_is_none),
		cmocka_unit_test(kinds_refuse_what_they_cannot_say),
		cmocka_unit_test(notes_of_all_kinds_come_back_as_they_were),
		cmocka_unit_test(lines_are_seen_as_they_are_in_all_widths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
