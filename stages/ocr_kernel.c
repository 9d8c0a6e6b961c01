/* The arithmetic of the OCR network's layers, for processors with AVX2; the product of
 * weights and inputs for those that multiply and add four bytes in one instruction
 * (AVX-512 VNNI), a quarter of the work of what Tesseract has. Whoever calls asks first
 * what the processor can do.
 *
 * Everything rounds as Tesseract's own loops do, one value after the other, and no
 * product is fused with a sum: the same pages give the same words and confidences to
 * the last bit. */
#include "ocr_kernel.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <string.h>

#define WITH_AVX2 __attribute__((target("avx2")))
#define INLINE_AVX2 WITH_AVX2 __attribute__((always_inline)) static inline

bool kernel_usable(void)
{
	return __builtin_cpu_supports("avx2");
}

/* --- curves --- */

#define CURVE_SCALE 256.0f
enum { LANES = 8 };

/* Of eight values that are not negative. */
INLINE_AVX2 __m256 on_curve(const float *table, __m256 values)
{
	__m256 at = _mm256_mul_ps(values, _mm256_set1_ps(CURVE_SCALE));
	__m256 inside = _mm256_min_ps(at, _mm256_set1_ps(CURVE_POINTS - 2));
	__m256i point = _mm256_cvttps_epi32(inside);
	__m256 low = _mm256_i32gather_ps(table, point, 4);
	__m256 high = _mm256_i32gather_ps(table + 1, point, 4);
	__m256 part = _mm256_sub_ps(at, _mm256_cvtepi32_ps(point));
	__m256 y = _mm256_add_ps(low, _mm256_mul_ps(_mm256_sub_ps(high, low), part));
	__m256 end = _mm256_set1_ps(CURVE_POINTS - 1);
	__m256 beyond = _mm256_cmp_ps(at, end, _CMP_GE_OQ);
	return _mm256_blendv_ps(y, _mm256_set1_ps(1), beyond);
}

/* Either curve is known from 0 on; below, tanh(-x) = 0 - tanh(x), the other 1 - y. */
INLINE_AVX2 __m256 both_sides(const float *table, __m256 values, float from)
{
	__m256 zero = _mm256_setzero_ps(), sign = _mm256_set1_ps(-0.0f);
	__m256 y = on_curve(table, _mm256_andnot_ps(sign, values));
	__m256 below = _mm256_cmp_ps(values, zero, _CMP_LT_OQ);
	return _mm256_blendv_ps(y, _mm256_sub_ps(_mm256_set1_ps(from), y), below);
}

INLINE_AVX2 void follow(const float *table, float *values, size_t n, float from)
{
	size_t i = 0;
	for (; i + LANES <= n; i += LANES) {
		__m256 v = _mm256_loadu_ps(values + i);
		_mm256_storeu_ps(values + i, both_sides(table, v, from));
	}
	if (i < n) {
		float rest[LANES] = {0};
		memcpy(rest, values + i, (n - i) * sizeof(*rest));
		__m256 v = both_sides(table, _mm256_loadu_ps(rest), from);
		_mm256_storeu_ps(rest, v);
		memcpy(values + i, rest, (n - i) * sizeof(*rest));
	}
}

WITH_AVX2 void kernel_tanh(const float *table, float *values, size_t n)
{
	follow(table, values, n, 0);
}

WITH_AVX2 void kernel_logistic(const float *table, float *values, size_t n)
{
	follow(table, values, n, 1);
}

/* --- values --- */

WITH_AVX2 void kernel_to_bytes(const float *values, size_t n, int8_t *bytes)
{
	for (size_t i = 0; i < n; i++) {
		float size = __builtin_fabsf(values[i] * 127.0f) + 0.5f;
		int rounded = (int)(size < 127.0f ? size : 127.0f);
		bytes[i] = (int8_t)(values[i] < 0 ? -rounded : rounded);
	}
}

WITH_AVX2 void kernel_multiply(const float *a, const float *b, size_t n, float *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = a[i] * b[i];
}

WITH_AVX2 void kernel_remember(const float *forget, const float *input,
			       const float *gate, float *state, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		float value = state[i] * forget[i];
		value += input[i] * gate[i];
		value = value < -100.0f ? -100.0f : value;
		state[i] = value > 100.0f ? 100.0f : value;
	}
}

WITH_AVX2 void kernel_max(int8_t *a, const int8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a[i] = a[i] > b[i] ? a[i] : b[i];
}

/* --- weights times inputs --- */

#define WITH_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define INLINE_VNNI WITH_VNNI __attribute__((always_inline)) static inline

bool kernel_can_dot(void)
{
	return __builtin_cpu_supports("avx512vnni") &&
	       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

struct product {
	const int8_t *weights; /* of the set that is next */
	const float *scales;
	float *out;
	const int8_t *in;
	int n_in;  /* a multiple of 4 */
	int shift; /* 128 times the sum of all inputs */
};

/* The instruction takes one side without sign: weights are shifted up by 128, which
 * adds the same to every output. */
INLINE_VNNI __m512i add_products(__m512i sum, const int8_t *weights, __m512i in)
{
	__m512i w =
		_mm512_xor_si512(_mm512_loadu_si512(weights), _mm512_set1_epi8(-128));
	return _mm512_dpbusd_epi32(sum, w, in);
}

INLINE_VNNI __m512i four_inputs(const int8_t *in)
{
	int four;
	memcpy(&four, in, sizeof(four));
	return _mm512_set1_epi32(four);
}

INLINE_VNNI void put_sixteen(const struct product *p, __m512i sum, const int8_t *biases,
			     int at)
{
	__m512i bias = _mm512_cvtepi8_epi32(
		_mm_loadu_si128((const __m128i_u *)(const void *)(biases + at)));
	bias = _mm512_mullo_epi32(bias, _mm512_set1_epi32(127));
	sum = _mm512_add_epi32(_mm512_sub_epi32(sum, _mm512_set1_epi32(p->shift)),
			       bias);
	__m512 scales = _mm512_loadu_ps(p->scales + at);
	_mm512_storeu_ps(p->out + at, _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scales));
}

/* A set of 16 outputs for each register. Two sums for each, since one instruction's
 * result has to be waited for. */
INLINE_VNNI void one_set(struct product *p, const int registers)
{
	enum { MOST = 4 };
	__m512i even[MOST], odd[MOST];
	int step = registers * 64, i = 0;
	const int8_t *w = p->weights;

	for (int r = 0; r < registers; r++)
		even[r] = odd[r] = _mm512_setzero_si512();
	for (; i + 8 <= p->n_in; i += 8, w += 2 * step) {
		__m512i a = four_inputs(p->in + i), b = four_inputs(p->in + i + 4);
		for (int r = 0; r < registers; r++) {
			even[r] = add_products(even[r], w + 64 * r, a);
			odd[r] = add_products(odd[r], w + step + 64 * r, b);
		}
	}
	if (i < p->n_in) {
		__m512i a = four_inputs(p->in + i);
		for (int r = 0; r < registers; r++)
			even[r] = add_products(even[r], w + 64 * r, a);
		w += step;
	}
	for (int r = 0; r < registers; r++)
		put_sixteen(p, _mm512_add_epi32(even[r], odd[r]), w, 16 * r);
	p->weights = w + 16 * registers;
	p->scales += 16 * registers;
	p->out += 16 * registers;
}

INLINE_VNNI void last_eight(const struct product *p)
{
	__m256i sum = _mm256_setzero_si256();
	const int8_t *w = p->weights;
	for (int i = 0; i < p->n_in; i += 4, w += 32) {
		__m256i in = _mm512_castsi512_si256(four_inputs(p->in + i));
		__m256i shifted = _mm256_xor_si256(
			_mm256_loadu_si256((const __m256i_u *)(const void *)w),
			_mm256_set1_epi8(-128));
		sum = _mm256_dpbusd_epi32(sum, shifted, in);
	}
	__m256i bias = _mm256_cvtepi8_epi32(
		_mm_loadl_epi64((const __m128i_u *)(const void *)w));
	bias = _mm256_mullo_epi32(bias, _mm256_set1_epi32(127));
	sum = _mm256_add_epi32(_mm256_sub_epi32(sum, _mm256_set1_epi32(p->shift)),
			       bias);
	_mm256_storeu_ps(p->out, _mm256_mul_ps(_mm256_cvtepi32_ps(sum),
					       _mm256_loadu_ps(p->scales)));
}

WITH_VNNI static int sum_of(const int8_t *in, int n)
{
	int sum = 0;
	for (int i = 0; i < n; i++)
		sum += in[i];
	return sum;
}

WITH_VNNI void kernel_dot(int n_out, int n_in, const int8_t *shaped,
			  const float *scales, const int8_t *in, float *out)
{
	int left = (n_out + 7) / 8 * 8;
	struct product p = {.weights = shaped,
			    .scales = scales,
			    .out = out,
			    .in = in,
			    .n_in = (n_in - 1 + 3) / 4 * 4};
	p.shift = 128 * sum_of(in, p.n_in);
	for (; left >= 64; left -= 64)
		one_set(&p, 4);
	if (left & 32)
		one_set(&p, 2);
	if (left & 16)
		one_set(&p, 1);
	if (left & 8)
		last_eight(&p);
}

#else /* no other processor has such loops yet */

bool kernel_usable(void)
{
	return false;
}

bool kernel_can_dot(void)
{
	return false;
}

#endif
