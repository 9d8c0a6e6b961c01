/* A page of print set here, turned, tilted, framed in black, punched or left empty,
 * comes out upright and level with its words in page units. */
#include "testing.h"

#include <allheaders.h>

#include <math.h>
#include <stdlib.h>
#include "read.h"
#include "stages/page_look.h"

static struct read_env env = {.limits = {100000000, 10}};
static struct schema_set *schemas;

static int load(void **state)
{
	struct err err;
	(void)state;
	schemas = schema_set_new();
	env.schemas = schemas;
	return ocr_open(NULL, NULL, "eng", &env.ocr, &err) == RC_OK ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	ocr_close(&env.ocr);
	schema_set_free(&schemas);
	return 0;
}

/* --- pages --- */

static const char *const letter[] = {
	"Harbour Office Supplies Limited",
	"Invoice number 20931 of 14 March 2026",
	"Paper for the front office printer",
	"Envelopes with a grey window, box",
	"Pencils, hard, by the dozen",
	"Delivery to the third floor, please",
	"The total amount is due within thirty days",
	"Thank you for your order",
};
enum { LINES = COUNT(letter), WIDTH = 1654, HEIGHT = 2339 };

static PIX *blank_paper(void)
{
	PIX *pix = pixCreate(WIDTH, HEIGHT, 8);
	pixSetBlackOrWhite(pix, L_SET_WHITE);
	return pix;
}

/* A4 at 200 dpi, the lines three times over. */
static PIX *printed_paper(void)
{
	PIX *pix = blank_paper();
	L_BMF *type = bmfCreate(NULL, 8);
	int width, overflow;
	for (int i = 0; i < 3 * LINES; i++)
		pixSetTextline(pix, type, letter[i % LINES], 0, 180, 250 + 70 * i,
			       &width, &overflow);
	bmfDestroy(&type);
	return pix;
}

static void print_on(PIX *pix, int x, int y, int w, int h, l_uint32 value)
{
	BOX *box = boxCreate(x, y, w, h);
	pixSetInRectArbitrary(pix, box, value);
	boxDestroy(&box);
}

static void black(PIX *pix, int x, int y, int w, int h)
{
	print_on(pix, x, y, w, h, 0);
}

static struct image *image_of(PIX **take_pix, int dpi)
{
	PIX *pix = *take_pix;
	int w = pixGetWidth(pix), h = pixGetHeight(pix);
	uint8_t *grey = malloc((size_t)w * h);
	for (int y = 0; y < h; y++) {
		for (int x = 0; x < w; x++) {
			l_uint32 v;
			pixGetPixel(pix, x, y, &v);
			grey[(size_t)y * w + x] = (uint8_t)v;
		}
	}
	struct image *image = image_from_bytes(grey, w, h, dpi);
	free(grey);
	pixDestroy(take_pix);
	return image;
}

static struct page *read_page(PIX *take_pix, int dpi, struct arena *arena)
{
	struct page *page = NULL;
	struct err err;
	struct image *image = image_of(&take_pix, dpi);
	if (page_read(&env, image, 1, arena, &page, &err) != RC_OK)
		fail_msg("%s", err.text);
	return page;
}

static const struct word *word_like(const struct page *page, const char *text)
{
	for (size_t i = 0; i < page->n_words; i++) {
		if (strcmp(page->words[i].text, text) == 0)
			return &page->words[i];
	}
	fail_msg("no word \"%s\" among %zu", text, page->n_words);
	return NULL;
}

/* --- stories --- */

static void test_words_in_page_units(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct page *page = read_page(printed_paper(), 200, arena);
	const struct word *word = word_like(page, "Harbour");
	assert_int_equal(page->dpi, 200);
	assert_int_equal(page->width, WIDTH * 300 / 200);
	assert_in_range(word->box.x, 180 * 3 / 2 - 6, 180 * 3 / 2 + 6);
	assert_in_range(box_bottom(word->box), 250 * 3 / 2 - 12, 250 * 3 / 2 + 12);
	assert_int_equal(page->source, SOURCE_OCR);
	assert_false(page->blank);
	assert_int_equal(page->thumbnail.width, 200);
	assert_true(page->display.len > page->thumbnail.len);
}

/* Turned by n quarters clockwise on the glass, it is turned back by 4 - n. */
static void test_turned_pages(void **state)
{
	(void)state;
	for (int quarters = 1; quarters < 4; quarters++) {
		AUTO_ARENA arena = arena_new();
		PIX *upright = printed_paper();
		PIX *turned = pixRotateOrth(upright, quarters);
		pixDestroy(&upright);
		struct page *page = read_page(turned, 200, arena);
		assert_int_equal(page->rotation, 360 - 90 * quarters);
		assert_int_equal(page->width, WIDTH * 300 / 200);
		assert_in_range(word_like(page, "Harbour")->box.x, 250, 290);
	}
}

static void test_tilted_page(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	PIX *level = printed_paper();
	PIX *tilted = pixRotate(level, (float)(2 * M_PI / 180), L_ROTATE_AREA_MAP,
				L_BRING_IN_WHITE, 0, 0);
	pixDestroy(&level);
	struct page *page = read_page(tilted, 200, arena);
	assert_true(fabs(page->skew_deg + 2) < 0.2);
	assert_int_equal(page->rotation, 0);
	/* First and last word of a line stand at one height again. */
	int first = box_bottom(word_like(page, "Paper")->box);
	int last = box_bottom(word_like(page, "printer")->box);
	assert_true(abs(first - last) < 20);
}

static void test_black_edges_go(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	PIX *framed = printed_paper();
	black(framed, 0, 0, 60, HEIGHT);
	black(framed, 0, HEIGHT - 90, WIDTH, 90);
	struct page *page = read_page(framed, 200, arena);
	word_like(page, "Harbour");
	AUTO_IMAGE shown = NULL;
	struct err err;
	assert_int_equal(image_decode(page->display.bytes, page->display.len,
				      FORMAT_JPEG, 1, &env.limits, &shown, &err),
			 RC_OK);
	AUTO_IMAGE ink = image_binarise(shown);
	assert_true(image_ink(ink, (struct box){0, 0, 20, image_height(ink)}) < 0.01);
}

static void test_blank_page(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	PIX *empty = blank_paper();
	for (int i = 0; i < 40; i++) /* dust */
		black(empty, 30 + 41 * i % 1600, 20 + 977 * i % 2300, 3, 3);
	for (int y = 900; y <= 1500; y += 600) { /* punch holes, 6 mm */
		for (int dy = -24; dy <= 24; dy++) {
			int half = (int)sqrt(24 * 24 - dy * dy);
			black(empty, 90 - half, y + dy, 2 * half + 1, 1);
		}
	}
	black(empty, 800, 0, 2, HEIGHT); /* a streak */
	struct page *page = read_page(empty, 200, arena);
	assert_true(page->blank);
	assert_int_equal(page->n_words, 0);
	assert_true(page->display.len > 0);
}

static void test_one_line_is_not_blank(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	PIX *nearly = blank_paper();
	L_BMF *type = bmfCreate(NULL, 8);
	int width, overflow;
	pixSetTextline(nearly, type, "See reverse", 0, 700, 2000, &width, &overflow);
	bmfDestroy(&type);
	struct page *page = read_page(nearly, 200, arena);
	assert_false(page->blank);
	word_like(page, "reverse");
}

/* A patch T sheet from a toner that runs out, and nothing else on it. */
static void test_faint_bars_are_a_code(void **state)
{
	(void)state;
	static const int widths_px[] = {16, 16, 40, 16, 16, 16, 40};
	AUTO_ARENA arena = arena_new();
	PIX *sheet = blank_paper();
	int y = 110;
	pixAddConstantGray(sheet, -15);
	for (size_t i = 0; i < COUNT(widths_px); y += widths_px[i++])
		if (i % 2 == 0)
			print_on(sheet, 500, y, 630, widths_px[i], 165);
	struct page *page = read_page(sheet, 200, arena);
	assert_false(page->blank);
	assert_non_null(page->barcodes);
	assert_non_null(strstr(page->barcodes, "=PATCHT"));
}

static void test_resolution(void **state)
{
	static const struct {
		const char *name;
		int tag, width, height;
		double type_px;
		int from, to;
	} cases[] = {
		{"a scanner that tells the truth", 300, 2480, 3508, 22, 300, 300},
		{"A4 that says 72", 72, 2480, 3508, 22, 295, 305},
		{"A4 that says nothing", 0, 1654, 2339, 15, 195, 205},
		{"Letter, sideways, that says 96", 96, 3300, 2550, 22, 295, 305},
		{"a narrow receipt, by its type", 0, 600, 1900, 16, 180, 230},
		{"a receipt that says 150", 150, 439, 1004, 12, 150, 150},
		{"small print on A4 with an honest tag", 200, 1654, 2339, 7, 200, 200},
		{"a phone's photo that says 72", 72, 3024, 4032, 30, 330, 430},
		{"nothing to go by", 0, 900, 1000, 0, 60, 120},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int dpi = page_resolution(cases[i].tag, cases[i].width, cases[i].height,
					  cases[i].type_px);
		if (dpi < cases[i].from || dpi > cases[i].to)
			fail_msg("%s: %d", cases[i].name, dpi);
	}
}

static void test_slips(void **state)
{
	static const struct {
		const char *name;
		int width, height;
		double type_px;
		bool slip;
		double scale; /* for type of 26 pixels */
	} cases[] = {
		{"A4 at 300 dots an inch", 2480, 3508, 24, false, 1},
		{"A4 sideways in large type", 3508, 2480, 70, false, 26.0 / 70},
		{"a till's slip at 600 dots an inch", 1858, 4104, 52, false, 0.5},
		{"a till's slip of few dots", 460, 1000, 13, true, 2},
		{"one in dot matrix print, measured on its dots", 620, 1300, 6, true,
		 1100.0 / 620},
		{"a short slip of a taxi", 660, 700, 20, true, 1.3},
		{"nearly right is left as it is", 740, 1450, 23, true, 1},
		{"a long picture without print", 300, 1000, 0, true, 1},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int w = cases[i].width, h = cases[i].height;
		double scale = slip_scale(cases[i].type_px, w, h, 26);
		if (page_is_slip(cases[i].type_px, w, h) != cases[i].slip ||
		    fabs(scale - cases[i].scale) > 0.001)
			fail_msg("%s: scale %f", cases[i].name, scale);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"words come in page units, with pictures for people",
		 test_words_in_page_units, NULL, NULL, NULL},
		{"a page turned by quarters is turned back", test_turned_pages, NULL,
		 NULL, NULL},
		{"a tilted page is levelled", test_tilted_page, NULL, NULL, NULL},
		{"black scan edges are removed", test_black_edges_go, NULL, NULL, NULL},
		{"dust, punch holes and a streak are no content", test_blank_page, NULL,
		 NULL, NULL},
		{"one line is content", test_one_line_is_not_blank, NULL, NULL, NULL},
		{"faint bars are a code and no empty page", test_faint_bars_are_a_code,
		 NULL, NULL, NULL},
		{"slips of tills are told from sheets", test_slips, NULL, NULL, NULL},
		{"resolutions that lie or are missing are judged", test_resolution,
		 NULL, NULL, NULL},
	};
	return cmocka_run_group_tests_name("page", tests, load, unload);
}
