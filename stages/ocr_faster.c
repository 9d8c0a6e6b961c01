/* Functions of Tesseract's and of Leptonica's that ours stand in for (a program's own
 * symbol comes first), because they cost more than what they are for. What is read
 * stays the same to the letter.
 *
 * LoadUniversal sorts a table of letters that the engine of version 3 confused into
 * lists, by insertion: five sixths of the time to load a language set. The network,
 * with which alone we read, never looks there. Ours does nothing.
 *
 * StrideMap::Index::AddOffset moves to a neighbouring pixel in the network's first
 * layer, twelve times for each pixel of every line: ten calls through the linker's
 * table for a few additions, an eighth of all reading. Ours gives the same in one
 * piece. It knows how Tesseract 5.3.0 lays out the two structures, so any other release
 * gets its own function; should one call these otherwise, ours are never called.
 *
 * pixWriteMem is how Tesseract hands the picture of a line from one of its functions to
 * the next: packed as PNG, and unpacked again, a tenth of all reading. Ours packs it
 * the way Leptonica keeps it in memory, which pixReadMem knows as well. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "image_pix.h"
#include "ocr_faster.h"
#include "ocr_layout.h"
#include "ocr_network.h"

typedef l_ok write_mem_fn(l_uint8 **bytes, size_t *len, PIX *pix, l_int32 format);

static write_mem_fn *write_mem; /* Leptonica's own */
bool ocr_at_work;

static void find_write_mem(void)
{
	void *found = dlsym(RTLD_NEXT, "pixWriteMem");
	memcpy(&write_mem, &found, sizeof(found));
}

STANDS_IN l_ok pixWriteMem(l_uint8 **bytes, size_t *len, PIX *pix, l_int32 format)
{
	if (format == IFF_PNG && ocr_at_work)
		return pixWriteMemSpix(bytes, len, pix);
	if (!write_mem)
		find_write_mem();
	return write_mem(bytes, len, pix, format);
}

#define LOAD_UNIVERSAL                                                                 \
	"_ZN9tesseract13UnicharAmbigs13LoadUniversalERKNS_10UNICHARSETEPS1_"
#define ADD_OFFSET "_ZN9tesseract9StrideMap5Index9AddOffsetEiNS_14FlexDimensionsE"

void ocr_no_ambiguities(void *self, const void *from, void *to) __asm__(LOAD_UNIVERSAL);
STANDS_IN void ocr_no_ambiguities(void *self, const void *from, void *to)
{
	(void)self;
	(void)from;
	(void)to;
}

struct stride_index {
	const struct stride_map *map;
	int t;
	int at[DIMENSIONS];
};

typedef bool add_offset_fn(struct stride_index *index, int offset, int dimension);

static add_offset_fn *other_release; /* its own; NULL for the one we know */

void ocr_faster(const char *release)
{
	bool known = strcmp(release, "5.3.0") == 0;
	find_write_mem();
	ocr_network_found(known);
	if (known)
		return;
	void *found = dlsym(RTLD_NEXT, ADD_OFFSET);
	memcpy(&other_release, &found, sizeof(found));
}

/* Pictures of a batch may be smaller than the room for each. */
static inline bool within(int at, int room, const struct vector *sizes, int picture)
{
	const int *begin = sizes->begin, *end = sizes->end;
	if (picture < end - begin && begin[picture] < room)
		room = begin[picture];
	return at >= 0 && at < room;
}

add_offset_fn ocr_add_offset __asm__(ADD_OFFSET);
STANDS_IN bool ocr_add_offset(struct stride_index *index, int offset, int dimension)
{
	const struct stride_map *map = index->map;
	if (__builtin_expect(other_release != NULL, 0))
		return other_release(index, offset, dimension);
	index->at[dimension] += offset;
	index->t = index->at[BATCH] * map->step[BATCH] +
		   index->at[HEIGHT] * map->step[HEIGHT] +
		   index->at[WIDTH] * map->step[WIDTH];
	return index->at[BATCH] >= 0 && index->at[BATCH] < map->shape[BATCH] &&
	       within(index->at[HEIGHT], map->shape[HEIGHT], &map->heights,
		      index->at[BATCH]) &&
	       within(index->at[WIDTH], map->shape[WIDTH], &map->widths,
		      index->at[BATCH]);
}
