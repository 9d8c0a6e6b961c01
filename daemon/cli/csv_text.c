/* csv_text.c - what encoding a file is in, and its text as UTF-8.
 *
 * A byte order mark says it; UTF-16 without one shows in its zero bytes; what is valid
 * UTF-8 from end to end is UTF-8, since nothing else happens to be; the rest is
 * Windows' Latin-1, in which every byte means something. A zero character inside text
 * becomes a space, for no value can hold one. */
#include "csv_text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sha256.h"
#include "text.h"

const char *csv_encoding_name(enum csv_encoding encoding)
{
	static const char *const names[] = {"UTF-8", "Latin-1", "UTF-16", "UTF-16"};

	return names[encoding];
}

/* --- which -------------------------------------------------------------------------
 */

static bool by_mark(const unsigned char *b, size_t len, enum csv_encoding *encoding,
		    size_t *skip)
{
	static const struct {
		const char *mark;
		size_t len;
		enum csv_encoding encoding;
	} marks[] = {{"\xef\xbb\xbf", 3, CSV_UTF8},
		     {"\xff\xfe", 2, CSV_UTF16_LE},
		     {"\xfe\xff", 2, CSV_UTF16_BE}};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (len >= marks[i].len &&
		    memcmp(b, marks[i].mark, marks[i].len) == 0) {
			*encoding = marks[i].encoding;
			*skip = marks[i].len;
			return true;
		}
	return false;
}

/* Headings are plain letters, so every other byte of them is zero. */
static bool by_zeros(const unsigned char *b, size_t len, enum csv_encoding *encoding)
{
	size_t zeros[2] = {0, 0};

	len = len > 512 ? 512 : len & ~(size_t)1;
	for (size_t i = 0; i < len; i++)
		zeros[i & 1] += b[i] == 0;
	if (len < 4 || zeros[0] + zeros[1] < len / 4)
		return false;
	*encoding = zeros[1] > zeros[0] ? CSV_UTF16_LE : CSV_UTF16_BE;
	return true;
}

/* Bytes of a UTF-8 character that may be cut off at the end of a block. */
static size_t cut_off(const char *b, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char c = (unsigned char)b[len - back];
		if (c >= 0xc0)
			return c >= 0xf0   ? (back < 4 ? back : 0)
			       : c >= 0xe0 ? (back < 3 ? back : 0)
					   : (back < 2 ? back : 0);
		if (c < 0x80)
			return 0;
	}
	return 0;
}

static ssize_t read_some(int fd, char *bytes, size_t len)
{
	ssize_t n;

	do
		n = read(fd, bytes, len);
	while (n < 0 && errno == EINTR);
	return n;
}

enum rc csv_detect(int fd, enum csv_encoding *encoding, size_t *skip, char sha256[65],
		   struct err *err)
{
	char block[1 << 14];
	size_t kept = 0;
	bool first = true, utf8 = true, known = false;
	struct sha256 hash;
	uint8_t digest[32];
	ssize_t n;

	*skip = 0;
	sha256_init(&hash);
	while ((n = read_some(fd, block + kept, sizeof(block) - kept)) > 0) {
		size_t len = kept + (size_t)n;
		sha256_add(&hash, block + kept, (size_t)n);
		if (first)
			known = by_mark((unsigned char *)block, len, encoding, skip) ||
				by_zeros((unsigned char *)block, len, encoding);
		first = false;
		kept = cut_off(block, len);
		utf8 = utf8 && text_is_utf8(block, len - kept);
		memmove(block, block + len - kept, kept);
	}
	if (n < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return err_errno(err, RC_FAIL, "read");
	if (!known)
		*encoding = utf8 && kept == 0 ? CSV_UTF8 : CSV_LATIN1;
	sha256_end(&hash, digest);
	text_hex(digest, sizeof(digest), sha256);
	return RC_OK;
}

/* --- as UTF-8 ------------------------------------------------------------------------
 */

/* Windows-1252 from 0x80 to 0x9f; what it leaves out is as in Latin-1. */
static const uint16_t windows[32] = {
	0x20ac, 0x81,	0x201a, 0x192,	0x201e, 0x2026, 0x2020, 0x2021,
	0x2c6,	0x2030, 0x160,	0x2039, 0x152,	0x8d,	0x17d,	0x8f,
	0x90,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x2dc,	0x2122, 0x161,	0x203a, 0x153,	0x9d,	0x17e,	0x178};

static size_t put_char(uint32_t c, char *out)
{
	char four[4];
	size_t n = text_put(c ? c : ' ', four);

	memcpy(out, four, n);
	return n;
}

static size_t from_latin1(struct csv_text *t, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_raw; i++) {
		unsigned char b = (unsigned char)t->raw[i];
		n += put_char(b >= 0x80 && b < 0xa0 ? windows[b - 0x80] : b, out + n);
	}
	t->n_raw = 0;
	return n;
}

static size_t put_half(struct csv_text *t, uint32_t c, char *out)
{
	uint32_t high = t->high;

	t->high = 0;
	if (c >= 0xd800 && c < 0xdc00) {
		t->high = c;
		return high ? put_char(0xfffd, out) : 0;
	}
	if (c >= 0xdc00 && c < 0xe000)
		return put_char(high ? 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00)
				     : 0xfffd,
				out);
	size_t n = high ? put_char(0xfffd, out) : 0;
	return n + put_char(c, out + n);
}

static size_t from_utf16(struct csv_text *t, char *out)
{
	size_t n = 0, i = 0;
	int big = t->encoding == CSV_UTF16_BE;

	for (; i + 1 < t->n_raw; i += 2)
		n += put_half(t,
			      (uint32_t)(unsigned char)t->raw[i + !big] << 8 |
				      (unsigned char)t->raw[i + big],
			      out + n);
	t->raw[0] = t->raw[i];
	t->n_raw -= i;
	return n;
}

static size_t from_utf8(struct csv_text *t, char *out, bool ended)
{
	size_t kept = ended ? 0 : cut_off(t->raw, t->n_raw), n = 0;
	const char *at = t->raw, *end = t->raw + t->n_raw - kept;

	while (at < end) {
		if ((unsigned char)*at < 0x80)
			out[n++] = *at ? *at : ' ', at++;
		else
			n += put_char(text_next(&at, end), out + n);
	}
	memmove(t->raw, end, kept);
	t->n_raw = kept;
	return n;
}

void csv_text_init(struct csv_text *text, struct csv_source source,
		   enum csv_encoding encoding, size_t skip)
{
	*text = (struct csv_text){.source = source, .encoding = encoding, .skip = skip};
}

static enum rc read_raw(struct csv_text *t, size_t *got, struct err *err)
{
	enum rc rc = t->source.read(t->source.ctx, t->raw + t->n_raw,
				    CSV_RAW - t->n_raw, got, err);

	if (rc != RC_OK)
		return rc;
	t->n_raw += *got;
	size_t passed = t->skip < t->n_raw ? t->skip : t->n_raw;
	memmove(t->raw, t->raw + passed, t->n_raw - passed);
	t->n_raw -= passed;
	t->skip -= passed;
	return RC_OK;
}

/* A raw byte becomes at most three of UTF-8, half a pair four: CSV_RAW fits into
 * CSV_TEXT_LEAST. */
enum rc csv_text_read(struct csv_text *text, char *out, size_t room, size_t *got,
		      struct err *err)
{
	size_t raw = 1;

	bug_on(room < CSV_TEXT_LEAST);
	for (*got = 0; *got == 0 && raw > 0;) {
		enum rc rc = read_raw(text, &raw, err);
		if (rc != RC_OK)
			return rc;
		*got = text->encoding == CSV_LATIN1 ? from_latin1(text, out)
		       : text->encoding == CSV_UTF8 ? from_utf8(text, out, raw == 0)
						    : from_utf16(text, out);
	}
	return RC_OK;
}
