/* Reading print with Tesseract: the only file that sees it.
 *
 * ocr_open loads the model and reads one empty picture, so that everything Tesseract
 * opens or allocates lazily is there before the jail closes; after that no call opens a
 * file. Its messages go to /dev/null. Reading an image without any print is no error
 * and gives no words. RC_FAIL means that a language is missing or that Tesseract gave
 * up on a region. */
#include "ocr.h"

#include <tesseract/capi.h>

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image_pix.h"
#include "ocr_faster.h"
#include "text.h"

enum { FINE_MAX = 4 };

struct ocr {
	TessBaseAPI *api;
	bool limited;		    /* a character list is set */
	bool plain;		    /* tables are not looked for */
	struct ocr *fine[FINE_MAX]; /* with the more accurate models, one a language */
	unsigned n_fine;
};

static const TessPageSegMode layouts[] = {
	[OCR_PAGE] = PSM_AUTO,
	[OCR_PLAIN] = PSM_AUTO,
	[OCR_COLUMN] = PSM_SINGLE_COLUMN,
	[OCR_BLOCK] = PSM_SINGLE_BLOCK,
	[OCR_SPARSE] = PSM_SPARSE_TEXT,
	[OCR_LINE] = PSM_SINGLE_LINE,
	[OCR_WORD] = PSM_SINGLE_WORD,
};

/* do_invert reads every doubtful line a second time in white on black: 5% of the time
 * and no gain on paper. */
static char setting_names[][24] = {"debug_file", "tessedit_do_invert"};
static char setting_values[][24] = {"/dev/null", "0"};

static void read_nothing(struct ocr *ocr)
{
	PIX *white = pixCreate(200, 100, 8);
	pixSetBlackOrWhite(white, L_SET_WHITE);
	TessBaseAPISetPageSegMode(ocr->api, PSM_SINGLE_LINE);
	TessBaseAPISetImage2(ocr->api,
			     white); /* no resolution: Tesseract remarks on it */
	TessBaseAPIRecognize(ocr->api, NULL);
	TessBaseAPIClear(ocr->api);
	pixDestroy(&white);
}

static struct ocr *load(const char *tessdata, const char *languages)
{
	struct ocr *ocr = calloc(1, sizeof(*ocr));
	if (!ocr)
		die("out of memory for the OCR engine");
	ocr->api = TessBaseAPICreate();
	char *names[] = {setting_names[0], setting_names[1]};
	char *values[] = {setting_values[0], setting_values[1]};
	if (TessBaseAPIInit4(ocr->api, tessdata, languages, OEM_LSTM_ONLY, NULL, 0,
			     names, values, 2, 0) != 0) {
		ocr_close(&ocr);
		return NULL;
	}
	read_nothing(ocr);
	return ocr;
}

/* Of the first languages that have a model in the folder. */
static void load_fine(struct ocr *ocr, const char *dir, const char *languages)
{
	AUTO_ARENA scratch = arena_new();
	for (const char *at = languages; *at && ocr->n_fine < FINE_MAX;) {
		int len = (int)strcspn(at, "+");
		const char *name = arena_strndup(scratch, at, (size_t)len);
		const char *file =
			arena_printf(scratch, "%s/%s.traineddata", dir, name);
		struct ocr *fine =
			len > 0 && access(file, R_OK) == 0 ? load(dir, name) : NULL;
		if (fine)
			ocr->fine[ocr->n_fine++] = fine;
		at += len;
		at += *at == '+';
	}
}

enum rc ocr_open(const char *tessdata, const char *fine, const char *languages,
		 struct ocr **out, struct err *err)
{
	image_quiet();
	ocr_faster(TessVersion());
	/* One thread, whatever OMP_THREAD_LIMIT says: threads double the CPU, and a
	 * reader forked from a process that has some would wait for them for ever. */
	omp_set_max_active_levels(0);
	struct ocr *ocr = load(tessdata, languages);
	if (!ocr)
		return err_set(err, RC_FAIL,
			       "can't load OCR languages \"%s\": install the packages "
			       "tesseract-ocr-LANG or change `languages`",
			       languages);
	if (fine)
		load_fine(ocr, fine, languages);
	*out = ocr;
	return RC_OK;
}

void ocr_close(struct ocr **ocr)
{
	if (*ocr) {
		for (unsigned i = 0; i < (*ocr)->n_fine; i++)
			ocr_close(&(*ocr)->fine[i]);
		TessBaseAPIEnd((*ocr)->api);
		TessBaseAPIDelete((*ocr)->api);
		free(*ocr);
	}
	*ocr = NULL;
}

struct ocr *ocr_fine(struct ocr *ocr, unsigned language)
{
	return ocr->n_fine > 0 ? ocr->fine[language % ocr->n_fine] : ocr;
}

/* --- words --- */

static struct box word_box(const TessPageIterator *at)
{
	int left = 0, top = 0, right = 0, bottom = 0;
	TessPageIteratorBoundingBox(at, RIL_WORD, &left, &top, &right, &bottom);
	return (struct box){left, top, right - left, bottom - top};
}

/* The height of the type in pixels: Tesseract gives the row's in points. */
static uint16_t type_height(TessResultIterator *at, int dpi)
{
	BOOL b;
	int points = 0, font;
	TessResultIteratorWordFontAttributes(at, &b, &b, &b, &b, &b, &b, &points,
					     &font);
	long px = lround(points * dpi / 72.0);
	return px > 0 && px < 2000 ? (uint16_t)px : 0;
}

static bool take_word(TessResultIterator *at, int dpi, struct arena *arena,
		      struct word *out)
{
	char *text = TessResultIteratorGetUTF8Text(at, RIL_WORD);
	if (!text)
		return false;
	float confidence = TessResultIteratorConfidence(at, RIL_WORD) / 100;
	*out = (struct word){
		.text = text_clean(arena, text, strlen(text)),
		.box = word_box(TessResultIteratorGetPageIteratorConst(at)),
		.confidence = confidence < 0   ? 0
			      : confidence > 1 ? 1
					       : confidence,
		.height = type_height(at, dpi),
		.readings = 1,
		.agreed = 1,
	};
	TessDeleteText(text);
	return out->text[0] != '\0' && out->box.w > 0 && out->box.h > 0;
}

static uint16_t count_up(uint16_t n)
{
	return n < UINT16_MAX ? (uint16_t)(n + 1) : n;
}

/* Numbers blocks and lines from 0 as their first word that holds anything appears. */
static void take_words(TessResultIterator *at, int dpi, struct arena *arena,
		       struct word **words, size_t *n_words)
{
	const TessPageIterator *place = TessResultIteratorGetPageIteratorConst(at);
	uint16_t block = 0, line = 0;
	bool new_block = false, new_line = false;
	size_t cap = 0;

	do {
		new_block |= TessPageIteratorIsAtBeginningOf(place, RIL_BLOCK);
		new_line |= TessPageIteratorIsAtBeginningOf(place, RIL_TEXTLINE);
		struct word word;
		if (!take_word(at, dpi, arena, &word))
			continue;
		if (*n_words > 0 && new_block)
			block = count_up(block);
		if (*n_words > 0 && (new_line || new_block))
			line = count_up(line);
		new_block = new_line = false;
		word.block = block;
		word.line = line;
		*arena_push(arena, *words, *n_words, cap) = word;
	} while (TessResultIteratorNext(at, RIL_WORD));
}

static void set_allowed(struct ocr *ocr, const char *allowed)
{
	if (!allowed && !ocr->limited)
		return;
	TessBaseAPISetVariable(ocr->api, "tessedit_char_whitelist",
			       allowed ? allowed : "");
	ocr->limited = allowed != NULL;
}

static void set_layout(struct ocr *ocr, enum ocr_layout layout)
{
	bool plain = layout == OCR_PLAIN;
	TessBaseAPISetPageSegMode(ocr->api, layouts[layout]);
	if (plain != ocr->plain)
		TessBaseAPISetVariable(ocr->api, "textord_tabfind_find_tables",
				       plain ? "0" : "1");
	ocr->plain = plain;
}

/* The part to be read, in grey. Cut out by us: within a rectangle of a larger picture
 * Tesseract 5.3 reads a line's pixels from the wrong place. *left, *top: where it lay.
 */
static struct image *region_of(const struct image *image, const struct box *box,
			       int *left, int *top)
{
	*left = box && box->x > 0 ? box->x : 0;
	*top = box && box->y > 0 ? box->y : 0;
	AUTO_IMAGE part = box ? image_crop(image, *box) : image_clone(image);
	return image_depth(part) == 8 ? image_clone(part) : image_grey(part);
}

static void shift(struct word *words, size_t n, int left, int top)
{
	for (size_t i = 0; i < n; i++) {
		words[i].box.x += left;
		words[i].box.y += top;
	}
}

enum rc ocr_read(struct ocr *ocr, const struct image *image, const struct box *box,
		 enum ocr_layout layout, const char *allowed, struct arena *arena,
		 struct word **words, size_t *n_words, struct err *err)
{
	int left, top, dpi = image_dpi(image) > 0 ? image_dpi(image) : 300;
	AUTO_IMAGE region = region_of(image, box, &left, &top);

	*words = NULL;
	*n_words = 0;
	if (image_width(region) < 3 || image_height(region) < 3)
		return RC_OK; /* Tesseract would refuse it */
	set_layout(ocr, layout);
	set_allowed(ocr, allowed);
	TessBaseAPISetImage2(ocr->api, image_pix(region));
	TessBaseAPISetSourceResolution(ocr->api, dpi);
	ocr_at_work = true;
	bool recognised = TessBaseAPIRecognize(ocr->api, NULL) == 0;
	ocr_at_work = false;
	TessResultIterator *at = recognised ? TessBaseAPIGetIterator(ocr->api) : NULL;
	if (at) {
		take_words(at, dpi, arena, words, n_words);
		TessResultIteratorDelete(at);
	}
	shift(*words, *n_words, left, top);
	TessBaseAPIClear(ocr->api);
	if (!recognised)
		return err_set(err, RC_FAIL, "the OCR engine gave up on this picture");
	return RC_OK;
}

enum rc ocr_read_line(struct ocr *ocr, const struct image *image, const struct box *box,
		      const char *allowed, struct arena *arena, const char **text,
		      float *confidence, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	struct word *words;
	size_t n;
	struct strbuf line;
	double sum = 0;

	*text = "";
	*confidence = 0;
	enum rc rc =
		ocr_read(ocr, image, box, OCR_LINE, allowed, scratch, &words, &n, err);
	if (rc != RC_OK || n == 0)
		return rc;
	strbuf_init(&line, arena);
	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&line, "%s%s", i ? " " : "", words[i].text);
		sum += words[i].confidence;
	}
	*text = line.text;
	*confidence = (float)(sum / (double)n);
	return RC_OK;
}
