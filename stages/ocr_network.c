/* The layers of Tesseract's network, as we run them: each stands in for the engine's
 * own function of that name (a program's own symbol comes first).
 *
 * The engine moves from pixel to pixel with calls that each look up where they are,
 * and from value to value with branches; more than half of all reading was that and not
 * the network's arithmetic. Ours go along rows. What comes out is the same to the last
 * bit, so it may be mixed with the engine's: whatever is not the plain case (training,
 * several pictures at once, a network in floating point, another release, a processor
 * without what kernel_usable() asks for) is left to the engine's own function.
 *
 * ocr_network_found() looks for everything once; if anything is missing none of ours is
 * ever used. Nothing here fails. */
#include "ocr_network.h"

#include <dlfcn.h>
#include <string.h>

#include "ocr_kernel.h"
#include "ocr_layout.h"

bool ocr_network_ours = true;

#ifdef __x86_64__

#define FORWARD(class)                                                                 \
	"_ZN9tesseract" class "7ForwardEbRKNS_9NetworkIOEPKNS_"                        \
			      "15TransposedArrayEPNS_14NetworkScratchEPS1_"
#define CONVOLVE FORWARD("8Convolve")
#define MAXPOOL FORWARD("7Maxpool")
#define FULL FORWARD("14FullyConnected")
#define MEMORY FORWARD("4LSTM")

typedef void forward_fn(void *layer, bool debug, const struct values *in,
			const void *turned, void *scratch, struct values *out);

/* The engine's own. */
static struct {
	forward_fn *convolve, *maxpool, *full, *memory;
	void (*resize)(struct values *out, bool in_bytes, const struct stride_map *map,
		       int n);
	void (*resize_row)(struct values *out, const struct values *in, int n);
	void (*resize_scaled)(struct values *out, const struct values *in, int x_scale,
			      int y_scale, int n);
	void (*randomize)(struct values *out, int row, int from, int n, void *random);
	const float *tanh, *logistic;
	const struct multiplier **multiplier;
} own;

static const struct {
	const char *name;
	void *to;
} symbols[] = {
	{CONVOLVE, &own.convolve},
	{MAXPOOL, &own.maxpool},
	{FULL, &own.full},
	{MEMORY, &own.memory},
	{"_ZN9tesseract9NetworkIO11ResizeToMapEbRKNS_9StrideMapEi", &own.resize},
	{"_ZN9tesseract9NetworkIO10ResizeXTo1ERKS0_i", &own.resize_row},
	{"_ZN9tesseract9NetworkIO12ResizeScaledERKS0_iii", &own.resize_scaled},
	{"_ZN9tesseract9NetworkIO9RandomizeEiiiPNS_5TRandE", &own.randomize},
	{"_ZN9tesseract9TanhTableE", &own.tanh},
	{"_ZN9tesseract13LogisticTableE", &own.logistic},
	{"_ZN9tesseract13IntSimdMatrix13intSimdMatrixE", &own.multiplier},
};

static bool usable; /* all of it is there, and as we know it */

static void find_symbols(void)
{
	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		void *found = dlsym(RTLD_NEXT, symbols[i].name);
		usable = usable && found;
		memcpy(symbols[i].to, &found, sizeof(found));
	}
}

/* Tesseract shapes weights for the multiplier it has chosen when a model is loaded:
 * ours takes the shape of the one for AVX2. */
static void multiply_faster(void)
{
	static struct multiplier ours;
	const struct multiplier *theirs = *own.multiplier;
	if (!kernel_can_dot() || theirs->outputs_a_register != 8 ||
	    theirs->registers != 8 || theirs->inputs_a_group != 4)
		return;
	ours = *theirs;
	ours.dot = kernel_dot;
	*own.multiplier = &ours;
}

void ocr_network_found(bool known_release)
{
	usable = known_release && kernel_usable();
	find_symbols();
	usable = usable && *own.multiplier;
	if (usable)
		multiply_faster();
}

/* --- what they have in common --- */

static bool plain(const struct layer *layer, bool debug, const struct values *in)
{
	const struct stride_map *map = &in->map;
	const int *height = map->heights.begin, *width = map->widths.begin;
	return usable && ocr_network_ours && !debug && in->in_bytes &&
	       layer->training != TRAINING && map->shape[BATCH] == 1 && height &&
	       width && *height == map->shape[HEIGHT] && *width == map->shape[WIDTH];
}

static inline int8_t *row_of(const struct values *values, int row)
{
	return (int8_t *)values->bytes.items + (ptrdiff_t)row * values->bytes.columns;
}

static inline void multiply(const struct weights *weights, const int8_t *in, float *out)
{
	(*own.multiplier)
		->dot(weights->bytes.rows, weights->bytes.columns,
		      weights->shaped.begin, weights->scales.begin, in, out);
}

/* --- a window around each pixel --- */

/* What lies outside the picture is noise, drawn in the engine's order. */
static void copy_at_edge(const struct window_layer *w, const struct values *in, int x,
			 int y, struct values *out)
{
	int columns = in->map.shape[WIDTH], rows = in->map.shape[HEIGHT];
	int n = w->layer.n_in, high = 2 * w->half_height + 1, at = 0;
	int row = y * columns + x;

	for (int dx = -w->half_width; dx <= w->half_width; dx++) {
		if (x + dx < 0 || x + dx >= columns) {
			own.randomize(out, row, at, high * n, w->layer.random);
			at += high * n;
			continue;
		}
		for (int dy = -w->half_height; dy <= w->half_height; dy++, at += n) {
			if (y + dy < 0 || y + dy >= rows)
				own.randomize(out, row, at, n, w->layer.random);
			else
				memcpy(row_of(out, row) + at,
				       row_of(in, row + dy * columns + dx), (size_t)n);
		}
	}
}

/* The same for a pixel inside, where a pixel is one byte. */
static void copy_inside(const struct window_layer *w, const struct values *in, int row,
			struct values *out)
{
	const int8_t *from = row_of(in, row);
	int8_t *to = row_of(out, row);
	int columns = in->map.shape[WIDTH];

	for (int dx = -w->half_width; dx <= w->half_width; dx++)
		for (int dy = -w->half_height; dy <= w->half_height; dy++)
			*to++ = from[dy * columns + dx];
}

static void copy_windows(const struct window_layer *w, const struct values *in,
			 struct values *out)
{
	int columns = in->map.shape[WIDTH], rows = in->map.shape[HEIGHT];
	for (int y = 0; y < rows; y++) {
		bool edge = y < w->half_height || y >= rows - w->half_height ||
			    w->layer.n_in != 1;
		for (int x = 0; x < columns; x++) {
			if (edge || x < w->half_width || x >= columns - w->half_width)
				copy_at_edge(w, in, x, y, out);
			else
				copy_inside(w, in, y * columns + x, out);
		}
	}
}

forward_fn ocr_convolve __asm__(CONVOLVE);
STANDS_IN void ocr_convolve(void *layer, bool debug, const struct values *in,
			    const void *turned, void *scratch, struct values *out)
{
	const struct window_layer *w = layer;
	if (!plain(&w->layer, debug, in)) {
		own.convolve(layer, debug, in, turned, scratch, out);
		return;
	}
	own.resize(out, true, &in->map, w->layer.n_out);
	copy_windows(w, in, out);
}

/* --- the largest of several pixels --- */

/* First of the rows, as long as they are, then of neighbours. */
static void pool_rows(const struct pool_layer *pool, const struct values *in, int y,
		      int8_t *highest, struct values *out)
{
	int columns = in->map.shape[WIDTH], first = y * pool->y_scale;
	int wide = out->map.shape[WIDTH];
	size_t n = (size_t)pool->layer.n_in, all = n * (size_t)columns;

	memcpy(highest, row_of(in, first * columns), all);
	for (int i = 1; i < pool->y_scale; i++)
		kernel_max(highest, row_of(in, (first + i) * columns), all);
	for (int x = 0; x < wide; x++) {
		int8_t *to = row_of(out, y * wide + x);
		const int8_t *from = highest + n * (size_t)(x * pool->x_scale);
		memcpy(to, from, n);
		for (int i = 1; i < pool->x_scale; i++)
			kernel_max(to, from + n * (size_t)i, n);
	}
}

forward_fn ocr_maxpool __asm__(MAXPOOL);
STANDS_IN void ocr_maxpool(void *layer, bool debug, const struct values *in,
			   const void *turned, void *scratch, struct values *out)
{
	const struct pool_layer *pool = layer;
	int rows = in->map.shape[HEIGHT], columns = in->map.shape[WIDTH];
	int8_t highest[1 << 16];
	size_t all = (size_t)pool->layer.n_in * (size_t)columns;

	if (!plain(&pool->layer, debug, in) || pool->y_scale > rows ||
	    pool->x_scale > columns || all > sizeof(highest)) {
		own.maxpool(layer, debug, in, turned, scratch, out);
		return;
	}
	own.resize_scaled(out, in, pool->x_scale, pool->y_scale, pool->layer.n_out);
	for (int y = 0; y < out->map.shape[HEIGHT]; y++)
		pool_rows(pool, in, y, highest, out);
}

/* --- every output from every input --- */

enum { INPUTS_MAX = 1024, OUTPUTS_MAX = 512 };

/* Many pixels at a time: the curve costs less a value in long rows. */
static void follow_curve(const struct full_layer *full, const struct values *in,
			 struct values *out)
{
	int n = full->layer.n_out, apart = (n + 7) / 8 * 8, rows = in->bytes.rows;
	float lines[4096];
	int at_once = (int)(sizeof(lines) / sizeof(*lines)) / apart;

	for (int row = 0; row < rows; row += at_once) {
		int some = rows - row < at_once ? rows - row : at_once;
		for (int i = 0; i < some; i++)
			multiply(&full->weights, row_of(in, row + i),
				 lines + i * apart);
		kernel_tanh(own.tanh, lines, (size_t)some * (size_t)apart);
		for (int i = 0; i < some; i++)
			kernel_to_bytes(lines + i * apart, (size_t)n,
					row_of(out, row + i));
	}
}

forward_fn ocr_full __asm__(FULL);
STANDS_IN void ocr_full(void *layer, bool debug, const struct values *in,
			const void *turned, void *scratch, struct values *out)
{
	const struct full_layer *full = layer;
	if (!plain(&full->layer, debug, in) || full->layer.type != TYPE_TANH ||
	    full->layer.n_out > OUTPUTS_MAX) {
		own.full(layer, debug, in, turned, scratch, out);
		return;
	}
	own.resize(out, true, &in->map, full->layer.n_out);
	follow_curve(full, in, out);
}

/* --- memory along a row --- */

struct walk {
	const struct memory_layer *layer;
	size_t n; /* states */
	float gates[GATE_OUT + 1][OUTPUTS_MAX], state[OUTPUTS_MAX];
	int8_t in[INPUTS_MAX + 64]; /* the pixel's values, then what was said of the
				       one before */
};

static void step(struct walk *walk, const int8_t *pixel)
{
	const struct memory_layer *layer = walk->layer;
	int8_t *said = walk->in + layer->layer.n_in;
	float *out = walk->gates[CELL_IN], *gate_out = walk->gates[GATE_OUT];

	memcpy(walk->in, pixel, (size_t)layer->layer.n_in);
	for (int g = CELL_IN; g <= GATE_OUT; g++)
		multiply(&layer->gates[g], walk->in, walk->gates[g]);
	kernel_tanh(own.tanh, walk->gates[CELL_IN], walk->n);
	for (int g = GATE_IN; g <= GATE_OUT; g++)
		kernel_logistic(own.logistic, walk->gates[g], walk->n);
	kernel_remember(walk->gates[GATE_FORGET], walk->gates[CELL_IN],
			walk->gates[GATE_IN], walk->state, walk->n);
	memcpy(out, walk->state, walk->n * sizeof(*out));
	kernel_tanh(own.tanh, out, walk->n);
	kernel_multiply(out, gate_out, walk->n, out);
	kernel_to_bytes(out, walk->n, said);
}

static void walk_rows(const struct memory_layer *layer, const struct values *in,
		      struct values *out)
{
	int rows = in->map.shape[HEIGHT], columns = in->map.shape[WIDTH];
	bool summary = layer->layer.type == TYPE_SUMMARY;
	struct walk walk = {.layer = layer, .n = (size_t)layer->n_states};
	int8_t *said = walk.in + layer->layer.n_in;

	for (int y = 0; y < rows; y++) {
		memset(walk.state, 0, walk.n * sizeof(*walk.state));
		memset(said, 0, walk.n);
		for (int x = 0; x < columns; x++) {
			step(&walk, row_of(in, y * columns + x));
			if (!summary)
				memcpy(row_of(out, y * columns + x), said, walk.n);
		}
		if (summary)
			memcpy(row_of(out, y), said, walk.n);
	}
}

static bool plain_memory(const struct memory_layer *layer)
{
	return !layer->softmax && !layer->two_ways && layer->n_fed_back == 0 &&
	       layer->n_states == layer->layer.n_out &&
	       layer->n_all == layer->layer.n_in + layer->n_states &&
	       layer->n_all <= INPUTS_MAX && layer->n_states <= OUTPUTS_MAX;
}

forward_fn ocr_memory __asm__(MEMORY);
STANDS_IN void ocr_memory(void *layer, bool debug, const struct values *in,
			  const void *turned, void *scratch, struct values *out)
{
	const struct memory_layer *memory = layer;
	if (!plain(&memory->layer, debug, in) || !plain_memory(memory)) {
		own.memory(layer, debug, in, turned, scratch, out);
		return;
	}
	if (memory->layer.type == TYPE_SUMMARY)
		own.resize_row(out, in, memory->layer.n_out);
	else
		own.resize(out, true, &in->map, memory->layer.n_out);
	walk_rows(memory, in, out);
}

#else

void ocr_network_found(bool known_release)
{
	(void)known_release;
}

#endif
