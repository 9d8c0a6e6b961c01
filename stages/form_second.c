/* A second reading, by the OCR engine, of lines that the typefaces leave in doubt.
 *
 * Only the line's own blobs are drawn for it, and only characters that the field's kind
 * has are allowed. Two readings of different kind that agree prove each other; where
 * they differ the typefaces are believed, unless they fit badly or what the engine read
 * is more like words. */
#include "form_zone.h"

#include <stdlib.h>
#include <string.h>

#include "glyph.h"
#include "text.h"

/* From where a reading by typeface needs no second one by the OCR engine. */
#define PRINT_SURE 0.9f
#define PRINT_FIT 0.45f
static const struct ink *sort_ink; /* of by_x, which qsort calls without context */

static int by_x(const void *a, const void *b)
{
	const struct drawn_blob *x = a, *y = b;
	return sort_ink->blobs[x->blob].box.x - sort_ink->blobs[y->blob].box.x;
}

/* Values printed column by column (a date's month, day and year) stand at different
 * heights and far apart: draws the columns level, on their feet, and nearer together.
 */
static void draw_together(const struct form_work *work, struct print_line *line)
{
	const struct blob *blobs = work->ink->blobs;
	int gap = line->box.h * 3 / 4, shift = 0, right = line->box.x;
	sort_ink = work->ink;
	qsort(line->blobs, line->n, sizeof(*line->blobs), by_x);
	for (size_t from = 0; from < line->n;) {
		size_t to = from;
		int end = 0, feet = 0;
		for (; to < line->n; to++) { /* a column ends where a gap follows */
			struct box b = blobs[line->blobs[to].blob].box;
			if (to > from && b.x > end + gap)
				break;
			end = box_right(b) > end ? box_right(b) : end;
			if (is_letter(work, &blobs[line->blobs[to].blob]))
				feet = box_bottom(b) > feet ? box_bottom(b) : feet;
		}
		int left = blobs[line->blobs[from].blob].box.x;
		if (from > 0 && left - right > gap)
			shift -= left - right - gap;
		for (size_t i = from; i < to; i++) {
			line->blobs[i].dx = shift;
			if (feet)
				line->blobs[i].dy = box_bottom(line->box) - feet;
		}
		right = end;
		from = to;
	}
}

/* The median height of a line's letters, in pixels. */
static int letter_height(const struct form_work *work, const struct print_line *line)
{
	int count[256] = {0}, n = 0, below = 0;
	for (size_t i = 0; i < line->n; i++) {
		const struct blob *b = &work->ink->blobs[line->blobs[i].blob];
		if (is_letter(work, b) && b->box.h < 256) {
			count[b->box.h]++;
			n++;
		}
	}
	for (int h = 0; h < 256; h++) {
		below += count[h];
		if (below * 2 > n)
			return h;
	}
	return line->box.h;
}

/* One or two letters alone are often too little for a line: as a word, on more paper.
 */
static enum rc read_word(const struct form_work *work, const struct image *drawn,
			 const char *allowed, struct arena *scratch, const char **text,
			 float *confidence, struct err *err)
{
	struct word *words;
	size_t n;
	AUTO_IMAGE larger = image_scale(drawn, 1.6, 1.6);
	enum rc rc = ocr_read(work->ocr, larger, NULL, OCR_WORD, allowed, scratch,
			      &words, &n, err);
	if (rc != RC_OK || n == 0)
		return rc;
	*text = arena_strdup(work->arena, words[0].text);
	*confidence = words[0].confidence;
	return RC_OK;
}

static enum rc read_line(const struct form_work *work, const struct fieldtype *field,
			 const struct print_line *line, struct arena *scratch,
			 const char **text, float *confidence, struct err *err)
{
	double magnify = 38.0 / letter_height(work, line);
	magnify = magnify < 1 ? 1 : magnify > 3 ? 3 : magnify;
	AUTO_IMAGE drawn = ink_draw(work->ink, line->blobs, line->n, magnify, scratch);
	enum rc rc = ocr_read_line(work->ocr, drawn, NULL, zone_letters(field),
				   work->arena, text, confidence, err);
	if (rc != RC_OK || **text || line->n > 6)
		return rc;
	return read_word(work, drawn, zone_letters(field), scratch, text, confidence,
			 err);
}

/* How much like English words and names a line is. */
static float like_words(const char *text)
{
	float sum = glyph_follows(' ', *text);
	for (; *text; text++)
		sum += glyph_follows(*text, text[1] ? text[1] : ' ');
	return sum;
}

/* Whether words read by the OCR engine are better than what the typefaces made of a
 * fax or of bent print: it was not in doubt, and they are more like words. */
static bool better_words(const struct line_job *job, const char *text, float sure)
{
	enum kind kind = job->field->kind;
	bool words = kind == KIND_TEXT || kind == KIND_PARTY || kind == KIND_ADDRESS;
	return words && sure > 0.8f && like_words(text) > like_words(job->text);
}

/* Two readings of different kind that agree prove each other. Where they differ the
 * typefaces are believed unless they fit badly. */
static void weigh_ocr(struct line_job *job, const char *text, float sure, bool lossy)
{
	AUTO_ARENA scratch = arena_new();
	if (!job->text || job->fit < PRINT_FIT) {
		if (!*text && job->sure < 0.2f)
			job->text = NULL; /* dirt */
		job->other = *text ? job->text : NULL;
		job->text = *text ? text : job->text;
		job->sure = sure;
		return;
	}
	if (!*text)
		return;
	if (strcmp(text_key(scratch, text), text_key(scratch, job->text)) == 0) {
		job->sure = 1 - (1 - job->sure) * 0.2f;
		return;
	}
	if ((lossy || job->sure < 0.8f) && better_words(job, text, sure)) {
		job->other = job->text;
		job->text = text;
		job->sure = 0.7f * sure;
		return;
	}
	job->other = text;
	job->sure *= 1 - 0.5f * sure;
}

/* A line that the typefaces leave in doubt is read by the OCR engine too. */
enum rc read_doubtful(const struct form_work *work, struct line_job *job,
		      struct print_line *line, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	const char *text;
	float sure;

	if (job->text && job->sure >= PRINT_SURE && job->fit >= PRINT_FIT)
		return RC_OK;
	if (!work->ocr)
		return RC_OK;
	line->n = job->n_blobs;
	line->box = job->box;
	line->place = job->place;
	memcpy(line->blobs, job->blobs, job->n_blobs * sizeof(*job->blobs));
	if (job->field->kind == KIND_DATE || job->field->kind == KIND_PHONE)
		draw_together(work, line);
	enum rc rc = read_line(work, job->field, line, scratch, &text, &sure, err);
	if (rc != RC_OK)
		return rc;
	weigh_ocr(job, arena_strdup(work->arena, text), sure, work->ink->bilevel);
	return RC_OK;
}
