/* Scans that hold several documents: cut once, batched, let go together; fronts and
 * backs. */
#include "harness.h"

#include "separator.h"

static int rules_on(void **state)
{
	no_work(state);
	sql("update intray.tray set separator_sheet = 'PATCHT' where id = %lld",
	    (long long)fx.acme_tray);
	return 0;
}

static int rules_off(void **state)
{
	(void)state;
	sql("update intray.tray set separator_sheet = null, collate_wait = null, "
	    "release = 'document' where id = %lld",
	    (long long)fx.acme_tray);
	return 0;
}

/* A scan whose pages are read and saved. */
static struct new_drop scan_of(int pages, const char *finding)
{
	struct new_drop drop = drop_file(fx.acme_tray, "scan.pdf", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct doc *doc = make_doc("unused", "S", "1.00");
	bool mine;

	doc->n_fields = 0;
	doc->pages_in_file = pages;
	for (int i = 2; i <= pages; i++) {
		*doc_add_page(doc) = *doc->pages[0];
		doc->pages[i - 1]->number = i;
	}
	if (finding)
		doc_find(doc, "truncated", FINDING_READING, SEVERITY_STOP, "", "%s",
			 finding);
	OK(job_save_first_run(fx.worker, &job, doc, 8, &mine, &fx_err));
	assert_true(mine);
	return drop;
}

/* Five pages: the second is a separator, the last two have an archive number. */
static struct separator_plan plan_of_five(void)
{
	static int first[] = {1}, second[] = {3}, third[] = {4, 5};
	static struct separator_code code = {ROLE_NUMBER, "00123", 4};
	static struct separator_piece pieces[] = {
		{.pages = first, .n_pages = 1},
		{.pages = second, .n_pages = 1},
		{.pages = third, .n_pages = 2, .codes = &code, .n_codes = 1}};
	static struct separator_drop dropped = {2, "separator"};

	return (struct separator_plan){
		.pieces = pieces, .n_pieces = 3, .dropped = &dropped, .n_dropped = 1};
}

static bool cut(const struct job *job)
{
	struct separator_plan plan = plan_of_five();
	bool mine = false;

	OK(job_save_cut(fx.worker, job, &plan, &mine, &fx_err));
	return mine;
}

/* The next n documents of a scan, the first of them with a finding. */
static void understand(const char *drop, int n, const char *stop)
{
	static int number;

	for (int i = 0; i < n; i++) {
		struct job job = claim_for(fx.worker, drop);
		struct doc *doc =
			make_doc(arena_printf(fx.arena, "%s-%d", drop, number++),
				 "Bolt & Sons", "1.50");
		bool mine;

		assert_int_equal(job.kind, JOB_UNDERSTAND);
		if (stop && i == 0)
			doc_find(doc, stop, FINDING_DOCUMENT, SEVERITY_STOP, "total",
				 "The total is odd.");
		OK(job_save_document(fx.worker, &job, doc, fx.bill, false, &mine,
				     &fx_err));
		assert_true(mine);
	}
}

static const char *batch(const char *drop, const char *columns)
{
	return sql("select concat_ws(' ', %s) from intray.batch b join intray.drop o "
		   "on o.batch = b.id where o.id = '%s'",
		   columns, drop);
}

static void a_scan_is_cut_once_and_no_page_is_lost(void **state)
{
	(void)state;
	struct new_drop drop = scan_of(5, "Page 4 is damaged.");
	struct job job = claim_for(fx.worker, drop.id), late = job;

	assert_int_equal(job.kind, JOB_CUT);
	assert_int_equal(job.last_page, 5);
	assert_string_equal(job.separators.sheet, "PATCHT");
	assert_true(cut(&job));
	assert_false(cut(&late));
	assert_string_equal(
		sql("select string_agg(pages, '; ' order by pages) from (select "
		    "(select string_agg(number::text, ' ' order by position) from "
		    "intray.document_page where document = d.id) as pages from "
		    "intray.document d join intray.document p on p.id = d.parent "
		    "where p.drop = '%s') x",
		    drop.id),
		"1; 3; 4 5");
	assert_string_equal(
		sql("select state || ' ' || cause from intray.document where drop = "
		    "'%s' and parent is null",
		    drop.id),
		"split separated");
	assert_string_equal(batch(drop.id, "state, pages, separators, cut"),
			    "open 5 1 3");
	assert_string_equal(sql("select k.role || k.value || k.page from "
				"intray.document_code k join intray.document d on d.id "
				"= k.document where d.drop = '%s'",
				drop.id),
			    "number001234");
	/* What was found of page 4 goes with the document that has it. */
	understand(drop.id, 3, NULL);
	assert_string_equal(
		sql("select string_agg(d.state || ' ' || (select count(*) from "
		    "intray.finding f where f.document = d.id and code = 'truncated') "
		    ", ', ' order by d.control_number) from "
		    "intray.document d where d.drop = '%s' and parent is not null",
		    drop.id),
		"ready 0, ready 0, exception 1");
	assert_string_equal(batch(drop.id, "state"), "open");
}

static void a_plan_that_loses_a_page_is_refused(void **state)
{
	(void)state;
	struct new_drop drop = scan_of(6, NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct separator_plan plan = plan_of_five();
	struct err err;
	bool mine = true;

	assert_int_not_equal(job_save_cut(fx.worker, &job, &plan, &mine, &err), RC_OK);
	assert_string_equal(
		sql("select count(*) from intray.document where drop = '%s'", drop.id),
		"1");
}

/* More than a line of an index holds, and nothing in it to make it shorter. */
static void a_code_of_thousands_of_letters_is_kept(void **state)
{
	(void)state;
	static char text[4001];
	static int pages[] = {1, 2};
	uint32_t seed = 3;

	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		seed = seed * 1664525u + 1013904223u;
		text[i] = (char)('!' + (seed >> 24) % 90);
	}
	struct separator_code codes[] = {{ROLE_TAG, text, 1}, {ROLE_TAG, text, 2}};
	struct separator_piece piece = {
		.pages = pages, .n_pages = 2, .codes = codes, .n_codes = 2};
	struct separator_plan plan = {.pieces = &piece, .n_pieces = 1};
	struct new_drop drop = scan_of(2, NULL);
	struct job job = claim_for(fx.worker, drop.id);
	bool mine = false;

	OK(job_save_cut(fx.worker, &job, &plan, &mine, &fx_err));
	assert_true(mine);
	assert_string_equal(
		sql("select string_agg(length(k.value)::text, ' ') from "
		    "intray.document_code k join intray.document d on d.id = "
		    "k.document where d.drop = '%s'",
		    drop.id),
		"4000");
	understand(drop.id, 1, NULL);
}

static void a_batch_goes_out_as_a_whole(void **state)
{
	(void)state;
	sql("update intray.tray set release = 'batch' where id = %lld",
	    (long long)fx.acme_tray);
	struct new_drop drop = scan_of(5, NULL);
	struct job job = claim_for(fx.worker, drop.id);
	static const char on_offer[] =
		"select count(*) from erp.offer o join intray.document d on d.id = "
		"o.document where d.drop = '%s'";

	assert_true(cut(&job));
	understand(drop.id, 2, NULL);
	assert_string_equal(batch(drop.id, "state"), "open");
	assert_string_equal(sql(on_offer, drop.id), "0");
	understand(drop.id, 1, NULL);
	assert_string_equal(batch(drop.id, "state, released_by"), "released complete");
	assert_string_equal(sql(on_offer, drop.id), "3");
}

static void
what_a_person_must_see_holds_its_batch_back_until_somebody_lets_go(void **state)
{
	(void)state;
	struct new_drop drop = scan_of(5, NULL);
	struct job job = claim_for(fx.worker, drop.id);

	sql("update intray.tray set release = 'batch' where id = %lld",
	    (long long)fx.acme_tray);
	assert_true(cut(&job));
	understand(drop.id, 3, "odd");
	assert_string_equal(batch(drop.id, "state"), "open");
	assert_string_equal(sql("select count(*) from intray.delivery v join "
				"intray.document d on d.id = v.document where d.drop = "
				"'%s' and v.not_before = 'infinity'",
				drop.id),
			    "2");
	sql("select intray.batch_release(%s, 'jane')", batch(drop.id, "b.id"));
	assert_string_equal(batch(drop.id, "state, released_by"), "released jane");
	assert_string_equal(sql("select count(*) from intray.delivery v join "
				"intray.document d on d.id = v.document where d.drop = "
				"'%s' and v.not_before = 'infinity'",
				drop.id),
			    "0");
}

static void a_short_batch_says_so_at_its_first_document(void **state)
{
	(void)state;
	struct new_drop drop = scan_of(5, NULL);
	struct job job = claim_for(fx.worker, drop.id);

	sql("select intray.batch_expect('%s', 4)", drop.id);
	assert_true(cut(&job));
	understand(drop.id, 3, NULL);
	assert_string_equal(
		sql("select string_agg(f.text, '') from intray.finding f join "
		    "intray.document d on d.id = f.document where d.drop = '%s' and "
		    "f.code = 'batch-short'",
		    drop.id),
		"4 documents were counted for the batch \"scan.pdf\"; 3 came of it.");
}

/* --- fronts and backs --- */

static int collate_on(void **state)
{
	no_work(state);
	sql("update intray.tray set collate_wait = '1 hour' where id = %lld",
	    (long long)fx.acme_tray);
	return 0;
}

static const char *sheets_of(const char *drop)
{
	return sql("select string_agg(case g.drop when d.drop then 'f' else 'b' end || "
		   "g.number, ' ' order by g.position) from intray.document d join "
		   "intray.document_page g on g.document = d.id where d.drop = '%s' "
		   "and d.parent is not null",
		   drop);
}

static void fronts_and_backs_are_put_together(void **state)
{
	(void)state;
	struct new_drop fronts = scan_of(3, NULL), backs = scan_of(2, NULL);

	assert_string_equal(sheets_of(fronts.id), "f1 b2 f2 b1 f3");
	assert_string_equal(
		sql("select string_agg(state, ' ' order by state) from intray.document "
		    "where drop in ('%s', '%s')",
		    fronts.id, backs.id),
		"merged merged read");
}

static void sides_that_do_not_fit_go_to_a_person(void **state)
{
	(void)state;
	struct new_drop fronts = scan_of(2, NULL), backs = scan_of(4, NULL);

	assert_string_equal(
		sql("select count(*) from intray.standing_finding f join "
		    "intray.document d on d.id = f.document where f.code = 'collation' "
		    "and d.drop in ('%s', '%s')",
		    fronts.id, backs.id),
		"2");
	assert_string_equal(sql("select count(*) from intray.job j join "
				"intray.document d on d.id = j.document where "
				"j.kind = 'understand' and d.drop in ('%s', '%s')",
				fronts.id, backs.id),
			    "2");
}

static void fronts_do_not_wait_for_ever(void **state)
{
	(void)state;
	struct new_drop fronts = scan_of(2, NULL);

	assert_string_equal(sql("select count(*) from intray.job"), "0");
	sql("update intray.document set awaits_other = now() - interval '1 s' where "
	    "drop = '%s'",
	    fronts.id);
	OK(keeper_round(fx.keeper, &fx_err));
	struct job job = claim_for(fx.worker, fronts.id);
	assert_int_equal(job.kind, JOB_UNDERSTAND);
	assert_string_equal(sql("select code from intray.standing_finding where "
				"document = '%s'",
				job.document),
			    "collation");
}

int run_batch_tests(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rules_on, rules_off)
		TEST(a_scan_is_cut_once_and_no_page_is_lost),
		TEST(a_plan_that_loses_a_page_is_refused),
		TEST(a_code_of_thousands_of_letters_is_kept),
		TEST(a_batch_goes_out_as_a_whole),
		TEST(what_a_person_must_see_holds_its_batch_back_until_somebody_lets_go),
		TEST(a_short_batch_says_so_at_its_first_document),
#undef TEST
#define TEST(f) cmocka_unit_test_setup_teardown(f, collate_on, rules_off)
		TEST(fronts_and_backs_are_put_together),
		TEST(sides_that_do_not_fit_go_to_a_person),
		TEST(fronts_do_not_wait_for_ever),
#undef TEST
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
