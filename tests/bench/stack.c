/* stack OUT.tif SEED PAGE.pgm... - lays pages on top of each other and scans them
 * badly: each askew, some upside down or on their side, blurred, unevenly lit, grainy,
 * with specks and streaks; two of three bilevel, as office scanners send them, the
 * third grey.
 *
 * What is done to a page follows from SEED and its place alone, so the same stack comes
 * out everywhere. */
#include <leptonica/allheaders.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t seed_state;

static int chance(int below)
{
	seed_state = seed_state * 1664525u + 1013904223u;
	return (int)(seed_state >> 8) % below;
}

static int between(int low, int high)
{
	return low + chance(high - low + 1);
}

static PIX *fed_askew(PIX *page)
{
	float degrees = (float)between(-30, 30) / 10;
	int quarters = chance(8) == 0 ? 2 : chance(12) == 0 ? 1 : 0;
	PIX *askew = pixRotate(page, degrees * 3.14159265F / 180, L_ROTATE_AREA_MAP,
			       L_BRING_IN_WHITE, 0, 0);
	PIX *turned = pixRotateOrth(askew, quarters);
	PIX *soft = chance(2) ? pixBlockconv(turned, 1, 1) : pixClone(turned);

	pixDestroy(&askew);
	pixDestroy(&turned);
	return soft;
}

static void make_dirty(PIX *page)
{
	int width = pixGetWidth(page), height = pixGetHeight(page);
	int grain = between(4, 40), shade = between(0, 40), faint = between(0, 60);

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			l_uint32 value;
			pixGetPixel(page, x, y, &value);
			int light = faint + (int)value * (255 - faint) / 255 -
				    shade * x / width + between(-grain, grain);
			pixSetPixel(page, x, y,
				    (l_uint32)(light < 0     ? 0
					       : light > 255 ? 255
							     : light));
		}
}

static void make_specks(PIX *page)
{
	int width = pixGetWidth(page), height = pixGetHeight(page);

	for (int i = chance(3000); i > 0; i--)
		pixSetPixel(page, chance(width), chance(height), chance(2) ? 255 : 0);
	if (chance(3) == 0) { /* dirt on the glass */
		int x = chance(width);
		for (int y = 0; y < height; y++)
			pixSetPixel(page, x, y, 60);
	}
}

static int scan(const char *path, const char *out, int index, int dpi)
{
	PIX *page = pixRead(path);
	if (!page)
		return 1;
	PIX *worn = fed_askew(page);
	make_dirty(worn);
	make_specks(worn);
	PIX *sent = index % 3 ? pixThresholdToBinary(worn, 140) : pixClone(worn);
	pixSetResolution(sent, dpi, dpi);
	int failed = pixWriteTiff(out, sent, index % 3 ? IFF_TIFF_G4 : IFF_TIFF_JPEG,
				  index ? "a" : "w");
	pixDestroy(&page);
	pixDestroy(&worn);
	pixDestroy(&sent);
	return failed;
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("usage: stack OUT.tif SEED PAGE.pgm...\n", stderr);
		return 2;
	}
	for (int i = 3; i < argc; i++) {
		seed_state =
			(uint32_t)atoi(argv[2]) * 2654435761u + (uint32_t)i * 40503u;
		chance(2);
		if (scan(argv[i], argv[1], i - 3, 200)) {
			fprintf(stderr, "stack: %s cannot be scanned\n", argv[i]);
			return 1;
		}
	}
	return 0;
}
