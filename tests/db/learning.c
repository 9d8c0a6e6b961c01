/* What keying teaches: the first paper proposes, the second confirms, a contradiction
 * takes a step back; each client for itself; and what is forgotten never was. */
#include "harness.h"
#include "learn.h"

static PGconn *jane, *admin;

static int hire(void **state)
{
	(void)state;
	admin = login_process(DB_ADMIN);
	sql_on(admin, "select intray.grant_clerk('acme', 'lea', password => 'l')");
	jane = login("lea", "l");
	return 0;
}

static int dismiss(void **state)
{
	(void)state;
	PQfinish(jane);
	PQfinish(admin);
	return 0;
}

static int know_nothing(void **state)
{
	(void)state;
	sql("update intray.document set supplier = null");
	sql("delete from intray.supplier");
	sql("update intray.task set state = 'cancelled' where state = 'open'");
	no_jobs();
	return 0;
}

struct paper { /* what a document shows of its supplier */
	const char *print, *number, *domain;
	const char *label, *total; /* the words before the total */
};

static const struct paper bolts = {"bolt sons\n12 forge lane\nleeds ls1 4ap\n",
				   "01135550100", "boltexample", "tobepaid", "9.50"};
static const struct paper bolts_again = {"b0lt sons\n12 forge lane\nleeds ls1 4ap\n",
					 "01135550100", "boltexample", "tobepaid",
					 "9.50"};
static const struct paper nuts = {"nuts gmbh\nringstrasse 9\n10115 berlin\n",
				  "0305550177", "nutsexample", "summe", "9.50"};

static struct evidence *evidence_of(const struct paper *paper)
{
	struct evidence *e = arena_alloc(fx.arena, sizeof(*e));
	struct evidence_key keys[] = {
		{EVIDENCE_NUMBER, paper->number, true},
		{EVIDENCE_DOMAIN, paper->domain, true},
		{EVIDENCE_WORD, arena_strndup(fx.arena, paper->print, 4), false},
	};
	struct evidence_place place = {
		.value = paper->total, .label = paper->label, .above = "", .mark = "."};

	e->print = paper->print;
	e->keys = arena_memdup(fx.arena, keys, sizeof(keys));
	e->n_keys = 3;
	e->places = arena_memdup(fx.arena, &place, sizeof(place));
	e->n_places = 1;
	return e;
}

/* A read document in the exception queue. `used`: a learnt item it was read with. */
static const char *arrive(int64_t tray, const struct paper *paper, const char *used)
{
	struct new_drop drop = drop_file(tray, "bill.pdf", NULL);
	struct job job = claim_for(fx.worker, drop.id);
	struct doc *doc = make_doc("1", "B0lt 5ons", paper->total);
	int64_t item = used ? atoll(used) : 0;
	struct known_site site = {
		.site = used ? atoll(sql("select coalesce(i.site, t.id) from "
					 "intray.supplier_item i join "
					 "intray.supplier_site t using (supplier) "
					 "where i.id = %s",
					 used))
			     : 0};
	struct known known = {.site = &site, .used = &item, .n_used = 1};
	bool mine = false;

	doc->evidence = evidence_of(paper);
	doc->known = used ? &known : NULL;
	doc_find(doc, "odd", FINDING_DOCUMENT, SEVERITY_STOP, "total", "Odd.");
	OK(job_save_document(fx.worker, &job, doc, fx.bill, true, &mine, &fx_err));
	assert_true(mine);
	return document_of(drop.id);
}

/* As lea does at the desk. */
static void key(const char *doc, const char *values)
{
	const char *task = sql_on(
		jane,
		"select task || ', ' || fence from desk.next_task() where document "
		"= '%s'",
		doc);

	assert_string_not_equal(task, "");
	assert_string_equal(sql_on(jane, "select desk.submit(%s, '%s')", task, values),
			    "submitted");
	no_jobs();
}

static const char *item(const char *path, const char *column)
{
	return sql("select %s from intray.supplier_item where path = '%s' "
		   "order by agreed - contradicted desc, id limit 1",
		   column, path);
}

/* What the worker would be told of a paper: "name: path=value(confirmed)...". */
static const char *known_of(int64_t tray, const struct paper *paper)
{
	const char *doc = arrive(tray, paper, NULL);
	struct known_site *sites;
	struct job job = {.document = doc, .client = "acme"};
	struct doc *probe = make_doc("1", "X", "1");
	struct lookup *lookup = db_lookup(fx.worker, &job, fx.arena);
	struct strbuf out;
	size_t n;

	sql("update intray.task set state = 'cancelled' where document = '%s'", doc);
	probe->evidence = evidence_of(paper);
	OK(lookup->suppliers(lookup->ctx, probe, &sites, &n, &fx_err));
	strbuf_init(&out, fx.arena);
	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&out, "%s:", sites[i].name);
		for (size_t k = 0; k < sites[i].n_learnt; k++)
			strbuf_addf(&out, " %s=%s%s", sites[i].learnt[k].path,
				    sites[i].learnt[k].value,
				    sites[i].learnt[k].confirmed ? "!" : "");
		strbuf_add(&out, ";");
	}
	return out.text;
}

#define BOLTS                                                                          \
	"{\"seller/name\": \"Bolt & Sons\", \"seller/address\": \"12 Forge Lane, "     \
	"Leeds\"}"

static void the_first_paper_proposes_the_second_confirms(void **state)
{
	(void)state;
	key(arrive(fx.acme_tray, &bolts, NULL), BOLTS);
	assert_string_equal(item("seller/name", "status"), "proposed");
	assert_string_equal(item("seller/address", "status || (site is not null)"),
			    "proposedtrue");
	key(arrive(fx.acme_tray, &bolts_again, NULL), BOLTS);
	assert_string_equal(item("seller/name", "status || agreed"), "confirmed2");
	assert_string_equal(
		sql("select count(*) || ' ' || max(seen) from intray.supplier_site"),
		"1 2");
	assert_string_equal(
		sql("select string_agg(change || ' ' || actor, ',' order by "
		    "id) from intray.supplier_change where item = %s",
		    item("seller/name", "id")),
		sql("select 'proposed account:' || id || ',confirmed "
		    "account:' || id from intray.account where role = 'lea'"));
}

static void a_paper_counts_once_however_often_it_is_keyed(void **state)
{
	(void)state;
	const char *doc = arrive(fx.acme_tray, &bolts, NULL);

	for (int i = 0; i < 2; i++)
		sql_on(admin, "select intray.document_teach('%s', 'bill', '%s')", doc,
		       BOLTS);
	assert_string_equal(item("seller/name", "status || agreed"), "proposed1");
	sql_on(admin,
	       "select intray.document_teach('%s', 'bill', '{\"seller/name\": "
	       "\"Bolt & Sons\", \"seller/address\": \"\"}')",
	       doc);
	assert_string_equal(item("seller/name", "status || agreed"), "proposed1");
}

static void what_is_contradicted_steps_back_and_is_no_longer_used(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		key(arrive(fx.acme_tray, &bolts, NULL), BOLTS);
	const char *was = arena_strdup(fx.arena, item("seller/name", "id"));
	static const char renamed[] = "{\"seller/name\": \"Bolt & Son5\"}";

	key(arrive(fx.acme_tray, &bolts, was), renamed);
	assert_string_equal(sql("select status || contradicted from "
				"intray.supplier_item where id = %s",
				was),
			    "proposed1");
	key(arrive(fx.acme_tray, &bolts, was), renamed);
	assert_string_equal(sql("select status || contradicted from "
				"intray.supplier_item where id = %s",
				was),
			    "demoted2");
	assert_non_null(strstr(known_of(fx.acme_tray, &bolts), "name=Bolt & Son5!"));
	assert_null(strstr(known_of(fx.acme_tray, &bolts), "name=Bolt & Sons"));
}

static void clients_never_see_each_others(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		key(arrive(fx.acme_tray, &bolts, NULL), BOLTS);
	assert_non_null(strstr(known_of(fx.acme_tray, &bolts), "Bolt & Sons: "));
	assert_string_equal(known_of(fx.beta_tray, &bolts), "");
	assert_string_equal(known_of(fx.acme_tray, &nuts), "");
	assert_string_equal(sql_fails(jane, "select * from intray.supplier_item"),
			    "42501");
}

static void the_words_before_a_keyed_value_become_its_label(void **state)
{
	(void)state;
	static const char keyed[] =
		"{\"seller/name\": \"Bolt & Sons\", \"total\": \"9.50\"}";

	for (int i = 0; i < 2; i++)
		key(arrive(fx.acme_tray, &bolts, NULL), keyed);
	assert_string_equal(item("total", "what || ' ' || value || ' ' || status"),
			    "label tobepaid confirmed");
	assert_string_equal(item("", "what || ' ' || value || ' ' || status"),
			    "mark . confirmed");
	/* Read by it, and somebody keyed what stands elsewhere. */
	key(arrive(fx.acme_tray, &bolts, item("total", "id")), "{\"total\": \"7.00\"}");
	assert_string_equal(item("total", "status || contradicted"), "proposed1");
}

static void what_is_forgotten_never_was(void **state)
{
	(void)state;
	const char *before = arena_strdup(fx.arena, known_of(fx.acme_tray, &bolts));

	for (int i = 0; i < 2; i++)
		key(arrive(fx.acme_tray, &bolts, NULL), BOLTS);
	const char *supplier =
		arena_strdup(fx.arena, sql("select id from intray.supplier"));
	assert_string_not_equal(known_of(fx.acme_tray, &bolts), before);
	assert_string_equal(sql_on(admin, "select intray.supplier_forget('%s', '%s')",
				   supplier, item("seller/address", "id")),
			    "Bolt & Sons: value seller/address = 12 Forge Lane, Leeds "
			    "is forgotten");
	assert_string_equal(known_of(fx.acme_tray, &bolts),
			    "Bolt & Sons: seller/name=Bolt & Sons!;");
	assert_string_equal(
		sql_on(admin, "select intray.supplier_forget('%s', null)", supplier),
		"Bolt & Sons is forgotten");
	assert_string_equal(known_of(fx.acme_tray, &bolts), before);
	assert_string_equal(sql("select (select count(*) from intray.supplier_key) + "
				"(select count(*) from intray.supplier_print) + "
				"(select count(*) from intray.supplier_name) + "
				"(select count(*) from intray.supplier_lesson)"),
			    "0");
	assert_string_equal(sql("select string_agg(text, ',' order by id) from "
				"intray.supplier_change where change = 'forgotten' and "
				"supplier = %s",
				supplier),
			    "value seller/address = 12 Forge Lane, Leeds,Bolt & Sons");
	assert_string_equal(sql_fails(jane, "select intray.supplier_forget('1', null)"),
			    "42501");
}

static void another_address_is_another_site(void **state)
{
	(void)state;
	static const char york[] = "{\"seller/name\": \"BOLT & SONS\", "
				   "\"seller/address\": \"3 Minster Yard, York\"}";

	key(arrive(fx.acme_tray, &bolts, NULL), BOLTS);
	key(arrive(fx.acme_tray, &bolts, NULL), york);
	assert_string_equal(sql("select count(*) from intray.supplier"), "1");
	assert_string_equal(
		sql("select string_agg(value || ' ' || status, '; ' order by "
		    "id) from intray.supplier_item where path = "
		    "'seller/address'"),
		"12 Forge Lane, Leeds proposed; 3 Minster Yard, York "
		"proposed");
}

static void only_the_last_readings_are_kept(void **state)
{
	(void)state;
	for (int i = 0; i < 14; i++)
		sql_on(admin, "select intray.document_teach('%s', 'bill', '%s')",
		       arrive(fx.acme_tray, &bolts, NULL), BOLTS);
	assert_string_equal(sql("select count(*) from intray.supplier_print"), "12");
	assert_string_equal(item("seller/name", "status || agreed"), "confirmed14");
}

int run_learning_tests(void)
{
#define STORY(f) cmocka_unit_test_setup(f, know_nothing)
	const struct CMUnitTest tests[] = {
		STORY(the_first_paper_proposes_the_second_confirms),
		STORY(a_paper_counts_once_however_often_it_is_keyed),
		STORY(what_is_contradicted_steps_back_and_is_no_longer_used),
		STORY(another_address_is_another_site),
		STORY(the_words_before_a_keyed_value_become_its_label),
		STORY(clients_never_see_each_others),
		STORY(only_the_last_readings_are_kept),
		STORY(what_is_forgotten_never_was),
	};
	return cmocka_run_group_tests(tests, hire, dismiss);
}
