/* ocr_network.h - private to ocr.c, ocr_faster.c and their test. */
#ifndef INTRAY_OCR_NETWORK_H
#define INTRAY_OCR_NETWORK_H

#include <stdbool.h>

/* After Tesseract has chosen how to multiply, before it loads a model. */
void ocr_network_found(bool known_release);
/* False: the engine's own functions are used, so that a test can compare. */
extern bool ocr_network_ours;

#endif
