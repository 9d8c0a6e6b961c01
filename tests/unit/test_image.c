/* Picture files made here, in memory, and read back: formats, orientation, limits,
 * lies. */
#include "testing.h"

#include <allheaders.h>
#include <math.h>
#include <tiffio.h>

#include "image.h"

static const struct image_limits limits = {.max_pixels = 1000000, .max_pages = 50};

/* 40 x 24, white, with a black block in the top left corner, so that every turn and
 * mirror shows. */
static PIX *corner(int depth)
{
	PIX *pix = pixCreate(40, 24, depth);
	pixSetBlackOrWhite(pix, L_SET_WHITE);
	BOX *block = boxCreate(2, 2, 8, 8);
	pixSetInRect(pix, block);
	if (depth > 1)
		pixSetInRectArbitrary(pix, block, 0);
	boxDestroy(&block);
	pixSetResolution(pix, 200, 200);
	return pix;
}

static uint8_t grey_at(const struct image *image, int x, int y)
{
	uint8_t all[40 * 40];
	assert_true(image_width(image) * image_height(image) <= (int)sizeof(all));
	image_bytes(image, 'y', all);
	return all[y * image_width(image) + x];
}

static struct image *decode(const void *bytes, size_t len)
{
	struct image *image = NULL;
	struct err err;
	enum file_format format = format_sniff(bytes, len);
	if (image_decode(bytes, len, format, 1, &limits, &image, &err) != RC_OK)
		fail_msg("%s", err.text);
	return image;
}

/* --- what a file is --- */

static void test_sniff(void **state)
{
	static const struct {
		const char *name, *bytes;
		enum file_format format;
	} cases[] = {
		{"nothing", "", FORMAT_EMPTY},
		{"a PDF", "%PDF-1.4\n", FORMAT_PDF},
		{"a PDF behind a mailer's lines", "@PJL ENTER\r\n%PDF-1.7\n",
		 FORMAT_PDF},
		{"a ZIP whose first file, a PDF, is not compressed",
		 "PK\3\4 30 bytes of the ZIP's own...%PDF-1.7\n", FORMAT_ZIP},
		{"an invoice in XML", "<?xml version=\"1.0\"?><Invoice/>", FORMAT_XML},
		{"XML with a byte order mark", "\xef\xbb\xbf\n<Invoice/>", FORMAT_XML},
		{"XML with a DOCTYPE", "<!DOCTYPE x []><x/>", FORMAT_XML},
		{"a web page", "<!doctype HTML><html></html>", FORMAT_UNKNOWN},
		{"a letter beginning with BM", "BM is short for business mail......",
		 FORMAT_UNKNOWN},
		{"a GIF", "GIF89a", FORMAT_GIF},
		{"half a magic", "\x89PN", FORMAT_UNKNOWN},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum file_format got =
			format_sniff(cases[i].bytes, strlen(cases[i].bytes));
		if (got != cases[i].format)
			fail_msg("%s: taken for %s", cases[i].name, format_name(got));
	}
}

/* --- every format gives the same picture --- */

static void test_formats(void **state)
{
	static const struct {
		enum file_format format;
		int lept, depth, depth_out;
	} cases[] = {
		{FORMAT_PNG, IFF_PNG, 1, 1},
		{FORMAT_PNG, IFF_PNG, 8, 8},
		{FORMAT_PNG, IFF_PNG, 32, 32},
		{FORMAT_TIFF, IFF_TIFF_G4, 1, 1},
		{FORMAT_TIFF, IFF_TIFF_G3, 1, 1},
		{FORMAT_TIFF, IFF_TIFF_LZW, 8, 8},
		{FORMAT_TIFF, IFF_TIFF_LZW, 32, 32},
		{FORMAT_TIFF, IFF_TIFF_JPEG, 8, 8},
		{FORMAT_JPEG, IFF_JFIF_JPEG, 8, 8},
		{FORMAT_JPEG, IFF_JFIF_JPEG, 32, 32},
		{FORMAT_BMP, IFF_BMP, 8, 8},
		{FORMAT_BMP, IFF_BMP, 32, 32},
		{FORMAT_GIF, IFF_GIF, 8, 8},
		{FORMAT_WEBP, IFF_WEBP, 32, 32},
		{FORMAT_JP2, IFF_JP2, 8, 8},
		{FORMAT_PNM, IFF_PNM, 8, 8},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		PIX *pix = corner(cases[i].depth);
		l_uint8 *bytes = NULL;
		size_t len = 0;
		assert_int_equal(pixWriteMem(&bytes, &len, pix, cases[i].lept), 0);
		assert_int_equal(format_sniff(bytes, len), cases[i].format);
		AUTO_IMAGE image = decode(bytes, len);
		assert_int_equal(image_width(image), 40);
		assert_int_equal(image_height(image), 24);
		assert_int_equal(image_depth(image), cases[i].depth_out);
		assert_true(grey_at(image, 5, 5) < 60);
		assert_true(grey_at(image, 30, 18) > 200);
		assert_false(image_damaged(image));
		lept_free(bytes);
		pixDestroy(&pix);
	}
}

static void test_frames(void **state)
{
#define FRAME "\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
#define GIF "GIF89a\1\0\1\0\0\0\0"
#define CHUNK(name) name "\2\0\0\0ab"
#define PNG "\x89PNG\r\n\x1a\n"
#define FRAMES(n)                                                                      \
	"\0\0\0\x8"                                                                    \
	"acTL\0\0\0" n "\0\0\0\0crc!"
#define END "\0\0\0\0IENDcrc!"
#define JP2 "\0\0\0\xcjP  \r\n\x87\n"
#define STREAM "\0\0\0\xajp2c\xff\x4f"
	static const struct {
		const char *name, *bytes;
		size_t len;
		bool more;
	} cases[] = {
		{"a GIF", GIF FRAME ";", sizeof(GIF FRAME), false},
		{"a GIF of two", GIF FRAME FRAME ";", sizeof(GIF FRAME FRAME), true},
		{"a GIF with a comment", GIF "!\xfe\1a\0" FRAME ";",
		 sizeof(GIF "!\xfe\1a\0" FRAME), false},
		{"a WebP", "RIFF\0\0\0\0WEBP" CHUNK("VP8 "), 22, false},
		{"a moving WebP",
		 "RIFF\0\0\0\0WEBP" CHUNK("ANIM") CHUNK("ANMF") CHUNK("ANMF"), 42,
		 true},
		{"a PNG", PNG END, sizeof(PNG END), false},
		{"a PNG that could move", PNG FRAMES("\1") END,
		 sizeof(PNG FRAMES("\1") END), false},
		{"a moving PNG", PNG FRAMES("\2") END, sizeof(PNG FRAMES("\2") END),
		 true},
		{"a PNG behind a PNG", PNG END PNG END, sizeof(PNG END PNG END), true},
		{"a PNG cut off",
		 PNG "\xff\xff\xff\xff"
		     "acTL\0\0\0\2",
		 20, false},
		{"a JPEG 2000", JP2 STREAM, sizeof(JP2 STREAM) - 1, false},
		{"a JPEG 2000 of two", JP2 STREAM STREAM, sizeof(JP2 STREAM STREAM) - 1,
		 true},
		{"a JPEG 2000 up to its end", JP2 "\0\0\0\0jp2c\0\0\0\0jp2c",
		 sizeof(JP2) - 1 + 16, false},
		{"a WebP cut off", "RIFF\0\0\0\0WEBPANMF\xff\xff\xff\xff", 20, false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum file_format format = format_sniff(cases[i].bytes, cases[i].len);
		if (image_has_more_frames(cases[i].bytes, cases[i].len, format) !=
		    cases[i].more)
			fail_msg("%s", cases[i].name);
	}
}

/* What the PDF tool gives is unpacked by ourselves; widths that fill no whole word. */
static void test_pnm_keeps_every_pixel(void **state)
{
	static const struct {
		const char *name, *head;
		int width, height, channels;
	} cases[] = {
		{"colour", "P6\n5 3\n255\n", 5, 3, 3},
		{"grey", "P5 7 2 255\n", 7, 2, 1},
		{"with a comment", "P5\n# 9 9\n1 4\n255\n", 1, 4, 1},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t file[200], got[64];
		size_t head = strlen(cases[i].head);
		size_t n = (size_t)(cases[i].width * cases[i].height);
		size_t len = n * (size_t)cases[i].channels;
		memcpy(file, cases[i].head, head);
		for (size_t b = 0; b < len; b++)
			file[head + b] = (uint8_t)(b * 37 + 11);
		AUTO_IMAGE image = decode(file, head + len);
		assert_int_equal(image_width(image), cases[i].width);
		assert_int_equal(image_height(image), cases[i].height);
		for (int c = 0; c < cases[i].channels; c++) {
			image_bytes(image, cases[i].channels == 1 ? 'y' : "rgb"[c],
				    got);
			for (size_t at = 0; at < n; at++)
				if (got[at] !=
				    file[head + at * (size_t)cases[i].channels +
					 (size_t)c])
					fail_msg("%s: pixel %zu is wrong",
						 cases[i].name, at);
		}
	}
}

static void test_resolution(void **state)
{
	PIX *pix = corner(1);
	l_uint8 *bytes = NULL;
	size_t len = 0;
	(void)state;
	pixWriteMem(&bytes, &len, pix, IFF_TIFF_G4);
	AUTO_IMAGE image = decode(bytes, len);
	assert_int_equal(image_dpi(image), 200);
	lept_free(bytes);
	pixDestroy(&pix);
}

static void test_fax_dots_become_square(void **state)
{
	PIX *pix = corner(1);
	l_uint8 *bytes = NULL;
	size_t len = 0;
	(void)state;
	pixSetResolution(pix, 204, 98);
	pixWriteMem(&bytes, &len, pix, IFF_TIFF_G3);
	AUTO_IMAGE image = decode(bytes, len);
	assert_int_equal(image_width(image), 40);
	assert_in_range(image_height(image), 49, 51);
	assert_int_equal(image_dpi(image), 204);
	lept_free(bytes);
	pixDestroy(&pix);
}

/* --- orientation --- */

/* Where the block's centre lands for each EXIF orientation. */
static const struct {
	int orientation, width, x, y;
} turned[] = {
	{1, 40, 5, 5}, {2, 40, 34, 5}, {3, 40, 34, 18}, {4, 40, 5, 18},
	{5, 24, 5, 5}, {6, 24, 18, 5}, {7, 24, 18, 34}, {8, 24, 5, 34},
};

static size_t with_exif(const l_uint8 *jpeg, size_t len, int orientation, uint8_t *out)
{
	uint8_t app1[] = {0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,	  'M', 'M',
			  0,	42,   0, 0,  0,	  8,   0,   1,	 1, 0x12, 0,   3,
			  0,	0,    0, 1,  0,	  0,   0,   0,	 0, 0,	  0,   0};
	app1[29] = (uint8_t)orientation;
	memcpy(out, jpeg, 2);
	memcpy(out + 2, app1, sizeof(app1));
	memcpy(out + 2 + sizeof(app1), jpeg + 2, len - 2);
	return len + sizeof(app1);
}

static void test_exif_orientation(void **state)
{
	PIX *pix = corner(8);
	l_uint8 *bytes = NULL;
	size_t len = 0;
	uint8_t file[20000];
	(void)state;
	pixWriteMemJpeg(&bytes, &len, pix, 95, 0);
	assert_true(len < sizeof(file) - 100);
	for (size_t i = 0; i < COUNT(turned); i++) {
		size_t n = with_exif(bytes, len, turned[i].orientation, file);
		AUTO_IMAGE image = decode(file, n);
		assert_int_equal(image_width(image), turned[i].width);
		assert_true(grey_at(image, turned[i].x, turned[i].y) < 60);
	}
	lept_free(bytes);
	pixDestroy(&pix);
}

/* A TIFF written by libtiff into memory. */
struct memory_file {
	uint8_t bytes[200000];
	toff_t len, at;
};

static tmsize_t file_read_part(thandle_t h, void *to, tmsize_t n)
{
	struct memory_file *f = h;
	if (f->at >= f->len)
		return 0;
	if ((toff_t)n > f->len - f->at)
		n = (tmsize_t)(f->len - f->at);
	memcpy(to, f->bytes + f->at, (size_t)n);
	f->at += (toff_t)n;
	return n;
}

static tmsize_t file_write_part(thandle_t h, void *from, tmsize_t n)
{
	struct memory_file *f = h;
	assert_true(f->at + (toff_t)n <= sizeof(f->bytes));
	memcpy(f->bytes + f->at, from, (size_t)n);
	f->at += (toff_t)n;
	f->len = f->at > f->len ? f->at : f->len;
	return n;
}

static toff_t file_seek(thandle_t h, toff_t to, int whence)
{
	struct memory_file *f = h;
	f->at = whence == SEEK_SET ? to : whence == SEEK_CUR ? f->at + to : f->len + to;
	return f->at;
}

static int file_close(thandle_t h)
{
	(void)h;
	return 0;
}

static toff_t file_size(thandle_t h)
{
	return ((struct memory_file *)h)->len;
}

static TIFF *tiff_create(struct memory_file *file)
{
	memset(file, 0, sizeof(*file));
	return TIFFClientOpen("memory", "w", file, file_read_part, file_write_part,
			      file_seek, file_close, file_size, NULL, NULL);
}

/* One grey page of 40 x 24 with the block; tiled in 16 x 16 when asked. */
static void tiff_add_page(TIFF *tif, int orientation, bool tiled)
{
	TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, 40);
	TIFFSetField(tif, TIFFTAG_IMAGELENGTH, 24);
	TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, 8);
	TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, 1);
	TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
	TIFFSetField(tif, TIFFTAG_ORIENTATION, orientation);
	if (tiled) {
		TIFFSetField(tif, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
		TIFFSetField(tif, TIFFTAG_TILEWIDTH, 16);
		TIFFSetField(tif, TIFFTAG_TILELENGTH, 16);
	} else {
		TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, 8);
	}
	for (uint32_t ty = 0; tiled && ty < 24; ty += 16) {
		for (uint32_t tx = 0; tx < 40; tx += 16) {
			uint8_t tile[256];
			for (uint32_t i = 0; i < 256; i++) {
				uint32_t x = tx + i % 16, y = ty + i / 16;
				bool in = x >= 2 && x < 10 && y >= 2 && y < 10;
				tile[i] = in ? 0 : 255;
			}
			TIFFWriteTile(tif, tile, tx, ty, 0, 0);
		}
	}
	for (uint32_t y = 0; !tiled && y < 24; y++) {
		uint8_t row[40];
		for (uint32_t x = 0; x < 40; x++)
			row[x] = x >= 2 && x < 10 && y >= 2 && y < 10 ? 0 : 255;
		TIFFWriteScanline(tif, row, y, 0);
	}
	TIFFWriteDirectory(tif);
}

static void test_tiff_orientation(void **state)
{
	static struct memory_file file;
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(turned); i++) {
		size_t k = i / 2;
		TIFF *tif = tiff_create(&file);
		tiff_add_page(tif, turned[k].orientation, i % 2);
		TIFFClose(tif);
		AUTO_IMAGE image = decode(file.bytes, file.len);
		if (image_width(image) != turned[k].width ||
		    grey_at(image, turned[k].x, turned[k].y) > 60)
			fail_msg("orientation %d%s", turned[k].orientation,
				 i % 2 ? ", tiled" : "");
	}
}

/* --- many pages --- */

static void test_tiff_pages(void **state)
{
	static struct memory_file file;
	struct err err;
	int pages = 0;
	bool broken = false;
	(void)state;
	TIFF *tif = tiff_create(&file);
	for (int i = 0; i < 5; i++)
		tiff_add_page(tif, i + 1 == 5 ? 3 : 1, false);
	TIFFClose(tif);
	assert_int_equal(image_count_pages(file.bytes, file.len, FORMAT_TIFF, &limits,
					   &pages, &broken, &err),
			 RC_OK);
	assert_int_equal(pages, 5);
	AUTO_IMAGE last = NULL;
	assert_int_equal(image_decode(file.bytes, file.len, FORMAT_TIFF, 5, &limits,
				      &last, &err),
			 RC_OK);
	assert_true(grey_at(last, 34, 18) < 60);
	AUTO_IMAGE beyond = NULL;
	assert_int_equal(image_decode(file.bytes, file.len, FORMAT_TIFF, 6, &limits,
				      &beyond, &err),
			 RC_FAIL);

	struct image_limits few = {.max_pixels = 1000000, .max_pages = 3};
	image_count_pages(file.bytes, file.len, FORMAT_TIFF, &few, &pages, &broken,
			  &err);
	assert_int_equal(pages, 4); /* one more than allowed */
}

/* Three directories of one entry each, the last leading back to the second. */
static void test_tiff_loop_ends(void **state)
{
	uint8_t file[8 + 3 * 18] = {'I', 'I', 42, 0, 8};
	struct err err;
	int pages = 0;
	bool broken = false;
	(void)state;
	for (int i = 0; i < 3; i++) {
		uint8_t *dir = file + 8 + i * 18;
		dir[0] = 1;
		dir[2] = 0x00, dir[3] = 0x01; /* width, a short */
		dir[4] = 3, dir[6] = 1, dir[10] = 40;
		dir[14] = (uint8_t)(i < 2 ? 8 + (i + 1) * 18 : 8 + 18);
	}
	assert_int_equal(image_count_pages(file, sizeof(file), FORMAT_TIFF, &limits,
					   &pages, &broken, &err),
			 RC_OK);
	assert_int_equal(pages, 3);
	assert_true(broken);
	file[8 + 2 * 18 + 14] = 0; /* the chain ends */
	assert_int_equal(image_count_pages(file, sizeof(file), FORMAT_TIFF, &limits,
					   &pages, &broken, &err),
			 RC_OK);
	assert_int_equal(pages, 3);
	assert_false(broken);
}

/* --- limits, lies and damage --- */

static void test_too_large_is_not_decoded(void **state)
{
	/* The header of a PNG of 30000 x 30000; nothing follows. */
	static const uint8_t bomb[64] = {
		0x89, 'P',  'N', 'G', '\r', '\n', 0x1a, '\n', 0,    0, 0,
		13,   'I',  'H', 'D', 'R',  0,	  0,	0x75, 0x30, 0, 0,
		0x75, 0x30, 1,	 0,   0,    0,	  0,	1,    2,    3, 4};
	struct image *image = NULL;
	uint64_t w, h;
	struct err err;
	(void)state;
	assert_int_equal(
		image_read_size(bomb, sizeof(bomb), FORMAT_PNG, 1, &w, &h, &err),
		RC_OK);
	assert_int_equal(w, 30000);
	assert_int_equal(
		image_decode(bomb, sizeof(bomb), FORMAT_PNG, 1, &limits, &image, &err),
		RC_FAIL);
	assert_non_null(strstr(err.text, "too large"));
}

/* Every format, cut off at many places: an answer, never a crash. */
static void test_cut_off(void **state)
{
	static const int formats[] = {IFF_PNG, IFF_TIFF_G4, IFF_TIFF_LZW, IFF_JFIF_JPEG,
				      IFF_BMP, IFF_GIF,	    IFF_WEBP,	  IFF_JP2};
	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		PIX *pix = corner(formats[i] == IFF_TIFF_G4 ? 1 : 8);
		l_uint8 *bytes = NULL;
		size_t len = 0;
		assert_int_equal(pixWriteMem(&bytes, &len, pix, formats[i]), 0);
		for (size_t n = 0; n < len; n += len / 40 + 1) {
			uint8_t *part = malloc(n + 1); /* exact, for the sanitizer */
			memcpy(part, bytes, n);
			struct image *image = NULL;
			struct err err;
			int pages;
			bool broken = false;
			enum file_format format = format_sniff(part, n);
			image_count_pages(part, n, format, &limits, &pages, &broken,
					  &err);
			image_decode(part, n, format, 1, &limits, &image, &err);
			image_free(&image);
			free(part);
		}
		lept_free(bytes);
		pixDestroy(&pix);
	}
}

static void test_half_a_jpeg_is_damaged(void **state)
{
	PIX *pix = corner(8), *large = pixScale(pix, 10, 10);
	l_uint8 *bytes = NULL;
	size_t len = 0;
	(void)state;
	pixWriteMemJpeg(&bytes, &len, large, 95, 0);
	AUTO_IMAGE image = decode(bytes, len * 3 / 4);
	assert_true(image_damaged(image));
	assert_int_equal(image_width(image), 400);
	lept_free(bytes);
	pixDestroy(&pix);
	pixDestroy(&large);
}

/* --- operations --- */

static void test_operations_keep_their_promise(void **state)
{
	uint8_t grey[60 * 40];
	(void)state;
	memset(grey, 255, sizeof(grey));
	for (int y = 10; y < 20; y++)
		memset(grey + y * 60 + 20, 0, 10);
	AUTO_IMAGE page = image_from_bytes(grey, 60, 40, 150);

	AUTO_IMAGE half = image_scale(page, 0.5, 0.5);
	assert_int_equal(image_width(half), 30);
	assert_int_equal(image_dpi(half), 75);
	AUTO_IMAGE turned_once = image_turn(page, 90);
	assert_int_equal(image_width(turned_once), 40);
	AUTO_IMAGE cut = image_crop(page, (struct box){-5, 5, 30, 1000});
	assert_int_equal(image_width(cut), 25);
	assert_int_equal(image_height(cut), 35);
	AUTO_IMAGE outside = image_crop(page, (struct box){100, 100, 5, 5});
	assert_int_equal(image_width(outside), 1);

	AUTO_IMAGE ink = image_binarise(page);
	assert_int_equal(image_depth(ink), 1);
	AUTO_ARENA arena = arena_new();
	struct box *boxes;
	assert_int_equal(image_components(ink, arena, &boxes), 1);
	assert_int_equal(boxes[0].x, 20);
	assert_int_equal(boxes[0].h, 10);
	assert_true(image_ink(ink, boxes[0]) > 0.99);
	AUTO_IMAGE rules = image_open(ink, 12, 1);
	assert_true(image_ink(rules, (struct box){0, 0, 60, 40}) == 0);
}

/* What is left are all places where the whole brick fits, and nothing beyond the edge
 * counts as ink. */
static bool brick_fits(PIX *pix, int x, int y, int w, int h)
{
	l_uint32 ink = x >= 0 && y >= 0 && x + w <= pixGetWidth(pix) &&
		       y + h <= pixGetHeight(pix);
	for (int i = 0; ink && i < w * h; i++)
		pixGetPixel(pix, x + i % w, y + i / w, &ink);
	return ink;
}

static l_uint32 within_a_brick(PIX *pix, int x, int y, int w, int h)
{
	for (int i = 0; i < w * h; i++)
		if (brick_fits(pix, x - i % w, y - i / w, w, h))
			return 1;
	return 0;
}

static void test_open_by_bricks(void **state)
{
	static const int bricks[][2] = {{1, 1}, {7, 1},	 {1, 9},
					{3, 3}, {12, 2}, {70, 1}};
	PIX *pix = pixCreate(67, 31, 1);
	(void)state;
	for (int i = 0; i < 14; i++)
		pixRasterop(pix, i * 29 % 67 - 4, i * 17 % 31 - 4, 3 + i * 5 % 23,
			    3 + i * 7 % 13, i % 5 ? PIX_SET : PIX_CLR, NULL, 0, 0);
	for (size_t b = 0; b < COUNT(bricks); b++) {
		int w = bricks[b][0], h = bricks[b][1];
		PIX *opened = pixOpenBrick(NULL, pix, w, h);
		for (int at = 0; at < 67 * 31; at++) {
			l_uint32 ink;
			pixGetPixel(opened, at % 67, at / 67, &ink);
			assert_int_equal(ink,
					 within_a_brick(pix, at % 67, at / 67, w, h));
		}
		pixDestroy(&opened);
	}
	pixDestroy(&pix);
}

static void test_jpeg_for_people(void **state)
{
	PIX *pix = corner(32), *large = pixScale(pix, 10, 10);
	l_uint8 *bytes = NULL;
	size_t len = 0;
	struct image_blob blob;
	struct err err;
	(void)state;
	AUTO_ARENA arena = arena_new();
	pixWriteMem(&bytes, &len, large, IFF_PNG);
	AUTO_IMAGE image = decode(bytes, len);
	assert_int_equal(image_to_jpeg(image, 200, 75, arena, &blob, &err), RC_OK);
	assert_int_equal(blob.width, 200);
	assert_int_equal(blob.height, 120);
	assert_string_equal(blob.mime, "image/jpeg");
	AUTO_IMAGE again = decode(blob.bytes, blob.len);
	assert_int_equal(image_width(again), 200);
	lept_free(bytes);
	pixDestroy(&pix);
	pixDestroy(&large);
}

/* A long thin bar that rises by two degrees. */
static struct image *rising_bar(int depth)
{
	PIX *pix = pixCreate(600, 400, depth);
	pixSetBlackOrWhite(pix, L_SET_WHITE);
	for (int x = 50; x < 550; x++) {
		int y = 200 + (int)lround((300 - x) * tan(2 * M_PI / 180));
		for (int i = 0; i < 6; i++)
			pixSetPixel(pix, x, y + i, depth == 1 ? 1 : 0);
	}
	size_t len;
	l_uint8 *bytes;
	pixWriteMemPng(&bytes, &len, pix, 0);
	struct image *image = decode(bytes, len);
	lept_free(bytes);
	pixDestroy(&pix);
	return image;
}

static void test_a_page_is_made_level(void **state)
{
	static const int depths[] = {1, 8, 32};
	static uint8_t all[600 * 400];
	(void)state;
	for (size_t i = 0; i < COUNT(depths); i++) {
		AUTO_IMAGE askew = rising_bar(depths[i]);
		AUTO_IMAGE level = image_rotate(askew, 2);
		assert_int_equal(image_width(level), 600);
		assert_int_equal(image_height(level), 400);
		assert_int_equal(image_depth(level), depths[i] == 32 ? 32 : 8);
		image_bytes(level, 'y', all);
		for (int x = 60; x < 540; x += 20) {
			assert_in_range(all[203 * 600 + x], 0, 40);
			assert_int_equal(all[193 * 600 + x], 255);
			assert_int_equal(all[213 * 600 + x], 255);
		}
		assert_int_equal(all[0], 255);
		assert_int_equal(all[600 * 400 - 1], 255);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"a file is known by its content", test_sniff, NULL, NULL, NULL},
		{"pictures that follow each other in a file are noticed", test_frames,
		 NULL, NULL, NULL},
		{"every format gives the same picture", test_formats, NULL, NULL, NULL},
		{"a PNM keeps every pixel", test_pnm_keeps_every_pixel, NULL, NULL,
		 NULL},
		{"the resolution is read", test_resolution, NULL, NULL, NULL},
		{"a fax's oblong dots become square", test_fax_dots_become_square, NULL,
		 NULL, NULL},
		{"a photo stands as its EXIF says", test_exif_orientation, NULL, NULL,
		 NULL},
		{"a TIFF stands as its tag says, in strips and in tiles",
		 test_tiff_orientation, NULL, NULL, NULL},
		{"a TIFF's pages are counted and reached", test_tiff_pages, NULL, NULL,
		 NULL},
		{"a TIFF that loops has an end", test_tiff_loop_ends, NULL, NULL, NULL},
		{"what is too large is refused by its header",
		 test_too_large_is_not_decoded, NULL, NULL, NULL},
		{"files cut off anywhere do no harm", test_cut_off, NULL, NULL, NULL},
		{"half a JPEG gives half a page and says so",
		 test_half_a_jpeg_is_damaged, NULL, NULL, NULL},
		{"operations keep their promise", test_operations_keep_their_promise,
		 NULL, NULL, NULL},
		{"a page that lies askew is made level", test_a_page_is_made_level,
		 NULL, NULL, NULL},
		{"opening keeps the places where the whole brick fits",
		 test_open_by_bricks, NULL, NULL, NULL},
		{"people get a small JPEG", test_jpeg_for_people, NULL, NULL, NULL},
	};
	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
