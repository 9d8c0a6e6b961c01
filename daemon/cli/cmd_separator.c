/* cmd_separator.c - `intray separator`: prints separator sheets, and tells how scans
 * would be cut by them (separator_look.c). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "proc.h"
#include "separator_look.h"
#include "separator_sheet.h"

static const struct {
	const char *name;
	enum barcode_kind kind;
} kinds[] = {{"patch", BARCODE_PATCH},
	     {"code39", BARCODE_39},
	     {"code128", BARCODE_128},
	     {"i25", BARCODE_I25},
	     {"qr", BARCODE_QR}};

static bool kind_wanted(const struct cli *cli, enum barcode_kind *kind)
{
	const char *name = cli_value(cli, "--as");

	*kind = BARCODE_PATCH;
	for (size_t i = 0; name && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].name, name) == 0) {
			*kind = kinds[i].kind;
			return true;
		}
	if (name)
		cli_complain(cli, "--as %s: expected patch, code39, code128, i25 or qr",
			     name);
	return !name;
}

static int write_out(struct cli *cli, const struct strbuf *pdf)
{
	const char *path = cli_value(cli, "--out");
	AUTO_FD fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
			  : dup(STDOUT_FILENO);

	if (fd >= 0 && fd_write_all(fd, pdf->text, pdf->len))
		return CLI_FINE;
	cli_complain(cli, "%s: %s", path ? path : "standard output", strerror(errno));
	return CLI_CANNOT;
}

static int print(struct cli *cli)
{
	const char *text = cli_value(cli, "--code"), *title = cli_value(cli, "--title");
	struct separator_sheet sheet = {.text = text ? text : "PATCHT",
					.title = title ? title : "Separator sheet",
					.letter = cli_value(cli, "--letter") != NULL};
	struct strbuf pdf;
	struct err err;

	if (!kind_wanted(cli, &sheet.kind))
		return CLI_USAGE;
	if (!cli_value(cli, "--out") && isatty(STDOUT_FILENO)) {
		cli_complain(cli, "this is a PDF: give --out FILE, or pipe it on");
		return CLI_USAGE;
	}
	strbuf_init(&pdf, cli->arena);
	if (separator_sheet_pdf(&sheet, &pdf, &err) != RC_OK)
		return cli_cannot(cli, &err);
	return write_out(cli, &pdf);
}

static int run(struct cli *cli)
{
	bool reads = cli_value(cli, "--read") != NULL;

	if (reads == (cli->n_args > 0))
		return reads ? separator_look_at(cli) : print(cli);
	cli_complain(cli, reads ? "--read: which files?"
				: "files are looked at with --read");
	return CLI_USAGE;
}

static const struct cli_option options[] = {
	{"--code", "TEXT", "what the sheet's code says (default PATCHT)"},
	{"--as", "KIND", "patch (default), code39, code128, i25 or qr"},
	{"--title", "TEXT", "what the sheet says to people"},
	{"--letter", NULL, "US letter; else A4"},
	{"--out", "FILE", "where to; else standard output"},
	{"--read", NULL, "tell instead how files would be cut into documents"},
	{"--tray", "NAME", "--read: by the rules of this tray (CLIENT/NAME)"},
	{"--sheet", "PATTERNS", "--read: codes that separate (default PATCHT)"},
	{"--number", "PATTERNS", "--read: archive numbers, with which documents begin"},
	{"--tag", "PATTERNS", "--read: tags, the same"},
	{"--blank", NULL, "--read: blank pages separate too"},
	{"--content", NULL, "--read: and what the pages say"},
	{NULL, NULL, NULL},
};

const struct command command_separator = {
	.name = "separator",
	.summary = "Print a separator sheet, or tell how scans would be cut",
	.arguments = "[--read FILE...]",
	.options = options,
	.min_args = 0,
	.max_args = -1,
	.more = "Patterns are regular expressions with blanks between; of one with "
		"parentheses\n"
		"the part in them is kept with the document.\n\n"
		"examples:\n"
		"  intray separator --out patch-t.pdf\n"
		"  intray separator --as qr --code TAG:travel --title Travel | lp\n"
		"  intray separator --read --number 'ASN([0-9]+)' scan.pdf",
	.run = run,
};
