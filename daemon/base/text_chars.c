/* text_chars.c - what kind of character a code point is, and its plain form.
 *
 * Tables of ranges for the Latin, Greek and Cyrillic letters that business papers have,
 * so that nothing depends on the locale of the machine. Signs are listed and all the
 * rest beyond ASCII taken for letters: a name in a script we never met stays a name. */
#include "text_chars.h"

#include <stddef.h>

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

bool char_is_space(uint32_t cp)
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
bool char_is_invisible(uint32_t cp)
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
bool char_is_alnum(uint32_t cp)
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

uint32_t char_lower(uint32_t cp)
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

static const char *find(uint32_t cp, const struct plain *table, size_t n)
{
	for (size_t i = 0; cp >= 0x80 && i < n; i++)
		if (cp >= table[i].first && cp <= table[i].last)
			return table[i].text;
	return NULL;
}

const char *char_apart(uint32_t cp)
{
	return find(cp, apart, sizeof(apart) / sizeof(*apart));
}

const char *char_plain(uint32_t cp)
{
	const char *text = char_apart(cp);

	return text ? text : find(cp, accents, sizeof(accents) / sizeof(*accents));
}
