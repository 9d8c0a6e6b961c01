/* Pictures as people see them: JPEG, by the one file that sees libjpeg.
 *
 * Leptonica could write them too, but takes each pixel apart and the file through a
 * stream, which costs as much as all the compressing; here rows are handed over as they
 * lie. The bytes that come out are the same. The only ways to fail are a picture longer
 * than a JPEG can be, which is told, and no memory, which dies. */
#include <endian.h>
#include <stdio.h>

#include <jpeglib.h>

#include "image_pix.h"

/* A pixel in colour is one word, red in its highest byte. */
#if __BYTE_ORDER == __LITTLE_ENDIAN
#define WORDS_OF_COLOUR JCS_EXT_XBGR
#else
#define WORDS_OF_COLOUR JCS_EXT_RGBX
#endif

static _Noreturn void give_up(j_common_ptr jpeg)
{
	char text[JMSG_LENGTH_MAX];
	jpeg->err->format_message(jpeg, text);
	die("can't write a JPEG: %s", text);
}

/* What is compressed: either of the two. */
struct pixels {
	PIX *pix;
	const uint8_t *rgb;
	int width, height, dpi;
};

static void describe(struct jpeg_compress_struct *jpeg, const struct pixels *from,
		     int quality)
{
	bool colour = !from->pix || pixGetDepth(from->pix) == 32;
	jpeg->image_width = (JDIMENSION)from->width;
	jpeg->image_height = (JDIMENSION)from->height;
	jpeg->input_components = !from->pix ? 3 : colour ? 4 : 1;
	jpeg->in_color_space = !from->pix ? JCS_RGB
			       : colour	  ? WORDS_OF_COLOUR
					  : JCS_GRAYSCALE;
	jpeg_set_defaults(jpeg);
	jpeg_set_quality(jpeg, quality, TRUE);
	if (from->dpi > 0) {
		jpeg->density_unit = 1; /* dots an inch */
		jpeg->X_density = (UINT16)from->dpi;
		jpeg->Y_density = (UINT16)from->dpi;
	}
}

/* Four pixels of grey are a word, the first in its highest byte. */
static void unpack_grey(const l_uint32 *line, l_uint32 *row, int words)
{
	for (int i = 0; i < words; i++)
		row[i] = htobe32(line[i]);
}

static void write_row(struct jpeg_compress_struct *jpeg, const void *row)
{
	jpeg_write_scanlines(jpeg, (JSAMPROW[]){(JSAMPROW)(uintptr_t)row}, 1);
}

static void write_pix(struct jpeg_compress_struct *jpeg, PIX *pix)
{
	int words = pixGetWpl(pix);
	l_uint32 *line = pixGetData(pix);
	l_uint32 *row = jpeg->input_components == 1
				? malloc((size_t)words * sizeof(*row))
				: NULL;
	if (jpeg->input_components == 1 && !row)
		die("out of memory for a picture");
	for (int y = 0; y < pixGetHeight(pix); y++, line += words) {
		if (row)
			unpack_grey(line, row, words);
		write_row(jpeg, row ? row : line);
	}
	free(row);
}

static void write_rgb(struct jpeg_compress_struct *jpeg, const struct pixels *from)
{
	for (int y = 0; y < from->height; y++)
		write_row(jpeg, from->rgb + (size_t)y * (size_t)from->width * 3);
}

static enum rc compress(const struct pixels *from, int quality, struct arena *arena,
			struct image_blob *out, struct err *err)
{
	struct jpeg_error_mgr errors;
	struct jpeg_compress_struct jpeg = {.err = jpeg_std_error(&errors)};
	unsigned char *bytes = NULL;
	unsigned long len = 0;

	*out = (struct image_blob){0};
	/* Higher or wider than JPEG can count: only a hostile strip is. */
	if (from->height > 65000 || from->width > 65000)
		return err_set(err, RC_FAIL, "picture is too long for a JPEG");
	errors.error_exit = give_up;
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &bytes, &len);
	describe(&jpeg, from, quality);
	jpeg_start_compress(&jpeg, TRUE);
	if (from->pix)
		write_pix(&jpeg, from->pix);
	else
		write_rgb(&jpeg, from);
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	*out = (struct image_blob){.bytes = arena_memdup(arena, bytes, len),
				   .len = len,
				   .mime = "image/jpeg",
				   .width = from->width,
				   .height = from->height};
	free(bytes);
	return RC_OK;
}

enum rc image_to_jpeg(const struct image *image, int max_width, int quality,
		      struct arena *arena, struct image_blob *out, struct err *err)
{
	AUTO_IMAGE small =
		image_width(image) > max_width
			? image_scale(image, (double)max_width / image_width(image),
				      (double)max_width / image_width(image))
			: image_clone(image);
	AUTO_PIX pix = image_depth(small) == 1 ? pixConvertTo8(small->pix, 0)
					       : pixClone(small->pix);
	return compress(&(struct pixels){.pix = pix,
					 .width = pixGetWidth(pix),
					 .height = pixGetHeight(pix),
					 .dpi = small->dpi},
			quality, arena, out, err);
}

enum rc image_drawing_to_jpeg(const struct image_drawing *drawing, int dpi, int quality,
			      struct arena *arena, struct image_blob *out,
			      struct err *err)
{
	return compress(&(struct pixels){.rgb = drawing->rgb,
					 .width = drawing->width,
					 .height = drawing->height,
					 .dpi = dpi},
			quality, arena, out, err);
}
