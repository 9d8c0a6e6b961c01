/* Entries of a claim correct each other where a letter is in doubt, and nowhere else;
 * the pixels a fax sent are found in what was made of them. */
#include <string.h>

#include "../../stages/form_parts.h"
#include "../../stages/glyph.h"
#include "testing.h"

static struct schema_set *schemas;
static struct arena *arena;

/* Print as it was read; `doubt`: where a letter stands that might as well be `instead`.
 */
struct entry {
	const char *path, *text;
	size_t doubt;
	char instead;
	float loss; /* how much worse that one fits, in pixels */
};

static struct line_job job_of(const struct entry *e)
{
	struct line_job job = {.text = e->text, .sure = 0.5f};
	static const struct zone nowhere;
	job.field = doctype_field(schema_type(schemas, "cms1500"), e->path);
	job.zone = &nowhere;
	assert_non_null(job.field);
	job.letters = strlen(e->text);
	job.set = arena_alloc_n(arena, job.letters, sizeof(*job.set));
	job.at = arena_alloc_n(arena, job.letters, sizeof(*job.at));
	for (size_t i = 0; i < job.letters; i++) {
		job.set[i] = (struct letter){.c = e->text[i], .power = 20};
		job.at[i] = i;
	}
	if (e->instead)
		job.set[e->doubt].others[0] =
			(struct other_letter){e->instead, e->loss};
	return job;
}

static const struct {
	const char *name;
	struct entry entries[4];
	size_t n;
	const char *last; /* what becomes of the last entry; NULL: nothing */
} cases[] = {
	{"a doubtful total is what the charges add up to",
	 {{"lines/charge", "374.07", 0, 0, 0},
	  {"lines/charge", "142.50", 0, 0, 0},
	  {"total_charge", "515.57", 2, '6', 0.3f}},
	 3,
	 "516.57"},
	{"a clear total that is wrong is the paper's",
	 {{"lines/charge", "374.07", 0, 0, 0},
	  {"lines/charge", "142.50", 0, 0, 0},
	  {"total_charge", "515.57", 2, '6', 20}},
	 3,
	 "515.57"},
	{"a doubtful charge is what the total leaves",
	 {{"total_charge", "516.57", 0, 0, 0},
	  {"lines/charge", "374.07", 0, 0, 0},
	  {"lines/charge", "142.60", 4, '5', 0.3f}},
	 3,
	 "142.50"},
	{"a dollar sign of the form is no digit",
	 {{"lines/charge", "328.52", 0, 0, 0}, {"total_charge", "1 328.52", 0, 0, 0}},
	 2,
	 "328.52"},
	{"a doubtful year is the other days' year",
	 {{"lines/from_date", "07 11 26", 0, 0, 0},
	  {"lines/to_date", "07 12 26", 0, 0, 0},
	  {"illness_date", "07 10 76", 6, '2', 0.3f}},
	 3,
	 "07 10 26"},
	{"a clear year of its own stays",
	 {{"lines/from_date", "07 11 26", 0, 0, 0},
	  {"lines/to_date", "07 12 26", 0, 0, 0},
	  {"illness_date", "07 10 76", 6, '2', 20}},
	 3,
	 "07 10 76"},
	{"a birth has a year of its own",
	 {{"lines/from_date", "07 11 26", 0, 0, 0},
	  {"lines/to_date", "07 12 26", 0, 0, 0},
	  {"patient/birth_date", "07 10 76", 6, '2', 0.3f}},
	 3,
	 "07 10 76"},
	{"an identifier gets back the thin digit it lost",
	 {{"billing/npi", "234567893", 0, 0, 0}},
	 1,
	 "1234567893"},
	{"what lacks a digit that is no 1 stays as it is",
	 {{"billing/npi", "134567893", 0, 0, 0}},
	 1,
	 "134567893"},
	{"strokes of dashed rules are no date",
	 {{"other_date", "11 11 11", 0, 0, 0}},
	 1,
	 NULL},
};

static void test_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct line_job jobs[4];
		for (size_t k = 0; k < cases[i].n; k++)
			jobs[k] = job_of(&cases[i].entries[k]);
		print_agree(jobs, cases[i].n, arena);
		const char *text = jobs[cases[i].n - 1].text;
		if ((text && cases[i].last) ? strcmp(text, cases[i].last) != 0
					    : text != cases[i].last)
			fail_msg("%s: %s", cases[i].name, text ? text : "(nothing)");
	}
}

/* A page of dots without any order, each `across` by `down` pixels, the first block
 * cut to begin at (left, top). */
static struct plane page_of(int across, int down, int left, int top)
{
	enum { W = 120, H = 90 };
	struct plane p = {W, H, arena_alloc_n(arena, (size_t)W * H, 1)};
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++) {
			unsigned dot =
				(unsigned)((x + across - left) / across) * 7919u +
				(unsigned)((y + down - top) / down) * 104729u;
			dot ^= dot >> 3;
			p.px[y * W + x] = (dot * 2654435761u >> 28) < 4 ? 255 : 0;
		}
	return p;
}

static void test_finds_pixels(void **state)
{
	static const struct fax_page pages[] = {
		{.across = 1, .down = 1},
		{.across = 2, .down = 2},
		{.across = 1, .down = 2},
		{.across = 2, .down = 2, .left = 1, .top = 1},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(pages); i++) {
		const struct fax_page *want = &pages[i];
		struct plane p =
			page_of(want->across, want->down, want->left, want->top);
		struct fax_page got = {0};
		fax_find(&p, &got);
		assert_int_equal(got.across, want->across);
		assert_int_equal(got.down, want->down);
		assert_int_equal(got.left, want->left);
		assert_int_equal(got.top, want->top);
	}
}

static int start(void **state)
{
	struct err err = {0};
	(void)state;
	arena = arena_new();
	return schema_load_dir("schemas", &schemas, &err) == RC_OK ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	schema_set_free(&schemas);
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"entries agree where a letter is in doubt", test_agree, NULL, NULL,
		 NULL},
		{"the pixels that a fax sent are found", test_finds_pixels, NULL, NULL,
		 NULL},
	};
	return cmocka_run_group_tests(tests, start, stop);
}
