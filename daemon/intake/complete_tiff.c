/* complete_tiff.c - do all strips and tiles of a TIFF lie inside the file?
 *
 * A scanner writes strips as the paper moves and the directory last, then the next
 * page; a file copied over a slow line has its directory early and its strips late.
 * Either way the walk from directory to directory finds what is not there yet. It
 * counts its reads and stops when there are too many (a loop, or a file of nothing but
 * directories): such a file is not cut off, only strange, and strange is the reader's
 * business. Classic and big TIFF, both byte orders. */
#include <string.h>

#include "frame.h"

enum { /* tags */
       STRIP_OFFSETS = 273,
       STRIP_COUNTS = 279,
       TILE_OFFSETS = 324,
       TILE_COUNTS = 325,
};

struct tiff {
	struct frame *frame;
	bool big_endian;
	bool big;   /* 8-byte offsets */
	long steps; /* entries and values looked at */
	bool tired;
};

struct array { /* an entry's values */
	uint64_t n;
	int width;  /* bytes of one: 2, 4, 8; 0: not an array of numbers */
	int64_t at; /* of the first, in the file */
};

static uint64_t number(const struct tiff *t, const uint8_t *p, int width)
{
	uint64_t v = 0;

	for (int i = 0; i < width; i++)
		v = v << 8 | p[t->big_endian ? i : width - 1 - i];
	return v;
}

/* False: not in the file (or enough looked at: t->tired). */
static bool get(struct tiff *t, int window, int64_t at, int width, uint64_t *out)
{
	const uint8_t *p;

	t->tired = t->tired || ++t->steps > 4L * FRAME_BUDGET || t->frame->budget <= 0;
	p = t->tired ? NULL : frame_get(t->frame, window, at, (size_t)width);
	if (p)
		*out = number(t, p, width);
	return p != NULL;
}

static bool offset_ok(const struct tiff *t, uint64_t offset)
{
	return offset <= (uint64_t)t->frame->size;
}

static int width_of_type(uint64_t type)
{
	return type == 3 ? 2 : type == 4 ? 4 : type == 16 ? 8 : 0;
}

static bool read_entry(struct tiff *t, int64_t at, uint64_t *tag, struct array *array)
{
	const int word = t->big ? 8 : 4;
	uint64_t type, n, value;

	if (!get(t, 0, at, 2, tag) || !get(t, 0, at + 2, 2, &type) ||
	    !get(t, 0, at + 4, word, &n) || !get(t, 0, at + 4 + word, word, &value))
		return false;
	*array = (struct array){n, width_of_type(type), at + 4 + word};
	if (array->width == 0 || n > (uint64_t)word / (uint64_t)array->width)
		array->at = offset_ok(t, value) ? (int64_t)value : t->frame->size;
	return true;
}

/* Counts may be missing (an old way of writing uncompressed pages). */
static bool parts_are_inside(struct tiff *t, const struct array *offsets,
			     const struct array *counts)
{
	for (uint64_t i = 0; offsets->width && i < offsets->n; i++) {
		uint64_t offset, count = 0;
		int64_t step = (int64_t)i;

		if (!get(t, 0, offsets->at + step * offsets->width, offsets->width,
			 &offset))
			return false;
		if (counts->width && i < counts->n &&
		    !get(t, 1, counts->at + step * counts->width, counts->width,
			 &count))
			return false;
		if (!offset_ok(t, offset) || !offset_ok(t, count) ||
		    !offset_ok(t, offset + count))
			return false;
	}
	return true;
}

/* Reads one directory; *next is where the following one lies, 0: none. */
static bool directory_is_whole(struct tiff *t, int64_t at, int64_t *next)
{
	const int count_width = t->big ? 8 : 2, entry = t->big ? 20 : 12;
	struct array offsets = {0}, counts = {0}, array;
	uint64_t n, tag, link;
	int64_t end;

	if (!get(t, 0, at, count_width, &n) || n > 65535)
		return false;
	end = at + count_width + (int64_t)n * entry;
	for (int64_t e = at + count_width; e < end; e += entry) {
		if (!read_entry(t, e, &tag, &array))
			return false;
		if (tag == STRIP_OFFSETS || tag == TILE_OFFSETS)
			offsets = array;
		if (tag == STRIP_COUNTS || tag == TILE_COUNTS)
			counts = array;
	}
	if (!get(t, 0, end, t->big ? 8 : 4, &link))
		return false;
	*next = offset_ok(t, link) ? (int64_t)link : t->frame->size;
	return parts_are_inside(t, &offsets, &counts);
}

enum whole tiff_frame(struct frame *frame)
{
	struct tiff t = {.frame = frame};
	const uint8_t *head = frame_get(frame, 0, 0, 4);
	uint64_t first;
	int64_t at;

	if (!head)
		return WHOLE_NOT;
	t.big_endian = head[0] == 'M';
	t.big = head[2] == '+' || head[3] == '+';
	frame->why = "the TIFF has no directory yet";
	if (!get(&t, 0, t.big ? 8 : 4, t.big ? 8 : 4, &first) || first == 0)
		return WHOLE_NOT;
	frame->why = "the TIFF's pages reach beyond its end";
	for (at = offset_ok(&t, first) ? (int64_t)first : frame->size; at != 0;)
		if (!directory_is_whole(&t, at, &at))
			return t.tired ? WHOLE : WHOLE_NOT;
	frame->why = NULL;
	return WHOLE;
}
