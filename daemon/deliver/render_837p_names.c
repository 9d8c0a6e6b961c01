/* render_837p_names.c - names and addresses as claims print them, in parts.
 *
 * The form has them on one line; a claim file wants last name, first name, city, ZIP.
 * The form's own instructions say "LAST, FIRST, M"; providers are written as they sign.
 * What can't be taken apart with certainty is given back whole, and whoever asked says
 * so. */
#include "render_edi.h"

#include <string.h>

#include "text.h"

enum { WORDS_MAX = 12 };

struct words {
	const char *word[WORDS_MAX];
	size_t n;
};

static struct words split(struct arena *arena, const char *text, const char *separators)
{
	struct words words = {.n = 0};

	for (text += strspn(text, separators); *text && words.n < WORDS_MAX;
	     text += strspn(text, separators)) {
		size_t len = strcspn(text, separators);

		if (words.n == WORDS_MAX - 1)
			len = strlen(text);
		words.word[words.n++] = arena_strndup(arena, text, len);
		text += len;
	}
	return words;
}

static const char *join(struct arena *arena, const struct words *words, size_t from,
			size_t to)
{
	struct strbuf out;

	strbuf_init(&out, arena);
	for (size_t i = from; i < to; i++)
		strbuf_addf(&out, "%s%s", out.len ? " " : "", words->word[i]);
	return out.len ? out.text : NULL;
}

/* Without its dots, one of a list. */
static bool is_one_of(const char *word, const char *const *list)
{
	char plain[16];
	size_t n = 0;

	for (; *word && n < sizeof plain - 1; word++)
		if (*word != '.' && *word != ',')
			plain[n++] = *word;
	plain[n] = '\0';
	for (; *list; list++)
		if (text_equal_nocase(plain, *list))
			return true;
	return false;
}

static bool is_suffix(const char *word)
{
	static const char *const suffixes[] = {"JR", "SR", "II", "III", "IV", NULL};

	return is_one_of(word, suffixes);
}

static bool is_title(const char *word)
{
	static const char *const titles[] = {"DR",   "MR",  "MRS", "MS",
					     "PROF", "REV", NULL};

	return is_one_of(word, titles);
}

static bool is_credential(const char *word)
{
	static const char *const credentials[] = {
		"MD",	"DO",	"DDS",	"DMD", "DPM",  "DC",   "OD",   "PHD",  "PSYD",
		"DNP",	"NP",	"FNP",	"PA",  "PA-C", "PAC",  "RN",   "APRN", "ARNP",
		"CRNA", "CNM",	"CNS",	"PT",  "DPT",  "OT",   "OTR",  "SLP",  "LCSW",
		"LPC",	"LMFT", "LMHC", "AUD", "RD",   "FACS", "FACP", "MBBS", NULL};

	return is_one_of(word, credentials);
}

static void drop_last(struct words *words, struct edi_name *out)
{
	while (words->n > 1 && (is_credential(words->word[words->n - 1]) ||
				is_suffix(words->word[words->n - 1]))) {
		if (is_suffix(words->word[words->n - 1]))
			out->suffix = words->word[words->n - 1];
		words->n--;
	}
}

/* "LAST JR, FIRST M" */
static bool parse_listed(struct arena *arena, const char *text, const char *comma,
			 struct edi_name *out)
{
	struct words last =
		split(arena, arena_strndup(arena, text, (size_t)(comma - text)), " ");
	struct words given = split(arena, comma + 1, " ,");

	drop_last(&last, out);
	drop_last(&given, out);
	out->last = join(arena, &last, 0, last.n);
	out->first = given.n ? given.word[0] : NULL;
	out->middle = join(arena, &given, 1, given.n);
	return out->last && out->first;
}

/* "DR. FIRST M LAST JR MD" */
static bool parse_signed(struct arena *arena, const char *text, struct edi_name *out)
{
	struct words words = split(arena, text, " ,");
	size_t first = words.n > 1 && is_title(words.word[0]);

	drop_last(&words, out);
	if (words.n < first + 2)
		return false;
	out->first = words.word[first];
	out->last = words.word[words.n - 1];
	out->middle = join(arena, &words, first + 1, words.n - 1);
	return true;
}

/* "FIRST LAST, MD": what stands behind the comma are no given names. */
static bool only_credentials(struct arena *arena, const char *text)
{
	struct words words = split(arena, text, " ,");

	for (size_t i = 0; i < words.n; i++)
		if (!is_credential(words.word[i]) && !is_suffix(words.word[i]))
			return false;
	return words.n > 0;
}

bool edi_name_parse(struct arena *arena, const char *text, struct edi_name *out)
{
	const char *comma = strchr(text, ',');

	*out = (struct edi_name){0};
	if (comma && !only_credentials(arena, comma + 1)
		    ? parse_listed(arena, text, comma, out)
		    : parse_signed(arena, text, out))
		return true;
	*out = (struct edi_name){.last = text};
	return false;
}

/* --- addresses -------------------------------------------------------- */

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* "ST 12345" or "ST 12345-6789" at the end of the line; the state's place, or NULL. */
static const char *state_of(const char *text)
{
	const char *end = text + strlen(text), *at = end;

	while (at > text && strchr(DIGITS "-", at[-1]))
		at--;
	if (end - at < 5 || at - text < 4 || at[-1] != ' ' || strspn(at, DIGITS) < 5)
		return NULL;
	at--;
	return strspn(at - 2, CAPITALS) == 2 && strchr(" ,", at[-3]) ? at - 2 : NULL;
}

static bool is_street_word(const char *word)
{
	static const char *const words[] = {
		"ST",	     "STREET",	"AVE",	 "AVENUE",  "RD",   "ROAD",    "BLVD",
		"BOULEVARD", "DR",	"DRIVE", "LN",	    "LANE", "CT",      "COURT",
		"PL",	     "PLACE",	"PKWY",	 "PARKWAY", "HWY",  "HIGHWAY", "WAY",
		"TER",	     "TERRACE", "CIR",	 "CIRCLE",  "SQ",   "SQUARE",  "PIKE",
		"TRL",	     "TRAIL",	"LOOP",	 "ALLEY",   "PLZ",  "PLAZA",   NULL};

	return is_one_of(word, words);
}

static bool is_unit_word(const char *word)
{
	static const char *const words[] = {"SUITE", "STE", "APT",   "UNIT", "RM",
					    "ROOM",  "FL",  "FLOOR", "BLDG", NULL};

	return is_one_of(word, words);
}

/* "18 EXAMPLE LANE APT 7 BEAVERTON": how many words the street has; 0: nobody knows. */
static size_t street_words(const struct words *words)
{
	size_t n = 2;

	if (words->n < 4 || !strpbrk(words->word[0], DIGITS))
		return 0;
	while (n < words->n && !is_street_word(words->word[n]))
		n++;
	while (n < words->n && is_street_word(words->word[n]) &&
	       strcmp(words->word[n], "ST") != 0)
		n++;
	if (n < words->n && strcmp(words->word[n], "ST") == 0 &&
	    !is_street_word(words->word[n - 1]))
		n++;
	if (n + 1 < words->n && is_unit_word(words->word[n]))
		n += 2;
	return n < words->n && !strpbrk(words->word[n], DIGITS) ? n : 0;
}

/* Printed on lines of its own and read as one: only its words tell street from city. */
static bool split_street(struct arena *arena, const char *text, struct edi_address *out)
{
	struct words words = split(arena, text, " ");
	size_t n = street_words(&words);

	if (n == 0 || words.n == WORDS_MAX)
		return false;
	out->street = join(arena, &words, 0, n);
	out->city = join(arena, &words, n, words.n);
	out->guessed = true;
	return true;
}

bool edi_address_parse(struct arena *arena, const char *text, struct edi_address *out)
{
	const char *state = text ? state_of(text) : NULL;
	struct words parts;

	*out = (struct edi_address){0};
	if (state == NULL)
		return false;
	parts = split(arena, arena_strndup(arena, text, (size_t)(state - text)), ",");
	for (size_t i = 0; i < parts.n; i++)
		parts.word[i] = text_clean(arena, parts.word[i], strlen(parts.word[i]));
	if (parts.n > 0 && *parts.word[parts.n - 1] == '\0')
		parts.n--;
	if (parts.n == 0 || (parts.n == 1 && !split_street(arena, parts.word[0], out)))
		return false;
	if (parts.n > 1) {
		out->street = parts.word[0];
		out->street2 = join(arena, &parts, 1, parts.n - 1);
		out->city = parts.word[parts.n - 1];
	}
	out->state = arena_strndup(arena, state, 2);
	out->zip = edi_digits(arena, state + 2);
	return strpbrk(out->city, DIGITS) == NULL;
}

/* --- figures ---------------------------------------------------------- */

const char *edi_digits(struct arena *arena, const char *text)
{
	struct strbuf out;

	if (text == NULL)
		return NULL;
	strbuf_init(&out, arena);
	for (; *text; text++)
		if (*text >= '0' && *text <= '9')
			strbuf_add_n(&out, text, 1);
	return out.text;
}
