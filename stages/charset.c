/* charset.c - text in any of the ways people store it, as UTF-8.
 *
 * What mails and tables say of their own encoding is often wrong, so the bytes are
 * asked first: a byte order mark, lawful UTF-8, every other byte zero. Only then what
 * is stated counts, through libc's iconv, whose tables must be loaded before the jail
 * closes; and what fits nothing is Windows-1252, in which every byte is some letter.
 * Nothing fails, and what no table knows becomes U+FFFD. */
#include "part.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "text.h"

/* What business mail is written in; each keeps one descriptor of libc for good. */
static const char *const known[] = {
	"ISO-8859-1",	"ISO-8859-2",	"ISO-8859-9",	"ISO-8859-15",	"WINDOWS-1250",
	"WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254", "KOI8-R",
	"IBM850",	"IBM437",	"GB18030",	"SHIFT_JIS",	"EUC-KR",
	"BIG5",		"ISO-2022-JP",
};

void charset_warm(void)
{
	/* Open for good: that keeps their tables loaded. */
	static iconv_t open_ones[sizeof(known) / sizeof(*known)];
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!open_ones[i])
			open_ones[i] = iconv_open("UTF-8", known[i]);
}

/* --- by hand ------------------------------------------------------------------ */

static const uint16_t windows_1252[32] = {
	0x20ac, 0x81,	0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,	0x017d, 0x8f,
	0x90,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,	0x017e, 0x0178,
};

static char *from_windows(struct arena *arena, const uint8_t *bytes, size_t len)
{
	char *out = arena_alloc_n(arena, len + 1, 3);
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		uint32_t cp = bytes[i];
		if (cp >= 0x80 && cp < 0xa0)
			cp = windows_1252[cp - 0x80];
		n += text_put(cp, out + n);
	}
	out[n] = '\0';
	return out;
}

static char *from_utf16(struct arena *arena, const uint8_t *bytes, size_t len, bool big)
{
	char *out = arena_alloc_n(arena, len / 2 + 1, 4);
	size_t n = 0;
	for (size_t i = 0; i + 1 < len; i += 2) {
		uint32_t cp = big ? (uint32_t)bytes[i] << 8 | bytes[i + 1]
				  : (uint32_t)bytes[i + 1] << 8 | bytes[i];
		if (cp >= 0xd800 && cp < 0xdc00 && i + 3 < len) {
			uint32_t low = big ? (uint32_t)bytes[i + 2] << 8 | bytes[i + 3]
					   : (uint32_t)bytes[i + 3] << 8 | bytes[i + 2];
			if (low >= 0xdc00 && low < 0xe000) {
				cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
				i += 2;
			}
		}
		if (cp >= 0xd800 && cp < 0xe000)
			cp = 0xfffd;
		n += text_put(cp ? cp : ' ', out + n);
	}
	out[n] = '\0';
	return out;
}

/* 0: no; else the byte order of text whose every other byte is zero. */
static char looks_wide(const uint8_t *bytes, size_t len)
{
	size_t even = 0, odd = 0, n = len < 400 ? len / 2 : 200;
	for (size_t i = 0; i < n; i++) {
		even += bytes[2 * i] == 0;
		odd += bytes[2 * i + 1] == 0;
	}
	if (n < 4)
		return 0;
	return odd * 10 >= n * 6 && even == 0	? 'l'
	       : even * 10 >= n * 6 && odd == 0 ? 'b'
						: 0;
}

/* --- by libc ------------------------------------------------------------------ */

static char *by_iconv(struct arena *arena, iconv_t how, const uint8_t *bytes,
		      size_t len)
{
	size_t room = len * 4 + 8;
	char *out = arena_alloc(arena, room + 1), *at = out;
	char *in = (char *)(uintptr_t)bytes;
	while (len > 0) {
		if (iconv(how, &in, &len, &at, &room) != (size_t)-1 || errno == E2BIG)
			break;
		if (room < 3 || len == 0)
			break;
		size_t n = text_put(0xfffd, at); /* what it cannot be */
		at += n;
		room -= n;
		in++;
		len--;
	}
	*at = '\0';
	return out;
}

/* Names are letters, digits and dashes; of what was not loaded beforehand there is
 * nothing to be had in the jail. */
static char *as_stated(struct arena *arena, const uint8_t *bytes, size_t len,
		       const char *charset)
{
	static const char lawful[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-_:.";
	if (!charset || !*charset || charset[strspn(charset, lawful)])
		return NULL;
	if (strncasecmp(charset, "utf-8", 5) == 0 ||
	    strncasecmp(charset, "us-", 3) == 0)
		return NULL; /* it is not */
	iconv_t how = iconv_open("UTF-8", charset);
	if (how == (iconv_t)-1)
		return NULL;
	char *out = by_iconv(arena, how, bytes, len);
	iconv_close(how);
	return out;
}

static char *plain(struct arena *arena, const uint8_t *bytes, size_t len)
{
	char *out = arena_strndup(arena, (const char *)bytes, len);
	for (size_t i = 0; i < len; i++)
		if (!out[i])
			out[i] = ' ';
	return out;
}

char *text_decode(struct arena *arena, const void *given, size_t len,
		  const char *charset)
{
	const uint8_t *bytes = given ? given : (const uint8_t *)""; /* nothing at all */
	if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		len -= 3;
	}
	if (len >= 2 &&
	    (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
		return from_utf16(arena, bytes + 2, len - 2, bytes[0] == 0xfe);
	char wide = looks_wide(bytes, len);
	if (wide)
		return from_utf16(arena, bytes, len, wide == 'b');
	/* ISO-2022-JP and its like are seven bits wide, and so lawful UTF-8. */
	if (text_is_utf8((const char *)bytes, len) && !memchr(bytes, 0x1b, len))
		return plain(arena, bytes, len);
	char *out = as_stated(arena, bytes, len, charset);
	return out ? out : from_windows(arena, bytes, len);
}
