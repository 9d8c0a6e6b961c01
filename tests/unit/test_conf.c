/* INI files: what is understood, and what is said about the rest. */
#include "testing.h"

#include "arena.h"
#include "conf.h"

static enum rc parse(struct arena *arena, const char *text, struct conf *out,
		     struct err *err)
{
	return conf_parse("x.conf", text, strlen(text), arena, out, err);
}

static void sections_keys_and_values_are_read_in_order(void **state)
{
	static const char text[] = "\xef\xbb\xbf# comment\r\n"
				   "[intray]\n"
				   "  user =  clerk  \n"
				   "; another\n"
				   "\n"
				   "[ tray   acme/in box ]\n"
				   "path = /srv/a b = c # no comment here\n"
				   "empty =";
	AUTO_ARENA arena = arena_new();
	struct conf conf;
	struct err err;
	int line = 0;

	(void)state;
	assert_int_equal(parse(arena, text, &conf, &err), RC_OK);
	assert_int_equal(conf.n_sections, 2);
	assert_string_equal(conf.sections[0].kind, "intray");
	assert_string_equal(conf.sections[0].name, "");
	assert_string_equal(conf.sections[1].kind, "tray");
	assert_string_equal(conf.sections[1].name, "acme/in box");
	assert_string_equal(conf_get(&conf.sections[0], "user", &line), "clerk");
	assert_int_equal(line, 3);
	assert_string_equal(conf_get(&conf.sections[1], "path", NULL),
			    "/srv/a b = c # no comment here");
	assert_string_equal(conf_get(&conf.sections[1], "empty", NULL), "");
	assert_null(conf_get(&conf.sections[1], "user", NULL));
	assert_null(conf_get(NULL, "user", NULL));
	assert_int_equal(conf_check_unused(&conf, &err), RC_OK);
}

static void a_line_may_be_of_any_length(void **state)
{
	AUTO_ARENA arena = arena_new();
	char *text = arena_alloc(arena, 100100);
	struct conf conf;
	struct err err;

	(void)state;
	strcpy(text, "[a]\nk = ");
	memset(text + strlen(text), 'x', 100000);
	assert_int_equal(parse(arena, text, &conf, &err), RC_OK);
	assert_int_equal(strlen(conf_get(&conf.sections[0], "k", NULL)), 100000);
}

static void every_fault_is_told_with_file_and_line(void **state)
{
	static const struct {
		const char *text, *start;
	} cases[] = {
		{"[a\n", "x.conf:1: a section heading needs a ']'"},
		{"\n[ ]\n", "x.conf:2: empty section heading"},
		{"k = v\n", "x.conf:1: \"k\" stands before the first [section]"},
		{"[a]\nwhat\n", "x.conf:2: expected \"key = value\""},
		{"[a]\n= v\n", "x.conf:2: nothing stands before the '='"},
		{"[a]\nk=1\n\nk=2\n", "x.conf:4: \"k\" was set in line 2 already"},
		{"[a b]\n[a  b]\n", "x.conf:2: section [a b] stands in line 1 already"},
		{"[a]\nk = \xff\n", "x.conf:2: this line is not UTF-8 text"},
	};
	AUTO_ARENA arena = arena_new();
	struct conf conf;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(parse(arena, cases[i].text, &conf, &err), RC_FAIL);
		if (strncmp(err.text, cases[i].start, strlen(cases[i].start)) != 0)
			fail_msg("case %zu: %s", i, err.text);
	}
	assert_int_equal(conf_parse("x.conf", "[a]\nk=\0v", 8, arena, &conf, &err),
			 RC_FAIL);
}

static void a_setting_nobody_asked_for_is_a_fault(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct conf conf;
	struct err err;

	(void)state;
	assert_int_equal(parse(arena, "[a]\nuser = x\nusre = y\n", &conf, &err), RC_OK);
	conf_get(&conf.sections[0], "user", NULL);
	assert_int_equal(conf_check_unused(&conf, &err), RC_FAIL);
	assert_string_equal(err.text,
			    "x.conf:3: unknown setting \"usre\" in [a]: check its "
			    "spelling, or remove it");
}

enum type { INT, BOOL, DURATION, SIZE };

static enum rc ask(struct conf *conf, enum type type, long long *out, struct err *err)
{
	struct conf_section *s = &conf->sections[0];
	long number = -1;
	bool yes = false;
	enum rc rc;

	switch (type) {
	case INT:
		rc = conf_int(conf, s, "k", 1, 64, &number, err);
		break;
	case BOOL:
		rc = conf_bool(conf, s, "k", &yes, err);
		number = yes;
		break;
	case DURATION:
		rc = conf_duration(conf, s, "k", &number, err);
		break;
	case SIZE:
	default:
		return conf_size(conf, s, "k", out, err);
	}
	*out = number;
	return rc;
}

static void typed_values_are_understood_or_refused(void **state)
{
	static const struct {
		enum type type;
		const char *value;
		long long result; /* -1: refused */
	} cases[] = {
		{INT, "1", 1},
		{INT, "64", 64},
		{INT, "0", -1},
		{INT, "65", -1},
		{INT, "two", -1},
		{INT, "2 x", -1},
		{INT, "", -1},
		{BOOL, "yes", 1},
		{BOOL, "OFF", 0},
		{BOOL, "maybe", -1},
		{DURATION, "500ms", 500},
		{DURATION, "5 s", 5000},
		{DURATION, "15min", 900000},
		{DURATION, "8h", 28800000},
		{DURATION, "30d", 2592000000},
		{DURATION, "5", -1},
		{DURATION, "-5s", -1},
		{DURATION, "5m", -1},
		{SIZE, "200", 200},
		{SIZE, "64k", 65536},
		{SIZE, "200M", 209715200},
		{SIZE, "2G", 2147483648},
		{SIZE, "9000000T", -1},
		{SIZE, "1.5G", -1},
		{SIZE, "99999999999999999999", -1},
	};
	AUTO_ARENA arena = arena_new();
	struct conf conf;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		long long out = -1;
		enum rc rc;

		parse(arena, arena_printf(arena, "[a]\nk = %s\n", cases[i].value),
		      &conf, &err);
		rc = ask(&conf, cases[i].type, &out, &err);
		if (rc != (cases[i].result < 0 ? RC_FAIL : RC_OK))
			fail_msg("\"%s\"", cases[i].value);
		if (rc == RC_OK)
			assert_int_equal(out, cases[i].result);
		else
			assert_memory_equal(err.text, "x.conf:2: k = ", 14);
	}
}

static void an_absent_setting_leaves_the_default(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct conf conf;
	struct err err;
	long value = 42;

	(void)state;
	parse(arena, "[a]\n", &conf, &err);
	assert_int_equal(conf_int(&conf, &conf.sections[0], "k", 1, 64, &value, &err),
			 RC_OK);
	assert_int_equal(value, 42);
}

static void a_missing_file_says_what_to_do(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct conf conf;
	struct err err;

	(void)state;
	assert_int_equal(conf_load("/nonexistent/x.conf", arena, &conf, &err), RC_FAIL);
	assert_non_null(strstr(err.text, "--config"));
	assert_non_null(strstr(err.text, "/nonexistent/x.conf"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_keys_and_values_are_read_in_order),
		cmocka_unit_test(a_line_may_be_of_any_length),
		cmocka_unit_test(every_fault_is_told_with_file_and_line),
		cmocka_unit_test(a_setting_nobody_asked_for_is_a_fault),
		cmocka_unit_test(typed_values_are_understood_or_refused),
		cmocka_unit_test(an_absent_setting_leaves_the_default),
		cmocka_unit_test(a_missing_file_says_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
