/* Pages put in order, documents cut and joined by people, one field of many. */
#include "harness.h"

#define REFUSED(...) assert_string_equal(sql_fails(__VA_ARGS__), "P0001")

static PGconn *jane, *john, *sam;

static int hire(void **state)
{
	(void)state;
	PGconn *admin = login_process(DB_ADMIN);

	sql_on(admin, "select intray.grant_clerk('acme', 'cut_jane', password => 'j')");
	sql_on(admin, "select intray.grant_clerk('acme', 'cut_john', password => 'j')");
	sql_on(admin, "select intray.grant_clerk('acme', 'cut_sam', password => 's')");
	PQfinish(admin);
	sql("update intray.access a set what = 'snippet' from intray.account c "
	    "where c.id = a.account and c.role = 'cut_sam'");
	jane = login("cut_jane", "j");
	john = login("cut_john", "j");
	sam = login("cut_sam", "s");
	return 0;
}

static int dismiss(void **state)
{
	(void)state;
	PQfinish(jane);
	PQfinish(john);
	PQfinish(sam);
	return 0;
}

/* An exception of three pages, of which the third shows the total. */
static const char *three_pages(const char *number)
{
	const char *doc = finished_doc(fx.acme_tray, number, "odd");

	sql("insert into intray.page select drop, g, client, width, height, dpi, "
	    "rotation, skew_deg, blank, source, form, display, display_mime, "
	    "display_width, display_height, thumbnail, thumbnail_mime, "
	    "thumbnail_width, thumbnail_height, words from intray.page, "
	    "generate_series(2, 3) g where drop = (select drop from intray.document "
	    "where id = '%s') and number = 1",
	    doc);
	sql("insert into intray.document_page (document, position, client, drop, "
	    "number) "
	    "select id, g, client, drop, g from intray.document, "
	    "generate_series(2, 3) g where id = '%s'",
	    doc);
	sql("update intray.field set page = 3, x = 10, y = 10, w = 50, h = 20 where "
	    "document = '%s' and path = 'total'",
	    doc);
	return doc;
}

static const char *task_of(const char *doc)
{
	return arena_strdup(fx.arena, sql("select id from intray.task where document = "
					  "'%s' and state = 'open'",
					  doc));
}

static const char *pick(PGconn *clerk, const char *doc)
{
	return arena_strdup(
		fx.arena,
		sql_on(clerk, "select desk.pick_task(%s) ->> 'fence'", task_of(doc)));
}

static const char *pages_of(const char *doc)
{
	return sql(
		"select string_agg(number || case when dropped then '-' else '' end, "
		"' ' order by position) from intray.document_page where document = "
		"'%s'",
		doc);
}

static void pages_change_places_and_their_evidence_moves_with_them(void **state)
{
	(void)state;
	const char *doc = three_pages("C-1"), *fence = pick(jane, doc);

	assert_string_equal(
		sql_on(jane,
		       "select desk.arrange(%s, %s, '[[{\"position\": 3}, "
		       "{\"position\": 1}, {\"position\": 2}]]') ->> 'outcome'",
		       task_of(doc), fence),
		"arranged");
	assert_string_equal(pages_of(doc), "3 1 2");
	assert_string_equal(sql("select page from intray.field where document = '%s' "
				"and path = 'total'",
				doc),
			    "1");
	assert_string_equal(sql("select count(*) from intray.event where document = "
				"'%s' and kind = "
				"'pages'",
				doc),
			    "1");
}

static void a_page_left_out_stays_and_the_rest_is_understood_anew(void **state)
{
	(void)state;
	const char *doc = three_pages("C-2"), *fence = pick(jane, doc);

	assert_string_equal(sql_on(jane,
				   "select desk.arrange(%s, %s, '[[{\"position\": 2}, "
				   "{\"position\": 1}]]') ->> 'outcome'",
				   task_of(doc), fence),
			    "again");
	assert_string_equal(pages_of(doc), "2 1 3-");
	assert_string_equal(
		sql("select d.state || ' ' || j.kind from intray.document d "
		    "join intray.job j on j.document = d.id where d.id = "
		    "'%s'",
		    doc),
		"read understand");
}

static void a_cut_document_ends_and_its_parts_have_numbers_of_their_own(void **state)
{
	(void)state;
	const char *doc = three_pages("C-3"), *fence = pick(jane, doc);

	assert_string_equal(sql_on(jane,
				   "select jsonb_array_length(desk.arrange(%s, %s, "
				   "'[[{\"position\": 1}], [{\"position\": 2}, "
				   "{\"position\": 3}]]') "
				   "-> 'documents')",
				   task_of(doc), fence),
			    "2");
	assert_string_equal(
		sql("select state from intray.document where id = '%s'", doc), "split");
	assert_string_equal(pages_of(doc), "1 2 3");
	assert_string_equal(
		sql("select string_agg(d.state || ':' || (select "
		    "string_agg(p.number::text, "
		    "'' order by p.position) from intray.document_page p where "
		    "p.document = d.id), ' ' order by d.control_number) from "
		    "intray.document d where d.parent = '%s'",
		    doc),
		"read:1 read:23");
	assert_string_equal(
		sql("select count(distinct control_number) from intray.document where "
		    "id = '%s' or parent = '%s'",
		    doc, doc),
		"3");
}

static void no_page_is_used_twice_and_none_is_invented(void **state)
{
	(void)state;
	const char *doc = three_pages("C-4"), *fence = pick(jane, doc);
	static const char *const wrong[] = {
		"[[{\"position\": 1}, {\"position\": 1}]]",
		"[[{\"position\": 4}]]",
		"[[{\"position\": 1, \"rotation\": 45}]]",
		"[[], [{\"position\": 1}]]",
		"[]",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		REFUSED(jane, "select desk.arrange(%s, %s, '%s')", task_of(doc), fence,
			wrong[i]);
	assert_string_equal(pages_of(doc), "1 2 3");
	assert_string_equal(
		sql("select state from intray.document where id = '%s'", doc),
		"exception");
}

static void with_an_old_fence_nothing_is_cut(void **state)
{
	(void)state;
	const char *doc = three_pages("C-5");

	pick(jane, doc);
	assert_string_equal(
		sql_on(jane,
		       "select desk.arrange(%s, 1, '[[{\"position\": 1}]]') "
		       "->> 'outcome'",
		       task_of(doc)),
		"late");
	assert_string_equal(pages_of(doc), "1 2 3");
}

static void joined_documents_end_in_a_new_one_with_all_their_pages(void **state)
{
	(void)state;
	const char *a = three_pages("C-6"), *b = three_pages("C-7");
	const char *fence = pick(jane, a);

	assert_string_equal(
		sql_on(jane,
		       "select desk.join_documents(%s, %s, array['%s']::uuid[]) "
		       "->> 'outcome'",
		       task_of(a), fence, b),
		"merged");
	assert_string_equal(
		sql("select string_agg(distinct state, ' ') || ' ' || "
		    "count(distinct merged_into) from intray.document where "
		    "id in ('%s', '%s')",
		    a, b),
		"merged 1");
	assert_string_equal(
		pages_of(sql("select merged_into from intray.document where id = '%s'",
			     a)),
		"1 2 3 1 2 3");
	assert_string_equal(sql("select count(*) from intray.task where state = 'open' "
				"and document in ('%s', '%s')",
				a, b),
			    "0");
}

static void what_somebody_works_on_is_not_joined(void **state)
{
	(void)state;
	const char *a = three_pages("C-8"), *b = three_pages("C-9");
	const char *fence = pick(jane, a);

	pick(john, b);
	REFUSED(jane, "select desk.join_documents(%s, %s, array['%s']::uuid[])",
		task_of(a), fence, b);
	assert_string_equal(sql("select string_agg(distinct state, ' ') from "
				"intray.document where id in ('%s', '%s')",
				a, b),
			    "exception");
}

static void a_field_is_leased_for_itself_and_keyed_alone(void **state)
{
	(void)state;
	const char *doc = three_pages("C-10");

	sql("update intray.finding set kind = 'reading' where document = '%s'", doc);
	assert_string_equal(
		sql_on(sam, "select t ->> 'path' from jsonb_array_elements("
			    "desk.carousel_take('acme', 'bill', 'total', 5, '{}')) t"),
		"total");
	assert_string_equal(
		sql("select field from intray.task where document = '%s' and "
		    "state = 'open'",
		    doc),
		"total");
	assert_null(
		strstr(sql_on(jane, "select coalesce(desk.pick_task(%s)::text, 'none')",
			      task_of(doc)),
		       "fence"));
	const char *fence = arena_strdup(
		fx.arena,
		sql("select fence from intray.task where document = '%s'", doc));
	REFUSED(sam, "select desk.submit(%s, %s, '{\"total\": \"2.00\"}')",
		task_of(doc), fence);
	assert_string_equal(
		sql_on(sam, "select desk.submit_field(%s, %s, 'number', 'X', null)",
		       task_of(doc), fence),
		"late");
	assert_string_equal(
		sql_on(sam, "select desk.submit_field(%s, %s, 'total', '2.00', null)",
		       task_of(doc), fence),
		"submitted");
	assert_string_equal(sql("select value || source from intray.field where "
				"document = '%s' and path = 'total'",
				doc),
			    "2.00person");
	assert_string_equal(
		sql("select values::text from intray.keying where document = '%s'",
		    doc),
		"{\"total\": \"2.00\"}");
}

int run_cutting_tests(void)
{
#define CUT_TEST(f) cmocka_unit_test_setup(f, no_work)
	static const struct CMUnitTest tests[] = {
		CUT_TEST(pages_change_places_and_their_evidence_moves_with_them),
		CUT_TEST(a_page_left_out_stays_and_the_rest_is_understood_anew),
		CUT_TEST(a_cut_document_ends_and_its_parts_have_numbers_of_their_own),
		CUT_TEST(no_page_is_used_twice_and_none_is_invented),
		CUT_TEST(with_an_old_fence_nothing_is_cut),
		CUT_TEST(joined_documents_end_in_a_new_one_with_all_their_pages),
		CUT_TEST(what_somebody_works_on_is_not_joined),
		CUT_TEST(a_field_is_leased_for_itself_and_keyed_alone),
	};

	return cmocka_run_group_tests_name("cutting", tests, hire, dismiss);
}
