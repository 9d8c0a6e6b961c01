/* The other formats: JSON that is always the same bytes, CSV by a mapping, searchable
 * PDF; and the instance of an offer as a document again. */
#include "testing.h"

#include <unistd.h>

#include "image.h"
#include "rendered.h"

static const struct value invoice[] = {
	{"number", 0, "=1+1"},
	{"type_code", 0, "380"},
	{"issue_date", 0, "2026-02-28"},
	{"currency", 0, "EUR"},
	{"seller/name", 0, "Müller \"Stahl\", Söhne"},
	{"seller/vat_id", 0, "DE136695976"},
	{"order_reference", 0, "-5"},
	{"total_with_vat", 0, "-119.50"},
	{"lines/description", 1, "@home; daily"},
	{"lines/quantity", 1, "2"},
	{"lines/unit_price", 1, "-50.00"},
	{"lines/net_amount", 1, "-100.00"},
	{"lines/description", 2, "per hundred"},
	{"lines/quantity", 2, "300"},
	{"lines/unit_price", 2, "10.00"},
	{"lines/price_quantity", 2, "100"},
	{"lines/net_amount", 2, "30.00"},
};

static struct doc *invoice_doc(struct arena *arena)
{
	return doc_of(arena, "invoice", invoice, COUNT(invoice));
}

/* --- JSON ------------------------------------------------------------- */

static void json_is_sorted_and_every_value_a_string(void **state)
{
	struct arena *arena = arena_new();
	struct doc *doc = doc_of(arena, "invoice", invoice, 5);

	(void)state;
	doc_put(doc, "lines/net_amount", 2, "1.50");
	assert_string_equal(
		render_doc(RENDER_JSON, doc, NULL, arena, NULL),
		"{\"control_number\":\"ACME-260101-7\",\"document\":{\"currency\":"
		"\"EUR\","
		"\"issue_date\":\"2026-02-28\",\"lines\":[{},{\"net_amount\":\"1.50\"}]"
		","
		"\"number\":\"=1+1\",\"seller\":{\"name\":\"Müller \\\"Stahl\\\", "
		"Söhne\"},\"type_code\":\"380\"},\"revision\":1,\"type\":\"invoice\"}");
	arena_free(&arena);
}

static void json_tells_where_values_stood_when_asked(void **state)
{
	struct arena *arena = arena_new();
	struct doc *doc = doc_of(arena, "invoice", invoice, 1);
	struct render_settings settings = {.evidence = true};
	struct field *field = doc_field(doc, "number", 0);

	(void)state;
	field->page = 2;
	field->box = (struct box){10, 20, 30, 40};
	field->source = SOURCE_OCR;
	field->confidence = 0.985f;
	assert_non_null(
		strstr(render_doc(RENDER_JSON, doc, &settings, arena, NULL),
		       "\"evidence\":[{\"box\":[10,20,30,40],\"confidence\":\"0.99\","
		       "\"page\":2,\"path\":\"number\",\"source\":\"ocr\"}]"));
	arena_free(&arena);
}

/* --- CSV -------------------------------------------------------------- */

static struct render_mapping *mapping_of(struct arena *arena, const char *text)
{
	struct render_mapping *mapping;
	struct err err = {0};

	if (render_mapping_parse("test.map", text, strlen(text), arena, &mapping,
				 &err) != RC_OK)
		fail_msg("%s", err.text);
	return mapping;
}

static struct outcome render_csv_of(struct arena *arena, const char *mapping,
				    struct render_item *items, size_t n)
{
	struct render_settings settings = {.mapping = mapping_of(arena, mapping)};

	return render_items(RENDER_CSV, items, n, &settings, arena);
}

static struct render_item item_of(struct doc *doc)
{
	return (struct render_item){
		.doc = doc, .control_number = "ACME-260101-7", .revision = 1};
}

#define MAPPING "[mapping]\ndocuments = invoice\n"

static void cells_are_quoted_and_formulas_are_not_run(void **state)
{
	struct arena *arena = arena_new();
	struct render_item item = item_of(invoice_doc(arena));
	struct outcome out = render_csv_of(
		arena,
		MAPPING "line_end = lf\n"
			"[file headers.csv]\nNumber=number\nSeller = seller/name\n"
			"Order = order_reference\nTotal = total_with_vat : amount\n"
			"Nothing =\n"
			"[file lines.csv lines]\nDoc = $control_number\nNo = $row\n"
			"Text = lines/description\nPrice = lines/unit_price : number\n"
			"Currency = currency : once\n",
		&item, 1);

	(void)state;
	assert_int_equal(out.n_files, 2);
	assert_string_equal(out.files[0].name, "headers.csv");
	assert_string_equal(out.files[0].bytes,
			    "Number,Seller,Order,Total,Nothing\n"
			    "'=1+1,\"Müller \"\"Stahl\"\", Söhne\",-5,-119.50,\n");
	assert_string_equal(out.files[1].bytes,
			    "Doc,No,Text,Price,Currency\n"
			    "ACME-260101-7,1,'@home; daily,-50.00,EUR\n"
			    "ACME-260101-7,2,per hundred,10.00,\n");
	arena_free(&arena);
}

static void every_sign_that_begins_a_formula_is_neutralised(void **state)
{
	static const struct {
		const char *text, *cell;
	} cases[] = {
		{"=SUM(A1)", "'=SUM(A1)"},
		{"+49 89 1", "'+49 89 1"},
		{"-1+2", "'-1+2"},
		{"@A1", "'@A1"},
		{"\t=1", "'\t=1"},
		{"\r=1", "\"'\r=1\""},
		{"＝1", "'＝1"},
		{"-12.50", "-12.50"},
		{"-0", "-0"},
		{"=-1", "'=-1"},
		{"a=1", "a=1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct render_item item = item_of(invoice_doc(arena));
		struct outcome out;

		doc_put(item.doc, "number", 0, cases[i].text);
		out = render_csv_of(arena,
				    MAPPING "headings = no\nline_end = lf\n"
					    "[file a.csv]\nA = number\n",
				    &item, 1);
		assert_string_equal(out.files[0].bytes,
				    arena_printf(arena, "%s\n", cases[i].cell));
		arena_free(&arena);
	}
}

static void a_mapping_says_how_things_are_written(void **state)
{
	struct arena *arena = arena_new();
	struct render_item item = item_of(invoice_doc(arena));
	struct outcome out;

	(void)state;
	doc_put(item.doc, "type_code", 0, "381");
	out = render_csv_of(
		arena,
		MAPPING
		"separator = semicolon\ndecimal = comma\ndate = DD-MON-YY\n"
		"encoding = windows-1252\nquotes = always\nheadings = no\n"
		"[file a.csv]\n"
		"A = issue_date : date\nB = total_with_vat : signed amount\n"
		"C = type_code : map(381=CREDIT *=STANDARD)\n"
		"D = seller/name : max(6) upper\n"
		"E = @supplier | \"none\"\nF = @cost_centre | buyer/name | \"x y\"\n"
		"G = $revision\n",
		&item, 1);
	assert_string_equal(out.files[0].bytes,
			    "\"28-FEB-26\";\"119,50\";\"CREDIT\";\"M\xfcLLER\";"
			    "\"none\";\"x y\";\"1\"\r\n");
	arena_free(&arena);
}

static void facts_of_a_line_come_before_those_of_the_document(void **state)
{
	static const struct render_fact facts[] = {
		{"account", 0, "4000"}, {"lines/account", 2, "6300"}, {"supplier", 0, "V1"}};
	struct arena *arena = arena_new();
	struct render_item item = item_of(invoice_doc(arena));
	struct outcome out;

	(void)state;
	item.facts = facts;
	item.n_facts = COUNT(facts);
	out = render_csv_of(arena,
			    MAPPING "headings = no\nline_end = lf\n[file a.csv lines]\n"
				    "A = @account\nB = @supplier : required\n"
				    "C = $quantity : number\nD = $price : number\n",
			    &item, 1);
	/* A price per hundred does not multiply out. */
	assert_string_equal(out.files[0].bytes, "4000,V1,2,-50.00\n6300,V1,1,30.00\n");
	arena_free(&arena);
}

static void rows_of_several_tables_share_a_file(void **state)
{
	struct arena *arena = arena_new();
	struct render_item item = item_of(invoice_doc(arena));
	struct outcome out;

	(void)state;
	doc_put(item.doc, "vat_breakdown/tax_amount", 1, "19.00");
	doc_put(item.doc, "allowances/amount", 1, "3.00");
	out = render_csv_of(
		arena,
		MAPPING "line_end = lf\n[file a.csv lines]\nNo = $row\n"
			"Type = \"ITEM\"\nAmount = lines/net_amount : amount\n"
			"[file a.csv allowances]\nAmount = allowances/amount : less\n"
			"No = $row\n"
			"[file a.csv vat_breakdown]\n"
			"Amount = vat_breakdown/tax_amount : amount\n"
			"Type = \"TAX\"\nNo = $row\n",
		&item, 1);
	assert_string_equal(out.files[0].bytes,
			    "No,Type,Amount\n1,ITEM,-100.00\n"
			    "2,ITEM,30.00\n3,,-3.00\n4,TAX,19.00\n");
	arena_free(&arena);
}

static void a_document_without_lines_keeps_its_header_row(void **state)
{
	struct arena *arena = arena_new();
	struct render_item item = item_of(doc_of(arena, "invoice", invoice, 3));
	struct outcome out;

	(void)state;
	out = render_csv_of(arena,
			    MAPPING "line_end = lf\nheadings = no\n[file a.csv lines]\n"
				    "Date = issue_date : date once\nNo = $row\n"
				    "Amount = lines/net_amount : amount\n",
			    &item, 1);
	assert_string_equal(out.files[0].bytes, "2026-02-28,1,\n");
	arena_free(&arena);
}

static void a_document_with_a_bad_cell_is_in_no_file(void **state)
{
	static const struct {
		const char *path, *value, *code, *says;
		int line;
	} cases[] = {
		{"number", NULL, "render-missing", "Number", 0},
		{"issue_date", "soon", "render-value", "Date", 0},
		{"seller/name", "Łódź", "render-value", "U+0141", 0},
		{"type_code", "875", "render-value", "Type", 0},
		{"lines/net_amount", NULL, "render-missing", "Row 2", 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct render_item items[] = {item_of(invoice_doc(arena)),
					      item_of(invoice_doc(arena))};
		struct outcome out;
		const struct finding *finding;

		doc_put(items[0].doc, cases[i].path, cases[i].line, cases[i].value);
		out = render_csv_of(
			arena,
			MAPPING
			"encoding = latin-1\nline_end = lf\nheadings = no\n"
			"[file h.csv]\nNo = $document\nNumber = number : required\n"
			"Date = issue_date : date\nSeller = seller/name : max(1)\n"
			"Type = type_code : map(380=I)\n"
			"[file l.csv lines]\n"
			"Amount = lines/net_amount : amount required\n",
			items, 2);
		finding = finding_of(items[0].doc, cases[i].code);
		assert_non_null(strstr(finding->text, cases[i].says));
		assert_false(items[0].rendered);
		assert_true(items[1].rendered);
		assert_string_equal(out.files[0].bytes, "1,'=1+1,2026-02-28,M,I\n");
		assert_string_equal(out.files[1].bytes, "-100.00\n30.00\n");
		arena_free(&arena);
	}
}

static void utf_16_has_its_mark_and_pairs(void **state)
{
	struct arena *arena = arena_new();
	struct render_item item = item_of(invoice_doc(arena));
	struct outcome out;

	(void)state;
	doc_put(item.doc, "number", 0, "ü😀");
	out = render_csv_of(arena,
			    MAPPING "encoding = utf-16\nline_end = lf\nheadings = no\n"
				    "[file a.csv]\nA = number\n",
			    &item, 1);
	assert_int_equal(out.files[0].len, 10);
	assert_memory_equal(out.files[0].bytes,
			    "\xff\xfe\xfc\x00\x3d\xd8\x00\xde\n\x00", 10);
	arena_free(&arena);
}

static void a_faulty_mapping_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"[file a.csv]\nA = number\n", "no section [mapping]"},
		{"[mapping]\n[file a.csv]\nA = number\n", "test.map:1: "},
		{MAPPING, "no section [file"},
		{MAPPING "[file a.csv]\n", "test.map:3: "},
		{MAPPING "colour = red\n[file a.csv]\nA = number\n", "test.map:3: "},
		{MAPPING "encoding = ebcdic\n[file a.csv]\nA = number\n",
		 "windows-1252"},
		{MAPPING "[file ../a.csv]\nA = number\n", "test.map:3: "},
		{MAPPING "[file a.csv]\nA = num ber\n", "before \"ber\""},
		{MAPPING "[file a.csv]\nA = number : lower\n", "\"lower\" is none of"},
		{MAPPING "[file a.csv]\nA = number : max\n", "needs an argument"},
		{MAPPING "[file a.csv]\nA = number : max(0)\n", "from 1"},
		{MAPPING "[file a.csv]\nA = number : map(380)\n", "pairs"},
		{MAPPING "[file a.csv]\nA = number : map(3=4\n", "not closed"},
		{MAPPING "[file a.csv]\nA = \"open\n", "not closed"},
		{MAPPING "[file a.csv]\nA = $today\n", "there is no $today"},
		{MAPPING "[file a.csv]\nA = number |\n", "expected a field"},
		{MAPPING "[file a.csv]\nA = number\n[file a.csv lines]\nB = number\n",
		 "\"B\" is no column"},
		{MAPPING "[table a.csv]\nA = number\n", "test.map:3: "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct render_mapping *mapping;
		struct err err = {0};

		assert_int_equal(render_mapping_parse("test.map", cases[i].text,
						      strlen(cases[i].text), arena,
						      &mapping, &err),
				 RC_FAIL);
		if (strstr(err.text, cases[i].says) == NULL)
			fail_msg("case %zu: %s", i, err.text);
		arena_free(&arena);
	}
}

static void the_mappings_that_come_along_render_an_invoice(void **state)
{
	static const char *const names[] = {"plain", "oracle-payables", "dynamics-365",
					    "odoo", "erpnext"};
	static const struct render_fact facts[] = {{"supplier", 0, "V-1001"}};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct arena *arena = arena_new();
		struct render_item item = item_of(invoice_doc(arena));
		struct render_mapping *mapping;
		struct outcome out;
		struct err err = {0};

		item.facts = facts;
		item.n_facts = COUNT(facts);
		if (render_mapping_load("daemon/deliver/mappings", names[i], arena,
					&mapping, &err) != RC_OK)
			fail_msg("%s", err.text);
		out = render_items(RENDER_CSV, &item, 1,
				   &(struct render_settings){.mapping = mapping},
				   arena);
		assert_true(item.rendered);
		for (size_t k = 0; k < out.n_files; k++)
			assert_non_null(memmem(out.files[k].bytes, out.files[k].len,
					       k == 0 ? "'=1+1" : "-100.00",
					       k == 0 ? 5 : 7));
		arena_free(&arena);
	}
}

/* --- PDF -------------------------------------------------------------- */

/* A page's picture: 7 by 5 grey pixels. */
static struct image_blob picture_of(struct arena *arena)
{
	static const uint8_t grey[7 * 5] = {200};
	AUTO_IMAGE image = image_from_bytes(grey, 7, 5, 300);
	struct image_blob blob;
	struct err err = {0};

	if (image_to_jpeg(image, 100, 80, arena, &blob, &err) != RC_OK)
		fail_msg("%s", err.text);
	return blob;
}

static struct doc *scanned_doc(struct arena *arena, size_t words)
{
	struct doc *doc = doc_new(arena);
	struct page *page = doc_add_page(doc);

	doc->type = "receipt";
	page->width = 2550;
	page->height = 3300;
	page->display = picture_of(arena);
	page->words = arena_alloc_n(arena, words, sizeof *page->words);
	page->n_words = words;
	for (size_t i = 0; i < words; i++) {
		char text[5] = "";

		text_put((uint32_t)(0x4e00 + i), text);
		page->words[i].text = arena_strdup(arena, i ? text : "Größe(1)");
		page->words[i].box =
			(struct box){300, 300 + (int)(i % 90) * 30, 150, 25};
	}
	return doc;
}

static void a_scan_becomes_a_pdf_with_its_picture_and_words(void **state)
{
	struct arena *arena = arena_new();
	size_t len = 0;
	struct doc *doc = scanned_doc(arena, 2);
	const struct image_blob *picture = &doc->pages[0]->display;
	const char *pdf = render_doc(RENDER_PDF, doc, NULL, arena, &len);

	(void)state;
	assert_non_null(pdf);
	assert_int_equal(strncmp(pdf, "%PDF-1.5\n", 9), 0);
	assert_non_null(memmem(pdf, len, picture->bytes, picture->len));
	assert_non_null(memmem(pdf, len, "/Width 7 /Height 5", 18));
	assert_non_null(memmem(pdf, len, "/MediaBox [0 0 612.00 792.00]", 29));
	assert_non_null(memmem(pdf, len, "3 Tr\n", 5));
	/* Its place: 1 inch from the left, its foot 325/300 inch from the top. */
	assert_non_null(memmem(pdf, len, " 72.00 714.00 Tm", 16));
	arena_free(&arena);
}

/* Other people's programs find the words, in any script and more than one font holds.
 */
static void other_programs_read_the_words_of_the_pdf(void **state)
{
	struct arena *arena = arena_new();
	size_t len = 0;
	const char *pdf =
		render_doc(RENDER_PDF, scanned_doc(arena, 600), NULL, arena, &len);
	char path[] = "/tmp/intray-render-XXXXXX";
	int fd = mkstemp(path), found = 0;
	char line[200];
	FILE *out;

	(void)state;
	assert_int_equal(write(fd, pdf, len), len);
	close(fd);
	out = popen(arena_printf(arena, "pdftotext -raw %s - 2>&1", path), "r");
	while (out && fgets(line, sizeof line, out))
		found |= (strstr(line, "Größe(1)") != NULL) |
			 (strstr(line, "\u5057") != NULL) << 1; /* the 600th */
	assert_int_equal(pclose(out), 0);
	assert_int_equal(found, 3);
	out = popen(arena_printf(arena, "qpdf --check %s 2>&1", path), "r");
	while (out && fgets(line, sizeof line, out))
		if (strstr(line, "WARNING") || strstr(line, "rror:"))
			fail_msg("%s", line);
	assert_int_equal(pclose(out), 0);
	unlink(path);
	arena_free(&arena);
}

static void a_born_digital_pdf_is_handed_on_as_it_is(void **state)
{
	struct arena *arena = arena_new();
	struct render_item item = item_of(scanned_doc(arena, 1));
	struct outcome out;

	(void)state;
	item.original = "%PDF-1.4 signed";
	item.original_len = 15;
	out = render_items(RENDER_PDF, &item, 1, NULL, arena);
	assert_ptr_equal(out.files[0].bytes, item.original);
	assert_int_equal(out.files[0].len, 15);
	assert_string_equal(out.files[0].name, "ACME-260101-7.r1.pdf");
	arena_free(&arena);
}

static void a_page_without_a_picture_makes_no_pdf(void **state)
{
	struct arena *arena = arena_new();
	struct doc *doc = scanned_doc(arena, 1);

	(void)state;
	doc->pages[0]->display.len = 9;
	assert_null(render_doc(RENDER_PDF, doc, NULL, arena, NULL));
	assert_non_null(strstr(finding_of(doc, "render-missing")->text, "page 1"));
	arena_free(&arena);
}

/* --- offers ----------------------------------------------------------- */

static void an_offers_instance_is_opened_again(void **state)
{
	static const char xml[] =
		"<invoice><number>7</number><seller><name>A &amp; B</name></seller>"
		"<vat_breakdown><rate_total><rate>19</rate></rate_total></"
		"vat_breakdown>"
		"<lines><line/><line><net_amount>1.00</net_amount></line></lines>"
		"</invoice>";
	struct arena *arena = arena_new();
	struct schema_set *set = NULL;
	struct err err = {0};
	struct doc *doc;

	(void)state;
	assert_int_equal(schema_load_dir("schemas", &set, &err), RC_OK);
	if (render_open(set, xml, strlen(xml), arena, &doc, &err) != RC_OK)
		fail_msg("%s", err.text);
	assert_string_equal(doc->type, "invoice");
	assert_string_equal(doc_value(doc, "seller/name", 0), "A & B");
	assert_string_equal(doc_value(doc, "vat_breakdown/rate", 1), "19");
	assert_string_equal(doc_value(doc, "lines/net_amount", 2), "1.00");
	assert_int_equal(doc->n_fields, 4);
	assert_int_equal(render_open(set, "<letter/>", 9, arena, &doc, &err), RC_FAIL);
	assert_int_equal(
		render_open(set, "<invoice><x>1</x></invoice>", 27, arena, &doc, &err),
		RC_FAIL);
	assert_int_equal(render_open(set, "no XML", 6, arena, &doc, &err), RC_FAIL);
	schema_set_free(&set);
	arena_free(&arena);
}

static void formats_are_known_by_name(void **state)
{
	enum render_format format;

	(void)state;
	for (size_t i = 0; i < RENDER_FORMAT_N; i++) {
		assert_true(render_format_find(
			render_format_name((enum render_format)i), &format));
		assert_int_equal(format, i);
	}
	assert_false(render_format_find("edifact", &format));
	assert_true(render_takes(RENDER_837P, "cms1500"));
	assert_false(render_takes(RENDER_837P, "invoice"));
	assert_true(render_takes(RENDER_PDF, "other"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_sorted_and_every_value_a_string),
		cmocka_unit_test(json_tells_where_values_stood_when_asked),
		cmocka_unit_test(cells_are_quoted_and_formulas_are_not_run),
		cmocka_unit_test(every_sign_that_begins_a_formula_is_neutralised),
		cmocka_unit_test(a_mapping_says_how_things_are_written),
		cmocka_unit_test(facts_of_a_line_come_before_those_of_the_document),
		cmocka_unit_test(rows_of_several_tables_share_a_file),
		cmocka_unit_test(a_document_without_lines_keeps_its_header_row),
		cmocka_unit_test(a_document_with_a_bad_cell_is_in_no_file),
		cmocka_unit_test(utf_16_has_its_mark_and_pairs),
		cmocka_unit_test(a_faulty_mapping_is_refused_with_its_line),
		cmocka_unit_test(the_mappings_that_come_along_render_an_invoice),
		cmocka_unit_test(a_scan_becomes_a_pdf_with_its_picture_and_words),
		cmocka_unit_test(other_programs_read_the_words_of_the_pdf),
		cmocka_unit_test(a_born_digital_pdf_is_handed_on_as_it_is),
		cmocka_unit_test(a_page_without_a_picture_makes_no_pdf),
		cmocka_unit_test(an_offers_instance_is_opened_again),
		cmocka_unit_test(formats_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
