/* Settings: defaults, what is understood, and what is refused with which remedy. */
#include "testing.h"

#include "arena.h"
#include "conf.h"
#include "settings.h"

static enum rc load(struct arena *arena, const char *text, struct settings *out,
		    struct err *err)
{
	struct conf conf;

	assert_int_equal(conf_parse("x.conf", text, strlen(text), arena, &conf, err),
			 RC_OK);
	return settings_from_conf(&conf, arena, out, err);
}

static void an_empty_file_gives_the_defaults(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct settings s;
	struct err err;

	(void)state;
	assert_int_equal(load(arena, "", &s, &err), RC_OK);
	assert_string_equal(s.user, "intray");
	assert_string_equal(s.state_dir, "/var/lib/intray");
	assert_string_equal(s.store_dir, "/var/lib/intray/store");
	assert_string_equal(s.secrets_dir, "/var/lib/intray/secrets");
	assert_null(s.database);
	assert_true(s.workers >= 1);
	assert_true(s.max_file == 200LL * 1024 * 1024);
	assert_int_equal(s.drain_ms, 10000);
	assert_int_equal(s.n_trays, 0);
}

static void clients_and_trays_are_understood(void **state)
{
	static const char text[] =
		"[intray]\nstate_dir = /srv//intray/\nworkers = 3\n"
		"drain = 20s\nmax_pixels = 50M\n"
		"[client acme]\nname = Acme & Söhne\n[client b-2]\n"
		"[tray acme/in box]\npath = /in/./a/\nsettle = 500ms\n"
		"done_marker = .ok\nreceived = mtime\n"
		"[tray b-2/scans]\npath = /in/b\n";
	AUTO_ARENA arena = arena_new();
	struct settings s;
	struct err err;

	(void)state;
	assert_int_equal(load(arena, text, &s, &err), RC_OK);
	assert_string_equal(s.state_dir, "/srv/intray");
	assert_string_equal(s.store_dir, "/srv/intray/store");
	assert_int_equal(s.workers, 3);
	assert_int_equal(s.drain_ms, 20000);
	assert_true(s.max_pixels == 50LL * 1024 * 1024);
	assert_int_equal(s.n_clients, 2);
	assert_string_equal(s.clients[0].name, "Acme & Söhne");
	assert_string_equal(s.clients[1].name, "b-2");
	assert_int_equal(s.n_trays, 2);
	assert_string_equal(s.trays[0].client, "acme");
	assert_string_equal(s.trays[0].name, "in box");
	assert_string_equal(s.trays[0].path, "/in/a");
	assert_int_equal(s.trays[0].settle_ms, 500);
	assert_string_equal(s.trays[0].done_marker, ".ok");
	assert_int_equal(s.trays[0].line, 9);
	assert_int_equal(s.trays[1].settle_ms, 5000);
	assert_int_equal(s.trays[1].depth, 8);
	assert_string_equal(s.trays[1].ignore, ".* *.part *.tmp ~*");
	assert_null(s.trays[1].languages);
}

#define DOOR "[client a]\n[door a/x]\n"
#define TRAY "[client a]\n[tray a/x]\npath = /in/x\n"

static void every_fault_names_line_and_remedy(void **state)
{
	static const struct {
		const char *text, *said; /* somewhere in the message */
	} cases[] = {
		{"[intray]\nworker = 2\n", "x.conf:2: unknown setting \"worker\""},
		{"[intary]\n", "x.conf:1: unknown section [intary]"},
		{"[intray]\nstate_dir = var\n",
		 "x.conf:2: state_dir = var: expected a path"},
		{"[intray]\nstate_dir = /a/../b\n", "x.conf:2: state_dir"},
		{"[intray]\nuser =\n", "x.conf:2: user has no value"},
		{"[intray]\nuser = root\n", "x.conf:2: user = root: what reads"},
		{"[intray]\ndesk_listen = desk\n",
		 "x.conf:2: desk_listen = desk: expected ADDRESS:PORT"},
		{"[intray]\ndesk_listen = 127.0.0.1::\n", "x.conf:2: desk_listen"},
		{"[intray]\ndesk_listen = 0.0.0.0:8300\n",
		 "x.conf:2: desk_listen = 0.0.0.0:8300: without desk_certificate"},
		{"[intray]\nworkers = 0\n", "x.conf:2: workers = 0: expected"},
		{"[intray]\nlog_level = loud\n",
		 "expected one of: error warn info debug"},
		{"[intray]\ndrain = 1h\n", "x.conf:2: drain: expected from"},
		{"[intray]\neinvoice_xsd = xsd\n",
		 "x.conf:2: einvoice_xsd = xsd: expected a path"},
		{"[intray]\nlanguages = eng deu\n", "x.conf:2: languages = eng deu"},
		{"[intray]\ndatabase = host=db password=x\n",
		 "x.conf:2: database: leave"},
		{"[intray]\ndatabase = postgresql://u:p@db/x\n", "x.conf:2: database"},
		{"[client Acme]\n", "x.conf:1: [client Acme]: a client's code"},
		{"[client]\n", "x.conf:1: [client ]: a client's code"},
		{"[client a]\n[tray a]\npath = /x\n", "x.conf:2: [tray a]: expected"},
		{"[client a]\n[tray a/]\npath = /x\n", "x.conf:2: [tray a/]: expected"},
		{"[client a]\n[tray a/x]\n", "x.conf:2: [tray a/x] has no path"},
		{"[tray b/x]\npath = /x\n", "there is no client \"b\": add"},
		{TRAY "received = never\n",
		 "x.conf:4: received = never: expected one of"},
		{TRAY "scan = 1ms\n", "x.conf:4: scan: expected from 100ms"},
		{TRAY "[tray a/y]\npath = /in/x/\n",
		 "is the folder of [tray a/x] in line 2"},
		{TRAY "[tray a/y]\npath = /in/x/y\n", "one inside the other"},
		{TRAY "[tray a/y]\npath = /in\n", "one inside the other"},
		{"[client a]\n[tray a/x]\npath = /var/lib\n", "Intray's own folder"},
		{"[client a]\n[tray a/x]\npath = /run/intray/x\n",
		 "Intray's own folder"},
		{"[client a]\n[door a]\nkind = sql\n", "x.conf:2: [door a]: expected"},
		{"[door b/x]\nkind = sql\n", "there is no client \"b\": add"},
		{"[client a]\n[door a/x]\n", "say what it is: kind ="},
		{DOOR "kind = ftp\n", "kind = ftp: expected one of"},
		{DOOR "kind = files\n", "kind = files needs a path"},
		{DOOR "kind = files\npath = /o\nurl = https://e/\n",
		 "url is nothing for kind = files"},
		{DOOR "kind = https\nurl = http://erp/\n",
		 "url must begin with https://"},
		{DOOR "kind = https\nurl = https://e/\nkey = /k\n",
		 "certificate and key belong together"},
		{DOOR "kind = command\ncommand = to-erp\n",
		 "must begin with the program's"},
		{DOOR "kind = files\npath = /o\nformat = csv\n", "needs a mapping"},
		{DOOR "kind = https\nurl = https://e/\nformat = csv\nmapping = m\n",
		 "only kind = "
		 "files"},
		{DOOR "kind = files\npath = /o\ntypes = a,b\n", "with blanks between"},
		{DOOR "kind = files\npath = /o\n[door a/y]\nkind = files\npath = /o\n",
		 "is the folder of [door a/x] in line 2"},
		{DOOR "kind = files\npath = /o\n[door a/y]\nkind = command\n"
		      "command = /c\n",
		 "both take all documents"},
		{DOOR "kind = files\npath = /o\ntypes = a b\n[door a/y]\n"
		      "kind = command\ncommand = /c\ntypes = c b\n",
		 "both take documents of type b"},
		{TRAY "[door a/x]\nkind = files\npath = /in/x/out\n",
		 "one inside the other"},
		{TRAY "[door a/x]\nkind = files\npath = /o\npdf = link\n"
		      "pdf_path = /in/x/pdf\n",
		 "one inside the other"},
		{DOOR "kind = sql\npdf = beside\n", "pdf is nothing for kind = sql"},
		{DOOR "kind = command\ncommand = /c\npdf = beside\n",
		 "choose pdf = link"},
		{DOOR "kind = files\npath = /o\npdf = link\n", "needs a pdf_path"},
		{DOOR "kind = files\npath = /o\npdf = beside\npdf_url = x\n",
		 "are for pdf = link"},
		{DOOR "kind = files\npath = /o\npdf = link\npdf_path = /o\n",
		 "are one folder"},
	};
	AUTO_ARENA arena = arena_new();
	struct settings s;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (load(arena, cases[i].text, &s, &err) != RC_FAIL)
			fail_msg("accepted: %s", cases[i].text);
		if (!strstr(err.text, cases[i].said))
			fail_msg("%s\nfound: %s", cases[i].text, err.text);
	}
}

static void a_document_leaves_by_the_door_that_names_its_type(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct settings s;
	struct err err;

	(void)state;
	assert_int_equal(load(arena,
			      DOOR "kind = files\npath = /o\n[door a/y]\n"
				   "kind = https\nurl = https://e/\n"
				   "types = invoice receipt\n[door a/z]\n"
				   "kind = sql\nformat = ubl\n",
			      &s, &err),
			 RC_OK);
	assert_string_equal(settings_door(&s, "a", "invoice")->name, "y");
	assert_string_equal(settings_door(&s, "a", "claim")->name, "x");
	assert_null(settings_door(&s, "b", "invoice"));
	assert_int_equal(s.doors[0].every_ms, 60000);
}

static void neighbours_with_a_common_start_are_no_nesting(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct settings s;
	struct err err;

	(void)state;
	assert_int_equal(load(arena, TRAY "[tray a/y]\npath = /in/xy\n", &s, &err),
			 RC_OK);
}

static void a_socket_folder_must_be_short(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct strbuf text;
	struct settings s;
	struct err err;

	(void)state;
	strbuf_init(&text, arena);
	strbuf_add(&text, "[intray]\nrun_dir = /");
	for (int i = 0; i < 90; i++)
		strbuf_add(&text, "r");
	assert_int_equal(load(arena, text.text, &s, &err), RC_FAIL);
	assert_non_null(strstr(err.text, "x.conf:2: run_dir"));
	assert_non_null(strstr(err.text, "too long for a socket"));
}

static void count_and_find(void *ctx, const char *section, const char *key,
			   const char *value)
{
	int *found = ctx;

	if (strcmp(section, "tray a/x") == 0 && strcmp(key, "incomplete") == 0)
		*found += strcmp(value, "15min") == 0;
	if (strcmp(section, "intray") == 0 && strcmp(key, "max_file") == 0)
		*found += strcmp(value, "200M") == 0;
	if (strcmp(section, "intray") == 0 && strcmp(key, "database") == 0)
		*found += value == NULL;
}

static void settings_are_shown_as_they_would_be_written(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct settings s;
	struct err err;
	int found = 0;

	(void)state;
	assert_int_equal(load(arena, TRAY, &s, &err), RC_OK);
	settings_show(&s, arena, count_and_find, &found);
	assert_int_equal(found, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_gives_the_defaults),
		cmocka_unit_test(clients_and_trays_are_understood),
		cmocka_unit_test(every_fault_names_line_and_remedy),
		cmocka_unit_test(a_document_leaves_by_the_door_that_names_its_type),
		cmocka_unit_test(neighbours_with_a_common_start_are_no_nesting),
		cmocka_unit_test(a_socket_folder_must_be_short),
		cmocka_unit_test(settings_are_shown_as_they_would_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
