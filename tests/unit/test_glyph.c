/* Lines of print are read by the shapes of the typeface they are set in, also when they
 * are pale, when strokes are missing, and when something else lies on the line. */
#include <math.h>
#include <string.h>

#include "../../stages/glyph.h"
#include "testing.h"

static struct faces *faces;
static struct arena *arena;

enum { BASELINE = 32, HEIGHT = 44, EM = 27 };

static struct strip blank_strip(int width)
{
	struct strip s = {.w = width, .h = HEIGHT, .stride = width + 2 * STRIP_PAD};
	s.baseline = BASELINE;
	s.dark = arena_alloc_n(arena, (size_t)(HEIGHT + 2 * STRIP_PAD) * s.stride,
			       sizeof(*s.dark));
	return s;
}

/* Sets a line as a printer would, the pen moving by the face's widths. */
static struct strip set_line(const char *text, float strength)
{
	struct strip strip = blank_strip((int)strlen(text) * EM + 20);
	float pen = 5;
	for (; *text; text++) {
		struct shape shape;
		if (*text == ' ') {
			pen += 0.278f * EM;
			continue;
		}
		struct pose pose = {.right = pen - floorf(pen)};
		assert_true(face_draw(faces, 0, *text, EM, pose, arena, &shape));
		for (int y = 0; y < shape.h; y++)
			for (int x = 0; x < shape.w; x++)
				*strip_at(&strip, (int)floorf(pen) + shape.left + x,
					  BASELINE + shape.top + y) +=
					(int16_t)((float)shape.cover[y * shape.w + x] *
						  strength / 2);
		pen += shape.advance;
	}
	return strip;
}

static const struct glyph_rules plain = {
	.allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-/",
	.gap = 1.5f,
	.narrow = 2};

static const char *read_as(const struct strip *strip, const struct glyph_rules *rules)
{
	struct glyph_case *c = arena_alloc(arena, sizeof(*c));
	struct glyph_line line;
	case_make(c, faces, 0, EM, 1, arena);
	glyph_read(strip, c, rules, arena, &line);
	return glyph_text(&line, c, arena);
}

static void test_reads_lines(void **state)
{
	static const char *const lines[] = {"SAMPLE, AVERY J", "4100 HARBOR VIEW ROAD",
					    "OI0 S5 B8 Z2",    "07/14/2026",
					    "142.50",	       "J3490"};
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct strip full = set_line(lines[i], 1),
			     pale = set_line(lines[i], 0.6f);
		assert_string_equal(read_as(&full, &plain), lines[i]);
		assert_string_equal(read_as(&pale, &plain), lines[i]);
	}
}

static void test_only_allowed(void **state)
{
	struct glyph_rules digits = {.allowed = "0123456789", .gap = 3};
	(void)state;
	struct strip strip = set_line("SO1Z", 1);
	const char *text = read_as(&strip, &digits);
	assert_int_equal(strspn(text, "0123456789 "), strlen(text));
}

static void test_lost_strokes(void **state)
{
	(void)state;
	struct strip strip = set_line("1482946161", 1);
	struct glyph_rules digits = {.allowed = "0123456789", .gap = 6};
	for (int x = 0; x < strip.w; x++) /* two rows went missing on the way */
		*strip_at(&strip, x, BASELINE - 1) =
			*strip_at(&strip, x, BASELINE - 2) = 0;
	assert_string_equal(read_as(&strip, &digits), "1482946161");
}

/* A line as a standard fax has it: black or white, then four pixels one. */
static struct strip send_line(const char *text)
{
	static const int weight[4] = {1, 3, 3, 1};
	struct strip fine = set_line(text, 1), fax = blank_strip(fine.w / 2);
	fax.h = HEIGHT / 2;
	fax.baseline = BASELINE / 2;
	for (int y = 0; y < fax.h; y++)
		for (int x = 0; x < fax.w; x++) {
			int black = 0;
			for (int k = 0; k < 16; k++)
				black += weight[k % 4] * weight[k / 4] *
					 (*strip_at(&fine, 2 * x + k % 4 - 1,
						    2 * y + k / 4 - 1) >
					  0.4f * GLYPH_FULL);
			*strip_at(&fax, x, y) = black > 32 ? GLYPH_FULL : 0;
		}
	return fax;
}

static void test_reads_fax(void **state)
{
	static const char *const lines[] = {"KINGFISHER CIRCLE", "PORT KENNETH MD",
					    "COVENANT", "RAMSEY HOLBROOK"};
	struct glyph_rules words = plain;
	struct glyph_case *c = arena_alloc(arena, sizeof(*c));
	struct fax halved = {.across = 2, .down = 2, .ink = 0.4f};
	(void)state;
	case_make_fax(c, faces, 0, EM, &halved, arena);
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct strip fax = send_line(lines[i]);
		struct glyph_line line;
		words.words = 1;
		glyph_read(&fax, c, &words, arena, &line);
		assert_string_equal(glyph_text(&line, c, arena), lines[i]);
	}
}

static void test_dirt(void **state)
{
	(void)state;
	struct strip strip = set_line("NORTHFIELD", 1);
	for (int x = 0; x < strip.w; x++) /* a rule below the feet */
		*strip_at(&strip, x, BASELINE + 7) = GLYPH_FULL;
	for (int k = 0; k < 3; k++)
		*strip_at(&strip, strip.w - 20, 10 + k) = GLYPH_FULL;
	assert_string_equal(read_as(&strip, &plain), "NORTHFIELD");
}

static void test_nothing(void **state)
{
	(void)state;
	struct strip strip = blank_strip(200);
	assert_string_equal(read_as(&strip, &plain), "");
}

static void test_doubt(void **state)
{
	struct glyph_case *c = arena_alloc(arena, sizeof(*c));
	struct glyph_line clear, doubtful;
	(void)state;
	struct strip strip = set_line("8", 1);
	case_make(c, faces, 0, EM, 1, arena);
	glyph_read(&strip, c, &plain, arena, &clear);
	for (int y = 0; y < HEIGHT; y++) /* its right half: as much of a 6 as of an 8 */
		for (int x = 13; x < strip.w; x++)
			*strip_at(&strip, x, y) = 0;
	glyph_read(&strip, c, &plain, arena, &doubtful);
	assert_int_equal(clear.n, 1);
	assert_int_equal(clear.letters[0].c, '8');
	assert_true(doubtful.n == 0 ||
		    doubtful.letters[0].margin < clear.letters[0].margin);
}

static void test_words(void **state)
{
	(void)state;
	assert_true(glyph_follows('T', 'E') > glyph_follows('T', 'F'));
	assert_true(glyph_follows('Q', 'U') > glyph_follows('Q', 'I'));
	assert_true(glyph_follows('I', '-') < glyph_follows('I', 'N'));
}

static int start(void **state)
{
	struct err err = {0};
	(void)state;
	arena = arena_new();
	return faces_open(&faces, &err) == RC_OK ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	faces_close(&faces);
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"clear and pale lines are read", test_reads_lines, start, stop, NULL},
		{"only what may stand in a field is read", test_only_allowed, start,
		 stop, NULL},
		{"letters that lost strokes are read", test_lost_strokes, start, stop,
		 NULL},
		{"what a fax left of letters is read", test_reads_fax, start, stop,
		 NULL},
		{"dirt and rules are no letters", test_dirt, start, stop, NULL},
		{"an empty line has no letters", test_nothing, start, stop, NULL},
		{"half a letter is less sure than a whole one", test_doubt, start, stop,
		 NULL},
		{"words are told from what looks like them", test_words, start, stop,
		 NULL},
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
