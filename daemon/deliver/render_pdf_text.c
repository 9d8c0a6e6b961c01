/* render_pdf_text.c - the words of a page, invisible, where they stand on it.
 *
 * The text is set in fonts of our own (Type 3) whose glyphs draw nothing and are all
 * half as wide as they are high; each word is stretched to its box. What a code means
 * stands in the font's ToUnicode table, so every script can be searched and copied, and
 * no font has to be embedded. Characters get their codes in the order in which they
 * first come, which makes the same document the same bytes. */
#include "render_pdf.h"

#include <string.h>

#include "text.h"

enum { PER_FONT = 255, GLYPH_WIDTH = 500, SLOTS_FIRST = 512 };

void pdf_text_init(struct pdf_text *text, struct pdf *pdf)
{
	*text = (struct pdf_text){.pdf = pdf, .n_slots = SLOTS_FIRST};
	text->slots = arena_alloc_n(pdf->arena, SLOTS_FIRST, sizeof *text->slots);
}

/* --- codes ------------------------------------------------------------ */

static uint32_t *slot_of(const struct pdf_text *text, uint32_t character)
{
	size_t at = (size_t)character * 2654435761u;

	for (;; at++) {
		uint32_t *slot = &text->slots[at & (text->n_slots - 1)];

		if (*slot == 0 || text->characters[*slot - 1] == character)
			return slot;
	}
}

static void make_room(struct pdf_text *text)
{
	if (text->n_slots > 2 * (text->n_characters + 1))
		return;
	text->n_slots *= 2;
	text->slots =
		arena_alloc_n(text->pdf->arena, text->n_slots, sizeof *text->slots);
	for (size_t i = 0; i < text->n_characters; i++)
		*slot_of(text, text->characters[i]) = (uint32_t)i + 1;
}

/* Numbers from 0, in the order of their coming. */
static size_t number_of(struct pdf_text *text, uint32_t character)
{
	uint32_t *slot;

	make_room(text);
	slot = slot_of(text, character);
	if (*slot == 0) {
		*arena_push(text->pdf->arena, text->characters, text->n_characters,
			    text->cap_characters) = character;
		*slot = (uint32_t)text->n_characters;
	}
	return *slot - 1;
}

/* --- words ------------------------------------------------------------ */

/* A word's characters may be of several fonts: then its string is several. The space
 * behind it parts it from the next one for programs that join what is near. */
static void show_word(struct pdf_text *text, struct strbuf *out, const char *word,
		      size_t *font)
{
	const char *end = word + strlen(word);
	bool open = false, last = false;

	while (!last) {
		uint32_t character = word < end ? text_next(&word, end) : ' ';
		size_t number;

		last = character == ' ' && word == end;
		number = number_of(text, character);
		if (number / PER_FONT != *font) {
			*font = number / PER_FONT;
			strbuf_addf(out, "%s/F%zu 1 Tf ", open ? "> Tj " : "", *font);
			open = false;
		}
		if (!open)
			strbuf_add(out, "<");
		open = true;
		strbuf_addf(out, "%02x", (unsigned)(number % PER_FONT + 1));
	}
	strbuf_add(out, "> Tj\n");
}

static int length_of(const char *word)
{
	const char *end = word + strlen(word);
	int n = 0;

	while (word < end) {
		text_next(&word, end);
		n++;
	}
	return n;
}

/* The font is one unit high: the matrix makes it the box's size. */
static void place_word(struct pdf_text *text, struct strbuf *out,
		       const struct word *word, double height_pt, size_t *font)
{
	const double unit = 72.0 / 300.0;
	int n = length_of(word->text);

	if (n == 0 || word->box.w <= 0 || word->box.h <= 0)
		return;
	strbuf_addf(out, "%.4f 0 0 %.2f %.2f %.2f Tm ",
		    word->box.w * unit * 1000 / (n * (double)GLYPH_WIDTH),
		    word->box.h * unit, word->box.x * unit,
		    height_pt - box_bottom(word->box) * unit);
	show_word(text, out, word->text, font);
}

const char *pdf_text_of_page(struct pdf_text *text, const struct page *page,
			     double height_pt)
{
	size_t font = SIZE_MAX;
	struct strbuf out;

	strbuf_init(&out, text->pdf->arena);
	strbuf_add(&out, "BT 3 Tr\n");
	for (size_t i = 0; i < page->n_words; i++)
		place_word(text, &out, &page->words[i], height_pt, &font);
	strbuf_add(&out, "ET\n");
	return out.text;
}

/* --- fonts ------------------------------------------------------------ */

static void add_utf_16(struct strbuf *out, uint32_t character)
{
	if (character > 0xffff) {
		strbuf_addf(out, "%04x",
			    (unsigned)(0xd800 + ((character - 0x10000) >> 10)));
		character = 0xdc00 + ((character - 0x10000) & 0x3ff);
	}
	strbuf_addf(out, "%04x", (unsigned)character);
}

/* At most a hundred in a block: Adobe technical note 5014. */
static int write_meanings(struct pdf_text *text, size_t first, size_t n)
{
	int id = pdf_reserve(text->pdf);
	struct strbuf map;

	strbuf_init(&map, text->pdf->arena);
	strbuf_add(&map,
		   "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		   "/CMapName /Words def\n/CMapType 2 def\n"
		   "1 begincodespacerange\n<00> <ff>\nendcodespacerange\n");
	for (size_t i = 0; i < n; i++) {
		if (i % 100 == 0)
			strbuf_addf(&map, "%zu beginbfchar\n",
				    n - i < 100 ? n - i : 100);
		strbuf_addf(&map, "<%02x> <", (unsigned)i + 1);
		add_utf_16(&map, text->characters[first + i]);
		strbuf_add(&map, ">\n");
		if (i % 100 == 99 || i + 1 == n)
			strbuf_add(&map, "endbfchar\n");
	}
	strbuf_add(&map, "endcmap\nend\nend");
	pdf_stream(text->pdf, id, "", map.text, map.len);
	return id;
}

static int write_font(struct pdf_text *text, size_t first, size_t n, int glyph)
{
	struct pdf *pdf = text->pdf;
	int meanings = write_meanings(text, first, n), id = pdf_reserve(pdf);

	pdf_begin(pdf, id);
	strbuf_addf(&pdf->out,
		    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 %d 1000] "
		    "/FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 1 /LastChar %zu "
		    "/CharProcs << /g %d 0 R >> /Resources << >> /ToUnicode %d 0 R "
		    "/Encoding << /Type /Encoding /Differences [1",
		    GLYPH_WIDTH, n, glyph, meanings);
	for (size_t i = 0; i < n; i++)
		strbuf_add(&pdf->out, " /g");
	strbuf_add(&pdf->out, "] >> /Widths [");
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&pdf->out, "%d ", GLYPH_WIDTH);
	strbuf_add(&pdf->out, "] >>");
	pdf_end(pdf);
	return id;
}

const char *pdf_text_fonts(struct pdf_text *text)
{
	const char *nothing = arena_printf(text->pdf->arena, "%d 0 0 0 %d 1000 d1",
					   GLYPH_WIDTH, GLYPH_WIDTH);
	struct strbuf fonts;
	int glyph;

	strbuf_init(&fonts, text->pdf->arena);
	if (text->n_characters == 0)
		return fonts.text;
	glyph = pdf_reserve(text->pdf);
	pdf_stream(text->pdf, glyph, "", nothing, strlen(nothing));
	for (size_t i = 0; i < text->n_characters; i += PER_FONT) {
		size_t n = text->n_characters - i < PER_FONT ? text->n_characters - i
							     : PER_FONT;

		strbuf_addf(&fonts, "/F%zu %d 0 R ", i / PER_FONT,
			    write_font(text, i, n, glyph));
	}
	return fonts.text;
}
