/* text.c - strings as people print them.
 *
 * Bytes come from scans, PDFs and file names and may be anything; what is no UTF-8 is
 * read as U+FFFD. Lower case and plain letters come from tables for the Latin, Greek
 * and Cyrillic letters that business papers have, so nothing depends on the locale. */
#include "text.h"

#include <string.h>

#include "arena.h"

enum { REPLACEMENT = 0xfffd };

/* --- UTF-8 -------------------------------------------------------------------- */

/* Length of the valid sequence at s, 0 when there is none. */
static size_t sequence(const unsigned char *s, size_t room, uint32_t *cp)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len;
	uint32_t v;

	if (s[0] < 0x80) {
		*cp = s[0];
		return 1;
	}
	len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || len > room)
		return 0;
	v = s[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (s[i] & 0x3f);
	}
	if (v < smallest[len] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	*cp = v;
	return len;
}

bool text_is_utf8(const char *s, size_t len)
{
	const unsigned char *at = (const unsigned char *)s;
	uint32_t cp;

	while (len > 0) {
		size_t n = sequence(at, len, &cp);

		if (n == 0)
			return false;
		at += n;
		len -= n;
	}
	return true;
}

uint32_t text_next(const char **s, const char *end)
{
	uint32_t cp;
	size_t n;

	if (*s >= end)
		return 0;
	n = sequence((const unsigned char *)*s, (size_t)(end - *s), &cp);
	*s += n ? n : 1;
	return n && cp ? cp : REPLACEMENT;
}

size_t text_put(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

/* --- kinds of characters ------------------------------------------------------ */

struct range {
	uint32_t first, last;
};

static bool in_ranges(uint32_t cp, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return false;
}
#define IN(cp, table) in_ranges((cp), (table), sizeof(table) / sizeof(*(table)))

static bool is_space(uint32_t cp)
{
	static const struct range spaces[] = {
		{0x09, 0x0d},	  {0x20, 0x20},	    {0x85, 0x85},     {0xa0, 0xa0},
		{0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f},
		{0x205f, 0x205f}, {0x3000, 0x3000},
	};

	if (cp > 0x20 && cp < 0x80)
		return false;
	return IN(cp, spaces);
}

/* Controls, what XML 1.0 can't hold, and characters that are not seen but change how
 * others are shown (soft hyphen, zero-width, direction overrides). */
static bool is_invisible(uint32_t cp)
{
	static const struct range invisible[] = {
		{0x00, 0x1f},	  {0x7f, 0x9f},	    {0xad, 0xad},
		{0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064},
		{0x2066, 0x2069}, {0xfeff, 0xfeff}, {0xfffe, 0xffff},
	};

	if (cp >= 0x20 && cp < 0x7f)
		return false;
	return IN(cp, invisible);
}

/* Letters and digits: all but the ranges of signs. */
static bool is_alnum(uint32_t cp)
{
	static const struct range signs[] = {
		{0x80, 0xa9},	  {0xab, 0xb1},	    {0xb4, 0xb4},     {0xb6, 0xb8},
		{0xbb, 0xbb},	  {0xbf, 0xbf},	    {0xd7, 0xd7},     {0xf7, 0xf7},
		{0x2b9, 0x2df},	  {0x300, 0x36f},   {0x2000, 0x206f}, {0x20a0, 0x20cf},
		{0x2100, 0x214f}, {0x2190, 0x2bff}, {0x3000, 0x303f}, {0xfe10, 0xfe6f},
		{0xfeff, 0xff0f}, {0xfff0, 0xffff},
	};

	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') ||
		       (cp >= 'A' && cp <= 'Z');
	return !IN(cp, signs);
}

/* --- letter case and accents -------------------------------------------------- */

static uint32_t lower(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
		int32_t step; /* 0: pairs, even is the capital; 1: pairs, odd is */
	} capitals[] = {
		{'A', 'Z', 32},	     {0xc0, 0xd6, 32},	   {0xd8, 0xde, 32},
		{0x100, 0x12f, 0},   {0x132, 0x137, 0},	   {0x139, 0x148, 1},
		{0x14a, 0x177, 0},   {0x178, 0x178, -121}, {0x179, 0x17e, 1},
		{0x218, 0x21b, 0},   {0x386, 0x386, 38},   {0x388, 0x38a, 37},
		{0x391, 0x3ab, 32},  {0x400, 0x40f, 80},   {0x410, 0x42f, 32},
		{0x1e00, 0x1e95, 0}, {0x1ea0, 0x1eff, 0},  {0xff21, 0xff3a, 32},
	};

	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
	for (size_t i = 0; i < sizeof(capitals) / sizeof(*capitals); i++) {
		if (cp < capitals[i].first || cp > capitals[i].last)
			continue;
		if (capitals[i].step == 0)
			return cp | 1;
		if (capitals[i].step == 1)
			return cp + (cp & 1);
		return (uint32_t)((int32_t)cp + capitals[i].step);
	}
	return cp;
}

/* Letters (capital or not) and the plain letters they are searched as. */
struct plain {
	uint32_t first, last;
	const char *text;
};

/* What even case folding takes apart. */
static const struct plain apart[] = {
	{0xdf, 0xdf, "ss"},	{0x1e9e, 0x1e9e, "ss"},	 {0x130, 0x130, "i"},
	{0x17f, 0x17f, "s"},	{0xfb00, 0xfb00, "ff"},	 {0xfb01, 0xfb01, "fi"},
	{0xfb02, 0xfb02, "fl"}, {0xfb03, 0xfb03, "ffi"}, {0xfb04, 0xfb04, "ffl"},
	{0xfb05, 0xfb06, "st"},
};

static const struct plain accents[] = {
	{0xb4, 0xb4, "'"},     {0xc0, 0xc5, "a"},     {0xc6, 0xc6, "ae"},
	{0xc7, 0xc7, "c"},     {0xc8, 0xcb, "e"},     {0xcc, 0xcf, "i"},
	{0xd0, 0xd0, "d"},     {0xd1, 0xd1, "n"},     {0xd2, 0xd6, "o"},
	{0xd8, 0xd8, "o"},     {0xd9, 0xdc, "u"},     {0xdd, 0xdd, "y"},
	{0xde, 0xde, "th"},    {0xe0, 0xe5, "a"},     {0xe6, 0xe6, "ae"},
	{0xe7, 0xe7, "c"},     {0xe8, 0xeb, "e"},     {0xec, 0xef, "i"},
	{0xf0, 0xf0, "d"},     {0xf1, 0xf1, "n"},     {0xf2, 0xf6, "o"},
	{0xf8, 0xf8, "o"},     {0xf9, 0xfc, "u"},     {0xfd, 0xfd, "y"},
	{0xfe, 0xfe, "th"},    {0xff, 0xff, "y"},     {0x100, 0x105, "a"},
	{0x106, 0x10d, "c"},   {0x10e, 0x111, "d"},   {0x112, 0x11b, "e"},
	{0x11c, 0x123, "g"},   {0x124, 0x127, "h"},   {0x128, 0x131, "i"},
	{0x132, 0x133, "ij"},  {0x134, 0x135, "j"},   {0x136, 0x138, "k"},
	{0x139, 0x142, "l"},   {0x143, 0x14b, "n"},   {0x14c, 0x151, "o"},
	{0x152, 0x153, "oe"},  {0x154, 0x159, "r"},   {0x15a, 0x161, "s"},
	{0x162, 0x167, "t"},   {0x168, 0x173, "u"},   {0x174, 0x175, "w"},
	{0x176, 0x178, "y"},   {0x179, 0x17e, "z"},   {0x218, 0x219, "s"},
	{0x21a, 0x21b, "t"},   {0x2bc, 0x2bc, "'"},   {0x300, 0x36f, ""},
	{0x1e00, 0x1e01, "a"}, {0x1e02, 0x1e07, "b"}, {0x1e08, 0x1e09, "c"},
	{0x1e0a, 0x1e13, "d"}, {0x1e14, 0x1e1d, "e"}, {0x1e1e, 0x1e1f, "f"},
	{0x1e20, 0x1e21, "g"}, {0x1e22, 0x1e2b, "h"}, {0x1e2c, 0x1e2f, "i"},
	{0x1e30, 0x1e35, "k"}, {0x1e36, 0x1e3d, "l"}, {0x1e3e, 0x1e43, "m"},
	{0x1e44, 0x1e4b, "n"}, {0x1e4c, 0x1e53, "o"}, {0x1e54, 0x1e57, "p"},
	{0x1e58, 0x1e5f, "r"}, {0x1e60, 0x1e69, "s"}, {0x1e6a, 0x1e71, "t"},
	{0x1e72, 0x1e7b, "u"}, {0x1e7c, 0x1e7f, "v"}, {0x1e80, 0x1e89, "w"},
	{0x1e8a, 0x1e8d, "x"}, {0x1e8e, 0x1e8f, "y"}, {0x1e90, 0x1e95, "z"},
	{0x1ea0, 0x1eb7, "a"}, {0x1eb8, 0x1ec7, "e"}, {0x1ec8, 0x1ecb, "i"},
	{0x1ecc, 0x1ee3, "o"}, {0x1ee4, 0x1ef1, "u"}, {0x1ef2, 0x1ef9, "y"},
	{0x2010, 0x2015, "-"}, {0x2018, 0x201b, "'"}, {0x201c, 0x201f, "\""},
	{0x2212, 0x2212, "-"},
};

static const char *find_plain(uint32_t cp, const struct plain *table, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= table[i].first && cp <= table[i].last)
			return table[i].text;
	return NULL;
}
#define PLAIN(cp, table) find_plain((cp), (table), sizeof(table) / sizeof(*(table)))

/* --- whole strings ------------------------------------------------------------ */

static void add_cp(struct strbuf *buf, uint32_t cp)
{
	char bytes[4];

	strbuf_add_n(buf, bytes, text_put(cp, bytes));
}

char *text_clean(struct arena *arena, const char *s, size_t len)
{
	const char *end = s + len;
	bool gap = false;
	struct strbuf buf;

	strbuf_init(&buf, arena);
	while (s < end) {
		uint32_t cp = *s ? text_next(&s, end) : (s++, 0);

		if (is_space(cp)) {
			gap = buf.len > 0;
		} else if (!is_invisible(cp)) {
			if (gap)
				strbuf_add_n(&buf, " ", 1);
			gap = false;
			add_cp(&buf, cp);
		}
	}
	return buf.text;
}

bool text_is_clean(const char *s)
{
	const char *end = s + strlen(s);
	bool space = true; /* one at the start is as wrong as two in a row */

	if (!*s)
		return true;
	if (!text_is_utf8(s, (size_t)(end - s)))
		return false;
	while (s < end) {
		uint32_t cp = text_next(&s, end);

		if (is_invisible(cp) || (is_space(cp) && (cp != ' ' || space)))
			return false;
		space = cp == ' ';
	}
	return !space;
}

char *text_fold(struct arena *arena, const char *s)
{
	const char *end = s + strlen(s);
	struct strbuf buf;

	strbuf_init(&buf, arena);
	while (s < end) {
		uint32_t cp = text_next(&s, end);
		const char *plain = NULL;

		if (cp >= 0x80) {
			plain = PLAIN(cp, apart);
			if (!plain)
				plain = PLAIN(cp, accents);
		}
		if (plain)
			strbuf_add(&buf, plain);
		else
			add_cp(&buf, lower(cp));
	}
	return buf.text;
}

char *text_key(struct arena *arena, const char *s)
{
	const char *end = s + strlen(s);
	struct strbuf buf;

	strbuf_init(&buf, arena);
	while (s < end) {
		uint32_t cp = text_next(&s, end);
		const char *plain = cp >= 0x80 ? PLAIN(cp, apart) : NULL;

		if (plain)
			strbuf_add(&buf, plain);
		else if (is_alnum(cp))
			add_cp(&buf, lower(cp));
	}
	return buf.text;
}

static int code_points(struct arena *arena, const char *s, uint32_t **out)
{
	const char *end = s + strlen(s);
	int n = 0;

	*out = arena_alloc_n(arena, (size_t)(end - s) + 1, sizeof(**out));
	while (s < end)
		(*out)[n++] = text_next(&s, end);
	return n;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Cost of turning the first i of a into the first j of b, from the costs of shorter
 * ones: rows `last` (i - 1) and `before` (i - 2). */
static int distance_cell(const uint32_t *a, const uint32_t *b, int i, int j,
			 const int *row, const int *last, const int *before)
{
	int cost = least(last[j], row[j - 1]) + 1;

	cost = least(cost, last[j - 1] + (a[i - 1] != b[j - 1]));
	if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
		cost = least(cost, before[j - 2] + 1);
	return cost;
}

int text_distance(const char *a, const char *b, int max)
{
	AUTO_ARENA scratch = arena_new();
	uint32_t *x, *y;
	int n = code_points(scratch, a, &x), m = code_points(scratch, b, &y);
	int *rows[3];

	if (n - m > max || m - n > max)
		return max + 1;
	for (int i = 0; i < 3; i++)
		rows[i] = arena_alloc_n(scratch, (size_t)m + 1, sizeof(int));
	for (int j = 0; j <= m; j++)
		rows[0][j] = j;
	for (int i = 1; i <= n; i++) {
		int *row = rows[i % 3], *last = rows[(i + 2) % 3];
		int best = row[0] = i;

		for (int j = 1; j <= m; j++) {
			row[j] =
				distance_cell(x, y, i, j, row, last, rows[(i + 1) % 3]);
			best = least(best, row[j]);
		}
		if (best > max)
			return max + 1;
	}
	return least(rows[n % 3][m], max + 1);
}

bool text_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *suffix)
{
	size_t len = strlen(s), tail = strlen(suffix);

	return len >= tail && strcmp(s + len - tail, suffix) == 0;
}

static int ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

bool text_equal_nocase(const char *a, const char *b)
{
	while (*a && ascii_lower(*a) == ascii_lower(*b)) {
		a++;
		b++;
	}
	return ascii_lower(*a) == ascii_lower(*b);
}

char *text_hex(const void *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *at = bytes;

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[at[i] >> 4];
		out[2 * i + 1] = digits[at[i] & 15];
	}
	out[2 * len] = '\0';
	return out;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool text_unhex(const char *hex, void *out, size_t len)
{
	uint8_t *at = out;

	for (size_t i = 0; i < len; i++) {
		int high = hex_value(hex[2 * i]);
		int low = high < 0 ? -1 : hex_value(hex[2 * i + 1]);

		if (low < 0)
			return false;
		at[i] = (uint8_t)(high << 4 | low);
	}
	return hex[2 * len] == '\0';
}

char *text_show_name(struct arena *arena, const void *name, size_t len)
{
	const unsigned char *at = name, *end = at + len;
	struct strbuf buf;

	strbuf_init(&buf, arena);
	while (at < end) {
		uint32_t cp;
		size_t n = sequence(at, (size_t)(end - at), &cp);

		if (n > 0 && !is_invisible(cp) && (cp == ' ' || !is_space(cp))) {
			add_cp(&buf, cp);
			at += n;
			continue;
		}
		for (n = n ? n : 1; n > 0; n--)
			strbuf_addf(&buf, "\\x%02x", *at++);
	}
	return buf.text;
}
