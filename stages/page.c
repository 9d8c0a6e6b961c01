/* From a decoded picture to a finished page: how many dots an inch it really has, which
 * way is up, level, without black edges, blank or not; then its words, a picture for
 * the desk and a thumbnail.
 *
 * Everything is judged on one bilevel reduction (about 150 dots an inch); the full
 * picture is touched only to apply a verdict that changes it, so that cleaning costs a
 * few percent of reading. Words and boxes leave in page units, 1/300 inch of the
 * upright, level page.
 *
 * A page without print is `blank` and not read. A page that can be decoded is always
 * returned; RC_FAIL means that the OCR engine gave up on it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "again.h"
#include "barcode.h"
#include "page_look.h"
#include "read.h"

/* --- straightening --- */

/* Grey scanners write colour files: a third of the work for the same picture. A red
 * stamp or a form in drop-out red is enough to keep the colour. */
#define COLOUR_MIN 0.003

static void replace(struct image **image, struct image *take_new)
{
	image_free(image);
	*image = take_new;
}

static void drop_useless_colour(struct image **picture)
{
	if (image_depth(*picture) == 32 && image_colour(*picture) < COLOUR_MIN)
		replace(picture, image_grey(*picture));
}

/* A fax or scan with black and white swapped. */
static void mend_negative(struct image **picture)
{
	struct box all = {0, 0, image_width(*picture), image_height(*picture)};
	if (image_depth(*picture) == 1 && image_ink(*picture, all) > 0.6)
		replace(picture, image_invert(*picture));
}

static void turn(struct image **picture, struct image **ink, struct page *page,
		 int degrees)
{
	if (degrees == 0)
		return;
	replace(picture, image_turn(*picture, degrees));
	replace(ink, image_turn(*ink, degrees));
	page->rotation = (page->rotation + degrees) % 360;
}

/* Less is not worth resampling a whole page: a line of 20 cm then rises by half a
 * millimetre, which neither OCR nor rows of a table mind. */
#define LEVEL_ENOUGH_DEG 0.15

static void make_level(struct image **picture, const struct image *ink,
		       struct page *page)
{
	double degrees = image_skew(ink);
	page->skew_deg = 0;
	if (fabs(degrees) < LEVEL_ENOUGH_DEG)
		return;
	replace(picture, image_rotate(*picture, degrees));
	page->skew_deg = (float)degrees;
}

static int32_t page_units(double pixels, int dpi)
{
	return (int32_t)lround(pixels * 300 / dpi);
}

/* --- reading --- */

static void scale_words(struct word *words, size_t n, double units_per_px)
{
	for (size_t i = 0; i < n; i++) {
		struct box *b = &words[i].box;
		int32_t right = (int32_t)lround(box_right(*b) * units_per_px);
		int32_t bottom = (int32_t)lround(box_bottom(*b) * units_per_px);
		b->x = (int32_t)lround(b->x * units_per_px);
		b->y = (int32_t)lround(b->y * units_per_px);
		b->w = right > b->x ? right - b->x : 1;
		b->h = bottom > b->y ? bottom - b->y : 1;
		words[i].height = (uint16_t)lround(words[i].height * units_per_px);
	}
}

/* How kinds of page are read first. A slip is one block of lines; the search for
 * columns and tables costs more than it finds there, and poor print of tills is what
 * the more accurate model is for. */
static const struct first_reading {
	enum ocr_layout layout;
	bool fine;
} first_readings[] = {
	[false] = {OCR_PAGE, false}, /* sheet */
	[true] = {OCR_BLOCK, true},  /* slip */
};
/* Enlarging beyond the one and keeping more than the other gains nothing. */
#define SLIP_TYPE_MIN_PX 20
#define SLIP_TYPE_MAX_PX 26

/* Print that has to be enlarged so much is mostly dust, such as the back of a receipt
 * with its print shining through. The search for tables took 40 s for one such page. */
#define DUST_SCALE 2.0

static enum ocr_layout layout_for(const struct read_env *env,
				  const struct first_reading *how, double scale)
{
	if (env->careful)
		return OCR_BLOCK;
	return how->layout == OCR_PAGE && scale > DUST_SCALE ? OCR_PLAIN : how->layout;
}

static enum rc read_print(const struct read_env *env, const struct image *picture,
			  double type_px, struct arena *arena, struct page *page,
			  struct err *err)
{
	int w = image_width(picture), h = image_height(picture);
	bool slip = page_is_slip(type_px, w, h);
	const struct first_reading *how = &first_readings[slip];
	double scale = slip ? slip_scale(type_px, w, h,
					 fmin(fmax(type_px, SLIP_TYPE_MIN_PX),
					      SLIP_TYPE_MAX_PX))
			    : reading_scale(type_px, image_dpi(picture), w, h);
	AUTO_IMAGE grey = image_grey(picture);
	again_keep(env->again, page->number, grey, type_px);
	if (scale != 1)
		replace(&grey, image_scale(grey, scale, scale));
	enum rc rc = ocr_read(how->fine ? ocr_fine(env->ocr, 0) : env->ocr, grey, NULL,
			      layout_for(env, how, scale), NULL, arena, &page->words,
			      &page->n_words, err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "page %d", page->number);
	scale_words(page->words, page->n_words, 300.0 / (page->dpi * scale));
	page->source = SOURCE_OCR;
	return RC_OK;
}

/* A form is found and read as the sheet lies, which spares turning a whole picture and
 * keeps a fax black and white; other print is made level first. */
static enum rc read_form_or_print(const struct read_env *env, struct image **picture,
				  const struct image *ink, double type_px,
				  struct arena *arena, struct page *page,
				  struct err *err)
{
	bool recognised = false;
	page->skew_deg = 0;
	page->width = page_units(image_width(*picture), page->dpi);
	page->height = page_units(image_height(*picture), page->dpi);
	enum rc rc = form_read(env, *picture, 300.0 / page->dpi, arena, page,
			       &recognised, err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "page %d", page->number);
	if (recognised)
		return RC_OK;
	make_level(picture, ink, page);
	return read_print(env, *picture, type_px, arena, page, err);
}

/* --- a second opinion on which way is up --- */

/* Print that lies upside down is "read" as well, as words nobody is sure of; print that
 * stands on its side is read well, but in standing boxes. */
#define DOUBTFUL_READING 0.55

static bool stands(const struct word *word)
{
	return strlen(word->text) >= 3 && word->box.h > word->box.w;
}

/* Letters of level words read with at least some confidence. */
static double letters_read(const struct word *words, size_t n, double min_confidence)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		if (words[i].confidence >= min_confidence && !stands(&words[i]))
			sum += (double)strlen(words[i].text);
	}
	return sum;
}

static bool doubtful(const struct page *page, bool sure)
{
	size_t standing = 0;
	for (size_t i = 0; i < page->n_words; i++)
		standing += stands(&page->words[i]);
	if (page->form)
		return false;
	if (standing > page->n_words / 4)
		return true;
	double all = letters_read(page->words, page->n_words, 0);
	double good = letters_read(page->words, page->n_words, 0.7);
	return !sure && all >= 20 && good < DOUBTFUL_READING * all;
}

/* The middle third of the page, as it would read when turned. */
static double letters_when_turned(const struct read_env *env,
				  const struct image *picture, double type_px,
				  int degrees)
{
	AUTO_ARENA scratch = arena_new();
	int w = image_width(picture), h = image_height(picture);
	struct box middle = {w / 8, h / 3, w - w / 4, h / 3};
	struct word *words;
	size_t n;
	struct err err;

	AUTO_IMAGE part = image_crop(picture, middle);
	double scale = reading_scale(type_px, image_dpi(part), image_width(part),
				     image_height(part));
	AUTO_IMAGE turned = image_turn(part, degrees);
	AUTO_IMAGE scaled = image_scale(turned, scale, scale);
	if (ocr_read(env->ocr, scaled, NULL, OCR_PAGE, NULL, scratch, &words, &n,
		     &err) != RC_OK)
		return 0;
	return letters_read(words, n, 0.7);
}

static int best_turn(const struct read_env *env, const struct image *picture,
		     double type_px)
{
	static const int turns[] = {180, 90, 270};
	int best = 0;
	double most = 20 + 1.5 * letters_when_turned(env, picture, type_px, 0);
	for (size_t i = 0; i < sizeof(turns) / sizeof(*turns); i++) {
		double letters = letters_when_turned(env, picture, type_px, turns[i]);
		if (letters > most) {
			most = letters;
			best = turns[i];
		}
	}
	return best;
}

static enum rc read_again_if_doubtful(const struct read_env *env,
				      struct image **picture, struct image **ink,
				      double type_px, bool sure, struct arena *arena,
				      struct page *page, struct err *err)
{
	if (!doubtful(page, sure))
		return RC_OK;
	int degrees = best_turn(env, *picture, type_px);
	if (degrees == 0)
		return RC_OK;
	turn(picture, ink, page, degrees);
	return read_form_or_print(env, picture, *ink, type_px, arena, page, err);
}

/* Bars of a toner that runs out: paper to the eye that looks for print. */
static void take_faint_codes(const struct image *picture, struct arena *arena,
			     struct page *page)
{
	double reduction;
	AUTO_IMAGE solid = page_solid_ink(picture, &reduction);

	barcode_take(picture, solid, reduction, 300.0 / page->dpi, arena, page);
}

/* The print was looked at before the page was levelled; codes are cut from it after. A
 * sheet with nothing but thin bars looked blank and is not. */
static void take_codes(const struct image *picture, const struct image *ink,
		       double reduction, struct arena *arena, struct page *page)
{
	double units_per_px = 300.0 / page->dpi, level_reduction;

	if (page->skew_deg == 0) {
		barcode_take(picture, ink, reduction, units_per_px, arena, page);
	} else if (barcode_seen(ink, page->dpi * reduction)) {
		AUTO_IMAGE level = page_ink(picture, &level_reduction);
		barcode_take(picture, level, level_reduction, units_per_px, arena,
			     page);
	}
	if (!page->barcodes && image_depth(picture) > 1)
		take_faint_codes(picture, arena, page);
	page->blank = page->blank && !page->barcodes;
}

/* --- for people --- */

/* About 150 dots an inch, by a power of two, which is the cheapest reduction. */
static struct image *for_screen(const struct image *picture, int dpi)
{
	double factor = 1;
	while (dpi * factor > 220)
		factor /= 2;
	return factor < 1 ? image_scale(picture, factor, factor) : image_clone(picture);
}

enum { DISPLAY_WIDTH_MAX = 2000, DISPLAY_QUALITY = 55, THUMBNAIL_WIDTH = 200 };

/* Halved as long as that leaves more than is wanted. */
static struct image *for_thumbnail(const struct image *screen)
{
	int width = image_width(screen);
	double factor = width > 4 * THUMBNAIL_WIDTH   ? 0.25
			: width > 2 * THUMBNAIL_WIDTH ? 0.5
						      : 1;
	return factor < 1 ? image_scale(screen, factor, factor) : image_clone(screen);
}

enum rc page_show(const struct image *picture, struct arena *arena, struct page *page,
		  struct err *err)
{
	AUTO_IMAGE screen = for_screen(picture, page->dpi);
	AUTO_IMAGE small = for_thumbnail(screen);
	enum rc rc = image_to_jpeg(screen, DISPLAY_WIDTH_MAX, DISPLAY_QUALITY, arena,
				   &page->display, err);
	if (rc == RC_OK)
		rc = image_to_jpeg(small, THUMBNAIL_WIDTH, DISPLAY_QUALITY, arena,
				   &page->thumbnail, err);
	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "page %d", page->number);
}

enum rc page_show_drawing(const struct image_drawing *drawing, const struct image *grey,
			  struct arena *arena, struct image_blob *display,
			  struct image_blob *thumbnail, struct err *err)
{
	AUTO_IMAGE small = image_drawing_small(drawing, THUMBNAIL_WIDTH);
	enum rc rc = image_to_jpeg(small, THUMBNAIL_WIDTH, DISPLAY_QUALITY, arena,
				   thumbnail, err);
	if (rc != RC_OK)
		return rc;
	if (drawing->coloured && drawing->width <= DISPLAY_WIDTH_MAX)
		return image_drawing_to_jpeg(drawing, image_dpi(grey), DISPLAY_QUALITY,
					     arena, display, err);
	AUTO_IMAGE screen = drawing->coloured
				    ? image_drawing_small(drawing, DISPLAY_WIDTH_MAX)
				    : image_clone(grey);
	return image_to_jpeg(screen, DISPLAY_WIDTH_MAX, DISPLAY_QUALITY, arena, display,
			     err);
}

/* --- the whole --- */

enum rc page_read(const struct read_env *env, struct image *take_image, int number,
		  struct arena *arena, struct page **out, struct err *err)
{
	AUTO_IMAGE picture = take_image;
	struct page *page = arena_alloc(arena, sizeof(*page));
	bool sure = true;
	enum rc rc = RC_OK;

	*out = page;
	page->number = number;
	page->source = SOURCE_OCR;
	drop_useless_colour(&picture);
	mend_negative(&picture);

	double reduction;
	AUTO_IMAGE ink = page_ink(picture, &reduction);
	AUTO_IMAGE border = image_border(ink);
	if (border) {
		image_whiten(picture, border);
		image_whiten(ink, border);
	}
	struct print print = page_print(ink);
	double type_px = print.type_px / reduction;
	page->blank = print.blank;
	page->dpi = page_resolution(image_dpi(picture), image_width(picture),
				    image_height(picture), type_px);
	image_set_dpi(picture, page->dpi);
	if (!page->blank)
		turn(&picture, &ink, page, image_upright(ink, &sure));
	if (!page->blank && env->codes_only)
		make_level(&picture, ink, page);
	if (!page->blank && !env->codes_only)
		rc = read_form_or_print(env, &picture, ink, type_px, arena, page, err);
	if (rc == RC_OK && !page->blank && !env->codes_only)
		rc = read_again_if_doubtful(env, &picture, &ink, type_px, sure, arena,
					    page, err);
	if (rc == RC_OK)
		take_codes(picture, ink, reduction, arena, page);
	page->width = page_units(image_width(picture), page->dpi);
	page->height = page_units(image_height(picture), page->dpi);
	return rc == RC_OK ? page_show(picture, arena, page, err) : rc;
}
