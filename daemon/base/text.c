/* text.c - strings as people print them.
 *
 * Bytes come from scans, PDFs and file names and may be anything; what is no UTF-8 is
 * read as U+FFFD. What kind a character is and how it is folded is text_chars.c. */
#include "text.h"

#include <string.h>

#include "arena.h"
#include "text_chars.h"

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

		if (char_is_space(cp)) {
			gap = buf.len > 0;
		} else if (!char_is_invisible(cp)) {
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

		if (char_is_invisible(cp) ||
		    (char_is_space(cp) && (cp != ' ' || space)))
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
		const char *plain = char_plain(cp);

		if (plain)
			strbuf_add(&buf, plain);
		else
			add_cp(&buf, char_lower(cp));
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
		const char *plain = char_apart(cp);

		if (plain)
			strbuf_add(&buf, plain);
		else if (char_is_alnum(cp))
			add_cp(&buf, char_lower(cp));
	}
	return buf.text;
}

static int code_points(const char *s, uint32_t *out)
{
	const char *end = s + strlen(s);
	int n = 0;

	while (s < end)
		out[n++] = text_next(&s, end);
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

struct measure {
	const uint32_t *a, *b;
	int n, m, max;
	int *rows[3]; /* of m + 2 */
};

/* Row i, as far as a cell of it can still lead to at most max; what lies beside that
 * counts as more. Gives the least of it. */
static int distance_row(const struct measure *d, int i)
{
	int *row = d->rows[i % 3], *last = d->rows[(i + 2) % 3];
	int *before = d->rows[(i + 1) % 3];
	int from = i > d->max ? i - d->max : 1;
	int to = i + d->max < d->m ? i + d->max : d->m;
	int best = row[from - 1] = from == 1 ? i : d->max + 1;

	for (int j = from; j <= to; j++) {
		row[j] = distance_cell(d->a, d->b, i, j, row, last, before);
		best = least(best, row[j]);
	}
	row[to + 1] = d->max + 1;
	return best;
}

static int measure_distance(struct measure *d)
{
	for (int j = 0; j <= d->m; j++)
		d->rows[0][j] = j;
	d->rows[0][d->m + 1] = d->max + 1;
	for (int i = 1; i <= d->n; i++)
		if (distance_row(d, i) > d->max)
			return d->max + 1;
	return least(d->rows[d->n % 3][d->m], d->max + 1);
}

int text_distance(const char *a, const char *b, int max)
{
	enum { SHORT = 128 }; /* words and labels; longer text takes memory */
	uint32_t short_text[2 * SHORT];
	int short_rows[3 * (SHORT + 2)];
	size_t len_a = strlen(a), len_b = strlen(b), room = len_b + 2;
	bool fits = len_a < SHORT && len_b < SHORT;

	AUTO_ARENA scratch = fits ? NULL : arena_new();
	uint32_t *text =
		fits ? short_text
		     : arena_alloc_n(scratch, len_a + len_b + 2, sizeof(*text));
	int *rows = fits ? short_rows : arena_alloc_n(scratch, 3 * room, sizeof(*rows));
	struct measure d = {.a = text,
			    .b = text + len_a + 1,
			    .max = max,
			    .rows = {rows, rows + room, rows + 2 * room}};
	d.n = code_points(a, text);
	d.m = code_points(b, text + len_a + 1);
	if (d.n - d.m > max || d.m - d.n > max)
		return max + 1;
	return measure_distance(&d);
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

		if (n > 0 && !char_is_invisible(cp) &&
		    (cp == ' ' || !char_is_space(cp))) {
			add_cp(&buf, cp);
			at += n;
			continue;
		}
		for (n = n ? n : 1; n > 0; n--)
			strbuf_addf(&buf, "\\x%02x", *at++);
	}
	return buf.text;
}
