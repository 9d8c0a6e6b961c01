/* The loops of the network's layers against the plain wording of what they compute,
 * value by value and to the last bit. On a processor that lacks what they need there is
 * nothing to try. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>

#include "stages/ocr_kernel.h"

enum { N = 100 }; /* no multiple of what goes through at once */

static float table[CURVE_POINTS];

static int make_table(void **state)
{
	(void)state;
	for (int i = 0; i < CURVE_POINTS; i++)
		table[i] = tanhf((float)i / 256);
	return 0;
}

static bool usable(void)
{
	if (!kernel_usable())
		print_message("skipped: this processor has no AVX2\n");
	return kernel_usable();
}

/* From -20, beyond the end of the table, to 20; both zeros. */
static float value_of(int i)
{
	return i == 50 ? 0.0f : i == 51 ? -0.0f : (float)(i - 50) * 0.4037f;
}

static float on_curve(float value)
{
	float at = fabsf(value) * 256;
	unsigned i = (unsigned)at;
	if (i >= CURVE_POINTS - 1)
		return 1;
	volatile float slope = table[i + 1] - table[i]; /* each step is rounded */
	volatile float part = at - (float)i;
	volatile float rise = slope * part;
	return table[i] + rise;
}

static void test_curves(void **state)
{
	float a[N], b[N];
	(void)state;
	if (!usable())
		return;
	for (int i = 0; i < N; i++)
		a[i] = b[i] = value_of(i);
	kernel_tanh(table, a, N);
	kernel_logistic(table, b, N);
	for (int i = 0; i < N; i++) {
		float y = on_curve(value_of(i));
		assert_true(a[i] == (value_of(i) < 0 ? -y : y));
		assert_true(b[i] == (value_of(i) < 0 ? 1 - y : y));
	}
}

static void test_bytes(void **state)
{
	static const struct {
		float value;
		int8_t byte;
	} cases[] = {{0, 0},	 {1, 127},     {-1, -127},  {7, 127},
		     {-7, -127}, {0.003f, 0},  {0.004f, 1}, {-0.004f, -1},
		     {0.5f, 64}, {-0.5f, -64}, {0.25f, 32}, {0.999f, 127}};
	float values[COUNT(cases)];
	int8_t bytes[COUNT(cases)];
	(void)state;
	if (!usable())
		return;
	for (size_t i = 0; i < COUNT(cases); i++)
		values[i] = cases[i].value;
	kernel_to_bytes(values, COUNT(cases), bytes);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(bytes[i], cases[i].byte);
}

static void test_memory(void **state)
{
	float state_of[3] = {1, 90, -90}, forget[3] = {0.5f, 1, 1};
	float input[3] = {1, 20, -20}, gate[3] = {0.25f, 1, 1};
	(void)state;
	if (!usable())
		return;
	kernel_remember(forget, input, gate, state_of, 3);
	assert_true(state_of[0] == 0.75f);
	assert_true(state_of[1] == 100 && state_of[2] == -100);
}

static void test_largest(void **state)
{
	int8_t a[] = {-128, 5, 0, 127, -3}, b[] = {127, -5, 0, 1, -2};
	static const int8_t expected[] = {127, 5, 0, 127, -2};
	(void)state;
	if (!usable())
		return;
	kernel_max(a, b, COUNT(a));
	assert_memory_equal(a, expected, sizeof(a));
}

/* --- weights times inputs --- */

static int8_t weight(int out, int in)
{
	return (int8_t)((out * 31 + in * 57 + out * in) % 255 - 127);
}

/* As Tesseract lays them out; room for what is rounded up. */
static int8_t *shape(int n_out, int n_in)
{
	int8_t *all = calloc((size_t)(n_out + 8) * (size_t)(n_in + 4), 1), *at = all;
	int left = (n_out + 7) / 8 * 8, out = 0;
	for (int set = 64; set >= 8; set /= 2) {
		for (; left - out >= set; out += set) {
			for (int in = 0; in < n_in - 1; in += 4)
				for (int k = 0; k < 4 * set; k++, at++)
					if (out + k / 4 < n_out &&
					    in + k % 4 < n_in - 1)
						*at = weight(out + k / 4, in + k % 4);
			for (int o = 0; o < set; o++, at++)
				if (out + o < n_out)
					*at = weight(out + o, n_in - 1);
		}
	}
	return all;
}

static void test_products(void **state)
{
	static const struct {
		int n_out, n_in;
	} cases[] = {{16, 10}, {64, 5}, {96, 161}, {111, 193},
		     {8, 2},   {1, 4},	{192, 289}};
	float scales[256], out[256];
	int8_t in[512];
	(void)state;
	if (!kernel_can_dot()) {
		print_message("skipped: this processor has no AVX-512 VNNI\n");
		return;
	}
	for (int i = 0; i < 512; i++)
		in[i] = (int8_t)(i * 91 % 255 - 127);
	for (int i = 0; i < 256; i++)
		scales[i] = 0.001f + (float)i / 7000;
	for (size_t c = 0; c < COUNT(cases); c++) {
		int n_out = cases[c].n_out, n_in = cases[c].n_in;
		int8_t *shaped = shape(n_out, n_in);
		kernel_dot(n_out, n_in, shaped, scales, in, out);
		for (int o = 0; o < n_out; o++) {
			int sum = 127 * weight(o, n_in - 1);
			for (int i = 0; i < n_in - 1; i++)
				sum += weight(o, i) * in[i];
			assert_true(out[o] == (float)sum * scales[o]);
		}
		free(shaped);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"curves are lines between the points of a table", test_curves, NULL,
		 NULL, NULL},
		{"values become bytes, rounded away from 0", test_bytes, NULL, NULL,
		 NULL},
		{"a state forgets, adds and stays within bounds", test_memory, NULL,
		 NULL, NULL},
		{"the larger of two", test_largest, NULL, NULL, NULL},
		{"weights times inputs, for any number of either", test_products, NULL,
		 NULL, NULL},
	};
	return cmocka_run_group_tests_name("ocr_kernel", tests, make_table, NULL);
}
