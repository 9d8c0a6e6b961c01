/* test_exchange.c - what the engine makes of a reader's bytes, one process, no jail.
 *
 * A good conversation is taken apart and put together wrongly in thousands of ways (the
 * same ones every time): each must end in a verdict, and none may make the engine keep
 * more than was sent or touch what is not its own (the sanitizers watch). */
#include "testing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../daemon/worker/exchange.h"
#include "pack.h"
#include "proc.h"

struct bench {
	struct exchange x;
	struct engine_read request;
	struct err err;
	struct arena *arena;
	int reader, launcher; /* the other ends */
	size_t images;
	char part[16]; /* bytes of the last */
};

static enum rc count_image(void *ctx, int page, struct image_blob *blob,
			   struct err *err)
{
	struct bench *b = ctx;
	(void)page, (void)err;
	b->images += blob->len;
	return RC_OK;
}

static enum rc read_part(void *ctx, struct part *part, int fd, struct err *err)
{
	struct bench *b = ctx;
	(void)err;
	assert_true(part->size < (int64_t)sizeof(b->part));
	assert_true(fd_read_exact(fd, b->part, (size_t)part->size));
	return RC_OK;
}

static void bench_open(struct bench *b)
{
	int talk[2], control[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, talk), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, control), 0);
	*b = (struct bench){
		.arena = arena_new(), .reader = talk[1], .launcher = control[1]};
	b->request = (struct engine_read){.first = 1,
					  .max_first_run = 8,
					  .keep_image = count_image,
					  .keep_part = read_part,
					  .ctx = b};
	b->x = (struct exchange){.control = control[0],
				 .talk = talk[0],
				 .file = talk[0],
				 .request = &b->request,
				 .doc = doc_new(b->arena),
				 .err = &b->err,
				 .output = -1,
				 .part = -1};
}

static void bench_close(struct bench *b)
{
	fd_close(&b->x.control);
	fd_close(&b->x.talk);
	fd_close(&b->x.output);
	fd_close(&b->x.part);
	fd_close(&b->reader);
	fd_close(&b->launcher);
	free(b->x.bytes);
	arena_free(&b->arena);
}

static enum rc say(struct bench *b, const void *bytes, size_t len)
{
	assert_true(fd_write_all(b->reader, bytes, len));
	return exchange_receive(&b->x);
}

/* --- good frames --- */

static void frame(struct pack *out, enum frame_kind kind, const struct pack *body)
{
	pack_u32(out, kind);
	pack_u32(out, (uint32_t)body->len);
	for (size_t i = 0; i < body->len; i++)
		pack_u8(out, body->bytes[i]);
}

static void add_page(struct pack *out, int number)
{
	struct alternative other = {.text = "lO0.00", .confidence = 0.3f};
	struct word words[] = {
		{.text = "Total", .box = {10, 10, 50, 20}, .confidence = 0.9f},
		{.text = "100.00",
		 .box = {90, 10, 50, 20},
		 .confidence = 0.8f,
		 .alternatives = &other,
		 .n_alternatives = 1},
	};
	struct zone_reading zone = {.path = "patient/name",
				    .text = "DOE, JANE",
				    .box = {5, 5, 10, 10},
				    .confidence = 0.5f};
	struct page page = {.number = number,
			    .width = 2480,
			    .height = 3508,
			    .dpi = 300,
			    .source = SOURCE_OCR,
			    .words = words,
			    .n_words = COUNT(words),
			    .zones = &zone,
			    .n_zones = 1,
			    .display = {.mime = "image/jpeg", .width = 8, .height = 8}};
	struct pack body, packed;
	pack_init(&packed, out->arena);
	doc_pack_page(&packed, &page);
	pack_init(&body, out->arena);
	pack_bytes(&body, packed.bytes, packed.len);
	pack_bytes(&body, "picture", 7);
	pack_bytes(&body, NULL, 0);
	frame(out, FRAME_PAGE, &body);
}

static void add_tool(struct pack *out, int tool)
{
	struct pack body;
	pack_init(&body, out->arena);
	pack_i32(&body, tool);
	pack_i32(&body, 1);
	pack_i32(&body, 1);
	pack_i32(&body, 300);
	pack_i32(&body, 1);
	pack_i32(&body, 1);
	for (int i = 0; i < 4; i++)
		pack_i32(&body, 0);
	frame(out, FRAME_TOOL, &body);
}

static void add_end(struct pack *out, const char *format, const char *type)
{
	struct pack body;
	struct doc *doc = doc_new(out->arena);
	doc->format = format;
	doc->type = type;
	doc->pages_in_file = 2;
	struct field *f = doc_add_field(doc, "number", 0);
	f->raw = f->value = "R-1";
	f->source = SOURCE_XML;
	doc_find(doc, "damaged", FINDING_READING, SEVERITY_WARN, "number", "It is %s.",
		 "torn");
	pack_init(&body, out->arena);
	doc_pack_fields(&body, doc);
	frame(out, FRAME_END, &body);
}

static void add_part(struct pack *out, int number, enum part_kind kind,
		     const char *name, uint64_t size)
{
	struct pack body;
	pack_init(&body, out->arena);
	pack_u32(&body, (uint32_t)number);
	pack_u8(&body, (uint8_t)kind);
	pack_str(&body, name);
	pack_str(&body, "application/pdf");
	pack_str(&body, kind == PART_DOCUMENT ? NULL : "text");
	pack_str(&body, kind == PART_DOCUMENT ? NULL : "Text.");
	pack_u64(&body, size);
	frame(out, FRAME_PART, &body);
}

static void add_bytes(struct pack *out, const char *bytes)
{
	struct pack body;
	pack_init(&body, out->arena);
	pack_bytes(&body, bytes, strlen(bytes));
	frame(out, FRAME_BYTES, &body);
}

static void add_mail(struct pack *out, const char *sender, const char *day)
{
	struct pack body;
	pack_init(&body, out->arena);
	pack_str(&body, sender);
	for (int i = 0; i < 3; i++)
		pack_str(&body, NULL);
	pack_str(&body, day);
	frame(out, FRAME_MAIL, &body);
}

static void good_container(struct pack *out, struct arena *arena)
{
	pack_init(out, arena);
	add_part(out, 1, PART_LISTED, "body", 100);
	add_part(out, 2, PART_DOCUMENT, "a.pdf", 6);
	add_bytes(out, "abc");
	add_bytes(out, "def");
	add_mail(out, "a@b.example", "2026-03-01");
	add_end(out, "eml", NULL);
}

static void good_conversation(struct pack *out, struct arena *arena)
{
	pack_init(out, arena);
	add_page(out, 1);
	add_page(out, 2);
	add_end(out, "tiff", "invoice");
}

/* --- tests --- */

static void test_a_good_conversation_becomes_a_document(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct bench b;
	struct pack all;
	good_conversation(&all, arena);
	bench_open(&b);
	assert_int_equal(say(&b, all.bytes, all.len), RC_OK);
	assert_true(b.x.complete);
	assert_int_equal(b.x.doc->n_pages, 2);
	assert_string_equal(b.x.doc->pages[1]->words[1].alternatives[0].text, "lO0.00");
	assert_string_equal(b.x.doc->format, "tiff");
	assert_string_equal(doc_value(b.x.doc, "number", 0), "R-1");
	assert_string_equal(b.x.doc->findings[0].text, "It is torn.");
	assert_int_equal(b.images, 14);
	bench_close(&b);
}

static void test_it_may_arrive_byte_by_byte(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct bench b;
	struct pack all;
	good_conversation(&all, arena);
	bench_open(&b);
	for (size_t i = 0; i < all.len; i++)
		assert_int_equal(say(&b, all.bytes + i, 1), RC_OK);
	assert_true(b.x.complete);
	assert_int_equal(b.x.doc->n_pages, 2);
	bench_close(&b);
}

static void test_what_is_inside_of_a_container_comes_with_its_bytes(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct bench b;
	struct pack all;
	good_container(&all, arena);
	bench_open(&b);
	for (size_t i = 0; i < all.len; i++)
		assert_int_equal(say(&b, all.bytes + i, 1), RC_OK);
	assert_true(b.x.complete);
	assert_int_equal(b.x.doc->n_parts, 2);
	assert_string_equal(b.x.doc->parts[1].name, "a.pdf");
	assert_string_equal(b.part, "abcdef");
	assert_string_equal(b.x.doc->mail->sender, "a@b.example");
	bench_close(&b);
}

/* Each is a container that lies; none of it may be believed. */
static void wrong_number(struct pack *p)
{
	add_part(p, 2, PART_LISTED, "a", 1);
}
static void no_name(struct pack *p)
{
	add_part(p, 1, PART_LISTED, "", 1);
}
static void dirty_name(struct pack *p)
{
	add_part(p, 1, PART_LISTED, "a\nb", 1);
}
static void unknown_kind(struct pack *p)
{
	add_part(p, 1, PART_KIND_N, "a", 1);
}
static void endless(struct pack *p)
{
	add_part(p, 1, PART_DOCUMENT, "a", 1ULL << 40);
}
static void bytes_of_nothing(struct pack *p)
{
	add_bytes(p, "abc");
}
static void more_than_said(struct pack *p)
{
	add_part(p, 1, PART_DOCUMENT, "a", 2);
	add_bytes(p, "abc");
}
static void part_within_part(struct pack *p)
{
	add_part(p, 1, PART_DOCUMENT, "a", 2);
	add_part(p, 2, PART_LISTED, "b", 2);
}
static void end_within_part(struct pack *p)
{
	add_part(p, 1, PART_DOCUMENT, "a", 2);
	add_end(p, "eml", NULL);
}
static void no_day(struct pack *p)
{
	add_mail(p, NULL, "2026-02-30");
}
static void dirty_sender(struct pack *p)
{
	add_mail(p, "a\tb", NULL);
}

static void test_a_container_that_lies_is_a_fault(void **state)
{
	static void (*const lies[])(struct pack * p) = {
		wrong_number,	 no_name,	   dirty_name,	   unknown_kind,
		endless,	 bytes_of_nothing, more_than_said, part_within_part,
		end_within_part, no_day,	   dirty_sender,
	};
	(void)state;
	for (size_t i = 0; i < COUNT(lies); i++) {
		AUTO_ARENA arena = arena_new();
		struct bench b;
		struct pack all;
		pack_init(&all, arena);
		lies[i](&all);
		bench_open(&b);
		assert_int_equal(say(&b, all.bytes, all.len), RC_FAIL);
		bench_close(&b);
	}
}

static unsigned next_number(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 8;
}

static void spoil(uint8_t *bytes, size_t len, unsigned *seed)
{
	static const uint8_t evil[] = {0, 1, 0x7f, 0x80, 0xff};
	for (unsigned n = 1 + next_number(seed) % 4; n > 0; n--) {
		size_t at = next_number(seed) % len;
		bytes[at] = next_number(seed) % 2
				    ? evil[next_number(seed) % COUNT(evil)]
				    : (uint8_t)next_number(seed);
	}
}

static void test_spoilt_conversations_end_in_a_verdict(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct pack all;
	unsigned seed = 2, refused = 0;
	good_conversation(&all, arena);
	for (int i = 0; i < 3000; i++) {
		struct bench b;
		uint8_t *copy = malloc(all.len);
		memcpy(copy, all.bytes, all.len);
		spoil(copy, all.len, &seed);
		bench_open(&b);
		enum rc rc = say(&b, copy, all.len);
		if (rc != RC_OK && rc != RC_FAIL)
			fail_msg("round %d: %s", i, rc_name(rc));
		if (rc == RC_FAIL)
			assert_true(b.err.text[0]);
		refused += rc == RC_FAIL;
		bench_close(&b);
		free(copy);
	}
	assert_in_range(refused, 1000, 2999); /* the rest hit free text and numbers */
}

static void test_nothing_may_follow_the_end(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct bench b;
	struct pack all;
	good_conversation(&all, arena);
	add_page(&all, 3);
	bench_open(&b);
	assert_int_equal(say(&b, all.bytes, all.len), RC_FAIL);
	assert_non_null(strstr(b.err.text, "after the end"));
	bench_close(&b);
}

static void test_formats_and_types_are_ours(void **state)
{
	static const struct {
		const char *format, *type;
		enum rc rc;
	} cases[] = {
		{"pdf", NULL, RC_OK},	{NULL, "receipt", RC_OK},
		{"exe", NULL, RC_FAIL}, {"pdf", "../invoice", RC_FAIL},
		{"pdf", "", RC_FAIL},	{"pdf", "Invoice; drop", RC_FAIL},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_ARENA arena = arena_new();
		struct bench b;
		struct pack all;
		pack_init(&all, arena);
		add_end(&all, cases[i].format, cases[i].type);
		bench_open(&b);
		assert_int_equal(say(&b, all.bytes, all.len), cases[i].rc);
		bench_close(&b);
	}
}

static void test_one_tool_at_a_time(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct bench b;
	struct pack first;
	struct order order;
	pack_init(&first, arena);
	add_tool(&first, TOOL_RENDER);
	bench_open(&b);
	assert_int_equal(say(&b, first.bytes, first.len), RC_OK);
	assert_int_equal(read(b.launcher, &order, sizeof(order)), sizeof(order));
	assert_int_equal(order.kind, ORDER_TOOL);
	assert_int_equal(order.tool.tool, TOOL_RENDER);
	assert_int_equal(order.tool.dpi, 300);
	assert_int_equal(say(&b, first.bytes, first.len), RC_FAIL);
	assert_non_null(strstr(b.err.text, "while a tool is running"));
	bench_close(&b);
}

static void test_a_tool_s_failure_is_told_not_judged(void **state)
{
	static const struct {
		struct report report;
		const char *output, *says;
	} cases[] = {
		{{.kind = REPORT_TOOL_ENDED}, "text", NULL},
		{{.kind = REPORT_TOOL_ENDED, .status = 1 << 8}, "text", NULL},
		{{.kind = REPORT_TOOL_ENDED, .status = 1 << 8, .text = "no xref"},
		 "",
		 "failed: no xref"},
		{{.kind = REPORT_TOOL_ENDED, .status = 9, .late = true},
		 "text",
		 "took too long"},
		{{.kind = REPORT_TOOL_ENDED, .status = 11}, "half", "crashed"},
		{{.kind = REPORT_NOT_STARTED, .text = "fork"},
		 "",
		 "could not be started"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bench b;
		struct tool_answer answer;
		bench_open(&b);
		b.x.output = memfd_from("t", cases[i].output, strlen(cases[i].output));
		assert_int_equal(exchange_answer(&b.x, &cases[i].report), RC_OK);
		assert_int_equal(b.x.output, -1);
		assert_true(fd_read_exact(b.reader, &answer, sizeof(answer)));
		if (cases[i].says)
			assert_non_null(strstr(answer.text, cases[i].says));
		assert_int_equal(answer.rc, cases[i].says ? RC_FAIL : RC_OK);
		bench_close(&b);
	}
}

static void test_a_dead_reader_s_tool_is_no_fault(void **state)
{
	struct report report = {.kind = REPORT_TOOL_ENDED};
	struct bench b;
	(void)state;
	bench_open(&b);
	b.x.output = memfd_from("t", "text", 4);
	fd_close(&b.reader); /* killed while its tool ran */
	assert_int_equal(exchange_receive(&b.x), RC_OK);
	assert_int_equal(b.x.talk, -1);
	assert_int_equal(exchange_answer(&b.x, &report), RC_OK);
	assert_int_equal(b.x.output, -1);
	bench_close(&b);
}

static void test_requests_out_of_bounds_are_refused(void **state)
{
	static const struct {
		struct tool_request request;
		bool refused;
	} cases[] = {
		{{.tool = TOOL_PDFINFO}, false},
		{{.tool = TOOL_PDFINFO, .first = 2, .last = 1}, true},
		{{.tool = TOOL_TEXT, .first = 1, .last = 8}, false},
		{{.tool = TOOL_TEXT}, true},
		{{.tool = TOOL_RENDER, .first = 1, .last = 1, .dpi = 600}, false},
		{{.tool = TOOL_RENDER, .first = 1, .last = 1, .dpi = 601}, true},
		{{.tool = TOOL_RENDER, .first = 1, .last = 1, .dpi = 71}, true},
		{{.tool = TOOL_RENDER,
		  .first = 1,
		  .last = 1,
		  .dpi = 300,
		  .part = {0, 120, 2480, 600}},
		 false},
		{{.tool = TOOL_RENDER,
		  .first = 1,
		  .last = 1,
		  .dpi = 300,
		  .part = {-1, 0, 100, 100}},
		 true},
		{{.tool = TOOL_RENDER,
		  .first = 1,
		  .last = 1,
		  .dpi = 300,
		  .part = {0, 0, 100, 1000000}},
		 true},
		{{.tool = TOOL_ATTACH, .index = 1}, false},
		{{.tool = TOOL_ATTACH}, true},
		{{.tool = TOOL_FONTS, .first = 1, .last = 1000000}, true},
		{{.tool = TOOL_N}, true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(tool_refusal(&cases[i].request) != NULL,
				 cases[i].refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_good_conversation_becomes_a_document),
		cmocka_unit_test(test_it_may_arrive_byte_by_byte),
		cmocka_unit_test(
			test_what_is_inside_of_a_container_comes_with_its_bytes),
		cmocka_unit_test(test_a_container_that_lies_is_a_fault),
		cmocka_unit_test(test_spoilt_conversations_end_in_a_verdict),
		cmocka_unit_test(test_nothing_may_follow_the_end),
		cmocka_unit_test(test_formats_and_types_are_ours),
		cmocka_unit_test(test_one_tool_at_a_time),
		cmocka_unit_test(test_a_tool_s_failure_is_told_not_judged),
		cmocka_unit_test(test_a_dead_reader_s_tool_is_no_fault),
		cmocka_unit_test(test_requests_out_of_bounds_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
