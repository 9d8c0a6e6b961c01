/* main.c - intrayd's command line.
 *
 * Without --process it is the supervisor; with it, one of the processes. It stays in
 * the foreground and logs to standard error: backgrounds and log files are systemd's
 * trade. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "supervisor.h"

static const char help[] =
	"Usage: intrayd [--config FILE]\n"
	"Watches intake folders, reads the documents in them, writes results to "
	"PostgreSQL.\n"
	"\n"
	"  --config FILE    configuration (default /etc/intray/intray.conf)\n"
	"  --process NAME   run one process alone: intake, worker, keeper, desk,\n"
	"                   deliver, migrate\n"
	"  --index N        with --process worker: its number, from 0\n"
	"  --help, --version\n"
	"\n"
	"Runs in the foreground and logs to standard error. SIGTERM lets running work "
	"end\n"
	"and stops, SIGHUP reads the configuration again. `intray check-config` checks "
	"it,\n"
	"`intray status` shows what a running intrayd does.\n";

struct options {
	const char *config, *process;
	int index;
	bool supervised;
};

static _Noreturn void usage_error(void)
{
	fputs("Try intrayd --help.\n", stderr);
	exit(2);
}

static int parse_index(const char *text)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < 0 || n > 9999) {
		fprintf(stderr, "intrayd: --index %s: expected a number from 0\n",
			text);
		usage_error();
	}
	return (int)n;
}

static void parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{"config", required_argument, NULL, 'c'},
		{"process", required_argument, NULL, 'p'},
		{"index", required_argument, NULL, 'i'},
		{"supervised", no_argument, NULL, 's'}, /* by spawn.c only */
		{"foreground", no_argument, NULL, 'f'}, /* the only way there is */
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:h", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->config = optarg;
			break;
		case 'p':
			o->process = optarg;
			break;
		case 'i':
			o->index = parse_index(optarg);
			break;
		case 's':
			o->supervised = true;
			break;
		case 'f':
			break;
		case 'h':
			fputs(help, stdout);
			exit(0);
		case 'v':
			puts("intrayd " INTRAY_VERSION);
			exit(0);
		default:
			usage_error();
		}
	}
	if (optind < argc) {
		fprintf(stderr, "intrayd: unexpected argument %s\n", argv[optind]);
		usage_error();
	}
}

int main(int argc, char **argv)
{
	struct options o = {.config = "/etc/intray/intray.conf"};

	parse(argc, argv, &o);
	umask(077);
	if (o.process)
		return process_run(o.process, o.index, o.config, o.supervised);
	return supervisor_run(o.config);
}
