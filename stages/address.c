/* address.c - telling postcodes, streets, names and telephone lines apart.
 *
 * Postcodes carry a document's addresses: each country's shape is a row of a table, and
 * what stands before it on the line or above it is the street. Words decide only where
 * shape does not. All answers are about one line; where the lines stand is parties.c's
 * business. */
#include "address.h"

#include <ctype.h>
#include <string.h>

#include "text.h"
#include "value.h"

#define WORDS_MAX 32

struct piece { /* a word of the line without punctuation at its ends */
	size_t from, to;
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool upper(char c)
{
	return (c >= 'A' && c <= 'Z') ||
	       ((unsigned char)c >= 0xc3 && (unsigned char)c <= 0xc9);
}

static size_t split(const char *raw, struct piece *pieces)
{
	size_t n = 0;
	const char *p = raw;
	while (*p && n < WORDS_MAX) {
		p += strspn(p, " ,;|()\t");
		size_t len = strcspn(p, " ,;|()\t");
		size_t from = (size_t)(p - raw), to = from + len;
		p += len;
		while (to > from && strchr(".:*", raw[to - 1]))
			to--;
		if (to > from)
			pieces[n++] = (struct piece){from, to};
	}
	return n;
}

/* Shape of a word: 9 digit, A capital, other characters themselves. */
static bool shaped(const char *raw, struct piece piece, const char *shape)
{
	size_t len = strlen(shape);
	if (piece.to - piece.from != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = raw[piece.from + i];
		if (shape[i] == '9'   ? !digit(c)
		    : shape[i] == 'A' ? !(c >= 'A' && c <= 'Z')
				      : c != shape[i])
			return false;
	}
	return true;
}

/* Begins with a capital and has three letters or more: can be a town. */
static bool town_like(const char *raw, struct piece piece)
{
	size_t letters = 0;
	for (size_t i = piece.from; i < piece.to; i++) {
		if (digit(raw[i]))
			return false;
		/* Latin letters of two bytes; no symbols like the euro's */
		letters += isalpha((unsigned char)raw[i]) ||
			   ((unsigned char)raw[i] >= 0xc3 &&
			    (unsigned char)raw[i] <= 0xc9);
	}
	return upper(raw[piece.from]) && letters >= 3;
}

/* "D-", "NL-" and the like before a postcode. */
static size_t country_prefix(const char *raw, struct piece piece)
{
	size_t letters = 0;
	while (letters < 3 && piece.from + letters < piece.to &&
	       upper(raw[piece.from + letters]))
		letters++;
	return letters > 0 && letters < 3 && raw[piece.from + letters] == '-'
		       ? letters + 1
		       : 0;
}

enum town { TOWN_AFTER, TOWN_BEFORE };

/* Postcodes by shape; two words are shape and second. Rows stand in order of trust. */
static const struct {
	const char *shape, *second;
	enum town town;
} postcodes[] = {
	{"99999", NULL, TOWN_AFTER},	{"99-999", NULL, TOWN_AFTER},
	{"9999-999", NULL, TOWN_AFTER}, {"9999", "AA", TOWN_AFTER},
	{"9999AA", NULL, TOWN_AFTER},	{"999999", NULL, TOWN_AFTER},
	{"999", "99", TOWN_AFTER},	{"9999", NULL, TOWN_AFTER},
	{"999999", NULL, TOWN_BEFORE},	{"A9", "9AA", TOWN_BEFORE},
	{"A99", "9AA", TOWN_BEFORE},	{"AA9", "9AA", TOWN_BEFORE},
	{"AA99", "9AA", TOWN_BEFORE},	{"A9A", "9AA", TOWN_BEFORE},
	{"AA9A", "9AA", TOWN_BEFORE},	{"A9A", "9A9", TOWN_BEFORE},
};

/* A year with a word behind it is no postcode ("2018 Rechnung"). */
static bool year_like(const char *raw, struct piece piece)
{
	return piece.to - piece.from == 4 && (strncmp(raw + piece.from, "19", 2) == 0 ||
					      strncmp(raw + piece.from, "20", 2) == 0);
}

/* "1200 Elm Street", "12000 Rue X": a house number with its street, no postcode. */
static bool numbered_street(const char *raw, const struct piece *pieces, size_t n,
			    size_t code)
{
	static const char *const words[] = {
		"street", "st",	   "road",    "rd",	 "avenue",    "ave",	 "lane",
		"ln",	  "drive", "dr",      "blvd",	 "boulevard", "court",	 "way",
		"place",  "suite", "highway", "parkway", "rue",	      "terrace",
	};
	for (size_t i = code + 1; i < n; i++)
		for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
			size_t len = pieces[i].to - pieces[i].from;
			if (strlen(words[w]) == len &&
			    strncasecmp(raw + pieces[i].from, words[w], len) == 0)
				return true;
		}
	return false;
}

/* Dashes and telephones are not. */
static bool part_of_town(const char *raw, struct piece piece)
{
	char word[16] = {0};
	size_t len = piece.to - piece.from;
	memcpy(word, raw + piece.from, len < 15 ? len : 15);
	return isalpha((unsigned char)*word) && len < 24 && !strchr(word, '@') &&
	       !address_contact(word);
}

/* How far a town's name goes: words of letters, "Cedex 08", "am Main". */
static size_t town_end(const char *raw, const struct piece *pieces, size_t n, size_t at)
{
	size_t end = at;
	while (end + 1 < n && end - at < 5 && part_of_town(raw, pieces[end + 1]))
		end++;
	if (end + 1 < n && end > at &&
	    strncasecmp(raw + pieces[end].from, "cedex", 5) == 0)
		end++;
	return end;
}

static bool american(const char *raw, const struct piece *pieces, size_t n, size_t i,
		     size_t *from, size_t *to)
{
	char state[3] = {0};
	if (i == 0 || pieces[i - 1].to - pieces[i - 1].from != 2)
		return false;
	memcpy(state, raw + pieces[i - 1].from, 2);
	if (!us_state(state) ||
	    !(shaped(raw, pieces[i], "99999") || shaped(raw, pieces[i], "99999-9999")))
		return false;
	if (i == 1 && i + 1 < n && town_like(raw, pieces[i + 1]))
		return false; /* DE 10369 Berlin is not in Delaware */
	size_t town = i - 1;
	while (town > 0 && i - town < 4 && town_like(raw, pieces[town - 1]) &&
	       raw[pieces[town - 1].to] != ';')
		town--;
	*from = pieces[town].from;
	*to = pieces[i].to;
	return town < i - 1 || i == 1;
}

bool address_place(const char *raw, size_t *from, size_t *to)
{
	struct piece pieces[WORDS_MAX];
	size_t n = split(raw, pieces);
	for (size_t i = 0; i < n; i++)
		if (american(raw, pieces, n, i, from, to))
			return true;
	for (size_t p = 0; p < sizeof postcodes / sizeof *postcodes; p++) {
		for (size_t i = 0; i < n; i++) {
			struct piece code = pieces[i];
			size_t last = i;
			code.from += country_prefix(raw, code);
			if (!shaped(raw, code, postcodes[p].shape))
				continue;
			if (postcodes[p].second) {
				if (i + 1 >= n ||
				    pieces[i + 1].from != pieces[i].to + 1 ||
				    raw[pieces[i].to] != ' ' || /* 585,43 EUR */
				    !shaped(raw, pieces[i + 1], postcodes[p].second))
					continue;
				last = i + 1;
			}
			bool town_after =
				last + 1 < n &&
				(town_like(raw, pieces[last + 1]) ||
				 (last + 2 == n && shaped(raw, pieces[n - 1], "AA")));
			if (postcodes[p].town == TOWN_AFTER) {
				if (!town_after ||
				    (year_like(raw, code) && !postcodes[p].second) ||
				    numbered_street(raw, pieces, n, last))
					continue;
				*from = pieces[i].from;
				*to = pieces[town_end(raw, pieces, n, last + 1)].to;
				return true;
			}
			/* "M1 3HE Manchester", as on the continent */
			if (postcodes[p].second && town_after &&
			    (i == 0 || raw[pieces[i - 1].to] == ',')) {
				*from = pieces[i].from;
				*to = pieces[town_end(raw, pieces, n, last + 1)].to;
				return true;
			}
			if (i == 0 || last + 1 < n ||
			    memchr(raw + pieces[i - 1].from, ':',
				   pieces[i].from - pieces[i - 1].from))
				continue; /* "Kunden-Nr.: 009420" is no town */
			size_t town = i;
			while (town > 0 && i - town < 2 &&
			       (town_like(raw, pieces[town - 1]) ||
				(pieces[town - 1].to - pieces[town - 1].from == 1 &&
				 i - town == 0)))
				town--;
			*from = pieces[town].from;
			*to = pieces[last].to;
			return town < i || postcodes[p].second;
		}
	}
	return false;
}

/* --- words --- */

/* Whether one of the words (folded; "*" before: may end a longer word, after: begin
 * one) is in the text. */
static bool has_word(const char *folded, const char *const *words, size_t n)
{
	for (const char *p = folded; *p;) {
		size_t len = 0;
		while (isalnum((unsigned char)p[len]) ||
		       (unsigned char)p[len] >= 0x80 ||
		       (p[len] == '.' && len > 0 && isalpha((unsigned char)p[len + 1])))
			len++;
		/* "A/S", "S/B" */
		if (len == 1 && p[1] == '/' && isalpha((unsigned char)p[2]) &&
		    !isalnum((unsigned char)p[3]))
			len = 3;
		for (size_t i = 0; len > 0 && i < n; i++) {
			const char *word = words[i] + (words[i][0] == '*');
			size_t want = strlen(word);
			bool open_end = word[want - 1] == '*';
			want -= open_end;
			if (want > len)
				continue;
			if (words[i][0] == '*'
				    ? strncmp(p + len - want, word, want) == 0
				    : strncmp(p, word, want) == 0 &&
					      (open_end || want == len))
				return true;
		}
		p += len ? len : 1;
	}
	return false;
}
#define HAS_WORD(text, list) has_word((text), (list), sizeof(list) / sizeof *(list))

bool address_street(const char *raw)
{
	static const char *const words[] = {
		"*strasse", "*str",	 "*weg",    "*platz",	 "*allee", "*gasse",
		"*ring",    "*ufer",	 "*damm",   "*chaussee", "street", "road",
		"rd",	    "avenue",	 "ave",	    "lane",	 "ln",	   "drive",
		"blvd",	    "boulevard", "square",  "rue",	 "av",	   "chemin",
		"allee",    "impasse",	 "quai",    "place",	 "route",  "cours",
		"calle",    "avda",	 "avenida", "plaza",	 "paseo",  "carretera",
		"jalan",    "jln",	 "jl",	    "lorong",	 "taman",  "persiaran",
		"suite",    "*straat",	 "*laan",   "*weg",	 "*plein", "*gracht",
		"*markt",   "postfach",	 "box",	    "via",	 "viale",  "piazza",
		"kampung",  "bandar",	 "corso",   "largo",	 "rua",	   "travessa",
		"*vej",	    "*gatan",	 "*vagen",  "ulica",	 "ul",	   "*veien",
	};
	/* of a street only beside a number: "Dr. Vollmer", "Unit Trust" */
	static const char *const faint[] = {
		"st",	 "dr",	  "court", "way",      "place", "lot",
		"block", "floor", "level", "building", "unit",	"no",
	};
	AUTO_ARENA scratch = arena_new();
	const char *folded = text_fold(scratch, raw);
	size_t digits = 0, letters = 0;
	for (const char *p = folded; *p; p++) {
		digits += digit(*p);
		letters += *p >= 'a' && *p <= 'z';
	}
	if (HAS_WORD(folded, words) || (digits > 0 && HAS_WORD(folded, faint)))
		return letters > 3;
	return digits > 0 && digits <= 8 && letters >= 3 && letters > digits;
}

bool address_salutation(const char *raw)
{
	static const char *const words[] = {
		"herr",	  "herrn",    "frau",	"mr",  "mrs",
		"ms",	  "monsieur", "madame", "mme", "senor",
		"senora", "familie",  "sig",	"dhr", "mevr",
	};
	AUTO_ARENA scratch = arena_new();
	const char *folded = text_fold(scratch, raw);
	return strlen(folded) <= 9 && HAS_WORD(folded, words);
}

bool address_opening(const char *raw)
{
	static const char *const words[] = {
		"an",  "to",   "aan",	   "a",		 "firma", "fa",	  "attn",
		"att", "z.hd", "spett.le", "spettabile", "egr",	  "para", "pour",
	};
	AUTO_ARENA scratch = arena_new();
	const char *folded = text_fold(scratch, raw);
	return strlen(folded) <= 11 && !strchr(folded, ' ') && HAS_WORD(folded, words);
}

bool address_legal_form(const char *raw)
{
	static const char *const words[] = {
		"gmbh",	   "*gmbh", "ag",      "kg",	"ohg",	      "gbr",
		"ug",	   "e.k",   "kgaa",    "mbh",	"e.v",	      "e.g",
		"a.g",	   "ltd",   "limited", "llc",	"inc",	      "incorporated",
		"corp",	   "plc",   "llp",     "l.l.c", "sarl",	      "s.a.r.l",
		"sas",	   "s.a.s", "sasu",    "eurl",	"s.a",	      "sa",
		"sci",	   "sl",    "s.l",     "s.l.u", "slu",	      "bv",
		"b.v",	   "nv",    "n.v",     "bhd",	"sdn",	      "pvt",
		"pty",	   "pte",   "srl",     "s.r.l", "s.p.a",      "spa",
		"ab",	   "a/s",   "oy",      "aps",	"enterprise", "enterprises",
		"trading", "uab",   "co",      "cie",	"gesmbh",     "ek",
		"snc",	   "s.n.c", "s.a.s.u", "lda",	"z.o.o",      "e.u",
		"a.s",	   "oyj",   "vof",     "v.o.f", "s/b",	      "plt",
		"sia",	   "s.r.o", "berhad",  "d.o.o", "kft",
	};
	AUTO_ARENA scratch = arena_new();
	return HAS_WORD(text_fold(scratch, raw), words);
}

bool address_contact(const char *raw)
{
	static const char *const words[] = {
		"tel",
		"telef*",
		"telnr",
		"phone",
		"fon",
		"fax*",
		"mobil",
		"mobile",
		"mobilnr",
		"mobiltelefon",
		"email",
		"mail",
		"www*",
		"http*",
		"iban",
		"bic",
		"swift",
		"konto",
		"kontonr",
		"kontonummer",
		"kontoinhaber",
		"blz",
		"bank",
		"bankverbindung",
		"bankleitzahl",
		"banque",
		"banca",
		"hrb",
		"hra",
		"hr",
		"amtsgericht",
		"siret",
		"siren",
		"rcs",
		"capital",
		"ust*",
		"steuer",
		"steuernr",
		"steuernummer",
		"p.iva",
		"partita",
		"vat*",
		"tva",
		"btw",
		"kvk",
		"gst*",
		"geschaftsfuhr*",
		"registergericht",
		"handelsreg*",
		"telephone",
		"gln",
		"gtin",
		"reg",
		"registration",
		"sst",
		"cif",
		"nif",
		"stnr",
		"uid",
		"tin",
		"gstin",
		"hotline",
		"website",
		"st.nr",
	};
	AUTO_ARENA scratch = arena_new();
	const char *folded = text_fold(scratch, raw);
	return strchr(raw, '@') || strstr(folded, "www.") || HAS_WORD(folded, words);
}

/* --- cleaning --- */

static void trim(char *s)
{
	size_t len = strlen(s), lead = strspn(s, " ,;:.-|*'\"~_=");
	memmove(s, s + lead, len - lead + 1);
	len -= lead;
	while (len && strchr(" ,;:-|*~_=", s[len - 1]))
		s[--len] = 0;
}

/* ", Germany" and " - France" at the end; the country is not part of the line. */
static void cut_country(struct arena *arena, char *s)
{
	for (;;) {
		char *last = strrchr(s, ',');
		char *dash = strstr(s, " - ");
		if (dash && (!last || dash > last))
			last = dash;
		if (!last)
			return;
		const char *tail = last + strspn(last, " ,-");
		if (!country_code(text_fold(arena, tail)) &&
		    strcmp(tail, "Malaysia") != 0)
			return;
		*last = 0;
		trim(s);
	}
}

/* "DE 80333 München": the country's letters before the postcode. */
static void cut_country_letters(struct arena *arena, char *s)
{
	size_t from, to;
	if (!address_place(s, &from, &to) || from < 3 || s[from - 1] != ' ')
		return;
	char *code = s + from - 3;
	char letters[3] = {code[0], code[1], 0};
	bool alone = from == 3 || code[-1] == ' ';
	if (alone && upper(code[0]) && upper(code[1]) &&
	    country_code(text_fold(arena, letters)))
		memmove(code, s + from, strlen(s + from) + 1);
}

/* What follows the town on its line: telephones, countries. */
static void cut_tail(char *s)
{
	size_t from, to;
	if (address_place(s, &from, &to) && (s[to] == ',' || s[to] == ' '))
		s[to] = 0;
}

/* "Address: ", "Name: " at the beginning. */
static void cut_label(struct arena *arena, char *s)
{
	static const char *const labels[] = {
		"address",     "anschrift",    "adresse",
		"name",	       "direccion",    "domicilio",
		"location",    "store",	       "branch",
		"outlet",      "attn",	       "seller",
		"sold by",     "siege social", "registered office",
		"head office", "hauptsitz",    "sitz",
		"kaufer",      "verkaufer",
	};
	char *colon = strchr(s, ':');
	if (!colon)
		return;
	size_t len = (size_t)(colon - s);
	while (len && s[len - 1] == ' ')
		len--;
	char *label = text_fold(arena, arena_strndup(arena, s, len));
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (text_ends(label, labels[i]) && strlen(label) < 30) {
			memmove(s, colon + 1, strlen(colon + 1) + 1);
			return;
		}
}

/* "Sitz der", "Registered office of": what a footer says before the name. */
static void cut_seat(struct arena *arena, char *s)
{
	static const char *const seats[] = {
		"sitz der gesellschaft ", "sitz der ",
		"registered office of ",  "siege social de ",
		"ein unternehmen der ",
	};
	for (size_t i = 0; i < sizeof seats / sizeof *seats; i++) {
		if (!text_starts(text_fold(arena, s), seats[i]))
			continue;
		const char *name = s; /* folding may change lengths, not words */
		for (const char *p = seats[i]; *p; p++)
			if (*p == ' ')
				name += strcspn(name, " ") + 1;
		memmove(s, name, strlen(name) + 1);
		return;
	}
}

char *address_clean(struct arena *arena, const char *raw)
{
	char *s = text_clean(arena, raw, strlen(raw));
	cut_label(arena, s);
	cut_seat(arena, s);
	trim(s);
	cut_country_letters(arena, s);
	cut_country(arena, s);
	cut_tail(s);
	return s;
}
