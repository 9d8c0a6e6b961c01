/* mailbag.c - makes a Maildir of messages of every kind, and says what must become of
 * them.
 *
 *   mailbag MAILDIR EXPECTED N INVOICE.xml PAPER.pdf
 *
 * Message i has the kind i modulo the number of kinds, so any N that is large enough
 * has all of them, and the same N gives the same bytes. Attached invoices are
 * INVOICE.xml with a number of their own, so that none is a duplicate where none is
 * meant. EXPECTED gets one line for each message: file name, then how many containers,
 * leaves (documents that are read), problems and listed parts must be found inside of
 * it, at all depths; and one line "sha256 HASH NAME" for each leaf. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "err.h"
#include "packs.h"
#include "sha256.h"
#include "text.h"

struct bag {
	const char *dir;
	FILE *expected;
	const char *xml; /* INVOICE.xml, with "@@@@@@@@" for its number */
	const char *pdf;
	size_t pdf_len;
	int made; /* invoices so far */
};
struct message {
	struct bag *bag;
	struct arena *arena;
	struct strbuf text;
	int number;
	const char *name;
	int containers, leaves, problems, listed;
};

/* --- what is attached --------------------------------------------------------- */

static void expect_leaf(struct message *m, struct blob b)
{
	char hash[65];
	m->leaves++;
	fprintf(m->bag->expected, "sha256 %s %s\n", sha256_text(b.bytes, b.len, hash),
		m->name);
}

static struct blob numbered(struct message *m, int number)
{
	char *copy = arena_strdup(m->arena, m->bag->xml);
	char *at = strstr(copy, "@@@@@@@@");
	char digits[16];
	snprintf(digits, sizeof(digits), "%08d", number);
	memcpy(at, digits, 8);
	return (struct blob){copy, strlen(copy)};
}

static struct blob invoice(struct message *m)
{
	struct blob b = numbered(m, ++m->bag->made);
	expect_leaf(m, b);
	return b;
}

static struct blob paper(struct message *m)
{
	char *tail = arena_printf(m->arena, "%% copy %d\n", ++m->bag->made);
	size_t len = m->bag->pdf_len + strlen(tail);
	char *bytes = arena_alloc(m->arena, len);
	memcpy(bytes, m->bag->pdf, m->bag->pdf_len);
	memcpy(bytes + m->bag->pdf_len, tail, strlen(tail));
	struct blob b = {bytes, len};
	expect_leaf(m, b);
	return b;
}

/* A PNG's head is all that is looked at. */
static struct blob logo(void)
{
	static const char png[] =
		"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x78\0\0\0\x28\x08\2\0\0\0"
		"\0\0\0\0\0\0\0\0IEND\xae"
		"B`\x82";
	return (struct blob){png, sizeof(png) - 1};
}

/* --- MIME --------------------------------------------------------------------- */

static void base64(struct strbuf *out, struct blob b)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < b.len; i += 3) {
		unsigned long v = 0;
		for (size_t k = 0; k < 3; k++)
			v = v << 8 |
			    (i + k < b.len ? (unsigned char)b.bytes[i + k] : 0);
		char four[4];
		for (int k = 0; k < 4; k++)
			four[k] = i + (size_t)k > b.len
					  ? '='
					  : digits[v >> (18 - 6 * k) & 63];
		strbuf_add_n(out, four, 4);
		if (i % 57 == 54)
			strbuf_add(out, "\r\n");
	}
	strbuf_add(out, "\r\n");
}

static void quoted_printable(struct strbuf *out, struct blob b)
{
	int column = 0;
	for (size_t i = 0; i < b.len; i++) {
		unsigned char c = (unsigned char)b.bytes[i];
		char plain[2] = {(char)c, 0};
		bool lawful = c > 32 && c < 127 && c != '=' && c != '.';
		strbuf_add(out, lawful ? plain : arena_printf(out->arena, "=%02X", c));
		column += lawful ? 1 : 3;
		if (column > 70) {
			strbuf_add(out, "=\r\n");
			column = 0;
		}
	}
	strbuf_add(out, "\r\n");
}

static void head(struct message *m, const char *type)
{
	strbuf_addf(&m->text,
		    "Return-Path: <bounce@sender%d.example>\r\n"
		    "Received: from relay.example by mx.acme.example; Tue, %d Mar 2026 "
		    "23:30:00 +0100\r\n"
		    "From: =?utf-8?Q?M=C3=BCller_%d?= <Billing%d@Sender%d.example>\r\n"
		    "To: invoices@acme.example\r\nSubject: Delivery %d\r\n"
		    "Date: Mon, %d Mar 2026 08:00:00 +0000\r\nMessage-ID: "
		    "<%d@bag.example>\r\n"
		    "MIME-Version: 1.0\r\nContent-Type: %s\r\n",
		    m->number % 7, 1 + m->number % 28, m->number % 7, m->number % 7,
		    m->number % 7, m->number, 1 + m->number % 28, m->number, type);
}

static void begin(struct message *m, const char *kind)
{
	head(m,
	     arena_printf(m->arena, "multipart/%s; boundary=\"b%d\"", kind, m->number));
	strbuf_add(&m->text, "\r\nThis is a message in MIME format.\r\n");
}

static void boundary(struct message *m, const char *name)
{
	strbuf_addf(&m->text, "--%s%d\r\n", name, m->number);
}

static void end(struct message *m, const char *name)
{
	strbuf_addf(&m->text, "--%s%d--\r\n", name, m->number);
}

static void body(struct message *m)
{
	boundary(m, "b");
	strbuf_add(&m->text, "Content-Type: text/plain; charset=utf-8\r\n\r\n"
			     "Please find the papers attached.\r\n");
	m->listed++;
}

static void attach(struct message *m, const char *type, const char *name, struct blob b)
{
	boundary(m, "b");
	strbuf_addf(&m->text,
		    "Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n"
		    "Content-Disposition: attachment%s%s\r\n\r\n",
		    type, name ? "; filename=" : "", name ? name : "");
	base64(&m->text, b);
}

/* --- the kinds ----------------------------------------------------------------- */

/* Mails whose text is the document: nothing is born of them but pages. */
static void only_text(struct message *m)
{
	head(m, "text/plain; charset=utf-8");
	strbuf_addf(&m->text, "\r\nInvoice number T-%d\r\nTotal 12.00 EUR\r\n",
		    m->number);
	m->listed++;
}
static void only_html(struct message *m)
{
	head(m, "text/html; charset=iso-8859-1");
	strbuf_addf(&m->text,
		    "\r\n<html><head><style>x{}</style></head><body><p>Rechnung f\xfcr "
		    "%d</p><table><tr><td>Summe<td>12,00 &euro;</table>",
		    m->number);
	m->listed++;
}
static void both_texts(struct message *m)
{
	begin(m, "alternative");
	body(m);
	boundary(m, "b");
	strbuf_addf(&m->text, "Content-Type: text/html\r\n\r\n<p>Receipt %d</p>\r\n",
		    m->number);
	m->listed++;
	end(m, "b");
}
static void undeclared_text(struct message *m) /* Latin-1, and nothing says so */
{
	head(m, "text/plain");
	strbuf_addf(&m->text, "\r\nGeb\xfchr Nr. %d f\xe4llig\r\n", m->number);
	m->listed++;
}
static void wide_text(struct message *m)
{
	struct strbuf wide;
	strbuf_init(&wide, m->arena);
	strbuf_add_n(&wide, "\xff\xfe", 2);
	for (const char *c = arena_printf(m->arena, "Invoice %d", m->number); *c; c++)
		strbuf_add_n(&wide, (char[]){*c, 0}, 2);
	head(m, "text/plain; charset=utf-16");
	strbuf_add(&m->text, "Content-Transfer-Encoding: base64\r\n\r\n");
	base64(&m->text, (struct blob){wide.text, wide.len});
	m->listed++;
}

static void one_invoice(struct message *m)
{
	begin(m, "mixed");
	body(m);
	attach(m, "application/xml", "invoice.xml", invoice(m));
	end(m, "b");
}
static void three_invoices(struct message *m)
{
	static const char *const names[] = {"\"=?utf-8?B?UsOkY2hudW5nLnhtbA==?=\"",
					    "\"../../../etc/passwd\"", "\"a b.xml\""};
	begin(m, "mixed");
	body(m);
	for (int i = 0; i < 3; i++)
		attach(m, "text/xml", names[i], invoice(m));
	end(m, "b");
}
static void one_paper(struct message *m)
{
	begin(m, "mixed");
	body(m);
	attach(m, "application/octet-stream", "scan.pdf",
	       m->number < 40 ? paper(m) : invoice(m));
	end(m, "b");
}
static void only_attachment(struct message *m)
{
	struct blob b = invoice(m);
	head(m, "application/xml; name=lonely.xml");
	strbuf_add(&m->text, "Content-Transfer-Encoding: base64\r\n\r\n");
	base64(&m->text, b);
}
static void quoted(struct message *m)
{
	begin(m, "mixed");
	body(m);
	boundary(m, "b");
	strbuf_add(
		&m->text,
		"Content-Type: application/xml\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"
		"Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.xml"
		"\r\n\r\n");
	/* The line end before the boundary belongs to the boundary, not to the file. */
	quoted_printable(&m->text, invoice(m));
	end(m, "b");
}
static void with_logo(struct message *m)
{
	begin(m, "mixed");
	boundary(m, "b");
	strbuf_addf(&m->text, "Content-Type: multipart/related; boundary=r%d\r\n\r\n",
		    m->number);
	boundary(m, "r");
	strbuf_add(&m->text,
		   "Content-Type: text/html\r\n\r\n<p>Hello<img src=\"cid:logo\">\r\n");
	m->listed++;
	boundary(m, "r");
	strbuf_add(&m->text, "Content-Type: image/png\r\nContent-ID: <logo>\r\n"
			     "Content-Transfer-Encoding: base64\r\n\r\n");
	base64(&m->text, logo());
	m->listed++;
	end(m, "r");
	attach(m, "application/xml", "invoice.xml", invoice(m));
	end(m, "b");
}
static void invitation(struct message *m)
{
	begin(m, "mixed");
	body(m);
	attach(m, "text/calendar; method=REQUEST", "invite.ics",
	       (struct blob){"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", 32});
	m->listed++;
	attach(m, "text/x-vcard", "me.vcf",
	       (struct blob){"BEGIN:VCARD\r\nEND:VCARD\r\n", 24});
	m->listed++;
	attach(m, "text/csv", "list.csv", (struct blob){"a;b\r\n1;2\r\n", 10});
	m->listed++;
	end(m, "b");
}
static void signed_mail(struct message *m)
{
	begin(m, "signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256");
	boundary(m, "b");
	strbuf_add(&m->text, "Content-Type: application/xml; name=invoice.xml\r\n"
			     "Content-Transfer-Encoding: base64\r\n\r\n");
	base64(&m->text, invoice(m));
	attach(m, "application/pkcs7-signature", "smime.p7s",
	       (struct blob){"0\202\1\0", 4});
	m->listed++;
	end(m, "b");
}
static void sealed_mail(struct message *m)
{
	struct blob b = {"0\202\4\0sealed", 10};
	head(m, "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m");
	strbuf_add(&m->text, "Content-Transfer-Encoding: base64\r\n\r\n");
	base64(&m->text, b);
	m->problems++;
}
static void damaged(struct message *m)
{
	begin(m, "mixed");
	body(m);
	boundary(m, "b");
	/* "PD94bWw" and rubbish: whatever it decodes to, it is a leaf that is looked
	 * at. */
	strbuf_addf(&m->text,
		    "Content-Type: application/xml; name=torn.xml\r\n"
		    "Content-Transfer-Encoding: base64\r\n\r\n"
		    "PD94bWwgdmVyc2lvbj0i!!!\x01%08dMS4wIj8+\r\n",
		    m->number);
	m->leaves++;
	end(m, "b");
}
static void
cut_off(struct message *m) /* in the middle: the last boundary never comes */
{
	begin(m, "mixed");
	body(m);
	attach(m, "application/xml", "invoice.xml", invoice(m));
}
static void no_boundary(struct message *m)
{
	head(m, "multipart/mixed");
	strbuf_addf(&m->text, "\r\nInvoice number N-%d, total 7.00\r\n", m->number);
}
static void empty_attachment(struct message *m)
{
	begin(m, "mixed");
	body(m);
	attach(m, "application/pdf", "nothing.pdf", (struct blob){"", 0});
	m->problems++;
	end(m, "b");
}
static void forwarded(struct message *m, int times)
{
	begin(m, "mixed");
	body(m);
	for (int i = 0; i < times; i++) {
		boundary(m, "b");
		strbuf_addf(
			&m->text,
			"Content-Type: message/rfc822\r\n\r\nFrom: Origin "
			"<Desk@Origin%d.example>\r\n"
			"Subject: Inner %d\r\nDate: Sun, 1 Feb 2026 10:00:00 +0000\r\n"
			"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
			"boundary=i%d\r\n\r\n",
			i, i, m->number);
		boundary(m, "i");
		strbuf_add(&m->text, "Content-Type: application/xml; name=inner.xml\r\n"
				     "Content-Transfer-Encoding: base64\r\n\r\n");
		base64(&m->text, invoice(m));
		end(m, "i");
		m->containers++;
	}
	end(m, "b");
}
static void forwarded_once(struct message *m)
{
	forwarded(m, 1);
}
static void forwarded_twice(struct message *m)
{
	forwarded(m, 2);
}
static void
forwarded_text(struct message *m) /* the inner mail is a document by itself */
{
	begin(m, "mixed");
	body(m);
	boundary(m, "b");
	strbuf_addf(&m->text,
		    "Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\n"
		    "Subject: Invoice F-%d\r\n\r\nTotal 3.00\r\n",
		    m->number);
	m->leaves++;
	m->listed++; /* its own text */
	end(m, "b");
}
static void zipped(struct message *m)
{
	struct member members[] = {{"papers/one.xml", invoice(m)},
				   {"../two.xml", invoice(m)},
				   {"readme.txt", {"See inside.", 11}},
				   {"__MACOSX/._one.xml", {"junk", 4}}};
	begin(m, "mixed");
	body(m);
	attach(m, "application/zip", "papers.zip", pack_zip(m->arena, members, 4));
	m->containers++;
	m->listed += 2;
	end(m, "b");
}
static void zipped_twice(struct message *m)
{
	struct member inner[] = {{"deep.xml", invoice(m)}};
	struct member outer[] = {{"inner.zip", pack_zip(m->arena, inner, 1)},
				 {"top.xml", invoice(m)}};
	begin(m, "mixed");
	body(m);
	attach(m, "application/x-zip-compressed", "outer.zip",
	       pack_zip(m->arena, outer, 2));
	m->containers += 2;
	end(m, "b");
}
static void zip_locked(struct message *m) /* a leaf: the ZIP says that it is locked */
{
	struct member members[] = {{"secret.xml", numbered(m, 90000000 + m->number)}};
	begin(m, "mixed");
	body(m);
	struct blob b = pack_lock(m->arena, pack_zip(m->arena, members, 1));
	attach(m, "application/zip", "locked.zip", b);
	expect_leaf(m, b);
	end(m, "b");
}
static void zip_bomb(struct message *m)
{
	size_t len = 80u << 20;
	char *zeros = calloc(1, len);
	struct member members[] = {
		{arena_printf(m->arena, "blank%d.tif", m->number), {zeros, len}}};
	begin(m, "mixed");
	body(m);
	struct blob b = pack_zip(m->arena, members, 1);
	free(zeros);
	attach(m, "application/zip", "bomb.zip", b);
	expect_leaf(m, b);
	end(m, "b");
}
static void outlook(struct message *m)
{
	struct member members[] = {{"one.xml", invoice(m)},
				   {"two.xml", invoice(m)},
				   {"me.vcf", {"BEGIN:VCARD", 11}}};
	begin(m, "mixed");
	body(m);
	attach(m, "application/ms-tnef", "winmail.dat",
	       pack_winmail(m->arena, members, 3));
	m->containers++;
	m->listed++;
	end(m, "b");
}
static void office(struct message *m)
{
	struct member members[] = {
		{"[Content_Types].xml", {"<Types/>", 8}},
		{"word/document.xml", numbered(m, 80000000 + m->number)}};
	begin(m, "mixed");
	body(m);
	struct blob b = pack_zip(m->arena, members, 2);
	attach(m,
	       "application/"
	       "vnd.openxmlformats-officedocument.wordprocessingml.document",
	       "invoice.docx", b);
	expect_leaf(m, b);
	end(m, "b");
}
static void again(struct message *m) /* every one of these has the same invoice */
{
	struct blob b = numbered(m, 70000000);
	begin(m, "mixed");
	body(m);
	attach(m, "application/xml", "same.xml", b);
	expect_leaf(m, b);
	end(m, "b");
}
static void returned(struct message *m)
{
	begin(m, "report; report-type=delivery-status");
	body(m);
	boundary(m, "b");
	strbuf_add(
		&m->text,
		"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n"
		"\r\nFinal-Recipient: rfc822; b\r\n");
	m->listed++;
	boundary(m, "b");
	strbuf_add(&m->text,
		   "Content-Type: text/rfc822-headers\r\n\r\nSubject: lost\r\n");
	m->listed++;
	end(m, "b");
}

static void (*const kinds[])(struct message *m) = {
	only_text,	one_invoice,	  only_html,	   three_invoices,
	both_texts,	one_paper,	  undeclared_text, only_attachment,
	wide_text,	quoted,		  with_logo,	   invitation,
	signed_mail,	sealed_mail,	  damaged,	   cut_off,
	no_boundary,	empty_attachment, forwarded_once,  forwarded_twice,
	forwarded_text, zipped,		  zipped_twice,	   zip_locked,
	outlook,	office,		  again,	   returned,
};
enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

/* --- the bag ------------------------------------------------------------------- */

static void write_file(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
		die("cannot write %s", path);
}

static char *read_whole(struct arena *arena, const char *path, size_t *len)
{
	enum { MOST = 4 << 20 };
	char *bytes = arena_alloc(arena, MOST + 1);
	FILE *f = fopen(path, "rb");
	if (!f)
		die("cannot read %s", path);
	*len = fread(bytes, 1, MOST, f);
	fclose(f);
	return bytes;
}

static void make(struct bag *bag, int number)
{
	AUTO_ARENA arena = arena_new();
	struct message m = {.bag = bag, .arena = arena, .number = number};
	strbuf_init(&m.text, arena);
	/* Half of them somebody has seen already. */
	m.name = arena_printf(arena, "%s/17000%05d.M%dP1.host%s",
			      number % 2 ? "cur" : "new", number, number,
			      number % 2 ? ":2,S" : "");
	if (number == KINDS - 1)
		zip_bomb(&m);
	else
		kinds[number % KINDS](&m);
	write_file(arena_printf(arena, "%s/%s", bag->dir, m.name), m.text.text,
		   m.text.len);
	fprintf(bag->expected, "mail %s %d %d %d %d\n", m.name, m.containers, m.leaves,
		m.problems, m.listed);
}

int main(int argc, char **argv)
{
	AUTO_ARENA arena = arena_new();
	struct bag bag = {0};
	size_t len;
	if (argc != 6) {
		fputs("usage: mailbag MAILDIR EXPECTED N INVOICE.xml PAPER.pdf\n",
		      stderr);
		return 2;
	}
	bag.dir = argv[1];
	bag.expected = fopen(argv[2], "w");
	bag.xml = read_whole(arena, argv[4], &len);
	bag.pdf = read_whole(arena, argv[5], &bag.pdf_len);
	if (!bag.expected || !strstr(bag.xml, "@@@@@@@@"))
		die("EXPECTED cannot be written, or INVOICE.xml has no @@@@@@@@");
	for (int i = 0; i < atoi(argv[3]); i++)
		make(&bag, i);
	return fclose(bag.expected) == 0 ? 0 : 1;
}
