/* lexicon.c - mending words of names and addresses that were misread by a letter or
 * two.
 *
 * Tills print small and on bad paper, and an address counts as wrong when one letter of
 * it is. Shops' names, streets and towns share most of their words, so a word that is
 * none of these but looks almost like exactly one of them is that one: "SELANG0R",
 * "BAKERLES". Words that are at home in one country are considered only where the paper
 * gives evidence of it. A word that two entries claim, or that is itself one, stays as
 * it was read; so does everything that has no entry, whatever it looks like. */
#include "lexicon.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lexicon_words.h"
#include "text.h"

#define PIECE_MAX 32
#define PIECES_MAX 40
#define WORD_LEAST 4 /* letters of the words in the table */

struct piece { /* letters and digits between blanks and punctuation */
	size_t from, to;
	char key[PIECE_MAX]; /* capitals without accents */
	const char *mended;
};

/* --- likeness --- */

static const char *const alike_groups[] = {
	"O0DQCGU",  "CGE6", "EFBL",    "8B3SR", "S5$",	"Z27",
	"I1LTJ|!Y", "JI]1", "MHNWKRX", "UVWYO", "PFRB", "4A",
	"9G",	    "7TY",  "BDHP",    "KRXH",	"AR",
};

/* What is asked for every pair of letters, made once from the tables. */
static struct shapes {
	bool made;
	uint32_t groups[256]; /* a bit for each of alike_groups */
	int extra[256];
} shapes;

static void make_shapes(void)
{
	for (int c = 1; c < 256; c++) {
		shapes.extra[c] = strchr("IL1J|!'T", c) ? 2 : 4;
		for (size_t i = 0; i < sizeof alike_groups / sizeof *alike_groups; i++)
			if (strchr(alike_groups[i], c))
				shapes.groups[c] |= 1U << i;
	}
	shapes.made = true;
}

static bool alike(char a, char b)
{
	return a == b ||
	       (shapes.groups[(unsigned char)a] & shapes.groups[(unsigned char)b]);
}

static int cost_of_extra(char c)
{
	return shapes.extra[(unsigned char)c];
}

/* Two letters read for one: "IL" for H, "RN" for M. */
static bool broken(const char *two, char one)
{
	static const char *const pairs[] = {"IIH", "ILH", "ITH", "LIH", "TIH", "IDH",
					    "RNM", "INM", "NIM", "VVW", "LIU", "IIN",
					    "IIU", "CIO", "LDH", "KIR"};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i][0] == two[0] && pairs[i][1] == two[1] &&
		    pairs[i][2] == one)
			return true;
	return false;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

int lexicon_distance(const char *read, const char *word, int max)
{
	int rows[3][PIECE_MAX + 1];
	size_t n = strlen(read), m = strlen(word);
	int least_above = 0;
	if (n >= PIECE_MAX || m >= PIECE_MAX || abs((int)n - (int)m) * 2 > max)
		return max + 1;
	if (!shapes.made)
		make_shapes();
	rows[0][0] = 0;
	for (size_t j = 1; j <= m; j++)
		rows[0][j] = rows[0][j - 1] + cost_of_extra(word[j - 1]);
	for (size_t i = 1; i <= n; i++) {
		int *row = rows[i % 3], *above = rows[(i + 2) % 3];
		const int *two_above = rows[(i + 1) % 3];
		int best = row[0] = above[0] + cost_of_extra(read[i - 1]);
		for (size_t j = 1; j <= m; j++) {
			char a = read[i - 1], b = word[j - 1];
			int change = a == b ? 0 : alike(a, b) ? 2 : 4;
			row[j] = least(above[j - 1] + change,
				       least(above[j] + cost_of_extra(a),
					     row[j - 1] + cost_of_extra(b)));
			if (i > 1 && broken(read + i - 2, b))
				row[j] = least(row[j], two_above[j - 1] + 2);
			best = least(best, row[j]);
		}
		/* A row comes from the two before it. */
		if (best > max && least_above > max)
			return max + 1;
		least_above = best;
	}
	return least(rows[n % 3][m], max + 1);
}

/* --- looking up --- */

struct match {
	const char *word; /* in the table, not terminated */
	size_t len;
	int cost, next; /* of the best word, of the next best */
	unsigned exact; /* sets that have it as it is */
};

/* What a word of this length may cost to mend. */
static int patience(size_t len)
{
	return len < 7 ? 2 : len < 9 ? 4 : 6;
}

static void compare(const char *key, const char *word, size_t len, bool active,
		    unsigned set, struct match *match)
{
	char entry[PIECE_MAX];
	if (len >= PIECE_MAX || abs((int)strlen(key) - (int)len) * 2 > patience(len))
		return;
	memcpy(entry, word, len);
	entry[len] = 0;
	if (strcmp(key, entry) == 0)
		match->exact |= set;
	if (!active)
		return;
	int cost = lexicon_distance(key, entry, patience(len));
	bool same =
		match->word && match->len == len && memcmp(match->word, word, len) == 0;
	if (cost > patience(len) || same)
		return;
	if (cost < match->cost) {
		match->next = match->cost;
		match->cost = cost;
		match->word = word;
		match->len = len;
	} else if (cost < match->next) {
		match->next = cost;
	}
}

static struct match look_up(const char *key, unsigned sets)
{
	struct match match = {.cost = 99, .next = 99};
	for (size_t i = 0; i < n_lexicon_words; i++) {
		unsigned set = lexicon_words[i].set;
		for (const char *p = lexicon_words[i].words; *p;) {
			size_t len = strcspn(p, " ");
			compare(key, p, len, (set & sets) != 0, set, &match);
			p += len;
			p += *p == ' ';
		}
	}
	return match;
}

/* --- pieces of a line --- */

static bool in_piece(const char *s)
{
	return isalnum((unsigned char)*s) || (unsigned char)*s >= 0x80 ||
	       strchr("|!$", *s);
}

static size_t split(struct arena *arena, const char *raw, struct piece *pieces)
{
	size_t n = 0;
	for (size_t at = 0; raw[at] && n < PIECES_MAX;) {
		size_t from = at;
		while (raw[at] && in_piece(raw + at))
			at++;
		if (at == from) {
			at++;
			continue;
		}
		const char *key =
			text_fold(arena, arena_strndup(arena, raw + from, at - from));
		if (strlen(key) >= PIECE_MAX)
			continue;
		struct piece *piece = &pieces[n++];
		*piece = (struct piece){.from = from, .to = at};
		for (size_t i = 0; key[i]; i++)
			piece->key[i] = (char)toupper((unsigned char)key[i]);
	}
	return n;
}

static size_t count(const char *s, int (*is)(int))
{
	size_t n = 0;
	for (; *s; s++)
		n += is((unsigned char)*s) != 0;
	return n;
}

unsigned lexicon_sets(const char *raw)
{
	AUTO_ARENA scratch = arena_new();
	struct piece pieces[PIECES_MAX];
	size_t n = split(scratch, raw, pieces);
	unsigned sets = LEX_COMMON;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(pieces[i].key, "SDN") == 0 ||
		    strcmp(pieces[i].key, "BHD") == 0)
			sets |= LEX_MALAY;
		if (strcmp(pieces[i].key, "GMBH") == 0)
			sets |= LEX_GERMAN;
		if (strlen(pieces[i].key) >= 5 && !count(pieces[i].key, isdigit))
			sets |= look_up(pieces[i].key, 0).exact;
	}
	return sets;
}

float lexicon_share(const char *raw)
{
	AUTO_ARENA scratch = arena_new();
	struct piece pieces[PIECES_MAX];
	size_t n = split(scratch, raw, pieces), known = 0, all = 0;
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(pieces[i].key);
		if (len < WORD_LEAST || isdigit((unsigned char)pieces[i].key[0]))
			continue;
		all += len;
		known += look_up(pieces[i].key, 0).exact ? len : 0;
	}
	return all ? (float)known / (float)all : 0;
}

bool lexicon_trade(const char *raw)
{
	AUTO_ARENA scratch = arena_new();
	struct piece pieces[PIECES_MAX];
	size_t n = split(scratch, raw, pieces), known = 0;
	for (size_t i = 0; i < n; i++)
		known += (look_up(pieces[i].key, 0).exact &
			  (LEX_COMMON | LEX_GERMAN | LEX_FRENCH)) != 0;
	return n > 0 && n <= 3 && known == n;
}

/* The mended word in the case that was read. */
static const char *in_case_of(struct arena *arena, const char *read, size_t len,
			      const char *word, size_t word_len)
{
	char *out = arena_strndup(arena, word, word_len);
	bool lower = false;
	for (size_t i = 1; i < len; i++)
		lower = lower || islower((unsigned char)read[i]);
	for (size_t i = 1; lower && out[i]; i++)
		out[i] = (char)tolower((unsigned char)out[i]);
	return out;
}

static void mend(struct arena *arena, const char *raw, struct piece *piece,
		 const char *word)
{
	if (strcmp(piece->key, word) != 0)
		piece->mended = in_case_of(arena, raw + piece->from,
					   piece->to - piece->from, word, strlen(word));
}

/* "BAKE RIES", "BAKER RIES": one word in two pieces. Blanks alone do no harm. */
static bool mend_torn(struct arena *arena, const char *raw, unsigned sets,
		      struct piece *a, struct piece *b)
{
	char joined[PIECE_MAX];
	size_t len = strlen(a->key) + strlen(b->key);
	if (len < 7 || len >= PIECE_MAX || b->from != a->to + 1 || raw[a->to] != ' ' ||
	    count(a->key, isdigit) + count(b->key, isdigit) > 0 ||
	    look_up(a->key, 0).exact || look_up(b->key, 0).exact)
		return false;
	memcpy(joined, a->key, strlen(a->key));
	memcpy(joined + strlen(a->key), b->key, strlen(b->key) + 1);
	struct match match = look_up(joined, sets);
	if (match.exact)
		return true;
	if (!match.word || match.cost > 4 || match.next - match.cost < 2)
		return false;
	a->mended = in_case_of(arena, raw + a->from, a->to - a->from, match.word,
			       match.len);
	b->mended = "";
	return true;
}

static void mend_words(struct arena *arena, const char *raw, unsigned sets,
		       struct piece *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(pieces[i].key);
		if (i + 1 < n && !pieces[i].mended && !pieces[i + 1].mended &&
		    mend_torn(arena, raw, sets, &pieces[i], &pieces[i + 1])) {
			i++;
			continue;
		}
		if (pieces[i].mended || len < 4 ||
		    count(pieces[i].key, isdigit) * 4 > len)
			continue;
		struct match match = look_up(pieces[i].key, sets);
		/* "GARDENI A" is torn, not misread */
		bool longer = match.word && match.len < len && i + 1 < n &&
			      strlen(pieces[i + 1].key) < 3;
		if (match.exact || !match.word || longer || match.next - match.cost < 2)
			continue;
		mend(arena, raw, &pieces[i],
		     arena_strndup(arena, match.word, match.len));
	}
}

static char *join(struct arena *arena, const char *raw, const struct piece *pieces,
		  size_t n)
{
	struct strbuf out;
	size_t at = 0;
	strbuf_init(&out, arena);
	for (size_t i = 0; i < n; i++) {
		if (!pieces[i].mended)
			continue;
		strbuf_add_n(&out, raw + at, pieces[i].from - at);
		strbuf_add(&out, pieces[i].mended);
		at = pieces[i].to;
	}
	strbuf_add(&out, raw + at);
	return out.text;
}

/* --- names --- */

/* "SON BHD", "SDN BILD", "Sdn Bh": one of the two words is nearly itself. */
static bool sendirian_berhad(const struct piece *a, const struct piece *b)
{
	int first = lexicon_distance(a->key, "SDN", 6);
	int second = lexicon_distance(b->key, "BHD", 6);
	if (a->key[0] != 'S' && first > 2)
		return false;
	return (first <= 2 && second <= 4) || (first == 0 && second <= 6) ||
	       (second == 0 && first <= 6);
}

/* "(M)" and "(KL)" stand before it: for Malaysia and Kuala Lumpur. */
static void mend_seat(struct arena *arena, const char *raw, struct piece *piece)
{
	static const char *const seats[] = {"M", "KL"};
	if (piece->from == 0 || !strchr("({[", raw[piece->from - 1]))
		return;
	for (size_t i = 0; i < sizeof seats / sizeof *seats; i++)
		if (strlen(piece->key) == strlen(seats[i]) &&
		    lexicon_distance(piece->key, seats[i], 2) <= 2)
			mend(arena, raw, piece, seats[i]);
}

static void mend_legal_form(struct arena *arena, const char *raw, struct piece *pieces,
			    size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		if (!sendirian_berhad(&pieces[i], &pieces[i + 1]))
			continue;
		mend(arena, raw, &pieces[i], "SDN");
		mend(arena, raw, &pieces[i + 1], "BHD");
		if (i > 0)
			mend_seat(arena, raw, &pieces[i - 1]);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		int distance = lexicon_distance(pieces[i].key, "GMBH", 2);
		if (distance > 0 && distance <= 2 &&
		    pieces[i].key[strlen(pieces[i].key) - 1] == 'H')
			pieces[i].mended = "GmbH";
	}
}

/* "D.1.Y.": between points there are letters. "WR. D.I.Y.": what begins a name. */
static void mend_initials(struct arena *arena, const char *raw, struct piece *pieces,
			  size_t n)
{
	static const char digits[] = "1|05", letters[] = "IIOS";
	for (size_t i = 0; i < n; i++) {
		const char *at = strchr(digits, pieces[i].key[0]);
		bool point = raw[pieces[i].to] == '.';
		if (pieces[i].key[0] && !pieces[i].key[1] && at && point && i > 0 &&
		    raw[pieces[i].from - 1] == '.' && isalpha(pieces[i - 1].key[0]))
			pieces[i].mended =
				arena_strndup(arena, letters + (at - digits), 1);
		if (i == 0 && point && n > 1 && strlen(pieces[i].key) == 2 &&
		    lexicon_distance(pieces[i].key, "MR", 2) <= 2 &&
		    pieces[i].key[1] == 'R' && strcmp(pieces[i].key, "DR") != 0)
			pieces[i].mended = "MR";
	}
}

/* "D.I.\u00a5.": no yen between initials. */
static const char *without_yen(struct arena *arena, const char *raw)
{
	const char *yen = strstr(raw, ".\u00a5.");
	return yen ? arena_printf(arena, "%.*s.Y.%s", (int)(yen - raw), raw, yen + 4)
		   : raw;
}

char *lexicon_legal_form(struct arena *arena, const char *raw)
{
	struct piece pieces[PIECES_MAX];
	size_t n = split(arena, raw, pieces);
	mend_legal_form(arena, raw, pieces, n);
	return join(arena, raw, pieces, n);
}

char *lexicon_name(struct arena *arena, const char *raw, unsigned sets)
{
	struct piece pieces[PIECES_MAX];
	raw = without_yen(arena, raw);
	size_t n = split(arena, raw, pieces);
	mend_initials(arena, raw, pieces, n);
	mend_legal_form(arena, raw, pieces, n);
	mend_words(arena, raw, sets, pieces, n);
	return join(arena, raw, pieces, n);
}

/* --- addresses --- */

static char as_digit(char c)
{
	static const char letters[] = "OQDILZSBGT|", digits[] = "00011258671";
	const char *at = strchr(letters, c);
	return isdigit((unsigned char)c) ? c : at ? digits[at - letters] : 0;
}

/* "4O150 SHAH ALAM": five characters, most of them digits, the others look like some.
 */
static void mend_postcode(struct arena *arena, struct piece *piece)
{
	char digits[6] = {0};
	if (strlen(piece->key) != 5 || count(piece->key, isdigit) < 3)
		return;
	for (size_t i = 0; i < 5; i++)
		if (!(digits[i] = as_digit(piece->key[i])))
			return;
	if (strcmp(digits, piece->key) != 0)
		piece->mended = arena_strdup(arena, digits);
}

/* "L0T 3", "NQ.113G": words that stand before a number. */
static void mend_before_number(struct arena *arena, const char *raw,
			       struct piece *piece, const struct piece *next)
{
	static const char *const words[] = {"LOT", "NO"};
	if (!isdigit((unsigned char)next->key[0]))
		return;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (lexicon_distance(piece->key, words[i], 2) <= 2 &&
		    piece->key[0] == words[i][0])
			mend(arena, raw, piece, words[i]);
}

/* "US/BM": quarters of Malaysian towns are a letter or two and a number. */
static void mend_quarter(struct arena *arena, const char *raw, struct piece *piece)
{
	size_t len = strlen(piece->key);
	if (raw[piece->to] != '/' || len < 2 || len > 4 || count(piece->key, isdigit) ||
	    !isupper((unsigned char)raw[piece->from]))
		return;
	char last = piece->key[len - 1];
	if (!strchr("SOIBZ", last) || !isalnum((unsigned char)raw[piece->to + 1]))
		return;
	char *mended = arena_strdup(arena, piece->key);
	mended[len - 1] = as_digit(last);
	piece->mended = mended;
}

/* "StraBe": a capital B between small letters is a sharp s. */
static const char *sharp_s(struct arena *arena, const char *raw)
{
	struct strbuf out;
	strbuf_init(&out, arena);
	for (const char *p = raw; *p; p++) {
		bool sharp = *p == 'B' && p > raw && islower((unsigned char)p[-1]) &&
			     !isupper((unsigned char)p[1]);
		strbuf_add_n(&out, sharp ? "\u00df" : p, sharp ? 2 : 1);
	}
	return out.len ? out.text : raw;
}

char *lexicon_address(struct arena *arena, const char *raw, unsigned sets)
{
	struct piece pieces[PIECES_MAX];
	raw = sharp_s(arena, raw);
	size_t n = split(arena, raw, pieces);
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && isalpha((unsigned char)pieces[i + 1].key[0]))
			mend_postcode(arena, &pieces[i]);
		if (i + 1 < n)
			mend_before_number(arena, raw, &pieces[i], &pieces[i + 1]);
		if (sets & LEX_MALAY)
			mend_quarter(arena, raw, &pieces[i]);
	}
	mend_words(arena, raw, sets, pieces, n);
	char *line = join(arena, raw, pieces, n);
	return sets & LEX_MALAY ? malay_street(arena, line) : line;
}
