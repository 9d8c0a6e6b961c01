/* Whose paper it is: a name as OCR reads it, a code, a place, what stands in the head
 * of a page, among suppliers who are nearly the same. A sure match that is wrong is
 * worse than none. */
#include "harness.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static int give_suppliers(void **state)
{
	(void)state;
	sql("insert into intray.doctype (name, version, title, xsd)"
	    "	values ('invoice', repeat('0', 64), 'Invoice', '');"
	    "insert into intray.doctype_field (type, version, path, position, title, "
	    "	kind, role) values"
	    "	('invoice', repeat('0', 64), 'seller/name', 1, 'Seller', 'party', "
	    "		'seller'),"
	    "	('invoice', repeat('0', 64), 'seller/vat_id', 2, 'VAT', 'vat-id', "
	    "		'seller'),"
	    "	('invoice', repeat('0', 64), 'seller/address', 3, 'At', 'address', "
	    "		'seller'),"
	    "	('invoice', repeat('0', 64), 'buyer/name', 4, 'Buyer', 'party', "
	    "		'buyer');");
	sql("insert into intray.supplier (client, number, name, vat_id, street, "
	    "postcode, city, phone) select c.id, s.* from intray.client c, (values"
	    "	('S-1', 'Müller Büromöbel GmbH', 'DE136695976', 'Hauptstr. 12', "
	    "		'50667', 'Köln', '+49 221 998877 66'),"
	    "	('S-2', 'Müller Büromöbel Nord GmbH', null, 'Am Kai 3', 'D-20457', "
	    "		'Hamburg', null),"
	    "	('S-3', 'PASARAYA BORONG PINTAR SDN BHD', null, 'NO 19-G JALAN "
	    "		TASIK UTAMA 4', '68000', 'AMPANG', null),"
	    "	('S-4', 'Bolt & Sons Ltd', 'GB434031494', '1 High Street', "
	    "		'LS1 1AA', 'Leeds', null),"
	    "	('S-5', 'Bolt & Daughters Ltd', 'GB434031494', '1 High Street', "
	    "		'LS1 1AA', 'Leeds', null),"
	    "	('S-6', 'Acme Trading Ltd', null, 'Wharf Road 7', 'LS2 9BB', 'Leeds', "
	    "		null),"
	    "	('S-7', 'Autohof', null, 'Autobahn Nordkreuz', '15000', 'Rastdorf', "
	    "		null),"
	    "	('S-8', 'Musterhafter Versicherungsverein a.G.', null, null, null, "
	    "		null, null)) s where c.code = 'acme';"
	    "insert into intray.company (client, code, name) select id, '01', 'Acme "
	    "Trading Ltd' from intray.client where code = 'acme';"
	    "select intray.terms_make(array(select id from intray.supplier where "
	    "number like 'S-_'))");
	return 0;
}

static int take_suppliers(void **state)
{
	(void)state;
	sql("delete from intray.supplier where number like 'S-_';"
	    "delete from intray.company where code = '01';"
	    "delete from intray.doctype_field where type = 'invoice';"
	    "delete from intray.doctype where name = 'invoice'");
	return 0;
}

static void it_is_of_whom_it_shows(void **state)
{
	static const struct {
		const char *what, *header, *keys, *print, *found;
	} cases[] = {
		{"the name as it is", "{\"seller/name\": \"Müller Büromöbel GmbH\"}",
		 "[]", NULL, "sure S-1"},
		{"the name as a reader may have it",
		 "{\"seller/name\": \"MueIler Buromobe1 G.m.b.H.\"}", "[]", NULL,
		 "sure S-1"},
		{"a code, and the name",
		 "{\"seller/name\": \"Mulier Buro\", \"seller/vat_id\": "
		 "\"DE136695976\"}",
		 "[]", NULL, "sure S-1"},
		{"its tax id anywhere on the page",
		 "{\"seller/name\": \"Mulier Buro\"}",
		 "[{\"kind\": \"tax-id\", \"key\": \"DE136695976\"}]", NULL,
		 "sure S-1"},
		{"a code under quite another name is for a person",
		 "{\"seller/name\": \"Quarry Gravel\", \"seller/vat_id\": "
		 "\"DE136695976\"}",
		 "[]", NULL, "ambiguous S-1"},
		{"a code that two have, and a name",
		 "{\"seller/name\": \"Bolt & Daughters\", \"seller/vat_id\": "
		 "\"GB434031494\"}",
		 "[]", NULL, "sure S-5"},
		{"a code that two have, at the house of both",
		 "{\"seller/vat_id\": \"GB434031494\", \"seller/address\": \"1 High "
		 "Street, LS1 1AA Leeds\"}",
		 "[]", NULL, "ambiguous S-4"},
		{"a name that was not read, and the place",
		 "{\"seller/name\": \"rere ee\", \"seller/address\": \"NO 19-G JALAN "
		 "TASlK UTAMA 4, 68000 AMPANG\"}",
		 "[]", NULL, "ambiguous S-3"},
		{"a slogan was taken for the name, its own stands below",
		 "{\"seller/name\": \"Fresh every day\", \"seller/address\": \"NO 19-G "
		 "JALAN TASIK UTAMA 4, 68000 AMPANG\"}",
		 "[]",
		 "fresh every day\npasaraya borong pintar sdn bhd\nno 19 g jalan "
		 "tasik\nutama 4 68000 ampang\n",
		 "sure S-3"},
		{"what stands in the head alone makes nothing sure", "{}", "[]",
		 "pasaraya borong pintar sdn bhd\nno 19 g jalan tasik\nutama 4 68000 "
		 "ampang\n",
		 "ambiguous S-3"},
		{"a place without a number",
		 "{\"seller/name\": \"xx\", \"seller/address\": \"Autobahn Nordkreuz, "
		 "15000 Rastdorf\"}",
		 "[]", NULL, "ambiguous S-7"},
		{"the name over rows, with others between",
		 "{\"seller/name\": \"Versicherungsbüro\"}", "[]",
		 "musterhafter ferd\nvum\nverslcherungsverein a g n oo\nherm\n",
		 "ambiguous S-8"},
		{"who it is called now, not whom it was called before",
		 "{\"seller/name\": \"Musterhafter Versicherungsverein a.G.\", "
		 "\"seller/address\": \"NO 19-G JALAN TASIK UTAMA 4, 68000 AMPANG\"}",
		 "[]",
		 "musterhafter versicherungsverein a g\nformerly known as\npasaraya "
		 "borong pintar sdn bhd\nno 19 g jalan tasik\nutama 4 68000 ampang\n",
		 "ambiguous S-8"},
		{"letters of every word misread, in name and place",
		 "{\"seller/name\": \"ot eee\"}", "[]",
		 "et eee\nposaraya borong pintat 5n bhd\nno 19 g jalon taslk\nutama 4 "
		 "68O00 ampang\n",
		 "ambiguous S-3"},
		{"the same name at another place",
		 "{\"seller/name\": \"Müller Büromöbel\", \"seller/address\": "
		 "\"Ringallee 99, 80331 München\"}",
		 "[]", "muller buromobel\nringallee 99\n80331 munchen\n",
		 "ambiguous S-1"},
		{"its telephone", "{\"seller/name\": \"Muller Mobel\"}",
		 "[{\"kind\": \"number\", \"key\": \"02219988776 6\"}]", NULL,
		 "ambiguous S-1"},
		{"the buyer is a supplier too",
		 "{\"seller/name\": \"Somebody Else\", \"buyer/name\": \"Acme "
		 "Trading\"}",
		 "[]", "somebody else\nacme trading ltd\nwharf road 7\nls2 9bb leeds\n",
		 "ambiguous S-6"},
		{"nobody we know",
		 "{\"seller/name\": \"Quite Unknown Inc.\", \"seller/address\": \"5th "
		 "Avenue, New York\"}",
		 "[]", "quite unknown inc\n", "unknown "},
		{"nothing was read", "{}", "[]", NULL, "unknown "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *found =
			sql("select concat(state, ' ', number) from "
			    "intray.match_supplier((select id from intray.client "
			    "where code = 'acme'), 'invoice', '%s', '%s', %s%s%s)",
			    cases[i].header, cases[i].keys, cases[i].print ? "'" : "",
			    cases[i].print ? cases[i].print : "null",
			    cases[i].print ? "'" : "");
		if (strcmp(found, cases[i].found) != 0)
			fail_msg("%s: expected \"%s\", got \"%s\"", cases[i].what,
				 cases[i].found, found);
	}
}

static void another_client_s_suppliers_are_nobody_s(void **state)
{
	(void)state;
	assert_string_equal(
		sql("select count(*) from intray.match_supplier((select id from "
		    "intray.client where code = 'beta'), 'invoice', "
		    "'{\"seller/name\": \"Bolt & Sons Ltd\"}', '[]', null)"),
		"0");
}

static void who_sent_the_mail_is_evidence(void **state)
{
	static const char *const senders[][2] = {
		{"billing@mail.bolt.example", "ambiguous S-4"},
		{"somebody@else.example", "unknown "},
		{"no address", "unknown "},
	};
	const char *doc = finished_doc(fx.beta_tray, "M-1", NULL);

	(void)state;
	sql("insert into intray.supplier_domain (client, supplier, domain) select "
	    "client, id, 'bolt.example' from intray.supplier where number = 'S-4';"
	    "select intray.terms_make(array(select id from intray.supplier where "
	    "number = 'S-4'));"
	    "insert into intray.mail (drop, client) select drop, client from "
	    "intray.document where id = '%s'",
	    doc);
	for (size_t i = 0; i < COUNT(senders); i++) {
		sql("update intray.mail set sender = '%s' from intray.document d "
		    "where d.id = '%s' and mail.drop = d.drop",
		    senders[i][0], doc);
		assert_string_equal(
			sql("select concat(m.state, ' ', m.number) from intray.client "
			    "c, "
			    "intray.document d, intray.match_supplier(c.id, 'invoice', "
			    "'{}', intray.keys_around(d.drop, null), null) m "
			    "where c.code = 'acme' and d.id = '%s'",
			    doc),
			senders[i][1]);
	}
}

static void nobody_waits_for_the_first_import(void **state)
{
	static const char lock[] = "hashtextextended('first suppliers', 0)";
	static const char match[] =
		"select count(*) from intray.match_supplier((select id from "
		"intray.client where code = 'acme'), 'invoice', "
		"'{\"seller/name\": \"Bolt & Sons Ltd\"}', '[]', null)";
	PGconn *importer = login_process(DB_WORKER);

	(void)state;
	sql_on(importer, "begin; select pg_advisory_xact_lock(%s)", lock);
	assert_string_equal(sql("%s", match), "0");
	sql_on(importer, "rollback");
	assert_string_equal(sql("%s", match), "1");
	PQfinish(importer);
}

static void places_are_a_postcode_and_a_number(void **state)
{
	static const struct {
		const char *postcode, *street, *terms;
	} cases[] = {
		{"50667", "Hauptstr. 12", "50667 12"},
		{"D-50667", "Am Kai 12-14a", "50667 12,50667 14"},
		{"3012 CN", "Weena 664", "3012CN 664"},
		{"15000", "Autoroute Rabat Meknes", "15000 autoroute"},
		{"", "Am Hafen 19, Nordmole", "nordmole 19"},
		{"12", "Hauptstr. 12", "hauptstr 12"},
		{"50667", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
			sql("select array_to_string(intray.place_terms('%s', "
			    "intray.match_words('%s')), ',')",
			    cases[i].postcode, cases[i].street),
			cases[i].terms);
	assert_string_equal(
		sql("select intray.place_terms('3012 CN', 'weena 664') && "
		    "intray.places_in(E'coolblue\\nweena 664\\n3012 cn rotterdam')"),
		"t");
}

int run_match_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_of_whom_it_shows),
		cmocka_unit_test(another_client_s_suppliers_are_nobody_s),
		cmocka_unit_test(who_sent_the_mail_is_evidence),
		cmocka_unit_test(nobody_waits_for_the_first_import),
		cmocka_unit_test(places_are_a_postcode_and_a_number),
	};
	return cmocka_run_group_tests(tests, give_suppliers, take_suppliers);
}
