/* barcode.c - QR codes, bars and patch codes on pages; the only file that sees zbar.
 *
 * Only places where barcode_square.c and barcode_bars.c see a code are decoded, because
 * the library is slow: a quarter of a second for a whole page. A code that it does not
 * read at once is offered again larger, black and white, or set upright. What a code
 * says is as hostile as the paper it is on: it is kept as text for the stages after, in
 * a form that holds no control characters. Nothing fails: a code that can't be decoded
 * is none. */
#include "barcode.h"

#include <ctype.h>
#include <iconv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zbar.h>

#include "barcode_find.h"
#include "read.h"
#include "text.h"

enum { TEXT_MAX = 4096, CODES_MAX = 16, SMALLEST_PX = 400, SPECK_PX = 2 };

/* How kinds of code are named on a page and to people. Interleaved 2 of 5 has no check
 * and is short: a few lines of anything read as two digits. */
static const struct {
	const char *mark, *name;
	zbar_symbol_type_t symbol;
	int min_length;
} kinds[BARCODE_KINDS] = {
	[BARCODE_QR] = {"QR", "QR", ZBAR_QRCODE, 0},
	[BARCODE_128] = {"C128", "Code 128", ZBAR_CODE128, 0},
	[BARCODE_39] = {"C39", "Code 39", ZBAR_CODE39, 1},
	[BARCODE_I25] = {"I25", "Interleaved 2 of 5", ZBAR_I25, 4},
	[BARCODE_PATCH] = {"PATCH", "patch code", ZBAR_NONE, 0},
};

const char *barcode_kind_name(enum barcode_kind kind)
{
	return kinds[kind].name;
}

/* zbar converts text between character sets, whose tables iconv loads from files: once
 * they are in, a jailed process finds them without opening anything. */
void barcode_warm(void)
{
	static const char *const sets[] = {"ISO8859-1", "SJIS", "BIG5", "CP437"};
	static bool done;

	for (size_t i = 0; !done && i < sizeof(sets) / sizeof(*sets); i++) {
		(void)iconv_open("UTF-8", sets[i]); /* never closed: stays loaded */
		(void)iconv_open(sets[i], "UTF-8");
	}
	done = true;
}

/* --- decoding --- */

static struct box symbol_box(const zbar_symbol_t *symbol)
{
	struct box box = {0};

	for (unsigned i = 0; i < zbar_symbol_get_loc_size(symbol); i++)
		box = box_union(box,
				(struct box){zbar_symbol_get_loc_x(symbol, i),
					     zbar_symbol_get_loc_y(symbol, i), 1, 1});
	return box;
}

/* Bars must have been read the same by two lines through them. */
static bool kind_of(const zbar_symbol_t *symbol, enum barcode_kind *kind)
{
	for (int i = 0; i < BARCODE_KINDS; i++)
		if (kinds[i].symbol == zbar_symbol_get_type(symbol)) {
			*kind = (enum barcode_kind)i;
			return i == BARCODE_QR || zbar_symbol_get_quality(symbol) > 1;
		}
	return false;
}

static size_t take_symbols(zbar_image_t *image, struct arena *arena,
			   struct barcode **out)
{
	const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
	enum barcode_kind kind;
	size_t n = 0, cap = 0;

	*out = NULL;
	for (; symbol && n < CODES_MAX; symbol = zbar_symbol_next(symbol)) {
		unsigned len = zbar_symbol_get_data_length(symbol);

		if (!kind_of(symbol, &kind) || len == 0 || len > TEXT_MAX)
			continue;
		*arena_push(arena, *out, n, cap) = (struct barcode){
			.kind = kind,
			.text = arena_strndup(arena, zbar_symbol_get_data(symbol), len),
			.box = symbol_box(symbol),
		};
	}
	return n;
}

static zbar_image_scanner_t *scanner_for(bool bars)
{
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();

	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	for (int i = 0; i < BARCODE_KINDS; i++) {
		if (kinds[i].symbol == ZBAR_NONE || bars == (i == BARCODE_QR))
			continue;
		zbar_image_scanner_set_config(scanner, kinds[i].symbol, ZBAR_CFG_ENABLE,
					      1);
		if (kinds[i].min_length)
			zbar_image_scanner_set_config(scanner, kinds[i].symbol,
						      ZBAR_CFG_MIN_LEN,
						      kinds[i].min_length);
	}
	return scanner;
}

/* Codes of a picture of any depth, without its specks; places are in its pixels.
 * Returns how many. */
static size_t decode(const struct image *picture, bool bars, int speck,
		     struct arena *arena, struct barcode **out)
{
	AUTO_ARENA scratch = arena_new();
	unsigned width = (unsigned)image_width(picture),
		 height = (unsigned)image_height(picture);
	uint8_t *bytes = arena_alloc(scratch, (size_t)width * height + 1);
	zbar_image_scanner_t *scanner = scanner_for(bars);
	zbar_image_t *image = zbar_image_create();
	size_t n;

	image_bytes(picture, 'y', bytes);
	if (speck > 0)
		bitmap_clean(bytes, (int)width, (int)height, speck);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, width, height);
	zbar_image_set_data(image, bytes, (unsigned long)width * height, NULL);
	zbar_scan_image(scanner, image);
	n = take_symbols(image, arena, out);
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	return n;
}

/* --- as the page keeps it --- */

void barcode_note(struct page *page, struct arena *arena, const struct barcode *code)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	if (page->barcodes)
		strbuf_addf(&text, "%s ", page->barcodes);
	strbuf_addf(&text, "%s@%d,%d,%d,%d=", kinds[code->kind].mark, code->box.x,
		    code->box.y, code->box.w, code->box.h);
	for (const char *c = code->text; *c; c++)
		if (isalnum((unsigned char)*c) || strchr(".,:/+-", *c))
			strbuf_add_n(&text, c, 1);
		else
			strbuf_addf(&text, "%%%02X", (unsigned char)*c);
	page->barcodes = text.text;
}

static char *unescaped(struct arena *arena, const char *text, size_t len)
{
	char *out = arena_alloc(arena, len + 1), *to = out;

	for (size_t i = 0; i < len; i++) {
		char hex[3] = {0};

		if (text[i] != '%' || i + 2 >= len) {
			*to++ = text[i];
			continue;
		}
		memcpy(hex, text + i + 1, 2);
		*to++ = (char)strtol(hex, NULL, 16);
		i += 2;
	}
	*to = '\0';
	return out;
}

static bool kind_marked(const char *mark, size_t len, enum barcode_kind *kind)
{
	for (int i = 0; i < BARCODE_KINDS; i++)
		if (strlen(kinds[i].mark) == len &&
		    strncmp(kinds[i].mark, mark, len) == 0) {
			*kind = (enum barcode_kind)i;
			return true;
		}
	return false;
}

const struct barcode *barcode_next(const char **at, struct arena *arena)
{
	struct barcode *code = arena_alloc(arena, sizeof(*code));
	int used = 0;
	size_t len;

	*code = (struct barcode){0};
	if (!*at)
		return NULL;
	len = strcspn(*at, "@");
	if (!kind_marked(*at, len, &code->kind) ||
	    sscanf(*at + len, "@%d,%d,%d,%d=%n", &code->box.x, &code->box.y,
		   &code->box.w, &code->box.h, &used) != 4 ||
	    used == 0)
		return NULL;
	*at += len + (size_t)used;
	len = strcspn(*at, " ");
	code->text = unescaped(arena, *at, len);
	*at += len;
	*at += **at == ' ';
	return code;
}

/* --- on a page --- */

struct paper { /* where codes are looked for */
	const struct image *picture;
	double reduction;    /* pixels of its bilevel reduction for one of its own */
	double units_per_px; /* page units */
	struct arena *arena;
	struct page *page;
};

/* Once is enough, however often it is printed or found. */
static bool noted(const struct paper *paper, const struct barcode *code)
{
	const char *at = paper->page->barcodes;
	const struct barcode *other;

	while ((other = barcode_next(&at, paper->arena)) != NULL)
		if (other->kind == code->kind && strcmp(other->text, code->text) == 0)
			return true;
	return false;
}

static void note(const struct paper *paper, struct barcode *code, struct box origin,
		 double scale)
{
	struct box *box = &code->box;

	if (noted(paper, code))
		return;
	box->x = (int32_t)((box->x / scale + origin.x) * paper->units_per_px);
	box->y = (int32_t)((box->y / scale + origin.y) * paper->units_per_px);
	box->w = (int32_t)(box->w / scale * paper->units_per_px);
	box->h = (int32_t)(box->h / scale * paper->units_per_px);
	barcode_note(paper->page, paper->arena, code);
}

static struct box in_picture(const struct paper *paper, struct box box)
{
	double r = paper->reduction;

	return (struct box){(int32_t)(box.x / r), (int32_t)(box.y / r),
			    (int32_t)(box.w / r), (int32_t)(box.h / r)};
}

static bool decode_and_note(const struct paper *paper, const struct image *part,
			    bool bars, int speck, struct box origin, double scale)
{
	struct barcode *codes;
	size_t n = decode(part, bars, speck, paper->arena, &codes);

	for (size_t i = 0; i < n; i++)
		note(paper, &codes[i], origin, scale);
	return n > 0;
}

static void read_square(const struct paper *paper, struct box seen)
{
	struct box where = in_picture(paper, seen);
	AUTO_IMAGE cut = image_crop(paper->picture, where);
	AUTO_IMAGE part = image_grey(cut);
	double scale = image_width(part) < SMALLEST_PX ? 2 : 1;
	AUTO_IMAGE large = image_scale(part, scale, scale);
	AUTO_IMAGE ink = image_binarise(large);

	if (decode_and_note(paper, ink, false, 0, where, scale) ||
	    decode_and_note(paper, large, false, 0, where, scale))
		return;
	AUTO_IMAGE solid = image_binarise_solid(large);
	decode_and_note(paper, solid, false, SPECK_PX, where, scale);
}

/* Ways to offer bars to the library, the cheapest first. */
static const struct manner {
	double scale;
	struct image *(*ink)(const struct image *grey);
	bool upright;
	int speck;
} manners[] = {{1, image_clone, false, 0},
	       {2, image_clone, false, 0},
	       {2, image_clone, true, 0},
	       {2, image_binarise, true, 0},
	       {1, image_binarise_solid, false, SPECK_PX}};

static bool read_bars_as(const struct paper *paper, const struct image *part,
			 const struct manner *manner, double slant, struct box where)
{
	AUTO_IMAGE large = image_scale(part, manner->scale, manner->scale);
	AUTO_IMAGE upright = manner->upright && fabs(slant) > 0.01
				     ? image_rotate(large, atan(slant) * 180 / M_PI)
				     : image_clone(large);
	AUTO_IMAGE ink = manner->ink(upright);

	return decode_and_note(paper, ink, true, manner->speck, where, manner->scale);
}

static void read_bars(const struct paper *paper, struct box seen, double slant)
{
	struct box where = in_picture(paper, seen);
	AUTO_IMAGE cut = image_crop(paper->picture, where);
	AUTO_IMAGE part = image_grey(cut);

	for (size_t i = 0; i < sizeof(manners) / sizeof(*manners); i++)
		if (read_bars_as(paper, part, &manners[i], slant, where))
			return;
}

/* --- the whole --- */

static struct box turned(struct box box)
{
	return (struct box){box.y, box.x, box.h, box.w};
}

static struct bitmap bitmap_of(const struct image *ink, double dpi,
			       struct arena *scratch)
{
	int width = image_width(ink), height = image_height(ink);
	int words = bitmap_words(width);
	uint64_t *bits =
		arena_alloc_n(scratch, (size_t)words * (size_t)height, sizeof(*bits));

	image_bits(ink, bits, words);
	return (struct bitmap){bits, width, height, words, dpi};
}

bool barcode_seen(const struct image *ink, double dpi)
{
	AUTO_ARENA scratch = arena_new();
	struct bitmap map = bitmap_of(ink, dpi, scratch);
	struct bitmap aside = bitmap_turned(&map, scratch);
	struct box square;
	struct bars bars;
	struct patch patch;

	return barcode_squares(&map, &square, 1) || barcode_bars(&map, &bars, 1) ||
	       barcode_bars(&aside, &bars, 1) || patch_find(&map, &patch, 1) ||
	       patch_find(&aside, &patch, 1);
}

/* `is_turned`: lines of the map are columns of the page. */
static void take_lines(const struct paper *paper, const struct bitmap *map,
		       bool is_turned)
{
	struct bars bars[PLACES_MAX];
	struct patch patches[PLACES_MAX];
	size_t n = barcode_bars(map, bars, PLACES_MAX);

	for (size_t i = 0; i < n; i++)
		read_bars(paper, is_turned ? turned(bars[i].box) : bars[i].box,
			  is_turned ? -bars[i].slant : bars[i].slant);
	n = patch_find(map, patches, PLACES_MAX);
	for (size_t i = 0; i < n; i++) {
		struct box box = in_picture(paper, is_turned ? turned(patches[i].box)
							     : patches[i].box);
		struct barcode code = {
			.kind = BARCODE_PATCH,
			.text = arena_printf(paper->arena, "PATCH%c", patches[i].name),
			.box = {0, 0, box.w, box.h}};
		note(paper, &code, box, 1);
	}
}

void barcode_take(const struct image *picture, const struct image *ink,
		  double reduction, double units_per_px, struct arena *arena,
		  struct page *page)
{
	AUTO_ARENA scratch = arena_new();
	struct paper paper = {picture, reduction, units_per_px, arena, page};
	struct bitmap map = bitmap_of(ink, 300 / units_per_px * reduction, scratch);
	struct bitmap aside = bitmap_turned(&map, scratch);
	struct box squares[PLACES_MAX];
	size_t n = barcode_squares(&map, squares, PLACES_MAX);

	for (size_t i = 0; i < n; i++)
		read_square(&paper, squares[i]);
	take_lines(&paper, &map, false);
	take_lines(&paper, &aside, true);
}
