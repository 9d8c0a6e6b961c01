/* From a picture file's bytes to one page's pixels.
 *
 * Promises that nothing is decoded before its header was read and found within the
 * limits, and that what comes out has 1, 8 or 32 bits a pixel, no palette, no
 * transparency, square pixels, and stands as its EXIF or TIFF orientation says. A file
 * that breaks off in the middle gives what is there, marked as damaged; one that gives
 * nothing is RC_FAIL. */
#include <string.h>

#include <tiffio.h>

#include "image_format.h"
#include "image_pix.h"

static unsigned tiff_errors; /* since the last page was started */

static void tiff_count_error(const char *module, const char *fmt, va_list ap)
{
	(void)module, (void)fmt, (void)ap;
	tiff_errors++;
}

void image_quiet(void)
{
	setMsgSeverity(L_SEVERITY_NONE);
	TIFFSetWarningHandler(NULL);
	TIFFSetErrorHandler(tiff_count_error);
}

/* --- TIFF --- */

/* Walks to a page from 1; false when the chain ends or breaks before it. */
static bool tiff_find(const void *bytes, size_t len, int page, struct tiff_page *out)
{
	struct tiff_file file;
	if (!tiff_open(bytes, len, &file))
		return false;
	uint64_t offset = tiff_first(&file);
	for (int i = 1;; i++, offset = out->next) {
		if (offset == 0 || !tiff_read_page(&file, offset, out))
			return false;
		if (i == page)
			return true;
	}
}

static bool seen_before(const uint64_t *offsets, size_t n, uint64_t offset)
{
	for (size_t i = 0; i < n; i++) {
		if (offsets[i] == offset)
			return true;
	}
	return false;
}

static int tiff_count(const void *bytes, size_t len, int max_pages, bool *broken)
{
	AUTO_ARENA scratch = arena_new();
	uint64_t *seen = NULL;
	size_t n = 0, cap = 0;
	struct tiff_file file;
	struct tiff_page page;

	if (!tiff_open(bytes, len, &file))
		return 0;
	uint64_t offset = tiff_first(&file);
	while (offset != 0 && n <= (size_t)max_pages && !seen_before(seen, n, offset) &&
	       tiff_read_page(&file, offset, &page)) {
		*arena_push(scratch, seen, n, cap) = offset;
		offset = page.next;
	}
	*broken = offset != 0 && n <= (size_t)max_pages;
	return (int)n;
}

struct tiff_memory {
	const uint8_t *bytes;
	uint64_t len, at;
};

static tmsize_t memory_read(thandle_t handle, void *to, tmsize_t n)
{
	struct tiff_memory *m = handle;
	if (n < 0 || m->at >= m->len)
		return 0;
	if ((uint64_t)n > m->len - m->at)
		n = (tmsize_t)(m->len - m->at);
	memcpy(to, m->bytes + m->at, (size_t)n);
	m->at += (uint64_t)n;
	return n;
}

static tmsize_t memory_write(thandle_t handle, void *from, tmsize_t n)
{
	(void)handle, (void)from, (void)n;
	return -1;
}

static toff_t memory_seek(thandle_t handle, toff_t to, int whence)
{
	struct tiff_memory *m = handle;
	m->at = whence == SEEK_SET ? to : whence == SEEK_CUR ? m->at + to : m->len + to;
	return m->at;
}

static int memory_close(thandle_t handle)
{
	(void)handle;
	return 0;
}

static toff_t memory_size(thandle_t handle)
{
	return ((struct tiff_memory *)handle)->len;
}

static PIX *pix_of_raster(const uint32_t *raster, uint32_t w, uint32_t h)
{
	PIX *pix = pixCreate((int)w, (int)h, 32);
	if (!pix)
		return NULL;
	uint32_t *data = pixGetData(pix);
	for (size_t i = 0; i < (size_t)w * h; i++) {
		uint32_t p = raster[i];
		data[i] = TIFFGetR(p) << 24 | TIFFGetG(p) << 16 | TIFFGetB(p) << 8;
	}
	return pix;
}

/* libtiff's own way to pixels: slower than Leptonica's, but it knows tiles, separate
 * planes and CMYK, and goes on behind a broken strip. Unturned. */
static PIX *tiff_read_anyhow(const void *bytes, size_t len,
			     const struct tiff_page *page)
{
	struct tiff_memory memory = {.bytes = bytes, .len = len};
	TIFF *tif = TIFFClientOpen("page", "rm", &memory, memory_read, memory_write,
				   memory_seek, memory_close, memory_size, NULL, NULL);
	if (!tif)
		return NULL;
	PIX *pix = NULL;
	uint32_t *raster = NULL;
	uint32_t w = 0, h = 0;
	if (TIFFSetSubDirectory(tif, page->offset) &&
	    TIFFGetField(tif, TIFFTAG_IMAGEWIDTH, &w) &&
	    TIFFGetField(tif, TIFFTAG_IMAGELENGTH, &h) && w == page->width &&
	    h == page->height)
		raster = calloc((size_t)w * h, sizeof(*raster));
	if (raster &&
	    TIFFReadRGBAImageOriented(tif, w, h, raster, page->orientation, 0))
		pix = pix_of_raster(raster, w, h);
	free(raster);
	TIFFClose(tif);
	if (pix) {
		pixSetXRes(pix, (int)(page->dpi_x + 0.5));
		pixSetYRes(pix, (int)(page->dpi_y + 0.5));
	}
	return pix;
}

/* --- turning and straightening of what was decoded --- */

/* The eight orientations of EXIF and TIFF: quarter turns clockwise, then mirrors. */
static const struct {
	int quarters;
	bool left_right, top_bottom;
} orientations[9] = {
	[2] = {0, true, false},	 [3] = {2, false, false}, [4] = {0, false, true},
	[5] = {1, true, false},	 [6] = {1, false, false}, [7] = {1, false, true},
	[8] = {3, false, false},
};

static void orient(PIX **pix, int orientation)
{
	int quarters = orientations[orientation].quarters;
	if (quarters) {
		PIX *turned = pixRotateOrth(*pix, quarters);
		pixDestroy(pix);
		*pix = turned;
	}
	if (*pix && orientations[orientation].left_right)
		pixFlipLR(*pix, *pix);
	if (*pix && orientations[orientation].top_bottom)
		pixFlipTB(*pix, *pix);
}

static PIX *without_palette(PIX *pix)
{
	if (pixGetColormap(pix))
		return pixRemoveColormap(pix, REMOVE_CMAP_BASED_ON_SRC);
	return pixClone(pix);
}

/* A new picture of 1, 8 or 32 bits without palette or transparency; NULL: no memory. */
static PIX *plain_depth(PIX *pix)
{
	AUTO_PIX flat = without_palette(pix);
	if (!flat)
		return NULL;
	switch (pixGetDepth(flat)) {
	case 1:
	case 8:
		return pixClone(flat);
	case 32:
		return pixRemoveAlpha(flat);
	default:
		return pixConvertTo8(flat, 0);
	}
}

/* Fax pages have twice as many dots across as down. */
static PIX *square_pixels(PIX *pix)
{
	double x = pixGetXRes(pix), y = pixGetYRes(pix);
	if (x < 50 || y < 50 || (x / y < 1.2 && y / x < 1.2) || x / y > 4 || y / x > 4)
		return pixClone(pix);
	double high = x > y ? x : y;
	PIX *square = pixScale(pix, (float)(high / x), (float)(high / y));
	if (square)
		pixSetResolution(square, (int)high, (int)high);
	return square;
}

static int believable_tag(int dpi)
{
	return dpi >= 20 && dpi <= 4800 ? dpi : 0;
}

/* --- decoding --- */

struct decoded {
	PIX *pix;
	int orientation; /* still to be applied, 1..8 */
	bool damaged;
};

static void decode_tiff(const void *bytes, size_t len, int number, struct decoded *out)
{
	struct tiff_page page;
	if (!tiff_find(bytes, len, number, &page))
		return;
	size_t offset = page.offset;
	tiff_errors = 0;
	/* Leptonica turns what it reads as the tag says. */
	out->pix = pixReadMemFromMultipageTiff(bytes, len, &offset);
	if (out->pix && tiff_errors == 0)
		return;
	tiff_errors = 0;
	PIX *again = tiff_read_anyhow(bytes, len, &page);
	out->damaged = tiff_errors > 0;
	if (again) {
		pixDestroy(&out->pix);
		out->pix = again;
		out->orientation = page.orientation;
	}
}

static void decode_jpeg(const void *bytes, size_t len, struct decoded *out)
{
	int warnings = 0;
	out->pix = pixReadMemJpeg(bytes, len, 0, 1, &warnings,
				  L_JPEG_CONTINUE_WITH_BAD_DATA);
	out->orientation = jpeg_orientation(bytes, len);
	/* Scanners that leave stray bytes between markers cause warnings as well; only
	 * a missing end says that rows are missing. */
	size_t tail = len < 4096 ? len : 4096;
	out->damaged = warnings > 0 &&
		       !memmem((const char *)bytes + len - tail, tail, "\xff\xd9", 2);
}

static void decode(const void *bytes, size_t len, enum file_format format, int page,
		   struct decoded *out)
{
	switch (format) {
	case FORMAT_TIFF:
		decode_tiff(bytes, len, page, out);
		break;
	case FORMAT_JPEG:
		decode_jpeg(bytes, len, out);
		break;
	case FORMAT_PNG:
		out->pix = pixReadMemPng(bytes, len);
		break;
	case FORMAT_WEBP:
		out->pix = pixReadMemWebP(bytes, len);
		break;
	case FORMAT_JP2:
		out->pix = pixReadMemJp2k(bytes, len, 1, NULL, 0, 0);
		break;
	case FORMAT_BMP:
		out->pix = pixReadMemBmp(bytes, len);
		break;
	case FORMAT_GIF:
		out->pix = pixReadMemGif(bytes, len);
		break;
	case FORMAT_PNM:
		out->pix = pnm_decode(bytes, len);
		if (!out->pix)
			out->pix = pixReadMemPnm(bytes, len);
		break;
	case FORMAT_UNKNOWN:
	case FORMAT_EMPTY:
	case FORMAT_PDF:
	case FORMAT_XML:
	case FORMAT_MAIL:
	case FORMAT_ZIP:
	case FORMAT_TNEF:
	case FORMAT_OFFICE:
	case FORMAT_ARCHIVE:
		break;
	}
}

/* --- the functions image.h speaks of --- */

bool image_has_more_frames(const void *bytes, size_t len, enum file_format format)
{
	return (format == FORMAT_GIF && gif_frames(bytes, len) > 1) ||
	       (format == FORMAT_WEBP && webp_frames(bytes, len) > 1) ||
	       (format == FORMAT_PNG && png_frames(bytes, len) > 1) ||
	       (format == FORMAT_JP2 && jp2_frames(bytes, len) > 1);
}

enum rc image_count_pages(const void *bytes, size_t len, enum file_format format,
			  const struct image_limits *limits, int *pages, bool *broken,
			  struct err *err)
{
	*pages = 1;
	*broken = false;
	if (format != FORMAT_TIFF)
		return RC_OK;
	*pages = tiff_count(bytes, len, limits->max_pages, broken);
	if (*pages == 0)
		return err_set(err, RC_FAIL, "TIFF without a page");
	return RC_OK;
}

static bool header_size(const void *bytes, size_t len, enum file_format format,
			int page, uint64_t *width, uint64_t *height)
{
	struct tiff_page tiff;
	int w = 0, h = 0, a, b, c, d;
	bool ok = false;

	switch (format) {
	case FORMAT_TIFF:
		if (!tiff_find(bytes, len, page, &tiff))
			return false;
		*width = tiff.width;
		*height = tiff.height;
		return true;
	case FORMAT_GIF:
		return gif_size(bytes, len, width, height);
	case FORMAT_BMP:
		return bmp_size(bytes, len, width, height);
	case FORMAT_JP2:
		return jp2_size(bytes, len, width, height);
	case FORMAT_PNG:
		ok = readHeaderMemPng(bytes, len, &w, &h, &a, &b, &c) == 0;
		break;
	case FORMAT_JPEG:
		ok = readHeaderMemJpeg(bytes, len, &w, &h, &a, &b, &c) == 0;
		break;
	case FORMAT_WEBP:
		ok = readHeaderMemWebP(bytes, len, &w, &h, &a) == 0;
		break;
	case FORMAT_PNM:
		ok = readHeaderMemPnm(bytes, len, &w, &h, &a, &b, &c, &d) == 0;
		break;
	case FORMAT_UNKNOWN:
	case FORMAT_EMPTY:
	case FORMAT_PDF:
	case FORMAT_XML:
	case FORMAT_MAIL:
	case FORMAT_ZIP:
	case FORMAT_TNEF:
	case FORMAT_OFFICE:
	case FORMAT_ARCHIVE:
		break;
	}
	*width = w > 0 ? (uint64_t)w : 0;
	*height = h > 0 ? (uint64_t)h : 0;
	return ok;
}

enum rc image_read_size(const void *bytes, size_t len, enum file_format format,
			int page, uint64_t *width, uint64_t *height, struct err *err)
{
	image_quiet();
	*width = *height = 0;
	if (len == 0 || !header_size(bytes, len, format, page, width, height) ||
	    *width == 0 || *height == 0)
		return err_set(err, RC_FAIL, "damaged %s header", format_name(format));
	return RC_OK;
}

/* No paper has such a shape, and reducing it leaves nothing of its shorter side: the
 * longest till roll is fifty times as long as wide. */
enum { LONGEST_TO_SHORTEST = 200, SHORTEST_PX = 4 };

bool image_is_strip(uint64_t width, uint64_t height)
{
	uint64_t longer = width > height ? width : height;
	uint64_t shorter = width > height ? height : width;
	return longer > LONGEST_TO_SHORTEST * shorter ||
	       (shorter < SHORTEST_PX && longer >= 64);
}

enum rc image_decode(const void *bytes, size_t len, enum file_format format, int page,
		     const struct image_limits *limits, struct image **out,
		     struct err *err)
{
	struct decoded decoded = {.orientation = 1};
	uint64_t width, height;

	*out = NULL;
	enum rc rc = image_read_size(bytes, len, format, page, &width, &height, err);
	if (rc != RC_OK)
		return rc;
	if (width > 1000000 || height > 1000000 ||
	    width * height > (uint64_t)limits->max_pixels)
		return err_set(err, RC_FAIL,
			       "picture of %llu x %llu pixels is too large",
			       (unsigned long long)width, (unsigned long long)height);

	if (image_is_strip(width, height))
		return err_set(err, RC_FAIL,
			       "a picture of %llu x %llu pixels is no paper",
			       (unsigned long long)width, (unsigned long long)height);

	decode(bytes, len, format, page, &decoded);
	AUTO_PIX raw = decoded.pix;
	if (!raw)
		return err_set(err, RC_FAIL, "damaged or unknown kind of %s",
			       format_name(format));
	AUTO_PIX plain = plain_depth(raw);
	pixDestroy(&raw);
	AUTO_PIX square = plain ? square_pixels(plain) : NULL;
	pixDestroy(&plain);
	if (square)
		orient(&square, decoded.orientation);
	if (!square)
		return err_set(err, RC_FAIL,
			       "no memory for a page of %llu x %llu pixels",
			       (unsigned long long)width, (unsigned long long)height);
	int dpi = believable_tag(pixGetXRes(square));
	*out = image_take_pix(square, dpi);
	(*out)->damaged = decoded.damaged;
	square = NULL;
	return RC_OK;
}
