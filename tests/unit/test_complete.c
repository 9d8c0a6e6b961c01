/* Cut off anywhere, a file is not whole; whole, it is; and nothing makes us read for
 * ever. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../daemon/intake/complete.h"
#include "proc.h"

static enum whole whole_of(const void *bytes, size_t len)
{
	int fd = memfd_from("file", bytes, len);
	const char *why;
	enum whole whole = complete_frame(fd, (int64_t)len, &why);

	assert_true(whole != WHOLE_NOT || why);
	close(fd);
	return whole;
}

struct file {
	uint8_t bytes[4096];
	size_t len;
};

static void put(struct file *f, const void *bytes, size_t len)
{
	memcpy(f->bytes + f->len, bytes, len);
	f->len += len;
}

static void put_number(struct file *f, uint64_t v, int width, bool big_endian)
{
	for (int i = 0; i < width; i++)
		f->bytes[f->len++] =
			(uint8_t)(v >> 8 * (big_endian ? width - 1 - i : i));
}

/* Pages as a scanner writes them: strips first, then the directory. */
static struct file tiff(bool big_endian, bool big, int pages)
{
	const int word = big ? 8 : 4, count = big ? 8 : 2;
	struct file f = {.len = 0};
	size_t link;

	put(&f, big_endian ? "MM" : "II", 2);
	put_number(&f, big ? 43 : 42, 2, big_endian);
	if (big) {
		put_number(&f, 8, 2, big_endian);
		put_number(&f, 0, 2, big_endian);
	}
	link = f.len;
	put_number(&f, 0, word, big_endian);
	for (int i = 0; i < pages; i++) {
		struct file patch = {.len = 0};
		size_t strip = f.len;

		put(&f, "a strip of fifty bytes, more or less, in the page.", 50);
		put_number(&patch, f.len, word, big_endian);
		memcpy(f.bytes + link, patch.bytes, patch.len);
		put_number(&f, 2, count, big_endian);
		put_number(&f, 273, 2, big_endian);
		put_number(&f, 4, 2, big_endian);
		put_number(&f, 1, word, big_endian);
		put_number(&f, strip, big ? 4 : 4, big_endian);
		if (big)
			put_number(&f, 0, 4, big_endian);
		put_number(&f, 279, 2, big_endian);
		put_number(&f, 3, 2, big_endian);
		put_number(&f, 1, word, big_endian);
		put_number(&f, 50, 2, big_endian);
		put_number(&f, 0, word - 2, big_endian);
		link = f.len;
		put_number(&f, 0, word, big_endian);
	}
	return f;
}

/* Every prefix is NOT whole, the file is. */
static void check_prefixes(const char *name, const void *bytes, size_t len, size_t from)
{
	for (size_t n = from; n < len; n++)
		if (whole_of(bytes, n) != WHOLE_NOT)
			fail_msg("%s cut at %zu of %zu is taken for whole", name, n,
				 len);
	if (whole_of(bytes, len) != WHOLE)
		fail_msg("%s is not taken for whole", name);
}

static void a_tiff_cut_anywhere_is_not_whole(void **state)
{
	static const struct {
		const char *name;
		bool big_endian, big;
		int pages;
	} cases[] = {
		{"one page", false, false, 1},
		{"one page, Motorola", true, false, 1},
		{"three pages", false, false, 3},
		{"big TIFF", false, true, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct file f = tiff(cases[i].big_endian, cases[i].big, cases[i].pages);

		check_prefixes(cases[i].name, f.bytes, f.len, 4);
	}
}

static void a_tiff_whose_strips_come_later_waits_for_them(void **state)
{
	struct file f = tiff(false, false, 1);

	(void)state;
	f.bytes[f.len - 4 - 8] = 0xff; /* the strip's length: 50 becomes 255 and more */
	f.bytes[f.len - 4 - 7] = 0xff;
	assert_int_equal(whole_of(f.bytes, f.len), WHOLE_NOT);
}

static void a_looping_tiff_ends(void **state)
{
	struct file f = tiff(false, false, 2);
	uint32_t first;

	(void)state;
	memcpy(&first, f.bytes + 4, 4);
	memcpy(f.bytes + f.len - 4, &first, 4);
	assert_int_equal(whole_of(f.bytes, f.len), WHOLE); /* strange, not cut off */
}

static void a_tiff_of_absurd_counts_ends(void **state)
{
	struct file f = tiff(false, false, 1);

	(void)state;
	memset(f.bytes + 8 + 50 + 2 + 4, 0xff, 4); /* four thousand million strips */
	assert_int_equal(whole_of(f.bytes, f.len), WHOLE_NOT);
	assert_int_equal(whole_of("II*\0\0\0\0\0", 8), WHOLE_NOT); /* not written yet */
	assert_int_equal(whole_of("II*\0\xff\xff\xff\xff", 8), WHOLE_NOT);
}

static void a_png_cut_anywhere_is_not_whole(void **state)
{
	static const char png[] = "\x89PNG\r\n\x1a\n"
				  "\0\0\0\x0dIHDR0123456789012CRC4"
				  "\0\0\0\x05IDAT12345CRC4"
				  "\0\0\0\0IEND\xae\x42\x60\x82";

	(void)state;
	check_prefixes("PNG", png, sizeof(png) - 1, 8);
	assert_int_equal(whole_of("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR....", 20),
			 WHOLE_NOT);
}

static void a_jpeg_cut_anywhere_is_not_whole(void **state)
{
	/* With a thumbnail, which has an end of its own. */
	static const char jpeg[] = "\xff\xd8"
				   "\xff\xe1\x00\x0c\xff\xd8thumb\xff\xd9!"
				   "\xff\xda\x00\x04"
				   "ab"
				   "picture data \xff\x00 more"
				   "\xff\xd9";

	(void)state;
	check_prefixes("JPEG", jpeg, sizeof(jpeg) - 1, 3);
}

static void a_pdf_cut_anywhere_is_not_whole(void **state)
{
	static const char pdf[] = "%PDF-1.4\n1 0 obj<<>>endobj\nxref\n0 1\n"
				  "trailer<<>>\nstartxref\n27\n%%EOF";

	(void)state;
	check_prefixes("PDF", pdf, sizeof(pdf) - 1, 5);
}

static void a_linearized_pdf_is_as_long_as_it_says(void **state)
{
	static const char first[] =
		"%PDF-1.4\n1 0 obj<</Linearized 1/L 500/H[1 2]>>endobj\n"
		"startxref\n0\n%%EOF\n";
	struct file f = {.len = 0};

	(void)state;
	put(&f, first, sizeof(first) - 1);
	assert_int_equal(whole_of(f.bytes, f.len), WHOLE_NOT);
	while (f.len < 500 - 23)
		put(&f, " ", 1);
	put(&f, "startxref\n123456\n%%EOF\n", 23);
	assert_int_equal(whole_of(f.bytes, f.len), WHOLE);
}

static void an_xml_cut_anywhere_is_not_whole(void **state)
{
	static const char plain[] = "<a><b>1 &gt; 0</b><c/></a>";
	static const char full[] =
		"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- <no> -->\n"
		"<x:Inv a=\"b\"><Inv>1</Inv><x:Invoice/></x:Inv>";

	(void)state;
	check_prefixes("XML", plain, sizeof(plain) - 1, 1);
	check_prefixes("XML with a prolog", full, sizeof(full) - 1, 70);
	assert_int_equal(whole_of("<a/>\n", 5), WHOLE);
	assert_int_equal(whole_of("<a></a> \n\n", 10), WHOLE);
}

static void utf16_is_no_obstacle(void **state)
{
	static const char xml[] = "\xff\xfe<\0a\0>\0<\0/\0a\0>\0\n\0";

	(void)state;
	assert_int_equal(whole_of(xml, sizeof(xml) - 1), WHOLE);
	assert_int_equal(whole_of(xml, sizeof(xml) - 9), WHOLE_NOT);
}

static void a_webp_is_as_long_as_it_says(void **state)
{
	static const char webp[] = "RIFF\x0c\0\0\0WEBPVP8 data";

	(void)state;
	check_prefixes("WebP", webp, 20, 4);
}

static void what_has_no_frame_is_told_by_time(void **state)
{
	static const char *const texts[] = {"", "x", "BM and more", "GIF89a...",
					    "hello"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(whole_of(texts[i], strlen(texts[i])), WHOLE_UNKNOWN);
}

static void an_open_writer_is_noticed(void **state)
{
	char path[] = "/tmp/intray-complete.XXXXXX";
	int writer = mkstemp(path), reader = open(path, O_RDONLY);

	(void)state;
	signal(SIGIO, SIG_IGN);
	assert_int_equal(complete_writer(reader), WRITER_YES);
	close(writer);
	assert_int_equal(complete_writer(reader), WRITER_NONE);
	assert_int_equal(complete_writer(-1), WRITER_UNKNOWN);
	close(reader);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tiff_cut_anywhere_is_not_whole),
		cmocka_unit_test(a_tiff_whose_strips_come_later_waits_for_them),
		cmocka_unit_test(a_looping_tiff_ends),
		cmocka_unit_test(a_tiff_of_absurd_counts_ends),
		cmocka_unit_test(a_png_cut_anywhere_is_not_whole),
		cmocka_unit_test(a_jpeg_cut_anywhere_is_not_whole),
		cmocka_unit_test(a_pdf_cut_anywhere_is_not_whole),
		cmocka_unit_test(a_linearized_pdf_is_as_long_as_it_says),
		cmocka_unit_test(an_xml_cut_anywhere_is_not_whole),
		cmocka_unit_test(utf16_is_no_obstacle),
		cmocka_unit_test(a_webp_is_as_long_as_it_says),
		cmocka_unit_test(what_has_no_frame_is_told_by_time),
		cmocka_unit_test(an_open_writer_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
