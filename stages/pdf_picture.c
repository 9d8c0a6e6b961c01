/* The pictures on a PDF's pages: which of them is a scan of the whole page, and how its
 * raw data, taken out in milliseconds, becomes an image without rendering the page.
 *
 * The list is text that a tool printed about a hostile file: lines that don't parse are
 * skipped, numbers are checked where they are used. */
#include "pdf.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- pdfimages -list --- */

/* page num type width height color comp bpc enc interp object ID x-ppi y-ppi size ratio
 */
static bool parse_line(const char *line, struct pdf_picture *out)
{
	char type[16], color[16], enc[16];
	int num, comp, bpc, object, id;
	*out = (struct pdf_picture){0};
	int n = sscanf(line, "%d %d %15s %d %d %15s %d %d %15s %*s %d %d %lf %lf",
		       &out->page, &num, type, &out->width, &out->height, color, &comp,
		       &bpc, enc, &object, &id, &out->dpi_x, &out->dpi_y);
	if (n < 9 || out->width <= 0 || out->height <= 0 || strcmp(type, "smask") == 0)
		return false;
	/* Inline pictures have "[inline]" where others have an object and an id. */
	if (n < 13 &&
	    (sscanf(line, "%*d %*d %*s %*d %*d %*s %*d %*d %*s %*s %*s %lf %lf",
		    &out->dpi_x, &out->dpi_y) != 2))
		return false;
	out->stencil = strcmp(type, "stencil") == 0 || strcmp(type, "mask") == 0;
	out->cmyk = strcmp(color, "cmyk") == 0 || comp == 4;
	out->colour = comp >= 3 || strcmp(color, "index") == 0;
	return out->dpi_x > 0 && out->dpi_y > 0;
}

static void give_pages(struct pdf_picture *pictures, size_t n, struct pdf_page *pages,
		       size_t n_pages)
{
	for (size_t i = 0; i < n; i++) {
		int at = pictures[i].page - pages[0].number;
		if (at < 0 || (size_t)at >= n_pages)
			continue;
		if (pages[at].n_pictures++ == 0)
			pages[at].pictures = &pictures[i];
	}
}

void pdf_take_pictures(const void *bytes, size_t len, struct arena *arena,
		       struct pdf_page *pages, size_t n_pages)
{
	AUTO_ARENA scratch = arena_new();
	char *text = arena_strndup(scratch, bytes, len), *rest = text;
	struct pdf_picture *pictures = NULL;
	size_t n = 0, cap = 0;

	/* The list is sorted by page, so a page's pictures stand together. */
	for (char *line; n < 100000 && (line = strsep(&rest, "\n"));) {
		struct pdf_picture picture;
		if (parse_line(line, &picture))
			*arena_push(arena, pictures, n, cap) = picture;
	}
	give_pages(pictures, n, pages, n_pages);
}

/* --- whether the list is needed at all --- */

enum { STREAMS_MAX = 64, DICTIONARY_MAX = 4096 };

/* What stands between "obj" and "stream" around a name; NULL: it can't be told.
 * Dictionaries of streams are never compressed. */
static const char *dictionary_around(const struct pdf *pdf, const char *name,
				     struct arena *scratch)
{
	const char *begin = name, *first = pdf->bytes, *last = first + pdf->len;
	while (begin > first && name - begin < DICTIONARY_MAX &&
	       strncmp(begin, "obj", 3) != 0)
		begin--;
	size_t room = (size_t)(last - name);
	const char *end = memmem(name, room < DICTIONARY_MAX ? room : DICTIONARY_MAX,
				 "stream", 6);
	if (strncmp(begin, "obj", 3) != 0 || !end)
		return NULL;
	return arena_strndup(scratch, begin, (size_t)(end - begin));
}

/* -1: there is none, or it stands elsewhere ("12 0 R"). */
static long entry(const char *dictionary, const char *name)
{
	const char *at = strstr(dictionary, name);
	char *end;
	if (!at)
		return -1;
	long value = strtol(at + strlen(name), &end, 10);
	bool read = end > at + strlen(name);
	end += strspn(end, " \r\n\t");
	return read && value > 0 && value < 100000 && (*end < '0' || *end > '9') ? value
										 : -1;
}

/* A name that goes on is another: ImageMask, ImageB. */
static bool ends_here(const struct pdf *pdf, const char *end)
{
	return end == (const char *)pdf->bytes + pdf->len ||
	       isspace((unsigned char)*end) || strchr("/<>[]()%", *end);
}

bool pdf_pictures_below(const struct pdf *pdf, double pixels)
{
	AUTO_ARENA scratch = arena_new();
	const char *at = pdf->bytes, *end = at + pdf->len;
	int streams = 0;
	while ((at = memmem(at, (size_t)(end - at), "/Image", 6)) != NULL) {
		const char *name = at;
		at += 6;
		if (!ends_here(pdf, at))
			continue;
		const char *dictionary = dictionary_around(pdf, name, scratch);
		long width = dictionary ? entry(dictionary, "/Width") : -1;
		long height = dictionary ? entry(dictionary, "/Height") : -1;
		if (width < 0 || height < 0 || streams++ == STREAMS_MAX)
			return false;
		pixels -= (double)width * (double)height;
	}
	return pixels > 0;
}

/* --- a scan of the page --- */

/* Fewer dots an inch show no print. */
enum { SCAN_DPI_MIN = 60 };

double pdf_scan_pixels(const struct pdf_page *page)
{
	return page->width_pt / 72 * SCAN_DPI_MIN * (page->height_pt / 72) *
	       SCAN_DPI_MIN;
}

static bool near(double a, double b)
{
	return fabs(a - b) <= 0.06 * b;
}

static bool covers(const struct pdf_page *page, const struct pdf_picture *p)
{
	double w = p->width / p->dpi_x * 72, h = p->height / p->dpi_y * 72;
	if (page->rotation % 180) {
		double swap = w;
		w = h;
		h = swap;
	}
	return near(w, page->width_pt) && near(h, page->height_pt);
}

const struct pdf_picture *pdf_scan_of(const struct pdf_page *page)
{
	if (page->n_pictures != 1 || page->pictures[0].cmyk)
		return NULL;
	const struct pdf_picture *p = &page->pictures[0];
	/* Dots that are not square, or far too few, are better left to the renderer. */
	if (!near(p->dpi_x, p->dpi_y) || p->dpi_x < SCAN_DPI_MIN)
		return NULL;
	return covers(page, p) ? p : NULL;
}

double pdf_picture_share(const struct pdf_page *page)
{
	double sum = 0, all = page->width_pt * page->height_pt;
	for (size_t i = 0; i < page->n_pictures; i++) {
		const struct pdf_picture *p = &page->pictures[i];
		sum += p->width / p->dpi_x * 72 * (p->height / p->dpi_y * 72);
	}
	return all > 0 && sum < all ? sum / all : sum > 0 ? 1 : 0;
}

/* --- raw fax data --- */

struct fax {
	int columns;
	bool group4, mixed, byte_aligned, black_is_1;
};

/* fax2tiff's options, as pdfimages writes them: -4 or -1/-2 (Group 3), -P or -M, -A, -W
 * or -B, -X columns. */
static struct fax parse_fax(const char *line)
{
	struct fax fax = {.group4 = strstr(line, "-4") != NULL,
			  .mixed = strstr(line, "-2") != NULL,
			  .byte_aligned = strstr(line, "-A") != NULL,
			  .black_is_1 = strstr(line, "-B") != NULL};
	const char *columns = strstr(line, "-X ");
	fax.columns = columns ? atoi(columns + 3) : 0;
	return fax;
}

static void put16(uint8_t **at, unsigned v)
{
	*(*at)++ = (uint8_t)v;
	*(*at)++ = (uint8_t)(v >> 8);
}

static void put_tag(uint8_t **at, unsigned tag, uint32_t value)
{
	put16(at, tag);
	put16(at, 4); /* LONG */
	put16(at, 1);
	put16(at, 0);
	put16(at, value & 0xffff);
	put16(at, value >> 16);
}

/* A TIFF of one strip around the data. */
static void *fax_tiff(const struct fax *fax, const struct pdf_picture *picture,
		      const void *data, size_t len, struct arena *arena,
		      size_t *out_len)
{
	enum { TAGS = 10, HEAD = 8 + 2 + TAGS * 12 + 4 };
	uint8_t *tiff = arena_alloc(arena, HEAD + len), *at = tiff;
	memcpy(at, "II*\0\10\0\0\0", 8);
	at += 8;
	put16(&at, TAGS);
	put_tag(&at, 256, (uint32_t)fax->columns);
	put_tag(&at, 257, (uint32_t)picture->height);
	put_tag(&at, 258, 1);			      /* bits */
	put_tag(&at, 259, fax->group4 ? 4 : 3);	      /* compression */
	put_tag(&at, 262, fax->black_is_1 ? 1 : 0);   /* photometric */
	put_tag(&at, 273, HEAD);		      /* strip */
	put_tag(&at, 277, 1);			      /* samples */
	put_tag(&at, 278, (uint32_t)picture->height); /* rows of the strip */
	put_tag(&at, 279, (uint32_t)len);
	put_tag(&at, fax->group4 ? 293 : 292, fax->mixed && !fax->group4 ? 1 : 0);
	memset(at, 0, 4);
	memcpy(tiff + HEAD, data, len);
	*out_len = HEAD + len;
	return tiff;
}

static const void *with_header(const void *bytes, size_t *len,
			       const struct pdf_picture *picture, struct arena *arena)
{
	const char *end = memchr(bytes, '\n', *len < 200 ? *len : 200);
	if (*len == 0 || *(const char *)bytes != '-' || !end)
		return bytes;
	size_t head = (size_t)(end + 1 - (const char *)bytes);
	struct fax fax = parse_fax(arena_strndup(arena, bytes, head));
	if (fax.columns <= 0 || fax.byte_aligned)
		return bytes; /* decoding fails, and the page is rendered */
	return fax_tiff(&fax, picture, end + 1, *len - head, arena, len);
}

enum rc pdf_decode_picture(const void *bytes, size_t len,
			   const struct pdf_picture *picture,
			   const struct image_limits *limits, struct arena *arena,
			   struct image **out, struct err *err)
{
	const void *file = with_header(bytes, &len, picture, arena);
	enum rc rc =
		image_decode(file, len, format_sniff(file, len), 1, limits, out, err);
	if (rc == RC_OK)
		image_set_dpi(*out, (int)lround(picture->dpi_x));
	return rc;
}
