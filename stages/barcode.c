/* barcode.c - QR codes on pages; the only file that sees zbar.
 *
 * Only the square where barcode_find.c sees a code is decoded, binarised first, because
 * the library is slow and blind on grey. What a code says is as hostile as the paper it
 * is on: it is kept as text for the stages after, in a form that holds no control
 * characters. Nothing fails: a code that can't be decoded is none. */
#include "barcode.h"

#include <ctype.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zbar.h>

#include "read.h"
#include "text.h"

enum { TEXT_MAX = 4096, CODES_MAX = 8, SMALLEST_PX = 400 };

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

static size_t take_symbols(zbar_image_t *image, struct arena *arena,
			   struct barcode **out)
{
	const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
	size_t n = 0, cap = 0;

	*out = NULL;
	for (; symbol && n < CODES_MAX; symbol = zbar_symbol_next(symbol)) {
		unsigned len = zbar_symbol_get_data_length(symbol);

		if (zbar_symbol_get_type(symbol) != ZBAR_QRCODE || len == 0 ||
		    len > TEXT_MAX)
			continue;
		*arena_push(arena, *out, n, cap) = (struct barcode){
			.text = arena_strndup(arena, zbar_symbol_get_data(symbol), len),
			.box = symbol_box(symbol),
		};
	}
	return n;
}

size_t barcode_read(const struct image *picture, struct arena *arena,
		    struct barcode **out)
{
	AUTO_ARENA scratch = arena_new();
	AUTO_IMAGE ink = image_depth(picture) == 1 ? image_clone(picture)
						   : image_binarise(picture);
	unsigned width = (unsigned)image_width(ink),
		 height = (unsigned)image_height(ink);
	uint8_t *bytes = arena_alloc(scratch, (size_t)width * height + 1);
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	size_t n;

	image_bytes(ink, 'y', bytes);
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
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
	strbuf_addf(&text, "QR@%d,%d,%d,%d=", code->box.x, code->box.y, code->box.w,
		    code->box.h);
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

const struct barcode *barcode_next(const char **at, struct arena *arena)
{
	struct barcode *code = arena_alloc(arena, sizeof(*code));
	int used = 0;
	size_t len;

	*code = (struct barcode){0};
	if (!*at ||
	    sscanf(*at, "QR@%d,%d,%d,%d=%n", &code->box.x, &code->box.y, &code->box.w,
		   &code->box.h, &used) != 4 ||
	    used == 0)
		return NULL;
	*at += used;
	len = strcspn(*at, " ");
	code->text = unescaped(arena, *at, len);
	*at += len;
	*at += **at == ' ';
	return code;
}

/* --- on a page --- */

void barcode_take(const struct image *picture, const struct image *ink,
		  double reduction, double units_per_px, struct arena *arena,
		  struct page *page)
{
	struct box seen, where;
	struct barcode *codes;
	size_t n;

	if (!barcode_seen(ink, &seen))
		return;
	where = (struct box){
		(int32_t)(seen.x / reduction), (int32_t)(seen.y / reduction),
		(int32_t)(seen.w / reduction), (int32_t)(seen.h / reduction)};
	AUTO_IMAGE cut = image_crop(picture, where);
	AUTO_IMAGE part = image_grey(cut);
	double scale = image_width(part) < SMALLEST_PX ? 2 : 1;
	AUTO_IMAGE large = image_scale(part, scale, scale);
	n = barcode_read(large, arena, &codes);
	for (size_t i = 0; i < n; i++) {
		struct box *box = &codes[i].box;

		box->x = (int32_t)((box->x / scale + where.x) * units_per_px);
		box->y = (int32_t)((box->y / scale + where.y) * units_per_px);
		box->w = (int32_t)(box->w / scale * units_per_px);
		box->h = (int32_t)(box->h / scale * units_per_px);
		barcode_note(page, arena, &codes[i]);
	}
}
