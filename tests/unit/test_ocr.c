/* Tesseract reads lines of print that are set here with Leptonica's built-in type. */
#include "testing.h"

#include <allheaders.h>

#include <stdlib.h>
#include "ocr.h"
#include "stages/ocr_faster.h"
#include "stages/ocr_network.h"

static struct ocr *ocr;

static int load(void **state)
{
	struct err err;
	(void)state;
	setenv("OMP_THREAD_LIMIT", "1", 1);
	return ocr_open(NULL, NULL, "eng", &ocr, &err) == RC_OK ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	ocr_close(&ocr);
	return 0;
}

/* A white page of 1200 x 600 at 200 dpi with the lines set one below the other. */
static struct image *page_of(const char *const *lines)
{
	L_BMF *type = bmfCreate(NULL, 20);
	PIX *page = pixCreate(1200, 600, 8);
	pixSetBlackOrWhite(page, L_SET_WHITE);
	for (int i = 0; lines[i]; i++) {
		int width, overflow;
		pixSetTextline(page, type, lines[i], 0, 80, 120 + 120 * i, &width,
			       &overflow);
	}
	uint8_t *grey = malloc(1200 * 600);
	for (int y = 0; y < 600; y++) {
		for (int x = 0; x < 1200; x++) {
			l_uint32 v;
			pixGetPixel(page, x, y, &v);
			grey[y * 1200 + x] = (uint8_t)v;
		}
	}
	struct image *image = image_from_bytes(grey, 1200, 600, 200);
	free(grey);
	pixDestroy(&page);
	bmfDestroy(&type);
	return image;
}

static void test_words_have_places(void **state)
{
	static const char *const lines[] = {"Invoice number 4711",
					    "Total amount 123.45", NULL};
	static const char *const expected[] = {"Invoice", "number", "4711",
					       "Total",	  "amount", "123.45"};
	struct word *words;
	size_t n;
	struct err err;
	(void)state;
	AUTO_ARENA arena = arena_new();
	AUTO_IMAGE page = page_of(lines);
	assert_int_equal(
		ocr_read(ocr, page, NULL, OCR_BLOCK, NULL, arena, &words, &n, &err),
		RC_OK);
	assert_int_equal(n, 6);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(words[i].text, expected[i]);
		assert_true(words[i].confidence > 0.5f && words[i].confidence <= 1);
		assert_int_equal(words[i].line, i / 3);
		assert_int_equal(words[i].block, 0);
		assert_in_range(words[i].box.y + words[i].box.h / 2, 60 + 120 * (i / 3),
				140 + 120 * (i / 3));
		assert_in_range(words[i].height, 20, 80);
	}
	assert_true(words[1].box.x > box_right(words[0].box));
}

static void test_region_alone(void **state)
{
	static const char *const lines[] = {"above", "middle 88", "below", NULL};
	struct box middle = {0, 165, 1200, 100};
	const char *text;
	float confidence;
	struct err err;
	(void)state;
	AUTO_ARENA arena = arena_new();
	AUTO_IMAGE page = page_of(lines);
	assert_int_equal(ocr_read_line(ocr, page, &middle, NULL, arena, &text,
				       &confidence, &err),
			 RC_OK);
	assert_string_equal(text, "middle 88");
	assert_true(confidence > 0.5f);
}

static void test_allowed_characters(void **state)
{
	static const char *const lines[] = {"1O5", NULL};
	const char *text;
	float confidence;
	struct err err;
	(void)state;
	AUTO_ARENA arena = arena_new();
	AUTO_IMAGE page = page_of(lines);
	ocr_read_line(ocr, page, NULL, "0123456789", arena, &text, &confidence, &err);
	assert_int_equal(strspn(text, "0123456789 "), strlen(text));
	assert_true(strlen(text) > 0);
	/* ... and the limit is gone afterwards. */
	AUTO_IMAGE letters = page_of((const char *const[]){"letters again", NULL});
	ocr_read_line(ocr, letters, NULL, NULL, arena, &text, &confidence, &err);
	assert_string_equal(text, "letters again");
}

static void test_nothing_to_read(void **state)
{
	static const char *const lines[] = {NULL};
	struct box outside = {5000, 5000, 10, 10};
	struct word *words;
	size_t n = 7;
	struct err err;
	(void)state;
	AUTO_ARENA arena = arena_new();
	AUTO_IMAGE page = page_of(lines);
	assert_int_equal(
		ocr_read(ocr, page, NULL, OCR_PAGE, NULL, arena, &words, &n, &err),
		RC_OK);
	assert_int_equal(n, 0);
	assert_int_equal(
		ocr_read(ocr, page, &outside, OCR_LINE, NULL, arena, &words, &n, &err),
		RC_OK);
	assert_int_equal(n, 0);
}

static void test_unknown_language(void **state)
{
	struct ocr *none = NULL;
	struct err err;
	(void)state;
	assert_int_equal(ocr_open(NULL, NULL, "tlh", &none, &err), RC_FAIL);
	assert_non_null(strstr(err.text, "tlh"));
	assert_null(none);
}

/* What the engine hands to itself stays what it was, though packed another way. */
static void test_a_line_is_packed_and_unpacked(void **state)
{
	static const int depths[] = {1, 8, 32};
	(void)state;
	for (size_t i = 0; i < COUNT(depths); i++) {
		PIX *pix = pixCreate(61, 17, depths[i]);
		for (int k = 0; k < 61 * 17; k++)
			pixSetPixel(pix, k % 61, k / 61, (l_uint32)(k * 37));
		l_uint8 *bytes;
		size_t len;
		l_int32 same = 0;
		ocr_at_work = true;
		assert_int_equal(pixWriteMem(&bytes, &len, pix, IFF_PNG), 0);
		ocr_at_work = false;
		PIX *back = pixReadMem(bytes, len);
		assert_non_null(back);
		pixEqual(pix, back, &same);
		assert_int_equal(same, 1);
		assert_int_equal(pixGetDepth(back), depths[i]);
		lept_free(bytes);
		pixDestroy(&pix);
		pixDestroy(&back);
	}
}

/* Our way through the network's layers and the engine's own give the same words and
 * confidences to the last bit. */
static void test_layers_stand_in(void **state)
{
	static const char *const lines[] = {"Invoice no. 4711/b, due 2026-03-01",
					    "Net 1.234,56 EUR + 19 % VAT",
					    "(thin) |ill| ~ WMWMW @ \\//", NULL};
	struct word *words[2];
	size_t n[2];
	struct err err;
	(void)state;
	AUTO_ARENA arena = arena_new();
	AUTO_IMAGE page = page_of(lines);
	for (int ours = 0; ours < 2; ours++) {
		ocr_network_ours = ours;
		assert_int_equal(ocr_read(ocr, page, NULL, OCR_PAGE, NULL, arena,
					  &words[ours], &n[ours], &err),
				 RC_OK);
	}
	ocr_network_ours = true;
	assert_true(n[0] > 10);
	assert_int_equal(n[0], n[1]);
	for (size_t i = 0; i < n[0]; i++) {
		assert_string_equal(words[0][i].text, words[1][i].text);
		assert_memory_equal(&words[0][i].confidence, &words[1][i].confidence,
				    sizeof(float));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"a line is packed and unpacked", test_a_line_is_packed_and_unpacked,
		 NULL, NULL, NULL},
		{"layers that stand in read the same to the last bit",
		 test_layers_stand_in, NULL, NULL, NULL},
		{"words come with text, place, line and size", test_words_have_places,
		 NULL, NULL, NULL},
		{"a region is read alone", test_region_alone, NULL, NULL, NULL},
		{"only allowed characters are read", test_allowed_characters, NULL,
		 NULL, NULL},
		{"an empty page has no words", test_nothing_to_read, NULL, NULL, NULL},
		{"a language that is not there is named", test_unknown_language, NULL,
		 NULL, NULL},
	};
	return cmocka_run_group_tests_name("ocr", tests, load, unload);
}
