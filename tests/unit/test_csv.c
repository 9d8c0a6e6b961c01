/* test_csv.c - files of records as people and ERPs write them. Each case is read in one
 * piece and byte by byte, so that no boundary of a block matters. */
#include "daemon/cli/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct bytes {
	const char *at;
	size_t left, piece;
};

static enum rc take(void *ctx, char *bytes, size_t len, size_t *got, struct err *err)
{
	struct bytes *b = ctx;

	(void)err;
	*got = len < b->left ? len : b->left;
	*got = *got < b->piece ? *got : b->piece;
	memcpy(bytes, b->at, *got);
	b->at += *got;
	b->left -= *got;
	return RC_OK;
}

/* Records as "line:field|field", with '/' between them and problems as "line!". */
static void print_records(struct csv *csv, char *out)
{
	struct csv_record record;
	bool got;
	struct err err;

	for (*out = '\0';;) {
		assert_int_equal(csv_next(csv, &record, &got, &err), RC_OK);
		if (!got)
			return;
		out += sprintf(out, "%s%ld%s", out[0] ? "" : "", (long)record.line,
			       record.problem ? "!" : ":");
		for (size_t i = 0; i < record.n_fields; i++)
			out += sprintf(out, "%s%s", i ? "|" : "", record.fields[i]);
		out += sprintf(out, "/");
	}
}

static void check(const char *name, const char *bytes, size_t len, size_t piece,
		  char separator, const char *want)
{
	char got[4000], sha256[65];
	struct csv *csv;
	struct err err;
	enum csv_encoding encoding;
	size_t skip;
	struct bytes b = {bytes, len, piece};
	int fd = memfd_create("csv", 0);

	assert_int_equal(write(fd, bytes, len), len);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(csv_detect(fd, &encoding, &skip, sha256, &err), RC_OK);
	close(fd);
	assert_int_equal(
		csv_open((struct csv_source){&b, take}, encoding, skip, 0, &csv, &err),
		RC_OK);
	print_records(csv, got);
	if (strcmp(got, want) != 0)
		fail_msg("%s, in pieces of %zu: \"%s\", expected \"%s\"", name, piece,
			 got, want);
	if (separator && csv_separator(csv) != separator)
		fail_msg("%s: separator '%c'", name, csv_separator(csv));
	csv_close(&csv);
}

#define BYTES(text) (text), sizeof(text) - 1
static const struct {
	const char *name, *bytes;
	size_t len;
	char separator;
	const char *want;
} cases[] = {
	{"a plain file", BYTES("a,b\n1,2\n"), ',', "1:a|b/2:1|2/"},
	{"no line feed at the end", BYTES("a,b\n1,2"), ',', "1:a|b/2:1|2/"},
	{"lines of Windows", BYTES("a;b\r\n1;2\r\n"), ';', "1:a|b/2:1|2/"},
	{"lines of an old Macintosh", BYTES("a;b\r1;2\r"), ';', "1:a|b/2:1|2/"},
	{"tabs", BYTES("a\tb\n1,5\t2,5\n"), '\t', "1:a|b/2:1,5|2,5/"},
	{"bars", BYTES("a|b\n1|2\n"), '|', "1:a|b/2:1|2/"},
	{"semicolons with decimal commas", BYTES("a;b\n1,5;2\n1,5;3\n"), ';',
	 "1:a|b/2:1,5|2/3:1,5|3/"},
	{"Excel's hint", BYTES("sep=;\na,1;b\n1,2;2\n"), ';', "2:a,1|b/3:1,2|2/"},
	{"quotes with separator and line feed in them",
	 BYTES("a,b\n\"x, y\nz\",\"say \"\"no\"\"\"\nc,d\n"), ',',
	 "1:a|b/2:x, y\nz|say \"no\"/4:c|d/"},
	{"a quote inside a field is a letter", BYTES("a,b\n5\" pipe,2\n"), ',',
	 "1:a|b/2:5\" pipe|2/"},
	{"empty fields", BYTES("a,b,c\n,,\n"), ',', "1:a|b|c/2:||/"},
	{"blank lines are passed over and counted", BYTES("a,b\n\n  \n1,2\n"), ',',
	 "1:a|b/4:1|2/"},
	{"a quote that is never closed costs its line alone",
	 BYTES("a,b\n\"x,1\ny,2\nz,3\n"), ',', "1:a|b/2!/3:y|2/4:z|3/"},
	{"UTF-8 with its mark", BYTES("\xef\xbb\xbfn\xc3\xa4me,b\n1,2\n"), ',',
	 "1:n\xc3\xa4me|b/2:1|2/"},
	{"UTF-8 without", BYTES("n\xc3\xa4me,b\n"), ',', "1:n\xc3\xa4me|b/"},
	{"Latin-1", BYTES("n\xe4me;b\n\x80;2\n"), ';',
	 "1:n\xc3\xa4me|b/2:\xe2\x82\xac|2/"},
	{"UTF-16, little end first",
	 BYTES("\xff\xfe"
	       "a\0,\0\xe4\0\n\0"
	       "1\0,\0"
	       "2\0"),
	 ',', "1:a|\xc3\xa4/2:1|2/"},
	{"UTF-16, big end first",
	 BYTES("\xfe\xff\0a\0,\0b\0\n\0"
	       "1\0,\xd8\x3d\xde\x00"),
	 ',', "1:a|b/2:1|\xf0\x9f\x98\x80/"},
	{"UTF-16 without its mark",
	 BYTES("a\0,\0b\0\n\0"
	       "1\0,\0"
	       "2\0\n\0"),
	 ',', "1:a|b/2:1|2/"},
	{"a zero byte becomes a space", BYTES("heading,b,c,d,e,f\n1\0x,2\n"), ',',
	 "1:heading|b|c|d|e|f/2:1 x|2/"},
	{"nothing at all", BYTES(""), 0, ""},
	{"a heading alone", BYTES("a,b"), ',', "1:a|b/"},
};

static void records_come_out_as_they_were_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (size_t piece = 1; piece < 10000; piece = piece * 7 + 1)
			check(cases[i].name, cases[i].bytes, cases[i].len, piece,
			      cases[i].separator, cases[i].want);
}

/* A record may be long, the file much longer, and neither is held in memory whole. */
static void an_open_quote_in_a_long_file_loses_one_line(void **state)
{
	enum { LINES = 100000 };
	size_t len = 0, records = 0, problems = 0;
	char *bytes = malloc(LINES * 24 + 100);
	struct csv_record record;
	struct csv *csv;
	struct err err;
	bool got;

	(void)state;
	for (int i = 0; i < LINES; i++)
		len += (size_t)sprintf(
			bytes + len, i == 500 ? "\"%08d,value %d\n" : "%08d,value %d\n",
			i, i);
	struct bytes b = {bytes, len, 1 << 20};
	assert_int_equal(
		csv_open((struct csv_source){&b, take}, CSV_UTF8, 0, 0, &csv, &err),
		RC_OK);
	for (;;) {
		assert_int_equal(csv_next(csv, &record, &got, &err), RC_OK);
		if (!got)
			break;
		records += !record.problem;
		problems += record.problem != NULL;
		if (record.problem)
			assert_int_equal(record.line, 501);
	}
	assert_int_equal(records, LINES - 1);
	assert_int_equal(problems, 1);
	csv_close(&csv);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_out_as_they_were_meant),
		cmocka_unit_test(an_open_quote_in_a_long_file_loses_one_line),
	};
	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
