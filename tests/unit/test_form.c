/* The claim form is found on a page however it lies there, read where it says, and
 * nothing else is taken for it. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>

#include "form.h"
#include "read.h"

#define DOCUMENTS "tests/samples/documents/"

static struct schema_set *schemas;
static struct ocr *ocr;
static struct faces *faces;
static struct arena *arena;

static int load(void **state)
{
	struct err err;
	(void)state;
	return schema_load_dir("schemas", &schemas, &err) == RC_OK &&
			       ocr_open(NULL, NULL, "eng", &ocr, &err) == RC_OK &&
			       faces_open(&faces, &err) == RC_OK
		       ? 0
		       : -1;
}

static int unload(void **state)
{
	(void)state;
	ocr_close(&ocr);
	faces_close(&faces);
	schema_set_free(&schemas);
	return 0;
}

static int start(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct image *sample(const char *path)
{
	struct image_limits limits = {100000000, 10};
	struct image *image = NULL;
	struct err err;
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	char *bytes = arena_alloc(arena, 1 << 20);
	size_t len = fread(bytes, 1, 1 << 20, file);
	fclose(file);
	assert_int_equal(image_decode(bytes, len, format_sniff(bytes, len), 1, &limits,
				      &image, &err),
			 RC_OK);
	return image;
}

static const struct form_print *print_of_claim(void)
{
	const struct doctype *type = schema_type(schemas, "cms1500");
	assert_non_null(type);
	assert_non_null(type->print);
	return type->print;
}

static struct form_fit *fit_of(const struct image *image)
{
	struct form_fit *fit = NULL;
	form_register(image, print_of_claim(), arena, &fit);
	return fit;
}

/* --- registration
 * ----------------------------------------------------------------------- */

/* Places all over the sheet, in form units. */
static const double places[][2] = {{80, 399},	{2458, 399}, {944, 903},  {1545, 1601},
				   {300, 2450}, {80, 3154},  {2458, 3154}};

enum change { SKEWED, LARGER, SMALLER, GREY, BILEVEL };

/* Where a pixel of the picture is after the change. */
static void moved(enum change change, const struct image *before, double *x, double *y)
{
	double cx = image_width(before) / 2.0, cy = image_height(before) / 2.0;
	double turn = change == SKEWED ? 2 * M_PI / 180 : 0;
	double scale = change == LARGER ? 1.3 : change == SMALLER ? 0.75 : 1;
	double dx = *x - cx, dy = *y - cy;
	*x = (cx + dx * cos(turn) - dy * sin(turn)) * scale;
	*y = (cy + dx * sin(turn) + dy * cos(turn)) * scale;
}

static struct image *changed(enum change change, const struct image *image)
{
	switch (change) {
	case SKEWED:
		return image_rotate(image, 2);
	case LARGER:
		return image_scale(image, 1.3, 1.3);
	case SMALLER:
		return image_scale(image, 0.75, 0.75);
	case GREY:
		return image_grey(image);
	case BILEVEL:
		return image_binarise(image);
	}
	return NULL;
}

static void follows(enum change change)
{
	AUTO_IMAGE red = sample(DOCUMENTS "claim-red.jpg");
	AUTO_IMAGE other = changed(change, red);
	struct form_fit *before = fit_of(red), *after = fit_of(other);
	assert_non_null(before);
	assert_non_null(after);
	for (size_t i = 0; i < COUNT(places); i++) {
		double x, y, ox, oy;
		form_to_picture(before, places[i][0], places[i][1], &x, &y);
		form_to_picture(after, places[i][0], places[i][1], &ox, &oy);
		moved(change, red, &x, &y);
		if (hypot(ox - x, oy - y) > 4)
			fail_msg("form place %.0f,%.0f is at %.1f,%.1f, expected "
				 "%.1f,%.1f",
				 places[i][0], places[i][1], ox, oy, x, y);
	}
}

static void test_skewed(void **state)
{
	(void)state;
	follows(SKEWED);
}

static void test_scaled(void **state)
{
	(void)state;
	follows(LARGER);
	follows(SMALLER);
}

static void test_colourless(void **state)
{
	(void)state;
	follows(GREY);
	follows(BILEVEL);
}

static void test_there_and_back(void **state)
{
	(void)state;
	AUTO_IMAGE red = sample(DOCUMENTS "claim-red.jpg");
	struct form_fit *fit = fit_of(red);
	assert_non_null(fit);
	assert_true(form_support(fit) > 0.8);
	for (size_t i = 0; i < COUNT(places); i++) {
		double px, py, x, y;
		form_to_picture(fit, places[i][0], places[i][1], &px, &py);
		form_from_picture(fit, px, py, &x, &y);
		assert_true(hypot(x - places[i][0], y - places[i][1]) < 1.5);
	}
}

/* --- reading
 * ------------------------------------------------------------------------------ */

static struct page *read_page(const char *path, double scale)
{
	struct read_env env = {.schemas = schemas, .ocr = ocr, .faces = faces};
	struct page *page = arena_alloc(arena, sizeof(*page));
	struct err err = {0};
	bool recognised = true;
	AUTO_IMAGE image = sample(path);
	assert_int_equal(form_read(&env, image, scale, arena, page, &recognised, &err),
			 RC_OK);
	assert_int_equal(recognised, page->form != NULL);
	return page;
}

static const char *reading(const struct page *page, const char *path)
{
	for (size_t i = 0; i < page->n_zones; i++)
		if (strcmp(page->zones[i].path, path) == 0)
			return page->zones[i].text;
	return "(none)";
}

/* What stands clearly on both drawings; "(none)": an empty zone has no reading. */
static const struct {
	const char *path, *text;
} expected[] = {
	{"patient/name", "SAMPLE, AVERY"},
	{"patient/birth_date", "09 28 12"},
	{"patient/sex", "F"},
	{"patient/relationship", "Child"},
	{"coverage", "Group Health Plan"},
	{"condition/auto_accident", "YES"},
	{"carrier/name", "NORTHFIELD MUTUAL HEALTH"},
	{"carrier/address", "4100 HARBOR VIEW ROAD\nSUITE 220\nPORTLAND, OR 97201"},
	{"insured/zip", "97005"},
	{"referring/qualifier", "DN"},
	{"referring/npi", "1234567893"},
	{"diagnosis/A", "S52.501A"},
	{"lines[1]/procedure", "99213"},
	{"lines[1]/pointer", "AB"},
	{"lines[2]/charge", "36.00"},
	{"lines[2]/from_date", "05 04 26"},
	{"lines[2]/supplemental", "N400026064871 UN2"},
	{"lines[1]/supplemental", "(none)"},
	{"lines[3]/from_date", "(none)"},
	{"other_insured/name", "(none)"},
	{"another_plan", "NO"},
	{"total_charge", "178.50"},
	{"billing/npi", "1679576722"},
};

static void reads_expected(const char *path, double scale)
{
	struct page *page = read_page(path, scale);
	assert_string_equal(page->form, "cms1500");
	assert_int_equal(page->source, SOURCE_ZONE);
	for (size_t i = 0; i < COUNT(expected); i++)
		if (strcmp(reading(page, expected[i].path), expected[i].text) != 0)
			fail_msg("%s: \"%s\", expected \"%s\"", expected[i].path,
				 reading(page, expected[i].path), expected[i].text);
	for (size_t i = 0; i < page->n_zones; i++) {
		struct box b = page->zones[i].box;
		assert_true(b.x >= 0 && b.y >= 0 && box_right(b) <= 2600 &&
			    box_bottom(b) <= 3340);
	}
}

static void test_reads_red(void **state)
{
	(void)state;
	reads_expected(DOCUMENTS "claim-red.jpg", 1.5);
}

static void test_reads_black(void **state)
{
	(void)state;
	reads_expected(DOCUMENTS "claim-copy.tif", 1);
}

/* A form that was filled on a computer: words of its text layer, in page units. */
static void test_reads_text_layer(void **state)
{
	struct word words[] = {
		{.text = "SAMPLE,", .box = {95, 555, 130, 30}},
		{.text = "AVERY", .box = {240, 555, 110, 30}},
		{.text = "X", .box = {990, 458, 22, 24}}, /* group health plan */
		{.text = "99213", .box = {850, 2265, 90, 22}},
		{.text = "J3490", .box = {850, 2365, 90, 22}},
		{.text = "1500", .box = {100, 180, 60, 30}}, /* the form's own */
	};
	struct read_env env = {.schemas = schemas, .ocr = ocr};
	struct page page = {.number = 1, .width = 2550, .height = 3300};
	struct err err = {0};
	bool recognised = false;
	(void)state;
	AUTO_IMAGE image = sample(DOCUMENTS "claim-red.jpg");
	page.source = SOURCE_TEXT;
	page.words = words;
	page.n_words = COUNT(words);
	struct form_fit *fit = fit_of(image);
	for (size_t i = 0; i < COUNT(words);
	     i++) { /* as the sheet lies on the picture */
		double x, y;
		form_to_picture(fit, words[i].box.x, words[i].box.y, &x, &y);
		words[i].box.x = (int)(x * 1.5);
		words[i].box.y = (int)(y * 1.5);
	}
	assert_int_equal(form_read(&env, image, 1.5, arena, &page, &recognised, &err),
			 RC_OK);
	assert_true(recognised);
	assert_int_equal(page.source, SOURCE_TEXT);
	assert_string_equal(reading(&page, "patient/name"), "SAMPLE, AVERY");
	assert_string_equal(reading(&page, "coverage"), "Group Health Plan");
	assert_string_equal(reading(&page, "lines[1]/procedure"), "99213");
	assert_string_equal(reading(&page, "lines[2]/procedure"), "J3490");
	assert_string_equal(reading(&page, "insured/name"), "(none)");
}

static void test_not_a_form(void **state)
{
	static const char *const others[] = {"scan-invoice-en.jpg",
					     "scan-invoice-de.tif", "receipt-cafe.jpg",
					     "letter-en.jpg"};
	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		struct page *page =
			read_page(arena_printf(arena, DOCUMENTS "%s", others[i]), 1.5);
		assert_null(page->form);
		assert_int_equal(page->n_zones, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"a form skewed by two degrees is found", test_skewed, start, stop,
		 NULL},
		{"a form larger or smaller than it is printed is found", test_scaled,
		 start, stop, NULL},
		{"a form without colours is found", test_colourless, start, stop, NULL},
		{"the map leads to the picture and back", test_there_and_back, start,
		 stop, NULL},
		{"a red form is read", test_reads_red, start, stop, NULL},
		{"a black copy of the form is read", test_reads_black, start, stop,
		 NULL},
		{"the words of a form filled on a computer go to their zones",
		 test_reads_text_layer, start, stop, NULL},
		{"invoices, receipts and letters are no form", test_not_a_form, start,
		 stop, NULL},
	};
	return cmocka_run_group_tests(tests, load, unload);
}
