/* Which words of a PDF's text layer a reader of the page would see. A layer may hold
 * words that nobody sees: white ones, ones drawn in no ink at all, clipped away or
 * covered. They must never become a field, since no person who looks at the page could
 * have checked them.
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
