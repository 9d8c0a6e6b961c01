/* Several readings of the same print, made one. */
#include "testing.h"

#include "../../stages/combine.h"

#define WORDS_MAX 8

struct cell { /* one word: where it begins, how wide, on which line */
	const char *text;
	int x, w, line;
	float confidence;
};

struct reading_case {
	const char *name;
	struct cell readings[3][WORDS_MAX];
	size_t n;
	const char *expected; /* lines joined with " / " */
};

static const struct reading_case cases[] = {
	{"two that agree outvote a surer one",
	 {{{"lNDAH", 0, 100, 0, 0.9f}},
	  {{"INDAH", 2, 98, 0, 0.6f}},
	  {{"INDAH", 0, 99, 0, 0.6f}}},
	 3,
	 "INDAH"},
	{"of two that differ the surer wins",
	 {{{"60.30", 0, 100, 0, 0.5f}}, {{"80.30", 0, 100, 0, 0.8f}}},
	 2,
	 "80.30"},
	{"cut differently, the letters are what counts",
	 {{{"SDNBHD", 0, 120, 0, 0.5f}},
	  {{"SDN", 0, 58, 0, 0.8f}, {"BHD", 65, 55, 0, 0.8f}},
	  {{"SDN", 0, 58, 0, 0.7f}, {"BHO", 65, 55, 0, 0.3f}}},
	 3,
	 "SDN BHD"},
	{"a line that only a sure reading saw is added",
	 {{{"TOTAL", 0, 100, 0, 0.9f}},
	  {{"TOTAL", 0, 100, 0, 0.9f}, {"CASH", 0, 90, 2, 0.9f}}},
	 2,
	 "TOTAL / CASH"},
	{"a line that only an unsure reading saw is not",
	 {{{"TOTAL", 0, 100, 0, 0.9f}},
	  {{"TOTAL", 0, 100, 0, 0.9f}, {"Ke7s", 0, 90, 2, 0.4f}}},
	 2,
	 "TOTAL"},
	{"two unsure ones that saw the same are believed",
	 {{{"TOTAL", 0, 100, 0, 0.9f}},
	  {{"Kedai", 0, 90, 2, 0.5f}},
	  {{"Kedai", 1, 90, 2, 0.5f}}},
	 3,
	 "TOTAL / Kedai"},
	{"a word that the first reading missed joins its line",
	 {{{"Total", 0, 100, 0, 0.9f}, {"MYR", 300, 60, 0, 0.9f}},
	  {{"60.30", 120, 100, 0, 0.9f}}},
	 2,
	 "Total 60.30 MYR"},
	{"what nobody read again stays",
	 {{{"one", 0, 50, 0, 0.2f}, {"two", 0, 50, 1, 0.2f}}, {{0}}},
	 2,
	 "one / two"},
};

static struct reading make(struct arena *arena, const struct cell *cells)
{
	static const struct box page = {0, 0, 1000, 1000};
	struct reading reading = {.regions = &page, .n_regions = 1, .weight = 1};
	struct word *words = arena_alloc_n(arena, WORDS_MAX, sizeof(*words));

	for (size_t i = 0; i < WORDS_MAX && cells[i].text; i++)
		words[reading.n++] = (struct word){
			.text = cells[i].text,
			.box = {cells[i].x, 50 * cells[i].line, cells[i].w, 30},
			.confidence = cells[i].confidence,
			.line = (uint16_t)cells[i].line,
			.readings = 1,
			.agreed = 1};
	reading.words = words;
	return reading;
}

static size_t combine(struct arena *arena, const struct reading_case *c,
		      struct word **words)
{
	struct reading readings[3];
	size_t n;

	for (size_t i = 0; i < c->n; i++)
		readings[i] = make(arena, c->readings[i]);
	readings_combine(readings, c->n, arena, words, &n);
	return n;
}

static void the_likeliest_text_is_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		struct strbuf text;
		struct word *words;
		size_t n = combine(arena, &cases[i], &words);

		strbuf_init(&text, arena);
		for (size_t k = 0; k < n; k++)
			strbuf_addf(&text, "%s%s",
				    k == 0				? ""
				    : words[k].line > words[k - 1].line ? " / "
									: " ",
				    words[k].text);
		if (strcmp(text.text, cases[i].expected) != 0)
			fail_msg("%s: %s instead of %s", cases[i].name, text.text,
				 cases[i].expected);
	}
}

static void the_losers_stay_as_alternatives(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct word *words;

	(void)state;
	assert_int_equal(combine(arena, &cases[0], &words), 1);
	assert_int_equal(words[0].readings, 3);
	assert_int_equal(words[0].agreed, 2);
	assert_int_equal(words[0].n_alternatives, 1);
	assert_string_equal(words[0].alternatives[0].text, "lNDAH");
	assert_true(words[0].alternatives[0].confidence == 0.9f);
}

static void a_place_read_once_says_so(void **state)
{
	static const struct box page = {0, 0, 1000, 1000}, head = {0, 0, 1000, 40};
	static const struct cell first[WORDS_MAX] = {{"head", 0, 50, 0, 0.9f},
						     {"foot", 0, 50, 4, 0.9f}};
	static const struct cell second[WORDS_MAX] = {{"head", 0, 50, 0, 0.9f}};
	AUTO_ARENA arena = arena_new();
	struct reading readings[2] = {make(arena, first), make(arena, second)};
	struct word *words;
	size_t n;

	(void)state;
	readings[0].regions = &page;
	readings[1].regions = &head;
	readings_combine(readings, 2, arena, &words, &n);
	assert_int_equal(n, 2);
	assert_int_equal(words[0].readings, 2);
	assert_int_equal(words[0].agreed, 2);
	assert_int_equal(words[1].readings, 1);
	assert_int_equal(words[1].agreed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_likeliest_text_is_taken),
		cmocka_unit_test(the_losers_stay_as_alternatives),
		cmocka_unit_test(a_place_read_once_says_so),
	};

	return cmocka_run_group_tests_name("combine", tests, NULL, NULL);
}
