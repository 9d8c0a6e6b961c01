/* ocr_layout.h - how Tesseract 5.3.0 lays out in memory what our stand-ins for its
 * functions look at. Private to ocr_faster.c and ocr_network.c, which use it with no
 * other release. */
#ifndef INTRAY_OCR_LAYOUT_H
#define INTRAY_OCR_LAYOUT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STANDS_IN __attribute__((visibility("default")))

enum { BATCH, HEIGHT, WIDTH, DIMENSIONS };

struct vector { /* std::vector */
	const void *begin, *end, *room;
};

/* Which row of a grid holds which pixel: StrideMap. */
struct stride_map {
	int shape[DIMENSIONS], step[DIMENSIONS];
	struct vector heights, widths; /* ints, of each picture of the batch */
};

struct grid { /* GENERIC_2D_ARRAY */
	const void *virtuals;
	void *items;
	int32_t empty, rows, columns, room;
};

/* What one layer hands to the next, a row for each pixel: NetworkIO. */
struct values {
	struct grid floats, bytes;
	bool in_bytes; /* which of the two it is */
	struct stride_map map;
};

struct layer { /* Network */
	const void *virtuals;
	int32_t type, training;
	bool backwards;
	int32_t flags, n_in, n_out, n_weights;
	char name[32];
	const void *windows[2];
	void *random;
};

struct weights { /* WeightMatrix */
	struct grid floats, bytes, turned;
	bool in_bytes, adam;
	struct vector scales; /* floats */
	struct grid changes, updates, squares;
	struct vector shaped; /* bytes, in the order in which they are multiplied */
};

struct window_layer { /* Convolve */
	struct layer layer;
	int32_t half_width, half_height;
};

struct pool_layer { /* Maxpool */
	struct layer layer;
	struct stride_map back_map;
	int32_t x_scale, y_scale;
};

struct full_layer { /* FullyConnected */
	struct layer layer;
	struct weights weights;
};

enum { CELL_IN, GATE_IN, GATE_FORGET, GATE_OUT, GATE_FORGET_2, GATES };

struct memory_layer { /* LSTM */
	struct layer layer;
	int32_t n_all, n_states, n_fed_back;
	bool two_ways;
	struct weights gates[GATES];
	const void *softmax;
};

static_assert(sizeof(struct layer) == 0x60, "Network");
static_assert(sizeof(struct weights) == 0xf8, "WeightMatrix");
static_assert(offsetof(struct values, map) == 0x48, "NetworkIO");
static_assert(offsetof(struct pool_layer, x_scale) == 0xa8, "Maxpool");
static_assert(offsetof(struct memory_layer, softmax) == 0x548, "LSTM");

enum { TYPE_SUMMARY = 15, TYPE_TANH = 19 };
enum { TRAINING = 1 };

/* How this processor multiplies: IntSimdMatrix. */
struct multiplier {
	void (*dot)(int n_out, int n_in, const int8_t *shaped, const float *scales,
		    const int8_t *in, float *out);
	int outputs_a_register, registers, inputs_a_register, inputs_a_group;
};

#endif
