/* Which kind of file some bytes are, and what picture files say of themselves before
 * anything is decoded: sizes, orientation, where a TIFF's pages lie. File names are
 * never asked: scanners and mail programs write the wrong ones.
 *
 * The bytes are hostile. Every read goes through tiff_number() or is preceded by a
 * length check, nothing is allocated, and what does not fit together is simply "not
 * said". */
#include "image_format.h"

#include <ctype.h>
#include <string.h>

#include "image.h"

static const char *const format_names[] = {
	[FORMAT_UNKNOWN] = "unknown", [FORMAT_EMPTY] = "empty",
	[FORMAT_PDF] = "pdf",	      [FORMAT_TIFF] = "tiff",
	[FORMAT_PNG] = "png",	      [FORMAT_JPEG] = "jpeg",
	[FORMAT_WEBP] = "webp",	      [FORMAT_JP2] = "jp2",
	[FORMAT_BMP] = "bmp",	      [FORMAT_GIF] = "gif",
	[FORMAT_PNM] = "pnm",	      [FORMAT_XML] = "xml",
	[FORMAT_MAIL] = "eml",	      [FORMAT_ZIP] = "zip",
	[FORMAT_TNEF] = "tnef",	      [FORMAT_OFFICE] = "office",
	[FORMAT_ARCHIVE] = "archive",
};

const char *format_name(enum file_format format)
{
	if ((size_t)format >= sizeof(format_names) / sizeof(*format_names))
		return "unknown";
	return format_names[format];
}

static const struct magic {
	enum file_format format;
	size_t at, len;
	const char *bytes;
} magics[] = {
	{FORMAT_TIFF, 0, 4, "II*\0"},
	{FORMAT_TIFF, 0, 4, "MM\0*"},
	{FORMAT_TIFF, 0, 4, "II+\0"},
	{FORMAT_TIFF, 0, 4, "MM\0+"},
	{FORMAT_PNG, 0, 8, "\x89PNG\r\n\x1a\n"},
	{FORMAT_JPEG, 0, 3, "\xff\xd8\xff"},
	{FORMAT_WEBP, 8, 4, "WEBP"},
	{FORMAT_JP2, 4, 8, "jP  \r\n\x87\n"},
	{FORMAT_JP2, 0, 4, "\xff\x4f\xff\x51"},
	{FORMAT_GIF, 0, 6, "GIF87a"},
	{FORMAT_GIF, 0, 6, "GIF89a"},
	{FORMAT_TNEF, 0, 4, "\x78\x9f\x3e\x22"},
	{FORMAT_OFFICE, 0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
	{FORMAT_OFFICE, 0, 5, "{\\rtf"},
	{FORMAT_ARCHIVE, 0, 6, "Rar!\x1a\x07"},
	{FORMAT_ARCHIVE, 0, 6, "7z\xbc\xaf\x27\x1c"},
	{FORMAT_ARCHIVE, 0, 3, "\x1f\x8b\x08"},
	{FORMAT_ARCHIVE, 257, 5, "ustar"},
};

static bool looks_like_bmp(const uint8_t *b, size_t len)
{
	return len >= 26 && b[0] == 'B' && b[1] == 'M' && b[15] == 0 && b[16] == 0 &&
	       (b[14] == 12 || (b[14] >= 40 && b[14] <= 124));
}

static bool looks_like_pnm(const uint8_t *b, size_t len)
{
	return len >= 7 && b[0] == 'P' && b[1] >= '1' && b[1] <= '6' && isspace(b[2]);
}

/* A web page is no XML of ours, and its DOCTYPE not worth a clerk's time. */
static bool looks_like_html(const char *s, size_t len)
{
	return (len >= 14 && strncasecmp(s, "<!DOCTYPE html", 14) == 0) ||
	       (len >= 5 && strncasecmp(s, "<html", 5) == 0);
}

static bool looks_like_xml(const uint8_t *b, size_t len)
{
	if (len >= 4 && ((b[0] == 0xff && b[1] == 0xfe && b[2] == '<') ||
			 (b[0] == 0xfe && b[1] == 0xff && b[3] == '<')))
		return true; /* UTF-16 */
	size_t i = len >= 3 && memcmp(b, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	while (i < len && isspace(b[i]))
		i++;
	if (i + 5 > len || b[i] != '<')
		return false;
	if (looks_like_html((const char *)b + i, len - i))
		return false;
	return isalpha(b[i + 1]) || memcmp(b + i, "<?xml", 5) == 0 ||
	       memcmp(b + i, "<!--", 4) == 0 || memcmp(b + i, "<!DOC", 5) == 0;
}

/* Word, Excel and OpenOffice pack their files as ZIP; the first member says whose. */
static enum file_format zip_kind(const uint8_t *b, size_t len)
{
	static const char *const firsts[] = {"[Content_Types].xml",
					     "_rels/",
					     "docProps/",
					     "word/",
					     "xl/",
					     "mimetype"};
	enum { NAME_AT = 30 };
	for (size_t i = 0; i < sizeof(firsts) / sizeof(*firsts); i++) {
		size_t n = strlen(firsts[i]);
		if (len >= NAME_AT + n && memcmp(b + NAME_AT, firsts[i], n) == 0)
			return FORMAT_OFFICE;
	}
	return FORMAT_ZIP;
}

static bool looks_like_zip(const uint8_t *b, size_t len)
{
	return len >= 22 && b[0] == 'P' && b[1] == 'K' &&
	       ((b[2] == 3 && b[3] == 4) || (b[2] == 5 && b[3] == 6));
}

/* The bytes of the next line's name up to its colon; 0: it has none. */
static size_t header_name(const char *line, size_t len)
{
	size_t n = 0;
	while (n < len && line[n] > ' ' && line[n] < 127 && line[n] != ':')
		n++;
	return n < len && line[n] == ':' ? n : 0;
}

static bool is_mail_header(const char *name, size_t n)
{
	static const char *const headers[] = {
		"Received",   "Return-Path", "Delivered-To", "From",	     "Date",
		"Message-ID", "Subject",     "MIME-Version", "Content-Type", "To",
	};
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		if (strlen(headers[i]) == n && strncasecmp(headers[i], name, n) == 0)
			return true;
	return false;
}

/* A head of lines with names, among them at least two that every mail has. */
static bool looks_like_mail(const char *s, size_t len)
{
	enum { ENOUGH = 2, LINES_MAX = 200 };
	const char *end = s + len;
	int known = 0;

	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3;
	if (end - s > 5 &&
	    memcmp(s, "From ", 5) == 0) { /* as mailboxes separate mails */
		const char *eol = memchr(s, '\n', (size_t)(end - s));
		s = eol ? eol + 1 : end;
	}
	for (int line = 0; line < LINES_MAX && s < end && known < ENOUGH; line++) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));
		bool goes_on = line > 0 && (*s == ' ' || *s == '\t');
		size_t name = goes_on ? 0 : header_name(s, (size_t)(end - s));
		if (!goes_on && name == 0)
			return false;
		known += is_mail_header(s, name);
		s = eol ? eol + 1 : end;
	}
	return known >= ENOUGH;
}

enum file_format format_sniff(const void *bytes, size_t len)
{
	if (len == 0)
		return FORMAT_EMPTY;
	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++) {
		const struct magic *m = &magics[i];
		if (len >= m->at + m->len &&
		    memcmp((const char *)bytes + m->at, m->bytes, m->len) == 0)
			return m->format;
	}
	if (looks_like_bmp(bytes, len))
		return FORMAT_BMP;
	if (looks_like_pnm(bytes, len))
		return FORMAT_PNM;
	/* Before the PDFs: a first one that was packed without being compressed would
	 * speak for the whole archive, and the others be lost. */
	if (looks_like_zip(bytes, len))
		return zip_kind(bytes, len);
	/* Mail gateways and printers put lines of their own before the header; the PDF
	 * tools look through the first 1024 bytes as well. */
	bool mail = looks_like_mail(bytes, len);
	if (!mail && memmem(bytes, len < 1024 ? len : 1024, "%PDF-", 5))
		return FORMAT_PDF;
	if (mail)
		return FORMAT_MAIL;
	return looks_like_xml(bytes, len) ? FORMAT_XML : FORMAT_UNKNOWN;
}

/* --- TIFF directories, of TIFF files and inside EXIF --- */

/* The number of `size` bytes at `at`; false when it lies outside the file. */
static bool tiff_number(const struct tiff_file *f, uint64_t at, unsigned size,
			uint64_t *out)
{
	if (at > f->len || f->len - at < size)
		return false;
	uint64_t v = 0;
	for (unsigned i = 0; i < size; i++) {
		unsigned shift = 8 * (f->big_endian ? size - 1 - i : i);
		v |= (uint64_t)f->bytes[at + i] << shift;
	}
	*out = v;
	return true;
}

bool tiff_open(const void *bytes, size_t len, struct tiff_file *out)
{
	const uint8_t *b = bytes;
	if (len < 8 || b[0] != b[1] || (b[0] != 'I' && b[0] != 'M'))
		return false;
	*out = (struct tiff_file){.bytes = b, .len = len, .big_endian = b[0] == 'M'};
	uint64_t version = 0;
	tiff_number(out, 2, 2, &version);
	out->big_tiff = version == 43;
	return version == 42 || version == 43;
}

uint64_t tiff_first(const struct tiff_file *file)
{
	uint64_t offset = 0;
	if (!tiff_number(file, file->big_tiff ? 8 : 4, file->big_tiff ? 8 : 4, &offset))
		return 0;
	return offset;
}

static double tiff_rational(const struct tiff_file *f, uint64_t at)
{
	uint64_t num = 0, den = 0;
	if (!tiff_number(f, at, 4, &num) || !tiff_number(f, at + 4, 4, &den) ||
	    den == 0)
		return 0;
	return (double)num / (double)den;
}

struct tiff_entry {
	unsigned tag;
	uint64_t value;	   /* first value, when it stands in the entry */
	uint64_t rational; /* offset of the first value, when it is a rational */
};

/* Type codes of the TIFF standard: 1 byte, 3 short, 4 long, 5 rational, 16 long8. */
static bool tiff_read_entry(const struct tiff_file *f, uint64_t at,
			    struct tiff_entry *e)
{
	unsigned word = f->big_tiff ? 8 : 4;
	uint64_t tag, type, value_at = at + 4 + word;
	if (!tiff_number(f, at, 2, &tag) || !tiff_number(f, at + 2, 2, &type))
		return false;
	unsigned size = type == 3 ? 2 : type == 4 ? 4 : type == 16 ? 8 : 1;
	*e = (struct tiff_entry){.tag = (unsigned)tag};
	if (type == 5)
		return f->big_tiff ? (e->rational = value_at, true)
				   : tiff_number(f, value_at, 4, &e->rational);
	/* More values than fit stand elsewhere; all of ours but BitsPerSample are
	 * single. */
	uint64_t count = 0;
	if (!tiff_number(f, at + 4, word, &count))
		return false;
	if (count * size > word && !tiff_number(f, value_at, word, &value_at))
		return false;
	return tiff_number(f, value_at, size, &e->value);
}

static void tiff_note(const struct tiff_file *f, const struct tiff_entry *e,
		      struct tiff_page *page, double *unit)
{
	switch (e->tag) {
	case 256:
		page->width = (uint32_t)e->value;
		break;
	case 257:
		page->height = (uint32_t)e->value;
		break;
	case 258:
		page->bits = (uint32_t)e->value;
		break;
	case 274:
		if (e->value >= 1 && e->value <= 8)
			page->orientation = (int)e->value;
		break;
	case 277:
		page->samples = (uint32_t)e->value;
		break;
	case 282:
		page->dpi_x = tiff_rational(f, e->rational);
		break;
	case 283:
		page->dpi_y = tiff_rational(f, e->rational);
		break;
	case 296: /* 1 none, 2 inch, 3 centimetre */
		*unit = e->value == 3 ? 2.54 : e->value == 1 ? 0 : 1;
		break;
	default:
		break;
	}
}

bool tiff_read_page(const struct tiff_file *file, uint64_t offset,
		    struct tiff_page *out)
{
	unsigned count_size = file->big_tiff ? 8 : 2;
	unsigned entry_size = file->big_tiff ? 20 : 12;
	uint64_t count = 0;
	double unit = 1;

	*out = (struct tiff_page){
		.offset = offset, .bits = 1, .samples = 1, .orientation = 1};
	if (!tiff_number(file, offset, count_size, &count) || count == 0 ||
	    count > 65535)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		struct tiff_entry e;
		uint64_t at = offset + count_size + i * entry_size;
		if (at + entry_size > file->len)
			break; /* what follows may still be decodable */
		if (tiff_read_entry(file, at, &e))
			tiff_note(file, &e, out, &unit);
	}
	out->dpi_x *= unit;
	out->dpi_y *= unit;
	uint64_t behind = offset + count_size + count * entry_size;
	if (!tiff_number(file, behind, file->big_tiff ? 8 : 4, &out->next))
		out->next = 0;
	return true;
}

/* --- the others --- */

static int exif_orientation(const uint8_t *segment, size_t len)
{
	struct tiff_file exif;
	struct tiff_page dir;
	if (len < 14 || memcmp(segment, "Exif\0\0", 6) != 0)
		return 0;
	if (!tiff_open(segment + 6, len - 6, &exif) ||
	    !tiff_read_page(&exif, tiff_first(&exif), &dir))
		return 0;
	return dir.orientation;
}

int jpeg_orientation(const void *bytes, size_t len)
{
	const uint8_t *b = bytes;
	size_t at = 2;
	while (at + 4 <= len && b[at] == 0xff) {
		uint8_t marker = b[at + 1];
		size_t size = (size_t)b[at + 2] << 8 | b[at + 3];
		if (marker == 0xda || marker == 0xd9 || size < 2 || at + 2 + size > len)
			break;
		int found = marker == 0xe1 ? exif_orientation(b + at + 4, size - 2) : 0;
		if (found)
			return found;
		at += 2 + size;
	}
	return 1;
}

static uint32_t le16(const uint8_t *b)
{
	return (uint32_t)b[0] | (uint32_t)b[1] << 8;
}

static uint32_t be32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

bool bmp_size(const void *bytes, size_t len, uint64_t *width, uint64_t *height)
{
	const uint8_t *b = bytes;
	if (len < 26)
		return false;
	if (b[14] == 12) {
		*width = le16(b + 18);
		*height = le16(b + 20);
	} else {
		int32_t w = (int32_t)(le16(b + 18) | le16(b + 20) << 16);
		int32_t h = (int32_t)(le16(b + 22) | le16(b + 24) << 16);
		*width = w > 0 ? (uint64_t)w : 0;
		*height = (uint64_t)(h < 0 ? -(int64_t)h
					   : h); /* negative: top row first */
	}
	return *width > 0 && *height > 0;
}

bool jp2_size(const void *bytes, size_t len, uint64_t *width, uint64_t *height)
{
	const uint8_t *start = memmem(bytes, len, "\xff\x4f\xff\x51", 4);
	if (!start || (size_t)((const uint8_t *)bytes + len - start) < 24)
		return false;
	uint32_t x1 = be32(start + 8), y1 = be32(start + 12);
	uint32_t x0 = be32(start + 16), y0 = be32(start + 20);
	if (x1 <= x0 || y1 <= y0)
		return false;
	*width = x1 - x0;
	*height = y1 - y0;
	return true;
}
