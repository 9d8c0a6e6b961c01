/* render_edi.c - writes X12, segment by segment.
 *
 * Whatever stands on a claim, the file keeps its structure: a delimiter or a character
 * that X12 does not have never gets into a value. Names and free text lose it; in a
 * code it would make another code, so that is a finding and the claim stays out. The
 * same goes for what is longer than its element may be. */
#include "render_edi.h"

#include <string.h>

#include "text.h"

/* Elements that hold what people say, and how long others may be. */
static const struct {
	const char *id;
	int number;
	size_t most;
	bool is_text;
} elements[] = {
	{"NM1", 3, 60, true},  {"NM1", 4, 35, true},  {"NM1", 5, 25, true},
	{"NM1", 7, 10, true},  {"NM1", 9, 80, false}, {"N3", 1, 55, true},
	{"N3", 2, 55, true},   {"N4", 1, 30, true},   {"N4", 2, 2, false},
	{"N4", 3, 15, false},  {"PER", 2, 60, true},  {"PER", 4, 256, false},
	{"SBR", 3, 50, false}, {"SBR", 4, 60, true},  {"NTE", 2, 80, true},
	{"REF", 2, 50, false}, {"CLM", 1, 38, false}, {"CLM", 2, 18, false},
	{"PRV", 3, 50, false}, {"BHT", 3, 50, false}, {"GS", 2, 15, false},
	{"GS", 3, 15, false},
};

struct limit {
	size_t most;
	bool is_text;
};

static struct limit limit_of(const struct edi *edi)
{
	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
		if (elements[i].number == edi->number &&
		    strcmp(elements[i].id, edi->id) == 0)
			return (struct limit){elements[i].most, elements[i].is_text};
	return (struct limit){80, false};
}

static void find_bad(const struct edi *edi, const char *what)
{
	if (edi->doc)
		doc_find(edi->doc, "render-value", FINDING_DOCUMENT, SEVERITY_STOP, "",
			 "In a claim file, %s%02d %s.", edi->id, edi->number, what);
}

static bool is_delimiter(const struct edi *edi, uint32_t c)
{
	return c == (unsigned char)edi->element || c == (unsigned char)edi->component ||
	       c == (unsigned char)edi->repetition || c == (unsigned char)edi->segment;
}

/* The basic and extended character sets: X12.6, 3.3. */
static bool is_writable(const struct edi *edi, uint32_t c)
{
	return c >= ' ' && c < 0x7f && c != '^' && c != '`' && !is_delimiter(edi, c);
}

/* Of Latin-1 and Latin Extended-A, which is what names of people are written in. */
static bool is_capital(uint32_t c)
{
	return (c >= 0xc0 && c <= 0xde) || (c >= 0x100 && c <= 0x17f && c % 2 == 0);
}

/* "Ü" as "U", "ü" as "u"; what is no letter as a space. */
static void add_folded(struct edi *edi, struct strbuf *out, uint32_t c)
{
	char letter[5] = "";
	const char *folded;

	letter[text_put(c, letter)] = '\0';
	folded = c < 0x7f ? " " : text_fold(edi->arena, letter);
	for (; *folded; folded++) {
		bool raise = is_capital(c) && *folded >= 'a' && *folded <= 'z';
		char plain = raise ? (char)(*folded - 'a' + 'A') : *folded;
		bool writable = is_writable(edi, (unsigned char)plain);

		if (writable || (unsigned char)plain < 0x80)
			strbuf_add_n(out, writable ? &plain : " ", 1);
	}
}

static void add_clean(struct edi *edi, const char *value)
{
	struct limit limit = limit_of(edi);
	const char *end = value + strlen(value);
	size_t begin = edi->out.len;
	bool bad = false;

	while (value < end) {
		uint32_t c = text_next(&value, end);

		if (is_writable(edi, c))
			strbuf_add_n(&edi->out, (char[]){(char)c}, 1);
		else if (limit.is_text)
			add_folded(edi, &edi->out, c);
		else
			bad = true;
		/* No value begins with a space, nor ends with one. */
		if (edi->out.len == begin + 1 && edi->out.text[begin] == ' ')
			edi->out.text[--edi->out.len] = '\0';
	}
	while (edi->out.len > begin && edi->out.text[edi->out.len - 1] == ' ')
		edi->out.text[--edi->out.len] = '\0';
	if (bad)
		find_bad(edi, "has a character that can't stand in a code");
	if (edi->out.len - begin > limit.most)
		find_bad(edi, "is longer than it may be");
}

/* Values never end in a delimiter, so one at the end is an empty element or part. */
static void trim(struct edi *edi, bool elements_too)
{
	struct strbuf *out = &edi->out;

	while (out->len > 0 &&
	       (out->text[out->len - 1] == edi->component ||
		(elements_too && out->text[out->len - 1] == edi->element)))
		out->text[--out->len] = '\0';
}

void edi_open(struct edi *edi, const char *id)
{
	edi->id = id;
	edi->number = 0;
	strbuf_add(&edi->out, id);
}

void edi_value(struct edi *edi, const char *value)
{
	trim(edi, false);
	strbuf_add_n(&edi->out, &edi->element, 1);
	edi->number++;
	if (value)
		add_clean(edi, value);
}

void edi_part(struct edi *edi, const char *value)
{
	strbuf_add_n(&edi->out, &edi->component, 1);
	if (value)
		add_clean(edi, value);
}

void edi_close(struct edi *edi)
{
	trim(edi, true);
	strbuf_add_n(&edi->out, &edi->segment, 1);
	if (edi->newlines)
		strbuf_add(&edi->out, "\n");
	edi->segments++;
}

void edi_segment(struct edi *edi, const char *id, const char *const *values, size_t n)
{
	edi_open(edi, id);
	for (size_t i = 0; i < n; i++)
		edi_value(edi, values[i]);
	edi_close(edi);
}
