/* ocr_faster.h - private to ocr.c. */
#ifndef INTRAY_OCR_FASTER_H
#define INTRAY_OCR_FASTER_H

/* Before anything else of Tesseract: looks which release it is. */
void ocr_faster(void);

#endif
