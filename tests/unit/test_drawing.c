/* What is made of a page as a tool drew it and of uneven light, compared with the plain
 * way of doing the same, pixel by pixel. */
#include "testing.h"

#include <allheaders.h>

#include "image.h"
#include "stages/image_pix.h"

static const struct image_limits limits = {.max_pixels = 100000000, .max_pages = 1};

static uint32_t any(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* White paper with some print on it, grey or in colour. */
static size_t draw(uint8_t *file, size_t room, int width, int height, bool coloured)
{
	int head = snprintf((char *)file, room, "P6\n%d %d\n255\n", width, height);
	size_t n = (size_t)width * (size_t)height * 3;
	uint32_t seed = (uint32_t)(width * height);
	memset(file + head, 255, n);
	for (size_t at = 0; at + 3 <= n; at += 3) {
		if (at / 90 % 3 == 0)
			continue;
		uint8_t level = (uint8_t)any(&seed);
		for (size_t i = 0; i < 3; i++)
			file[(size_t)head + at + i] =
				coloured ? (uint8_t)any(&seed) : level;
	}
	return (size_t)head + n;
}

static bool same(const struct image *a, const struct image *b, char channel)
{
	AUTO_ARENA arena = arena_new();
	size_t n = (size_t)image_width(a) * (size_t)image_height(a);
	uint8_t *left = arena_alloc(arena, n), *right = arena_alloc(arena, n);
	if (image_width(a) != image_width(b) || image_height(a) != image_height(b))
		return false;
	image_bytes(a, channel, left);
	image_bytes(b, channel, right);
	return memcmp(left, right, n) == 0;
}

static void grey_is_what_an_image_of_it_would_give(void **state)
{
	static uint8_t file[300000];
	(void)state;
	for (int width = 100; width < 260; width += 13) {
		bool coloured = width % 2;
		size_t len = draw(file, sizeof(file), width, 300, coloured);
		struct image_drawing drawing;
		struct image *decoded;
		struct err err;
		assert_int_equal(
			image_drawing_open(file, sizeof(file), &limits, &drawing), len);
		AUTO_IMAGE grey = image_drawing_grey(&drawing, 110);
		if (image_decode(file, len, FORMAT_PNM, 1, &limits, &decoded, &err) !=
		    RC_OK)
			fail_msg("%s", err.text);
		AUTO_IMAGE expected = image_grey(decoded);
		image_free(&decoded);
		assert_true(same(grey, expected, 'y'));
		assert_int_equal(image_dpi(grey), 110);
		assert_int_equal(drawing.coloured, coloured);
	}
}

static void a_small_pixel_is_the_average_of_its_place(void **state)
{
	static uint8_t file[300 * 300 * 3 + 20];
	struct image_drawing drawing;
	uint8_t red[100 * 100];
	(void)state;
	draw(file, sizeof(file), 300, 300, true);
	assert_true(image_drawing_open(file, sizeof(file), &limits, &drawing) > 0);
	AUTO_IMAGE small = image_drawing_small(&drawing, 100);
	assert_int_equal(image_width(small), 100);
	assert_int_equal(image_height(small), 100);
	image_bytes(small, 'r', red);
	for (int at = 0; at < 100 * 100; at++) {
		int sum = 0;
		for (int i = 0; i < 9; i++)
			sum += drawing.rgb[((at / 100 * 3 + i / 3) * 300 +
					    at % 100 * 3 + i % 3) *
					   3];
		assert_int_equal(red[at], (2 * sum + 9) / 18);
	}
	/* The tallest heap of white there can be is white. */
	memset(file, 255, sizeof(file));
	AUTO_IMAGE white =
		image_drawing_small(&(struct image_drawing){file, 250, 250, true}, 1);
	image_bytes(white, 'r', red);
	assert_int_equal(red[0], 255);
	AUTO_IMAGE as_it_is = image_drawing_small(&drawing, 1000);
	assert_int_equal(image_width(as_it_is), 300);
}

static void drawings_follow_each_other(void **state)
{
	static uint8_t file[200000];
	struct image_drawing first, second;
	(void)state;
	size_t len = draw(file, sizeof(file), 120, 160, true);
	size_t more = draw(file + len, sizeof(file) - len, 160, 120, false);
	assert_int_equal(image_drawing_open(file, len + more, &limits, &first), len);
	assert_int_equal(image_drawing_open(file + len, more, &limits, &second), more);
	assert_int_equal(second.width, 160);
	assert_int_equal(image_drawing_open(file + len, more - 1, &limits, &second), 0);
}

static void what_is_no_page_is_refused(void **state)
{
	static const char *const heads[] = {
		"",
		"P6\n",
		"P5\n100 100\n255\n", /* no colour */
		"P3\n100 100\n255\n",
		"P6\n100 100\n65535\n",
		"P6\n100 1000000\n255\n",
		"P6\n-5 100\n255\n",
		"P6\n1 400\n255\n", /* a strip */
		"P6\n20000 20000\n255\n",
	};
	static uint8_t file[200000];
	struct image_drawing drawing;
	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++) {
		memset(file, 0, sizeof(file));
		memcpy(file, heads[i], strlen(heads[i]));
		if (image_drawing_open(file, sizeof(file), &limits, &drawing) != 0)
			fail_msg("case %zu was taken for a page", i);
	}
}

/* --- ink --- */

/* The light falls unevenly, the paper has grain, and some tiles are dark all over. */
static struct image *lit(int width, int height, uint32_t seed)
{
	AUTO_ARENA arena = arena_new();
	uint8_t *grey = arena_alloc(arena, (size_t)width * (size_t)height);
	uint32_t kind = seed;
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			int value = 255 - (int)(kind % 5) * x / 8 -
				    (int)(any(&seed) % (1 + kind % 7 * 12));
			if (x / 20 % 3 == 1 && any(&seed) % 3 == 0)
				value = (int)(any(&seed) % 90);
			if (kind % 3 == 0 && x > width / 2 && y > height / 2)
				value = 255;
			if (kind % 4 == 0 && x < width / 4)
				value = 30;
			grey[y * width + x] = (uint8_t)(value < 0 ? 0 : value);
		}
	return image_from_bytes(grey, width, height, 110);
}

/* By the library's own steps. */
static PIX *ink_step_by_step(PIX *grey)
{
	AUTO_PIX even = pixBackgroundNorm(grey, NULL, NULL, 16, 16, 80, 40, 200, 2, 1);
	PIX *source = even ? even : grey;
	NUMA *histogram = pixGetGrayHistogram(source, 4);
	int threshold = 0;
	numaSplitDistribution(histogram, 0.1f, &threshold, NULL, NULL, NULL, NULL,
			      NULL);
	numaDestroy(&histogram);
	threshold = threshold < 100 ? 100 : threshold > 165 ? 165 : threshold;
	return pixThresholdToBinary(source, threshold);
}

static void ink_is_what_the_library_finds(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 60; i++) {
		AUTO_IMAGE grey = lit(81 + (int)i * 5, 90 + (int)i * 3, i);
		AUTO_IMAGE ink = image_binarise(grey);
		AUTO_IMAGE expected =
			image_take_pix(ink_step_by_step(image_pix(grey)), 110);
		if (!same(ink, expected, 'y'))
			fail_msg("picture %u has other ink", i);
	}
}

static void a_small_picture_is_cut_in_two_as_it_is(void **state)
{
	(void)state;
	AUTO_IMAGE grey = lit(50, 60, 5);
	AUTO_IMAGE ink = image_binarise(grey);
	assert_int_equal(image_depth(ink), 1);
	assert_true(image_ink(ink, (struct box){0, 0, 50, 60}) > 0.05);
	assert_true(image_ink(ink, (struct box){0, 0, 50, 60}) < 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grey_is_what_an_image_of_it_would_give),
		cmocka_unit_test(a_small_pixel_is_the_average_of_its_place),
		cmocka_unit_test(drawings_follow_each_other),
		cmocka_unit_test(what_is_no_page_is_refused),
		cmocka_unit_test(ink_is_what_the_library_finds),
		cmocka_unit_test(a_small_picture_is_cut_in_two_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
