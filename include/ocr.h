/* ocr.h - reading print; stages/ocr.c is the only file that sees Tesseract.
 *
 * One reader holds one loaded model (per language set); loading is done before the jail
 * closes, reading after. OMP_THREAD_LIMIT=1 must be set in the process. */
#ifndef INTRAY_OCR_H
#define INTRAY_OCR_H

#include "doc.h"
#include "err.h"
#include "image.h"

struct ocr;

enum ocr_layout {
	OCR_PAGE,   /* automatic layout, psm 3 */
	OCR_PLAIN,  /* the same without looking for tables */
	OCR_COLUMN, /* one column of lines, psm 4 */
	OCR_BLOCK,  /* psm 6 */
	OCR_SPARSE, /* psm 11 */
	OCR_LINE,   /* psm 7 */
	OCR_WORD,   /* psm 8 */
};

/* languages: "eng+deu"; read together. fine: folder with more accurate models, or NULL;
 * each language that has one there gets a reader of its own. */
enum rc ocr_open(const char *tessdata, const char *fine, const char *languages,
		 struct ocr **out, struct err *err);
void ocr_close(struct ocr **ocr);
/* The reader with the more accurate model (a quarter dearer) of one language, the first
 * being 0; beyond the last it begins again. ocr itself when there are none. */
struct ocr *ocr_fine(struct ocr *ocr, unsigned language);
/* Reads a region of the image (whole image when box is NULL; pixels). allowed: characters
 * that may occur, or NULL. Words come in the arena, boxes in pixels of the image; the
 * caller scales them to page units. */
enum rc ocr_read(struct ocr *ocr, const struct image *image, const struct box *box,
		 enum ocr_layout layout, const char *allowed, struct arena *arena,
		 struct word **words, size_t *n_words, struct err *err);
/* The line's text with single spaces and its mean confidence. */
enum rc ocr_read_line(struct ocr *ocr, const struct image *image, const struct box *box,
		      const char *allowed, struct arena *arena, const char **text,
		      float *confidence, struct err *err);

#endif
