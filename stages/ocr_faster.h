/* ocr_faster.h - private to ocr.c. */
#ifndef INTRAY_OCR_FASTER_H
#define INTRAY_OCR_FASTER_H

#include <stdbool.h>

/* Before anything else of Tesseract: looks which release it is. */
void ocr_faster(void);
/* While the engine recognises: only then its own pictures are packed another way. */
extern bool ocr_at_work;

#endif
