/* Documents in memory and as bytes. */
#include "testing.h"

#include <stdlib.h>

#include "doc.h"
#include "pack.h"
#include "text.h"

static struct doc *sample(struct arena *arena)
{
	struct doc *doc = doc_new(arena);
	struct field *field;

	doc->format = "pdf";
	doc->type = "invoice";
	doc->type_confidence = 0.75f;
	doc->pages_in_file = 3;
	doc->structured = true;
	field = doc_add_field(doc, "seller/name", 0);
	field->raw = "Muster  GmbH";
	field->value = "Muster GmbH";
	field->page = 1;
	field->box = (struct box){10, 20, 300, 40};
	field->source = SOURCE_OCR;
	field->confidence = 0.5f;
	field->accepted = true;
	field->why = "two readings agree";
	field->n_alternatives = 1;
	field->alternatives = arena_alloc(arena, sizeof(*field->alternatives));
	field->alternatives[0] = (struct alternative){"Munster GmbH", 0.25f};
	doc_add_field(doc, "lines/charge", 2)->value = "12.50";
	doc_find(doc, "missing", FINDING_READING, SEVERITY_STOP, "number  issue_date",
		 "The %s is missing.", "number");
	return doc;
}

static struct page *sample_page(struct arena *arena)
{
	struct page *page = doc_add_page(doc_new(arena));

	page->width = 2480;
	page->height = 3508;
	page->dpi = 200;
	page->rotation = 270;
	page->skew_deg = -1.25f;
	page->source = SOURCE_ZONE;
	page->form = "cms1500";
	page->display = (struct image_blob){
		.mime = "image/jpeg", .width = 1200, .height = 1697};
	memset(page->display.hash, 'a', 64);
	page->n_words = 2;
	page->words = arena_alloc_n(arena, 2, sizeof(*page->words));
	page->words[0] = (struct word){.text = "Größe",
				       .box = {5, 6, 70, 20},
				       .confidence = 0.5f,
				       .block = 1,
				       .line = 65535,
				       .height = 14,
				       .bold = 1,
				       .readings = 3,
				       .agreed = 2};
	page->words[1] = (struct word){.text = "10", .confidence = 1};
	page->n_zones = 1;
	page->zones = arena_alloc(arena, sizeof(*page->zones));
	page->zones[0] = (struct zone_reading){.path = "lines[2]/charge",
					       .text = " 90  ELM STREET\n\nSALEM ",
					       .box = {1, 2, 3, 4},
					       .confidence = 0.75f};
	return page;
}

static enum rc page_there_and_back(struct arena *arena, const struct page *page,
				   struct page *out)
{
	struct unpack u;
	struct pack p;
	struct err err;
	enum rc rc;

	pack_init(&p, arena);
	doc_pack_page(&p, page);
	unpack_init(&u, p.bytes, p.len);
	rc = doc_unpack_page(&u, arena, out, &err);
	assert_true(rc != RC_OK || unpack_ok(&u));
	return rc;
}

static void fields_are_found_by_path_and_line(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = sample(arena);

	(void)state;
	assert_string_equal(doc_value(doc, "seller/name", 0), "Muster GmbH");
	assert_null(doc_value(doc, "seller/name", 1));
	assert_string_equal(doc_value(doc, "lines/charge", 2), "12.50");
	assert_ptr_equal(doc_add_field(doc, "seller/name", 0),
			 doc_field(doc, "seller/name", 0));
	assert_int_equal(doc->n_fields, 2);
	assert_int_equal(doc_lines(doc), 2);
}

static void fields_of_many_lines_are_found_as_they_come_and_go(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = doc_new(arena);

	(void)state;
	for (int line = 1; line <= 3000; line++) {
		assert_null(doc_field(doc, "lines/charge", line));
		doc_add_field(doc, "lines/charge", line)->value =
			arena_printf(arena, "%d.00", line);
		doc_add_field(doc, "lines/units", line);
	}
	for (int line = 1; line <= 3000; line++)
		assert_int_equal(atoi(doc_value(doc, "lines/charge", line)), line);
	assert_int_equal(doc->n_fields, 6000);
	doc_remove_line(doc, 1000);
	assert_int_equal(atoi(doc_value(doc, "lines/charge", 999)), 999);
	assert_int_equal(atoi(doc_value(doc, "lines/charge", 1000)), 1001);
	assert_int_equal(atoi(doc_value(doc, "lines/charge", 2999)), 3000);
	assert_null(doc_field(doc, "lines/charge", 3000));
	assert_null(doc_field(doc, "lines/charge", 0));
}

static void removing_a_line_renumbers_those_after_it(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = doc_new(arena);

	(void)state;
	doc_add_field(doc, "total", 0)->value = "9.00";
	for (int line = 1; line <= 3; line++)
		doc_add_field(doc, "lines/charge", line)->value =
			arena_printf(arena, "%d.00", line);
	doc_remove_line(doc, 2);
	assert_int_equal(doc_lines(doc), 2);
	assert_string_equal(doc_value(doc, "lines/charge", 1), "1.00");
	assert_string_equal(doc_value(doc, "lines/charge", 2), "3.00");
	assert_string_equal(doc_value(doc, "total", 0), "9.00");
}

static void a_copy_goes_its_own_way(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = sample(arena), *copy = doc_copy(doc);

	(void)state;
	assert_string_equal(doc_value(copy, "lines/charge", 2), "12.50");
	doc_field(copy, "seller/name", 0)->value = "Another";
	for (int line = 3; line < 100; line++)
		doc_add_field(copy, "lines/charge", line)->value = "1.00";
	doc_find(copy, "sum", FINDING_READING, SEVERITY_WARN, "", "The sum is off.");
	copy->type = "receipt";
	assert_string_equal(doc_value(doc, "seller/name", 0), "Muster GmbH");
	assert_int_equal(doc_lines(doc), 2);
	assert_int_equal(doc->n_findings, 1);
	assert_string_equal(doc->type, "invoice");
	assert_int_equal(doc_lines(copy), 99);
	assert_string_equal(doc_value(copy, "lines/charge", 50), "1.00");
}

static void only_a_stop_finding_makes_an_exception(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = doc_new(arena);
	struct finding *finding;

	(void)state;
	finding = doc_find(doc, "check-digit", FINDING_DOCUMENT, SEVERITY_WARN, NULL,
			   "The number's check digit is wrong.");
	assert_int_equal(finding->n_fields, 0);
	assert_false(doc_has_stop(doc));
	finding = doc_find(doc, "missing", FINDING_READING, SEVERITY_STOP, " a  b/c ",
			   "Line one.\nLine two.");
	assert_true(doc_has_stop(doc));
	assert_int_equal(finding->n_fields, 2);
	assert_string_equal(finding->fields[0], "a");
	assert_string_equal(finding->fields[1], "b/c");
	assert_string_equal(finding->text, "Line one. Line two.");
}

static void boxes_unite_and_overlap(void **state)
{
	struct box a = {0, 0, 10, 10}, b = {20, 5, 10, 10}, none = {0}, u;

	(void)state;
	u = box_union(a, b);
	assert_memory_equal(&u, (&(struct box){0, 0, 30, 15}), sizeof(u));
	u = box_union(none, b);
	assert_memory_equal(&u, &b, sizeof(u));
	assert_false(box_overlaps(a, b));
	assert_true(box_overlaps(a, (struct box){9, 9, 5, 5}));
	assert_false(box_overlaps(a, (struct box){10, 0, 5, 5}));
}

static void a_page_comes_back_as_it_went(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct page *page = sample_page(arena), back;

	(void)state;
	assert_int_equal(page_there_and_back(arena, page, &back), RC_OK);
	assert_int_equal(back.number, 1);
	assert_int_equal(back.width, 2480);
	assert_int_equal(back.rotation, 270);
	assert_true(back.skew_deg == -1.25f);
	assert_string_equal(back.form, "cms1500");
	assert_string_equal(back.display.hash, page->display.hash);
	assert_string_equal(back.display.mime, "image/jpeg");
	assert_int_equal(back.n_words, 2);
	assert_string_equal(back.words[0].text, "Größe");
	assert_int_equal(back.words[0].line, 65535);
	assert_int_equal(back.words[0].bold, 1);
	assert_int_equal(back.words[0].readings, 3);
	assert_int_equal(back.words[0].agreed, 2);
	assert_memory_equal(&back.words[0].box, &page->words[0].box,
			    sizeof(struct box));
	assert_int_equal(back.n_zones, 1);
	assert_string_equal(back.zones[0].path, "lines[2]/charge");
	assert_string_equal(back.zones[0].text, "90 ELM STREET\nSALEM");
	assert_true(back.zones[0].confidence == 0.75f);
}

/* What databases hold from before words said how often they were read. */
static void a_page_of_version_1_is_still_read(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct word word = {
		.text = "Total", .box = {10, 20, 60, 30}, .confidence = 0.5f};
	struct page page = {
		.number = 1, .width = 100, .height = 100, .words = &word, .n_words = 1};
	struct pack once, twice;
	struct unpack u;
	struct page out = {0};
	struct err err;
	size_t at = 2;

	(void)state;
	pack_init(&once, arena);
	doc_pack_page(&once, &page);
	word.readings = word.agreed = 2;
	pack_init(&twice, arena);
	doc_pack_page(&twice, &page);
	while (once.bytes[at] == twice.bytes[at])
		at++;
	uint8_t *bytes = arena_memdup(arena, once.bytes, once.len);
	memmove(bytes + at, bytes + at + 2, once.len - at - 2);
	bytes[0] = 1;
	unpack_init(&u, bytes, once.len - 2);
	assert_int_equal(doc_unpack_page(&u, arena, &out, &err), RC_OK);
	assert_true(unpack_ok(&u));
	assert_string_equal(out.words[0].text, "Total");
	assert_int_equal(out.words[0].readings, 1);
	assert_int_equal(out.words[0].agreed, 1);
}

static void packing_makes_a_careless_page_lawful(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct page *page = sample_page(arena), back;
	struct box cut = {2400, 0, 80, 20};

	(void)state;
	page->words[0].box = (struct box){2400, -10, INT32_MAX, 30};
	page->words[0].confidence = 1.5f;
	page->words[1].text = " two \n words ";
	page->words[0].readings = 2;
	assert_int_equal(page_there_and_back(arena, page, &back), RC_OK);
	assert_memory_equal(&back.words[0].box, &cut, sizeof(cut));
	assert_true(back.words[0].confidence == 1);
	assert_string_equal(back.words[1].text, "two words");
	assert_int_equal(back.words[0].agreed, 2); /* of two, not three */
	assert_int_equal(back.words[1].readings, 1);
	assert_int_equal(back.words[1].agreed, 1);
}

static void unlawful_pages_are_refused(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct page *page, back;

	(void)state;
	page = sample_page(arena);
	page->words[1].text = "";
	assert_int_equal(page_there_and_back(arena, page, &back), RC_FAIL);
	assert_int_equal(back.n_words, 0);
	page = sample_page(arena);
	page->rotation = 45;
	assert_int_equal(page_there_and_back(arena, page, &back), RC_FAIL);
	page = sample_page(arena);
	page->width = -1;
	assert_int_equal(page_there_and_back(arena, page, &back), RC_FAIL);
	page = sample_page(arena);
	page->display.hash[3] = 'X';
	assert_int_equal(page_there_and_back(arena, page, &back), RC_FAIL);
	page = sample_page(arena);
	page->zones[0].path = "patient name; drop";
	assert_int_equal(page_there_and_back(arena, page, &back), RC_FAIL);
}

static void fields_and_findings_come_back_as_they_went(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct doc *doc = sample(arena), *back = doc_new(arena);
	struct unpack u;
	struct pack p;
	struct err err;

	(void)state;
	pack_init(&p, arena);
	doc_pack_fields(&p, doc);
	unpack_init(&u, p.bytes, p.len);
	assert_int_equal(doc_unpack_fields(&u, back, &err), RC_OK);
	assert_true(unpack_ok(&u));
	assert_string_equal(back->format, "pdf");
	assert_string_equal(back->type, "invoice");
	assert_true(back->structured);
	assert_int_equal(back->pages_in_file, 3);
	assert_int_equal(back->n_fields, 2);
	assert_string_equal(back->fields[0].raw, "Muster GmbH"); /* cleaned */
	assert_string_equal(back->fields[0].alternatives[0].text, "Munster GmbH");
	assert_true(back->fields[0].accepted);
	assert_null(back->fields[1].raw);
	assert_int_equal(back->n_findings, 1);
	assert_string_equal(back->findings[0].text, "The number is missing.");
	assert_int_equal(back->findings[0].n_fields, 2);
	assert_true(doc_has_stop(back));
}

/* A page that was accepted must keep what doc.h promises, whatever the bytes were. */
static void check_promises(const struct page *page)
{
	assert_true(page->width >= 0 && page->height >= 0);
	for (size_t i = 0; i < page->n_words; i++) {
		const struct word *w = &page->words[i];

		assert_true(*w->text && text_is_clean(w->text));
		assert_true(w->box.x >= 0 && box_right(w->box) <= page->width);
		assert_true(w->box.y >= 0 && box_bottom(w->box) <= page->height);
		assert_true(w->confidence >= 0 && w->confidence <= 1);
		assert_in_range(w->agreed, 1, w->readings);
	}
}

static void unpack_anything(const uint8_t *bytes, size_t len)
{
	AUTO_ARENA arena = arena_new();
	/* A copy of exactly this length, for the address sanitizer. */
	uint8_t *exact = malloc(len ? len : 1);
	struct unpack u;
	struct page page;
	struct err err;

	memcpy(exact, bytes, len);
	unpack_init(&u, exact, len);
	if (doc_unpack_page(&u, arena, &page, &err) == RC_OK)
		check_promises(&page);
	unpack_init(&u, exact, len);
	doc_unpack_fields(&u, doc_new(arena), &err);
	assert_true(arena_used(arena) < 1000000);
	free(exact);
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void any_bytes_end_in_a_lawful_page_or_in_no(void **state)
{
	AUTO_ARENA arena = arena_new();
	uint32_t seed = 1;
	struct pack packs[2];
	uint8_t *copy;

	(void)state;
	pack_init(&packs[0], arena);
	doc_pack_page(&packs[0], sample_page(arena));
	pack_init(&packs[1], arena);
	doc_pack_fields(&packs[1], sample(arena));
	for (int which = 0; which < 2; which++) {
		const struct pack *p = &packs[which];

		copy = arena_memdup(arena, p->bytes, p->len);
		for (size_t cut = 0; cut < p->len; cut++)
			unpack_anything(copy, cut);
		for (int round = 0; round < 20000; round++) {
			memcpy(copy, p->bytes, p->len);
			for (uint32_t n = next_random(&seed) % 4 + 1; n > 0; n--)
				copy[next_random(&seed) % p->len] =
					next_random(&seed) % 3 == 0
						? 0xff
						: (uint8_t)next_random(&seed);
			unpack_anything(copy, p->len);
		}
	}
}

static void numbers_and_strings_travel(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct unpack u;
	struct pack p;
	const void *bytes;
	size_t len;

	(void)state;
	pack_init(&p, arena);
	pack_u8(&p, 200);
	pack_u32(&p, 0xdeadbeef);
	pack_i32(&p, -5);
	pack_u64(&p, UINT64_MAX - 1);
	pack_f32(&p, 0.1f);
	pack_str(&p, NULL);
	pack_str(&p, "");
	pack_bytes(&p, "a\0b", 3);
	unpack_init(&u, p.bytes, p.len);
	assert_int_equal(unpack_u8(&u), 200);
	assert_int_equal(unpack_u32(&u), 0xdeadbeef);
	assert_int_equal(unpack_i32(&u), -5);
	assert_true(unpack_u64(&u) == UINT64_MAX - 1);
	assert_true(unpack_f32(&u) == 0.1f);
	assert_null(unpack_str(&u, arena));
	assert_string_equal(unpack_str(&u, arena), "");
	assert_false(unpack_ok(&u)); /* something is left over */
	bytes = unpack_bytes(&u, &len);
	assert_int_equal(len, 3);
	assert_memory_equal(bytes, "a\0b", 3);
	assert_true(unpack_ok(&u));
	assert_int_equal(unpack_u8(&u), 0);
	assert_false(unpack_ok(&u));
}

static void counts_strings_and_numbers_that_lie_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		char read; /* c count of 4-byte things, s string, f float */
	} cases[] = {
		{"\xff\xff\xff\xff", 4, 'c'}, {"\x02\0\0\0xxxx", 8, 'c'},
		{"\x05\0\0\0abc", 7, 's'},    {"\x03\0\0\0a\0b", 7, 's'},
		{"\x01\0\0\0\xe9", 5, 's'},   {"\0\0\xc0\x7f", 4, 'f'}, /* NaN */
		{"\0\0\x80\xff", 4, 'f'},				/* -infinity */
	};
	AUTO_ARENA arena = arena_new();
	struct unpack u;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unpack_init(&u, cases[i].bytes, cases[i].len);
		if (cases[i].read == 'c')
			assert_int_equal(unpack_count(&u, 4), 0);
		else if (cases[i].read == 's')
			assert_null(unpack_str(&u, arena));
		else
			assert_true(unpack_f32(&u) == 0);
		assert_true(u.failed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_found_by_path_and_line),
		cmocka_unit_test(fields_of_many_lines_are_found_as_they_come_and_go),
		cmocka_unit_test(removing_a_line_renumbers_those_after_it),
		cmocka_unit_test(a_copy_goes_its_own_way),
		cmocka_unit_test(only_a_stop_finding_makes_an_exception),
		cmocka_unit_test(boxes_unite_and_overlap),
		cmocka_unit_test(a_page_comes_back_as_it_went),
		cmocka_unit_test(a_page_of_version_1_is_still_read),
		cmocka_unit_test(packing_makes_a_careless_page_lawful),
		cmocka_unit_test(unlawful_pages_are_refused),
		cmocka_unit_test(fields_and_findings_come_back_as_they_went),
		cmocka_unit_test(any_bytes_end_in_a_lawful_page_or_in_no),
		cmocka_unit_test(numbers_and_strings_travel),
		cmocka_unit_test(counts_strings_and_numbers_that_lie_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
