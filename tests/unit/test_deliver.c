/* What an ERP may answer, by file and by HTTP, and how it is understood. */
#include "testing.h"

#include <jansson.h>
#include <string.h>

#include "daemon/deliver/push.h"

static void answers_of_every_shape_become_one_list(void **state)
{
	static const struct {
		const char *name, *text;
		const char *expected; /* "line answer revision" of each, or "line!" */
	} cases[] = {
		{"a.csv", "document,revision,answer\nX,1,posted\nY,2,refused\n",
		 "2 posted 1;3 refused 2;"},
		{"a.CSV", "Answer;Control_Number;Revision\r\nposted;A-1;3\r\n",
		 "2 posted 3;"},
		{"a.csv",
		 "\xef\xbb\xbf"
		 "document\trevision\tanswer\nX\t1\tposted",
		 "2 posted 1;"},
		{"a.csv",
		 "document,revision,answer,text\nX,1,refused,\"two\nlines, and "
		 "\"\"this\"\"\"\nY,1,posted,\n",
		 "2 refused 1;4 posted 1;"},
		{"a.csv", "document,revision,answer\nX\n\nY,1,posted\n",
		 "2  ;4 posted 1;"},
		{"a.csv", "number,amount\n1,2\n", "1!"},
		{"a.csv", "", "1!"},
		{"a.json",
		 "[{\"document\": \"X\", \"revision\": 1, \"answer\": "
		 "\"posted\", \"number\": 77}]",
		 "1 posted 1;"},
		{"a.json",
		 "{\"answers\": [{\"revision\": \"2\", \"answer\": "
		 "\"refused\"}, 5]}",
		 "1 refused 2;2!"},
		{"a.json",
		 "{\"document\": \"X\", \"revision\": 1, \"answer\": \"posted\"}",
		 "1 posted 1;"},
		{"a.json", "{\"document\": ", "1!"},
		{"a.json", "", "1!"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		struct strbuf got;
		json_t *list = json_loads(answers_read(cases[i].name, cases[i].text,
						       strlen(cases[i].text), arena),
					  0, NULL),
		       *a;
		size_t n;

		strbuf_init(&got, arena);
		json_array_foreach(list, n, a)
		{
			const char *word =
				json_string_value(json_object_get(a, "answer"));
			const char *rev =
				json_string_value(json_object_get(a, "revision"));
			strbuf_addf(
				&got, "%d",
				(int)json_integer_value(json_object_get(a, "line")));
			if (json_object_get(a, "problem"))
				strbuf_add(&got, "!");
			else
				strbuf_addf(&got, " %s %s;", word ? word : "",
					    rev ? rev : "");
		}
		json_decref(list);
		if (strcmp(got.text, cases[i].expected) != 0)
			fail_msg("%s\nexpected %s, found %s", cases[i].text,
				 cases[i].expected, got.text);
	}
}

static void of_too_many_answers_the_first_are_taken(void **state)
{
	enum { MOST = 100000 };
	AUTO_ARENA arena = arena_new();
	struct strbuf csv;
	const char *got;

	(void)state;
	strbuf_init(&csv, arena);
	strbuf_add(&csv, "document,revision,answer\n");
	for (int i = 0; i < MOST + 2; i++)
		strbuf_add(&csv, "d,1,posted\n");
	got = answers_read("a.csv", csv.text, csv.len, arena);
	assert_non_null(strstr(got, "\"line\":100001,"));
	assert_null(strstr(got, "\"line\":100002,"));
	assert_non_null(strstr(got, "more than 100000 answers"));
}

static void only_what_the_erp_says_of_the_data_moves_a_document(void **state)
{
	static const struct {
		long status;
		const char *body;
		const char *expected; /* part of the answer; NULL: again later */
	} cases[] = {
		{200, "", "\"acknowledged\""},
		{202, "{}", "\"acknowledged\""},
		{200, "<html>", "\"acknowledged\""},
		{200, "{\"number\": \"B1\"}", "\"posted\",\"number\":\"B1\""},
		{201, "{\"answer\": \"posted\", \"number\": 7}",
		 "\"posted\",\"number\":\"7\""},
		{200, "{\"answer\": \"refused\", \"class\": \"duplicate\"}",
		 "\"refused\",\"class\":\"duplicate\""},
		{200, "{\"class\": \"technical\"}", NULL},
		{422, "", "\"class\":\"data\",\"code\":\"422\""},
		{422, "{\"class\": \"master-data\", \"code\": \"V1\"}",
		 "\"class\":\"master-data\",\"code\":\"V1\""},
		{400, "{\"class\": \"data\", \"text\": \"no date\"}",
		 "\"class\":\"data\""},
		{409, "{\"class\": \"must-reverse\"}", "\"class\":\"must-reverse\""},
		{400, "", NULL},
		{401, "{\"text\": \"who are you\"}", NULL},
		{404, "<html>not here</html>", NULL},
		{409, "", NULL},
		{429, "", NULL},
		{301, "", NULL},
		{500, "{\"class\": \"technical\"}", NULL},
		{503, "busy", NULL},
		{0, "", NULL},
	};
	AUTO_ARENA arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct push_result r;

		const struct http_reply reply = {.status = cases[i].status,
						 .body = cases[i].body,
						 .len = strlen(cases[i].body),
						 .words = "no route"};

		https_judge(&reply, false, arena, &r);
		if (cases[i].expected ? r.verdict != PUSH_ANSWERED ||
						!strstr(r.answer, cases[i].expected)
				      : r.verdict != PUSH_LATER || !r.words)
			fail_msg("%ld %s: %s", cases[i].status, cases[i].body,
				 r.answer ? r.answer : "later");
	}
}

static void that_something_was_taken_back_is_heard_or_not(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct push_result r;

	(void)state;
	https_judge(&(struct http_reply){.status = 200, .body = ""}, true, arena, &r);
	assert_int_equal(r.verdict, PUSH_TOLD);
	https_judge(&(struct http_reply){.status = 422, .body = ""}, true, arena, &r);
	assert_int_equal(r.verdict, PUSH_LATER);
}

/* Asked again, it would say as much again; half a word may mean its contrary. */
static void of_an_answer_that_never_ends_only_the_status_counts(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct http_reply reply = {.status = 200,
				   .body = "{\"answer\": \"refused\"}",
				   .len = 21,
				   .cut = true};
	struct push_result r;

	(void)state;
	https_judge(&reply, false, arena, &r);
	assert_int_equal(r.verdict, PUSH_ANSWERED);
	assert_non_null(strstr(r.answer, "\"acknowledged\""));
	assert_non_null(strstr(r.answer, "longer than 64 KB"));
	reply.status = 503;
	https_judge(&reply, false, arena, &r);
	assert_int_equal(r.verdict, PUSH_LATER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_of_every_shape_become_one_list),
		cmocka_unit_test(of_too_many_answers_the_first_are_taken),
		cmocka_unit_test(only_what_the_erp_says_of_the_data_moves_a_document),
		cmocka_unit_test(that_something_was_taken_back_is_heard_or_not),
		cmocka_unit_test(of_an_answer_that_never_ends_only_the_status_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
