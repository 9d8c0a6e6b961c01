/* Which words of a PDF's text layer a reader of the page would see. A layer may hold
 * words that nobody sees: white ones, ones drawn in no ink at all, clipped away or
 * covered. They must never become a field, since no person who looks at the page could
 * have checked them. Of two numbers in one place only one is seen, and the layer does
 * not tell which (a value painted over and typed anew), so neither is believed.
 *
 * Judged on the picture the desk shows anyway, so it costs no start of a tool. A word
 * is seen when enough columns of its own place hold something that stands out from the
 * paper; a rule that runs through, or the edge of the word beside it, is not enough.
 * Nothing fails; marks without letter or digit are left alone, being too small to
 * judge. */
#include "pdf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum {
	STANDS_OUT = 28, /* of 255: the lightest grey a printer still makes visible */
	RULE_PERCENT = 95,
	COLUMNS_PERCENT = 15, /* of a word's columns, "ill" has a third */
};

/* The middle of the box, without what the lines above and below reach into it. */
#define BAND_TOP 0.2
#define BAND_BOTTOM 0.9

struct grey {
	uint8_t *pixels;
	int width, height;
};

struct band {
	int x0, y0, x1, y1;
};

static struct band band_of(struct box b, double px, const struct grey *grey)
{
	struct band band = {(int)(b.x * px), (int)((b.y + BAND_TOP * b.h) * px),
			    (int)(box_right(b) * px) + 1,
			    (int)((b.y + BAND_BOTTOM * b.h) * px) + 1};
	band.x1 = band.x1 < grey->width ? band.x1 : grey->width;
	band.y1 = band.y1 < grey->height ? band.y1 : grey->height;
	return band;
}

static const uint8_t *row_of(const struct grey *grey, int y)
{
	return grey->pixels + (size_t)y * (size_t)grey->width;
}

/* The median: paper, or the colour of the field that print stands in. */
static int paper_of(const struct grey *grey, struct band band)
{
	size_t counts[256] = {0};
	size_t half = (size_t)(band.x1 - band.x0) * (size_t)(band.y1 - band.y0) / 2;
	int value = 0;
	for (int y = band.y0; y < band.y1; y++) {
		const uint8_t *row = row_of(grey, y);
		for (int x = band.x0; x < band.x1; x++)
			counts[row[x]]++;
	}
	for (size_t seen = counts[0]; seen <= half && value < 255; value++)
		seen += counts[value + 1];
	return value;
}

/* Marks the columns in which a row has ink; a row that is ink throughout is a rule. */
static void mark_columns(const uint8_t *row, struct band band, int paper, uint8_t *mark)
{
	int ink = 0, width = band.x1 - band.x0;
	for (int x = band.x0; x < band.x1; x++)
		ink += abs(row[x] - paper) >= STANDS_OUT;
	if (ink * 100 >= RULE_PERCENT * width && width > 6)
		return;
	for (int x = band.x0; x < band.x1; x++)
		mark[x - band.x0] |= abs(row[x] - paper) >= STANDS_OUT;
}

static bool is_seen(const struct grey *grey, struct band band, struct arena *scratch)
{
	int width = band.x1 - band.x0, marked = 0;
	if (width <= 0 || band.y1 <= band.y0)
		return false;
	uint8_t *mark = arena_alloc_n(scratch, (size_t)width, 1);
	memset(mark, 0, (size_t)width);
	int paper = paper_of(grey, band);
	for (int y = band.y0; y < band.y1; y++)
		mark_columns(row_of(grey, y), band, paper, mark);
	for (int i = 0; i < width; i++)
		marked += mark[i];
	return marked > 0 && marked * 100 >= COLUMNS_PERCENT * width;
}

static bool has_alnum(const char *text)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text) || (unsigned char)*text >= 0xc3)
			return true;
	return false;
}

/* --- what was not seen --- */

enum { FEW_WORDS = 3, NUMBER_DIGITS = 3 };

static bool is_number(const char *text)
{
	int digits = 0;
	for (; *text; text++)
		digits += isdigit((unsigned char)*text) != 0;
	return digits >= NUMBER_DIGITS;
}

/* More than half of the smaller lies on the other, and they are of one size; what is
 * printed across a page (COPY) is larger. */
static bool is_same_place(struct box a, struct box b)
{
	int64_t w = (box_right(a) < box_right(b) ? box_right(a) : box_right(b)) -
		    (a.x > b.x ? a.x : b.x);
	int64_t h = (box_bottom(a) < box_bottom(b) ? box_bottom(a) : box_bottom(b)) -
		    (a.y > b.y ? a.y : b.y);
	int64_t of_a = (int64_t)a.w * a.h, of_b = (int64_t)b.w * b.h;

	return w > 0 && h > 0 && 2 * w * h > (of_a < of_b ? of_a : of_b) &&
	       3 * a.h <= 5 * b.h && 3 * b.h <= 5 * a.h;
}

/* Print that is made bold by printing it twice says the same twice. */
static bool contradict(const struct word *a, const struct word *b)
{
	return is_same_place(a->box, b->box) && strcmp(a->text, b->text) != 0 &&
	       has_alnum(a->text) && has_alnum(b->text);
}

bool pdf_drop_contested(struct pdf_page *page)
{
	AUTO_ARENA scratch = arena_new();
	bool *contested = arena_alloc_n(scratch, page->n_words + 1, sizeof(bool));
	struct word *words = page->words;
	size_t kept = 0, n = page->n_words;

	memset(contested, 0, n + 1);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; is_number(words[i].text) && j < n; j++)
			if (j != i && contradict(&words[i], &words[j]))
				contested[i] = contested[j] = true;
	for (size_t i = 0; i < n; i++)
		if (!contested[i])
			words[kept++] = words[i];
	page->n_words = kept;
	return kept < n;
}

bool pdf_drop_unseen(struct pdf_page *page, const struct image *screen)
{
	AUTO_ARENA scratch = arena_new();
	struct grey grey = {.width = image_width(screen),
			    .height = image_height(screen)};
	double px = grey.width / (page->width_pt * 300 / 72);
	size_t kept = 0, unseen = 0, numbers = 0;

	if (page->n_words == 0)
		return false;
	grey.pixels =
		arena_alloc_n(scratch, (size_t)grey.width * (size_t)grey.height, 1);
	image_bytes(screen, 'y', grey.pixels);
	for (size_t i = 0; i < page->n_words; i++) {
		const struct word *word = &page->words[i];
		if (!has_alnum(word->text) ||
		    is_seen(&grey, band_of(word->box, px, &grey), scratch)) {
			page->words[kept++] = *word;
			continue;
		}
		unseen++;
		numbers += is_number(word->text);
	}
	page->n_words = kept;
	return unseen > FEW_WORDS || numbers > 0;
}
