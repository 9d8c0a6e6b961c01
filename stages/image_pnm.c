/* PNM as pdftoppm writes it: raw bytes behind a short header.
 *
 * Leptonica asks its stream for every single byte of a colour, which cost a
 * born-digital page more than all else together. Here whole rows are taken. What is not
 * plain raw 8-bit grey or colour with all its rows there gives NULL and is the
 * library's to judge. */
#include <ctype.h>
#include <endian.h>
#include <string.h>

#include "image_format.h"
#include "image_pix.h"

/* White space and comments, then a number up to a million; -1 when there is none. */
static int take_number(struct pnm *pnm)
{
	int value = 0;
	bool comment = false;
	for (; pnm->at < pnm->end; pnm->at++) {
		if (*pnm->at == '#')
			comment = true;
		else if (comment)
			comment = *pnm->at != '\n';
		else if (!isspace(*pnm->at))
			break;
	}
	if (pnm->at == pnm->end || !isdigit(*pnm->at))
		return -1;
	for (; pnm->at < pnm->end && isdigit(*pnm->at) && value <= 1000000; pnm->at++)
		value = value * 10 + (*pnm->at - '0');
	return value <= 1000000 ? value : -1;
}

static bool take_header(struct pnm *pnm)
{
	if (pnm->end - pnm->at < 2 || pnm->at[0] != 'P' ||
	    (pnm->at[1] != '5' && pnm->at[1] != '6'))
		return false;
	pnm->colour = pnm->at[1] == '6';
	pnm->at += 2;
	pnm->width = take_number(pnm);
	pnm->height = take_number(pnm);
	if (pnm->width < 1 || pnm->height < 1 || take_number(pnm) != 255 ||
	    pnm->at == pnm->end)
		return false;
	pnm->at++; /* the one white space before the pixels */
	uint64_t row = (uint64_t)pnm->width * (pnm->colour ? 3 : 1);
	return row * (uint64_t)pnm->height <= (uint64_t)(pnm->end - pnm->at);
}

bool pnm_open(const void *bytes, size_t len, struct pnm *out)
{
	*out = (struct pnm){.at = bytes, .end = (const uint8_t *)bytes + len};
	return take_header(out);
}

/* Red is the highest byte of a word. Four bytes are taken at once, but for the last
 * pixel, behind which nothing need be. */
static void fill_colour(const uint8_t *from, l_uint32 *line, int width)
{
	for (int x = 0; x < width; x++, from += 3) {
		l_uint32 rgb;
		if (x < width - 1)
			memcpy(&rgb, from, 4);
		else
			memcpy(&rgb, (uint8_t[]){from[0], from[1], from[2], 0}, 4);
		line[x] = be32toh(rgb) & 0xffffff00;
	}
}

/* Four pixels make a word, the first in its highest byte. */
static void fill_grey(const uint8_t *from, l_uint32 *line, int width)
{
	for (int x = 0; x < width; x += 4) {
		uint8_t four[4] = {0};
		memcpy(four, from + x, width - x < 4 ? (size_t)(width - x) : 4);
		line[x / 4] = (l_uint32)four[0] << 24 | (l_uint32)four[1] << 16 |
			      (l_uint32)four[2] << 8 | four[3];
	}
}

PIX *pnm_decode(const void *bytes, size_t len)
{
	struct pnm pnm;
	if (!pnm_open(bytes, len, &pnm))
		return NULL;
	PIX *pix = pixCreateNoInit(pnm.width, pnm.height, pnm.colour ? 32 : 8);
	if (!pix)
		return NULL;
	l_uint32 *line = pixGetData(pix);
	for (int y = 0; y < pnm.height; y++, line += pixGetWpl(pix)) {
		if (pnm.colour)
			fill_colour(pnm.at, line, pnm.width);
		else
			fill_grey(pnm.at, line, pnm.width);
		pnm.at += (size_t)pnm.width * (pnm.colour ? 3 : 1);
	}
	return pix;
}
