/* A scanner for the samples: renders a PDF with pdftoppm, then turns it a little,
 * blurs, adds noise and uneven light, and writes TIFF (bilevel, CCITT G4, 300 dpi) or
 * JPEG (grey, 200 dpi). The noise comes from a generator of our own with a fixed seed.
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

static PIX *render(const char *pdf_path, int dpi)
{
	char command[1024], pgm[512];
	snprintf(pgm, sizeof(pgm), "%s.pgm", pdf_path);
	snprintf(command, sizeof(command), "pdftoppm -r %d -gray -singlefile '%s' '%s'",
		 dpi, pdf_path, pdf_path);
	if (system(command) != 0)
		die("pdftoppm failed on %s", pdf_path);
	PIX *pix = pixRead(pgm);
	if (!pix)
		die("cannot read %s", pgm);
	remove(pgm);
	return pix;
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

void scan_pdf(const char *pdf_path, const char *out_path, const char *form,
	      unsigned seed)
{
	bool bilevel = strcmp(form, "tif") == 0;
	int dpi = bilevel ? 300 : 200;
	float skew = (float)((int)(seed % 15) - 7) / 10; /* -0.7 to 0.7 degrees */

	noise_state = seed;
	PIX *clean = render(pdf_path, dpi);
	PIX *turned = pixRotate(clean, skew * 3.14159265f / 180, L_ROTATE_AREA_MAP,
				L_BRING_IN_WHITE, 0, 0);
	PIX *soft = pixBlockconv(turned, 1, 1);
	dirty(soft);
	PIX *out = bilevel ? pixThresholdToBinary(soft, 150) : pixClone(soft);
	pixSetResolution(out, dpi, dpi);
	if (bilevel ? pixWriteTiff(out_path, out, IFF_TIFF_G4, "w")
		    : pixWriteJpeg(out_path, out, 60, 0))
		die("cannot write %s", out_path);
	pixDestroy(&clean);
	pixDestroy(&turned);
	pixDestroy(&soft);
	pixDestroy(&out);
}
