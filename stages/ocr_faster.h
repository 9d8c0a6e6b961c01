/* ocr_faster.h - private to ocr.c. */
#ifndef INTRAY_OCR_FASTER_H
#define INTRAY_OCR_FASTER_H

#include <stdbool.h>

/* Before anything else of Tesseract, with its release ("5.3.0"). */
void ocr_faster(const char *release);
/* While the engine recognises: only then its own pictures are packed another way. */
extern bool ocr_at_work;

#endif
