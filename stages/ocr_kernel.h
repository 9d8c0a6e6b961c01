/* ocr_kernel.h - the arithmetic of the network's layers; see ocr_kernel.c. Private to
 * ocr_network.c and its test. */
#ifndef INTRAY_OCR_KERNEL_H
#define INTRAY_OCR_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether this processor can do what follows; else nothing of it may be called. */
bool kernel_usable(void);

/* Points of a curve, 256 to each whole number from 0 on. */
enum { CURVE_POINTS = 4096 };

/* Each value becomes its tanh, or 1 / (1 + e^-x), by straight lines between points. */
void kernel_tanh(const float *table, float *values, size_t n);
void kernel_logistic(const float *table, float *values, size_t n);

/* -1..1 become -127..127, rounded away from 0. */
void kernel_to_bytes(const float *values, size_t n, int8_t *bytes);

void kernel_multiply(const float *a, const float *b, size_t n, float *out);

/* state = state * forget + input * gate, kept within 100 */
void kernel_remember(const float *forget, const float *input, const float *gate,
		     float *state, size_t n);

/* a = max(a, b) */
void kernel_max(int8_t *a, const int8_t *b, size_t n);

/* Whether it can do this as well. */
bool kernel_can_dot(void);
/* out[o] = scales[o] * (sum of weights[o][i] * in[i] + 127 * bias[o]), weights shaped
 * as Tesseract does for AVX2: sets of 64, 32, 16 and 8 outputs, in each set groups of
 * four inputs, then the biases. `n_in` counts the bias. Reads `in` up to the next
 * multiple of four and writes `out` to the next of eight. */
void kernel_dot(int n_out, int n_in, const int8_t *shaped, const float *scales,
		const int8_t *in, float *out);

#endif
