/* A scanner for the samples: renders a PDF with pdftoppm, then turns it a little,
 * blurs, adds noise and uneven light, and writes TIFF (bilevel, CCITT G4, 300 dpi) or
 * JPEG (200 dpi; grey, or colour for forms). The noise comes from a generator of our
 * own with a fixed seed.
 */
#include <leptonica/allheaders.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "tests/samples/gen/paper.h"

static unsigned noise_state;

static int noise(int amplitude) /* -amplitude..amplitude, nearly bell-shaped */
{
	int sum = 0;
	for (int i = 0; i < 3; i++) {
		noise_state = noise_state * 1664525u + 1013904223u;
		sum += (int)(noise_state >> 16) % (2 * amplitude + 1) - amplitude;
	}
	return sum / 3;
}

static PIX *render(const char *pdf_path, int page, int dpi, bool colour)
{
	char command[1024], pgm[512];
	snprintf(pgm, sizeof(pgm), "%s.%s", pdf_path, colour ? "ppm" : "pgm");
	snprintf(command, sizeof(command),
		 "pdftoppm -r %d %s -f %d -singlefile '%s' '%s'", dpi,
		 colour ? "" : "-gray", page, pdf_path, pdf_path);
	if (system(command) != 0)
		die("pdftoppm failed on %s", pdf_path);
	PIX *pix = pixRead(pgm);
	if (!pix)
		die("cannot read %s", pgm);
	remove(pgm);
	return pix;
}

static void dirty_colours(PIX *pix)
{
	int width = pixGetWidth(pix), height = pixGetHeight(pix);
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			int rgb[3], less = 6 + 10 * x / width - noise(5);
			pixGetRGBPixel(pix, x, y, &rgb[0], &rgb[1], &rgb[2]);
			for (int c = 0; c < 3; c++) {
				rgb[c] -= less;
				rgb[c] = rgb[c] < 0 ? 0 : rgb[c] > 255 ? 255 : rgb[c];
			}
			pixSetRGBPixel(pix, x, y, rgb[0], rgb[1], rgb[2]);
		}
}

static void dirty(PIX *pix)
{
	int width = pixGetWidth(pix), height = pixGetHeight(pix);
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			l_uint32 value;
			pixGetPixel(pix, x, y, &value);
			int light = (int)value - 8 - 14 * x / width + noise(12);
			pixSetPixel(pix, x, y,
				    (l_uint32)(light < 0     ? 0
					       : light > 255 ? 255
							     : light));
		}
}

void scan_page(const char *pdf_path, int page, const char *out_path, bool append,
	       const char *form, unsigned seed)
{
	bool bilevel = strcmp(form, "tif") == 0, colour = strcmp(form, "colour") == 0;
	int dpi = bilevel ? 300 : 200;
	float skew = (float)((int)(seed % 15) - 7) / 10; /* -0.7 to 0.7 degrees */

	noise_state = seed;
	PIX *clean = render(pdf_path, page, dpi, colour);
	PIX *turned = pixRotate(clean, skew * 3.14159265f / 180, L_ROTATE_AREA_MAP,
				L_BRING_IN_WHITE, 0, 0);
	PIX *soft = pixBlockconv(turned, 1, 1);
	if (colour)
		dirty_colours(soft);
	else
		dirty(soft);
	PIX *out = bilevel ? pixThresholdToBinary(soft, 150) : pixClone(soft);
	pixSetResolution(out, dpi, dpi);
	if (bilevel ? pixWriteTiff(out_path, out, IFF_TIFF_G4, append ? "a" : "w")
		    : pixWriteJpeg(out_path, out, colour ? 30 : 60, 0))
		die("cannot write %s", out_path);
	pixDestroy(&clean);
	pixDestroy(&turned);
	pixDestroy(&soft);
	pixDestroy(&out);
}

void scan_pdf(const char *pdf_path, const char *out_path, const char *form,
	      unsigned seed)
{
	scan_page(pdf_path, 1, out_path, false, form, seed);
}
