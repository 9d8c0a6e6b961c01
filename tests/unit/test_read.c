/* Whole files through read_file, the PDF tools played by canned answers: what is wrong
 * with a file becomes one finding with the right code, and what can be had is had. */
#include "types.h"

#include <allheaders.h>

#include "read.h"
#include "stages/pdf.h"

/* --- a reader whose tools say what the test wrote --- */

static struct canned {
	const char *info, *text, *pictures, *fonts; /* NULL: the tool dies */
	const char *attach_list, *attached[4];	    /* from 1, as pdfdetach counts */
	const void *render;
	size_t render_len;
	int renders; /* how often a page was drawn, at what resolution last */
	int render_dpi;
	int render_most; /* pages that one start can draw; 0: any number */
	int asked[TOOL_N];
} canned;

static int pages_done;
static struct page last_page; /* its words are gone by the time a test looks */
static int32_t last_word_x;

static enum rc say(const char *text, const void **bytes, size_t *len, struct err *err)
{
	if (!text)
		return err_set(err, RC_FAIL, "the tool died");
	*bytes = text;
	*len = strlen(text);
	return RC_OK;
}

/* All pages look alike. */
static enum rc play_render(struct canned *c, const struct tool_request *request,
			   const void **bytes, size_t *len, struct err *err)
{
	static uint8_t pages[3 * 4000000];
	int n = request->last - request->first + 1;
	c->renders++;
	c->render_dpi = request->dpi;
	if (!c->render || (c->render_most > 0 && n > c->render_most))
		return err_set(err, RC_FAIL, "the tool died");
	for (int i = 0; i < n; i++)
		memcpy(pages + (size_t)i * c->render_len, c->render, c->render_len);
	*bytes = pages;
	*len = (size_t)n * c->render_len;
	return RC_OK;
}

static enum rc play_tool(void *ctx, const struct tool_request *request,
			 const void **bytes, size_t *len, struct err *err)
{
	struct canned *c = ctx;
	c->asked[request->tool]++;
	switch (request->tool) {
	case TOOL_PDFINFO:
		return say(c->info, bytes, len, err);
	case TOOL_TEXT:
		return say(c->text, bytes, len, err);
	case TOOL_IMAGE_LIST:
		return say(c->pictures, bytes, len, err);
	case TOOL_FONTS:
		return say(c->fonts, bytes, len, err);
	case TOOL_RENDER:
		return play_render(c, request, bytes, len, err);
	case TOOL_ATTACH_LIST:
		return say(c->attach_list ? c->attach_list : "0 embedded files\n",
			   bytes, len, err);
	case TOOL_ATTACH:
		return say(c->attached[request->index], bytes, len, err);
	case TOOL_IMAGE:
	case TOOL_N:
		break;
	}
	return err_set(err, RC_FAIL, "no such tool here");
}

static enum rc note_page(void *ctx, const struct page *page, struct err *err)
{
	(void)ctx, (void)err;
	pages_done++;
	last_page = *page;
	last_word_x = page->n_words > 0 ? page->words[page->n_words - 1].box.x : 0;
	return RC_OK;
}

static struct read_env env = {.limits = {1000000, 3},
			      .ctx = &canned,
			      .tool = play_tool,
			      .page_done = note_page};

static int load(void **state)
{
	struct err err;
	(void)state;
	env.schemas = schema_set_new();
	return ocr_open(NULL, NULL, "eng", &env.ocr, &err) == RC_OK ? 0 : -1;
}

static int unload(void **state)
{
	struct schema_set *schemas = (struct schema_set *)(uintptr_t)env.schemas;
	(void)state;
	ocr_close(&env.ocr);
	schema_set_free(&schemas);
	return 0;
}

static struct doc *read_all(const void *bytes, size_t len, struct arena *arena)
{
	struct doc *doc = doc_new(arena);
	struct err err;
	pages_done = 0;
	canned.renders = 0;
	if (read_file(&env, bytes, len, 1, 0, 0, doc, &err) != RC_OK)
		fail_msg("%s", err.text);
	return doc;
}

static struct doc *read_text(const char *text, struct arena *arena)
{
	return read_all(text, strlen(text), arena);
}

static const char *only_finding(const struct doc *doc)
{
	assert_int_equal(doc->n_findings, 1);
	assert_true(doc_has_stop(doc));
	return doc->findings[0].code;
}

/* --- files that are none --- */

static void test_wrong_files(void **state)
{
	static const struct {
		const char *name, *bytes, *code;
	} cases[] = {
		{"nothing", "", "empty"},
		{"a letter", "Dear Sir or Madam,\n", "not-a-document"},
		{"a web page", "<html><body>Invoice</body></html>", "not-a-document"},
		{"a fax viewer's bitmap", "P1\n2 2\n0 1 1 0\n", "not-a-document"},
		{"XML with a DOCTYPE", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
		 "xml-doctype"},
		{"XML cut off", "<?xml version=\"1.0\"?><Invoice><ID>7", "xml-invalid"},
		{"XML of something else", "<recipe><egg/></recipe>", "xml-unknown"},
		{"a TIFF's first bytes", "II*", "not-a-document"},
		{"a GIF without picture", "GIF89a\1\0\1\0\0\0\0;", "unreadable"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		const char *code = only_finding(read_text(cases[i].bytes, arena));
		if (strcmp(code, cases[i].code) != 0)
			fail_msg("%s: %s", cases[i].name, code);
		assert_int_equal(pages_done, 0);
	}
}

static void test_too_large_a_picture(void **state)
{
	static const uint8_t png[64] = {0x89, 'P',  'N', 'G', '\r', '\n', 0x1a, '\n', 0,
					0,    0,    13,	 'I', 'H',  'D',  'R',	0,    0,
					0x75, 0x30, 0,	 0,   0x75, 0x30, 1};
	(void)state;
	AUTO_ARENA arena = arena_new();
	assert_string_equal(only_finding(read_all(png, sizeof(png), arena)),
			    "too-large");
}

static void test_half_a_picture(void **state)
{
	PIX *pix = pixCreate(600, 800, 8);
	l_uint8 *bytes = NULL;
	size_t len = 0;
	(void)state;
	for (int i = 0; i < 600 * 800; i++)
		pixSetPixel(pix, i % 600, i / 600, (l_uint32)(i * 7 % 256));
	pixWriteMemJpeg(&bytes, &len, pix, 50, 0);
	AUTO_ARENA arena = arena_new();
	struct doc *doc = read_all(bytes, len / 2, arena);
	assert_string_equal(only_finding(doc), "truncated");
	assert_int_equal(pages_done, 1);
	assert_string_equal(doc->format, "jpeg");
	lept_free(bytes);
	pixDestroy(&pix);
}

/* Reducing a strip leaves nothing of its shorter side. */
static void test_shapes_no_paper_has(void **state)
{
	static const struct {
		int width, height;
		bool paper;
	} cases[] = {
		{20000, 1, false}, {1, 20000, false}, {20000, 3, false},
		{9000, 40, false}, {8000, 40, true},  {60, 1, true},
		{1, 1, true},	   {790, 4, true},    {30, 1500, true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		PIX *pix = pixCreate(cases[i].width, cases[i].height, 8);
		l_uint8 *bytes = NULL;
		size_t len = 0;
		pixSetAllArbitrary(pix, 255);
		pixWriteMemPng(&bytes, &len, pix, 0);
		struct doc *doc = read_all(bytes, len, arena);
		if (doc_has_stop(doc) == cases[i].paper)
			fail_msg("%d x %d", cases[i].width, cases[i].height);
		if (!cases[i].paper)
			assert_string_equal(only_finding(doc), "unreadable");
		lept_free(bytes);
		pixDestroy(&pix);
	}
}

/* --- PDF --- */

#define INFO_1                                                                         \
	"Pages:          1\nEncrypted:      no\nPage    1 size:  595 x 842 pts (A4)\n" \
	"Page    1 rot:   0\n"

/* pdftotext's answer of one line of words, each `step` points apart. */
static void add_page(struct strbuf *xml, const char *const *words, int step)
{
	int n = 0;
	while (words[n])
		n++;
	strbuf_addf(xml,
		    "<page width=\"595\" height=\"842\"><flow>"
		    "<block xMin=\"36\" yMin=\"72\" xMax=\"%d\" yMax=\"84\"><line>",
		    26 + step * n);
	for (int i = 0; words[i]; i++)
		strbuf_addf(xml,
			    "<word xMin=\"%d\" yMin=\"72\" xMax=\"%d\" yMax=\"84\">%s"
			    "</word>",
			    36 + step * i, 26 + step * (i + 1), words[i]);
	strbuf_add(xml, "</line></block></flow></page>");
}

static const char *layer_of(struct arena *arena, const char *const *words, int step,
			    int pages)
{
	struct strbuf xml;
	strbuf_init(&xml, arena);
	strbuf_add(&xml, "<!DOCTYPE html PUBLIC \"x\" \"y\"><html><body><doc>");
	for (int i = 0; i < pages; i++)
		add_page(&xml, words, step);
	strbuf_add(&xml, "</doc></body></html>");
	return xml.text;
}

static const char *spread_layer(struct arena *arena, const char *const *words, int step)
{
	return layer_of(arena, words, step, 1);
}

static const char *layer(struct arena *arena, const char *const *words)
{
	return spread_layer(arena, words, 50);
}

/* What pdftoppm would draw at 110 dpi: bars where the first words stand. */
static void draw_page(int w, int h, int n, int step)
{
	static uint8_t ppm[4000000];
	int head = snprintf((char *)ppm, sizeof(ppm), "P6\n%d %d\n255\n", w, h);
	memset(ppm + head, 255, (size_t)w * h * 3);
	for (int i = 0; i < n; i++) {
		for (int y = 114; y < 124; y++)
			memset(ppm + head + 3 * (y * w + (36 + step * i) * 110 / 72), 0,
			       3 * 40);
	}
	canned.render = ppm;
	canned.render_len = (size_t)head + (size_t)w * h * 3;
	env.limits.max_pixels = 100000000;
}

static void draw_words(int n)
{
	draw_page(909, 1287, n, 50);
}

static void draw(bool words)
{
	draw_words(words ? 8 : 0);
}

/* A page with ink wherever a word may stand. */
static void draw_stripes(void)
{
	static uint8_t ppm[4000000];
	int w = 909, h = 1287;
	int head = snprintf((char *)ppm, sizeof(ppm), "P6\n%d %d\n255\n", w, h);

	for (int i = 0; i < w * h; i++)
		memset(ppm + head + 3 * i, i % w % 8 < 2 ? 0 : 255, 3);
	canned.render = ppm;
	canned.render_len = (size_t)head + (size_t)w * h * 3;
	env.limits.max_pixels = 100000000;
}

static const char *const plain[] = {"Invoice", "number", "4711",   "from",
				    "Harbour", "Office", "Supply", NULL};

static void test_text_layer(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	canned = (struct canned){
		.info = INFO_1, .text = layer(arena, plain), .pictures = ""};
	draw(true);
	struct doc *doc = read_text("%PDF-1.4", arena);
	assert_int_equal(doc->n_findings, 0);
	assert_int_equal(doc->pages_in_file, 1);
	assert_int_equal(pages_done, 1);
	assert_int_equal(last_page.source, SOURCE_TEXT);
	assert_int_equal(last_page.n_words, 7);
	assert_int_equal(last_page.width, 2479);
	assert_int_equal(canned.renders, 1);
	assert_in_range(canned.render_dpi, 72, 150);
}

static void test_a_pdf_that_is_not_all_there_is(void **state)
{
	static const struct {
		const char *name, *file, *finding;
	} cases[] = {
		{"one", "%PDF-1.4 x\n%%EOF\n", NULL},
		{"one that was signed later", "%PDF-1.4 x\n%%EOF\n9 0 obj\n%%EOF",
		 NULL},
		{"one with a PDF attached",
		 "%PDF-1.4 stream\n%PDF-1.4 y\n%%EOF\nendstream", NULL},
		{"two, end to end", "%PDF-1.4 x\n%%EOF\n%PDF-1.4 y\n%%EOF",
		 "more-frames"},
		{"two, without a line between", "%PDF-1.4 x%%EOF%PDF-1.4",
		 "more-frames"},
		{"cut off at its end", "%PDF-1.4 x\n%%EOF\n%PD", NULL},
		{"a portfolio",
		 "%PDF-1.7 /Collection<</View/H>>/Names<</EmbeddedFiles>>",
		 "portfolio"},
		{"a word that begins like one",
		 "%PDF-1.7 /CollectionItem /EmbeddedFiles", NULL},
		{"a portfolio of nothing", "%PDF-1.7 /Collection<<>>", NULL},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		canned = (struct canned){
			.info = INFO_1, .text = layer(arena, plain), .pictures = ""};
		draw(true);
		struct doc *doc = read_text(cases[i].file, arena);
		if (doc->n_findings != (cases[i].finding != NULL) ||
		    (cases[i].finding && !has_finding(doc, cases[i].finding)))
			fail_msg("%s: %zu findings", cases[i].name, doc->n_findings);
		assert_int_equal(last_page.n_words, 7);
	}
}

/* Pages of one file are drawn by one start; when that fails, each by its own. */
static void test_pages_are_drawn_together(void **state)
{
	static const struct {
		const char *name;
		int most, renders;
	} cases[] = {{"all at once", 0, 1}, {"one by one", 1, 4}};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		canned = (struct canned){.text = layer_of(arena, plain, 50, 3),
					 .render_most = cases[i].most};
		draw(true);
		struct doc *doc = read_text("%PDF-1.4", arena);
		assert_int_equal(doc->n_findings, 0);
		assert_int_equal(pages_done, 3);
		assert_int_equal(last_page.number, 3);
		assert_int_equal(last_page.source, SOURCE_TEXT);
		assert_int_equal(last_page.display.width, 909);
		assert_int_equal(last_page.thumbnail.width, 200);
		if (canned.renders != cases[i].renders)
			fail_msg("%s: %d starts", cases[i].name, canned.renders);
	}
}

/* Every start of a tool costs more than most of what is done with its answer. */
static void test_tools_are_started_only_for_a_reason(void **state)
{
	static const struct {
		const char *name, *file;
		int pictures, attachments;
	} cases[] = {
		{"print alone", "%PDF-1.4 /Font", 0, 0},
		{"a picture", "%PDF-1.4 /Subtype/Image", 1, 0},
		{"a logo",
		 "%PDF-1.4 5 0 obj<</Subtype /Image/Width 300/Height 200>>stream", 0,
		 0},
		{"a scan",
		 "%PDF-1.4 5 0 obj<</Subtype/Image /Height 3508 /Width 2480>>stream", 1,
		 0},
		{"many logos, which may be strips of a scan",
		 "%PDF-1.4 5 0 obj<</Width 900/Subtype/Image/Height 200>>stream "
		 "6 0 obj<</Width 900/Subtype/Image/Height 200>>stream",
		 1, 0},
		{"a picture whose size stands elsewhere",
		 "%PDF-1.4 5 0 obj<</Subtype/Image/Width 7 0 R/Height 9>>stream", 1, 0},
		{"a picture of a size that nobody told",
		 "%PDF-1.4 5 0 obj<</Subtype/Image/Width 9>>stream", 1, 0},
		{"an attachment", "%PDF-1.4 /EF <</F 9 0 R>>", 0, 1},
		{"a directory that is compressed", "%PDF-1.5 /Type/ObjStm", 0, 0},
		{"one that hides what is attached",
		 "%PDF-1.7 /Type/ObjStm /Type/EmbeddedFile", 0, 1},
		{"an attachment that only says it is XML",
		 "%PDF-1.7 /Type/ObjStm /Subtype/text#2Fxml", 0, 1},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		canned = (struct canned){
			.info = INFO_1, .text = layer(arena, plain), .pictures = ""};
		draw(true);
		read_text(cases[i].file, arena);
		if (canned.asked[TOOL_PDFINFO] != 0 || canned.asked[TOOL_TEXT] != 1 ||
		    canned.asked[TOOL_IMAGE_LIST] != cases[i].pictures ||
		    canned.asked[TOOL_ATTACH_LIST] != cases[i].attachments)
			fail_msg("%s: other tools than needed", cases[i].name);
	}
}

/* pdftotext tells a page's size before it was turned and its words' places after. */
static void test_a_page_that_lies_on_its_side(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	canned = (struct canned){.text = spread_layer(arena, plain, 110)};
	draw_page(1287, 909, 7, 110);
	struct doc *doc = read_text("%PDF-1.4 /ObjStm", arena);
	assert_int_equal(doc->pages_in_file, 1);
	assert_int_equal(pages_done, 1);
	assert_int_equal(last_page.width, 3508);
	assert_int_equal(last_page.height, 2479);
	assert_int_equal(last_page.n_words, 7);
	assert_true(last_word_x > 2479);
}

/* Each of these layers is not believed, so the page is drawn large and read. */
static void test_lying_text_layers(void **state)
{
	static const char *const shifted[] = {
		"UHFKQXQJVQXPPHU", "OLHIHUVFKHLQ", "KDUERXU",  "RIILFH",
		"VXSSOLHV",	   "GHOLYHUHG",	   "FXVWRPHU", NULL};
	static const char *const garbage[] = {
		"\xef\xbf\xbd\xef\xbf\xbd", "\xee\x80\x81", "a", "b", "c", "d", NULL};
	static const struct {
		const char *name;
		const char *const *words;
		bool ink;
		const char *pictures, *fonts;
	} cases[] = {
		{"a font shifted by three letters", shifted, true, "", ""},
		{"private characters", garbage, true, "", ""},
		{"text where nothing is printed", plain, false, "", ""},
		{"OCR over two halves of a scan", plain, true,
		 "1 0 image 1240 1700 gray 1 8 jpeg no 5 0 150 145 20K 1%\n"
		 "1 1 image 1240 1700 gray 1 8 jpeg no 6 0 150 290 20K 1%\n",
		 "GlyphLessFont CID Identity-H yes no yes 9 0\n"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		canned = (struct canned){.info = INFO_1,
					 .text = layer(arena, cases[i].words),
					 .pictures = cases[i].pictures,
					 .fonts = cases[i].fonts};
		draw(cases[i].ink);
		read_text("%PDF-1.4 /Subtype /Image", arena);
		assert_int_equal(pages_done, 1);
		if (last_page.source != SOURCE_OCR || canned.render_dpi != 300)
			fail_msg("%s: source %s", cases[i].name,
				 source_name(last_page.source));
	}
}

/* The last words of the layer are drawn nowhere. */
static void test_words_nobody_can_see(void **state)
{
	static const struct {
		const char *name, *hidden[6];
		bool stops;
	} cases[] = {
		{"an account", {"DE89370400440532013000"}, true},
		{"an amount", {"99.90"}, true},
		{"a whole sentence", {"pay", "to", "another", "one"}, true},
		{"an anchor for a signature", {"sig"}, false},
		{"nothing", {NULL}, false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		const char *words[16] = {NULL};
		size_t n = 0, seen = COUNT(plain) - 1;
		for (; n < seen; n++)
			words[n] = plain[n];
		for (size_t h = 0; cases[i].hidden[h]; h++)
			words[n++] = cases[i].hidden[h];
		canned = (struct canned){.info = INFO_1,
					 .text = spread_layer(arena, words, 50),
					 .pictures = ""};
		draw_words((int)seen);
		struct doc *doc = read_text("%PDF-1.4", arena);
		if (last_page.source != SOURCE_TEXT || last_page.n_words != seen)
			fail_msg("%s: %zu words", cases[i].name, last_page.n_words);
		if (doc_has_stop(doc) != cases[i].stops)
			fail_msg("%s: stops or does not", cases[i].name);
		if (cases[i].stops)
			assert_string_equal(only_finding(doc), "hidden-text");
	}
}

/* A word of the layer, with its box in points. */
#define WORD(text, x0, y0, x1, y1)                                                     \
	"<word xMin=\"" #x0 "\" yMin=\"" #y0 "\" xMax=\"" #x1 "\" yMax=\"" #y1         \
	"\">" text "</word>"

static void test_two_texts_in_one_place(void **state)
{
	static const struct {
		const char *name, *second;
		size_t words; /* that are left */
	} cases[] = {
		{"an amount typed over another", WORD("12,500.00", 34, 72, 90, 84), 7},
		{"a part of it", WORD("9", 52, 72, 58, 84), 7},
		{"a word over it", WORD("void", 36, 73, 70, 85), 7},
		{"the same twice, as bold print", WORD("1,250.00", 36, 72, 86, 84), 9},
		{"an amount beside it", WORD("12,500.00", 80, 72, 136, 84), 9},
		{"one in the line below, set tight", WORD("12,500.00", 36, 80, 86, 92),
		 9},
		{"a stamp across the page", WORD("NO", 10, 20, 300, 120), 9},
		{"a line to be filled", WORD("________", 36, 72, 86, 84), 9},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		struct strbuf xml;
		strbuf_init(&xml, arena);
		strbuf_addf(&xml,
			    "<html><body><doc><page width=\"595\" height=\"842\"><flow>"
			    "<block xMin=\"36\" yMin=\"72\" xMax=\"400\" "
			    "yMax=\"84\"><line>" WORD("1,250.00", 36, 72, 86, 84) "%s",
			    cases[i].second);
		for (int k = 0; plain[k]; k++)
			strbuf_addf(&xml,
				    "<word xMin=\"%d\" yMin=\"200\" xMax=\"%d\" "
				    "yMax=\"212\">%s</word>",
				    36 + 50 * k, 76 + 50 * k, plain[k]);
		strbuf_add(&xml, "</line></block></flow></page></doc></body></html>");
		canned = (struct canned){
			.info = INFO_1, .text = xml.text, .pictures = ""};
		draw_stripes();
		struct doc *doc = read_text("%PDF-1.4", arena);
		if (last_page.source != SOURCE_TEXT ||
		    last_page.n_words != cases[i].words)
			fail_msg("%s: %zu words", cases[i].name, last_page.n_words);
		if (cases[i].words == 7)
			assert_string_equal(only_finding(doc), "two-texts");
		else
			assert_int_equal(doc->n_findings, 0);
	}
}

/* --- XML inside a PDF --- */

#define UBL(number)                                                                    \
	"<?xml version=\"1.0\"?><Invoice "                                             \
	"xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" "            \
	"xmlns:c=\"urn:oasis:names:specification:ubl:schema:xsd:"                      \
	"CommonBasicComponents-2\"><c:ID>" number "</c:ID></Invoice>"

static void test_attached_invoices(void **state)
{
	static const struct {
		const char *name, *list, *files[4], *number, *finding;
	} cases[] = {
		{"one of the standard's name",
		 "1 embedded files\n1: factur-x.xml\n",
		 {NULL, UBL("A-1")},
		 "A-1",
		 NULL},
		{"in capitals, behind another XML invoice",
		 "2 embedded files\n1: a.xml\n2: ZUGFeRD-invoice.xml\n",
		 {NULL, UBL("B-2"), UBL("A-1")},
		 "A-1",
		 "attachments"},
		{"only of another name",
		 "1 embedded files\n1: a.xml\n",
		 {NULL, UBL("B-2")},
		 NULL,
		 "attachments"},
		{"a name that brings a line of its own",
		 "1 embedded files\n1: a\n9: factur-x.xml\n",
		 {NULL, UBL("B-2")},
		 NULL,
		 "attachments"},
		{"none of them, but many others",
		 "7 embedded files\n1: a.pdf\n2: b.pdf\n3: c.pdf\n4: d.pdf\n5: e.pdf\n"
		 "6: f.pdf\n7: g.pdf\n",
		 {NULL},
		 NULL,
		 "attachments"},
		{"twice the same, for old and new readers",
		 "2 embedded files\n1: ZUGFeRD-invoice.xml\n2: factur-x.xml\n",
		 {NULL, UBL("A-1"), UBL("A-1")},
		 "A-1",
		 NULL},
		{"two that differ",
		 "2 embedded files\n1: factur-x.xml\n2: xrechnung.xml\n",
		 {NULL, UBL("A-1"), UBL("B-2")},
		 NULL,
		 "two-invoices-attached"},
		{"with a DOCTYPE",
		 "1 embedded files\n1: factur-x.xml\n",
		 {NULL, "<!DOCTYPE a><a/>"},
		 NULL,
		 "attached-invoice-unreadable"},
		{"cut off",
		 "1 embedded files\n1: factur-x.xml\n",
		 {NULL, "<?xml version=\"1.0\"?><Invoice><ID>7"},
		 NULL,
		 "attached-invoice-unreadable"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		canned = (struct canned){.info = INFO_1,
					 .text = layer(arena, plain),
					 .pictures = "",
					 .attach_list = cases[i].list};
		memcpy(canned.attached, cases[i].files, sizeof(canned.attached));
		draw(true);
		struct doc *doc = read_text("%PDF-1.7 /EF", arena);
		const char *number = doc_value(doc, "number", 0);
		if (doc->structured != (cases[i].number != NULL) ||
		    (number && strcmp(number, cases[i].number) != 0))
			fail_msg("%s: number %s", cases[i].name, number);
		if (cases[i].finding && !has_finding(doc, cases[i].finding))
			fail_msg("%s: not %s", cases[i].name, cases[i].finding);
		if (!cases[i].number && doc->n_findings != (cases[i].finding != NULL))
			fail_msg("%s: other findings", cases[i].name);
		assert_int_equal(last_page.n_words, 7);
	}
}

static void test_pdf_that_does_not_open(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	canned = (struct canned){0};
	assert_string_equal(only_finding(read_text("%PDF-1.4 /Encrypt 4 0 R", arena)),
			    "encrypted");
	assert_string_equal(only_finding(read_text("%PDF-1.4 torn", arena)),
			    "unreadable");
}

static void test_too_many_pages(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	canned = (struct canned){.info = "Pages:          4\n"};
	struct doc *doc = read_text("%PDF-1.4", arena);
	assert_string_equal(only_finding(doc), "too-many-pages");
	assert_int_equal(doc->pages_in_file, 4);
	assert_int_equal(pages_done, 0);
}

static void test_page_that_cannot_be_drawn(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	canned = (struct canned){.info = INFO_1};
	assert_string_equal(only_finding(read_text("%PDF-1.4", arena)), "unreadable");
	/* Nor is text believed that nobody can look at, or the tool asked twice. */
	canned = (struct canned){
		.info = INFO_1, .text = layer(arena, plain), .pictures = ""};
	assert_string_equal(only_finding(read_text("%PDF-1.4", arena)), "unreadable");
	assert_int_equal(canned.renders, 1);
}

/* Entries stand in the empty places of the form's picture; an OCR layer stands where
 * the picture has its print. */
static void test_entries_over_a_picture(void **state)
{
	static const struct {
		const char *name, *file;
		enum source source;
	} cases[] = {
		{"a form that was filled on a screen",
		 "%PDF-1.6 /AcroForm /Subtype /Image", SOURCE_TEXT},
		{"a scan", "%PDF-1.4 /Subtype /Image", SOURCE_OCR},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		canned = (struct canned){.info = INFO_1,
					 .text = layer(arena, plain),
					 .pictures = "1 0 image 1240 1754 gray 1 8 "
						     "jpeg no 5 0 150 150 20K 1%\n",
					 .fonts = "name type emb sub uni object ID\n"
						  "Times Type 1 no no no 9 0\n"};
		draw(true);
		read_text(cases[i].file, arena);
		assert_int_equal(pages_done, 1);
		if (last_page.source != cases[i].source)
			fail_msg("%s: source %s", cases[i].name,
				 source_name(last_page.source));
	}
}

/* --- words in pictures --- */

/* A part of a page is drawn and wiped as if it were cut from all of it. */
static void test_known_words_are_wiped_from_a_part(void **state)
{
	enum { WIDTH = 2480, HEIGHT = 3508 };
	static const struct box parts[] = {
		{0, 0, WIDTH, 600}, {700, 310, 900, 200}, {2400, 3400, 80, 108}};
	(void)state;
	AUTO_ARENA arena = arena_new();
	uint8_t *black = arena_alloc_n(arena, (size_t)WIDTH * HEIGHT, 1);
	memset(black, 0, (size_t)WIDTH * HEIGHT);
	struct word words[] = {{.box = {5, 5, 200, 40}},
			       {.box = {690, 300, 31, 29}},
			       {.box = {1311, 401, 177, 50}},
			       {.box = {2390, 3450, 80, 40}}};
	struct pdf_page page = {
		.width_pt = 595, .height_pt = 842, .words = words, .n_words = 4};
	AUTO_IMAGE whole = image_from_bytes(black, WIDTH, HEIGHT, 300);
	pdf_text_wipe(&page, whole);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		size_t n = (size_t)parts[i].w * (size_t)parts[i].h;
		uint8_t *want = arena_alloc_n(arena, n, 1);
		uint8_t *got = arena_alloc_n(arena, n, 1);
		AUTO_IMAGE cut = image_crop(whole, parts[i]);
		AUTO_IMAGE part = image_from_bytes(black, parts[i].w, parts[i].h, 300);
		pdf_text_wipe_part(&page, part, parts[i]);
		image_bytes(cut, 'y', want);
		image_bytes(part, 'y', got);
		assert_non_null(memchr(want, 255, n));
		assert_memory_equal(want, got, n);
	}
}

/* --- raw pictures of a PDF --- */

static void test_raw_fax_data_gets_a_header(void **state)
{
	PIX *pix = pixCreate(200, 100, 1);
	l_uint8 *tiff = NULL;
	size_t len = 0, at;
	struct image *image = NULL;
	struct err err;
	(void)state;
	AUTO_ARENA arena = arena_new();
	for (int x = 20; x < 60; x++)
		pixSetPixel(pix, x, 30, 1);
	pixWriteMem(&tiff, &len, pix, IFF_TIFF_G4);
	/* The strip of Leptonica's TIFF follows its header of eight bytes. */
	uint32_t directory = (uint32_t)tiff[4] | (uint32_t)tiff[5] << 8;
	at = 8;
	char *raw = arena_alloc(arena, len + 40);
	int head = sprintf(raw, "-4 -P -X 200 -W -M\n");
	memcpy(raw + head, tiff + at, directory - at);
	struct pdf_picture picture = {
		.width = 200, .height = 100, .dpi_x = 200, .dpi_y = 200};
	assert_int_equal(pdf_decode_picture(raw, (size_t)head + directory - at,
					    &picture, &env.limits, arena, &image, &err),
			 RC_OK);
	assert_int_equal(image_width(image), 200);
	assert_int_equal(image_dpi(image), 200);
	assert_true(image_ink(image, (struct box){20, 30, 40, 1}) > 0.99);
	assert_true(image_ink(image, (struct box){0, 50, 200, 50}) == 0);
	image_free(&image);
	lept_free(tiff);
	pixDestroy(&pix);
}

static void test_scan_covers_page(void **state)
{
	static const struct {
		const char *name, *list;
		int rotation;
		bool scan;
	} cases[] = {
		{"a scan", "1 0 image 2481 3508 gray 1 8 jpeg no 5 0 300 300 229K 2%",
		 0, true},
		{"a scan on a turned page",
		 "1 0 image 3508 2481 gray 1 8 jpeg no 5 0 300 300 229K 2%", 90, true},
		{"a logo", "1 0 image 295 295 rgb 3 8 jpeg no 101 0 300 300 14K 5%", 0,
		 false},
		{"a scan in CMYK",
		 "1 0 image 2481 3508 cmyk 4 8 jpeg no 5 0 300 300 229K 2%", 0, false},
		{"a scan and a logo",
		 "1 0 image 2481 3508 gray 1 8 jpeg no 5 0 300 300 229K 2%\n"
		 "1 1 image 295 295 rgb 3 8 jpeg no 101 0 300 300 14K 5%",
		 0, false},
		{"an inline scan",
		 "1 0 image 2481 3508 gray 1 8 jpeg no [inline] 300 300 229K 2%", 0,
		 true},
		{"a heading", "page   num  type   width height color", 0, false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		struct pdf_page page = {.number = 1,
					.width_pt = 595,
					.height_pt = 842,
					.rotation = cases[i].rotation};
		pdf_take_pictures(cases[i].list, strlen(cases[i].list), arena, &page,
				  1);
		if ((pdf_scan_of(&page) != NULL) != cases[i].scan)
			fail_msg("%s", cases[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"files that are no documents get a finding that says so",
		 test_wrong_files, NULL, NULL, NULL},
		{"a picture larger than paper is not decoded", test_too_large_a_picture,
		 NULL, NULL, NULL},
		{"a strip of pixels is no paper", test_shapes_no_paper_has, NULL, NULL,
		 NULL},
		{"half a picture is read and reported", test_half_a_picture, NULL, NULL,
		 NULL},
		{"a PDF that is not all there is says so",
		 test_a_pdf_that_is_not_all_there_is, NULL, NULL, NULL},
		{"a PDF's tools are started only for a reason",
		 test_tools_are_started_only_for_a_reason, NULL, NULL, NULL},
		{"a file's pages are drawn together", test_pages_are_drawn_together,
		 NULL, NULL, NULL},
		{"a PDF's text layer is used as it is", test_text_layer, NULL, NULL,
		 NULL},
		{"a page that lies on its side is known by its words",
		 test_a_page_that_lies_on_its_side, NULL, NULL, NULL},
		{"text layers that lie are read from the picture",
		 test_lying_text_layers, NULL, NULL, NULL},
		{"words nobody can see are no source", test_words_nobody_can_see, NULL,
		 NULL, NULL},
		{"two texts in one place are no source", test_two_texts_in_one_place,
		 NULL, NULL, NULL},
		{"the attached invoice is the one of the standard's name",
		 test_attached_invoices, NULL, NULL, NULL},
		{"locked and torn PDFs are told apart", test_pdf_that_does_not_open,
		 NULL, NULL, NULL},
		{"more pages than allowed are not begun", test_too_many_pages, NULL,
		 NULL, NULL},
		{"a page that cannot be drawn is named", test_page_that_cannot_be_drawn,
		 NULL, NULL, NULL},
		{"what was entered over a form's picture is text",
		 test_entries_over_a_picture, NULL, NULL, NULL},
		{"known words are wiped from a part of the page",
		 test_known_words_are_wiped_from_a_part, NULL, NULL, NULL},
		{"raw fax data gets the header it lacks",
		 test_raw_fax_data_gets_a_header, NULL, NULL, NULL},
		{"a scan is known by covering its page", test_scan_covers_page, NULL,
		 NULL, NULL},
	};
	return cmocka_run_group_tests_name("read", tests, load, unload);
}
