/* malay_street.c - numbers of Malaysian lots, streets and sections, mended.
 *
 * They follow patterns that tell letters from digits: streets of a section are
 * "SS21/39" behind "Jalan", sections are "U5", lots of one plot are "1851-A & 1851-B",
 * and an address may begin with "LOT 3". A letter read as a digit that looks like it,
 * or a digit as a letter, is put right only where the pattern leaves no other way to
 * read it; the text keeps its length but for a letter that was read twice. */
#include <ctype.h>
#include <string.h>

#include "lexicon.h"
#include "text.h"

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool looks_like_s(char c)
{
	return c && strchr("S5$8", c);
}

static bool word_before(const char *text, const char *at, const char *word)
{
	size_t len = strlen(word);
	while (at > text && at[-1] == ' ')
		at--;
	if ((size_t)(at - text) < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (tolower((unsigned char)at[(ptrdiff_t)i - (ptrdiff_t)len]) !=
		    word[i])
			return false;
	return true;
}

/* "$521/39", "8521/60", "S5S21/39" behind Jalan: SS21/39 and the like. */
static void mend_section_street(const char *text, char *at)
{
	size_t n = 0, digits = 0;
	while (looks_like_s(at[n]) && n < 3)
		n++;
	while (digit(at[n + digits]))
		digits++;
	if ((!word_before(text, at, "jalan") && !word_before(text, at, "jln")))
		return;
	if (n == 3 && at[2] == 'S' && digits > 0 && at[3 + digits] == '/') {
		memmove(at + 2, at + 3, strlen(at + 3) + 1); /* an S read twice */
		at[0] = at[1] = 'S';
		return;
	}
	if (n == 3 || (n == 2 && digits == 1)) /* the third is the number's */
		digits += n - 2;
	if (n < 2 || digits == 0 || digits > 2 || at[2 + digits] != '/' ||
	    !digit(at[3 + digits]))
		return;
	at[0] = at[1] = 'S';
}

/* "SEKSYEN US", "SECTION Ub": a letter and a digit. */
static void mend_section(const char *text, char *at)
{
	static const char letters[] = "SsbGBIlZO", digits[] = "556681120";
	const char *as = at[0] && at[1] ? strchr(letters, at[1]) : NULL;
	if (at[0] != 'U' || !as || isalnum((unsigned char)at[2]) ||
	    (!word_before(text, at, "seksyen") && !word_before(text, at, "section")))
		return;
	at[1] = digits[as - letters];
}

/* The letter behind the dash of "1851-A", or of a digit that looks like one. */
static char lot_letter(char c)
{
	return c == '8' ? 'B' : c == '4' ? 'A' : c == '6' ? 'G' : 0;
}

/* "1851-A & 1851-8": parts of one plot are told apart by letters. */
static void mend_lots(char *text)
{
	for (char *sign = strchr(text, '&'); sign; sign = strchr(sign + 1, '&')) {
		char *left = sign, *right = sign + 1;
		while (left > text && left[-1] == ' ')
			left--;
		right += strspn(right, " ");
		size_t plot = strspn(right, "0123456789");
		if (plot < 2 || right[plot] != '-' || !right[plot + 1] ||
		    isalnum((unsigned char)right[plot + 2]) ||
		    (size_t)(left - text) < plot + 2 || left[-2] != '-' ||
		    strncmp(left - plot - 2, right, plot) != 0)
			continue;
		char *a = &left[-1], *b = &right[plot + 1];
		if (isalpha((unsigned char)*a) && lot_letter(*b))
			*b = lot_letter(*b);
		else if (isalpha((unsigned char)*b) && lot_letter(*a))
			*a = lot_letter(*a);
	}
}

/* "1.01 3, Jalan": LOT whose strokes came apart. */
static const char *mend_lot(struct arena *arena, const char *text)
{
	static const char *const forms[] = {"1.01 ", "L.01 ", "1.OT ", "L0T ",
					    "LO1 ",  "I.OT ", "1.0T ", "LOI "};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		size_t len = strlen(forms[i]);
		if (text_starts(text, forms[i]) && digit(text[len]))
			return arena_printf(arena, "LOT %s", text + len);
	}
	return text;
}

char *malay_street(struct arena *arena, const char *raw)
{
	char *text = arena_strdup(arena, mend_lot(arena, raw));
	for (char *at = text; *at; at++) {
		if (at > text && at[-1] != ' ' && at[-1] != ',')
			continue;
		mend_section_street(text, at);
		mend_section(text, at);
	}
	mend_lots(text);
	return text;
}
