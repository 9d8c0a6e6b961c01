/* Scoring: what counts as right, wrong, missing and none of our business. */
#include "testing.h"

#include "daemon/cli/score.h"

static struct fieldtype invoice_fields[] = {
	{.path = "number", .kind = KIND_IDENTIFIER},
	{.path = "issue_date", .kind = KIND_DATE},
	{.path = "total_with_vat", .kind = KIND_AMOUNT},
	{.path = "seller/name", .kind = KIND_PARTY},
	{.path = "lines/description", .line = true, .kind = KIND_TEXT},
	{.path = "lines/quantity", .line = true, .kind = KIND_QUANTITY},
	{.path = "lines/net_amount", .line = true, .kind = KIND_AMOUNT},
};
static const struct doctype invoice = {
	.name = "invoice",
	.fields = invoice_fields,
	.n_fields = COUNT(invoice_fields),
};

struct reading { /* what a test pretends was read */
	const char *path;
	int line;
	const char *value;
	bool accepted;
};

struct outcome {
	struct count by_path[64];
	struct document_score score;
	int mistakes;
	const char *last_path;
};

static void note_mistake(void *ctx, const char *path, int line, const char *truth,
			 const struct field *found, bool right)
{
	struct outcome *o = ctx;

	(void)line;
	assert_true(truth || found);
	if (right)
		return;
	o->mistakes++;
	o->last_path = path;
}

static void score(struct arena *arena, const char *truth_json, const char *type,
		  const struct reading *readings, size_t n, struct outcome *out)
{
	struct doc *doc = doc_new(arena);
	struct truth truth;
	struct err err;

	memset(out, 0, sizeof(*out));
	if (truth_parse(truth_json, strlen(truth_json), arena, &truth, &err) != RC_OK)
		fail_msg("%s", err.text);
	doc->type = type;
	for (size_t i = 0; i < n; i++) {
		struct field *f =
			doc_add_field(doc, readings[i].path, readings[i].line);

		f->value = readings[i].value;
		f->accepted = readings[i].accepted;
	}
	score_document(&truth, doc, &invoice, out->by_path, note_mistake, out,
		       &out->score);
}
#define SCORE(truth, type, readings, out)                                              \
	score(arena, truth, type, readings, COUNT(readings), out)

static void counts_are(const struct count *c, long truth, long found, long correct)
{
	assert_int_equal(c->truth, truth);
	assert_int_equal(c->found, found);
	assert_int_equal(c->correct, correct);
}

static void values_are_compared_by_their_kind(void **state)
{
	static const char truth[] =
		"{\"type\": \"invoice\", \"fields\": {\"number\": \"RE 2026-7\","
		" \"issue_date\": \"2026-03-01\", \"total_with_vat\": \"12.50\","
		" \"seller/name\": \"Muster & Sohn GmbH\"}}";
	static const struct reading readings[] = {
		{"number", 0, "re2026/7", true},
		{"issue_date", 0, "2026-03-01", true},
		{"total_with_vat", 0, "12.5", false},
		{"seller/name", 0, "MUSTER SOHN GMBH", true},
	};
	AUTO_ARENA arena = arena_new();
	struct outcome o;

	(void)state;
	SCORE(truth, "invoice", readings, &o);
	counts_are(&o.score.header, 4, 4, 4);
	assert_int_equal(o.score.header.accepted, 3);
	assert_int_equal(o.score.header.accepted_wrong, 0);
	assert_true(o.score.whole_right);
	assert_false(o.score.value_wrong);
	assert_int_equal(o.mistakes, 0);
}

static void a_value_where_the_truth_has_none_is_wrong(void **state)
{
	static const struct reading readings[] = {
		{"number", 0, "7", true},
		{"issue_date", 0, "2026-03-01", true},
	};
	AUTO_ARENA arena = arena_new();
	struct outcome o;

	(void)state;
	SCORE("{\"type\": \"invoice\", \"fields\": {\"number\": \"7\"}}", "invoice",
	      readings, &o);
	counts_are(&o.score.header, 1, 2, 1);
	assert_int_equal(o.score.header.accepted_wrong, 1);
	assert_false(o.score.whole_right);
	assert_true(o.score.value_wrong);
	assert_string_equal(o.last_path, "issue_date");
}

static void a_missing_value_is_not_right_but_not_wrong_either(void **state)
{
	static const struct reading readings[] = {
		{"number", 0, "7", true},
		{"issue_date", 0, NULL, true}, /* ink that could not be understood */
	};
	AUTO_ARENA arena = arena_new();
	struct outcome o;

	(void)state;
	SCORE("{\"type\": \"invoice\", \"fields\": {\"number\": \"7\","
	      " \"issue_date\": \"2026-03-01\"}}",
	      "invoice", readings, &o);
	counts_are(&o.score.header, 2, 1, 1);
	assert_int_equal(o.score.header.accepted, 1);
	assert_false(o.score.whole_right);
	assert_false(o.score.value_wrong);
	assert_int_equal(o.mistakes, 1);
}

static void what_the_truth_leaves_open_and_other_paths_do_not_count(void **state)
{
	static const struct reading readings[] = {
		{"number", 0, "8", true}, /* unscored though the truth has a value */
		{"issue_date", 0, "2026-03-01", true}, /* unscored, unknown */
		{"payment_terms", 0, "30 days", true}, /* no scored path */
		{"lines/description", 1, "Hammer", true},
	};
	AUTO_ARENA arena = arena_new();
	struct outcome o;

	(void)state;
	SCORE("{\"type\": \"invoice\", \"fields\": {\"number\": \"7\"},"
	      " \"unscored\": [\"number\", \"issue_date\", \"lines\"]}",
	      "invoice", readings, &o);
	counts_are(&o.score.header, 0, 0, 0);
	counts_are(&o.score.cells, 0, 0, 0);
	assert_int_equal(o.score.found_lines, 0);
	assert_true(o.score.whole_right);
}

static void the_wrong_type_is_never_a_right_document(void **state)
{
	static const struct reading readings[] = {{"number", 0, "7", true}};
	AUTO_ARENA arena = arena_new();
	struct outcome o;

	(void)state;
	SCORE("{\"type\": \"invoice\", \"fields\": {\"number\": \"7\"}}", "receipt",
	      readings, &o);
	assert_false(o.score.type_right);
	assert_false(o.score.whole_right);
	counts_are(&o.score.header, 1, 1, 1);
}

#define LINES                                                                          \
	"{\"type\": \"invoice\", \"fields\": {}, \"lines\": ["                         \
	"{\"description\": \"Hammer\", \"quantity\": \"1\", \"net_amount\": "          \
	"\"10.00\"},"                                                                  \
	"{\"description\": \"Saw\", \"quantity\": \"2\", \"net_amount\": \"30.00\"},"  \
	"{\"description\": \"Nails\", \"quantity\": \"100\", \"net_amount\": "         \
	"\"5.00\"}]"

static void a_missed_line_does_not_spoil_those_after_it(void **state)
{
	static const struct reading readings[] = {
		{"lines/description", 1, "Hammer", true},
		{"lines/quantity", 1, "1", true},
		{"lines/net_amount", 1, "10.00", true},
		{"lines/description", 2, "Nails", true},
		{"lines/quantity", 2, "100", true},
		{"lines/net_amount", 2, "5.0", true},
	};
	AUTO_ARENA arena = arena_new();
	struct outcome o;

	(void)state;
	SCORE(LINES "}", "invoice", readings, &o);
	counts_are(&o.score.cells, 9, 6, 6);
	assert_int_equal(o.score.truth_lines, 3);
	assert_int_equal(o.score.found_lines, 2);
	assert_int_equal(o.score.right_lines, 2);
	assert_false(o.score.whole_right);
	assert_false(o.score.value_wrong);
	assert_int_equal(o.mistakes, 3);
}

static void an_invented_line_is_wrong_in_every_cell(void **state)
{
	static const struct reading readings[] = {
		{"lines/description", 1, "Subtotal", true},
		{"lines/net_amount", 1, "45.00", false},
		{"lines/description", 2, "Hammer", true},
		{"lines/quantity", 2, "1", true},
		{"lines/net_amount", 2, "10", true},
		{"lines/description", 3, "Saw", true},
		{"lines/quantity", 3, "2", true},
		{"lines/net_amount", 3, "30", true},
		{"lines/description", 4, "Nails", true},
		{"lines/quantity", 4, "700", true}, /* misread */
		{"lines/net_amount", 4, "5", true},
	};
	AUTO_ARENA arena = arena_new();
	struct outcome o;

	(void)state;
	SCORE(LINES "}", "invoice", readings, &o);
	counts_are(&o.score.cells, 9, 11, 8);
	assert_int_equal(o.score.cells.accepted, 10);
	assert_int_equal(o.score.cells.accepted_wrong, 2);
	assert_int_equal(o.score.found_lines, 4);
	assert_int_equal(o.score.right_lines, 2);
	assert_false(o.score.whole_right);
	assert_int_equal(o.mistakes, 3);
}

static void lines_pair_in_order_only(void **state)
{
	static const struct reading readings[] = {
		{"lines/description", 1, "Nails", true},
		{"lines/description", 2, "Hammer", true},
	};
	AUTO_ARENA arena = arena_new();
	struct outcome o;

	(void)state;
	SCORE(LINES "}", "invoice", readings, &o);
	assert_int_equal(o.score.cells.correct, 1);
	assert_int_equal(o.score.cells.found, 2);
}

static void a_column_or_a_cell_may_be_left_open(void **state)
{
	static const struct reading readings[] = {
		{"lines/description", 1, "Hammer", true},
		{"lines/quantity", 1, "7", true},
		{"lines/net_amount", 1, "10.00", true},
		{"lines/description", 2, "Saw", true},
		{"lines/net_amount", 2, "99.99", true},
		{"lines/description", 3, "Nails", true},
		{"lines/net_amount", 3, "5.00", true},
	};
	AUTO_ARENA arena = arena_new();
	struct outcome o;

	(void)state;
	SCORE(LINES ", \"unscored\": [\"lines/quantity\", \"lines[2]/net_amount\"]}",
	      "invoice", readings, &o);
	counts_are(&o.score.cells, 5, 5, 5);
	assert_int_equal(o.score.right_lines, 3);
	assert_true(o.score.whole_right);
}

static void counts_become_rates(void **state)
{
	const struct count c = {.truth = 10, .found = 8, .correct = 6};
	const struct count none = {0};

	(void)state;
	assert_true(count_precision(&c) == 0.75);
	assert_true(count_recall(&c) == 0.6);
	assert_true(count_f1(&c) == 12.0 / 18.0);
	assert_true(count_precision(&none) == 0 && count_recall(&none) == 0 &&
		    count_f1(&none) == 0);
}

static void truth_that_cannot_be_understood_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"{",
		"[]",
		"{\"fields\": {}}",
		"{\"type\": \"invoice\", \"fields\": {\"number\": 7}}",
		"{\"type\": \"invoice\", \"fields\": {}, \"lines\": [7]}",
		"{\"type\": \"invoice\", \"fields\": {\"a\": \"1\", \"a\": \"2\"}}",
		"{\"type\": \"invoice\", \"unscored\": [1]}",
	};
	AUTO_ARENA arena = arena_new();
	struct truth truth;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (truth_parse(wrong[i], strlen(wrong[i]), arena, &truth, &err) ==
		    RC_OK)
			fail_msg("accepted: %s", wrong[i]);
}

static void running_text_is_compared_as_a_bag_of_words(void **state)
{
	static struct word words[] = {
		{.text = "fox"},    {.text = "The"}, {.text = "quick"},
		{.text = "bro wn"}, {.text = "fox"},
	};
	AUTO_ARENA arena = arena_new();
	struct doc *doc = doc_new(arena);
	struct page *page = doc_add_page(doc);
	struct word_score score;

	(void)state;
	page->words = words;
	page->n_words = COUNT(words);
	score_words("The  quick\nbrown fox\n", doc, &score);
	assert_int_equal(score.truth, 4);
	assert_int_equal(score.found, 6); /* a word with a gap is two */
	assert_int_equal(score.same, 3);
	assert_true(word_error_rate(&score) == 0.75);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_compared_by_their_kind),
		cmocka_unit_test(a_value_where_the_truth_has_none_is_wrong),
		cmocka_unit_test(a_missing_value_is_not_right_but_not_wrong_either),
		cmocka_unit_test(
			what_the_truth_leaves_open_and_other_paths_do_not_count),
		cmocka_unit_test(the_wrong_type_is_never_a_right_document),
		cmocka_unit_test(a_missed_line_does_not_spoil_those_after_it),
		cmocka_unit_test(an_invented_line_is_wrong_in_every_cell),
		cmocka_unit_test(lines_pair_in_order_only),
		cmocka_unit_test(a_column_or_a_cell_may_be_left_open),
		cmocka_unit_test(counts_become_rates),
		cmocka_unit_test(truth_that_cannot_be_understood_is_refused),
		cmocka_unit_test(running_text_is_compared_as_a_bag_of_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
