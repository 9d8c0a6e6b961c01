/* Invoices held against official schemas: a small set of our own in the folders they
 * are published in, and the real ones where they lie beside the repository. */
#include "testing.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc.h"
#include "read.h"
#include "text.h"

#define OFFICIAL "../shared/data/xsd"
#define EXAMPLES "../shared/data/einvoice-xml"
#define UBL "urn:oasis:names:specification:ubl:schema:xsd:"

static const char main_xsd[] =
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "
	"targetNamespace='" UBL "Invoice-2' xmlns='" UBL "Invoice-2' "
	"xmlns:b='" UBL "CommonBasicComponents-2' elementFormDefault='qualified'>"
	"<xs:import namespace='" UBL "CommonBasicComponents-2' "
	"schemaLocation='../common/basic.xsd'/>"
	"<xs:element name='Invoice'><xs:complexType><xs:sequence>"
	"<xs:element ref='b:ID'/><xs:element ref='b:IssueDate'/>"
	"<xs:element ref='b:Note' minOccurs='0' maxOccurs='unbounded'/>"
	"%s</xs:sequence></xs:complexType></xs:element></xs:schema>";
static const char basic_xsd[] =
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "
	"targetNamespace='" UBL "CommonBasicComponents-2'>"
	"<xs:element name='ID' type='xs:string'/>"
	"<xs:element name='IssueDate' type='xs:date'/>"
	"<xs:element name='Note'><xs:simpleType><xs:restriction base='xs:string'>"
	"<xs:maxLength value='5'/></xs:restriction></xs:simpleType></xs:element>"
	"<xs:element name='DueDate' type='xs:date'/></xs:schema>";

/* A folder as published: maindoc/ and common/ somewhere below. */
struct folder {
	char dir[40];
	struct arena *arena;
};

static void write_below(const struct folder *f, const char *name, const char *text)
{
	FILE *file = fopen(arena_printf(f->arena, "%s/%s", f->dir, name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void make_folder(struct folder *f)
{
	static const char *const dirs[] = {"ubl", "ubl/maindoc", "ubl/common"};

	strcpy(f->dir, "/tmp/intray-xsd-XXXXXX");
	f->arena = arena_new();
	assert_non_null(mkdtemp(f->dir));
	for (size_t i = 0; i < COUNT(dirs); i++)
		assert_int_equal(
			mkdir(arena_printf(f->arena, "%s/%s", f->dir, dirs[i]), 0700),
			0);
	write_below(f, "ubl/common/basic.xsd", basic_xsd);
	write_below(f, "readme.txt", "as published");
}

static void remove_folder(struct folder *f)
{
	static const char *const names[] = {"ubl/maindoc/a.xsd", "ubl/maindoc/b.xsd",
					    "ubl/common/basic.xsd", "readme.txt"};
	static const char *const dirs[] = {"ubl/maindoc", "ubl/common", "ubl", ""};

	for (size_t i = 0; i < COUNT(names); i++)
		unlink(arena_printf(f->arena, "%s/%s", f->dir, names[i]));
	for (size_t i = 0; i < COUNT(dirs); i++)
		rmdir(arena_printf(f->arena, "%s/%s", f->dir, dirs[i]));
	arena_free(&f->arena);
}

static struct einvoice_xsds *load(const char *dir)
{
	struct einvoice_xsds *xsds;
	struct err err = {0};

	if (einvoice_xsds_load(dir, &xsds, &err) != RC_OK)
		fail_msg("%s", err.text);
	return xsds;
}

static struct doc *read_with(const struct einvoice_xsds *xsds, struct arena *arena,
			     const char *xml)
{
	struct doc *doc = doc_new(arena);
	bool recognised = false;
	struct err err = {0};

	assert_int_equal(einvoice_read(xsds, xml, strlen(xml), doc, &recognised, &err),
			 RC_OK);
	assert_true(recognised);
	return doc;
}

#define INVOICE(inside)                                                                \
	"<Invoice xmlns='" UBL "Invoice-2' xmlns:b='" UBL                              \
	"CommonBasicComponents-2'>\n" inside "</Invoice>"

static const struct {
	const char *name, *xml;
	size_t findings;
	const char *said; /* by the first */
} cases[] = {
	{"valid", INVOICE("<b:ID>1</b:ID>\n<b:IssueDate>2026-02-01</b:IssueDate>"), 0,
	 NULL},
	{"a day that is none",
	 INVOICE("<b:ID>1</b:ID>\n<b:IssueDate>2026-02-30</b:IssueDate>"), 1,
	 "IssueDate in line 3 holds no such value"},
	{"the wrong order",
	 INVOICE("<b:IssueDate>2026-02-01</b:IssueDate>\n<b:ID>1</b:ID>"), 1,
	 "IssueDate in line 2 may not stand there (expected: ID)."},
	{"something is missing", INVOICE("<b:ID>1</b:ID>\n"), 1,
	 "Invoice in line 1 is incomplete (expected: IssueDate)."},
	{"too long, told once",
	 INVOICE("<b:ID>1</b:ID><b:IssueDate>2026-02-01</b:IssueDate>\n"
		 "<b:Note>too long</b:Note>"),
	 1, "Note in line 3 is too short or too long."},
};

static void every_breach_is_a_finding_with_element_and_line(void **state)
{
	struct folder f;
	struct einvoice_xsds *xsds;

	(void)state;
	make_folder(&f);
	write_below(&f, "ubl/maindoc/a.xsd", arena_printf(f.arena, main_xsd, ""));
	xsds = load(f.dir);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doc *doc = read_with(xsds, f.arena, cases[i].xml);

		if (doc->n_findings != cases[i].findings)
			fail_msg("%s: %zu findings", cases[i].name, doc->n_findings);
		if (cases[i].said == NULL)
			continue;
		assert_string_equal(doc->findings[0].code, "einvoice-xsd");
		assert_int_equal(doc->findings[0].severity, SEVERITY_STOP);
		if (!strstr(doc->findings[0].text, cases[i].said))
			fail_msg("%s: %s", cases[i].name, doc->findings[0].text);
	}
	einvoice_xsds_free(&xsds);
	assert_null(xsds);
	remove_folder(&f);
}

static void an_invoice_need_follow_one_edition_only(void **state)
{
	static const char due[] = INVOICE("<b:ID>1</b:ID>"
					  "<b:IssueDate>2026-02-01</b:IssueDate>"
					  "<b:DueDate>2026-03-01</b:DueDate>");
	struct folder f;
	struct einvoice_xsds *xsds;

	(void)state;
	make_folder(&f);
	write_below(&f, "ubl/maindoc/a.xsd", arena_printf(f.arena, main_xsd, ""));
	xsds = load(f.dir);
	assert_int_equal(read_with(xsds, f.arena, due)->n_findings, 1);
	einvoice_xsds_free(&xsds);
	write_below(&f, "ubl/maindoc/b.xsd",
		    arena_printf(f.arena, main_xsd, "<xs:element ref='b:DueDate'/>"));
	xsds = load(f.dir);
	assert_int_equal(read_with(xsds, f.arena, due)->n_findings, 0);
	assert_int_equal(read_with(xsds, f.arena, cases[0].xml)->n_findings, 0);
	einvoice_xsds_free(&xsds);
	remove_folder(&f);
}

static void a_thousand_breaches_do_not_make_a_thousand_findings(void **state)
{
	struct folder f;
	struct einvoice_xsds *xsds;
	struct strbuf xml;
	const struct doc *doc;

	(void)state;
	make_folder(&f);
	write_below(&f, "ubl/maindoc/a.xsd", arena_printf(f.arena, main_xsd, ""));
	xsds = load(f.dir);
	strbuf_init(&xml, f.arena);
	strbuf_add(&xml, "<Invoice xmlns='" UBL "Invoice-2' xmlns:b='" UBL
			 "CommonBasicComponents-2'><b:ID>1</b:ID>"
			 "<b:IssueDate>2026-02-01</b:IssueDate>");
	for (int i = 0; i < 1000; i++)
		strbuf_add(&xml, "<b:Note>too long</b:Note>\n");
	strbuf_add(&xml, "</Invoice>");
	doc = read_with(xsds, f.arena, xml.text);
	assert_int_equal(doc->n_findings, 21);
	assert_non_null(strstr(doc->findings[20].text, "in 980 more places"));
	einvoice_xsds_free(&xsds);
	remove_folder(&f);
}

static void a_folder_that_checks_nothing_is_refused(void **state)
{
	struct folder f;
	struct einvoice_xsds *xsds;
	struct err err = {0};

	(void)state;
	make_folder(&f);
	assert_int_equal(einvoice_xsds_load(f.dir, &xsds, &err), RC_FAIL);
	assert_null(xsds);
	assert_non_null(strstr(err.text, "no XSD of UBL or CII invoices"));
	write_below(&f, "ubl/maindoc/a.xsd",
		    arena_printf(f.arena, main_xsd, "<xs:element ref='b:Nothing'/>"));
	assert_int_equal(einvoice_xsds_load(f.dir, &xsds, &err), RC_FAIL);
	assert_non_null(strstr(err.text, "ubl/maindoc/a.xsd"));
	remove_folder(&f);
	assert_int_equal(einvoice_xsds_load("/nonexistent/xsd", &xsds, &err), RC_FAIL);
	assert_non_null(strstr(err.text, "/nonexistent/xsd"));
}

static void the_public_examples_keep_to_the_official_schemas(void **state)
{
	struct einvoice_xsds *xsds;
	struct dirent **entries;
	int n = scandir(EXAMPLES, &entries, NULL, alphasort), wrong = 0;

	(void)state;
	if (n < 0 || access(OFFICIAL, R_OK) < 0)
		skip();
	xsds = load(OFFICIAL);
	for (int i = 0; i < n; i++) {
		AUTO_ARENA arena = arena_new();
		const struct doc *doc;
		struct err err;
		size_t len;
		char *xml;

		if (text_ends(entries[i]->d_name, ".xml")) {
			assert_int_equal(file_read(AT_FDCWD,
						   arena_printf(arena, EXAMPLES "/%s",
								entries[i]->d_name),
						   8 << 20, arena, &xml, &len, &err),
					 RC_OK);
			doc = read_with(xsds, arena, xml);
			for (size_t k = 0; k < doc->n_findings; k++, wrong++)
				print_error("%s: %s\n", entries[i]->d_name,
					    doc->findings[k].text);
		}
		free(entries[i]);
	}
	free(entries);
	einvoice_xsds_free(&xsds);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_breach_is_a_finding_with_element_and_line),
		cmocka_unit_test(an_invoice_need_follow_one_edition_only),
		cmocka_unit_test(a_thousand_breaches_do_not_make_a_thousand_findings),
		cmocka_unit_test(a_folder_that_checks_nothing_is_refused),
		cmocka_unit_test(the_public_examples_keep_to_the_official_schemas),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
