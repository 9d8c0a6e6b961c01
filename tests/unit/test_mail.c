/* test_mail.c - what is inside of mails, archives and winmail.dat, part by part.
 *
 * Each case is a container's bytes and the parts it must give, as "kind:code:name"; a
 * mail that is itself the document gives its words. Then every container is cut off and
 * spoilt in many ways (the same ones every time): whatever comes of it, it ends, within
 * its limits, and parts stay numbered in order (the sanitizers watch). */
#include "testing.h"

#include <stdio.h>
#include <string.h>

#include "../../stages/part.h"
#include "../mail/packs.h"
#include "text.h"

struct seen {
	struct arena *arena;
	struct strbuf parts; /* "document::a.xml listed:body:part 1" */
	struct strbuf words;
	size_t bytes;
	int n, pages;
};

static enum rc see_part(void *ctx, const struct part *part, const void *bytes,
			size_t len, struct err *err)
{
	struct seen *s = ctx;
	(void)err;
	assert_int_equal(part->number, ++s->n);
	assert_true(bytes || len == 0);
	assert_true(part->name && *part->name);
	strbuf_addf(&s->parts, "%s%s:%s:%s", s->n > 1 ? " " : "",
		    part_kind_name(part->kind), part->code ? part->code : "",
		    part->name);
	s->bytes += len;
	return RC_OK;
}

static enum rc see_page(void *ctx, const struct page *page, struct err *err)
{
	struct seen *s = ctx;
	(void)err;
	assert_int_equal(page->number, ++s->pages);
	for (size_t i = 0; i < page->n_words; i++)
		strbuf_addf(&s->words, "%s%s", s->words.len ? " " : "",
			    page->words[i].text);
	return RC_OK;
}

static struct doc *look(struct seen *s, struct arena *arena, const void *bytes,
			size_t len)
{
	struct err err = {0};
	struct doc *doc = doc_new(arena);
	struct read_env env = {.limits = {100000000, 100},
			       .ctx = s,
			       .part_done = see_part,
			       .page_done = see_page};
	*s = (struct seen){.arena = arena};
	strbuf_init(&s->parts, arena);
	strbuf_init(&s->words, arena);
	enum rc rc = read_file(&env, bytes, len, 1, 0, 0, doc, &err);
	assert_true(rc == RC_OK || rc == RC_FAIL);
	return doc;
}

static const char *finding(const struct doc *doc)
{
	return doc->n_findings ? doc->findings[0].code : "";
}

/* --- cases --------------------------------------------------------------------- */

#define HEAD "From: \"Acme Ltd\" <Bills@Acme.example>\r\nSubject: Bill\r\n"
#define FROM "From bills@acme.example Mon Mar  2 09:00:00 2026\r\n"
#define MIXED                                                                          \
	HEAD "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
#define XML "<?xml version=\"1.0\"?><a/>"

static const struct {
	const char *name, *mail, *parts, *words;
} mails[] = {
	{"a mail of text alone is a letter", HEAD "\r\nTotal 12.00\r\n",
	 "listed:body:part 1",
	 "From: Acme Ltd <bills@acme.example> Subject: Bill Total 12.00"},
	{"HTML is read as its text, cells apart",
	 HEAD
	 "Content-Type: text/html\r\n\r\n<style>p{}</style><p>F&uuml;r<table><tr><td>a"
	 "<td>b</table>",
	 "listed:body:part 1",
	 "From: Acme Ltd <bills@acme.example> Subject: Bill F\xc3\xbcr a b"},
	{"Latin-1 that nobody declared is Latin-1", HEAD "\r\nf\xe4llig\r\n",
	 "listed:body:part 1",
	 "From: Acme Ltd <bills@acme.example> Subject: Bill f\xc3\xa4llig"},
	{"a declared code page is used",
	 HEAD "Content-Type: text/plain; charset=iso-8859-2\r\n\r\nS\xb3ownie\r\n",
	 "listed:body:part 1",
	 "From: Acme Ltd <bills@acme.example> Subject: Bill S\xc5\x82ownie"},
	{"an attachment is a document, the text is listed",
	 MIXED
	 "--b\r\n\r\nHello\r\n--b\r\nContent-Type: text/xml; name=a.xml\r\n\r\n" XML
	 "\r\n--b--\r\n",
	 "listed:body:part 1 document::a.xml", ""},
	{"without the last boundary too",
	 MIXED "--b\r\nContent-Type: text/xml; name=a.xml\r\n\r\n" XML,
	 "document::a.xml", ""},
	{"a name in Latin words and one that climbs are labels",
	 MIXED "--b\r\nContent-Disposition: attachment; "
	       "filename*=utf-8''%C3%A4.xml\r\n\r\n" XML
	       "\r\n--b\r\nContent-Disposition: attachment; "
	       "filename=\"../../x.xml\"\r\n\r\n" XML "\r\n--b--\r\n",
	 "document::\xc3\xa4.xml document::../../x.xml", ""},
	{"damaged base64 is taken as far as it goes, and noted",
	 MIXED "--b\r\nContent-Type: text/xml; "
	       "name=a.xml\r\nContent-Transfer-Encoding: base64"
	       "\r\n\r\nPD94bWw!gdmVyc2lvbj0iMS4wIj8+PGEvPg==\r\n--b--\r\n",
	 "document:damaged:a.xml", ""},
	{"mails that follow each other are parts",
	 FROM HEAD "\r\nTotal 12.00\r\n\r\n" FROM HEAD
		   "\r\nTotal 13.00\r\n\r\n" FROM MIXED "--b--\r\n",
	 "document::mail 1.eml document::mail 2.eml document::mail 3.eml", ""},
	{"a mailbox of one mail is that mail", FROM HEAD "\r\nTotal 12.00\r\n",
	 "listed:body:part 1",
	 "From: Acme Ltd <bills@acme.example> Subject: Bill Total 12.00"},
	{"a sentence that begins like a mailbox's line is a sentence",
	 FROM HEAD "\r\nHello,\r\n\r\nFrom now on: pay\r\nDate: later\r\n",
	 "listed:body:part 1",
	 "From: Acme Ltd <bills@acme.example> Subject: Bill Hello, From now on: pay "
	 "Date: later"},
	{"a mailbox quoted in a mail is text",
	 HEAD "\r\nThey wrote\r\n\r\n" FROM HEAD "\r\nTotal\r\n", "listed:body:part 1",
	 "From: Acme Ltd <bills@acme.example> Subject: Bill They wrote From "
	 "bills@acme.example Mon Mar 2 09:00:00 2026 From: \"Acme Ltd\" "
	 "<Bills@Acme.example> Subject: Bill Total"},
	{"a forwarded mail is one part",
	 MIXED "--b\r\nContent-Type: message/rfc822\r\n\r\n" HEAD
	       "\r\nInner\r\n--b--\r\n",
	 "document::Bill.eml", ""},
	{"an encrypted mail is a problem",
	 HEAD "Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n"
	      "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--\r\n",
	 "problem:encrypted:part 1", ""},
	{"a calendar entry is listed",
	 MIXED "--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN\r\n--b--\r\n",
	 "listed:calendar:part 1", "From: Acme Ltd <bills@acme.example> Subject: Bill"},
	{"a piece of a mail is a problem",
	 HEAD "Content-Type: message/partial; id=a; number=1; total=2\r\n\r\nx\r\n",
	 "problem:part-of-a-mail:part 1", ""},
};

static void test_mails(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mails); i++) {
		AUTO_ARENA arena = arena_new();
		struct seen s;
		struct doc *doc = look(&s, arena, mails[i].mail, strlen(mails[i].mail));
		print_message("# %s\n", mails[i].name);
		assert_string_equal(doc->format, "eml");
		assert_string_equal(s.parts.text, mails[i].parts);
		assert_string_equal(s.words.text, mails[i].words);
	}
}

static void test_the_day_is_the_last_servers(void **state)
{
	static const char mail[] =
		"Received: from a by b; Tue, 3 Mar 2026 23:50:00 -0800\r\n"
		"Received: from x by a; Mon, 2 Mar 2026 08:00:00 +0000\r\n"
		"Date: Sun, 1 Mar 2026 08:00:00 +0000\r\n" HEAD "\r\nx\r\n";
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct seen s;
	struct doc *doc = look(&s, arena, mail, strlen(mail));
	assert_string_equal(doc->mail->received_on, "2026-03-03");
	assert_string_equal(doc->mail->sender, "bills@acme.example");
	doc = look(&s, arena, mail + 110, strlen(mail + 110));
	assert_string_equal(doc->mail->received_on, "2026-03-01");
}

/* The mail is read all the same, with what is in it. */
static void test_a_head_without_end_is_cut(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct strbuf mail;
	struct seen s;
	strbuf_init(&mail, arena);
	strbuf_add(&mail, "Subject: x");
	for (int i = 0; i < 3000; i++)
		strbuf_add(&mail, "\xc3\xa4");
	strbuf_add(&mail, "\r\nFrom: \"");
	for (int i = 0; i < 500; i++)
		strbuf_add(&mail, "0123456789");
	strbuf_add(&mail, "\" <bills@acme.example>\r\nMIME-Version: 1.0\r\n\r\nx\r\n");
	const struct mail *head = look(&s, arena, mail.text, mail.len)->mail;
	assert_string_equal(head->sender, "bills@acme.example");
	assert_in_range(strlen(head->sender_name), 1, MAIL_LINE_MAX);
	assert_in_range(strlen(head->subject), 1, MAIL_LINE_MAX);
	assert_true(text_is_clean(head->subject));
}

static void test_ten_thousand_parts_are_refused_as_a_whole(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct strbuf mail;
	struct seen s;
	strbuf_init(&mail, arena);
	strbuf_add(&mail, MIXED);
	for (int i = 0; i < 10000; i++)
		strbuf_add(&mail,
			   "--b\r\nContent-Type: text/xml; name=a.xml\r\n\r\n" XML
			   "\r\n");
	struct doc *doc = look(&s, arena, mail.text, mail.len);
	assert_string_equal(finding(doc), "too-many-parts");
	assert_true(doc_has_stop(doc));
	assert_true(s.n <= PARTS_MAX);
}

static void test_parts_within_parts_without_end_are_a_problem(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct strbuf mail;
	struct seen s;
	strbuf_init(&mail, arena);
	strbuf_add(&mail, HEAD "Content-Type: multipart/mixed; boundary=b0\r\n\r\n");
	for (int i = 0; i < 20000; i++)
		strbuf_addf(
			&mail,
			"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n",
			i, i + 1);
	(void)look(&s, arena, mail.text, mail.len);
	assert_true(s.n <= 1);
}

/* --- archives ------------------------------------------------------------------ */

static const char xml[] = XML;
#define PAPER                                                                          \
	{                                                                              \
		xml, sizeof(xml) - 1                                                   \
	}

static void test_members_of_a_zip(void **state)
{
	static const struct member members[] = {
		{"papers/one.xml", PAPER},	{"../../two.xml", PAPER},
		{"readme.txt", {"Read me", 7}}, {"__MACOSX/._one.xml", {"x", 1}},
		{"nothing.pdf", {"", 0}},
	};
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct seen s;
	struct blob zip = pack_zip(arena, members, COUNT(members));
	struct doc *doc = look(&s, arena, zip.bytes, zip.len);
	assert_string_equal(doc->format, "zip");
	assert_string_equal(finding(doc), "");
	assert_string_equal(
		s.parts.text,
		"document::papers/one.xml document::../../two.xml "
		"listed:text:readme.txt listed:by-product:__MACOSX/._one.xml "
		"problem:empty:nothing.pdf");
}

static void test_a_locked_member_is_a_problem_a_locked_zip_a_finding(void **state)
{
	static const struct member members[] = {{"one.xml", PAPER}, {"two.xml", PAPER}};
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct seen s;
	struct blob zip = pack_lock(arena, pack_zip(arena, members, 2));
	struct doc *doc = look(&s, arena, zip.bytes, zip.len);
	assert_string_equal(s.parts.text,
			    "problem:encrypted:one.xml document::two.xml");
	assert_string_equal(finding(doc), "");
	zip = pack_lock(arena, pack_zip(arena, members, 1));
	doc = look(&s, arena, zip.bytes, zip.len);
	assert_string_equal(finding(doc), "encrypted");
}

static void test_zips_that_hold_nothing_or_far_too_much(void **state)
{
	static const struct member text = {"readme.txt", {"Read me", 7}};
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct seen s;
	struct blob zip = pack_zip(arena, &text, 1);
	assert_string_equal(finding(look(&s, arena, zip.bytes, zip.len)),
			    "no-document");
	size_t len = 80u << 20;
	struct member blank = {"blank.tif", {arena_alloc(arena, len), len}};
	zip = pack_zip(arena, &blank, 1);
	struct doc *doc = look(&s, arena, zip.bytes, zip.len);
	assert_string_equal(finding(doc), "zip-bomb");
	assert_int_equal(s.n, 0);
}

static void test_a_file_of_an_office_program_is_no_archive(void **state)
{
	static const struct member members[] = {{"[Content_Types].xml", PAPER},
						{"word/document.xml", PAPER}};
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct seen s;
	struct blob zip = pack_zip(arena, members, 2);
	assert_string_equal(finding(look(&s, arena, zip.bytes, zip.len)),
			    "office-file");
	assert_int_equal(s.n, 0);
}

static void test_what_outlook_wraps(void **state)
{
	static const struct member members[] = {{"one.xml", PAPER},
						{"me.vcf", {"BEGIN:VCARD", 11}}};
	(void)state;
	AUTO_ARENA arena = arena_new();
	struct seen s;
	struct blob wrapped = pack_winmail(arena, members, 2);
	struct doc *doc = look(&s, arena, wrapped.bytes, wrapped.len);
	assert_string_equal(doc->format, "tnef");
	assert_string_equal(s.parts.text, "document::one.xml listed:card:me.vcf");
	(void)look(&s, arena, wrapped.bytes, wrapped.len - 8);
	assert_string_equal(
		s.parts.text,
		"document::one.xml listed:card:me.vcf problem:damaged:winmail.dat");
	assert_string_equal(finding(look(&s, arena, wrapped.bytes, 20)), "unreadable");
}

/* --- anything at all ----------------------------------------------------------- */

static unsigned next_number(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 8;
}

static void spoil_and_look(struct blob good)
{
	unsigned seed = 7;
	for (int round = 0; round < 400; round++) {
		AUTO_ARENA arena = arena_new();
		struct seen s;
		char *bytes = arena_memdup(arena, good.bytes, good.len);
		size_t len = round % 3 ? good.len : next_number(&seed) % good.len;
		for (unsigned n = next_number(&seed) % 5; n > 0 && len > 0; n--)
			bytes[next_number(&seed) % len] = (char)next_number(&seed);
		(void)look(&s, arena, bytes, len);
		assert_true(s.n <= PARTS_MAX);
	}
}

static void test_spoilt_containers_end(void **state)
{
	static const struct member members[] = {{"one.xml", PAPER}, {"two.xml", PAPER}};
	(void)state;
	AUTO_ARENA arena = arena_new();
	for (size_t i = 0; i < COUNT(mails); i++)
		spoil_and_look((struct blob){mails[i].mail, strlen(mails[i].mail)});
	spoil_and_look(pack_zip(arena, members, 2));
	spoil_and_look(pack_winmail(arena, members, 2));
}

/* --- text in any encoding -------------------------------------------------------- */

static const struct {
	const char *name, *bytes;
	size_t len;
	const char *charset, *text;
} encodings[] = {
	{"UTF-8", "\xc3\xa4", 2, NULL, "\xc3\xa4"},
	{"UTF-8 with a mark", "\xef\xbb\xbf\xc3\xa4", 5, NULL, "\xc3\xa4"},
	{"Latin-1 that says it is UTF-8", "\xe4", 1, "utf-8", "\xc3\xa4"},
	{"Windows-1252 has a euro sign", "\x80", 1, NULL, "\xe2\x82\xac"},
	{"UTF-16, little end first", "\xff\xfe\xe4\0", 4, NULL, "\xc3\xa4"},
	{"UTF-16, big end first", "\xfe\xff\0\xe4", 4, NULL, "\xc3\xa4"},
	{"UTF-16 without a mark", "a\0b\0c\0d\0", 8, NULL, "abcd"},
	{"a stated code page", "\xe4", 1, "koi8-r", "\xd0\x94"},
	{"a code page nobody knows", "\xe4", 1, "x-none", "\xc3\xa4"},
	{"half a pair of UTF-16", "\xff\xfe\0\xd8", 4, NULL, "\xef\xbf\xbd"},
};

static void test_text_in_any_encoding(void **state)
{
	(void)state;
	AUTO_ARENA arena = arena_new();
	for (size_t i = 0; i < COUNT(encodings); i++) {
		print_message("# %s\n", encodings[i].name);
		assert_string_equal(text_decode(arena, encodings[i].bytes,
						encodings[i].len, encodings[i].charset),
				    encodings[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mails),
		cmocka_unit_test(test_the_day_is_the_last_servers),
		cmocka_unit_test(test_a_head_without_end_is_cut),
		cmocka_unit_test(test_ten_thousand_parts_are_refused_as_a_whole),
		cmocka_unit_test(test_parts_within_parts_without_end_are_a_problem),
		cmocka_unit_test(test_members_of_a_zip),
		cmocka_unit_test(
			test_a_locked_member_is_a_problem_a_locked_zip_a_finding),
		cmocka_unit_test(test_zips_that_hold_nothing_or_far_too_much),
		cmocka_unit_test(test_a_file_of_an_office_program_is_no_archive),
		cmocka_unit_test(test_what_outlook_wraps),
		cmocka_unit_test(test_spoilt_containers_end),
		cmocka_unit_test(test_text_in_any_encoding),
	};
	mail_warm();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
