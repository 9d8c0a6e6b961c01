/* The text layer of a PDF: from pdftotext's boxes to words in page units, and whether
 * they can be believed. A text layer lies when its fonts map to garbage, when it was
 * laid over a scan by somebody's OCR, or when it stands where nothing is printed.
 *
 * The tool's output is as hostile as the PDF: control characters are blanked before it
 * is parsed as XML, boxes are clipped to the page, words are counted up to a limit. */
#include "pdf.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "xml.h"

enum { MAX_WORDS = 20000 }; /* a page of an address book has 2000 */

/* --- from pdftotext's XML --- */

static double number_attr(struct arena *scratch, const struct xml_node *node,
			  const char *name)
{
	const char *text = xml_attr(scratch, node, name);
	double v = text ? strtod(text, NULL) : 0;
	return isfinite(v) && fabs(v) < 1e6 ? v : 0;
}

static int32_t units(double points, double most)
{
	double v = points * 300 / 72, limit = most * 300 / 72;
	return (int32_t)lround(v < 0 ? 0 : v > limit ? limit : v);
}

static struct box box_of(struct arena *scratch, const struct xml_node *word,
			 const struct pdf_page *page)
{
	int32_t x0 = units(number_attr(scratch, word, "xMin"), page->width_pt);
	int32_t y0 = units(number_attr(scratch, word, "yMin"), page->height_pt);
	int32_t x1 = units(number_attr(scratch, word, "xMax"), page->width_pt);
	int32_t y1 = units(number_attr(scratch, word, "yMax"), page->height_pt);
	return (struct box){x0, y0, x1 - x0, y1 - y0};
}

/* Print along the edge of the paper; among level words its box would span many rows. */
static bool stands(const char *text, struct box box)
{
	return strlen(text) >= 4 && box.h > 1.8 * box.w;
}

struct text_place {
	struct arena *arena, *scratch;
	struct pdf_page *page;
	size_t cap;
	uint16_t block, line;
};

static void take_word(struct text_place *at, const struct xml_node *node)
{
	struct word word = {.confidence = 1,
			    .readings = 1,
			    .agreed = 1,
			    .block = at->block,
			    .line = at->line};
	word.text = xml_text(at->arena, node);
	word.box = box_of(at->scratch, node, at->page);
	if (!word.text || !*word.text || word.box.w <= 0 || word.box.h <= 0)
		return;
	if (stands(word.text, word.box)) {
		at->page->n_standing++;
		return;
	}
	word.height = (uint16_t)(word.box.h < 3000 ? word.box.h : 3000);
	if (at->page->n_words < MAX_WORDS)
		*arena_push(at->arena, at->page->words, at->page->n_words, at->cap) =
			word;
}

static void take_lines(struct text_place *at, const struct xml_node *block)
{
	for (struct xml_node *line = xml_child(block, "line"); line;
	     line = xml_next_same(line)) {
		size_t before = at->page->n_words;
		for (struct xml_node *word = xml_child(line, "word"); word;
		     word = xml_next_same(word))
			take_word(at, word);
		if (at->page->n_words > before && at->line < UINT16_MAX)
			at->line++;
	}
}

static void take_page(struct text_place *at, const struct xml_node *node)
{
	for (struct xml_node *flow = xml_child(node, "flow"); flow;
	     flow = xml_next_same(flow)) {
		for (struct xml_node *block = xml_child(flow, "block"); block;
		     block = xml_next_same(block)) {
			size_t before = at->page->n_words;
			take_lines(at, block);
			if (at->page->n_words > before && at->block < UINT16_MAX)
				at->block++;
		}
	}
}

void pdf_turn_page(struct pdf_page *page, bool turned)
{
	if (turned == page->turned)
		return;
	double swap = page->width_pt;
	page->width_pt = page->height_pt;
	page->height_pt = swap;
	page->turned = turned;
}

/* How far to the right and down the page's words go. */
static void find_extent(struct arena *scratch, const struct xml_node *node,
			double *right, double *bottom)
{
	*right = *bottom = 0;
	for (struct xml_node *flow = xml_child(node, "flow"); flow;
	     flow = xml_next_same(flow)) {
		for (struct xml_node *block = xml_child(flow, "block"); block;
		     block = xml_next_same(block)) {
			*right = fmax(*right, number_attr(scratch, block, "xMax"));
			*bottom = fmax(*bottom, number_attr(scratch, block, "yMax"));
		}
	}
}

/* Words that leave the page and would fit on it lying. Others are found out by how the
 * page is drawn. */
static bool fits_only_turned(struct arena *scratch, const struct xml_node *node,
			     double w, double h)
{
	double right, bottom;
	find_extent(scratch, node, &right, &bottom);
	return (right > w + 2 || bottom > h + 2) && right <= h + 2 && bottom <= w + 2;
}

/* The page element says the paper's size before its rotation, the words are rotated. */
static void take_size(struct arena *scratch, const struct xml_node *node,
		      struct pdf_page *page)
{
	double w = number_attr(scratch, node, "width");
	double h = number_attr(scratch, node, "height");
	if (w <= 0 || h <= 0)
		return;
	page->width_pt = w;
	page->height_pt = h;
	page->turned = false;
	pdf_turn_page(page, page->rotation == UNTOLD
				    ? fits_only_turned(scratch, node, w, h)
				    : page->rotation % 180 != 0);
}

/* Without pdftotext's DOCTYPE (we parse none) and characters XML can't hold. */
static const char *parsable(const char *bytes, size_t len, struct arena *scratch,
			    size_t *out_len)
{
	const char *html = memmem(bytes, len, "<html", 5);
	if (!html)
		return NULL;
	*out_len = len - (size_t)(html - bytes);
	char *copy = arena_strndup(scratch, html, *out_len);
	for (size_t i = 0; i < *out_len; i++) {
		if ((unsigned char)copy[i] < ' ' && !isspace((unsigned char)copy[i]))
			copy[i] = ' ';
	}
	return copy;
}

enum rc pdf_take_text(const void *bytes, size_t len, struct arena *arena,
		      struct pdf_page *pages, size_t n_pages, size_t *n_found,
		      struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	AUTO_XML doc = NULL;
	size_t xml_len = 0;
	const char *xml = parsable(bytes, len, scratch, &xml_len);

	if (!xml)
		return err_set(err, RC_FAIL, "no text layer came back");
	enum rc rc = xml_parse(xml, xml_len, &doc, err);
	if (rc != RC_OK)
		return rc;
	struct xml_node *node = xml_at(xml_root(doc), "body/doc/page");
	size_t i = 0;
	for (; i < n_pages && node; i++, node = xml_next_same(node)) {
		struct text_place at = {
			.arena = arena, .scratch = scratch, .page = &pages[i]};
		take_size(scratch, node, &pages[i]);
		take_page(&at, node);
	}
	if (n_found)
		*n_found = i;
	return RC_OK;
}

/* --- whether it can be believed --- */

struct letters {
	size_t all, garbage, alnum;
	size_t latin, common; /* of words of four letters and more */
};

static bool is_garbage(uint32_t c)
{
	return c == 0xfffd || (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000 ||
	       (c >= 0x80 && c < 0xa0);
}

static void count_word(struct arena *scratch, const char *text, struct letters *n)
{
	const char *at = text, *end = text + strlen(text);
	for (uint32_t c; (c = text_next(&at, end)) != 0;) {
		n->all++;
		n->garbage += is_garbage(c);
		n->alnum += c >= 0xc0 || (c < 0x80 && isalnum((int)c));
	}
	const char *folded = text_fold(scratch, text);
	size_t letters = 0, common = 0;
	for (; isalpha((unsigned char)folded[letters]); letters++)
		common += strchr("etaoinsrdlu", folded[letters]) != NULL;
	if (letters >= 4 && !folded[letters]) {
		n->latin += letters;
		n->common += common;
	}
}

/* In English, German, French and Spanish eleven letters make up 80% of the print; in a
 * font whose codes are shifted ("5HFKQXQJ" for Rechnung) they are 40%. */
enum { LETTERS_TO_JUDGE_BY = 40 };
#define COMMON_MIN 0.58

bool pdf_text_sane(const struct pdf_page *page)
{
	AUTO_ARENA scratch = arena_new();
	struct letters n = {0};
	for (size_t i = 0; i < page->n_words; i++)
		count_word(scratch, page->words[i].text, &n);
	if (n.all == 0 || page->n_standing > page->n_words)
		return false;
	if (n.garbage * 20 > n.all || n.alnum * 2 < n.all)
		return false;
	return n.latin < LETTERS_TO_JUDGE_BY ||
	       (double)n.common >= COMMON_MIN * (double)n.latin;
}

static struct box on_picture(struct box b, double px_per_unit)
{
	return (struct box){(int32_t)(b.x * px_per_unit), (int32_t)(b.y * px_per_unit),
			    (int32_t)(b.w * px_per_unit) + 1,
			    (int32_t)(b.h * px_per_unit) + 1};
}

static double px_per_unit(const struct pdf_page *page, const struct image *picture)
{
	return image_width(picture) / (page->width_pt * 300 / 72);
}

double pdf_text_on_ink(const struct pdf_page *page, const struct image *ink)
{
	double px = px_per_unit(page, ink);
	size_t on = 0;
	for (size_t i = 0; i < page->n_words; i++)
		on += image_ink(ink, on_picture(page->words[i].box, px)) > 0.02;
	return page->n_words ? (double)on / (double)page->n_words : 1;
}

static void wipe(const struct pdf_page *page, struct image *picture, double px,
		 struct box at)
{
	for (size_t i = 0; i < page->n_words; i++) {
		struct box place = on_picture(page->words[i].box, px);
		place.x -= at.x;
		place.y -= at.y;
		image_clear(picture, place);
	}
}

void pdf_text_wipe(const struct pdf_page *page, struct image *picture)
{
	wipe(page, picture, px_per_unit(page, picture), (struct box){0});
}

/* The tool draws as many pixels as hold the page. */
void pdf_text_wipe_part(const struct pdf_page *page, struct image *part, struct box at)
{
	double width = page->width_pt * 300 / 72;
	wipe(page, part, ceil(width) / width, at);
}

static bool is_character(struct box b)
{
	return b.h >= 4 && b.h <= 40 && b.w >= 2 && b.w <= 3 * b.h && b.h <= 12 * b.w;
}

/* Print of one logo or letterhead stands closer together than this, at about 110 dots
 * an inch. */
enum { GROUP_GAP_PX = 40 };

static struct box grown(struct box b, int by)
{
	return (struct box){b.x - by, b.y - by, b.w + 2 * by, b.h + 2 * by};
}

/* Adds a box to the group it is near, and joins groups that it brings together. */
static size_t add_to_groups(struct box *groups, size_t n, size_t max, struct box box)
{
	for (size_t i = 0; i < n;) {
		if (!box_overlaps(grown(groups[i], GROUP_GAP_PX), box)) {
			i++;
			continue;
		}
		box = box_union(groups[i], box);
		groups[i] = groups[--n];
		i = 0;
	}
	if (n == max) {
		while (n > 0)
			box = box_union(groups[--n], box);
	}
	groups[n] = box;
	return n + 1;
}

size_t pdf_text_missing(const struct pdf_page *page, const struct image *ink,
			struct box *groups, size_t max, size_t *n_characters)
{
	AUTO_ARENA scratch = arena_new();
	AUTO_IMAGE rest = image_copy(ink);
	struct box *boxes;
	size_t n_groups = 0;

	*n_characters = 0;
	pdf_text_wipe(page, rest);
	size_t n = image_components(rest, scratch, &boxes);
	for (size_t i = 0; i < n; i++) {
		if (!is_character(boxes[i]))
			continue;
		++*n_characters;
		n_groups = add_to_groups(groups, n_groups, max, boxes[i]);
	}
	for (size_t i = 0; i < n_groups; i++)
		groups[i] = on_picture(groups[i], 1 / px_per_unit(page, ink));
	return n_groups;
}
