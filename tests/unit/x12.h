/* x12.h - a small reader of X12, made for the tests from the standard alone and sharing
 * nothing with what writes: it takes the delimiters from the ISA, splits segments and
 * elements, and holds every count and control number against its counterpart. */
#ifndef INTRAY_TEST_X12_H
#define INTRAY_TEST_X12_H

#include <stdlib.h>

#include "arena.h"

struct x12_segment {
	const char *element[40]; /* [0] its id; absent ones are "" */
};
struct x12 {
	struct arena *arena;
	char element, component, segment;
	struct x12_segment *segments;
	size_t n, cap;
};

static inline const char *x12_cut(struct arena *arena, const char **at, char delimiter)
{
	const char *end = strchr(*at, delimiter), *begin = *at;
	size_t len = end ? (size_t)(end - begin) : strlen(begin);

	*at = end ? end + 1 : begin + len;
	return arena_strndup(arena, begin, len);
}

/* The part of a composite, from 1; "" when it is not there. */
static inline const char *x12_part(const struct x12 *x, const char *element, int number)
{
	const char *part = "";

	for (int i = 0; i < number; i++)
		part = *element ? x12_cut(x->arena, &element, x->component) : "";
	return part;
}

static inline bool x12_is(const struct x12_segment *s, const char *id,
			  const char *first)
{
	return strcmp(s->element[0], id) == 0 &&
	       (first == NULL || strcmp(s->element[1], first) == 0);
}

static inline struct x12 x12_split(struct arena *arena, const char *text)
{
	struct x12 x = {.arena = arena};

	assert_true(strlen(text) > 106);
	assert_int_equal(strncmp(text, "ISA", 3), 0);
	x.element = text[3];
	x.component = text[104];
	x.segment = text[105];
	for (text += strspn(text, "\r\n"); *text; text += strspn(text, "\r\n")) {
		const char *segment = x12_cut(arena, &text, x.segment);
		struct x12_segment *s = arena_push(arena, x.segments, x.n, x.cap);

		for (size_t i = 0; i < COUNT(s->element); i++)
			s->element[i] =
				*segment ? x12_cut(arena, &segment, x.element) : "";
		assert_int_equal(*segment, '\0');
		assert_true(strlen(s->element[0]) >= 2);
	}
	return x;
}

/* ISA to IEA, GS to GE, every ST to its SE, and the hierarchy inside: numbers agree and
 * counts are right. Gives the number of transactions. */
static inline int x12_check_envelope(const struct x12 *x)
{
	const struct x12_segment *isa = &x->segments[0], *gs = &x->segments[1];
	const struct x12_segment *ge = &x->segments[x->n - 2];
	const struct x12_segment *iea = &x->segments[x->n - 1];
	int transactions = 0, hl = 0;
	size_t st = 0;

	assert_true(x12_is(isa, "ISA", "00") && x12_is(gs, "GS", "HC"));
	assert_true(x12_is(ge, "GE", NULL) && x12_is(iea, "IEA", "1"));
	assert_string_equal(isa->element[13], iea->element[2]);
	assert_int_equal(strlen(isa->element[13]), 9);
	assert_string_equal(gs->element[6], ge->element[2]);
	assert_string_equal(gs->element[8], "005010X222A1");
	for (size_t i = 2; i < x->n - 2; i++) {
		const struct x12_segment *s = &x->segments[i];

		if (x12_is(s, "ST", "837")) {
			assert_int_equal(st, 0);
			st = i;
			hl = 0;
			transactions++;
		} else if (x12_is(s, "SE", NULL)) {
			assert_int_not_equal(st, 0);
			assert_int_equal(strtol(s->element[1], NULL, 10), i - st + 1);
			assert_string_equal(s->element[2], x->segments[st].element[2]);
			st = 0;
		} else if (x12_is(s, "HL", NULL)) {
			assert_int_equal(strtol(s->element[1], NULL, 10), ++hl);
			assert_true(strtol(s->element[2], NULL, 10) < hl);
		}
		assert_true(st > 0 || x12_is(s, "SE", NULL));
	}
	assert_int_equal(strtol(ge->element[1], NULL, 10), transactions);
	return transactions;
}

#endif
