/* test_sidecar.c - index files in the formats, encodings and states of disorder that
 * people send them in. Each case is the bytes of one, its tray's mapping, and what must
 * come of it: "row:path=value" for each value, then the codes of what was found. */
#include "testing.h"

#include <string.h>

#include "arena.h"
#include "sidecar.h"

#define S(text) text, sizeof(text) - 1
#define MAP                                                                            \
	"@file: Datei, @received: Eingang, @count: Anzahl, number: Beleg No, "         \
	"seller/name: Lieferant"

static const struct {
	const char *name, *bytes;
	size_t len;
	const char *map, *values;
} cases[] = {
	{"semicolons, and a date as people write it",
	 S("Datei;Eingang;Beleg No\r\na.pdf;03.02.2026;R-1\r\n"), MAP,
	 "1:index/file=a.pdf 1:index/received=2026-02-03 1:number=R-1"},
	{"columns nobody mapped are left out", S("Datei,Farbe\na.pdf,rot\n"), MAP,
	 "1:index/file=a.pdf"},
	{"without a mapping columns are called like fields",
	 S("file,number,Seller Name\na.pdf,R-1,Acme\n"), NULL,
	 "1:index/file=a.pdf 1:number=R-1"},
	{"quotes hold marks, lines and quotes",
	 S("Datei;Lieferant\n\"a;b.pdf\";\"Acme \"\"Ltd\"\"\nLondon\"\n"), MAP,
	 "1:index/file=a;b.pdf 1:seller/name=Acme \"Ltd\" London"},
	{"a ragged row is found, the others count",
	 S("Datei;Anzahl\na.pdf;1;2\nb.pdf;3\n"), MAP,
	 "1:index/file=b.pdf 1:index/count=3 !ragged-row"},
	{"empty lines and cells say nothing", S("Datei;Anzahl\n\n;\na.pdf;\n"), MAP,
	 "1:index/file=a.pdf"},
	{"one row without a file speaks of the one called like the index",
	 S("Datei;Anzahl\n;3\n"), MAP, "1:index/count=3"},
	{"of several rows each must name its file",
	 S("Datei;Beleg No\na.pdf;R-1\n;R-2\n"), MAP,
	 "1:index/file=a.pdf 1:number=R-1 !no-file"},
	{"and so must what is left when another is ragged",
	 S("Datei;Beleg No\n;R-1\nb.pdf;R-2;x\n"), MAP, "!ragged-row !no-file"},
	{"a day that is none, a count that is none",
	 S("Datei;Eingang;Anzahl\na.pdf;31.02.2026;-1\n"), MAP,
	 "1:index/file=a.pdf !no-date !no-number"},
	{"Latin-1", S("Datei\ngr\xfcn.pdf\n"), MAP, "1:index/file=gr\xc3\xbcn.pdf"},
	{"UTF-16",
	 S("\xff\xfe"
	   "D\0a\0t\0e\0i\0\n\0\xe4\0"),
	 MAP, "1:index/file=\xc3\xa4"},
	{"a head alone names nothing", S("Datei;Anzahl\n"), MAP, "!nothing-mapped"},
	{"nothing at all", S(" \r\n"), MAP, "!empty"},
	{"XML with one entry",
	 S("<d><Datei>a.pdf</Datei><x><Lieferant>B</Lieferant></x></d>"),
	 "@file: Datei, seller/name: x/Lieferant",
	 "1:index/file=a.pdf 1:seller/name=B"},
	{"XML with a list, some of it attributes",
	 S("<d><l><i Datei=\"a.pdf\"/><i "
	   "Datei=\"b.pdf\"><Anzahl>2</Anzahl></i></l></d>"),
	 MAP, "1:index/file=a.pdf 2:index/file=b.pdf 2:index/count=2"},
	{"XML with a DOCTYPE is refused",
	 S("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), MAP, "!unreadable"},
	{"JSON, a list within",
	 S("{\"n\": 1, \"l\": [{\"Datei\": \"a.pdf\", \"Anzahl\": 3}]}"), MAP,
	 "1:index/file=a.pdf 1:index/count=3"},
	{"JSON, one object", S("{\"Datei\": \"a.pdf\"}"), MAP, "1:index/file=a.pdf"},
	{"half of it", S("[{\"Datei\": \"a.p"), MAP, "!unreadable"},
	{"names that are no paths go nowhere", S("../x,Index/file,a//b\n1,2,3\n"), NULL,
	 "!nothing-mapped"},
};

static const char *outcome(struct arena *arena, const struct doc *doc)
{
	struct strbuf out;
	strbuf_init(&out, arena);
	for (size_t i = 0; i < doc->n_fields; i++)
		strbuf_addf(&out, "%s%d:%s=%s", out.len ? " " : "", doc->fields[i].line,
			    doc->fields[i].path, doc->fields[i].value);
	for (size_t i = 0; i < doc->n_findings; i++)
		strbuf_addf(&out, "%s!%s", out.len ? " " : "", doc->findings[i].code);
	return out.text;
}

static void test_indexes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		struct doc *doc = doc_new(arena);
		print_message("# %s\n", cases[i].name);
		sidecar_read(cases[i].bytes, cases[i].len, cases[i].map, doc);
		assert_string_equal(outcome(arena, doc), cases[i].values);
	}
}

static void test_spoilt_indexes_end(void **state)
{
	unsigned seed = 5;
	(void)state;
	for (int round = 0; round < 3000; round++) {
		AUTO_ARENA arena = arena_new();
		size_t i = (size_t)round % COUNT(cases), len = cases[i].len;
		char *bytes = arena_memdup(arena, cases[i].bytes, len);
		for (int n = round % 4; n >= 0; n--) {
			seed = seed * 1103515245 + 12345;
			bytes[(seed >> 8) % len] = (char)(seed >> 20);
		}
		sidecar_read(bytes, len, cases[i].map, doc_new(arena));
	}
}

static void test_too_many_rows_are_refused(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct strbuf csv;
	struct doc *doc = doc_new(arena);
	strbuf_init(&csv, arena);
	strbuf_add(&csv, "Datei\n");
	for (int i = 0; i < 20000; i++)
		strbuf_add(&csv, "a.pdf\n");
	sidecar_read(csv.text, csv.len, MAP, doc);
	assert_string_equal(outcome(arena, doc), "!too-many-rows");
}

/* A stack's index from a spreadsheet that quotes everything: what it takes grows with
 * the file, not with its cells times what is left of it. */
static void test_quoted_cells_take_their_room(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct strbuf csv;
	struct doc *doc = doc_new(arena);
	strbuf_init(&csv, arena);
	strbuf_add(&csv, "\"Datei\",\"Beleg No\",\"Lieferant\"\n");
	for (int i = 0; i < 5000; i++)
		strbuf_addf(&csv, "\"a%d.pdf\",\"R-%d\",\"Acme \"\"Ltd\"\"\"\n", i, i);
	size_t before = arena_used(arena);
	sidecar_read(csv.text, csv.len, MAP, doc);
	assert_int_equal(doc->n_fields, 3 * 5000);
	assert_string_equal(doc->fields[2].value, "Acme \"Ltd\"");
	assert_true(arena_used(arena) - before < 100 * csv.len);
}

static void test_findings_name_their_row(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct doc *doc = doc_new(arena);
	sidecar_read(S("Datei;Beleg No\na.pdf;R-1\n\n;R-2\n"), MAP, doc);
	assert_int_equal(doc->n_findings, 1);
	assert_string_equal(
		doc->findings[0].text,
		"Row 4 of the index: it does not name its file. It was left "
		"out.");
}

/* The database looks files up by name, in an index that has a limit. */
static void test_a_name_without_end_is_found(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct strbuf csv;
	struct doc *doc = doc_new(arena);
	strbuf_init(&csv, arena);
	strbuf_add(&csv, "Beleg No;Datei\nR-1;");
	for (int i = 0; i < 900; i++)
		strbuf_add(&csv, "0123456789");
	strbuf_add(&csv, "\nR-2;b.pdf\n");
	sidecar_read(csv.text, csv.len, MAP, doc);
	assert_string_equal(outcome(arena, doc),
			    "2:number=R-2 2:index/file=b.pdf !no-file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_indexes),
		cmocka_unit_test(test_spoilt_indexes_end),
		cmocka_unit_test(test_too_many_rows_are_refused),
		cmocka_unit_test(test_quoted_cells_take_their_room),
		cmocka_unit_test(test_findings_name_their_row),
		cmocka_unit_test(test_a_name_without_end_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
